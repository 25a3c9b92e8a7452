"""Everything that a request can ask, cut where a policy's conditions change: a few points for each independent part.

Facts that hang together (width and pixels, mask and operation) are one part; a part's points are requests that ask for
that part alone, so that what a condition finds in them is read by the engine itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from ..facts import (
    BACKGROUNDS,
    FIDELITIES,
    FORMATS,
    LIMIT_PREFIX,
    LIMIT_SUFFIX,
    MODERATIONS,
    QUALITIES,
    SCRIPTS,
    TAG_PREFIX,
)
from ..money import usd
from ..parameters import MAX_N, MAX_PARTIAL_IMAGES, MAX_PROMPT_CHARS
from ..policy import All, Compare, Condition, Limit, Policy
from ..request import MAX_INPUT_IMAGES
from ..trace import compare, comparisons
from .ask import PLAIN, Ask
from .plane import Cuts, different_sizes
from .readings import A_REQUEST, Readings
from .spelling import different_strings
from .verdicts import BIT, Verdicts

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..needs import Facts

MOST_POINTS = 5_000
MOST_KEPT = 64  # sets of classes, until they are worked out anew
CELLS = 8  # verdicts that are put side by side while one is read
COMPARED = 4  # what it takes to compare with one point, in readings
POINT = 20  # what it takes to make one point, in readings
WHOLE_VALUES = ("is", "in", "not_in", "exists")
HIGHEST_SCORE = 100
MOST_MONEY = 10**9 * 1_000_000  # micro-dollars

SIZE, ALPHA, TASK, MODEL, MONEY = "size", "alpha", "task", "model", "money"
MONEY_GIVEN = "money given"
"""Not a fact of the language: whether it was said what is left of the budget."""

PART_OF: Mapping[str, str] = {
    **dict.fromkeys(("size_known", "width", "height", "pixels", "longest_edge", "aspect", "orientation"), SIZE),
    **dict.fromkeys(("background", "transparent", "output_format"), ALPHA),
    **dict.fromkeys(("operation", "mask", "images"), TASK),
    **dict.fromkeys(("asked_model", "provider"), MODEL),
    "budget_left_usd": MONEY,
    MONEY_GIVEN: MONEY,
}
"""The part that a fact belongs to, where it does not stand alone."""


def verdict(test: Compare, ask: Ask, facts: Facts) -> Verdicts:
    """How a comparison comes out for a request, with the facts that were read from it."""
    return BIT[ask.left is not None if test.fact == MONEY_GIVEN else compare(test, facts)]


def part_of(fact: str) -> str:
    """The part of a request that a fact is read from."""
    return MONEY if fact.startswith(LIMIT_PREFIX) else PART_OF.get(fact, fact)


class Points(NamedTuple):
    """Requests that differ in one part; `complete` if every request there can be is like one of them."""

    asks: tuple[Ask, ...]
    complete: bool = True


class Classes(NamedTuple):
    """Points that some comparisons tell apart; `verdicts` has a row for each comparison, in it one for each point."""

    asks: tuple[Ask, ...]
    verdicts: tuple[bytes, ...]


@dataclass(frozen=True)
class Space:
    """The parts of a request as one policy sees them, from one day on."""

    policy: Policy
    catalog: Catalog
    start: Ask
    days: tuple[date, ...] = ()  # on which something changes beside the policy
    readings: Readings = field(default_factory=Readings, compare=False)

    @cached_property
    def _tests(self) -> Mapping[str, list[Compare]]:
        """All comparisons of the policy, by fact."""
        found: dict[str, list[Compare]] = defaultdict(list)
        for condition in conditions(self.policy):
            for test in comparisons(condition):
                found[test.fact].append(test)
        return found

    @cached_property
    def _bare(self) -> Policy:
        """The policy without its rules: what it makes of a request before any is read."""
        return replace(self.policy, guards=(), routes=(), adjustments=())

    def facts(self, ask: Ask) -> Facts:
        """The facts that the engine reads from a request."""
        return ask.decide(self._bare, self.catalog).facts

    def verdicts(self, test: Compare) -> bytes:
        """How a comparison comes out for each point of its part."""
        known = self._verdicts.get(test)
        if known is None:
            part = part_of(test.fact)
            known = self._verdicts[test] = self._row(part, test, range(len(self.points(part).asks)))
        return known

    def _row(self, part: str, test: Compare, places: Sequence[int]) -> bytes:
        """How a comparison comes out for some points."""
        self.readings.take(COMPARED * len(places))
        asks = self.points(part).asks
        return bytes(verdict(test, asks[place], self._read(part, place)) for place in places)

    def _read(self, part: str, place: int) -> Facts:
        """The facts of a point of a part."""
        known = self._facts.get((part, place))
        if known is None:
            self.readings.take(A_REQUEST)
            known = self._facts[part, place] = self.facts(self.points(part).asks[place])
        return known

    def classes(self, part: str, tests: tuple[Compare, ...]) -> Classes:
        """One point for each way in which some comparisons come out together."""
        known = self._classes.get((part, tests))
        if known is None:
            known = self._told_apart(part, tests)
            if len(self._classes) >= MOST_KEPT:
                self._classes.clear()
            self._classes[part, tests] = known
        return known

    def _told_apart(self, part: str, tests: tuple[Compare, ...]) -> Classes:
        asks = self.points(part).asks
        if part.startswith(TAG_PREFIX) and all(test.op in WHOLE_VALUES for test in tests):
            places: Sequence[int] = self._places_of(part, tests)
            rows = [self._row(part, test, places) for test in tests]
        else:
            places = range(len(asks))
            rows = [self.verdicts(test) for test in tests]
        self.readings.take(len(places) * (COMPARED + len(rows) // CELLS))
        first: dict[bytes, Ask] = {}
        for verdicts, place in zip(map(bytes, zip(*rows, strict=True)), places, strict=True):
            first.setdefault(verdicts, asks[place])
        return Classes(tuple(first.values()), tuple(map(bytes, zip(*first, strict=True))))

    def _places_of(self, tag: str, tests: tuple[Compare, ...]) -> list[int]:
        """The points of a tag that comparisons with whole values can tell apart: all that none names are alike."""
        places = self._places.get(tag)
        asks = self.points(tag).asks
        if places is None:
            places = self._places[tag] = {ask.says.get(tag): place for place, ask in enumerate(asks)}
        wants = {want for test in tests if test.op != "exists" for want in values(test)}
        unnamed = next((place for value, place in places.items() if value and value not in wants), 0)
        return sorted({0, unnamed, len(asks) - 1, *(places[want] for want in wants if want in places)})

    @cached_property
    def _places(self) -> dict[str, dict[object, int]]:
        return {}

    @cached_property
    def _classes(self) -> dict[tuple[str, tuple[Compare, ...]], Classes]:
        return {}

    @cached_property
    def _verdicts(self) -> dict[Compare, bytes]:
        return {}

    @cached_property
    def _facts(self) -> dict[tuple[str, int], Facts]:
        return {}

    def points(self, part: str) -> Points:
        """The points of a part, the plainest first; those that contradict themselves left out."""
        known = self._points.get(part)
        if known is None:
            draw = MAKERS.get(part, _tag if part.startswith(TAG_PREFIX) else _alone)
            drawn = draw(self, part)
            self.readings.take(POINT * len(drawn.asks))
            known = self._points[part] = Points(tuple(ask for ask in drawn.asks if ask.is_sound()), drawn.complete)
        return known

    @cached_property
    def _points(self) -> dict[str, Points]:
        return {}

    # -- what the makers of points need

    def says(self, **what: object) -> Ask:
        """A request that asks for this and no more; two underscores stand for a dot."""
        return self.named({name.replace("__", "."): value for name, value in what.items()})

    def named(self, says: Mapping[str, object]) -> Ask:
        """A request that asks for this and no more; None leaves a thing out."""
        return replace(self.start, says={name: value for name, value in says.items() if value is not None})

    def tests(self, *facts: str) -> Iterator[Compare]:
        """The policy's comparisons of some facts."""
        for fact in facts:
            yield from self._tests.get(fact, ())

    def wants(self, *facts: str) -> list[object]:
        """All values that the policy compares some facts with, patterns aside."""
        return [value for test in self.tests(*facts) if test.op not in NO_VALUE for value in values(test)]

    def patterns(self, fact: str) -> list[str]:
        """The globs that the policy tries on a fact."""
        return sorted({str(test.want) for test in self.tests(fact) if test.op == "like"})


