import base64
from typing import Protocol

import httpx
from openai import OpenAI
from tenacity import retry, stop_after_attempt


class Painter(Protocol):
    def paint(self, prompt: str) -> bytes: ...


class OpenAIPainter:
    def __init__(self, api_key: str, model: str = "gpt-image-1", size: str = "1024x1024"):
        self._client = OpenAI(api_key=api_key, timeout=httpx.Timeout(60.0, connect=5.0))
        self._model = model
        self._size = size

    @retry(stop=stop_after_attempt(3))
    def paint(self, prompt: str) -> bytes:
        response = self._client.images.generate(
            model=self._model, prompt=prompt, size=self._size, quality="medium"
        )
        return base64.b64decode(response.data[0].b64_json)
