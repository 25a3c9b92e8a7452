"""OpenAI's Images API on your own machine, as strict as the real one on a given day.

It comes with `pip install "pixroute[serve]"`, and is for tests, demos and development without spending: real pictures
with the prompt drawn on them, `usage` as the API reports it, the API's own errors, a bill of what it would have cost,
and faults on request.

On the command line, `pixroute emulate --port 8400 --on 2026-11-23` serves until it is stopped. In a test:

    from router import emulator

    with emulator.running(on=date(2026, 11, 23)) as server:
        client = OpenAI(base_url=server.base_url, api_key="any")
        client.images.generate(model="gpt-image-2", prompt="a red door")

Without a port, `emulator.app(on=...)` is an ASGI application, for example for `httpx.ASGITransport`.

Paths: `/v1/images/generations`, `/v1/images/edits`, `/v1/images/variations` (retired), `/v1/models`, the same two of
images under `/openai/deployments/NAME/` and `/openai/v1/` as Azure has them, and two of its own without a key:

    GET    /_emulator/bill      {"total_micros": ..., "calls": [...]}; DELETE empties it
    POST   /_emulator/faults    queues a fault or a list of them; GET lists what there is, DELETE empties the queue

A fault strikes the next call, or that call which carries it in the header `x-emulator-fault`. `examples/emulator.md`
shows all of this at work.

It shares the catalogue's data with the router and none of its code: its sizes, its tokens and its judgement are its
own, so that the one can be held against the other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import app
    from .serving import Server, running

__all__ = ["Server", "app", "running"]

_HOMES = {"Server": "serving", "app": "api", "running": "serving"}


def __getattr__(name: str) -> object:
    """Import the server when it is first used: its rules are of use without what serves them."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
