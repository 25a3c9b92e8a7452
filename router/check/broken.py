"""Invariants that a request breaks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..invariants import is_broken
from .finding import Finding
from .search import Found

if TYPE_CHECKING:
    from ..decision import Decision
    from ..policy import Invariant
    from .ask import Ask
    from .study import Study


def broken(study: Study) -> Iterator[Finding]:
    """Try each invariant on a request for each route, plain and with each adjustment; `test` tries many more."""
    for invariant in study.policy.invariants:
        witness = _witness(study, invariant)
        if witness is not None:
            came = study.decide(witness)
            what = f"goes to `{came.model}` by `{came.route}`" if came.model else "is denied"
            yield Finding(
                code="INVARIANT_BROKEN",
                severity="error",
                at=invariant.at,
                message=f"invariant `{invariant.id}` does not hold: {study.tell(witness)} {what}",
                help="ask `explain` how that comes about, then change the rules or the invariant",
                witness=witness,
            )


def _witness(study: Study, invariant: Invariant) -> Ask | None:
    breaks = partial(_breaks, study, invariant)
    for route in study.policy.routes:
        for extra in ((), *((each.when,) for each in study.policy.adjustments)):
            if study.readings.spent:
                study.leave(route)
                return None
            answer = study.ask(study.way_to(route, *study.now(), invariant.given, *extra), breaks)
            if isinstance(answer, Found):
                return answer.ask
    return None


def _breaks(study: Study, invariant: Invariant, decision: Decision) -> bool:
    return is_broken(invariant, decision, study.catalog)
