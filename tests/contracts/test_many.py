"""Nothing is left behind: connections, files, memory; and two hundred streams at once need little."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
import warnings
from dataclasses import replace
from pathlib import Path

import httpx2
import openai
import pytest

from .callers import AZURE, KEY, KINDS, Ask, calling

FOX = Ask(params={"model": "gpt-image-2", "prompt": "a fox", "size": "1024x640", "quality": "low"})
STREAM = replace(FOX, params={**FOX.params, "stream": True, "partial_images": 2})
TROUBLE = ["rate_limit", "server_error", "model_not_found", "moderation", "reset", "bad_gateway"]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def pool_of(caller):
    """The connections of a caller, below the SDK, the client and our transport."""
    client = getattr(caller.client, "_client", caller.client)
    return client._transport.inner._pool


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
@pytest.mark.parametrize("name", KINDS)
def test_no_connection_and_no_file_is_left_behind(name, stage):
    asks = [FOX, STREAM, replace(FOX, params={**FOX.params, "n": 11})]
    if name in AZURE:
        asks = [replace(ask, params={**ask.params, "model": "at-gpt-image-2"}) for ask in asks]
    before = open_files()

    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        with calling(name, stage.make(), url=stage.provider.url) as caller:
            for fault in (None, *TROUBLE):
                stage.provider.reset()
                if fault is not None:
                    stage.provider.fault(fault, times=len(asks))
                for ask in asks:
                    caller.call(ask)
            pool = pool_of(caller)
            assert [connection for connection in pool.connections if not connection.is_idle()] == []
            assert len(pool.connections) <= 1
        gc.collect()

    assert pool.connections == []
    assert open_files() <= before


@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_stream_that_is_left_early_gives_its_connection_back(name, stage):
    with calling(name, stage.make(), url=stage.provider.url) as caller:
        leave_early(caller)
        leave_early(caller)
        assert pool_of(caller).connections == []  # what was not read to its end cannot be used again

    assert [record.failure for record in stage.records] == ["the event stream was cut"] * 2


def leave_early(caller) -> None:
    arguments = {**STREAM.params}
    if not hasattr(caller, "runner"):
        with caller.client.images.generate(**arguments) as events:
            next(iter(events))
        return

    async def leave() -> None:
        async with await caller.client.images.generate(**arguments) as events:
            await anext(aiter(events))

    caller.runner.run(leave())


def test_an_async_call_that_is_cancelled_gives_its_connection_back(stage):
    stage.provider.fault("delay", delay=0.5)

    with calling("AsyncOpenAI", stage.make(), url=stage.provider.url) as caller:

        async def give_up() -> None:
            async with asyncio.timeout(0.1):
                await caller.client.images.generate(**FOX.params)

        with pytest.raises(TimeoutError):
            caller.runner.run(give_up())
        assert pool_of(caller).connections == []


# -- two hundred streams at once


STREAMS = 200
CHUNKS, CHUNK = 48, 32 * 1024  # an event of 1.5 MB
COMPLETED = {"type": "image_generation.completed", "created_at": 1, "b64_json": ""}


class Slow(httpx2.AsyncByteStream):
    """An event stream that gives way to all others after each chunk."""

    async def __aiter__(self):
        head, tail = json.dumps(COMPLETED).encode()[:-2], b'"}\n\n'
        yield b"event: image_generation.completed\ndata: " + head
        for _ in range(CHUNKS):
            await asyncio.sleep(0)
            yield b"A" * CHUNK
        yield tail


class Streaming(httpx2.AsyncBaseTransport):
    """Answers every call with such a stream."""

    async def handle_async_request(self, request):  # noqa: ARG002
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=Slow())


def test_two_hundred_streams_at_once_need_little_memory(routers):
    sizes: list[int] = []

    async def drain(client) -> None:
        streaming = client.images.with_streaming_response.generate(**STREAM.params)
        async with streaming as response:
            sizes.append(sum([len(chunk) async for chunk in response.iter_bytes()]))

    async def all_of_them() -> int:
        http = httpx2.AsyncClient(transport=Streaming())
        client = routers.make().wrap(openai.AsyncOpenAI(api_key=KEY, base_url="http://x.test/v1", http_client=http))
        await drain(client)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        await asyncio.gather(*(drain(client) for _ in range(STREAMS)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await client.close()
        return peak - before

    peak = asyncio.run(all_of_them())

    assert len(sizes) == STREAMS + 1
    assert min(sizes) > CHUNKS * CHUNK
    assert peak < 0.1 * STREAMS * CHUNKS * CHUNK  # of what all their pictures have together
