"""Limits that stand in no file: from an app's code, or from a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from .conditions import Vocabulary, condition_shape
from .dump import Dumper, revision
from .errors import ConfigError, PolicyError
from .grammar import read_document
from .language import limit_shape
from .source import read_source

if TYPE_CHECKING:
    from .policy import Limit, Policy

LimitText: TypeAlias = str | Mapping[str, Any]
"""A limit as in a policy: YAML such as `{id: everyone, amount: 5, window: day}`, or the same as a mapping."""


def with_limits(policy: Policy, limits: Iterable[LimitText]) -> Policy:
    """A policy with more limits after its own; raises `ConfigError` for one that is there already, or no limit."""
    more = tuple(_read(limit, policy) for limit in limits)
    if not more:
        return policy
    known = [limit.id for limit in policy.budget.limits]
    for limit in more:
        if limit.id in known:
            raise ConfigError(f"there is a limit `{limit.id}` already", hint="give it another id")
        known.append(limit.id)
    budget = replace(policy.budget, limits=(*policy.budget.limits, *more))
    changed = replace(policy, budget=budget)
    return replace(changed, revision=revision(changed))


def _read(limit: LimitText, policy: Policy) -> Limit:
    text = limit if isinstance(limit, str) else _flow(limit)
    words = Vocabulary(
        aliases=frozenset(policy.aliases),
        tags=policy.tags,
        limits=tuple(each.id for each in policy.budget.limits),
        routes=frozenset(route.id for route in policy.routes),
    )
    try:
        root = read_source(text, "<limit>", PolicyError)
        return read_document(limit_shape(words, condition_shape(words)), root, PolicyError)
    except PolicyError as error:
        said = "; ".join(problem.message for problem in error.problems)
        hints = "; ".join(dict.fromkeys(problem.hint for problem in error.problems if problem.hint))
        hint = hints or "write it as in a policy: `{id: everyone, amount: 5, window: day}`"
        raise ConfigError(f"not a limit: `{text.strip()}`: {said}", hint=hint) from None


def _flow(limit: Mapping[str, Any]) -> str:
    written = {key: _number(value) if key == "amount" else value for key, value in limit.items()}
    return yaml.dump(written, Dumper=Dumper, default_flow_style=True, sort_keys=False, width=10_000)


def _number(amount: object) -> object:
    """An amount in code may be a text or a decimal, which keeps it exact; in YAML it is a number."""
    try:
        exact = Decimal(amount) if isinstance(amount, str) else amount
    except InvalidOperation:
        return amount
    if isinstance(exact, Decimal) and exact.is_finite() and exact == exact.to_integral_value():
        return int(exact)  # YAML would read a whole number without a point as no float
    return exact
