"""Targets that cannot do what their route demands: no request that takes the route is one for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..adjust import UNPRICED_FORMATS
from ..facts import FACTS
from ..policy import PARAMETERS, All, Budget, Compare, Condition, Not
from .finding import Finding
from .readings import A_REQUEST
from .search import Answer, Found, Impossible, search
from .study import ASKED

if TYPE_CHECKING:
    from ..catalog import Model
    from ..decision import Considered
    from ..policy import Policy, Route, Target
    from .ask import Ask
    from .study import Study


def unable(study: Study) -> Iterator[Finding]:
    """Find living targets that can serve no request of their route."""
    for route in study.policy.routes:
        if isinstance(search(study.space, study.way_to(route, *study.now())), Found):
            living = [target for target in route.to if not study.gone(target)]
            reasons = {target: _Service(study, route, target).lack() for target in living}
            yield from _findings(route, reasons)


def _findings(route: Route, reasons: Mapping[Target, str | None]) -> Iterator[Finding]:
    if reasons and all(reasons.values()):
        listed = "; ".join(f"`{target.model}`: {reason}" for target, reason in reasons.items())
        yield Finding(
            code="ROUTE_NOT_ABLE",
            severity="error",
            at=route.at,
            message=f"route `{route.id}` has no model that can do what it demands: {listed}",
            help="name a model that can, or demand less",
        )
        return
    for target, reason in reasons.items():
        if reason:
            yield Finding(
                code="TARGET_NOT_ABLE",
                severity="warning",
                at=target.at,
                message=f"`{target.model}` can serve no request of route `{route.id}`: {reason}",
                help="take it out, or demand less",
            )


class _Service:
    """What one target can do for its route, with nothing that changes a request after the route."""

    def __init__(self, study: Study, route: Route, target: Target) -> None:
        self._study = study
        self._route = route
        self._bounds = (*route.set, *target.set)
        self._model = None if target.model == ASKED else study.find(target.model)
        self._policy = _only(study.policy, route, target)

    def lack(self) -> str | None:
        """Why the target can never be chosen, None if it can be, or nobody knows."""
        if self._model is None:
            return None
        answer = self._find(*_able(self._model, self._study.policy))
        if isinstance(answer, Impossible):
            plain = self._find()
            return self._consider(plain.ask).reason if isinstance(plain, Found) else None
        seen = self._consider(answer.ask) if isinstance(answer, Found) else None
        if seen is None or seen.code not in ALWAYS or (seen.code == UNMET and self._can_meet()):
            return None
        return seen.reason

    def _find(self, *conditions: Condition) -> Answer:
        """A request that takes the route today, for which more holds."""
        return search(self._study.space, self._study.way_to(self._route, *self._study.now(), *conditions))

    def _consider(self, ask: Ask) -> Considered:
        self._study.readings.count(A_REQUEST)
        return ask.decide(self._policy, self._study.catalog).candidates[0]

    def _can_meet(self) -> bool:
        """Whether some value that a request may ask for meets the bounds."""
        return any(self._serves(bound.param, value) for bound in self._bounds for value in _values(bound.param))

    def _serves(self, param: str, value: object) -> bool:
        able = _able(self._model, self._study.policy) if self._model else ()
        answer = self._find(*able, *_asks_for(param, value))
        if not isinstance(answer, Found):
            return False
        ask = replace(answer.ask, says={**answer.ask.says, param: value})
        return ask.is_sound() and self._consider(ask).status != "skipped"


UNMET = "BOUND_NOT_MET"
ALWAYS = (UNMET, "NO_PRICE", "PRICE_ESTIMATED")
"""Skips that rest on the model and the rules alone: a request that asks for nothing unusual shows them."""


def _only(policy: Policy, route: Route, target: Target) -> Policy:
    """What becomes of a request that is known to take a route: no other rule is read."""
    only = replace(route, to=(target,), when=All())
    return replace(policy, guards=(), routes=(only,), adjustments=(), budget=Budget(limits=policy.budget.limits))


def _values(param: str) -> Iterable[object]:
    parameter = PARAMETERS[param]
    return parameter.words or parameter.numbers or ()


def _asks_for(param: str, value: object) -> tuple[Condition, ...]:
    return (Compare(fact=param, op="is", want=value),) if param in FACTS else ()  # type: ignore[arg-type]


# -- what a model can do, as conditions on a request


def _able(model: Model, policy: Policy) -> tuple[Condition, ...]:
    return tuple(condition for ability in ABILITIES for condition in ability(model, policy))


def _transparency(model: Model, policy: Policy) -> Iterator[Condition]:
    previewed = model.transparency == "preview" and f"{model.base}.transparency" in policy.allow.preview
    if model.transparency != "yes" and not previewed:
        yield Compare(fact="transparent", op="is", want=False)


def _task(model: Model, _: Policy) -> Iterator[Condition]:
    yield Compare(fact="operation", op="in", want=tuple(sorted(model.operations)))
    yield Compare(fact="images", op="lte", want=model.max_images)
    if not model.mask:
        yield Compare(fact="mask", op="is", want=False)


def _pictures(model: Model, _: Policy) -> Iterator[Condition]:
    yield Compare(fact="n", op="lte", want=model.max_n)


def _formats(model: Model, _: Policy) -> Iterator[Condition]:
    lacking = tuple(name for name in UNPRICED_FORMATS if name not in model.formats)
    yield Compare(fact="output_format", op="not_in", want=lacking)


def _fidelity(model: Model, _: Policy) -> Iterator[Condition]:
    if "high" not in model.fidelity and not model.fidelity_always_high:
        edit = Compare(fact="operation", op="is", want="edit")
        yield Not(part=All(parts=(edit, Compare(fact="input_fidelity", op="is", want="high"))))


ABILITIES: tuple[Callable[[Model, Policy], Iterator[Condition]], ...] = (
    _transparency,
    _task,
    _pictures,
    _formats,
    _fidelity,
)
