"""HTTP requests and replies as plain values, whatever library carries them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
Chunk: TypeAlias = bytes | memoryview
Body: TypeAlias = Sequence[Chunk]
"""A body in pieces, so that a large file in it is passed on without being copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request on its way; `url` is absolute."""

    method: str
    url: str
    headers: Headers = ()
    body: Body = ()

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in any case."""
        return first(self.headers, name)

    def with_body(self, body: Body) -> Message:
        """The same request with another body, and the length that goes with it."""
        length = str(sum(map(len, body)))
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in LENGTHS)
        return replace(self, body=body, headers=(*kept, ("content-length", length)))


LENGTHS = ("content-length", "transfer-encoding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer; `body` is None where it is an event stream that has not been read."""

    status: int
    headers: Headers = ()
    body: bytes | None = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in any case."""
        return first(self.headers, name)


def first(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header, its name in any case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
