"""What a rule may say about a request: conditions, read with the names that the rest of the policy declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from .errors import Place
from .facts import FACTS, LIMIT_PREFIX, LIMIT_SUFFIX, ORDER, TAG_PREFIX, Fact, Kind, limit_fact, tag_fact
from .grammar import (
    USD,
    ByKind,
    Day,
    Flag,
    Found,
    Key,
    ListOf,
    Named,
    Ratio,
    Record,
    Shape,
    Text,
    Then,
    Whole,
    Word,
    mistake,
    optional,
)
from .policy import All, Compare, Condition, Not, Scalar, Value
from .policy import Any as AnyOf

NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
"""Ids and tags: they stand between the dots of a fact's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names that a policy declares, and the models that there are; None where any name will do."""

    models: Collection[str] | None = None
    aliases: Collection[str] = ()
    tags: Mapping[str, tuple[str, ...]] | None = None
    limits: Collection[str] | None = None
    routes: Collection[str] | None = None

    def model(self, *more: str) -> Text:
        """A model by its own name, by an alias, or by one `more` word."""
        return Text("a model", known=None if self.models is None else {*self.models, *self.aliases, *more})


class Comparison(NamedTuple):
    """An operator and its argument, before they know what they are about."""

    op: str
    want: Value
    at: Place


def condition_shape(words: Vocabulary) -> Named[Condition]:
    """The shape of a condition; it can contain itself."""
    condition: Named[Condition] = Named("condition", lambda: record)
    several = ListOf(condition, repeats=True)
    combined = {
        "all": optional(Then(several, lambda parts, _: both(parts)), "all of these hold"),
        "any": optional(Then(several, lambda parts, _: either(parts)), "at least one of these holds"),
        "not": optional(Then(condition, lambda part, _: Not(part=part)), "this is known not to hold"),
    }
    record = Record(_condition, {**_facts(words), **combined}, families=_families(words), fewest=1, wants="a condition")
    return condition


def both(parts: Iterable[Condition]) -> Condition:
    """All of the parts, in the one way there is to say so."""
    flat = tuple(each for part in parts for each in (part.parts if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(parts=flat)


def either(parts: Iterable[Condition]) -> Condition:
    """Any of the parts, in the one way there is to say so."""
    flat = tuple(each for part in parts for each in (part.parts if isinstance(part, AnyOf) else (part,)))
    return flat[0] if len(flat) == 1 else AnyOf(parts=flat)


def _condition(found: Found) -> Condition:
    return both(part for key, value in found.values.items() for part in _parts(key, value))


def _parts(key: str, value: Condition | tuple[Comparison, ...]) -> Iterator[Condition]:
    if not isinstance(value, tuple):
        yield value
        return
    for op, want, at in value:
        yield Compare(fact=key, op=op, want=want, at=at)


def _facts(words: Vocabulary) -> dict[str, Key]:
    tags = [tag_fact(name, choices) for name, choices in (words.tags or {}).items()]
    limits = [limit_fact(name) for name in words.limits or ()]
    return {fact.name: _fact(fact, words) for fact in (*FACTS.values(), *tags, *limits)}


def _families(words: Vocabulary) -> dict[str, Key]:
    """The facts that a policy makes by naming a tag or a limit, where it is not said which there are."""
    families = {}
    if words.tags is None:
        families[_literal(TAG_PREFIX) + NAME] = _fact(tag_fact("NAME"), words)
    if words.limits is None:
        families[_literal(LIMIT_PREFIX) + NAME + _literal(LIMIT_SUFFIX)] = _fact(limit_fact("ID"), words)
    return families


def _literal(text: str) -> str:
    return text.replace(".", r"\.")


def _fact(fact: Fact, words: Vocabulary) -> Key:
    value = VALUES[fact.kind](fact, words)
    ordered = Word(_value_of(fact.name), fact.order) if fact.order else value
    operators = {op: _argument(op, fact, ordered if op in ORDER else value) for op in fact.operators}
    return optional(comparisons(operators), fact.about)


def _value_of(name: str) -> str:
    return f"a value of `{name}`"


VALUES: Mapping[Kind, Callable[[Fact, Vocabulary], Shape[Scalar]]] = MappingProxyType(
    {
        Kind.FLAG: lambda _, __: Flag(),
        Kind.COUNT: lambda _, __: Whole(),
        Kind.MONEY: lambda _, __: USD,
        Kind.DAY: lambda _, __: Day(),
        Kind.RATIO: lambda _, __: Ratio(),
        Kind.CHOICE: lambda fact, _: Word(_value_of(fact.name), fact.choices),
        Kind.MODEL: lambda _, words: words.model(),
        Kind.NAME: lambda fact, _: Text(_value_of(fact.name)),
        Kind.SET: lambda fact, _: Word(_value_of(fact.name), fact.choices),
    }
)


def comparisons(operators: Mapping[str, Shape[Value]]) -> Shape[tuple[Comparison, ...]]:
    """Operators with their arguments, all of which hold; a value alone is compared by `is`."""
    record = Record(_comparisons, {op: optional(shape) for op, shape in operators.items()}, fewest=1, wants="operators")
    hint = use_one_of(operators)
    if "is" not in operators:
        return ByKind(map=record, hint=hint)
    alone = Then(operators["is"], lambda value, at: (Comparison("is", value, at),))
    return ByKind(scalar=alone, map=record, hint=hint)


def use_one_of(operators: Iterable[str]) -> str:
    """The hint where an operator is missing."""
    return f"use an operator: {', '.join(operators)}"


def _comparisons(found: Found) -> tuple[Comparison, ...]:
    values = found.values
    if "from" in values and "until" in values and values["from"] >= values["until"]:
        raise mistake(found.place("until"), "`until` is not after `from`", "`until` is the first day that is out")
    return tuple(Comparison(op, want, found.place(op)) for op, want in values.items())


def _argument(op: str, fact: Fact, value: Shape[Scalar]) -> Shape[Value]:
    arguments: Mapping[str, Shape[Value]] = {
        "exists": Flag(),
        "like": Text("a pattern like `gpt-image-2*`"),
        "between": Then(ListOf(value, fewest=2, most=2, repeats=True), lambda pair, at: _span(pair, fact, at)),
        **dict.fromkeys(("in", "not_in", "any_of", "all_of"), ListOf(value)),
    }
    return arguments.get(op, value)


def _span(pair: tuple[Scalar, ...], fact: Fact, at: Place) -> Value:
    ends: list[Any] = [fact.order.index(str(end)) for end in pair] if fact.order else list(pair)
    if ends[0] > ends[1]:
        raise mistake(at, "the ends of `between` are the wrong way round", "write the lower one first")
    return pair
