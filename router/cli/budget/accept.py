"""`pixroute budget accept`: trust a store that restarted and may have lost its last writes."""

from __future__ import annotations

from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, existing
from .tables import show_line


def accept(*, ledger: LedgerUrl = DEFAULT) -> int:
    """Trust a ledger again that may have lost its last writes.

    Until then no money is reserved in it. Look at it first, with `status` and `verify`.
    """
    with existing(ledger) as store:
        accepted = store.accept()
    show_line(accepted or "there was nothing to accept")
    return Exit.FINE
