"""The transparency table as text: a line in time for each model, what changes when, and who to use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rich.console import Console, RenderableType
from rich.text import Text

from ...migrate.report.transparency import PRICE, price, recommended
from ..console import Cell, Head, Squeeze, draw, glyph, heading, open_page, put, wrapped

if TYPE_CHECKING:
    from ...migrate.report.transparency import Table
    from ...migrate.transparency import Advice, Draws, Row

SIGNS: Final[Mapping[Draws, tuple[str, str, str]]] = {
    "full": ("█", "#", "green"),
    "preview": ("▒", "~", "yellow"),
    "no": ("·", ".", "dim"),
    "to come": (" ", " ", ""),
    "gone": (" ", " ", ""),
}
"""How a time is drawn: in signs, without them, and in which style."""

AFTER_THE_LAST: Final = timedelta(days=30)
MOST_COLUMNS: Final = 72


def show(table: Table) -> None:
    """Print the table."""
    page = open_page()
    for each in table.advice:
        put(page, heading(f"transparent backgrounds at {each.provider} on {table.on}"), *_now(page, each), "")
    put(page, *_lines(page, table), "", *_changes(page, table))


def _now(page: Console, each: Advice) -> Iterator[RenderableType]:
    yield Text.assemble("  use ", (recommended(each).replace("`", ""), "bold green" if each.use else "bold yellow"))
    picks = (*each.use, *each.ending, *each.preview)
    if not picks:
        return
    heads = {
        "model": Head("  model"),
        "draws": Head("draws"),
        "ends": Head("until"),
        "price": Head(PRICE, justify="right"),
        "formats": Head("formats"),
        "note": Head(""),
    }
    cells = [
        (
            Cell(f"  {pick.model}"),
            Cell(pick.draws, SIGNS[pick.draws][2]),
            Cell(pick.ends.isoformat() if pick.ends else "", "red" if pick.soon else ""),
            Cell(price(pick)),
            Cell(", ".join(pick.formats)),
            Cell(pick.note or "", "dim"),
        )
        for pick in picks
    ]
    yield draw(page, heads, cells, squeeze=[Squeeze("note", 30), Squeeze("formats"), Squeeze("note", 16)])


def _lines(page: Console, table: Table) -> Iterator[RenderableType]:
    """A line for each model, from the first day told to the last."""
    days = [span.since for row in table.rows for span in row.spans]
    ends = [span.until for row in table.rows for span in row.spans if span.until]
    if not days:
        return
    first, last = min(days), max([*days, *ends]) + AFTER_THE_LAST
    names = [f"{row.provider} {row.model}" for row in table.rows]
    width = max(map(len, names))
    room = min(max(page.width - width - 4, 12), MOST_COLUMNS)
    day_of = [first + timedelta(days=(last - first).days * place // room) for place in range(room)]
    yield heading("who draws them when")
    yield Text(f"  {' ' * width}  {_axis(day_of)}", "dim")
    for name, row in zip(names, table.rows, strict=True):
        yield Text.assemble(f"  {name.ljust(width)}  ", *(_sign(page, row, day) for day in day_of))
    signs = {draws: glyph(page, sign, plain) for draws, (sign, plain, _) in SIGNS.items()}
    legend = f"{signs['full']} draws them, {signs['preview']} a preview, {signs['no']} not; empty where it is not alive"
    yield from wrapped(page, Text(f"  {legend}", "dim"))


def _sign(page: Console, row: Row, day: date) -> tuple[str, str]:
    span = row.on(day)
    sign, plain, style = SIGNS[span.draws if span else "gone"]
    return glyph(page, sign, plain), style


def _axis(days: list[date]) -> str:
    """Quarters under which there is room for their names."""
    text = ""
    for place, day in enumerate(days):
        begins = place == 0 or (day.year, (day.month - 1) // 3) != _quarter(days[place - 1])
        if begins and place >= len(text):
            text = text.ljust(place) + f"{day:%Y-%m} "
    return text[: len(days)].rstrip()


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _changes(page: Console, table: Table) -> Iterator[RenderableType]:
    if not table.events:
        return
    yield heading("what changes on which day")
    heads = {
        "day": Head("  day"),
        "provider": Head("provider"),
        "model": Head("model"),
        "what": Head("what"),
        "confidence": Head("confidence"),
    }
    cells = [
        (
            Cell(f"  {event.day}", "" if event.day > table.on else "dim"),
            Cell(event.provider),
            Cell(event.model),
            Cell(event.words, SIGNS[event.after][2] if event.after != "gone" else "red"),
            Cell(event.confidence or "", "dim"),
        )
        for event in table.events
    ]
    yield draw(page, heads, cells, squeeze=[Squeeze("what", 50), Squeeze("confidence"), Squeeze("what", 30)])
