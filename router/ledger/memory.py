"""A ledger in the memory of one process: for tests, and for caps that need not outlive it."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ..budget import Account, Period, period_of
from ..errors import ConfigError, LedgerError
from .holds import AFTER, Act, Answer, Balance, Charge, Ended, Entry, Hold, Reservation, Short, Standing, State, Taken


@dataclass(slots=True)
class Row:
    """What stands against one account in one period, in micro-dollars."""

    spent: int = 0
    held: int = 0
    unknown: int = 0
    peak: int = 0

    @property
    def used(self) -> int:
        """All that counts."""
        return self.spent + self.held + self.unknown

    def add(self, state: State, micros: int) -> None:
        """Count an amount where a hold in that state stands; a released one stands nowhere."""
        match state:
            case "held":
                self.held += micros
            case "unknown":
                self.unknown += micros
            case "settled" | "assumed":
                self.spent += micros
            case "released":
                pass


@dataclass(slots=True)
class Kept:
    """A hold as it is kept: `micros` is what it counts for."""

    hold: Hold
    reservation: Reservation
    charges: tuple[Charge, ...]
    micros: int
    lease_until_ms: int = 0
    state: State = "held"


class MemoryLedger:
    """Keeps everything under one lock; `now` gives the moment in seconds since 1970."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rows: dict[str, dict[int, Row]] = {}
        self._kept: dict[str, Kept] = {}
        self._operations: dict[str, list[Kept]] = {}
        self._leases: list[tuple[int, str]] = []
        self._entries: list[Entry] = []

    @classmethod
    def from_url(cls, url: str) -> MemoryLedger:
        """A new one, whatever else the URL says."""
        if url not in ("memory:", "memory://"):
            raise ConfigError(f"a ledger in memory has no name: `{url}`", hint="write `memory:`")
        return cls()

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Hold a ceiling against every account, or against none."""
        with self._lock:
            now_ms = self._begin()
            earlier = self._earlier(reservation)
            if earlier is not None:
                return earlier
            places = [period_of(account.window, now_ms // 1000) for account in reservation.accounts]
            standings = tuple(map(self._standing, reservation.accounts, places))
            if any(each.used_micros + reservation.ceiling_micros > each.amount_micros for each in standings):
                return Short(needed_micros=reservation.ceiling_micros, standings=standings)
            return self._hold(reservation, places, now_ms)

    def settle(self, hold: str, micros: int, /) -> Ended:
        """Put what was billed in the place of a hold."""
        return self._end(hold, "settle", micros)

    def release(self, hold: str, /) -> Ended:
        """Give a hold back."""
        return self._end(hold, "release")

    def unknown(self, hold: str, /) -> Ended:
        """Leave a hold counted at its ceiling."""
        return self._end(hold, "unknown")

    def renew(self, hold: str, lease_s: float, /) -> bool:
        """Let a held hold's lease end this many seconds from now."""
        with self._lock:
            now_ms = self._begin()
            kept = self._find(hold)
            if kept.state != "held":
                return False
            self._lease(kept, now_ms + round(lease_s * 1000))
            return True

    def left(self, accounts: Sequence[Account], /) -> tuple[Standing, ...]:
        """How accounts stand at this moment."""
        with self._lock:
            now_ms = self._begin()
            return tuple(self._standing(account, period_of(account.window, now_ms // 1000)) for account in accounts)

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """The lines of the ledger in their order."""
        with self._lock:
            found = self._entries[after:]
        return iter(found)

    def balances(self) -> Iterator[Balance]:
        """What is kept for each account and period."""
        with self._lock:
            found = [
                Balance(
                    account=account,
                    period=period,
                    spent_micros=row.spent,
                    held_micros=row.held,
                    unknown_micros=row.unknown,
                )
                for account, rows in self._rows.items()
                for period, row in rows.items()
                if row.used
            ]
        return iter(found)

    def accept(self) -> str | None:
        """Nothing to accept: what is lost here is lost with the process."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""

    # -- under the lock

    def _begin(self) -> int:
        """The moment, after ending the holds whose lease is over by then."""
        now_ms = int(self._now() * 1000)
        while self._leases and self._leases[0][0] <= now_ms:
            until_ms, hold = heapq.heappop(self._leases)
            kept = self._kept[hold]
            if kept.lease_until_ms == until_ms:
                act: Act = "release" if kept.reservation.after_lease == "release" else "assume"
                self._change(kept, act, now_ms)
        return now_ms

    def _earlier(self, reservation: Reservation) -> Hold | Taken | None:
        """An earlier hold of the operation that answers the question: the very one asked for, else one in the way."""
        earlier = self._operations.get(reservation.key, ())
        passable = ("released", *(DOUBTFUL if reservation.after_unknown else ()))
        own = (kept for kept in earlier if kept.hold.token == reservation.token)
        in_the_way = (kept for kept in earlier if kept.state not in passable)
        kept = next(own, None) or next(in_the_way, None)
        if kept is None:
            return None
        if kept.hold.token == reservation.token and kept.state == "held":
            return replace(kept.hold, lease_until_ms=kept.lease_until_ms)
        return Taken(
            key=kept.hold.key,
            attempt=kept.hold.attempt,
            state=kept.state,
            micros=kept.micros,
            at_ms=kept.hold.at_ms,
        )

    def _hold(self, reservation: Reservation, places: Sequence[Period], now_ms: int) -> Hold:
        earlier = self._operations.setdefault(reservation.key, [])
        pairs = list(zip(reservation.accounts, places, strict=True))
        charges = tuple(Charge(account=each.key, limit=each.limit, period=place.start) for each, place in pairs)
        for charge in charges:
            self._row(charge).held += reservation.ceiling_micros
        standings = tuple(self._standing(account, place) for account, place in pairs)
        for charge, standing in zip(charges, standings, strict=True):
            self._row(charge).peak = max(standing.peak_micros, standing.used_micros)
        hold = Hold(
            key=reservation.key,
            attempt=len(earlier) + 1,
            token=reservation.token,
            ceiling_micros=reservation.ceiling_micros,
            at_ms=now_ms,
            lease_until_ms=now_ms + round(reservation.lease_s * 1000),
            standings=standings,
        )
        kept = Kept(hold=hold, reservation=reservation, charges=charges, micros=hold.ceiling_micros)
        earlier.append(kept)
        self._kept[hold.id] = kept
        self._lease(kept, hold.lease_until_ms)
        self._write(kept, "reserve", now_ms)
        return hold

    def _end(self, hold: str, act: Act, micros: int | None = None) -> Ended:
        with self._lock:
            now_ms = self._begin()
            kept = self._find(hold)
            before = kept.state
            changed = self._change(kept, act, now_ms, micros=micros)
            over = 0
            if changed and micros is not None:
                over = max(micros - (0 if before == "released" else kept.hold.ceiling_micros), 0)
            return Ended(state=kept.state, changed=changed, micros=kept.micros, overrun_micros=over)

    def _change(self, kept: Kept, act: Act, now_ms: int, *, micros: int | None = None) -> bool:
        """Take a step of the table; False where there is none."""
        state = AFTER.get((kept.state, act))
        if state is None:
            return False
        counts = {"settled": micros or 0, "released": 0}.get(state, kept.hold.ceiling_micros)
        for charge in kept.charges:
            row = self._row(charge)
            row.add(kept.state, -kept.micros)
            row.add(state, counts)
        given_back = kept.micros
        kept.state, kept.micros = state, counts
        self._write(kept, act, now_ms, micros=given_back if state == "released" else counts)
        return True

    def _find(self, hold: str) -> Kept:
        kept = self._kept.get(hold)
        if kept is None:
            raise LedgerError(f"there is no hold `{hold}`")
        return kept

    def _row(self, charge: Charge) -> Row:
        return self._rows.setdefault(charge.account, {}).setdefault(charge.period, Row())

    def _lease(self, kept: Kept, until_ms: int) -> None:
        kept.lease_until_ms = until_ms
        heapq.heappush(self._leases, (until_ms, kept.hold.id))

    def _standing(self, account: Account, place: Period) -> Standing:
        rows = self._rows.get(account.key, {})
        seen = [rows[start] for start in place.starts if start in rows]
        return Standing(
            account=account.key,
            limit=account.limit,
            amount_micros=account.amount_micros,
            spent_micros=sum(row.spent for row in seen),
            held_micros=sum(row.held for row in seen),
            unknown_micros=sum(row.unknown for row in seen),
            peak_micros=max((row.peak for row in seen), default=0),
            resets_at_ms=None if place.resets_at is None else place.resets_at * 1000,
        )

    def _write(self, kept: Kept, act: Literal["reserve"] | Act, now_ms: int, *, micros: int | None = None) -> None:
        entry = Entry(
            seq=len(self._entries) + 1,
            at_ms=now_ms,
            act=act,
            key=kept.hold.key,
            attempt=kept.hold.attempt,
            micros=kept.micros if micros is None else micros,
            charges=kept.charges if act == "reserve" else (),
            about=kept.reservation.about if act == "reserve" else {},
        )
        self._entries.append(entry)


DOUBTFUL: Final = ("unknown", "assumed")
