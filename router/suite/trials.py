"""Invariants tried on cases and on generated requests; what breaks one is made as simple as it can be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from ..decision import Decision, plain
from ..invariants import applies, is_broken
from ..money import usd
from .brief import brief
from .decide import Decided, decide
from .probes import probes, simpler
from .report import Failure, InvariantTried

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..policy import Invariant, Policy
    from .cases import Case

MOST_SHOWN = 3  # of the cases that break one invariant


def try_invariants(
    cases: Sequence[Decided], policy: Policy, catalog: Catalog, *, on: date, examples: int
) -> tuple[InvariantTried, ...]:
    """Try every invariant of a policy on every case, and on as many generated requests as `examples` says."""
    if not policy.invariants:
        return ()
    made = list(islice(_generated(policy, catalog, on), examples))
    return tuple(_Trial(invariant, policy, catalog).over(cases, made) for invariant in policy.invariants)


def _generated(policy: Policy, catalog: Catalog, on: date) -> Iterator[Decided]:
    for case in probes(policy, catalog, on):
        came = decide(case, policy, catalog)
        if isinstance(came, Decision):
            yield Decided(case, came)


@dataclass(frozen=True, slots=True)
class _Trial:
    invariant: Invariant
    policy: Policy
    catalog: Catalog

    def over(self, cases: Sequence[Decided], made: Sequence[Decided]) -> InvariantTried:
        broken = [each for each in cases if self.is_broken_by(each)]
        example = next((each for each in made if self.is_broken_by(each)), None)
        failures = [self.failure(each, f"the case `{each.case.name}`") for each in broken[:MOST_SHOWN]]
        if example is not None:
            simplest = self.simplest(example)
            failures.append(self.failure(simplest, f"a generated request: {write(simplest.case)}"))
        return InvariantTried(
            id=self.invariant.id,
            at=self.invariant.at,
            tried=len(cases) + len(made),
            applied=sum(applies(self.invariant, each.decision) for each in (*cases, *made)),
            failures=tuple(failures),
        )

    def is_broken_by(self, each: Decided) -> bool:
        return is_broken(self.invariant, each.decision, self.catalog)

    def simplest(self, example: Decided) -> Decided:
        """Take one thing after the other away, as long as the invariant stays broken."""
        for case in simpler(example.case):
            came = decide(case, self.policy, self.catalog)
            if isinstance(came, Decision) and self.is_broken_by(Decided(case, came)):
                return self.simplest(Decided(case, came))
        return example

    def failure(self, each: Decided, culprit: str) -> Failure:
        sent = json.dumps(plain(each.decision.params), ensure_ascii=False)
        return Failure(
            at=self.invariant.at,
            message=f"the invariant `{self.invariant.id}` is broken by {culprit}",
            expected="never all that the invariant says",
            actual=sent,
            notes=(*brief(each.decision), f"sent: {sent}"),
        )


def write(case: Case) -> str:
    """A case on one line, as it would stand in a test file."""
    size = [str(each or "unknown") for each in case.images or ()]
    parts = {
        "request": dict(case.request),
        "operation": case.operation,
        "images": size,
        "needs": dict(case.needs),
        "tags": dict(case.tags),
        "max_cost_usd": None if case.max_cost_micros is None else float(usd(case.max_cost_micros)),
        "budget_left_usd": None
        if not isinstance(case.budget_left_micros, int)
        else float(usd(case.budget_left_micros)),
        "on": str(case.on),
        "provider": case.provider if case.provider != "openai" else None,
    }
    said = {name: value for name, value in parts.items() if value not in (None, {}, [])}
    return json.dumps(said, ensure_ascii=False)
