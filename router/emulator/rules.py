"""What one model takes on one day: the emulator's own judgement, apart from the engine's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..catalog import Model
from ..sizes import FreeSizes, PresetSizes
from .asked import Asked
from .known import Day
from .orders import written
from .refusals import refusal, supported
from .schema import check_schema

OLD_DEFAULTS: Mapping[str, str] = {"generate": "dall-e-2", "edit": "gpt-image-1.5"}
"""What a call without a model meant (FACTS 3.3); both are gone, or soon."""

RASTER = ("png", "jpeg", "webp")
"""GIF and SVG need access that an ordinary account does not have."""

ALPHA = ("png", "webp")
LOSSY = ("jpeg", "webp")


def check(asked: Asked, day: Day) -> Model:
    """Hold a call against the rules, its files aside; raises `RefusedError` with the first thing that is wrong."""
    check_schema(asked)
    model = _model(asked, day)
    for rule in RULES:
        rule(asked, model)
    return model


def word(params: Mapping[str, object], name: str, otherwise: str = "auto") -> str:
    """A parameter that is text; `otherwise` where it is not."""
    value = params.get(name)
    return value if isinstance(value, str) else otherwise


def number(params: Mapping[str, object], name: str) -> int | None:
    """A parameter that is a whole number."""
    value = params.get(name)
    return value if isinstance(value, int) else None


def _model(asked: Asked, day: Day) -> Model:
    name = asked.model or OLD_DEFAULTS[asked.operation]
    model = day.served(asked.provider).get(name)
    if model is None:
        raise refusal("azure_no_deployment" if asked.provider == "azure" else "no_such_model", model=name)
    return model


# --- one rule per parameter


def _check_operation(asked: Asked, model: Model) -> None:
    if asked.operation not in model.operations:
        raise refusal("no_such_model", model=model.id)


def _check_count(asked: Asked, model: Model) -> None:
    n = number(asked.params, "n") or 1
    if n > model.max_n:
        raise refusal("number_too_high", param="n", most=model.max_n, given=n)


def _check_size(asked: Asked, model: Model) -> None:
    size, rule = word(asked.params, "size"), model.sizes
    if size == "auto":
        return
    if isinstance(rule, PresetSizes):
        choices = (*sorted(written(preset) for preset in rule.presets), "auto")
        if size not in choices:
            raise refusal("not_on_model", param="size", given=size, choices=supported(choices))
        return
    _check_free(size, rule)


def _check_free(size: str, rule: FreeSizes) -> None:
    edges = SIZE.fullmatch(size)
    if edges is None:
        raise refusal("size_malformed", size=size)
    width, height = int(edges[1]), int(edges[2])
    if width % rule.multiple_of or height % rule.multiple_of:
        raise refusal("size_off_grid", size=size, multiple=rule.multiple_of)
    if width > rule.max_edge or height > rule.max_edge:
        raise refusal("size_too_long", size=size, most=rule.max_edge)
    if width > height * rule.max_ratio or height > width * rule.max_ratio:
        raise refusal("size_too_slim", size=size, most=rule.max_ratio)
    if width * height < rule.min_pixels:
        raise refusal("size_too_small", size=size)
    if width * height > rule.max_pixels:
        raise refusal("size_too_big", size=size)


SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})")


def _check_quality(asked: Asked, model: Model) -> None:
    _check_word(asked, "quality", (*model.qualities, "auto"))


def _check_format(asked: Asked, model: Model) -> None:
    _check_word(asked, "output_format", tuple(each for each in RASTER if each in model.formats))


def _check_word(asked: Asked, param: str, known: tuple[str, ...]) -> None:
    given = asked.params.get(param)
    if given is not None and given not in known:
        raise refusal("not_on_model", param=param, given=given, choices=supported(known))


def _check_background(asked: Asked, model: Model) -> None:
    if asked.params.get("background") != "transparent":
        return
    if model.transparency == "no":
        raise refusal("no_transparency")
    written_as = word(asked.params, "output_format", "png")
    if written_as not in ALPHA:
        raise refusal("transparent_jpeg", given=written_as)


def _check_compression(asked: Asked, _: Model) -> None:
    compression, written_as = number(asked.params, "output_compression"), word(asked.params, "output_format", "png")
    if compression is not None and compression < NO_COMPRESSION and written_as not in LOSSY:
        message = f"Compression less than 100 is not supported for {written_as.upper()} output format."
        raise refusal("not_together", param="output_compression", message=message)


NO_COMPRESSION = 100


def _check_moderation(asked: Asked, model: Model) -> None:
    if asked.params.get("moderation") is not None and not model.moderation:
        raise refusal("not_supported", model=model.id, param="moderation")
    _check_word(asked, "moderation", model.moderation)


def _check_complexity(asked: Asked, model: Model) -> None:
    if asked.params.get("complexity") is not None and not model.complexity:
        raise refusal("not_supported", model=model.id, param="complexity")
    _check_word(asked, "complexity", model.complexity)


def _check_fidelity(asked: Asked, model: Model) -> None:
    if "input_fidelity" not in asked.params:
        return
    if not model.fidelity:  # not even null is ignored
        raise refusal("no_fidelity", model=model.id)
    _check_word(asked, "input_fidelity", model.fidelity)


def _check_partial_images(asked: Asked, model: Model) -> None:
    partial = number(asked.params, "partial_images") or 0
    if partial and asked.params.get("stream") is not True:
        message = "'partial_images' is only supported when 'stream' is true."
        raise refusal("not_together", param="partial_images", message=message)
    if partial > model.max_partial_images:
        raise refusal("number_too_high", param="partial_images", most=model.max_partial_images, given=partial)


RULES: tuple[Callable[[Asked, Model], None], ...] = (
    _check_operation,
    _check_count,
    _check_size,
    _check_quality,
    _check_format,
    _check_background,
    _check_compression,
    _check_moderation,
    _check_complexity,
    _check_fidelity,
    _check_partial_images,
)
