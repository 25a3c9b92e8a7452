import base64
import os

import requests
from openai import OpenAI


def generate(prompt: str, provider: str = "openai") -> bytes:
    if provider == "openai":
        client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
        response = client.images.generate(model="dall-e-3", prompt=prompt, response_format="b64_json")
        return base64.b64decode(response.data[0].b64_json)
    if provider == "xai":
        client = OpenAI(api_key=os.environ["XAI_API_KEY"], base_url="https://api.x.ai/v1")
        response = client.images.generate(model="grok-2-image-1212", prompt=prompt, response_format="b64_json")
        return base64.b64decode(response.data[0].b64_json)
    if provider == "stability":
        r = requests.post(
            "https://api.stability.ai/v2beta/stable-image/generate/core",
            headers={"authorization": f"Bearer {os.environ['STABILITY_API_KEY']}", "accept": "image/*"},
            files={"none": ""},
            data={"prompt": prompt, "output_format": "png"},
            timeout=60,
        )
        return r.content
    raise ValueError(provider)
