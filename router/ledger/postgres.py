"""A ledger in PostgreSQL, for many hosts: each step is one call of a procedure, see `postgres.sql`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ..budget import FOREVER, Account, frame
from ..errors import ConfigError, LedgerError
from .holds import AFTER, Act, Answer, Balance, Charge, Ended, Entry, Hold, Reservation, Short, Standing, Taken
from .postgres_lines import Lines
from .postgres_schema import bring_up, check_name

Json: TypeAlias = dict[str, Any]

LARGEST: Final = (1 << 62) - 1
"""Amounts are 64-bit integers there, and two of them are added before they are compared."""

OWN: Final[Mapping[str, str]] = {"schema": "pixroute", "pool": "8", "timeout": "10"}
DEFAULTS: Final[dict[str, str]] = {
    "connect_timeout": "5",
    "fallback_application_name": "pixroute",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "client_encoding": "utf8",
}
"""What the URL may say otherwise, as libpq spells it."""

PAGE: Final = 5000
ATTEMPT: Final = re.compile("[1-9][0-9]{0,8}")
GUESSES: Final = 3


class PostgresLedger:
    """Keeps a ledger in a schema of its own; `now` gives the moment in seconds since 1970, if not the server's clock.

    `clock` is this machine's. It only has to guess around which moment the windows are computed: the server places its
    own time in them, and where the guess was too far off it says so.
    """

    def __init__(
        self,
        lines: Lines,
        *,
        schema: str = "pixroute",
        wait_s: float = 10.0,
        now: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._lines = lines
        self._schema = f'"{schema}"'
        self._wait_ms = round(wait_s * 1000)
        self._now = now
        self._clock = clock
        self._ahead_s = 0.0  # how far the server's clock is ahead of this machine's, as last seen
        with lines.line() as line:
            bring_up(line, schema)

    @classmethod
    def from_url(
        cls, url: str, *, now: Callable[[], float] | None = None, clock: Callable[[], float] = time.time
    ) -> PostgresLedger:
        """Open the ledger at `postgresql://user:password@host/database`.

        Of the options in its query, `schema` says where in the database, `pool` how many connections a process has at
        most, and `timeout` how many seconds a step may take. All others are libpq's, as `sslmode` or `connect_timeout`.
        """
        base, _, query = url.partition("?")
        options = {part.partition("=")[0]: part for part in query.split("&") if part}
        own = {name: unquote(options.pop(name, "").partition("=")[2] or default) for name, default in OWN.items()}
        check_name(own["schema"])
        size, timeout_s = (_whole(name, own[name]) for name in ("pool", "timeout"))
        try:
            given = {
                name: str(value) for name, value in conninfo_to_dict(f"{base}?{'&'.join(options.values())}").items()
            }
        except psycopg.ProgrammingError as error:
            raise ConfigError(
                f"not a URL of a database: {str(error).strip()}", hint="write `postgresql://user@host/database`"
            ) from None
        lines = Lines(make_conninfo(**DEFAULTS | given), size=size, timeout_s=timeout_s)
        return cls(lines, schema=own["schema"], wait_s=timeout_s, now=now, clock=clock)

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Hold a ceiling against every account, or against none."""
        ask = {
            "key": reservation.key,
            "token": reservation.token,
            "ceiling": _fits(reservation.ceiling_micros),
            "lease_ms": round(reservation.lease_s * 1000),
            "after_lease": "release" if reservation.after_lease == "release" else "assume",
            "after_unknown": reservation.after_unknown,
            "about": dict(reservation.about),
        }
        told = self._placed("reserve", ask, reservation.accounts)
        return ANSWERS[told["is"]](told, reservation)

    def settle(self, hold: str, micros: int, /) -> Ended:
        """Put what was billed in the place of a hold."""
        return self._change(hold, "settle", _fits(micros))

    def release(self, hold: str, /) -> Ended:
        """Give a hold back."""
        return self._change(hold, "release")

    def unknown(self, hold: str, /) -> Ended:
        """Leave a hold counted at its ceiling."""
        return self._change(hold, "unknown")

    def renew(self, hold: str, lease_s: float, /) -> bool:
        """Let a held hold's lease end this many seconds from now."""
        changed: bool = self._about("renew", hold, {"lease_ms": round(lease_s * 1000)})["changed"]
        return changed

    def left(self, accounts: Sequence[Account], /) -> tuple[Standing, ...]:
        """How accounts stand at this moment."""
        return _standings(self._placed("left_of", {}, accounts))

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """The lines of the ledger in their order, up to the last one of this moment."""
        return self._entries(after, self._call("last_line", {}))

    def balances(self) -> Iterator[Balance]:
        """What is kept for each account and period."""
        last: tuple[str, int] = ("", -1)
        while rows := self._lines.step(
            f"SELECT account, period, spent, held, unknown FROM {self._schema}.balances"  # noqa: S608 -- a checked name
            " WHERE (account, period) > (%s, %s) AND spent + held + unknown <> 0 ORDER BY account, period LIMIT %s",
            (*last, PAGE),
        ):
            for account, period, spent, held, unknown in rows:
                last = (account, period)
                yield Balance(
                    account=account, period=period, spent_micros=spent, held_micros=held, unknown_micros=unknown
                )

    def accept(self) -> str | None:
        """Nothing to accept: what was answered is on the server's disk."""
        return None

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._lines.close()

    # -- one round trip each

    def _call(self, procedure: str, ask: Json) -> Any:  # noqa: ANN401 -- a JSON document
        full = {**ask, "wait_ms": self._wait_ms}
        if self._now is not None:
            full["now_ms"] = int(self._now() * 1000)
        return self._lines.step(f"CALL {self._schema}.{procedure}(%s, NULL)", [json.dumps(full)])[0][0]

    def _placed(self, procedure: str, ask: Json, accounts: Sequence[Account]) -> Json:
        """Ask about accounts, with their windows around the moment that it should be there."""
        for _ in range(GUESSES):
            around_s = int(self._now() if self._now is not None else self._clock() + self._ahead_s)
            told: Json = self._call(procedure, {**ask, "accounts": [_framed(each, around_s) for each in accounts]})
            if "at_ms" in told and self._now is None:
                self._ahead_s = told["at_ms"] / 1000 - self._clock()
            if told["is"] != "misdated":
                return told
        raise LedgerError("the server's clock leaps: no window fits it", hint="check the clock of the database's host")

    def _change(self, hold: str, act: Act, micros: int | None = None) -> Ended:
        becomes = {before: after for (before, each), after in AFTER.items() if each == act}
        told = self._about("change", hold, {"act": act, "micros": micros, "becomes": becomes})
        return Ended(
            state=told["state"],
            changed=told["changed"],
            micros=told["micros"],
            overrun_micros=told.get("overrun") or 0,
        )

    def _about(self, procedure: str, hold: str, ask: Json) -> Json:
        """Ask about a hold; its name is taken apart for it."""
        key, _, attempt = hold.rpartition("#")
        told: Json | None = None
        if ATTEMPT.fullmatch(attempt):
            told = self._call(procedure, {**ask, "key": key, "attempt": int(attempt)})
        if told is None:
            raise LedgerError(f"there is no hold `{hold}`")
        return told

    def _entries(self, after: int, last: int) -> Iterator[Entry]:
        while rows := self._lines.step(
            "SELECT seq, at_ms, act, key, attempt, micros, charges, about"  # noqa: S608 -- a checked name
            f" FROM {self._schema}.entries WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s",
            (after, last, PAGE),
        ):
            for seq, at_ms, act, key, attempt, micros, charges, about in rows:
                after = seq
                yield Entry(
                    seq=seq,
                    at_ms=at_ms,
                    act=act,
                    key=key,
                    attempt=attempt,
                    micros=micros,
                    charges=tuple(Charge(account=a, limit=limit, period=start) for a, limit, start in charges or ()),
                    about=about or {},
                )


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ConfigError(f"`{name}` in the URL is a whole number from 1, not `{text}`")
    return int(text)


