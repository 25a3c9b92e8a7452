"""Cut, resize and paste pictures with pillow: a file in, a file of the same kind out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops, ImageOps

from ..canvas import largest_crop
from ..sizes import Size

if TYPE_CHECKING:
    from ..canvas import Box, SizePlan
    from .delivery import Edit, Job


class Redrawn(NamedTuple):
    """A picture file, and why its pixels outside of the mask are not exactly the original's, if they are not."""

    data: bytes
    notes: tuple[str, ...] = ()


def must_redraw(data: bytes, job: Job) -> bool:
    """Whether a picture is not yet what is to be delivered."""
    with Image.open(BytesIO(data)) as file:
        return job.edit is not None or (job.plan is not None and file.size != job.plan.target)


def redraw(data: bytes, job: Job) -> Redrawn:
    """Cut a picture to its plan and paste it into the original; raises whatever pillow does where it cannot."""
    with Image.open(BytesIO(data)) as file:
        kind = file.format or ""
        image = _pixels(file)
    if kind not in ENCODERS:
        raise ValueError(f"{kind} is not cut")
    image = image if job.plan is None else cut(image, job.plan)
    notes: tuple[str, ...] = ()
    if job.edit is not None:
        image, notes = paste(image, job.edit, job.plan.target if job.cut and job.plan else None)
        notes += LOSSY if kind in JPEGS else ()
    return Redrawn(ENCODERS[kind](image, job), notes)


def _pixels(file: Image.Image) -> Image.Image:
    """A picture as red, green and blue, with alpha where it has some."""
    return file.convert("RGBA" if file.has_transparency_data else "RGB")


def has_alpha(data: bytes) -> bool:
    """Whether some pixel is really transparent."""
    with Image.open(BytesIO(data)) as file:
        if not file.has_transparency_data:
            return False
        least, _ = file.convert("RGBA").getchannel("A").getextrema()
        return isinstance(least, int) and least < OPAQUE


OPAQUE: Final = 250  # what is meant to be opaque comes with an alpha of 254 at times (FACTS 3.1)


# -- size


def cut(image: Image.Image, plan: SizePlan) -> Image.Image:
    """Cut and resize by the plan; another canvas than planned loses what it must to its target's aspect."""
    box = plan.crop if image.size == plan.canvas else _middle(Size(*image.size), plan.target)
    image = image.crop(box) if box is not None else image
    return _resized(image, plan.target)


def _middle(size: Size, target: Size) -> Box:
    kept = largest_crop(size, target)
    left, top = (size.width - kept.width) // 2, (size.height - kept.height) // 2
    return left, top, left + kept.width, top + kept.height


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


# -- masks


def paste(drawn: Image.Image, edit: Edit, size: Size | None) -> tuple[Image.Image, tuple[str, ...]]:
    """Put what was drawn into the original where the mask is transparent.

    The outcome has the original's size, or the given one, to which the original is then resized. The second value says
    why it is not exact, where it is not.
    """
    original, holes = _original(edit.image), _holes(edit.mask)
    if not _same_aspect(drawn, original):
        raise ValueError(f"{_by(drawn)} does not lie on the original's {_by(original)}")
    size = size or Size(*original.size)
    notes = () if original.size == size else (f"the original's {_by(original)} were resized to {size}",)
    mode = "RGBA" if "RGBA" in {drawn.mode, original.mode} else "RGB"
    over, under = (_resized(layer, size).convert(mode) for layer in (drawn, original))
    holes = holes if holes.size == size else holes.resize(size, Image.Resampling.NEAREST)
    return Image.composite(over, under, holes), notes


def _original(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as file:
        return _pixels(ImageOps.exif_transpose(file))


def _holes(data: bytes) -> Image.Image:
    """White where the mask is transparent; a mask without holes is none."""
    with Image.open(BytesIO(data)) as file:
        holes = ImageChops.invert(ImageOps.exif_transpose(file).convert("RGBA").getchannel("A"))
    if holes.getbbox() is None:
        raise ValueError("the mask has no transparent pixel")
    return holes


def _same_aspect(one: Image.Image, other: Image.Image) -> bool:
    across = Fraction(one.width * other.height, one.height * other.width)
    return max(across, 1 / across) <= 1 + MOST_SKEW


MOST_SKEW: Final = Fraction(1, 50)  # edges that are rounded to 16 pixels; beyond that, nobody knows what lies where


def _by(image: Image.Image) -> str:
    return f"{image.width}x{image.height}"


# -- files


def _png(image: Image.Image, _: Job) -> bytes:
    return _saved(image, "PNG", compress_level=EFFORT)


def _jpeg(image: Image.Image, job: Job) -> bytes:
    return _saved(image.convert("RGB"), "JPEG", quality=_quality(job), subsampling=0)


def _webp(image: Image.Image, job: Job) -> bytes:
    return _saved(image, "WEBP", quality=_quality(job), lossless=job.edit is not None, exact=True)


def _quality(job: Job) -> int:
    return QUALITY if job.compression is None else max(job.compression, 1)


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, kind, icc_profile=image.info.get("icc_profile"), **options)
    return file.getvalue()


EFFORT: Final = 4  # of 9: a third of the usual time for a twentieth more bytes
QUALITY: Final = 95
LOSSY: Final = ("JPEG loses some of every pixel",)
JPEGS: Final = ("JPEG", "MPO")  # pillow's name for a JPEG with a preview in it
ENCODERS: Final[Mapping[str, Callable[[Image.Image, Job], bytes]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "MPO": _jpeg,
    "WEBP": _webp,
}
