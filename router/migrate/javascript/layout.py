"""What to cut to drop a property or a statement, and where to add a property, in the layout that is there."""

from __future__ import annotations

import re
from typing import Final

from ..sites import Insertion, Region
from .tree import Node

BLANKS: Final = " \t"
GAP: Final = re.compile(r"(?:\s|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
NOTE: Final = re.compile(r"[ \t]*//[^\n\r]*|[ \t]*/\*[^\n\r]*?\*/(?=[ \t]*[\n\r])")
IMPURE: Final = frozenset(
    {"call_expression", "assignment_expression", "await_expression", "update_expression", "new_expression"}
)


def cut_property(item: Node) -> Region:
    """A property of an object, with one comma and the white space that goes with it."""
    holder = item.parent
    text = item.module.text
    if holder is None:
        return item.region
    if len(holder.items) == 1 and len(holder.children) == 1:
        return item.module.region(holder.start + 1, holder.end - 1)
    comma = _comma_after(item)
    if comma is not None:
        return _with_comma(item, comma)
    before = _comma_before(item)
    if before is not None:
        return item.module.region(before, item.end)
    return item.module.region(_back(text, item.start), item.end)


def _with_comma(item: Node, comma: int) -> Region:
    text = item.module.text
    start, end = item.start, comma + 1
    line = _line_start(text, start)
    rest = _skip(text, end)
    if line is not None and _at_line_end(text, rest):
        return item.module.region(line, _past_line_end(text, rest))
    if _at_line_end(text, rest):
        return item.module.region(_back(text, start), end)
    return item.module.region(start, rest)


def cut_statement(node: Node) -> Region:
    """The statement that a node makes up, with its line; with the `if` that guards nothing else."""
    statement = node
    while statement.parent is not None and statement.kind not in {"expression_statement", "if_statement"}:
        statement = statement.parent
    guard = statement.parent
    if guard is not None and guard.kind == "if_statement" and guard.field("alternative") is None and _is_pure(guard):
        statement = guard
    text = statement.module.text
    line, rest = _line_start(text, statement.start), _skip(text, statement.end)
    if line is not None and _at_line_end(text, rest):
        return statement.module.region(line, _past_line_end(text, rest))
    return statement.region


def _is_pure(guard: Node) -> bool:
    condition = guard.field("condition")
    return condition is not None and not any(node.kind in IMPURE for node in condition.walk())


def add_property(holder: Node) -> Insertion:
    """Where an object takes another property."""
    text, items = holder.module.text, holder.items
    pair = '"{name}": {value}' if _has_quoted_keys(holder) else "{name}: {value}"
    if not items:
        return _insertion(holder, holder.start + 1, f" {pair} ")
    last = items[-1]
    comma = _comma_after(last)
    line = _line_start(text, last.start)
    if line is None:
        at = last.end if comma is None else comma + 1
        return _insertion(holder, at, f", {pair}" if comma is None else f" {pair},")
    lead = _line_end(text) + text[line : last.start]
    if comma is not None:
        return _insertion(holder, _past_note(text, comma + 1), f"{lead}{pair},")
    first = items[0]
    if _past_note(text, last.end) > last.end and not any(item.kind == "spread_element" for item in items):
        return _insertion(holder, first.start, f"{pair},{lead}")
    return _insertion(holder, last.end, f",{lead}{pair}")


def _past_note(text: str, index: int) -> int:
    """Where a comment on the rest of a line ends; the same place if there is none."""
    note = NOTE.match(text, index)
    return note.end() if note is not None else index


def add_statement(node: Node, template: str) -> Insertion:
    """Where another statement can follow a node's own: `template` without its line."""
    statement = node
    while statement.parent is not None and statement.kind != "expression_statement":
        statement = statement.parent
    text = statement.module.text
    line = _line_start(text, statement.start)
    lead = " " if line is None else _line_end(text) + text[line : statement.start]
    return _insertion(statement, statement.end, lead + template)


def _insertion(node: Node, at: int, template: str) -> Insertion:
    return Insertion(region=node.module.region(at, at), template=template, quote=_quote(node))


def _quote(node: Node) -> str:
    string = next((n for n in node.walk() if n.kind == "string"), None) or next(iter(node.module.of("string")), None)
    return string.text[0] if string is not None else '"'


def _has_quoted_keys(holder: Node) -> bool:
    keys = [item.field("key") for item in holder.items if item.kind == "pair"]
    return bool(keys) and all(key is not None and key.kind == "string" for key in keys)


def _comma_after(item: Node) -> int | None:
    text = item.module.text
    gap = GAP.match(text, item.end)
    at = gap.end() if gap is not None else item.end
    return at if text[at : at + 1] == "," else None


def _comma_before(item: Node) -> int | None:
    """The comma before an item, if nothing but white space stands between."""
    text = item.module.text
    at = item.start
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at - 1 if text[at - 1 : at] == "," else None


def _line_start(text: str, index: int) -> int | None:
    """Where the line of a character begins, if nothing stands before it."""
    start = _back(text, index)
    return start if start == 0 or text[start - 1] in "\r\n" else None


def _back(text: str, index: int) -> int:
    while index > 0 and text[index - 1] in BLANKS:
        index -= 1
    return index


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index] in BLANKS:
        index += 1
    return index


def _at_line_end(text: str, index: int) -> bool:
    return index == len(text) or text[index] in "\r\n"


def _past_line_end(text: str, index: int) -> int:
    return index + 2 if text.startswith("\r\n", index) else min(index + 1, len(text))


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
