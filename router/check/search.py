"""Whether there is a request for which conditions come out so: exact, by trying the points of one part after another.

A condition is read with some parts of the request chosen and the others open; then it has several possible verdicts. A
choice under which a condition can no longer come out as it must is given up at once, and so is every earlier choice
that had nothing to do with it. What remains when nothing is left to try is a proof, and it knows whom it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..facts import TAG_PREFIX
from ..policy import All, Compare, Condition, Not
from ..policy import Any as AnyOf
from ..trace import comparisons
from .ask import merge
from .readings import A_RULE, TooManyError
from .space import MONEY, MONEY_GIVEN, is_conditional, part_of, verdict
from .verdicts import ANYTHING, FALSE, TRUE, Verdicts, both, either, negated, union

if TYPE_CHECKING:
    from ..policy import Limit
    from .ask import Ask
    from .space import Space

MOST_READINGS = 200_000
"""How often conditions are read for one question, each time for one more choice; beyond that it stays open.

What all questions of a run may take together is counted in `readings`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Must:
    """A condition that has to come out as one of the `allowed` verdicts; `rule` is who is named if that cannot be."""

    when: Condition
    allowed: Verdicts
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A request for which all is as it must be."""

    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """There is none, because of these rules; none is named where what must be contradicts itself."""

    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Nobody knows: the search was broken off."""


Answer: TypeAlias = Found | Impossible | Open


def search(space: Space, musts: Sequence[Must]) -> Answer:
    """Find a request for which all is as it must be, or prove that there is none."""
    if space.readings.spent:
        return Open()
    always = next((must for must in musts if must.when == ALWAYS and not must.allowed & TRUE), None)
    if always is not None:
        return Impossible(because=(always.rule,) if always.rule else ())
    try:
        return _searched(space, musts)
    except TooManyError:
        return Open()


ALWAYS = All()


def _searched(space: Space, musts: Sequence[Must]) -> Answer:
    space.readings.take(A_RULE * len(musts))
    walk = _Walk(space, [*musts, *_limits(space, musts)])
    clash = walk.descend(range(len(walk.musts)))
    if clash is None:
        return Found(ask=walk.ask())
    guilty = [walk.musts[index] for index in sorted(clash.musts)]
    if any(not space.points(part).complete for must in guilty for part in walk.parts_of(must.when)):
        return Open()
    return Impossible(because=tuple(dict.fromkeys(must.rule for must in guilty if must.rule)))


def fewest(space: Space, musts: Sequence[Must], answer: Impossible) -> tuple[str, ...]:
    """The rules that make it impossible, without those that can be left out one after the other."""
    names = answer.because
    for name in reversed(answer.because):
        rest = tuple(each for each in names if each != name)
        kept = [must for must in musts if must.rule is None or must.rule in rest]
        if isinstance(search(space, kept), Impossible):
            names = rest
    return names


def _limits(space: Space, musts: Sequence[Must]) -> Iterator[Must]:
    """A limit refuses requests without its tags, once it is known what is left of the budget."""
    if not any(part_of(test.fact) == MONEY for must in musts for test in comparisons(must.when)):
        return
    for limit in space.policy.budget.limits:
        if limit.missing == "deny" and limit.scope:
            lacking = AnyOf(parts=tuple(map(_absent, limit.scope)))
            refuses = All(parts=(Compare(fact=MONEY_GIVEN, op="is", want=True), lacking, limit.when))
            yield Must(when=refuses, allowed=FALSE, rule=limit.id)


def _absent(tag: str) -> Compare:
    return Compare(fact=f"{TAG_PREFIX}{tag}", op="exists", want=False)


@dataclass(slots=True)
class _Clash:
    """Why nothing was found below a choice: the parts whose choice mattered, and what was not as it must be."""

    parts: set[str] = field(default_factory=set)
    musts: set[int] = field(default_factory=set)


Reader: TypeAlias = Callable[[], Verdicts]


