"""JSON as the standard has it, read from bytes; whatever keeps it from being read is one kind of error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import isfinite


class NotJsonError(ValueError):
    """Text that cannot be read, and the line where that shows, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read_value(data: bytes) -> object:
    """Read one value with nothing behind it."""
    text = _decode(data)
    value, end = _value(text, _skip(text, 0))
    _expect_the_end(text, end)
    return value


def read_elements(data: bytes) -> Iterator[tuple[object, int]]:
    """Read a list one element at a time, each with its line; what comes before a mistake is still read."""
    text = _decode(data)
    line, counted = 1, 0
    at = _skip(text, _skip(text, 0) + 1)
    more = not text.startswith("]", at)
    while more:
        line, counted = line + text.count("\n", counted, at), at
        value, end = _value(text, at)
        yield value, line
        at = _skip(text, end)
        more = text.startswith(",", at)
        if not more and not text.startswith("]", at):
            raise _broken(text, at, "expecting `,` or `]`")
        at = _skip(text, at + 1) if more else at
    _expect_the_end(text, at + 1)


def is_object(data: bytes) -> bool:
    """Whether this is one whole object."""
    try:
        return isinstance(read_value(data), dict)
    except NotJsonError:
        return False


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotJsonError(f"not UTF-8: byte 0x{data[error.start]:02x}", line) from None


def _value(text: str, at: int) -> tuple[object, int]:
    try:
        value, end = DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos, error.msg[:1].lower() + error.msg[1:]) from None
    except ValueError as error:
        raise NotJsonError(f"not JSON: {error}", _line(text, at)) from None
    except RecursionError:
        raise NotJsonError(TOO_DEEP, _line(text, at)) from None
    if text.count("[", at, end) + text.count("{", at, end) > DEEPEST and _is_deep(value):
        raise NotJsonError(TOO_DEEP, _line(text, at))
    return value, end


DEEPEST = 50
TOO_DEEP = f"nested too deeply: more than {DEEPEST} levels"


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _expect_the_end(text: str, at: int) -> None:
    end = _skip(text, at)
    if end < len(text):
        raise _broken(text, end, "something stands behind the end")


def _broken(text: str, at: int, message: str) -> NotJsonError:
    column = at - text.rfind("\n", 0, at)
    return NotJsonError(f"not JSON: {message} (column {column})", _line(text, at))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    """Where the next thing behind white space stands."""
    while text[at : at + 1] in SPACE:
        at += 1
    return at


SPACE = frozenset(" \t\n\r")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"`{text}` is too large a number")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_NUMBER} digits")
    return int(text)


LONGEST_NUMBER = 1000


def _refuse(text: str) -> object:
    raise ValueError(f"`{text}` is not a number in JSON")


DECODER = json.JSONDecoder(parse_float=_finite, parse_int=_whole, parse_constant=_refuse)
