"""The counter that people write, one for each store: read what was spent, compare, and add the bill when it comes.

Each is written as well as such a counter can be: one question reads all limits, one step adds to all, with an index.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Protocol

from router.budget import Account
from router.ledger import Hold, Ledger, Reservation, open_ledger


class Book(Protocol):
    """What is compared: a ledger, or a counter."""

    def take(self, key: str, ceiling: int, accounts: Sequence[Account]) -> object | None:
        """Ask whether a call that may cost so much is allowed; None where it is not."""

    def pay(self, taken: object, bill: int) -> None:
        """Put down what a call has cost."""

    def close(self) -> None:
        """Let go of connections."""


class Ours:
    """A ledger: `reserve` and `settle`."""

    def __init__(self, ledger: Ledger | str) -> None:
        self._ledger = open_ledger(ledger) if isinstance(ledger, str) else ledger
        self.close = self._ledger.close

    def take(self, key, ceiling, accounts):
        asked = Reservation(key=key, token=key, ceiling_micros=ceiling, accounts=accounts, about=ABOUT)
        answer = self._ledger.reserve(asked)
        return answer.id if isinstance(answer, Hold) else None

    def pay(self, taken, bill):
        self._ledger.settle(taken, bill)


ABOUT: Final = {"tag.tenant": "acme", "tag.user": "bob", "model": "gpt-image-2", "route": "all", "provider": "openai"}


class MemoryCounter:
    """A dictionary."""

    def __init__(self) -> None:
        self._spent: dict[str, int] = defaultdict(int)

    def take(self, _, ceiling, accounts):
        return accounts if all(self._spent[each.key] + ceiling <= each.amount_micros for each in accounts) else None

    def pay(self, taken, bill):
        for each in taken:
            self._spent[each.key] += bill

    def close(self):
        pass


class SqliteCounter:
    """A table in a file, written ahead and synchronised fully, with SQLite's own way to wait."""

    def __init__(self, path: str) -> None:
        self._line = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._line.execute("PRAGMA journal_mode = WAL").fetchone()
        self._line.execute("PRAGMA synchronous = FULL")
        self._line.execute("CREATE TABLE IF NOT EXISTS counter (account TEXT PRIMARY KEY, spent INTEGER) WITHOUT ROWID")
        self.close = self._line.close

    def take(self, _, ceiling, accounts):
        spent = dict(self._line.execute(self.READ, [each.key for each in accounts]).fetchall())
        fits = all(spent.get(each.key, 0) + ceiling <= each.amount_micros for each in accounts)
        return accounts if fits else None

    def pay(self, taken, bill):
        self._line.execute(self.ADD, [value for each in taken for value in (each.key, bill)])

    READ = "SELECT account, spent FROM counter WHERE account IN (?, ?, ?)"
    ADD = (
        "INSERT INTO counter VALUES (?, ?), (?, ?), (?, ?) "
        "ON CONFLICT (account) DO UPDATE SET spent = spent + excluded.spent"
    )


class RedisCounter:
    """A key for each limit: `MGET`, and `INCRBY` in one pipeline."""

    def __init__(self, url: str) -> None:
        from redis import Redis

        self._server = Redis.from_url(url)
        self.close = self._server.close

    def take(self, _, ceiling, accounts):
        spent = self._server.mget([each.key for each in accounts])
        pairs = zip(spent, accounts, strict=True)
        return accounts if all(int(was or 0) + ceiling <= each.amount_micros for was, each in pairs) else None

    def pay(self, taken, bill):
        with self._server.pipeline(transaction=False) as pipeline:
            for each in taken:
                pipeline.incrby(each.key, bill)
            pipeline.execute()


class PostgresCounter:
    """A table: one `SELECT`, and one `INSERT … ON CONFLICT` that locks the shared row last."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._line = psycopg.connect(url, autocommit=True)
        with self._line.transaction():
            self._line.execute("SELECT pg_advisory_xact_lock(1)")
            self._line.execute("CREATE TABLE IF NOT EXISTS counter (account text PRIMARY KEY, spent bigint NOT NULL)")
        self.close = self._line.close

    def take(self, _, ceiling, accounts):
        spent = dict(self._line.execute(self.READ, [[each.key for each in accounts]]).fetchall())
        fits = all(spent.get(each.key, 0) + ceiling <= each.amount_micros for each in accounts)
        return accounts if fits else None

    def pay(self, taken, bill):
        self._line.execute(self.ADD, [value for each in reversed(taken) for value in (each.key, bill)])

    READ = "SELECT account, spent FROM counter WHERE account = ANY(%s)"
    ADD = (
        "INSERT INTO counter AS was VALUES (%s, %s), (%s, %s), (%s, %s) "
        "ON CONFLICT (account) DO UPDATE SET spent = was.spent + excluded.spent"
    )