NO_VALUE = ("like", "exists")


def conditions(policy: Policy) -> Iterator[Condition]:
    """Every condition of a policy."""
    yield from (guard.when for guard in policy.guards)
    yield from (route.when for route in policy.routes)
    yield from (adjustment.when for adjustment in policy.adjustments)
    yield from (limit.when for limit in policy.budget.limits)
    yield from (invariant.given for invariant in policy.invariants)


def values(test: Compare) -> tuple[object, ...]:
    """What a comparison compares with, one value or several."""
    return test.want if isinstance(test.want, tuple) else (test.want,)


# -- the points of each part


def around(wants: Iterable[object], lowest: int, highest: int) -> list[int]:
    """Whole numbers on, before and after each that is compared with, and both ends."""
    near = {int(str(want)) + step for want in wants for step in (-1, 0, 1)}
    return sorted({lowest, highest} | {number for number in near if lowest <= number <= highest})


def _alone(space: Space, fact: str) -> Points:
    """A fact that hangs together with no other."""
    rows = ALONE[fact](space.wants(fact))
    return Points(tuple(space.named({name: value}) for name, value in rows))


Rows = Iterable[tuple[str, object]]


def _of(name: str, words: Iterable[object]) -> Callable[[list[object]], Rows]:
    return lambda _: ((name, word) for word in words)


