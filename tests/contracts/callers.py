"""Everyone who calls through a router, in one shape: four HTTP clients and the clients of the OpenAI SDK.

`calling(kind, …)` opens one; `caller.call(ask)` makes a call and tells what the caller sees. Async callers have a loop
of their own, so that a test reads the same for all.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from types import ModuleType
from typing import Any

import httpx
import httpx2
import openai

from router import Router
from router.transport.drivers import transports

KEY = "sk-test"
VERSION = "2025-04-01-preview"
PIXROUTE = "pixroute"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A call as an app makes it; files are pairs of a field and bytes, or whatever the SDK takes for a file."""

    operation: str = "generate"
    params: Mapping[str, Any]
    told: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[tuple[str, Any], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The endpoint, below the base of the API."""
        return "/images/edits" if self.operation == "edit" else "/images/generations"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the caller sees: an answer, or the type of what was raised."""

    raised: str | None = None
    status: int | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    events: tuple[str, ...] = ()

    @property
    def decision(self) -> str | None:
        """The id of the decision that the answer rests on."""
        return self.headers.get("x-pixroute-decision")


Answer = tuple[int, Mapping[str, str], bytes]
Provider = Callable[[Any], Answer]
"""What a stub of the provider answers to a request of whichever library."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of caller."""

    library: ModuleType
    is_async: bool = False
    sdk: str | None = None

    @property
    def is_azure(self) -> bool:
        """Whether it calls Azure, where the deployment in the path is the model."""
        return self.sdk is not None and "Azure" in self.sdk


KINDS = {
    "httpx": Kind(library=httpx),
    "httpx-async": Kind(library=httpx, is_async=True),
    "httpx2": Kind(library=httpx2),
    "httpx2-async": Kind(library=httpx2, is_async=True),
    "OpenAI": Kind(library=httpx2, sdk="OpenAI"),
    "OpenAI-on-httpx": Kind(library=httpx, sdk="OpenAI"),
    "AsyncOpenAI": Kind(library=httpx2, is_async=True, sdk="AsyncOpenAI"),
    "AzureOpenAI": Kind(library=httpx2, sdk="AzureOpenAI"),
    "AsyncAzureOpenAI": Kind(library=httpx2, is_async=True, sdk="AsyncAzureOpenAI"),
}
HTTP = tuple(name for name, kind in KINDS.items() if kind.sdk is None)
SDKS = tuple(name for name, kind in KINDS.items() if kind.sdk is not None)
AZURE = tuple(name for name, kind in KINDS.items() if kind.is_azure)


@contextmanager
def calling(
    name: str, router: Router | None, *, url: str = "http://provider.test", stub: Provider | None = None, **options: Any
) -> Iterator[Caller]:
    """A caller through a router, or past it where there is none; to a stub where there is one, else to the network."""
    kind = KINDS[name]
    inner = stub and kind.library.MockTransport(lambda request: kind.library.Response(**_response(stub(request))))
    caller = _open(kind, router, url=url, inner=inner, options=options)
    try:
        yield caller
    finally:
        caller.close()


def _response(answer: Answer) -> dict[str, Any]:
    status, headers, content = answer
    return {"status_code": status, "headers": headers, "content": content}


def _open(kind: Kind, router: Router | None, *, url: str, inner: Any, options: dict[str, Any]) -> Caller:
    library = kind.library
    inner = inner or network(library, is_async=kind.is_async)
    make = library.AsyncClient if kind.is_async else library.Client
    if kind.sdk is None:
        if router is not None:
            both = transports(library)
            inner = (both.asynchronous if kind.is_async else both.sync)(router._desk(None, None), inner)
        http = make(base_url=f"{url}/v1", transport=inner, headers={"authorization": f"Bearer {KEY}"}, timeout=10)
        return AsyncHttp(http) if kind.is_async else Http(http)
    where: dict[str, Any] = {"base_url": f"{url}/v1"}
    if kind.is_azure:
        where = {"azure_endpoint": url, "api_version": VERSION}
    sdk = getattr(openai, kind.sdk)
    client = sdk(api_key=KEY, http_client=make(transport=inner, timeout=10), **where, **options)
    client = client if router is None else router.wrap(client)
    return AsyncSdk(client) if kind.is_async else Sdk(client)


def network(library: ModuleType, *, is_async: bool = False) -> Any:
    """Real connections; there is no TLS on this machine, and to read certificates takes longer than most calls."""
    return (library.AsyncHTTPTransport if is_async else library.HTTPTransport)(verify=False)


class Caller:
    """Makes calls; `client` is the client that it makes them with."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def call(self, ask: Ask) -> Seen:
        """Make a call, and tell what the caller sees."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the client and its connections."""
        self.client.close()


# -- an HTTP client


class Http(Caller):
    def call(self, ask: Ask) -> Seen:
        try:
            response = self.client.post(ask.path, headers=ask.headers, **_content(ask))
        except (httpx.HTTPError, httpx2.HTTPError) as error:
            return Seen(raised=type(error).__name__)
        return _http_seen(response)


class AsyncHttp(Caller):
    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.runner = asyncio.Runner()

    def call(self, ask: Ask) -> Seen:
        return self.runner.run(self._call(ask))

    async def _call(self, ask: Ask) -> Seen:
        try:
            response = await self.client.post(ask.path, headers=ask.headers, **_content(ask))
        except (httpx.HTTPError, httpx2.HTTPError) as error:
            return Seen(raised=type(error).__name__)
        return _http_seen(response)

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()


def _content(ask: Ask) -> dict[str, Any]:
    """A body as JSON, or as a form where there are files; a form says `pixroute` in brackets, as the SDK does."""
    if not ask.files:
        told = {PIXROUTE: dict(ask.told)} if ask.told else {}
        return {"json": {**ask.params, **told}}
    fields = {name: _text(value) for name, value in (*ask.params.items(), *_brackets(PIXROUTE, ask.told))}
    several = sum(name == "image" for name, _ in ask.files) > 1
    named = [("image[]" if several and name == "image" else name, content) for name, content in ask.files]
    return {"data": fields, "files": [(name, (name.rstrip("[]"), content, "image/png")) for name, content in named]}


def _brackets(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _brackets(f"{name}[{key}]", inner)
    elif isinstance(value, (list, tuple)):
        yield f"{name}[]", list(value)
    else:
        yield name, value


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _http_seen(response: Any) -> Seen:
    kind = response.headers.get("content-type", "")
    if kind.startswith("text/event-stream"):
        lines = response.text.split("\n")
        events = tuple(line.removeprefix("event: ") for line in lines if line.startswith("event: "))
        return Seen(status=response.status_code, headers=dict(response.headers), events=events, body=response.text)
    body = json.loads(response.content) if kind.startswith("application/json") else response.text
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return Seen(status=response.status_code, code=code, headers=dict(response.headers), body=body)


# -- the SDK


class Sdk(Caller):
    def call(self, ask: Ask) -> Seen:
        images = self.client.images.with_raw_response
        try:
            raw = _method(images, ask)(**_arguments(images, ask))
            answer = raw.parse()
            if not isinstance(answer, openai.Stream):
                return _sdk_seen(raw, answer)
            with answer:
                return _sdk_seen(raw, None, tuple(event.type for event in answer))
        except (openai.OpenAIError, httpx.HTTPError, httpx2.HTTPError) as error:
            return _raised(error)


class AsyncSdk(Caller):
    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.runner = asyncio.Runner()

    def call(self, ask: Ask) -> Seen:
        return self.runner.run(self._call(ask))

    async def _call(self, ask: Ask) -> Seen:
        images = self.client.images.with_raw_response
        try:
            raw = await _method(images, ask)(**_arguments(images, ask))
            answer = raw.parse()
            if not isinstance(answer, openai.AsyncStream):
                return _sdk_seen(raw, answer)
            async with answer:
                return _sdk_seen(raw, None, tuple([event.type async for event in answer]))
        except (openai.OpenAIError, httpx.HTTPError, httpx2.HTTPError) as error:
            return _raised(error)

    def close(self) -> None:
        self.runner.run(self.client.close())
        self.runner.close()


def _method(images: Any, ask: Ask) -> Any:
    return images.edit if ask.operation == "edit" else images.generate


def _arguments(images: Any, ask: Ask) -> dict[str, Any]:
    """What the SDK has an argument for, and all else as `extra_body`."""
    known = inspect.signature(_method(images, ask)).parameters
    arguments = {name: value for name, value in ask.params.items() if name in known}
    extra = {name: value for name, value in ask.params.items() if name not in known}
    extra |= {PIXROUTE: dict(ask.told)} if ask.told else {}
    files: dict[str, list[Any]] = {}
    for name, content in ask.files:
        files.setdefault(name, []).append(
            (f"{name}.png", BytesIO(content), "image/png") if isinstance(content, bytes) else content
        )
    arguments |= {name: each[0] if len(each) == 1 else each for name, each in files.items()}
    return {**arguments, "extra_body": extra or None, "extra_headers": dict(ask.headers) or None}


def _sdk_seen(raw: Any, answer: Any, events: tuple[str, ...] = ()) -> Seen:
    body = None if answer is None else answer.to_dict()
    return Seen(status=raw.status_code, headers=dict(raw.headers), body=body, events=events)


def _raised(error: Exception) -> Seen:
    response = getattr(error, "response", None)
    return Seen(
        raised=type(error).__name__,
        status=getattr(error, "status_code", None),
        code=getattr(error, "code", None),
        headers={} if response is None else dict(response.headers),
        body=getattr(error, "body", None),
    )
