"""The decision record: what is in it, the same bytes for the same inputs, and what it does not show."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from router.decision import Decision, Denial, plain
from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Policy, Route, Target
from router.request import read_request

DAY = Inputs(on=date(2026, 11, 23), catalog=load_catalog())
POLICY = Policy(name="p", revision="sha256:1", routes=(Route(id="r", to=(Target(model="gpt-image-2.5-flare"),)),))
BODY = {"prompt": "a fox", "model": "gpt-image-1", "size": "1200x628", "quality": "high"}


def decide(inputs: Inputs = DAY, **more: object) -> Decision:
    return plan(read_request(BODY | more), POLICY, inputs)


def test_the_record_has_everything_that_a_reader_needs():
    record = decide(response_format="b64_json").to_dict()
    shown = {
        name: record[name]
        for name in (
            "engine",
            "outcome",
            "on",
            "provider",
            "policy",
            "inputs",
            "route",
            "model",
            "delivery",
            "gave_up",
            "deny",
        )
    }

    assert shown == {
        "engine": "pixroute/0.1.0",
        "outcome": "route",
        "on": "2026-11-23",
        "provider": "openai",
        "policy": {"name": "p", "revision": "sha256:1"},
        "inputs": {"budget_left_micros": None, "max_cost_micros": None, "without": {}, "committed_micros": 0},
        "route": "r",
        "model": "gpt-image-2.5-flare",
        "delivery": {"target": [1200, 628], "canvas": [1200, 640], "crop": [0, 6, 1200, 634], "resize": None},
        "gave_up": [],
        "deny": None,
    }
    assert record["params"] == {
        "prompt": "a fox",
        "model": "gpt-image-2.5-flare",
        "size": "1200x640",
        "quality": "high",
    }
    assert record["quote"]["ceiling_micros"] == 26_180  # type: ignore[index]


def test_the_record_is_in_the_order_that_a_reader_wants():
    assert " ".join(decide().to_dict()) == (
        "id engine outcome on provider policy catalog inputs route model operation params changes candidates quote "
        "delivery gave_up warnings hints needs trace deny"
    )


def test_equal_inputs_give_equal_bytes():
    assert json.dumps(decide().to_dict()) == json.dumps(decide().to_dict())


def test_the_id_depends_on_the_day_the_money_and_the_request():
    others = [
        replace(DAY, on=date(2026, 11, 24)),
        replace(DAY, budget_left_micros=9),
        replace(DAY, without={"gpt-image-1": "…"}),
    ]
    ids = {decide().id, decide(n=2).id, *(decide(other).id for other in others)}

    assert len(ids) == 5


def test_a_prompt_can_be_masked():
    assert decide().to_dict(prompt=False)["params"] == {
        "prompt": "<5 characters>",
        "model": "gpt-image-2.5-flare",
        "size": "1200x640",
        "quality": "high",
    }


def test_files_are_only_named():
    assert plain({"image": [b"png", object()], "n": 2, 3: None}) == {
        "image": ["<3 bytes>", "<object>"],
        "n": 2,
        "3": None,
    }


def test_a_denial_shows_its_details_beside_its_message():
    denial = Denial(
        code="budget_exceeded", message="…", hint="ask for less", details={"limit": "day", "left_micros": 3}
    )

    assert denial.to_dict() == {
        "code": "budget_exceeded",
        "message": "…",
        "hint": "ask for less",
        "limit": "day",
        "left_micros": 3,
    }


def test_a_denied_request_has_no_model_params_or_price():
    record = decide(background="transparent", size="9000x100").to_dict()

    assert [record[name] for name in ("outcome", "model", "params", "quote", "delivery")] == [
        "deny",
        None,
        None,
        None,
        None,
    ]
