"""What the caller asks: an `ImageRequest`, read from the body of an OpenAI Images call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .changes import Change, Warn
from .errors import RequestError
from .form import read_form
from .parameters import READERS, show
from .sizes import Size
from .told import (
    FACTS_KEY,
    NOTHING_GIVEN,
    NOTHING_TOLD,
    TOLD_PARTS,
    Given,
    Need,
    Operation,
    Told,
    read_needs,
    read_tags,
    read_told,
)

MAX_INPUT_IMAGES = 16  # OAPI


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """What was asked, before anything is changed.

    `body` is the caller's, without the `pixroute` key. The typed fields are what it means: null, `auto` and absent are
    one, sizes are pixels, old words are new ones; `notes` records each word that was rewritten on the way.
    """

    prompt: str
    operation: Operation = "generate"
    body: Mapping[str, object] = field(default_factory=dict)
    model: str | None = None
    size: Size | None = None
    quality: str = "auto"
    background: str = "auto"
    output_format: str = "png"
    output_compression: int | None = None
    moderation: str = "auto"
    input_fidelity: str | None = None
    complexity: str | None = None
    n: int = 1
    stream: bool = False
    partial_images: int = 0
    images: tuple[Size | None, ...] = ()
    mask: bool = False
    markup: bool = False
    needs: Mapping[str, Need] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost_micros: int | None = None
    notes: tuple[Change, ...] = ()
    warnings: tuple[Warn, ...] = ()

    @classmethod
    def from_body(cls, body: Mapping[str, object], *, operation: Operation | None = None) -> ImageRequest:
        """Read an OpenAI Images body (JSON); raises `RequestError`, which names the field."""
        return read_request(body, operation=operation)

    @classmethod
    def from_form(cls, fields: Mapping[str, object], *, operation: Operation = "edit") -> ImageRequest:
        """Read the fields of a form, as an edit sends them: text for every value, brackets for nesting."""
        return read_request(read_form(fields), operation=operation)


def read_request(
    body: Mapping[str, object],
    *,
    operation: Operation | None = None,
    given: Given = NOTHING_GIVEN,
    trust: Sequence[str] = TOLD_PARTS,
) -> ImageRequest:
    """Read a body into a request.

    `operation` is what the caller's path says, where there is one. `trust` lists the parts of the body's `pixroute` key
    that are believed; the others are passed over with a warning. Raises `RequestError`.
    """
    if not isinstance(body, Mapping):
        raise RequestError("a request must be an object", field=None, code="invalid_type")
    _refuse_other_surfaces(body)
    if any(map(IS_BRACKETED, body)):
        body = read_form(body)
    told, warnings = read_told(body.get(FACTS_KEY), trust) if FACTS_KEY in body else (NOTHING_TOLD, ())
    asked = dict(body)
    asked.pop(FACTS_KEY, None)
    values: dict[str, object] = {}
    notes: list[Change] = []
    for key, raw in asked.items():
        read = READERS.get(key)
        if read is None or raw is None:
            continue
        value = read(raw, key)
        if value is not None:
            values[key] = value
            if (value != raw or type(value) is not type(raw)) and type(value) is not Size:
                notes.append(_rewritten(key, raw, value))
    if "prompt" not in values:
        raise RequestError("a prompt is missing", field="prompt", code="missing_required_parameter")
    images = _images(asked, told, given)
    mask = told.mask or asked.get("mask") is not None
    markup = asked.get("markup") is not None
    named = _operation(
        operation or given.operation or told.operation,
        images=bool(images),
        over="mask" if mask else "markup" if markup else None,
    )
    request = ImageRequest(
        **values,  # type: ignore[arg-type]
        body=asked,
        operation=named,
        images=images or (UNSEEN_IMAGE if named == "edit" else ()),
        mask=mask,
        markup=markup,
        needs={**told.needs, **read_needs(given.needs)} if given.needs else told.needs,
        tags={**told.tags, **read_tags(given.tags)} if given.tags else told.tags,
        max_cost_micros=_least(told.max_cost_micros, given.max_cost_micros),
        notes=tuple(notes),
        warnings=warnings,
    )
    if request.needs:
        _refuse_contradictions(request)
    if mask and markup:
        raise RequestError("a mask and markup at once", field="markup", hint="send one of them")
    return request


def with_given(request: ImageRequest, given: Given) -> ImageRequest:
    """Add what the code around a call says to a request that was read before."""
    images = request.images if given.images is None else given.images
    named = given.operation or ("edit" if images else request.operation)
    request = replace(
        request,
        operation=_operation(
            named, images=bool(images), over="mask" if request.mask else "markup" if request.markup else None
        ),
        needs={**request.needs, **read_needs(given.needs)},
        tags={**request.tags, **read_tags(given.tags)},
        max_cost_micros=_least(request.max_cost_micros, given.max_cost_micros),
        images=images,
    )
    _refuse_contradictions(request)
    return request


def with_defaults(request: ImageRequest, defaults: Mapping[str, str | int | bool]) -> ImageRequest:
    """Put the policy's defaults where the request has `auto`, null or nothing; each is noted."""
    notes = list(request.notes)
    values: dict[str, object] = {}
    for key, default in defaults.items():
        if not _is_open(request, key) or ((key, default) == ALPHA and request.needs.get("transparent") is False):
            continue
        values[key] = READERS[key](default, key)
        notes.append(
            Change("set", key, request.body.get(key), default, "DEFAULT", "the policy's default, where none was asked")
        )
    return replace(request, **values, notes=tuple(notes)) if values else request  # type: ignore[arg-type]


