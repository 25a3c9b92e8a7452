"""How a replay is worded, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from ..logs import STDIN
from ..tally import EDGES, Flow, Group, Tally
from .words import dollars

if TYPE_CHECKING:
    from collections import Counter

    from ..trial import After, Today

TODAY: Final[Mapping[Today, str]] = {
    "breaks": "break",
    "ends": "work, and their model ends soon",
    "works": "work",
    "unknown": "cannot be told: a model that the catalogue does not know",
}
AFTER: Final[Mapping[After, str]] = {
    "served": "served",
    "denied": "denied by the policy",
    "invalid": "no request that can be read",
    "refused": "sent, and still refused",
}


class Outcome(NamedTuple):
    """What becomes of some of the requests: a word for its style, and how many they are."""

    words: str
    kind: str
    requests: int


def of_today(tally: Tally) -> Iterator[Outcome]:
    """What becomes of the requests as they stand."""
    for word, words in TODAY.items():
        yield Outcome(words, TODAY_KINDS[word], tally.having(today=word))


TODAY_KINDS: Final[Mapping[Today, str]] = {"breaks": "bad", "ends": "warn", "works": "good", "unknown": "quiet"}


def of_policy(tally: Tally) -> Iterator[Outcome]:
    """What becomes of them by the policy."""
    saved = tally.total.saved
    yield Outcome("served that break today", "good", saved)
    yield Outcome("served that work today", "fine", tally.having(after="served") - saved)
    for word, words in AFTER.items():
        if word != "served":
            yield Outcome(words, "bad", tally.having(after=word))


def share(part: int, whole: int) -> str:
    """A part in percent; a whole that is not all of it is not rounded up to 100."""
    if not whole:
        return "0 %"
    tenths = round(1000 * part / whole)
    tenths = min(tenths, 999) if part < whole else tenths
    tenths = max(tenths, 1) if part else tenths
    return f"{tenths / 10:.1f} %"


def target(flow: Flow) -> str:
    """Where a flow ends."""
    return flow.model or f"not served: {flow.reason}"


def each(group: Group) -> tuple[str, str]:
    """What a request of a group cost and costs on average, where both are known; else what is known."""
    if group.was.count:
        return _average(group.was.expected, group.was.count), _average(group.now.expected, group.now.count)
    before = _average(group.before.expected, group.before.count) if group.before.count else "unknown"
    return before, _average(group.after.expected, group.after.count) if group.after.count else "nothing"


def _average(micros: int, count: int) -> str:
    return dollars(round(micros / count))


def named(logs: Sequence[str]) -> str:
    """The one log that was read."""
    return "stdin" if logs[0] == STDIN else logs[0]


def saved_micros(group: Group) -> int:
    """What is saved where both costs are known; less than nothing where it is dearer."""
    return group.was.expected - group.now.expected


class Bin(NamedTuple):
    """Requests that cost about the same: from, until (None: and more), and how many they were and are."""

    low: int
    high: int | None
    before: int
    after: int


def bins(before: Counter[int], after: Counter[int], *, wide: int = 1) -> list[Bin]:
    """The bins from the first to the last that hold anything; `wide` puts so many together."""
    used = [place for place, count in (before + after).items() if count]
    if not used:
        return []
    edges = (0, *EDGES)
    start = min(used) and 1 + (min(used) - 1) // wide * wide  # what is below the first edge stays alone
    rows = []
    while start <= max(used):
        end = start + (wide if start else 1)
        places = range(start, end)
        high = edges[end] if end < len(edges) else None
        rows.append(Bin(edges[start], high, sum(before[each] for each in places), sum(after[each] for each in places)))
        start = end
    return rows


class Period(NamedTuple):
    """Days that are told together, named by the first."""

    name: str
    group: Group


def periods(days: Mapping[str, Group], *, most: int) -> tuple[str, list[Period]]:
    """The days one by one, or by week or month where they are too many; and which of these it is."""
    told = {unit: _by(days, begin) for unit, begin in UNITS.items()}
    unit = next((unit for unit, rows in told.items() if len(rows) <= most), "month")
    return unit, told[unit][-most:]


def _by(days: Mapping[str, Group], begin: Callable[[date], date]) -> list[Period]:
    found: dict[str, Group] = {}
    for day, group in sorted(days.items()):
        found.setdefault(begin(date.fromisoformat(day)).isoformat(), Group()).merge(group)
    return [Period(name, group) for name, group in found.items()]


UNITS: Final[Mapping[str, Callable[[date], date]]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}


def total(micros: int, *, up: bool = False) -> str:
    """A sum of money: with cents where it is large."""
    if abs(micros) < CENTS_FROM:
        return dollars(micros, up=up)
    cents, rest = divmod(micros, 10_000)
    cents += rest > 0 if up else rest >= 5_000  # noqa: PLR2004 -- half a cent
    return f"${cents // 100:,}.{cents % 100:02}"


CENTS_FROM: Final = 1_000_000


def amount(micros: int) -> str:
    """An amount in few characters: three digits that count."""
    usd = micros / 1_000_000
    if not micros:
        return "$0"
    if usd >= 100:  # noqa: PLR2004
        return f"${usd:,.0f}"
    digits = 2 if usd >= 1 else 3 if usd >= 0.1 else 4  # noqa: PLR2004
    return f"${usd:,.{digits}f}"
