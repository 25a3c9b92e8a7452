"""`pixroute budget verify`: recompute every balance from the lines of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ledger.books import differences
from ..exits import Exit, verdict
from ..ledgers import DEFAULT, LedgerUrl, existing, lines
from ..options import TEXT_OR_JSON, TextOrJson, pick
from ..output import write_json
from ..talk import say_error
from .tables import show_line

if TYPE_CHECKING:
    from ...ledger import Ledger
    from ...ledger.books import Difference


def verify(*, ledger: LedgerUrl = DEFAULT, form: TextOrJson = "text") -> int:
    """Recompute every balance from the ledger's lines, and compare.

    Ends with 1 where something does not add up.
    """
    pick("--format", form, TEXT_OR_JSON)
    with existing(ledger) as store:
        found = _look(store)
        if found:  # lines and balances are read one after the other: what was written between them differs once only
            again = _look(store)
            found = [each for each in again if each in found]
    if form == "json":
        write_json([{"code": each.code, "where": each.where, "message": each.message} for each in found])
    for each in found if form == "text" else ():
        say_error(str(each))
    if not found and form == "text":
        show_line("every balance is what the lines add up to")
        return Exit.FINE
    return verdict(fine=not found)


def _look(store: Ledger) -> list[Difference]:
    return list(differences(lines(store, shown=True), store.balances()))
