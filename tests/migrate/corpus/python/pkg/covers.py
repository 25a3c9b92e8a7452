import base64

from .clients import openai_client
from .constants import ImageDefaults


def cover(title: str, **overrides) -> bytes:
    params = {
        "model": ImageDefaults.MODEL,
        "size": ImageDefaults.SIZE,
        "quality": ImageDefaults.QUALITY,
        "response_format": "b64_json",
    }
    params.update(overrides)
    result = openai_client.images.generate(prompt=title, **params)
    return base64.b64decode(result.data[0].b64_json)
