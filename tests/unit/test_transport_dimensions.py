"""Sizes from the headers of pictures: what pillow writes, what cameras write, and what is no picture."""

from __future__ import annotations

from io import BytesIO
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.sizes import Size
from router.transport.dimensions import read_dimensions

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes.fromhex("000004b000000274")
GIF = b"GIF89a" + bytes.fromhex("b0047402")
LOSSY = b"RIFF<\0\0\0WEBPVP8 0\0\0\0\xd0\x01\0\x9d\x01*" + bytes.fromhex("b0447482")  # a scale in the two high bits
LOSSLESS = b"RIFF\x1a\0\0\0WEBPVP8L\x11\0\0\0\x2f" + (1199 | 627 << 14).to_bytes(4, "little")
EXTENDED = b"RIFFF\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + bytes.fromhex("af0400730200")
FRAME = bytes.fromhex("ffc2 0011 08 0274 04b0 03")  # progressive, 8 bits, 628 lines of 1200
JPEG = b"\xff\xd8" + FRAME

HEADERS = {"png": PNG, "gif": GIF, "lossy": LOSSY, "lossless": LOSSLESS, "extended": EXTENDED, "jpeg": JPEG}
each_header = pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)


def segment(kind: int, length: int) -> bytes:
    """A block of metadata of a JPEG; what looks like a frame inside of it is none."""
    return bytes((0xFF, kind)) + (length + 2).to_bytes(2, "big") + FRAME.ljust(length, b"\0")[:length]


@each_header
def test_the_header_alone_tells_the_size(header: bytes):
    assert read_dimensions(header) == Size(1200, 628)


@each_header
def test_a_header_that_is_cut_off_tells_nothing(header: bytes):
    shorter = [read_dimensions(header[:length]) for length in range(len(header) - (header is JPEG))]

    assert set(shorter) == {None}


def test_a_window_on_a_large_buffer_is_read_where_it_lies():
    assert read_dimensions(memoryview(b"..." + PNG + bytes(1000))[3:]) == Size(1200, 628)


@pytest.mark.parametrize(
    "before",
    [
        segment(0xE1, 65_000),  # EXIF with a thumbnail
        segment(0xE1, 65_533) * 40,  # a panorama's metadata, 2.6 MB
        segment(0xE2, 3_000) + segment(0xED, 9_000) + segment(0xEE, 12),  # colour profile, Photoshop, Adobe
        segment(0xDB, 65) + segment(0xC4, 29) + segment(0xCC, 4) + segment(0xDD, 2),  # tables
        b"\xff\xff\xff",  # a marker may be filled up
        b"\xff\x01\xff\xd0",  # markers without a length
    ],
    ids=["exif", "long", "profile", "tables", "fill", "alone"],
)
def test_a_frame_is_found_behind_whatever_a_camera_puts_before_it(before: bytes):
    assert read_dimensions(b"\xff\xd8" + before + FRAME) == Size(1200, 628)


@pytest.mark.parametrize("kind", sorted(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}))
def test_every_way_of_coding_a_frame_is_known(kind: int):
    assert read_dimensions(b"\xff\xd8\xff" + bytes([kind]) + FRAME[2:]) == Size(1200, 628)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x00\x00\x00 ftypavif",
        PNG.replace(b"IHDR", b"CgBI"),
        PNG[:16] + bytes(8),
        GIF[:6] + bytes(4),
        b"GIF88a" + GIF[6:],
        b"RIFF<\0\0\0WAVEVP8 " + LOSSY[16:],
        LOSSY.replace(b"VP8 ", b"ALPH"),
        LOSSY.replace(b"\x9d\x01*", b"\x00\x01*"),
        LOSSLESS.replace(b"\x2f", b"\x2e"),
        b"\xff\xd8\xff\xda\0\x02" + FRAME,  # pixels before the frame
        b"\xff\xd8\xff\xd9\0\x02" + FRAME,  # the end before the frame
        b"\xff\xd8\xff\x00\0\x02" + FRAME,  # no marker
        b"\xff\xd8\x00" + FRAME,
        b"\xff\xd8" + FRAME[:5] + bytes(4) + FRAME[9:],
    ],
)
def test_what_is_no_picture_has_no_size(data: bytes):
    assert read_dimensions(data) is None


def test_a_file_of_nothing_but_markers_does_not_keep_us():
    data = b"\xff\xd8" + b"\xff" * 32_000_000
    started = process_time()

    assert read_dimensions(data) is None
    assert process_time() - started < 0.1


@given(st.sampled_from([*HEADERS.values(), b"", PNG[:8], JPEG[:2], LOSSY[:16], GIF[:6]]), st.binary(max_size=200))
def test_any_bytes_have_a_size_of_at_least_a_pixel_or_none(start: bytes, rest: bytes):
    size = read_dimensions(start + rest)

    assert size is None or min(size) > 0


@given(st.sampled_from(list(HEADERS.values())), st.integers(0, 40), st.binary(min_size=1, max_size=3))
def test_a_damaged_header_never_raises(header: bytes, place: int, damage: bytes):
    size = read_dimensions(header[:place] + damage + header[place + len(damage) :])

    assert size is None or min(size) > 0


WRITTEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "PNG": ("RGB", "PNG", {}),
    "PNG with alpha": ("RGBA", "PNG", {}),
    "GIF": ("P", "GIF", {}),
    "JPEG": ("RGB", "JPEG", {}),
    "progressive JPEG": ("RGB", "JPEG", {"progressive": True}),
    "JPEG in CMYK": ("CMYK", "JPEG", {}),
    "JPEG with metadata": (
        "L",
        "JPEG",
        {"exif": b"Exif\0\0" + bytes(60_000), "icc_profile": bytes(200_000), "comment": b"a fox"},
    ),
    "WebP": ("RGB", "WEBP", {}),
    "lossless WebP": ("RGB", "WEBP", {"lossless": True}),
    "WebP with alpha": ("RGBA", "WEBP", {}),
    "WebP with metadata": ("RGB", "WEBP", {"exif": b"Exif\0\0", "icc_profile": bytes(5000)}),
}


@pytest.mark.parametrize("size", [Size(1, 1), Size(1200, 628), Size(628, 1200), Size(3840, 1), Size(255, 257)], ids=str)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_it_agrees_with_pillow(size: Size, written: tuple[str, str, dict[str, Any]]):
    mode, kind, options = written
    file = BytesIO()
    pytest.importorskip("PIL.Image").new(mode, size).save(file, kind, **options)

    assert read_dimensions(file.getvalue()) == size
