"""A policy's tests as typed values that remember where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from ..errors import Place
from ..policy import NOWHERE
from ..sizes import Size
from ..source import Node
from ..told import Operation

SHIPPED = "pixroute:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must come out. `about` is a part of the decision, such as `params.size`."""

    about: str
    op: str
    want: Any
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, all that is known beside it, and what must come of it.

    Money is in micro-dollars. `operation` to `max_cost_micros` are what the app's code says of a request; what the body
    says of itself stands in `request`, under `pixroute`. None is not said; `unsaid` is what is taken away again, from
    what holds for several cases.
    """

    name: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    operation: Operation | None = None
    images: tuple[Size | None, ...] | None = None
    needs: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str | None] = field(default_factory=dict)
    max_cost_micros: int | None = None
    budget_left_micros: int | Mapping[str, int] | None = None
    without: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    provider: str | None = None
    unsaid: frozenset[str] = frozenset()
    expect: Mapping[str, tuple[Expectation, ...]] = field(default_factory=dict)
    at: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def expectations(self) -> Iterable[Expectation]:
        """Everything that is expected, in the order it is written."""
        return (each for several in self.expect.values() for each in several)

    def over(self, below: Case) -> Case:
        """Lay a case over what holds for several: what it says counts, what it does not say is taken from below."""
        merged: dict[str, Any] = {name: {**getattr(below, name), **getattr(self, name)} for name in MERGED}
        unsaid = [name for name in SINGLE if getattr(self, name) is None and name not in self.unsaid]
        taken: dict[str, Any] = {name: getattr(below, name) for name in unsaid}
        return replace(self, **merged, **taken)


MERGED = ("request", "needs", "tags", "without", "expect")
SINGLE = ("operation", "images", "max_cost_micros", "budget_left_micros", "on", "provider")
"""What a case has one of: it can be taken away again, by writing `null`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file of tests. `root` is what it was read from, to be read again when the policy's names are known."""

    path: str
    cases: tuple[Case, ...]
    policy: str | None = None
    root: Node = field(compare=False, repr=False)

    @property
    def policy_path(self) -> str:
        """The policy that is tested: beside the file where none is named, `NAME.yaml` for `NAME.test.yaml`."""
        here = PurePath(self.path)
        if self.policy is None:
            return str(here.with_name(f"{here.name.removesuffix('.yaml').removesuffix('.test')}.yaml"))
        return self.policy if self.policy.startswith(SHIPPED) else str(here.parent / self.policy)
