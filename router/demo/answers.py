"""What came back for a request, whole or as events: the pictures, or the error."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as the client sees it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer; `partial` are the pictures that a stream showed on the way."""

    status: int
    pictures: tuple[bytes, ...] = ()
    partial: tuple[bytes, ...] = ()
    refusal: Refusal | None = None


def read_answer(status: int, body: bytes) -> Answer:
    """Read the body of an answer of the Images API."""
    if body.startswith(b"event:"):
        return _streamed(status, list(_events(body)))
    content = json.loads(body)
    if "error" in content:
        return Answer(status=status, refusal=_refusal(content["error"]))
    return Answer(status=status, pictures=tuple(map(_picture, content["data"])))


def _events(body: bytes) -> Iterator[Mapping[str, Any]]:
    for block in body.decode().split("\n\n"):
        _, found, data = block.partition("\ndata: ")
        if found:
            yield json.loads(data)


def _streamed(status: int, events: list[Mapping[str, Any]]) -> Answer:
    drawn = {kind: tuple(_picture(each) for each in events if each["type"].endswith(kind)) for kind in KINDS}
    failed = next((_refusal(each["error"]) for each in events if each["type"] == "error"), None)
    return Answer(status=status, pictures=drawn[KINDS[1]], partial=drawn[KINDS[0]], refusal=failed)


KINDS = (".partial_image", ".completed")


def _picture(item: Mapping[str, Any]) -> bytes:
    return base64.b64decode(item["b64_json"])


def _refusal(error: Mapping[str, Any]) -> Refusal:
    return Refusal(code=str(error.get("code") or error.get("type")), message=str(error.get("message")))
