"""`ImageClient` and `AsyncImageClient`: they only send; what is asked and what came back is read in one place."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Self, Unpack

import httpx

from ..errors import ConfigError
from ..transport.desk import retrying
from .asking import Ask, Image, Parameters, ask_edit, ask_picture, ask_stream
from .problems import our_errors
from .results import EventReader, ImageEvent, ImageResult, is_stream, read_result, whole_events

if TYPE_CHECKING:
    from types import TracebackType

    from ..app import Router

OPENAI: Final = "https://api.openai.com/v1"
PATIENCE_S: Final = 300.0  # gpt-image-2 at high quality takes more than two minutes (FACTS 9)


class ImageClient:
    """Draws pictures over HTTP, each call decided by a router first.

    `api_key` is taken from OPENAI_API_KEY where it is left out. `timeout` is in seconds, None waits for ever.
    `max_retries` is how often a call is tried again that was surely not billed; a dead model's successor is tried
    anyway. Calls go through `http_client`, with its proxies and hooks, where one is given; it is not closed with this
    one. Raises `ConfigError` where there is no key.
    """

    def __init__(
        self,
        router: Router,
        *,
        api_key: str | None = None,
        base_url: str = OPENAI,
        timeout: float | None = PATIENCE_S,
        max_retries: int = 2,
        http_client: httpx.Client | None = None,
    ) -> None:
        headers = _headers(api_key)
        self._retries = max_retries
        with our_errors(base_url):
            self._http = httpx.Client(
                base_url=base_url, headers=headers, timeout=timeout, transport=router.transport(_Through(http_client))
            )

    def generate(self, prompt: str, **params: Unpack[Parameters]) -> ImageResult:
        """Draw; raises `DeniedError`, `RequestError` or `ProviderError`."""
        return self._send(ask_picture(prompt, params))

    def edit(
        self,
        prompt: str,
        image: Image | Sequence[Image],
        *,
        mask: Image | None = None,
        **params: Unpack[Parameters],
    ) -> ImageResult:
        """Draw after one or more images, each a path, bytes or an open file; otherwise as `generate`."""
        return self._send(ask_edit(prompt, image, mask, params=params))

    def stream(
        self,
        prompt: str,
        *,
        image: Image | Sequence[Image] | None = None,
        mask: Image | None = None,
        partial_images: int | None = None,
        **params: Unpack[Parameters],
    ) -> Iterator[ImageEvent]:
        """Draw, or edit where there is an image, and give the pictures as they come: partial ones, then the whole one.

        The call begins with the first picture that is asked for. A stream that ends early raises.
        """
        ask = ask_stream(prompt, image, mask, partial_images=partial_images, params=params)
        return self._stream(ask)

    def _send(self, ask: Ask) -> ImageResult:
        with our_errors(str(self._http.base_url)), retrying(self._retries):
            return read_result(self._http.send(ask.request(self._http)))

    def _stream(self, ask: Ask) -> Iterator[ImageEvent]:
        with our_errors(str(self._http.base_url)):
            with retrying(self._retries):
                response = self._http.send(ask.request(self._http), stream=True)
            try:
                if not is_stream(response):
                    response.read()
                    yield from whole_events(read_result(response))
                    return
                reader = EventReader(response)
                for line in response.iter_lines():
                    yield from reader.take(line)
                yield from reader.end()
            finally:
                response.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncImageClient:
    """`ImageClient` for asyncio: the same arguments, results and errors."""

    def __init__(
        self,
        router: Router,
        *,
        api_key: str | None = None,
        base_url: str = OPENAI,
        timeout: float | None = PATIENCE_S,
        max_retries: int = 2,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        headers = _headers(api_key)
        self._retries = max_retries
        with our_errors(base_url):
            transport = router.async_transport(_AsyncThrough(http_client))
            self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout, transport=transport)

    async def generate(self, prompt: str, **params: Unpack[Parameters]) -> ImageResult:
        """Draw; raises `DeniedError`, `RequestError` or `ProviderError`."""
        return await self._send(ask_picture(prompt, params))

    async def edit(
        self,
        prompt: str,
        image: Image | Sequence[Image],
        *,
        mask: Image | None = None,
        **params: Unpack[Parameters],
    ) -> ImageResult:
        """Draw after one or more images, each a path, bytes or an open file; otherwise as `generate`."""
        return await self._send(ask_edit(prompt, image, mask, params=params))

    def stream(
        self,
        prompt: str,
        *,
        image: Image | Sequence[Image] | None = None,
        mask: Image | None = None,
        partial_images: int | None = None,
        **params: Unpack[Parameters],
    ) -> AsyncIterator[ImageEvent]:
        """As `ImageClient.stream`, for `async for`; whoever leaves early closes it with `contextlib.aclosing`."""
        ask = ask_stream(prompt, image, mask, partial_images=partial_images, params=params)
        return self._stream(ask)

    async def _send(self, ask: Ask) -> ImageResult:
        with our_errors(str(self._http.base_url)), retrying(self._retries):
            return read_result(await self._http.send(ask.request(self._http)))

    async def _stream(self, ask: Ask) -> AsyncIterator[ImageEvent]:
        with our_errors(str(self._http.base_url)):
            with retrying(self._retries):
                response = await self._http.send(ask.request(self._http), stream=True)
            try:
                if not is_stream(response):
                    await response.aread()
                    for event in whole_events(read_result(response)):
                        yield event
                    return
                reader = EventReader(response)
                async for line in response.aiter_lines():
                    for event in reader.take(line):
                        yield event
                for event in reader.end():
                    yield event
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _headers(api_key: str | None) -> dict[str, str]:
    key = api_key or os.environ.get("OPENAI_API_KEY")
    if not key:
        raise ConfigError("there is no API key", hint="set OPENAI_API_KEY, or give `api_key`")
    return {"authorization": f"Bearer {key}", "user-agent": "pixroute"}


# -- below the router: an ordinary client, so that the environment's proxies and a user's own settings count


class _Through(httpx.BaseTransport):
    def __init__(self, client: httpx.Client | None) -> None:
        self._client = client or httpx.Client()
        self._is_ours = client is None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request, stream=True)

    def close(self) -> None:
        if self._is_ours:
            self._client.close()


class _AsyncThrough(httpx.AsyncBaseTransport):
    def __init__(self, client: httpx.AsyncClient | None) -> None:
        self._client = client or httpx.AsyncClient()
        self._is_ours = client is None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        if self._is_ours:
            await self._client.aclose()
