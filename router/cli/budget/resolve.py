"""`pixroute budget resolve`: say what became of a hold that nobody knew the end of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ConfigError
from ...ledger.books import fold
from ...money import usd
from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, existing, lines, read_dollars
from ..talk import say_warning
from .tables import show_line

if TYPE_CHECKING:
    from ...ledger import Ledger
    from ...ledger.books import Booked


def resolve(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The operation's key, or one hold of it: `KEY#2`.")],
    *,
    spent: Annotated[str | None, typer.Option("--spent", metavar="USD", help="What it was billed.")] = None,
    released: Annotated[bool, typer.Option("--released", help="No work was done: give the money back.")] = False,
    ledger: LedgerUrl = DEFAULT,
) -> int:
    """Say what became of a hold: what it was billed, or that no work was done."""
    if spent is not None and released:
        raise ConfigError("it cannot be spent and released", hint="give `--spent USD` or `--released`, not both")
    if spent is None and not released:
        raise ConfigError("say what became of it", hint="give `--spent USD`, or `--released`")
    micros = None if spent is None else read_dollars(spent, "--spent")
    with existing(ledger) as store:
        hold = _find(store, key)
        ended = store.release(hold.id) if micros is None else store.settle(hold.id, micros)
    if not ended.changed:
        raise ConfigError(f"`{hold.id}` is {ended.state} already, with {usd(ended.micros)} USD")
    show_line(f"`{hold.id}` is {ended.state}: {usd(hold.micros)} USD before, {usd(ended.micros)} now")
    if ended.overrun_micros:
        say_warning(f"that is {usd(ended.overrun_micros)} USD more than was held for it, and a bill cannot be changed")
    return Exit.FINE


def _find(store: Ledger, key: str) -> Booked:
    """The hold that is meant: the one of that name, or the only one of an operation whose end is not known."""
    everything = fold(lines(store, shown=True)).holds
    if key in everything:
        return everything[key]
    found = [hold for hold in everything.values() if hold.key == key]
    if not found:
        raise ConfigError(f"the ledger has no hold `{key}`", hint="`pixroute budget holds` lists those that are open")
    doubtful = [hold for hold in found if hold.state in ("held", "unknown", "assumed")]
    if len(doubtful) == 1:
        return doubtful[0]
    if not doubtful:
        return found[-1]
    names = ", ".join(f"`{hold.id}`" for hold in doubtful)
    raise ConfigError(f"`{key}` has several holds whose end is not known", hint=f"name one of {names}")
