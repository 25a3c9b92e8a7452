"""What many verdicts come to: sums and counts that fit in memory however many there are, and that can be added up."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from .today import Refused
from .trial import After, Changed, Today, Verdict

MOST_KEYS: Final = 500
"""Different things of a kind that are counted one by one; what comes after them is counted together."""

MOST_DAYS: Final = 4_000
MOST_PLACES: Final = 5

Key = TypeVar("Key")
Fate: TypeAlias = tuple[Today, After]


@dataclass(slots=True)
class Money:
    """A sum of costs, in micro-dollars, and how many they are."""

    count: int = 0
    expected: int = 0
    ceiling: int = 0

    def add(self, cost: tuple[int, int]) -> None:
        """Add a cost, as expected and at most."""
        self.count += 1
        self.expected += cost[0]
        self.ceiling += cost[1]

    def merge(self, other: Money) -> None:
        """Add another sum."""
        self.count += other.count
        self.expected += other.expected
        self.ceiling += other.ceiling


@dataclass(slots=True, eq=False)
class Batch:
    """Requests of one day with the same verdict, and what they cost together."""

    verdict: Verdict
    day: str | None = None
    times: int = 0
    before: Money = field(default_factory=Money)
    after: Money = field(default_factory=Money)


@dataclass(slots=True)
class Group:
    """Requests that have something in common. `was` and `now` hold those of which both costs are known."""

    count: int = 0
    broken: int = 0
    saved: int = 0
    lost: int = 0
    before: Money = field(default_factory=Money)
    after: Money = field(default_factory=Money)
    was: Money = field(default_factory=Money)
    now: Money = field(default_factory=Money)

    def add(self, batch: Batch) -> None:
        """Count requests with the same verdict."""
        verdict, times = batch.verdict, batch.times
        breaks = verdict.today == "breaks"
        self.count += times
        self.broken += times * breaks
        self.saved += times * (breaks and verdict.is_served)
        self.lost += times * (not verdict.is_served)
        self.before.merge(batch.before)
        self.after.merge(batch.after)
        if verdict.before is not None and verdict.now is not None:
            self.was.merge(batch.before)
            self.now.merge(batch.after)

    def merge(self, other: Group) -> None:
        """Add another group."""
        self.count += other.count
        self.broken += other.broken
        self.saved += other.saved
        self.lost += other.lost
        for mine, its in zip(self._sums(), other._sums(), strict=True):
            mine.merge(its)

    def _sums(self) -> tuple[Money, Money, Money, Money]:
        return self.before, self.after, self.was, self.now


class Groups(Generic[Key]):
    """Groups by a key: the first so many keys have one each, `others` is that of the rest."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self.most = most
        self.by_key: dict[Key, Group] = {}
        self.others = Group()

    def at(self, key: Key) -> Group:
        """The group of a key."""
        found = self.by_key.get(key)
        if found is None:
            if len(self.by_key) >= self.most:
                return self.others
            found = self.by_key[key] = Group()
        return found

    def merge(self, other: Groups[Key]) -> None:
        """Add other groups."""
        for key, group in other.by_key.items():
            self.at(key).merge(group)
        self.others.merge(other.others)

    def by_count(self) -> list[tuple[Key, Group]]:
        """The largest first; equal ones as their keys sort."""
        return sorted(self.by_key.items(), key=lambda each: (-each[1].count, str(each[0])))


class Places(NamedTuple):
    """How often something was met, and where first."""

    times: int = 0
    first: tuple[str, ...] = ()


class Met:
    """What was met in a log that is no request, by its reason."""

    def __init__(self) -> None:
        self.by_reason: dict[str, Places] = {}

    def add(self, reason: str, places: Places) -> None:
        """Note places; a reason beyond so many is one of the others."""
        if reason not in self.by_reason and len(self.by_reason) >= MOST_KEYS:
            reason = "for other reasons"
        known = self.by_reason.get(reason, Places())
        first = (*known.first, *places.first)[:MOST_PLACES]
        self.by_reason[reason] = Places(known.times + places.times, first)

    def merge(self, other: Met) -> None:
        """Add what another met."""
        for reason, places in other.by_reason.items():
            self.add(reason, places)

    @property
    def count(self) -> int:
        """How often in all."""
        return sum(places.times for places in self.by_reason.values())


# -- how costs are spread


STEPS: Final = 8
"""Bins in each power of ten."""

EDGES: Final = tuple(round(100 * 10 ** (step / STEPS)) for step in range(6 * STEPS + 1))
"""Where bins begin, in micro-dollars: from a hundredth of a cent to a hundred dollars, each a third wider."""