ALPHA = ("background", "transparent")


def _is_open(request: ImageRequest, key: str) -> bool:
    raw = request.body.get(key)
    return raw is None or (isinstance(raw, str) and raw.strip().lower() == "auto")


def _rewritten(key: str, raw: object, value: object) -> Change:
    return Change("set", key, raw, value, "PARAM_READ", f"{show(raw)} is read as {show(value)}")


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


# -- what goes with what


def _operation(named: Operation | None, *, images: bool, over: str | None) -> Operation:
    """What is asked; `over` is what lies over an image, a mask or markup."""
    if named == "generate" and images:
        raise RequestError("input images on a generation", field="image", hint="send them as an edit")
    if over and (named == "generate" or not (named or images)):
        raise RequestError(f"a {over} on a generation", field=over, hint="send it as an edit, with an image")
    return named or ("edit" if images else "generate")


UNSEEN_IMAGE = (None,)  # every edit has an image; one that the body does not show is priced at its most


def _images(asked: Mapping[str, object], told: Told, given: Given) -> tuple[Size | None, ...]:
    count = sum(_count(value) for key, value in asked.items() if key.partition("[")[0] in IMAGE_KEYS)
    known = _real_or_declared(given.images, told.images or ())
    images = known + (None,) * (count - len(known))
    if len(images) > MAX_INPUT_IMAGES:
        raise RequestError(
            f"{len(images)} input images, more than {MAX_INPUT_IMAGES}", field="image", code="array_above_max_length"
        )
    return images


IMAGE_KEYS = ("image", "images")
IS_BRACKETED = re.compile(rf"{FACTS_KEY}\[").match


def _real_or_declared(
    real: tuple[Size | None, ...] | None, declared: tuple[Size | None, ...]
) -> tuple[Size | None, ...]:
    """Real dimensions beat declared ones; those of a file that nobody could look into stay as they were declared."""
    if real is None:
        return declared
    said = declared + (None,) * (len(real) - len(declared))
    return tuple(size or told for size, told in zip(real, said, strict=False))


def _count(value: object) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, (list, tuple)) else 1


def _refuse_other_surfaces(body: Mapping[str, object]) -> None:
    if "prompt" in body:
        return
    for key, surface in OTHER_SURFACES.items():
        if key in body:
            raise RequestError(
                f"`{key}` belongs to the {surface} API, not to Images",
                field=key,
                code="unsupported_surface",
                hint="send an Images body: `prompt`, `model`, `size`, …",
            )


OTHER_SURFACES: Mapping[str, str] = {
    "input": "Responses",
    "tools": "Responses",
    "previous_response_id": "Responses",
    "messages": "Chat Completions",
}


def _refuse_contradictions(request: ImageRequest) -> None:
    transparent = request.needs.get("transparent")
    background = request.body.get("background")
    if transparent is True and request.background == "opaque":
        raise _contradiction("background", "the needs say transparent, `background` says `opaque`")
    if transparent is True and request.output_format == "jpeg":
        raise _contradiction("output_format", "the needs say transparent, and `jpeg` has no transparency")
    if transparent is False and request.background == "transparent":
        raise _contradiction("background", f"the needs say not transparent, `background` says `{background}`")


def _contradiction(name: str, message: str) -> RequestError:
    return RequestError(message, field=name, code="contradiction", hint=f"leave out the need or `{name}`")
