"""A ledger as its documents tell it: a list of holds, and sums over all of them each time that somebody asks.

Nothing is kept that could be computed, nothing is fast, and nothing of a store's code is used: windows are compared by
the names that a calendar gives them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from router.budget import Account
from router.ledger import Ended, Reservation, Standing, Taken

from .calendars import label, shared


@dataclass(kw_only=True)
class Attempt:
    """One hold."""

    asked: Reservation
    number: int
    at: float
    until: float
    state: str = "held"
    micros: int = 0

    @property
    def id(self) -> str:
        return f"{self.asked.key}#{self.number}"


@dataclass(kw_only=True)
class Model:
    """What a ledger has to answer; `now` is the store's clock."""

    attempts: list[Attempt] = field(default_factory=list)
    peaks: dict[str, dict[Any, tuple[float, int]]] = field(default_factory=dict)
    lines: list[tuple[str, str, int, int]] = field(default_factory=list)

    # -- how accounts stand

    def used(self, account: Account, now: float) -> Counter[str]:
        """What counts against an account at a moment, by state."""
        counts: Counter[str] = Counter()
        for each in self.attempts:
            charged = any(other.key == account.key for other in each.asked.accounts)
            if charged and shared(account.window, each.at, now):
                counts[each.state] += each.micros
        return counts

    def peak(self, account: Account, now: float) -> int:
        """The most that was used in the window of a moment."""
        peaks = self.peaks.get(account.key, {}).values()
        return max((peak for at, peak in peaks if shared(account.window, at, now)), default=0)

    def standing(self, account: Account, now: float) -> tuple[Any, ...]:
        """Spent, held, unknown and peak."""
        used = self.used(account, now)
        return (used["settled"] + used["assumed"], used["held"], used["unknown"], self.peak(account, now))

    def fits(self, asked: Reservation, now: float) -> bool:
        """Law 12."""
        return all(self.used(each, now).total() + asked.ceiling_micros <= each.amount_micros for each in asked.accounts)

    # -- steps

    def end_leases(self, now: float) -> int:
        """End what is due: how many."""
        due = [each for each in self.attempts if each.state in ("held", "unknown") and each.until <= now]
        for each in sorted(due, key=lambda each: each.id):
            if each.asked.after_lease == "release":
                self._note("release", each, each.micros)
                each.state, each.micros = "released", 0
            else:
                self._note("assume", each, each.micros)
                each.state = "assumed"
        return len(due)

    def reserve(self, asked: Reservation, now: float) -> Attempt | Taken | None:
        """The hold that is made or found, what is in its way, or None where it does not fit."""
        operation = [each for each in self.attempts if each.asked.key == asked.key]
        for each in operation:
            if each.asked.token == asked.token:
                return each if each.state == "held" else self._taken(each)
        passed = {"released", "unknown", "assumed"} if asked.after_unknown else {"released"}
        for each in operation:
            if each.state not in passed:
                return self._taken(each)
        if not self.fits(asked, now):
            return None
        before = {each.key: self.peak(each, now) for each in asked.accounts}
        made = Attempt(
            asked=asked,
            number=len(operation) + 1,
            at=now,
            until=now + asked.lease_s,
            micros=asked.ceiling_micros,
        )
        self.attempts.append(made)
        for each in asked.accounts:
            most = max(before[each.key], self.used(each, now).total())
            self.peaks.setdefault(each.key, {})[label(each.window, now)] = (now, most)
        self._note("reserve", made, made.micros)
        return made

    def settle(self, hold: Attempt, micros: int) -> Ended:
        """A bill."""
        if hold.state == "settled":
            return self._late(hold)
        covered = 0 if hold.state == "released" else hold.asked.ceiling_micros
        hold.state, hold.micros = "settled", micros
        self._note("settle", hold, micros)
        return Ended(state="settled", changed=True, micros=micros, overrun_micros=max(micros - covered, 0))

    def release(self, hold: Attempt) -> Ended:
        """Proof of no work."""
        if hold.state in ("settled", "released"):
            return self._late(hold)
        self._note("release", hold, hold.micros)
        hold.state, hold.micros = "released", 0
        return Ended(state="released", changed=True, micros=0)

    def unknown(self, hold: Attempt) -> Ended:
        """Nobody knows."""
        if hold.state != "held":
            return self._late(hold)
        hold.state = "unknown"
        self._note("unknown", hold, hold.micros)
        return Ended(state="unknown", changed=True, micros=hold.micros)

    def renew(self, hold: Attempt, until: float) -> bool:
        """A longer or shorter lease."""
        if hold.state != "held":
            return False
        hold.until = until
        return True

    # -- all that is kept

    def balances(self) -> dict[tuple[str, Any], tuple[int, int, int]]:
        """Spent, held and unknown of each account, by the name of the period; zeros left out."""
        sums: dict[tuple[str, Any], Counter[str]] = {}
        for each in self.attempts:
            for account in each.asked.accounts:
                place = (account.key, label(account.window, each.at))
                sums.setdefault(place, Counter())[each.state] += each.micros
        found = {
            place: (used["settled"] + used["assumed"], used["held"], used["unknown"]) for place, used in sums.items()
        }
        return {place: used for place, used in found.items() if any(used)}

    def _note(self, act: str, hold: Attempt, micros: int) -> None:
        self.lines.append((act, hold.asked.key, hold.number, micros))

    def _late(self, hold: Attempt) -> Ended:
        return Ended(state=hold.state, changed=False, micros=hold.micros)

    def _taken(self, hold: Attempt) -> Taken:
        return Taken(
            key=hold.asked.key,
            attempt=hold.number,
            state=hold.state,
            micros=hold.micros,
            at_ms=int(hold.at * 1000),
        )


def counted(standing: Standing) -> tuple[int, int, int, int]:
    """A store's standing in the model's shape."""
    return (standing.spent_micros, standing.held_micros, standing.unknown_micros, standing.peak_micros)
