"""Places that rest on a model's name, on how it answers, or on how long it takes."""

import pytest

from .javascript_reading import at, marks, read

MADE = 'import OpenAI from "openai";\nconst openai = new OpenAI();\n'
DRAW = 'openai.images.generate({ model: "gpt-image-1", prompt })'
RAW = 'fetch("https://api.openai.com/v1/images/generations", { method: "POST", body: JSON.stringify({ prompt }) })'
ABORTED = "const c = new AbortController(); setTimeout(() => c.abort(), 9000);"
CREATED = 'const a = axios.create({ baseURL: "https://api.openai.com/v1", timeout: 7000 });'
POST = 'axios.post("https://api.openai.com/v1/images/generations", { prompt })'


def kinds(source: str, path: str = "src/app.ts") -> list[tuple[str, object]]:
    return [(kind, value) for _, kind, value in marks(source, path)]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"const r = await {DRAW}; show(r.data[0].url)", "r.data[0].url"),
        (f"const r = await {DRAW}; show(r.data?.[0]?.url!)", "r.data?.[0]?.url"),
        (f"show((await {DRAW}).data[0].url)", f"(await {DRAW}).data[0].url"),
        (f"const {{ data }} = await {DRAW}; show(data[0].url)", "data[0].url"),
        (f"const {{ data: [image] }} = await {DRAW}; show(image.url)", "image.url"),
        (f"const {{ url }} = (await {DRAW}).data[0]", "url"),
        (f"const r = await {DRAW}; const [{{ url: link }}] = r.data", "link"),
        (f"const r = await {DRAW}; const image = r.data.at(0); show(image?.url)", "image?.url"),
        (f"const r = await {DRAW}; r.data.map((d) => d.url)", "d.url"),
        (f"const r = await {DRAW}; r.data.map(({{ url }}) => url)", "url"),
        (f"const r = await {DRAW}; for (const d of r.data) show(d.url)", "d.url"),
        (f"let r; try {{ r = await {DRAW} }} catch {{}} show(r.data[0].url)", "r.data[0].url"),
        (f"{DRAW}.then((r) => show(r.data[0].url))", "r.data[0].url"),
        (f"const {{ data: r }} = await {DRAW}.withResponse(); show(r.data[0].url)", "r.data[0].url"),
        (f"const draw = async () => {DRAW}; show((await draw()).data[0].url)", "(await draw()).data[0].url"),
        (
            f"async function draw() {{ const r = await {DRAW}; return r.data }} const d = await draw(); show(d[0].url)",
            "d[0].url",
        ),
        (f"save(await {DRAW}); function save(r) {{ show(r.data[0].url) }}", "r.data[0].url"),
        (f"const r = await retry(() => {DRAW}, 2); show(r.data[0]['url'])", "r.data[0]['url']"),
        (f"const r = await {RAW}; const j = await r.json(); show(j.data[0].url)", "j.data[0].url"),
        (f"{RAW}.then((r) => r.json()).then((j) => show(j.data[0].url))", "j.data[0].url"),
        (
            f"const r = await {RAW}; show(JSON.parse(await r.text()).data[0].url)",
            "JSON.parse(await r.text()).data[0].url",
        ),
        (f"const r = await {POST}; show(r.data.data[0].url)", "r.data.data[0].url"),
        (f"const {{ data }} = await {POST}; show(data.data[0].url)", "data.data[0].url"),
        (f"const x = {DRAW}; export const link = (answer) => answer.data[0].url", "answer.data[0].url"),
    ],
)
def test_a_read_of_a_pictures_address_is_marked(source, words):
    found = [mark.text for mark in read(MADE + source).marks if mark.kind == "reads_url"]

    assert found == [words]


@pytest.mark.parametrize(
    "source",
    [
        f"const r = await {DRAW}; show(r.data[0].b64_json ?? r.data[0].url)",
        f"const r = await {DRAW}; const d = r.data[0]; if (d.b64_json) save(d.b64_json); else show(d.url)",
        f"const r = await {DRAW}; r.data.map((d) => d.b64_json || d.url)",
        f"const r = await {DRAW}; const {{ b64_json, url }} = r.data[0]",
        f"const r = await {RAW}; log(r.url)",
        f"const r = await {POST}; log(r.config.url, r.request.url)",
        f"const r = await {DRAW}; log(r.data[0].b64_json)",
        f"const r = await {DRAW}; r.data[0].url = upload(r)",
        f"{DRAW}; show(page.url, request.url, location.url)",
    ],
)
def test_what_is_no_read_of_an_address_is_not_marked(source):
    assert [kind for kind, _ in kinds(MADE + source) if kind == "reads_url"] == []


def test_a_read_names_the_line_of_its_call():
    source = f"{MADE}const a = await {DRAW};\nconst b = await {DRAW};\nshow(a.data[0].url, b.data[0].url);"

    assert [(mark.line, mark.site) for mark in read(source).marks] == [(5, 3), (5, 4)]


