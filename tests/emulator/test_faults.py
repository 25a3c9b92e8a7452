"""Every fault on request: what the caller sees, and what was billed."""

from __future__ import annotations

import httpx
import pytest

from router.emulator.faults import KINDS

from .calls import GENERATIONS, PLAIN, bill, error, events, generate, kinds, picture, queue

ONE_PICTURE = 5_925  # 196 tokens drawn at $30, 9 read at $5 a million


def billed(api):
    return bill(api)["total_micros"]


def test_a_call_that_goes_well_is_billed(api):
    generate(api)

    assert billed(api) == ONE_PICTURE


def test_a_delay(api):
    queue(api, {"fault": "delay", "delay": 0.3})

    assert generate(api).elapsed.total_seconds() > 0.3


def test_a_caller_who_hangs_up_is_billed_all_the_same(api):
    queue(api, {"fault": "delay", "delay": 5})

    with pytest.raises(httpx.ReadTimeout):
        api.post(GENERATIONS, json=PLAIN, timeout=0.2)

    assert billed(api) == ONE_PICTURE


def test_a_rate_limit_with_its_wait_in_the_message(api):
    queue(api, "rate_limit")
    answer = generate(api)

    assert answer.json() == {
        "error": {
            "message": "Rate limit reached for gpt-image-2 (for limit gpt-image) in organization org-emulator on "
            "input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s.",
            "type": "input-images",
            "code": "rate_limit_exceeded",
        }
    }
    assert answer.status_code == 429
    assert "retry-after" not in answer.headers
    assert billed(api) == 0


def test_a_rate_limit_with_its_wait_in_the_header(api):
    queue(api, {"fault": "rate_limit", "retry_after": 2, "try_again": None})
    answer = generate(api)

    assert answer.headers["retry-after"] == "2"
    assert answer.json()["error"]["message"].endswith("Requested 1.")


def test_a_rate_limit_that_can_never_pass(api):
    queue(api, "n_above_limit")

    assert "Limit 5, Used 0, Requested 10." in error(generate(api))[1]["message"]


def test_a_quota_that_is_used_up(api):
    queue(api, "quota")
    status, body = error(generate(api))

    assert (status, body["type"], body["code"]) == (429, "insufficient_quota", "insufficient_quota")


def test_a_billing_hard_limit(api):
    queue(api, "billing_hard_limit")

    assert error(generate(api)) == (
        400,
        {
            "code": "billing_hard_limit_reached",
            "message": "Billing hard limit has been reached",
            "param": None,
            "type": "invalid_request_error",
        },
    )


@pytest.mark.parametrize(
    ("fault", "micros"), [("server_error", 0), ({"fault": "server_error", "billed": True}, ONE_PICTURE)]
)
def test_a_server_error_before_and_after_billing(api, fault, micros):
    queue(api, fault)
    status, body = error(generate(api))

    assert (status, body["type"], body["code"], billed(api)) == (500, "server_error", "server_error", micros)


def test_a_page_from_a_gateway(api):
    queue(api, "bad_gateway")
    answer = generate(api)

    assert (answer.status_code, answer.text[:6]) == (502, "<html>")


@pytest.mark.parametrize(("when", "micros"), [("before", 0), ("during", ONE_PICTURE), ("after", ONE_PICTURE)])
@pytest.mark.parametrize("stream", [False, True])
def test_a_connection_that_is_reset(api, *, when, micros, stream):
    queue(api, {"fault": "reset", "when": when})

    with pytest.raises(httpx.ReadError):
        generate(api, stream=stream)

    assert billed(api) == micros
    assert [call["outcome"] for call in bill(api)["calls"]] == [f"reset {when}"]
    assert generate(api).status_code == 200


def test_an_event_stream_that_is_cut(api):
    queue(api, {"fault": "stream_cut", "after": 1})
    answer = generate(api, stream=True, partial_images=2)

    assert kinds(answer) == ["image_generation.partial_image"]
    assert billed(api) == ONE_PICTURE + 6_000


def test_an_error_in_the_midst_of_a_stream(api):
    queue(api, "stream_error")
    answer = generate(api, stream=True, partial_images=1)
    kind, data = events(answer)[-1]

    assert (answer.status_code, kind, data["type"], data["error"]["code"]) == (200, "error", "error", "server_error")
    assert billed(api) == ONE_PICTURE + 3_000


def test_fewer_partial_images_than_asked(api):
    queue(api, "fewer_partials")

    assert kinds(generate(api, stream=True, partial_images=3)) == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]


def test_moderation_of_the_prompt_is_not_billed(api):
    queue(api, {"fault": "moderation", "categories": ["violence"]})
    status, body = error(generate(api))
    message = body.pop("message")

    assert status == 400
    assert message.startswith("Your request was rejected by the safety system.")
    assert message.endswith("safety_violations=[violence].")
    assert body == {
        "type": "image_generation_user_error",
        "param": None,
        "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": "input", "categories": ["violence"]},
    }
    assert billed(api) == 0


def test_moderation_of_the_picture_is_billed(api):
    queue(api, {"fault": "moderation", "stage": "output"})

    assert error(generate(api))[1]["moderation_details"]["moderation_stage"] == "output"
    assert billed(api) == ONE_PICTURE


