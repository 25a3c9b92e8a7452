"""Where budgets are kept: holds before calls, bills after them; the URL chooses the store."""

from __future__ import annotations

from .holds import Answer, Balance, Charge, Ended, Entry, Hold, Reservation, Short, Standing, Taken
from .protocol import Ledger
from .urls import open_ledger

__all__ = [
    "Answer",
    "Balance",
    "Charge",
    "Ended",
    "Entry",
    "Hold",
    "Ledger",
    "Reservation",
    "Short",
    "Standing",
    "Taken",
    "open_ledger",
]
