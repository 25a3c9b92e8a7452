"""Edits on the bytes of a file: what is replaced, cut or put in; nothing beside it changes.

An edit is made only where the file says what the reader said it says: what is not found is not edited.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .sites import Insertion, Json, Region, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Bytes of a file that are replaced by others: `old` stands from `start` on."""

    path: str
    line: int
    start: int
    old: bytes
    new: bytes

    @property
    def end(self) -> int:
        """Where the old bytes end."""
        return self.start + len(self.old)


PLAIN: Final = re.compile(r"[\w.:/-]+", re.ASCII)
"""What can be put between any quotes of any language as it is."""


def replace(source: bytes, written: Written, *, was: Json, now: Json, quote: str = '"') -> Edit | None:
    """Put a value in the place of another; None where the file does not have the old one there.

    `quote` is for text in the place of what had no quotes and was no text.
    """
    region = written.region
    start, end = _with_quotes(source, written)
    old = source[start:end]
    enclosed = _mark(written.quote, region)
    inner = _inner(old, enclosed)
    if inner is None or (isinstance(was, str) and inner != was.encode()):
        return None
    if isinstance(now, str):
        if PLAIN.fullmatch(now) is None:
            return None
        around = enclosed if enclosed or isinstance(was, str) else _mark(quote, region)
        prefix = old[: len(old) - len(inner) - 2 * len(enclosed)]
        new = prefix + around + now.encode() + around
    else:
        new = json.dumps(now).encode()
    return Edit(path=region.path, line=region.line, start=start, old=old, new=new)


def cut(source: bytes, region: Region) -> Edit:
    """Take a stretch out."""
    old = source[region.start : region.end]
    return Edit(path=region.path, line=region.line, start=region.start, old=old, new=b"")


def insert(insertion: Insertion, name: str, value: Json) -> Edit | None:
    """Put a parameter in."""
    if isinstance(value, str) and PLAIN.fullmatch(value) is None:
        return None
    text = f"{insertion.quote}{value}{insertion.quote}" if isinstance(value, str) else json.dumps(value)
    new = insertion.template.replace("{name}", name).replace("{value}", text)
    if insertion.region.escaped:
        new = json.dumps(new, ensure_ascii=False)[1:-1]
    region = insertion.region
    return Edit(path=region.path, line=region.line, start=region.start, old=b"", new=new.encode())


def _mark(quote: str, region: Region) -> bytes:
    return (json.dumps(quote)[1:-1] if region.escaped else quote).encode()


def _with_quotes(source: bytes, written: Written) -> tuple[int, int]:
    """The stretch with its quotes, also where only what is between them was told."""
    start, end = written.region.start, written.region.end
    quote = _mark(written.quote, written.region)
    within = source[start:end]
    if not quote or (len(within) >= 2 * len(quote) and within.endswith(quote) and PREFIXED.match(within)):
        return start, end
    if source[start - len(quote) : start] == quote == source[end : end + len(quote)]:
        return start - len(quote), end + len(quote)
    return start, end


PREFIXED: Final = re.compile(rb"[A-Za-z]{0,2}\\?[\"'`]")


def _inner(text: bytes, quote: bytes) -> bytes | None:
    """What stands between the quotes, a prefix such as `r` aside."""
    if not quote:
        return text
    bare = re.sub(rb"^[A-Za-z]{1,2}(?=\\?[\"'`])", b"", text)
    if len(bare) < 2 * len(quote) or not (bare.startswith(quote) and bare.endswith(quote)):
        return None
    return bare[len(quote) : -len(quote)]


# -- many edits of one file


class OverlapError(Exception):
    """Two edits want different things of the same bytes."""


def applied(source: bytes, edits: Iterable[Edit]) -> bytes | None:
    """The file with its edits; None where it does not have what an edit replaces. Raises `OverlapError`."""
    parts, at = [], 0
    each = list(edits)
    if any(source[edit.start : edit.end] != edit.old for edit in each):
        return None
    for edit in merged(source, each):
        parts += [source[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*parts, source[at:]])


def merged(source: bytes, edits: Iterable[Edit]) -> list[Edit]:
    """Edits of one file in order, each once; cuts that share a separator become one. Raises `OverlapError`."""
    result: list[Edit] = []
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end)):
        last = result[-1] if result else None
        if last is not None and not last.new and not edit.old and last.start < edit.start < last.end:
            last = result[-1] = _cut_up_to(last, edit.start)
        if last is None or edit.start > last.end or (edit.start == last.end and (edit.new or last.new)):
            result.append(edit)
        elif edit.new or last.new:
            raise OverlapError(f"{edit.path}:{edit.line}")
        elif edit.end > last.end:
            result[-1] = _one_cut(source, last, edit)
    return [_joined(source, before, edit) for before, edit in zip([None, *result], result, strict=False)]


def _cut_up_to(cut: Edit, end: int) -> Edit:
    """A cut that ends where something is put in, which then has the separator behind it."""
    return dataclasses.replace(cut, old=cut.old[: end - cut.start])


def _joined(source: bytes, cut_before: Edit | None, edit: Edit) -> Edit:
    """What is put in right behind a cut: the separator that it begins with may be there already."""
    last = cut_before
    if last is None or last.new or not last.old or last.end != edit.start:
        return edit
    before = source[max(last.start - NEAR, 0) : last.start]
    if not edit.new.lstrip().startswith(b","):
        has_line = before.endswith(b"\n") and not last.old.endswith(b"\n")
        return dataclasses.replace(edit, new=edit.new.lstrip(b"\r\n")) if has_line else edit
    if last.old.lstrip().startswith(b",") and not before.rstrip().endswith(OPENING):
        return edit
    new = edit.new.lstrip()[1:]
    if last.old.startswith((b" ", b"\t")) and before.endswith(b"\n"):
        new = new.lstrip(b"\r\n")  # the line that was cut is there to be used
    return dataclasses.replace(edit, new=new)


OPENING: Final = (b"(", b"{", b"[")
NEAR: Final = 400  # bytes


def _one_cut(source: bytes, first: Edit, second: Edit) -> Edit:
    """Two cuts as one. If the second took the comma before it, it was the last: the one before the first goes too."""
    start = first.start
    if second.old.lstrip().startswith(b",") and not first.old.lstrip().startswith(b","):
        near = source[max(start - NEAR, 0) : start]
        before = near.rstrip()
        start -= len(near) - len(before) + 1 if before.endswith(b",") else 0
    return Edit(path=first.path, line=first.line, start=start, old=source[start : second.end], new=b"")
