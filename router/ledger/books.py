"""The books: what the lines of a ledger add up to, and whether that is what a store keeps beside them.

A million lines take about five seconds and 200 MB, for every hold that they tell of is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from .holds import AFTER, Act, Balance, Charge, Entry, State, hold_id

Fault: TypeAlias = Literal["gap", "twice", "attempt", "orphan", "act", "amount", "refund", "balance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that does not add up: `where` is a line, as `entry 7`, or an account and a period."""

    code: Fault
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(slots=True)
class Sums:
    """What is spent, held and not known of an account in one period; what is released counts nowhere."""

    spent: int = 0
    held: int = 0
    unknown: int = 0
    released: int = 0


@dataclass(slots=True, kw_only=True)
class Booked:
    """A hold as its lines tell it: `micros` is what it counts for, `ended_at_ms` when it last changed, if it did."""

    key: str
    attempt: int
    ceiling_micros: int
    at_ms: int
    charges: tuple[Charge, ...]
    about: Mapping[str, str]
    micros: int
    state: State = "held"
    ended_at_ms: int | None = None
    sums: tuple[Sums, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The hold's own name."""
        return hold_id(self.key, self.attempt)

    @property
    def overrun_micros(self) -> int:
        """What its bill was above its ceiling."""
        return max(self.micros - self.ceiling_micros, 0)


@dataclass(slots=True, kw_only=True)
class Books:
    """What lines add up to: every hold by its name, every account by period, and what is wrong with the lines."""

    holds: dict[str, Booked] = field(default_factory=dict)
    sums: dict[tuple[str, int], Sums] = field(default_factory=dict)
    faults: list[Difference] = field(default_factory=list)
    last: int = 0

    def balances(self) -> Iterator[Balance]:
        """What stands against each account in each period, zeros left out."""
        for (account, period), sums in self.sums.items():
            if sums.spent or sums.held or sums.unknown:
                yield Balance(
                    account=account,
                    period=period,
                    spent_micros=sums.spent,
                    held_micros=sums.held,
                    unknown_micros=sums.unknown,
                )

    def spending(self) -> Iterator[Booked]:
        """The holds that are paid, or assumed to be; in the order in which they were made."""
        return (hold for hold in self.holds.values() if hold.state in ("settled", "assumed"))

    def open(self) -> Iterator[Booked]:
        """The holds whose end is not known: held or unknown; in the order in which they were made."""
        return (hold for hold in self.holds.values() if hold.state in ("held", "unknown"))


def fold(entries: Iterable[Entry]) -> Books:
    """Add up the lines of a ledger, from its first.

    Lines that cannot be are named in `faults`; of these, only a wrong amount is counted.
    """
    books = Books()
    shared = _Shared(books)
    for entry in entries:
        if entry.seq != books.last + 1:
            books.faults.append(_fault("gap", entry, f"comes after entry {books.last}"))
        books.last = max(books.last, entry.seq)
        name = hold_id(entry.key, entry.attempt)
        hold = books.holds.get(name)
        if entry.act == "reserve":
            books.faults += _wrong_reserve(books, entry, name)
            books.holds.setdefault(name, hold or _made(entry, shared))
        elif hold is None:
            books.faults.append(_fault("orphan", entry, f"`{name}` was never reserved"))
        else:
            books.faults += _step(hold, entry, entry.act)
    return books


def differences(entries: Iterable[Entry], balances: Iterable[Balance]) -> Iterator[Difference]:
    """What is wrong with a ledger: lines that cannot be, and balances that are not what the lines add up to."""
    books = fold(entries)
    yield from books.faults
    kept = {(each.account, each.period): each for each in balances}
    made = {(each.account, each.period): each for each in books.balances()}
    for place in sorted(kept.keys() | made.keys()):
        nothing = Balance(account=place[0], period=place[1])
        yield from _compared(kept.get(place, nothing), made.get(place, nothing))


def _compared(kept: Balance, made: Balance) -> Iterator[Difference]:
    for column in ("spent", "held", "unknown"):
        here, there = getattr(kept, f"{column}_micros"), getattr(made, f"{column}_micros")
        if here != there:
            yield Difference(
                code="balance",
                where=f"`{kept.account}` from {kept.period}",
                message=f"{column} is kept as {here} micros, but the entries add up to {there}",
            )


class _Shared:
    """What many holds have in common is kept once: half a million of them then take less than 200 MB."""

    def __init__(self, books: Books) -> None:
        self._sums = books.sums
        self._places: dict[tuple[tuple[str, int], ...], tuple[tuple[Charge, ...], tuple[Sums, ...]]] = {}
        self._about: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}

    def places(self, charges: tuple[Charge, ...]) -> tuple[tuple[Charge, ...], tuple[Sums, ...]]:
        key = tuple((charge.account, charge.period) for charge in charges)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = charges, tuple(self._sums.setdefault(place, Sums()) for place in key)
        return found

    def about(self, about: Mapping[str, str]) -> Mapping[str, str]:
        return self._about.setdefault(tuple(about.items()), about)


def _made(entry: Entry, shared: _Shared) -> Booked:
    charges, sums = shared.places(entry.charges)
    for each in sums:
        each.held += entry.micros
    return Booked(
        key=entry.key,
        attempt=entry.attempt,
        ceiling_micros=entry.micros,
        at_ms=entry.at_ms,
        charges=charges,
        about=shared.about(entry.about),
        micros=entry.micros,
        sums=sums,
    )


def _wrong_reserve(books: Books, entry: Entry, name: str) -> Iterator[Difference]:
    if name in books.holds:
        yield _fault("twice", entry, f"`{name}` was reserved before")
    elif entry.attempt != 1 and hold_id(entry.key, entry.attempt - 1) not in books.holds:
        yield _fault("attempt", entry, f"`{name}` has no attempt before it")
    if entry.micros < 0:
        yield _fault("amount", entry, f"`{name}` reserves {entry.micros} micros")


def _step(hold: Booked, entry: Entry, act: Act) -> Iterator[Difference]:
    """Take the step of a line, and tell what is wrong with it."""
    after = AFTER.get((hold.state, act))
    if after is None:
        yield _fault("act", entry, f"`{act}` of `{hold.id}`, which is {hold.state}")
        return
    if act == "release" and entry.micros != hold.micros:
        yield _fault("refund", entry, f"gives back {entry.micros} micros of `{hold.id}`, which counts {hold.micros}")
    elif act in KEEP and entry.micros != hold.ceiling_micros:
        yield _fault("amount", entry, f"`{act}` of {entry.micros} micros, but `{hold.id}` is {hold.ceiling_micros}")
    elif entry.micros < 0:
        yield _fault("amount", entry, f"`{act}` of {entry.micros} micros")
    counts = 0 if after == "released" else entry.micros
    leaves, comes = COLUMNS[hold.state], COLUMNS[after]
    for each in hold.sums:
        setattr(each, leaves, getattr(each, leaves) - hold.micros)
        setattr(each, comes, getattr(each, comes) + counts)
    hold.state, hold.micros, hold.ended_at_ms = after, counts, entry.at_ms


KEEP: Final = ("unknown", "assume")
COLUMNS: Final[Mapping[State, str]] = {
    "held": "held",
    "unknown": "unknown",
    "settled": "spent",
    "assumed": "spent",
    "released": "released",
}


def _fault(code: Fault, entry: Entry, message: str) -> Difference:
    return Difference(code=code, where=f"entry {entry.seq}", message=message)
