"""What the commands on a ledger share: which one, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from ..errors import ConfigError
from ..ledger import Entry, Ledger, open_ledger
from .progress import watched

DEFAULT: Final = "sqlite:///pixroute.db"
LedgerUrl: TypeAlias = Annotated[
    str,
    typer.Option(
        "--ledger",
        metavar="URL",
        envvar="PIXROUTE_LEDGER",
        help=f"The ledger: `sqlite:///FILE`, `redis://…` or `postgresql://…`; {DEFAULT} if left out.",
    ),
]
Since: TypeAlias = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only what was reserved on this day (UTC) or later.")
]


@contextmanager
def existing(url: str) -> Iterator[Ledger]:
    """Open a ledger that is there, and close it; a mistyped file is not made anew."""
    if url.startswith("memory:"):
        raise ConfigError("a ledger in memory is seen by its own process alone", hint="name one that outlives it")
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise ConfigError(f"there is no ledger `{file}`", hint="name one with `--ledger` or PIXROUTE_LEDGER")
    with closing(open_ledger(url)) as ledger:
        yield ledger


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite ledger."""
    scheme, _, path = url.partition(":///")
    return Path(path.partition("?")[0]) if scheme == "sqlite" else None


def lines(ledger: Ledger, *, shown: bool) -> Iterator[Entry]:
    """Every line of a ledger, counted aloud where there are many."""
    return watched(ledger.entries(), shown=shown, what="lines")
