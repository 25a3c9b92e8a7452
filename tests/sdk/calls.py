"""The calls that every major version of the SDK makes, run in an environment of its own; prints what it saw as JSON.

`python calls.py URL` calls an emulator. Of `tests` nothing can be imported here, and of what `router` can use only what
the environment has.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
from datetime import date
from typing import Any

import openai

from router.app import read_catalogs
from router.catalogfile import overlay
from router.language import parse_policy
from router.testing import black_png, frozen

DAY = date(2026, 11, 23)
POLICY = """
pixroute: 1
name: majors
defaults: {size: 1024x640, quality: low}
routes: [{id: all, to: [asked, gpt-image-2.5-flare]}]
"""
DEPLOYED = "pixroute-catalog: 1\nprovider: azure\ndeployments: {mine: gpt-image-1, yours: gpt-image-2.5-flare}\n"
OLD = {"model": "gpt-image-1", "prompt": "a fox"}
FAULT = "x-emulator-fault"


def client(kind: Any, url: str, **options: Any) -> Any:
    """A wrapped client; it counts the requests that the SDK makes."""
    router = frozen(parse_policy(POLICY), on=DAY, catalog=overlay(read_catalogs(None), DEPLOYED, "mine.yaml"))
    sent: list[Any] = []
    router.listeners.append(lambda record: sent.append(1) if record.attempt else None)
    at_azure = {"azure_endpoint": url, "api_version": "2025-04-01"}
    where = at_azure if "Azure" in kind.__name__ else {"base_url": url + "/v1"}
    wrapped = router.wrap(kind(api_key="sk", **where, **options))
    assert type(wrapped) is kind
    return counted(wrapped, sent)


def counted(wrapped: Any, sent: list[Any]) -> Any:
    """Count the requests that the SDK makes, in `wrapped.attempts`, beside those that we send, in `wrapped.sent`."""
    wrapped.sent = sent
    original, wrapped.attempts = wrapped._build_request, []

    def build(*args: Any, **kwargs: Any) -> Any:
        wrapped.attempts.append(1)
        return original(*args, **kwargs)

    wrapped._build_request = build
    return wrapped


def shown(answer: Any) -> dict[str, Any]:
    """What an answer says, its picture as the beginning of its file."""
    head = base64.b64decode(answer.data[0].b64_json[:16])[1:4].decode()
    return {"size": answer.size, "quality": answer.quality, "file": head, "output": answer.usage.output_tokens}


def raised(error: openai.APIError, wrapped: Any) -> dict[str, Any]:
    """What an error says, after how many requests of the SDK, and how many of ours."""
    status = getattr(error, "status_code", None)
    counts = {"attempts": len(wrapped.attempts), "sent": len(wrapped.sent)}
    wrapped.attempts.clear()
    wrapped.sent.clear()
    return {"raised": type(error).__name__, "status": status, "code": error.code, **counts}


def sync_calls(url: str) -> dict[str, Any]:
    """Through a sync client."""
    seen: dict[str, Any] = {}
    with client(openai.OpenAI, url, max_retries=1) as wrapped:
        images = wrapped.images
        seen["generate"] = shown(images.generate(**OLD))
        raw = images.with_raw_response.generate(**OLD)
        seen["raw"] = {"model": raw.headers["x-pixroute-model"], **shown(raw.parse())}
        with images.with_streaming_response.generate(**OLD) as response:
            seen["streaming response"] = sorted(json.loads(response.read()))
        picture = io.BytesIO(black_png((64, 48)))
        picture.name = "fox.png"
        seen["edit"] = shown(images.edit(**OLD, image=picture, background="transparent"))
        two = [("a.png", black_png((64, 48))), ("b.png", black_png((48, 64)))]
        seen["edit of two"] = shown(images.edit(**OLD, image=two, extra_body={"pixroute": {"tags": {"a": "b"}}}))
        seen["stream"] = [event.type for event in images.generate(**OLD, stream=True, partial_images=1)]
        seen["models"] = "gpt-image-2" in {model.id for model in wrapped.models.list().data}
        wrapped.attempts.clear()
        wrapped.sent.clear()
        busy = {FAULT: "rate_limit; retry_after=1"}
        for name, asked, headers in (
            ("money", {**OLD, "extra_body": {"pixroute": {"max_cost_usd": 0.0001}}}, {}),
            ("invalid", {**OLD, "n": 11}, {}),
            ("tried again", OLD, busy),
            ("blocked", OLD, {FAULT: "moderation"}),
            ("failed", OLD, {FAULT: "server_error; billed=true"}),
            ("reset", OLD, {FAULT: "reset; when=after"}),
        ):
            try:
                images.generate(**asked, extra_headers=headers)
            except openai.APIError as error:
                seen[name] = raised(error, wrapped)
    return seen


async def async_calls(url: str) -> dict[str, Any]:
    """Through an async client."""
    seen: dict[str, Any] = {}
    async with client(openai.AsyncOpenAI, url) as wrapped:
        images = wrapped.images
        seen["generate"] = shown(await images.generate(**OLD))
        seen["edit"] = shown(await images.edit(**OLD, image=("a.png", black_png((64, 48)))))
        seen["stream"] = [event.type async for event in await images.generate(**OLD, stream=True, partial_images=1)]
        wrapped.sent.clear()
        quick = counted(wrapped.with_options(max_retries=0, timeout=5), wrapped.sent)
        for name, options in (("money", {"extra_body": {"pixroute": {"max_cost_usd": 0.0001}}}), ("once", {})):
            try:
                await quick.images.generate(**OLD, extra_headers={FAULT: "rate_limit"}, **options)
            except openai.APIError as error:
                seen[name] = raised(error, quick)
    return seen


def azure_calls(url: str) -> dict[str, Any]:
    """Through a client of Azure, where the deployment in the path is the model."""
    with client(openai.AzureOpenAI, url) as wrapped:
        return {"generate": shown(wrapped.images.generate(model="mine", prompt="a fox"))}


async def async_azure_calls(url: str) -> dict[str, Any]:
    """The same, async."""
    async with client(openai.AsyncAzureOpenAI, url) as wrapped:
        return {"generate": shown(await wrapped.images.generate(model="mine", prompt="a fox"))}


def module_calls(url: str) -> dict[str, Any]:
    """Through the module itself."""
    openai.api_key, openai.base_url, openai.api_type = "sk", url + "/v1/", "openai"
    frozen(parse_policy(POLICY), on=DAY).wrap(openai)
    return {"generate": shown(openai.images.generate(**OLD))}


def main(url: str) -> None:
    """Make all calls."""
    seen = {
        "sync": sync_calls(url),
        "async": asyncio.run(async_calls(url)),
        "azure": azure_calls(url),
        "async azure": asyncio.run(async_azure_calls(url)),
        "module": module_calls(url),
    }
    sys.stdout.write(json.dumps({"openai": openai.__version__, "seen": seen}))


if __name__ == "__main__":
    main(sys.argv[1])
