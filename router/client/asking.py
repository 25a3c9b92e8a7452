"""What a call asks, from arguments to an HTTP request: JSON for a picture, a form with files for an edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import IO, Final, NamedTuple, TypeAlias, TypedDict

import httpx

from ..errors import ConfigError
from ..files import read_bytes
from ..transport.desk import KEY_HEADER

Image: TypeAlias = str | PathLike[str] | bytes | IO[bytes]
"""An input image: a path, the bytes of a file, or a file that is open for reading."""


class Told(TypedDict, total=False):
    """What only the router reads; it is never sent on."""

    needs: Mapping[str, object]
    tags: Mapping[str, str]
    max_cost_usd: float | int | str


class Parameters(TypedDict, total=False):
    """The parameters of a call by OpenAI's names; one that is None or absent is not sent.

    `extra_body` is for what has no name here. `operation_key` names what must not be paid twice: a call with the key of
    one that was paid, by this process or another, is refused. It is sent as `Idempotency-Key`.
    """

    model: str | None
    size: str | None
    quality: str | None
    n: int | None
    background: str | None
    output_format: str | None
    output_compression: int | None
    moderation: str | None
    input_fidelity: str | None
    complexity: str | None
    user: str | None
    extra_body: Mapping[str, object] | None
    pixroute: Told | None
    operation_key: str | None


class Upload(NamedTuple):
    """A file as a form sends it."""

    field: str
    name: str
    content: bytes
    media: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A call: its endpoint, its body, and its files, without which it is JSON."""

    path: str
    body: Mapping[str, object]
    uploads: tuple[Upload, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The call as a client's request."""
        if not self.uploads:
            return http.build_request("POST", self.path, json=self.body, headers=self.headers)
        files = [(upload.field, (upload.name, upload.content, upload.media)) for upload in self.uploads]
        return http.build_request("POST", self.path, data=form_fields(self.body), files=files, headers=self.headers)


GENERATIONS: Final = "images/generations"
EDITS: Final = "images/edits"


def ask_picture(prompt: str, params: Mapping[str, object], **streaming: object) -> Ask:
    """Ask for a picture."""
    return Ask(path=GENERATIONS, body=_body(prompt, params, streaming), headers=_headers(params))


def ask_edit(
    prompt: str,
    image: Image | Sequence[Image],
    mask: Image | None,
    *,
    params: Mapping[str, object],
    **streaming: object,
) -> Ask:
    """Ask for an edit; reads the images. Raises `ConfigError` for one that cannot be read."""
    images = _listed(image)
    name = "image" if len(images) == 1 else "image[]"
    uploads = [read_image(name, each) for each in images]
    if mask is not None:
        uploads.append(read_image("mask", mask))
    return Ask(path=EDITS, body=_body(prompt, params, streaming), uploads=tuple(uploads), headers=_headers(params))


def _listed(image: Image | Sequence[Image]) -> Sequence[Image]:
    if isinstance(image, (str, bytes)) or not isinstance(image, Sequence):
        return [image]
    if not image:
        raise ConfigError("an edit needs an image", hint="give a path, the bytes of a file, or an open file")
    return [*image]


def ask_stream(
    prompt: str,
    image: Image | Sequence[Image] | None,
    mask: Image | None,
    *,
    partial_images: int | None,
    params: Mapping[str, object],
) -> Ask:
    """Ask for a picture, or where there is an image for an edit, as a stream."""
    if image is not None:
        return ask_edit(prompt, image, mask, params=params, stream=True, partial_images=partial_images)
    if mask is not None:
        raise ConfigError("a mask without an image", hint="give the image that it belongs to")
    return ask_picture(prompt, params, stream=True, partial_images=partial_images)


def _body(prompt: str, params: Mapping[str, object], streaming: Mapping[str, object]) -> dict[str, object]:
    given = dict(params)
    given.pop("operation_key", None)
    extra = given.pop("extra_body", None)
    if isinstance(extra, Mapping):
        given |= extra
    if given.get("stream"):  # whoever reads the answer as a whole would lose what is paid for
        raise ConfigError("`stream` is no parameter here", hint="call `.stream(...)`")
    return {"prompt": prompt, **{name: value for name, value in {**given, **streaming}.items() if value is not None}}


def _headers(params: Mapping[str, object]) -> dict[str, str]:
    key = params.get("operation_key")
    return {} if key is None else {KEY_HEADER: str(key)}


# -- forms


def form_fields(body: Mapping[str, object]) -> dict[str, list[str]]:
    """The fields of a form: brackets nest, `[]` collects, every value is text."""
    fields: dict[str, list[str]] = {}
    for name, value in body.items():
        for key, text in _flat(name, value):
            fields.setdefault(key, []).append(text)
    return fields


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]", inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _flat(f"{name}[]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif value is not None:
        yield name, str(value)


# -- files


def read_image(field: str, image: Image) -> Upload:
    """Read an input image; its kind is told by its first bytes."""
    name, content = _read(field, image)
    kind = kind_of(content)
    media = f"image/{kind}" if kind else "application/octet-stream"
    return Upload(field, name or f"{field.removesuffix('[]')}.{kind or 'bin'}", content, media)


def _read(field: str, image: Image) -> tuple[str, bytes]:
    """A name, which may be empty, and the bytes."""
    if isinstance(image, bytes):
        return "", image
    if isinstance(image, (str, PathLike)):
        return Path(image).name, read_bytes(Path(image))
    content = image.read()
    if not isinstance(content, bytes):
        raise ConfigError(f"`{field}` is open as text", hint='open it with `"rb"`')
    name = getattr(image, "name", "")
    return Path(name).name if isinstance(name, str) else "", content


def kind_of(data: bytes) -> str | None:
    """The kind of a picture file by its first bytes, as `output_format` names it."""
    return next((kind for kind, start, place in KINDS if data.startswith(start, place)), None)


KINDS: Final = (("png", b"\x89PNG", 0), ("jpeg", b"\xff\xd8", 0), ("webp", b"WEBP", 8), ("gif", b"GIF8", 0))
