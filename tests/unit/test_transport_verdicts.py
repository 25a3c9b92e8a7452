"""What an answer means for the call: every row of FACTS section 6, to the letter."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from router.transport.message import Reply
from router.transport.verdicts import TABLE, Act, ApiError, Failure, Fate, Verdict, judge, judge_failure, read_error

USER = "image_generation_user_error"
INVALID = "invalid_request_error"
UNVERIFIED = (
    "Your organization must be verified to use the model `gpt-image-1`. Please go to: "
    "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, "
    "it can take up to 15 minutes for access to propagate."
)


class Case(NamedTuple):
    """An answer, and what is to be done with it."""

    status: int
    error: dict[str, object]
    act: Act
    fate: Fate = Fate.NO_WORK
    wait_s: float | None = None


def rate_limit(limit: int, requested: int, more: str = "") -> dict[str, object]:
    return {
        "message": "Rate limit reached for gpt-image-2 (for limit gpt-image) in organization org-x on input-images per "
        f"min: Limit {limit}, Used {limit}, Requested {requested}.{more}",
        "type": "input-images",
        "code": "rate_limit_exceeded",
    }


def blocked(stage: str) -> dict[str, object]:
    return {
        "message": "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        "help.openai.com and include the request ID req_1. safety_violations=[sexual].",
        "type": USER,
        "param": None,
        "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": stage, "categories": ["sexual"]},
    }


FACTS_6 = {
    "size not multiple of 16": Case(
        400,
        {
            "message": "Invalid size '1792x936'. Width and height must both be divisible by 16.",
            "type": USER,
            "param": "size",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "size too small": Case(
        400,
        {
            "message": "Invalid size '512x512'. Requested resolution is below the current minimum pixel budget.",
            "type": USER,
            "param": "size",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "size on preset models": Case(
        400,
        {
            "message": "Invalid value: '1254x836'. Supported values are: '1024x1024', '1024x1536', '1536x1024', and "
            "'auto'.",
            "type": INVALID,
            "param": "size",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "transparent unsupported": Case(
        400,
        {
            "message": "Transparent background is not supported for this model.",
            "type": USER,
            "param": "background",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "transparent unsupported, no param": Case(
        400,
        {
            "message": "Transparent background is not supported for this model.",
            "type": USER,
            "param": "tools",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "response_format": Case(
        400,
        {
            "message": "Unknown parameter: 'response_format'.",
            "type": INVALID,
            "param": "response_format",
            "code": "unknown_parameter",
        },
        Act.NEXT_MODEL,
    ),
    "input_fidelity on gpt-image-2": Case(
        400,
        {
            "message": "The model 'gpt-image-2' does not support the 'input_fidelity' parameter.",
            "type": USER,
            "param": "input_fidelity",
            "code": "invalid_input_fidelity_model",
        },
        Act.NEXT_MODEL,
    ),
    "n out of range": Case(
        400,
        {
            "message": "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
            "type": INVALID,
            "param": "n",
            "code": "integer_above_max_value",
        },
        Act.DELIVER,
    ),
    "model retired": Case(
        400,
        {
            "message": "The model 'dall-e-3' does not exist.",
            "type": USER,
            "param": "model",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "model retired, as text models are": Case(
        404,
        {
            "message": "The model `gpt-image-1` has been deprecated, learn more here: "
            "https://platform.openai.com/docs/deprecations",
            "type": INVALID,
            "param": None,
            "code": "model_not_found",
        },
        Act.NEXT_MODEL,
    ),
    "Azure deployment gone": Case(
        404,
        {
            "code": "DeploymentNotFound",
            "message": "The API deployment for this resource does not exist. If you created the deployment within the "
            "last 5 minutes, please wait a moment and try again.",
        },
        Act.NEXT_MODEL,
    ),
    "moderation before drawing": Case(400, blocked("input"), Act.DELIVER),
    "moderation of the picture": Case(400, blocked("output"), Act.DELIVER, Fate.UNKNOWN),
    "moderation, nobody says where": Case(400, blocked("unknown"), Act.DELIVER, Fate.UNKNOWN),
    "rate limit": Case(429, rate_limit(5, 1, " Please try again in 12s."), Act.AGAIN, wait_s=12.0),
    "rate limit, nothing said": Case(429, rate_limit(5, 1), Act.AGAIN),
    "n larger than the limit": Case(429, rate_limit(5, 10), Act.DELIVER),
    "quota": Case(
        429,
        {
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        },
        Act.DELIVER,
    ),
    "billing hard limit": Case(
        400,
        {
            "code": "billing_hard_limit_reached",
            "message": "Billing hard limit has been reached",
            "param": None,
            "type": INVALID,
        },
        Act.DELIVER,
    ),
    "org not verified": Case(
        403, {"message": UNVERIFIED, "type": INVALID, "param": None, "code": None}, Act.NEXT_MODEL
    ),
    "server": Case(
        500,
        {
            "message": "An error occurred while processing your request. You can retry your request, or contact us.",
            "type": "server_error",
            "param": None,
            "code": "server_error",
        },
        Act.AMBIGUOUS,
        Fate.UNKNOWN,
    ),
    "Azure filter": Case(
        400,
        {"code": "contentFilter", "message": "Your task failed as a result of our safety system."},
        Act.DELIVER,
        Fate.UNKNOWN,
    ),
    "xhigh to gpt-image-2": Case(
        400,
        {
            "message": "Invalid value: 'xhigh'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
            "type": USER,
            "param": "quality",
            "code": "invalid_value",
        },
        Act.NEXT_MODEL,
    ),
    "no key": Case(
        401,
        {"message": "Incorrect API key provided: sk-x.", "type": INVALID, "param": None, "code": "invalid_api_key"},
        Act.DELIVER,
    ),
    "no permission": Case(
        403,
        {"message": "You are not allowed to generate images.", "type": INVALID, "param": None, "code": None},
        Act.DELIVER,
    ),
    "a relay without a channel for the model": Case(
        503,
        {"message": "No available channel for model gpt-image-2.", "type": "new_api_error", "code": "model_not_found"},
        Act.NEXT_MODEL,
        Fate.UNKNOWN,
    ),
    "no money, said by a gateway after the work": Case(
        500, {"message": "Quota.", "code": "insufficient_quota"}, Act.AMBIGUOUS, Fate.UNKNOWN
    ),
    "timed out there": Case(408, {"message": "Request timed out."}, Act.AMBIGUOUS, Fate.UNKNOWN),
    "a conflict": Case(409, {"message": "Conflict."}, Act.AGAIN),
}


def reply(status: int, error: object, **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(status=status, headers=named, body=json.dumps({"error": error}).encode())


@pytest.mark.parametrize("case", FACTS_6.values(), ids=FACTS_6.keys())
def test_an_answer_is_read_by_the_table(case):
    verdict = judge(reply(case.status, case.error))

    expected = Verdict(act=case.act, fate=case.fate, reason=str(case.error["message"]), wait_s=case.wait_s)
    assert verdict == expected


def test_every_row_of_the_table_is_the_first_for_some_answer():
    seen = {
        next(row.reason for row in TABLE if row.fits(case.status, read_error(reply(case.status, case.error))))
        for case in FACTS_6.values()
    }

    assert {row.reason for row in TABLE} - seen == set()


@pytest.mark.parametrize(
    ("status", "fate"), [(200, Fate.DONE), (201, Fate.DONE), (302, Fate.NO_WORK), (307, Fate.NO_WORK)]
)
def test_an_answer_below_400_is_delivered_and_one_that_sends_elsewhere_drew_nothing(status, fate):
    verdict = judge(Reply(status=status, body=b'{"data": []}'))

    assert (verdict.act, verdict.fate) == (Act.DELIVER, fate)


def test_an_error_that_is_nested_without_end_is_read_as_none():
    assert read_error(Reply(status=500, body=b"[" * 100_000)) == ApiError()


@pytest.mark.parametrize(
    ("body", "act"),
    [
        (b"<html><h1>502 Bad Gateway</h1></html>", Act.AMBIGUOUS),
        (b"", Act.AMBIGUOUS),
        (b"[1, 2]", Act.AMBIGUOUS),
        (b'{"error": "overloaded"}', Act.AMBIGUOUS),
        (b'{"error": {"message": 5, "code": ["x"]}}', Act.AMBIGUOUS),
        (b"\xff\xfe", Act.AMBIGUOUS),
    ],
)
def test_a_page_of_a_gateway_may_have_been_billed(body, act):
    assert judge(Reply(status=502, body=body)).act is act


@pytest.mark.parametrize("failure", Failure)
def test_only_what_was_never_sent_is_surely_not_billed(failure):
    never_sent = failure is Failure.NOT_SENT

    verdict = judge_failure(failure)

    assert verdict == Verdict(
        act=Act.AGAIN if never_sent else Act.AMBIGUOUS,
        fate=Fate.NO_WORK if never_sent else Fate.UNKNOWN,
        reason=failure.value,
    )


@pytest.mark.parametrize(
    ("headers", "more", "wait_s"),
    [
        ({"retry_after": "2"}, "", 2.0),
        ({"retry_after": "1.5"}, "", 1.5),
        ({"retry_after_ms": "250"}, "", 0.25),
        ({"retry_after_ms": "250", "retry_after": "1"}, "", 0.25),
        ({"retry_after": "3"}, " Please try again in 12s.", 3.0),
        ({}, " Please try again in 12s.", 12.0),
        ({}, " Please try again in 1.5s.", 1.5),
        ({}, " Please try again in 250ms.", 0.25),
        ({}, " Please try again in 1m30s.", 90.0),
        ({}, " Please try again in 6m0s.", 360.0),
        ({}, " Please try again in 1h2m.", 3720.0),
        ({}, " Please try again later.", None),
        ({"retry_after": "²"}, "", None),
        ({"retry_after": "-1"}, "", None),
        ({"retry_after": "nan"}, " Please try again in 12s.", 12.0),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}, " Please try again in 12s.", 12.0),
    ],
)
def test_how_long_to_wait_is_read_from_the_headers_then_from_the_words(headers, more, wait_s):
    assert judge(reply(429, rate_limit(5, 1, more), **headers)).wait_s == wait_s


def test_a_wait_is_read_for_a_failure_that_may_be_repeated_too():
    assert judge(reply(503, {"message": "overloaded"}, retry_after="4")).wait_s == 4.0


@pytest.mark.parametrize(("status", "fate"), [(429, Fate.NO_WORK), (500, Fate.UNKNOWN)])
def test_a_provider_that_forbids_to_retry_is_taken_at_its_word(status, fate):
    verdict = judge(reply(status, rate_limit(5, 1, " Please try again in 12s."), x_should_retry="false"))

    assert (verdict.act, verdict.fate, verdict.wait_s) == (Act.DELIVER, fate, None)


def test_codes_come_before_words():
    named_in_words = blocked("input") | {"message": "The model 'x' does not exist. Please try again in 12s."}

    assert judge(reply(400, named_in_words)).act is Act.DELIVER


def test_an_error_is_read_as_far_as_it_is_one():
    error = read_error(reply(400, {"message": "no", "type": None, "param": 3, "code": "x"}))

    assert error == ApiError(message="no", code="x")
