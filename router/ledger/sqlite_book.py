"""What a SQLite ledger does in a transaction: each method is one step, and the statements it takes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from ..budget import Account, period_of
from ..errors import LedgerError
from .holds import (
    AFTER,
    Act,
    Answer,
    Balance,
    Charge,
    Ended,
    Entry,
    Hold,
    Reservation,
    Short,
    Standing,
    State,
    Taken,
    hold_id,
)


class Kept(NamedTuple):
    """A hold as it is kept; `charges` are its entry's."""

    key: str
    attempt: int
    token: str
    state: State
    ceiling: int
    micros: int
    lease_until_ms: int
    after_lease: str
    at_ms: int
    charges: str


class Counted(NamedTuple):
    """An account and what is counted against it in a period; with a hold's own ceiling, it is the hold's charge."""

    account: str
    limit: str
    period: int
    amount: int
    spent: int
    held: int
    unknown: int
    peak: int
    resets_at_ms: int | None


class Seen(NamedTuple):
    """What admission was judged by."""

    counted: Sequence[Counted]
    attempt: int


class Book:
    """The tables, at one moment; `execute` is that of a connection with a transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()
        self._execute = self._cursor.execute
        self._now_ms = 0
        self._due_ms: int | None = None

    def begin(self, now_ms: int) -> None:
        """Begin a transaction's steps."""
        self._now_ms = now_ms
        self._due_ms = self._first_due()

    def reserve(self, reservation: Reservation, about: str) -> Callable[[], Answer]:
        """Hold a ceiling against every account, or against none; gives what makes the answer, when others may go on."""
        self._end_leases()
        attempts = self._execute(ATTEMPTS, (reservation.key,)).fetchall()
        kept = _earlier(reservation, [Kept._make(row) for row in attempts]) if attempts else None
        if kept is not None:
            return partial(_given_again if kept.token == reservation.token else _taken, kept)
        now_s = self._now_ms // 1000
        counted = [self._counted(account, now_s) for account in reservation.accounts]
        ceiling = reservation.ceiling_micros
        for each in counted:
            if each.spent + each.held + each.unknown + ceiling > each.amount:
                return partial(_short, ceiling, counted)
        return self._hold(reservation, about, Seen(counted, len(attempts) + 1))

    def end(self, hold: str, act: Act, micros: int | None = None) -> Ended:
        """Take a step of the table, if there is one."""
        self._end_leases()
        kept = self._find(hold)
        state = AFTER.get((kept.state, act))
        if state is None:
            return Ended(state=kept.state, changed=False, micros=kept.micros)
        counts = self._change(kept, act, micros)
        over = 0
        if micros is not None:
            over = max(micros - (0 if kept.state == "released" else kept.ceiling), 0)
        return Ended(state=state, changed=True, micros=counts, overrun_micros=over)

    def renew(self, hold: str, lease_s: float) -> bool:
        """Let a held hold's lease end later, or sooner."""
        self._end_leases()
        kept = self._find(hold)
        if kept.state != "held":
            return False
        self._execute(RENEW, (self._lease(lease_s), kept.key, kept.attempt))
        return True

    def left(self, accounts: Sequence[Account]) -> tuple[Standing, ...]:
        """How accounts stand."""
        self._end_leases()
        return self.standings(accounts)

    # -- reading only

    @property
    def due(self) -> bool:
        """Whether a lease is over."""
        return self._due_ms is not None and self._due_ms <= self._now_ms

    def standings(self, accounts: Sequence[Account]) -> tuple[Standing, ...]:
        """How accounts stand, as long as no lease is due."""
        now_s = self._now_ms // 1000
        return tuple(_standing(self._counted(account, now_s)) for account in accounts)

    def last(self) -> int:
        """The number of the newest entry."""
        (seq,) = self._execute(LAST).fetchone()
        return int(seq)

    def entries(self, after: int, last: int) -> list[Entry]:
        """Some entries of a range, from its beginning."""
        return [_entry(row) for row in self._execute(ENTRIES, (after, last)).fetchall()]

    def balances(self) -> Iterator[Balance]:
        """All balances that are not zero."""
        return iter([_balance(row) for row in self._execute(BALANCES).fetchall()])

    # -- parts of a step

    def _counted(self, account: Account, now_s: int) -> Counted:
        place = period_of(account.window, now_s)
        starts, resets_at = place.starts, place.resets_at
        spent, held, unknown, peak = self._execute(STANDING, (account.key, starts[-1], starts[0])).fetchone()
        return Counted(
            account.key,
            account.limit,
            starts[0],
            account.amount_micros,
            spent,
            held,
            unknown,
            peak,
            None if resets_at is None else resets_at * 1000,
        )

    def _hold(self, reservation: Reservation, about: str, seen: Seen) -> Callable[[], Answer]:
        key, ceiling, at_ms = reservation.key, reservation.ceiling_micros, self._now_ms
        keys = [each.account for each in seen.counted]
        charges, rows = [], []
        for account, limit, period, amount, spent, before, unknown, peak, resets_at_ms in seen.counted:
            held = before + ceiling * keys.count(account)
            charges.append(Counted(account, limit, period, amount, spent, held, unknown, peak, resets_at_ms))
            rows.append((account, period, ceiling, max(peak, spent + held + unknown)))
        self._execute(WRITE, (at_ms, "reserve", key, seen.attempt, ceiling, encode(charges), about))
        entry = self._cursor.lastrowid
        until_ms = self._lease(reservation.lease_s)
        kept = Kept(
            key,
            seen.attempt,
            reservation.token,
            "held",
            ceiling,
            ceiling,
            until_ms,
            reservation.after_lease,
            at_ms,
            "",
        )
        self._execute(HOLD, (*kept[:8], entry))
        self._cursor.executemany(RESERVE, rows)
        return partial(_held, kept, charges)

    def _change(self, kept: Kept, act: Act, micros: int | None = None) -> int:
        """Take a step that there is; gives what the hold counts for now."""
        state = AFTER[kept.state, act]
        counts = {"settled": micros or 0, "released": 0}.get(state, kept.ceiling)
        before, after = COLUMN[kept.state], COLUMN[state]
        moved = [0, 0, 0]
        if before is not None:
            moved[before] -= kept.micros
        if after is not None:
            moved[after] += counts
        self._cursor.executemany(CHARGE, [(*moved, charge[0], charge[2]) for charge in json.loads(kept.charges)])
        self._execute(CHANGE, (state, counts, kept.key, kept.attempt))
        written = kept.micros if state == "released" else counts
        self._execute(WRITE, (self._now_ms, act, kept.key, kept.attempt, written, None, None))
        return counts

    def _find(self, hold: str) -> Kept:
        key, _, attempt = hold.rpartition("#")
        number = int(attempt) if attempt.isdecimal() and len(attempt) < DIGITS else 0
        row = self._execute(FIND, (key, number)).fetchone() if hold_id(key, number) == hold else None
        if row is None:
            raise LedgerError(f"there is no hold `{hold}`")
        return Kept._make(row)

    # -- leases

    def _lease(self, lease_s: float) -> int:
        until_ms = self._now_ms + round(lease_s * 1000)
        self._due_ms = until_ms if self._due_ms is None else min(self._due_ms, until_ms)
        return until_ms

    def _first_due(self) -> int | None:
        (due_ms,) = self._execute(DUE).fetchone()
        return None if due_ms is None else int(due_ms)

    def _end_leases(self) -> None:
        """End the holds whose lease is over, as their reservation says."""
        if self._due_ms is None or self._due_ms > self._now_ms:
            return
        for row in self._execute(OVER, (self._now_ms,)).fetchall():
            kept = Kept._make(row)
            self._change(kept, "release" if kept.after_lease == "release" else "assume")
        self._due_ms = self._first_due()


