"""Whether a decision breaks an invariant: what it is given holds, and all that must never come out did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from .bounds import LEFT_OUT, ORDERS
from .facts import ORDER
from .sizes import parse_size
from .trace import holds

if TYPE_CHECKING:
    from .catalog import Catalog, Model
    from .decision import Decision
    from .policy import Claim, Invariant


def applies(invariant: Invariant, decision: Decision) -> bool:
    """Whether an invariant is about the request that was decided: what it is given is known to hold."""
    return holds(invariant.given, decision.facts) is True


def is_broken(invariant: Invariant, decision: Decision, catalog: Catalog) -> bool:
    """Whether every claim of an invariant came true that must never."""
    return applies(invariant, decision) and all(comes_true(claim, decision, catalog) for claim in invariant.never)


def comes_true(claim: Claim, decision: Decision, catalog: Catalog) -> bool:
    """Whether a claim is true of a decision; where nothing is sent, no claim on a model or a parameter is."""
    part, _, name = claim.about.partition(".")
    if part == "params":
        return decision.params is not None and _is_sent(claim, name, decision.params)
    if part == "model":
        return decision.model is not None and _is_chosen(
            claim, catalog.on(decision.on, decision.provider)[decision.model]
        )
    have = getattr(decision, part)
    return (have is not None) is claim.want if claim.op == "exists" else OPERATORS[claim.op](have, claim.want)


def _is_chosen(claim: Claim, model: Model) -> bool:
    """A snapshot goes by two names; it is `not_in` a list only if neither stands there."""
    if claim.op in ("with", "without"):
        return ABILITIES[str(claim.want)](model) is (claim.op == "with")
    verdicts = [OPERATORS[claim.op](name, claim.want) for name in (model.id, model.base)]
    return all(verdicts) if claim.op == "not_in" else any(verdicts)


def _is_sent(claim: Claim, name: str, params: Mapping[str, object]) -> bool:
    """A parameter that is left out is taken for what it means to leave it out."""
    sent = params.get(name)
    if claim.op == "exists":
        return (sent not in (None, "auto")) is claim.want
    have = LEFT_OUT.get(name) if sent is None else sent
    if claim.op in ORDER:
        return _is_ordered(claim, name, have)
    return (
        OPERATORS[claim.op](_size(have), _sizes(claim.want))
        if name == "size"
        else OPERATORS[claim.op](have, claim.want)
    )


def _is_ordered(claim: Claim, name: str, have: object) -> bool:
    """What has no place in the order, such as `auto`, is neither below nor above anything."""
    order = ORDERS.get(name)
    if order is None:
        return isinstance(have, int) and OPERATORS[claim.op](have, claim.want)
    return have in order and OPERATORS[claim.op](order.index(str(have)), order.index(str(claim.want)))


def _sizes(want: object) -> object:
    return tuple(map(_size, want)) if isinstance(want, tuple) else _size(want)


def _size(text: object) -> object:
    """One size, however it is spelled."""
    return parse_size(text) if isinstance(text, str) else text


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": eq,
    "in": lambda have, want: have in want,
    "not_in": lambda have, want: have not in want,
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
}
ABILITIES: Mapping[str, Callable[[Model], bool]] = {
    "transparency": lambda model: model.transparency != "no",
    "edit": lambda model: "edit" in model.operations,
    "mask": lambda model: model.mask,
    "markup": lambda model: model.markup,
    "gif": lambda model: "gif" in model.formats,
    "svg": lambda model: "svg" in model.formats,
}
