"""What is denied never reaches the provider, and the SDK shows it as the errors that it has, after one attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .callers import AZURE, HTTP, SDKS, Ask, calling
from .stubs import Stub

FOX = Ask(params={"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "low"})
POLICY = """
pixroute: 1
name: strict
guards:
  - id: no-4k
    when: {pixels: {gt: 4000000}}
    deny: {code: too_big, message: no pictures of that size}
routes:
  - {id: nobody, when: {tags.team: nobody}, to: [gpt-image-1]}
  - {id: all, to: [asked, gpt-image-2.5-flare]}
"""
DENIED = {
    "money": (replace(FOX, told={"max_cost_usd": 0.001}), ("APIStatusError", 402, "budget_exceeded")),
    "policy": (
        replace(FOX, params={**FOX.params, "size": "3840x2160"}),
        ("PermissionDeniedError", 403, "too_big"),
    ),
    "nobody": (replace(FOX, told={"tags": {"team": "nobody"}}), ("BadRequestError", 400, "no_able_model")),
    "invalid": (
        replace(FOX, params={**FOX.params, "n": 11}),
        ("BadRequestError", 400, "integer_above_max_value"),
    ),
    "our key": (replace(FOX, told={"tag": {}}), ("BadRequestError", 400, "invalid_value")),
}


def at_azure(ask: Ask) -> Ask:
    return replace(ask, params={**ask.params, "model": "at-gpt-image-2"})


@pytest.mark.parametrize("stream", [{}, {"stream": True}], ids=["whole", "stream"])
@pytest.mark.parametrize(("ask", "shown"), DENIED.values(), ids=DENIED)
@pytest.mark.parametrize("name", SDKS)
def test_a_denial_is_an_error_of_the_sdk_after_exactly_one_attempt(name, ask, shown, stream, routers):  # noqa: PLR0917
    stub, router = Stub(), routers.make(POLICY)
    ask = replace(ask, params={**ask.params, **stream})

    with calling(name, router, stub=stub, max_retries=5) as caller:
        attempts = count_attempts(caller.client)
        seen = caller.call(at_azure(ask) if name in AZURE else ask)

    assert (seen.raised, seen.status, seen.code) == shown
    assert seen.headers["x-should-retry"] == "false"
    assert seen.body is not None
    assert seen.body.keys() == {"message", "type", "param", "code"}
    assert (len(attempts), len(stub.sent)) == (1, 0)


def count_attempts(client) -> list[str]:
    """Each request that the SDK makes, before any transport has seen it."""
    attempts: list[str] = []
    original = client._prepare_request

    def note(request):
        attempts.append(str(request.url))
        return original(request)

    client._prepare_request = note
    return attempts


@pytest.mark.parametrize("why", DENIED)
@pytest.mark.parametrize("name", HTTP)
def test_without_the_sdk_a_denial_is_an_answer_like_any_other(name, why, routers):
    ask, (_, status, code) = DENIED[why]
    stub = Stub()

    with calling(name, routers.make(POLICY), stub=stub) as caller:
        seen = caller.call(ask)

    assert (seen.status, seen.code, seen.headers["x-should-retry"]) == (status, code, "false")
    assert stub.sent == []
