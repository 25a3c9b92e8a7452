"""What `pixroute generate` prints: the plan with its price, then the files with what they cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..money import usd
from .escapes import escaped
from .output import write_json, write_text
from .talk import say_error, say_warning

if TYPE_CHECKING:
    from ..client import ImageResult, Picture
    from ..decision import Decision
    from ..records import Record


FORMATS: Mapping[str, str] = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
"""The file formats by what a name ends in."""


class Drawn(NamedTuple):
    """What came of it: the answer, the files that were written, and the record of the attempt."""

    result: ImageResult
    files: list[Path]
    record: Record


def numbered(output: Path, result: ImageResult) -> list[Path]:
    """A file for each picture: `door.png` for one, `door-1.png`, `door-2.png` for several."""
    count = len(result.pictures)
    return [output] if count == 1 else [output.with_stem(f"{output.stem}-{number + 1}") for number in range(count)]


def show_plan(plan: Decision, *, form: str) -> None:
    """Print what was decided, before it is sent; as JSON it is printed with the files, a denial at once."""
    if form == "json":
        if plan.deny is not None:
            write_json({"files": [], "cost_usd": None, "usage": None, "warnings": [], "decision": plan.to_dict()})
    else:
        from .decisions import show  # noqa: PLC0415 -- text needs rich

        show([plan], explained=True, listed=False)
        sys.stdout.flush()
    if plan.deny is not None:
        say_error(plan.deny.message, hint=plan.deny.hint)


def write_drawn(drawn: Drawn, *, form: str) -> None:
    """Print which files there are now, and what they cost."""
    for warning in drawn.record.warnings:
        say_warning(warning.message)
    for path, picture in zip(drawn.files, drawn.result.pictures, strict=True):
        if FORMATS.get(path.suffix.lower()) != picture.output_format:
            say_warning(f"`{path}` is a {picture.output_format or 'file of an unknown kind'}, whatever its name says")
    if form == "json":
        write_json(_record(drawn))
        return
    files = zip(drawn.files, drawn.result.pictures, strict=True)
    write_text(escaped("saved:\n" + "".join(f"  {path}: {_what(picture)}\n" for path, picture in files)))
    write_text(escaped("".join(f"  {line}\n" for line in _costs(drawn))))


def _what(picture: Picture) -> str:
    return f"{picture.size or 'size unknown'}, {picture.output_format or 'kind unknown'}, {len(picture.data):,} bytes"


def _costs(drawn: Drawn) -> Iterator[str]:
    billed = drawn.record.bill_micros
    by = f"drawn by {drawn.result.model}"
    yield f"{by}, {usd(billed)} USD by its usage" if billed is not None else f"{by}, which does not say what it used"


def _record(drawn: Drawn) -> dict[str, object]:
    result, record = drawn.result, drawn.record
    return {
        "files": [
            {
                "path": str(path),
                "size": list(picture.size) if picture.size else None,
                "output_format": picture.output_format,
                "bytes": len(picture.data),
            }
            for path, picture in zip(drawn.files, result.pictures, strict=True)
        ],
        "cost_usd": None if record.bill_micros is None else usd(record.bill_micros),
        "usage": result.usage,
        "warnings": [warning.to_dict() for warning in record.warnings],
        "decision": record.decision.to_dict(),
    }
