"""Requests without the SDK: fetch, axios and their like."""

import pytest

from .javascript_reading import models, only, parameters, read, shown, sites

CREATED = 'const api = axios.create({ baseURL: "https://api.openai.com/v1" })'
OPENAI = "https://api.openai.com/v1/images/generations"


@pytest.mark.parametrize(
    ("source", "surface"),
    [
        (f'fetch("{OPENAI}", {{ method: "POST", body: JSON.stringify({{ n: 1, prompt }}) }})', "fetch"),
        (f"fetch(`{OPENAI}`, {{ body: JSON.stringify({{ n: 1, prompt }}, null, 2) }})", "fetch"),
        (f'const body = {{ n: 1, prompt }}; fetch("{OPENAI}", {{ body: JSON.stringify(body) }})', "fetch"),
        (f'const body = JSON.stringify({{ n: 1, prompt }}); fetch("{OPENAI}", {{ body }})', "fetch"),
        (f'const o = {{ method: "POST", body: JSON.stringify({{ n: 1, prompt }}) }}; fetch("{OPENAI}", o)', "fetch"),
        (f'$fetch("{OPENAI}", {{ method: "POST", body: {{ n: 1, prompt }} }})', "fetch"),
        (f'new Request("{OPENAI}", {{ method: "POST", body: JSON.stringify({{ n: 1, prompt }}) }})', "fetch"),
        (f'axios.post("{OPENAI}", {{ n: 1, prompt }}, {{ headers }})', "axios"),
        (f'axios.post("{OPENAI}", JSON.stringify({{ n: 1, prompt }}), {{ headers }})', "axios"),
        (f'axios({{ method: "post", url: "{OPENAI}", data: {{ n: 1, prompt }} }})', "axios"),
        (f'axios.request({{ method: "post", url: "{OPENAI}", data: {{ n: 1, prompt }} }})', "axios"),
        (f'axios("{OPENAI}", {{ method: "post", data: {{ n: 1, prompt }} }})', "axios"),
        (f'got.post("{OPENAI}", {{ json: {{ n: 1, prompt }} }}).json()', "got"),
        (f'ky.post("{OPENAI}", {{ json: {{ n: 1, prompt }} }}).json()', "ky"),
        (f'superagent.post("{OPENAI}").set("a", "b").send({{ n: 1, prompt }})', "superagent"),
        (f'undici.request("{OPENAI}", {{ method: "POST", body: JSON.stringify({{ n: 1, prompt }}) }})', "undici"),
        (f'UrlFetchApp.fetch("{OPENAI}", {{ payload: JSON.stringify({{ n: 1, prompt }}) }})', "fetch"),
        (f'requestUrl({{ url: "{OPENAI}", body: JSON.stringify({{ n: 1, prompt }}) }})', "fetch"),
        (
            f'{CREATED}; api.post("/images/generations", {{ n: 1, prompt }})',
            "axios",
        ),
        (
            f'class A {{ {CREATED[6:]}; go() {{ this.api.post("images/generations", {{ n: 1, prompt }}) }} }}',
            "axios",
        ),
    ],
)
def test_a_request_is_read(source, surface):
    assert sites(read(f"// openai\n{source}")) == [(2, surface, "generate", {"n": [1]})]


@pytest.mark.parametrize(
    "address",
    [
        '"https://api.openai.com/v1/images/edits"',
        "`${BASE}/images/edits`",
        'BASE + "/images/edits"',
        "`${process.env.OPENAI_URL}/v1/images/edits`",
        "`${process.env.OPENAI_URL ?? BASE}/images/edits?x=1`",
        "ENDPOINTS.edit",
        'new URL("/v1/images/edits", "https://api.openai.com")',
        "edits",
        "address()",
        "`${BASE.replace(/x/, '')}/images/edits`",
    ],
)
def test_an_address_is_put_together(address):
    source = f"""
const BASE = "https://api.openai.com/v1";
const ENDPOINTS = {{ edit: "https://api.openai.com/v1/images/edits" }};
const edits = `${{BASE}}/images/edits`;
const address = () => `${{BASE}}/images/edits`;
fetch({address}, {{ method: "POST", body: JSON.stringify({{ n: 1 }}) }});
"""

    assert sites(read(source)) == [(6, "fetch", "edit", {"n": [1]})]


