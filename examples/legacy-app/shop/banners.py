"""Wide pictures for the front page and for newsletters."""

import asyncio
import base64
from functools import partial

from openai import AsyncOpenAI, OpenAI
from tenacity import retry, stop_after_attempt, wait_exponential

from . import settings
from .settings import HERO_MODEL, Quality

client = OpenAI()
aclient = AsyncOpenAI()


@retry(stop=stop_after_attempt(5), wait=wait_exponential(max=20))
async def hero(headline: str, size: str = settings.BANNER_SIZE) -> str:
    answer = await aclient.images.generate(
        model=HERO_MODEL,
        prompt=f'A wide banner that says "{headline}"',
        size=size,
        quality=Quality.PRINT.value,
        style="natural",
        n=1,
    )
    print("drawn as:", answer.data[0].revised_prompt)
    return answer.data[0].url


async def newsletter(headline: str) -> bytes:
    answer = await asyncio.to_thread(
        client.images.generate, model="gpt-image-1", prompt=headline, size="1536x1024", quality="low"
    )
    return base64.b64decode(answer.data[0].b64_json)


async def teaser(headline: str) -> bytes:
    async with asyncio.timeout(45):
        answer = await aclient.images.generate(
            model="gpt-image-2", prompt=headline, size="1536x1024", quality="medium"
        )
    return base64.b64decode(answer.data[0].b64_json)


draw_strip = partial(client.images.generate, model="gpt-image-1-mini", size="1536x1024", quality="low")


def strip(headline: str) -> bytes:
    return base64.b64decode(draw_strip(prompt=headline).data[0].b64_json)
