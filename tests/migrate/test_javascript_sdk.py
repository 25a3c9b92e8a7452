"""Calls of the SDK in JavaScript and TypeScript, and what only looks like one."""

import pytest

from .javascript_reading import at, models, only, parameters, read, shown, sites

MADE = 'import OpenAI from "openai";\nconst openai = new OpenAI();\n'


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('openai.images.generate({ model: "dall-e-3", n: 1 })', ("generate", {"model": ["dall-e-3"], "n": [1]})),
        ('await openai.images.edit({ model: "dall-e-2" })', ("edit", {"model": ["dall-e-2"]})),
        ('openai.images.createVariation({ size: "256x256" })', ("variation", {"size": ["256x256"]})),
        ('openai?.images?.generate({ style: "vivid" })', ("generate", {"style": ["vivid"]})),
        ("openai.images.generate({ user: null })", ("generate", {"user": [None]})),
        ("openai.images.generate({ stream: true, n: -1 })", ("generate", {"stream": [True], "n": [-1]})),
        ("openai.images.generate({ \"size\": 'auto' })", ("generate", {"size": ["auto"]})),
        ('openai.images.generate({ ["size"]: `auto` })', ("generate", {"size": ["auto"]})),
        ('openai.images.generate({ size: "1024x1024" as const })', ("generate", {"size": ["1024x1024"]})),
        ('openai.images.generate(<any>{ size: "auto" })', ("generate", {"size": ["auto"]})),
        ('openai.images.generate({ size: "auto" } satisfies P)', ("generate", {"size": ["auto"]})),
        ("openai.images.generate({ n: 1 }).withResponse()", ("generate", {"n": [1]})),
        ("openai.images.generate({ n: 1 }).asResponse()", ("generate", {"n": [1]})),
        ("openai.images.generate({ n: 1 }, { timeout: 600_000 })", ("generate", {"n": [1]})),
        ("openai.images.generate({ image: a })", ("generate", {"image": ["? a file"]})),
    ],
)
def test_a_call_of_the_sdk_is_read(call, expected):
    assert sites(read(MADE + call)) == [(3, "js-sdk", *expected)]


@pytest.mark.parametrize(
    "source",
    [
        "const { images } = openai; images.generate({ n: 1 })",
        "const images = openai.images; images.generate({ n: 1 })",
        "const draw = openai.images.generate.bind(openai.images); draw({ n: 1 })",
        "const { generate } = openai.images; generate({ n: 1 })",
        "const { generate: draw } = openai.images; draw({ n: 1 })",
        "class A { client = new OpenAI(); go() { return this.client.images.generate({ n: 1 }) } }",
        "class A { #client = new OpenAI(); go() { return this.#client.images.generate({ n: 1 }) } }",
        "class A { constructor(private readonly ai: OpenAI) {} go() { return this.ai.images.generate({ n: 1 }) } }",
        "class A { constructor() { this.images = openai.images } go() { return this.images.generate({ n: 1 }) } }",
        "function client() { return new OpenAI() } client().images.generate({ n: 1 })",
        "let c; function get() { if (!c) c = new OpenAI(); return c } get().images.generate({ n: 1 })",
        "const openAI = require('openai'); new openAI.OpenAI().images.generate({ n: 1 })",
        "async function draw(openai: OpenAI) { return (await openai.images.generate({ n: 1 }))!; }",
        "queue.add(() => openai.images.generate({ n: 1 }))",
    ],
)
def test_the_sdk_is_seen_under_any_name(source):
    assert [found[1:] for found in sites(read(MADE + source))] == [("js-sdk", "generate", {"n": [1]})]


def test_an_azure_deployment_may_have_any_model_behind_its_name():
    source = """
import { AzureOpenAI } from "openai";
const client = new AzureOpenAI({ deployment: "pictures", endpoint });
client.images.generate({ prompt: "a cat", model: "gpt-image-1" });
client.images.generate({ prompt: "a cat" });
"""

    assert [(site.provider, parameters(site)) for site in read(source).sites] == [
        ("azure", {"model": ["gpt-image-1", "? an Azure deployment"]}),
        ("azure", {"model": ["? an Azure deployment"]}),
    ]


@pytest.mark.parametrize(
    "client",
    [
        'new OpenAI({ baseURL: "https://example.openai.azure.com/openai/deployments/a" })',
        "createAzureOpenAI({ n: 1 })",
        "new AzureOpenAI()",
    ],
)
def test_azure_is_told_by_the_client(client):
    source = f'import OpenAI, {{ AzureOpenAI }} from "openai";\nconst c = {client};\nc.images.generate({{ n: 1 }});'

    assert [site.provider for site in read(source).sites] == ["azure"]


def test_the_place_where_the_client_is_made_is_told():
    source = f'{MADE}openai.images.generate({{ model: "dall-e-3" }});'

    assert at(source, only(source).client) == "new OpenAI()"


