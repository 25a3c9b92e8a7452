"""A file's text, or a text inside it, that knows where each of its bytes stands in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from ..sites import Origin, Region, Written


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a file begin."""

    data: bytes
    starts: tuple[int, ...]

    @classmethod
    def of(cls, data: bytes) -> Lines:
        """Find them; a line ends with a line feed."""
        starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        return cls(data, tuple(starts))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in characters."""
        line = bisect_right(self.starts, offset)
        before = self.data[self.starts[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Some text of a file: the whole, a stretch, or what is left when escapes are read.

    `runs` pairs offsets of the text with those of the file; between two of them, both count alike. `quote` is how a
    double quote has to be written here, `escaped` says that the text stands inside a string of a JSON file.
    """

    path: str
    data: bytes
    lines: Lines
    runs: tuple[tuple[int, int], ...] = ((0, 0),)
    quote: str = '"'
    escaped: bool = False

    @classmethod
    def of(cls, path: str, data: bytes) -> Text:
        """The text of a whole file."""
        return cls(path=path, data=data, lines=Lines.of(data))

    def at(self, offset: int) -> int:
        """Where in the file a byte of this text stands."""
        here, there = self.runs[max(bisect_right(self.runs, (offset, len(self.lines.data))) - 1, 0)]
        return there + offset - here

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file."""
        return self.lines.place(self.at(offset))

    def line(self, offset: int) -> int:
        """The line in the file."""
        return bisect_right(self.lines.starts, self.at(offset))

    def region(self, start: int, end: int) -> Region:
        """A stretch of this text, as one of the file."""
        line, column = self.place(start)
        begin = self.at(start)
        return Region(
            path=self.path,
            line=line,
            column=column,
            start=begin,
            end=max(begin, self.at(end)),
            escaped=self.escaped,
        )

    def written(self, start: int, end: int, *, shared: bool = False) -> Written:
        """Bare text, what encloses it aside."""
        return Written(region=self.region(start, end), quote="", shared=shared)

    def origin(self, name: str, offset: int) -> Origin:
        """A name that stands here."""
        return Origin(name=name, path=self.path, line=self.line(offset))

    def shown(self, start: int, end: int) -> str:
        """A stretch on one line, of at most 80 characters."""
        words = " ".join(self.data[start:end].decode("utf-8", "replace").split())
        return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"

    def part(self, start: int, end: int) -> Text:
        """A stretch, as a text of its own."""
        first = max(bisect_right(self.runs, (start, len(self.lines.data))) - 1, 0)
        inner = tuple((here - start, there) for here, there in self.runs[first + 1 :] if here < end)
        return replace(self, data=self.data[start:end], runs=((0, self.at(start)), *inner))

    def spliced(self, pieces: list[tuple[bytes, int]], end: int, **changes: object) -> Text:
        """A text put together of pieces, each with the offset here at which it stands; `end` is where the last ends."""
        runs: list[tuple[int, int]] = []
        length = 0
        for piece, offset in pieces:
            runs.append((length, self.at(offset)))
            if len(self.runs) > 1 and self.data.startswith(piece, offset):
                inner = self.runs[
                    bisect_left(self.runs, (offset + 1, 0)) : bisect_left(self.runs, (offset + len(piece), 0))
                ]
                runs.extend((length + here - offset, there) for here, there in inner)
            length += len(piece)
        runs.append((length, self.at(end)))
        data = b"".join(piece for piece, _ in pieces)
        return replace(self, data=data, runs=tuple(runs), **changes)  # type: ignore[arg-type]


LONGEST = 80
