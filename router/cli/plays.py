"""The demonstration as a table that grows: a row for each request as it is done, then the sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rich.console import Console
from rich.text import Text

from ..demo.amounts import Totals
from ..demo.scenes import SCENES
from ..demo.stage import Shot
from .console import Cell, Head, Squeeze, counted, dollars, draw, heading, open_page, put, wrapped

HEADS: Mapping[str, Head] = {
    "number": Head("#", justify="right"),
    "what": Head("request"),
    "asked": Head("asked"),
    "size": Head(""),
    "sent": Head("sent"),
    "canvas": Head(""),
    "quality": Head(""),
    "written": Head("written", justify="right"),
    "expected": Head("expected", justify="right"),
    "billed": Head("billed", justify="right"),
    "ms": Head("ms", justify="right"),
}
NARROWER = tuple(map(Squeeze, ("what", "ms", "quality", "expected", "size", "canvas", "asked")))
WIDEST = (
    "00",
    max((scene.title for scene in SCENES), key=len),
    "gpt-image-2.5-flare",
    "instagram.story",
    "gpt-image-2.5-sunburst",
    "0000x0000",
    "medium",
    "refused",
    "0.0000",
    "0.0000",
    "0000",
)
"""As wide as a row can be: rows that come one by one have to agree on their columns beforehand."""


def show(shots: Iterable[Shot], *, on: date, client: str) -> Iterator[Shot]:
    """Pass shots on, each with its row; then the sums."""
    page = open_page()
    put(page, heading(f"sent by {client} on {on}, as written and routed, prices in USD"), *_drawn(page)[:2])
    seen = []
    for shot in shots:
        seen.append(shot)
        put(page, *_drawn(page, _row(shot, len(seen)))[3:])
        page.file.flush()
        yield shot
    put(page, "", *wrapped(page, _sums(Totals.of(seen))))


def _drawn(page: Console, *rows: tuple[Cell, ...]) -> list[Text]:
    """The lines of a table: its head, a rule, the widest row, and those that are wanted."""
    widest = tuple(Cell(text) for text in WIDEST)
    return list(draw(page, HEADS, [widest, *rows], squeeze=NARROWER).split("\n"))


def _row(shot: Shot, number: int) -> tuple[Cell, ...]:
    decision, body, asked = shot.decision, shot.scene.body, shot.asked_micros
    params = decision.params or {}
    return (
        Cell(str(number), "dim"),
        Cell(shot.scene.title),
        Cell(str(body.get("model", "-"))),
        Cell(str(body.get("size", "-"))),
        _sent(shot),
        _changed(body.get("size"), params.get("size")),
        Cell(str(params.get("quality", ""))),
        Cell("refused", "red") if asked is None else Cell(dollars(asked)),
        Cell(dollars(decision.quote.expected_micros) if decision.quote else ""),
        Cell(dollars(shot.billed_micros), "bold"),
        Cell(str(shot.ms), "dim"),
    )


def _sent(shot: Shot) -> Cell:
    """The model that drew, or why none did."""
    if shot.answer.refusal:
        return Cell(f"{shot.answer.status} {shot.answer.refusal.code}", "red")
    return _changed(shot.scene.body.get("model"), shot.decision.model)


def _changed(asked: object, sent: object) -> Cell:
    return Cell(str(sent or ""), "" if sent == asked else "green")


def _sums(totals: Totals) -> Text:
    text = Text(f"{totals.drawn_as_written} of {counted(totals.requests, 'request')} would be drawn as written, for ")
    text.append(f"{dollars(totals.asked_micros)} USD; routed, ")
    text.append(f"{totals.drawn} are, for {dollars(totals.billed_micros)} USD", "bold green")
    text.append(f" ({dollars(totals.expected_micros)} expected, at most {dollars(totals.ceiling_micros, up=True)})")
    text.append(f"\nsaved {dollars(totals.saved_micros)} USD on what is drawn either way, ")
    text.append(f"and {dollars(totals.unspent_micros)} USD on what was denied")
    return text
