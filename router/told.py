"""What is said of a request beside its parameters: by the body under `pixroute`, and by the code around the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from .changes import Warn
from .errors import RequestError, did_you_mean
from .facts import SCRIPTS
from .money import read_usd
from .parameters import MAX_PROMPT_CHARS, choice, number, read_flag, read_size, show
from .sizes import Size

Operation: TypeAlias = Literal["generate", "edit"]
Need: TypeAlias = bool | int | frozenset[str]

FACTS_KEY = "pixroute"
TOLD_PARTS = ("needs", "tags", "max_cost_usd", "operation", "images", "mask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the code around a call says of it; it wins over what the body says under `pixroute`.

    `images` are the real dimensions of the input images, in pixels, None where one could not be read.
    """

    operation: Operation | None = None
    needs: Mapping[str, object] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost_micros: int | None = None
    images: tuple[Size | None, ...] | None = None


NOTHING_GIVEN = Given()
NO_NEEDS: Mapping[str, Need] = {}
NO_TAGS: Mapping[str, str] = {}


class Told(NamedTuple):
    """What a body says of itself, as far as it is believed."""

    operation: Operation | None = None
    needs: Mapping[str, Need] = NO_NEEDS
    tags: Mapping[str, str] = NO_TAGS
    max_cost_micros: int | None = None
    images: tuple[Size | None, ...] | None = None
    mask: bool = False


NOTHING_TOLD = Told()


def read_told(raw: object, trust: Sequence[str]) -> tuple[Told, tuple[Warn, ...]]:
    """Read the `pixroute` key of a body; what is not trusted is passed over with a warning."""
    told = _object({} if raw is None else raw, FACTS_KEY)
    for key in told:
        if key not in TOLD_PARTS:
            name = f"{FACTS_KEY}.{key}"
            raise RequestError(f"unknown key `{name}`", field=name, hint=did_you_mean(str(key), TOLD_PARTS))
    warnings: list[Warn] = []
    believed: dict[str, object] = {}
    for key, value in told.items():
        if key not in trust:
            message = f"`{FACTS_KEY}.{key}` was passed over: the policy does not trust it in the body"
            warnings.append(Warn("BODY_NOT_TRUSTED", message))
        elif value is not None:
            believed[TOLD_FIELDS.get(key, key)] = TOLD_READERS[key](value)
    return Told(**believed), tuple(warnings)  # type: ignore[arg-type]


def _object(raw: object, name: str) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        raise RequestError(f"`{name}` must be an object, not {show(raw)}", field=name, code="invalid_type")
    return raw


def _read_operation(raw: object) -> Operation:
    name = f"{FACTS_KEY}.operation"
    return choice(("generate", "edit"), generations="generate", edits="edit")(raw, name)  # type: ignore[return-value]


def read_needs(raw: object) -> Mapping[str, Need]:
    """Read needs by the names of their facts."""
    needs = _object(raw, f"{FACTS_KEY}.needs")
    for key in needs:
        if key not in NEED_READERS:
            name = f"{FACTS_KEY}.needs.{key}"
            raise RequestError(f"unknown need `{key}`", field=name, hint=did_you_mean(str(key), NEED_READERS))
    return {
        key: NEED_READERS[key](value, f"{FACTS_KEY}.needs.{key}") for key, value in needs.items() if value is not None
    }


def _read_scripts(raw: object, name: str) -> frozenset[str]:
    items = [raw] if isinstance(raw, str) else raw
    if not isinstance(items, (list, tuple, set, frozenset)):
        raise RequestError(f"`{name}` must be a list of scripts, not {show(raw)}", field=name, code="invalid_type")
    read = choice(SCRIPTS)
    return frozenset(read(item, name) for item in items)


NEED_READERS: Mapping[str, Callable[[object, str], Need]] = {
    "transparent": read_flag,
    "text_heavy": read_flag,
    "text.score": number(0, 100),
    "text.quoted_chars": number(0, MAX_PROMPT_CHARS),
    "text.scripts": _read_scripts,
}


def read_tags(raw: object) -> Mapping[str, str]:
    """Read tags; a whole number is taken as text."""
    tags = _object(raw, f"{FACTS_KEY}.tags")
    return {str(key): _tag(value, f"{FACTS_KEY}.tags.{key}") for key, value in tags.items() if value is not None}


def _tag(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    raise RequestError(f"`{name}` must be text, not {show(value)}", field=name, code="invalid_type")


def _read_cap(raw: object) -> int:
    return read_usd(raw, f"{FACTS_KEY}.max_cost_usd")


def _read_images(raw: object) -> tuple[Size | None, ...]:
    name = f"{FACTS_KEY}.images"
    if not isinstance(raw, (list, tuple)):
        raise RequestError(f"`{name}` must be a list of sizes, not {show(raw)}", field=name, code="invalid_type")
    return tuple(None if item is None else read_size(item, name) for item in raw)


def _read_mask(raw: object) -> bool:
    return read_flag(raw, f"{FACTS_KEY}.mask")


TOLD_FIELDS: Mapping[str, str] = {"max_cost_usd": "max_cost_micros"}
TOLD_READERS: Mapping[str, Callable[[object], object]] = {
    "operation": _read_operation,
    "needs": read_needs,
    "tags": read_tags,
    "max_cost_usd": _read_cap,
    "images": _read_images,
    "mask": _read_mask,
}
