"""A ledger in a SQLite file: for any number of processes and threads on one host."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, TypeVar, cast
from weakref import WeakSet

from ..budget import Account
from ..errors import LedgerError, RouterError
from .batches import Batches, Step
from .holds import Answer, Balance, Ended, Entry, Reservation, Standing
from .sqlite_book import Book, encode
from .sqlite_desk import Desk
from .sqlite_file import open_file, ours, path_of
from .turns import open_turn

Found = TypeVar("Found")
Done: TypeAlias = tuple[Step[Book], object, Exception | None]


class SqliteLedger:
    """Keeps a ledger in a file; `now` gives the moment in seconds since 1970.

    Steps of several threads share a transaction, processes take turns (`spend.db-turn`, beside the file), and each step
    is on the disk before it is answered.
    """

    def __init__(self, path: Path, *, now: Callable[[], float] = time.time) -> None:
        self._path = path = Path(os.path.realpath(path))
        self._now = now
        file = open_file(path)
        self._writing, self._reading = Desk(file), Desk(file)
        self._batches: Batches[Book] = Batches(self._run, lambda: open_turn(path.with_name(f"{path.name}-turn")))
        FORKS.ledgers.add(self)

    @classmethod
    def from_url(cls, url: str) -> SqliteLedger:
        """Open `sqlite:///spend.db`, beside where the program runs, or `sqlite:////var/lib/spend.db`."""
        return cls(path_of(url))

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Hold a ceiling against every account, or against none."""
        about = encode(dict(reservation.about))
        answer = self._batches.ask(lambda book: book.reserve(reservation, about))
        return cast("Callable[[], Answer]", answer)()

    def settle(self, hold: str, micros: int, /) -> Ended:
        """Put what was billed in the place of a hold."""
        return cast("Ended", self._batches.ask(lambda book: book.end(hold, "settle", micros)))

    def release(self, hold: str, /) -> Ended:
        """Give a hold back."""
        return cast("Ended", self._batches.ask(lambda book: book.end(hold, "release")))

    def unknown(self, hold: str, /) -> Ended:
        """Leave a hold counted at its ceiling."""
        return cast("Ended", self._batches.ask(lambda book: book.end(hold, "unknown")))

    def renew(self, hold: str, lease_s: float, /) -> bool:
        """Let a held hold's lease end this many seconds from now."""
        return cast("bool", self._batches.ask(lambda book: book.renew(hold, lease_s)))

    def left(self, accounts: Sequence[Account], /) -> tuple[Standing, ...]:
        """How accounts stand at this moment; nobody is waited for, unless a lease is over."""
        found = self._read(lambda book: None if book.due else book.standings(accounts))
        if found is not None:
            return found
        return cast("tuple[Standing, ...]", self._batches.ask(lambda book: book.left(accounts)))

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """The lines of the ledger in their order, up to the newest of this moment, read a page at a time."""
        return self._pages(after, self._read(Book.last))

    def balances(self) -> Iterator[Balance]:
        """What is kept for each account and period."""
        return self._read(Book.balances)

    def accept(self) -> str | None:
        """Nothing to accept: what was answered is on the disk."""
        return None

    def close(self) -> None:
        """Let go of the file; whoever asks for something afterwards opens it again."""
        self._batches.close()
        for desk in (self._writing, self._reading):
            with desk.lock:
                desk.close()

    # -- transactions

    def _run(self, batch: Sequence[Step[Book]]) -> Callable[[], None]:
        """Run a batch in one transaction; where one of its steps cannot be done, each in one of its own."""
        done: list[Done] = []
        with self._writing.lock:
            error = self._transact(batch, done)
            if error is not None:
                alone = len(batch) > 1 and not isinstance(error, sqlite3.OperationalError | RouterError)
                for step in batch:
                    failed = self._transact((step,), done) if alone else error
                    if failed is not None:
                        step.finish(error=self._ours(failed))
        return lambda: self._answer(done)

    def _transact(self, batch: Sequence[Step[Book]], done: list[Done]) -> Exception | None:
        """Run steps, all of them or none; says why none."""
        try:
            connection, book = self._writing.open()
            connection.execute("BEGIN IMMEDIATE")
            book.begin(self._now_ms())
            answers = [(step, *_tried(book, step)) for step in batch]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what those who wait are told
            self._writing.roll_back()
            return error
        except BaseException:
            self._writing.roll_back()
            raise
        done += answers
        return None

    def _answer(self, done: Sequence[Done]) -> None:
        """Answer steps, now that they are on the disk."""
        if done:
            try:
                with self._writing.lock:
                    self._writing.sync()
            except sqlite3.Error as error:
                raise ours(error, self._path) from error
        for step, answer, refusal in done:
            step.finish(answer, error=refusal)

    def _read(self, look: Callable[[Book], Found]) -> Found:
        """Look at one moment's state."""
        with self._reading.lock:
            try:
                connection, book = self._reading.open()
                connection.execute("BEGIN")
                try:
                    book.begin(self._now_ms())
                    found = look(book)
                finally:
                    self._reading.roll_back()
                self._reading.check()
                return found
            except sqlite3.Error as error:
                raise ours(error, self._path) from error

    def _page(self, after: int, last: int) -> list[Entry]:
        return self._read(lambda book: book.entries(after, last))

    def _pages(self, after: int, last: int) -> Iterator[Entry]:
        page = self._page(after, last)
        while page:
            yield from page
            page = self._page(page[-1].seq, last)

    def _now_ms(self) -> int:
        return int(self._now() * 1000)

    def _ours(self, error: Exception) -> Exception:
        text = next((text for kind, text in REFUSED.items() if isinstance(error, kind)), None)
        if text is not None:
            return LedgerError(text)
        return ours(error, self._path) if isinstance(error, sqlite3.Error) else error

    # -- forks: SQLite's locks belong to the process, so no connection may be open in two

    def before_fork(self) -> None:
        """Let nobody use a connection, and close both."""
        for desk in (self._writing, self._reading):
            desk.lock.acquire()
            desk.close()

    def after_fork(self) -> None:
        """Go on in the parent."""
        for desk in (self._writing, self._reading):
            desk.lock.release()

    def after_fork_in_child(self) -> None:
        """Begin anew in the child."""
        for desk in (self._writing, self._reading):
            desk.lock = threading.Lock()
        self._batches.leave()


