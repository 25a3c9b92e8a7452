"""The drivers move bytes and nothing else: every library, sync and async, over transports that misbehave."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import date
from typing import Any

import httpx
import httpx2
import pytest

from router.language import parse_policy
from router.testing import frozen
from router.transport.drivers import transports

URL = "http://x.test/v1/images/generations"
FOX = {"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "low"}
PICTURE = {"created": 1, "data": [{"b64_json": "aGk="}]}
LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
BOTH = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


def mine():
    policy = parse_policy("pixroute: 1\nname: mine\nroutes: [{id: all, to: [asked, gpt-image-2.5-flare]}]\n")
    return frozen(policy, on=date(2026, 11, 23))


class Body:
    """An answer in chunks, which knows whether it was closed; `error` breaks it off."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks = chunks
        self.error = error
        self.closed = 0
        self.given = 0

    def stream(self, library: Any) -> Any:
        outer = self

        class Stream(library.SyncByteStream, library.AsyncByteStream):
            def __iter__(self):
                for chunk in outer.chunks:
                    outer.given += 1
                    yield chunk
                if outer.error is not None:
                    raise outer.error

            async def __aiter__(self):
                for chunk in self:
                    yield chunk

            def close(self):
                outer.closed += 1

            async def aclose(self):
                outer.closed += 1

        return Stream()


def post(library: Any, answer: Any, *, is_async: bool, stream: bool = False, **content: Any) -> Any:
    """Post through a policy transport over `answer`, a function from a request to a response or an error."""
    both = transports(library)
    desk = mine()._desk(None, None)
    content = content or {"json": FOX}

    class Inner(library.BaseTransport, library.AsyncBaseTransport):
        def handle_request(self, request):
            return answer(request)

        async def handle_async_request(self, request):
            return answer(request)

    async def run() -> Any:
        async with library.AsyncClient(transport=both.asynchronous(desk, Inner())) as client:
            response = await client.send(client.build_request("POST", URL, **content), stream=stream)
            if not stream:
                return response
            seen = [chunk async for chunk in response.aiter_raw()]
            await response.aclose()
            return response, seen

    if is_async:
        return asyncio.run(run())
    with library.Client(transport=both.sync(desk, Inner())) as client:
        response = client.send(client.build_request("POST", URL, **content), stream=stream)
        if not stream:
            return response
        seen = list(response.iter_raw())
        response.close()
        return response, seen


@LIBRARIES
@BOTH
def test_an_answer_is_read_closed_and_handed_on(library, is_async):
    body = Body(b'{"created": 1, ', b'"data": []}')

    response = post(
        library,
        lambda _: library.Response(200, headers={"content-type": "application/json"}, stream=body.stream(library)),
        is_async=is_async,
    )

    assert (response.status_code, response.json(), body.closed) == (200, {"created": 1, "data": []}, 1)


@LIBRARIES
@BOTH
def test_a_packed_answer_is_unpacked_and_says_so_no_longer(library, is_async):
    packed = gzip.compress(json.dumps(PICTURE).encode())

    response = post(
        library,
        lambda _: library.Response(
            200, headers={"content-type": "application/json", "content-encoding": "gzip"}, content=packed
        ),
        is_async=is_async,
    )

    assert response.json() == PICTURE
    assert "content-encoding" not in response.headers


@LIBRARIES
@BOTH
def test_an_announced_length_is_not_believed(library, is_async):
    response = post(
        library,
        lambda _: library.Response(
            200, headers={"content-length": "99999999999999"}, stream=Body(b"{}").stream(library)
        ),
        is_async=is_async,
    )

    assert response.content == b"{}"


@LIBRARIES
@BOTH
def test_an_answer_that_breaks_off_is_closed_and_its_own_error_raised(library, is_async):
    body = Body(b"{", error=library.ReadError("reset"))

    with pytest.raises(library.ReadError, match="reset"):
        post(library, lambda _: library.Response(200, stream=body.stream(library)), is_async=is_async)

    assert body.closed == 1


@LIBRARIES
@BOTH
@pytest.mark.parametrize(
    "error", ["ConnectError", "ConnectTimeout", "ReadTimeout", "WriteError", "RemoteProtocolError"]
)
def test_the_error_of_the_library_is_raised_as_it_was(library, error, is_async):
    raised = getattr(library, error)("broken")

    def answer(_: Any) -> Any:
        raise raised

    with pytest.raises(type(raised)) as caught:
        post(library, answer, is_async=is_async)

    assert caught.value is raised


@LIBRARIES
@BOTH
def test_a_stream_comes_chunk_by_chunk_and_is_closed_with_the_answer(library, is_async):
    chunks = (b"event: image_generation.comp", b'leted\ndata: {"type": "image_generation.completed"}\n', b"\n")
    body = Body(*chunks)

    response, seen = post(
        library,
        lambda _: library.Response(200, headers={"content-type": "text/event-stream"}, stream=body.stream(library)),
        is_async=is_async,
        stream=True,
    )

    assert [chunk for chunk in seen if chunk] == list(chunks)
    assert (response.headers["x-pixroute-model"], body.closed) == ("gpt-image-2", 1)


@LIBRARIES
@BOTH
def test_a_body_of_unknown_length_is_sent_as_it_came(library, is_async):
    content = json.dumps(FOX).encode()
    sent: list[Any] = []

    def answer(request: Any) -> Any:
        sent.append((b"".join(request.stream), dict(request.headers)))
        return library.Response(200, json=PICTURE)

    async def pieces():
        yield content[:10]
        yield content[10:]

    def sync_pieces():
        yield content[:10]
        yield content[10:]

    given = pieces() if is_async else sync_pieces()
    post(library, answer, is_async=is_async, content=given, headers={"content-type": "application/json"})

    [(body, headers)] = sent
    assert (body, headers["transfer-encoding"]) == (content, "chunked")
    assert "content-length" not in headers


@LIBRARIES
@BOTH
def test_the_apps_time_out_and_extensions_reach_the_connection(library, is_async):
    seen: list[Any] = []

    def answer(request: Any) -> Any:
        seen.append(request.extensions)
        return library.Response(200, json=PICTURE)

    extensions = {"timeout": {"read": 7}, "trace": print}
    post(library, answer, is_async=is_async, json=FOX, extensions=extensions)

    assert seen == [extensions]


@LIBRARIES
@BOTH
def test_closing_closes_what_is_below(library, is_async):
    closed: list[str] = []

    class Inner(library.BaseTransport, library.AsyncBaseTransport):
        def close(self):
            closed.append("sync")

        async def aclose(self):
            closed.append("async")

    both = transports(library)
    transport = (both.asynchronous if is_async else both.sync)(mine()._desk(None, None), Inner())
    asyncio.run(transport.aclose()) if is_async else transport.close()

    assert closed == ["async" if is_async else "sync"]


def test_what_is_raised_by_no_transport_is_not_caught():
    def answer(_: Any) -> Any:
        raise RuntimeError("a bug below")

    with pytest.raises(RuntimeError, match="a bug below"):
        post(httpx, answer, is_async=False)
