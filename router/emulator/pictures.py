"""The pictures: the prompt on a gradient of its own colours; the same order always gives the same bytes."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .asked import File
from .fonts import Font, find_font, load_font
from .orders import Canvas
from .uploads import open_image


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that a picture shows; `blur` is how far from finished a partial one is, 0 being done."""

    prompt: str
    caption: str
    canvas: Canvas
    transparent: bool
    output_format: str
    compression: int | None
    number: int = 0
    blur: int = 0
    base: File | None = None
    mask: File | None = None


def draw(scene: Scene) -> bytes:
    """Draw a scene as a PNG, JPEG or WebP file; those without input images are remembered for a while."""
    return _draw_again(scene) if scene.base is not None else _draw_once(scene)


@lru_cache(maxsize=12)
def _draw_once(scene: Scene) -> bytes:
    return _draw_again(scene)


def _draw_again(scene: Scene) -> bytes:
    image = _background(scene)
    subject = _subject(scene.canvas) if scene.transparent else None
    if scene.blur:
        image = _unfinished(image, scene.blur)
    else:
        _write(image, scene)
    if subject is not None:
        image.putalpha(subject)
    return ENCODERS[scene.output_format](image, scene.compression)


# --- colours


def _background(scene: Scene) -> Image.Image:
    seed = sha256(f"{scene.number}/{scene.prompt}".encode("utf-8", "surrogatepass")).digest()
    wash = _wash(seed).resize(scene.canvas, Image.Resampling.BICUBIC)
    return wash if scene.base is None else _over(scene.base, scene.mask, wash)


def _wash(seed: bytes) -> Image.Image:
    """Four corners of related colours and three soft lights, small: enlarged it is smooth."""
    hue = seed[0] / 256
    corners = Image.new("RGB", (2, 2))
    corners.putdata(
        [_colour(hue + shift, 0.30 + seed[place] / 1800) for place, shift in enumerate((0, 0.04, 0.09, 0.16))]
    )
    wash = corners.resize((WASH, WASH), Image.Resampling.BICUBIC)
    lights = Image.new("L", (WASH, WASH))
    pen = ImageDraw.Draw(lights)
    for x, y, size in zip(seed[4:7], seed[7:10], seed[10:13], strict=True):
        radius, across, down = 6 + size // 20, x * WASH // 256, y * WASH // 256
        pen.ellipse((across - radius, down - radius, across + radius, down + radius), fill=40 + size // 5)
    glow = Image.new("RGB", (WASH, WASH), _colour(hue + 0.1, 0.72))
    return Image.composite(glow, wash, lights.filter(ImageFilter.GaussianBlur(5)))


WASH = 64  # pixels


def _colour(hue: float, lightness: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, 0.48)
    return round(red * 255), round(green * 255), round(blue * 255)


def _over(base: File, mask: File | None, wash: Image.Image) -> Image.Image:
    """An edit: the first image shows through, least where the mask has a hole; no pixel stays as it was."""
    shown = ImageOps.fit(ImageOps.exif_transpose(open_image(base)).convert("RGB"), wash.size)
    veil = Image.new("L", wash.size, THIN if mask is not None else HALF)
    if mask is not None:
        holes = ImageOps.fit(ImageChops.invert(open_image(mask).convert("RGBA").getchannel("A")), wash.size)
        veil.paste(THICK, mask=holes)
    return Image.composite(wash, shown, veil)


THIN, HALF, THICK = 26, 128, 217  # how much of the wash covers the image, of 255


def _subject(canvas: Canvas) -> Image.Image:
    """The shape that stands out against nothing: a card with round corners and smooth edges."""
    width, height = canvas
    edge = min(canvas) // 10
    shape = Image.new("L", (width * 2, height * 2))
    box = (edge * 2, edge * 2, (width - edge) * 2, (height - edge) * 2)
    ImageDraw.Draw(shape).rounded_rectangle(box, radius=edge * 3, fill=255)
    return shape.reduce(2)


def _unfinished(image: Image.Image, blur: int) -> Image.Image:
    small = image.resize((max(1, image.width >> (blur + 3)), max(1, image.height >> (blur + 3))), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.BILINEAR)


# --- words


def _write(image: Image.Image, scene: Scene) -> None:
    width, height = scene.canvas
    lines, font = _fitted(_shown(scene.prompt), width * 7 // 10, height // 2)
    pen = ImageDraw.Draw(image)
    for shade, fill in ((max(1, int(font.size) // 24), INK), (0, WHITE)):
        place = (width // 2 + shade, height * 9 // 20 + shade)
        pen.multiline_text(place, "\n".join(lines), fill, font, "mm", font.size // 4, "center")
    caption = load_font(None, max(SMALLEST, min(scene.canvas) // 36))
    low = (width // 2, height * 21 // 25)
    pen.text(low, scene.caption, WHITE, caption, "mm", stroke_width=1, stroke_fill=INK)


WHITE, INK = (255, 255, 255), (24, 24, 36)


def _shown(prompt: str) -> str:
    """The prompt on one line, as far as it can be read and encoded."""
    text = " ".join(prompt.encode("utf-8", "replace").decode().split())
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


MOST_SHOWN = 240  # characters


def _fitted(text: str, width: int, height: int) -> tuple[list[str], Font]:
    """Wrap a text in the largest letters that fit the box; only what fits in none is broken within a word."""
    name = find_font(text)
    font = load_font(name, SMALLEST)
    for part in PARTS:
        font = load_font(name, max(SMALLEST, height // part))
        lines = _wrapped(text.split(" "), font, width)
        if len(lines) * font.size * 5 // 4 <= height and all(font.getlength(line) <= width for line in lines):
            return lines, font
    letters = max(1, width // int(font.size))
    return _wrapped(
        [word[at : at + letters] for word in text.split(" ") for at in range(0, len(word), letters)], font, width
    ), font


SMALLEST = 12  # pixels
PARTS = (4, 5, 6, 8, 10, 12, 15, 19, 24, 30)  # of the box's height that a line may have


def _wrapped(words: Sequence[str], font: Font, width: int) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# --- files


def _png(image: Image.Image, _: int | None) -> bytes:
    return _saved(image, "PNG", compress_level=1)


def _jpeg(image: Image.Image, compression: int | None) -> bytes:
    return _saved(image.convert("RGB"), "JPEG", quality=max(1, 95 if compression is None else compression))


def _webp(image: Image.Image, compression: int | None) -> bytes:
    return _saved(image, "WEBP", quality=90 if compression is None else compression, method=0)


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


ENCODERS: Mapping[str, Callable[[Image.Image, int | None], bytes]] = {"png": _png, "jpeg": _jpeg, "webp": _webp}
