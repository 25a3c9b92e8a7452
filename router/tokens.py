"""How many tokens an image takes: drawn, by its canvas and quality; read, by its own size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from math import isqrt
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from .catalog import FormulaTokens, ImageTokens, Model, TableTokens
from .sizes import PresetSizes, Size, SizeRule, columns

T = TypeVar("T")


class Tokens(NamedTuple):
    """A count, as expected and at most."""

    expected: int
    most: int

    def times(self, n: int) -> Tokens:
        """The count for n images."""
        return Tokens(self.expected * n, self.most * n)


NOTHING = Tokens(0, 0)


# --- drawn


class Drawn(NamedTuple):
    """What drawing one image takes, and each partial one."""

    tokens: Tokens
    per_partial_image: int


@lru_cache(maxsize=8192)
def drawn(model: Model, size: Size | None, quality: str | None) -> Drawn | None:
    """Count what one image takes; None where that is not known.

    Without a size or quality (`auto`) the most is that of the dearest legal one; what is expected is that of the usual
    one, where the catalogue has it.
    """
    rule = model.output_tokens
    if rule is None:
        return None
    sizes, usual_sizes = _choices(size, model.auto.size, dearest_sizes(model.sizes))
    qualities, usual_qualities = _choices(quality, model.auto.quality, model.qualities)
    most = _highest(rule, product(sizes, qualities))
    if most is None:
        return None
    usual = _highest(rule, product(usual_sizes, usual_qualities))
    return Drawn(
        tokens=Tokens(most if usual is None else min(usual, most), with_margin(rule, most)),
        per_partial_image=rule.per_partial_image,
    )


def _choices(asked: T | None, usual: T | None, every: tuple[T, ...]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What a parameter may become, and what it is expected to: only `auto` leaves a choice."""
    if asked is not None:
        return (asked,), (asked,)
    return every, every if usual is None else (usual,)


def _highest(rule: TableTokens | FormulaTokens, drawings: Iterable[tuple[Size, str]]) -> int | None:
    counts = [output_tokens(rule, size, quality) for size, quality in drawings]
    known = [count for count in counts if count is not None]
    return max(known) if known and len(known) == len(counts) else None


def output_tokens(rule: TableTokens | FormulaTokens, size: Size, quality: str) -> int | None:
    """Count by table or formula, without margin (FACTS 5.1, 5.2); None for what the rule does not know."""
    if isinstance(rule, TableTokens):
        return next((count for name, of, count in rule.rows if name == quality and of == size), None)
    q = next((q for name, q in rule.q if name == quality), None)
    return None if q is None else formula_tokens(q, size)


def formula_tokens(q: int, size: Size) -> int:
    """Count as gpt-image-2 and 2.5 do, by a number per quality and the canvas in pixels (FACTS 5.2)."""
    long, short = max(size), min(size)
    across = (2 * q * short + long) // (2 * long)  # rounded half up
    return -(-q * across * (2_000_000 + size.pixels) // 4_000_000)


def with_margin(rule: TableTokens | FormulaTokens, tokens: int) -> int:
    """Add what a rule leaves room for above its own count."""
    return tokens if isinstance(rule, TableTokens) else -(-tokens * (100 + rule.margin_percent) // 100)


@lru_cache(maxsize=64)
def dearest_sizes(rule: SizeRule) -> tuple[Size, ...]:
    """List the legal sizes among which the dearest is, whatever the quality.

    The formula does not care for orientation, and a longer shorter edge never makes it less: the tallest size of each
    width that is not taller than wide stands for the rest.
    """
    if isinstance(rule, PresetSizes):
        return rule.presets
    return tuple(Size(width, min(highest, width)) for width, lowest, highest in columns(rule) if lowest <= width)


# --- read


def read(model: Model, images: tuple[Size | None, ...], masks: int, *, high: bool) -> Tokens | None:
    """Count what the input images take, at high fidelity or not; None where that is not known.

    Whether a mask or a markup is billed is not known (FACTS 5.5): each is expected to be free, and one more image at
    most.
    """
    rule = model.image_tokens
    if not images and not masks:
        return NOTHING
    if rule is None:
        return None
    counts = [image_tokens(rule, image, high=high) for image in images]
    mask = image_tokens(rule, None, high=high)
    return Tokens(sum(each.expected for each in counts), sum(each.most for each in counts) + masks * mask.most)


def image_tokens(rule: ImageTokens, size: Size | None, *, high: bool) -> Tokens:
    """Count what one input image takes (FACTS 5.5).

    The ceiling is the most that any image takes, except where the formula is confirmed and the size known.
    """
    high = high or rule.high_fidelity_always
    shown = size or rule.assumed
    square = shown.width == shown.height
    extra = (rule.high_fidelity_square if square else rule.high_fidelity_other) if high else 0
    expected = FORMULAS[rule.formula](shown) + extra
    if size is not None and rule.confidence == "confirmed":
        return Tokens(expected, expected)
    most_extra = max(rule.high_fidelity_square, rule.high_fidelity_other) if high else 0
    return Tokens(expected, max(expected, rule.most + most_extra))


def tile512(size: Size) -> int:
    """Count tiles along the longer edge after the shorter one is scaled to one tile of 512 pixels."""
    return 65 + 129 * -(-max(size) // min(size))


def patch32(size: Size) -> int:
    """Count patches of 32 pixels: small images are enlarged, slim ones widened, large ones scaled to the budget."""
    long, short = max(size), min(size)
    if long < ENLARGE_TO:
        enlarged = min(2 * long, ENLARGE_TO)
        long, short = enlarged, -(-short * enlarged // long)
    short = max(short, -(-long // 3))
    patches = -(-long // 32) * -(-short // 32)
    return patches if patches <= MOST_PATCHES else _scaled_patches(long, short)


def _scaled_patches(long: int, short: int) -> int:
    """Scale to the budget, then down until one edge is a whole number of patches."""
    along, across = isqrt(MOST_PATCHES * long // short), isqrt(MOST_PATCHES * short // long)
    if along * short <= across * long:
        return along * -(-along * short // long)
    return across * -(-across * long // short)


ENLARGE_TO = 1024
MOST_PATCHES = 1536
FORMULAS: Mapping[str, Callable[[Size], int]] = MappingProxyType({"tile512": tile512, "patch32": patch32})
