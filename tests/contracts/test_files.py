"""Edits with files of every kind: the bytes arrive as they were, on every attempt, or nothing is sent."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from router.testing import black_png
from router.transport.multipart import parse_form

from .callers import HTTP, KINDS, Ask, calling
from .stubs import Stub, refusal

PICTURE = black_png((64, 48)) + os.urandom(300_000)  # a server reads the header only, and so do we
EDIT = Ask(operation="edit", params={"model": "gpt-image-2", "prompt": "make it blue", "style": "vivid"})
BUSY = refusal(429, "rate_limit_exceeded", retry_after_ms="0")


class Unseekable(io.RawIOBase):
    """A file that can be read once, such as a pipe or a download."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._file.readinto(buffer)


def arrived(stub: Stub) -> list[dict[str, bytes]]:
    """The parts of each form that arrived."""
    return [
        {part.name: bytes(part.content) for part in parse_form(dict(each.headers)["content-type"], each.content).parts}
        for each in stub.sent
    ]


EXPECTED = {"prompt": b"make it blue", "model": b"gpt-image-2", "size": b"1024x1024", "quality": b"medium"}
DEFAULTS = """
pixroute: 1
name: defaults
defaults: {size: 1024x1024, quality: medium}
routes: [{id: all, to: [asked]}]
"""


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.is_azure])
def test_files_arrive_byte_for_byte_and_fields_as_decided(name, routers):
    stub = Stub()

    with calling(name, routers.make(DEFAULTS), stub=stub) as caller:
        caller.call(replace(EDIT, files=(("image", PICTURE), ("mask", PICTURE[::-1]))))

    assert arrived(stub) == [{**EXPECTED, "image": PICTURE, "mask": PICTURE[::-1]}]


SOURCES: dict[str, Callable[[Path], Any]] = {
    "bytes": lambda _: PICTURE,
    "a pair": lambda _: ("fox.png", PICTURE),
    "BytesIO": lambda _: io.BytesIO(PICTURE),
    "a path": lambda path: path,
    "an open file": lambda path: path.open("rb"),
    "a stream": lambda _: ("fox.png", Unseekable(PICTURE)),
}


@pytest.mark.parametrize("open_file", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_file_is_sent_again_whole_on_every_attempt_however_it_was_given(  # noqa: PLR0917
    name, open_file, routers, tmp_path
):
    path = tmp_path / "fox.png"
    path.write_bytes(PICTURE)
    stub = Stub([BUSY, BUSY])
    file = open_file(path)

    with calling(name, routers.make(DEFAULTS), stub=stub) as caller:
        seen = run_edit(caller, file)

    assert seen == 200
    assert [parts["image"] for parts in arrived(stub)] == [PICTURE] * 3
    if hasattr(file, "close"):
        file.close()


def run_edit(caller, file) -> int:
    edit = caller.client.images.with_raw_response.edit
    made = edit(model="gpt-image-2", prompt="make it blue", image=file)
    answer = caller.runner.run(made) if hasattr(caller, "runner") else made
    return answer.status_code


@pytest.mark.parametrize("name", HTTP)
def test_a_file_that_was_read_before_is_refused_and_not_sent_empty(name, routers):
    stub = Stub()
    edit = replace(EDIT, files=(("image", b""),))

    with calling(name, routers.make(DEFAULTS), stub=stub) as caller:
        seen = caller.call(edit)

    assert (seen.status, seen.code, stub.sent) == (400, "empty_file", [])
    assert "open it again" in seen.body["error"]["message"]


def test_a_bare_transport_refuses_what_its_caller_sends_again_empty(routers):
    stub, once = Stub([BUSY]), Unseekable(PICTURE)
    inner = httpx.MockTransport(lambda request: httpx.Response(*stub(request)[:1], json={}))

    with httpx.Client(transport=routers.make(DEFAULTS).transport(inner)) as client:
        url, fields = "https://api.openai.com/v1/images/edits", {"prompt": "blue", "model": "gpt-image-2"}
        first = client.post(url, data=fields, files={"image": ("fox.png", once, "image/png")})
        again = client.post(url, data=fields, files={"image": ("fox.png", once, "image/png")})

    assert (first.status_code, again.status_code, again.json()["error"]["code"]) == (429, 400, "empty_file")
    assert [parts["image"] for parts in arrived(stub)] == [PICTURE]


# -- memory


LARGE = 32 * 1024 * 1024


class Drain(httpx.BaseTransport):
    """Reads a body piece by piece and keeps none of it."""

    length = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for piece in request.stream:
            self.length += len(piece)
        return httpx.Response(200, json={"created": 1, "data": []})


@pytest.mark.parametrize("style", [{}, {"style": "vivid"}], ids=["as it came", "rewritten"])
def test_an_edit_of_32_mb_costs_less_than_half_as_much_again(style, routers, tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(black_png((64, 48)) + bytes(LARGE))
    drain = Drain()
    fields = {"prompt": "blue", "model": "gpt-image-2", "size": "1024x1024", "quality": "medium", **style}

    with httpx.Client(transport=routers.make(DEFAULTS).transport(drain)) as client, path.open("rb") as file:
        peak = peak_of(lambda: client.post("http://x.test/v1/images/edits", data=fields, files={"image": file}))

    assert drain.length > LARGE
    assert peak < 1.5 * LARGE


def peak_of(work) -> int:
    """The most memory that Python held for some work, beyond what it held before, in bytes."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return peak - before
