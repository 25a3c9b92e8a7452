"""A small client for apps without the OpenAI SDK: draw, edit and stream pictures, each call decided by a router first.

    from router import Router
    from router.client import ImageClient

    with ImageClient(Router.from_file("policy.yaml")) as client:
        result = client.generate("a red door", size="1200x628")
        result.pictures[0].save("door.png")
        print(result.model, result.rule, result.cost_usd)

`AsyncImageClient` is the same with `await`. What goes wrong is a `RouterError`; `problems` draws the tree.
"""

from __future__ import annotations

from .asking import Image, Parameters, Told
from .clients import AsyncImageClient, ImageClient
from .problems import DeniedError, ProviderError, ProviderTimeoutError, ProviderUnreachableError
from .results import ImageEvent, ImageResult, Picture

__all__ = [
    "AsyncImageClient",
    "DeniedError",
    "Image",
    "ImageClient",
    "ImageEvent",
    "ImageResult",
    "Parameters",
    "Picture",
    "ProviderError",
    "ProviderTimeoutError",
    "ProviderUnreachableError",
    "Told",
]
