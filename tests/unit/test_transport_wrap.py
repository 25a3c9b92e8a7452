"""`wrap()`: the same client back, whose image calls are decided, and tried again as its user said."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import httpx2
import openai
import pytest

import router
from router import ConfigError
from router.language import parse_policy
from router.testing import frozen
from router.transport.desk import WANTED

DAY = date(2026, 11, 23)
POLICY = "pixroute: 1\nname: mine\nroutes: [{id: all, to: [asked, gpt-image-2.5-flare]}]\n"
OTHER = "pixroute: 1\nname: other\nroutes: [{id: all, to: [gpt-image-2.5-sunburst]}]\n"
FOX = {"model": "gpt-image-2", "prompt": "a fox"}
OLD = {"model": "gpt-image-1", "prompt": "a fox"}
PICTURE = {"created": 1, "data": [{"b64_json": "aGk="}]}


class Provider:
    """Answers with these statuses in turn, and then with a picture; keeps the models that it was asked for."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.models: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.models.append(json.loads(request.content)["model"])
        status = self.statuses.pop(0) if self.statuses else 200
        error = {"error": {"message": "no", "type": "t", "param": None, "code": "c"}}
        return httpx2.Response(status, json=PICTURE if status == 200 else error, headers={"retry-after-ms": "0"})

    def client(self, **options: Any) -> openai.OpenAI:
        http = httpx2.Client(transport=httpx2.MockTransport(self))
        return openai.OpenAI(api_key="sk", base_url="http://x.test/v1", http_client=http, **options)

    def async_client(self, **options: Any) -> openai.AsyncOpenAI:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self))
        return openai.AsyncOpenAI(api_key="sk", base_url="http://x.test/v1", http_client=http, **options)


def mine(policy: str = POLICY):
    return frozen(parse_policy(policy), on=DAY)


def test_the_same_type_comes_back_with_the_same_settings():
    client = Provider().client(max_retries=7, timeout=12, organization="org-x")

    wrapped = mine().wrap(client)

    assert type(wrapped) is openai.OpenAI
    assert (wrapped.max_retries, wrapped.timeout, wrapped.organization, wrapped.base_url) == (
        7,
        12,
        "org-x",
        client.base_url,
    )


def test_connections_are_shared_and_the_given_client_is_as_it_was():
    provider = Provider()
    client = provider.client()

    wrapped = mine().wrap(client)
    client.images.generate(**OLD)
    wrapped.images.generate(**OLD)

    assert wrapped._client._transport.inner is client._client._transport
    assert provider.models == ["gpt-image-1", "gpt-image-2.5-flare"]


@pytest.mark.parametrize(
    ("how", "tries"),
    [
        (lambda client: client, 3),
        (lambda client: client.with_options(max_retries=0), 1),
        (lambda client: client.with_options(max_retries=4), 5),
        (lambda client: client.with_options(timeout=5), 3),
        (lambda client: client.copy(max_retries=1).with_options(timeout=5), 2),
    ],
    ids=["as it is", "none", "four", "another time-out", "a copy of a copy"],
)
def test_the_users_number_of_retries_is_honoured_wherever_it_is_set(how, tries):
    provider = Provider(*[429] * 9)

    with pytest.raises(openai.RateLimitError):
        how(mine().wrap(provider.client())).images.generate(**FOX)

    assert provider.models == ["gpt-image-2"] * tries


def test_a_number_that_is_changed_later_counts():
    provider = Provider(*[429] * 9)
    wrapped = mine().wrap(provider.client())
    wrapped.max_retries = 1

    with pytest.raises(openai.RateLimitError):
        wrapped.images.generate(**FOX)

    assert len(provider.models) == 2


def test_a_number_for_one_call_counts():
    provider = Provider(*[429] * 9)
    wrapped = mine().wrap(provider.client())

    with pytest.raises(openai.RateLimitError):
        wrapped.post("/images/generations", cast_to=object, body=FOX, options={"max_retries": 3})

    assert len(provider.models) == 4


@pytest.mark.parametrize("status", [500, 503, 408])
def test_what_may_have_been_billed_is_not_tried_again_by_the_sdk_either(status):
    provider = Provider(status, status)

    with pytest.raises(openai.APIStatusError):
        mine().wrap(provider.client(max_retries=5)).images.generate(**FOX)

    assert len(provider.models) == 1


