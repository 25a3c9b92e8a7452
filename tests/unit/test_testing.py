"""What our users test with does what its words say, and fails when it should."""

from __future__ import annotations

import asyncio
import base64
import sys
from datetime import UTC, date, datetime
from io import BytesIO

import httpx
import openai
import pytest
from PIL import Image

from router import ConfigError, RequestError, Router, load_catalog, parse_policy, testing
from router.files import policies_folder
from router.testing import (
    assert_denied,
    assert_routes,
    black_png,
    decide_all,
    emulated,
    fake_images,
    frozen,
    run_policy_tests,
)

DAY = date(2026, 11, 23)
BEFORE = date(2026, 10, 22)  # gpt-image-1 still lives
TEXT = """
pixroute: 1
name: mine
as_of: 2026-11-23
defaults: {size: 1024x1024, quality: low}
routes:
  - {id: logos, when: {transparent: true}, to: [gpt-image-2.5-flare]}
  - {id: everything, to: [asked, gpt-image-2]}
budget:
  limits: [{id: day, scope: all, window: day, amount: 5}]
"""
POLICY = parse_policy(TEXT)
CASES = """
pixroute-test: 1
cases:
  - name: logos go to flare
    on: 2026-11-23
    request: {prompt: a logo, background: transparent}
    expect: {model: MODEL}
"""
FOX = {"prompt": "a fox", "model": "gpt-image-1"}
LOGO = {"prompt": "a logo", "background": "transparent"}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


# -- a fixed day


def test_a_frozen_router_decides_on_its_day():
    assert frozen(POLICY, on=BEFORE).decide(FOX).model == "gpt-image-1"
    assert frozen(POLICY, on=DAY).decide(FOX).model == "gpt-image-2"


def test_a_day_that_is_given_wins():
    assert frozen(POLICY, on=DAY).decide(FOX, on=BEFORE).model == "gpt-image-1"


def test_the_rest_is_decided_as_by_any_router():
    known = {"needs": {"transparent": True}, "tags": {"a": "b"}, "budget_left_usd": 1, "max_cost_usd": "0.5"}
    router = Router(POLICY, load_catalog())

    assert frozen(router, on=DAY).decide(FOX, **known).id == router.decide(FOX, on=DAY, **known).id


@pytest.mark.parametrize("on", [DAY, BEFORE])
def test_what_a_frozen_router_wraps_lives_on_its_day(on):
    heard = []
    router = frozen(POLICY, on=on, on_decision=[heard.append])
    with httpx.Client(transport=router.transport(fake_images())) as client:
        client.post("https://api.openai.com/v1/images/generations", json=FOX)

    assert (heard[0].decision.on, heard[0].at.date()) == (on, on)
    assert heard[0].at.replace(microsecond=0) <= datetime.combine(on, datetime.max.time(), UTC)


def test_without_a_day_it_is_the_policys():
    assert frozen(POLICY).decide({"prompt": "a fox"}).on == DAY


def test_a_day_that_is_given_wins_over_the_policys():
    assert frozen(POLICY, on=BEFORE).decide({"prompt": "a fox"}).on == BEFORE


def test_no_day_is_never_today():
    with pytest.raises(ConfigError, match="a test needs a day"):
        frozen(parse_policy(TEXT.replace("as_of: 2026-11-23\n", "")))


def test_a_router_that_is_given_keeps_what_it_has():
    heard = []
    router = Router(POLICY, load_catalog(), provider="azure", mode="shadow", on_decision=[heard.append])

    made = frozen(router, on=DAY)

    assert (made.policy, made.catalog, made.provider) == (router.policy, router.catalog, "azure")
    assert (made.mode, made.listeners) == ("shadow", router.listeners)


@pytest.mark.parametrize("kind", ["path", "text", "shipped"])
def test_a_policy_is_named_in_any_way(kind, path):
    subject = {"path": path, "text": str(path), "shipped": "pixroute:text-first"}[kind]

    assert frozen(subject, on=DAY).decide(LOGO).outcome == "route"


# -- decisions


