"""JSON with the place of each value; comments and a comma too many are let through.

A lenient reading also takes what stands for JSON in templates and scripts: bare keys, single quotes, and expressions
instead of values, which are passed over: `{model: $model, "n": {{ $json.count }}}`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Final

from ..sites import Json
from .text import Text
from .tree import BrokenTextError, Document, Entry, Node, Row, Slot, Table, Value

BLANK: Final = re.compile(rb"(?:[ \t\r\n\xef\xbb\xbf]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
BARE: Final = re.compile(rb"-?[A-Za-z0-9_+.\-]+")
OTHER_STRING: Final = re.compile(rb"'[^'\\]*(?:\\.[^'\\]*)*'|`[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL)
BARE_KEY: Final = re.compile(rb"[A-Za-z_$][\w$-]*")
FORMULA: Final = re.compile(rb"""[^,{}\[\]()"'`]+""")
OPENING: Final = {ord("{"): ord("}"), ord("["): ord("]"), ord("("): ord(")")}
WORDS: Final[dict[bytes, Json]] = {b"true": True, b"false": False, b"null": None}
DIGITS: Final = tuple(bytes([digit]) for digit in b"0123456789-+.")
DEEPEST: Final = 150


def read_json(text: Text, *, lenient: bool = False, start: int = 0) -> Document:
    """Read one value and nothing behind it; raises `BrokenTextError`."""
    scanner = _Scanner(text, lenient=lenient)
    root, end = scanner.node(scanner.skip(start), 0)
    end = scanner.skip(end)
    if end < len(text.data) and not lenient:
        raise BrokenTextError("something follows after the end", end)
    return Document(text=text, root=root)


def inner_text(text: Text, value: Value) -> Text:
    """The text that a JSON string stands for, each byte with its place."""
    raw = text.data[value.start : value.end]
    pieces: list[tuple[bytes, int]] = []
    at = 0
    for escape in re.finditer(rb"(?:\\u[0-9a-fA-F]{4})+|\\.", raw, re.DOTALL):
        if escape.start() > at:
            pieces.append((raw[at : escape.start()], value.start + at))
        pieces.append((decode(b'"' + escape[0] + b'"').encode("utf-8", "replace"), value.start + escape.start()))
        at = escape.end()
    pieces.append((raw[at:], value.start + at))
    return text.spliced(pieces, value.end, escaped=True)


def decode(raw: bytes) -> str:
    """The string that a JSON string stands for."""
    if b"\\" not in raw:
        return raw[1:-1].decode("utf-8", "replace")
    try:
        return str(json.loads(raw.decode("utf-8", "replace"), strict=False))
    except ValueError:
        return raw[1:-1].decode("utf-8", "replace")


