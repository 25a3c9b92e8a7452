"""Small squares of fabric and glaze, drawn by the hundred."""

import base64
from dataclasses import dataclass

import openai
from openai import OpenAI

from .settings import SWATCH_SIZE

GENERATION = 1


@dataclass
class SwatchOptions:
    model: str = "dall-e-2"
    size: str = SWATCH_SIZE
    n: int = 4


class Swatches:
    model = "gpt-image-1"
    size = "1024x1024"

    def __init__(self, client: OpenAI) -> None:
        self.images = client.images

    def glaze(self, colour: str) -> bytes:
        answer = self.images.generate(model=self.model, prompt=f"{colour} glaze", size=self.size, quality="low")
        return base64.b64decode(answer.data[0].b64_json)

    def fabric(self, weave: str, options: SwatchOptions = SwatchOptions()) -> list[str]:
        answer = self.images.generate(prompt=weave, model=options.model, size=options.size, n=options.n)
        return [picture.url for picture in answer.data]


def tile(pattern: str) -> bytes:
    answer = openai.images.generate(
        model=f"gpt-image-{GENERATION}", prompt=pattern, size="1024x1024", quality="low"
    )
    return base64.b64decode(answer.data[0].b64_json)


def tile_and_headers(pattern: str) -> tuple[bytes, str | None]:
    raw = openai.images.with_raw_response.generate(
        model="gpt-image-1", prompt=pattern, size="1024x1024", quality="low"
    )
    answer = raw.parse()
    return base64.b64decode(answer.data[0].b64_json), raw.headers.get("x-request-id")


def tile_streamed(pattern: str, path: str) -> None:
    with openai.images.with_streaming_response.generate(
        model="gpt-image-1", prompt=pattern, size="1024x1024", quality="low"
    ) as response:
        response.stream_to_file(path)