def _fits(micros: int) -> int:
    if abs(micros) > LARGEST:
        raise LedgerError(f"more than a ledger in postgres can hold: {micros} micro-dollars")
    return micros


def _framed(account: Account, around_s: int) -> Json:
    window = frame(account.window, around_s)
    return {
        "account": account.key,
        "limit": account.limit,
        "amount": _fits(account.amount_micros),
        "edges": window.edges,
        "span": window.span_s,
        "step": window.step_s,
    }


def _standings(told: Json) -> tuple[Standing, ...]:
    columns = (
        told[name] or () for name in ("account", "limit", "amount", "spent", "held", "unknown", "peak", "resets")
    )
    return tuple(
        Standing(
            account=account,
            limit=limit,
            amount_micros=amount,
            spent_micros=spent,
            held_micros=held,
            unknown_micros=unknown,
            peak_micros=peak,
            resets_at_ms=None if resets == FOREVER else resets * 1000,
        )
        for account, limit, amount, spent, held, unknown, peak, resets in zip(*columns, strict=True)
    )


def _hold(told: Json, asked: Reservation) -> Hold:
    return Hold(
        key=asked.key,
        attempt=told["attempt"],
        token=asked.token,
        ceiling_micros=told["ceiling"],
        at_ms=told["at_ms"],
        lease_until_ms=told["until_ms"],
        standings=_standings(told),
    )


def _short(told: Json, asked: Reservation) -> Short:
    return Short(needed_micros=asked.ceiling_micros, standings=_standings(told))


def _taken(told: Json, asked: Reservation) -> Taken:
    return Taken(
        key=asked.key, attempt=told["attempt"], state=told["state"], micros=told["micros"], at_ms=told["at_ms"]
    )


ANSWERS: Final[Mapping[str, Callable[[Json, Reservation], Answer]]] = {"hold": _hold, "short": _short, "taken": _taken}
