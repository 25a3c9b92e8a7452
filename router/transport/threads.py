"""Work in threads, so that an event loop goes on: for ledgers, which mostly wait, and for pictures."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Any, Final

from anyio import CancelScope

from .effects import Ask, Work


@cache
def _askers() -> ThreadPoolExecutor:
    """Threads that ask ledgers: many, for they mostly wait, and not the few in which a loop looks up addresses."""
    return ThreadPoolExecutor(MOST_ASKING, thread_name_prefix="pixroute-ledger")


MOST_ASKING: Final = 32
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_askers.cache_clear)  # threads are not forked


def in_a_thread(work: Work) -> asyncio.Future[Any]:
    """Begin work in a thread."""
    pool = _askers() if isinstance(work, Ask) else None  # None: the loop's own
    return asyncio.get_running_loop().run_in_executor(pool, copy_context().run, work.run)


async def to_the_end(work: asyncio.Future[Any]) -> asyncio.CancelledError | None:
    """Wait for a thread's work, however often the waiting is cancelled; gives what cancelled it last."""
    gone = None
    with CancelScope(shield=True):  # a scope of anyio that is cancelled would cancel this task over and over
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                gone = error
    return gone
