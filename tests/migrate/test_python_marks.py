"""Python: what rests on a call or on a model's name: answers, time-outs, retries, comparisons, lists, lengths."""

# ruff: noqa: E501, ISC004 -- each source stands on a line of its own
from __future__ import annotations

import pytest

from .python_reading import START, after_start, marks, read

FIRST = START.count("\n") + 1
CALL = 'client.images.generate(model="gpt-image-2", prompt="x")'


def kinds(source, path="app.py"):
    """Every mark: its line after the making of a client, kind and value."""
    return [(line - FIRST + 1, kind, value) for line, kind, value in marks(read(after_start(source), path))]


READS = {
    "right there": f"url = {CALL}.data[0].url",
    "through a name": f"r = {CALL}\nurl = r.data[0].url",
    "through two names": f"r = {CALL}\npicture = r.data[0]\nurl = picture.url",
    "awaited": f"async def draw():\n    r = await {CALL}\n    return r.data[0].url",
    "in a loop": f"for d in {CALL}.data:\n    save(d.url)",
    "in a numbered loop": f"for i, d in enumerate({CALL}.data):\n    save(d.url)",
    "in a comprehension": f"urls = [d.url for d in {CALL}.data]",
    "by a key": f'r = {CALL}\nurl = r["data"][0]["url"]',
    "by get": f'r = {CALL}.model_dump()\nurl = r["data"][0].get("url")',
    "from a raw response": (
        'raw = client.images.with_raw_response.generate(model="gpt-image-2", prompt="x")\nurl = raw.parse().data[0].url'
    ),
    "from a function": f"def draw():\n    return {CALL}\nurl = draw().data[0].url",
    "from a function that takes a part": f"def draw():\n    return {CALL}.data[0]\nurl = draw().url",
    "in a function that is given it": f"def save(r):\n    get(r.data[0].url)\nsave({CALL})",
    "from a thread": (
        'import asyncio\nr = asyncio.to_thread(client.images.generate, model="gpt-image-2", prompt="x")\nurl = r.data[0].url'
    ),
    "if there is one": f"r = {CALL}\nif r.data[0].url:\n    save(r.data[0].url)",
    "over raw HTTP": (
        'import requests\nr = requests.post("https://api.openai.com/v1/images/generations", json={"model": "gpt-image-2"})\n'
        'url = r.json()["data"][0]["url"]'
    ),
    "by way of text": f'import json\nr = {CALL}\nurl = json.loads(r.model_dump_json())["data"][0]["url"]',
    "gathered": (
        f"import asyncio\ntasks = [{CALL} for p in prompts]\nfor r in await asyncio.gather(*tasks):\n    save(r.data[0].url)"
    ),
    "of futures": (
        'jobs = [pool.submit(client.images.generate, model="gpt-image-2", prompt=p) for p in prompts]\n'
        "from concurrent.futures import as_completed\nfor job in as_completed(jobs):\n    save(job.result().data[0].url)"
    ),
    "over aiohttp": (
        "import aiohttp\nasync with aiohttp.ClientSession() as s:\n"
        '    async with s.post("https://api.openai.com/v1/images/generations", json={"model": "gpt-image-2"}) as r:\n'
        '        answer = await r.json()\n        url = answer["data"][0]["url"]'
    ),
    "of the old SDK": 'import openai\nr = openai.Image.create(prompt="x")\nurl = r["data"][0]["url"]',
}


@pytest.mark.parametrize("source", READS.values(), ids=READS)
def test_an_address_that_is_read_is_marked(source):
    (mark,) = read(after_start(source)).marks

    assert mark.kind == "reads_url"
    assert mark.site is not None


def test_an_answer_is_known_by_its_type():
    source = "from openai.types import ImagesResponse\ndef save(r: ImagesResponse):\n    get(r.data[0].url)"

    assert marks(read(f"{source}\n{CALL}")) == [(3, "reads_url", None)]


def test_a_revised_prompt_that_is_read_is_marked():
    assert kinds(f"r = {CALL}\nprint(r.data[0].revised_prompt)") == [(2, "reads_revised_prompt", None)]


