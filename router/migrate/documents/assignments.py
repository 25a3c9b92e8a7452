"""Files of one setting a line: `.env`, properties, ini, Dockerfile, Terraform variables, and templates of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from ..sites import Reading
from .jsontext import number
from .names import named_model
from .settings import GENERAL, Named, find_named, groups, is_setting_key, mark, read_group, too_many
from .text import Text
from .tree import Entry, Table, Value

LINE: Final = re.compile(
    rb"^[ \t]*(?:-[ \t]+)?(?:(?:export|set|setx|ENV|ARG|readonly|local|declare(?:[ \t]+-\w+)*)[ \t]+)?"
    rb"(?P<key>[\"']?[A-Za-z_][\w.\- ]*?[\"']?)[ \t]*(?P<sign>:=|\?=|[=:]|[ \t])[ \t]*"
    rb"(?P<quote>[\"']?)(?P<value>[^\r\n\"']*?)(?P=quote)[ \t]*,?[ \t]*(?:[#;][^\r\n]*)?\r?$",
    re.MULTILINE,
)
TEMPLATE: Final = re.compile(
    rb"^[ \t]*(?:-[ \t]+)?(?P<key>[A-Za-z_][\w.-]*):[ \t]*[\"']?\{\{[^\n]*?"
    rb"\bdefault[ \t]+[\"'](?P<name>[\w./-]+)[\"'][^\n]*\}\}",
    re.MULTILINE,
)
PAIR: Final = re.compile(
    rb"\{[ \t]*[\"']?name[\"']?[ \t]*[=:][ \t]*[\"'](?P<key>\w+)[\"'],"
    rb"[ \t]*[\"']?value[\"']?[ \t]*[=:][ \t]*[\"'](?P<name>[\w./-]+)[\"']"
)
NAMED_ABOVE: Final = re.compile(rb"name:[ \t]*[\"']?(?P<key>\w+)[\"']?[ \t]*\r?\n\Z")
ENV_NAME: Final = re.compile(r"\.?env(?:rc)?(?:[._-].*)?|.*\.env(?:\..*)?", re.IGNORECASE)
SPACED: Final = re.compile(r"(?:docker|container)file(?:\..*)?|.*\.dockerfile", re.IGNORECASE)
BLOCK_HEAD: Final = re.compile(rb'^[ \t]*variable[ \t]+"(?P<key>[\w-]+)"[ \t]*\{', re.MULTILINE)
BLANKS: Final = (b" ", b"\t")


def read_assignments(text: Text) -> Reading:
    """Read the settings of a file, line by line."""
    name = PurePosixPath(text.path).name
    surface = "env" if ENV_NAME.fullmatch(name) else "config"
    entries = tuple(assigned(text, spaced=bool(SPACED.fullmatch(name))))
    table = Table(entries=entries, start=0, end=len(text.data))
    grouped = groups(table)
    sites = tuple(read_group(model, beside, text, surface=surface) for model, beside in grouped)
    taken = {model.start for model, _ in grouped}
    named = [found for found in find_named(table, text) if found.start not in taken]
    marks = tuple(mark(found, text, surface) for found in (*named, *templates(text)))
    return too_many(marks, text.path) or Reading(sites=sites, marks=tuple(sorted(marks, key=lambda found: found.line)))


def assigned(text: Text, *, spaced: bool = False) -> Iterator[Entry]:
    """The settings, each a line; `spaced` allows a space for a sign, as in a Dockerfile."""
    above = ""
    for line in LINE.finditer(text.data):
        if line["sign"] in BLANKS and not spaced:
            continue
        key = line["key"].decode("utf-8", "replace").strip("\"'")
        raw = line["value"]
        if key == "default":
            key = variable_above(text, line.start()) or key
        elif key in GENERAL and key != "name":
            key = above or key
        above = raw.decode("utf-8", "replace") if key in {"name", "key"} else ""
        start, end = line.span("value")
        value = raw.decode("utf-8", "replace") if line["quote"] or number(raw) is None else number(raw)
        whole = (line.start(), min(line.end() + 1, len(text.data)))
        yield Entry(key=key, start=line.start("key"), node=Value(value=value, start=start, end=end), whole=whole)


def templates(text: Text) -> Iterator[Named]:
    """The defaults in a template of YAML, and pairs of a name and a value on one line."""
    for found in (*TEMPLATE.finditer(text.data), *PAIR.finditer(text.data)):
        above = NAMED_ABOVE.search(text.data, 0, found.start()) if found["key"] == b"value" else None
        key = (above or found)["key"].decode()
        model = named_model(found["name"].decode())
        if model and is_setting_key(key):
            yield Named(
                key=key,
                start=found.start("key"),
                end=found.end(),
                model=model["name"],
                model_start=found.start("name") + len(model["prefix"]),
                model_end=found.end("name"),
            )


def variable_above(text: Text, at: int) -> str:
    """The Terraform variable whose block a line stands in."""
    heads = list(BLOCK_HEAD.finditer(text.data, 0, at))
    return heads[-1]["key"].decode() if heads and b"\n}" not in text.data[heads[-1].end() : at] else ""
