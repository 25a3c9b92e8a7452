"""What the Images API answers to a body: the parameters that it would refuse, read from FACTS and nothing of ours."""

from __future__ import annotations

import re

from router.sizes import FreeSizes

KNOWN = {"sparkle", "image", "images", "image[]", "mask", "markup", "user", "safety_identifier"}


def refused(body, model, on, *, operation, images):
    """The names of the parameters that make a body illegal for a model on a day."""
    return sorted(
        name for name, wrong in verdicts(body, model, on, operation=operation, images=images).items() if wrong
    )


def verdicts(body, model, on, *, operation, images):
    told = {name: value for name, value in body.items() if value is not None}
    fmt = told.get("output_format", "png")
    partial = told.get("partial_images", 0)
    lifecycle = model.lifecycle
    return {
        "model": body.get("model") != model.id
        or not (lifecycle.released <= on)
        or (lifecycle.shutdown is not None and on >= lifecycle.shutdown),
        "operation": operation not in model.operations,
        "prompt": not isinstance(body.get("prompt"), str) or not 1 <= len(body["prompt"]) <= 32_000,
        "size": not is_size(told.get("size", "auto"), model.sizes),
        "quality": told.get("quality", "auto") not in (*model.qualities, "auto"),
        "background": not is_background(told.get("background", "auto"), fmt, model),
        "output_format": fmt not in model.formats,
        "output_compression": "output_compression" in body
        and (fmt not in {"jpeg", "webp"} or not is_whole(told.get("output_compression", 100), 0, 100)),
        "moderation": told.get("moderation", "auto") not in {*model.moderation, "auto"},
        "n": not is_whole(told.get("n", 1), 1, model.max_n),
        "stream": told.get("stream", False) not in (True, False) or not isinstance(told.get("stream", False), bool),
        "partial_images": not is_whole(partial, 0, model.max_partial_images)
        or (partial > 0 and not told.get("stream")),
        "input_fidelity": "input_fidelity" in body
        and (operation != "edit" or body["input_fidelity"] not in model.fidelity),
        "complexity": "complexity" in told and told["complexity"] not in model.complexity,
        "style": "style" in body,
        "response_format": "response_format" in body,
        "pixroute": "pixroute" in body,
        "mask": told.get("mask") is not None and not model.mask,
        "markup": told.get("markup") is not None and (not model.markup or "mask" in told),
        "image": images > model.max_images,
        **dict.fromkeys(body.keys() - KNOWN - PARAMETERS, True),
    }


PARAMETERS = {
    *("model", "prompt", "size", "quality", "background", "output_format", "output_compression", "moderation", "n"),
    *("stream", "partial_images", "input_fidelity", "complexity", "style", "response_format"),
}


def is_size(text, rule):
    if text == "auto":
        return True
    found = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text) if isinstance(text, str) else None
    if not found:
        return False
    width, height = int(found[1]), int(found[2])
    if not isinstance(rule, FreeSizes):
        return (width, height) in rule.presets
    return (
        width % 16 == height % 16 == 0
        and max(width, height) <= 3840
        and max(width, height) <= 3 * min(width, height)
        and 655_360 <= width * height <= 8_294_400
    )


def is_background(word, fmt, model):
    if word == "transparent":
        return model.transparency != "no" and fmt in {"png", "webp"}
    return word in {"opaque", "auto"}


def is_whole(value, lowest, highest):
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and value == int(value)
        and lowest <= value <= highest
    )
