"""What the commands on a ledger share: which one, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from ..errors import ConfigError, LedgerUnreachableError, RequestError, did_you_mean
from ..ledger import Entry, Ledger, open_ledger
from ..ledger.urls import STORES
from ..money import read_usd
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
    if url.partition(":")[0] == "memory":
        raise ConfigError("a ledger in memory is seen by its own process alone", hint="name one that outlives it")
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise ConfigError(f"there is no ledger `{file}`", hint="name one with `--ledger` or PIXROUTE_LEDGER")
    try:
        with closing(_opened(url)) as ledger:
            yield ledger
    except LedgerUnreachableError as error:
        error.hint = error.hint or "see that the store runs, and that the URL names it"
        raise


def _opened(url: str) -> Ledger:
    """Open a ledger; what is no URL of one is told which would be."""
    scheme, _, rest = url.partition(":")
    try:
        return open_ledger(url)
    except ConfigError as error:
        if scheme == "sqlite" and rest.strip("/"):
            error.hint = f"did you mean `sqlite:///{rest.strip('/')}`?"
        elif rest.startswith("//") and scheme not in STORES:
            error.hint = did_you_mean(scheme, STORES.keys() - {"memory"})
        raise


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite ledger."""
    scheme, _, path = url.partition(":///")
    return Path(path.partition("?")[0]) if scheme == "sqlite" else None


def read_dollars(text: str, option: str) -> int:
    """Read an option's dollars as micro-dollars."""
    try:
        return read_usd(text, option)
    except RequestError as error:
        error.hint = error.hint or f"write dollars as a number: `{option} 0.04`"
        raise


def lines(ledger: Ledger, *, shown: bool) -> Iterator[Entry]:
    """Every line of a ledger, counted aloud where there are many."""
    return watched(ledger.entries(), shown=shown, what="lines")
