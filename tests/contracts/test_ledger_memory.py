"""The ledger in memory keeps the contract of every ledger."""

from __future__ import annotations

from router.ledger.memory import MemoryLedger
from router.testing import LedgerContract


class TestMemoryLedger(LedgerContract):
    """Memory has one connection to itself."""

    def open(self, now):
        return MemoryLedger(now=now)