def _count(name: str, lowest: int, highest: int) -> Callable[[list[object]], Rows]:
    return lambda wants: ((name, number) for number in around(wants, lowest, highest))


def _prompts(wants: list[object]) -> Rows:
    lengths = around(wants, 1, MAX_PROMPT_CHARS)
    return (("prompt", None), *(("prompt", PLAIN[:length].ljust(length, ".")) for length in lengths))


def _scripts(wants: list[object]) -> Rows:
    """Every set of the scripts that are named, and of one that is not."""
    named = [script for script in SCRIPTS if script in wants]
    others = [script for script in SCRIPTS if script not in named][:1]
    words = [*named, *others]
    sets = (set_ for size in range(len(words) + 1) for set_ in combinations(words, size))
    return (("needs.text.scripts", list(each)) for each in sets)


def _caps(wants: list[object]) -> Rows:
    amounts = around(wants, 0, MOST_MONEY)
    return (("max_cost_usd", None), *(("max_cost_usd", usd(amount)) for amount in reversed(amounts)))


ALONE: Mapping[str, Callable[[list[object]], Rows]] = {
    "quality": _of("quality", (None, *QUALITIES)),
    "moderation": _of("moderation", (None, *MODERATIONS)),
    "input_fidelity": _of("input_fidelity", (None, *FIDELITIES)),
    "stream": _of("stream", (None, False, True)),
    "n": _of("n", (None, *range(1, MAX_N + 1))),
    "partial_images": _of("partial_images", (None, *range(MAX_PARTIAL_IMAGES + 1))),
    "text_heavy": _of("needs.text_heavy", (False, True)),
    "text.score": _count("needs.text.score", 0, HIGHEST_SCORE),
    "text.quoted_chars": _count("needs.text.quoted_chars", 0, MAX_PROMPT_CHARS),
    "text.scripts": _scripts,
    "prompt_chars": _prompts,
    "max_cost_usd": _caps,
}
"""How each fact that stands alone is asked for; what an app says of its text stands above what the prompt says."""


def _alpha(space: Space, _: str) -> Points:
    backgrounds, needs, formats = (None, *BACKGROUNDS), (None, True, False), (None, *FORMATS)
    rows = product(backgrounds, needs, formats)
    return Points(
        tuple(
            space.named({"background": background, "needs.transparent": need, "output_format": format_})
            for background, need, format_ in rows
        )
    )


def _task(space: Space, _: str) -> Points:
    counts = around(space.wants("images"), 0, MAX_INPUT_IMAGES)
    edits = [
        space.named({"images": ["1024x1024"] * count or None, "mask": mask or None, "operation": "edit"})
        for mask in (False, True)
        for count in (*(count for count in counts if count), 0)
    ]
    return Points((space.start, *edits))


def _sizes(space: Space, _: str) -> Points:
    cuts = Cuts(
        **{fact: _stretches(space.tests(fact)) for fact in ("width", "height", "pixels", "longest_edge")},
        aspect=tuple(sorted({*_ratios(space.wants("aspect")), *_square(space.tests("orientation"))})),
    )
    sizes = different_sizes(cuts)
    return Points((space.start, *(space.says(size=str(size)) for size in sizes.found)), sizes.complete)


