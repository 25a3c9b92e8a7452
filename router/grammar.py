"""One description of a document that gives both its reader and its JSON Schema.

A document is described by shapes, put together like the document itself. A shape reads a node into a value or raises
`Mistakes`, all of them at once, and knows its JSON Schema (draft 2020-12). What a shape reads, its schema accepts; what
only the reader can see (`known` names, `check`, `Then`, decimals, days that do not exist) the schema lets pass.

    ROUTE = Record(into(Route), {
        "id": needed(Text("an id", pattern="[a-z][a-z0-9-]*")),
        "to": needed(one_or_more(Text("a model", known=models))),
        "why": optional(Text(), "shown in the trace"),
    })
    route = read_document(ROUTE, read_source(text, path, PolicyError), PolicyError)
    schema = json_schema(ROUTE, title="a route")
"""

# ruff: noqa: D102  # `wants`, `read` and `schema` are said once, at `Shape`

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .errors import DocumentError, Place, Problem, did_you_mean
from .shapes import (
    USD,
    Anything,
    Day,
    Flag,
    Mistakes,
    Only,
    Ratio,
    Schema,
    Shape,
    Text,
    Units,
    Whole,
    Word,
    mistake,
    shown,
    wanted,
)
from .source import MOST_PROBLEMS, Entry, ListNode, MapNode, Node, ScalarNode, short