NO_READS = {
    "an address that stands in": f"d = {CALL}.data[0]\nif d.b64_json:\n    keep(d.b64_json)\nelif d.url:\n    load(d.url)",
    "the picture itself": f"d = {CALL}.data[0]\nkeep(d.b64_json)",
    "another address": f"r = {CALL}\nresponse.url\nrequest.data[0].url",
    "an address that is set": f'r = {CALL}\nr.data[0].url = "x"',
    "another vendor's": 'OpenAI(base_url="https://api.x.ai/v1").images.generate(model="grok-2-image", prompt="x").data[0].url',
    "an address of the client": f"{CALL}\nclient.base_url.url",
}  # fmt: skip


@pytest.mark.parametrize("source", NO_READS.values(), ids=NO_READS)
def test_what_is_no_sole_way_to_the_picture_is_not_marked(source):
    assert kinds(source) == []


SHORT = {
    "of a call": ('client.images.generate(model="gpt-image-2", prompt="x", timeout=60)', 60),
    "of the options": ('client.with_options(timeout=90).images.generate(model="gpt-image-2", prompt="x")', 90),
    "of the client": ('OpenAI(timeout=30.5).images.generate(model="gpt-image-2", prompt="x")', 30.5),
    "of httpx": (
        'import httpx\nOpenAI(timeout=httpx.Timeout(60.0, connect=5.0)).images.generate(model="gpt-image-2", prompt="x")',
        60.0,
    ),
    "of reading": (
        'import httpx\nOpenAI(timeout=httpx.Timeout(10, read=45)).images.generate(model="gpt-image-2", prompt="x")',
        45,
    ),
    "of the transport": (
        'import httpx\nOpenAI(http_client=httpx.Client(timeout=60)).images.generate(model="gpt-image-2", prompt="x")',
        60,
    ),
    "of a constant": (f"LIMIT = 20\n{CALL[:-1]}, timeout=LIMIT)", 20),
    "of waiting": (f"import asyncio\nasyncio.wait_for({CALL}, 60)", 60),
    "of waiting by name": (f"import asyncio\ntask = {CALL}\nasyncio.wait_for(task, timeout=60)", 60),
    "around it": (f"import asyncio\nasync with asyncio.timeout(45):\n    await {CALL}", 45),
    "of requests": (
        'import requests\nrequests.post("https://api.openai.com/v1/images/generations", json={"model": "gpt-image-2"}, timeout=60)',
        60,
    ),
    "of requests as a pair": (
        'import requests\nrequests.post("https://api.openai.com/v1/images/generations", json={"n": 1}, timeout=(5, 60))',
        60,
    ),
    "of aiohttp": (
        "import aiohttp\nasync with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as s:\n"
        '    s.post("https://api.openai.com/v1/images/generations", json={"model": "gpt-image-2"})',
        60,
    ),
    "of httpx by default": (
        'import httpx\nhttpx.post("https://api.openai.com/v1/images/generations", json={"model": "gpt-image-2"})',
        5.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "seconds"), SHORT.values(), ids=SHORT)
def test_a_short_time_out_is_marked(source, seconds):
    (mark,) = read(after_start(source)).marks

    assert (mark.kind, mark.value) == ("short_timeout", seconds)


@pytest.mark.parametrize(
    "source",
    [
        CALL,
        'client.images.generate(model="gpt-image-2", prompt="x", timeout=300)',
        'client.images.generate(model="gpt-image-2", prompt="x", timeout=None)',
        'import httpx\ndef send(c):\n    c.post("/images/generations", json={"model": "gpt-image-2"})',
        f"{CALL}\nclient.chat.completions.create(timeout=5)",
        f"import asyncio\n{CALL}\nasyncio.wait_for(other(), 5)",
    ],
)
def test_a_time_out_that_is_long_enough_or_of_something_else_is_not_marked(source):
    assert kinds(source) == []


