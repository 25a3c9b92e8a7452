"""Python: raw HTTP, the tool of the Responses API, and packages that wrap around the API."""

# ruff: noqa: E501, ISC004 -- each source stands on a line of its own
from __future__ import annotations

import pytest

from .python_reading import after_start, calls, read, values

URL = "https://api.openai.com/v1/images/generations"
BODY = '{"model": "dall-e-3", "prompt": "x", "style": "vivid"}'
TOLD = {"model": ["dall-e-3"], "style": ["vivid"]}
REQUESTS = {
    "requests": (f'import requests\nrequests.post("{URL}", json={BODY})', "requests"),
    "requests with text": (f'import json, requests\nrequests.post("{URL}", data=json.dumps({BODY}))', "requests"),
    "requests with a name": (f'import requests\nbody = {BODY}\nrequests.post("{URL}", headers=h, json=body)', "requests"),
    "requests by position": (f'import json, requests\nrequests.post("{URL}", json.dumps({BODY}), headers=h)', "requests"),
    "a session": (f'import requests\ns = requests.Session()\ns.post("{URL}", json={BODY})', "requests"),
    "request": (f'import requests\nrequests.request("POST", "{URL}", json={BODY})', "requests"),
    "a form": (f'import requests\nrequests.post("{URL}", data={BODY})', "requests"),
    "httpx": (f'import httpx\nhttpx.post("{URL}", json={BODY}, timeout=300)', "httpx"),
    "an async client": (
        f'import httpx\nasync with httpx.AsyncClient(timeout=300) as c:\n    await c.post("/images/generations", json={BODY})',
        "httpx",
    ),
    "aiohttp": (
        f'import aiohttp\nasync with aiohttp.ClientSession() as s:\n    async with s.post("{URL}", json={BODY}) as r:\n        pass',
        "aiohttp",
    ),
    "urllib": (
        f'import json\nfrom urllib.request import Request, urlopen\n'
        f'urlopen(Request("{URL}", data=json.dumps({BODY}).encode(), headers={{}}))',
        "urllib",
    ),
    "http.client": (
        f'import http.client, json\nc = http.client.HTTPSConnection("api.openai.com")\n'
        f'c.request("POST", "/v1/images/generations", json.dumps({BODY}), {{"Authorization": k}})',
        "http.client",
    ),
    "tornado": (
        f'import json\nfrom tornado.httpclient import AsyncHTTPClient\nc = AsyncHTTPClient()\n'
        f'await c.fetch("{URL}", method="POST", body=json.dumps({BODY}))',
        "tornado",
    ),
    "a base": (
        f'import requests\nBASE = "https://api.openai.com/v1"\nrequests.post(f"{{BASE}}/images/generations", json={BODY})',
        "requests",
    ),
    "a base that is not known": (
        f'import requests\nrequests.post(self.base + "/v1" + "/images/generations", json={BODY})',
        "requests",
    ),
    "a base and a part": (
        f'import requests\nfrom urllib.parse import urljoin\nrequests.post(urljoin(base, "images/generations"), json={BODY})',
        "requests",
    ),
    "a base that is filled in": (
        f'import requests\nrequests.post("{{}}/images/generations".format(base), json={BODY})',
        "requests",
    ),
    "a function of the app": (f'self._post("/images/generations", {BODY})', "http"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "surface"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_found_by_its_address(source, surface):
    assert calls(read(source)) == [(surface, TOLD)]


def test_a_form_with_files_is_an_edit():
    source = """
        import requests
        requests.post(
            "https://api.openai.com/v1/images/edits",
            data={"model": "gpt-image-1", "n": 1},
            files={"image": open("a.png", "rb"), "mask": open("m.png", "rb")},
        )
    """
    (site,) = read(source).sites

    assert (site.operation, site.files) == ("edit", 1)
    assert {name: values(each) for name, each in site.parameters.items()} == {
        "model": ["gpt-image-1"],
        "n": [1],
        "image": ["?"],
        "mask": ["?"],
    }


def test_a_form_that_is_filled_field_by_field_is_read():
    source = """
        import aiohttp
        form = aiohttp.FormData()
        form.add_field("model", "gpt-image-1")
        form.add_field("image", open("a.png", "rb"), filename="a.png")
        session.post("https://api.openai.com/v1/images/edits", data=form)
    """

    assert calls(read(source)) == [("aiohttp edit", {"model": ["gpt-image-1"], "image": ["?"]})]


def test_the_deployment_stands_in_the_address():
    source = """
        import requests
        url = f"{endpoint}/openai/deployments/dalle3/images/generations?api-version=2024-02-01"
        requests.post(url, json={"prompt": "x", "style": "vivid"})
    """
    (site,) = read(source).sites

    assert (site.provider, site.parameters["model"].unknown) == ("azure", "an Azure deployment, `dalle3`")


def test_a_line_of_a_batch_is_a_call():
    source = """
        line = {
            "custom_id": "1",
            "method": "POST",
            "url": "/v1/images/generations",
            "body": {"model": "gpt-image-1", "prompt": "x", "size": "1024x1024"},
        }
    """

    assert calls(read(source)) == [("batch", {"model": ["gpt-image-1"], "size": ["1024x1024"]})]


def test_a_gateway_names_the_model_in_the_address():
    source = """
        import requests
        requests.post(
            "https://gateway.example/v1/models/openai/gpt-image-2/predictions",
            json={"input": {"prompt": "x", "quality": "high"}},
        )
    """

    assert calls(read(source)) == [("requests", {"quality": ["high"], "model": ["gpt-image-2"]})]


def test_a_body_of_which_nothing_is_known_is_told_apart():
    reading = read(f'import requests\ndef send(body):\n    requests.post("{URL}", json=body)')

    assert reading.sites == ()
    assert [(each.line, each.reason) for each in reading.unresolved] == [
        (3, "`body` is given by whoever calls `send()`")
    ]


NO_REQUESTS = {
    "another vendor": f'import requests\nrequests.post("https://api.x.ai/v1/images/generations", json={BODY})',
    "a server here": f'import requests\nrequests.post("http://localhost:8080/v1/images/generations", json={BODY})',
    "another model": 'import requests\nrequests.post(URL + "/images/generations", json={"model": "flux-1", "prompt": "x"})',
    "a route": '@app.post("/v1/images/generations")\ndef draw(body):\n    pass',
    "a mock": f'import respx\nrespx.post("{URL}", json={{"prompt": "x"}})',
    "a download": f'import requests\nrequests.get("{URL}")',
    "a word": f'print("{URL}", {BODY})'.replace('"dall-e-3"', "m"),
}


@pytest.mark.parametrize("source", NO_REQUESTS.values(), ids=NO_REQUESTS)
def test_what_asks_nobody_of_ours_is_nothing(source):
    reading = read(source)

    assert (reading.sites, reading.marks, reading.unresolved) == ((), (), ())


TOOLS = {
    "in a call": (
        'client.responses.create(model="gpt-5", input="x", tools=[{"type": "image_generation", "quality": "high"}])',
        {"quality": ["high"]},
    ),
    "without anything": ('client.responses.create(input="x", tools=[{"type": "image_generation"}])', {}),
    "with a model": (
        'client.responses.parse(input="x", tools=[{"type": "image_generation", "model": "gpt-image-1"}])',
        {"model": ["gpt-image-1"]},
    ),
    "with a number of pictures": (
        'client.responses.create(input="x", tools=[{"type": "image_generation", "n": 2}])',
        {"n": [2]},
    ),
    "as a constant": ('TOOL = {"type": "image_generation", "size": "1024x1024"}', {"size": ["1024x1024"]}),
    "that is filled": (
        'tool = {"type": "image_generation"}\nif hd:\n    tool["quality"] = "high"\nclient.responses.create(tools=[tool])',
        {"quality": ["high", "-"]},
    ),
    "by a constant's name": (
        'KIND = "image_generation"\nclient.responses.create(tools=[{"type": KIND, "quality": "low"}])',
        {"quality": ["low"]},
    ),
    "over raw HTTP": (
        'import requests\nrequests.post(f"{base}/responses", json={"tools": [{"type": "image_generation"}], "model": "gpt-5"})',
        {},
    ),
    "of the agents' SDK": (
        'from agents import ImageGenerationTool\nImageGenerationTool(tool_config={"type": "image_generation", "quality": "low"})',
        {"quality": ["low"]},
    ),
    "as an object": (
        "from openai.types.responses.tool_param import ImageGeneration\n"
        'client.responses.create(tools=[ImageGeneration(type="image_generation", size="auto")])',
        {"size": ["auto"]},
    ),
}


@pytest.mark.parametrize(("source", "expected"), TOOLS.values(), ids=TOOLS)
def test_an_image_tool_is_found(source, expected):
    assert calls(read(after_start(source))) == [("responses-tool", expected)]


def test_a_tool_with_a_name_is_not_shared_by_being_given():
    source = 'tool = {"type": "image_generation", "size": "1x1"}\nclient.responses.create(tools=[tool])'
    (site,) = read(after_start(source)).sites

    assert [choice.written.shared for choice in site.parameters["size"].choices] == [False]


NO_TOOLS = {
    "a choice of tool": 'client.responses.create(tools=tools, tool_choice={"type": "image_generation"})',
    "an answer": 'assert item == {"type": "image_generation", "status": "completed"}',
    "a question": 'if tool["type"] == "image_generation": pass',
    "a category": 'FEATURES = [{"type": "image_generation", "label": "Images"}]',
    "another vendor": (
        'OpenAI(base_url="https://openrouter.ai/api/v1").responses.create(tools=[{"type": "image_generation"}])'
    ),
}


@pytest.mark.parametrize("source", NO_TOOLS.values(), ids=NO_TOOLS)
def test_what_is_no_tool_is_nothing(source):
    reading = read(after_start(source))

    assert (reading.sites, reading.marks) == ((), ())


LANGCHAIN = "from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper\n"
WRAPPERS = {
    "LangChain": (
        LANGCHAIN + 'DallEAPIWrapper(model="dall-e-3")',
        ("langchain", {"model": ["dall-e-3"], "n": [1], "size": ["1024x1024"], "quality": ["standard"]}),
    ),
    "LangChain as it is": (
        LANGCHAIN + "OpenAIDALLEImageGenerationTool(api_wrapper=DallEAPIWrapper())",
        ("langchain", {"model": ["dall-e-2"], "n": [1], "size": ["1024x1024"], "quality": ["standard"]}),
    ),
    "LangChain by the old name": (
        LANGCHAIN + 'DallEAPIWrapper(model_name="dall-e-3", size="1792x1024", quality="hd", n=2)',
        ("langchain", {"model": ["dall-e-3"], "size": ["1792x1024"], "quality": ["hd"], "n": [2]}),
    ),
    "LangChain by a text": (
        'from langchain.agents import load_tools\nload_tools(["dalle-image-generator"])',
        ("langchain", {"model": ["dall-e-2"], "n": [1], "size": ["1024x1024"], "quality": ["standard"]}),
    ),
    "CrewAI": (
        'from crewai_tools import DallETool\nDallETool(size="1024x1792")',
        ("crewai", {"size": ["1024x1792"], "model": ["dall-e-3"], "quality": ["standard"], "n": [1]}),
    ),
    "LlamaIndex": (
        "from llama_index.tools.openai import OpenAIImageGenerationToolSpec\nOpenAIImageGenerationToolSpec(api_key=k)",
        (
            "llamaindex",
            {
                "model": ["dall-e-3", "?"],
                "size": ["1024x1024", "?"],
                "quality": ["standard", "?"],
                "n": [1, "?"],
                "style": ["vivid", "?"],
            },
        ),
    ),
    "LiteLLM": (
        'from litellm import image_generation\nimage_generation(prompt="x", model="openai/gpt-image-1", size="256x256")',
        ("litellm", {"model": ["openai/gpt-image-1"], "size": ["256x256"]}),
    ),
    "LiteLLM by position": (
        'import litellm\nawait litellm.aimage_generation("x", "gpt-image-1")',
        ("litellm", {"model": ["gpt-image-1"]}),
    ),
    "LiteLLM's edit": (
        'import litellm\nlitellm.image_edit(image=open("a"), prompt="x", model="gpt-image-1")',
        ("litellm edit", {"image": ["?"], "model": ["gpt-image-1"]}),
    ),
    "LiteLLM's list": (
        'MODELS = [{"model_name": "draw", "litellm_params": {"model": "openai/gpt-image-1", "api_key": k}}]',
        ("litellm", {"model": ["openai/gpt-image-1"]}),
    ),
    "pydantic-ai": (
        'from pydantic_ai import Agent, ImageGenerationTool\nAgent("openai:gpt-5", builtin_tools=[ImageGenerationTool(quality="low")])',
        ("pydantic-ai", {"quality": ["low"]}),
    ),
    "Haystack": (
        'from haystack.components.generators import DALLEImageGenerator\nDALLEImageGenerator("dall-e-2", "hd")',
        (
            "haystack",
            {"model": ["dall-e-2"], "quality": ["hd"], "size": ["1024x1024"], "response_format": ["url"]},
        ),
    ),
    "Agno": (
        'from agno.tools.dalle import DalleTools\nDalleTools(style="natural")',
        (
            "agno",
            {"style": ["natural"], "model": ["dall-e-3"], "size": ["1024x1024"], "quality": ["standard"], "n": [1]},
        ),
    ),
    "AutoGen": (
        'from autogen.agentchat.contrib.capabilities import generate_images\n'
        'generate_images.DalleImageGenerator(llm_config=c, quality="hd")',
        ("autogen", {"quality": ["hd"], "size": ["1024x1024"], "n": [1], "model": ["?"]}),
    ),
    "Griptape": (
        'from griptape.drivers import OpenAiImageGenerationDriver\n'
        'OpenAiImageGenerationDriver(model="dall-e-2", image_size="512x512")',
        ("griptape", {"model": ["dall-e-2"], "size": ["512x512"]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), WRAPPERS.values(), ids=WRAPPERS)
def test_a_package_that_draws_is_found(source, expected):
    assert calls(read(source)) == [expected]


def test_a_default_says_whose_it_is():
    (site,) = read(LANGCHAIN + "DallEAPIWrapper()").sites
    (choice,) = site.parameters["model"].choices

    assert [(each.name, each.line) for each in choice.origins] == [("the default of DallEAPIWrapper", 2)]
    assert choice.written is None


NO_WRAPPERS = {
    "a class of the app": "class DallETool:\n    pass\nDallETool()",
    "another package": "from elsewhere import DallETool\nDallETool()",
    "another vendor": 'import litellm\nlitellm.image_generation(prompt="x", model="vertex_ai/imagegeneration@006")',
    "another model": 'import litellm\nlitellm.image_generation(prompt="x", model="openai/flux-1")',
}


@pytest.mark.parametrize("source", NO_WRAPPERS.values(), ids=NO_WRAPPERS)
def test_what_only_has_the_name_is_nothing(source):
    reading = read(source)

    assert (reading.sites, reading.marks) == ((), ())
