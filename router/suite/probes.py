"""Requests made from a policy's own thresholds, to try its invariants on: for one policy always the same.

First each value on its own, so that what breaks an invariant is found in its simplest form; then mixtures of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import isqrt
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from ..facts import BACKGROUNDS, FIDELITIES, FORMATS, MODERATIONS, QUALITIES, TAG_PREFIX
from ..parameters import MAX_N, MAX_PARTIAL_IMAGES
from ..policy import Compare
from ..request import MAX_INPUT_IMAGES
from ..sizes import Size
from ..trace import comparisons
from .cases import Case

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..policy import Condition, Policy

Wants: TypeAlias = Mapping[str, tuple[Any, ...]]
Moves: TypeAlias = tuple[Case, ...]
PLAIN = "a lighthouse at dusk"
USUAL_SIZES = ("1024x1024", "1536x1024", "1024x1536", "1200x628", "512x512", "2048x2048", "3840x2160", "auto")
SMALL_AMOUNTS = (0, 10_000, 50_000, 200_000)  # micro-dollars: enough for nothing, and for a picture or two
EDIT = Case(operation="edit", images=(Size(1024, 1024),))


def probes(policy: Policy, catalog: Catalog, on: date) -> Iterator[Case]:
    """Requests without end; the first ones differ from a plain one in a single thing."""
    plain = Case(request={"prompt": PLAIN}, on=on, provider="openai")
    dimensions = [moves for moves in _dimensions(policy, catalog, on) if moves]
    yield plain
    yield from (move.over(plain) for moves in dimensions for move in moves)
    number = 0
    while dimensions:
        yield _mixture(plain, dimensions, Random(f"{policy.revision}/{number}"))  # noqa: S311  # no secret
        number += 1


def _mixture(plain: Case, dimensions: Iterable[Moves], chance: Random) -> Case:
    for moves in dimensions:
        if chance.random() < SHARE:
            plain = chance.choice(moves).over(plain)
    return plain


SHARE = 0.4


def simpler(case: Case) -> Iterator[Case]:
    """The same request with one thing less."""
    yield from (replace(case, request=less) for less in _less(case.request, but="prompt"))
    yield from (replace(case, needs=less) for less in _less(case.needs))
    yield from (replace(case, tags=less) for less in _less(case.tags))
    if case.operation or case.images:
        yield replace(case, operation=None, images=None)
    if case.max_cost_micros is not None:
        yield replace(case, max_cost_micros=None)
    if case.budget_left_micros is not None:
        yield replace(case, budget_left_micros=None)


def _less(said: Mapping[str, Any], *, but: str = "") -> Iterator[Mapping[str, Any]]:
    for name in said:
        if name != but:
            yield {key: value for key, value in said.items() if key != name}


# -- what can differ, by what the policy compares


def _dimensions(policy: Policy, catalog: Catalog, on: date) -> Iterator[Moves]:
    wants = _wants(policy)
    yield _asks("model", _models(policy, catalog))
    yield _asks("size", [*USUAL_SIZES, *_sizes(wants)])
    yield _asks("background", BACKGROUNDS)
    yield _asks("quality", QUALITIES)
    yield _asks("output_format", FORMATS)
    yield _asks("moderation", MODERATIONS)
    yield _asks("n", _around(wants.get("n", ()), 1, MAX_N))
    yield (Case(request={"stream": True}), *_partial_images(wants))
    yield _edits(wants)
    yield _texts(wants)
    yield tuple(Case(on=day) for day in _days(wants, catalog, on))
    yield tuple(Case(provider=each) for each in wants.get("provider", ()) if each in catalog.providers)
    yield tuple(Case(max_cost_micros=amount) for amount in _amounts(wants, "max_cost_usd"))
    yield tuple(Case(budget_left_micros=amount) for amount in _amounts(wants, "budget"))
    yield from _tags(policy, wants)


def _wants(policy: Policy) -> Wants:
    """What each fact is compared with, anywhere in the policy."""
    wants: dict[str, tuple[Any, ...]] = {}
    for test in (test for condition in _conditions(policy) for test in comparisons(condition)):
        wants[test.fact] = (*wants.get(test.fact, ()), *_values(test))
    return wants


def _conditions(policy: Policy) -> Iterator[Condition]:
    yield from (guard.when for guard in policy.guards)
    yield from (route.when for route in policy.routes)
    yield from (adjustment.when for adjustment in policy.adjustments)
    yield from (limit.when for limit in policy.budget.limits)
    yield from (invariant.given for invariant in policy.invariants)


def _values(test: Compare) -> tuple[Any, ...]:
    if test.op in ("exists", "like"):
        return ()
    return test.want if isinstance(test.want, tuple) else (test.want,)


def _asks(name: str, values: Iterable[object]) -> Moves:
    return tuple(Case(request={name: value}) for value in dict.fromkeys(values))


def _around(values: Iterable[int], low: int, high: int) -> list[int]:
    """The ends of a range, and on and beside each threshold in it."""
    near = {value + step for value in values for step in (-1, 0, 1)}
    return sorted({low, high} | {value for value in near if low <= value <= high})


def _models(policy: Policy, catalog: Catalog) -> list[str]:
    return [*sorted(catalog.ids("openai")), *sorted(policy.aliases), "no-such-model"]


def _partial_images(wants: Wants) -> Iterator[Case]:
    for count in _around(wants.get("partial_images", ()), 1, MAX_PARTIAL_IMAGES):
        yield Case(request={"stream": True, "partial_images": count})


def _edits(wants: Wants) -> Moves:
    counts = _around(wants.get("images", ()), 1, MAX_INPUT_IMAGES)
    return (
        EDIT,
        Case(request={"pixroute": {"mask": True}}).over(EDIT),
        *(Case(request={"input_fidelity": word}).over(EDIT) for word in FIDELITIES),
        *(replace(EDIT, images=(Size(1024, 1024),) * count) for count in counts),
    )


def _texts(wants: Wants) -> Moves:
    scores = _around(wants.get("text.score", ()), 0, 100)
    lengths = _around(wants.get("text.quoted_chars", ()), 0, 1000)
    scripts = dict.fromkeys((*wants.get("text.scripts", ()), "latin"))
    heavy = Case(needs={"text_heavy": True})
    return (
        Case(needs={"transparent": True}),
        heavy,
        *(Case(needs={"text.score": score}) for score in scores),
        *(Case(needs={"text.quoted_chars": length}).over(heavy) for length in lengths),
        *(Case(needs={"text.scripts": [script]}).over(heavy) for script in scripts),
        *(Case(request={"prompt": _prompt(length)}) for length in wants.get("prompt_chars", ())),
    )


def _prompt(length: int) -> str:
    return "x" * max(length, 1)


def _days(wants: Wants, catalog: Catalog, on: date) -> list[date]:
    """The days from now on around those that the policy compares with, and around the end of each model."""
    ends = [model.lifecycle.shutdown for model in catalog.on(on).values()]
    turns = {*wants.get("date", ()), *(end for end in ends if end)}
    return sorted({day for turn in turns for day in (turn - timedelta(days=1), turn) if day >= on})


def _amounts(wants: Wants, prefix: str) -> list[int]:
    values = [value for fact, several in wants.items() if fact.startswith(prefix) for value in several]
    return sorted({*SMALL_AMOUNTS, *_around(values, 0, max(values, default=0) + 1)})


def _tags(policy: Policy, wants: Wants) -> Iterator[Moves]:
    declared = policy.tags or {}
    compared = (fact.removeprefix(TAG_PREFIX) for fact in wants if fact.startswith(TAG_PREFIX))
    scopes = (tag for limit in policy.budget.limits for tag in limit.scope)
    for tag in dict.fromkeys((*declared, *compared, *scopes)):
        values = dict.fromkeys((*declared.get(tag, ()), *wants.get(TAG_PREFIX + tag, ()), "another"))
        yield tuple(Case(tags={tag: value}) for value in values)


# -- sizes on and beside each threshold


def _sizes(wants: Wants) -> Iterator[str]:
    for fact, make in SIZES.items():
        for value in wants.get(fact, ()):
            yield from (f"{width}x{height}" for width, height in make(value) if width > 0 and height > 0)


def _of_area(pixels: int) -> Iterator[tuple[int, int]]:
    side = isqrt(pixels)
    yield from ((side, side), (side + 1, side + 1))
    for width in range(side, 0, -1):
        if pixels % width == 0:
            yield width, pixels // width
            return


def _of_aspect(aspect: Fraction) -> Iterator[tuple[int, int]]:
    scale = max(1, isqrt(1024 * 1024 // (aspect.numerator * aspect.denominator)))
    width, height = aspect.numerator * scale, aspect.denominator * scale
    yield from ((width - 1, height), (width, height), (width + 1, height))


def _of_edge(edge: int) -> list[tuple[int, int]]:
    return [(edge + step, edge - 1) for step in (-1, 0, 1)]


SIZES: Mapping[str, Callable[[Any], Iterable[tuple[int, int]]]] = MappingProxyType(
    {
        "width": lambda width: [(width + step, 1024) for step in (-1, 0, 1)],
        "height": lambda height: [(1024, height + step) for step in (-1, 0, 1)],
        "pixels": _of_area,
        "longest_edge": _of_edge,
        "aspect": _of_aspect,
    }
)
