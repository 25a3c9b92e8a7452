"""From the size that was asked to the canvas that is drawn, and the crop and resize that give what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from .sizes import Column, FreeSizes, PresetSizes, Size, SizeRule, columns, is_beyond_ratio, is_experimental, violations

Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePlan:
    """Draw the canvas, cut the crop out of it, resize that: what comes out is the target, to the pixel.

    `crop` is left, top, right and bottom in pixels of the canvas, None for all of it; `resize` is None where the cut
    already has the target's size.
    """

    target: Size
    canvas: Size
    crop: Box | None = None
    resize: Size | None = None
    crop_fraction: Fraction = Fraction(0)  # the share of the canvas that is cut away
    upscaled: bool = False
    experimental: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRefusal:
    """Why a size gets no plan, and legal sizes that come near it, the nearest first."""

    code: Literal["RATIO_BEYOND_LIMIT", "SIZE_NOT_LEGAL"]
    message: str
    alternatives: tuple[Size, ...]


def plan_size(
    target: Size,
    rule: SizeRule,
    *,
    fit: Literal["cover", "nearest", "reject"] = "cover",
    max_crop: Fraction = Fraction(1, 50),
    beyond_ratio: Literal["deny", "crop"] = "deny",
    cost: Callable[[Size], int] | None = None,
) -> SizePlan | SizeRefusal:
    """Plan how a model draws a target that it need not be able to draw as it is.

    A legal target is its own canvas. `fit` says what becomes of any other: `cover` draws the best canvas
    (`best_canvases`) and cuts or resizes it to the target; `nearest` delivers the nearest legal size instead
    (`nearest_sizes`); `reject` refuses. A target beyond the rule's ratio is refused by all three, unless
    `beyond_ratio` is `crop`: then it is drawn within the ratio and loses what it must.

    `max_crop` is the share of a canvas, 0 to 1, that may be cut away. Where it allows, the target is cut out of the
    middle of the canvas pixel by pixel; otherwise the largest crop of its aspect is resized. `cost` is the price of a
    canvas in any unit, and settles a tie.
    """
    broken = violations(target, rule)
    if not broken:
        return _as_it_is(target, rule)
    if beyond_ratio == "deny" and isinstance(rule, FreeSizes) and is_beyond_ratio(target, rule):
        near = _alternatives(target, rule, max_crop)
        return SizeRefusal(
            code="RATIO_BEYOND_LIMIT", message=f"`{target}` is beyond {rule.max_ratio}:1", alternatives=near
        )
    canvases = nearest_sizes(target, rule) if fit == "nearest" else best_canvases(target, rule, max_crop)
    if fit == "reject" or not canvases:
        near = _alternatives(target, rule, max_crop)
        return SizeRefusal(code="SIZE_NOT_LEGAL", message=f"`{target}`: {'; '.join(broken)}", alternatives=near)
    canvas = min(canvases, key=cost) if cost else canvases[0]
    return _as_it_is(canvas, rule) if fit == "nearest" else _cut(target, canvas, rule, max_crop=max_crop)


@lru_cache(maxsize=4096)
def best_canvases(target: Size, rule: SizeRule, max_crop: Fraction) -> tuple[Size, ...]:
    """Find the canvases to draw a target on: those that only their price can tell apart, the smaller width first.

    The order for free sizes, each step settling the ties of the one before:

    1. Least upscaling: the factor by which a canvas must grow to cover the target; all that cover it are equal.
    2. Admissible: the largest crop of the target's aspect, rounded down to whole pixels, loses at most `max_crop`.
       Where no canvas does, the bar is raised by 1 % of the canvas until one does: every target has a plan, and none
       is drawn many times larger for a sliver. Beyond the ratio it is raised from what every canvas must lose.
    3. Fewest pixels.

    A few presets leave less of a choice: nearest aspect (which loses least), least upscaling, fewest pixels.
    """
    if isinstance(rule, PresetSizes):
        return _least(rule.presets, lambda size: (_skew(size, target), -_reach(size, target), size.pixels))
    return next(filter(None, (_smallest(target, rule, bar) for bar in _bars(target, rule, max_crop))), ())


@lru_cache(maxsize=4096)
def nearest_sizes(target: Size, rule: SizeRule) -> tuple[Size, ...]:
    """Find the legal size whose edges change least, by a factor each: the edge that changes more, then the other one.

    A factor, so that a small target keeps its aspect on the way to the smallest legal area. Equally near sizes are
    returned together, the smaller width first.
    """
    if isinstance(rule, PresetSizes):
        sizes: Iterable[Size] = rule.presets
    else:
        sizes = (size for column in columns(rule) for size in _beside(column, target.height, rule))
    return _least(sizes, lambda size: _changes(size, target))


def largest_crop(canvas: Size, target: Size) -> Size:
    """Cut the target's aspect out of a canvas, rounded down to whole pixels."""
    width = min(canvas.width, canvas.height * target.width // target.height)
    height = min(canvas.height, canvas.width * target.height // target.width)
    return Size(max(width, 1), max(height, 1))


@lru_cache(maxsize=4096)
def _as_it_is(size: Size, rule: SizeRule) -> SizePlan:
    return SizePlan(target=size, canvas=size, experimental=is_experimental(size, rule))


@lru_cache(maxsize=4096)
def _cut(target: Size, canvas: Size, rule: SizeRule, *, max_crop: Fraction) -> SizePlan:
    covers = canvas.width >= target.width and canvas.height >= target.height
    cut = target if covers and _loses_at_most(max_crop, canvas, target) else largest_crop(canvas, target)
    return SizePlan(
        target=target,
        canvas=canvas,
        crop=None if cut == canvas else _centred(cut, canvas),
        resize=None if cut == target else target,
        crop_fraction=1 - Fraction(cut.pixels, canvas.pixels),
        upscaled=not covers,
        experimental=is_experimental(canvas, rule),
    )


def _centred(cut: Size, canvas: Size) -> Box:
    left, top = (canvas.width - cut.width) // 2, (canvas.height - cut.height) // 2
    return left, top, left + cut.width, top + cut.height


# What follows looks at one or two sizes of each column instead of all: for one width, everything that is compared
# gets worse with the distance from one height.


def _bars(target: Size, rule: FreeSizes, max_crop: Fraction) -> Iterator[Fraction]:
    """The shares that a canvas may lose, until it may lose all."""
    yield max_crop
    bar = max(max_crop, 1 - Fraction(rule.max_ratio * min(target), max(target)))
    while bar < 1:
        bar = min(bar + STEP, Fraction(1))
        yield bar


STEP = Fraction(1, 100)


def _smallest(target: Size, rule: FreeSizes, max_crop: Fraction) -> tuple[Size, ...]:
    """The admissible sizes of fewest pixels, among the least upscaled."""
    return _least(_admissible(target, rule, max_crop), lambda size: (size.pixels,))


def _admissible(target: Size, rule: FreeSizes, max_crop: Fraction) -> Iterator[Size]:
    """The least high of each width, until a width can only have more pixels."""
    keep, of = (1 - max_crop).as_integer_ratio()
    fewest = rule.max_pixels
    for width, lowest, highest in _least_upscaled(target, rule):
        crop_width = -(-width * keep // of)
        needed = -(-crop_width * target.height // target.width)  # a canvas less high leaves too narrow a crop
        if width * needed > fewest:
            return
        size = Size(width, max(lowest, _round_up(needed, rule)))
        if size.height > highest or size.pixels > fewest:
            continue
        if _loses_at_most(max_crop, size, largest_crop(size, target)):
            fewest = size.pixels
            yield size


def _least_upscaled(target: Size, rule: FreeSizes) -> Iterator[Column]:
    """The sizes that cover the target, or else as much of it as any size does."""
    least_width, least_height = _least_edges(target, rule)
    for width, lowest, highest in columns(rule):
        if width >= least_width and highest >= least_height:
            yield Column(width, max(lowest, _round_up(least_height, rule)), highest)


def _least_edges(target: Size, rule: FreeSizes) -> Size:
    """The target, or as much of it as the largest canvases cover without growing."""
    if any(width >= target.width and highest >= target.height for width, _, highest in columns(rule)):
        return target
    reach = max((min(width * target.height, highest * target.width) for width, _, highest in columns(rule)), default=0)
    return Size(-(-reach // target.height), -(-reach // target.width))


def _beside(column: Column, height: int, rule: FreeSizes) -> tuple[Size, Size]:
    """The legal sizes of a column on either side of a height."""
    width, lowest, highest = column
    below = min(max(height - height % rule.multiple_of, lowest), highest)
    return Size(width, below), Size(width, min(below + rule.multiple_of, highest))


def _round_up(height: int, rule: FreeSizes) -> int:
    return height + -height % rule.multiple_of


def _least(sizes: Iterable[Size], key: Callable[[Size], tuple[int, ...]]) -> tuple[Size, ...]:
    """Return all sizes that share the least key, in their own order; none of none."""
    keyed = [(key(size), size) for size in sizes]
    least = min(keyed)[0] if keyed else ()
    return tuple(sorted({size for value, size in keyed if value == least}))


def _reach(canvas: Size, target: Size) -> int:
    """How much of a target's edges a canvas covers: all of them at width times height, which is the most."""
    return min(canvas.width * target.height, canvas.height * target.width, target.pixels)


def _skew(size: Size, target: Size) -> int:
    """How far an aspect is from the target's; the largest crop of the target's aspect loses the more, the farther."""
    return _factor(size.width * target.height, size.height * target.width)


def _changes(size: Size, target: Size) -> tuple[int, int]:
    """The factors by which the edges change, the larger first."""
    changes = _factor(size.width, target.width), _factor(size.height, target.height)
    return max(changes), min(changes)


def _factor(one: int, other: int) -> int:
    """How many times the greater is the smaller, in units so fine that only equal factors of two lengths are equal."""
    return (max(one, other) << 64) // min(one, other)


def _loses_at_most(share: Fraction, canvas: Size, cut: Size) -> bool:
    return (canvas.pixels - cut.pixels) * share.denominator <= share.numerator * canvas.pixels


def _alternatives(target: Size, rule: SizeRule, max_crop: Fraction) -> tuple[Size, ...]:
    found = nearest_sizes(target, rule)[:1] + best_canvases(target, rule, max_crop)[:1]
    return tuple(dict.fromkeys(found))
