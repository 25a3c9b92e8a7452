"""Pins that keep a project on an `openai` before version 3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..kinds import is_test
from ..sites import Mark, Reading
from .text import Text

PIN_HINT: Final = re.compile(rb"\bopenai\b")
FILES: Final = re.compile(
    r".*(?:requirements|constraints).*\.(?:txt|in)|pyproject\.toml|setup\.cfg|pipfile|(?:conda[-_.])?environment.*\.ya?ml"
    r"|conda.*\.ya?ml|pixi\.toml|(?:docker|container)file(?:\..*)?|.*\.dockerfile",
    re.IGNORECASE,
)
FOLDERS: Final = frozenset({"requirements", "constraints"})
VERSION: Final = rb"[ \t]*(?:===?|~=|<=?|>=?|!=|\^|~|=)[ \t]*v?[\w.*+!-]+"
PIN: Final = re.compile(
    rb"(?<![\w./@-])[\"']?openai[\"']?(?:[ \t]*\[[\w, -]*\])?[ \t]*"
    rb"(?:(?:=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?)[\"'](?P<table>[^\"'\n]*)[\"']"
    rb"|\(?(?P<plain>" + VERSION + rb"(?:[ \t]*,(?:" + VERSION + rb"))*)\)?)",
    re.IGNORECASE,
)
CLAUSE: Final = re.compile(
    r"(?P<sign>===|==|~=|<=|>=|!=|<|>|\^|~|=)?\s*v?(?P<version>\d+(?:\.\d+)*)(?P<rest>[.\w*+!-]*)"
)
NEEDED: Final = 3
"""The first major version whose types and defaults know the models that are left (SDKLOG)."""


def holds_pins(name: str, folder: str) -> bool:
    """Whether a file says which packages a Python project needs."""
    return bool(FILES.fullmatch(name)) or (folder.lower() in FOLDERS and name.endswith((".txt", ".in")))


def read_pins(text: Text) -> Reading:
    """The pins in such a file that no `openai` of version 3 meets."""
    return Reading(marks=tuple(pins(text)))


def pins(text: Text) -> Iterator[Mark]:
    """Each of them, comments left out."""
    for found in PIN.finditer(text.data):
        line_start = text.data.rfind(b"\n", 0, found.start()) + 1
        before = text.data[line_start : found.start()]
        if b"#" in before or before.lstrip().startswith(b";"):
            continue
        group = "table" if found["table"] is not None else "plain"
        given = found[group].decode("utf-8", "replace")
        if not reaches(given):
            start, end = found.span()
            line, column = text.place(start)
            yield Mark(
                path=text.path,
                line=line,
                column=column,
                kind="pins_sdk",
                surface="config",
                text=text.shown(start, end),
                value=given.strip(),
                written=text.written(*stripped(text, *found.span(group))),
                in_test=is_test(text.path),
            )


def stripped(text: Text, start: int, end: int) -> tuple[int, int]:
    """A stretch without the blanks around it."""
    raw = text.data[start:end]
    return start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())


def reaches(given: str) -> bool:
    """Whether some version from 3 on meets all that is asked of it; what can't be read does."""
    return all(
        allows(CLAUSE.fullmatch(clause.strip()))
        for clause in re.split(r"[,\s]+(?=[<>=!~^])|,", given)
        if clause.strip()
    )


def allows(clause: re.Match[str] | None) -> bool:
    """Whether one clause lets a version from 3 on through."""
    if clause is None:
        return True
    version = [int(part) for part in clause["version"].split(".")]
    match clause["sign"]:
        case "<":
            return version > [NEEDED]
        case "<=" | "==" | "===" | "=" | "^" | "~" | "~=" | None:
            return version[0] >= NEEDED
    return True
