"""The ledger in a SQLite file keeps the contract of every ledger."""

from __future__ import annotations

import pytest

from router.ledger.sqlite import SqliteLedger
from router.testing import LedgerContract


class TestSqliteLedger(LedgerContract):
    """Each test has a file of its own."""

    @pytest.fixture
    def ledger_store(self, tmp_path):
        return tmp_path / "spend.db"

    def open(self, now):
        return SqliteLedger(self.store, now=now)

    def reopen(self, now):
        return self.open(now)