def _tried(book: Book, step: Step[Book]) -> tuple[object, Exception | None]:
    """A step's answer, or its refusal, which has changed nothing."""
    try:
        return step.work(book), None
    except RouterError as refusal:
        return None, refusal


REFUSED: Final[Mapping[type[Exception], str]] = {
    sqlite3.IntegrityError: "an amount is too large: a balance has to fit into 64 bits",
    OverflowError: "an amount is too large: it has to fit into 64 bits",
    UnicodeEncodeError: "a key is no text that can be written",
    sqlite3.InterfaceError: "a value is neither text nor a whole number",
    sqlite3.ProgrammingError: "a value is neither text nor a whole number",
}
"""What stands in the way of one step, whatever the others are."""


class Forks:
    """Keeps the connections of all ledgers out of processes that are forked."""

    def __init__(self) -> None:
        self.ledgers: WeakSet[SqliteLedger] = WeakSet()
        self._forking: list[SqliteLedger] = []

    def before(self) -> None:
        """Close them."""
        self._forking = list(self.ledgers)
        for ledger in self._forking:
            ledger.before_fork()

    def after(self) -> None:
        """Go on in the parent."""
        for ledger in self._forking:
            ledger.after_fork()

    def after_in_child(self) -> None:
        """Begin anew in the child."""
        for ledger in self._forking:
            ledger.after_fork_in_child()


FORKS: Final = Forks()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=FORKS.before, after_in_parent=FORKS.after, after_in_child=FORKS.after_in_child)
