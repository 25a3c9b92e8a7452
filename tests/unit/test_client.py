"""Our own client: sync and async send the same, read the same and fail the same."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import logging
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from io import BytesIO

import httpx
import pytest

from router import ConfigError, RequestError, RouterError, parse_policy
from router.client import (
    AsyncImageClient,
    DeniedError,
    ImageClient,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnreachableError,
)
from router.client.problems import ERRORS
from router.testing import black_png, emulated, fake_images, frozen

DAY = date(2026, 11, 23)
POLICY = parse_policy("""
pixroute: 1
name: mine
tags: {plan: [free, paid]}
defaults: {size: 1024x1024, quality: low}
guards:
  - {id: paid-only, when: {tags.plan: free}, deny: {code: plan_needed, message: pictures are for the paid plan}}
routes:
  - {id: everything, to: [gpt-image-2]}
""")
HERE = "http://provider.test/v1"
SQUARE = black_png((64, 64))


def call_sync(provider, name, *arguments, router=None, max_retries=0, **params):
    with (
        httpx.Client(transport=provider) as http,
        ImageClient(
            router or frozen(POLICY, on=DAY),
            api_key="sk-mine",
            base_url=HERE,
            max_retries=max_retries,
            http_client=http,
        ) as client,
    ):
        came = getattr(client, name)(*arguments, **params)
        return list(came) if name == "stream" else came


def call_async(provider, name, *arguments, router=None, max_retries=0, **params):
    async def run():
        async with (
            httpx.AsyncClient(transport=provider) as http,
            AsyncImageClient(
                router or frozen(POLICY, on=DAY),
                api_key="sk-mine",
                base_url=HERE,
                max_retries=max_retries,
                http_client=http,
            ) as client,
        ):
            came = getattr(client, name)(*arguments, **params)
            return [event async for event in came] if name == "stream" else await came

    return asyncio.run(run())


@pytest.fixture(params=[call_sync, call_async], ids=["sync", "async"])
def call(request):
    return request.param


def refusal(status, headers=None, **error):
    return httpx.Response(status, headers=headers, json={"error": error})


def drawn(**more):
    return {"created": 1, "data": [{"b64_json": base64.b64encode(SQUARE).decode()}], **more}


def stream_of(*events):
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=text)


# -- what is sent


def test_what_was_decided_is_sent_with_the_key(call):
    provider = fake_images()

    call(provider, "generate", "a red door", size="1200x628", model="gpt-image-1", style="vivid")

    (sent,) = provider.calls
    assert (sent.url, sent.headers["authorization"]) == (f"{HERE}/images/generations", "Bearer sk-mine")
    assert sent.body == {"prompt": "a red door", "size": "1200x640", "model": "gpt-image-2", "quality": "low"}


def test_what_has_no_name_here_is_sent_as_it_is_and_none_is_not(call):
    provider = fake_images()

    call(provider, "generate", "a door", n=None, background="opaque", extra_body={"seed": 7})

    assert provider.calls[0].body == {
        "prompt": "a door",
        "model": "gpt-image-2",
        "size": "1024x1024",
        "quality": "low",
        "background": "opaque",
        "seed": 7,
    }


@pytest.mark.parametrize(("name", "image"), [("generate", {}), ("edit", {"image": SQUARE}), ("stream", {})])
def test_what_is_told_to_the_router_is_read_and_never_sent_on(call, *, name, image):
    provider, heard = fake_images(), []
    router = frozen(POLICY, on=DAY, on_decision=[heard.append])
    told = {"tags": {"plan": "paid"}, "needs": {"text_heavy": True, "text.scripts": ["latin"]}, "max_cost_usd": "0.5"}

    call(provider, name, "a door", router=router, pixroute=told, **image)

    facts = heard[-1].decision.facts
    assert (dict(facts.tags), facts.request.needs["text_heavy"]) == ({"plan": "paid"}, True)
    assert facts.request.max_cost_micros == 500_000
    assert [key for key in provider.calls[0].body if key.startswith("pixroute")] == []


def test_images_come_as_paths_bytes_and_open_files(call, tmp_path):
    provider = fake_images()
    path = tmp_path / "door.png"
    path.write_bytes(black_png((32, 16)))

    with path.open("rb") as file:
        call(provider, "edit", "open it", [path, str(path), SQUARE, file, BytesIO(SQUARE)], mask=SQUARE)

    body = provider.calls[0].body
    assert provider.calls[0].url == f"{HERE}/images/edits"
    assert [(each.filename, each.content_type, each.size) for each in body["image[]"]] == [
        ("door.png", "image/png", (32, 16)),
        ("door.png", "image/png", (32, 16)),
        ("image.png", "image/png", (64, 64)),
        ("door.png", "image/png", (32, 16)),
        ("image.png", "image/png", (64, 64)),
    ]
    assert (body["mask"].filename, body["mask"].size) == ("mask.png", (64, 64))


def test_one_image_is_no_list(call):
    provider = fake_images()

    call(provider, "edit", "open it", SQUARE, n=2, user="ann", extra_body={"fast": True, "seeds": [1, 2]})

    assert {name: value for name, value in provider.calls[0].body.items() if name != "image"} == {
        "prompt": "open it",
        "model": "gpt-image-2",
        "size": "1024x1024",
        "quality": "low",
        "n": 2,
        "user": "ann",
        "fast": "true",
        "seeds[]": ["1", "2"],
    }
    assert provider.calls[0].body["image"].size == (64, 64)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"image": []}, "an edit needs an image"),
        ({"image": "nowhere.png"}, "cannot read `nowhere.png`"),
        ({"image": SQUARE, "mask": "nowhere.png"}, "cannot read `nowhere.png`"),
    ],
)
def test_an_image_that_cannot_be_read_is_refused_before_anything_is_sent(call, *, params, message):
    provider = fake_images()

    with pytest.raises(ConfigError, match=message):
        call(provider, "edit", "open it", **params)

    assert provider.calls == []


def test_a_file_that_is_open_as_text_is_refused(call, tmp_path):
    path = tmp_path / "door.png"
    path.write_text("text", encoding="utf-8")

    with path.open(encoding="utf-8") as file, pytest.raises(ConfigError, match="`image` is open as text"):
        call(fake_images(), "edit", "open it", file)


@pytest.mark.parametrize("name", ["generate", "stream"])
@pytest.mark.parametrize("params", [{"stream": True}, {"extra_body": {"stream": True}}])
def test_a_stream_is_asked_for_by_its_method_only(call, *, name, params):
    provider = fake_images()

    with pytest.raises(ConfigError, match="`stream` is no parameter here"):
        call(provider, name, "a red door", **params)

    assert provider.calls == []


def test_a_mask_without_an_image_is_refused(call):
    with pytest.raises(ConfigError, match="a mask without an image"):
        call(fake_images(), "stream", "open it", mask=SQUARE)


# -- what comes back


def test_a_result_has_the_pictures_and_how_they_came_about(call):
    router = frozen(POLICY, on=DAY)

    result = call(fake_images(), "generate", "a red door", n=2, router=router)

    assert [(picture.size, picture.output_format) for picture in result.pictures] == [((1024, 1024), "png")] * 2
    assert (result.model, result.rule, result.cost_usd) == ("gpt-image-2", "everything", Decimal("0.00593"))
    assert result.decision_id == router.decide({"prompt": "a red door", "n": 2}).id
    assert result.usage["output_tokens"] == 196
    assert result.answer == {
        "created": 0,
        "size": "1024x1024",
        "quality": "low",
        "background": "opaque",
        "output_format": "png",
    }


def test_a_picture_is_saved_as_it_is(call, tmp_path):
    (picture,) = call(fake_images(drawn()), "generate", "a red door").pictures

    assert picture.save(tmp_path / "door.png").read_bytes() == picture.data == SQUARE


def test_a_router_that_is_off_says_nothing(call):
    router, provider = frozen(POLICY, on=DAY), fake_images()
    router.mode = "off"

    result = call(provider, "generate", "a red door", model="gpt-image-1", router=router)

    assert (result.model, result.rule, result.decision_id, result.cost_usd) == (None, None, None, None)
    assert provider.calls[0].body["model"] == "gpt-image-1"


def test_a_stream_gives_partial_pictures_and_then_the_whole_one(call):
    events = call(fake_images(), "stream", "a red door", partial_images=2)

    assert [(event.partial_index, event.picture.size) for event in events] == [
        (0, (1024, 1024)),
        (1, (1024, 1024)),
        (None, (1024, 1024)),
    ]
    assert [event.result is None for event in events] == [True, True, False]
    assert events[-1].result.pictures == (events[-1].picture,)
    assert (events[-1].result.model, events[-1].result.usage["output_tokens"]) == ("gpt-image-2", 196)


def test_a_stream_with_an_image_is_an_edit(call):
    provider = fake_images()

    events = call(provider, "stream", "open it", image=SQUARE, partial_images=1)

    assert [event.partial_index for event in events] == [0, None]
    assert provider.calls[0].url == f"{HERE}/images/edits"
    assert (provider.calls[0].body["stream"], provider.calls[0].body["partial_images"]) == (True, 1)


def test_a_whole_answer_to_a_stream_is_a_whole_picture(call):
    (event,) = call(fake_images(drawn()), "stream", "a red door")

    assert (event.partial_index, event.picture.data) == (None, SQUARE)


def test_a_stream_that_is_left_early_is_closed():
    provider = fake_images()
    with (
        httpx.Client(transport=provider) as http,
        ImageClient(frozen(POLICY, on=DAY), api_key="sk", http_client=http) as client,
    ):
        events = client.stream("a red door", partial_images=3)
        next(events)
        events.close()

    assert next(events, None) is None


# -- what goes wrong


def test_a_denial_is_ours_and_nothing_is_sent(call):
    provider, router = fake_images(), frozen(POLICY, on=DAY)

    with pytest.raises(DeniedError) as caught:
        call(provider, "generate", "a red door", pixroute={"tags": {"plan": "free"}}, router=router)

    denied = caught.value
    assert (denied.code, denied.status, denied.message) == ("plan_needed", 403, "pictures are for the paid plan")
    assert denied.decision_id == router.decide({"prompt": "a red door"}, tags={"plan": "free"}).id
    assert provider.calls == []


@pytest.mark.parametrize("name", ["generate", "stream"])
def test_a_request_that_cannot_be_decided_names_the_field(call, name):
    provider = fake_images()

    with pytest.raises(RequestError) as caught:
        call(provider, name, "a red door", n=12)

    assert (caught.value.field, caught.value.code) == ("n", "integer_above_max_value")
    assert caught.value.message == "`n` must be at most 10, not 12"
    assert provider.calls == []


BLOCKED = {"message": "Rejected.", "type": "image_generation_user_error", "param": None, "code": "moderation_blocked"}


@pytest.mark.parametrize("name", ["generate", "stream"])
def test_the_providers_refusal_is_told_in_its_own_words(call, name):
    with pytest.raises(ProviderError) as caught:
        call(fake_images(refusal(400, {"x-request-id": "req_1"}, **BLOCKED)), name, "a red door")

    error = caught.value
    assert (error.status, error.code, error.message) == (400, "moderation_blocked", "Rejected.")
    assert (error.type, error.param, error.request_id) == ("image_generation_user_error", None, "req_1")
    assert error.decision_id.startswith("sha256:")


@pytest.mark.parametrize(
    ("answer", "status", "code", "message"),
    [
        ({"status_code": 502, "html": "<h1>Bad gateway</h1>"}, 502, None, "status 502 Bad Gateway"),
        ({"status_code": 500, "json": {"error": "broken"}}, 500, None, "broken"),
        ({"status_code": 500, "json": {"error": {}}}, 500, None, "status 500"),
        ({"status_code": 200, "text": "nonsense"}, 200, "no_picture", "the answer holds no picture that can be read"),
        (
            {"status_code": 200, "json": {"data": [{"url": "https://x"}]}},
            200,
            "no_picture",
            "the answer holds no picture that can be read",
        ),
        (
            {"status_code": 200, "json": {"data": ["?"]}},
            200,
            "no_picture",
            "the answer holds no picture that can be read",
        ),
        (
            {"status_code": 200, "json": {"data": [{"b64_json": "#"}]}},
            200,
            "no_picture",
            "the answer holds no picture that can be read",
        ),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_the_provider(call, *, answer, status, code, message):
    with pytest.raises(ProviderError) as caught:
        call(fake_images(httpx.Response(**answer)), "generate", "a red door")

    assert (caught.value.status, caught.value.code, caught.value.message) == (status, code, message)


PARTIAL = {
    "type": "image_generation.partial_image",
    "partial_image_index": 0,
    "b64_json": drawn()["data"][0]["b64_json"],
}


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ((), "stream_cut"),
        (({"type": "error", "error": {"message": "Rejected.", "code": "moderation_blocked"}},), "moderation_blocked"),
        (({"type": "error", "message": "Broken.", "code": "server_error"},), "server_error"),
        (({"error": {"message": "Broken.", "code": "server_error"}},), "server_error"),
    ],
)
def test_a_stream_without_a_whole_picture_is_an_error_however_many_partial_ones_came(call, *, ending, code):
    with pytest.raises(ProviderError) as caught:
        call(fake_images(stream_of(PARTIAL, *ending)), "stream", "a red door", partial_images=1)

    assert (caught.value.status, caught.value.code) == (200, code)


def test_what_is_no_event_is_passed_over(call):
    whole = json.dumps({"type": "image_generation.completed", **drawn()})
    text = f": hello\n\nevent: x\nid: 1\n\ndata:{whole}\n\ndata: [DONE]\n\n"
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, text=text)

    assert [event.picture.data for event in call(fake_images(answer), "stream", "a red door")] == [SQUARE]


RAISED = [
    (httpx.ReadTimeout, ProviderTimeoutError),
    (httpx.WriteTimeout, ProviderTimeoutError),
    (httpx.ConnectTimeout, ProviderUnreachableError),
    (httpx.PoolTimeout, ProviderUnreachableError),
    (httpx.ConnectError, ProviderUnreachableError),
    (httpx.ReadError, ProviderUnreachableError),
    (httpx.RemoteProtocolError, ProviderUnreachableError),
    (httpx.TooManyRedirects, ProviderError),
    (httpx.UnsupportedProtocol, ConfigError),
]


@pytest.mark.parametrize(("theirs", "ours"), RAISED)
@pytest.mark.parametrize("name", ["generate", "stream"])
def test_an_error_on_the_way_is_ours_and_keeps_its_cause(call, *, name, theirs, ours):
    with pytest.raises(RouterError) as caught:
        call(fake_images(theirs("it broke")), name, "a red door")

    assert (type(caught.value), str(caught.value)) == (ours, f"{HERE}/: it broke")
    assert isinstance(caught.value.__cause__, theirs)


def every(kind):
    return {kind, *(below for child in kind.__subclasses__() for below in every(child))}


def test_the_table_of_errors_is_complete():
    raised_while_sending = {
        kind for kind in (*every(httpx.RequestError), httpx.InvalidURL) if kind.__module__.startswith("httpx")
    }

    assert {kind for kind in raised_while_sending if not set(kind.__mro__) & set(ERRORS)} == set()
    assert {kind for kind in ERRORS if kind not in raised_while_sending} == set()


def test_an_address_that_is_none_is_a_mistake_of_whoever_wrote_it(call, monkeypatch):
    monkeypatch.setattr(f"{__name__}.HERE", "provider.test/v1")

    with pytest.raises(ConfigError, match="missing an 'http://' or 'https://' protocol"):
        call(httpx.HTTPTransport() if call is call_sync else httpx.AsyncHTTPTransport(), "generate", "a red door")


def test_all_that_goes_wrong_is_a_router_error():
    assert [kind for kind in set(ERRORS.values()) if not issubclass(kind, RouterError)] == []
    assert issubclass(DeniedError, RouterError)


# -- again, keys, connections


@pytest.mark.parametrize(("max_retries", "calls"), [(0, 1), (2, 3)])
def test_a_rate_limit_is_waited_for_as_often_as_is_wanted(call, *, max_retries, calls):
    limit = {"message": "Rate limit reached. Please try again in 1ms.", "code": "rate_limit_exceeded"}
    provider = fake_images(*(refusal(429, {"retry-after-ms": "1"}, **limit) for _ in range(calls)))

    with pytest.raises(ProviderError) as caught:
        call(provider, "generate", "a red door", max_retries=max_retries)

    assert (caught.value.status, len(provider.calls)) == (429, calls)


def test_a_stream_is_tried_again_too(call):
    limit = {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}
    provider = fake_images(refusal(429, {"retry-after-ms": "1"}, **limit))

    assert len(call(provider, "stream", "a red door", max_retries=1)) == 1


@pytest.mark.parametrize("made", [ImageClient, AsyncImageClient])
def test_without_a_key_there_is_no_client(made, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(ConfigError) as caught:
        made(frozen(POLICY, on=DAY))

    assert (caught.value.message, caught.value.hint) == (
        "there is no API key",
        "set OPENAI_API_KEY, or give `api_key`",
    )


def test_the_key_is_taken_from_the_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-there")
    provider = fake_images()

    with httpx.Client(transport=provider) as http, ImageClient(frozen(POLICY, on=DAY), http_client=http) as client:
        client.generate("a red door")

    assert provider.calls[0].headers["authorization"] == "Bearer sk-there"
    assert provider.calls[0].url == "https://api.openai.com/v1/images/generations"


def test_a_users_own_client_keeps_its_hooks_and_is_not_closed():
    seen = []
    with httpx.Client(transport=fake_images(), event_hooks={"request": [seen.append]}) as http:
        with ImageClient(frozen(POLICY, on=DAY), api_key="sk", http_client=http) as client:
            client.generate("a red door")

        assert len(seen) == 1
        assert not http.is_closed


@pytest.mark.parametrize("name", ["__init__", "generate", "edit", "stream"])
def test_sync_and_async_take_the_same_arguments(name):
    sync, asynchronous = (inspect.signature(getattr(made, name)) for made in (ImageClient, AsyncImageClient))

    assert list(sync.parameters) == list(asynchronous.parameters)
    assert [each.kind for each in sync.parameters.values()] == [each.kind for each in asynchronous.parameters.values()]
    assert [each.default for each in sync.parameters.values()] == [
        each.default for each in asynchronous.parameters.values()
    ]


# -- against the emulator


@pytest.fixture(scope="module")
def provider():
    with emulated(on=DAY) as running:
        yield running


@pytest.fixture
def client(provider):
    provider.reset()
    router = frozen("pixroute:migrate-from-gpt-image-1", on=DAY)
    with ImageClient(router, api_key="any", base_url=provider.base_url, max_retries=0) as made:
        yield made


def test_a_dead_models_picture_is_drawn_by_another(client, provider):
    result = client.generate("a fox logo", model="gpt-image-1", background="transparent", size="1200x628")

    assert (result.model, result.pictures[0].size) == ("gpt-image-2.5-flare", (1200, 640))
    assert result.cost_usd == Decimal(provider.spent_micros) / 1_000_000


def test_an_edit_is_drawn(client, provider):
    (door,) = client.generate("a red door", output_format="webp").pictures

    result = client.edit("make it blue", [door.data, SQUARE], output_format="jpeg")

    assert result.pictures[0].output_format == "jpeg"
    assert provider.calls[-1]["images"] == 2


def test_a_stream_is_drawn(client):
    events = list(client.stream("a red door", partial_images=2, model="gpt-image-2"))

    assert [event.partial_index for event in events] == [0, 1, None]
    assert len({event.picture.data for event in events}) == 3


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ({"name": "stream_cut", "after": 1}, ProviderError, "stream_cut"),
        ({"name": "stream_error"}, ProviderError, "server_error"),
        ({"name": "reset", "when": "during"}, ProviderUnreachableError, None),
    ],
)
def test_a_stream_that_breaks_raises_after_what_came(client, provider, *, fault, error, code):
    provider.fault(**fault)
    came = []

    with pytest.raises(ProviderError) as caught:
        came.extend(client.stream("a red door", partial_images=1))

    assert (type(caught.value), caught.value.code, len(came)) == (error, code, 1)


@pytest.mark.parametrize("made", [ImageClient, AsyncImageClient])
def test_the_environments_proxy_is_used(provider, monkeypatch, made):
    monkeypatch.setenv("HTTP_PROXY", provider.url)
    client = made(frozen(POLICY, on=DAY), api_key="any", base_url="http://nowhere.test/v1")

    async def draw():
        async with client:
            await client.generate("a red door")

    with pytest.raises(ProviderError) as caught, client if made is ImageClient else nullcontext():
        client.generate("a red door") if made is ImageClient else asyncio.run(draw())

    assert caught.value.status == 404  # the emulator's own word: it is no proxy


def test_a_slow_answer_is_a_timeout(provider, caplog):
    provider.reset()
    provider.fault("delay", delay=5)
    router = frozen(POLICY, on=DAY)

    with (
        caplog.at_level(logging.CRITICAL),
        ImageClient(router, api_key="any", base_url=provider.base_url, timeout=0.2) as impatient,
        pytest.raises(ProviderTimeoutError),
    ):
        impatient.generate("a red door")
