"""Conditions read one comparison at a time, to show why a rule held or did not; it agrees with the compiled matcher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Protocol, TypeAlias

from .facts import ORDER, Fact
from .matcher import fact_of
from .needs import show
from .policy import All, Compare, Condition, Not
from .policy import Any as AnyOf

if TYPE_CHECKING:
    from .needs import Facts

Verdict: TypeAlias = bool | None  # None: it cannot be known
WORDS: Mapping[Verdict, str] = {True: "true", False: "false", None: "unknown"}


def holds(condition: Condition, facts: Facts) -> Verdict:
    """Whether a condition holds, None where that cannot be known."""
    match condition:
        case Compare():
            return compare(condition, facts)
        case Not(part=part):
            verdict = holds(part, facts)
            return None if verdict is None else not verdict
        case All(parts=parts):
            return _all(holds(part, facts) for part in parts)
        case AnyOf(parts=parts):
            verdict = _all(_negate(holds(part, facts)) for part in parts)
            return _negate(verdict)


def _negate(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return False if False in found else None if None in found else True


def compare(test: Compare, facts: Facts) -> Verdict:
    """Whether one comparison holds."""
    fact = fact_of(test.fact)
    have = facts.value(test.fact)
    if test.op == "exists":
        return _exists(fact, have) is test.want
    if fact.order and test.op in ORDER and have not in fact.order:
        return False if fact.gap == "absent" else None
    if have is None:
        return _without_value(fact, test.op)
    if fact.order and test.op in ORDER:
        return OPERATORS[test.op](fact.order.index(str(have)), _ranks(fact, test.want))
    if isinstance(have, tuple):
        return _any_name(test, have)
    return OPERATORS[test.op](have, test.want)


def _exists(fact: Fact, have: object) -> bool:
    return have is not None and have != () and not ("auto" in fact.choices and have == "auto")


def _without_value(fact: Fact, op: str) -> Verdict:
    """Absent is known: it equals nothing and is in no list. Unknown is not known at all."""
    return None if fact.gap == "unknown" else op == "not_in"


def _any_name(test: Compare, names: tuple[object, ...]) -> bool:
    """A snapshot goes by two names; it is `not_in` a list only if neither stands there."""
    verdicts = [OPERATORS[test.op](name, test.want) for name in names]
    return all(verdicts) if test.op == "not_in" else any(verdicts)


def _ranks(fact: Fact, want: object) -> object:
    if isinstance(want, tuple):
        return tuple(fact.order.index(word) for word in want)
    return fact.order.index(str(want))


def _is(have: object, want: object) -> bool:
    return want in have if isinstance(have, frozenset) else eq(have, want)


OPERATORS: Mapping[str, Callable[..., bool]] = {
    "is": _is,
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
    "from": ge,
    "until": lt,
    "between": lambda have, want: want[0] <= have <= want[1],
    "in": lambda have, want: have in want,
    "not_in": lambda have, want: have not in want,
    "any_of": lambda have, want: not have.isdisjoint(want),
    "all_of": frozenset.issuperset,
    "like": fnmatchcase,
}


def comparisons(condition: Condition) -> Iterator[Compare]:
    """Every comparison inside a condition, in the order it is written."""
    match condition:
        case Compare():
            yield condition
        case Not(part=part):
            yield from comparisons(part)
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from comparisons(part)


class Rule(Protocol):
    """What guards, routes and adjustments share."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def when(self) -> Condition:
        """When it holds."""


def explain(kind: str, rule: Rule, facts: Facts) -> dict[str, object]:
    """One entry of a decision's trace: a rule, its verdict, and each comparison with what was found."""
    return {
        "kind": kind,
        "id": rule.id,
        "result": WORDS[holds(rule.when, facts)],
        "conditions": [_row(test, facts) for test in comparisons(rule.when)],
    }


def _row(test: Compare, facts: Facts) -> dict[str, object]:
    kind = fact_of(test.fact).kind
    return {
        "fact": test.fact,
        "op": test.op,
        "want": test.want if test.op == "exists" else show(kind, test.want),
        "have": show(kind, facts.value(test.fact)),
        "result": WORDS[compare(test, facts)],
    }