RETRIES = {
    "tenacity": (
        f"from tenacity import retry, stop_after_attempt\n@retry(stop=stop_after_attempt(4))\ndef draw():\n    {CALL}",
        4,
    ),
    "tenacity as it is": (f"import tenacity\n@tenacity.retry\ndef draw():\n    {CALL}", None),
    "backoff": (
        f"import backoff\n@backoff.on_exception(backoff.expo, Exception, max_tries=5)\ndef draw():\n    {CALL}",
        5,
    ),
    "stamina": (f"import stamina\n@stamina.retry(on=Exception, attempts=3)\ndef draw():\n    {CALL}", 3),
    "retrying": (f"from retrying import retry\n@retry(stop_max_attempt_number=3)\ndef draw():\n    {CALL}", 3),
    "a decorator of the app": (f"from ours import with_retries\n@with_retries(times=3)\ndef draw():\n    {CALL}", 3),
    "the client's own": ('OpenAI(max_retries=5).images.generate(model="gpt-image-2", prompt="x")', 5),
    "a loop": (
        f"def draw():\n    for attempt in range(3):\n        try:\n            return {CALL}\n"
        "        except Exception:\n            sleep(1)",
        3,
    ),
    "a loop of tenacity": (f"from tenacity import Retrying\nfor attempt in Retrying():\n    with attempt:\n        {CALL}", None),
}  # fmt: skip


@pytest.mark.parametrize(("source", "times"), RETRIES.values(), ids=RETRIES)
def test_what_sends_a_call_again_is_marked(source, times):
    (mark,) = read(after_start(source)).marks

    assert (mark.kind, mark.value) == ("retries", times)


@pytest.mark.parametrize(
    "source",
    [
        f"def draw():\n    for page in range(3):\n        {CALL}",
        f"for prompt in prompts:\n    try:\n        {CALL}\n    except Exception:\n        pass",
        f"from functools import cache\n@cache\ndef draw():\n    {CALL}",
        f"from tenacity import retry\n@retry\ndef other():\n    pass\ndef draw():\n    {CALL}",
        'OpenAI(max_retries=1).images.generate(model="gpt-image-2", prompt="x")',
    ],
)
def test_what_does_not_send_a_call_again_is_not_marked(source):
    assert kinds(source) == []


MENTIONS = {
    "a comparison": ('if model == "gpt-image-1": pass', [(1, "compares_model", "gpt-image-1")]),
    "a comparison the other way": ('if "dall-e-3" != model: pass', [(1, "compares_model", "dall-e-3")]),
    "a comparison with some": (
        'if model in ("dall-e-2", "dall-e-3"): pass',
        [(1, "compares_model", "dall-e-2"), (1, "compares_model", "dall-e-3")],
    ),
    "a start": ('if model.startswith("dall-e"): pass', [(1, "compares_model", "dall-e")]),
    "a start of some": ('model.startswith(("gpt-image-1",))', [(1, "compares_model", "gpt-image-1")]),
    "a match": ('match model:\n    case "dall-e-3":\n        pass', [(2, "compares_model", "dall-e-3")]),
    "a part": ('if "gpt-image" in model: pass', [(1, "compares_model", "gpt-image")]),
    "a table": ('SIZES = {"dall-e-3": ["1024x1024"]}', [(1, "compares_model", "dall-e-3")]),
    "a literal": ('Model = Literal["gpt-image-1", "other"]', [(1, "lists_model", "gpt-image-1")]),
    "an enumeration": ('class M(str, Enum):\n    ONE = "gpt-image-1"', [(2, "lists_model", "gpt-image-1")]),
    "choices of Django": (
        'class M(models.TextChoices):\n    ONE = "dall-e-3", "DALL-E 3"',
        [(2, "lists_model", "dall-e-3")],
    ),
    "a list": (
        'MODELS = ["dall-e-2", "dall-e-3"]',
        [(1, "lists_model", "dall-e-2"), (1, "lists_model", "dall-e-3")],
    ),
    "choices": ('p.add_argument("--model", choices=["dall-e-3"])', [(1, "lists_model", "dall-e-3")]),
    "a default of the command line": (
        'p.add_argument("--model", default="dall-e-3")',
        [(1, "names_model", "dall-e-3")],
    ),
    "a click choice": ('click.Choice(["dall-e-3"])', [(1, "lists_model", "dall-e-3")]),
    "a constant": ('IMAGE_MODEL = "gpt-image-1"', [(1, "names_model", "gpt-image-1")]),
    "a field": ('class C(BaseModel):\n    model: str = "gpt-image-1"', [(2, "names_model", "gpt-image-1")]),
    "a field's default": (
        'class C(BaseModel):\n    model: str = Field(default="gpt-image-1")',
        [(2, "names_model", "gpt-image-1")],
    ),
    "the environment": ('os.getenv("IMAGE_MODEL", "gpt-image-1")', [(1, "names_model", "gpt-image-1")]),
    "a payload": ('model = payload.get("model", "gpt-image-1")', [(1, "names_model", "gpt-image-1")]),
    "a function's default": ('def draw(model="gpt-image-1"): pass', [(1, "names_model", "gpt-image-1")]),
    "a setting in a table": ('CONFIG = {"image_model": "dall-e-3"}', [(1, "names_model", "dall-e-3")]),
    "a result": ('def pick():\n    return "dall-e-3"', [(2, "names_model", "dall-e-3")]),
    "an argument": ('draw("x", model="dall-e-3")', [(1, "names_model", "dall-e-3")]),
    "a list of records": (
        'MODELS = [{"id": "dall-e-3", "label": "DALL·E 3"}]',
        [(1, "lists_model", "dall-e-3")],
    ),
    "a list of requests": ('LINES = [{"model": "dall-e-3", "user": "u"}]', [(1, "names_model", "dall-e-3")]),
    "an error": ('raise Refused(model="dall-e-3")', []),
    "a list of priced records": ('MODELS = [{"id": "dall-e-3", "price": 0.04}]', []),
    "a price list": ('COSTS = {"dall-e-3": Cost(0.04), "gpt-image-1": "by token"}', []),
    "a price list in words": ('M = {"dall-e-3": {"mode": "image_generation", "input_cost_per_pixel": 0.0}}', []),
    "a healthy model": ('IMAGE_MODEL = "gpt-image-2"', [(1, "names_model", "gpt-image-2")]),
    "a start alone": ('PREFIX = "dall-e"', []),
    "a text model": ('if model == "gpt-5": pass\nMODEL = "gpt-4o"', []),
    "a longer text": ('HELP = "set it to gpt-image-1"', []),
}


