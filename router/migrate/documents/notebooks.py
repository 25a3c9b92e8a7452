"""Notebooks: the code of all cells as one module, with each place translated back into the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, TypeAlias

from ..sites import Files, Mark, Origin, Reading, Region, Skipped
from .jsontext import inner_text, read_json
from .names import HINT
from .shell import read_commands
from .text import Text
from .tree import BrokenTextError, Document, Node, Row, Table, Value

ReadSource: TypeAlias = Callable[[str, bytes, Files], Reading]

MAGIC: Final = re.compile(rb"^(?P<indent>[ \t]*)(?P<magic>[%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)
ASSIGNED: Final = re.compile(rb"^(?P<head>[ \t]*[\w., ]+=[ \t]*)(?P<magic>[%!](?![=]).*)$", re.MULTILINE)
CELL_MAGIC: Final = re.compile(rb"\A\s*%%(?P<name>\w+)(?P<rest>[^\n]*)\n?")
SHELLS: Final = frozenset({b"bash", b"sh", b"script", b"cmd", b"powershell"})
STILL_PYTHON: Final = frozenset({b"time", b"timeit", b"capture", b"prun", b"memit", b"python3", b"python"})
COMMAND: Final = re.compile(rb"^[ \t]*(?:[\w, ]+=[ \t]*)?!(?P<command>(?:[^\\\n]|\\.|\\\n)*)", re.MULTILINE)
FLAGS: Final = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The code of a cell, and where the next one would begin."""

    text: Text
    end: int


def read_notebook(text: Text, files: Files, read_source: ReadSource | None = None) -> Reading:
    """Read a notebook; its cells are read as one module, for what one defines the next ones use."""
    try:
        document = read_json(text)
    except BrokenTextError as error:
        reason = f"no notebook: {error.message}"
        line = text.line(error.offset)
        return Reading(skipped=(Skipped(path=text.path, reason=reason, line=line, unread=True),))
    cells = list(code_cells(document))
    if not any(HINT.search(cell.text.data) for cell in cells):
        return Reading()
    module, skipped = as_module(text, cells)
    readings = [read_commands(part, files) for cell in cells for part in scripts(cell.text)]
    source = read_source or python_reader()
    readings.append(translated(source(text.path, module.data, files), module))
    return Reading(
        sites=tuple(sorted((s for r in readings for s in r.sites), key=lambda s: (s.line, s.column))),
        marks=tuple(sorted((m for r in readings for m in r.marks), key=lambda m: (m.line, m.column))),
        unresolved=tuple(u for r in readings for u in r.unresolved),
        skipped=(*skipped, *(s for r in readings for s in r.skipped)),
    )


def python_reader() -> ReadSource:
    """The reader of Python, which takes a library of its own."""
    from ..python import read_source  # noqa: PLC0415

    return read_source


def code_cells(document: Document) -> Iterator[Cell]:
    """The cells that hold code."""
    root = document.root
    cells = root.get("cells") if isinstance(root, Table) else None
    if cells is None and isinstance(root, Table) and isinstance(sheets := root.get("worksheets"), Row):
        cells = next((sheet.get("cells") for sheet in sheets.items if isinstance(sheet, Table)), None)
    for cell in cells.items if isinstance(cells, Row) else ():
        if isinstance(cell, Table) and cell.word("cell_type") == "code":
            source = cell.get("source") or cell.get("input")
            if source is not None and (text := source_of(source, document.text)):
                yield text


def source_of(node: Node, text: Text) -> Cell | None:
    """The text of a cell: one string, or one for each line."""
    parts = [node] if isinstance(node, Value) else list(node.items) if isinstance(node, Row) else []
    strings = [part for part in parts if isinstance(part, Value) and isinstance(part.value, str)]
    if not strings:
        return None
    runs: list[tuple[int, int]] = []
    data = b""
    for string in strings:
        inner = inner_text(text, string)
        runs.extend((len(data) + here, there) for here, there in inner.runs[:-1] or inner.runs)
        data += inner.data
    runs.append((len(data), strings[-1].end))
    return Cell(text=replace(text, data=data, runs=tuple(runs), escaped=True), end=strings[-1].end)


