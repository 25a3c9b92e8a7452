"""Bounds on a parameter: the nearest value a model has that meets one, or that it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from .facts import BACKGROUNDS, COMPLEXITIES, FIDELITIES, QUALITIES
from .policy import Bound
from .sizes import parse_size

if TYPE_CHECKING:
    from .catalog import Model

LEFT_OUT: Mapping[str, object] = {
    "size": None,
    "quality": "auto",
    "background": "auto",
    "output_format": "png",
    "output_compression": None,
    "moderation": "auto",
    "input_fidelity": None,
    "complexity": None,
    "n": 1,
    "partial_images": 0,
}
"""What each parameter means where a body leaves it out."""

ORDERS: Mapping[str, Sequence[str]] = {
    "quality": QUALITIES,
    "input_fidelity": FIDELITIES,
    "complexity": COMPLEXITIES,
}
UNSAID: Mapping[str, object] = {"output_compression": 100, "input_fidelity": "low"}
"""What the API takes where the value is left out, as far as it is known (SDK)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A bound, and who makes it: a rule, or (None) the ladder."""

    bound: Bound
    rule: str | None

    def __str__(self) -> str:
        return f"`{self.rule}`" if self.rule else "the ladder"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A model has no value that meets the bound."""

    bound: Bound


def bend(value: object, bound: Bound, model: Model) -> object | Unmet:
    """Move a parameter's value as little as the bound needs; a value that meets it comes back as it is."""
    if bound.param == "input_fidelity" and model.fidelity_always_high and bound.op != "drop":
        return value if _takes_high(bound) else Unmet(bound)
    bent = BENDS[bound.op](value, bound, model)
    beyond = bound.param == "n" and isinstance(bent, int) and bent > model.max_n
    return Unmet(bound) if beyond else bent


def is_met(value: object, bound: Bound, model: Model) -> bool:
    """Whether a value meets a bound as it is."""
    bent = bend(value, bound, model)
    return not isinstance(bent, Unmet) and bent == value


def wish(bound: Bound) -> str:
    """A bound in words: `at least medium`."""
    if bound.op == "drop":
        return "dropped"
    want = ", ".join(map(str, bound.want)) if isinstance(bound.want, tuple) else str(bound.want)
    return f"{bound.op.replace('_', ' ')} {want}"


def _takes_high(bound: Bound) -> bool:
    return bound.op == "at_least" or bound.want == "high" or (isinstance(bound.want, tuple) and "high" in bound.want)


def _at_least(value: object, bound: Bound, model: Model) -> object | Unmet:
    if bound.param not in ORDERS:
        return value if _number(value, bound) >= _want(bound) else bound.want
    order = ORDERS[bound.param]
    lowest = order.index(str(bound.want))
    known = _on_scale(value, bound.param, model) or value == UNSAID.get(bound.param)
    if known and _rank(value, bound, order) >= lowest:
        return value
    return next((word for word in scale(bound.param, model) if order.index(word) >= lowest), Unmet(bound))


def _at_most(value: object, bound: Bound, model: Model) -> object | Unmet:
    if bound.param not in ORDERS:
        return value if _number(value, bound) <= _want(bound) else bound.want
    order = ORDERS[bound.param]
    highest = order.index(str(bound.want))
    words = scale(bound.param, model)
    if 0 <= _rank(value, bound, order) <= highest or not words:
        return value
    return next((word for word in reversed(words) if order.index(word) <= highest), Unmet(bound))


def _exactly(value: object, bound: Bound, model: Model) -> object | Unmet:
    if bound.param == "size":
        return value if parse_size(str(bound.want)) == value else bound.want
    return bound.want if _on_scale(bound.want, bound.param, model) else Unmet(bound)


def _one_of(value: object, bound: Bound, model: Model) -> object | Unmet:
    options = bound.want if isinstance(bound.want, tuple) else (bound.want,)
    if value in options and _on_scale(value, bound.param, model):
        return value
    return bound.otherwise if _on_scale(bound.otherwise, bound.param, model) else Unmet(bound)


def _drop(_: object, bound: Bound, __: Model) -> object:
    return LEFT_OUT.get(bound.param)


BENDS: Mapping[str, Callable[[object, Bound, Model], object | Unmet]] = {
    "at_least": _at_least,
    "at_most": _at_most,
    "exactly": _exactly,
    "one_of": _one_of,
    "drop": _drop,
}


def scale(param: str, model: Model) -> Sequence[str]:
    """The words that a model takes for a parameter, lowest first where they have an order; `auto` aside."""
    return SCALES[param](model)


SCALES: Mapping[str, Callable[[Model], Sequence[str]]] = {
    "quality": attrgetter("qualities"),
    "input_fidelity": attrgetter("fidelity"),
    "complexity": attrgetter("complexity"),
    "output_format": attrgetter("formats"),
    "moderation": attrgetter("moderation"),
    "background": lambda model: BACKGROUNDS if model.transparency != "no" else BACKGROUNDS[1:],
}


def _on_scale(value: object, param: str, model: Model) -> bool:
    return not isinstance(value, str) or value == "auto" or value in scale(param, model)


def _rank(value: object, bound: Bound, order: Sequence[str]) -> int:
    """The place of a value on its order; -1 for one that has none, such as `auto`."""
    word = UNSAID.get(bound.param) if value is None else value
    return order.index(str(word)) if word in order else -1


def _number(value: object, bound: Bound) -> int:
    number = UNSAID.get(bound.param, 0) if value is None else value
    return number if isinstance(number, int) else 0


def _want(bound: Bound) -> int:
    return bound.want if isinstance(bound.want, int) else 0
