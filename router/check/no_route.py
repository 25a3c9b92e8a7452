"""Requests that no route holds for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..policy import NOWHERE
from .finding import Finding
from .search import ALWAYS, Found, Must, Open
from .verdicts import TRUE

if TYPE_CHECKING:
    from ..decision import Decision
    from .study import Study


def no_route(study: Study) -> Iterator[Finding]:
    """Find a request that passes all guards and then every route."""

    def shows(decision: Decision) -> bool:
        return decision.outcome == "deny" and study.taken_by(decision) is None

    if any(route.when == ALWAYS for route in study.policy.routes):
        return
    here = Must(when=study.here, allowed=TRUE)
    answer = study.ask([here, *study.silent_guards(), *study.silent_routes()], shows)
    at = study.policy.routes[-1].at if study.policy.routes else NOWHERE
    if isinstance(answer, Found):
        yield Finding(
            code="NO_ROUTE",
            severity="warning",
            at=at,
            message=f"no route holds for {study.tell(answer.ask)}",
            help="end the routes with one that has no `when`, for example `{id: everything-else, to: [asked]}`",
            witness=answer.ask,
        )
    elif isinstance(answer, Open) and not (study.readings.spent and study.unread):
        yield Finding(
            code="NOT_PROVED",
            severity="note",
            at=at,
            message="whether a route holds for every request is not proved: there are too many cases",
            help="end the routes with one that has no `when`",
        )