def bin_of(micros: int) -> int:
    """The bin of a cost: 0 is below the first edge, the last is above the last."""
    return bisect_right(EDGES, micros)


# -- all of it


class Flow(NamedTuple):
    """From a model to a model, or to why there is none."""

    asked: str
    model: str | None
    reason: str | None


class Problem(NamedTuple):
    """A refusal of the day: our code, the parameter, the status and the API's words."""

    code: str
    param: str
    status: int
    message: str

    @classmethod
    def of(cls, refused: Refused) -> Problem:
        """What a refusal says."""
        return cls(refused.code, refused.param, refused.status, refused.message)


@dataclass(slots=True)
class Tally:
    """All that a report of a replay tells.

    A request may have several of `problems`; `firsts` counts which of them the API tells. `changes` are those of what
    is served.
    """

    lines: int = 0
    unread: Met = field(default_factory=Met)
    passed: Met = field(default_factory=Met)
    notes: Counter[str] = field(default_factory=Counter)
    total: Group = field(default_factory=Group)
    fates: Counter[Fate] = field(default_factory=Counter)
    ends: Counter[tuple[str, date]] = field(default_factory=Counter)
    problems: Groups[Problem] = field(default_factory=Groups)
    firsts: Counter[Problem] = field(default_factory=Counter)
    reasons: Groups[tuple[str, str]] = field(default_factory=Groups)
    models: Groups[str] = field(default_factory=Groups)
    flows: Groups[Flow] = field(default_factory=Groups)
    changes: Groups[Changed] = field(default_factory=Groups)
    days: Groups[str] = field(default_factory=lambda: Groups(MOST_DAYS))
    undated: int = 0
    costs_before: Counter[int] = field(default_factory=Counter)
    costs_after: Counter[int] = field(default_factory=Counter)

    def add_costs(self, batch: Batch, prompt_bytes: int) -> None:
        """Put a request among those with its verdict; what it costs rests on its prompt's length."""
        batch.times += 1
        before, now = batch.verdict.before, batch.verdict.now
        if before is not None:
            cost = before.at(prompt_bytes)
            batch.before.add(cost)
            self.costs_before[bin_of(cost[0])] += 1
        if now is not None:
            cost = now.at(prompt_bytes)
            batch.after.add(cost)
            self.costs_after[bin_of(cost[0])] += 1

    def add(self, batch: Batch) -> None:
        """Count requests with the same verdict."""
        verdict, times = batch.verdict, batch.times
        self.total.add(batch)
        self.fates[verdict.today, verdict.after] += times
        asked = verdict.asked if verdict.named else f"none ({verdict.asked})"
        self.models.at(asked).add(batch)
        code = verdict.reason[0] if verdict.reason else None
        self.flows.at(Flow(asked, verdict.model if verdict.is_served else None, code)).add(batch)
        if verdict.ends is not None and verdict.today == "ends":
            self.ends[asked, verdict.ends] += times
        for place, problem in enumerate(dict.fromkeys(map(Problem.of, verdict.problems))):
            self.problems.at(problem).add(batch)
            if place == 0 and problem in self.problems.by_key:
                self.firsts[problem] += times
        if verdict.reason is not None:
            self.reasons.at(verdict.reason).add(batch)
        for change in verdict.changes if verdict.is_served else ():
            self.changes.at(change).add(batch)
        if batch.day is None:
            self.undated += times
        else:
            self.days.at(batch.day).add(batch)

    def merge(self, other: Tally) -> None:
        """Add what another part of the logs came to."""
        self.lines += other.lines
        self.undated += other.undated
        self.unread.merge(other.unread)
        self.passed.merge(other.passed)
        self.total.merge(other.total)
        self.notes.update(other.notes)
        self.fates.update(other.fates)
        self.ends.update(other.ends)
        self.firsts.update(other.firsts)
        self.costs_before.update(other.costs_before)
        self.costs_after.update(other.costs_after)
        self.problems.merge(other.problems)
        self.reasons.merge(other.reasons)
        self.models.merge(other.models)
        self.flows.merge(other.flows)
        self.changes.merge(other.changes)
        self.days.merge(other.days)

    # -- what it says

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return self.total.count

    @property
    def is_fine(self) -> bool:
        """Whether the policy serves them all."""
        return self.total.lost == 0

    def having(self, *, today: Today | None = None, after: After | None = None) -> int:
        """Requests by their fate."""
        return sum(
            number
            for (now, then), number in self.fates.items()
            if (today is None or now == today) and (after is None or then == after)
        )
