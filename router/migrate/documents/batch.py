"""Files with a JSON text on each line: the requests of a batch."""

from __future__ import annotations

from typing import Final

from ..sites import Files, Reading, Skipped
from .jsontext import read_json
from .names import HINT
from .text import Text
from .tree import BrokenTextError, Document
from .trees import read_trees

MOST: Final = 200
"""So many calls of a file are told one by one."""


def read_lines_of_json(text: Text, files: Files) -> Reading:
    """Read each line that matters; a file whose lines are records of calls that were made has none."""
    documents, more, skipped = list[Document](), list[Text](), list[Skipped]()
    for start, end in spans(text):
        if HINT.search(text.data, start, end):
            part = text.part(start, end)
            if len(documents) >= MOST:
                more.append(part)
                continue
            try:
                documents.append(read_json(part))
            except BrokenTextError as error:
                skipped.append(
                    Skipped(path=text.path, reason=f"not JSON: {error.message}", line=part.line(error.offset))
                )
    reading = read_trees(documents, files)
    batch = tuple(site for site in reading.sites if site.surface == "batch")
    if more:
        reason = f"{len(more):,} more lines like those before"
        line = more[0].line(0)
        skipped.append(Skipped(path=text.path, reason=reason, line=line))
    return Reading(sites=batch, unresolved=reading.unresolved, skipped=tuple(skipped))


def spans(text: Text) -> list[tuple[int, int]]:
    """Where each line begins and ends."""
    starts = text.lines.starts
    return list(zip(starts, (*(start - 1 for start in starts[1:]), len(text.data)), strict=True))
