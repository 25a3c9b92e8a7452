"""One connection to a ledger's file, and the way to the disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from typing import Final

from ..errors import LedgerUnreachableError
from .sqlite_book import Book
from .sqlite_file import BUSY_S, File

OWN_SYNC: Final = hasattr(os, "fdatasync")
LONGEST_LOG: Final = 32 << 20  # bytes; twice as long as it becomes where nobody is in the way
PATIENCE_MS: Final = 100


class Desk:
    """One connection, for whoever has its lock; it is opened when it is needed, and again after it was closed.

    What was committed is in the write-ahead log, but on the disk only after `sync()`: then it is what `synchronous =
    FULL` makes of it before others may write. The log is in the order of commits, so a commit is on the disk with all
    that came before it; and before SQLite writes the log over, it brings it to the disk by itself (`NORMAL`).
    """

    def __init__(self, file: File) -> None:
        self.lock = threading.Lock()
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._book: Book | None = None
        self._log = -1
        self._length, self._longest = 0, LONGEST_LOG

    def open(self) -> tuple[sqlite3.Connection, Book]:
        """The connection."""
        if self._connection is None or self._book is None:
            connection = self._file.connect(synchronous="NORMAL" if OWN_SYNC else "FULL")
            try:
                self._log = os.open(self._file.log, os.O_RDWR) if OWN_SYNC else -1
            except OSError as error:
                connection.close()
                raise LedgerUnreachableError(f"`{self._file.log}` cannot be opened: {error.strerror}") from error
            self._connection, self._book = connection, Book(connection)
        elif self._length > self._longest:
            self._trim(self._connection)
        return self._connection, self._book

    def sync(self) -> None:
        """See that all that was committed is on the disk, in the file that was opened."""
        if self._connection is None:
            self.open()  # closed since the commit, by a fork: the log is the same one
        if OWN_SYNC:
            try:
                os.fdatasync(self._log)
            except OSError as error:
                raise LedgerUnreachableError(f"`{self._file.path}` cannot be written: {error.strerror}") from error
        self.check()

    def check(self) -> None:
        """See that the file and its log were not taken away: what is written to deleted ones is lost."""
        self._file.check()
        if self._log >= 0:
            found = os.fstat(self._log)
            self._length = found.st_size
            if not found.st_nlink:
                raise LedgerUnreachableError(f"`{self._file.log}` was deleted", hint="restart all that use the ledger")

    def _trim(self, connection: sqlite3.Connection) -> None:
        """Begin a log anew that is too long, because somebody is always reading: wait for those who read just now.

        SQLite begins it anew by itself, but only where it meets nobody.
        """
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {round(BUSY_S * 1000)}")
        self._length = os.fstat(self._log).st_size
        self._longest = self._length + LONGEST_LOG  # one who was stopped while reading keeps it long

    def roll_back(self) -> None:
        """Undo what is not committed; SQLite may have done so itself."""
        if self._connection is not None and self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection, self._book = self._connection, None, None
        if self._log >= 0:
            log, self._log = self._log, -1
            os.close(log)
        if connection is not None:
            connection.close()
