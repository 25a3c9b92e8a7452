"""Literals of the language as values, and values in the words of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..sites import Json
from .tree import Node, bare

ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
LINE_ENDS: Final = frozenset({"\n", "\r", "\r\n", "\u2028", "\u2029"})
NUMBER: Final = re.compile(r"[-+]?\s*(?:\d[\d_]*)?(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?")
CONSTANTS: Final[Mapping[str, Json]] = {"true": True, "false": False, "null": None}
LONGEST: Final = 40
HIGHEST_CODE: Final = 0x10FFFF


def shorten(text: str, longest: int = LONGEST) -> str:
    """A text on one line, cut if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def unescape(text: str) -> str:
    """What a string says, from what is written between its quotes."""
    return ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is not None:
        return chr(int(code, 16)) if int(code, 16) <= HIGHEST_CODE else match[0]
    return "" if match[4] in LINE_ENDS else ESCAPED.get(match[4], match[4])


def is_plain_template(node: Node) -> bool:
    """Whether it is a template string without anything to be put in."""
    return node.kind == "template_string" and all(c.kind != "template_substitution" for c in node.children)


def plain_text(node: Node) -> str | None:
    """The text of a string, or of a template string without anything to be put in."""
    node = bare(node)
    if node.kind == "string" or is_plain_template(node):
        return unescape(node.text[1:-1])
    return None


def number(text: str) -> int | float | None:
    """The value of a decimal number such as `60_000`, `1e3` or `-1`."""
    cleaned = text.replace("_", "").replace(" ", "")
    if not cleaned or NUMBER.fullmatch(text) is None:
        return None
    try:
        return int(cleaned) if cleaned.lstrip("+-").isdigit() else float(cleaned)
    except ValueError:
        return None


def literal(node: Node) -> tuple[Json] | None:
    """The value of a literal, in a tuple since it may be None; None for all else."""
    node = bare(node)
    text = plain_text(node)
    if text is not None:
        return (text,)
    match node.kind:
        case "array":
            return _list(node)
        case "object":
            return _mapping(node)
        case "number" | "unary_expression" if (value := number(node.text)) is not None:
            return (value,)
        case kind:
            return (CONSTANTS[kind],) if kind in CONSTANTS else None


def _list(node: Node) -> tuple[Json] | None:
    values = [literal(item) for item in node.items]
    known = [value[0] for value in values if value is not None]
    return (known,) if len(known) == len(values) else None


def _mapping(node: Node) -> tuple[Json] | None:
    found: dict[str, Json] = {}
    for item in node.items:
        key = property_name(item.field("key")) if item.kind == "pair" else None
        value = item.field("value") if key is not None else None
        inner = literal(value) if value is not None else None
        if key is None or inner is None:
            return None
        found[key] = inner[0]
    return (found,)


def property_name(node: Node | None) -> str | None:
    """The name of a property: `size`, `"size"`, `["size"]`."""
    if node is None:
        return None
    match node.kind:
        case "property_identifier" | "private_property_identifier" | "identifier" | "number":
            return node.text
        case "computed_property_name" if node.items:
            return plain_text(node.items[0])
        case _:
            return plain_text(node)
