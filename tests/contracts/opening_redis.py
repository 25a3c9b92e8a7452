"""Opens ledgers in Redis, each of a name of its own at one server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from router.ledger.redis import RedisLedger

from ..servers.redis_server import serving, unused


@contextmanager
def opening() -> Iterator[Callable[[Callable[[], float]], RedisLedger]]:
    """A function from a clock to a new, empty ledger."""
    with serving() as url:
        yield lambda now: RedisLedger.from_url(unused(url), now=now)