def test_the_method_may_come_before_the_address():
    source = """
// OpenAI images
import { ENDPOINTS, MODEL } from "./config.js";
class Api {
  generate({ prompt, size }) {
    const payload: Record<string, unknown> = { prompt, model: MODEL };
    if (size) payload.size = size;
    return this.request("POST", ENDPOINTS.GENERATIONS, payload);
  }
  async request(method, endpoint, data) {
    return (await axios.post(`${BASE}${endpoint}`, data)).data;
  }
}
"""
    config = (
        'export const ENDPOINTS = { GENERATIONS: "/v1/images/generations" } as const;\nexport const MODEL = "dall-e-2";'
    )

    assert sites(read(source, others={"src/config.ts": config})) == [
        (
            8,
            "axios",
            "generate",
            {"model": ["dall-e-2"], "size": ["? given by whoever calls `generate()`", "(or nothing)"]},
        )
    ]


def test_a_form_is_read():
    source = """
const form = new FormData();
form.append("model", "gpt-image-1");
form.append("image[]", first);
form.append("image[]", second);
if (fidelity) form.append("input_fidelity", "high");
form.append("n", String(2));
await axios.post("https://api.openai.com/v1/images/edits", form, { headers: form.getHeaders() });
"""

    assert sites(read(source)) == [
        (
            8,
            "axios",
            "edit",
            {
                "model": ["gpt-image-1"],
                "image[]": ["? a file"],
                "input_fidelity": ["high", "(or nothing)"],
                "n": [2],
            },
        )
    ]


def test_a_deployment_is_azure():
    source = """
const url = `${endpoint}/openai/deployments/${name}/images/generations?api-version=${version}`;
await fetch(url, { method: "POST", body: JSON.stringify({ prompt, style: "vivid" }) });
const there = "https://a.openai.azure.com/openai/deployments/gpt-image-1/images/generations";
await fetch(there, { body: JSON.stringify({ prompt }) });
"""

    assert [(site.provider, parameters(site)) for site in read(source).sites] == [
        ("azure", {"model": ["? an Azure deployment"], "style": ["vivid"]}),
        ("azure", {"model": ["gpt-image-1", "? an Azure deployment"]}),
    ]


@pytest.mark.parametrize(
    "source",
    [
        'fetch("https://api.x.ai/v1/images/generations", { body: JSON.stringify({ model: "grok-2-image", prompt }) })',
        'fetch("https://api.together.xyz/v1/images/generations", { body: JSON.stringify({ model, prompt }) })',
        'fetch("http://localhost:8080/v1/images/generations", { body: JSON.stringify({ model: "dall-e-3", prompt }) })',
        'fetch("/api/images/generations", { body: JSON.stringify({ prompt }) })',
        'app.post("/v1/images/generations", async (req, res) => {})',
        'app.post("/v1/images/generations", upload.single("image"), handler)',
        f'http.post("{OPENAI}", () => HttpResponse.json({{}}))',
        'nock("https://api.openai.com").post("/v1/images/generations").reply(200, {})',
        f'page.route("{OPENAI}", (route) => route.fulfill())',
        f'if (url.includes("{OPENAI}")) skip()',
        f'console.log("{OPENAI}")',
        f'// fetch("{OPENAI}", {{ body: JSON.stringify({{ prompt }}) }})',
        'fetch("https://api.openai.com/v1/chat/completions", { body: JSON.stringify({ model: "gpt-5", prompt }) })',
        'fetch("https://example.com/images/generations-archive", { body: JSON.stringify({ model: "dall-e-3" }) })',
    ],
)
def test_what_is_no_request_of_ours_is_passed_over(source):
    assert read(f"// openai image\n{source}").sites == ()


@pytest.mark.parametrize(
    "address", ["/api/openai/images/generations", "https://proxy.example.com/v1/images/generations"]
)
def test_a_server_in_between_is_ours_when_it_is_asked_for_our_models(address):
    assert models(f'fetch("{address}", {{ body: JSON.stringify({{ model: "gpt-image-1", prompt }}) }})') == [
        ["gpt-image-1"]
    ]


def test_what_is_sent_may_be_out_of_sight():
    site = only(f'export const draw = (options) => fetch("{OPENAI}", options);')

    assert (parameters(site), site.open) == ({}, ("what is sent could not be followed",))


def test_an_address_without_a_request_is_told():
    (told,) = read(f'export const ADDRESS = "{OPENAI}";').unresolved

    assert (told.line, told.reason) == (1, f"what is sent to `{OPENAI}` could not be followed")


def test_a_parameter_that_is_computed_says_so():
    source = f'fetch("{OPENAI}", {{ body: JSON.stringify({{ prompt, size: w + "x" + h, n: Math.min(n, 4) }}) }})'

    assert {name: shown(one) for name, one in only(source).parameters.items()} == {
        "prompt": ["? `prompt` is not known here"],
        "size": ['? computed: `w + "x" + h`'],
        "n": ["? returned by `Math.min()`"],
    }
