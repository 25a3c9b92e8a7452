"""What is printed on stdout: JSON, as UTF-8 whatever the terminal's encoding."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from itertools import chain, islice


def write_json(value: object) -> None:
    """Print one JSON document, laid out to be read."""
    _write(_dump(value, indent=2), end="\n")


def write_text(text: str) -> None:
    """Print text that is laid out already."""
    _write(text)


def write_lines(values: Iterable[object]) -> None:
    """Print one JSON value a line, each as soon as it is there."""
    for value in values:
        _write(_dump(value), end="\n")


def write_one_or_array(values: Iterable[object], *, listed: bool) -> None:
    """Print an object for one value and an array otherwise; `listed` makes it an array whatever it holds."""
    coming = iter(values)
    first = list(islice(coming, 1 if listed else 2))
    if len(first) == 1 and not listed:
        write_json(first[0])
        return
    before = "["
    for value in chain(first, coming):
        _write(f"{before}\n{_dump(value, indent=2)}")
        before = ","
    _write("[]" if before == "[" else "\n]", end="\n")


def _dump(value: object, *, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) if indent else text


NUMBERS = re.compile(r"\[\n\s+([-+.,\d\s]+)\n\s*\]")  # a list of numbers only; no string of JSON has a line's end in it


def _write(text: str, *, end: str = "") -> None:
    data = _encode(text + end)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(data.decode())


def _encode(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which JSON may hold and UTF-8 may not, is written as an escape."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return b"".join(_escape(each) if "\ud800" <= each <= "\udfff" else each.encode() for each in text)


def _escape(surrogate: str) -> bytes:
    return f"\\u{ord(surrogate):04x}".encode()
