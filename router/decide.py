"""Rules against facts: which guard denies, which route holds, which adjustments apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .bounds import Demand
from .facts import LIMIT_PREFIX
from .matcher import Clause, Matcher
from .policy import Adjustment, Guard, Limit, Policy, Route, Target
from .trace import Rule, comparisons, explain

if TYPE_CHECKING:
    from .needs import Facts

Either = TypeVar("Either")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A policy's tables, ready to match; made once per policy."""

    guards: Matcher
    routes: Matcher
    adjustments: Matcher
    limits: Matcher
    reads_money: bool


@lru_cache(maxsize=256)
def compile_rules(policy: Policy) -> Rules:
    """Compile a policy's conditions; a limit whose condition cannot be known applies."""
    rules: tuple[Rule, ...] = (*policy.guards, *policy.routes, *policy.adjustments)
    return Rules(
        guards=Matcher([Clause(guard.when, possibly=guard.unknown != "skip") for guard in policy.guards]),
        routes=Matcher([Clause(route.when) for route in policy.routes]),
        adjustments=Matcher([Clause(adjustment.when) for adjustment in policy.adjustments]),
        limits=Matcher([Clause(limit.when, possibly=True) for limit in policy.budget.limits]),
        reads_money=bool(policy.budget.limits)
        or any(
            test.fact.startswith(("budget_left", LIMIT_PREFIX)) for rule in rules for test in comparisons(rule.when)
        ),
    )


class Choice(NamedTuple):
    """What the rules say of a request: denied by a guard, or a route (None: no route holds) and adjustments."""

    guard: Guard | None = None
    route: Route | None = None
    adjustments: tuple[Adjustment, ...] = ()


def choose(policy: Policy, facts: Facts) -> Choice:
    """Read the guards first, then the routes, then every adjustment."""
    rules = compile_rules(policy)
    denied = rules.guards.first(facts) if policy.guards else None
    if denied is not None:
        return Choice(guard=policy.guards[denied])
    place = rules.routes.first(facts)
    if place is None:
        return Choice()
    if not policy.adjustments:
        return Choice(route=policy.routes[place])
    hits = rules.adjustments.all(facts)
    return Choice(route=policy.routes[place], adjustments=tuple(policy.adjustments[hit] for hit in hits))


def demands(choice: Choice, target: Target) -> tuple[Demand, ...]:
    """All bounds on a target's parameters, in order: the route's, the target's own, each adjustment's."""
    route = choice.route
    if route is None or not (route.set or target.set or choice.adjustments):
        return ()
    rows = [Demand(bound=bound, rule=route.id) for bound in (*route.set, *target.set)]
    rows += [Demand(bound=bound, rule=each.id) for each in choice.adjustments for bound in each.set]
    return tuple(rows)


def applicable_limits(policy: Policy, facts: Facts) -> tuple[Limit, ...]:
    """The limits that a request falls under; a limit for a tag that the request lacks may exempt it."""
    if not policy.budget.limits:
        return ()
    found = [policy.budget.limits[place] for place in compile_rules(policy).limits.all(facts)]
    return tuple(limit for limit in found if limit.missing != "exempt" or not lacking(limit, facts.tags))


def lacking(limit: Limit, tags: Mapping[str, str]) -> tuple[str, ...]:
    """The tags of a limit's scope that a request does not carry."""
    return tuple(tag for tag in limit.scope if tag not in tags)


def trace(policy: Policy, facts: Facts) -> list[dict[str, object]]:
    """Why the rules said what they did: each one read, up to the guard that denied or the route that held."""
    choice = choose(policy, facts)
    rows = [explain("guard", guard, facts) for guard in _until(policy.guards, choice.guard)]
    if choice.guard is not None:
        return rows
    rows += [explain("route", route, facts) for route in _until(policy.routes, choice.route)]
    if choice.route is None:
        return rows
    return rows + [explain("adjustment", each, facts) for each in policy.adjustments]


def _until(rules: tuple[Either, ...], last: Either | None) -> tuple[Either, ...]:
    return rules if last is None else rules[: rules.index(last) + 1]
