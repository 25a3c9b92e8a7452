"""`pixroute budget export`: every line of a ledger, for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...ledger.alerts import moment
from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, existing, lines
from ..output import write_lines

if TYPE_CHECKING:
    from ...ledger import Entry, Ledger


def export(*, ledger: LedgerUrl = DEFAULT) -> int:
    """Print every line of the ledger as JSON, one a line, in their order."""
    with existing(ledger) as store:
        write_lines(_records(store))
    return Exit.FINE


def _records(store: Ledger) -> Iterator[dict[str, object]]:
    return (_record(entry) for entry in lines(store, shown=False))


def _record(entry: Entry) -> dict[str, object]:
    at = moment(entry.at_ms)
    record: dict[str, object] = {
        "seq": entry.seq,
        "at": None if at is None else at.isoformat(),
        "act": entry.act,
        "key": entry.key,
        "attempt": entry.attempt,
        "micros": entry.micros,
    }
    if entry.act != "reserve":
        return record
    charges = [{"account": each.account, "limit": each.limit, "period": each.period} for each in entry.charges]
    return record | {"charges": charges, "about": dict(entry.about)}
