"""The stores that are measured: what contends on each, and the servers that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition
from typing import Any, NamedTuple, TypeAlias
from uuid import uuid4

from router.ledger.memory import MemoryLedger
from tests.benchmarks import counters
from tests.benchmarks.counters import Book, Ours
from tests.servers.crowd import Gate, Gates

Open: TypeAlias = Callable[[], Book]
Play: TypeAlias = Callable[[Callable[..., Any], Sequence[Any]], list[Any]]


class Store(NamedTuple):
    """Contestants on one store, how they are let loose, and the server's process, if there is one."""

    ours: Callable[[], Open]
    counter: Callable[[], Open]
    play: Play
    server: int = 0


def threads(work: Callable[..., Any], tasks: Sequence[Any]) -> list[Any]:
    """Let threads of this process do what processes do elsewhere."""
    gates = Gates(**{name: Gate(Condition(), [1, 0, 0]) for name in ("start", "between")})
    gates.open(len(tasks))
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(lambda task: work(task, gates), tasks))


def _same(book: Book) -> Open:
    return lambda: book


@contextmanager
def _memory(_: Play) -> Iterator[Store]:
    yield Store(lambda: _same(Ours(MemoryLedger())), lambda: _same(counters.MemoryCounter()), threads)


@contextmanager
def _sqlite(play: Play) -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        files = (Path(folder, f"{number}.db") for number in count())
        yield Store(
            lambda: partial(Ours, f"sqlite:///{next(files)}"),
            lambda: partial(counters.SqliteCounter, str(next(files))),
            play,
        )


@contextmanager
def _redis(play: Play) -> Iterator[Store]:
    from tests.servers.redis_server import running, unused

    with TemporaryDirectory(prefix="pixroute-redis-") as folder, running(Path(folder)) as server:
        numbers = count(1)
        yield Store(
            lambda: partial(Ours, unused(server.url)),
            lambda: partial(counters.RedisCounter, server.url.replace("/0", f"/{next(numbers) % 15 + 1}")),
            play,
            server.process.pid,
        )


@contextmanager
def _postgres(play: Play) -> Iterator[Store]:
    from tests.servers.postgres_server import PostgresServer

    server = PostgresServer(synchronous_commit="on")
    try:
        yield Store(
            lambda: partial(Ours, server.new_url()),
            lambda: partial(counters.PostgresCounter, _own_schema(server)),
            play,
            server._process.pid,
        )
    finally:
        server.stop()


def _own_schema(server: Any) -> str:
    import psycopg

    name = f"counter_{uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as line:
        line.execute(f"CREATE SCHEMA {name}")
    return server.url(options=f"-csearch_path={name}")


STORES: Mapping[str, Callable[[Play], Any]] = {
    "memory": _memory,
    "sqlite": _sqlite,
    "redis": _redis,
    "postgres": _postgres,
}
