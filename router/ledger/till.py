"""A ledger as calls use it: alerts are sounded, and what a store could not be told is told later."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from ..errors import LedgerError, LedgerInDoubtError, LedgerUnreachableError
from .alerts import Alert, OnAlert, alert, moment, passed, sound
from .holds import Answer, Ended, Hold, Reservation, Standing

if TYPE_CHECKING:
    from ..budget import Account
    from ..policy import Policy, Window
    from .protocol import Ledger

T = TypeVar("T")
log = logging.getLogger(__package__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a hold is to end: at a bill in micro-dollars, given back, or not known."""

    hold: Hold
    reservation: Reservation
    billed_micros: int | None = None
    is_free: bool = False

    def tell(self, ledger: Ledger) -> Ended:
        """End the hold."""
        if self.is_free:
            return ledger.release(self.hold.id)
        if self.billed_micros is None:
            return ledger.unknown(self.hold.id)
        return ledger.settle(self.hold.id, self.billed_micros)


class Till:
    """One ledger for all calls of a router; safe to share between threads.

    An ending that a store cannot be told, because it is out of reach, is kept and told before the next question, or
    when the till is closed. Until then, and if the process dies first, the store counts the hold at its ceiling.
    """

    def __init__(self, ledger: Ledger, *, listeners: Iterable[OnAlert] = ()) -> None:
        self.ledger = ledger
        self.listeners: list[OnAlert] = list(listeners)
        self._untold: deque[Ending] = deque(maxlen=MOST_UNTOLD)
        self._telling = threading.Lock()
        self._refused: OrderedDict[str, int | None] = OrderedDict()
        self._refusing = threading.Lock()

    def left(self, accounts: Sequence[Account], policy: Policy) -> tuple[Standing, ...]:
        """How accounts stand."""
        self._tell_what_was_kept()
        return self._trusting(policy, partial(self.ledger.left, accounts))

    def reserve(self, reservation: Reservation, policy: Policy) -> Answer:
        """Hold a ceiling, and sound the shares of limits that it passes."""
        answer = self._trusting(policy, partial(self.ledger.reserve, reservation))
        if isinstance(answer, Hold):
            for each in passed(answer.standings, policy.alerts):
                sound(each, self.listeners)
        return answer

    def end(self, ending: Ending) -> Ended | None:
        """End a hold; None where the store cannot be told, or not yet."""
        try:
            return self._tell(ending)
        except NOT_NOW as error:
            log.warning("what became of `%s` is told to the ledger later: %s", ending.hold.id, error.message)
            self._untold.append(ending)
            return None

    def renew(self, hold: Hold, lease_s: float) -> None:
        """Let a hold's lease begin anew; one that cannot be renewed is counted at its ceiling."""
        try:
            self.ledger.renew(hold.id, lease_s)
        except LedgerError as error:
            log.warning("the lease of `%s` was not renewed: %s", hold.id, error.message)

    def refuse(self, standing: Standing, window: Window) -> None:
        """Sound that a limit refused a request, once in its window."""
        with self._refusing:
            told = _is_told(self._refused, standing, window)
            if not told:
                self._refused[standing.account] = standing.resets_at_ms
                self._refused.move_to_end(standing.account)
            if len(self._refused) > MOST_REFUSED:
                self._refused.popitem(last=False)
        if not told:
            sound(alert("refused", standing), self.listeners)

    def close(self) -> None:
        """Tell the store what it could not be told, if it can be reached now, and let go of it."""
        self._tell_what_was_kept()
        if self._untold:
            log.error(
                "holds whose end the ledger was not told, and which count as after a crash: %d", len(self._untold)
            )
        self.ledger.close()

    def _trusting(self, policy: Policy, step: Callable[[], T]) -> T:
        try:
            return step()
        except LedgerInDoubtError:
            if policy.ledger.restarts != "trust":
                raise
            log.warning("the ledger restarted, and is trusted by the policy: %s", self.ledger.accept())
            return step()

    def _tell_what_was_kept(self) -> None:
        if not self._untold or not self._telling.acquire(blocking=False):
            return
        try:
            while self._untold:
                self._tell_next()
        except NOT_NOW:
            log.debug("the ledger is still out of reach")
        finally:
            self._telling.release()

    def _tell_next(self) -> None:
        ending = self._untold.popleft()
        try:
            self._tell(ending)
        except NOT_NOW:
            self._untold.appendleft(ending)
            raise

    def _tell(self, ending: Ending) -> Ended | None:
        """End a hold; raises only where the store should be told later."""
        try:
            ended = self._tell_of_hold(ending)
        except NOT_NOW:
            raise
        except LedgerError as error:
            log.exception("what became of `%s` cannot be told to the ledger: %s", ending.hold.id, error.message)
            ended = None
        if ending.billed_micros is not None and ending.billed_micros > ending.hold.ceiling_micros:
            sound(_overrun(ending, ending.billed_micros), self.listeners)
        return ended

    def _tell_of_hold(self, ending: Ending) -> Ended:
        try:
            return self._tell_at_most_the_ceiling(ending)
        except NOT_NOW:
            raise
        except LedgerError as error:
            log.warning("%s: the store has lost it, and it is made again", error.message)
        return self._tell_at_most_the_ceiling(replace(ending, hold=self._hold_anew(ending.reservation)))

    def _tell_at_most_the_ceiling(self, ending: Ending) -> Ended:
        """End a hold; a bill that a store refuses, for it is no amount that it can keep, leaves the ceiling counted."""
        try:
            return ending.tell(self.ledger)
        except NOT_NOW:
            raise
        except LedgerError as error:
            if ending.billed_micros is None:
                raise
            ended = self.ledger.unknown(ending.hold.id)
            log.exception("the bill of `%s` is refused, its ceiling counts: %s", ending.hold.id, error.message)
            return ended

    def _hold_anew(self, lost: Reservation) -> Hold:
        """Make a hold that the store has lost again, whether it fits or not: what was spent was spent."""
        unlimited = tuple(replace(account, amount_micros=UNLIMITED_MICROS) for account in lost.accounts)
        token = uuid4().hex
        for key in (lost.key, f"{lost.key}+{token}"):  # the first may be taken by now
            answer = self.ledger.reserve(replace(lost, key=key, token=token, accounts=unlimited, after_unknown=True))
            if isinstance(answer, Hold):
                return answer
        raise LedgerError(f"there is no room for `{lost.key}`")


