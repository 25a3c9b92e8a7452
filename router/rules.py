"""The rules of a policy as they are written: guards, routes, adjustments and invariants, and the bounds they set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .conditions import NAME, Vocabulary, comparisons, use_one_of
from .errors import Place, RequestError
from .facts import ORDER
from .grammar import (
    ByKey,
    ByKind,
    Flag,
    Found,
    Key,
    ListOf,
    Named,
    Only,
    Record,
    Shape,
    Text,
    Then,
    Whole,
    Word,
    into,
    mistake,
    needed,
    one_or_more,
    optional,
)
from .policy import (
    ABILITIES,
    DROP,
    EXACT,
    LEAST,
    MOST,
    ONE_OF,
    OUTCOMES,
    PARAMETERS,
    Adjustment,
    Bound,
    Claim,
    Condition,
    Guard,
    Invariant,
    Parameter,
    Route,
    Scalar,
    Target,
)
from .sizes import parse_size

ASKED = "asked"
ID = Text("an id", pattern=NAME)
WHY = optional(Text(), "shown in the trace")


def guard_shape(when: Shape[Condition]) -> Record[Guard]:
    """Who is denied, and what they are told."""
    deny = Record(
        lambda found: found.values,
        {
            "code": needed(Text("a code", pattern="[a-z][a-z0-9_]{0,63}"), "lower case, for programs"),
            "message": needed(Text("a message"), "for people"),
        },
    )
    keys = {
        "id": needed(ID),
        "when": needed(when),
        "deny": needed(deny),
        "unknown": optional(Word("`deny` or `skip`", ("deny", "skip")), "what happens where it cannot be known"),
    }
    return Record(_guard, keys, wants="a guard")


def _guard(found: Found) -> Guard:
    return Guard(**found.values.pop("deny"), **found.values, at=found.at)


def route_shape(when: Shape[Condition], words: Vocabulary) -> Record[Route]:
    """Which models are candidates, and what the rule sets on all of them."""
    keys = {
        "id": needed(ID),
        "why": WHY,
        "when": optional(when, "without it the route always holds"),
        "to": needed(_to(words), "models in order of preference, or `{cheapest_of: [...]}`"),
        "set": optional(BOUNDS),
    }
    return Record(_route, keys, wants="a route")


def _route(found: Found) -> Route:
    cheapest, to = found.values.pop("to")
    return Route(**found.values, to=to, cheapest=cheapest, at=found.at)


def _to(words: Vocabulary) -> Shape[tuple[bool, tuple[Target, ...]]]:
    by_name = Then(words.model(ASKED), lambda model, at: Target(model=model, at=at))
    with_bounds = Record(into(Target), {"model": needed(words.model(ASKED)), "set": optional(BOUNDS)})
    target = ByKind(scalar=by_name, map=with_bounds)
    in_order = Then(one_or_more(target), lambda targets, _: (False, targets))
    alone = Then(with_bounds, lambda one, _: (False, (one,)))
    cheapest = Record(lambda found: (True, found.values["cheapest_of"]), {"cheapest_of": needed(ListOf(target))})
    return ByKind(scalar=in_order, list=in_order, map=ByKey({"cheapest_of": cheapest, "model": alone}))


def adjustment_shape(when: Shape[Condition]) -> Record[Adjustment]:
    """What is set wherever it holds."""
    keys = {
        "id": needed(ID),
        "why": WHY,
        "when": optional(when, "without it the adjustment always holds"),
        "set": needed(BOUNDS),
    }
    return Record(into(Adjustment), keys, wants="an adjustment")


# ── Bounds


def _bound_shape(parameter: Parameter) -> Shape[tuple[Bound, ...]]:
    value = value_shape(parameter)
    arguments: Mapping[str, Shape[Any]] = {ONE_OF: ListOf(value), DROP: Only(True)}  # noqa: FBT003
    keys: dict[str, Key] = {op: optional(arguments.get(op, value)) for op in parameter.operators}
    if ONE_OF in parameter.operators:
        keys["else"] = optional(value, "what it becomes where it is none of `one_of`")
    bound = Record(lambda found: _bounds(parameter, found), keys, fewest=1, wants="an operator and its value")
    return ByKind(map=bound, hint=use_one_of(parameter.operators))


def _bounds(parameter: Parameter, found: Found) -> tuple[Bound, ...]:
    values = found.values
    operators = [op for op in values if op != "else"]
    if len(operators) > 1 and {*operators} != {LEAST, MOST}:
        raise mistake(found.at, f"`{operators[0]}` and `{operators[1]}` exclude each other")
    if {*operators} == {LEAST, MOST} and _rank(parameter, values[LEAST]) > _rank(parameter, values[MOST]):
        raise mistake(found.place(MOST), f"`{MOST}` is below `{LEAST}`")
    if ONE_OF in values or "else" in values:
        return (_one_of(parameter, found),)
    return tuple(
        Bound(param=parameter.name, op=op, want=None if op == DROP else values[op], at=found.at)
        for op in parameter.operators
        if op in values
    )


def _rank(parameter: Parameter, value: str | int) -> int:
    return value if isinstance(value, int) else parameter.words.index(value)


def _one_of(parameter: Parameter, found: Found) -> Bound:
    options, otherwise = found.values.get(ONE_OF), found.values.get("else")
    if options is None:
        raise mistake(found.place("else"), f"`else` without `{ONE_OF}`")
    if otherwise is None:
        raise mistake(found.at, "missing key `else`", "say what it becomes where it is none of these")
    if otherwise not in options:
        raise mistake(found.place("else"), f"`{otherwise}` is not in `{ONE_OF}`", "repeat one of the words there")
    return Bound(param=parameter.name, op=ONE_OF, want=options, otherwise=otherwise, at=found.at)


def value_shape(parameter: Parameter) -> Shape[Scalar]:
    """What a parameter can be set to."""
    if parameter.words:
        return Word(f"a value of `{parameter.name}`", parameter.words)
    if parameter.numbers:
        return Whole(parameter.numbers[0], parameter.numbers[-1])
    return SIZE


def _size(text: str, at: Place) -> str:
    try:
        size = parse_size(text)
    except RequestError as error:
        raise mistake(at, error.message, error.hint) from None
    if size is None:
        raise mistake(at, "`auto` is no size to ask for", "name one, such as `1024x1024`")
    return text


SIZE: Shape[str] = Then(Text("a size"), _size)
_BOUNDS: Record[tuple[Bound, ...]] = Record(
    lambda found: tuple(bound for bounds in found.values.values() for bound in bounds),
    {name: optional(_bound_shape(parameter)) for name, parameter in PARAMETERS.items()},
    fewest=1,
    wants="bounds on parameters",
)
BOUNDS: Named[tuple[Bound, ...]] = Named("bounds", lambda: _BOUNDS)


# ── Invariants


def invariant_shape(when: Shape[Condition], words: Vocabulary) -> Record[Invariant]:
    """What must never come out of the policy."""
    routes = Text("a route", known=words.routes)
    claims = {
        "outcome": _claim(Word("`route` or `deny`", OUTCOMES)),
        "route": _claim(routes, exists=Flag()),
        "model": _claim(words.model(), **dict.fromkeys(("with", "without"), Word("an ability", ABILITIES))),
        **{f"params.{name}": _claim_on(parameter) for name, parameter in PARAMETERS.items()},
        "params.stream": _claim(Flag(), exists=Flag()),
    }
    never = Record(_claims, claims, fewest=1, wants="claims on a decision")
    keys = {"id": needed(ID), "why": WHY, "given": optional(when), "never": needed(never, "broken if all of it holds")}
    return Record(into(Invariant), keys, wants="an invariant")


def _claims(found: Found) -> tuple[Claim, ...]:
    return tuple(
        Claim(about=about, op=op, want=want, at=at) for about, tests in found.values.items() for op, want, at in tests
    )


def _claim_on(parameter: Parameter) -> Key:
    value = _claimed(parameter)
    ordered = LEAST in parameter.operators
    order = dict.fromkeys([op for op in ORDER if op != "between"], value_shape(parameter)) if ordered else {}
    return _claim(value, **order, exists=Flag())


def _claimed(parameter: Parameter) -> Shape[Scalar]:
    """What a parameter of a decision can be: also `auto`, which no rule sets."""
    if parameter.words:
        return Word(f"a value of `{parameter.name}`", tuple(dict.fromkeys((*parameter.words, "auto"))))
    return value_shape(parameter) if EXACT in parameter.operators else Text()


def _claim(value: Shape[Scalar], **more: Shape[Scalar]) -> Key:
    operators: dict[str, Shape[Any]] = {"is": value, "in": ListOf(value), "not_in": ListOf(value), **more}
    return optional(comparisons(operators))
