"""YAML with the place of each value, by the marks that the parser leaves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from ..sites import Json
from .text import Text
from .tree import BrokenTextError, Document, Entry, Node, Row, Slot, Table, Value

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAGS = "tag:yaml.org,2002:"
QUOTED = ('"', "'")


def read_yaml(text: Text) -> Iterator[Document]:
    """Read the documents of a text; raises `BrokenTextError`."""
    decoded = text.data.decode("utf-8", "replace").removeprefix("\ufeff")
    counted = Offsets.of(text.data, decoded)
    try:
        for root in yaml.compose_all(decoded, Loader=LOADER):
            yield Document(text=text, root=_Reader(text, counted).node(root))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = counted.at(mark.index) if mark else 0
        raise BrokenTextError((error.problem or "cannot be read").replace("'", "`"), where) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BrokenTextError("cannot be read", 0) from None


@dataclass(frozen=True, slots=True)
class Offsets:
    """Where characters stand in bytes: the parser counts the former."""

    shift: int
    starts: tuple[tuple[int, int], ...]
    text: str

    @classmethod
    def of(cls, data: bytes, text: str) -> Offsets:
        """Count them; of plain ASCII there is nothing to count."""
        shift = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        if data.isascii():
            return cls(0, ((0, 0),), text)
        starts, characters, size = [], 0, 0
        for line in text.splitlines(keepends=True):
            starts.append((characters, size))
            characters += len(line)
            size += len(line.encode("utf-8", "replace"))
        return cls(shift, tuple(starts), text)

    def at(self, character: int) -> int:
        """The byte at which a character stands."""
        if len(self.starts) == 1 and self.starts[0] == (0, 0) and self.text.isascii():
            return character + self.shift
        begun, size = self.starts[bisect_right(self.starts, (character, len(self.text) * 4)) - 1]
        return self.shift + size + len(self.text[begun:character].encode("utf-8", "replace"))


@dataclass(slots=True)
class _Reader:
    text: Text
    counted: Offsets
    seen: dict[int, Node] = field(default_factory=dict)

    def node(self, node: yaml.Node) -> Node:
        """The node, read once: an alias stands for nothing where it is used again."""
        if id(node) in self.seen:
            start, end = self.span(node)
            return Value(value=None, start=start, end=end, formula=True)
        start, end = self.span(node)
        self.seen[id(node)] = Value(value=None, start=start, end=end, formula=True)
        if isinstance(node, yaml.MappingNode):
            return self.table(node, start, end)
        if isinstance(node, yaml.SequenceNode):
            return Row(items=tuple(self.node(item) for item in node.value), start=start, end=end)
        return self.value(node, start, end)

    def span(self, node: yaml.Node) -> tuple[int, int]:
        return self.counted.at(node.start_mark.index), self.counted.at(node.end_mark.index)

    def value(self, node: yaml.Node, start: int, end: int) -> Value:
        content = scalar(node.tag, node.value)
        if getattr(node, "style", None) in QUOTED:
            start, end = start + 1, end - 1
        verbatim = self.text.data[start:end].decode("utf-8", "replace") == str(node.value)
        return Value(value=content, start=start, end=end, verbatim=verbatim)

    def table(self, node: yaml.MappingNode, start: int, end: int) -> Table:
        spans = [(self.span(key)[0], self.ending(value)) for key, value in node.value]
        entries = []
        for index, (key, value) in enumerate(node.value):
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            whole = self.flow(spans, index) if node.flow_style else self.block(spans, index)
            entries.append(Entry(key=name, start=spans[index][0], node=self.node(value), whole=whole))
        slot = self.slot(spans, flow=bool(node.flow_style)) if spans else None
        return Table(entries=tuple(entries), start=start, end=end, slot=slot)

    def ending(self, node: yaml.Node) -> int:
        """Where a node's own text ends, the blank lines and comments behind it left out."""
        start, end = self.span(node)
        if isinstance(node, yaml.ScalarNode) and node.style not in {"|", ">"}:
            return end
        return max(start, start + len(self.text.data[start:end].rstrip()))

    def flow(self, spans: list[tuple[int, int]], index: int) -> tuple[int, int]:
        if index:
            return spans[index - 1][1], spans[index][1]
        return spans[0][0], spans[1][0] if len(spans) > 1 else spans[0][1]

    def block(self, spans: list[tuple[int, int]], index: int) -> tuple[int, int] | None:
        """The whole lines of an entry; of the first one in a list's item only up to the next entry."""
        data = self.text.data
        start, end = spans[index]
        line = data.rfind(b"\n", 0, start) + 1
        if data[line:start].strip():
            return (start, spans[1][0]) if index == 0 and len(spans) > 1 else None
        following = data.find(b"\n", end)
        return line, len(data) if following < 0 else following + 1

    def slot(self, spans: list[tuple[int, int]], *, flow: bool) -> Slot:
        if flow:
            return Slot(at=spans[-1][1], template=", {name}: {value}", quote='"')
        data = self.text.data
        start, end = spans[0]
        indent = b" " * (start - data.rfind(b"\n", 0, start) - 1)
        line_end = data.find(b"\n", end)
        line_end = len(data) if line_end < 0 else line_end
        line_end -= data[:line_end].endswith(b"\r")
        return Slot(at=line_end, template=f"\n{indent.decode()}{{name}}: {{value}}", quote='"')


def scalar(tag: str, text: str) -> Json:
    """What a plain word stands for."""
    match tag.removeprefix(TAGS):
        case "null":
            return None
        case "bool":
            return text.lower() in {"true", "yes", "on"}
        case "int" if text.lstrip("+-").isdigit():
            return int(text)
        case "float" if text.replace(".", "", 1).lstrip("+-").isdigit():
            return float(text)
    return text
