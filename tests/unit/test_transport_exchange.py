"""A call from its beginning to its end, driven by hand: no network, no clock, no waiting."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from router.app import read_catalogs
from router.catalogfile import overlay
from router.language import parse_policy
from router.transport.attempts import Attempt
from router.transport.exchange import Call, Done, Send, Settings, Tell, Wait, Work, exchange
from router.transport.message import Message, Reply
from router.transport.surface import find_surface
from router.transport.verdicts import Failure

ON = date(2026, 11, 23)
URL = "https://api.openai.com/v1/images/generations"
AZURE = "https://x.openai.azure.com/openai/deployments/{}/images/generations?api-version=2025-04-01-preview"
CATALOG = read_catalogs(None)
ROUTES = """
routes:
  - id: all
    to: [asked, gpt-image-2.5-flare, gpt-image-2.5-sunburst]
"""
FOX = {"prompt": "a fox", "model": "gpt-image-2", "size": "1024x1024", "quality": "low"}


def policy(more: str = "", routes: str = ROUTES):
    return parse_policy(f"pixroute: 1\nname: mine\n{routes}\n{more}")


def settings(**changes: Any) -> Settings:
    return Settings(**{"policy": policy(), "catalog": CATALOG, "provider": "openai", "on": ON, **changes})


def call(body: dict[str, object] | bytes = FOX, *, url: str = URL, **changes: Any) -> Call:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    message = Message(
        method="POST",
        url=url,
        headers=(("authorization", "Bearer sk"), ("content-type", "application/json"), ("content-length", "1")),
        body=(content,),
    )
    surface = find_surface("POST", url)
    assert surface is not None
    return Call(message=message, surface=surface, settings=settings(**changes), key="k")


DRAWN = Reply(
    status=200,
    headers=(("content-type", "application/json"),),
    body=json.dumps(
        {
            "created": 1,
            "data": [{"b64_json": "aGk="}],
            "usage": {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205},
        }
    ).encode(),
)
STREAM = Reply(status=200, headers=(("content-type", "text/event-stream"),), body=None)


def error(status: int, message: str = "no", *, headers: tuple[tuple[str, str], ...] = (), **fields: object) -> Reply:
    return Reply(status=status, headers=headers, body=json.dumps({"error": {"message": message, **fields}}).encode())


RATE_LIMIT = error(429, "Rate limit reached. Please try again in 12s.", code="rate_limit_exceeded")
SERVER_ERROR = error(500, "An error occurred", code="server_error", type="server_error")
NO_MODEL = error(400, "The model 'gpt-image-2' does not exist.", param="model", code="invalid_value")
NO_ALPHA = error(400, "Transparent background is not supported for this model.", param="background")
BLOCKED = error(400, "rejected by the safety system", code="moderation_blocked")


@dataclass
class Played:
    """What an exchange did: what it sent, how long it waited, what it told, what the caller gets."""

    done: Done
    sent: list[Message] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    told: list[Attempt] = field(default_factory=list)

    @property
    def models(self) -> list[object]:
        return [json.loads(b"".join(message.body))["model"] for message in self.sent]

    @property
    def reply(self) -> Reply:
        assert isinstance(self.done.outcome, Reply)
        return self.done.outcome

    @property
    def error(self) -> dict[str, object]:
        return dict(json.loads(self.reply.body or b"")["error"])


def play(the_call: Call, *outcomes: Reply | Failure) -> Played:
    """Run an exchange, giving it these outcomes in turn; all of them must be asked for."""
    played, given = Played(done=Done(outcome=Failure.LOST)), list(outcomes)
    running, answer = exchange(the_call), None
    while True:
        try:
            effect = running.send(answer)
        except StopIteration as end:
            assert given == []
            played.done = end.value
            return played
        match effect:
            case Send():
                played.sent.append(effect.message)
                answer = given.pop(0)
            case Wait():
                played.waits.append(effect.seconds)
                answer = None
            case Work():
                answer = effect.run()
            case Tell():
                played.told.append(effect.attempt)
                answer = None


# -- a call that goes well


def test_nothing_to_change_sends_the_very_bytes_of_the_app():
    body = b'{ "model":"gpt-image-2",  "prompt": "a fox", "size": "1024x1024", "quality": "low" }\n'
    asked = call(body)

    played = play(asked, DRAWN)

    assert played.sent == [asked.message]


def test_our_own_key_is_never_sent_on():
    played = play(call({**FOX, "pixroute": {"tags": {"tenant": "acme"}}}), DRAWN)

    assert [json.loads(message.body[0]) for message in played.sent] == [FOX]
    assert dict(played.told[0].decision.facts.tags) == {"tenant": "acme"}


def test_what_is_changed_is_sent_with_its_length():
    played = play(call({**FOX, "style": "vivid"}), DRAWN)

    sent = played.sent[0]
    assert json.loads(sent.body[0]) == FOX
    assert sent.header("content-length") == str(len(sent.body[0]))
    assert sent.header("authorization") == "Bearer sk"


def test_the_answer_is_marked_and_otherwise_as_it_came():
    played = play(call(), DRAWN)

    decision = played.told[0].decision
    assert played.reply.body is DRAWN.body
    assert played.reply.headers == (
        ("content-type", "application/json"),
        ("x-pixroute-decision", decision.id),
        ("x-pixroute-model", "gpt-image-2"),
        ("x-pixroute-rule", "all"),
        ("x-pixroute-cost-usd", "0.005952"),  # its usage: 196 tokens at $30, 9 at $8, as nothing calls them text
    )


def test_marks_of_somebody_else_are_replaced():
    theirs = (("X-Pixroute-Decision", "sha256:theirs"), ("x-should-retry", "true"))

    played = play(call(), error(401, headers=theirs))

    assert [value for name, value in played.reply.headers if name.lower() == "x-pixroute-decision"] == [
        played.told[0].decision.id
    ]
    assert [value for name, value in played.reply.headers if name.lower() == "x-should-retry"] == ["false"]


def test_an_event_stream_goes_to_the_caller_unread_and_is_told_at_its_end():
    played = play(call({**FOX, "stream": True}), STREAM)

    assert played.reply.body is None
    assert played.told == []
    assert played.done.attempt is not None
    assert (played.done.attempt.number, played.done.attempt.status) == (1, 200)


# -- denials


@pytest.mark.parametrize(
    ("body", "more", "answer"),
    [
        ({**FOX, "pixroute": {"max_cost_usd": 0.001}}, "", (402, "budget_exceeded")),
        (FOX, "budget: {per_request: 0.001}", (402, "budget_exceeded")),
        (FOX, "guards: [{id: off, when: {n: 1}, deny: {code: sundays_off, message: closed}}]", (403, "sundays_off")),
        ({**FOX, "n": 11}, "", (400, "integer_above_max_value")),
        ({**FOX, "prompt": ""}, "", (400, "missing_required_parameter")),
        (b"{", "", (400, "invalid_json")),
        (b"[]", "", (400, "invalid_type")),
        ({**FOX, "pixroute": {"tag": {}}}, "", (400, "invalid_value")),
    ],
)
def test_a_denial_is_an_answer_that_the_sdk_understands(body, more, answer):
    played = play(call(body, policy=policy(more)))

    assert played.sent == []
    assert (played.reply.status, played.error["code"]) == answer
    assert played.reply.header("x-should-retry") == "false"
    assert played.error.keys() == {"message", "type", "param", "code"}
    assert played.error["type"] == "pixroute_error"


def test_no_able_model_is_an_invalid_request():
    nowhere = "routes: [{id: all, to: [gpt-image-1]}]"

    played = play(call(policy=policy(routes=nowhere)))

    assert (played.sent, played.reply.status, played.error["code"]) == ([], 400, "no_able_model")
    assert [(attempt.number, attempt.status) for attempt in played.told] == [(0, None)]


# -- trying again


def test_a_rate_limit_is_waited_for_as_the_message_says():
    played = play(call(), RATE_LIMIT, DRAWN)

    assert (played.models, played.waits, played.reply.status) == (["gpt-image-2"] * 2, [12.0], 200)


def test_a_header_says_it_before_the_message():
    played = play(call(), error(429, "Please try again in 12s.", headers=(("retry-after-ms", "40"),)), DRAWN)

    assert played.waits == [0.04]


def test_without_a_word_the_wait_doubles():
    played = play(call(retries=6), *[error(429)] * 6, DRAWN)

    assert played.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


@pytest.mark.parametrize("retries", [0, 1, 2, 5])
def test_the_users_number_of_retries_is_honoured(retries):
    played = play(call(retries=retries), *[RATE_LIMIT] * (retries + 1))

    assert (len(played.sent), played.reply.status) == (retries + 1, 429)
    assert played.reply.header("x-should-retry") == "false"


def test_a_bare_transport_leaves_trying_again_to_its_caller():
    played = play(call(retries=None), RATE_LIMIT)

    assert (len(played.sent), played.waits, played.reply.header("x-should-retry")) == (1, [], None)


def test_a_provider_that_asks_for_more_than_a_minute_is_taken_at_its_word():
    played = play(call(), error(429, "Please try again in 1m1s."))

    assert (len(played.sent), played.waits, played.reply.status) == (1, [], 429)


@pytest.mark.parametrize(
    "answer",
    [
        error(429, "You exceeded your current quota", type="insufficient_quota", code="insufficient_quota"),
        error(400, "Billing hard limit has been reached", code="billing_hard_limit_reached"),
        error(429, "Limit 5, Used 0, Requested 10.", code="rate_limit_exceeded"),
        error(401, "Incorrect API key", code="invalid_api_key"),
        BLOCKED,
        error(400, "Your task failed as a result of our safety system.", code="contentFilter"),
    ],
)
def test_what_no_retry_and_no_other_model_can_help_is_delivered(answer):
    played = play(call(retries=5), answer)

    assert (len(played.sent), played.waits, played.reply.body) == (1, [], answer.body)


def test_a_connection_that_was_never_made_is_tried_again():
    played = play(call(), Failure.NOT_SENT, DRAWN)

    assert (len(played.sent), played.waits, played.reply.status) == (2, [0.5], 200)


def test_a_failure_is_given_back_as_the_failure_that_it_was():
    assert play(call(retries=1), Failure.NOT_SENT, Failure.NOT_SENT).done.outcome is Failure.NOT_SENT


# -- what may have been billed


@pytest.mark.parametrize("outcome", [SERVER_ERROR, error(408), error(502), Failure.LOST, Failure.TIMED_OUT])
def test_what_may_have_been_billed_is_not_repeated(outcome):
    played = play(call(), outcome)

    assert (len(played.sent), played.waits) == (1, [])


@pytest.mark.parametrize("outcome", [SERVER_ERROR, Failure.LOST, Failure.TIMED_OUT])
def test_what_may_have_been_billed_is_repeated_once_where_the_policy_says_so(outcome):
    played = play(call(policy=policy("retry: {ambiguous: once}"), retries=5), outcome, outcome)

    assert len(played.sent) == 2


def test_nothing_is_repeated_for_a_user_who_wants_no_retries():
    played = play(call(policy=policy("retry: {ambiguous: once}"), retries=0), SERVER_ERROR)

    assert len(played.sent) == 1


@pytest.mark.parametrize(
    ("fox", "more"),
    [
        (FOX | {"pixroute": {"max_cost_usd": "0.011"}}, ""),
        (FOX, "budget: {per_request: 0.011}"),
    ],
    ids=["max_cost_usd", "per_request"],
)
def test_a_cap_bounds_the_sum_over_all_attempts(fox, more):
    once = policy(f"retry: {{ambiguous: once}}\n{more}")

    played = play(call(fox, policy=once), SERVER_ERROR)

    assert [(attempt.number, attempt.status) for attempt in played.told] == [(1, 500), (0, None)]
    assert played.told[1].decision.inputs["committed_micros"] == ceiling(played.told[0])
    assert played.reply.status == 500
    assert played.reply.header("x-pixroute-decision") == played.told[0].decision.id
    assert played.reply.header("x-should-retry") == "false"


def test_a_cap_that_holds_both_attempts_lets_both_go():
    enough = Decimal(2 * ceiling(play(call(), DRAWN).told[0])) / 1_000_000
    capped = policy(f"retry: {{ambiguous: once}}\nbudget: {{per_request: {enough}}}")

    assert len(play(call(policy=capped), SERVER_ERROR, DRAWN).sent) == 2


def test_what_was_refused_before_any_work_does_not_count_against_a_cap():
    capped = policy("budget: {per_request: 0.007}")

    played = play(call(policy=capped), NO_MODEL, RATE_LIMIT, DRAWN)

    assert played.models == ["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-flare"]


def ceiling(attempt: Attempt) -> int:
    assert attempt.decision.quote is not None
    return attempt.decision.quote.ceiling_micros


# -- going on to the next model


@pytest.mark.parametrize(
    "refused",
    [
        NO_MODEL,
        NO_ALPHA,
        error(404, "gone", code="model_not_found"),
        error(403, "Your organization must be verified to use the model `gpt-image-2`."),
        error(400, "Unknown parameter: 'quality'.", param="quality", code="unknown_parameter"),
        error(400, "The model does not support it.", param="tools", code="invalid_input_fidelity_model"),
    ],
)
def test_a_model_that_cannot_serve_is_followed_by_the_next_able_one(refused):
    played = play(call(retries=0), refused, DRAWN)

    assert (played.models, played.waits) == (["gpt-image-2", "gpt-image-2.5-flare"], [])
    assert played.reply.header("x-pixroute-model") == "gpt-image-2.5-flare"
    assert played.told[1].decision.inputs["without"] == {
        "gpt-image-2": str(json.loads(refused.body)["error"]["message"])
    }


def test_a_bare_transport_goes_on_to_the_next_model_too():
    assert play(call(retries=None), NO_MODEL, DRAWN).models == ["gpt-image-2", "gpt-image-2.5-flare"]


def test_when_no_model_is_left_the_caller_gets_the_last_error_marked():
    played = play(call(), NO_MODEL, NO_MODEL, NO_MODEL)

    assert played.models == ["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst"]
    assert (played.reply.status, played.reply.body) == (400, NO_MODEL.body)
    assert played.reply.header("x-pixroute-model") == "gpt-image-2.5-sunburst"
    assert played.reply.header("x-should-retry") == "false"


def test_a_moderation_block_is_never_taken_to_another_model():
    played = play(call(), error(400, "The model 'x' does not exist.", param="model", code="moderation_blocked"))

    assert played.models == ["gpt-image-2"]


def test_the_last_attempt_is_the_one_that_is_delivered():
    played = play(call(), NO_MODEL, Failure.LOST)

    assert played.done.outcome is Failure.LOST
    assert [attempt.number for attempt in played.told] == [1, 2]


# -- shadow


def test_in_shadow_the_app_gets_what_it_asked_for_and_the_decision_is_told():
    asked = call({**FOX, "model": "gpt-image-1", "style": "vivid"}, mode="shadow")

    played = play(asked, NO_MODEL)

    assert played.sent == [asked.message]
    assert played.done.outcome is NO_MODEL
    assert [attempt.decision.model for attempt in played.told] == ["gpt-image-2.5-flare"]


def test_in_shadow_nothing_is_denied_and_nothing_is_tried_again():
    capped = policy("budget: {per_request: 0.001}")

    played = play(call(policy=capped, mode="shadow"), RATE_LIMIT)

    assert (len(played.sent), played.waits, played.done.outcome) == (1, [], RATE_LIMIT)
    assert [attempt.decision.outcome for attempt in played.told] == ["deny"]


def test_in_shadow_only_our_own_key_is_taken_out():
    asked = call({"prompt": "a fox", "style": "vivid", "pixroute": {}}, mode="shadow")

    played = play(asked, DRAWN)

    assert played.sent[0].body == (b'{"prompt":"a fox","style":"vivid"}',)
    assert played.reply == DRAWN


@pytest.mark.parametrize("body", [b"{", b'{"prompt": ""}', b'{"prompt": "a fox", "n": 99}'])
def test_in_shadow_what_cannot_be_read_is_sent_all_the_same(body):
    asked = call(body, mode="shadow")

    assert play(asked, DRAWN).sent == [asked.message]


def test_in_shadow_a_deployment_keeps_its_body_as_well_as_its_path():
    asked = call({"prompt": "a fox", "pixroute": {}}, url=AZURE.format("mine"), provider="azure", mode="shadow")

    played = play(asked, DRAWN)

    assert (played.sent[0].url, played.sent[0].body) == (AZURE.format("mine"), (b'{"prompt":"a fox"}',))


# -- Azure


def azure(deployments: str, url: str, body: dict[str, object], **changes: Any) -> Call:
    document = f"pixroute-catalog: 1\nprovider: azure\ndeployments: {deployments}\n"
    catalog = overlay(CATALOG, document, "mine.yaml")
    return call(body, url=url, provider="azure", catalog=catalog, **changes)


FOUR = "{old: gpt-image-1, two: gpt-image-2, zwei: gpt-image-2, 'flare/7': gpt-image-2.5-flare}"
BODY = {"prompt": "a fox", "size": "1024x1024", "quality": "low"}


def test_on_azure_rerouting_changes_the_path_and_the_model_beside_it():
    played = play(azure(FOUR, AZURE.format("old"), {"model": "old", **BODY}), DRAWN)

    assert [message.url for message in played.sent] == [AZURE.format("flare%2F7")]
    assert played.models == ["flare/7"]
    assert played.reply.header("x-pixroute-model") == "gpt-image-2.5-flare"


def test_on_azure_a_body_without_a_model_stays_without():
    played = play(azure(FOUR, AZURE.format("old"), BODY), DRAWN)

    assert "model" not in json.loads(played.sent[0].body[0])


@pytest.mark.parametrize("deployment", ["two", "zwei"])
def test_on_azure_a_living_deployment_is_called_as_it_was(deployment):
    asked = azure(FOUR, AZURE.format(deployment), {"model": "whatever", **BODY})

    assert play(asked, DRAWN).sent == [asked.message]


def test_on_azure_the_deployment_that_was_called_is_preferred_among_those_of_a_model():
    to_two = policy(routes="routes: [{id: all, to: [gpt-image-2]}]")

    urls = [play(azure(FOUR, AZURE.format(each), BODY, policy=to_two), DRAWN).sent[0].url for each in ("two", "zwei")]

    assert urls == [AZURE.format("two"), AZURE.format("zwei")]


def test_on_azure_targets_without_a_deployment_are_skipped_with_the_reason():
    played = play(azure("{old: gpt-image-1}", AZURE.format("old"), BODY))

    assert (played.sent, played.reply.status, played.error["code"]) == ([], 400, "no_able_model")
    assert {each.model: each.reason for each in played.told[0].decision.candidates} == {
        "old": "shut down on 2026-10-23",
        "gpt-image-2.5-flare": "no deployment is mapped to it",
        "gpt-image-2.5-sunburst": "no deployment is mapped to it",
    }


def test_on_azure_a_deployment_named_like_a_model_needs_no_mapping():
    asked = azure("{}", AZURE.format("gpt-image-2"), BODY)

    assert play(asked, DRAWN).sent == [asked.message]


def test_on_azure_a_deployment_of_a_snapshot_reaches_its_model():
    to_two = policy(routes="routes: [{id: all, to: [gpt-image-2]}]")

    played = play(azure("{snap: gpt-image-2-2026-04-21}", AZURE.format("snap"), BODY, policy=to_two), DRAWN)

    assert played.sent[0].url == AZURE.format("snap")


def test_on_azure_a_deployment_that_failed_is_not_called_again_by_its_models_name():
    both = policy(routes="routes: [{id: all, to: [asked, gpt-image-2, gpt-image-2.5-flare]}]")
    gone = error(404, "The API deployment for this resource does not exist.", code="DeploymentNotFound")

    played = play(azure(FOUR, AZURE.format("two"), BODY, policy=both), gone, DRAWN)

    assert [message.url for message in played.sent] == [AZURE.format("two"), AZURE.format("flare%2F7")]


def test_on_azures_v1_path_the_deployment_is_in_the_body():
    v1 = "https://x.openai.azure.com/openai/v1/images/generations"

    played = play(azure(FOUR, v1, {"model": "old", **BODY}), DRAWN)

    assert (played.sent[0].url, played.models) == (v1, ["flare/7"])
