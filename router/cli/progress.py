"""A progress line on stderr while there is much to go through; only a terminal gets one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
LONG = 500


def watched(items: Iterable[T], *, shown: bool, what: str = "requests") -> Iterator[T]:
    """Pass items on, counting them aloud; not where `shown` is false and stdout goes to the same terminal."""
    if not sys.stderr.isatty() or not (shown or not sys.stdout.isatty()):
        yield from items
        return
    count = 0
    for count, item in enumerate(items, start=1):
        if count % LONG == 0:
            _rewrite(f"{count:,} {what}")
        yield item
    if count >= LONG:
        _rewrite("")


def _rewrite(line: str) -> None:
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()