def test_the_old_sdk_is_read():
    source = """
import { Configuration, OpenAIApi } from "openai";
const openai = new OpenAIApi(new Configuration({ apiKey }));
await openai.createImage({ prompt, n: 2, size: "512x512" });
await openai.createImageEdit(file, "a hat", mask, 1, "256x256");
await openai.createImageVariation(file, 3);
"""

    assert sites(read(source)) == [
        (4, "js-sdk-v3", "generate", {"n": [2], "size": ["512x512"]}),
        (5, "js-sdk-v3", "edit", {"image": ["? a file"], "mask": ["? a file"], "n": [1], "size": ["256x256"]}),
        (6, "js-sdk-v3", "variation", {"image": ["? a file"], "n": [3]}),
    ]


@pytest.mark.parametrize(
    ("image", "count"),
    [("file", 1), ("[a, b, c]", 3), ("await toFile(stream)", 1)],
)
def test_the_input_images_are_counted(image, count):
    assert only(f'{MADE}openai.images.edit({{ image: {image}, prompt: "a hat" }})').files == count


@pytest.mark.parametrize(
    "source",
    [
        'new OpenAI({ baseURL: "https://api.x.ai/v1" }).images.generate({ model: "grok-2-image", prompt })',
        'new OpenAI({ baseURL: "https://api.x.ai/v1" }).images.generate({ prompt })',
        'new OpenAI({ baseURL: "https://api.together.xyz/v1" }).images.generate({ model, prompt })',
        'new OpenAI({ baseURL: "http://localhost:8080/v1" }).images.generate({ model: "dall-e-3", prompt })',
        'new OpenAI({ baseURL: "http://127.0.0.1:11434" }).images.generate({ prompt })',
        'const URL_ = "https://fal.run"; new OpenAI({ baseURL: URL_ }).images.generate({ prompt })',
        'openai.images.generate({ model: "black-forest-labs/FLUX.1-schnell", prompt })',
        'openai.images.generate({ model: "imagen-3", prompt })',
        'together.images.generate({ prompt: "a cat" })',
        'import Together from "together-ai"; new Together().images.generate({ prompt: "a cat" })',
        'xai.images.generate({ prompt: "a cat" })',
        "chrome.images.edit({ id: 1 })",
        "store.images.edit(id)",
        "docker.images.generate({ tag: 1 })",
        "openai.chat.completions.create({ model: 'gpt-5' })",
        "openai.images.list()",
        "expect(openai.images.generate).toHaveBeenCalledWith({ n: 1 })",
        "vi.spyOn(openai.images, 'generate').mockResolvedValue({ data: [] })",
        "const fake = { images: { generate: vi.fn() } }",
        'const prose = `openai.images.generate({ model: "dall-e-3" })`',
        '// openai.images.generate({ model: "dall-e-3" })',
        '/** @example openai.images.generate({ model: "dall-e-3" }) */',
        "const Image = () => <img />",
    ],
)
def test_what_is_no_call_of_ours_is_passed_over(source):
    assert read(f"{MADE}{source}", "src/app.tsx").sites == ()


@pytest.mark.parametrize(
    "base",
    ["https://openrouter.ai/api/v1", "https://gateway.example.com/v1", "https://aihubmix.com/v1"],
)
def test_a_gateway_is_ours_when_it_is_asked_for_our_models(base):
    source = f'{MADE}new OpenAI({{ baseURL: "{base}" }}).images.generate({{ model: "gpt-image-1", prompt }})'

    assert models(source) == [["gpt-image-1"]]


@pytest.mark.parametrize(
    "base",
    ["process.env.OPENAI_BASE_URL", '"https://api.openai.com/v1"', '"https://oai.helicone.ai/v1"', "undefined"],
)
def test_a_base_address_that_leads_to_openai_needs_no_model(base):
    source = f"{MADE}new OpenAI({{ baseURL: {base} }}).images.generate({{ prompt, n: 1 }})"

    assert sites(read(source)) == [(3, "js-sdk", "generate", {"n": [1]})]


def test_a_request_that_cannot_be_read_is_open():
    source = f"{MADE}export const draw = (request) => openai.images.generate(request);"

    assert only(source).open == ("given by whoever calls `draw()`",)


def test_a_spread_of_unknown_origin_is_open_and_the_rest_is_read():
    source = f"{MADE}export function draw(options) {{ openai.images.generate({{ n: 1, ...options }}) }}"

    assert (parameters(only(source)), only(source).open) == (
        {"n": [1]},
        ("`...options`: given by whoever calls `draw()`",),
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app.ts", False),
        ("src/__tests__/app.ts", True),
        ("src/app.test.ts", True),
        ("src/app.spec.tsx", True),
        ("tests/app.js", True),
        ("cypress/e2e/app.cy.ts", True),
        ("src/latest.ts", False),
        ("src/contest/app.ts", False),
    ],
)
def test_tests_are_told_apart(path, expected):
    assert only(f'{MADE}openai.images.generate({{ model: "dall-e-3" }})', path).in_test is expected


def test_a_prompt_is_a_parameter_like_any_other():
    site = only(f"{MADE}openai.images.generate({{ prompt: `A ${{animal}} and ${{2 + 2}}` }})")

    assert shown(site.parameters["prompt"]) == ["? put together from `animal`, `2 + 2`"]


def test_line_and_column_count_characters_from_one():
    site = only('/* é😀 */ const é = "😀", r = openai.images.generate({ model: "dall-e-3" });')

    assert (site.line, site.column) == (1, 29)
