import json

import pytest

from router.migrate.documents import read_document
from router.migrate.sites import Reading


class Given:
    def __init__(self, files):
        self.files = {name: content.encode() for name, content in files.items()}
        self.paths = tuple(sorted(self.files))

    def read(self, path):
        return self.files[path]


def read(content, path="flow.json"):
    return read_document(path, Given({path: content if isinstance(content, str) else json.dumps(content, indent=1)}))


def asked(site):
    return {name: told(given) for name, given in site.parameters.items()}


def told(given):
    values = tuple(choice.value for choice in given.choices)
    return {(0, True): given.unknown, (1, False): values[:1] and values[0]}.get(
        (len(values), bool(given.unknown)), (*values, f"? {given.unknown}")
    )


def node(kind, parameters, **more):
    return {"name": "Draw", "type": kind, "typeVersion": 1.8, "parameters": parameters, **more}


def flow(*nodes):
    return {"workflow": {"nodes": list(nodes), "connections": {}}}


OPENAI = "@n8n/n8n-nodes-langchain.openAi"
HTTP = "n8n-nodes-base.httpRequest"
URL = "https://api.openai.com/v1/images/generations"


@pytest.mark.parametrize(
    ("given", "surface", "operation", "expected"),
    [
        (
            node(OPENAI, {"resource": "image", "model": "gpt-image-1", "prompt": "={{ $json.text }}", "options": {}}),
            "n8n-node", "generate",
            {"model": "gpt-image-1", "prompt": "an expression: `={{ $json.text }}`"},
        ),
        (
            node(OPENAI, {"resource": "image", "prompt": "x", "options": {"dalleQuality": "hd", "size": "1792x1024"}}),
            "n8n-node", "generate",
            {"prompt": "x", "quality": "hd", "size": "1792x1024", "model": "dall-e-3"},
        ),
        (
            node(OPENAI, {"resource": "image", "prompt": "x"}, typeVersion=2.2),
            "n8n-node", "generate",
            {"prompt": "x", "model": "gpt-image-1-mini"},
        ),
        (
            node(OPENAI, {"resource": "image", "modelId": {"__rl": True, "mode": "list", "value": "gpt-image-1.5"}}),
            "n8n-node", "generate",
            {"model": "gpt-image-1.5"},
        ),
        (
            node(OPENAI, {
                "resource": "image", "operation": "edit", "model": "gpt-image-1", "outputFormat": "webp",
                "images": {"values": [{"binaryPropertyName": "data"}]}, "options": {"inputFidelity": "high"},
            }),
            "n8n-node", "edit",
            {"model": "gpt-image-1", "output_format": "webp", "image": "a file", "input_fidelity": "high"},
        ),
        (
            node(f"{OPENAI}Tool", {"resource": "image", "model": "dall-e-3", "prompt": "={{ $fromAI('p') }}"}),
            "n8n-tool", "generate",
            {"model": "dall-e-3", "prompt": "an expression: `={{ $fromAI('p') }}`"},
        ),
        (
            node("n8n-nodes-base.openAi", {"resource": "image", "prompt": "x", "responseFormat": "imageUrl"}),
            "n8n-node", "generate",
            {"prompt": "x", "response_format": "url", "model": "dall-e-2"},
        ),
        (
            node(HTTP, {"method": "POST", "url": URL, "bodyParameters": {"parameters": [
                {"name": "model", "value": "gpt-image-1"}, {"name": "n", "value": "2"},
                {"name": "size", "value": "={{ $json.s }}"},
            ]}}),
            "n8n-http", "generate",
            {"model": "gpt-image-1", "n": 2, "size": "an expression: `={{ $json.s }}`"},
        ),
        (
            node(HTTP, {"url": f"={URL}", "specifyBody": "json", "jsonBody": '={\n "model": "dall-e-3",\n'
                ' "prompt": "{{ $json["p"] }}",\n "n": {{ $json.n }},\n "size": "1024x1792"\n}'}),
            "n8n-http", "generate",
            {
                "model": "dall-e-3", "prompt": 'an expression: `"{{ $json["p"] }}"`',
                "n": "an expression: `{{ $json.n }}`", "size": "1024x1792",
            },
        ),
        (
            node(HTTP, {"url": URL,
                "jsonBody": "={{ JSON.stringify({ model: 'dall-e-3', prompt: $json.p, n: 1 }) }}"}),
            "n8n-http", "generate",
            {"model": "dall-e-3", "prompt": "an expression: `$json.p`", "n": 1},
        ),
        (
            node(HTTP, {"url": URL.replace("generations", "edits"), "contentType": "multipart-form-data",
                "bodyParameters": {"parameters": [
                    {"parameterType": "formBinaryData", "name": "image[]", "inputDataFieldName": "data"},
                    {"name": "model", "value": "gpt-image-1"}]}}),
            "n8n-http", "edit",
            {"image": "a file", "model": "gpt-image-1"},
        ),
        (
            node("@n8n/n8n-nodes-langchain.toolHttpRequest", {"method": "POST", "url": URL,
                "parametersBody": {"values": [
                    {"name": "model", "valueProvider": "fieldValue", "value": "dall-e-3"}, {"name": "prompt"}]}}),
            "n8n-tool", "generate",
            {"model": "dall-e-3", "prompt": "the model that uses the tool fills it in"},
        ),
        (
            node(HTTP, {"requestMethod": "POST", "url": URL, "jsonParameters": True,
                "bodyParametersJson": '{"model": "dall-e-2", "size": "256x256"}'}),
            "n8n-http", "generate",
            {"model": "dall-e-2", "size": "256x256"},
        ),
    ],
)  # fmt: skip
def test_a_node_of_n8n_that_draws_is_found(given, surface, operation, expected):  # noqa: PLR0917
    (site,) = read(flow(given)).sites

    assert (site.surface, site.operation) == (surface, operation)
    assert asked(site) == expected


