import base64
import os

from openai import OpenAI

client = OpenAI(timeout=300, max_retries=0)
MODEL = os.environ.get("IMAGE_MODEL", "gpt-image-2.5-flare")


def draw(prompt, size="1536x1024"):
    result = client.images.generate(model=MODEL, prompt=prompt, size=size, quality="medium", output_format="webp")
    return base64.b64decode(result.data[0].b64_json)


def sticker(prompt):
    result = client.images.generate(
        model="gpt-image-2.5-sunburst", prompt=prompt, background="transparent", size="1024x1024", quality="low"
    )
    return base64.b64decode(result.data[0].b64_json)
