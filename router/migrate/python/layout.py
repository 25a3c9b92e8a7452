"""Where arguments, dict entries and values stand as text: what to cut, where to put in, what to replace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import libcst as cst

from ..sites import Insertion, Region
from .modules import Module
from .values import Place

BLANK: Final = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")
OPENING: Final = re.compile(r"[\s\\)]*\(")
LINE_REST: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
COMMENT_REST: Final = re.compile(r"[ \t]*#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Item:
    """An argument or entry: where it begins and ends, and where the comma after it ends, if there is one."""

    start: int
    end: int
    comma: int | None

    @property
    def stop(self) -> int:
        """Where it ends, its comma included."""
        return self.end if self.comma is None else self.comma


@dataclass(frozen=True, slots=True)
class Row:
    """The items between two brackets; `opened` is past the opening one, `closed` before the closing one."""

    text: str
    opened: int
    closed: int
    items: tuple[Item, ...]

    def before(self, index: int) -> int:
        """Where the item before ends, its comma included."""
        return self.items[index - 1].stop if index else self.opened

    def after(self, index: int) -> int:
        """Where the next item begins."""
        return self.items[index + 1].start if index + 1 < len(self.items) else self.closed


def row_of(module: Module, node: cst.Call | cst.Dict) -> Row | None:
    """The arguments of a call or the entries of a dict."""
    spans, text = module.tree.spans, module.tree.text.characters
    start, end = spans[node]
    if isinstance(node, cst.Dict):
        opened = start + 1
    else:
        opening = OPENING.match(text, spans[node.func][1])
        if opening is None:
            return None
        opened = opening.end()
    parts = node.elements if isinstance(node, cst.Dict) else node.args
    return Row(text, opened, end - 1, tuple(item(text, *spans[part]) for part in parts))


def item(text: str, start: int, end: int) -> Item:
    """An argument or entry, and the comma after it."""
    blank = BLANK.match(text, end)
    at = blank.end() if blank else end
    return Item(start, end, at + 1 if text[at : at + 1] == "," else None)


def cut(row: Row, index: int) -> tuple[int, int]:
    """What to take out in order to drop an item."""
    this, before, after = row.items[index], row.before(index), row.after(index)
    lead, rest = row.text[before : this.start], row.text[this.stop : after]
    line = before + max(lead.rfind("\n"), lead.rfind("\r")) + 1
    last = index == len(row.items) - 1
    ended = LINE_REST.match(row.text, this.stop)
    if line > before and ended and "\\" not in lead:
        if this.comma is None and index and "#" not in lead:
            return row.items[index - 1].end, this.end
        return line, ended.end()
    if last:
        return cut_last(row, index, line)
    if ended and index and line == before:
        return before, this.stop
    return this.start, this.stop if "#" in rest else after


def cut_last(row: Row, index: int, line: int) -> tuple[int, int]:
    """What to take out in order to drop the last item, where it shares a line."""
    this, before = row.items[index], row.before(index)
    if not index:
        return this.start, this.stop
    if "#" in row.text[row.items[index - 1].end : this.start]:
        return line, this.stop
    return (before if this.comma is not None else row.items[index - 1].end), this.stop


def whole(place: Place) -> Region | None:
    """What to cut in order to drop what an argument, an entry or a statement gives."""
    tree = place.module.tree
    above = tree.parent(place.node)
    if isinstance(place.node, cst.Arg | cst.DictElement) and isinstance(above, cst.Call | cst.Dict):
        row = row_of(place.module, above)
        parts = above.elements if isinstance(above, cst.Dict) else above.args
        return tree.text.region(*cut(row, list(parts).index(place.node))) if row else None
    if isinstance(place.node, cst.Assign) and isinstance(above, cst.SimpleStatementLine):
        return statement_line(place.module, above)
    return None


def statement_line(module: Module, statement: cst.SimpleStatementLine) -> Region | None:
    """The lines of a statement that is alone on them, and not alone in its block."""
    tree, text = module.tree, module.tree.text
    block = tree.parent(statement)
    if len(statement.body) != 1 or not isinstance(block, cst.IndentedBlock | cst.Module) or len(block.body) == 1:
        return None
    start, end = tree.spans[statement.body[0]]
    ended = LINE_REST.match(text.characters, end)
    return text.region(text.line_starts[text.line(start) - 1], ended.end()) if ended else None


def insertion(place: Place) -> Insertion | None:
    """Where a call takes a further argument, or a dict a further entry."""
    module, node = place.module, place.node
    if not isinstance(node, cst.Call | cst.Dict):
        return None
    row = row_of(module, node)
    if row is None:
        return None
    quote = quote_of(module, node)
    pair = f"{quote}{{name}}{quote}: {{value}}" if isinstance(node, cst.Dict) else "{name}={value}"
    at, template = slot(row, pair)
    return Insertion(region=module.tree.text.region(at, at), template=template, quote=quote)


def slot(row: Row, pair: str) -> tuple[int, str]:
    """Where a further item goes, and how it is set apart."""
    if not row.items:
        return row.opened, pair
    last, before = row.items[-1], row.before(len(row.items) - 1)
    lead = row.text[before : last.start]
    line = max(lead.rfind("\n"), lead.rfind("\r"))
    if line < 0:
        return (last.end, f", {pair}") if last.comma is None else (last.comma, f" {pair},")
    newline = "\r\n" if "\r\n" in lead else lead[line]
    apart = f"{newline}{lead[line + 1 :]}{pair}"
    if last.comma is None:
        return last.end, f",{apart}"
    comment = COMMENT_REST.match(row.text, last.comma)
    return comment.end() if comment else last.comma, f"{apart},"


def quote_of(module: Module, node: cst.CSTNode) -> str:
    """The quotes that a part of the code uses, or the file as a whole."""
    start, end = module.tree.spans[node]
    text = module.tree.text.characters[start:end]
    found = re.search(r"[\"']", text)
    if found:
        return found[0]
    whole_text = module.tree.text.characters
    return "'" if whole_text.count("'") > whole_text.count('"') else '"'


def quote_around(node: cst.CSTNode) -> str | None:
    """The quotes of a literal, empty for a number or constant; nothing where it is no single literal."""
    match node:
        case cst.SimpleString():
            return node.quote
        case cst.FormattedString(parts=[cst.FormattedStringText()]):
            return node.end
        case cst.Integer() | cst.Float() | cst.UnaryOperation() | cst.Name():
            return ""
        case _:
            return None
