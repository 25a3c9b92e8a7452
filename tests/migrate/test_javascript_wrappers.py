"""The AI SDK, LangChain, and the Responses API's tool."""

import pytest

from .javascript_reading import models, parameters, read, sites

AI = """import { generateImage, experimental_generateImage as draw } from "ai";
import { openai, createOpenAI } from "@ai-sdk/openai";
import { azure } from "@ai-sdk/azure";
import { xai } from "@ai-sdk/xai";
"""


def test_the_ai_sdk_is_read_by_the_apis_names():
    source = (
        AI
        + """await draw({
  model: openai.image("dall-e-3"), prompt, size: "1024x1024", n: 2, seed: 1,
  providerOptions: { openai: { quality: "hd", style: "vivid", outputFormat: "png" } },
});"""
    )

    assert sites(read(source)) == [
        (
            5,
            "ai-sdk",
            "generate",
            {
                "model": ["dall-e-3"],
                "size": ["1024x1024"],
                "n": [2],
                "quality": ["hd"],
                "style": ["vivid"],
                "output_format": ["png"],
            },
        )
    ]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ('openai.image("gpt-image-1")', ["gpt-image-1"]),
        ('openai.imageModel("gpt-image-1")', ["gpt-image-1"]),
        ('createOpenAI({}).image("gpt-image-1")', ["gpt-image-1"]),
        ('"openai/gpt-image-1"', ["openai/gpt-image-1"]),
        ('registry.imageModel("openai:dall-e-3")', ["dall-e-3"]),
        ("openai.image(process.env.M ?? 'dall-e-2')", ["dall-e-2", "? the environment may set `M`"]),
        ('big ? openai.image("dall-e-3") : openai.image("dall-e-2")', ["dall-e-3", "dall-e-2"]),
        ('azure.image("pictures")', ["? an Azure deployment"]),
    ],
)
def test_the_ai_sdks_model_is_followed(model, expected):
    source = f"{AI}const model = {model};\nawait generateImage({{ model, prompt }});"

    assert models(source) == [expected]


@pytest.mark.parametrize(
    "source",
    [
        'generateImage({ model: xai.image("grok-2-image"), prompt })',
        'generateImage({ model: google.image("imagen-3"), prompt })',
        'generateImage({ model: fal.image("flux"), prompt })',
        'generateText({ model: openai("gpt-5"), prompt })',
        "generateImage(prompt)",
    ],
)
def test_other_providers_of_the_ai_sdk_are_passed_over(source):
    assert read(AI + source).sites == ()


def test_a_model_that_cannot_be_followed_is_told():
    (told,) = read(f"{AI}generateImage({{ model: pick(name), prompt }});").unresolved

    assert (told.line, told.surface, told.reason) == (5, "ai-sdk", "the model: returned by `pick()`")


@pytest.mark.parametrize(
    "source",
    [
        'await client.responses.create({ model: "gpt-5", input, tools: [{ type: "image_generation", size: "auto" }] })',
        'const tools = [{ type: "image_generation" as const, size: "auto" }]',
        'const imageTool: Tool = { type: "image_generation", size: "auto" }',
        'tools.push({ type: "image_generation", size: "auto" })',
        'options.tools = [{ "type": "image_generation", "size": "auto" }]',
        'fetch(responses, { body: JSON.stringify({ tools: [{ type: "image_generation", size: "auto" }] }) })',
        'const all = { image_generation: openai.tools.imageGeneration({ size: "auto" }) }',
        'agent.bindTools([tools.imageGeneration({ size: "auto" })])',
    ],
)
def test_the_responses_tool_is_read(source):
    assert sites(read(source)) == [(1, "responses-tool", "generate", {"size": ["auto"]})]


@pytest.mark.parametrize(
    "source",
    [
        'const event = { type: "image_generation", url, payload }',
        'client.responses.create({ tool_choice: { type: "image_generation" } })',
        'if (item.type === "image_generation") show(item)',
        'type Tool = { type: "image_generation"; size: string }',
        'const message = { type: "image_generation" }',
        'new OpenAI({ baseURL: "https://api.x.ai" }).responses.create({ tools: [{ type: "image_generation" }] })',
    ],
)
def test_what_is_no_tool_is_passed_over(source):
    assert read(source).sites == ()


def test_langchains_wrapper_sends_its_defaults():
    source = 'new DallEAPIWrapper({ n: 2, modelName: "dall-e-2", dallEResponseFormat: "b64_json", apiKey })'

    assert [parameters(site) for site in read(source).sites] == [
        {
            "model": ["dall-e-2"],
            "style": ["vivid"],
            "quality": ["standard"],
            "n": [2],
            "size": ["1024x1024"],
            "response_format": ["b64_json"],
        }
    ]
