"""Whether a Redis still has all that was written to it: the first line of a store, and who was trusted with it.

A Redis answers before its disk has the write, so a server that restarts, or a replica that takes over, may have lost
the last of them. The id of the server's run tells: it stands in the store, and every operation compares it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..errors import LedgerError, LedgerInDoubtError, LedgerUnreachableError
from .redis_link import Link, Script, Wire, evaluate

SCHEMA: Final = 1
MIGRATIONS: Final[Mapping[int, str]] = {}
"""For each older version, the Lua that makes the next one of it; its `KEYS` are those of every script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The first line of a store: which ledger it is, and the run of the server that was last trusted with it.

    `accepted` says that somebody took this ledger for the one that was there before it.
    """

    schema: int = SCHEMA
    born: str
    accepted: bool = False
    run: str

    @classmethod
    def new(cls, run: str) -> Book:
        """One that never was."""
        return cls(born=secrets.token_hex(8), run=run)

    @classmethod
    def read(cls, line: str) -> Book:
        """The line as it is kept."""
        schema, born, accepted, run = line.split(" ")
        return cls(schema=int(schema), born=born, accepted=accepted == "1", run=run)

    def line(self, run: str) -> str:
        """The line as it should be where this run of the server has the ledger."""
        return f"{self.schema} {self.born} {int(self.accepted)} {run}"


class Keeper:
    """Runs scripts on a ledger that may be trusted, and says why one may not."""

    def __init__(self, link: Link, keys: Sequence[str], *, trusting: bool) -> None:
        self._link = link
        self._keys = (str(len(keys)), *keys)
        self._trusting = trusting
        self._known: Book | None = None

    def open(self) -> None:
        """Make the ledger where there is none, and bring an older one up to date; one in doubt is only looked at."""
        self._link.on_wire(self._look)

    def run(self, script: Script, *arguments: str | int) -> str:
        """Run a script; raises `LedgerInDoubtError` where the ledger may have lost writes."""
        while True:
            found = self._link.on_wire(lambda wire: self._evaluate(wire, script, *arguments))
            if found == "changed":
                self._look_again()
            elif found != "again":
                return found

    def accept(self) -> str | None:
        """Trust the ledger as it is now; says what was wrong with it."""
        return self._link.on_wire(self._accept)

    def _evaluate(self, wire: Wire, script: Script, *arguments: str | int) -> str:
        line = self._known.line(self._link.process(wire).run) if self._known else ""
        return evaluate(wire, script, (*self._keys, line, *arguments))

    def _look_again(self) -> None:
        doubt = self._link.on_wire(self._look)
        if doubt:
            raise LedgerInDoubtError(
                f"the ledger at `{self._link.where}` may have lost writes: {doubt}",
                hint="see what is missing with `pixroute budget verify`, then `pixroute budget accept`",
            )

    def _look(self, wire: Wire) -> str | None:
        """Take the store's first line for known, or say why it is not to be trusted."""
        line, doubt = self._judged(wire)
        if doubt and self._trusting:
            self._accept(wire)
            return None
        if not doubt:
            self._known = Book.read(line)
        return doubt

    def _judged(self, wire: Wire) -> tuple[str, str | None]:
        process = self._link.process(wire)
        if process.replica:
            raise LedgerUnreachableError(
                f"the ledger at `{self._link.where}` is kept at a replica, which takes no writes"
            )
        if process.drops:
            raise LedgerError(
                f"the server at `{self._link.where}` drops what is kept when its memory is full: `{process.drops}`",
                hint="set its `maxmemory-policy` to `noeviction`, or give the ledger a server of its own",
            )
        new = "" if self._known else Book.new(process.run).line(process.run)
        line = evaluate(wire, SWAP, (*self._keys, "", new, "new"))
        if line in GONE:
            return "", GONE[line]
        book = self._migrated(wire, Book.read(line))
        if self._known and self._known.born != book.born and not book.accepted:
            return line, "it is not the one that was here before"
        if book.run != process.run:
            return line, "its server restarted, or another one took over"
        return book.line(book.run), None

    def _accept(self, wire: Wire) -> str | None:
        line, doubt = self._judged(wire)
        run = self._link.process(wire).run
        book = replace(Book.read(line) if line else Book.new(run), accepted=True)
        if evaluate(wire, SWAP, (*self._keys, line, book.line(run), "accepted")) != book.line(run):
            return self._accept(wire)  # somebody else was faster
        self._known = book
        return doubt

    def _migrated(self, wire: Wire, book: Book) -> Book:
        if book.schema > SCHEMA:
            raise LedgerError(
                f"the ledger at `{self._link.where}` is of version {book.schema}, and this program knows {SCHEMA}",
                hint='pip install --upgrade "pixroute[redis]"',
            )
        while book.schema < SCHEMA:
            newer = replace(book, schema=book.schema + 1)
            script = Script.made(
                f"{ONLY_ONCE}\n{MIGRATIONS[book.schema]}\nredis.call('SET', KEYS[1], ARGV[2])\nreturn ''"
            )
            evaluate(wire, script, (*self._keys, book.line(book.run), newer.line(book.run)))
            book = newer
        return book


SWAP: Final = Script.of("book.lua")
ONLY_ONCE: Final = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return '' end"
GONE: Final = {"": "it is not there any more", "torn": "its first line is gone"}
