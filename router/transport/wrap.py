"""`wrap()`: a client of the OpenAI SDK whose image calls are decided first; the same type comes back."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from importlib import import_module
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any, TypeVar, cast

from ..errors import ConfigError
from .desk import RouterDesk, retrying
from .drivers import transports

C = TypeVar("C")
LIBRARIES = ("httpx", "httpx2")
AZURE = frozenset({"AzureOpenAI", "AsyncAzureOpenAI"})


def wrap_client(client: C, open_desk: Callable[[str | None, int], RouterDesk]) -> C:
    """Wrap a client, or the module `openai` itself; connections are shared with the client that was given.

    `open_desk` is told the provider, where the client gives it away, and how often the user wants a call tried again. A
    client that is wrapped already is wrapped anew.
    """
    if isinstance(client, ModuleType):
        _wrap_module(client, open_desk)
        return client
    sdk = cast("Any", client)
    names = {kind.__name__ for kind in type(client).__mro__}
    if not hasattr(sdk, "_client") or not hasattr(sdk, "copy"):
        raise ConfigError(
            f"cannot wrap `{type(client).__name__}`", hint="give a client of the OpenAI SDK, or the module `openai`"
        )
    desk = open_desk(None if names.isdisjoint(AZURE) else "azure", sdk.max_retries)
    decided = _decided(sdk._client, desk)  # noqa: SLF001 -- no public way
    return cast("C", _take_retries_over(type(sdk).copy(sdk, http_client=decided), desk))


def _wrap_module(module: Any, open_desk: Callable[[str | None, int], RouterDesk]) -> None:  # noqa: ANN401
    wrapped = wrap_client(module._load_client(), open_desk)  # noqa: SLF001 -- what module-level calls use
    module.http_client = wrapped._client  # noqa: SLF001
    module._client = wrapped  # noqa: SLF001


# -- retries


def _take_retries_over(sdk: Any, desk: RouterDesk) -> Any:  # noqa: ANN401
    """Make the SDK send a call that is decided once, and hand on how often the user wants it tried again.

    Whatever else the client calls is tried again by the SDK as ever. A client that is made from this one is like it.
    """
    kind = type(sdk)

    def copy_client(**options: Any) -> Any:  # noqa: ANN401
        if options.get("http_client") is not None:
            options["http_client"] = _decided(options["http_client"], desk)
        return _take_retries_over(kind.copy(sdk, **options), desk)

    def request(cast_to: Any, options: Any, **how: Any) -> Any:  # noqa: ANN401
        if not desk.is_enforced(options.method, options.url):
            return kind.request(sdk, cast_to, options, **how)
        with retrying(options.get_max_retries(sdk.max_retries)):
            return kind.request(sdk, cast_to, _once(options), **how)

    async def request_async(cast_to: Any, options: Any, **how: Any) -> Any:  # noqa: ANN401
        if not desk.is_enforced(options.method, options.url):
            return await kind.request(sdk, cast_to, options, **how)
        with retrying(options.get_max_retries(sdk.max_retries)):
            return await kind.request(sdk, cast_to, _once(options), **how)

    sdk.copy = sdk.with_options = copy_client
    sdk.request = request_async if iscoroutinefunction(kind.request) else request
    return sdk


def _once(options: Any) -> Any:  # noqa: ANN401
    options = copy(options)
    options.max_retries = 0
    return options


# -- connections


def _decided(http: Any, desk: RouterDesk) -> Any:  # noqa: ANN401 -- a client of whichever library
    """A client like the given one, with its settings and connections, that asks the desk first.

    It is made as the library's own class: the SDK's subclass closes its connections when it is collected, and these
    are shared.
    """
    library, kind = _library(http)
    both = transports(library)
    transport: Any = both.asynchronous if issubclass(kind, library.AsyncClient) else both.sync

    def decide(inner: Any) -> Any:  # noqa: ANN401
        return inner and transport(desk, inner.inner if isinstance(inner, transport) else inner)

    decided: Any = object.__new__(kind)
    decided.__dict__.update(http.__dict__)
    decided._transport = decide(http._transport)  # noqa: SLF001 -- the one seam below the client
    decided._mounts = {at: decide(inner) for at, inner in http._mounts.items()}  # noqa: SLF001
    decided._shared_with = http  # noqa: SLF001 -- keeps it, and so the connections, open
    return decided


def _library(http: object) -> tuple[ModuleType, type]:
    for kind in type(http).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in LIBRARIES and kind.__name__ in ("Client", "AsyncClient"):
            return import_module(root), kind
    raise ConfigError(f"the client's HTTP library is not known: `{type(http).__name__}`", hint="use httpx or httpx2")
