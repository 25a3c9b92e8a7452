"""Sizes that differ in what rules can ask of a size: one for each combination that there is, found without a gap.

A rule compares width, height, pixels, the longest edge or the aspect with numbers; between two numbers nothing changes.
All sizes are one square of whole numbers. It is cut into quarters until each piece holds no combination that was not
met before; what a piece may hold follows from its corners, because every quantity grows with width and with height.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from math import isqrt, prod
from typing import NamedTuple, TypeAlias

from ..sizes import LARGEST_EDGE, Size

MOST_BOXES = 20_000
MOST_COMBINATIONS = 64  # of one piece; one with more is cut without asking which of them were met
THIN = 16  # a strip of so few numbers of pixels is walked, size by size
USUAL_EDGES = (1024, 1536, 512, 2048, 768, 1280, 640, 896, 1792, 2560, 3072, 3840, 256, 480, 1080, 1920, 4096)

Place: TypeAlias = tuple[int, int, int, int, int]
"""Between which cuts a size stands: by width, height, pixels, longest edge, aspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Where something changes: at the first whole number of each new stretch, and at each aspect on its own."""

    width: tuple[int, ...] = ()
    height: tuple[int, ...] = ()
    pixels: tuple[int, ...] = ()
    longest_edge: tuple[int, ...] = ()
    aspect: tuple[Fraction, ...] = ()

    def place(self, width: int, height: int) -> Place:
        """Where a size stands among the cuts; an odd place of the aspect is the aspect of a cut itself."""
        return (
            bisect_right(self.width, width),
            bisect_right(self.height, height),
            bisect_right(self.pixels, width * height),
            bisect_right(self.longest_edge, max(width, height)),
            self._turn(width, height),
        )

    def _turn(self, width: int, height: int) -> int:
        aspect = Fraction(width, height) if self.aspect else Fraction(1)
        return bisect_left(self.aspect, aspect) + bisect_right(self.aspect, aspect)


class Box(NamedTuple):
    """All sizes from one to another."""

    left: int
    top: int
    right: int
    bottom: int

    def quarters(self) -> Iterator[Box]:
        """The box in two or four parts, cut where factors are equal: one cut then serves sizes of every aspect."""
        middle, centre = isqrt(self.left * self.right), isqrt(self.top * self.bottom)
        for left, right in ((self.left, middle), (middle + 1, self.right)):
            for top, bottom in ((self.top, centre), (centre + 1, self.bottom)):
                if left <= right and top <= bottom:
                    yield Box(left, top, right, bottom)


class Sizes(NamedTuple):
    """One size for each combination; `complete` unless the search for more was broken off."""

    found: tuple[Size, ...]
    complete: bool


@lru_cache(maxsize=64)
def different_sizes(cuts: Cuts) -> Sizes:
    """Find a size for each combination of comparisons that any size has; usual sizes first."""
    strips = _strips(cuts.pixels)
    found: dict[Place, Size] = {}
    for size in (*_usual(cuts), *(size for strip in strips.values() for size in strip)):
        found.setdefault(cuts.place(*size), size)
    boxes = [Box(1, 1, LARGEST_EDGE, LARGEST_EDGE)]
    for _ in range(MOST_BOXES):
        if not boxes:
            break
        box = boxes.pop()
        for width, height in ((box.left, box.top), (box.right, box.bottom)):
            found.setdefault(cuts.place(width, height), Size(width, height))
        if any(place not in found for place in _may_hold(box, cuts, strips)):
            boxes += box.quarters()
    return Sizes(tuple(found.values()), complete=not boxes)


def _usual(cuts: Cuts) -> Iterator[Size]:
    for width in USUAL_EDGES:
        for height in USUAL_EDGES:
            yield Size(width, height)
    for aspect in cuts.aspect:
        for times in (16, 64, 1, *(2**power for power in range(1, 16))):
            width, height = aspect.numerator * times, aspect.denominator * times
            if max(width, height) <= LARGEST_EDGE:
                yield Size(width, height)


def _strips(pixels: Sequence[int]) -> Mapping[int, tuple[Size, ...]]:
    """The narrow stretches of pixels, by their place, with every size in them: few numbers have many divisors."""
    narrow = {
        place: range(first, after)
        for place, (first, after) in enumerate(pairwise(pixels), start=1)
        if after - first <= THIN
    }
    return {place: tuple(size for area in areas for size in _of_area(area)) for place, areas in narrow.items()}


def _of_area(area: int) -> Iterator[Size]:
    if area > LARGEST_EDGE**2:
        return
    for short in range(1, isqrt(area) + 1):
        if area % short == 0 and area // short <= LARGEST_EDGE:
            yield Size(area // short, short)
            yield Size(short, area // short)


def _may_hold(box: Box, cuts: Cuts, strips: Collection[int]) -> Iterator[Place | None]:
    """The places that sizes of a box may have, the strips aside; None stands for too many to tell."""
    first, last = cuts.place(box.left, box.top), cuts.place(box.right, box.bottom)
    upright, flat = cuts.place(box.left, box.bottom)[-1], cuts.place(box.right, box.top)[-1]
    widths, heights, areas, edges = (range(low, high + 1) for low, high in zip(first[:-1], last[:-1], strict=True))
    pixels = [place for place in areas if place not in strips]
    aspects = [turn for turn in range(upright, flat + 1) if turn % 2 == 0 or _crosses(box, cuts.aspect[turn // 2])]
    choices = (widths, heights, pixels, edges, aspects)
    return product(*choices) if prod(map(len, choices)) <= MOST_COMBINATIONS else iter((None,))


def _crosses(box: Box, aspect: Fraction) -> bool:
    """Whether a size of exactly this aspect is in the box."""
    across, down = aspect.numerator, aspect.denominator
    fewest = max(-(-box.left // across), -(-box.top // down))
    return fewest <= min(box.right // across, box.bottom // down)
