"""One product on a plain background: the picture that every page of the shop begins with."""

import base64
from pathlib import Path

from openai import OpenAI

from shop.settings import IMAGE_TIMEOUT, PACKSHOT_MODEL, pictures

client = OpenAI()
impatient = OpenAI(timeout=IMAGE_TIMEOUT)

STYLE = "studio light, soft shadow"


def packshot(product: str) -> bytes:
    answer = client.images.generate(
        model=PACKSHOT_MODEL,
        prompt=f"{product} on white, {STYLE}",
        size="1024x1024",
        quality="high",
    )
    return base64.b64decode(answer.data[0].b64_json)


def cutout(product: str) -> bytes:
    """A packshot without its background, for the price tags."""
    answer = client.images.generate(
        model="gpt-image-1",
        prompt=f"{product}, {STYLE}",
        background="transparent",  # the tags have a colour of their own
        output_format="webp",
        size="1024x1024",
        quality="medium",
    )
    return base64.b64decode(answer.data[0].b64_json)


def portrait(product: str):
    return impatient.images.generate(
        model=pictures.image_model, prompt=product, size=pictures.image_size, quality="medium"
    )


def thumbnail_url(product: str) -> str:
    answer = client.images.generate(model="dall-e-2", prompt=product, n=1, size="512x512")
    return answer.data[0].url


def card(product: str, *, festive: bool) -> bytes:
    options = {"model": "dall-e-3", "size": "1024x1024", "response_format": "b64_json"}
    if festive:
        options["quality"] = "hd"
        options["style"] = "vivid"
    else:
        options["quality"] = "standard"
    answer = client.images.generate(prompt=product, **options)
    return base64.b64decode(answer.data[0].b64_json)


def packshot_now(product: str) -> bytes:
    """The way that it should be."""
    answer = client.images.generate(
        model="gpt-image-2.5-flare", prompt=f"{product} on white", size="1024x1024", quality="medium"
    )
    return base64.b64decode(answer.data[0].b64_json)


def save(product: str, folder: Path) -> Path:
    target = folder / f"{product}.png"
    target.write_bytes(packshot(product))
    return target
