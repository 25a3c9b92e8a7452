"""The oldest part: openai 0.x. The nightly job still imports it."""

import openai

openai.api_key = "set by the job"


def sketch(prompt):
    response = openai.Image.create(prompt=prompt, n=1, size="512x512")
    return response["data"][0]["url"]


async def sketch_later(prompt):
    response = await openai.Image.acreate(prompt=prompt, n=1, size="1024x1024", response_format="b64_json")
    return response["data"][0]["b64_json"]


def repaint(photo, prompt):
    response = openai.Image.create_edit(image=open(photo, "rb"), prompt=prompt, n=1, size="1024x1024")
    return response["data"][0]["url"]


def similar(photo):
    return openai.Image.create_variation(image=open(photo, "rb"), n=2, size="256x256")
