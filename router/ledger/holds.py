"""The life of a hold: what is asked of a store, what it answers, and how a hold may change.

    reserve ─▶ held ─┬─ settle ──▶ settled     the bill is known
                     ├─ release ─▶ released    no work was done, and there is proof
                     ├─ unknown ─▶ unknown     it may be billed: counts at its ceiling until someone knows
                     └─ its lease ends ─▶ assumed (counts as spent, at its ceiling) or released, as the policy says

What is learned later still counts: an unknown or assumed hold is settled or released when the truth comes, and a bill
that comes for a released one is recorded as an overrun. A settled hold never changes. All money is in whole
micro-dollars, all moments are milliseconds since 1970 in UTC, by the store's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ..budget import Account
from ..errors import LedgerError

State: TypeAlias = Literal["held", "unknown", "settled", "assumed", "released"]
Act: TypeAlias = Literal["settle", "release", "unknown", "assume"]

AFTER: Final[Mapping[tuple[State, Act], State]] = {
    ("held", "settle"): "settled",
    ("held", "release"): "released",
    ("held", "unknown"): "unknown",
    ("held", "assume"): "assumed",
    ("unknown", "settle"): "settled",
    ("unknown", "release"): "released",
    ("unknown", "assume"): "assumed",
    ("assumed", "settle"): "settled",
    ("assumed", "release"): "released",
    ("released", "settle"): "settled",
}
"""Every change that there is; an act that is not here changes nothing, so late and double calls are safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What is asked of a store before a call: to hold `ceiling_micros` against every account, or against none.

    `key` names the operation that must not be paid twice. `token` is new for each time that money is asked for, so that
    asking again after a lost answer finds the hold that was made. `after_unknown` says that an earlier attempt of this
    very call may have been billed, and that the policy goes on all the same. `about` is kept for reports: tags as
    `tag.NAME`, `model`, `route`, `provider`, `policy`.
    """

    key: str
    token: str
    ceiling_micros: int
    accounts: tuple[Account, ...] = ()
    lease_s: float = 900.0
    after_lease: Literal["spent", "release"] = "spent"
    after_unknown: bool = False
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ceiling_micros < 0:
            raise LedgerError(f"a ceiling cannot be below zero: {self.ceiling_micros}")
        if len({account.key for account in self.accounts}) < len(self.accounts):
            raise LedgerError("an account stands twice in one reservation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an account has spent, held and not known in the window of this moment.

    `peak_micros` is the most that was ever used of it in this window, before what was just asked: whoever passes a
    share of the limit for the first time is told so by it. `resets_at_ms` is None for a limit that never resets.
    """

    account: str
    limit: str
    amount_micros: int
    spent_micros: int = 0
    held_micros: int = 0
    unknown_micros: int = 0
    peak_micros: int = 0
    resets_at_ms: int | None = None

    @property
    def used_micros(self) -> int:
        """All that counts against the limit."""
        return self.spent_micros + self.held_micros + self.unknown_micros

    @property
    def left_micros(self) -> int:
        """What may still be reserved; never below zero, also after an overrun."""
        return max(self.amount_micros - self.used_micros, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Money that is held for one attempt of an operation; `standings` are as they are with it."""

    key: str
    attempt: int
    token: str
    ceiling_micros: int
    at_ms: int
    lease_until_ms: int
    standings: tuple[Standing, ...] = ()

    @property
    def id(self) -> str:
        """The hold's own name: `KEY#2` is the second attempt of an operation."""
        return hold_id(self.key, self.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """The ceiling does not fit: nothing was held anywhere."""

    needed_micros: int
    standings: tuple[Standing, ...]

    @property
    def tightest(self) -> Standing:
        """The account that has the least left."""
        return min(self.standings, key=lambda standing: standing.left_micros)

    @property
    def only_held(self) -> bool:
        """Whether it would fit if all that is held were given back, so that waiting may help."""
        return all(
            self.needed_micros <= each.amount_micros - each.spent_micros - each.unknown_micros
            for each in self.standings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The operation is under way (`held`), paid (`settled`), or may be (`unknown`, `assumed`): it is not paid twice."""

    key: str
    attempt: int
    state: State
    micros: int  # the ceiling, or what it came to
    at_ms: int


Answer: TypeAlias = Hold | Short | Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a hold stands after an act on it; `changed` is False where the act came too late or twice.

    `micros` is what it counts for now. `overrun_micros` is what a bill was above its ceiling, or the whole of it where
    the hold had been released.
    """

    state: State
    changed: bool
    micros: int
    overrun_micros: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Where a hold counts: an account, its limit, and the second at which the period of its window began."""

    account: str
    limit: str
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger; lines are only ever added, and every balance can be recomputed from them.

    `act` is `reserve` or how the hold changed; `micros` is the ceiling of a `reserve`, the bill of a `settle`, and what
    was given back or is assumed otherwise. `charges` and `about` are those of the reservation, and stand only there.
    """

    seq: int
    at_ms: int
    act: Literal["reserve", "settle", "release", "unknown", "assume"]
    key: str
    attempt: int
    micros: int
    charges: tuple[Charge, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a store keeps for an account and a period, to be held against the fold of its entries."""

    account: str
    period: int
    spent_micros: int = 0
    held_micros: int = 0
    unknown_micros: int = 0


def hold_id(key: str, attempt: int) -> str:
    """The name of one attempt's hold."""
    return f"{key}#{attempt}"
