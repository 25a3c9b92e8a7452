"""A provider in the process: it answers as it is told, and keeps what it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, Mapping[str, str], bytes]
USAGE = {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205}
PICTURE = {"created": 1, "data": [{"b64_json": "aGk="}], "usage": USAGE}


def as_json(status: int, body: object, **headers: str) -> Answer:
    """An answer in JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"content-type": "application/json", **named}, json.dumps(body).encode()


def refusal(status: int, code: str, **headers: str) -> Answer:
    """An error as the API writes it."""
    return as_json(status, {"error": {"message": code, "type": code, "param": None, "code": code}}, **headers)


DRAWN = as_json(200, PICTURE)


@dataclass
class Sent:
    """What arrived."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    content: bytes


@dataclass
class Stub:
    """Gives these answers in turn, and then a picture for ever."""

    answers: Iterable[Answer | Exception] = ()
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.answers)

    def __call__(self, request: Any) -> Answer:
        headers = list(request.headers.multi_items())
        self.sent.append(Sent(request.method, str(request.url), headers, request.content))
        answer = self.left.pop(0) if self.left else DRAWN
        if isinstance(answer, Exception):
            raise answer
        return answer
