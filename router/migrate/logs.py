"""Logs as they lie on a disk: opened, told apart by how they begin, and read piece by piece, however long they are."""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple, NoReturn, Self, TypeAlias, cast

from ..errors import ConfigError

MIB: Final = 1024 * 1024
PIECE: Final = MIB
"""Bytes that are read at a time, and judged by one process."""

LONGEST: Final = 64 * MIB
"""Bytes of a line, or characters of an entry: what is longer is not read."""

HEAD: Final = 65_536
STDIN: Final = "-"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
GZIP: Final = b"\x1f\x8b"

Kind: TypeAlias = Literal["lines", "array", "archive", "values"]
"""One value a line; a JSON list; an HTTP archive; or values that each go over many lines."""


class Block(NamedTuple):
    """Whole lines of a log, and the number of the first."""

    line: int
    data: bytes


class Value(NamedTuple):
    """One value, and the line in which it begins."""

    line: int
    value: object


class Broken(NamedTuple):
    """A line that cannot be read, and why."""

    line: int
    reason: str


class Log:
    """A log that is being read; it may be compressed."""

    def __init__(self, name: str, raw: IO[bytes], *, total: int | None) -> None:
        self.name = name
        self.total = total
        self._raw = raw
        packed = raw.peek(2).startswith(GZIP) if hasattr(raw, "peek") else False
        self._stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        self._damage: str | None = None
        self._head = self._read(HEAD).removeprefix(BYTE_ORDER_MARK)
        self.kind = _kind(self._head, name)

    @property
    def done(self) -> int:
        """How many bytes of the file were read."""
        return self._raw.tell() if self.total is not None else 0

    def blocks(self) -> Iterator[Block | Broken]:
        """The lines of a log that has one value in each, many at a time."""
        line, left, too_long = 1, b"", False
        for piece in self._pieces():
            end = piece.rfind(b"\n") + 1
            if not end:
                left = b"" if too_long else left + piece
                if len(left) > LONGEST:
                    yield Broken(line, f"longer than {LONGEST // MIB} MiB")
                    left, too_long = b"", True
                continue
            start = piece.find(b"\n") + 1 if too_long else 0
            line, too_long = line + bool(start), False
            if start < end:
                yield Block(line, left + piece[start:end])
            line += (left + piece[start:end]).count(b"\n")
            left = piece[end:]
        if left:
            yield Block(line, left)
        if self._damage:
            yield Broken(line, self._damage)

    def values(self) -> Iterator[Value | Broken]:
        """The values of a log that is no file of lines, one by one."""
        text = _Text(self._pieces())
        try:
            yield from READERS[self.kind](text)
        except _CannotGoOnError as error:
            yield Broken(text.line, self._damage or str(error))
        else:
            if self._damage:
                yield Broken(text.line, self._damage)

    def _pieces(self) -> Iterator[bytes]:
        piece = self._head
        while piece:
            yield piece
            piece = self._read(PIECE)

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self._damage = f"the compressed file is damaged: {error}"
            return b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.name != STDIN:
            self._raw.close()


def open_log(name: str) -> Log:
    """Open a log, stdin for `-`; raises `ConfigError` where there is none."""
    if name == STDIN:
        return Log(name, sys.stdin.buffer, total=None)
    path = Path(name)
    try:
        raw = path.open("rb")
        total = path.stat().st_size
    except OSError as error:
        raise ConfigError(f"cannot read `{name}`: {error.strerror or error}") from error
    return Log(name, raw, total=total if path.is_file() else None)


# -- what kind of log it is


ARCHIVE: Final = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')


def _kind(head: bytes, name: str) -> Kind:
    if ARCHIVE.match(head) and (b'"entries"' in head or b'"creator"' in head or name.lower().endswith((".har", ".gz"))):
        return "archive"
    start = head.lstrip()[:1]
    if start == b"[":
        return "array"
    if start != b"{" or any(map(_is_object, head.splitlines())):
        return "lines"
    return "values" if b"\n" in head.strip() else "lines"


def _is_object(line: bytes) -> bool:
    """Whether a line that is not indented is a whole object."""
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


# -- values over many lines


class _CannotGoOnError(Exception):
    """What comes next cannot be read, nor what is behind it."""


class _Text:
    """Text that comes in pieces; what was read is let go of."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            found = NOT_SPACE.search(self._text, self._at)
            self._pass(found.start() if found else len(self._text))
            if found:
                return found[0]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Pass over a character that was looked at."""
        self._at += 1

    def find(self, pattern: re.Pattern[str], *, longest: int) -> bool:
        """Go behind the first match, of at most so many characters."""
        while True:
            found = pattern.search(self._text, self._at)
            if found:
                self._pass(found.end())
                return True
            self._pass(max(self._at, len(self._text) - longest))
            if not self._more():
                return False

    def value(self) -> Value:
        """The value that begins here."""
        line, wanted = self.line, 1
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise _CannotGoOnError("not JSON: nested too deeply") from None
            except ValueError as error:
                if len(self._text) - self._at > LONGEST:
                    raise _CannotGoOnError(f"an entry is longer than {LONGEST // MIB} MiB") from None
                if not sum(self._more() for _ in range(wanted)):
                    raise _CannotGoOnError(_said(error)) from None
                wanted *= 2  # so that a long value is not read over and over
                continue
            self._pass(end)
            return Value(line, value)

    def _pass(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._text = self._text[self._at :] + self._decoder.decode(piece)
        self._at = 0
        return True


NOT_SPACE: Final = re.compile(r"[^ \t\r\n]")


def refuse(text: str) -> NoReturn:
    """Refuse what Python takes for a number and JSON does not."""
    raise ValueError(f"`{text}` is not a number in JSON")


DECODER: Final = json.JSONDecoder(parse_constant=refuse)


def _said(error: ValueError) -> str:
    message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    return f"not JSON: {message[:1].lower()}{message[1:]}"


def _elements(text: _Text) -> Iterator[Value]:
    """The elements of a list, behind its bracket."""
    while (sign := text.peek()) != "]":
        if not sign:
            raise _CannotGoOnError("not JSON: the list has no end")
        yield text.value()
        if text.peek() == ",":
            text.skip()
        elif text.peek() not in ("", "]"):
            raise _CannotGoOnError("not JSON: expecting `,` or `]`")


def _array(text: _Text) -> Iterator[Value]:
    text.peek()
    text.skip()
    yield from _elements(text)


ENTRIES: Final = re.compile(r'"entries"\s{0,20}:\s{0,20}\[')


def _archive(text: _Text) -> Iterator[Value]:
    if not text.find(ENTRIES, longest=60):
        raise _CannotGoOnError("an archive without `entries`")
    yield from _elements(text)


def _sequence(text: _Text) -> Iterator[Value]:
    while text.peek():
        yield text.value()


READERS: Final = {"array": _array, "archive": _archive, "values": _sequence, "lines": _sequence}
