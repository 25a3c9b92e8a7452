"""The emulator on a port, in a process of its own, without a port, and under many calls at once."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import date

import httpx
import openai
import pytest

from router import emulator

from .calls import EDITS, GENERATIONS, PLAIN, png

DAY = date(2026, 11, 23)
KEY = {"authorization": "Bearer any"}


def test_it_stops_cleanly():
    before = set(threading.enumerate())
    with emulator.running(on=DAY) as server, httpx.Client() as client:
        assert client.post(f"{server.url}{GENERATIONS}", json=PLAIN, headers=KEY).status_code == 200
    _eventually(lambda: set(threading.enumerate()) <= before)

    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def _eventually(holds, seconds=3):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    assert holds()


def test_it_does_not_wait_for_late_answers():
    with emulator.running(on=DAY) as server:
        late = {**KEY, "x-emulator-fault": "delay; delay=60"}
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{server.url}{GENERATIONS}", json=PLAIN, headers=late, timeout=0.2)
        start = time.monotonic()

    assert time.monotonic() - start < 5


def test_two_at_once_have_bills_of_their_own():
    with emulator.running(on=DAY) as one, emulator.running(on=DAY) as other:
        httpx.post(f"{one.url}{GENERATIONS}", json=PLAIN, headers=KEY)

        assert [len(httpx.get(f"{each.url}/_emulator/bill").json()["calls"]) for each in (one, other)] == [1, 0]


def test_a_port_that_is_taken():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        emulator.running(on=DAY, port=taken.getsockname()[1]),
    ):
        pass


def test_it_is_an_application_that_needs_no_port():
    async def call():
        transport = httpx.ASGITransport(emulator.app(on=DAY))
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=KEY) as client:
            good = await client.post(GENERATIONS, json=PLAIN)
            with pytest.raises(ConnectionResetError):
                await client.post(GENERATIONS, json=PLAIN, headers={"x-emulator-fault": "reset"})
            return good.status_code

    assert asyncio.run(call()) == 200


def test_two_hundred_streams_at_once():
    async def stream(client, number):
        body = {
            **PLAIN,
            "prompt": f"a red door, number {number}",
            "size": "1024x640",
            "output_format": "jpeg",
            "stream": True,
            "partial_images": 1,
        }
        async with client.stream("POST", GENERATIONS, json=body) as answer:
            return [line async for line in answer.aiter_lines() if line.startswith("event: ")]

    async def every(url):
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=url, headers=KEY, limits=limits, timeout=120) as client:
            return await asyncio.gather(*(stream(client, number) for number in range(200)))

    with emulator.running(on=DAY) as server:
        streams = asyncio.run(every(server.url))

    assert streams == [["event: image_generation.partial_image", "event: image_generation.completed"]] * 200


# --- the command line


@pytest.fixture
def command():
    program = [sys.executable, "-m", "router", "emulate", "--port", "0", "--on", "2026-10-22"]
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        yield process
        process.kill()


def test_the_command_prints_its_address_and_serves_until_it_is_stopped(command):
    url = command.stdout.readline().strip()
    models = httpx.get(f"{url}/v1/models", headers=KEY).json()["data"]
    command.send_signal(signal.SIGINT)

    assert url.startswith("http://127.0.0.1:")
    assert "gpt-image-1" in {model["id"] for model in models}
    assert command.wait(10) == 0
    assert command.stdout.read() == ""


# --- OpenAI's own client


@pytest.fixture
def client():
    with (
        emulator.running(on=DAY) as server,
        openai.OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client,
    ):
        yield client


def test_the_sdk_generates(client):
    answer = client.images.generate(model="gpt-image-2", prompt="a red door", size="1200x640")

    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG")
    assert answer.size == "1200x640"


def test_the_sdk_edits(client):
    files = [("a.png", png(), "image/png"), ("b.png", png(), "image/png")]

    assert client.images.edit(model="gpt-image-2", prompt="a red door", image=files).usage.total_tokens > 0


def test_the_sdk_streams(client):
    with client.images.generate(model="gpt-image-2", prompt="a red door", stream=True, partial_images=2) as stream:
        assert [event.type for event in stream] == ["image_generation.partial_image"] * 2 + [
            "image_generation.completed"
        ]


def test_the_sdk_reads_the_errors(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="gpt-image-1", prompt="a red door")

    assert (caught.value.code, caught.value.param) == ("invalid_value", "model")


def test_the_sdk_reads_an_error_in_a_stream(client):
    header = {"x-emulator-fault": "stream_error"}
    with (
        client.images.generate(model="gpt-image-2", prompt="x", stream=True, extra_headers=header) as stream,
        pytest.raises(openai.APIError) as caught,
    ):
        list(stream)

    assert caught.value.code == "server_error"


def test_the_sdk_sees_a_reset(client):
    with pytest.raises(openai.APIConnectionError):
        client.images.generate(model="gpt-image-2", prompt="x", extra_headers={"x-emulator-fault": "reset"})


def test_the_sdk_lists_models(client):
    assert client.models.retrieve("gpt-image-1.5").shutdown_date == "2026-12-01"


def test_the_sdk_for_azure():
    with (
        emulator.running(on=DAY) as server,
        openai.AzureOpenAI(azure_endpoint=server.url, api_key="any", api_version="2026-04-01") as client,
    ):
        assert client.images.generate(model="gpt-image-2", prompt="a red door").size == "1024x1024"
        assert (
            client.images.edit(model="gpt-image-2", prompt="a red door", image=("a.png", png(), "image/png")).size
            == "1024x1024"
        )
        assert (
            httpx.get(f"{server.url}/_emulator/bill").json()["calls"][1]["path"]
            == f"/openai/deployments/gpt-image-2/{EDITS.removeprefix('/v1/')}"
        )
