"""The policy layer for image generation: rules decide which model draws a picture, how, and for how much."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import Router, wrap
    from .catalog import Catalog, Model
    from .changes import Change
    from .client import (
        AsyncImageClient,
        DeniedError,
        ImageClient,
        ImageResult,
        ProviderError,
        ProviderTimeoutError,
        ProviderUnreachableError,
    )
    from .decision import Decision, Denial
    from .engine import Inputs, plan
    from .errors import (
        CatalogError,
        ConfigError,
        DocumentError,
        Place,
        PolicyError,
        Problem,
        RequestError,
        RouterError,
        SuiteError,
    )
    from .files import load_catalog, load_policy
    from .language import dump_policy, parse_policy
    from .policy import Policy
    from .price import Quote
    from .records import JsonlSink, Record
    from .request import ImageRequest
    from .watch import Reload

__version__ = "0.1.0"

_HOMES = {
    "AsyncImageClient": "client",
    "Catalog": "catalog",
    "CatalogError": "errors",
    "Change": "changes",
    "ConfigError": "errors",
    "Decision": "decision",
    "Denial": "decision",
    "DeniedError": "client",
    "DocumentError": "errors",
    "ImageClient": "client",
    "ImageRequest": "request",
    "ImageResult": "client",
    "Inputs": "engine",
    "JsonlSink": "records",
    "Model": "catalog",
    "Place": "errors",
    "Policy": "policy",
    "PolicyError": "errors",
    "Problem": "errors",
    "ProviderError": "client",
    "ProviderTimeoutError": "client",
    "ProviderUnreachableError": "client",
    "Quote": "price",
    "Record": "records",
    "Reload": "watch",
    "RequestError": "errors",
    "Router": "app",
    "RouterError": "errors",
    "SuiteError": "errors",
    "dump_policy": "language",
    "load_catalog": "files",
    "load_policy": "files",
    "parse_policy": "language",
    "plan": "engine",
    "wrap": "app",
}

__all__ = [
    "AsyncImageClient",
    "Catalog",
    "CatalogError",
    "Change",
    "ConfigError",
    "Decision",
    "Denial",
    "DeniedError",
    "DocumentError",
    "ImageClient",
    "ImageRequest",
    "ImageResult",
    "Inputs",
    "JsonlSink",
    "Model",
    "Place",
    "Policy",
    "PolicyError",
    "Problem",
    "ProviderError",
    "ProviderTimeoutError",
    "ProviderUnreachableError",
    "Quote",
    "Record",
    "Reload",
    "RequestError",
    "Router",
    "RouterError",
    "SuiteError",
    "dump_policy",
    "load_catalog",
    "load_policy",
    "parse_policy",
    "plan",
    "wrap",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import router` costs next to nothing."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
