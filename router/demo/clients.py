"""Who sends: OpenAI's own client where it is installed, wrapped in one line, and plain httpx where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

import httpx

from ..app import Router
from .answers import Answer, read_answer

KEY = "sk-demo"
LONGEST_CALL_S = 600.0


class File(NamedTuple):
    """A file of an edit."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A call of an app; `told` goes under the key `pixroute`."""

    body: Mapping[str, object]
    told: Mapping[str, object]
    files: tuple[File, ...] = ()


class Client(Protocol):
    """Sends requests to the Images API, errors being answers."""

    name: str

    def send(self, ask: Ask) -> Answer:
        """Send one request and wait for all of its answer."""

    def close(self) -> None:
        """Close its connections."""


@contextmanager
def open_client(base_url: str, router: Router | None = None) -> Iterator[Client]:
    """A client of the API there, until the block ends; its calls go through a router where there is one."""
    client: Client = (SdkClient if find_spec("openai") else PlainClient)(base_url, router)
    try:
        yield client
    finally:
        client.close()


class SdkClient:
    """OpenAI's client."""

    def __init__(self, base_url: str, router: Router | None = None) -> None:
        self._sdk: Any = import_module("openai")
        self.name = f"OpenAI's client {self._sdk.__version__}"
        client = self._sdk.OpenAI(api_key=KEY, base_url=base_url, timeout=LONGEST_CALL_S)
        self._client = router.wrap(client) if router else client

    def send(self, ask: Ask) -> Answer:
        """Send one request, and turn what the client raises into an answer."""
        images = self._client.images.with_streaming_response
        draw = images.edit if ask.files else images.generate
        try:
            with draw(**ask.body, **_uploads(ask.files), extra_body=_extra(ask)) as response:
                return read_answer(response.status_code, response.read())
        except self._sdk.APIStatusError as error:
            return read_answer(error.status_code, error.response.content)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


class PlainClient:
    """A client of httpx."""

    def __init__(self, base_url: str, router: Router | None = None) -> None:
        self.name = f"httpx {httpx.__version__}"
        transport = router.transport() if router else httpx.HTTPTransport()
        headers = {"authorization": f"Bearer {KEY}"}
        self._client = httpx.Client(base_url=base_url, headers=headers, transport=transport, timeout=LONGEST_CALL_S)

    def send(self, ask: Ask) -> Answer:
        """Send one request, as JSON or as a form."""
        body = {**ask.body, **_extra(ask)}
        if not ask.files:
            response = self._client.post("images/generations", json=body)
        else:
            files = [(file.field, (file.name, file.content, "image/png")) for file in ask.files]
            response = self._client.post("images/edits", data=dict(_fields(body)), files=files)
        return read_answer(response.status_code, response.content)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


def _extra(ask: Ask) -> dict[str, object]:
    return {"pixroute": ask.told} if ask.told else {}


def _uploads(files: Sequence[File]) -> dict[str, object]:
    """Files as the SDK takes them: a list of images, one mask."""
    images = [(file.name, file.content) for file in files if file.field == "image[]"]
    masks = [("mask", (file.name, file.content)) for file in files if file.field == "mask"]
    return {"image": images, **dict(masks)} if images else {}


def _fields(body: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """A body as the fields of a form: text for every value, brackets for nesting."""
    for key, value in body.items():
        name = f"{prefix}[{key}]" if prefix else key
        if isinstance(value, Mapping):
            yield from _fields(value, name)
        else:
            yield name, str(value)