def money_inputs(standings: Iterable[Standing]) -> dict[str, Any]:
    """What is left of limits, and when they reset, as `plan()` takes it."""
    seen = tuple(standings)
    resets = {each.limit: moment(each.resets_at_ms) for each in seen}
    return {
        "budget_left_micros": {each.limit: each.left_micros for each in seen},
        "resets_at": {limit: at.isoformat() for limit, at in resets.items() if at is not None},
    }


def _overrun(ending: Ending, billed_micros: int) -> Alert:
    return Alert(
        kind="overrun",
        used_micros=billed_micros,
        amount_micros=ending.hold.ceiling_micros,
        operation_key=ending.hold.key,
    )


def _is_told(refused: Mapping[str, int | None], standing: Standing, window: Window) -> bool:
    """Whether a refusal was told in this window; a rolling one is another when all of it has passed."""
    if standing.account not in refused:
        return False
    last_ms, resets_at_ms = refused[standing.account], standing.resets_at_ms
    if last_ms is None or resets_at_ms is None:
        return last_ms == resets_at_ms
    return resets_at_ms - last_ms < max((window.seconds or 0) * 1000, 1)


NOT_NOW: Final = (LedgerUnreachableError, LedgerInDoubtError)
UNLIMITED_MICROS: Final = 1 << 50
MOST_UNTOLD: Final = 10_000
MOST_REFUSED: Final = 10_000
