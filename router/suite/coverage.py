"""Which conditions of a policy its cases have seen hold and not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Place
from ..matcher import fact_of
from ..needs import show
from ..trace import comparisons, explain

if TYPE_CHECKING:
    from ..decision import Decision
    from ..policy import Adjustment, Compare, Guard, Limit, Policy, Route

HOLDS, FAILS = "true", "false"


class Read(NamedTuple):
    """A decision, and whether the limits were read for it: they are where money was given."""

    decision: Decision
    limits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSeen:
    """One comparison of a rule, or (`always`) a rule without any, and how often it came out which way.

    It counts only where its rule was read: a route below the one that held was not.
    """

    kind: str
    rule: str
    comparison: str
    at: Place
    true: int = 0
    false: int = 0
    unknown: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """The outcomes that no case has seen; `unknown` is none that must be seen."""
        wanted = {HOLDS: self.true} if self.comparison == ALWAYS else {HOLDS: self.true, FAILS: self.false}
        return tuple(outcome for outcome, times in wanted.items() if not times)

    def __str__(self) -> str:
        return f"{self.kind} `{self.rule}`: {self.comparison} was never {' nor '.join(self.missing) or 'unseen'}"

    def to_dict(self) -> dict[str, object]:
        """The condition, ready for JSON."""
        place = {"path": self.at.path, "line": self.at.line, "column": self.at.column}
        seen = {"true": self.true, "false": self.false, "unknown": self.unknown}
        rule = {"kind": self.kind, "rule": self.rule, "comparison": self.comparison}
        return {**rule, **place, "seen": seen, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every condition of a policy, in the order of the file."""

    conditions: tuple[ConditionSeen, ...] = ()

    @property
    def uncovered(self) -> tuple[ConditionSeen, ...]:
        """The conditions that were not seen both ways."""
        return tuple(each for each in self.conditions if each.missing)

    @property
    def total(self) -> int:
        """How many conditions there are."""
        return len(self.conditions)

    @property
    def covered(self) -> int:
        """How many conditions were seen both ways."""
        return self.total - len(self.uncovered)

    @property
    def percent(self) -> float:
        """The share of conditions that were seen both ways, rounded down to a tenth: 100 is all of them."""
        return self.covered * 1000 // self.total / 10 if self.total else 100.0

    def to_dict(self) -> dict[str, object]:
        """The coverage, ready for JSON."""
        counts = {"covered": self.covered, "total": self.total, "percent": self.percent}
        return {**counts, "uncovered": [each.to_dict() for each in self.uncovered]}


ALWAYS = "always"


def measure(policy: Policy, reads: Iterable[Read]) -> Coverage:
    """Count how each condition came out, by the interpreter that writes the trace."""
    seen: Counter[tuple[str, str, int, str]] = Counter()
    for read in reads:
        for row in _rows(policy, read):
            results = [each["result"] for each in row["conditions"]] or [row["result"]]
            seen.update((row["kind"], row["id"], index, result) for index, result in enumerate(results))
    return Coverage(conditions=tuple(_conditions(policy, seen)))


def _rows(policy: Policy, read: Read) -> Sequence[Mapping[str, Any]]:
    limits = policy.budget.limits if read.limits else ()
    return [*read.decision.trace, *(explain("limit", limit, read.decision.facts) for limit in limits)]


def _conditions(policy: Policy, seen: Mapping[tuple[str, str, int, str], int]) -> Iterator[ConditionSeen]:
    for kind, rule in _rules(policy):
        tests = [(write(test), test.at) for test in comparisons(rule.when)] or [(ALWAYS, rule.at)]
        for index, (text, at) in enumerate(tests):
            times = {result: seen[kind, rule.id, index, result] for result in (HOLDS, FAILS, "unknown")}
            yield ConditionSeen(kind=kind, rule=rule.id, comparison=text, at=at, **times)


def _rules(policy: Policy) -> Iterator[tuple[str, Guard | Route | Adjustment | Limit]]:
    yield from (("guard", guard) for guard in policy.guards)
    yield from (("route", route) for route in policy.routes)
    yield from (("adjustment", adjustment) for adjustment in policy.adjustments)
    yield from (("limit", limit) for limit in policy.budget.limits)


def write(test: Compare) -> str:
    """A comparison as it stands in a policy: `pixels gt 3686400`."""
    want = test.want if test.op == "exists" else show(fact_of(test.fact).kind, test.want)
    if isinstance(want, list):
        return f"{test.fact} {test.op} {', '.join(map(str, want))}"
    return f"{test.fact} {test.op} {str(want).lower() if isinstance(want, bool) else want}"
