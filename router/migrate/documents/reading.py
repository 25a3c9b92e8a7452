"""Reads a document: which reader a file is for, and the order of what they find."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from ..sites import Files, Reading, Skipped
from .assignments import read_assignments
from .batch import read_lines_of_json
from .jsontext import read_json
from .names import HINT
from .notebooks import read_notebook
from .pins import PIN_HINT, holds_pins, read_pins
from .shell import read_script
from .text import Text
from .tomltext import read_toml
from .tree import BrokenTextError, Document
from .trees import read_trees
from .yamltext import read_yaml

DocumentReader: TypeAlias = Callable[[Text, Files], Reading]

TEMPLATE: Final = re.compile(rb"\{\{|\{%|<%")
LOCALES: Final = frozenset({"locales", "locale", "i18n", "lang", "langs", "translations", "_locales", "messages"})


def read_document(path: str, files: Files) -> Reading:
    """Read a file; one without any word that matters costs nothing."""
    data = files.read(path)
    place = PurePosixPath(path)
    pins = Reading()
    if holds_pins(place.name, place.parent.name) and PIN_HINT.search(data):
        pins = read_pins(Text.of(path, data))
    if place.suffix.lower() == ".ipynb" and not is_json(data):
        return read_notebook(Text.of(path, data), files)
    if not HINT.search(data) or LOCALES & set(place.parts[:-1]):
        return pins
    return merged((pins, reader_of(place)(Text.of(path, data), files)))


def is_json(data: bytes) -> bool:
    """Whether a text is JSON, asked in the quickest way."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def reader_of(place: PurePosixPath) -> DocumentReader:
    """The reader of a file, by its name."""
    return NAMED.get(place.name.lower()) or READERS.get(place.suffix[1:].lower(), by_line_or_script(place))


def by_line_or_script(place: PurePosixPath) -> DocumentReader:
    """The reader of a file whose suffix says nothing."""
    name = place.name.lower()
    if name.startswith((".env", "env")) or name.endswith(".env") or ".env." in name:
        return read_lines
    return read_pins_alone if place.suffix in {".txt", ".in"} else read_script


def read_lines(text: Text, _: Files) -> Reading:
    """Settings, one a line."""
    return read_assignments(text)


def read_lines_and_script(text: Text, files: Files) -> Reading:
    """Settings and commands, as in a Dockerfile."""
    return merged((read_assignments(text), read_script(text, files)))


def read_pins_alone(_: Text, __: Files) -> Reading:
    """Nothing: what a list of requirements says is read elsewhere."""
    return Reading()


def read_json_file(text: Text, files: Files) -> Reading:
    """One JSON text."""
    return read_all(text, files, read=lambda: [read_json(text)], form="JSON")


def read_yaml_file(text: Text, files: Files) -> Reading:
    """YAML documents; a template that is none yet is read line by line."""
    found = read_all(text, files, read=lambda: read_yaml(text), form="YAML")
    return read_assignments(text) if found.skipped and TEMPLATE.search(text.data) else found


def read_toml_file(text: Text, files: Files) -> Reading:
    """One TOML text."""
    return read_all(text, files, read=lambda: [read_toml(text)], form="TOML")


def read_all(text: Text, files: Files, *, read: Callable[[], Iterable[Document]], form: str) -> Reading:
    """Read documents, or say from which line on they are none."""
    try:
        documents = list(read())
    except BrokenTextError as error:
        reason = f"not {form}: {error.message}"
        line = text.line(error.offset)
        return Reading(skipped=(Skipped(path=text.path, reason=reason, line=line, unread=True),))
    return read_trees(documents, files)


def merged(readings: Iterable[Reading]) -> Reading:
    """Several readings of a file as one, in the order of lines."""
    several = tuple(readings)
    marks = {(m.line, m.column, m.kind): m for r in reversed(several) for m in r.marks}
    return Reading(
        sites=tuple(sorted((s for r in several for s in r.sites), key=lambda s: (s.line, s.column))),
        marks=tuple(sorted(marks.values(), key=lambda m: (m.line, m.column))),
        unresolved=tuple(sorted((u for r in several for u in r.unresolved), key=lambda u: (u.line, u.column))),
        skipped=tuple(sorted((s for r in several for s in r.skipped), key=lambda s: s.line or 0)),
    )


READERS: Final[Mapping[str, DocumentReader]] = {
    **dict.fromkeys(("json", "jsonc", "json5"), read_json_file),
    **dict.fromkeys(("yaml", "yml"), read_yaml_file),
    **dict.fromkeys(("env", "envrc", "properties", "ini", "cfg", "conf", "tf", "tfvars", "hcl"), read_lines),
    **dict.fromkeys(
        ("sh", "bash", "zsh", "ksh", "fish", "ps1", "psm1", "bat", "cmd", "mk", "http", "rest"), read_script
    ),
    **dict.fromkeys(("jsonl", "ndjson"), read_lines_of_json),
    "dockerfile": read_lines_and_script,
    "ipynb": read_notebook,
    "toml": read_toml_file,
}
NAMED: Final[Mapping[str, DocumentReader]] = {
    "dockerfile": read_lines_and_script,
    "containerfile": read_lines_and_script,
}
