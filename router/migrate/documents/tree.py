"""What JSON, YAML and TOML have in common: tables, lists and values that know where they stand in a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..sites import Json
from .names import HINT
from .text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A string, number, true, false or null; `start` and `end` leave its quotes out.

    `verbatim` says that the text stands there as it is read, so that it can be replaced; `formula` that it is some
    expression, which is not evaluated.
    """

    value: Json
    start: int
    end: int
    verbatim: bool = True
    formula: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key and what it stands for; `whole` is what to cut in order to drop both."""

    key: str
    start: int
    node: Node
    whole: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a table takes a further entry: an offset, the template, and the quote of strings there."""

    at: int
    template: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Keys and what they stand for; when one is written twice, the last one counts."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    slot: Slot | None = None

    def entry(self, key: str) -> Entry | None:
        """The entry of a key."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)

    def get(self, key: str) -> Node | None:
        """What a key stands for."""
        entry = self.entry(key)
        return entry.node if entry else None

    def table(self, key: str) -> Table | None:
        """What a key stands for, when that is a table."""
        node = self.get(key)
        return node if isinstance(node, Table) else None

    def word(self, key: str) -> str | None:
        """What a key stands for, when that is a string."""
        return word(self.get(key))

    @property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(entry.key for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A list."""

    items: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = Value | Table | Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text and what is written in it."""

    text: Text
    root: Node

    def tables(self) -> Iterator[tuple[tuple[str, ...], Table]]:
        """The tables that hold a word that matters, with the keys that lead to each."""
        hints = [found.start() for found in HINT.finditer(self.text.data)]
        yield from tables(self.root, hints)


class BrokenTextError(Exception):
    """A text that is not what it is said to be, and from where on."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def word(node: Node | None) -> str | None:
    """The string that a node is."""
    if isinstance(node, Value) and isinstance(node.value, str) and not node.formula:
        return node.value
    return None


def tables(root: Node, hints: Sequence[int] | None = None) -> Iterator[tuple[tuple[str, ...], Table]]:
    """All tables with the keys that lead to each, outer ones first, in the order of the text.

    Given `hints`, only those that have one of these offsets in them.
    """
    waiting: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while waiting:
        keys, node = waiting.pop()
        if isinstance(node, Value) or (hints is not None and not has_any(node, hints)):
            continue
        if isinstance(node, Table):
            yield keys, node
            waiting.extend(((*keys, entry.key), entry.node) for entry in reversed(node.entries))
        else:
            waiting.extend((keys, item) for item in reversed(node.items))


def has_any(node: Node, offsets: Sequence[int]) -> bool:
    """Whether a node has one of some offsets, which are sorted, in it."""
    first = bisect_left(offsets, node.start)
    return first < len(offsets) and offsets[first] < node.end
