"""YAML text -> nodes that know line and column; one reader for policies, tests and catalogues.

A document is read from YAML's events with a stack of our own, so that no text can exhaust Python's. Scalars are those
of YAML 1.2's core: `16:9`, `on`, `010` and dates are strings, decimals are exact. Anchors, aliases, merges, tags,
duplicate keys, a second document, more than 2 MB or more than 50 levels are refused. JSON is read as well: it is YAML.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

import yaml

from .errors import DocumentError, Place, Problem

MOST_BYTES = 2_000_000
MOST_LEVELS = 50
MOST_PROBLEMS = 100
"""Whoever makes more mistakes than this gets to see the first ones: a hint takes time to find."""

Plain: TypeAlias = "bool | int | Decimal | str | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A word, number or flag; `text` is how it is written, without quotes."""

    value: bool | int | Decimal | str | None
    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key as it is written and what stands under it."""

    key: str
    node: Node
    at: Place


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; no two entries have the same key."""

    entries: tuple[Entry, ...]
    at: Place

    def get(self, key: str) -> Node | None:
        """What stands under a key."""
        return next((entry.node for entry in self.entries if entry.key == key), None)


Node: TypeAlias = ScalarNode | ListNode | MapNode


def read_source(text: str | bytes, path: str, error: type[DocumentError]) -> Node:
    """Read one document; `path` is only for places.

    Raises:
        DocumentError: of the kind `error`, with all that was found up to the first mistake in YAML itself.
    """
    problems: list[Problem] = []
    try:
        root = _compose(_printable(_decoded(text, path), path), path, problems)
    except _Unreadable as stop:
        raise error([*problems, stop.problem]) from None
    if problems:
        raise error(problems)
    return root


def plain(node: Node) -> Plain:
    """A node as the value that JSON would have, numbers exact."""
    match node:
        case ScalarNode():
            return node.value
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {entry.key: plain(entry.node) for entry in node.entries}


class _Unreadable(Exception):  # noqa: N818  # it never leaves this module
    """Reading cannot go on."""

    def __init__(self, at: Place, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(at=at, message=message, hint=hint)


def _decoded(text: str | bytes, path: str) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MOST_BYTES:
        raise _Unreadable(Place(path, 1, 1), f"larger than {MOST_BYTES // 1_000_000} MB")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    encoding = "utf-16" if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    data = text.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        at = _end(data[: error.start].decode(encoding, "ignore"), path)
        raise _Unreadable(at, f"not {encoding.upper()}", "save the file as UTF-8") from None


# The line breaks of Unicode count as such for YAML and not for editors: in quotes, as an escape, they do no harm.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _printable(text: str, path: str) -> str:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return text
    code = ord(found.group())
    escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004  # what fits in two digits
    raise _Unreadable(
        _end(text[: found.start()], path),
        f"unprintable character U+{code:04X}",
        f'take it out, or write it as `"{escape}"`',
    )


def _end(text: str, path: str) -> Place:
    lines = re.split("\r\n|\r|\n", text)
    return Place(path, len(lines), len(lines[-1]) + 1)


_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _compose(text: str, path: str, problems: list[Problem]) -> Node:
    composer = _Composer(path, problems)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text, path) from None
    except (yaml.YAMLError, ValueError, OverflowError):  # an escape beyond Unicode is a ValueError without the C loader
        raise _Unreadable(Place(path, 1, 1), "not YAML") from None
    return composer.root()


def _not_yaml(error: yaml.MarkedYAMLError, text: str, path: str) -> _Unreadable:
    mark, start = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return _Unreadable(Place(path, 1, 1), "not YAML")
    at = min(Place(path, mark.line + 1, mark.column + 1), _end(text, path))
    since = f" {error.context} that starts in line {start.line + 1}" if start and start.line + 1 < at.line else ""
    hint = _HINTS.get(text[mark.index : mark.index + 1])
    return _Unreadable(at, f"not YAML: {error.problem}{since}", hint)


_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "\t": "indent with spaces, not with tabs",
        ":": "put a text that has `: ` in it in quotes",
        "@": "put a text that starts with `@` in quotes",
        "`": "put a text that starts with a backtick in quotes",
        "%": "put a text that starts with `%` in quotes",
    }
)


