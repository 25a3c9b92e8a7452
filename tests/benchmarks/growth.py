"""How matching grows with the number of rules: where rules dispatch on names and tags, and where they cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from time import process_time

from router.language import parse_policy
from router.matcher import Clause, Matcher
from router.needs import Facts
from router.policy import Route
from router.request import read_request
from router.trace import holds
from tests.benchmarks.timing import Timing, race

ON = date(2026, 11, 23)
SIZES = (10, 100, 1_000, 10_000)
REQUESTS = 60
CHECKED = 6  # requests that the interpreter reads too, at most: it reads every rule
QUALITIES = ("low", "medium", "high")
FORMATS = ("png", "jpeg", "webp")


def dispatching(rule: int, _: int) -> str:
    """A rule of a policy with many tenants: it names one, or a few, and little else."""
    tenant = f"tags.tenant: t{rule // 3}" if rule % 5 else f"tags.tenant: {{in: [t{rule // 3}, t{rule // 3 + 1}]}}"
    quality, kind = QUALITIES[rule % 3], FORMATS[rule % 3]
    more = (f"quality: {quality}", f"output_format: {kind}", "operation: generate, pixels: {gt: 1500000}")[rule % 3]
    return f"{tenant}, {more}"


def of_tenant(rule: int, _: int) -> dict[str, object]:
    """A request for which a rule that dispatches was written."""
    return {
        "prompt": "a lighthouse",
        "size": "1536x1024",
        "quality": QUALITIES[rule % 3],
        "output_format": FORMATS[rule % 3],
        "pixroute": {"tags": {"tenant": f"t{rule // 3}"}},
    }


def thresholds(rule: int, rules: int) -> str:
    """A rule that no index helps with: larger pictures than the rule after it."""
    return f"pixels: {{gte: {1_000_000 + 256 * (rules - rule)}}}"


def of_size(rule: int, rules: int) -> dict[str, object]:
    """A request for which a rule with a threshold was written."""
    return {"prompt": "a lighthouse", "size": f"64x{(1_000_000 + 256 * (rules - rule)) // 64 + 1}"}


KINDS: dict[str, tuple[Callable[[int, int], str], Callable[[int, int], dict[str, object]]]] = {
    "names and tags": (dispatching, of_tenant),
    "thresholds": (thresholds, of_size),
}


def policy(kind: str, rules: int) -> str:
    """A policy of so many routes."""
    condition = KINDS[kind][0]
    rows = (f"- {{id: r{rule}, when: {{{condition(rule, rules)}}}, to: gpt-image-2}}" for rule in range(rules))
    return "\n".join(["pixroute: 1", "name: many", "routes:", *rows])


def read_facts(kind: str, rules: int) -> list[Facts]:
    """The facts of requests that rules all over the table were written for."""
    request = KINDS[kind][1]
    step = max(1, rules // REQUESTS)
    places = [place % rules for place in range(step // 2, step * REQUESTS, step)][:REQUESTS]
    return [Facts(read_request(request(place, rules)), on=ON, provider="openai") for place in places]


def run(*, rounds: int = 50, repeat: int = 5, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Time tables of several sizes in turns; the smallest is the base."""
    rows = [row for kind in KINDS for row in _grow(kind, rounds=rounds, repeat=repeat, sizes=sizes)]
    return {"requests": REQUESTS, "rounds": rounds, "rows": rows}


def _grow(kind: str, *, rounds: int, repeat: int, sizes: Sequence[int]) -> list[dict[str, object]]:
    once = {rules: _prepare(kind, rules) for rules in sizes}
    runs = {str(rules): partial(_match, once[rules][0].first, read_facts(kind, rules) * repeat) for rules in sizes}
    timings = race(runs, base=str(sizes[0]), rounds=rounds, calls=REQUESTS * repeat)
    return [{"kind": kind, "rules": rules, **_cells(timings[str(rules)], once[rules][1])} for rules in sizes]


def _prepare(kind: str, rules: int) -> tuple[Matcher, dict[str, float]]:
    """Parse, index and use a table for the first time, each timed once; check it against the interpreter."""
    text, facts = policy(kind, rules), read_facts(kind, rules)
    times = [process_time()]
    routes = parse_policy(text).routes
    times.append(process_time())
    matcher = Matcher([Clause(route.when) for route in routes])
    times.append(process_time())
    for each in facts:
        matcher.first(each)
    times.append(process_time())
    _check(routes, matcher, facts[:: REQUESTS // CHECKED])
    parse, index, first = (1e3 * (end - start) for start, end in pairwise(times))
    return matcher, {"parse_ms": parse, "index_ms": index, "first_use_ms": first}


def _check(routes: Sequence[Route], matcher: Matcher, facts: Sequence[Facts]) -> None:
    for each in facts:
        expected = next((place for place, route in enumerate(routes) if holds(route.when, each) is True), None)
        if expected is None or matcher.first(each) != expected:
            message = f"route {matcher.first(each)}, and the interpreter says {expected}"
            raise AssertionError(message)


def _match(first: Callable[[Facts], object], facts: Sequence[Facts]) -> None:
    for each in facts:
        first(each)


def _cells(timing: Timing, once: dict[str, float]) -> dict[str, float]:
    return {"match_us": timing.micros, "match_ratio": timing.ratio, **once}
