"""A ledger in Redis: each operation is one script, atomic over all limits, on keys that share a slot of a cluster.

The server's clock decides. Amounts are exact below 2^53 micro-dollars, nine billion dollars; larger ones are refused.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, Self, TypeAlias, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

from ..budget import FOREVER, Account, frame
from ..errors import ConfigError, LedgerError, LedgerUnreachableError, did_you_mean
from ..policy import Window
from .holds import Act, Answer, Balance, Charge, Ended, Entry, Hold, Reservation, Short, Standing, State, Taken
from .redis_link import Link, Script
from .redis_trust import Keeper

RESERVE: Final = Script.of("begin.lua", "standing.lua", "reserve.lua")
END: Final = Script.of("begin.lua", "end.lua")
RENEW: Final = Script.of("begin.lua", "renew.lua")
LEFT: Final = Script.of("begin.lua", "standing.lua", "left.lua")

PARTS: Final = ("book", "rows", "holds", "leases", "entries")
MOST: Final = (1 << 53) - 1
PAGE: Final = 1000
GUESSES: Final = 3

OURS: Final = ("name", "restarts", "timeout")
THEIRS: Final = ("client_name", "db", "password", "username")
OF_TLS: Final = ("ssl_ca_certs", "ssl_ca_path", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile")

Names: TypeAlias = Sequence[tuple[str, str]]


class RedisLedger:
    """Keeps everything at one server; threads may share it.

    A server that restarted may have lost its last writes, and so may a replica that took over: every operation raises
    `LedgerInDoubtError` until `accept()`, or goes on where `trust_restarts` is set. One that lost everything is noticed
    by those who knew it before, not by a program that is new to it; nor does one notice that others already write
    elsewhere, in its place. So let it write to disk (`appendonly yes`), drop nothing (`maxmemory-policy noeviction`:
    one that drops keys of ours is refused), and where it has replicas, stop without them (`min-replicas-to-write 1`).

    `now` takes the place of the server's clock, `clock` is the program's own, from which the server's is only guessed:
    both give seconds since 1970.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        *,
        name: str = "main",
        timeout_s: float = 5.0,
        trust_restarts: bool = False,
        now: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self._clock = clock
        self._ahead_ms = 0  # of the server, as its last answer said
        self._keys = {part: f"{{pixroute:{name}}}:{part}" for part in PARTS}
        self._link = Link(pool, where=_where(pool, name), timeout_s=timeout_s)
        self._keeper = Keeper(self._link, tuple(self._keys.values()), trusting=trust_restarts)
        self._keeper.open()

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        now: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open `redis://host:6379/0`, `rediss://` (TLS) or `unix:///path`; `user:password@` goes before the host.

        `?name=` keeps several ledgers at one server apart, `restarts=trust` goes on after a restart, `timeout=` bounds
        in seconds how long is waited for a connection and for an answer. `db=` and `ssl_…=` are those of
        redis-py.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        theirs = THEIRS + (OF_TLS if parts.scheme == "rediss" else ())
        timeout_s = _check(options, OURS + theirs, "" if parts.scheme == "unix" else parts.path)
        query = urlencode({name: value for name, value in options.items() if name in theirs})
        try:
            pool = ConnectionPool.from_url(
                f"{url.partition('?')[0]}?{query}",
                protocol=2,
                decode_responses=True,
                encoding_errors="surrogatepass",
                socket_timeout=timeout_s,
                socket_connect_timeout=timeout_s,
                retry=Retry(NoBackoff(), 0),
                **({} if parts.scheme == "unix" else {"socket_keepalive": True}),
            )
        except ValueError as error:
            raise ConfigError(f"no ledger is kept at `{parts.scheme}://…`: {error}") from None
        return cls(
            pool,
            name=options.get("name", "main"),
            timeout_s=timeout_s,
            trust_restarts=options.get("restarts") == "trust",
            now=now,
            clock=clock,
        )

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Hold a ceiling against every account, or against none."""
        names = [(account.key, account.limit) for account in reservation.accounts]
        about = json.dumps({"key": reservation.key, "charges": names, "about": dict(reservation.about)})
        asked = (
            reservation.key,
            reservation.token,
            _small(reservation.ceiling_micros),
            round(reservation.lease_s * 1000),
            AFTER_LEASE[reservation.after_lease],
            "yes" if reservation.after_unknown else "no",
            about,
        )
        kind, words, kept = self._placed(RESERVE, asked, reservation.accounts)
        if kind == "short":
            return Short(needed_micros=reservation.ceiling_micros, standings=_standings(names, words))
        if kind == "taken":
            return _taken(reservation.key, words)
        return _hold(reservation, words, json.loads(kept)["charges"] if kind == "same" else names)

    def settle(self, hold: str, micros: int, /) -> Ended:
        """Put what was billed in the place of a hold."""
        return self._end(hold, "settle", _small(micros))

    def release(self, hold: str, /) -> Ended:
        """Give a hold back."""
        return self._end(hold, "release")

    def unknown(self, hold: str, /) -> Ended:
        """Leave a hold counted at its ceiling."""
        return self._end(hold, "unknown")

    def renew(self, hold: str, lease_s: float, /) -> bool:
        """Let a held hold's lease end this many seconds from now."""
        _, words, _ = self._asked(RENEW, hold, round(lease_s * 1000))
        return words == ["yes"]

    def left(self, accounts: Sequence[Account], /) -> tuple[Standing, ...]:
        """How accounts stand at this moment."""
        _, words, _ = self._placed(LEFT, (), accounts)
        return _standings([(account.key, account.limit) for account in accounts], words)

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """The lines of the ledger in their order, read page by page up to the one that is last now."""
        last = int(self._link.command("LLEN", self._keys["entries"]))
        for start in range(after, last, PAGE):
            page = self._link.command("LRANGE", self._keys["entries"], start, min(start + PAGE, last) - 1)
            yield from (_entry(seq, raw) for seq, raw in enumerate(page, start + 1))

    def balances(self) -> Iterator[Balance]:
        """What is kept for each account and period, read page by page: hold it against entries while nobody spends."""
        seen: set[str] = set()
        cursor = "0"
        while True:
            cursor, found = self._link.command("HSCAN", self._keys["rows"], cursor, "COUNT", PAGE)
            rows = dict(zip(found[::2], found[1::2], strict=True))
            yield from (_balance(field, row) for field, row in rows.items() if field not in seen and _used(row))
            seen.update(rows)
            if cursor == "0":
                return

    def accept(self) -> str | None:
        """Trust the server again after it restarted, or after it lost everything."""
        return self._keeper.accept()

    def close(self) -> None:
        """Close the connections."""
        self._link.close()

    # -- one question

    def _end(self, hold: str, act: Act, *bill: int) -> Ended:
        kind, words, _ = self._asked(END, hold, act, *bill)
        if kind == "large":
            raise LedgerError(f"a balance would be more than {MOST} micro-dollars, and not exact any more")
        state, changed, micros, over = words
        return Ended(state=cast("State", state), changed=changed == "yes", micros=int(micros), overrun_micros=int(over))

    def _placed(
        self, script: Script, arguments: Sequence[str | int], accounts: Sequence[Account]
    ) -> tuple[str, list[str], str]:
        """Ask with windows around the time that it may be there, and again around the time that it is."""
        for _ in range(GUESSES):
            around_s = (int(self._clock() * 1000) + self._ahead_ms) // 1000
            terms = [word for account in accounts for word in (account.key, _terms(account, around_s))]
            found = self._asked(script, *arguments, *terms)
            if found[0] != "misdated":
                return found
        raise LedgerUnreachableError(f"the clock of the ledger at `{self._link.where}` leaps")

    def _asked(self, script: Script, *arguments: str | int) -> tuple[str, list[str], str]:
        """The kind of an answer, its words, and what stands on the lines after them."""
        now = "" if self._now is None else int(self._now() * 1000)
        line, _, rest = self._keeper.run(script, now, *arguments).partition("\n")
        kind, at_ms, *words = line.split()
        self._ahead_ms = int(at_ms) - int(self._clock() * 1000)
        if kind == "missing":
            raise LedgerError(f"there is no hold `{arguments[0]}`")
        return kind, words, rest


