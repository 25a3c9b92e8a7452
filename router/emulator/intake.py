"""From a call to an order: what every rule let pass, with nothing left open."""

from __future__ import annotations

from ..catalog import Model
from .asked import Asked
from .known import Day
from .orders import Canvas, Order
from .rules import SIZE, check, number, word
from .uploads import check_uploads


def accept(asked: Asked, day: Day) -> Order:
    """Turn a call into an order; raises `RefusedError` with the first thing that is wrong with it."""
    model = check(asked, day)
    seen = check_uploads(asked, model)
    params = asked.params
    return Order(
        operation=asked.operation,
        model=model,
        prompt=str(params["prompt"]),
        canvas=_canvas(word(params, "size"), model, seen),
        quality=_quality(word(params, "quality"), model),
        transparent=params.get("background") == "transparent",
        output_format=word(params, "output_format", "png"),
        compression=number(params, "output_compression"),
        n=number(params, "n") or 1,
        stream=params.get("stream") is True,
        partial_images=number(params, "partial_images") or 0,
        high_fidelity=params.get("input_fidelity") == "high",
        safety_identifier=word(params, "safety_identifier", "") or word(params, "user", "") or None,
        images=tuple(asked.images),
        seen=seen,
        mask=asked.mask,
    )


# --- what `auto` becomes


def _canvas(size: str, model: Model, seen: tuple[Canvas, ...]) -> Canvas:
    """The size asked; for `auto` the catalogue's usual one, or on edits the preset shaped most like the first image."""
    if edges := SIZE.fullmatch(size):
        return int(edges[1]), int(edges[2])
    if not seen:
        return (model.auto.size.width, model.auto.size.height) if model.auto.size else SQUARE
    width, height = seen[0]
    return min(PRESETS, key=lambda preset: abs(preset[0] * height - preset[1] * width) / (preset[1] * height))


SQUARE = (1024, 1024)
PRESETS: tuple[Canvas, ...] = (SQUARE, (1536, 1024), (1024, 1536))


def _quality(asked: str, model: Model) -> str:
    """The quality asked; for `auto` the one that is known, else the dearest: omitted is not free (FACTS 0.5)."""
    return asked if asked != "auto" else model.auto.quality or model.qualities[-1]
