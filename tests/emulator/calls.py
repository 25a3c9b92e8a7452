"""Short ways to say what a call sends and what comes back."""

from __future__ import annotations

import base64
import json
from io import BytesIO

import httpx
from PIL import Image

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"
PLAIN = {"model": "gpt-image-2", "prompt": "a red door", "quality": "low", "size": "1024x1024"}


def generate(api, headers=None, **params):
    return api.post(GENERATIONS, json={**PLAIN, **params}, headers=headers)


def without(name):
    return {key: value for key, value in PLAIN.items() if key != name}


def edit(api, *files, **fields):
    """An edit as a form, of `(field, bytes)` or `(field, bytes, mimetype)`; without files, of one small PNG."""
    parts = [(name, ("file", data, *(kind or ("image/png",)))) for name, data, *kind in files or [("image", png())]]
    return api.post(EDITS, data={**PLAIN, **fields}, files=parts)


def picture(answer, place=0):
    """The picture in an answer, opened."""
    return Image.open(BytesIO(base64.b64decode(answer.json()["data"][place]["b64_json"])))


def png(size=(64, 64), colour=(200, 30, 30), mode="RGB"):
    return _file(Image.new(mode, size, colour), "PNG")


def mask(size=(64, 64)):
    """A mask whose left half is to be drawn anew."""
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return _file(image, "PNG")


def jpeg(size=(64, 64)):
    return _file(Image.new("RGB", size, (200, 30, 30)), "JPEG")


def turned_jpeg(size):
    """A JPEG that lies on its side: its EXIF says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    Image.new("RGB", size).save(file, "JPEG", exif=exif)
    return file.getvalue()


def _file(image, kind):
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def data_url(content, mimetype="image/png"):
    return f"data:{mimetype};base64,{base64.b64encode(content).decode()}"


def error(answer: httpx.Response):
    """The status and the error of an answer."""
    return answer.status_code, answer.json()["error"]


def events(answer: httpx.Response):
    """The events of a stream: each its type and its data, without the picture."""
    blocks = [block.split("\n") for block in answer.text.split("\n\n") if block]
    return [(head.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for head, data in blocks]


def kinds(answer):
    return [kind for kind, _ in events(answer)]


def bill(api):
    return api.get("/_emulator/bill").json()


def queue(api, *faults):
    return api.post("/_emulator/faults", json=list(faults))
