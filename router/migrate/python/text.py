"""The text of a Python file: its characters, and the bytes that they are stored as."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

from ..sites import Region

LINE_END: Final = re.compile(r"\r\n|\r|\n")
LONGEST: Final = 80


class UnreadableError(Exception):
    """A file that cannot be read as Python; says why, and in which line if it is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Text:
    """What a file says, and where each of its characters is stored."""

    path: str
    characters: str
    encoding: str
    before: int = 0  # bytes of a byte order mark

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line begins, in characters."""
        return [0, *(found.end() for found in LINE_END.finditer(self.characters))]

    @cached_property
    def _byte_starts(self) -> list[int]:
        ends = [*self.line_starts[1:], len(self.characters)]
        lines = zip(self.line_starts, ends, strict=True)
        sizes = (len(self.characters[start:end].encode(self.encoding)) for start, end in lines)
        return [0, *accumulate(sizes)]

    @cached_property
    def _ascii(self) -> bool:
        return self.characters.isascii()

    def line(self, at: int) -> int:
        """The number of the line that a character stands in."""
        return bisect_right(self.line_starts, at)

    def byte(self, at: int) -> int:
        """The offset in the file of the byte that a character begins with."""
        if self._ascii:
            return self.before + at
        line = self.line(at) - 1
        head = self.characters[self.line_starts[line] : at]
        return self.before + self._byte_starts[line] + len(head.encode(self.encoding))

    def region(self, start: int, end: int) -> Region:
        """A stretch of the file."""
        line = self.line(start)
        return Region(
            path=self.path,
            line=line,
            column=start - self.line_starts[line - 1] + 1,
            start=self.byte(start),
            end=self.byte(end),
        )

    def shown(self, start: int, end: int) -> str:
        """A stretch on one line, shortened."""
        words = " ".join(self.characters[start : min(end, start + 4 * LONGEST)].split())
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def read_text(path: str, data: bytes) -> Text:
    """Decode a file as Python does: a byte order mark, a coding cookie, or UTF-8."""
    if b"\0" in data:
        raise UnreadableError("it holds NUL bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        mark = len(BOM_UTF8) if encoding == "utf-8-sig" else 0
        encoding = encoding.removesuffix("-sig")
        return Text(path=path, characters=data[mark:].decode(encoding), encoding=encoding, before=mark)
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise UnreadableError("it is not text in the encoding that it declares, or in UTF-8") from error
