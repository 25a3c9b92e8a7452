"""A size plan as text: each step in words, and the canvas with its crop drawn to scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from ..canvas import SizePlan
from ..catalog import Model
from .console import glyph, listing, open_page, put

WIDTH, HEIGHT = 40, 10  # at most, in characters; one is about twice as high as wide


def show(plan: SizePlan, model: Model, broken: Sequence[str]) -> None:
    """Print the steps from the canvas to the target, and a sketch where something is cut away."""
    page = open_page()
    put(page, listing(page, list(_steps(plan, model, broken))))
    if plan.crop:
        put(page, "", *_sketch(plan, page))


def _steps(plan: SizePlan, model: Model, broken: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "target", f"{plan.target}, {'as it is' if not broken else '; '.join(broken)}"
    yield "canvas", f"{plan.canvas}, drawn by {model.id}"
    if plan.crop:
        left, top, right, bottom = plan.crop
        share = f"{float(plan.crop_fraction):.2%}"
        yield "crop", f"left {left}, top {top}, right {right}, bottom {bottom}: {share} of the canvas is cut away"
    if plan.resize:
        yield "resize", f"to {plan.resize}"


def _sketch(plan: SizePlan, page: Console) -> Iterator[str]:
    """The canvas in dots, the crop in full; a cut of less than a character still shows."""
    canvas, (left, top, right, bottom) = plan.canvas, plan.crop or (0, 0, *plan.canvas)
    scale = min(min(WIDTH, page.width - 2) / canvas.width, HEIGHT * 2 / canvas.height)
    columns, rows = max(round(canvas.width * scale), 3), max(round(canvas.height * scale / 2), 3)
    across = _span(left, right, canvas.width, columns)
    down = _span(top, bottom, canvas.height, rows)
    full, cut = glyph(page, "█", "#"), glyph(page, "░", ".")
    for row in range(rows):
        yield "".join(full if column in across and row in down else cut for column in range(columns))


def _span(first: int, last: int, length: int, characters: int) -> range:
    """Which characters an edge covers; the first and the last are left out where anything is cut there."""
    start = max(round(first * characters / length), 1 if first else 0)
    end = min(round(last * characters / length), characters - (1 if last < length else 0))
    return range(start, max(end, start + 1))