@pytest.mark.parametrize(
    "given",
    [
        node(OPENAI, {"resource": "image", "operation": "analyze", "model": "gpt-4o"}),
        node(OPENAI, {"resource": "text", "modelId": {"value": "gpt-4o"}, "note": "gpt-image-1"}),
        node(OPENAI, {"resource": "image", "model": "gpt-image-1"}, disabled=True),
        node(HTTP, {"url": "https://api.x.ai/v1/images/generations", "jsonBody": '{"model": "grok-2-image"}'}),
        node(HTTP, {"url": URL, "jsonBody": '{"model": "flux-pro"}'}),
        node("n8n-nodes-base.stickyNote", {"content": "dall-e-3, gpt-image-1"}),
    ],
)
def test_a_node_of_n8n_that_asks_for_something_else_is_none(given):
    assert read(flow(given)) == Reading()


SET = [{"name": "model", "value": "gpt-image-1"}, {"name": "n", "value": "4"}]


def test_an_expression_is_followed_to_the_node_that_sets_it():
    setter = {
        "name": "Set Variables",
        "type": "n8n-nodes-base.set",
        "parameters": {"assignments": {"assignments": SET}},
    }
    fields = [
        {"name": "model", "value": "={{ $('Set Variables').item.json.model }}"},
        {"name": "n", "value": "={{ $json.n }}"},
        {"name": "size", "value": "={{ $json.size }}"},
    ]
    (site,) = read(flow(setter, node(HTTP, {"url": URL, "bodyParameters": {"parameters": fields}}))).sites

    assert asked(site) == {
        "model": "gpt-image-1",
        "n": (4, "? the node before may give another `n`"),
        "size": "an expression: `={{ $json.size }}`",
    }
    assert [origin.name for origin in site.parameters["model"].choices[0].origins] == ["model"]


def test_what_rests_on_a_node_is_marked():
    reading = read(
        flow(
            node(OPENAI, {"resource": "image", "options": {"returnImageUrls": True}}, retryOnFail=True),
            node(HTTP, {"url": URL, "jsonBody": '{"model": "dall-e-3"}', "options": {"timeout": 60000}}),
            node("n8n-nodes-base.x", {"a": "={{ $json.data[0].url }}", "b": "={{ $json.data[0].revised_prompt }}"}),
        )
    )
    lines = [site.line for site in reading.sites]

    assert [(mark.kind, mark.surface, mark.value, mark.site) for mark in reading.marks] == [
        ("reads_url", "n8n-node", None, lines[0]),
        ("retries", "n8n-node", 3, lines[0]),
        ("short_timeout", "n8n-http", 60, lines[1]),
        ("reads_url", "n8n-http", None, lines[1]),
        ("reads_revised_prompt", "n8n-http", None, lines[1]),
    ]


def test_code_in_a_node_is_told_as_not_read():
    (unresolved,) = read(flow(node("n8n-nodes-base.code", {"jsCode": f"fetch('{URL}')"}))).unresolved

    assert (unresolved.surface, unresolved.reason) == ("n8n-code", "code in the node `Draw` calls an image endpoint")


@pytest.mark.parametrize(
    ("given", "operation", "expected"),
    [
        (
            {"3": {"class_type": "OpenAIDalle3", "inputs":
                {"prompt": "x", "seed": 1, "quality": "hd", "size": "1024x1792"}}},
            "generate",
            {"prompt": "x", "quality": "hd", "size": "1024x1792", "model": "dall-e-3"},
        ),
        (
            {"3": {"class_type": "OpenAIGPTImage1", "inputs":
                {"prompt": ["6", 0], "model": "gpt-image-1.5", "image": ["7", 0]}}},
            "edit",
            {"prompt": "another node gives it", "model": "gpt-image-1.5", "image": "a file"},
        ),
        (
            {"nodes": [{"type": "OpenAIDalle3", "widgets_values": ["x", 7, "randomize", "hd", "vivid", "1792x1024"]}]},
            "generate",
            {"prompt": "x", "quality": "hd", "style": "vivid", "size": "1792x1024", "model": "dall-e-3"},
        ),
        (
            {"nodes": [{"type": "OpenAIGPTImage1",
                "inputs": [{"name": "image", "link": 4}, {"name": "mask", "link": None}],
                "widgets_values": ["x", 7, "fixed", "low", "transparent", "auto", 2]}]},
            "edit",
            {
                "prompt": "x", "quality": "low", "background": "transparent", "size": "auto", "n": 2, "image": "a file",
                "model": "gpt-image-1",
            },
        ),
    ],
)  # fmt: skip
def test_a_node_of_comfyui_is_found_in_both_forms(given, operation, expected):
    (site,) = read(given).sites

    assert (site.surface, site.operation, asked(site)) == ("comfyui", operation, expected)


