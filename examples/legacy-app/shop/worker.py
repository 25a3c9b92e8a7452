"""The queue: draws what was ordered."""

import base64
import time

from celery import Celery
from openai import OpenAI, RateLimitError

app = Celery("shop")
client = OpenAI()


@app.task(autoretry_for=(Exception,), retry_backoff=True, max_retries=3)
def draw_order(prompt: str, model: str | None = None) -> bytes:
    answer = client.images.generate(model=model or "gpt-image-1", prompt=prompt, size="1024x1024", quality="medium")
    return base64.b64decode(answer.data[0].b64_json)


def draw_patiently(prompt: str) -> bytes:
    for attempt in range(4):
        try:
            answer = client.images.generate(
                model="gpt-image-1", prompt=prompt, size="1024x1024", quality="medium", timeout=30
            )
            return base64.b64decode(answer.data[0].b64_json)
        except RateLimitError:
            time.sleep(2**attempt)
    raise RuntimeError("nobody draws today")


def draw_as_asked(request: dict) -> bytes:
    answer = client.images.generate(**request)
    return base64.b64decode(answer.data[0].b64_json)
