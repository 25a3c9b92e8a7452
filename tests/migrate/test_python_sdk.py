"""Python: calls of OpenAI's SDK are found in all their forms, and nobody else's."""

# ruff: noqa: E501 -- each source stands on a line of its own
from __future__ import annotations

import pytest

from .python_reading import after_start, calls, parameters, read

MODEL = {"model": ["dall-e-3"]}
FORMS = {
    "a client of its own": ('client.images.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "a client that is awaited": ('await client.images.generate(model="dall-e-3", prompt="x")', "python-sdk-async"),
    "an async client": ('AsyncOpenAI().images.generate(model="dall-e-3", prompt="x")', "python-sdk-async"),
    "the module itself": ('openai.images.generate(model="dall-e-3", prompt="x")', "python-sdk-module"),
    "an edit": ('client.images.edit(model="dall-e-3", prompt="x")', "python-sdk edit"),
    "a variation": ('client.images.create_variation(model="dall-e-3", n=1)', "python-sdk variation"),
    "a raw response": ('client.images.with_raw_response.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "a streaming response": (
        'with client.images.with_streaming_response.generate(model="dall-e-3", prompt="x") as r: pass',
        "python-sdk",
    ),
    "options": ('client.with_options(timeout=300).images.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "an alias of images": ('images = client.images\nimages.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "an alias of the method": ('draw = client.images.generate\ndraw(model="dall-e-3", prompt="x")', "python-sdk"),
    "a thread": (
        'await asyncio.to_thread(client.images.generate, model="dall-e-3", prompt="x")',
        "python-sdk-async",
    ),
    "an executor": (
        'await loop.run_in_executor(None, partial(client.images.generate, model="dall-e-3", prompt="x"))',
        "python-sdk-async",
    ),
    "a pool": ('pool.submit(client.images.generate, model="dall-e-3", prompt="x")', "python-sdk"),
    "a function that tries again": ('retry(client.images.generate, model="dall-e-3", prompt="x")', "python-sdk"),
    "a partial": ('partial(client.images.generate, model="dall-e-3")(prompt="x")', "python-sdk"),
    "a partial with a name": (
        'draw = partial(client.images.generate, model="dall-e-3")\ndraw(prompt="x")',
        "python-sdk",
    ),
    "a partial that is passed on": ('use(partial(client.images.generate, model="dall-e-3"))', "python-sdk"),
    "a lambda": ('call(lambda: client.images.generate(model="dall-e-3", prompt="x"))', "python-sdk"),
    "a client from a function": ('get_client().images.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "a client from nowhere": ('self.app.openai.images.generate(model="dall-e-3", prompt="x")', "python-sdk"),
    "lines": ('(\n    client\n    .images\n    .generate(model="dall-e-3", prompt="x")\n)', "python-sdk"),
    "an old image": ('openai.Image.create(model="dall-e-3", prompt="x")', "openai-0.x"),
    "an old edit": ('openai.Image.create_edit(model="dall-e-3", prompt="x")', "openai-0.x edit"),
    "an old variation": ('openai.Image.create_variation(model="dall-e-3", n=2)', "openai-0.x variation"),
    "an old image that is awaited": ('await openai.Image.acreate(model="dall-e-3", prompt="x")', "openai-0.x"),
}
IMPORTS = "import asyncio\nfrom functools import partial\nimport openai\nfrom openai import AsyncOpenAI, OpenAI\nclient = OpenAI()\n"


@pytest.mark.parametrize(("source", "surface"), FORMS.values(), ids=FORMS)
def test_a_call_is_found_in_whatever_form(source, surface):
    ((found, told),) = calls(read(IMPORTS + source))

    assert found == surface
    assert told["model"] == ["dall-e-3"]


def test_an_attribute_of_an_object_is_a_client():
    source = """
        from openai import AsyncOpenAI

        class Painter:
            def __init__(self, key):
                self.client = AsyncOpenAI(api_key=key)

            async def draw(self, prompt):
                task = self.client.images.generate(model="gpt-image-1", prompt=prompt)
                return await task
    """

    assert calls(read(source)) == [("python-sdk-async", {"model": ["gpt-image-1"]})]


def test_a_function_of_the_module_makes_the_client():
    source = """
        from openai import AsyncOpenAI

        def client():
            return AsyncOpenAI()

        draw = client().images.generate(model="gpt-image-1", prompt="x")
    """

    assert calls(read(source)) == [("python-sdk-async", {"model": ["gpt-image-1"]})]


def test_a_client_comes_from_another_module():
    source = 'from clients import azure\nazure.images.generate(model="gpt-image-1", prompt="x")'
    (site,) = read(source, clients="from openai import AzureOpenAI\nazure = AzureOpenAI()").sites

    assert (site.provider, site.client.path, site.client.line) == ("azure", "clients.py", 2)


def test_a_call_with_nothing_told_has_no_model():
    assert parameters('client.images.generate(prompt="x")') == {}


def test_a_deployment_of_azure_is_not_known_by_its_name():
    source = 'from openai import AzureOpenAI\nAzureOpenAI().images.generate(model="pictures", prompt="x")'
    (site,) = read(source).sites

    assert site.provider == "azure"
    assert site.parameters["model"].choices == ()
    assert site.parameters["model"].unknown == "an Azure deployment, `pictures`"


def test_an_app_of_the_old_sdk_may_talk_to_azure():
    source = 'import openai\nopenai.api_type = "azure"\nopenai.Image.create(prompt="x", n=1, size="1024x1024")'
    (site,) = read(source).sites

    assert (site.surface, site.provider) == ("openai-0.x", "azure")


def test_the_pictures_of_an_edit_are_counted():
    one = 'client.images.edit(model="gpt-image-1", prompt="x", image=open("a.png", "rb"), mask=open("m.png", "rb"))'
    three = 'client.images.edit(model="gpt-image-1", prompt="x", image=[a, b, c])'
    sites = [site for source in (one, three) for site in read(after_start(source)).sites]

    assert [site.files for site in sites] == [1, 3]
    assert parameters(one) == {"model": ["gpt-image-1"], "image": ["?"], "mask": ["?"]}


def test_a_body_that_is_added_counts_as_parameters():
    source = 'client.images.generate(model="dall-e-3", prompt="x", extra_body={"style": "vivid"}, timeout=300)'

    assert parameters(source) == {"model": ["dall-e-3"], "style": ["vivid"]}


NOT_OURS = {
    "another vendor's address": """
        from openai import OpenAI
        OpenAI(base_url="https://api.x.ai/v1").images.generate(model="gpt-image-1", prompt="x")
    """,
    "another vendor's address from the environment": """
        import os
        from openai import OpenAI
        client = OpenAI(base_url=os.getenv("BASE", "https://openrouter.ai/api/v1"))
        client.images.generate(model="gpt-image-1", prompt="x")
    """,
    "another vendor's key": """
        import os
        from openai import OpenAI
        client = OpenAI(api_key=os.environ["XAI_API_KEY"], base_url=BASE)
        client.images.generate(model=MODEL, prompt="x")
    """,
    "another vendor's model": """
        from openai import OpenAI
        OpenAI(base_url=url).images.generate(model="grok-2-image", prompt="x")
    """,
    "another host and an unknown model": """
        from openai import OpenAI
        OpenAI(base_url="https://images.example/v1").images.generate(model="painter-9", prompt="x")
    """,
    "another SDK": """
        from together import Together
        client = Together()
        client.images.generate(model="black-forest-labs/FLUX.1-schnell", prompt="x")
    """,
    "another SDK without a model": """
        from together import Together
        def draw(client, prompt):
            return client.images.generate(prompt=prompt)
    """,
    "docker": """
        import docker
        client = docker.from_env()
        client.images.pull("dall-e-3")
        client.images.list()
        client.images.build(path=".")
    """,
    "Google": """
        from google import genai
        client = genai.Client()
        client.models.generate_images(model="imagen-4.0-generate-001", prompt="x")
        client.images.generate(model="imagen-4.0-generate-001", prompt="x")
    """,
    "a method of our own": """
        class Gallery:
            def generate(self, prompt, model="default"): ...
        class App:
            def __init__(self):
                self.images = Gallery()
            def draw(self):
                self.images.generate("x")
    """,
    "arguments by position": 'album.images.generate("dall-e-3", 4)',
    "thumbnails": "album.images.generate(size=(100, 100))\nshop.images.edit(image=photo, n=1)",
    "options of something else": "def draw(**options):\n    album.images.generate(**options)",
    "plots": "import matplotlib.pyplot as plt\nax.images.edit(3)\nplt.images.generate(1)",
    "prose": '''
        """Call client.images.generate(model="gpt-image-1") to draw with gpt-image-1."""
        # client.images.generate(model="gpt-image-1", prompt="x")
        HELP = "use gpt-image-1 or dall-e-3"
        print("gpt-image-1")
        raise ValueError("gpt-image-1")
    ''',
    "prices": 'PRICES = {"dall-e-3": 0.04, "gpt-image-1": {"low": 0.011, "high": 0.167}, "dall-e-2": Decimal("0.02")}',
}


@pytest.mark.parametrize("source", NOT_OURS.values(), ids=NOT_OURS)
def test_what_only_looks_like_it_is_nothing(source):
    reading = read(source)

    assert (reading.sites, reading.marks, reading.unresolved, reading.skipped) == ((), (), (), ())


def test_a_gateway_that_is_asked_for_a_model_of_ours_counts():
    source = """
        from openai import OpenAI
        client = OpenAI(base_url="https://gateway.example/v1")
        client.images.generate(model="gpt-image-1", prompt="x")
    """

    assert calls(read(source)) == [("python-sdk", {"model": ["gpt-image-1"]})]


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("app.py", False),
        ("tests/app.py", True),
        ("src/test_app.py", True),
        ("app_test.py", True),
        ("conftest.py", True),
    ],
)
def test_a_test_is_marked_as_one(path, test):
    (site,) = read(after_start('client.images.generate(model="dall-e-3", prompt="x")'), path).sites

    assert site.in_test is test


def test_calls_are_told_in_the_order_of_lines():
    source = """
        later = partial(client.images.generate, model="dall-e-2")
        import requests
        client.images.generate(model="dall-e-3", prompt="x"); client.images.generate(model="gpt-image-1", prompt="x")
    """
    sites = read("from functools import partial\n" + after_start(source)).sites

    assert [(site.line, site.column) for site in sites] == [(6, 9), (8, 1), (8, 55)]


def test_a_call_of_which_nothing_is_known_is_told_apart():
    reading = read(after_start("def draw(**options):\n    return client.images.generate(**options)\n"))

    assert reading.sites == ()
    assert [(each.line, each.surface, each.reason) for each in reading.unresolved] == [
        (5, "python-sdk", "`**options` is given by whoever calls `draw()`")
    ]


def test_options_of_unknown_origin_leave_a_call_open():
    source = 'def draw(**options):\n    return client.images.generate(model="dall-e-3", **options)\n'
    (site,) = read(after_start(source)).sites

    assert site.open == ("`**options` is given by whoever calls `draw()`",)
