"""How a decision came about, in a few lines: what a failing test shows beside what failed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..decision import Decision

MOST_CONDITIONS = 6


def brief(decision: Decision, rules: Collection[str] = ()) -> tuple[str, ...]:
    """The rules that held, those of `rules` that did not, the models that were passed over, and what was given up."""
    return tuple(_lines(decision, rules))


def _lines(decision: Decision, rules: Collection[str]) -> Iterator[str]:
    for row in decision.trace:
        if row["result"] == "true" or row["id"] in rules:
            yield _rule(row)
    for each in decision.candidates:
        if each.status == "skipped":
            yield f"{each.model} was skipped: {each.reason} ({each.code})"
    for step in decision.gave_up:
        yield f"{step.rung}: {step.before} -> {step.after}"
    if decision.deny:
        yield f"denied, {decision.deny.code}: {decision.deny.message}"


def _rule(row: Mapping[str, Any]) -> str:
    conditions = [f"{each['fact']} is {_have(each['have'])}" for each in row["conditions"]]
    found = ", ".join(dict.fromkeys(conditions[:MOST_CONDITIONS]))
    return f"{row['kind']} {row['id']}: {row['result']}" + (f" ({found})" if found else "")


def _have(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return str(value).lower() if isinstance(value, bool) else "nothing" if value is None else str(value)
