"""The emulator on a port of this machine: for as long as a test needs it, or until it is stopped."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import uvicorn

from ..catalog import Catalog
from .api import app
from .wire import Loopback

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a running emulator listens."""

    url: str

    @property
    def base_url(self) -> str:
        """What OpenAI's SDK takes as `base_url`."""
        return f"{self.url}/v1"


@contextmanager
def running(*, on: date, port: int = 0, catalog: Catalog | None = None) -> Iterator[Server]:
    """Run the emulator in a thread, on a free port where none is named, until the block ends."""
    with listening(port) as listener:
        server = make_server(on=on, catalog=catalog)
        thread = threading.Thread(target=server.run, args=([listener],), name="pixroute-emulator", daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.001)
            yield Server(url=address(listener))
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Listen on a port of the loopback interface, 0 being any; raises `OSError` where it is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
        yield listener


BACKLOG = 512


def address(listener: socket.socket) -> str:
    """The address to call."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


def make_server(*, on: date, catalog: Catalog | None = None) -> uvicorn.Server:
    """A server that says nothing of its own and does not wait for late answers when it is stopped."""
    return uvicorn.Server(
        uvicorn.Config(
            app(on=on, catalog=catalog),
            http=Loopback,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
    )
