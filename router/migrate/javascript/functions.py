"""Functions by name: what a call calls, and who calls a function."""

from __future__ import annotations

from typing import Final

from .names import CLASSES
from .tree import Node

FIELDS: Final = frozenset({"public_field_definition", "field_definition"})


def last_name(callee: Node | None) -> str:
    """The last name of what is called: `post` of `axios.post`."""
    last = callee.field("property") if callee is not None and callee.kind == "member_expression" else callee
    return last.text if last is not None else ""


def name_of(function: Node) -> str:
    """The name that a function is called by, or nothing."""
    name = function.field("name")
    if name is not None:
        return name.text
    for node in function.ancestors():
        if node.kind in {"variable_declarator", "pair", "assignment_expression", *FIELDS}:
            target = next(
                (t for role in ("name", "key", "left", "property") if (t := node.field(role)) is not None), None
            )
            last = target.field("property") if target is not None and target.kind == "member_expression" else target
            return last.text if last is not None and "_pattern" not in last.kind else ""
        if node.kind not in {"arguments", "call_expression", *("parenthesized_expression", "as_expression")}:
            return ""
    return ""


def callers(function: Node, name: str) -> list[Node]:
    """The calls of a function in its own module."""
    found = function.module.names.calls.get(name, []) if name else []
    if name == "constructor":
        around = next((n for n in function.ancestors() if n.kind in CLASSES), None)
        title = around.field("name") if around is not None else None
        found = function.module.names.calls.get(title.text, []) if title is not None else []
    return [call for call in found if not function.covers(call)]


def is_open(function: Node, name: str, calls: list[Node]) -> bool:
    """Whether others may call a function that cannot be seen."""
    names = function.module.names
    declaration = names.lookup(name, function)
    if function.kind == "method_definition" or declaration is None or names.is_exported(declaration):
        return True
    callees = {callee.start for call in calls if (callee := call.field("function")) is not None}
    return any(use.start not in callees for use in names.uses_of(declaration))
