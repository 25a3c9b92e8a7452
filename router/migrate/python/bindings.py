"""Where names get their values: every event of a scope, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

import libcst as cst

from .tree import Scope, Tree

EventKind: TypeAlias = Literal[
    "value", "parameter", "import", "function", "class", "unknown", "key", "merge", "default", "drop", "append"
]
CHANGES: Final[dict[str, EventKind]] = {
    "update": "merge",
    "setdefault": "default",
    "pop": "drop",
    "append": "append",
}


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """A name gets a value, or what it stands for is changed.

    `at` is the number of the last node that still sees the old value; `path` leads from the value to what the name
    gets: `[0]` for unpacking, `[]` for each item, `enter` for a `with`.
    """

    name: str
    kind: EventKind
    node: cst.CSTNode
    at: int
    value: cst.CSTNode | None = None
    path: tuple[str, ...] = ()
    key: cst.BaseExpression | None = None


def dotted(node: cst.CSTNode) -> str | None:
    """A name with attributes, as in `self.model`."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join([node.value, *reversed(parts)]) if isinstance(node, cst.Name) else None


class Bindings:
    """The events of a file by scope and name; those that change what a name stands for are filed under `name[]`."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._events: dict[Scope, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
        self._global = self._read_globals()
        for kind, read in READERS.items():
            for node in tree.by_kind.get(kind, ()):
                for event in read(tree, node):
                    self._add(event)
        for names in self._events.values():
            for events in names.values():
                events.sort(key=lambda event: event.at)

    def _read_globals(self) -> set[tuple[Scope, str]]:
        nodes: list[cst.Global | cst.Nonlocal] = [*self._tree.of(cst.Global), *self._tree.of(cst.Nonlocal)]
        return {(self._tree.scope(node), item.name.value) for node in nodes for item in node.names}

    def _add(self, event: Event) -> None:
        scope = self.home(event)
        change = event.kind in {"key", "merge", "default", "drop", "append"}
        if (scope, event.name) in self._global:
            scope = self._tree.module
        self._events[scope][f"{event.name}[]" if change else event.name].append(event)

    @cached_property
    def assigned_names(self) -> frozenset[str]:
        """The last parts of the names that are assigned, given as parameters or imported."""
        kinds = {"value", "parameter", "import"}
        return frozenset(
            name.rpartition(".")[2]
            for names in self._events.values()
            for name, events in names.items()
            if any(event.kind in kinds for event in events)
        )

    def home(self, event: Event) -> Scope:
        """The scope that an event belongs to."""
        node = event.node
        if event.kind == "parameter":
            return next(above for above in self._tree.around(node) if isinstance(above, cst.FunctionDef | cst.Lambda))
        scope = self._tree.scope(node)
        while isinstance(node, cst.NamedExpr) and isinstance(scope, cst.BaseComp):
            scope = self._tree.scope(scope)
        return scope

    def events(self, scope: Scope, name: str) -> list[Event]:
        """What happens to a name in a scope, in order."""
        return self._events[scope][name] if scope in self._events and name in self._events[scope] else []

    def names(self, scope: Scope) -> list[str]:
        """The names that a scope binds, in the order of their first event."""
        return [name for name in self._events.get(scope, ()) if "[" not in name]

    def outward(self, node: cst.CSTNode) -> Iterator[tuple[Scope, bool]]:
        """The scopes in which a name is looked up, and whether they run right there and not some time later."""
        scope, inline, first = self._tree.scope(node), True, True
        while True:
            if first or not isinstance(scope, cst.ClassDef):
                yield scope, inline
            if isinstance(scope, cst.Module):
                return
            first = first and isinstance(scope, cst.BaseComp)
            inline = inline and isinstance(scope, cst.BaseComp)
            scope = self._tree.scope(scope)


def targets(tree: Tree, target: cst.CSTNode, path: tuple[str, ...]) -> Iterator[tuple[cst.CSTNode, tuple[str, ...]]]:
    """The names that a target holds, each with the path that leads to its part."""
    match target:
        case cst.Tuple() | cst.List():
            for index, element in enumerate(target.elements):
                if isinstance(element, cst.StarredElement):
                    yield element.value, (*path, "[*]")
                else:
                    yield from targets(tree, element.value, (*path, f"[{index}]"))
        case _:
            yield target, path


def bound(
    tree: Tree, node: cst.CSTNode, target: cst.CSTNode, *, value: cst.CSTNode | None, steps: tuple[str, ...] = ()
) -> Iterator[Event]:
    """The events of binding a target to (a part of) a value."""
    at = tree.last(value if value is not None and steps else node)
    for part, path in targets(tree, target, steps):
        if isinstance(part, cst.Subscript):
            name, key = dotted(part.value), subscript_key(part)
            if name is not None:
                yield Event(name, "key", node, at, value, path, key)
        else:
            name = dotted(part)
            if name is not None:
                yield Event(name, "value" if value is not None else "unknown", node, at, value, path)


def subscript_key(node: cst.Subscript) -> cst.BaseExpression | None:
    """The key of `name[key]`."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return key
        case _:
            return None


