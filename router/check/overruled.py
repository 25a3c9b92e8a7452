"""Bounds that a later rule overrules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from ..bounds import LEFT_OUT, Unmet, bend, is_met, wish
from ..decide import choose
from ..facts import FACTS
from ..policy import PARAMETERS, Compare
from .finding import Finding
from .search import Found, search
from .study import ASKED

if TYPE_CHECKING:
    from ..catalog import Model
    from ..decision import Decision
    from ..policy import Adjustment, Bound, Condition, Policy, Route, Target
    from .ask import Ask
    from .study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two bounds on one parameter of a target, and the adjustments that make them."""

    route: Route
    target: Target
    earlier: Bound
    later: Bound
    rules: tuple[str, str]
    adjustments: tuple[Adjustment, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        return (*self.rules, self.earlier.param)


def overruled(study: Study) -> Iterator[Finding]:
    """Find pairs of bounds that cannot both be met by a request to which both apply."""
    told: set[tuple[str, str, str]] = set()
    for pair in _pairs(study.policy):
        if study.readings.spent:
            study.leave(pair.route)
            break
        witness = None if pair.key in told else _witness(study, pair)
        if witness is not None:
            told.add(pair.key)
            yield _finding(study, pair, witness)


def _finding(study: Study, pair: _Pair, witness: Ask) -> Finding:
    earlier, later = pair.rules
    param = pair.earlier.param
    wishes = f"`{later}` ({param} {wish(pair.later)}) overrules `{earlier}` ({param} {wish(pair.earlier)})"
    return Finding(
        code="ADJUSTMENT_OVERRULED",
        severity="warning",
        at=pair.later.at,
        message=f"{wishes} for {study.tell(witness)}",
        help="narrow one of the two, so that they do not hold together",
        witness=witness,
    )


def _pairs(policy: Policy) -> Iterator[_Pair]:
    """All pairs of bounds on one parameter that can come together, in the order in which they apply."""
    late = [(bound, each.id, (each,)) for each in policy.adjustments for bound in each.set]
    for route in policy.routes:
        for target in route.to:
            rows = [*((bound, route.id, NOBODY) for bound in (*route.set, *target.set)), *late]
            for (earlier, first, one), (later, second, other) in combinations(rows, 2):
                if earlier.param == later.param:
                    yield _Pair(
                        route=route,
                        target=target,
                        earlier=earlier,
                        later=later,
                        rules=(first, second),
                        adjustments=tuple(dict.fromkeys((*one, *other))),
                    )


NOBODY: tuple[Adjustment, ...] = ()


def _witness(study: Study, pair: _Pair) -> Ask | None:
    """A request for which the later bound wins, replayed through `plan()`."""
    shows = partial(_shows, study, pair)
    for model in _models(study, pair.target):
        for value in _values(pair.earlier.param, model):
            ask = _ask(study, pair, model=model, value=value) if _clash(value, pair, model) else None
            if ask is not None and ask.is_sound() and shows(study.decide(ask)):
                return study.shortened(ask, shows)
    return None


def _shows(study: Study, pair: _Pair, decision: Decision) -> bool:
    hits = choose(study.policy, decision.facts).adjustments
    warned = any(warning.code == "ADJUSTMENT_OVERRULED" for warning in decision.warnings)
    return warned and decision.route == pair.route.id and all(each in hits for each in pair.adjustments)


def _models(study: Study, target: Target) -> Iterable[Model]:
    """The model of a target; any that is alive where the caller names it."""
    if target.model == ASKED:
        return [model for model in study.models.values() if model.id == model.base and model.alive(study.on)]
    model = study.find(target.model)
    return [model] if model and model.alive(study.on) else []


def _values(param: str, model: Model) -> Iterator[object]:
    parameter = PARAMETERS[param]
    yield LEFT_OUT.get(param)
    yield from model.qualities if param == "quality" else parameter.words or parameter.numbers or ()


def _clash(value: object, pair: _Pair, model: Model) -> bool:
    """Whether a parameter that starts as `value` ends where the earlier bound does not want it."""
    for bound in (pair.earlier, pair.later):
        value = bend(value, bound, model)
        if isinstance(value, Unmet):
            return False
    return not is_met(value, pair.earlier, model)


def _ask(study: Study, pair: _Pair, *, model: Model, value: object) -> Ask | None:
    """A request to which both bounds apply, that comes to the model with the value."""
    param, named = pair.earlier.param, pair.target.model == ASKED
    conditions: list[Condition] = [*study.now(), *(each.when for each in pair.adjustments)]
    if named:
        conditions.append(Compare(fact="asked_model", op="is", want=model.id))
    if param in FACTS:
        conditions.append(_is(param, value))
    answer = search(study.space, study.way_to(pair.route, *conditions))
    if not isinstance(answer, Found):
        return None
    asked = {} if value == LEFT_OUT.get(param) else {param: value}
    before = () if named else _before(study, pair.route, model)
    return replace(answer.ask, says={**answer.ask.says, **asked}, without=before)


def _is(param: str, value: object) -> Compare:
    if value is None:
        return Compare(fact=param, op="exists", want=False)
    return Compare(fact=param, op="is", want=value)  # type: ignore[arg-type]


def _before(study: Study, route: Route, model: Model) -> tuple[str, ...]:
    """The models that the route prefers."""
    names: list[str] = []
    for target in route.to:
        found = study.find(target.model)
        if found is model:
            break
        if found is not None and found.alive(study.on):
            names.append(found.id)
    return tuple(names)