@dataclass(slots=True)
class _Scanner:
    """Goes through a text, value by value."""

    text: Text
    lenient: bool = False

    def skip(self, at: int) -> int:
        found = BLANK.match(self.text.data, at)
        return found.end() if found else at

    def node(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > DEEPEST:
            raise BrokenTextError(f"nested more than {DEEPEST} deep", at)
        match self.text.data[at : at + 1]:
            case b"{" if not (self.lenient and self.text.data.startswith(b"{{", at)):
                return self.table(at, depth)
            case b"[":
                return self.row(at, depth)
            case b'"':
                return self.string(at)
        return self.bare(at)

    def table(self, at: int, depth: int) -> tuple[Table, int]:
        start, at = at, self.skip(at + 1)
        found: list[tuple[str, int, Node, int]] = []
        space = b" "
        while self.text.data[at : at + 1] != b"}":
            key, key_end = self.key(at)
            colon = self.skip(key_end)
            if self.text.data[colon : colon + 1] != b":":
                raise BrokenTextError("a `:` is missing", colon)
            value = self.skip(colon + 1)
            space = self.text.data[colon + 1 : value]
            node, end = self.node(value, depth + 1)
            found.append((key, at, node, end))
            at = self.comma(end, b"}")
        table = self.finish(found, start, at + 1)
        return replace(table, slot=self.slot(found, start, space=space)), at + 1

    def finish(self, found: list[tuple[str, int, Node, int]], start: int, end: int) -> Table:
        """Work out what each entry takes with it when it goes: the comma before it, or behind it when it is first."""
        entries = []
        for index, (key, key_start, node, node_end) in enumerate(found):
            whole = (key_start, node_end)
            if index:
                whole = (found[index - 1][3], node_end)
            elif len(found) > 1:
                whole = (key_start, found[1][1])
            if self.holds_comment(*whole, key_start=key_start, node_end=node_end):
                whole = (key_start, self.behind_comma(node_end)) if index + 1 < len(found) else (key_start, node_end)
            entries.append(Entry(key=key, start=key_start, node=node, whole=whole))
        return Table(entries=tuple(entries), start=start, end=end)

    def holds_comment(self, start: int, end: int, *, key_start: int, node_end: int) -> bool:
        data = self.text.data
        return b"/" in data[start:key_start] or b"/" in data[node_end:end]

    def behind_comma(self, at: int) -> int:
        comma = self.skip(at)
        return comma + 1 if self.text.data[comma : comma + 1] == b"," else at

    def slot(self, found: list[tuple[str, int, Node, int]], start: int, *, space: bytes) -> Slot | None:
        if not found:
            return None
        _, key_start, _, end = found[-1]
        gap_start = found[-2][3] if len(found) > 1 else start + 1
        gap = self.text.data[gap_start:key_start].lstrip(b",") if len(found) > 1 else b" "
        if not gap.strip(b" \t\r\n"):
            between = " " if space.strip(b" ") or len(space) > 1 else space.decode()
            quote = {b'"': self.text.quote, b"'": "'"}.get(self.text.data[key_start : key_start + 1], "")
            template = f",{gap.decode()}{quote}{{name}}{quote}:{between}{{value}}"
            return Slot(at=end, template=template, quote=quote or self.text.quote)
        return None

    def row(self, at: int, depth: int) -> tuple[Row, int]:
        start, at = at, self.skip(at + 1)
        items = []
        while self.text.data[at : at + 1] != b"]":
            node, end = self.node(at, depth + 1)
            items.append(node)
            at = self.comma(end, b"]")
        return Row(items=tuple(items), start=start, end=at + 1), at + 1

    def comma(self, at: int, closing: bytes) -> int:
        at = self.skip(at)
        char = self.text.data[at : at + 1]
        if char == b",":
            return self.skip(at + 1)
        if char != closing:
            raise BrokenTextError(f"a `,` or `{closing.decode()}` is missing", at)
        return at

    def key(self, at: int) -> tuple[str, int]:
        found = STRING.match(self.text.data, at)
        if found:
            return decode(found[0]), found.end()
        bare = (OTHER_STRING.match(self.text.data, at) or BARE_KEY.match(self.text.data, at)) if self.lenient else None
        if bare is None:
            raise BrokenTextError("a key in double quotes is missing", at)
        return bare[0].decode("utf-8", "replace").strip("'`"), bare.end()

    def string(self, at: int) -> tuple[Value, int]:
        found = STRING.match(self.text.data, at)
        if found is None:
            raise BrokenTextError("a string does not end", at)
        end = found.end()
        verbatim = b"\\" not in found[0]
        if self.lenient and self.goes_on(end):
            return self.formula(at)
        return Value(value=decode(found[0]), start=at + 1, end=end - 1, verbatim=verbatim), end

    def bare(self, at: int) -> tuple[Value, int]:
        found = BARE.match(self.text.data, at)
        value = number(found[0]) if found else None
        if found and (value is not None or found[0] == b"null") and not (self.lenient and self.goes_on(found.end())):
            return Value(value=value, start=at, end=found.end()), found.end()
        if not self.lenient:
            raise BrokenTextError("a value is missing", at)
        quoted = OTHER_STRING.match(self.text.data, at)
        if quoted and not self.goes_on(quoted.end()) and b"${" not in quoted[0]:
            text = quoted[0][1:-1].decode("utf-8", "replace")
            return Value(value=text, start=at + 1, end=quoted.end() - 1, verbatim="\\" not in text), quoted.end()
        return self.formula(at)

    def goes_on(self, at: int) -> bool:
        """Whether something else than the next entry follows, so that this was the beginning of an expression."""
        following = self.skip(at)
        return self.text.data[following : following + 1] not in {b",", b"}", b"]", b""}

    def formula(self, at: int) -> tuple[Value, int]:
        data, start, closing = self.text.data, at, list[int]()
        while at < len(data):
            char = data[at]
            quoted = STRING.match(data, at) or OTHER_STRING.match(data, at)
            if quoted:
                at = quoted.end()
            elif char in OPENING:
                closing.append(OPENING[char])
                at += 1
            elif closing and char == closing[-1]:
                closing.pop()
                at += 1
            elif not closing and char in b",}])":
                break
            else:
                plain = FORMULA.match(data, at)
                at = plain.end() if plain else at + 1
        if at == start:
            raise BrokenTextError("a value is missing", at)
        shown = data[start:at].rstrip()
        end = start + len(shown)
        return Value(value=shown.decode("utf-8", "replace"), start=start, end=end, formula=True), end


def number(raw: bytes) -> Json:
    """What a bare word stands for, or none: numbers, true and false."""
    if raw in WORDS:
        return WORDS[raw]
    if raw[:1] not in DIGITS:
        return None
    try:
        return int(raw) if raw.lstrip(b"-").isdigit() else float(raw)
    except ValueError:
        return None
