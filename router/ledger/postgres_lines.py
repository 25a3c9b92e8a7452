"""Connections to a PostgreSQL server: how many, how long an answer may take, and what its errors mean."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from ..errors import ConfigError, LedgerError, LedgerUnreachableError, RouterError

Value = TypeVar("Value")

ERRORS: Final[Mapping[str, type[RouterError]]] = {
    "": LedgerError,  # whatever else the server says
    "08": LedgerUnreachableError,  # the connection
    "25006": LedgerUnreachableError,  # read-only: it is a replica now
    "40": LedgerUnreachableError,  # rolled back in favour of others, however often it was tried
    "42501": ConfigError,  # a right is missing
    "53": LedgerUnreachableError,  # out of disk, of memory, of connections
    "55P03": LedgerUnreachableError,  # a lock that was not to be had in time
    "57": LedgerUnreachableError,  # cancelled, shutting down, starting up
    "58": LedgerUnreachableError,  # the system below
}
"""What an SQLSTATE means, by its longest beginning that is here; an error without one is one of the connection."""

HINTS: Final[Mapping[str, str]] = {
    "25006": "name all the servers in the URL, with `target_session_attrs=read-write`",
    "42501": "let a role that may create the schema open the ledger once, and grant this one its tables and routines",
}

AGAIN: Final = ("40", "23505")
"""Somebody else came first, by a lock or by the same key; asked again, the step sees what they did."""

READ_ONLY: Final = "25006"
TRIES: Final = 20


class Line(psycopg.Connection[TupleRow]):
    """A connection on which no statement takes longer than `timeout_s`, whatever becomes of the server."""

    timeout_s = 10.0
    desk: psycopg.Cursor[TupleRow]  # making one for each step takes as long as a step

    def wait(self, gen: PQGen[Value], *args: Any, **options: Any) -> Value:  # noqa: ANN401 -- the driver's own
        """Wait as the driver does, but not for ever."""
        return super().wait(_bounded(gen, self.timeout_s), *args, **options)

    def __del__(self, *args: object) -> None:
        """Go quietly with the ledger, also in a child that was forked: libpq closes only what its process opened."""


def _bounded(gen: PQGen[Value], timeout_s: float) -> Generator[Any, Any, Value]:
    """Look at the time when there is nothing to read; the driver wakes up ten times a second."""
    end = time.monotonic() + timeout_s
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > end:
                raise LedgerUnreachableError(f"postgres: no answer within {timeout_s:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        value: Value = done.value
        return value


class Lines:
    """Up to `size` connections, opened as they are needed; whoever finds all of them busy waits for one.

    There is no thread behind it and no state in a session, so it can be forked, and a pooler that lends connections for
    a transaction can stand in between.
    """

    def __init__(self, conninfo: str, *, size: int, timeout_s: float) -> None:
        self._conninfo = conninfo
        self._size = size
        self._timeout_s = timeout_s
        self._begin()

    def step(self, query: str, params: Sequence[object] = ()) -> list[TupleRow]:
        """Run one statement that may be asked twice; it is, where somebody came first or the connection broke."""
        lost = 0
        for tries in range(1, TRIES + 1):
            with self.line() as line:
                try:
                    return line.desk.execute(query, params).fetchall()
                except psycopg.Error as error:
                    if error.sqlstate == READ_ONLY:
                        line.close()  # the server has become a replica, and another one can be asked
                    lost += line.closed
                    again = (error.sqlstate or "").startswith(AGAIN) or (line.closed and lost == 1)
                    if tries == TRIES or not again:
                        raise ours(error) from error
            time.sleep(random.uniform(0, 0.001 * tries))  # noqa: S311 -- so that those who collide part
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A connection for a while."""
        if self._pid != os.getpid():
            self._begin()  # the parent still speaks on its connections: they are neither used nor closed here
        free = self._free
        if not free.acquire(timeout=self._timeout_s):
            raise LedgerUnreachableError(
                f"postgres: all {self._size} connections are busy for {self._timeout_s:g} s",
                hint="give the URL a larger `pool`",
            )
        try:
            line = self._take() or self._open()
            try:
                yield line
            finally:
                self._give_back(line)
        finally:
            free.release()

    def close(self) -> None:
        """Close those that nobody uses."""
        while line := self._take():
            line.close()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._idle: list[Line] = []
        self._free = threading.BoundedSemaphore(self._size)

    def _take(self) -> Line | None:
        try:
            return self._idle.pop()  # the last one back, so that few are used where few are needed
        except IndexError:
            return None

    def _open(self) -> Line:
        try:
            # not prepared: behind a pooler the next transaction may be on another server connection
            line = Line.connect(self._conninfo, autocommit=True, prepare_threshold=None)
        except psycopg.Error as error:
            raise ours(error) from error
        line.timeout_s = self._timeout_s
        line.desk = line.cursor()
        return line

    def _give_back(self, line: Line) -> None:
        if line.info.transaction_status == TransactionStatus.IDLE:
            self._idle.append(line)
            return
        line.close()
        self.close()  # what broke one has most likely broken the others


def ours(error: psycopg.Error) -> RouterError:
    """The error of ours that one of the driver's is."""
    state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
    kind = next(ERRORS[state[:size]] for size in (5, 2, 0) if state[:size] in ERRORS)
    text = error.diag.message_primary or str(error)
    return kind(f"postgres: {' '.join(text.split())}", hint=HINTS.get(state))