COLUMN: Final = {"settled": 0, "assumed": 0, "held": 1, "unknown": 2, "released": None}
"""Where a hold counts: as spent, held, unknown, or nowhere."""

DIGITS: Final = 19  # more do not fit into 64 bits

LAST: Final = "SELECT ifnull(max(seq), 0) FROM entries"
WRITE: Final = "INSERT INTO entries (at_ms, act, key, attempt, micros, charges, about) VALUES (?, ?, ?, ?, ?, ?, ?)"
HOLD: Final = "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
RENEW: Final = "UPDATE holds SET lease_until_ms = ? WHERE key = ? AND attempt = ?"
CHANGE: Final = "UPDATE holds SET state = ?, micros = ? WHERE key = ? AND attempt = ?"
RESERVE: Final = (
    "INSERT INTO balances (account, period, held, peak) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (account, period) DO UPDATE SET held = held + excluded.held, peak = excluded.peak"
)
CHARGE: Final = (
    "UPDATE balances SET spent = spent + ?, held = held + ?, unknown = unknown + ? WHERE account = ? AND period = ?"
)
STANDING: Final = (
    "SELECT ifnull(sum(spent), 0), ifnull(sum(held), 0), ifnull(sum(unknown), 0), ifnull(max(peak), 0) "
    "FROM balances WHERE account = ? AND period BETWEEN ? AND ?"
)
KEPT: Final = (
    "SELECT h.key, h.attempt, token, state, ceiling, h.micros, lease_until_ms, after_lease, at_ms, charges "
    "FROM holds AS h JOIN entries AS e ON e.seq = h.entry "
)
ATTEMPTS: Final = KEPT + "WHERE h.key = ? ORDER BY h.attempt"
FIND: Final = KEPT + "WHERE h.key = ? AND h.attempt = ?"
DUE: Final = "SELECT min(lease_until_ms) FROM holds WHERE state IN ('held', 'unknown')"
OVER: Final = (
    KEPT + "WHERE h.state IN ('held', 'unknown') AND h.lease_until_ms <= ? "
    "ORDER BY h.lease_until_ms, h.key || '#' || h.attempt LIMIT 1000"
)
ENTRIES: Final = (
    "SELECT seq, at_ms, act, key, attempt, micros, charges, about FROM entries WHERE seq > ? AND seq <= ? "
    "ORDER BY seq LIMIT 1000"
)
BALANCES: Final = "SELECT account, period, spent, held, unknown FROM balances WHERE spent OR held OR unknown"

