"""`Ledger`: what a store of budgets does; one of your own is checked by the contract suite in `router.testing`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ..budget import Account
from .holds import Answer, Balance, Ended, Entry, Reservation, Standing


class Ledger(Protocol):
    """Holds money before a call and settles it after. Each method is one atomic step, by the store's own clock.

    Methods are synchronous and may be called from any thread; a driver on an event loop runs them in one. All raise
    `LedgerUnreachableError` where the store cannot be reached, whatever became of the step: each may simply be asked
    for again. A store that may have lost writes raises `LedgerInDoubtError` until `accept()`.

    Every step first ends the holds whose lease is over, as their reservation says: `assumed` or `released`.
    """

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Hold a ceiling against every account, or against none.

        Admitted where spent + held + unknown + ceiling ≤ the amount, for each account. An operation is `Taken` while an
        earlier hold of it is held, settled, or unknown or assumed (unless `after_unknown`); a hold of the same `token`
        that is still held is given again.
        """

    def settle(self, hold: str, micros: int, /) -> Ended:
        """Put what was billed in the place of a hold (`Hold.id`); raises `LedgerError` for a hold that never was."""

    def release(self, hold: str, /) -> Ended:
        """Give a hold back: no work was done, and there is proof."""

    def unknown(self, hold: str, /) -> Ended:
        """Leave a hold counted at its ceiling: it may have been billed."""

    def renew(self, hold: str, lease_s: float, /) -> bool:
        """Let a held hold's lease end this many seconds from now; False where it is not held any more."""

    def left(self, accounts: Sequence[Account], /) -> tuple[Standing, ...]:
        """How accounts stand at this moment, in their order."""

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """The lines of the ledger in their order, from the one after `seq`."""

    def balances(self) -> Iterator[Balance]:
        """What the store keeps as balances, zeros left out, in no order."""

    def accept(self) -> str | None:
        """Trust the store again after it may have lost writes; says what was accepted, None where nothing was wrong."""

    def close(self) -> None:
        """Let go of connections and files; closing twice is fine."""