def _stretches(tests: Iterable[Compare]) -> tuple[int, ...]:
    cuts = {cut for test in tests if test.op in STRETCHES for cut in STRETCHES[test.op](_numbers(test))}
    return tuple(sorted(cuts))


def _numbers(test: Compare) -> list[int]:
    return [int(str(value)) for value in values(test)]


STRETCHES: Mapping[str, Callable[[list[int]], list[int]]] = {
    **dict.fromkeys(("lt", "gte"), lambda wants: wants),
    **dict.fromkeys(("lte", "gt"), lambda wants: [want + 1 for want in wants]),
    **dict.fromkeys(("is", "in", "not_in"), lambda wants: [want + step for want in wants for step in (0, 1)]),
    "between": lambda wants: [wants[0], wants[-1] + 1],
}
"""The first numbers for which a comparison says something else."""


def _ratios(wants: Iterable[object]) -> Iterator[Fraction]:
    return (want for want in wants if isinstance(want, Fraction))


def _square(tests: Iterator[Compare]) -> Iterator[Fraction]:
    return (Fraction(1) for _ in tests)


def _days(space: Space, _: str) -> Points:
    named = {*space.days, *(want for want in space.wants("date") if isinstance(want, date))}
    days = {want + timedelta(step) for want in named for step in (-1, 0, 1) if date.min < want < date.max}
    first = space.start.on
    return Points(tuple(replace(space.start, on=day) for day in sorted({first, *days}) if day >= first))


def _tag(space: Space, fact: str) -> Points:
    declared = (space.policy.tags or {}).get(fact.removeprefix(TAG_PREFIX), ())
    named = dict.fromkeys((*declared, *map(str, space.wants(fact))))
    others = different_strings(space.patterns(fact), (*named, ""))
    asks = (space.named({fact: value}) for value in (None, *named, *others.found, ""))
    return Points(tuple(asks), others.complete)


def _models(space: Space, _: str) -> Points:
    """Every name there is at each provider, and names that are at none."""
    asks: list[Ask] = []
    complete = True
    others_too = dict.fromkeys(space.catalog.providers) if any(space.tests("provider")) else {}
    for provider in {space.start.provider: None, **others_too}:
        known = {*map(str, space.wants("asked_model")), *space.policy.aliases, *space.catalog.ids(provider)}
        others = different_strings(space.patterns("asked_model"), known, trimmed=True)
        there = replace(space.start, provider=provider)
        asks += [there, *(replace(there, says={"model": name}) for name in (*sorted(known), *others.found))]
        complete = complete and others.complete
    return Points(tuple(asks), complete)


def _money(space: Space, _: str) -> Points:
    """Nothing known; or what is left of each limit that a rule reads, and of one of the others."""
    facts = [fact for fact in space._tests if part_of(fact) == MONEY]  # noqa: SLF001
    amounts = (None, *reversed(around(space.wants(*facts), 0, MOST_MONEY)))
    if not space.policy.budget.limits:
        return Points((space.start, *(replace(space.start, left=amount) for amount in amounts if amount is not None)))
    ids = [limit.id for limit in space.policy.budget.limits]
    if not any(map(is_conditional, space.policy.budget.limits)):
        read = [each for each in ids if f"{LIMIT_PREFIX}{each}{LIMIT_SUFFIX}" in facts]
        ids = [*read, *[each for each in ids if each not in read][:1]]
    if len(amounts) ** len(ids) > MOST_POINTS:
        return Points((space.start,), complete=False)
    rows = (dict(zip(ids, row, strict=True)) for row in product(amounts, repeat=len(ids)))
    known = ({each: amount for each, amount in row.items() if amount is not None} for row in rows)
    return Points((space.start, *(replace(space.start, left=left) for left in known if left)))


def is_conditional(limit: Limit) -> bool:
    """Whether a limit applies to some requests only."""
    return limit.when != All() or (limit.missing == "exempt" and bool(limit.scope))


MAKERS: Mapping[str, Callable[[Space, str], Points]] = {
    ALPHA: _alpha,
    TASK: _task,
    SIZE: _sizes,
    MODEL: _models,
    MONEY: _money,
    "date": _days,
}
