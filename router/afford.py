"""The ladder: make a request cheaper, one thing at a time, until its ceiling fits the money there is.

A step is one more bound on the request, so that whatever it asks for goes through the same fit as everything else. It
stands before the rules' own bounds: the later one wins, so no step goes below what a rule demands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .adjust import Fit, Fitted, Ground, Skipped, fit
from .bounds import Demand
from .facts import QUALITIES
from .policy import EXACT, MOST, Bound, Rung
from .price import Quote, quote
from .sizes import Size, halve

if TYPE_CHECKING:
    from .catalog import Model
    from .request import ImageRequest

FIRST_SIZE = Size(1024, 1024)  # where lowering an `auto` size starts: what every model draws


class Candidate(NamedTuple):
    """A model that the route names, with all that the rules demand of it."""

    model: Model
    demands: tuple[Demand, ...] = ()
    route: str | None = None


class Offer(NamedTuple):
    """A candidate that can serve the request, and its price."""

    candidate: Candidate
    fitted: Fitted
    quote: Quote

    @property
    def ceiling(self) -> int:
        """The most it can cost, in micro-dollars."""
        return self.quote.ceiling_micros


def make_offer(
    request: ImageRequest, candidate: Candidate, ground: Ground, *, steps: Sequence[Demand] = ()
) -> Offer | Skipped:
    """Fit a request to a candidate and price it; without a price that may be relied on, it is skipped."""
    model = candidate.model
    fitted: Fit = fit(request, model, ground, demands=(*steps, *candidate.demands), route=candidate.route)
    if isinstance(fitted, Skipped):
        return fitted
    price = quote(model, fitted.drawing)
    if price is None:
        return Skipped(model=model.id, code="NO_PRICE", reason="its price is not known")
    if price.confidence == "estimated" and ground.policy.allow.estimated_prices.isdisjoint({model.id, model.base}):
        reason = f"its price is an estimate; `allow.estimated_prices` has no `{model.base}`"
        return Skipped(model=model.id, code="PRICE_ESTIMATED", reason=reason)
    return Offer(candidate=candidate, fitted=fitted, quote=price)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """One step of the ladder that was taken, and what it saved."""

    rung: str
    field: str
    before: object
    after: object
    ceiling_before_micros: int
    ceiling_after_micros: int

    def to_dict(self) -> dict[str, object]:
        """The step as the decision record shows it."""
        return {
            "rung": self.rung,
            "field": self.field,
            "from": self.before,
            "to": self.after,
            "ceiling_before_micros": self.ceiling_before_micros,
            "ceiling_after_micros": self.ceiling_after_micros,
        }


@dataclass(slots=True, kw_only=True)
class Ladder:
    """A walk down the rungs: the offer as it stands, the steps that are in force, and what was given up."""

    request: ImageRequest
    ground: Ground
    rivals: Sequence[Candidate]
    offer: Offer
    steps: dict[str, Demand] = field(default_factory=dict)
    gave_up: list[GivenUp] = field(default_factory=list)

    def descend(self, rungs: Sequence[Rung], available: int) -> bool:
        """Walk down until the ceiling is at most `available` micro-dollars; False if the last rung is above it."""
        for rung in rungs:
            for _ in MOVES[rung.param](self, rung):
                if self.offer.ceiling <= available:
                    return True
        return self.offer.ceiling <= available

    def try_step(self, param: str, value: str | int) -> bool:
        """Lower a parameter; False, and nothing changes, if that is no cheaper or no longer possible."""
        before = self.offer
        bound = Bound(param=param, op=EXACT if param == "size" else MOST, want=value)
        steps = self.steps | {param: Demand(bound=bound, rule=None)}
        offer = make_offer(self.request, before.candidate, self.ground, steps=tuple(steps.values()))
        if isinstance(offer, Skipped) or offer.ceiling >= before.ceiling:
            return False
        self.steps = steps
        self._take(f"lower {param}", param, offer)
        return True

    def try_model(self) -> bool:
        """Go to the dearest candidate that is cheaper than the one in hand; False if there is none."""
        steps = tuple(self.steps.values())
        offers = [make_offer(self.request, rival, self.ground, steps=steps) for rival in self.rivals]
        cheaper = [offer for offer in offers if isinstance(offer, Offer) and offer.ceiling < self.offer.ceiling]
        if not cheaper:
            return False
        self._take("cheaper model", "model", max(cheaper, key=lambda each: each.ceiling))
        return True

    def _take(self, rung: str, param: str, offer: Offer) -> None:
        step = GivenUp(
            rung=rung,
            field=param,
            before=_seen(self.offer, param),
            after=_seen(offer, param),
            ceiling_before_micros=self.offer.ceiling,
            ceiling_after_micros=offer.ceiling,
        )
        self.gave_up.append(step)
        self.offer = offer


def _value(offer: Offer, param: str) -> object:
    """A parameter as bounds see it: `auto` by name, a size in pixels."""
    if param == "size":
        return offer.fitted.plan.target if offer.fitted.plan else None
    value = getattr(offer.fitted.drawing, param)
    return "auto" if param == "quality" and value is None else value


def _seen(offer: Offer, param: str) -> object:
    """A parameter as people read it."""
    if param == "model":
        return offer.fitted.model.id
    value = _value(offer, param)
    if param == "size":
        return str(value) if value else "auto"
    return value


# -- the moves of each rung: each `yield` is a step that was tried


def _cheaper_model(ladder: Ladder, _: Rung) -> Iterator[None]:
    yield
    while ladder.try_model():
        yield


def _lower_count(ladder: Ladder, rung: Rung) -> Iterator[None]:
    yield
    highest = _value(ladder.offer, rung.param)
    floor = int(rung.floor or 0)
    for count in range(int(str(highest)) - 1, floor - 1, -1):
        ladder.try_step(rung.param, count)
        yield


def _lower_quality(ladder: Ladder, rung: Rung) -> Iterator[None]:
    yield
    scale = ladder.offer.fitted.model.qualities
    now = str(_value(ladder.offer, "quality"))
    top = scale.index(now) if now in scale else len(scale)
    floor = QUALITIES.index(str(rung.floor or QUALITIES[0]))
    for word in reversed(scale[:top]):
        if QUALITIES.index(word) < floor:
            return
        ladder.try_step("quality", word)
        yield


def _lower_size(ladder: Ladder, rung: Rung) -> Iterator[None]:
    yield
    target = ladder.offer.fitted.plan.target if ladder.offer.fitted.plan else None
    floor = int(rung.floor or 1)
    while True:
        target = halve(target) if target else FIRST_SIZE
        if target.pixels < max(floor, SMALLEST):
            return
        ladder.try_step("size", str(target))
        yield


SMALLEST = 16 * 16  # pixels; below it nothing gets cheaper
MOVES: Mapping[str, Callable[[Ladder, Rung], Iterator[None]]] = {
    "model": _cheaper_model,
    "partial_images": _lower_count,
    "n": _lower_count,
    "quality": _lower_quality,
    "size": _lower_size,
}
