"""The wire below the answer: connections that can be broken off."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "emulator.transport"
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what was not sent is dropped, and the other side sees a reset


class Loopback(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; a request's state carries its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


async def break_off(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request; without one, as in an app that is called in-process, raise it."""
    transport = scope.get("state", {}).get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("the emulator broke the connection off")
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


class Json(JSONResponse):
    """JSON in ASCII: a prompt may hold a lone surrogate, which has no UTF-8."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 -- starlette's own signature
        """The body."""
        return json.dumps(content, separators=(",", ":")).encode()


class Broken(Json):
    """An answer that breaks off: before its first byte, or in its midst where `begun`."""

    def __init__(self, content: object = None, *, begun: bool = False) -> None:
        super().__init__(content)
        self.begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is sent, and break off."""
        if self.begun:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            half = bytes(self.body[: len(self.body) // 2])
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await asyncio.sleep(UNDER_WAY_S)
        await break_off(scope, receive)


UNDER_WAY_S = 0.05
"""How long what was sent may take to arrive, before the connection is reset."""
