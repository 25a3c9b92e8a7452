"""A wire that can be cut: between a client and a server, where it cuts after the server did what was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Proxy:
    """Passes bytes on; of the next `cuts` answers none arrives: the connection is closed in its place.

    While it is `silent`, nothing that is asked goes on and nothing is answered.
    """

    server: int
    cuts: int = 0
    silent: bool = False
    dropped: list[bytes] = field(default_factory=list)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)), repr=False)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self.server)) as server:
            threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
            while answer := server.recv(1 << 16):
                if self.cuts:
                    self.cuts -= 1
                    self.dropped.append(answer)
                    break
                client.sendall(answer)
            client.shutdown(socket.SHUT_RDWR)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while asked := client.recv(1 << 16):
                if not self.silent:
                    server.sendall(asked)
            server.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(server: int) -> Iterator[Proxy]:
    """A proxy before a port of this machine."""
    found = Proxy(server=server)
    thread = threading.Thread(target=found.serve, daemon=True)
    thread.start()
    yield found
    found.listener.shutdown(socket.SHUT_RDWR)
    found.listener.close()
    thread.join()
