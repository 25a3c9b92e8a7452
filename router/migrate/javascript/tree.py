"""A module's text as a tree whose nodes know their parents, and the way from characters to bytes."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ast_grep_py import SgNode, SgRoot

from ..sites import Region

if TYPE_CHECKING:
    from .modules import Module

LANGUAGES: Final = {".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx"}
SCRIPT: Final = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
NOT_A_LINE_END: Final = re.compile(r"[^\n\r]")
FUNCTIONS: Final = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    }
)
WRAPPINGS: Final = frozenset(
    {
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
    }
)


class Node:
    """A named node; `start` and `end` count characters of the module's text."""

    __slots__ = ("children", "end", "kind", "module", "parent", "sg", "start")

    def __init__(self, sg: SgNode, parent: Node | None, module: Module) -> None:
        place = sg.range()
        self.sg = sg
        self.kind = sg.kind()
        self.start = place.start.index
        self.end = place.end.index
        self.parent = parent
        self.module = module
        self.children: tuple[Node, ...] = ()

    @property
    def text(self) -> str:
        """The source of it."""
        return self.module.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line that it begins on, from 1."""
        return self.module.text_map.place(self.start)[0]

    @property
    def region(self) -> Region:
        """Its bytes in the file."""
        return self.module.region(self.start, self.end)

    @property
    def items(self) -> tuple[Node, ...]:
        """The children that are no comments."""
        return tuple(child for child in self.children if child.kind != "comment")

    def field(self, name: str) -> Node | None:
        """The child in a role, as in `function` or `arguments`."""
        found = self.sg.field(name)
        if found is None:
            return None
        place = found.range()
        start, end, kind = place.start.index, place.end.index, found.kind()
        return next((c for c in self.children if c.start == start and c.end == end and c.kind == kind), None)

    def word(self, name: str) -> str:
        """The text in a role, for what is no named node: an operator."""
        found = self.sg.field(name)
        return found.text() if found is not None else ""

    def ancestors(self) -> Iterator[Node]:
        """All that it stands in, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        """Itself and all that stands in it, in the order of the text."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def covers(self, other: Node) -> bool:
        """Whether another node of the module stands in it."""
        return self.start <= other.start and other.end <= self.end

    @property
    def function(self) -> Node | None:
        """The nearest function around it."""
        return next((node for node in self.ancestors() if node.kind in FUNCTIONS), None)


def bare(node: Node) -> Node:
    """The expression without parentheses, `await` and assertions of its type."""
    while node.kind in WRAPPINGS and node.items:
        node = node.items[1] if node.kind == "type_assertion" and len(node.items) > 1 else node.items[0]
    return node


def wrapped(node: Node) -> Node:
    """The outermost node that only wraps it: `(await call)!`."""
    while node.parent is not None and node.parent.kind in WRAPPINGS:
        node = node.parent
    return node


@dataclass(frozen=True)
class TextMap:
    """Where a character stands: its byte, its line and column; `lead` bytes come before the text (a mark of order)."""

    text: str
    lead: int = 0

    @cached_property
    def _wide(self) -> tuple[array[int], array[int]]:
        places, extra = array("L"), array("L")
        total = 0
        for match in re.finditer(r"[^\x00-\x7f]", self.text):
            total += len(match[0].encode()) - 1
            places.append(match.start())
            extra.append(total)
        return places, extra

    @cached_property
    def _lines(self) -> array[int]:
        return array("L", [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))])

    def byte(self, index: int) -> int:
        """The byte that a character begins at."""
        places, extra = self._wide
        before = bisect_right(places, index - 1)
        return self.lead + index + (extra[before - 1] if before else 0)

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1


def grow(text: str, language: str, module: Module) -> tuple[Node, dict[str, list[Node]]]:
    """The tree of a text, and its nodes by kind in the order of the text."""
    top = Node(SgRoot(text, language).root(), None, module)
    kinds: dict[str, list[Node]] = {}
    stack = [top]
    while stack:
        node = stack.pop()
        kinds.setdefault(node.kind, []).append(node)
        node.children = tuple(Node(child, node, module) for child in node.sg.named_children())
        stack.extend(reversed(node.children))
    return top, kinds


def only_scripts(text: str) -> str:
    """A component's text with all but its scripts blanked, so that every character keeps its place."""
    kept = []
    done = 0
    for match in SCRIPT.finditer(text):
        kept += [NOT_A_LINE_END.sub(" ", text[done : match.start(2)]), match[2]]
        done = match.end(2)
    return "".join([*kept, NOT_A_LINE_END.sub(" ", text[done:])])


def language_of(path: str, text: str) -> str:
    """The grammar for a file, by its suffix or by the `lang` of its scripts."""
    suffix = path[path.rfind(".") :].lower()
    if suffix in {".vue", ".svelte"}:
        wanted = " ".join(match[1] for match in SCRIPT.finditer(text))
        return "tsx" if "tsx" in wanted or "jsx" in wanted else "typescript"
    return LANGUAGES.get(suffix, "javascript")
