"""The ledger in Redis keeps the contract of every ledger, on a server that the tests start."""

from __future__ import annotations

import pytest

from router.ledger.redis import RedisLedger
from router.testing import LedgerContract

from ..servers.redis_server import serving, unused


@pytest.fixture(scope="module")
def url():
    with serving() as found:
        yield found


class TestRedisLedger(LedgerContract):
    """Each test has a ledger of its own at one server."""

    @pytest.fixture
    def ledger_store(self, url):
        return unused(url)

    def open(self, now):
        return RedisLedger.from_url(self.store, now=now)

    def reopen(self, now):
        return self.open(now)
