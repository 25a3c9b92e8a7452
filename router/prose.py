"""A prompt without the syntax around it: no JSON, no slots of templates, one mark for each quote."""

import json
import re
from collections.abc import Iterator
from typing import Final

from . import words as tables
from .roles import QUOTE, ROLES, SLOT

KEYED: Final = re.compile(r'"([\w .-]{1,40})"\s*:\s*"([^"]*)"')
KEY: Final = re.compile(r'"([\w .-]{1,40})"\s*:')
KEY_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+")
SLOTS: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}%]*%\}|\$?\{[^{}:]+\}|<[^<>\n]{1,60}>|\[[A-Za-z][\w .-]{0,40}\]|%\(\w{1,40}\)s|%s"
)
NO_CURLY: Final = str.maketrans("“”", "  ")


def to_prose(prompt: str) -> str:
    """Take out what is syntax: JSON, the slots of templates."""
    prose = prompt
    if QUOTE in prose or SLOT in prose:
        prose = prose.replace(QUOTE, " ").replace(SLOT, " ")
    if "{" in prose or "[" in prose or "<" in prose or "%" in prose:
        prose = SLOTS.sub(f" {SLOT} ", prose)
    return _without_keys(prose) if "{" in prose or "[" in prose else prose


def _without_keys(prose: str) -> str:
    try:
        document: object = json.loads(prose)
    except (ValueError, RecursionError):  # a template, or prose with a bit of JSON in it
        return KEY.sub(r"\1: ", KEYED.sub(lambda pair: _tell(pair[1], pair[2]), prose))
    return "".join(_tell(key, value) for key, value in _leaves(document)).replace(QUOTE, " ")  # it may hold `\u001a`


def _leaves(document: object) -> Iterator[tuple[str, str]]:
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        key, value = waiting.pop()
        match value:
            case dict():
                waiting += reversed(value.items())
            case list():
                waiting += ((key, item) for item in reversed(value))
            case None | False:
                yield key, "none"
            case _:
                yield key, str(value)


def _tell(key: str, value: str) -> str:
    """Say in prose what a key and its value say."""
    parts = [part.lower() for part in KEY_PART.findall(key)] or [""]
    if not tables.AVOIDING_KEYS.isdisjoint(parts):
        return " "
    if ROLES.get(parts[-1]) not in {"text", "saying", "field"}:
        return f"{value}. "
    if value.strip().lower() in tables.NO_VALUES:
        return "no text. "
    if parts[-1] in tables.LOOK_KEYS:
        return f"{parts[-1]} {value}. "
    return f"{parts[-1]} “{value.translate(NO_CURLY)}”. "


# --- quotes ---

Quote = tuple[str, bool]  # what it says; whether its signs are firm: seldom anything but quotes

QUOTE_SIGN: Final = re.compile(f"([{''.join(sorted({*tables.CLOSING, *''.join(tables.CLOSING.values())}))}])")
QUOTE_WORD: Final = f" {QUOTE} "
LONGEST_LOOSE: Final = 120


def cut_quotes(prose: str) -> tuple[str, list[Quote]]:
    """Put a mark in the place of each quote."""
    parts = iter(QUOTE_SIGN.split(prose))  # text, sign, text, sign, ... text
    pieces: list[str] = [next(parts)]
    quotes: list[Quote] = []
    start, loose, closing = 0, False, ""  # of the quote that is open, if `closing` names any sign
    for sign, text in zip(parts, parts, strict=True):
        if sign in closing and not (loose and text[:1].isascii() and text[:1].isalnum()):
            content = "".join(pieces[start + 1 :]).strip()
            closing = ""
            if not loose or len(content) <= LONGEST_LOOSE:
                quotes.append((content, not loose or (content.isupper() and len(content) > 1)))
                pieces[start:] = QUOTE_WORD, text
                continue
        if (not closing or loose) and (sign not in tables.TYPEWRITTEN or _opens(pieces[-1], sign, text)):
            start, loose, closing = len(pieces), sign in tables.LOOSE, tables.CLOSING.get(sign, "")
        pieces += sign, text
    return "".join(pieces), quotes


def _opens(before: str, sign: str, after: str) -> bool:
    """Tell an opening quote from 12", 5'10", don't, '90s and the like."""
    if before[-1:].isascii() and before[-1:].isalnum():
        return sign == '"' and before[-1].isalpha() and after[:1].isalnum()
    return sign == '"' or not (after[:1].isspace() or after[:1].isdigit() or after.startswith(tables.CONTRACTED))
