"""Guards that rest on what may be unknown, and do not say what then."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..trace import compare, comparisons, holds
from .finding import Finding
from .search import Found, Must
from .verdicts import UNKNOWN

if TYPE_CHECKING:
    from ..decision import Decision
    from ..policy import Guard
    from .study import Study


def unknown_unsaid(study: Study) -> Iterator[Finding]:
    """Find guards that deny a request only because something is not known of it, and do not write so."""
    for place, guard in enumerate(study.policy.guards):
        if guard.unknown is not None:
            continue
        musts = [Must(when=guard.when, allowed=UNKNOWN), *study.silent_guards(place, where=guard.when)]
        answer = study.ask(musts, partial(_shows, study, guard))
        if study.readings.spent:
            study.leave(guard)
        if isinstance(answer, Found):
            facts = study.decide(answer.ask).facts
            unknown = dict.fromkeys(test.fact for test in comparisons(guard.when) if compare(test, facts) is None)
            names = " and ".join(f"`{name}`" for name in unknown)
            yield Finding(
                code="UNKNOWN_UNSAID",
                severity="warning",
                at=guard.at,
                message=f"guard `{guard.id}` denies {study.tell(answer.ask)}, of which {names} cannot be known",
                help="write `unknown: deny` if that is meant, or `unknown: skip`",
                witness=answer.ask,
            )


def _shows(study: Study, guard: Guard, decision: Decision) -> bool:
    return study.taken_by(decision) == guard.id and holds(guard.when, decision.facts) is None
