"""What the commands on a ledger print for people: tables and bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from ...budget import readable
from ...ledger.alerts import moment
from ...money import usd
from ..console import Cell, Head, Squeeze, counted, draw, glyph, heading, open_page, put, wrapped

if TYPE_CHECKING:
    from datetime import datetime

    from ...ledger import Standing
    from ...ledger.books import Booked
    from ...ledger.reconcile import Pair
    from ...policy import Policy
    from .spend import Row

BAR: Final = 24
USED, HELD, UNKNOWN, FREE = ("█", "#"), ("▓", "="), ("▒", "?"), ("░", ".")


def show_line(text: str) -> None:
    """Print one line."""
    page = open_page()
    put(page, *wrapped(page, Text(text)))


# -- limits


def show_standings(standings: Sequence[Standing], policy: Policy, *, most: int) -> None:
    """Print each limit with a bar of what is used of it, of many accounts of one the first; 0 for all."""
    page = open_page()
    if not policy.budget.limits:
        put(page, Text(f"{policy.name} has no limits"))
        return
    by_limit = {limit.id: [each for each in standings if each.limit == limit.id] for limit in policy.budget.limits}
    shown = [each for group in by_limit.values() for each in (group[:most] if most else group)]
    table = (draw(page, STANDING, [_standing(page, each) for each in shown], squeeze=NARROWER), "") if shown else ()
    notes = [Text(each) for limit, group in by_limit.items() for each in _notes(limit, len(group), most=most)]
    legend = [Text(_legend(page), "dim")] if shown else []
    lines = (line for note in (*notes, *legend) for line in wrapped(page, note))
    put(page, *wrapped(page, heading(f"limits of {policy.name}, USD")), *table, *lines)


def _notes(limit: str, count: int, *, most: int) -> Iterator[str]:
    if not count:
        yield f"{limit}: nothing was spent yet"
    elif most and count > most:
        yield f"{limit}: {count - most:,} more that are less full, see `--most 0` or `--format json`"


STANDING: Final = {
    "account": Head("limit"),
    "bar": Head(""),
    "used": Head("used", justify="right"),
    "spent": Head("spent", justify="right"),
    "held": Head("held", justify="right"),
    "unknown": Head("unknown", justify="right"),
    "left": Head("left", justify="right"),
    "amount": Head("of", justify="right"),
    "resets": Head("resets (UTC)"),
}
NARROWER: Final = (
    Squeeze("account", 40),
    Squeeze("unknown"),
    Squeeze("held"),
    Squeeze("spent"),
    Squeeze("resets", 10),
    Squeeze("account", 20),
    Squeeze("bar"),
    Squeeze("amount"),
    Squeeze("account", 12),
    Squeeze("resets"),
    Squeeze("account", 10),
)


def _standing(page: Console, standing: Standing) -> tuple[Cell, ...]:
    share = standing.used_micros / standing.amount_micros if standing.amount_micros else 1.0
    style = "red" if share >= FULL else "yellow" if share >= HIGH else "green"
    return (
        Cell(readable(standing.account)),
        Cell(_bar(page, standing), style),
        Cell(f"{share:.0%}", style),
        Cell(usd(standing.spent_micros)),
        Cell(usd(standing.held_micros) if standing.held_micros else ""),
        Cell(usd(standing.unknown_micros) if standing.unknown_micros else "", "yellow"),
        Cell(usd(standing.left_micros), "bold"),
        Cell(usd(standing.amount_micros)),
        Cell(_when(moment(standing.resets_at_ms)) or "never"),
    )


HIGH: Final = 0.8
FULL: Final = 1.0


def _bar(page: Console, standing: Standing) -> str:
    """Spent, held and unknown one behind the other; whatever there is of a part shows."""
    parts = ((USED, standing.spent_micros), (HELD, standing.held_micros), (UNKNOWN, standing.unknown_micros))
    amount = max(standing.amount_micros, standing.used_micros, 1)
    drawn = "".join(glyph(page, *signs) * (-(-micros * BAR // amount)) for signs, micros in parts)[:BAR]
    return drawn + glyph(page, *FREE) * (BAR - len(drawn))


def _legend(page: Console) -> str:
    names = ((USED, "spent"), (HELD, "held for calls under way"), (UNKNOWN, "unknown: may be billed"), (FREE, "left"))
    return ", ".join(f"{glyph(page, *signs)} {name}" for signs, name in names)


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


# -- spending


def show_spending(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Print what each group came to, with a bar of its share."""
    page = open_page()
    if not rows:
        put(page, Text("nothing was spent yet"))
        return
    heads = {name: Head(name) for name in names} | {
        "calls ": Head("calls", justify="right"),
        "spent ": Head("spent", justify="right"),
        "unsure ": Head("unsure", justify="right"),
        "bar ": Head(""),
    }
    most = max(row.spent_micros + row.unsure_micros for row in rows) or 1
    body = [
        (
            *(Cell(word or "-") for word in row.group),
            Cell(f"{row.calls:,}"),
            Cell(usd(row.spent_micros)),
            Cell(usd(row.unsure_micros) if row.unsure_micros else "", "yellow"),
            Cell(glyph(page, *USED) * (-(-(row.spent_micros + row.unsure_micros) * BAR // most)), "cyan"),
        )
        for row in rows
    ]
    spent, unsure = sum(row.spent_micros for row in rows), sum(row.unsure_micros for row in rows)
    total = (
        "total",
        *("" for _ in names[1:]),
        f"{sum(row.calls for row in rows):,}",
        usd(spent),
        usd(unsure) if unsure else "",
        "",
    )
    body.append(tuple(Cell(text, "bold") for text in total))
    title = wrapped(page, heading(f"spent by {', '.join(names)}, USD"))
    put(page, *title, draw(page, heads, body, squeeze=list(_narrower(names))))


def _narrower(names: Sequence[str]) -> Iterator[Squeeze]:
    """First the names get shorter lines, then the least that can be missed goes."""
    yield Squeeze("bar ")
    yield from (Squeeze(name, width) for width in (24, 16, 12) for name in names)
    yield Squeeze("calls ")
    yield from (Squeeze(name, width) for width in (10, 8, 6) for name in names)
    yield Squeeze("unsure ")
    yield from (Squeeze(name, width) for width in (12, 8, 6, 4) for name in names)


# -- holds


def show_holds(holds: Sequence[Booked]) -> None:
    """Print what is held or not known."""
    page = open_page()
    if not holds:
        put(page, Text("no money is held, and every end is known"))
        return
    heads = {
        "hold": Head("hold"),
        "state": Head("state"),
        "usd": Head("USD", justify="right"),
        "since": Head("since (UTC)"),
        "model": Head("model"),
        "tags": Head("tags"),
    }
    body = [
        (
            Cell(hold.id),
            Cell(hold.state, "yellow" if hold.state == "unknown" else ""),
            Cell(usd(hold.micros)),
            Cell(_when(moment(hold.at_ms))),
            Cell(hold.about.get("model", "")),
            Cell(", ".join(f"{key[4:]}={value}" for key, value in hold.about.items() if key.startswith("tag."))),
        )
        for hold in holds
    ]
    total = f"{counted(len(holds), 'hold')}, {usd(sum(hold.micros for hold in holds))} USD"
    put(page, draw(page, heads, body, squeeze=HOLD), "", Text(total, "bold"))


HOLD: Final = (
    Squeeze("tags", 30),
    Squeeze("hold", 38),
    Squeeze("tags"),
    Squeeze("model", 12),
    Squeeze("hold", 24),
    Squeeze("since", 10),
    Squeeze("model"),
    Squeeze("hold", 16),
    Squeeze("since"),
    Squeeze("hold", 12),
)


# -- a provider's account


def show_pairs(pairs: Sequence[Pair], *, others: int) -> None:
    """Print both sides of each day and model."""
    page = open_page()
    heads = {
        "day": Head("day (UTC)"),
        "model": Head("model"),
        "verdict": Head("verdict"),
        "theirs": Head("theirs", justify="right"),
        "ours": Head("ours", justify="right"),
        "unsure": Head("unsure", justify="right"),
        "requests": Head("requests, theirs / ours", justify="right"),
    }
    body = [
        (
            Cell(pair.day.isoformat()),
            Cell(pair.model or "all"),
            Cell(pair.verdict, STYLES[pair.verdict]),
            Cell("" if pair.their_micros is None else usd(pair.their_micros)),
            Cell(usd(pair.our_micros)),
            Cell(usd(pair.unsure_micros) if pair.unsure_micros else "", "yellow"),
            Cell(f"{'-' if pair.their_requests is None else pair.their_requests} / {pair.our_requests}"),
        )
        for pair in pairs
    ]
    said = [Text(f"{counted(others, 'line')} of the file on something else than pictures", "dim")] if others else []
    if not pairs:
        put(page, Text("no line of the file is on pictures"), *said)
        return
    put(page, draw(page, heads, body, squeeze=[Squeeze("requests"), Squeeze("model", 14)]), *said)


STYLES: Final = {"matched": "green", "missing": "red", "different": "red", "not billed": "yellow"}