def test_moderation_of_the_picture_in_a_stream(api):
    queue(api, {"fault": "moderation", "stage": "output"})

    assert events(generate(api, stream=True))[-1][1]["error"]["code"] == "moderation_blocked"


def test_azure_says_content_filter(api):
    queue(api, "moderation")

    assert api.post("/openai/v1/images/generations", json=PLAIN).json() == {
        "created": 1795435200,
        "error": {"code": "contentFilter", "message": "Your task failed as a result of our safety system."},
    }


@pytest.mark.parametrize("stream", [False, True])
def test_missing_usage(api, stream):
    queue(api, "missing_usage")

    assert '"usage"' not in generate(api, stream=stream).text
    assert billed(api) == ONE_PICTURE


def test_usage_above_the_ceiling(api):
    queue(api, {"fault": "usage_above", "factor": 100})

    assert generate(api).json()["usage"]["output_tokens"] == 19_600
    assert billed(api) == 100 * ONE_PICTURE


def test_an_opaque_picture_where_alpha_was_asked(api):
    queue(api, "opaque")
    answer = generate(api, background="transparent")

    assert (answer.json()["background"], picture(answer).mode) == ("opaque", "RGB")


@pytest.mark.parametrize(("asked", "given"), [("1536x1024", (1024, 1024)), ("1024x1024", (1536, 1024))])
def test_another_size_than_asked(api, asked, given):
    queue(api, "other_size")
    answer = generate(api, size=asked)

    assert (picture(answer).size, answer.json()["size"]) == (given, f"{given[0]}x{given[1]}")


def test_a_living_model_that_does_not_exist_for_a_while(api):
    queue(api, "model_not_found")

    assert error(generate(api))[1]["message"] == "The model 'gpt-image-2' does not exist."
    assert generate(api).status_code == 200


def test_an_organisation_that_is_not_verified(api):
    queue(api, "org_not_verified")
    status, body = error(generate(api))

    assert (status, body["type"], body["param"], body["code"]) == (403, "invalid_request_error", None, None)
    assert "must be verified to use the model `gpt-image-2`" in body["message"]


@pytest.mark.parametrize(
    ("fault", "code", "param"),
    [
        ("transparency_refused", "invalid_value", "background"),
        ({"fault": "parameter_refused", "param": "moderation"}, "unknown_parameter", "moderation"),
    ],
)
def test_refusals_that_lead_to_another_candidate(api, *, fault, code, param):
    queue(api, fault)
    body = error(generate(api))[1]

    assert (body["code"], body["param"]) == (code, param)


# --- how they are asked for


@pytest.mark.parametrize("name", KINDS)
def test_every_fault_can_be_ordered_by_its_name(api, name):
    assert queue(api, name).status_code == 200
    assert [fault["fault"] for fault in api.get("/_emulator/faults").json()["waiting"]] == [name]


def test_a_header_strikes_one_call(api):
    answers = [generate(api, headers=headers) for headers in ({"x-emulator-fault": "rate_limit; retry_after=3"}, {})]

    assert [answer.status_code for answer in answers] == [429, 200]
    assert answers[0].headers["retry-after"] == "3"


def test_a_header_may_be_json(api):
    assert generate(api, headers={"x-emulator-fault": '{"fault": "quota"}'}).status_code == 429


def test_a_fault_may_strike_several_times_and_only_one_model(api):
    queue(api, {"fault": "server_error", "times": 2, "model": "gpt-image-2"}, {"fault": "quota", "operation": "edit"})
    models = ("gpt-image-2.5-flare", "gpt-image-2", "gpt-image-2", "gpt-image-2")

    assert [generate(api, model=model).status_code for model in models] == [200, 500, 500, 200]


def test_faults_are_forgotten(api):
    queue(api, "quota")
    api.delete("/_emulator/faults")

    assert generate(api).status_code == 200


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("rate_limits", "there is no fault `rate_limits`: did you mean `rate_limit`?"),
        (
            {"fault": "rate_limit", "retry_afer": 1},
            "`rate_limit` has no option `retry_afer`: did you mean `retry_after`?",
        ),
        ({"fault": "delay", "delay": -1}, "`delay` is seconds, 0 to 3600, not `-1`"),
        ({"fault": "stream_cut", "after": "x"}, "`after` is a whole number, not `x`"),
        ({"fault": "reset", "when": "now"}, "`when` is `before`, `during` or `after`"),
        (7, 'a fault is a name, or an object such as {"fault": "rate_limit", "retry_after": 2}'),
    ],
)
def test_a_fault_that_cannot_be_read_is_refused_when_it_is_ordered(api, asked, message):
    assert error(queue(api, asked)) == (
        400,
        {**error(queue(api, asked))[1], "message": message, "type": "emulator_error"},
    )


def test_the_bill_shows_every_call_and_is_reset(api):
    queue(api, "quota")
    generate(api)
    generate(api, n=2)
    calls = bill(api)["calls"]

    assert [(call["fault"], call["status"], call["outcome"], call["micros"]) for call in calls] == [
        ("quota", 429, "insufficient_quota", 0),
        (None, 200, "answered", 11_850),
    ]
    assert calls[1]["params"] == {**PLAIN, "n": 2}
    assert api.delete("/_emulator/bill").json() == {"total_micros": 0, "calls": []}
