"""Routes to models that are gone, going, or not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ..policy import Compare
from .finding import Finding
from .search import Impossible, search
from .study import ASKED

if TYPE_CHECKING:
    from ..catalog import Model
    from ..policy import Condition, Route
    from .study import Study

SOON = timedelta(days=90)


def lifecycles(study: Study) -> Iterator[Finding]:
    """Find targets that cannot be called on the day, or not for long."""
    for route in study.policy.routes:
        if any(study.gone(target) for target in route.to) and _is_taken(study, route, *study.now()):
            yield from _gone(study, route)
        yield from _going(study, route)


def _is_taken(study: Study, route: Route, *conditions: Condition) -> bool:
    return not isinstance(search(study.space, study.way_to(route, *conditions)), Impossible)


def _gone(study: Study, route: Route) -> Iterator[Finding]:
    gone = {target.model: reason for target in route.to if (reason := study.gone(target))}
    if len(gone) == len({target.model for target in route.to}):
        reasons = "; ".join(f"`{name}` {reason}" for name, reason in gone.items())
        yield Finding(
            code="ROUTE_NOT_ALIVE",
            severity="error",
            at=route.at,
            message=f"route `{route.id}` has no model that is alive on {study.on}: {reasons}",
            help=_instead(study, *(study.find(target.model) for target in route.to)),
        )
        return
    for target in route.to:
        if target.model in gone:
            yield Finding(
                code="TARGET_NOT_ALIVE",
                severity="note",
                at=target.at,
                message=f"`{target.model}` {gone[target.model]}; route `{route.id}` passes it over",
                help=_instead(study, study.find(target.model)) or "take it out",
            )


def _going(study: Study, route: Route) -> Iterator[Finding]:
    for target in route.to:
        model = None if target.model == ASKED else study.find(target.model)
        end = model.lifecycle.shutdown if model else None
        if end is None or not study.on < end <= study.on + SOON:
            continue
        if _is_taken(study, route, study.here, Compare(fact="date", op="gte", want=end)):
            yield Finding(
                code="TARGET_ENDS_SOON",
                severity="warning",
                at=target.at,
                message=f"`{target.model}` is shut down on {end}, {(end - study.on).days} days from {study.on}",
                help=_instead(study, model),
            )


def _instead(study: Study, *models: Model | None) -> str | None:
    """What the maker names as replacement, as far as that is alive."""
    names = dict.fromkeys(name for model in models if model for name in model.lifecycle.replacement)
    living = [name for name in names if (other := study.models.get(name)) and other.alive(study.on)]
    return "name " + " or ".join(f"`{name}`" for name in living) if living else None
