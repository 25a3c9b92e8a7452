"""Prices as text: one bill line by line, or a table of sizes and qualities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..money import usd
from .console import Cell, Head, counted, dollars, draw, heading, open_page, put

if TYPE_CHECKING:
    from ..price import Quote
    from .price import Offer, Order


def show_bill(offer: Offer, order: Order) -> None:
    """Print every line of one quote."""
    page = open_page()
    if offer.quote is None:
        return
    title = f"{_what(order)}, {offer.size or 'auto'}, {offer.quality}, USD ({offer.quote.confidence})"
    heads = {
        "what": Head(""),
        "tokens": Head("tokens", justify="right"),
        "expected": Head("expected", justify="right"),
        "most": Head("most tokens", justify="right"),
        "ceiling": Head("at most", justify="right"),
    }
    put(page, heading(title), draw(page, heads, list(_lines(offer.quote))))


def _lines(quote: Quote) -> Iterator[tuple[Cell, ...]]:
    for line in quote.lines:
        yield (
            Cell(line.what),
            Cell(f"{line.tokens:,}"),
            Cell(usd(line.micros)),
            Cell(f"{line.ceiling_tokens:,}"),
            Cell(usd(line.ceiling_micros)),
        )
    total = usd(quote.expected_micros), usd(quote.ceiling_micros)
    yield Cell("total", "bold"), Cell(""), Cell(total[0], "bold"), Cell(""), Cell(total[1], "bold")


def show_table(offers: Sequence[Offer], order: Order) -> None:
    """Print what each size costs at each quality: expected, and at most where that is more."""
    page = open_page()
    qualities = list(dict.fromkeys(offer.quality for offer in offers))
    priced = {(offer.size, offer.quality): offer.quote for offer in offers}
    heads = {"size": Head("size")} | {word: Head(word, justify="right") for word in qualities}
    rows = [
        [Cell(str(size or "auto")), *(_cell(priced[size, word]) for word in qualities)]
        for size in dict.fromkeys(offer.size for offer in offers)
    ]
    title = f"{_what(order)}, USD at most ({order.model.confidence or 'not known'})"
    put(page, heading(title), draw(page, heads, rows))


def _cell(quote: Quote | None) -> Cell:
    return Cell(dollars(quote.ceiling_micros, up=True)) if quote else Cell("-", "dim")


def _what(order: Order) -> str:
    return f"{counted(order.n, 'picture')} by {order.model.id} at {order.model.provider}"