LITELLM = """\
model_list:
  - model_name: img
    litellm_params:
      model: openai/gpt-image-1
      quality: hd
      timeout: 60
  - model_name: az
    litellm_params: {model: azure/my-dep, api_base: os.environ/BASE}
    model_info: {mode: image_generation}
  - model_name: chat
    litellm_params: {model: openai/gpt-4o}
  - model_name: other
    litellm_params: {model: openai/gpt-image-1, api_base: "https://api.together.xyz/v1"}
"""


def test_image_models_of_a_model_list_are_found():
    reading = read(LITELLM, "litellm.yaml")

    assert [(site.line, site.surface, site.provider, asked(site)) for site in reading.sites] == [
        (4, "litellm", "openai", {"model": "gpt-image-1", "quality": "hd"}),
        (8, "litellm", "azure", {"model": "an Azure deployment"}),
    ]
    assert [(mark.line, mark.kind, mark.value, mark.site) for mark in reading.marks] == [(6, "short_timeout", 60, 4)]


def test_providers_of_an_evaluation_are_found():
    content = """\
providers:
  - openai:image:dall-e-3
  - id: openai:image:gpt-image-1
    config: {size: 1024x1024, quality: high}
  - openai:gpt-4o
"""
    sites = read(content, "promptfooconfig.yaml").sites

    assert [(site.line, site.surface, asked(site)) for site in sites] == [
        (2, "promptfoo", {"model": "dall-e-3"}),
        (3, "promptfoo", {"model": "gpt-image-1", "size": "1024x1024", "quality": "high"}),
    ]


BATCH = """\
{"custom_id": "a", "method": "POST", "url": "/v1/images/generations", "body": {"model": "gpt-image-1", "prompt": "x"}}
{"custom_id": "b", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4o"}}

{"custom_id": "c", "method": "POST", "url": "/v1/images/generations", "body": {"model": "gpt-image-1"
{"custom_id": "d", "method": "POST", "url": "/v1/images/edits", "body": {"model": "gpt-image-1", "size": "auto"}}
{"model": "gpt-image-1", "prompt": "a record", "image_url": "x"}
"""


def test_the_lines_of_a_batch_are_read_one_by_one():
    reading = read(BATCH, "batch.jsonl")

    assert [(site.line, site.surface, site.operation, asked(site)) for site in reading.sites] == [
        (1, "batch", "generate", {"model": "gpt-image-1", "prompt": "x"}),
        (5, "batch", "edit", {"model": "gpt-image-1", "size": "auto"}),
    ]
    assert [(skipped.line, skipped.reason) for skipped in reading.skipped] == [(4, "not JSON: a `,` or `}` is missing")]


@pytest.mark.parametrize(
    ("given", "surface", "expected"),
    [
        ({"model": "dall-e-3", "prompt": "x", "n": 1}, "config", {"model": "dall-e-3", "prompt": "x", "n": 1}),
        ({"url": URL, "body": {"model": "dall-e-3"}}, "config", {"model": "dall-e-3"}),
        ({"request": {"url": {"raw": URL}, "body": {"raw": '{"model": "dall-e-3", "n": {{n}}}'}}}, "config",
         {"model": "dall-e-3", "n": "an expression: `{{n}}`"}),
        ({"request": {"url": URL, "body": {"formdata": [{"key": "model", "value": "dall-e-2"}]}}}, "config",
         {"model": "dall-e-2"}),
        ({"model": "gpt-5", "tools": [{"type": "image_generation", "quality": "high"}]}, "responses-tool",
         {"quality": "high"}),
    ],
)  # fmt: skip
def test_a_request_that_a_document_describes_is_found(given, surface, expected):
    (site,) = read(given).sites

    assert (site.surface, asked(site)) == (surface, expected)


def test_bodies_in_great_number_are_data():
    reading = read([{"model": "dall-e-3", "prompt": str(number)} for number in range(30)])

    assert (reading.sites, reading.marks) == ((), ())
    assert [skipped.reason for skipped in reading.skipped] == ["data: 30 requests that are kept, not made"]


def test_recordings_of_calls_are_no_calls():
    content = {"log": {"entries": [{"request": {"url": URL, "postData": {"text": '{"model": "dall-e-3"}'}}}]}}

    assert read(content) == Reading()
