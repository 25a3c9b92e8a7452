"""The ledger in PostgreSQL keeps the contract of every ledger, on a server that the tests start."""

from __future__ import annotations

import pytest

from router.ledger.postgres import PostgresLedger
from router.testing import LedgerContract

from ..servers.postgres_server import new_postgres_url, postgres_url  # noqa: F401


class TestPostgresLedger(LedgerContract):
    """Each test has a schema of its own, on one server."""

    @pytest.fixture
    def ledger_store(self, postgres_url):  # noqa: F811 -- the fixture
        return postgres_url

    def open(self, now):
        return PostgresLedger.from_url(self.store, now=now)

    reopen = open  # noqa: A003 -- the contract's own name
