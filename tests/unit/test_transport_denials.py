"""Denials in the shape that the SDKs understand."""

from __future__ import annotations

import json
from datetime import date

import pytest

from router.app import read_catalogs
from router.decision import Denial
from router.engine import Inputs, plan
from router.errors import RequestError
from router.language import parse_policy
from router.request import read_request
from router.transport.denials import deny, refuse
from router.transport.message import Reply

POLICY = parse_policy("pixroute: 1\nname: mine\nroutes: [{id: all, to: [gpt-image-1]}]\n")
DECISION = plan(read_request({"prompt": "a fox"}), POLICY, Inputs(on=date(2026, 11, 23), catalog=read_catalogs(None)))


def error(reply: Reply) -> dict[str, object]:
    assert reply.header("content-type") == "application/json"
    return dict(json.loads(reply.body or b"")["error"])


@pytest.mark.parametrize(
    ("code", "status"),
    [("budget_exceeded", 402), ("no_able_model", 400), ("no_route", 403), ("tag_required", 403), ("sundays_off", 403)],
)
def test_the_status_says_money_a_request_that_nobody_serves_or_policy(code, status):
    reply = deny(DECISION, Denial(code=code, message="no"))

    assert (reply.status, error(reply)) == (
        status,
        {"message": "no", "type": "pixroute_error", "param": None, "code": code},
    )


def test_a_denial_is_final_and_names_its_decision():
    reply = deny(DECISION, Denial(code="no_route", message="no"))

    assert reply.header("x-should-retry") == "false"
    assert reply.header("x-pixroute-decision") == DECISION.id


def test_the_hint_is_part_of_the_message():
    reply = deny(DECISION, Denial(code="no_route", message="no route holds", hint="add one without `when`"))

    assert error(reply)["message"] == "no route holds (hint: add one without `when`)"


def test_a_request_that_cannot_be_read_names_the_parameter():
    reply = refuse(RequestError("`n` must be at most 10", field="n", code="integer_above_max_value", hint="ask twice"))

    assert (reply.status, reply.header("x-should-retry"), error(reply)) == (
        400,
        "false",
        {
            "message": "`n` must be at most 10 (hint: ask twice)",
            "type": "pixroute_error",
            "param": "n",
            "code": "integer_above_max_value",
        },
    )
