"""Which rules can hold together with a condition, as far as the equalities that both rest on say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from ..matcher import pinned

if TYPE_CHECKING:
    from ..policy import Condition
    from .readings import Readings

Pins: TypeAlias = Mapping[str, frozenset[object]]


class Overlap:
    """Rules by the values that they pin; two that pin other values of one fact never hold together."""

    def __init__(self, rules: Sequence[Condition], readings: Readings) -> None:
        self._rules = rules
        self._readings = readings
        self._others: dict[str, tuple[int, ...]] = {}

    def over(self, condition: Condition, before: int | None = None) -> list[int]:
        """The places of the rules, up to one, that may hold where a condition does."""
        if self._readings.spent:
            return []
        pins = pinned(condition)
        end = len(self._rules) if before is None else before
        known = [(self._count(fact, values), fact) for fact, values in pins.items() if fact in self._by_value]
        count, fact = min(known, default=(end, ""))
        places = sorted({*self._with(fact, pins[fact]), *self._without(fact)}) if count < end else range(end)
        self._readings.count(len(places))
        return [place for place in places if place < end and _meet(pins, self._pins[place])]

    @cached_property
    def _pins(self) -> list[Pins]:
        return [pinned(rule) for rule in self._rules]

    @cached_property
    def _by_value(self) -> Mapping[str, Mapping[object, list[int]]]:
        """For each fact that a rule pins and for each value, the rules that pin it so."""
        found: dict[str, dict[object, list[int]]] = {}
        for place, pins in enumerate(self._pins):
            for fact, values in pins.items():
                for value in values:
                    found.setdefault(fact, {}).setdefault(value, []).append(place)
        return found

    @cached_property
    def _pinning(self) -> Mapping[str, int]:
        """How many rules pin each fact."""
        return Counter(fact for pins in self._pins for fact in pins)

    def _count(self, fact: str, values: frozenset[object]) -> int:
        """How many rules may be left, by this fact alone."""
        there = self._by_value[fact]
        return sum(len(there.get(value, ())) for value in values) + len(self._rules) - self._pinning[fact]

    def _with(self, fact: str, values: frozenset[object]) -> list[int]:
        return [place for value in values for place in self._by_value[fact].get(value, ())]

    def _without(self, fact: str) -> tuple[int, ...]:
        """The rules that do not pin a fact."""
        if fact not in self._others:
            self._readings.count(len(self._rules))
            self._others[fact] = tuple(place for place, pins in enumerate(self._pins) if fact not in pins)
        return self._others[fact]


def _meet(one: Pins, other: Pins) -> bool:
    return not any(fact in one and one[fact].isdisjoint(values) for fact, values in other.items())
