"""The body of an images call as values, whether it came as JSON or as a form, and back with other values."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..errors import RequestError
from ..form import read_form
from ..parameters import show
from ..sizes import Size
from ..told import FACTS_KEY
from .dimensions import read_dimensions
from .message import Body, Message
from .multipart import Buffer, Form, Part, collect, parse_form, rewrite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class File:
    """An image, mask or markup inside a body; it stands for its content, which no decision or record holds.

    `length` is in bytes, of a data URL in characters. `size` is None where the picture's header cannot be read.
    """

    length: int
    size: Size | None = None
    filename: str | None = None
    content_type: str | None = None
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a body says. `body` is as JSON types it, with a `File` for each file, and has the `pixroute` key.

    `images` are the real dimensions of the input images, in their order.
    """

    body: Mapping[str, object]
    images: tuple[Size | None, ...] = ()
    form: Form | None = field(default=None, repr=False)

    @property
    def is_form(self) -> bool:
        """Whether it came as a form; if not, as JSON."""
        return self.form is not None

    @property
    def mask(self) -> bool:
        """Whether there is a mask."""
        return self.body.get("mask") is not None

    @property
    def told(self) -> bool:
        """Whether the body has our own key, which is never sent on."""
        return FACTS_KEY in self.body


def read_payload(message: Message) -> Payload:
    """Read the body of an images call; raises `RequestError`.

    A form is read where it lies, as long as the message has it in one piece.
    """
    content_type = message.header("content-type") or ""
    media = content_type.partition(";")[0].strip().lower()
    read = KINDS.get(media)
    if read is None:
        raise RequestError(
            f"a body of the type {show(media)} cannot be read",
            field=None,
            code="unsupported_content_type",
            hint="send application/json or multipart/form-data",
        )
    return read(content_type, _in_one_piece(message.body))


def write_payload(payload: Payload, params: Mapping[str, object]) -> Body | None:
    """Write a body with other parameters, in the form it came in; None where nothing changes and nothing is ours.

    The files of a form are windows on the body that was read. JSON is written anew as a whole, data URLs included.
    """
    if not payload.told and params == payload.body:
        return None
    params = {name: value for name, value in params.items() if name != FACTS_KEY}
    if payload.form is None:
        return (_dumped(params),)
    return rewrite(payload.form, _changes(payload.form, payload.body, params))


def _in_one_piece(body: Body) -> Buffer:
    if len(body) != 1:
        return b"".join(body)
    piece = body[0]
    if isinstance(piece, memoryview):
        whole = piece.obj
        return whole if isinstance(whole, (bytes, bytearray)) and len(whole) == piece.nbytes else bytes(piece)
    return piece


# -- JSON


def _read_json(_: str, data: Buffer) -> Payload:
    try:
        body = DECODER.decode(str(data, "utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RequestError("the body is not JSON", field=None, code="invalid_json", hint=str(error)) from None
    if not isinstance(body, dict):
        raise RequestError("a request must be an object", field=None, code="invalid_type")
    return Payload(body=body, images=_images(body))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of the body; of two values for one key, a server may take the other than we would."""
    values = {name: _picture(value) if name == "image_url" else value for name, value in pairs}
    if len(values) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {show(twice)} is there more than once")
    return values


def _constant(word: str) -> object:
    raise ValueError(f"{show(word)} is not a number of JSON")


DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _picture(value: object) -> object:
    """Put a `File` in the place of a data URL; every other URL stays."""
    if not isinstance(value, str) or value[:5].lower() != "data:":
        return value
    head, _, _ = value[:LONGEST_DATA_HEAD].partition(",")
    content_type = head[5:].partition(";")[0] or None
    return File(length=len(value), size=_size_in(value, len(head) + 1), content_type=content_type, url=value)


LONGEST_DATA_HEAD: Final = 256  # characters before the comma
LOOKED_AT: Final = (1 << 14, 1 << 20)  # characters of base64: mostly a few will do, long metadata needs more


def _size_in(url: str, start: int) -> Size | None:
    sizes = (read_dimensions(_decoded(url[start : start + length])) for length in LOOKED_AT)
    return next((size for size in sizes if size is not None), None)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "==")  # more padding than it takes does no harm
    except (binascii.Error, ValueError):
        return b""


def _dumped(params: Mapping[str, object]) -> bytes:
    try:
        return ENCODER.encode(params).encode()
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8, and came as an escape
        return ASCII_ENCODER.encode(params).encode()


def _as_it_came(value: object) -> str:
    if isinstance(value, File) and value.url is not None:
        return value.url
    raise TypeError(f"not a value of JSON: {value!r}")


ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_it_came)
ASCII_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_as_it_came)


# -- forms


def _read_form(content_type: str, data: Buffer) -> Payload:
    form = parse_form(content_type, data)
    body = read_form(collect((part.name, _file(part) if part.is_file else part.text) for part in form.parts))
    return Payload(body=body, images=_images(body), form=form)


def _file(part: Part) -> File:
    if not part.content:
        name = part.name.partition("[")[0]
        raise RequestError(
            f"`{name}` is an empty file",
            field=name,
            code="empty_file",
            hint="it may have been read before and cannot be rewound: open it again, or pass its bytes",
        )
    return File(
        length=len(part.content),
        size=read_dimensions(part.content),
        filename=part.filename,
        content_type=part.content_type,
    )


def _changes(form: Form, asked: Mapping[str, object], params: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The fields that differ from what came, as texts; those of our own key are not among the parameters, and go."""
    gone: dict[str, tuple[str, ...]] = {part.name: () for part in form.parts if part.name not in params}
    return gone | {name: _texts(value) for name, value in params.items() if asked.get(name) != value}


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(map(_text, items))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(f"not a value of a form: {value!r}")


# -- both


def _images(body: Mapping[str, object]) -> tuple[Size | None, ...]:
    values = (value for name, value in body.items() if name.partition("[")[0] in IMAGES and value is not None)
    return tuple(_size(item) for value in values for item in (value if isinstance(value, list) else [value]))


IMAGES: Final = ("image", "images")


def _size(item: object) -> Size | None:
    found = item.get("image_url") if isinstance(item, Mapping) else item
    return found.size if isinstance(found, File) else None


KINDS: Final[Mapping[str, Callable[[str, Buffer], Payload]]] = {
    "application/json": _read_json,
    "multipart/form-data": _read_form,
}