DOUBTFUL: Final = ("unknown", "assumed")

encode = json.JSONEncoder(separators=(",", ":")).encode


def _earlier(reservation: Reservation, attempts: Sequence[Kept]) -> Kept | None:
    """An earlier hold of the operation that answers the question: the very one asked for, else one in the way."""
    passable = ("released", *(DOUBTFUL if reservation.after_unknown else ()))
    own = (kept for kept in attempts if kept.token == reservation.token)
    in_the_way = (kept for kept in attempts if kept.state not in passable)
    return next(own, None) or next(in_the_way, None)


# -- answers


def _held(kept: Kept, charges: Sequence[Counted]) -> Hold:
    return Hold(
        key=kept.key,
        attempt=kept.attempt,
        token=kept.token,
        ceiling_micros=kept.ceiling,
        at_ms=kept.at_ms,
        lease_until_ms=kept.lease_until_ms,
        standings=tuple(map(_standing, charges)),
    )


def _given_again(kept: Kept) -> Hold | Taken:
    if kept.state != "held":
        return _taken(kept)
    return _held(kept, [Counted._make(charge) for charge in json.loads(kept.charges)])


def _taken(kept: Kept) -> Taken:
    return Taken(key=kept.key, attempt=kept.attempt, state=kept.state, micros=kept.micros, at_ms=kept.at_ms)


def _short(ceiling: int, counted: Sequence[Counted]) -> Short:
    return Short(needed_micros=ceiling, standings=tuple(map(_standing, counted)))


def _standing(counted: Counted) -> Standing:
    return Standing(
        account=counted.account,
        limit=counted.limit,
        amount_micros=counted.amount,
        spent_micros=counted.spent,
        held_micros=counted.held,
        unknown_micros=counted.unknown,
        peak_micros=counted.peak,
        resets_at_ms=counted.resets_at_ms,
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, at_ms, act, key, attempt, micros, charges, about = row
    return Entry(
        seq=seq,
        at_ms=at_ms,
        act=act,
        key=key,
        attempt=attempt,
        micros=micros,
        charges=tuple(
            Charge(account=account, limit=limit, period=period)
            for account, limit, period, *_ in json.loads(charges or "[]")
        ),
        about=json.loads(about or "{}"),
    )


def _balance(row: tuple[Any, ...]) -> Balance:
    account, period, spent, held, unknown = row
    return Balance(account=account, period=period, spent_micros=spent, held_micros=held, unknown_micros=unknown)
