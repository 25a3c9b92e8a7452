"""Input images, masks and markups: what may be sent, and how large each is in pixels."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from ..catalog import Model
from .asked import Asked, File
from .orders import Canvas
from .refusals import refusal

MIMETYPES = ("image/jpeg", "image/png", "image/webp")
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_IMAGE = 50_000_000  # OAPI, bytes
LARGEST_MASK = 4_000_000  # SDK says 4 MB, the guide 50 MB: the stricter holds
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap the edges
ORIENTATION = 0x0112
TRANSPARENT_MODES = ("RGBA", "LA", "PA", "RGBa", "La")


def check_uploads(asked: Asked, model: Model) -> tuple[Canvas, ...]:
    """Hold the files against what a model takes; gives the images' sizes, raises `RefusedError`."""
    if asked.operation == "generate":
        return ()
    if not asked.images:
        raise refusal("missing_parameter", param="image")
    if len(asked.images) > model.max_images:
        raise refusal("list_too_long", param="image", most=model.max_images, given=len(asked.images))
    seen = tuple(_measure(file, number) for number, file in enumerate(asked.images, 1))
    _check_overlays(asked, model, seen[0])
    return seen


def _measure(file: File, number: int) -> Canvas:
    if file.mimetype.lower() not in MIMETYPES:
        raise refusal("unsupported_file", param=file.param, given=file.mimetype)
    if len(file.content) >= LARGEST_IMAGE:
        raise refusal("file_too_large", param=file.param, most=LARGEST_IMAGE, given=len(file.content))
    return upright_size(open_image(file, number))


def open_image(file: File, number: int = 1) -> Image.Image:
    """Open a file without decoding its pixels; raises `RefusedError` if it is no image."""
    try:
        return Image.open(BytesIO(file.content), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        raise refusal("unreadable_image", param=file.param, number=number) from None


def upright_size(image: Image.Image) -> Canvas:
    """The size of an image after orientation, in pixels."""
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION) in TURNED else (width, height)


def _check_overlays(asked: Asked, model: Model, first: Canvas) -> None:
    mask, markup = asked.mask, asked.markup
    if mask is not None and not model.mask:
        raise refusal("not_supported", model=model.id, param="mask")
    if markup is not None and not model.markup:
        raise refusal("not_supported", model=model.id, param="markup")
    if mask is not None and markup is not None:
        raise refusal("not_together", param="markup", message="'markup' cannot be combined with 'mask'.")
    for overlay in (mask, markup):
        if overlay is not None:
            _check_overlay(overlay, first)
    if markup is not None and not _has_holes(markup):
        raise refusal("mask_not_png", param="markup")


def _check_overlay(file: File, first: Canvas) -> None:
    param = file.param.partition(".")[0]
    if file.mimetype.lower() not in MIMETYPES:
        raise refusal("unsupported_file", param=param, given=file.mimetype)
    if len(file.content) >= LARGEST_MASK:
        raise refusal("file_too_large", param=param, most=LARGEST_MASK, given=len(file.content))
    image = open_image(file)
    if image.format != "PNG" or not (image.mode in TRANSPARENT_MODES or "transparency" in image.info):
        raise refusal("mask_not_png", param=param)
    if image.size != first:
        raise refusal("mask_size", param=param)


def _has_holes(file: File) -> bool:
    low, _ = open_image(file).convert("RGBA").getchannel("A").getextrema()
    return isinstance(low, (int, float)) and low < OPAQUE


OPAQUE = 255
