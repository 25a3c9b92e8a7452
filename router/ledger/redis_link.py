"""The connections to a Redis: which server process answers on each, what is asked again, and whose error it is."""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from weakref import WeakKeyDictionary

from redis import exceptions
from redis.connection import ConnectionPool

from ..errors import LedgerError, LedgerUnreachableError
from .holds import AFTER

T = TypeVar("T")

ERRORS: Final[Mapping[type[Exception], type[LedgerError]]] = {
    exceptions.RedisError: LedgerError,
    exceptions.ConnectionError: LedgerUnreachableError,
    exceptions.TimeoutError: LedgerUnreachableError,
    exceptions.AuthenticationError: LedgerError,
    exceptions.AuthorizationError: LedgerError,
    exceptions.ReadOnlyError: LedgerUnreachableError,
    exceptions.AskError: LedgerUnreachableError,
    exceptions.ClusterDownError: LedgerUnreachableError,
    exceptions.TryAgainError: LedgerUnreachableError,
}
LOST: Final = (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.ReadOnlyError)
TRIES: Final = 3


@contextmanager
def our_errors(where: str) -> Iterator[None]:
    """Raise what redis-py raises as one of ours: the closest of the table."""
    try:
        yield
    except exceptions.RedisError as error:
        ours = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
        raise ours(f"the ledger at `{where}`: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script, and the name by which a server remembers it."""

    source: str
    sha: str

    @classmethod
    def of(cls, *files: str) -> Script:
        """The scripts of these files, one after another."""
        return cls.made("\n".join((HERE / file).read_text(encoding="utf-8") for file in files))

    @classmethod
    def made(cls, source: str) -> Script:
        """A script by its text, with the table of transitions before it."""
        rows = "".join(f"['{before} {act}'] = '{after}', " for (before, act), after in AFTER.items())
        whole = f"local AFTER = {{{rows}}}\n{source}"
        return cls(source=whole, sha=hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest())


HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The server process at the other end of a connection, by its own word."""

    run: str
    replica: bool
    drops: str | None  # the policy by which it drops keys of ours when its memory is full

    @classmethod
    def read(cls, info: str) -> Process:
        """What the command INFO says."""
        said = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
        policy = said.get("maxmemory_policy", "")
        drops = policy.startswith("allkeys") and said.get("maxmemory") != "0"
        return cls(run=said["run_id"], replica=said.get("role") == "slave", drops=policy if drops else None)


class Wire(Protocol):
    """What is used of redis-py's connections."""

    def connect(self) -> None:
        """Reach the server, unless it is reached already."""

    def on_connect(self) -> None:
        """Introduce oneself."""

    def send_packed_command(self, command: list[bytes]) -> None:
        """Say something."""

    def read_response(self) -> Any:  # noqa: ANN401 -- as many kinds of answers as commands
        """Wait for the answer."""

    def disconnect(self) -> None:
        """Hang up."""


class Link:
    """Connections to one server; what is asked on them is asked again where the answer was lost.

    Threads share the connections, each for one question at a time, and a process that forked opens its own.
    """

    def __init__(self, pool: ConnectionPool, *, where: str, timeout_s: float) -> None:
        self.where = where
        self._pool = pool  # says how connections are made, and makes none: its own ways cost as much as a question
        self._timeout_s = timeout_s
        self._idle: deque[Wire] = deque()
        self._pid = os.getpid()
        self._moved: dict[str, str | int] = {}
        self._processes: WeakKeyDictionary[Wire, Process] = WeakKeyDictionary()

    def process(self, wire: Wire) -> Process:
        """Who answers on a connection."""
        return self._processes[wire]

    def command(self, *words: str | int) -> Any:  # noqa: ANN401 -- see `Wire`
        """Run a command of the server's own."""
        return self.on_wire(lambda wire: answer(wire, *words))

    def on_wire(self, act: Callable[[Wire], T]) -> T:
        """Do something that may be done twice."""
        until = time.monotonic() + self._timeout_s
        with our_errors(self.where):
            for _ in range(TRIES - 1):
                try:
                    return self._once(act)
                except exceptions.MovedError as moved:
                    self._go({"host": moved.host, "port": moved.port} if moved.host else {"port": moved.port})
                except LOST:
                    self._go({})
                    if time.monotonic() > until:
                        raise
            return self._once(act)

    def close(self) -> None:
        """Close every connection that is idle; whatever is asked next opens one again."""
        idle, self._idle = self._idle, deque()
        for wire in idle:
            wire.disconnect()

    def _go(self, where: Mapping[str, str | int]) -> None:
        """Go to the node of a cluster that has the ledger, or back to the one that the URL names.

        Connections that are idle are closed: they lead to a process that is gone, or that has not what is asked for.
        """
        self._moved = dict(where)
        self.close()

    def _once(self, act: Callable[[Wire], T]) -> T:
        wire = self._taken()
        try:
            wire.connect()
            found = act(wire)
        except BaseException:
            wire.disconnect()  # an answer may still be on its way
            raise
        self._idle.append(wire)
        return found

    def _taken(self) -> Wire:
        if self._pid != os.getpid():
            self._idle, self._pid = deque(), os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self._made()

    def _made(self) -> Wire:
        how = {**self._pool.connection_kwargs, **self._moved, "redis_connect_func": self._greet}
        made: Wire = self._pool.connection_class(**how)
        return made

    def _greet(self, wire: Wire) -> None:
        wire.on_connect()
        self._processes[wire] = Process.read(answer(wire, "INFO"))


def answer(wire: Wire, *words: str | int) -> Any:  # noqa: ANN401 -- see `Wire`
    """Say something to the server and wait for what it answers."""
    wire.send_packed_command([packed(words)])
    return wire.read_response()


def packed(words: Sequence[str | int]) -> bytes:
    """A command as it goes over the wire."""
    found = [b"*%d\r\n" % len(words)]
    for word in words:
        raw = str(word).encode("utf-8", "surrogatepass")
        found.append(b"$%d\r\n%b\r\n" % (len(raw), raw))
    return b"".join(found)


def evaluate(wire: Wire, script: Script, words: Sequence[str | int]) -> str:
    """Run a script by its name, or by its text where the server does not remember it."""
    try:
        found = answer(wire, "EVALSHA", script.sha, *words)
    except exceptions.NoScriptError:
        found = answer(wire, "EVAL", script.source, *words)
    return str(found)