__all__ = [
    "USD",
    "Anything",
    "ByKey",
    "ByKind",
    "ByWord",
    "Day",
    "Flag",
    "Found",
    "Key",
    "ListOf",
    "MapOf",
    "Mistakes",
    "Named",
    "Only",
    "Ratio",
    "Record",
    "Schema",
    "Shape",
    "Text",
    "Then",
    "Units",
    "Whole",
    "Word",
    "into",
    "json_schema",
    "mistake",
    "needed",
    "one_or_more",
    "optional",
    "read_document",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U_co = TypeVar("U_co", covariant=True)
K = TypeVar("K", bound=Hashable)


def read_document(shape: Shape[T_co], node: Node, error: type[DocumentError]) -> T_co:
    """Read a whole document, or raise all its mistakes as an `error`."""
    try:
        return shape.read(node)
    except Mistakes as mistakes:
        raise error(mistakes.problems[:MOST_PROBLEMS]) from None


def json_schema(
    shape: Shape[object], *, title: str, description: str = "", named: Iterable[Named[object]] = ()
) -> Schema:
    """The JSON Schema of a whole document; `named` are the shapes that it refers to by name."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **({"description": description} if description else {}),
        **shape.schema(),
        **({"$defs": {each.name: each.shape().schema() for each in named}} if named else {}),
    }


# ── Lists and mappings


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T_co]):
    """A list; unless `repeats`, no two items are the same (they have to be hashable then)."""

    item: Shape[T_co]
    fewest: int = field(default=1, kw_only=True)
    most: int | None = field(default=None, kw_only=True)
    repeats: bool = field(default=False, kw_only=True)

    @property
    def wants(self) -> str:
        return f"a list of {self.fewest}" if self.fewest == self.most else "a list"

    def read(self, node: Node) -> tuple[T_co, ...]:
        if not isinstance(node, ListNode):
            raise wanted(self, node)
        if len(node.items) < self.fewest or (self.most is not None and len(node.items) > self.most):
            raise mistake(
                node.at, "empty list" if not node.items else f"expected {self.wants}, not of {len(node.items)}"
            )
        items = _read_all((index, self.item, item) for index, item in enumerate(node.items))
        values = tuple(items.values())
        if not self.repeats and len(set(values)) < len(values):
            raise Mistakes(_repeated(values, node.items))
        return values

    def schema(self) -> Schema:
        bounds = {"minItems": self.fewest, "maxItems": self.most, "uniqueItems": not self.repeats}
        return {"type": "array", "items": self.item.schema(), **{key: value for key, value in bounds.items() if value}}


def _repeated(values: Iterable[Hashable], nodes: Iterable[Node]) -> Iterator[Problem]:
    lines: dict[Hashable, int] = {}
    for value, node in zip(values, nodes, strict=True):
        if value in lines:
            yield Problem(
                at=node.at, message=f"listed twice: {shown(node)}", hint=f"it stands in line {lines[value]} already"
            )
        lines.setdefault(value, node.at.line)


def one_or_more(item: Shape[T]) -> Shape[tuple[T, ...]]:
    """A list, or a single item without the brackets."""
    return ByKind(scalar=Then(item, lambda value, _: (value,)), list=ListOf(item))


@dataclass(frozen=True, slots=True)
class MapOf(Generic[T_co]):
    """A mapping from texts to values of one shape."""

    key: Shape[str]
    value: Shape[T_co]
    wants: str = "a mapping"

    def read(self, node: Node) -> dict[str, T_co]:
        if not isinstance(node, MapNode):
            raise wanted(self, node)
        keys = [self._key_problems(entry) for entry in node.entries]
        return _read_all(
            ((entry.key, self.value, entry.node) for entry in node.entries),
            [problem for each in keys for problem in each],
        )

    def _key_problems(self, entry: Entry) -> tuple[Problem, ...]:
        try:
            self.key.read(ScalarNode(entry.key, entry.key, entry.at))
        except Mistakes as mistakes:
            return mistakes.problems
        return ()

    def schema(self) -> Schema:
        return {"type": "object", "propertyNames": self.key.schema(), "additionalProperties": self.value.schema()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a record: the shape of its value, and a sentence for editors to show."""

    shape: Shape[Any]
    required: bool
    about: str


def needed(shape: Shape[Any], about: str = "") -> Key:
    """A key that has to be there."""
    return Key(shape=shape, required=True, about=about)


def optional(shape: Shape[Any], about: str = "") -> Key:
    """A key that may be left out; `Found.values` lacks it then."""
    return Key(shape=shape, required=False, about=about)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of a record: the values of the keys that are there."""

    values: dict[str, Any]
    node: MapNode

    @property
    def at(self) -> Place:
        """Where the record starts."""
        return self.node.at

    def place(self, key: str) -> Place:
        """Where the value of a key stands; where the record starts if there is none."""
        value = self.node.get(key)
        return value.at if value is not None else self.node.at


def into(make: Callable[..., T_co]) -> Callable[[Found], T_co]:
    """Make a value that takes the keys of a record, and its place as `at`."""
    return lambda found: make(**found.values, at=found.at)


@dataclass(frozen=True, slots=True)
class Record(Generic[T_co]):
    """A mapping with known keys; `families` are keys known by a pattern.

    `check` finds what concerns several keys; it sees the mapping as written, mistakes and all.
    """

    make: Callable[[Found], T_co]
    keys: Mapping[str, Key]
    families: Mapping[str, Key] = field(default_factory=dict, kw_only=True)
    fewest: int = field(default=0, kw_only=True)
    most: int | None = field(default=None, kw_only=True)
    check: Callable[[MapNode], Iterable[Problem]] = field(default=lambda _: (), kw_only=True)
    wants: str = field(default="a mapping", kw_only=True)

    def read(self, node: Node) -> T_co:
        if not isinstance(node, MapNode):
            raise wanted(self, node)
        parts = ((entry.key, self._shape(entry), entry.node) for entry in node.entries)
        return self.make(Found(_read_all(parts, [*self._missing(node), *self.check(node)]), node))

    def _shape(self, entry: Entry) -> Shape[Any]:
        if entry.key in self.keys:
            return self.keys[entry.key].shape
        family = next((key for pattern, key in self.families.items() if re.fullmatch(pattern, entry.key)), None)
        return family.shape if family else _Unknown(entry, self.keys)

    def _missing(self, node: MapNode) -> Iterator[Problem]:
        there = {entry.key for entry in node.entries}
        for name, key in self.keys.items():
            if key.required and name not in there:
                yield Problem(at=node.at, message=f"missing key `{name}`")
        if len(there) < self.fewest:
            yield Problem(at=node.at, message="empty mapping", hint=did_you_mean("", self.keys))
        if self.most is not None and len(there) > self.most:
            yield Problem(at=node.at, message=f"expected {self.most} of these keys, not {len(there)}")

    def schema(self) -> Schema:
        bounds = {"minProperties": self.fewest, "maxProperties": self.most}
        return {
            "type": "object",
            "properties": {name: _described(key) for name, key in self.keys.items()},
            "patternProperties": {f"^(?:{pattern})$": _described(key) for pattern, key in self.families.items()},
            "required": [name for name, key in self.keys.items() if key.required],
            "additionalProperties": False,
            **{key: value for key, value in bounds.items() if value},
        }


def _described(key: Key) -> Schema:
    return {**key.shape.schema(), **({"description": key.about} if key.about else {})}


@dataclass(frozen=True, slots=True)
class _Unknown:
    """What stands under a key that should not be there."""

    entry: Entry
    known: Iterable[str]
    wants: str = "nothing"

    def read(self, _: Node) -> None:
        word = short(self.entry.key)
        raise mistake(self.entry.at, f"unknown key `{word}`", did_you_mean(word, self.known))

    def schema(self) -> Schema:
        return {"not": {}}


def _read_all(parts: Iterable[tuple[K, Shape[T], Node]], known: Iterable[Problem] = ()) -> dict[K, T]:
    """Read every part; the mistakes of all of them come together."""
    values, problems = {}, list(known)
    for key, shape, node in parts:
        try:
            values[key] = shape.read(node)
        except Mistakes as mistakes:
            problems += mistakes.problems
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise Mistakes(problems)
    return values


# ── Choices between shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class ByKind(Generic[T_co]):
    """A value that may be written in several ways: as a single word, as a list, as a mapping."""

    scalar: Shape[T_co] | None = None
    list: Shape[T_co] | None = None
    map: Shape[T_co] | None = None
    hint: str | None = None

    @property
    def wants(self) -> str:
        return " or ".join(shape.wants for shape in self._shapes())

    def _shapes(self) -> Iterator[Shape[T_co]]:
        return (shape for shape in (self.scalar, self.list, self.map) if shape is not None)

    def read(self, node: Node) -> T_co:
        shape = {ScalarNode: self.scalar, ListNode: self.list, MapNode: self.map}[type(node)]
        if shape is None:
            raise wanted(self, node, self.hint)
        return shape.read(node)

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for shape in self._shapes()]}


@dataclass(frozen=True, slots=True)
class ByKey(Generic[T_co]):
    """Records of several kinds, told apart by a key that only one kind has."""

    kinds: Mapping[str, Shape[T_co]]
    wants: str = "a mapping"

    def read(self, node: Node) -> T_co:
        if not isinstance(node, MapNode):
            raise wanted(self, node)
        kind = next((entry.key for entry in node.entries if entry.key in self.kinds), None)
        if kind is None:
            raise mistake(node.at, f"expected one of the keys {' and '.join(f'`{key}`' for key in self.kinds)}")
        return self.kinds[kind].read(node)

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for shape in self.kinds.values()]}


@dataclass(frozen=True, slots=True)
class ByWord(Generic[T_co]):
    """Records of several kinds, told apart by the word under a key that all of them have."""

    key: str
    word: Word
    kinds: Mapping[str, Shape[T_co]]
    wants: str = "a mapping"

    def read(self, node: Node) -> T_co:
        if not isinstance(node, MapNode):
            raise wanted(self, node)
        word = node.get(self.key)
        if word is None:
            raise mistake(node.at, f"missing key `{self.key}`")
        return self.kinds[self.word.read(word)].read(node)

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for shape in self.kinds.values()]}


# ── Shapes made of shapes


@dataclass(frozen=True, slots=True)
class Then(Generic[T_co, U_co]):
    """A shape whose value is made into another; `change` raises a `mistake` at the place it is given."""

    shape: Shape[T_co]
    change: Callable[[T_co, Place], U_co]

    @property
    def wants(self) -> str:
        return self.shape.wants

    def read(self, node: Node) -> U_co:
        return self.change(self.shape.read(node), node.at)

    def schema(self) -> Schema:
        return self.shape.schema()


@dataclass(frozen=True, slots=True)
class Named(Generic[T_co]):
    """A shape that the schema defines once and refers to by name, so that it can contain itself."""

    name: str
    shape: Callable[[], Shape[T_co]]
    wants: str = "a mapping"

    def read(self, node: Node) -> T_co:
        return self.shape().read(node)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}
