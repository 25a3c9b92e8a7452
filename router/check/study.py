"""What the checks share: a policy under study, questions about it, and answers that were replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from ..decide import choose
from ..policy import All, Compare
from .ask import Ask
from .overlap import Overlap
from .readings import A_REQUEST, Readings
from .search import Answer, Found, Must, Open, search
from .space import Space
from .verdicts import FALSE, TRUE, UNKNOWN

if TYPE_CHECKING:
    from datetime import date

    from ..catalog import Catalog, Model, Models
    from ..decision import Decision
    from ..policy import Adjustment, Condition, Guard, Policy, Route, Target

Shows: TypeAlias = "Callable[[Decision], bool]"
Rule: TypeAlias = "Guard | Route | Adjustment"

ANY_REQUEST = All()


@dataclass(frozen=True, kw_only=True)
class Study:
    """A policy, and the day, the provider and the catalogue that it is checked against."""

    policy: Policy
    catalog: Catalog
    on: date
    provider: str
    reached: dict[str, Answer] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)
    unread: dict[str, Rule] = field(default_factory=dict)
    """The rules about which a question was left open because the run had read all that it may."""

    @cached_property
    def space(self) -> Space:
        """Every request there can be, as far as the policy tells them apart."""
        start = Ask(on=self.on, provider=self.provider)
        return Space(self.policy, self.catalog, start, days=tuple(self._ends()), readings=self.readings)

    def _ends(self) -> Iterator[date]:
        for model in {self.find(target.model) for route in self.policy.routes for target in route.to}:
            if model is not None and model.lifecycle.shutdown is not None:
                yield model.lifecycle.shutdown

    @cached_property
    def models(self) -> Models:
        """The models of the provider on the day."""
        return self.catalog.on(self.on, self.provider)

    def find(self, name: str) -> Model | None:
        """The model that a target's name stands for, aliases included."""
        return self.models.get(self.policy.aliases.get(name, name))

    def gone(self, target: Target) -> str | None:
        """Why a target cannot be called on the day; None if it can, or is whatever the caller names."""
        if target.model == ASKED:
            return None
        model = self.find(target.model)
        if model is None:
            return f"is not in the catalogue for {self.provider}"
        if model.alive(self.on):
            return None
        end = model.lifecycle.shutdown
        if end and end <= self.on:
            return f"was shut down on {end}"
        return f"is not released before {model.lifecycle.released}"

    def leave(self, rule: Rule) -> None:
        """Remember that a question about a rule was not answered, for want of readings."""
        self.unread.setdefault(rule.id, rule)

    def ask(self, musts: Sequence[Must], shows: Shows) -> Answer:
        """Find a request for which all is as it must be, replay it through `plan()`, and leave out what it needs not.

        An answer that does not show what it should is no answer.
        """
        answer = search(self.space, musts)
        if not isinstance(answer, Found):
            return answer
        return Found(ask=self.shortened(answer.ask, shows)) if shows(self.decide(answer.ask)) else Open()

    def shortened(self, ask: Ask, shows: Shows) -> Ask:
        """The same request without what it does not need to show the same."""
        usual = self.space.start
        for simpler in (replace(ask, on=usual.on), replace(ask, provider=usual.provider), *ask.simpler()):
            if simpler != ask and simpler.is_sound() and shows(self.decide(simpler)):
                return self.shortened(simpler, shows)
        return ask

    def tell(self, ask: Ask) -> str:
        """A request in words."""
        return ask.tell(self.space.start)

    def decide(self, ask: Ask) -> Decision:
        """What becomes of a request."""
        self.readings.count(A_REQUEST)
        return ask.decide(self.policy, self.catalog)

    # -- what must be for a rule to be read

    def silent_guards(self, before: int | None = None, *, where: Condition = ANY_REQUEST) -> list[Must]:
        """No guard denies, or none of those that stand before one; those left out that cannot hold together with it."""
        guards = self._guards.over(where, before)
        return [
            Must(when=guard.when, allowed=FALSE | UNKNOWN if guard.unknown == "skip" else FALSE, rule=guard.id)
            for guard in (self.policy.guards[place] for place in guards)
        ]

    def silent_routes(self, before: int | None = None, *, where: Condition = ANY_REQUEST) -> list[Must]:
        """No route holds, or none of those that stand before one; those left out that cannot hold together with it."""
        routes = (self.policy.routes[place] for place in self._routes.over(where, before))
        return [Must(when=route.when, allowed=FALSE | UNKNOWN, rule=route.id) for route in routes]

    @cached_property
    def _guards(self) -> Overlap:
        return Overlap([guard.when for guard in self.policy.guards], self.readings)

    @cached_property
    def _routes(self) -> Overlap:
        return Overlap([route.when for route in self.policy.routes], self.readings)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {route.id: place for place, route in enumerate(self.policy.routes)}

    def way_to(self, route: Route, *more: Condition) -> list[Must]:
        """All that must be for a route to be taken, with more that must hold then."""
        if self.readings.spent:
            self.leave(route)
            return []
        conditions = (route.when, *more)
        wanted = [Must(when=condition, allowed=TRUE) for condition in conditions]
        where = All(parts=conditions)
        return [*wanted, *self.silent_guards(where=where), *self.silent_routes(self._place[route.id], where=where)]

    def reach(self, route: Route) -> Answer:
        """A request that takes a route, at this provider."""
        if route.id not in self.reached:
            self.reached[route.id] = self.ask(self.way_to(route, self.here), takes(route))
        return self.reached[route.id]

    @property
    def here(self) -> Condition:
        """The request is for the provider under study."""
        return Compare(fact="provider", op="is", want=self.provider)

    def now(self) -> tuple[Condition, ...]:
        """The request comes today, to the provider under study."""
        return (self.here, Compare(fact="date", op="is", want=self.on))

    def taken_by(self, decision: Decision) -> str | None:
        """The rule that decided a request: a guard or a route."""
        guard = choose(self.policy, decision.facts).guard
        return decision.route or (guard.id if guard else None)


def takes(route: Route) -> Shows:
    """A decision shows that it went by a route."""
    return lambda decision: decision.route == route.id


ASKED = "asked"  # a target: the model that the caller names
