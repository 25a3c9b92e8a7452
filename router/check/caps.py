"""Caps that not even the cheapest picture fits under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import Place
from ..facts import TAG_PREFIX
from ..money import usd
from .finding import Finding
from .search import Found

if TYPE_CHECKING:
    from ..decision import Decision
    from ..policy import Route
    from .ask import Ask
    from .study import Study

PER_REQUEST = "per_request"


def caps(study: Study) -> Iterator[Finding]:
    """Find caps that deny the plainest request of a route, after all that the ladder can do."""
    denied: dict[str, list[tuple[Route, Ask, Decision]]] = defaultdict(list)
    for route in study.policy.routes:
        answer = study.reach(route)
        if not isinstance(answer, Found):
            continue
        ask = _with_full_purse(study, answer.ask)
        decision = study.decide(ask)
        if decision.deny is not None and decision.deny.code == "budget_exceeded":
            denied[str(decision.deny.details["limit"])].append((route, ask, decision))
    for limit, rows in denied.items():
        at = _place(study, limit)
        if at is not None:
            yield _finding(study, at, rows)


def _with_full_purse(study: Study, ask: Ask) -> Ask:
    """Nothing is spent yet, and every tag that a limit asks for is there."""
    limits = study.policy.budget.limits
    if ask.left is not None or not limits:
        return ask
    tags = {f"{TAG_PREFIX}{tag}": _value(study, tag) for limit in limits for tag in limit.scope}
    return replace(ask, says=tags | dict(ask.says), left={limit.id: limit.amount_micros for limit in limits})


def _value(study: Study, tag: str) -> str:
    declared = (study.policy.tags or {}).get(tag, ())
    return declared[0] if declared else f"some-{tag}"


def _place(study: Study, limit: str) -> Place | None:
    """Where a cap stands, None for one that is the request's own."""
    budget = study.policy.budget
    if limit == PER_REQUEST:
        return budget.when_short[0].at if budget.when_short else Place(study.policy.path, 1, 1)
    return next((each.at for each in budget.limits if each.id == limit), None)


def _finding(study: Study, at: Place, rows: list[tuple[Route, Ask, Decision]]) -> Finding:
    _, ask, decision = rows[0]
    details = decision.deny.details if decision.deny else {}
    limit = details["limit"]
    routes = " and ".join(f"`{route.id}`" for route, _, _ in rows)
    cheapest, left = (usd(int(str(details[key]))) for key in ("cheapest_micros", "left_micros"))
    return Finding(
        code="CAP_OUT_OF_REACH",
        severity="warning",
        at=at,
        message=f"`{limit}` allows {left} USD, and {study.tell(ask)} may cost {cheapest} at the least on {routes}",
        help="raise it, add rungs to `when_short`, lower their floors, or set `defaults` for size and quality",
        witness=ask,
    )
