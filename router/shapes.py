"""What a part of a document looks like, and the single values: texts, words, numbers, days.

A shape reads a node into a value or raises `Mistakes`, all of them at once, and knows its JSON Schema.
"""

# ruff: noqa: D102  # `wants`, `read` and `schema` are said once, at `Shape`

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from .errors import Place, Problem, did_you_mean
from .source import ListNode, MapNode, Node, Plain, ScalarNode, plain, resolve, short

Schema: TypeAlias = dict[str, Any]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Shape(Protocol[T_co]):
    """What a part of a document looks like: `read` it or raise `Mistakes`; messages call it what it `wants`."""

    @property
    def wants(self) -> str: ...

    def read(self, node: Node) -> T_co: ...

    def schema(self) -> Schema: ...


class Mistakes(Exception):  # noqa: N818  # it never leaves a reader: `read_document` turns it into an error
    """What is wrong with one part of a document."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def mistake(at: Place, message: str, hint: str | None = None) -> Mistakes:
    """A single mistake."""
    return Mistakes([Problem(at=at, message=message, hint=hint)])


def wanted(shape: Shape[object], node: Node, hint: str | None = None) -> Mistakes:
    """The mistake that a node is something else altogether."""
    return mistake(node.at, f"expected {shape.wants}, not {shown(node)}", hint)


def shown(node: Node) -> str:
    """A node as a message calls it."""
    match node:
        case ListNode():
            return "a list"
        case MapNode():
            return "a mapping"
        case ScalarNode(text=text):
            return f"`{short(text)}`" if text.strip() else "nothing"


def _value(node: Node, kind: type[T]) -> T | None:
    """The value of a scalar, if it is exactly of that kind: a flag is no number."""
    value = node.value if isinstance(node, ScalarNode) else None
    return value if type(value) is kind else None


def _number(node: Node) -> int | Decimal | None:
    whole = _value(node, int)
    return whole if whole is not None else _value(node, Decimal)


def _noun(wants: str) -> str:
    return wants.removeprefix("a ").removeprefix("an ")


# ── Single values


@dataclass(frozen=True, slots=True)
class Text:
    """A text; if there is a pattern, all of it matches, and it is one of those that are `known`."""

    wants: str = "a text"
    pattern: str | None = field(default=None, kw_only=True)
    known: Collection[str] | None = field(default=None, kw_only=True)

    def read(self, node: Node) -> str:
        text = _value(node, str)
        if text is None or not text.strip():
            raise wanted(self, node, _with_quotes(node))
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise wanted(self, node, f"it has to match `{self.pattern}`")
        if self.known is not None and text not in self.known:
            word = short(text)
            raise mistake(node.at, f"unknown {_noun(self.wants)} `{word}`", did_you_mean(word, self.known))
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": rf"^(?:{self.pattern})$" if self.pattern else r"\S"}


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    wants: str
    words: tuple[str, ...]

    def read(self, node: Node) -> str:
        text = _value(node, str)
        if text is None or text not in self.words:
            word = short(node.text) if isinstance(node, ScalarNode) else ""
            raise mistake(node.at, f"expected {self.wants}, not {shown(node)}", did_you_mean(word, self.words))
        return text

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    wants: str = "`true` or `false`"

    def read(self, node: Node) -> bool:
        flag = _value(node, bool)
        if flag is None:
            raise wanted(self, node)
        return flag

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Only(Generic[T_co]):
    """A single value and no other."""

    value: T_co

    @property
    def wants(self) -> str:
        return f"`{str(self.value).lower()}`"

    def read(self, node: Node) -> T_co:
        if _value(node, type(self.value)) != self.value:
            raise wanted(self, node)
        return self.value

    def schema(self) -> Schema:
        return {"const": self.value}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    low: int = 0
    high: int | None = None

    @property
    def wants(self) -> str:
        return (
            f"a whole number, {self.low} or more"
            if self.high is None
            else f"a whole number from {self.low} to {self.high}"
        )

    def read(self, node: Node) -> int:
        number = _value(node, int)
        if number is None or number < self.low or (self.high is not None and number > self.high):
            raise wanted(self, node, _without_quotes(node))
        return number

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, **({} if self.high is None else {"maximum": self.high})}


@dataclass(frozen=True, slots=True)
class Units:
    """A decimal number, zero or more, as whole units of its last allowed decimal: dollars as micro-dollars."""

    wants: str
    decimals: int
    high: int = field(default=10**12, kw_only=True)

    def read(self, node: Node) -> int:
        number = _number(node)
        if number is None or not 0 <= number <= self.high:
            raise wanted(self, node, _without_quotes(node))
        units = Fraction(number) * int(10**self.decimals)
        if units.denominator != 1:
            raise mistake(node.at, f"too many decimals: {shown(node)}", f"use {self.decimals} at most")
        return units.numerator

    def schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "maximum": self.high}


USD = Units("an amount of dollars", 6)
"""Dollars as whole micro-dollars, exactly."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as `2026-11-23`."""

    wants: str = "a day like `2026-11-23`"

    def read(self, node: Node) -> date:
        text = _value(node, str)
        if text is None or not re.fullmatch(DAY, text):
            raise wanted(self, node)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise mistake(node.at, f"no such day: {shown(node)}") from None

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{DAY}$", "format": "date"}


DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Width to height, exactly: `16:9` or `1.5`."""

    wants: str = "a ratio like `16:9` or `1.5`"

    def read(self, node: Node) -> Fraction:
        text, number = _value(node, str), _number(node)
        if text is not None and re.fullmatch(RATIO, text):
            width, height = text.split(":")
            return Fraction(int(width), int(height))
        if number is None or not 0 < number <= WIDEST or (Fraction(number) * 10**6).denominator != 1:
            raise wanted(self, node, _without_quotes(node))
        return Fraction(number)

    def schema(self) -> Schema:
        numbers = {"type": "number", "exclusiveMinimum": 0, "maximum": WIDEST}
        return {"anyOf": [{"type": "string", "pattern": f"^{RATIO}$"}, numbers]}


RATIO = "[1-9][0-9]{0,9}:[1-9][0-9]{0,9}"
WIDEST = 1000


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value at all, as JSON would have it."""

    wants: str = "anything"

    def read(self, node: Node) -> Plain:
        return plain(node)

    def schema(self) -> Schema:
        return {}


def _with_quotes(node: Node) -> str | None:
    return "put it in quotes" if _value(node, bool) is not None or _number(node) is not None else None


def _without_quotes(node: Node) -> str | None:
    text = _value(node, str)
    try:
        return "take the quotes away" if text and not isinstance(resolve(text), str) else None
    except OverflowError:
        return None
