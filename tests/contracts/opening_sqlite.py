"""The ledger in a SQLite file, each in a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from router.ledger.sqlite import SqliteLedger

from .ledgers import Opener


@contextmanager
def opening() -> Iterator[Opener]:
    """Open files in a folder that goes with the block."""
    with TemporaryDirectory() as folder:
        numbers = count()
        yield lambda now: SqliteLedger(Path(folder, f"{next(numbers)}.db"), now=now)
