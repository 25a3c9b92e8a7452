"""The models of a provider as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.text import Text

from ..catalog import Model
from ..sizes import FreeSizes
from .console import Cell, Head, Squeeze, dollars, draw, heading, open_page, put, wrapped
from .models import SQUARE, days_left, square_prices, status

NARROWER = tuple(map(Squeeze, ("formats", "edits", "sizes", "alpha")))
SELDOM = ("xhigh", "max")  # the qualities whose prices go next
STYLES = {"alive": "green", "retiring": "yellow", "shut down": "red", "to come": "cyan"}


def show(models: Sequence[Model], *, on: date, provider: str) -> None:
    """Print the models in the order of the catalogue, those that are gone too."""
    page = open_page()
    prices = {model.id: square_prices(model) for model in models}
    qualities = list(dict.fromkeys(quality for row in prices.values() for quality in row))
    heads = HEADS | {quality: Head(quality, justify="right") for quality in qualities}
    dropped = [Squeeze(quality) for quality in SELDOM if quality in qualities]
    rows = [(*_cells(model, on), *_prices(model, qualities)) for model in models]
    put(
        page,
        heading(f"models at {provider} on {on}"),
        draw(page, heads, rows, squeeze=[*NARROWER, *dropped, Squeeze("model", 14)]),
        "",
        *wrapped(page, Text(LEGEND, "dim")),
    )


HEADS = {
    "model": Head("model"),
    "status": Head("status"),
    "days": Head("days", justify="right"),
    "sizes": Head("sizes"),
    "alpha": Head("transparency"),
    "edits": Head("edits"),
    "formats": Head("formats"),
}
LEGEND = (
    "days are those until the shutdown; prices are USD at most for a picture of "
    f"{SQUARE}, its prompt aside; ~ is an estimate"
)


def _cells(model: Model, on: date) -> tuple[Cell, ...]:
    left = days_left(model, on)
    state = status(model, on)
    gone = state == "shut down"
    return (
        Cell(model.id, "dim" if gone else ""),
        Cell(state, STYLES[state]),
        Cell("" if left is None or gone else f"{left:,}"),
        Cell(_sizes(model)),
        Cell("" if model.transparency == "no" else model.transparency),
        Cell(_edits(model)),
        Cell(", ".join(model.formats)),
    )


def _sizes(model: Model) -> str:
    rule = model.sizes
    if isinstance(rule, FreeSizes):
        return f"any to {rule.max_edge:,}"
    return f"{len(rule.presets)} presets" if rule.presets else ""


def _edits(model: Model) -> str:
    parts = {"mask": model.mask, "markup": model.markup}
    can = [f"{model.max_images} images" if model.max_images else "", *(name for name, there in parts.items() if there)]
    return ", ".join(filter(None, can))


def _prices(model: Model, qualities: Sequence[str]) -> Iterator[Cell]:
    prices = square_prices(model)
    about = "~" if model.confidence == "estimated" else ""
    for quality in qualities:
        yield Cell(about + dollars(prices[quality], up=True) if quality in prices else "")
