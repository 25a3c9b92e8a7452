"""`pixroute budget holds`: money whose end is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ...ledger.alerts import moment
from ...ledger.books import fold
from ...money import usd
from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, existing, lines
from ..options import TEXT_OR_JSON, TextOrJson, pick
from ..output import write_json

if TYPE_CHECKING:
    from ...ledger.books import Booked


def holds(
    *,
    ledger: LedgerUrl = DEFAULT,
    assumed: Annotated[
        bool, typer.Option("--assumed", help="Also those whose lease ended, and that count as spent since.")
    ] = False,
    form: TextOrJson = "text",
) -> int:
    """List what is held or not known, the oldest first."""
    pick("--format", form, TEXT_OR_JSON)
    wanted = ("held", "unknown", "assumed") if assumed else ("held", "unknown")
    with existing(ledger) as store:
        found = [hold for hold in fold(lines(store, shown=form == "text")).holds.values() if hold.state in wanted]
    if form == "json":
        write_json([_record(hold) for hold in found])
        return Exit.FINE
    from .tables import show_holds  # noqa: PLC0415 -- a table needs rich

    show_holds(found)
    return Exit.FINE


def _record(hold: Booked) -> dict[str, object]:
    at = moment(hold.at_ms)
    return {
        "hold": hold.id,
        "state": hold.state,
        "micros": hold.micros,
        "usd": usd(hold.micros),
        "at": None if at is None else at.isoformat(),
        "accounts": [charge.account for charge in hold.charges],
        "about": dict(hold.about),
    }
