"""Python: the shapes of calls that were seen in public code, each written anew, and what is found in them."""

# ruff: noqa: E501 -- each source stands as it would in an app

from __future__ import annotations

import pytest

from .python_reading import calls, marks, read

SHAPES = {
    "R003 module constant, module-level client": (
        """
        from openai import OpenAI
        openai = OpenAI()
        MODEL = "dall-e-3"
        def main():
            response = openai.images.generate(prompt="an astronaut", model=MODEL)
            print(response)
        """,
        [("python-sdk", {"model": ["dall-e-3"]})],
        [],
    ),
    "R004 function defaults, the model falls back to the chat model": (
        """
        from openai import AsyncOpenAI
        class LLM:
            def __init__(self, config):
                self.model = config.model
                self.aclient = AsyncOpenAI(api_key=config.key)
            async def gen_image(self, prompt, size: str = "1024x1024", quality: str = "standard", model: str = None, resp_format: str = "url"):
                if not model:
                    model = self.model
                res = await self.aclient.images.generate(model=model, prompt=prompt, size=size, quality=quality, n=1, response_format=resp_format)
                return [item.url for item in res.data]
        """,
        [
            (
                "python-sdk-async",
                {
                    "model": ["?"],
                    "size": ["1024x1024", "?"],
                    "quality": ["standard", "?"],
                    "n": [1],
                    "response_format": ["url", "?"],
                },
            )
        ],
        [(11, "reads_url", None)],
    ),
    "R005 no model at all": (
        """
        class Text2Image:
            def __init__(self, llm):
                self.llm = llm
            async def draw(self, text, size_type="1024x1024"):
                result = await self.llm.aclient.images.generate(prompt=text, n=1, size=size_type)
                if result and len(result.data) > 0:
                    return await fetch(result.data[0].url)
        """,
        [("python-sdk-async", {"n": [1], "size": ["1024x1024", "?"]})],
        [(8, "reads_url", None)],
    ),
    "R011 class attribute, base64 or address": (
        """
        from openai import OpenAI
        class Skill(Base):
            native_model: str = "gpt-image-1.5"
            async def draw(self, prompt, key):
                client = OpenAI(api_key=key)
                response = client.images.generate(model=self.native_model, prompt=prompt, n=1)
                item = response.data[0]
                if item.b64_json:
                    return decode(item.b64_json)
                if item.url:
                    return await download(item.url)
        """,
        [("python-sdk", {"model": ["gpt-image-1.5"], "n": [1]})],
        [],
    ),
    "R018 a tool without anything": (
        """
        from openai import OpenAI
        client = OpenAI()
        response = client.responses.create(model="gpt-4.1-mini", input="a cat", tools=[{"type": "image_generation"}])
        image_data = [output.result for output in response.output if output.type == "image_generation_call"]
        followup = client.responses.create(model="gpt-4.1-mini", previous_response_id=response.id, input="realistic", tools=[{"type": "image_generation"}])
        """,
        [("responses-tool", {}), ("responses-tool", {})],
        [],
    ),
    "R032 asks for base64 and reads the address": (
        """
        @tool
        def painting(description: str) -> str:
            client = OpenAI()
            response = client.images.generate(model="dall-e-3", prompt=description, size="1024x1024", quality="standard", n=1, response_format="b64_json")
            return response.data[0].url
        """,
        [
            (
                "python-sdk",
                {
                    "model": ["dall-e-3"],
                    "size": ["1024x1024"],
                    "quality": ["standard"],
                    "n": [1],
                    "response_format": ["b64_json"],
                },
            )
        ],
        [(6, "reads_url", None)],
    ),
    "R035 an edit of the old SDK": (
        """
        import openai
        response = openai.Image.create_edit(image=open("a.png", "rb"), mask=open("m.png", "rb"), prompt="p", n=1, size="1024x1024", response_format="url")
        url = response["data"][0]["url"]
        """,
        [
            (
                "openai-0.x edit",
                {"image": ["?"], "mask": ["?"], "n": [1], "size": ["1024x1024"], "response_format": ["url"]},
            )
        ],
        [(4, "reads_url", None)],
    ),
    "R038 a table that is sent": (
        """
        import requests
        payload = {"model": "gpt-image-1", "prompt": prompt, "size": "1024x1024", "quality": "high", "moderation": "low", "output_format": "jpeg", "background": "opaque"}
        response = requests.post("https://api.openai.com/v1/images/generations", headers=headers, json=payload)
        b64 = response.json()["data"][0]["b64_json"]
        """,
        [
            (
                "requests",
                {
                    "model": ["gpt-image-1"],
                    "size": ["1024x1024"],
                    "quality": ["high"],
                    "moderation": ["low"],
                    "output_format": ["jpeg"],
                    "background": ["opaque"],
                },
            )
        ],
        [],
    ),
    "R041 text that is sent": (
        """
        import json, requests
        def generate(request):
            data = {"model": "dall-e-3", "prompt": request.POST["prompt"], "n": 1, "size": "1024x1024", "quality": "standard", "style": "vivid"}
            response = requests.post("https://api.openai.com/v1/images/generations", headers=headers, data=json.dumps(data))
            if response.status_code == 200:
                image_url = response.json()["data"][0]["url"]
        """,
        [
            (
                "requests",
                {
                    "model": ["dall-e-3"],
                    "n": [1],
                    "size": ["1024x1024"],
                    "quality": ["standard"],
                    "style": ["vivid"],
                },
            )
        ],
        [(7, "reads_url", None)],
    ),
    "R044 the model in the address, the rest below `input`": (
        """
        import requests
        class Tool:
            def _invoke(self, parameters):
                url = "https://gateway.example/v1/models/openai/gpt-image-2/predictions"
                size = parameters.get("size", "1024x1024")
                payload = {"input": {"prompt": parameters["prompt"], "size": size, "n": 1, "quality": "high"}}
                return requests.post(url, json=payload, headers=headers, timeout=60)
        """,
        [
            (
                "requests",
                {"size": ["1024x1024", "?"], "n": [1], "quality": ["high"], "model": ["gpt-image-2"]},
            )
        ],
        [(8, "short_timeout", 60)],
    ),
    "R046 a proxy's default": (
        """
        @router.post("/v1/images/generations")
        async def images(request):
            raw = await request.json()
            model = raw.get("model", "gpt-image-1")
            size = raw.get("size", "auto")
        """,
        [],
        [(5, "names_model", "gpt-image-1")],
    ),
    "R047 a setting of the environment": (
        """
        import os
        OPENAI_IMAGE_MODEL = os.getenv("OPENAI_IMAGE_MODEL", "gpt-image-1")
        """,
        [],
        [(3, "names_model", "gpt-image-1")],
    ),
}


@pytest.mark.parametrize(("source", "found", "marked"), SHAPES.values(), ids=SHAPES)
def test_a_shape_from_public_code_is_found(source, found, marked):
    reading = read(source)

    assert calls(reading) == found
    assert marks(reading) == marked
    assert (reading.unresolved, reading.skipped) == ((), ())
