"""Decisions against what a case expects of them: each thing that came out otherwise, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, NamedTuple

from ..decision import Decision
from ..errors import RequestError
from ..matcher import fact_of
from ..money import usd
from ..needs import show
from ..policy import Compare
from ..trace import compare, holds
from .decide import Came
from .expected import HOLDS, VERDICTS

if TYPE_CHECKING:
    from .cases import Expectation


class Miss(NamedTuple):
    """One thing that came out otherwise: what was expected of which part, and what came."""

    expectation: Expectation
    expected: str
    actual: str

    @property
    def message(self) -> str:
        """Both, in a sentence."""
        return f"expected {self.expectation.about} {self.expected}, not {self.actual}"


def misses(expectations: Sequence[Expectation], came: Came) -> Iterator[Miss]:
    """Everything that came out otherwise; a request that is refused misses all but its error at once."""
    about_error = [each for each in expectations if each.about.startswith("error.")]
    if isinstance(came, RequestError) and not about_error:
        first = expectations[0]
        yield Miss(first, _expected(first), f"a refusal of the request: {came.message} ({came.code})")
        return
    for each in expectations if isinstance(came, Decision) else about_error:
        if not _is_met(each, came):
            yield Miss(each, _expected(each), _actual(each, came))


def _is_met(expectation: Expectation, came: Came) -> bool:
    part, _, name = expectation.about.partition(".")
    if part == "facts" and isinstance(came, Decision):
        test = _condition(expectation, name)
        return (compare(test, came.facts) if isinstance(test, Compare) else holds(test, came.facts)) is True
    return OPERATORS[expectation.op](_came(expectation, came), expectation.want)


def _condition(expectation: Expectation, name: str) -> Any:  # noqa: ANN401
    return expectation.want if name == HOLDS else Compare(fact=name, op=expectation.op, want=expectation.want)


# -- what came


def _came(expectation: Expectation, came: Came) -> Any:  # noqa: ANN401  # any part of a decision
    part, _, name = expectation.about.partition(".")
    if isinstance(came, RequestError):
        return getattr(came, name)
    return PARTS[part](came, name)


def _delivery(decision: Decision, name: str) -> object:
    part = (decision.delivery or {}).get(name)
    if isinstance(part, list) and name != "crop":
        return "x".join(map(str, part))
    return part if part is None else tuple(part)  # type: ignore[arg-type]


def _denial(decision: Decision, name: str) -> object:
    return decision.deny.to_dict().get(name) if decision.deny else None


def _verdict(decision: Decision, name: str) -> str:
    rows = {row["id"]: row["result"] for row in decision.trace}
    return {"true": "holds", "false": "fails", "unknown": "unknown"}.get(str(rows.get(name)), VERDICTS[-1])


def _skipped(decision: Decision, _: str) -> list[dict[str, object]]:
    return [each.to_dict() for each in decision.candidates if each.status == "skipped"]


PARTS: Mapping[str, Callable[[Decision, str], object]] = {
    "outcome": lambda decision, _: decision.outcome,
    "route": lambda decision, _: decision.route,
    "model": lambda decision, _: decision.model,
    "params": lambda decision, name: (decision.params or {}).get(name),
    "changes": lambda decision, _: [each.to_dict() for each in decision.changes],
    "warnings": lambda decision, _: [each.to_dict() for each in decision.warnings],
    "skipped": _skipped,
    "candidates": lambda decision, _: tuple(each.model for each in decision.candidates),
    "gave_up": lambda decision, _: [each.to_dict() for each in decision.gave_up],
    "hints": lambda decision, _: [each.to_dict() for each in decision.hints],
    "ceiling_usd": lambda decision, _: decision.quote.ceiling_micros if decision.quote else None,
    "expected_usd": lambda decision, _: decision.quote.expected_micros if decision.quote else None,
    "confidence": lambda decision, _: decision.quote.confidence if decision.quote else None,
    "delivery": _delivery,
    "deny": _denial,
    "error": lambda _, __: None,
    "facts": lambda decision, name: decision.needs if name == HOLDS else decision.needs.get(name),
    "rules": _verdict,
}


# -- comparing


def _ordered(compares: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda have, want: isinstance(have, int) and compares(have, want)


def _matches(want: Mapping[str, object], row: Mapping[str, object]) -> bool:
    return all(row.get(name) == value for name, value in want.items())


def _has(rows: Sequence[Mapping[str, object]], want: Mapping[str, object]) -> bool:
    return any(_matches(want, row) for row in rows)


def _exactly(rows: Sequence[Mapping[str, object]], wants: Sequence[Mapping[str, object]]) -> bool:
    return len(rows) == len(wants) and all(map(_matches, wants, rows))


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": eq,
    "in": lambda have, want: have in want,
    "not_in": lambda have, want: have not in want,
    "exists": lambda have, want: (have is not None) is want,
    "like": lambda have, want: isinstance(have, str) and fnmatchcase(have, want),
    "lt": _ordered(lt),
    "lte": _ordered(le),
    "gt": _ordered(gt),
    "gte": _ordered(ge),
    "all_of": lambda rows, wants: all(_has(rows, want) for want in wants),
    "any_of": lambda rows, wants: any(_has(rows, want) for want in wants),
    "none_of": lambda rows, wants: not any(_has(rows, want) for want in wants),
    "exactly": _exactly,
}


# -- in words


WORDS: Mapping[str, str] = {
    "is": "to be",
    "in": "to be one of",
    "not_in": "to be none of",
    "like": "to be like",
    "lt": "to be below",
    "lte": "to be at most",
    "gt": "to be above",
    "gte": "to be at least",
    "between": "to be between",
    "from": "to be from",
    "until": "to be before",
    "all_of": "to have",
    "any_of": "to have any of",
    "none_of": "to have none of",
    "exactly": "to be exactly",
}


def _expected(expectation: Expectation) -> str:
    part, _, name = expectation.about.partition(".")
    op, want = expectation.op, expectation.want
    if op == "exists":
        return "to be there" if want else "not to be there"
    if part == "facts":
        return "to hold" if name == HOLDS else f"{WORDS[op]} {_word(show(fact_of(name).kind, want))}"
    return f"{WORDS[op]} {_shown(part, want)}"


def _actual(expectation: Expectation, came: Came) -> str:
    have = _came(expectation, came)
    if expectation.op in ROWS:
        keys = {key for want in expectation.want for key in want} or {"code", "field", "fact"}
        have = tuple({key: row[key] for key in row if key in keys} for row in have)
    return _shown(expectation.about.partition(".")[0], have)


ROWS = ("all_of", "any_of", "none_of", "exactly")


def _shown(part: str, value: object) -> str:
    return usd(value) if part.endswith("_usd") and isinstance(value, int) else _word(value)


def _word(value: object) -> str:
    """A value as it stands in a test file."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping) and len(value) == 1:
        return _word(next(iter(value.values())))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_word, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_word(each)}" for key, each in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
