"""A picture as it was drawn, to scale: the canvas, what is cut out of it, and the target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..canvas import SizePlan
from ..markup import Html, tag
from ..sizes import Size
from .pictures import data_url, size_of

MARGIN = 0.012  # of the longer edge, so that no line is cut off


class Box(NamedTuple):
    """A rectangle in pixels of the canvas."""

    left: float
    top: float
    width: float
    height: float


def draw(picture: bytes, plan: SizePlan | None, *, label: str) -> Html:
    """A picture with the plan drawn over it; without a plan, only the picture."""
    drawn = Size(*size_of(picture))
    plan = plan or SizePlan(target=drawn, canvas=drawn)
    canvas, cut = Box(0, 0, *plan.canvas), _cut(plan)
    target = Box((canvas.width - plan.target.width) / 2, (canvas.height - plan.target.height) / 2, *plan.target)
    shown = [canvas, target] if plan.resize else [canvas]
    place = cut if drawn == plan.target != plan.canvas else canvas  # one that was delivered in its target's size
    return tag(
        "svg",
        tag("title", label),
        _rect(place, "checks"),
        tag("image", href=data_url(picture), preserveAspectRatio="none", **_at(place)),
        *_over(canvas, cut),
        *(_lined(target, "target") if plan.resize else ()),
        viewBox=" ".join(f"{edge:g}" for edge in _view(shown)),
        role="img",
    )


def _cut(plan: SizePlan) -> Box:
    left, top, right, bottom = plan.crop or (0, 0, *plan.canvas)
    return Box(left, top, right - left, bottom - top)


def _over(canvas: Box, cut: Box) -> Iterator[Html]:
    """The canvas's edge; where something is cut away, that is dimmed and the cut has a line."""
    if cut != canvas:
        yield tag("path", d=f"{_outline(canvas)} {_outline(cut)}", class_="away", fill_rule="evenodd")
    yield _rect(canvas, "canvas")
    if cut != canvas:
        yield from _lined(cut, "crop")


def _lined(box: Box, class_: str) -> Iterator[Html]:
    """A line that can be told from any picture: on a wider one of the page's own colour."""
    yield _rect(box, "halo")
    yield _rect(box, class_)


def _outline(box: Box) -> str:
    return f"M{box.left:g} {box.top:g}h{box.width:g}v{box.height:g}h{-box.width:g}z"


def _rect(box: Box, class_: str) -> Html:
    return tag("rect", class_=class_, **_at(box))


def _at(box: Box) -> dict[str, str]:
    return {"x": f"{box.left:g}", "y": f"{box.top:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}


def _view(boxes: list[Box]) -> Box:
    """All of the boxes, with a margin around them."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    margin = MARGIN * max(right - left, bottom - top)
    return Box(left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)


# -- in words


def legend(plan: SizePlan | None, asked: str) -> Html:
    """What the lines mean, with the pixels."""
    if plan is None or plan.canvas == plan.target:
        return tag("p", _key("canvas", f"drawn as asked, {asked}"), class_="legend")
    left, top, right, bottom = plan.crop or (0, 0, *plan.canvas)
    cut = f"cut to {right - left}×{bottom - top} at {left}, {top}"
    return tag(
        "p",
        _key("canvas", f"canvas {_size(plan.canvas)}"),
        _key("crop", cut) if plan.crop else None,
        _key("target", f"resized to {_size(plan.target)}") if plan.resize else None,
        class_="legend",
    )


def _key(name: str, words: str) -> Html:
    return tag("span", tag("i", class_=f"key {name}"), words)


def _size(size: Size) -> str:
    return f"{size.width}×{size.height}"