@pytest.mark.parametrize(("source", "expected"), MENTIONS.values(), ids=MENTIONS)
def test_a_models_name_is_marked_by_what_it_is_for(source, expected):
    assert kinds(source) == expected


def test_a_name_that_a_call_uses_is_not_marked_again():
    assert kinds('MODEL = "dall-e-3"\nclient.images.generate(model=MODEL, prompt="x")') == []


def test_a_name_is_told_with_the_place_to_replace_it():
    (mark,) = read("IMAGE_MODEL = 'gpt-image-1'  # ours\n").marks

    assert (mark.text, mark.written.quote, mark.written.region.start, mark.written.region.end) == (
        "IMAGE_MODEL = 'gpt-image-1'",
        "'",
        14,
        27,
    )


CAPS = {
    "Django": ("class Picture(Model):  # dall-e\n    image_url = models.URLField()", 200),
    "Django's length": ("class Picture(Model):  # dall-e\n    image_url = models.CharField(max_length=500)", 500),
    "Django's model": (
        'class Picture(Model):\n    model = models.CharField(max_length=10, default="dall-e")  # dall-e',
        10,
    ),
    "SQLAlchemy": ("class Picture(Base):  # gpt-image\n    image_url = Column(String(255))", 255),
    "SQLAlchemy now": (
        "class Picture(Base):  # gpt-image\n    image_url: Mapped[str] = mapped_column(String(length=255))",
        255,
    ),
    "pydantic": ("class Picture(BaseModel):  # dall-e\n    image_url: str = Field(max_length=2048)", 2048),
}


@pytest.mark.parametrize(("source", "length"), CAPS.values(), ids=CAPS)
def test_a_field_that_is_too_short_is_marked(source, length):
    assert [(mark.kind, mark.value) for mark in read(source).marks] == [("caps_length", length)]


@pytest.mark.parametrize(
    "source",
    [
        "class Product(Model):\n    image_url = models.URLField()\nX = 'dall-e'",
        "class Picture(Base):  # gpt-image\n    title = Column(String(20))",
        "class Picture(Base):  # gpt-image\n    model = Column(String(100))",
        "class Picture(Base):  # gpt-image\n    image_url = Column(Text)",
    ],
)
def test_a_field_that_is_long_enough_or_of_something_else_is_not_marked(source):
    assert read(source).marks == ()
