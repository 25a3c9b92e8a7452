"""The letters: pillow's own font, and the machine's for what that one lacks."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from PIL import ImageFont

Font: TypeAlias = ImageFont.FreeTypeFont
ELSEWHERE = (
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSans-Regular.ttf",
    "Arial Unicode.ttf",
    "msyh.ttc",
    "arial.ttf",
)
"""Fonts that many machines have, as file names; None stands for pillow's own, which knows little beside ASCII."""

SAMPLE = 24  # pixels
MISSING = "\uffff"  # never a character, so it shows what a missing one looks like


def find_font(text: str) -> str | None:
    """The font that has most of a text's letters; of several the first, which every machine has."""
    letters = set(text) - {" "}
    return max((None, *ELSEWHERE), key=lambda name: sum(_has(name, letter) for letter in letters))


@lru_cache(maxsize=64)
def load_font(name: str | None, size: int) -> Font:
    """Load a font of a height in pixels."""
    if name is not None:
        return ImageFont.truetype(name, size)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # pragma: no cover - a pillow built without FreeType
        raise TypeError("this pillow cannot draw text: it was built without FreeType")
    return font


@lru_cache(maxsize=4096)
def _has(name: str | None, letter: str) -> bool:
    return _is_here(name) and _looks(name, letter) != _looks(name, MISSING)


@lru_cache(maxsize=len(ELSEWHERE) + 1)
def _is_here(name: str | None) -> bool:
    try:
        load_font(name, SAMPLE)
    except OSError:
        return False
    return True


def _looks(name: str | None, letter: str) -> bytes:
    return bytes(load_font(name, SAMPLE).getmask(letter))
