"""What a call takes, whatever the model: the parameters' names, types and ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from .asked import Asked, describe
from .refusals import refusal, supported

LONGEST_PROMPT = 32_000  # SDK, characters
Check: TypeAlias = Callable[[str, object], None]


def check_schema(asked: Asked) -> None:
    """Hold a call against the schema; raises `RefusedError` with the first thing that is wrong."""
    known = PARAMETERS[asked.operation]
    for param in asked.params:
        if param not in known:
            raise refusal("unknown_parameter", param=param)
    for param in REQUIRED:
        if asked.params.get(param) is None:
            raise refusal("missing_parameter", param=param)
    for param, value in asked.params.items():
        if value is not None:
            known[param](param, value)


def _text(param: str, value: object) -> None:
    if not isinstance(value, str):
        raise refusal("wrong_type", param=param, expected="a string", given=describe(value))


def _prompt(param: str, value: object) -> None:
    _text(param, value)
    length = len(str(value))
    if not length:
        raise refusal("text_empty", param=param)
    if length > LONGEST_PROMPT:
        raise refusal("text_too_long", param=param, most=LONGEST_PROMPT, given=length)


def _flag(param: str, value: object) -> None:
    if not isinstance(value, bool):
        raise refusal("wrong_type", param=param, expected="a boolean", given=describe(value))


def _whole(least: int, most: int) -> Check:
    def check(param: str, value: object) -> None:
        if type(value) is not int:
            raise refusal("wrong_type", param=param, expected="an integer", given=describe(value))
        if value > most:
            raise refusal("number_too_high", param=param, most=most, given=value)
        if value < least:
            raise refusal("number_too_low", param=param, least=least, given=value)

    return check


def _one_of(*words: str) -> Check:
    def check(param: str, value: object) -> None:
        _text(param, value)
        if value not in words:
            raise refusal("not_a_choice", param=param, given=value, choices=supported(words))

    return check


COMMON: Mapping[str, Check] = {
    "prompt": _prompt,
    "model": _text,
    "n": _whole(1, 10),
    "size": _text,
    "quality": _text,
    "background": _one_of("transparent", "opaque", "auto"),
    "output_format": _text,
    "output_compression": _whole(0, 100),
    "moderation": _one_of("low", "auto"),
    "complexity": _one_of("low", "medium", "high"),
    "stream": _flag,
    "partial_images": _whole(0, 3),
    "user": _text,
    "safety_identifier": _text,
}
PARAMETERS: Mapping[str, Mapping[str, Check]] = {
    "generate": COMMON,
    "edit": {**COMMON, "input_fidelity": _one_of("high", "low")},
}
"""`response_format` and `style` are not among them: to models that draw today they are unknown (GH:vercel/ai#6102)."""

REQUIRED = ("prompt",)
