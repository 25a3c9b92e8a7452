"""What is looked for in JSON, YAML and TOML: workflows, lists of models, described requests, bodies and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from ..kinds import is_test
from ..sites import Files, Mark, Reading, Site, Skipped
from .bodies import is_image_body, operation_of, read_body, site
from .comfyui import read_comfyui
from .described import read_described
from .jsontext import inner_text
from .litellm import read_litellm
from .n8n import read_n8n
from .names import ENDPOINT
from .promptfoo import read_promptfoo
from .settings import find_named, groups, is_foreign, mark, read_group, too_many
from .shell import read_commands
from .text import Text
from .tree import Document, Node, Row, Table, Value
from .variables import SET

Finder: TypeAlias = Callable[[tuple[str, ...], Table, Document], Reading | None]

DESCRIBING: Final = frozenset({"openapi", "swagger", "asyncapi"})
NO_SETTINGS: Final = frozenset({"package.json", "composer.json", "bower.json", "manifest.json", "tsconfig.json"})
COMMANDS: Final = ("curl", "http ", "wget ")
MANY: Final = 20
"""A document with more bodies than that is data: what was asked for, not what will be."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was found at one place of a document, and how far that place goes."""

    start: int
    end: int
    reading: Reading


def read_trees(documents: Sequence[Document], files: Files) -> Reading:
    """Read the documents of one file."""
    readings = [read_tree(document, files) for document in documents if not is_description(document.root)]
    sites = tuple(found for reading in readings for found in reading.sites)
    marks = tuple(found for reading in readings for found in reading.marks)
    return Reading(
        sites=tuple(sorted(sites, key=lambda found: (found.line, found.column))),
        marks=tuple(sorted(marks, key=lambda found: (found.line, found.column))),
        unresolved=tuple(found for reading in readings for found in reading.unresolved),
        skipped=tuple(found for reading in readings for found in reading.skipped),
    )


def is_description(root: Node) -> bool:
    """Whether a document describes an interface, so that its values are documentation."""
    return isinstance(root, Table) and bool(DESCRIBING & root.keys)


def read_tree(document: Document, files: Files) -> Reading:
    """Read one document: what is a part of something known is not taken for a setting as well."""
    foreign = [(table.start, table.end) for _, table in document.tables() if is_foreign(table)]
    parts = [
        Part(part.start, part.end, Reading()) if is_within(part.start, foreign) else part
        for part in (*found_parts(document), *script_parts(document, files))
    ]
    readings = [part.reading for part in parts]
    sites = tuple(found for reading in readings for found in reading.sites)
    plain = [found for found in sites if found.surface == "config"]
    if len(plain) > MANY:
        reason = f"data: {len(plain)} requests that are kept, not made"
        return Reading(skipped=(Skipped(path=document.text.path, reason=reason, line=plain[0].line),))
    marks = setting_marks(document, [*parts, *(Part(start, end, Reading()) for start, end in foreign)])
    many = too_many(marks, document.text.path)
    return Reading(
        sites=sites,
        marks=(*(found for reading in readings for found in reading.marks), *(() if many else marks)),
        unresolved=tuple(found for reading in readings for found in reading.unresolved),
        skipped=many.skipped if many else (),
    )


def is_within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place stands in one of some stretches."""
    return any(start <= at < end for start, end in spans)


def found_parts(document: Document) -> Iterator[Part]:
    """The tables that something is known of; what stands inside one of them is not looked at again."""
    end = -1
    for keys, table in document.tables():
        if table.start < end:
            continue
        for finder in FINDERS:
            reading = finder(keys, table, document)
            if reading is not None:
                end = table.end
                yield Part(table.start, table.end, reading)
                break


def setting_marks(document: Document, parts: Sequence[Part]) -> tuple[Mark, ...]:
    """The settings that stand in none of the parts."""
    if PurePosixPath(document.text.path).name in NO_SETTINGS:
        return ()
    found = find_named(document.root, document.text)
    surface = "config"
    return tuple(
        mark(named, document.text, surface)
        for named in found
        if not any(part.start <= named.start < part.end for part in parts)
    )


def script_parts(document: Document, files: Files) -> Iterator[Part]:
    """The commands that stand in a document: the steps of a workflow, the scripts of a package."""
    for value in values(document.root):
        if isinstance(value.value, str) and ENDPOINT.search(value.value) and has_command(value.value):
            reading = read_commands(script_text(document.text, value), files)
            yield Part(value.start, value.end, reading)


def has_command(text: str) -> bool:
    """Whether a text calls a program that sends requests."""
    return any(word in text for word in COMMANDS) and not SET.fullmatch(text.encode())


def script_text(text: Text, value: Value) -> Text:
    """The text of a script, as it stands in a block of YAML or a string of JSON."""
    stretch = text.data[value.start : value.end]
    is_json = text.data[value.start - 1 : value.start] == b'"' and b"\\" in stretch
    return inner_text(text, value) if is_json else text.part(value.start, value.end)


def values(root: Node) -> Iterator[Value]:
    """All values, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Value):
            yield node
        elif isinstance(node, Row):
            waiting.extend(reversed(node.items))
        else:
            waiting.extend(entry.node for entry in reversed(node.entries))


def read_plain_body(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """The body of an image call, as it is kept for `curl -d @body.json`."""
    if not is_image_body(table):
        return None
    body = read_body(table, document.text)
    operation = operation_of(body.parameters)
    return Reading(sites=(shown(document, table.start, body, operation=operation),))


def shown(document: Document, at: int, body: object, **about: object) -> Site:
    """A call that a document holds."""
    known: dict[str, object] = {"surface": "config", "in_test": is_test(document.text.path)}
    return site(document.text, at, body, **(known | about))  # type: ignore[arg-type]


def read_tool(keys: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """The image tool of a Responses call."""
    if table.word("type") != "image_generation" or keys[-1:] != ("tools",):
        return None
    body = read_body(table, document.text)
    kept = {key: parameter for key, parameter in body.parameters.items() if key != "type"}
    return Reading(sites=(shown(document, table.start, replace(body, parameters=kept), surface="responses-tool"),))


def read_settings(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """Groups of settings of image calls."""
    sites = tuple(read_group(model, beside, document.text) for model, beside in groups(table))
    return Reading(sites=sites) if sites else None


FINDERS: Final[tuple[Finder, ...]] = (
    read_n8n,
    read_comfyui,
    read_litellm,
    read_promptfoo,
    read_described,
    read_tool,
    read_plain_body,
    read_settings,
)
