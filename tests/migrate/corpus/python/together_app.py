import os

from openai import OpenAI
from together import Together

client = OpenAI(base_url="https://api.together.xyz/v1", api_key=os.environ["TOGETHER_API_KEY"])
native = Together()


def flux(prompt):
    r = client.images.generate(model="black-forest-labs/FLUX.1-schnell-Free", prompt=prompt, n=1, size="512x512")
    return r.data[0].url


def flux_native(prompt):
    r = native.images.generate(prompt=prompt, model="black-forest-labs/FLUX.1-dev", width=512, height=512, steps=4)
    return r.data[0].url
