"""The file of a SQLite ledger: opened, brought up to date, and what can be wrong with it put into words."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from ..errors import ConfigError, LedgerError, LedgerUnreachableError, RouterError

APPLICATION: Final = 0x70786C67  # "pxlg", in the file's header: a ledger, and not somebody else's database
MIGRATIONS: Final = (Path(__file__).with_name("sqlite.sql").read_text(encoding="utf-8"),)
"""What brings a file from each version to the next, beginning with none; SQLite's `user_version` counts them."""

BUSY_S: Final = 5.0  # how long a writer outside the line waits for the database's own lock


def path_of(url: str) -> Path:
    """The file that a URL names: `sqlite:///beside.db`, `sqlite:////from/the/root.db`."""
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise ConfigError(f"`{url}` names no file", hint="write `sqlite:///spend.db`, or `sqlite:////var/lib/spend.db`")
    if not name or name == ":memory:":
        raise ConfigError(f"`{url}` names no file", hint="write `sqlite:///spend.db`, or `memory:` for one without")
    return Path(name).absolute()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A ledger's file as it was found; `which` tells it from another that is put in its place."""

    path: Path
    which: tuple[int, int]

    @property
    def log(self) -> Path:
        """Where SQLite writes ahead, as long as there is a connection."""
        return self.path.with_name(f"{self.path.name}-wal")

    def connect(self, *, synchronous: str) -> sqlite3.Connection:
        """Open it once more."""
        self.check()
        connection = _connect(self.path)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(TOUCH).fetchone()
        return connection

    def check(self) -> None:
        """See that the file is still the one that was opened: what is written to a deleted one is lost."""
        if _which(self.path) != self.which:
            raise LedgerUnreachableError(
                f"`{self.path}` is not there any more, or not the same",
                hint="put the file back; to begin a new ledger, restart what uses the old one",
            )


def open_file(path: Path, *, migrations: Sequence[str] = MIGRATIONS) -> File:
    """Find or make a ledger's file, and bring it up to date; any number of processes may do so at once."""
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder `{path.parent}`", hint=f"make it: mkdir -p {path.parent}")
    if path.is_dir():
        raise ConfigError(f"`{path}` is a folder", hint=f"name a file in it: sqlite:///{path}/spend.db")
    try:
        with closing(_connect(path)) as connection:
            _migrate(connection, path, migrations)
            return File(path=path, which=_which(path))
    except sqlite3.Error as error:
        raise ours(error, path, opening=True) from error


def _which(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 -- for each batch: half the time of `Path.stat`
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            return (0, 0)
        raise LedgerUnreachableError(f"`{path}` cannot be reached: {error.strerror}") from error
    return (found.st_dev, found.st_ino)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Write ahead."""
    until = time.monotonic() + BUSY_S
    while (mode := _journal(connection)) is None and time.monotonic() < until:
        time.sleep(0.01)  # others are opening a new file too: here, SQLite itself does not wait
    if mode != "wal":
        raise ConfigError(
            f"`{path}` cannot be shared between processes here: its journal is `{mode}`, not `wal`",
            hint="put it on a local disk",
        )
    for pragma in PRAGMAS:
        connection.execute(pragma)


TOUCH: Final = "SELECT count(*) FROM sqlite_master"  # from the first look on, nobody takes the log away
PRAGMAS: Final = (
    "PRAGMA cache_size = -8192",  # KiB
    "PRAGMA wal_autocheckpoint = 4000",  # pages of 4 KiB: in the turn of a writer, so that nobody writes on meanwhile
    "PRAGMA journal_size_limit = 33554432",  # bytes that stay of a log that grew longer all the same
)


def _journal(connection: sqlite3.Connection) -> str | None:
    """Switch to write-ahead; None while another one does."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return None
        raise
    return str(mode)


# -- the schema


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    connection.execute("BEGIN")  # so that all that is read is of one moment: others may be making the tables just now
    try:
        is_up_to_date = _version(connection, path, len(migrations)) == len(migrations)
    finally:
        connection.execute("ROLLBACK")
    if is_up_to_date:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in migrations[_version(connection, path, len(migrations)) :]:  # others may have been first
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    (tables,) = connection.execute(TOUCH).fetchone()  # first: with it the moment begins
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION and (application or version or tables):
        raise ConfigError(f"`{path}` is a database of something else", hint="name a file of its own for the ledger")
    if version > newest:
        raise LedgerError(
            f"`{path}` was written by a newer version of this package: its schema is {version}, known is {newest}",
            hint="pip install --upgrade pixroute",
        )
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript()` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


# -- what can be wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What one of SQLite's errors means here: at the start, `opening` is the error of ours, and `later` is it later."""

    text: str
    hint: str | None = None
    opening: type[RouterError] = LedgerUnreachableError
    later: type[RouterError] = LedgerUnreachableError


SPACE: Final = "make room on the disk: until then nothing can be reserved"
RIGHTS: Final = "the program needs to write the file and its folder"

TROUBLES: Final[Mapping[int, Trouble]] = {
    sqlite3.SQLITE_BUSY: Trouble(text="is busy", hint="is a process that writes to it stopped?"),
    sqlite3.SQLITE_LOCKED: Trouble(text="is busy", hint="is a process that writes to it stopped?"),
    sqlite3.SQLITE_PROTOCOL: Trouble(text="is busy", hint="is it on a local disk?"),
    sqlite3.SQLITE_FULL: Trouble(text="cannot grow: the disk is full", hint=SPACE),
    sqlite3.SQLITE_READONLY: Trouble(text="cannot be written", hint=RIGHTS, opening=ConfigError),
    sqlite3.SQLITE_PERM: Trouble(text="cannot be written", hint=RIGHTS, opening=ConfigError),
    sqlite3.SQLITE_CANTOPEN: Trouble(text="cannot be opened", hint=RIGHTS, opening=ConfigError),
    sqlite3.SQLITE_NOTADB: Trouble(text="is no database", hint="name another file", opening=ConfigError),
    sqlite3.SQLITE_CORRUPT: Trouble(
        text="is damaged",
        hint="put a copy back, or see what `sqlite3 FILE .recover` finds",
        opening=LedgerError,
        later=LedgerError,
    ),
    sqlite3.SQLITE_CONSTRAINT: Trouble(
        text="does not take that: an amount is too large", opening=LedgerError, later=LedgerError
    ),
}
"""By the primary code of SQLite's error; any other is `LedgerUnreachableError` in SQLite's words."""


def ours(error: sqlite3.Error, path: Path, *, opening: bool = False) -> RouterError:
    """An error of SQLite's as one of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    trouble = TROUBLES.get(code) or Trouble(text=f"cannot be used: {error}")
    kind = trouble.opening if opening else trouble.later
    return kind(f"`{path}` {trouble.text}", hint=trouble.hint)
