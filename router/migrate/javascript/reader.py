"""Read one file of JavaScript or TypeScript from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..sites import Files, Reading, Skipped
from .answers import answer_marks
from .finds import finds
from .found import Found, in_order
from .http import unfollowed
from .limits import limit_marks
from .mentions import mention_marks
from .modules import Module, open_module
from .wrappers import unknown_wrappers

NAMING: Final = re.compile(
    rb"dall-?e|gpt-image|chatgpt-image|image_?generation|create_?image|\bimages\W{1,4}(?:generat|edit|variation|create)",
    re.IGNORECASE,
)
CALLING: Final = re.compile(r"images\W{1,4}(?:generat|edit|variation|create)|createImage|image_generation")
SERVICE: Final = re.compile(rb"openai", re.IGNORECASE)
PICTURES: Final = re.compile(rb"image", re.IGNORECASE)
LONG_LINE: Final = 5_000
DENSE: Final = 40
"""A minified line has a bracket or semicolon in at most this many characters; a picture in base64 has none."""


def read_javascript(path: str, files: Files) -> Reading:
    """What a file has that asks for pictures, or rests on the answer."""
    data = files.read(path)
    if not is_relevant(data):
        return Reading()
    reason = unreadable(data)
    if reason is not None:
        return Reading(skipped=(Skipped(path=path, reason=reason, unread=True),))
    try:
        return read_module(open_module(path, data, files))
    except RecursionError:
        return Reading(skipped=(Skipped(path=path, reason="nested too deeply", unread=True),))


def is_relevant(data: bytes) -> bool:
    """Whether a file has any of the words that what we look for is made of."""
    if NAMING.search(data) is not None:
        return True
    return SERVICE.search(data) is not None and PICTURES.search(data) is not None


def unreadable(data: bytes) -> str | None:
    """Why a file cannot be read, if it cannot."""
    if b"\x00" in data:
        return "not text: it has NUL bytes"
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start})"
    return "minified" if is_minified(text) else None


def is_minified(text: str) -> bool:
    """Whether most of a text is code on lines of enormous length."""
    lines = [line for line in text.splitlines() if len(line) > LONG_LINE]
    dense = sum(len(line) for line in lines if sum(map(line.count, "{}();,")) > len(line) / DENSE)
    return dense * 2 > len(text)


def read_module(module: Module) -> Reading:
    """What a module has."""
    found = finds(module)
    unresolved = [*unfollowed(module, found), *unknown_wrappers(module, found)]
    return Reading(
        sites=tuple(one.site for one in found),
        marks=in_order([*answer_marks(module), *limit_marks(module), *mention_marks(module)]),
        unresolved=tuple(sorted(unresolved, key=lambda one: (one.line, one.column))),
        skipped=tuple(_unparsed(module, found)),
    )


def _unparsed(module: Module, found: Sequence[Found]) -> Iterator[Skipped]:
    """What the grammar could make nothing of: the file, or the parts that have a word in question and no call."""
    if module.broken * 2 > len(module.text):
        yield Skipped(path=module.path, reason="most of it could not be parsed")
        return
    for node in module.of("ERROR"):
        if CALLING.search(node.text) is not None and not any(node.covers(one.node) for one in found):
            yield Skipped(path=module.path, reason="this part could not be parsed", line=node.line)