def test_a_read_of_the_revised_prompt_is_marked():
    source = f"{MADE}const r = await {DRAW}; log(r.data[0].revised_prompt); const {{ revised_prompt }} = r.data[0];"

    assert kinds(source) == [
        ("reads_revised_prompt", "r.data[0].revised_prompt"),
        ("reads_revised_prompt", "revised_prompt"),
    ]


def test_a_read_in_another_module_is_marked():
    source = 'import { draw } from "./draw";\n// image by openai\nconst r = await draw(); show(r.data[0].url);'
    others = {"src/draw.ts": f"{MADE}export const draw = (prompt) => {DRAW};"}

    assert [(m.kind, m.text, m.site) for m in read(source, others=others).marks] == [
        ("reads_url", "r.data[0].url", None)
    ]


@pytest.mark.parametrize(
    ("source", "seconds"),
    [
        ("const c = new OpenAI({ timeout: 60_000 }); c.images.generate({ prompt })", 60),
        ("const c = new OpenAI({ timeout: 60 * 1000 }); c.images.generate({ prompt })", 60),
        ("const S = 1000; const c = new OpenAI({ timeout: 1.5 * S }); c.images.generate({ prompt })", 1.5),
        ("openai.images.generate({ prompt }, { timeout: 30000 })", 30),
        ("openai.images.generate({ prompt }, { signal: AbortSignal.timeout(90e3) })", 90),
        ("const signal = AbortSignal.timeout(5000); openai.images.generate({ prompt }, { signal })", 5),
        ("openai.images.generate({ prompt }, { signal: AbortSignal.any([s, AbortSignal.timeout(5000)]) })", 5),
        (
            f"{ABORTED} openai.images.generate({{ prompt }}, {{ signal: c.signal }})",
            9,
        ),
        ("pTimeout(openai.images.generate({ prompt }), { milliseconds: 8000 })", 8),
        ("withTimeout(() => openai.images.generate({ prompt }), 8000)", 8),
        (f"{POST[:-1]}, {{ timeout: 120000 }})", 120),
        (
            f'{CREATED} a.post("/images/generations", {{ prompt }})',
            7,
        ),
        (
            'got.post("https://api.openai.com/v1/images/edits", { json: { prompt }, timeout: { request: 4000 } })',
            4,
        ),
        ("export const maxDuration = 60; openai.images.generate({ prompt })", 60),
        ("export const config = { maxDuration: 10 }; openai.images.generate({ prompt })", 10),
    ],
)
def test_a_short_time_out_is_marked_in_seconds(source, seconds):
    assert kinds(f'import axios from "axios";{MADE}{source}') == [("short_timeout", seconds)]


@pytest.mark.parametrize(
    "source",
    [
        "openai.images.generate({ prompt }, { timeout: 300_000 })",
        "openai.images.generate({ prompt }, { timeout: 180000 })",
        "openai.images.generate({ prompt }, { timeout: 0 })",
        "openai.images.generate({ prompt }, { timeout })",
        "new OpenAI({ timeout: 1000 }).chat.completions.create({}); openai.images.generate({ prompt })",
        "const c = new OpenAI({ timeout: 1000 }); c.images.generate({ prompt }, { timeout: 600_000 })",
        "setTimeout(() => c.abort(), 9000); openai.images.generate({ prompt }, { signal })",
        "setTimeout(() => openai.images.generate({ prompt }), 9000)",
        'axios.get("/other", { timeout: 1000 }); openai.images.generate({ prompt })',
    ],
)
def test_a_time_out_that_is_long_or_elsewhere_is_not_marked(source):
    assert kinds(MADE + source) == []


def test_maximal_duration_without_a_call_is_not_marked():
    assert kinds("// openai image\nexport const maxDuration = 60;") == []


def test_the_time_out_that_is_written_can_be_replaced():
    source = f"{MADE}openai.images.generate({{ prompt }}, {{ timeout: 30_000 }})"
    (mark,) = read(source).marks

    assert (mark.text, mark.written and at(source, mark.written.region)) == ("timeout: 30_000", "30_000")


@pytest.mark.parametrize(
    ("source", "times"),
    [
        (f"pRetry(() => {DRAW}, {{ retries: 5 }})", 5),
        (f"await retry(async (bail) => {{ await {DRAW} }}, {{ retries: 3 }})", 3),
        (f"withRetry(() => {DRAW}, 4)", 4),
        (f"backOff(() => {DRAW}, {{ numOfAttempts: 6 }})", 6),
        (f"async function draw() {{ return {DRAW} }} pRetry(() => draw(), {{ retries: 3 }})", 3),
        (f"for (let attempt = 0; attempt < 3; attempt++) {{ await {DRAW} }}", 3),
        ("const c = new OpenAI({ maxRetries: 5 }); c.images.generate({ prompt })", 5),
        ("openai.images.generate({ prompt }, { maxRetries: 7 })", 7),
    ],
)
def test_a_retry_is_marked_with_its_times(source, times):
    assert kinds(MADE + source) == [("retries", times)]