AFTER_LEASE: Final[Mapping[Literal["spent", "release"], Act]] = {"spent": "assume", "release": "release"}


# -- what is said


def _small(micros: int) -> int:
    if micros <= MOST:
        return micros
    raise LedgerError(f"a ledger in Redis keeps amounts up to {MOST} micro-dollars, not {micros}")


def _terms(account: Account, around_s: int) -> str:
    """An amount and its window, as the scripts read them: `AMOUNT START END 0`, or `AMOUNT SPAN 0 STEP`."""
    return f"{_small(account.amount_micros)} {_period(account.window, around_s)}"


@lru_cache(maxsize=1024)
def _period(window: Window, around_s: int) -> str:
    found = frame(window, around_s)
    if found.step_s:
        return f"{found.span_s} 0 {found.step_s}"
    start, end = next((start, end) for start, end in pairwise(found.edges) if start <= around_s < end)
    return f"{start} {end} 0"


# -- what is answered


def _standings(names: Names, words: Sequence[str]) -> tuple[Standing, ...]:
    rows = [tuple(map(int, words[at : at + 6])) for at in range(0, len(words), 6)]
    return tuple(
        Standing(
            account=account,
            limit=limit,
            amount_micros=amount,
            spent_micros=spent,
            held_micros=held,
            unknown_micros=unknown,
            peak_micros=peak,
            resets_at_ms=None if ends == FOREVER else ends * 1000,
        )
        for (account, limit), (amount, ends, spent, held, unknown, peak) in zip(names, rows, strict=True)
    )


