"""Every store there is to be tested: `with opening("sqlite") as open_ledger` opens empty ones, each with its clock.

A store's own server, if it needs one, runs as long as the block. `tests/contracts/opening_NAME.py` has the opener of
a store: `opening()`, a context manager that gives a function from a clock to a new, empty ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from router.ledger import Ledger
from router.ledger.memory import MemoryLedger

Clock: TypeAlias = Callable[[], float]
Opener: TypeAlias = Callable[[Clock], Ledger]


@contextmanager
def _memory() -> Iterator[Opener]:
    yield lambda now: MemoryLedger(now=now)


def stores() -> list[str]:
    """The names of all stores that can be opened here."""
    found = (path.stem.removeprefix("opening_") for path in Path(__file__).parent.glob("opening_*.py"))
    return ["memory", *sorted(found)]


def opening(name: str) -> AbstractContextManager[Opener]:
    """How a store is opened."""
    return _memory() if name == "memory" else import_module(f".opening_{name}", __package__).opening()