@pytest.mark.parametrize(
    "source",
    [
        "openai.images.generate({ prompt }, { maxRetries: 2 })",
        f"for (let i = 0; i < 3; i++) {{ await {DRAW} }}",
        f"pRetry(() => fetchText()); {DRAW}",
    ],
)
def test_the_usual_retries_are_not_marked(source):
    assert kinds(MADE + source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('if (model === "gpt-image-1") {}', [("compares_model", "gpt-image-1")]),
        ('const old = "dall-e-2" != model', [("compares_model", "dall-e-2")]),
        ('model.startsWith("dall-e")', [("compares_model", "dall-e")]),
        ('model.includes("gpt-image")', [("compares_model", "gpt-image")]),
        ("/^dall-e/.test(model)", [("compares_model", "/^dall-e/")]),
        ('["dall-e-2", "dall-e-3"].includes(model)', [("compares_model", "dall-e-2"), ("compares_model", "dall-e-3")]),
        ('switch (model) { case "dall-e-3": break }', [("compares_model", "dall-e-3")]),
        ('const MAX = { "dall-e-3": { size: "x", n: 1 } }', [("compares_model", "dall-e-3")]),
        ('type Model = "dall-e-2" | "gpt-image-1"', [("lists_model", "dall-e-2"), ("lists_model", "gpt-image-1")]),
        (
            'const ALL = ["dall-e-3", "gpt-image-1"] as const',
            [("lists_model", "dall-e-3"), ("lists_model", "gpt-image-1")],
        ),
        ('const M = z.enum(["dall-e-3"])', [("lists_model", "dall-e-3")]),
        ('const M = z.literal("dall-e-3")', [("lists_model", "dall-e-3")]),
        ('enum M { D3 = "dall-e-3" }', [("lists_model", "dall-e-3")]),
        (
            'const M = { a: "dall-e-3", b: "gpt-image-1" }',
            [("lists_model", "dall-e-3"), ("lists_model", "gpt-image-1")],
        ),
        ('const o = [{ value: "dall-e-3", label: "DALL·E 3" }]', [("lists_model", "dall-e-3")]),
        ('const x = <option value="dall-e-3">DALL·E 3</option>', [("lists_model", "dall-e-3")]),
        ('export const IMAGE_MODEL = "gpt-image-1"', [("names_model", "gpt-image-1")]),
        ('const config = { imageModel: "gpt-image-1" }', [("names_model", "gpt-image-1")]),
        ('const m = process.env.M ?? "gpt-image-1"', [("names_model", "gpt-image-1")]),
        ('function f(model = "openai/gpt-image-1") {}', [("names_model", "openai/gpt-image-1")]),
        ('const my = customProvider({ imageModels: { a: openai.image("dall-e-2") } })', [("names_model", "dall-e-2")]),
        ('class A { model = "dall-e-3" }', [("names_model", "dall-e-3")]),
    ],
)
def test_a_models_name_is_marked_by_what_it_is_there_for(source, expected):
    assert kinds(source, "src/app.tsx") == expected


@pytest.mark.parametrize(
    "source",
    [
        'const PRICES = { "dall-e-3": 0.04, "gpt-image-1": 0.17 }',
        'const PRICES = { "dall-e-3": { "1024x1024": { standard: 0.04, hd: 0.08 } } }',
        'const PRICES = [{ model: "gpt-image-1", inputCost: 5, outputCost: 40 }]',
        'const PRICES: Record<string, number[]> = { "dall-e-3": [0.04, 0.08] }',
        '// if (model === "gpt-image-1")',
        '/** uses "dall-e-3" */',
        'console.log("dall-e-3")',
        'const text = "we like dall-e-3 and gpt-image-1"',
        'const text = "gpt-image-1-playground"',
        "const x = <p>dall-e-3</p>",
        'expect(model).toBe("dall-e-3")',
        'model.startsWith("gpt-4")',
        'const m = "grok-2-image"',
    ],
)
def test_prices_prose_and_comments_are_not_marked(source):
    assert kinds(source, "src/app.tsx") == []


def test_a_name_that_a_call_sends_is_not_marked_again():
    assert kinds(f'{MADE}const MODEL = "dall-e-3"; openai.images.generate({{ model: MODEL }})') == []


def test_a_name_can_be_replaced_where_it_is_written():
    source = "const old = model === 'gpt-image-1';"
    (mark,) = read(source).marks

    assert mark.written is not None
    assert (at(source, mark.written.region), mark.written.quote, mark.text) == (
        "'gpt-image-1'",
        "'",
        "model === 'gpt-image-1'",
    )


def test_marks_in_tests_are_told_apart():
    assert [mark.in_test for mark in read('const m = "dall-e-3"', "src/app.test.ts").marks] == [True]