def test_many_are_decided_at_once():
    assert [decision.model for decision in decide_all(POLICY, [FOX, LOGO], on=BEFORE)] == [
        "gpt-image-1",
        "gpt-image-2.5-flare",
    ]


def test_one_that_cannot_be_read_is_an_error():
    with pytest.raises(RequestError, match="a prompt is missing"):
        decide_all(POLICY, [FOX, {}])


def test_what_is_as_expected_passes():
    decision = assert_routes(
        POLICY,
        {**LOGO, "size": "1200x628", "style": "vivid"},
        model="gpt-image-2.5-flare",
        route="logos",
        params={"size": "1200x640", "quality": "low", "style": None},
        at_most_usd="0.01",
        tags={"plan": "free"},
    )

    assert dict(decision.facts.tags) == {"plan": "free"}


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"model": "gpt-image-2"}, "`model` is 'gpt-image-2.5-flare', not 'gpt-image-2'\n\ngenerate with"),
        ({"route": "everything"}, "`route` is 'logos', not 'everything'\n\n"),
        ({"params": {"quality": "high"}}, "`quality` is 'low', not 'high'\n\n"),
        ({"params": {"quality": None}}, "`quality` is 'low', not None\n\n"),
        ({"params": {"style": "vivid"}}, "`style` is None, not 'vivid'\n\n"),
        ({"at_most_usd": "0.001"}, "it may cost 0.006145 USD, more than 0.001\n\n"),
        (
            {"budget_left_usd": 0, "model": "gpt-image-2"},
            "`outcome` is 'deny', not 'route'\n`model` is None, not 'gpt-image-2'\n\ndenied: budget_exceeded",
        ),
    ],
)
def test_what_is_not_as_expected_fails_and_says_how_it_was_decided(expected, message):
    with pytest.raises(AssertionError) as caught:
        assert_routes(POLICY, LOGO, **expected)

    assert str(caught.value).startswith(message)


def test_a_denial_that_is_expected_passes():
    assert assert_denied(POLICY, FOX, budget_left_usd="0.001").deny.details["limit"] == "day"
    assert_denied(POLICY, FOX, budget_left_usd="0.001", code="budget_exceeded")


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({}, "`deny` is None, not 'a denial'\n\ngenerate with"),
        ({"code": "no_route"}, "`deny` is None, not 'no_route'\n\n"),
        ({"code": "no_route", "budget_left_usd": 0}, "`deny` is 'budget_exceeded', not 'no_route'\n\ndenied"),
    ],
)
def test_a_denial_that_does_not_come_fails(known, message):
    with pytest.raises(AssertionError) as caught:
        assert_denied(POLICY, FOX, **known)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("path", sorted(policies_folder().glob("*.test.yaml")), ids=lambda path: path.name)
def test_the_shipped_policies_pass_their_tests(path):
    assert run_policy_tests(path).ok


def test_policy_tests_that_fail_are_told_with_their_places(path):
    cases = path.with_name("mine.test.yaml")
    cases.write_text(CASES.replace("MODEL", "gpt-image-2"), encoding="utf-8")

    with pytest.raises(AssertionError) as caught:
        run_policy_tests(cases)

    assert str(caught.value).startswith(f"{cases}:7:21: logos go to flare: ")


def test_policy_tests_take_a_day_and_a_catalogue_of_ones_own(path):
    cases = path.with_name("mine.test.yaml")
    cases.write_text(
        CASES.replace("    on: 2026-11-23\n", "")
        .replace("MODEL", "gpt-image-1")
        .replace("a logo, ", "a logo, model: gpt-image-1, ")
        .replace(", background: transparent", ""),
        encoding="utf-8",
    )

    assert run_policy_tests(cases, on=BEFORE, catalog=load_catalog()).ok


# -- the emulator


@pytest.fixture(scope="module")
def provider():
    with emulated(on=DAY) as running:
        yield running


@pytest.fixture
def client(provider):
    provider.reset()
    with openai.OpenAI(base_url=provider.base_url, api_key="any", max_retries=0) as made:
        yield frozen(POLICY).wrap(made)


