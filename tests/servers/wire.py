"""A wire between a client and a server, which a test can cut or clog."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path


class Wire:
    """Listens on a port of its own and passes bytes on to a socket in the file system.

    `on_answer` is what happens to the next bytes that come from the server: `pass`, `cut` (they are dropped, and both
    ends are closed) or `hold` (they and all that follow are dropped, and nothing is closed).
    """

    def __init__(self, server: Path):
        self.on_answer = "pass"
        self.cuts = 0
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                self._ends += [client, server]
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client, server):
        with suppress(OSError):
            while read := client.recv(65536):
                server.sendall(read)
            server.shutdown(socket.SHUT_RDWR)

    def _answer(self, server, client):
        with suppress(OSError):
            while read := server.recv(65536):
                if self.on_answer == "cut":
                    self.on_answer = "pass"
                    self.cuts += 1
                    break
                if self.on_answer == "pass":
                    client.sendall(read)
            client.shutdown(socket.SHUT_RDWR)
