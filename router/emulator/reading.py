"""What arrived: the parameters of a body, typed as JSON types them, and the files that came with it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from .asked import Asked, File, Operation, describe
from .refusals import refusal

LONGEST_DATA_URL = 20_971_520  # OAPI, characters
DATA_URL = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)?(?:;[a-z-]+=[^;,]*)*;base64,", re.IGNORECASE)


async def read_call(request: Request, operation: Operation, provider: str) -> Asked:
    """Read a call's body; raises `RefusedError` for one that cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    digest = sha256(await request.body()).hexdigest()
    if kind == "application/json":
        return _from_json(_parse(await request.body()), operation, provider, digest)
    if operation == "edit" and kind == "multipart/form-data":
        return await _from_form(request, provider, digest)
    expected = {"generate": "application/json", "edit": "multipart/form-data"}[operation]
    raise refusal("content_type", given=kind, expected=expected)


# --- JSON


def _parse(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise refusal("not_json") from None
    if not isinstance(value, dict):
        raise refusal("not_json")
    return value


def _from_json(body: dict[str, object], operation: Operation, provider: str, digest: str) -> Asked:  # noqa: PLR0917
    files: dict[str, object] = {}
    if operation == "edit":
        files = {name: body.pop(name) for name in ("images", "mask", "markup") if body.get(name) is not None}
    return Asked(
        operation=operation,
        provider=provider,
        params=body,
        images=_pictures(files["images"]) if "images" in files else (),
        mask=_picture("mask", files["mask"]) if "mask" in files else None,
        markup=_picture("markup", files["markup"]) if "markup" in files else None,
        digest=digest,
    )


def _pictures(value: object) -> tuple[File, ...]:
    if not isinstance(value, list):
        raise refusal("wrong_type", param="images", expected="an array", given=describe(value))
    return tuple(_picture(f"images[{place}]", each) for place, each in enumerate(value))


def _picture(param: str, value: object) -> File:
    if not isinstance(value, dict):
        raise refusal("wrong_type", param=param, expected="an object", given=describe(value))
    for key in value:
        if key not in ("image_url", "file_id"):
            raise refusal("unknown_parameter", param=f"{param}.{key}")
    url = value.get("image_url")
    if url is None and "file_id" not in value:
        raise refusal("missing_parameter", param=f"{param}.image_url")
    if not isinstance(url, str) or not url.startswith("data:"):
        raise refusal("not_emulated", param=f"{param}.image_url")
    return _from_data_url(f"{param}.image_url", url)


def _from_data_url(param: str, url: str) -> File:
    if len(url) > LONGEST_DATA_URL:
        raise refusal("text_too_long", param=param, most=LONGEST_DATA_URL, given=len(url))
    head = DATA_URL.match(url)
    if head is None:
        raise refusal("not_emulated", param=param)
    try:
        content = base64.b64decode(url[head.end() :], validate=True)
    except binascii.Error:
        raise refusal("unreadable_image", param=param, number=1) from None
    return File(param=param, mimetype=head[1] or "", content=content)


# --- forms


async def _from_form(request: Request, provider: str, digest: str) -> Asked:
    try:
        async with request.form(max_files=64) as form:
            files = [
                File(param=name, mimetype=value.content_type or "", content=await value.read())
                for name, value in form.multi_items()
                if isinstance(value, UploadFile)
            ]
            params = _fields(form)
    except (MultiPartException, HTTPException):
        raise refusal("not_a_form") from None
    return Asked(
        operation="edit",
        provider=provider,
        params=params,
        images=_all(files, "image"),
        mask=_only(files, "mask"),
        markup=_only(files, "markup"),
        digest=digest,
    )


FILES = ("image", "mask", "markup")


def _fields(form: FormData) -> dict[str, object]:
    """The fields that are text; a file where none belongs is one as well, so that it can be refused by name."""
    fields: dict[str, object] = {}
    for name, value in form.multi_items():
        base = name.partition("[")[0]
        if isinstance(value, UploadFile) and base in FILES:
            continue
        if name in fields:
            raise refusal("duplicate_parameter", param=name)
        fields[base] = FORM_TYPES.get(base, str)(value) if isinstance(value, str) else "file"
    return fields


def _whole(text: str) -> object:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _flag(text: str) -> object:
    return {"true": True, "false": False}.get(text.lower(), text)


FORM_TYPES: Mapping[str, Callable[[str], object]] = {
    "n": _whole,
    "partial_images": _whole,
    "output_compression": _whole,
    "stream": _flag,
}
"""A form has only text: these are read as what JSON would say."""


def _all(files: Sequence[File], name: str) -> tuple[File, ...]:
    """The files of `image`, of which there may be one, or of `image[]`."""
    single = [file for file in files if file.param == name]
    if len(single) > 1:
        raise refusal("duplicate_parameter", param=name)
    return tuple(file for file in files if file.param.partition("[")[0] == name)


def _only(files: Sequence[File], name: str) -> File | None:
    same = [file for file in files if file.param == name]
    if len(same) > 1:
        raise refusal("duplicate_parameter", param=name)
    return same[0] if same else None