def test_the_emulator_says_what_came_and_what_it_cost(provider, client):
    client.images.generate(**FOX)

    (call,) = provider.calls
    assert (call["model"], call["status"], call["micros"]) == ("gpt-image-2", 200, provider.spent_micros)


def test_a_fault_strikes_the_next_call_and_can_be_forgotten(provider, client):
    provider.fault("quota", times=2)

    with pytest.raises(openai.RateLimitError):
        client.images.generate(**FOX)
    provider.reset()

    assert (client.images.generate(**FOX).size, len(provider.calls)) == ("1024x1024", 1)


def test_a_fault_that_there_is_not_is_refused(provider):
    with pytest.raises(ConfigError, match="did you mean `quota`"):
        provider.fault("quotta")


def test_without_its_extra_the_emulator_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "router.emulator", None)

    with pytest.raises(ConfigError) as caught, emulated(on=DAY):
        pass

    assert caught.value.hint == 'pip install "pixroute[serve]"'


# -- pictures without a provider


def picture(answer, place=0):
    return Image.open(BytesIO(base64.b64decode(answer.data[place].b64_json)))


def test_a_stub_draws_what_is_asked_for_the_sdk():
    provider = fake_images()
    client = frozen(POLICY).wrap(openai.OpenAI(api_key="any", http_client=httpx.Client(transport=provider)))

    answer = client.images.generate(prompt="a fox", size="1200x628", n=2)

    assert [picture(answer, place).size for place in (0, 1)] == [(1200, 640)] * 2
    assert (answer.size, answer.quality, answer.output_format) == ("1200x640", "low", "png")
    assert answer.usage.output_tokens == 196
    assert [call.body["model"] for call in provider.calls] == ["gpt-image-2"]
    assert provider.calls[0].headers["authorization"] == "Bearer any"


def test_a_stub_streams_where_that_is_asked():
    client = frozen(POLICY).wrap(openai.OpenAI(api_key="any", http_client=httpx.Client(transport=fake_images())))

    events = list(client.images.generate(prompt="a fox", stream=True, partial_images=2))

    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]


def test_a_stub_takes_edits_and_async_clients():
    provider = fake_images()

    async def edit():
        async with httpx.AsyncClient(transport=frozen(POLICY).async_transport(provider)) as http:
            client = openai.AsyncOpenAI(api_key="any", http_client=http)
            return await client.images.edit(prompt="a fox", image=("fox.png", black_png((9, 7)), "image/png"))

    assert picture(asyncio.run(edit())).size == (1024, 1024)
    assert (provider.calls[0].url.rpartition("/")[2], provider.calls[0].body["image"].size) == ("edits", (9, 7))


def test_answers_of_ones_own_come_first():
    provider = fake_images(httpx.Response(500), {"data": [{"b64_json": "aGk="}]}, httpx.ReadTimeout("too slow"))
    with httpx.Client(transport=provider) as client:

        def ask():
            return client.post("https://api.openai.com/v1/images/generations", json=FOX)

        assert ask().status_code == 500
        assert ask().json() == {"data": [{"b64_json": "aGk="}]}
        with pytest.raises(httpx.ReadTimeout):
            ask()
        assert ask().json()["size"] == "1024x1024"
    assert len(provider.calls) == 4


@pytest.mark.parametrize(("transparent", "extrema"), [(False, (255, 255)), (True, (0, 0))])
@pytest.mark.parametrize("size", [(1, 1), (17, 5), (3840, 2160)])
def test_a_black_picture_is_a_real_one(size, *, transparent, extrema):
    image = Image.open(BytesIO(black_png(size, transparent=transparent)))

    assert (image.format, image.size, image.convert("RGBA").getchannel("A").getextrema()) == ("PNG", size, extrema)


def test_what_the_examples_in_the_docstrings_call_is_there():
    named = {"assert_denied", "assert_routes", "decide_all", "emulated", "fake_images", "frozen", "run_policy_tests"}

    assert {name for name in named if f"{name}(" not in testing.__doc__ + getattr(testing, name).__doc__} == set()