def _hold(reservation: Reservation, words: Sequence[str], names: Names) -> Hold:
    attempt, ceiling, at_ms, until_ms = map(int, words[:4])
    return Hold(
        key=reservation.key,
        attempt=attempt,
        token=reservation.token,
        ceiling_micros=ceiling,
        at_ms=at_ms,
        lease_until_ms=until_ms,
        standings=_standings(names, words[4:]),
    )


def _taken(key: str, words: Sequence[str]) -> Taken:
    attempt, state, micros, at_ms = words
    return Taken(key=key, attempt=int(attempt), state=cast("State", state), micros=int(micros), at_ms=int(at_ms))


# -- what is kept


def _entry(seq: int, raw: str) -> Entry:
    line, _, rest = raw.partition("\n")
    at_ms, act, attempt, micros, *periods = line.split(" ")
    if act != "reserve":
        return Entry(
            seq=seq, at_ms=int(at_ms), act=cast("Act", act), key=rest, attempt=int(attempt), micros=int(micros)
        )
    kept = json.loads(rest)
    starts = periods[0].split(",") if kept["charges"] else ()
    return Entry(
        seq=seq,
        at_ms=int(at_ms),
        act="reserve",
        key=kept["key"],
        attempt=int(attempt),
        micros=int(micros),
        charges=tuple(
            Charge(account=account, limit=limit, period=int(start))
            for (account, limit), start in zip(kept["charges"], starts, strict=True)
        ),
        about=kept["about"],
    )


def _used(row: str) -> int:
    return sum(map(int, row.split(" ")[:3]))


def _balance(field: str, row: str) -> Balance:
    period, _, account = field.partition(" ")
    spent, held, unknown, _ = map(int, row.split(" "))
    return Balance(account=account, period=int(period), spent_micros=spent, held_micros=held, unknown_micros=unknown)


# -- URLs


def _check(options: Mapping[str, str], known: Sequence[str], path: str) -> float:
    """See that every option is known and what it may be; gives the timeout in seconds."""
    unknown = next((name for name in options if name not in known), None)
    if unknown is not None:
        raise ConfigError(f"unknown option `{unknown}` of a ledger's URL", hint=did_you_mean(unknown, known))
    if not re.fullmatch(r"[\w.-]+", options.get("name", "main")):
        raise ConfigError(f"`{options['name']}` is no name of a ledger", hint="use letters, digits, `.`, `-` and `_`")
    if options.get("restarts", "trust") != "trust":
        raise ConfigError(
            f"`restarts={options['restarts']}` is not known", hint="write `restarts=trust`, or leave it out"
        )
    if not re.fullmatch(r"/?\d*", path):
        raise ConfigError(f"a database of a Redis is a number, not `{path[1:]}`", hint="write `?name=` for a name")
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", options.get("timeout", "5")):
        raise ConfigError(f"`timeout={options['timeout']}` is no number of seconds")
    return float(options.get("timeout", "5"))


def _where(pool: ConnectionPool, name: str) -> str:
    """Where a ledger is, without a password."""
    at = pool.connection_kwargs
    server = at.get("path") or f"{at.get('host', 'localhost')}:{at.get('port', 6379)}"
    return f"{server}/{at.get('db', 0)}?name={name}"
