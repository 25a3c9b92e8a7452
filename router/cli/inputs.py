"""Requests from files and stdin: one by one, each with its place; what cannot be read stands in its own place."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any, Generic, TypeAlias, TypeVar

from ..errors import ConfigError, RequestError
from .jsontext import NotJsonError, is_object, read_elements, read_value
from .talk import say_hint

T = TypeVar("T")
STDIN = "-"
LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A body, not looked at yet, and where it starts."""

    body: Any  # `read_request` refuses what is no object
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """A request that cannot be decided, and why."""

    code: str
    message: str
    file: str
    line: int
    field: str | None = None
    hint: str | None = None

    @classmethod
    def of(cls, error: RequestError, asked: Asked) -> Invalid:
        """What a request error says of the request that stands there."""
        return cls(
            code=error.code,
            message=error.message,
            file=asked.file,
            line=asked.line,
            field=error.field,
            hint=error.hint,
        )

    def to_dict(self) -> dict[str, object]:
        """The error as it stands in the place of a decision."""
        what = {"code": self.code, "message": self.message, "field": self.field, "hint": self.hint}
        return {"error": what | {"file": self.file, "line": self.line}}


Item: TypeAlias = Asked | Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The requests of one file; `listed` where it is a JSON list."""

    items: Iterator[Item]
    listed: bool = False


def open_sources(files: Sequence[str] | None, stack: ExitStack) -> list[Source]:
    """Open every file before anything is decided; stdin where there is none."""
    return [_open(file, stack) for file in files or [STDIN]]


def _open(file: str, stack: ExitStack) -> Source:
    if file == STDIN:
        if sys.stdin.isatty():
            say_hint("requests are read from stdin; Ctrl-D ends them")
        return _told_by_its_start(sys.stdin.buffer, "stdin")
    try:
        stream = stack.enter_context(Path(file).open("rb"))  # noqa: SIM115 -- the stack is the context
    except OSError as error:
        raise ConfigError(f"cannot read `{file}`: {error.strerror or error}") from error
    if Path(file).suffix in LINES:
        return Source(items=_lines(enumerate(_within_reason(stream, file), start=1), file))
    return _told_by_its_start(stream, file)


def _told_by_its_start(stream: IO[bytes], file: str) -> Source:
    """A list, one object over many lines, or one object a line; only the last is read as it comes."""
    lines = _within_reason(stream, file)
    blank, first = _first_line(lines)
    start = first.lstrip()[:1]
    if start == b"[":
        return Source(items=_elements(b"\n" * blank + first + stream.read(), file), listed=True)
    if start != b"{" or is_object(first):
        return Source(items=_lines(_numbered(blank, first, lines), file))
    rest = stream.read()
    if not is_object(first + rest) and any(map(is_object, rest.splitlines())):
        return Source(items=_lines(_numbered(blank, first, rest.splitlines()), file))
    return Source(items=_lines([(blank + 1, first + rest)], file))


def _within_reason(stream: IO[bytes], file: str) -> Iterator[bytes]:
    """The lines of a file; a device that never ends one is refused."""
    for number in count(1):
        line = stream.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise ConfigError(f"cannot read `{file}`: line {number} is longer than {LONGEST_LINE // MIB} MiB")
        if not line:
            return
        yield line


MIB = 1024 * 1024
LONGEST_LINE = 64 * MIB


def _first_line(lines: Iterable[bytes]) -> tuple[int, bytes]:
    """How many empty lines come first, and the line behind them, without a byte order mark."""
    for blank, line in enumerate(lines):
        text = line.removeprefix(BYTE_ORDER_MARK)
        if text.strip():
            return blank, text
    return 0, b""


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _numbered(blank: int, first: bytes, others: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    yield blank + 1, first
    yield from enumerate(others, start=blank + 2)


def _lines(lines: Iterable[tuple[int, bytes]], file: str) -> Iterator[Item]:
    """One value a line; empty lines are none."""
    for number, line in lines:
        if text := line.removeprefix(BYTE_ORDER_MARK).strip():
            yield _read(text, file, number)


def _read(text: bytes, file: str, number: int) -> Item:
    try:
        return Asked(body=read_value(text), file=file, line=number)
    except NotJsonError as error:
        return _invalid(error, file, number + error.line - 1)


def _elements(text: bytes, file: str) -> Iterator[Item]:
    try:
        for body, line in read_elements(text):
            yield Asked(body=body, file=file, line=line)
    except NotJsonError as error:
        yield _invalid(error, file, error.line)


def _invalid(error: NotJsonError, file: str, line: int) -> Invalid:
    return Invalid(code="invalid_json", message=error.message, file=file, line=line)


# -- what comes of them


class Outcomes(Generic[T]):
    """What comes of each request, passed on; `fine` until one is invalid or denied."""

    def __init__(self, coming: Iterable[T]) -> None:
        self._coming = coming
        self.fine = True

    def __iter__(self) -> Iterator[T]:
        for outcome in self._coming:
            if isinstance(outcome, Invalid) or getattr(outcome, "deny", None) is not None:
                self.fine = False
            yield outcome
