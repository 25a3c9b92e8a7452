"""The tokens of a call, counted from the public formulas (FACTS 5) and not from the engine's code."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..catalog import FormulaTokens, ImageTokens, Model, TableTokens
from .orders import Canvas, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a call is billed for, in tokens; partial images are among those that are drawn."""

    text_input: int
    image_input: int
    image_output: int
    text_output: int

    def report(self, *, details: bool) -> dict[str, object]:
        """The `usage` of an answer; an event has no details of its output (FACTS 8)."""
        read, drawn = self.text_input + self.image_input, self.image_output + self.text_output
        report: dict[str, object] = {
            "input_tokens": read,
            "input_tokens_details": {"text_tokens": self.text_input, "image_tokens": self.image_input},
            "output_tokens": drawn,
            "total_tokens": read + drawn,
        }
        parts = {"image_tokens": self.image_output, "text_tokens": self.text_output}
        return report | {"output_tokens_details": parts} if details else report

    def times(self, factor: int) -> Usage:
        """The usage of that many images."""
        return replace(self, **{name: getattr(self, name) * factor for name in self.__slots__})


NOTHING = Usage(text_input=0, image_input=0, image_output=0, text_output=0)


def count(order: Order) -> Usage:
    """Count one image of an order; n of them are billed as n calls would be, inputs included (FACTS 5.4)."""
    model = order.model
    rule = model.output_tokens
    partial = rule.per_partial_image * order.partial_images if rule else 0
    writes = model.text_output is not None and model.price is not None and model.price.text_output > 0
    return Usage(
        text_input=_prompt_tokens(order.prompt) + _overhead(order),
        image_input=sum(_seen(model, canvas, high=order.high_fidelity) for canvas in order.seen),
        image_output=drawn(model, order.canvas, order.quality) + partial,
        text_output=model.text_output.expected if model.text_output and writes else 0,
    )


# --- drawn


def drawn(model: Model, canvas: Canvas, quality: str) -> int:
    """Tokens of one picture (FACTS 5.1 to 5.3)."""
    match model.output_tokens:
        case TableTokens(rows=rows):
            return next(count for name, size, count in rows if (name, tuple(size)) == (quality, canvas))
        case FormulaTokens(q=q):
            measured = MEASURED.get((model.generation, quality, canvas))
            return measured or patches(dict(q)[quality], canvas)
    raise LookupError(model.id)


def patches(q: int, canvas: Canvas) -> int:
    """Tokens of a canvas whose longer edge is divided into q, in exact arithmetic (FACTS 5.2)."""
    long, short = max(canvas), min(canvas)
    across = math.floor(Fraction(q * short, long) + Fraction(1, 2))
    return math.ceil(Fraction(q * across * (2_000_000 + long * short), 4_000_000))


MEASURED: Mapping[tuple[str, str, Canvas], int] = {
    ("2.6", "low", (1536, 1024)): 664,
    ("2.6", "high", (1536, 1024)): 1353,
    ("2.6", "high", (3840, 2160)): 3337,
}
"""What one reseller was billed for (FACTS 5.3); nobody knows the formula."""


# --- read


def _prompt_tokens(prompt: str) -> int:
    """About what o200k_base counts: a token for five letters or three digits, one for any other character."""
    return sum(max(1, math.ceil(len(piece) / PER_TOKEN.get(kind or "", 1))) for kind, piece in _pieces(prompt))


def _pieces(prompt: str) -> list[tuple[str | None, str]]:
    return [(match.lastgroup, match[0]) for match in PIECES.finditer(prompt)]


PIECES = re.compile(r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|[^\sA-Za-z0-9]")
PER_TOKEN: Mapping[str, int] = {"word": 5, "number": 3}


def _overhead(order: Order) -> int:
    text = order.model.text_tokens
    beside = EDIT_TEXT.get(order.model.generation, 0) * len(order.seen)
    return beside + (text.overhead if text else 0)


EDIT_TEXT: Mapping[str, int] = {"1.5": 38}
"""Text tokens that are billed for each input image, at the most that was measured (C1382940)."""


def _seen(model: Model, canvas: Canvas, *, high: bool) -> int:
    rule = model.image_tokens
    if rule is None:
        return 0
    return FORMULAS[rule.formula](canvas) + (_fidelity(rule, canvas) if high or rule.high_fidelity_always else 0)


def _fidelity(rule: ImageTokens, canvas: Canvas) -> int:
    return rule.high_fidelity_square if canvas[0] == canvas[1] else rule.high_fidelity_other


def tile512(canvas: Canvas) -> int:
    """65 tokens and 129 for each tile of 512 pixels: the shorter edge is one tile, the longer at most four."""
    width, height = canvas
    tiles = math.ceil(max(width, height) / min(width, height))
    return 65 + 129 * min(tiles, 4)


def patch32(canvas: Canvas) -> int:
    """One token for each patch of 32 pixels, at most 1536, after slim images are widened and small ones enlarged."""
    long, short = float(max(canvas)), float(min(canvas))
    enlarged = min(2.0, max(1.0, 1024 / long))
    long, short = long * enlarged, max(short * enlarged, long * enlarged / 3)
    needed = math.ceil(long / 32) * math.ceil(short / 32)
    if needed <= MOST_PATCHES:
        return needed
    scale = math.sqrt(MOST_PATCHES / (long * short)) * 32
    return math.floor(long * scale / 32) * math.floor(short * scale / 32)


MOST_PATCHES = 1536
FORMULAS: Mapping[str, Callable[[Canvas], int]] = {"tile512": tile512, "patch32": patch32}
