"""`pixroute size`: the canvas that a model draws for a size, and the crop and resize that give the size."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

import typer

from ..canvas import SizePlan, SizeRefusal, plan_size
from ..catalog import Model
from ..errors import ConfigError
from ..price import output_micros
from ..sizes import Size, violations
from .exits import verdict
from .options import (
    TEXT_OR_JSON,
    CatalogFiles,
    ModelName,
    On,
    ProviderName,
    TextOrJson,
    find_artist,
    not_alive,
    open_catalog,
    pick,
    read_day,
    read_pixels,
)
from .output import write_json
from .talk import say_error, say_hint, say_warning

FITS = ("cover", "nearest", "reject")
Fit = Annotated[
    str,
    typer.Option(
        "--fit", metavar="cover|nearest|reject", help="What becomes of a size that the model does not draw as it is."
    ),
]
MaxCrop = Annotated[
    str, typer.Option("--max-crop", metavar="SHARE", help="The share of the canvas that may be cut away, 0 to 1.")
]


def size(
    target: Annotated[
        str, typer.Argument(metavar="SIZE", help="As in a request: 1200x628, 16:9, 16:9@2k, instagram.story.")
    ],
    *,
    model: ModelName,
    fit: Fit = "cover",
    max_crop: MaxCrop = "0.02",
    on: On = None,
    provider: ProviderName = "openai",
    catalog: CatalogFiles = None,
    form: TextOrJson = "text",
) -> int:
    """Plan the canvas, crop and resize that give a size.

    Draw the canvas, cut the crop out of it (left, top, right, bottom), resize that: what comes out is the size that
    was asked. Ends with 1 where the size is refused.
    """
    pick("--format", form, TEXT_OR_JSON)
    known = open_catalog(catalog, provider=provider)
    day = read_day(on)
    artist = find_artist(known, model, on=day, provider=provider)
    wanted = read_pixels("SIZE", target)
    if wanted is None:
        raise ConfigError("`auto` leaves the size to the model, so there is nothing to plan", hint="try `1200x628`")
    planned = plan_size(
        wanted,
        artist.sizes,
        fit=pick("--fit", fit, FITS),  # type: ignore[arg-type]
        max_crop=_read_share(max_crop),
        cost=lambda canvas: output_micros(artist, canvas, None) or 0,
    )
    if form == "json":
        write_json(_record(wanted, artist, planned))
    elif isinstance(planned, SizePlan):
        from .sketch import show  # noqa: PLC0415 -- a drawing needs rich

        show(planned, artist, violations(wanted, artist.sizes))
    if why := not_alive(artist, day):
        say_warning(why)
    _talk(planned)
    return verdict(fine=isinstance(planned, SizePlan))


def _read_share(text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise ConfigError(f"`--max-crop` is not a share: `{text}`", hint="write 0.02 for 2 %")
    return share


def _record(wanted: Size, artist: Model, planned: SizePlan | SizeRefusal) -> dict[str, Any]:
    broken = violations(wanted, artist.sizes)
    legal = {"legal": not broken, "violations": list(broken)}
    if isinstance(planned, SizeRefusal):
        refused = {
            "code": planned.code,
            "message": planned.message,
            "alternatives": list(map(list, planned.alternatives)),
        }
        nothing = dict.fromkeys(("canvas", "crop", "resize", "crop_fraction"))
        return {
            "target": list(wanted),
            **nothing,
            **legal,
            "experimental": False,
            "upscaled": False,
            "refused": refused,
        }
    return {
        "target": list(planned.target),
        "canvas": list(planned.canvas),
        "crop": list(planned.crop or (0, 0, *planned.canvas)),
        "resize": list(planned.resize) if planned.resize else None,
        "crop_fraction": round(float(planned.crop_fraction), 6),
        **legal,
        "experimental": planned.experimental,
        "upscaled": planned.upscaled,
        "refused": None,
    }


def _talk(planned: SizePlan | SizeRefusal) -> None:
    if isinstance(planned, SizeRefusal):
        say_error(planned.message)
        if planned.alternatives:
            say_hint(f"try {' or '.join(f'`{each}`' for each in planned.alternatives)}")
        return
    if planned.upscaled:
        say_warning(f"no canvas is as large as {planned.target}: the picture is enlarged, and gets no sharper by it")
    if planned.experimental:
        say_warning(f"the provider calls a canvas of {planned.canvas} experimental")
