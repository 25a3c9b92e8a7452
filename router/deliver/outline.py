"""The outline of a JSON document: all of it but its long strings, which are only pointed at, so that 2 MB read fast."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

LONG: Final = 1024  # bytes; a longer string is cut out, and only as much of its head is kept
MOST: Final = 1 << 16  # bytes of an outline; a document with more than that is not an answer with pictures
QUOTE: Final = b'"'
HOLE: Final = b"NaN"  # what stands for a string that was cut out: JSON has no such word, though some write it
BACKSLASH: Final = 0x5C


@dataclass(frozen=True, slots=True)
class Hole:
    """A string that was cut out: its bytes between the quotes, by their places in the document, and how it begins."""

    start: int
    end: int
    head: bytes


class Outline:
    """Takes a document as it comes in, in pieces cut anywhere, and keeps its outline."""

    __slots__ = ("_escaped", "_holes", "_kept", "_opened", "_place", "_string", "is_full")

    def __init__(self) -> None:
        self._kept = bytearray()
        self._holes: list[tuple[int, Hole]] = []  # each with its place in what is kept
        self._place = 0  # in the document, where the next piece begins
        self._string: int | None = None  # where in the document the string began that is open
        self._opened = 0  # where in what is kept it began
        self._escaped = False  # whether the next byte of the string is
        self.is_full = False

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next piece; beyond the most that is kept, everything is dropped and `is_full` is set."""
        piece = bytes(data)  # which is the same object where it is bytes
        at = 0
        while at < len(piece) and not self.is_full:
            at = self._outside(piece, at) if self._string is None else self._inside(piece, at)
            self.is_full = len(self._kept) > MOST
        self._place += len(piece)
        if self.is_full:
            self._kept.clear()

    def _outside(self, piece: bytes, at: int) -> int:
        quote = piece.find(QUOTE, at)
        if quote < 0:
            self._kept += piece[at:]
            return len(piece)
        self._kept += piece[at : quote + 1]
        self._string = self._place + quote + 1
        self._opened = len(self._kept)
        return quote + 1

    def _inside(self, piece: bytes, at: int) -> int:
        quote = self._closing_quote(piece, at)
        stop = len(piece) if quote is None else quote
        room = LONG + 1 - (len(self._kept) - self._opened)  # one more than is kept tells that a string is long
        self._kept += piece[at : min(stop, at + room)]
        if quote is None:
            return stop
        self._close(self._place + quote)
        return quote + 1

    def _closing_quote(self, piece: bytes, at: int) -> int | None:
        """The next quote that no backslash takes for its own; None where the piece ends before it."""
        quote = at - 1
        while True:
            quote = piece.find(QUOTE, quote + 1)
            if quote < 0:
                self._escaped = self._is_escaped(piece, at, len(piece))
                return None
            if not self._is_escaped(piece, at, quote):
                self._escaped = False
                return quote

    def _is_escaped(self, piece: bytes, at: int, place: int) -> bool:
        """Whether a byte of the string is: an odd number of backslashes stands before it."""
        first = place
        while first > at and piece[first - 1] == BACKSLASH:
            first -= 1
        carried = self._escaped and first == at
        return bool((place - first + carried) % 2)

    def _close(self, end: int) -> None:
        if self._string is not None and len(self._kept) - self._opened > LONG:
            hole = Hole(self._string, end, bytes(self._kept[self._opened : self._opened + LONG]))
            del self._kept[self._opened - 1 :]
            self._holes.append((len(self._kept), hole))
            self._kept += HOLE
        else:
            self._kept += QUOTE
        self._string = None

    def read(self) -> object:
        """The document, with a `Hole` for each long string; raises `ValueError` where the outline cannot tell."""
        if self.is_full or self._string is not None:
            raise ValueError("more than an outline, or less than a document")
        holes = [hole for _, hole in reversed(self._holes)]
        document = json.loads(self._kept, parse_constant=lambda _: _next(holes))
        if holes:
            raise ValueError("fewer values than long strings")
        return document

    def spans(self, document: bytes) -> Spans:
        """Where the values of the document stand that this is the outline of; raises as `read()` does."""
        self.read()
        return Spans(document, self._kept.decode("latin-1"), tuple(self._holes))


def _next(holes: list[Hole]) -> Hole:
    """The string that the next hole stands for; more words than strings are the document's own."""
    if not holes:
        raise ValueError("a word in the document is not JSON")
    return holes.pop()


# -- where values stand


class Span(NamedTuple):
    """A value's bytes in the document, quotes included."""

    start: int
    end: int


Parts: TypeAlias = Mapping[str, int]
"""The fields of an object, each with the place of its value in the outline."""


class Spans:
    """Finds the values of a document in its outline, by their places; a place is where a value starts in it.

    The outline is read as latin-1, where every byte is a character: places are exact, and names in ASCII are as well.
    """

    __slots__ = ("_holes", "_text", "document")

    def __init__(self, document: bytes, text: str, holes: tuple[tuple[int, Hole], ...]) -> None:
        self.document = document
        self._text = text
        self._holes = holes

    def top(self) -> int:
        """The place of the document itself."""
        return self._skip(0)

    def fields(self, place: int) -> Parts:
        """The fields of an object; nothing for any other value."""
        return dict(self._parts(place, "{")) if self._text[place] == "{" else {}

    def items(self, place: int) -> tuple[int, ...]:
        """The items of an array; nothing for any other value."""
        return tuple(at for _, at in self._parts(place, "[")) if self._text[place] == "[" else ()

    def span(self, place: int) -> Span:
        """Where a value stands in the document."""
        return Span(self._in_document(place), self._in_document(self._end(place)))

    def raw(self, place: int) -> bytes:
        """A value's bytes, quotes included."""
        start, end = self.span(place)
        return self.document[start:end]

    def _parts(self, place: int, opening: Literal["{", "["]) -> Iterator[tuple[str, int]]:
        """Step from part to part; only what is JSON comes here, so no step can fail."""
        at = self._skip(place + 1)
        while self._text[at] not in "}]":
            name = ""
            if opening == "{":
                name, end = DECODER.raw_decode(self._text, at)
                at = self._skip(self._skip(end) + 1)
            yield name, at
            at = self._skip(self._end(at))
            at = self._skip(at + 1) if self._text[at] == "," else at

    def _end(self, place: int) -> int:
        return DECODER.raw_decode(self._text, place)[1]

    def _skip(self, place: int) -> int:
        while self._text[place] in WHITESPACE:
            place += 1
        return place

    def _in_document(self, place: int) -> int:
        """A place in the outline as one in the document: further on by what each hole before it left out."""
        return place + sum(hole.end - hole.start + 2 - len(HOLE) for at, hole in self._holes if at < place)


DECODER: Final = json.JSONDecoder()
WHITESPACE: Final = " \t\r\n\u00ef\u00bb\u00bf"  # and a byte order mark, as latin-1 has it


def outline(document: bytes) -> Outline:
    """The outline of a document that is there as a whole."""
    whole = Outline()
    whole.feed(document)
    return whole


def read_spans(document: bytes) -> Spans:
    """Where the values of a document stand; raises `ValueError` where that cannot be told."""
    return outline(document).spans(document)


Read: TypeAlias = Callable[[Hole], str]


def filled(value: object, read: Read) -> object:
    """A value with its long strings put back."""
    if isinstance(value, Hole):
        return read(value)
    if isinstance(value, dict):
        return {name: filled(part, read) for name, part in value.items()}
    return [filled(part, read) for part in value] if isinstance(value, list) else value
