from functools import lru_cache

import openai


@lru_cache(maxsize=None)
def get_client():
    return openai.OpenAI()


def poster(text):
    rsp = get_client().images.generate(model="gpt-image-1.5", prompt=text, size="1024x1536", quality="high")
    return rsp.data[0].b64_json


def variation(path):
    rsp = get_client().images.create_variation(image=open(path, "rb"), n=1, size="1024x1024")
    return rsp.data[0].url
