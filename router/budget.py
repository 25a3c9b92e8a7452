"""Limits as requests meet them: which account a request spends from, and which period a moment belongs to.

Moments are whole seconds since 1970 in UTC. Nothing here knows what time it is: a store does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .policy import Limit, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A limit for one value of its tags: `key` names it in a store, as in `tenant-day/tenant=acme`.

    `amount_micros` is what may be spent in one window, in micro-dollars.
    """

    key: str
    limit: str
    amount_micros: int
    window: Window


def accounts(limits: Iterable[Limit], tags: Mapping[str, str]) -> tuple[Account, ...]:
    """The accounts that a request with these tags spends from, one for each limit that it falls under.

    All requests without a tag share one account of a limit that allows them (`missing: share`). A limit whose window is
    changed begins anew, one whose amount is changed goes on.
    """
    return tuple(
        Account(key=_key(limit, tags), limit=limit.id, amount_micros=limit.amount_micros, window=limit.window)
        for limit in limits
    )


def _key(limit: Limit, tags: Mapping[str, str]) -> str:
    scope = (f"{tag}={quote(tags[tag], safe='')}" if tag in tags else tag for tag in limit.scope)
    return "/".join((limit.id, window_name(limit.window), *scope))


def readable(account: str) -> str:
    """An account's name for people: its tags' values as they were sent, but for what cannot be printed."""
    return "".join(char if char.isprintable() else quote(char) for char in unquote(account))


def window_name(window: Window) -> str:
    """A window in one word: `day`, `month@Europe-Berlin`, `24h`."""
    if window.seconds is not None:
        unit, seconds = next((unit, size) for unit, size in UNITS if window.seconds % size == 0)
        return f"{window.seconds // seconds}{unit}"
    return window.kind if window.zone == "UTC" else f"{window.kind}@{window.zone.replace('/', '-')}"


UNITS: Final = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


# -- windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A window around a moment, as a store can place its own time in it without knowing calendars.

    What is spent stands under the second at which its period began. `edges` are the beginnings of neighbouring periods;
    of a rolling window, which moves in steps of `step_s`, there are none: what stands in the last `span_s` counts, and
    the step that is partly within them.
    """

    edges: tuple[int, ...] = ()
    span_s: int = 0
    step_s: int = 0

    def place(self, now_s: int) -> Period | None:
        """The period that a moment belongs to; None where the edges do not reach so far."""
        if self.step_s:
            start = now_s - now_s % self.step_s
            since = now_s - self.span_s - self.step_s + 1
            return Period(starts=range(start, since - 1, -self.step_s), resets_at=start + self.span_s + self.step_s)
        for start, end in pairwise(self.edges):
            if start <= now_s < end:
                return Period(starts=range(start, start + 1), resets_at=end if end < FOREVER else None)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The part of a window that a moment belongs to.

    `starts` are the beginnings of all periods that count at that moment, its own first; `resets_at` is when nothing
    that counts now will count any more (None: never).
    """

    starts: range
    resets_at: int | None

    @property
    def start(self) -> int:
        """Where spending of this moment stands."""
        return self.starts[0]


FOREVER: Final = 1 << 48
STEPS: Final = 60  # a rolling window moves in sixtieths of its length: money comes back at most one step late


def frame(window: Window, around_s: int) -> Frame:
    """A window as it is around a moment: the period of the moment, the one before, and the two after."""
    match window.kind:
        case "forever":
            return Frame(edges=(0, FOREVER))
        case "rolling":
            span_s = window.seconds or 0
            return Frame(span_s=span_s, step_s=-(-span_s // STEPS))
        case _:
            return Frame(edges=_edges(window, _start(window, around_s)))


@lru_cache(maxsize=1024)
def period_of(window: Window, now_s: int) -> Period:
    """The period of a moment, where nobody else's clock is asked."""
    found = frame(window, now_s).place(now_s)
    if found is None:
        raise AssertionError(f"a frame is made around its moment: {now_s}")
    return found


@lru_cache(maxsize=1024)
def _edges(window: Window, start_s: int) -> tuple[int, ...]:
    before = _start(window, start_s - 1)
    after = _next(window, start_s)
    return (before, start_s, after, _next(window, after))


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _start(window: Window, moment_s: int) -> int:
    """When the period of a moment began.

    The calendar's midnight decides, whatever the clocks do: a day on which they change is 23 or 25 hours long.
    """
    zone = _zone(window.zone)
    if window.kind == "hour":
        return moment_s - (moment_s + _minutes_s(zone)) % HOUR_S
    local = datetime.fromtimestamp(moment_s, zone)
    midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 -- local: the zone is put to it below
    if window.kind == "week":
        midnight -= timedelta(days=local.weekday())
    elif window.kind == "month":
        midnight = midnight.replace(day=1)
    # `fold=0`: the first of two midnights, and the leap itself where clocks leap over midnight
    return int(midnight.replace(tzinfo=zone).astimezone(UTC).timestamp())


def _minutes_s(zone: ZoneInfo) -> int:
    """How far a zone's hours begin past those of UTC, in seconds; by one day, so that every hour is 60 minutes."""
    return int((datetime(2026, 1, 1, tzinfo=zone).utcoffset() or timedelta()).total_seconds()) % HOUR_S


HOUR_S: Final = 3600
DAY_S: Final = 86_400
PAST_S: Final = {"hour": HOUR_S, "day": DAY_S * 3 // 2, "week": 10 * DAY_S, "month": 40 * DAY_S}
"""From the beginning of any period to somewhere in the one that follows: days have from 21 to 27 hours."""


def _next(window: Window, start_s: int) -> int:
    """When the period after the one that began then begins."""
    return _start(window, start_s + PAST_S[window.kind])
