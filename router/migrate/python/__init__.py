"""Python: calls for pictures and what rests on them, found in a concrete syntax tree."""

from __future__ import annotations

from ..sites import Files, Reading
from .reading import Reader

__all__ = ["read_python", "read_source"]

_LAST: list[Reader] = []  # of the files that were read last: its parsed modules serve the next file


def read_python(path: str, files: Files) -> Reading:
    """Read a file of a tree."""
    return _reader(files).read(path, files.read(path), stored=True)


def read_source(path: str, data: bytes, files: Files) -> Reading:
    """Read a notebook's code, or a part of another file, from bytes at hand."""
    return _reader(files).read(path, data, stored=False)


def _reader(files: Files) -> Reader:
    if not _LAST or _LAST[0].files is not files:
        _LAST[:] = [Reader(files)]
    return _LAST[0]