class _Composer:
    """Makes nodes of events; `_frames` are the lists and mappings that are still open, the outermost first."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self._path = path
        self._problems = problems
        self._frames: list[list[Node]] = [[]]
        self._starts: list[Place] = []

    def root(self) -> Node:
        if not self._frames[0]:
            raise _Unreadable(Place(self._path, 1, 1), "empty document")
        return self._frames[0][0]

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._frames[-1].append(self._scalar(event))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._open(event)
            case yaml.SequenceEndEvent():
                items = self._frames.pop()
                self._frames[-1].append(ListNode(tuple(items), self._starts.pop()))
            case yaml.MappingEndEvent():
                entries = self._entries(self._frames.pop())
                self._frames[-1].append(MapNode(tuple(entries), self._starts.pop()))
            case yaml.AliasEvent():
                self._refuse(self._at(event), f"alias `*{short(event.anchor or '')}`", "write the value out again")
                self._frames[-1].append(ScalarNode(None, "", self._at(event)))
            case yaml.DocumentStartEvent() if self._frames[0]:
                raise _Unreadable(self._at(event), "second document in one file", "take out the `---`")

    def _at(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._path, mark.line + 1, mark.column + 1) if mark else Place(self._path, 1, 1)

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        at = self._at(event)
        if len(self._starts) == MOST_LEVELS:
            raise _Unreadable(at, f"more than {MOST_LEVELS} levels deep")
        self._check_plain(event, at)
        self._frames.append([])
        self._starts.append(at)

    def _entries(self, nodes: list[Node]) -> Iterator[Entry]:
        lines: dict[str, int] = {}
        for key, node in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self._refuse(key.at, "a key must be a single word", "put a text that starts with `[` or `{` in quotes")
                continue
            if key.text in lines:
                self._refuse(
                    key.at, f"duplicate key `{short(key.text)}`", f"it stands in line {lines[key.text]} already"
                )
            lines.setdefault(key.text, key.at.line)
            yield Entry(key.text, node, key.at)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        at, text = self._at(event), event.value
        self._check_plain(event, at)
        if not event.implicit[0]:  # quoted
            if any("\ud800" <= char <= "\udfff" for char in text):  # from an escape; the C loader refuses them itself
                self._refuse(at, "half a character: an escape from `\\ud800` to `\\udfff`")
            return ScalarNode(text, text, at)
        if text == "<<":
            self._refuse(at, "merge key `<<`", "write the entries out again")
        try:
            return ScalarNode(resolve(text), text, at)
        except OverflowError as error:
            self._refuse(at, str(error), "put it in quotes if it is a text")
            return ScalarNode(text, text, at)

    def _check_plain(self, event: yaml.NodeEvent, at: Place) -> None:
        if event.anchor is not None:
            self._refuse(at, f"anchor `&{short(event.anchor)}`", "write the value out wherever it is needed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(at, f"tag `{short(tag)}`", "take it out: types come from how a value is written")

    def _refuse(self, at: Place, message: str, hint: str | None = None) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(at=at, message=message, hint=hint))


def resolve(text: str) -> bool | int | Decimal | str | None:
    """The value of an unquoted scalar by YAML 1.2's core; with leading zeros, infinite or NaN it is text.

    Raises:
        OverflowError: a number that is too long to be meant.
    """
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text) if text[0] in "+-.0123456789" else None
    if number is None:
        return text
    if len(text) > MOST_DIGITS or len(number["exponent"] or "") > len("99"):
        raise OverflowError(f"number out of reach: `{short(text)}`")
    return int(text, 0) if number["whole"] else Decimal(text)


MOST_DIGITS = 30
_WORDS: Mapping[str, bool | None] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
        **dict.fromkeys(("true", "True", "TRUE"), True),
        **dict.fromkeys(("false", "False", "FALSE"), False),
    }
)
_NUMBER = re.compile(
    r"(?P<whole>[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?(?P<exponent>[0-9]+))?"
)


def short(text: str) -> str:
    """A user's word as a message shows it: on one line, and not all of it."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"


MOST_SHOWN = 60


def entries_of(node: Node | None) -> Iterable[Entry]:
    """The entries of a mapping; anything else has none."""
    return node.entries if isinstance(node, MapNode) else ()


def items_of(node: Node | None) -> Iterable[Node]:
    """The items of a list; anything else has none."""
    return node.items if isinstance(node, ListNode) else ()
