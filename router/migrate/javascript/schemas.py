"""Schemas in the manner of zod: which values a rule lets through, and its default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .literals import property_name
from .tree import Node, bare

PARSERS: Final = frozenset({"parse", "parseAsync", "safeParse", "safeParseAsync"})
LISTS: Final = frozenset({"enum", "union", "oneOf"})
VALUES: Final = frozenset({"default", "literal", "catch", "prefault"})
OPTIONAL: Final = frozenset({"optional", "nullish"})
NAMESPACES: Final = frozenset({"z", "zod", "s", "v", "yup", "Joi"})


def links(node: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """The calls of a chain such as `z.string().default("auto")`, last first: their names and arguments."""
    found: Node | None = bare(node)
    while found is not None and found.kind == "call_expression":
        callee, listed = found.field("function"), found.field("arguments")
        name = callee.field("property") if callee is not None else None
        if callee is None or name is None:
            return
        yield name.text, listed.items if listed is not None else ()
        found = callee.field("object")


def root(node: Node) -> str:
    """The name that a chain of members and calls begins with."""
    found: Node | None = bare(node)
    while found is not None:
        inner = found.field("function") or found.field("object")
        if inner is None:
            return found.text if found.kind in {"identifier", "this"} else ""
        found = bare(inner)
    return ""


def schema_of(node: Node) -> Node | None:
    """The `z.object({…})` in a chain, or behind `schema.parse(…)`."""
    callee = node.field("function")
    name = callee.field("property") if callee is not None else None
    receiver = callee.field("object") if callee is not None else None
    if name is None or receiver is None:
        return None
    if name.text in PARSERS and receiver.kind == "identifier":
        declaration = receiver.module.names.find(receiver)
        source = declaration.source if declaration is not None and declaration.kind == "value" else None
        return source if source is not None and root(source) in NAMESPACES else None
    return node if root(node) in NAMESPACES else None


def rule_for(schema: Node, key: str | int | None) -> Node | None:
    """The rule for a key."""
    for name, arguments in links(schema):
        if name in {"object", "extend", "strictObject", "looseObject"} and arguments and arguments[0].kind == "object":
            for item in arguments[0].items:
                if item.kind == "pair" and property_name(item.field("key")) == key:
                    return item.field("value")
    return None


def allowed(rule: Node) -> Iterator[Node]:
    """The expressions of the values that a rule names."""
    for name, arguments in links(rule):
        if name in VALUES and arguments:
            yield arguments[0]
        elif name in LISTS and arguments and arguments[0].kind == "array":
            for item in arguments[0].items:
                yield from allowed(item) if item.kind == "call_expression" else (item,)


def is_closed(rule: Node) -> bool:
    """Whether a rule names all that it lets through."""
    return any(name in LISTS or name == "literal" for name, _ in links(rule))


def may_be_absent(rule: Node) -> bool:
    """Whether a rule lets nothing through as well."""
    names = {name for name, _ in links(rule)}
    return bool(names & OPTIONAL) and not names & {"default", "prefault"}