def read_assign(tree: Tree, node: cst.Assign) -> Iterator[Event]:
    """`a = b = value`."""
    for target in node.targets:
        yield from bound(tree, node, target.target, value=node.value)


def read_annotated(tree: Tree, node: cst.AnnAssign) -> Iterator[Event]:
    """`name: kind = value`; without a value, only a class's body says something by it."""
    if node.value is not None or isinstance(tree.scope(node), cst.ClassDef):
        yield from bound(tree, node, node.target, value=node.value)


def read_augmented(tree: Tree, node: cst.AugAssign) -> Iterator[Event]:
    """`table |= more`; of other operators, nothing is known."""
    name = dotted(node.target)
    if name is None:
        return
    if isinstance(node.operator, cst.BitOrAssign):
        yield Event(name, "merge", node, tree.last(node), node.value)
    elif isinstance(node.operator, cst.AddAssign):
        yield Event(name, "append", node, tree.last(node), node.value)
    else:
        yield Event(name, "unknown", node, tree.last(node))


def read_walrus(tree: Tree, node: cst.NamedExpr) -> Iterator[Event]:
    """`(name := value)`."""
    yield from bound(tree, node, node.target, value=node.value)


def read_loop(tree: Tree, node: cst.For | cst.CompFor) -> Iterator[Event]:
    """`for name in values`."""
    yield from bound(tree, node, node.target, value=node.iter, steps=("[]",))


def read_with(tree: Tree, node: cst.WithItem) -> Iterator[Event]:
    """`with value as name`."""
    if node.asname is not None:
        yield from bound(tree, node, node.asname.name, value=node.item, steps=("enter",))


def read_import(tree: Tree, node: cst.Import) -> Iterator[Event]:
    """`import a.b as c`."""
    for alias in node.names:
        full = dotted(alias.name) or ""
        name = dotted(alias.asname.name) if alias.asname else full.partition(".")[0]
        yield Event(name or full, "import", alias, tree.last(node))


def read_import_from(tree: Tree, node: cst.ImportFrom) -> Iterator[Event]:
    """`from a import b as c`; a star is filed under the name `*`."""
    if isinstance(node.names, cst.ImportStar):
        yield Event("*", "import", node, tree.last(node))
        return
    for alias in node.names:
        name = dotted(alias.asname.name if alias.asname else alias.name)
        yield Event(name or "", "import", alias, tree.last(node))


def read_function(tree: Tree, node: cst.FunctionDef) -> Iterator[Event]:
    """`def name()`."""
    yield Event(node.name.value, "function", node, tree.number[node])


def read_class(tree: Tree, node: cst.ClassDef) -> Iterator[Event]:
    """`class Name`."""
    yield Event(node.name.value, "class", node, tree.number[node])


def read_parameter(tree: Tree, node: cst.Param) -> Iterator[Event]:
    """A function's parameter."""
    yield Event(node.name.value, "parameter", node, tree.number[node])


def read_except(tree: Tree, node: cst.ExceptHandler) -> Iterator[Event]:
    """`except Error as name`."""
    if node.name is not None:
        yield Event(dotted(node.name.name) or "", "unknown", node, tree.number[node])


def read_match(tree: Tree, node: cst.MatchAs) -> Iterator[Event]:
    """`case name`."""
    if node.name is not None:
        yield Event(node.name.value, "unknown", node, tree.number[node])


def read_delete(tree: Tree, node: cst.Del) -> Iterator[Event]:
    """`del table["key"]`."""
    for target, _ in targets(tree, node.target, ()):
        if isinstance(target, cst.Subscript) and (name := dotted(target.value)) is not None:
            yield Event(name, "drop", node, tree.last(node), key=subscript_key(target))


def read_change(tree: Tree, node: cst.Call) -> Iterator[Event]:
    """`table.update(...)`, `table.pop("key")` and the like."""
    match node.func:
        case cst.Attribute(value=target, attr=cst.Name(value=("update" | "setdefault" | "pop" | "append") as method)):
            name = dotted(target)
            if name is None:
                return
            first = node.args[0].value if node.args else None
            value: cst.CSTNode | None = node
            if method == "append":
                value = first
            elif method == "setdefault":
                value = node.args[1].value if len(node.args) > 1 else None
            key = first if method in {"setdefault", "pop"} else None
            yield Event(name, CHANGES[method], node, tree.last(node), value, (), key)
        case _:
            return


READERS: Final[Mapping[type[cst.CSTNode], Callable[..., Iterator[Event]]]] = {
    cst.Assign: read_assign,
    cst.AnnAssign: read_annotated,
    cst.AugAssign: read_augmented,
    cst.NamedExpr: read_walrus,
    cst.For: read_loop,
    cst.CompFor: read_loop,
    cst.WithItem: read_with,
    cst.Import: read_import,
    cst.ImportFrom: read_import_from,
    cst.FunctionDef: read_function,
    cst.ClassDef: read_class,
    cst.Param: read_parameter,
    cst.ExceptHandler: read_except,
    cst.MatchAs: read_match,
    cst.Del: read_delete,
    cst.Call: read_change,
}
