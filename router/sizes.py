"""Sizes: which of them a model draws, and how a caller writes one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import NamedTuple, TypeAlias

from .errors import RequestError, did_you_mean
from .presets import ALIASES, PRESETS


class Size(NamedTuple):
    """A rectangle in pixels; both edges are 1 or more."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def pixels(self) -> int:
        """The area."""
        return self.width * self.height

    @property
    def aspect(self) -> Fraction:
        """Width over height, exactly."""
        return Fraction(self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSizes:
    """A model that draws any size within limits, in pixels; gpt-image-2's are the defaults (SDK, GUIDE, AZ)."""

    multiple_of: int = 16
    max_edge: int = 3840
    min_pixels: int = 655_360
    max_pixels: int = 8_294_400
    max_ratio: int = 3  # of the longer edge to the shorter
    experimental_above: int = 3_686_400  # total pixels, not per edge (GUIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetSizes:
    """A model that draws these sizes and no other."""

    presets: tuple[Size, ...]


SizeRule: TypeAlias = FreeSizes | PresetSizes


@lru_cache(maxsize=4096)
def violations(size: Size, rule: SizeRule) -> tuple[str, ...]:
    """Say what keeps a model from drawing a size; nothing if it is legal."""
    if isinstance(rule, PresetSizes):
        known = ", ".join(map(str, rule.presets))
        return () if size in rule.presets else (f"must be one of {known}" if known else "no size of it is known",)
    return tuple(message.format(rule) for broken, message in LIMITS if broken(size, rule))


def is_experimental(size: Size, rule: SizeRule) -> bool:
    """Tell whether the provider calls a size experimental (GUIDE)."""
    return isinstance(rule, FreeSizes) and size.pixels > rule.experimental_above


def is_beyond_ratio(size: Size, rule: FreeSizes) -> bool:
    """Tell whether a size is longer and thinner than a model draws."""
    return max(size) > rule.max_ratio * min(size)


LIMITS: tuple[tuple[Callable[[Size, FreeSizes], bool], str], ...] = (
    (
        lambda size, rule: size.width % rule.multiple_of + size.height % rule.multiple_of > 0,
        "edges must be multiples of {0.multiple_of}",
    ),
    (lambda size, rule: max(size) > rule.max_edge, "edges must be at most {0.max_edge:,} pixels"),
    (is_beyond_ratio, "the ratio must be at most {0.max_ratio}:1"),
    (lambda size, rule: size.pixels < rule.min_pixels, "the area must be at least {0.min_pixels:,} pixels"),
    (lambda size, rule: size.pixels > rule.max_pixels, "the area must be at most {0.max_pixels:,} pixels"),
)


def legal_sizes(rule: SizeRule) -> Iterator[Size]:
    """List every size that a model draws, narrow before wide; 29,146 for the defaults of `FreeSizes`."""
    if isinstance(rule, PresetSizes):
        yield from sorted(rule.presets)
        return
    for width, lowest, highest in columns(rule):
        for height in range(lowest, highest + 1, rule.multiple_of):
            yield Size(width, height)


class Column(NamedTuple):
    """The legal sizes of one width: every multiple from the lowest height to the highest."""

    width: int
    lowest: int
    highest: int


@lru_cache(maxsize=64)
def columns(rule: FreeSizes) -> tuple[Column, ...]:
    """Stand for all legal sizes with one interval for each width, ascending: 211 for the defaults."""
    widths = range(rule.multiple_of, rule.max_edge + 1, rule.multiple_of)
    every = (_column(width, rule) for width in widths)
    return tuple(column for column in every if column.lowest <= column.highest)


def _column(width: int, rule: FreeSizes) -> Column:
    lowest = max(-(-rule.min_pixels // width), -(-width // rule.max_ratio))
    highest = min(rule.max_pixels // width, width * rule.max_ratio, rule.max_edge)
    return Column(width, -(-lowest // rule.multiple_of) * rule.multiple_of, highest - highest % rule.multiple_of)


def halve(size: Size) -> Size:
    """Halve the pixels and keep the aspect, both to the nearest whole pixel; 1x1 stays as it is."""
    return Size(_root(Fraction(size.width**2, 2)), _root(Fraction(size.height**2, 2)))


def parse_size(text: str) -> Size | None:
    """Read a size as callers write it; None is `auto`.

    `1200x628` (also with `×` or `*`), a ratio with or without a tier (`16:9`, `16:9@2k`, `1.91:1`) or a preset's name
    (`instagram.story`). The size need not be legal for any model, but edges are 1 to 100,000 pixels; anything else
    raises `RequestError` for the field `size`.
    """
    word = text.strip().lower()
    if word == "auto":
        return None
    if len(word) > LONGEST_WORD:
        raise _error(f"`{word[:LONGEST_WORD]}…` is not a size", FORMS)
    if edges := EDGES.fullmatch(word):
        return _within_reason(Size(int(edges[1]), int(edges[2])), word)
    if ratio := RATIO.fullmatch(word):
        return _within_reason(largest_of_ratio(_ratio(ratio), _tier(ratio)), word)
    if (name := ALIASES.get(word, word)) in PRESETS:
        return Size(*PRESETS[name])
    raise _error(f"`{word}` is not a size", did_you_mean(word, NAMES) or FORMS)


LONGEST_WORD = 40
LARGEST_EDGE = 100_000
NAMES = ("auto", *PRESETS, *ALIASES)
FORMS = "use `1200x628`, a ratio such as `16:9@2k`, a preset such as `instagram.story`, or `auto`"
EDGES = re.compile(r"([+-]?[0-9]+)\s*[x×*]\s*([+-]?[0-9]+)")
RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*:\s*([0-9]+(?:\.[0-9]+)?)(?:\s*@\s*(.*))?")


def _ratio(match: re.Match[str]) -> Fraction:
    width, height = Fraction(match[1]), Fraction(match[2])
    if not width or not height:
        raise _error(f"`{match[0]}` is not a ratio", "both sides must be above 0")
    return width / height


TIERS: Mapping[str, int] = {"1k": 1024 * 1024, "2k": 2560 * 1440, "4k": 3840 * 2160}
"""How many pixels a tier has at most: an area, whatever the ratio. 2k is what the provider calls 2K (GUIDE)."""


def _tier(match: re.Match[str]) -> int:
    tier = "1k" if match[3] is None else match[3]
    if tier not in TIERS:
        raise _error(f"unknown tier `{tier}`", did_you_mean(tier, TIERS))
    return TIERS[tier]


def largest_of_ratio(ratio: Fraction, pixels: int) -> Size:
    """Turn width over height and a tier's pixels into a size, whatever model will draw it.

    It is the largest size of exactly that ratio within the limits of `FreeSizes` on edges and area. Some ratios have
    none (1.91:1 below 4k): then it is the rectangle of the tier's area, or of the longest edge, to the nearest pixel.
    """
    unit = Size(ratio.numerator * FREE.multiple_of, ratio.denominator * FREE.multiple_of)
    times = min(isqrt(pixels // unit.pixels), FREE.max_edge // max(unit))
    exact = Size(unit.width * times, unit.height * times)
    if exact.pixels >= FREE.min_pixels:
        return exact
    shorter = FREE.max_edge * min(ratio.as_integer_ratio()) / Fraction(max(ratio.as_integer_ratio()))
    area = min(Fraction(pixels), FREE.max_edge * shorter)
    return Size(_root(area * ratio), _root(area / ratio))


FREE = FreeSizes()


def _root(square: Fraction) -> int:
    """The whole number nearest to the square root."""
    return (isqrt(int(4 * square)) + 1) // 2


def _within_reason(size: Size, word: str) -> Size:
    if all(1 <= edge <= LARGEST_EDGE for edge in size):
        return size
    raise _error(f"`{word}` is not a size", f"edges are 1 to {LARGEST_EDGE:,} pixels")


def _error(message: str, hint: str | None) -> RequestError:
    return RequestError(message, field="size", hint=hint)