def as_module(text: Text, cells: list[Cell]) -> tuple[Text, tuple[Skipped, ...]]:
    """All cells one after the other; one that is no Python is left blank."""
    runs: list[tuple[int, int]] = []
    skipped = []
    data = b""
    for cell in cells:
        code = python_of(cell.text.data)
        if not is_python(code):
            if HINT.search(code):
                skipped.append(Skipped(path=text.path, reason="a cell that is no Python", line=cell.text.line(0)))
            code = re.sub(rb"[^\n]", b" ", code)
        runs.extend((len(data) + here, there) for here, there in cell.text.runs)
        data += code + b"\n"
    return replace(text, data=data, runs=tuple(runs), escaped=True), tuple(skipped)


def is_python(code: bytes) -> bool:
    """Whether some code can be parsed."""
    try:
        compile(code, "<cell>", "exec", flags=FLAGS, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def python_of(code: bytes) -> bytes:
    """A cell without its magics, every other byte where it was."""
    magic = CELL_MAGIC.match(code)
    if magic and magic["name"] not in STILL_PYTHON and not magic["rest"].strip().endswith(b".py"):
        return re.sub(rb"[^\n]", b" ", code)
    if magic:
        code = re.sub(rb"[^\n]", b" ", magic[0]) + code[magic.end() :]
    code = COMMAND.sub(without_command, code)
    code = ASSIGNED.sub(lambda found: found["head"] + b"0" + b" " * (len(found["magic"]) - 1), code)
    return MAGIC.sub(lambda found: found["indent"] + b"0" + b" " * (len(found["magic"]) - 1), code)


def without_command(found: re.Match[bytes]) -> bytes:
    """A command of the shell, its first line left for what comes next, its others blank."""
    first, *others = found[0].split(b"\n")
    first = re.sub(rb"\\$", b" ", first)
    return b"\n".join((first, *(b" " * len(line) for line in others)))


def scripts(text: Text) -> Iterator[Text]:
    """What a cell gives to the shell."""
    magic = CELL_MAGIC.match(text.data)
    if magic:
        if magic["name"] in SHELLS:
            yield text.part(magic.end(), len(text.data))
        return
    for found in COMMAND.finditer(text.data):
        yield text.part(*found.span("command"))


def translated(reading: Reading, module: Text) -> Reading:
    """What was found in the module, with the places of the notebook."""
    starts = module_lines(module.data)
    return _Translation(module=module, starts=starts).reading(reading)


def module_lines(data: bytes) -> tuple[int, ...]:
    """Where the lines of the module begin."""
    return (0, *(found.end() for found in re.finditer(rb"\n", data)))


@dataclass(frozen=True, slots=True)
class _Translation:
    module: Text
    starts: tuple[int, ...]

    def reading(self, reading: Reading) -> Reading:
        return Reading(
            sites=tuple(self.placed(site) for site in reading.sites),
            marks=tuple(self.placed(mark) for mark in reading.marks),
            unresolved=tuple(self.placed(one) for one in reading.unresolved),
            skipped=tuple(replace(one, line=self.line(one.line)) for one in reading.skipped),
        )

    def placed(self, found: Any) -> Any:  # noqa: ANN401
        """A site, a mark or what is unresolved, with its own place and those of all in it."""
        inner = {field.name: self.value(getattr(found, field.name)) for field in fields(found)}
        line, column = self.place(found.line, found.column)
        inner |= {"line": line, "column": column}
        if isinstance(found, Mark):
            inner["site"] = self.line(found.site)
        return type(found)(**inner)

    def value(self, value: Any) -> Any:  # noqa: ANN401
        """The same value, every region in it that stands in this file moved."""
        if isinstance(value, Region):
            return self.region(value)
        if isinstance(value, Origin):
            return replace(value, line=self.place(value.line, 1)[0]) if value.path == self.module.path else value
        if isinstance(value, tuple):
            return tuple(self.value(item) for item in value)
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: self.value(getattr(value, field.name)) for field in fields(value)})
        return value

    def region(self, region: Region) -> Region:
        return self.module.region(region.start, region.end) if region.path == self.module.path else region

    def line(self, line: int | None) -> int | None:
        return None if line is None else self.place(line, 1)[0]

    def place(self, line: int, column: int) -> tuple[int, int]:
        start = self.starts[min(line, len(self.starts)) - 1]
        following = self.module.data[start:].split(b"\n", 1)[0].decode("utf-8", "replace")
        return self.module.place(start + len(following[: column - 1].encode()))
