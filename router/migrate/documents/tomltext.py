"""TOML with the place of each value: checked by the library's parser, then gone through once more for the places."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Final

from ..sites import Json
from .jsontext import decode, number
from .text import Text
from .tree import BrokenTextError, Document, Entry, Node, Row, Table, Value

BLANK: Final = re.compile(rb"(?:[ \t\r\n]+|#[^\n]*)*")
HEADER: Final = re.compile(rb"\[\[?[ \t]*(?P<name>[^\]\n]+?)[ \t]*\]\]?")
KEY: Final = re.compile(rb"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*'))*")
LONG: Final = re.compile(rb'"""(?P<basic>.*?)"{3,5}|\'\'\'(?P<literal>.*?)\'{3,5}', re.DOTALL)
SHORT: Final = re.compile(rb'"(?P<basic>(?:[^"\\\n]|\\.)*)"|\'(?P<literal>[^\'\n]*)\'')
BARE: Final = re.compile(rb"[^\s,\]}#]+")
PART: Final = re.compile(rb"[\w-]+|\"[^\"]*\"|'[^']*'")
WHERE: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def read_toml(text: Text) -> Document:
    """Read a text; raises `BrokenTextError`."""
    try:
        tomllib.loads(text.data.decode("utf-8", "replace").removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        found = WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.lines.starts)
        message = str(error).replace("'", "`").split(" (at ")[0].lower()
        raise BrokenTextError(message, text.lines.starts[line - 1]) from None
    return Document(text=text, root=_Scanner(text).document())


@dataclass(slots=True)
class _Scanner:
    text: Text
    at: int = 0
    sections: list[Entry] = field(default_factory=list)

    def document(self) -> Table:
        self.at = 3 if self.text.data.startswith(b"\xef\xbb\xbf") else 0
        keys: tuple[str, ...] = ()
        start, entries = 0, list[Entry]()
        while self.skip() < len(self.text.data):
            header = HEADER.match(self.text.data, self.at)
            if header:
                self.close(keys, entries, start)
                keys, start, entries = names(header["name"]), self.at, []
                self.at = header.end()
            else:
                entries.append(self.pair(end_of_line=True))
        self.close(keys, entries, start)
        return Table(entries=tuple(self.sections), start=0, end=len(self.text.data))

    def close(self, keys: tuple[str, ...], entries: list[Entry], start: int) -> None:
        """Keep a section: what stands before the first belongs to the document itself."""
        if not keys:
            self.sections.extend(entries)
            return
        node: Node = Table(entries=tuple(entries), start=start, end=self.at)
        for key in reversed(keys[1:]):
            node = Table(entries=(Entry(key=key, start=start, node=node),), start=start, end=self.at)
        self.sections.append(Entry(key=keys[0], start=start, node=node))

    def skip(self) -> int:
        found = BLANK.match(self.text.data, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def pair(self, *, end_of_line: bool = False) -> Entry:
        start = self.at
        found = KEY.match(self.text.data, self.at)
        if found is None:
            raise BrokenTextError("a key is missing", self.at)
        self.at = self.text.data.find(b"=", found.end()) + 1
        self.skip()
        node = self.node()
        line_end = self.text.data.find(b"\n", self.at)
        whole = (start, len(self.text.data) if line_end < 0 else line_end + 1) if end_of_line else None
        keys = names(found[0])
        for key in reversed(keys[1:]):
            node = Table(entries=(Entry(key=key, start=start, node=node),), start=start, end=self.at)
        return Entry(key=keys[0], start=start, node=node, whole=whole)

    def node(self) -> Node:
        match self.text.data[self.at : self.at + 1]:
            case b"[":
                return self.row()
            case b"{":
                return self.table()
            case b'"' | b"'":
                return self.string()
        found = BARE.match(self.text.data, self.at)
        if found is None:
            raise BrokenTextError("a value is missing", self.at)
        self.at = found.end()
        return Value(value=bare(found[0]), start=found.start(), end=found.end())

    def row(self) -> Row:
        start, items = self.at, list[Node]()
        self.at += 1
        while self.text.data[self.skip() : self.at + 1] not in {b"]", b""}:
            items.append(self.node())
            self.comma()
        self.at += 1
        return Row(items=tuple(items), start=start, end=self.at)

    def table(self) -> Table:
        start, entries = self.at, list[Entry]()
        self.at += 1
        while self.text.data[self.skip() : self.at + 1] not in {b"}", b""}:
            entries.append(self.pair())
            self.comma()
        self.at += 1
        return Table(entries=tuple(entries), start=start, end=self.at)

    def comma(self) -> None:
        if self.text.data[self.skip() : self.at + 1] == b",":
            self.at += 1

    def string(self) -> Value:
        found = LONG.match(self.text.data, self.at) or SHORT.match(self.text.data, self.at)
        if found is None:
            raise BrokenTextError("a string does not end", self.at)
        self.at = found.end()
        kind = "basic" if found["basic"] is not None else "literal"
        raw = found[kind]
        escaped = kind == "basic" and b"\\" in raw
        content = decode(b'"' + raw + b'"') if escaped else raw.decode("utf-8", "replace")
        start, end = found.span(kind)
        return Value(value=content, start=start, end=end, verbatim=not escaped)


def names(raw: bytes) -> tuple[str, ...]:
    """The parts of a dotted key."""
    return tuple(part.decode("utf-8", "replace").strip("\"'") for part in PART.findall(raw))


def bare(raw: bytes) -> Json:
    """What a word without quotes is; dates stay text."""
    known = number(raw.replace(b"_", b""))
    return raw.decode("utf-8", "replace") if known is None else known
