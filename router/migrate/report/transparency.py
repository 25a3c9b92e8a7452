"""The transparency table as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..transparency import QUALITY, SQUARE, Advice, Event, Pick, Row, Span
from .words import dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All that is told: the models over time, what changes when, and who to use on the day."""

    on: date
    catalog_revision: str
    rows: tuple[Row, ...]
    events: tuple[Event, ...]
    advice: tuple[Advice, ...]


PRICE: Final = f"{SQUARE} {QUALITY}"


def to_dict(table: Table) -> dict[str, object]:
    """The table, ready for JSON; a day `until` is the first that is not in it, null is not known."""
    return {
        "on": table.on.isoformat(),
        "catalog": {"revision": table.catalog_revision},
        "price_of": PRICE,
        "models": [
            {"provider": row.provider, "model": row.model, "spans": [_span(span) for span in row.spans]}
            for row in table.rows
        ],
        "events": [
            {
                "day": event.day.isoformat(),
                "provider": event.provider,
                "model": event.model,
                "before": event.before,
                "after": event.after,
                "note": event.note,
                "confidence": event.confidence,
            }
            for event in table.events
        ],
        "now": [
            {
                "provider": each.provider,
                "use": [_pick(pick) for pick in each.use],
                "ending": [_pick(pick) for pick in each.ending],
                "preview": [_pick(pick) for pick in each.preview],
            }
            for each in table.advice
        ],
    }


def _span(span: Span) -> dict[str, object]:
    return {
        "from": span.since.isoformat(),
        "until": span.until.isoformat() if span.until else None,
        "draws": span.draws,
        "note": span.note,
        "confidence": span.confidence,
        "source": list(span.source),
        "micros": span.micros,
        "price_is_estimate": span.is_estimate,
        "formats": list(span.formats),
    }


def _pick(pick: Pick) -> dict[str, object]:
    return {
        "model": pick.model,
        "draws": pick.draws,
        "ends": pick.ends.isoformat() if pick.ends else None,
        "note": pick.note,
        "micros": pick.micros,
        "price_is_estimate": pick.is_estimate,
        "formats": list(pick.formats),
    }


# -- Markdown


def to_markdown(table: Table) -> str:
    """The table for a wiki or an issue."""
    return "\n".join([*_now(table), *_models(table), *_changes(table)]) + "\n"


def _now(table: Table) -> Iterator[str]:
    yield f"## Transparent backgrounds on {table.on}"
    yield ""
    yield f"| provider | model | draws | until | {PRICE} | formats |"
    yield "|---|---|---|---|---:|---|"
    for each in table.advice:
        for pick in (*each.use, *each.ending, *each.preview):
            until = f"**{pick.ends}**" if pick.soon else pick.ends or "no end announced"
            draws = f"{pick.draws}{f' ({pick.note})' if pick.note else ''}"
            cells = (each.provider, f"`{pick.model}`", draws, until, price(pick), ", ".join(pick.formats))
            yield _row(cells)
    yield ""
    for each in table.advice:
        yield f"Use at {each.provider}: {recommended(each)}."
    yield ""


def recommended(each: Advice) -> str:
    """Who to use on the day, in words."""
    if each.use:
        return " or ".join(f"`{pick.model}`" for pick in each.use[:2])
    if each.ending:
        return f"`{each.ending[0].model}`, until {each.ending[0].ends}"
    if each.preview:
        return f"nobody has more than a preview: `{each.preview[0].model}`"
    return "nobody draws it"


def price(of: Pick | Span) -> str:
    """What a picture costs, an estimate marked as such."""
    if of.micros is None:
        return ""
    return f"{'~' if of.is_estimate else ''}{dollars(of.micros, up=True)}"


def _models(table: Table) -> Iterator[str]:
    yield "## Who draws them when"
    yield ""
    yield f"| provider | model | from | until | draws | confidence | {PRICE} |"
    yield "|---|---|---|---|---|---|---:|"
    for row in table.rows:
        for span in row.spans:
            if span.draws == "to come":
                continue
            draws = f"{span.draws}{f' ({span.note})' if span.note else ''}"
            until = span.until.isoformat() if span.until else ""
            yield _row((row.provider, f"`{row.model}`", span.since, until, draws, span.confidence or "", price(span)))
    yield ""


def _changes(table: Table) -> Iterator[str]:
    yield "## What changes on which day"
    yield ""
    yield "| day | provider | model | what | confidence |"
    yield "|---|---|---|---|---|"
    for event in table.events:
        yield _row((event.day, event.provider, f"`{event.model}`", event.words, event.confidence or ""))


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"
