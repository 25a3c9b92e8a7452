"""A parsed Python file: its nodes in order, what each stands in, and where it is written."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import fields
from functools import cache, cached_property
from types import TracebackType
from typing import Final, TypeVar

import libcst as cst
from libcst._nodes.internal import CodegenState  # the public position providers walk the tree twice as often

from ..sites import Region
from .depth import too_deep
from .text import Text, UnreadableError

T = TypeVar("T", bound=cst.CSTNode)
Scope = cst.Module | cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.BaseComp
SCOPES: Final = frozenset(
    {
        *(cst.Module, cst.FunctionDef, cst.ClassDef, cst.Lambda),
        *(cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp),
    }
)
NO_CODE: Final = frozenset(
    {
        *("lpar", "rpar", "comma", "semicolon", "leading_lines", "lines_after_decorators", "header", "footer", "equal"),
        *("dot", "lbracket", "rbracket", "lbrace", "rbrace", "asynchronous", "colon", "first_colon", "second_colon"),
        *("trailing_whitespace", "empty_lines", "bar", "separator", "relative", "param_separator"),
    }
)
FIRST: Final = ("decorators", "items", "target")  # what is written before the fields that are declared before it


@cache
def code_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node that hold code, in the order in which they are written."""
    names = [
        field.name for field in fields(kind) if field.name not in NO_CODE and not field.name.startswith("whitespace")
    ]
    return tuple(sorted(names, key=lambda name: name not in FIRST or kind is cst.Arg))


@cache
def is_node(kind: type) -> bool:
    """Whether a kind of value is a node."""
    return issubclass(kind, cst.CSTNode)


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The parts of a node that are code."""
    found: list[cst.CSTNode] = []
    for name in code_fields(node.__class__):
        value = getattr(node, name)
        kind = value.__class__
        if kind is list or kind is tuple:
            found.extend(value)
        elif is_node(kind):
            found.append(value)
    return found


def inside(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all that it holds, in the order in which it is written."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


class _Stretch:
    """Notes where a node begins and ends while the code is put together."""

    __slots__ = ("begin", "node", "offsets")

    def __init__(self, offsets: _Offsets, node: cst.CSTNode) -> None:
        self.offsets, self.node = offsets, node

    def __enter__(self) -> None:
        self.begin = self.offsets.at

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.offsets.spans[self.node] = (self.begin, self.offsets.at)


class _Offsets(CodegenState):
    """Puts the code together again and notes where each node stands."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.at = 0
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.at += len(token)

    def add_token(self, value: str) -> None:
        self.at += len(value)

    def pop_trailing_newline(self) -> None:
        pass

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,  # noqa: ARG002 -- where compound statements begin and end
        end_node: cst.CSTNode | None = None,  # noqa: ARG002 -- is of no use here
    ) -> _Stretch:
        return _Stretch(self, node)


class Tree:
    """The nodes of a file, in order; `parent`, `scope` and `last` are read by a node's number."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.module = parse(text)
        self.nodes: list[cst.CSTNode] = []
        self.number: dict[cst.CSTNode, int] = {}
        self._parents: list[int] = []
        self._scopes: list[Scope] = []
        self._walk()

    def _walk(self) -> None:
        stack: list[tuple[cst.CSTNode, int, Scope]] = [(self.module, -1, self.module)]
        nodes, number, parents, scopes = self.nodes, self.number, self._parents, self._scopes
        while stack:
            node, parent, scope = stack.pop()
            own = len(nodes)
            if node in number:  # one object in two places: only the first can be told apart
                continue
            number[node] = own
            nodes.append(node)
            parents.append(parent)
            scopes.append(scope)
            if node.__class__ in SCOPES:
                stack.extend(reversed([(child, own, inner) for child, inner in within(node, scope)]))
            else:
                stack.extend([(child, own, scope) for child in reversed(children(node))])

    @cached_property
    def _lasts(self) -> list[int]:
        lasts = list(range(len(self.nodes)))
        for own in range(len(lasts) - 1, 0, -1):
            parent = self._parents[own]
            lasts[parent] = max(lasts[parent], lasts[own])
        return lasts

    @cached_property
    def spans(self) -> dict[cst.CSTNode, tuple[int, int]]:
        """Where each node begins and ends, in characters, brackets and commas around it left out."""
        offsets = _Offsets(self.module)
        self.module._codegen(offsets)  # noqa: SLF001 -- see above
        return offsets.spans

    @cached_property
    def by_kind(self) -> dict[type[cst.CSTNode], list[cst.CSTNode]]:
        """The nodes of each kind."""
        found: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    def of(self, kind: type[T]) -> list[T]:
        """The nodes of a kind, in order."""
        return self.by_kind.get(kind, [])  # type: ignore[return-value]

    def last(self, node: cst.CSTNode) -> int:
        """The number of the last node within a node."""
        return self._lasts[self.number[node]]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """What a node stands in."""
        above = self._parents[self.number[node]]
        return self.nodes[above] if above >= 0 else None

    def around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node stands in, from near to far."""
        above = self._parents[self.number[node]]
        while above >= 0:
            yield self.nodes[above]
            above = self._parents[above]

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope whose names a node uses."""
        return self._scopes[self.number[node]]

    def function(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function whose parameter a node is."""
        return next(above for above in self.around(node) if isinstance(above, cst.FunctionDef | cst.Lambda))

    def holds(self, outer: cst.CSTNode, node: cst.CSTNode) -> bool:
        """Whether a node stands in another, or is it."""
        return self.number[outer] <= self.number[node] <= self.last(outer)

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where a node begins and ends; of the few that have no place of their own, where their first part does."""
        found = next((self.spans[part] for part in inside(node) if part in self.spans), None)
        return found or (0, 0)

    def code(self, node: cst.CSTNode) -> str:
        """What is written for a node."""
        start, end = self.span(node)
        return self.text.characters[start:end]

    def shown(self, node: cst.CSTNode) -> str:
        """What is written for a node, on one line, shortened."""
        return self.text.shown(*self.span(node))

    def region(self, node: cst.CSTNode) -> Region:
        """Where a node is written."""
        return self.text.region(*self.span(node))

    def line(self, node: cst.CSTNode) -> int:
        """The line that a node begins in."""
        return self.text.line(self.span(node)[0])


def within(node: Scope, scope: Scope) -> Iterator[tuple[cst.CSTNode, Scope]]:
    """The parts of what makes a scope: its decorators, bases and defaults belong to the scope around it."""
    for child in children(node):
        outside = isinstance(node, cst.FunctionDef | cst.ClassDef) and child is not node.body
        yield child, scope if outside else node


def parse(text: Text) -> cst.Module:
    """Parse a file, or say why it cannot be."""
    deep = too_deep(text.characters)
    if deep:
        raise UnreadableError(deep)
    try:
        return cst.parse_module(text.characters)
    except cst.ParserSyntaxError as error:
        raise UnreadableError("it is not Python 3", line_of(text)) from error
    except (RecursionError, cst.CSTValidationError) as error:
        raise UnreadableError("it is nested too deeply") from error


def line_of(text: Text) -> int | None:
    """The line of a syntax error, by Python's own parser: the other one often tells the next."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text.characters)
    except SyntaxError as error:
        return error.lineno
    except (RecursionError, MemoryError, ValueError):
        return None
    return None
