"""A replay as text: what becomes of the requests as bars, then what breaks, what changes and what it costs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console, RenderableType
from rich.text import Text

from ...migrate.logged import NOTES
from ...migrate.report.replay_words import (
    amount,
    bins,
    each,
    named,
    of_policy,
    of_today,
    periods,
    saved_micros,
    share,
    target,
)
from ...migrate.report.replay_words import total as in_all
from ..console import WIDE, Cell, Head, Page, Squeeze, counted, draw, glyph, heading, open_page, put, wrapped

if TYPE_CHECKING:
    from ...migrate.report.replay_words import Outcome
    from ...migrate.tally import Group, Met, Money, Tally
    from ...migrate.trial import Terms

STYLES: Final[Mapping[str, str]] = {
    "good": "green",
    "fine": "cyan",
    "bad": "red",
    "warn": "yellow",
    "quiet": "bright_black",
}
MOST_ROWS: Final = 12
LONGEST_BAR: Final = 34
MOST_DAYS: Final = 31


def show(tally: Tally, terms: Terms, logs: Sequence[str], *, watched: bool) -> str:
    """Print the report; where nobody watches, give it instead."""
    file = io.StringIO()
    page = open_page() if watched else Page(width=WIDE, highlight=False, markup=False, emoji=False, file=file)
    put(page, *_between(_parts(page, tally, terms, logs)))
    return file.getvalue()


def _parts(page: Console, tally: Tally, terms: Terms, logs: Sequence[str]) -> Iterator[Iterable[RenderableType]]:
    yield wrapped(page, Text(_opening(tally, terms, logs), "bold"))
    yield _outcomes(page, tally, "as they stand", of_today(tally))
    yield _outcomes(page, tally, "by the policy", of_policy(tally))
    yield _money(page, tally)
    yield _ends(page, tally)
    yield _problems(page, tally)
    yield _reasons(page, tally)
    yield _models(page, tally)
    yield _changes(page, tally)
    yield _spread(page, tally)
    yield _days(page, tally)
    yield _asides(page, tally)


def _between(parts: Iterable[Iterable[RenderableType]]) -> Iterator[RenderableType]:
    """The parts that say anything, with an empty line between."""
    is_first = True
    for part in parts:
        lines = list(part)
        if lines and not is_first:
            yield ""
        is_first = is_first and not lines
        yield from lines


def _opening(tally: Tally, terms: Terms, logs: Sequence[str]) -> str:
    where = named(logs) if len(logs) == 1 else counted(len(logs), "log")
    return f"{counted(tally.requests, 'request')} of {where}, on {terms.on}, by {terms.policy}"


def _outcomes(page: Console, tally: Tally, title: str, outcomes: Iterable[Outcome]) -> Iterator[RenderableType]:
    yield heading(title)
    rows = [outcome for outcome in outcomes if outcome.requests]
    for outcome in rows:
        bar = _bar(page, outcome.requests, tally.requests)
        yield Text.assemble(
            f"  {outcome.requests:>11,}  {share(outcome.requests, tally.requests):>7}  ",
            (bar, STYLES[outcome.kind]),
            " " if bar else "",
            outcome.words,
        )


def _bar(page: Console, part: int, whole: int, *, longest: int = LONGEST_BAR) -> str:
    return glyph(page, "█", "#") * -(-part * longest // whole) if whole else ""


def _money(page: Console, tally: Tally) -> Iterator[RenderableType]:
    yield heading("money")
    total = tally.total
    yield from _sum(page, "before", total.before, tally.requests, "by the catalogue, while their models lived")
    yield from _sum(page, "after", total.after, tally.requests, "as the policy sends them")
    if not total.was.count:
        return
    change = saved_micros(total)
    word = "saved" if change >= 0 else "more"
    was, now = in_all(total.was.expected), in_all(total.now.expected)
    yield Text.assemble(
        f"  {'both':<7}{was} → {now} where both are known ({total.was.count:,}): ",
        (f"{in_all(abs(change))} {word}", "green" if change >= 0 else "yellow"),
    )
    yield from wrapped(page, Text(f"  {DEAREST}", "dim"), indent=2)


DEAREST: Final = "before, a quality of `auto`, or none, counts as the dearest; a cheaper picture may be a plainer one"


def _sum(_: Console, name: str, money: Money, requests: int, words: str) -> Iterator[RenderableType]:
    if not money.count:
        yield Text(f"  {name:<7}unknown", "dim")
        return
    unknown = requests - money.count
    rest = f"; {unknown:,} unknown or nothing" if unknown else ""
    expected, most = in_all(money.expected), in_all(money.ceiling, up=True)
    yield Text(f"  {name:<7}{expected}, at most {most}, for {money.count:,}, {words}{rest}")


def _ends(page: Console, tally: Tally) -> Iterator[RenderableType]:
    if not tally.ends:
        return
    yield heading("what will break next")
    for (model, day), count in sorted(tally.ends.items(), key=lambda row: (row[0][1], -row[1])):
        yield Text.assemble(f"  {count:>11,}  ", (_bar(page, count, tally.requests), "yellow"), f" {model}, on {day}")


def _problems(page: Console, tally: Tally) -> Iterator[RenderableType]:
    rows = tally.problems.by_count()
    if not rows:
        return
    yield heading("what breaks them: a request may have several, the API tells the first")
    heads = {
        "count": Head("requests", justify="right"),
        "first": Head("told first", justify="right"),
        "saved": Head("saved", justify="right"),
        "code": Head("code"),
        "param": Head("parameter"),
        "message": Head("the answer"),
    }
    cells = [
        (
            Cell(f"{group.count:,}", "red"),
            Cell(f"{tally.firsts[key]:,}"),
            Cell(f"{group.saved:,}", "green"),
            Cell(key.code),
            Cell(key.param),
            Cell(f"{key.status} {key.message}"),
        )
        for key, group in rows[:MOST_ROWS]
    ]
    yield draw(
        page,
        heads,
        cells,
        squeeze=[Squeeze("message", 60), Squeeze("message", 34), Squeeze("first"), Squeeze("message", 20)],
    )
    yield from _more(rows, tally.problems.others)


def _more(rows: Sequence[tuple[object, Group]], others: Group) -> Iterator[RenderableType]:
    left = sum(group.count for _, group in rows[MOST_ROWS:]) + others.count
    if left:
        yield Text(f"  and {left:,} more in other ways", "dim")


def _reasons(page: Console, tally: Tally) -> Iterator[RenderableType]:
    rows = tally.reasons.by_count()
    if not rows:
        return
    yield heading("what the policy does not serve")
    heads = {"count": Head("requests", justify="right"), "code": Head("code"), "message": Head("why")}
    cells = [(Cell(f"{group.count:,}", "red"), Cell(key[0]), Cell(key[1])) for key, group in rows[:MOST_ROWS]]
    yield draw(page, heads, cells, squeeze=[Squeeze("message", 80), Squeeze("message", 44)])
    yield from _more(rows, tally.reasons.others)


def _models(page: Console, tally: Tally) -> Iterator[RenderableType]:
    rows = tally.flows.by_count()
    yield heading("models, and what a request costs on average")
    heads = {
        "from": Head("from"),
        "to": Head("to"),
        "count": Head("requests", justify="right"),
        "bar": Head(""),
        "before": Head("before", justify="right"),
        "after": Head("after", justify="right"),
    }
    cells = [
        (
            Cell(flow.asked),
            Cell(target(flow), "" if flow.model else "red"),
            Cell(f"{group.count:,}"),
            Cell(_bar(page, group.count, rows[0][1].count, longest=20), "blue" if flow.model else "red"),
            *map(Cell, each(group)),
        )
        for flow, group in rows[:MOST_ROWS]
    ]
    yield draw(page, heads, cells, squeeze=[Squeeze("bar"), Squeeze("to", 18), Squeeze("from", 14)])
    yield from _more(rows, tally.flows.others)


def _changes(page: Console, tally: Tally) -> Iterator[RenderableType]:
    rows = [(change, group) for change, group in tally.changes.by_count() if change.field != "model"]
    if not rows:
        return
    yield heading("parameters that change")
    heads = {
        "count": Head("requests", justify="right"),
        "field": Head("parameter"),
        "from": Head("from"),
        "to": Head("to"),
        "code": Head("why"),
    }
    cells = [
        (
            Cell(f"{group.count:,}"),
            Cell(change.field),
            Cell(change.before),
            Cell("(dropped)", "dim") if change.after is None else Cell(change.after),
            Cell(change.code, "dim"),
        )
        for change, group in rows[:MOST_ROWS]
    ]
    yield draw(page, heads, cells, squeeze=[Squeeze("from", 24), Squeeze("to", 24), Squeeze("code")])
    yield from _more(rows, tally.changes.others)


def _spread(page: Console, tally: Tally) -> Iterator[RenderableType]:
    rows = bins(tally.costs_before, tally.costs_after, wide=2)
    if not rows:
        return
    yield heading("cost of a request")
    most = max(max(row.before, row.after) for row in rows)
    room = max(min((page.width - 30) // 2, LONGEST_BAR), 8)
    yield Text(f"  {'from':>9}  {'before'.rjust(room)}  after", "dim")
    for row in rows:
        was, now = (_bar(page, part, most, longest=room) for part in (row.before, row.after))
        yield Text.assemble(f"  {amount(row.low):>9}  ", (was.rjust(room), "bright_black"), "  ", (now, "blue"))


def _days(page: Console, tally: Tally) -> Iterator[RenderableType]:
    unit, rows = periods(tally.days.by_key, most=MOST_DAYS)
    if len(rows) < 2:  # noqa: PLR2004
        return
    yield heading(f"by {unit}: requests, and those that break today")
    most = max(group.count for _, group in rows)
    width = max(len(f"{most:,}"), 5)
    room = max(min(page.width - 16 - width, 2 * LONGEST_BAR), 8)
    for name, group in rows:
        broken = _bar(page, group.broken, most, longest=room)
        fine = _bar(page, group.count, most, longest=room)[len(broken) :]
        yield Text.assemble(f"  {name}  {group.count:>{width},}  ", (broken, "red"), (fine, "green"))


def _asides(page: Console, tally: Tally) -> Iterator[RenderableType]:
    notes = [f"{count:,} of the requests: {NOTES[name]}" for name, count in sorted(tally.notes.items())]
    if tally.undated and tally.days.by_key:
        notes.append(f"{tally.undated:,} of the requests have no date")
    for note in notes:
        for number, line in enumerate(wrapped(page, Text(note, "dim"), indent=2)):
            yield Text.assemble("  " if number else glyph(page, "· ", "- "), line)
    yield from _met("no requests of ours", tally.passed)
    yield from _met("could not be read", tally.unread)


def _met(title: str, met: Met) -> Iterator[RenderableType]:
    if not met.count:
        return
    yield heading(f"{title}: {met.count:,}")
    for reason, places in sorted(met.by_reason.items(), key=lambda row: -row[1].times)[:MOST_ROWS]:
        lines = ", ".join(place.rpartition(":")[2] for place in places.first)
        yield Text.assemble(f"  {places.times:>11,}  {reason} ", (f"(line {lines})", "dim"))