class _Walk:
    """One search: the conditions as code, the points that are told apart, the choices so far."""

    def __init__(self, space: Space, musts: Sequence[Must]) -> None:
        self.musts = musts
        self._space = space
        self._chosen: dict[str, int] = {}
        self._readings = 0
        self._conditional = [limit for limit in space.policy.budget.limits if is_conditional(limit)]
        self._classes: dict[str, Sequence[Ask]] = {}
        self._verdicts: dict[Compare, Sequence[Verdicts]] = {}
        for part, tests in self._tests().items():
            self._classify(part, tuple(tests))
        self._parts = [self.parts_of(must.when) for must in musts]
        self._readers = [self._reader(must.when) for must in musts]

    def ask(self) -> Ask:
        """The request that was chosen."""
        chosen = (self._classes[part][place] for part, place in self._chosen.items())
        return merge(chosen, start=self._space.start)

    # -- what the conditions rest on

    def parts_of(self, condition: Condition) -> tuple[str, ...]:
        """The parts of a request that a condition rests on."""
        return tuple(dict.fromkeys(part for test in comparisons(condition) for part in self._rests_on(test)))

    def _rests_on(self, test: Compare) -> tuple[str, ...]:
        """One part; what a limit has left also rests on whether the limit applies."""
        if part_of(test.fact) != MONEY:
            return (part_of(test.fact),)
        return (MONEY, *(part_of(each.fact) for limit in self._conditional for each in _applies(limit)))

    def _tests(self) -> dict[str, list[Compare]]:
        """All comparisons that are read, by the part that decides them."""
        tests = [test for must in self.musts for test in comparisons(must.when)]
        if any(part_of(test.fact) == MONEY for test in tests):
            tests += [test for limit in self._conditional for test in _applies(limit)]
        rows: dict[str, list[Compare]] = {}
        for test in dict.fromkeys(tests):
            rows.setdefault(part_of(test.fact), []).append(test)
        return rows

    def _classify(self, part: str, tests: tuple[Compare, ...]) -> None:
        """Tell points apart by what is read of them; what is left of a limit that may not apply by itself."""
        if part == MONEY and self._conditional:
            self._classes[part] = self._space.points(part).asks
            return
        classes = self._space.classes(part, tests)
        self._classes[part] = classes.asks
        self._verdicts.update(zip(tests, classes.verdicts, strict=True))

    # -- reading conditions

    def _reader(self, condition: Condition) -> Reader:
        match condition:
            case Compare():
                return self._leaf(condition)
            case Not(part=part):
                inner = self._reader(part)
                return lambda: negated(inner())
            case All(parts=parts):
                readers = [self._reader(part) for part in parts]
                return lambda: both(read() for read in readers)
            case AnyOf(parts=parts):
                readers = [self._reader(part) for part in parts]
                return lambda: either(read() for read in readers)

    def _leaf(self, test: Compare) -> Reader:
        parts, chosen = self._rests_on(test), self._chosen
        if test not in self._verdicts:
            return lambda: self._together(test, parts)
        part, verdicts = parts[0], self._verdicts[test]
        undecided = union(verdicts)
        return lambda: verdicts[chosen[part]] if part in chosen else undecided

    def _together(self, test: Compare, parts: Sequence[str]) -> Verdicts:
        """A comparison that rests on several parts is read when all are chosen."""
        if any(part not in self._chosen for part in parts):
            return ANYTHING
        asks = (self._classes[part][self._chosen[part]] for part in parts)
        ask = merge(asks, start=self._space.start)
        return verdict(test, ask, self._space.facts(ask))

    # -- the search itself

    def descend(self, pending: Iterable[int]) -> _Clash | None:
        """Choose point after point; None once all is as it must be, else why that cannot be."""
        waiting: list[int] = []
        for index in pending:
            verdicts, allowed = self._readers[index](), self.musts[index].allowed
            if not verdicts & allowed:
                return _Clash({part for part in self._parts[index] if part in self._chosen}, {index})
            if verdicts & ~allowed:
                waiting.append(index)
        return self._branch(waiting) if waiting else None

    def _branch(self, waiting: Sequence[int]) -> _Clash | None:
        part = self._next_part(waiting)
        clash = _Clash()
        for place in range(len(self._classes[part])):
            self._count(len(waiting))
            self._chosen[part] = place
            below = self.descend(waiting)
            if below is None:
                return None
            del self._chosen[part]
            if part not in below.parts:
                return below
            clash.parts |= below.parts - {part}
            clash.musts |= below.musts
        return clash

    def _next_part(self, waiting: Sequence[int]) -> str:
        """The part with the fewest points, of the condition that has the fewest parts left to choose."""
        rows = [[part for part in self._parts[index] if part not in self._chosen] for index in waiting]
        shortest = min(rows, key=len)
        return min(shortest, key=lambda part: len(self._classes[part]))

    def _count(self, readings: int) -> None:
        self._readings += readings
        self._space.readings.take(readings)
        if self._readings > MOST_READINGS:
            raise TooManyError


def _applies(limit: Limit) -> Iterator[Compare]:
    """The comparisons that decide whether a limit applies."""
    yield from comparisons(limit.when)
    if limit.missing == "exempt":
        yield from map(_absent, limit.scope)
