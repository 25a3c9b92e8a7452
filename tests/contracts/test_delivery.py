"""What a policy delivers reaches the caller of a wrapped client: exact sizes, data URLs, edits through their masks."""

from __future__ import annotations

import base64
import io

import openai
import pytest
from PIL import Image

POLICY = """
pixroute: 1
name: delivering
defaults: {quality: low}
routes: [{id: all, to: [asked, gpt-image-2.5-flare]}]
deliver: {size: crop, url: data}
masks: exact
"""


@pytest.fixture
def client(emulator, routers):
    with openai.OpenAI(api_key="sk-none", base_url=emulator.base_url) as plain:
        yield routers.make(POLICY).wrap(plain)


def picture(image):
    return Image.open(io.BytesIO(base64.b64decode(image.b64_json)))


def png(size, colour):
    file = io.BytesIO()
    Image.new("RGBA", size, colour).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize(("output_format", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_caller_gets_the_size_that_was_asked(client, output_format, kind):
    answer = client.images.generate(
        model="gpt-image-2.5-flare", prompt="a fox", size="1200x628", output_format=output_format
    )

    drawn = picture(answer.data[0])

    assert (drawn.size, drawn.format) == ((1200, 628), kind)


def test_a_cut_picture_keeps_its_alpha_and_says_that_its_provenance_is_gone(client, routers):
    answer = client.images.generate(
        model="gpt-image-2.5-flare", prompt="a fox", size="1200x628", background="transparent"
    )

    lowest, _ = picture(answer.data[0]).getchannel("A").getextrema()

    assert lowest == 0
    assert "PROVENANCE_DROPPED" in [warning.code for warning in routers.records[-1].warnings]


def test_code_that_reads_the_url_goes_on(client):
    answer = client.images.generate(model="dall-e-3", prompt="a fox", size="1024x1024")

    assert answer.data[0].url == f"data:image/png;base64,{answer.data[0].b64_json}"


def test_outside_the_mask_the_pixels_are_the_originals(client):
    mask = Image.new("RGBA", (1024, 1024), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, 512, 1024))
    file = io.BytesIO()
    mask.save(file, "png")

    answer = client.images.edit(
        model="gpt-image-2.5-flare",
        prompt="a fox",
        size="1024x1024",
        image=("a.png", png((1024, 1024), (10, 200, 30, 255)), "image/png"),
        mask=("m.png", file.getvalue(), "image/png"),
    )
    edited = picture(answer.data[0]).convert("RGB")

    assert edited.crop((512, 0, 1024, 1024)).getcolors() == [(512 * 1024, (10, 200, 30))]
    assert edited.crop((0, 0, 512, 1024)).getcolors(4) is None
