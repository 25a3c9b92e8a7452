"""Pictures for the page, made small; and the mask of an edit."""

from __future__ import annotations

import base64
from io import BytesIO

from PIL import Image, ImageDraw

LONGEST_EDGE = 720  # pixels, of a picture on the page: sharp at the width of a card
QUALITY = 78


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    with Image.open(BytesIO(picture)) as image:
        return image.size


def data_url(picture: bytes, longest_edge: int = LONGEST_EDGE) -> str:
    """A picture as a small WebP inside a URL; transparency is kept."""
    with Image.open(BytesIO(picture)) as image:
        small = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    small.thumbnail((longest_edge, longest_edge), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.save(file, "WEBP", quality=QUALITY, method=3)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def blank() -> bytes:
    """A grey picture, for what was not drawn."""
    file = BytesIO()
    Image.new("RGB", (1024, 1024), "grey").save(file, "PNG")
    return file.getvalue()


def hole_in(picture: bytes) -> bytes:
    """A mask of a picture's size as PNG, whose transparent middle is what may change."""
    width, height = size_of(picture)
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    ImageDraw.Draw(mask).ellipse((width // 4, height // 6, width * 3 // 4, height * 5 // 6), fill=(0, 0, 0, 0))
    file = BytesIO()
    mask.save(file, "PNG")
    return file.getvalue()