def test_nothing_of_a_call_is_left_when_it_is_over():
    mine().wrap(Provider().client()).images.generate(**FOX)

    assert WANTED.get() is None


def test_with_options_goes_on_deciding_over_another_client_as_well():
    first, second = Provider(), Provider()
    wrapped = mine().wrap(first.client())
    http = httpx2.Client(transport=httpx2.MockTransport(second))

    wrapped.with_options(http_client=http, default_headers={"x-a": "b"}).images.generate(**OLD)

    assert (first.models, second.models) == ([], ["gpt-image-2.5-flare"])


def test_wrapping_what_is_wrapped_replaces_the_router():
    provider, records = Provider(429), []
    first, second = mine(), mine(OTHER)
    first.listeners.append(records.append)

    second.wrap(first.wrap(provider.client())).images.generate(**FOX)

    assert (provider.models, records) == (["gpt-image-2.5-sunburst"] * 2, [])


def test_raw_and_streaming_responses_of_the_whole_client_are_decided():
    provider = Provider()
    wrapped = mine().wrap(provider.client())

    raw = wrapped.with_raw_response.images.generate(**OLD)
    with wrapped.with_streaming_response.images.generate(**OLD) as streaming:
        body = streaming.read()

    assert raw.headers["x-pixroute-model"] == streaming.headers["x-pixroute-model"] == "gpt-image-2.5-flare"
    assert json.loads(body) == PICTURE


async def _draw(client: openai.AsyncOpenAI) -> None:
    await client.images.generate(**FOX)


def test_an_async_client_is_tried_again_as_its_user_said():
    import asyncio

    provider = Provider(*[429] * 9)
    wrapped = mine().wrap(provider.async_client()).with_options(max_retries=1)

    with pytest.raises(openai.RateLimitError):
        asyncio.run(_draw(wrapped))

    assert type(wrapped) is openai.AsyncOpenAI
    assert len(provider.models) == 2


def test_what_goes_through_a_proxy_is_decided_as_well():
    provider = Provider()
    http = httpx2.Client(mounts={"http://x.test": httpx2.MockTransport(provider)})
    client = openai.OpenAI(api_key="sk", base_url="http://x.test/v1", http_client=http)

    mine().wrap(client).images.generate(**OLD)

    assert provider.models == ["gpt-image-2.5-flare"]
    client.close()


def test_the_older_library_is_wrapped_with_its_own_transport():
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**PICTURE, "size": json.loads(request.content)["model"]})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = openai.OpenAI(api_key="sk", base_url="http://x.test/v1", http_client=http)

    assert mine().wrap(client).images.generate(**OLD).size == "gpt-image-2.5-flare"


@pytest.mark.parametrize("thing", [object(), "client", httpx.Client, None])
def test_what_is_no_client_cannot_be_wrapped(thing):
    with pytest.raises(ConfigError, match="cannot wrap"):
        mine().wrap(thing)


def test_a_client_over_an_unknown_library_cannot_be_wrapped():
    client = Provider().client()
    client._client = object()

    with pytest.raises(ConfigError, match="HTTP library is not known"):
        mine().wrap(client)


# -- the module itself


@pytest.fixture
def module(monkeypatch):
    """The module `openai`, set up as an app does it, and as it was afterwards."""
    for name, value in {
        "api_key": "sk",
        "base_url": "http://x.test/v1/",  # the module takes it as it is
        "api_type": "openai",
        "http_client": None,
        "max_retries": 2,
        "_client": None,
    }.items():
        monkeypatch.setattr(openai, name, value)
    return openai


def test_the_module_is_wrapped_in_place(module):
    provider = Provider(429)
    module.http_client = httpx2.Client(transport=httpx2.MockTransport(provider))

    wrapped = mine().wrap(module)
    module.images.generate(**OLD)

    assert wrapped is module
    assert provider.models == ["gpt-image-2.5-flare"] * 2
    assert module.max_retries == 2


def test_the_module_is_told_how_often_to_try_at_any_time(module):
    provider = Provider(*[429] * 9)
    module.http_client = httpx2.Client(transport=httpx2.MockTransport(provider))
    mine().wrap(module)
    module.max_retries = 0

    with pytest.raises(openai.RateLimitError):
        module.images.generate(**FOX)

    assert len(provider.models) == 1


def test_one_call_wraps_a_client_by_the_name_of_a_policy():
    assert isinstance(router.wrap(Provider().client(), policy="pixroute:migrate-from-gpt-image-1"), openai.OpenAI)
