"""The width and height of a picture from its header: PNG, JPEG, WebP and GIF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..sizes import Size


def read_dimensions(data: bytes | memoryview) -> Size | None:
    """Read a picture's size in pixels; None where the format is not known or the header is cut off.

    Only the header is looked at, so a window on a large file costs no copy. How a JPEG is to be turned is left aside.
    """
    view = memoryview(data)
    for signature, read in FORMATS:
        if view[: len(signature)] == signature:
            size = read(view)
            return size if size and size.width and size.height else None
    return None


def _png(view: memoryview) -> Size | None:
    if len(view) < 24 or bytes(view[12:16]) != b"IHDR":  # noqa: PLR2004 -- of the format
        return None
    return Size(_big(view, 16, 4), _big(view, 20, 4))


def _gif(view: memoryview) -> Size | None:
    return Size(_little(view, 6, 2), _little(view, 8, 2)) if len(view) >= 10 else None  # noqa: PLR2004


def _webp(view: memoryview) -> Size | None:
    if bytes(view[8:12]) != b"WEBP":
        return None
    length, read = WEBP.get(bytes(view[12:16]), (0, None))
    return read(view) if read and len(view) >= length else None


def _lossy(view: memoryview) -> Size | None:
    if bytes(view[23:26]) != b"\x9d\x01\x2a":  # what a key frame begins with
        return None
    return Size(_little(view, 26, 2) & 0x3FFF, _little(view, 28, 2) & 0x3FFF)  # the two high bits are a scale


def _lossless(view: memoryview) -> Size | None:
    if view[20] != 0x2F:  # noqa: PLR2004 -- its signature
        return None
    bits = _little(view, 21, 4)
    return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def _extended(view: memoryview) -> Size:
    return Size(_little(view, 24, 3) + 1, _little(view, 27, 3) + 1)


WEBP: Final[Mapping[bytes, tuple[int, Callable[[memoryview], Size | None]]]] = {
    b"VP8 ": (30, _lossy),
    b"VP8L": (25, _lossless),
    b"VP8X": (30, _extended),
}
"""By the name of the first chunk: how many bytes it takes to read the size, and how."""


def _jpeg(view: memoryview) -> Size | None:
    """Step from segment to segment until the one that starts a frame; metadata before it may be long."""
    place = 2
    for _ in range(MOST_SEGMENTS):
        if place + 9 > len(view) or view[place] != MARKER:
            return None
        kind = view[place + 1]
        if kind in FRAME_STARTS:
            return Size(_big(view, place + 7, 2), _big(view, place + 5, 2))
        if kind in ENDS:
            return None
        place += STEPS.get(kind) or 2 + _big(view, place + 2, 2)
    return None


MOST_SEGMENTS: Final = 4096  # thumbnails and colour profiles come in many pieces of 64 KB
MARKER: Final = 0xFF
FRAME_STARTS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # these three define tables
ENDS: Final = frozenset({0x00, 0xD9, 0xDA})  # no marker, the end of the picture, its pixels
STEPS: Final[Mapping[int, int]] = {MARKER: 1, 0x01: 2} | dict.fromkeys(range(0xD0, 0xD9), 2)  # markers without a length


def _big(view: memoryview, place: int, length: int) -> int:
    return int.from_bytes(view[place : place + length], "big")


def _little(view: memoryview, place: int, length: int) -> int:
    return int.from_bytes(view[place : place + length], "little")


FORMATS: Final[tuple[tuple[bytes, Callable[[memoryview], Size | None]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8", _jpeg),
    (b"RIFF", _webp),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
)
