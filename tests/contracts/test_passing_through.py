"""What is none of our business passes byte for byte, tried again by whoever made it, in every mode."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from .callers import KINDS, Ask, calling
from .stubs import DRAWN, Stub, as_json, refusal

FOX = Ask(params={"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "low"})
OLD = Ask(params={"model": "gpt-image-1", "prompt": "a fox", "style": "vivid"})
CHAT = {"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-5", "choices": []}
MODELS = {"object": "list", "data": [{"id": "gpt-image-2", "object": "model", "created": 1, "owned_by": "openai"}]}
AT_ONCE = {"retry_after_ms": "1"}
BOTH = ("OpenAI", "AsyncOpenAI")


def run(caller, work) -> Any:
    """What the work comes to, awaited where the client is async."""
    result = work(caller.client)
    return caller.runner.run(result) if hasattr(caller, "runner") else result


def chat(client):
    return client.chat.completions.with_raw_response.create(model="gpt-5", messages=[{"role": "user", "content": "é"}])


def embed(client):
    return client.embeddings.with_raw_response.create(model="text-embedding-3-small", input=["a", "b"])


def models(client):
    return client.models.with_raw_response.list()


def vary(client):
    return client.images.with_raw_response.create_variation(image=b"png", model="dall-e-2")


OTHERS = {"chat": (chat, CHAT), "models": (models, MODELS), "embeddings": (embed, MODELS), "variations": (vary, CHAT)}


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # variations are, and still pass
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", BOTH)
def test_other_endpoints_pass_byte_for_byte(name, other, routers):
    work, body = OTHERS[other]
    answer = as_json(200, body, x_request_id="req_1")
    bare, wrapped = Stub([answer]), Stub([answer])

    with calling(name, None, stub=bare) as caller:
        expected = run(caller, work)
    with calling(name, routers.make(), stub=wrapped) as caller:
        seen = run(caller, work)

    assert same_boundary(wrapped) == same_boundary(bare)
    assert (seen.status_code, seen.content) == (expected.status_code, expected.content)
    assert list(seen.headers.multi_items()) == list(expected.headers.multi_items())


def same_boundary(stub: Stub) -> list[Any]:
    """What was sent; each form has a boundary of its own."""
    sent = []
    for each in stub.sent:
        kind = dict(each.headers).get("content-type", "")
        boundary = kind.partition("boundary=")[2] or "none"
        headers = [(name, value.replace(boundary, "b")) for name, value in each.headers]
        sent.append(replace(each, headers=headers, content=each.content.replace(boundary.encode(), b"b")))
    return sent


@pytest.mark.parametrize("name", BOTH)
def test_other_endpoints_are_tried_again_by_the_sdk_as_ever(name, routers):
    stub = Stub([refusal(500, "server_error", **AT_ONCE)] * 9)

    with calling(name, routers.make(), stub=stub, max_retries=3) as caller, pytest.raises(Exception, match="500"):
        run(caller, chat)

    assert len(stub.sent) == 4


@pytest.mark.parametrize("name", KINDS)
def test_nothing_to_change_sends_the_very_bytes(name, routers):
    bare, wrapped = Stub(), Stub()
    with calling(name, None, stub=bare) as caller:
        caller.call(FOX)

    with calling(name, routers.make(), stub=wrapped) as caller:
        caller.call(FOX)

    assert [(each.url, each.content, sorted(each.headers)) for each in wrapped.sent] == [
        (each.url, each.content, sorted(each.headers)) for each in bare.sent
    ]


@pytest.mark.parametrize("name", KINDS)
def test_a_request_that_was_decided_before_passes_through(name, routers):
    decided = replace(OLD, headers={"x-pixroute-decision": "sha256:theirs"})
    stub = Stub()

    with calling(name, routers.make(), stub=stub) as caller:
        caller.call(decided)

    assert json.loads(stub.sent[0].content) == OLD.params
    assert routers.records == []


# -- modes


@pytest.mark.parametrize("mode", ["shadow", "off"])
@pytest.mark.parametrize("name", BOTH)
def test_a_mode_that_does_not_act_sends_what_was_asked_and_answers_what_came(name, mode, routers):
    bare, quiet = Stub([refusal(400, "invalid_value")]), Stub([refusal(400, "invalid_value")])
    router = routers.make()
    router.mode = mode

    with calling(name, None, stub=bare) as caller:
        expected = caller.call(OLD)
    with calling(name, router, stub=quiet) as caller:
        seen = caller.call(OLD)

    assert [(each.content, sorted(each.headers)) for each in quiet.sent] == [
        (each.content, sorted(each.headers)) for each in bare.sent
    ]
    assert seen == expected


@pytest.mark.parametrize("mode", ["shadow", "off"])
@pytest.mark.parametrize("name", BOTH)
def test_a_mode_that_does_not_act_leaves_the_sdk_its_retries(name, mode, routers):
    stub = Stub([refusal(500, "server_error", **AT_ONCE)] * 9)
    router = routers.make()
    router.mode = mode

    with calling(name, router, stub=stub, max_retries=2) as caller:
        seen = caller.call(OLD)

    assert (seen.raised, len(stub.sent)) == ("InternalServerError", 3)


@pytest.mark.parametrize("name", BOTH)
def test_the_mode_can_be_switched_while_a_client_is_in_use(name, routers):
    stub, router = Stub(), routers.make()

    with calling(name, router, stub=stub) as caller:
        for router.mode in ("enforce", "off", "shadow", "enforce"):
            caller.call(OLD)

    models_sent = [json.loads(each.content)["model"] for each in stub.sent]
    assert models_sent == ["gpt-image-2.5-flare", "gpt-image-1", "gpt-image-1", "gpt-image-2.5-flare"]


@pytest.mark.parametrize("mode", ["shadow", "off"])
@pytest.mark.parametrize("name", KINDS)
def test_our_own_key_never_reaches_the_provider_whatever_the_mode(name, mode, routers):
    stub, router = Stub(), routers.make()
    router.mode = mode

    with calling(name, router, stub=stub) as caller:
        caller.call(replace(OLD, told={"tags": {"tenant": "acme"}}))

    assert json.loads(stub.sent[0].content) == OLD.params


# -- answers


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_comes_back_as_it_was_sent(name, routers):
    plain, marked = Stub([DRAWN]), Stub([DRAWN])
    with calling(name, None, stub=plain) as caller:
        expected = caller.call(FOX)

    with calling(name, routers.make(), stub=marked) as caller:
        seen = caller.call(FOX)

    added = seen.headers.keys() - expected.headers.keys()
    assert added == {f"x-pixroute-{word}" for word in ("decision", "model", "rule", "cost-usd")}
    assert (seen.status, seen.body) == (expected.status, expected.body)
