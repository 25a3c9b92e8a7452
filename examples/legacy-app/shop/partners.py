"""Pictures from others, some of them behind OpenAI's SDK."""

import os

import replicate
import requests
from openai import OpenAI
from PIL import Image

grok = OpenAI(base_url="https://api.x.ai/v1", api_key=os.environ["XAI_API_KEY"])
together = OpenAI(base_url="https://api.together.xyz/v1", api_key=os.environ["TOGETHER_API_KEY"])
at_home = OpenAI(base_url="http://localhost:8080/v1", api_key="none")


def cheeky(product: str) -> str:
    return grok.images.generate(model="grok-2-image", prompt=product, response_format="url").data[0].url


def soft(product: str) -> str:
    answer = together.images.generate(model="black-forest-labs/FLUX.1-schnell", prompt=product, n=1)
    return answer.data[0].url


def draft(product: str):
    return at_home.images.generate(model="stable-diffusion-xl", prompt=product, size="512x512")


def rough(product: str):
    return replicate.run("stability-ai/sdxl", input={"prompt": product, "width": 512, "height": 512})


def stock(query: str) -> list[str]:
    response = requests.get("https://stock.example/v1/images", params={"q": query, "size": "512x512"}, timeout=10)
    return [each["url"] for each in response.json()["data"]]


def shrink(path: str) -> Image.Image:
    return Image.open(path).resize((512, 512))
