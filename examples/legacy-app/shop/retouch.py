"""Changes to photographs that a person took."""

import base64

from openai import OpenAI

client = OpenAI(max_retries=4)


def on_wood(photo: str) -> bytes:
    with open(photo, "rb") as picture:
        answer = client.images.edit(
            model="gpt-image-1",
            image=picture,
            prompt="Put it on an oak table",
            size="1024x1024",
            quality="high",
            input_fidelity="high",
        )
    return base64.b64decode(answer.data[0].b64_json)


def without_tag(photo: str, mask: str) -> bytes:
    answer = client.images.edit(
        model="dall-e-2",
        image=open(photo, "rb"),
        mask=open(mask, "rb"),
        prompt="Remove the price tag",
        n=1,
        size="1024x1024",
        response_format="b64_json",
    )
    return base64.b64decode(answer.data[0].b64_json)


def four_more_like(photo: str) -> list[str]:
    answer = client.images.create_variation(image=open(photo, "rb"), n=4, size="1024x1024")
    return [picture.url for picture in answer.data]


def on_stone(photo: str) -> bytes:
    """Nothing is wrong with this one."""
    answer = client.images.edit(
        model="gpt-image-2", image=open(photo, "rb"), prompt="Put it on stone", size="1024x1024", quality="medium"
    )
    return base64.b64decode(answer.data[0].b64_json)
