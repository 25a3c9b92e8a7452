"""Laws of a replay: remembering changes nothing, and neither does how a log is cut up."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.engine import Inputs, plan
from router.errors import RequestError
from router.migrate import tally as tallies
from router.migrate.costs import cost_before
from router.migrate.logged import Logged, read_logged
from router.migrate.logs import Block
from router.migrate.replay import Piece, judge_block
from router.migrate.report.replay_json import to_dict
from router.migrate.tally import Tally
from router.migrate.today import Call
from router.migrate.trial import Judge, Terms
from router.request import read_request

ON = date(2026, 11, 23)
CAPPED = """
pixroute: 1
name: capped
routes:
  - {id: text, when: {text.score: {gte: 40}, prompt_chars: {lt: 60}}, to: [asked, gpt-image-2]}
  - {id: alpha, when: {transparent: true}, to: {cheapest_of: [gpt-image-2.5-flare, gpt-image-1-mini, gpt-image-1.5]}}
  - {id: all, to: [asked, gpt-image-2.5-flare]}
budget:
  per_request: 0.0535
  when_short: [{lower: quality, floor: low}, {lower: n, floor: 1}]
"""
MODELS = (
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "gpt-image-2",
    "gpt-image-2.5-flare",
    "dall-e-3",
    "gpt-image-9",
)
PROMPTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "a door",
            "a café",
            'a sign that says "OPEN ALL NIGHT"',
            'a long sign over the door of a bar in the old town that says "OPEN ALL NIGHT"',
            "a garden " * 30,
            "図 " * 40,
        ]
    ),
)
BODIES = st.fixed_dictionaries(
    {"prompt": PROMPTS},
    optional={
        "model": st.sampled_from(MODELS),
        "size": st.sampled_from(["1024x1024", "1792x1024", "1200x628", "auto", "tall", None]),
        "quality": st.sampled_from(["low", "medium", "high", "hd", "auto", 3]),
        "background": st.sampled_from(["transparent", "opaque"]),
        "output_format": st.sampled_from(["png", "jpeg", "gif"]),
        "n": st.sampled_from([1, 2, True, 11, "2"]),
        "response_format": st.just("url"),
        "input_fidelity": st.sampled_from(["high", None]),
        "user": st.text(max_size=3),
        "image": st.sampled_from([["a"], ["a", "b"], None]),
        "pixroute": st.sampled_from([{"max_cost_usd": 0.0135}, {"needs": {"transparent": True}}]),
    },
)  # fmt: skip


@pytest.fixture(scope="module", params=["pixroute:migrate-from-gpt-image-1", "capped"])
def terms(request, tmp_path_factory):
    if request.param != "capped":
        return Terms(policy=request.param, on=ON)
    file = tmp_path_factory.mktemp("policies") / "capped.yaml"
    file.write_text(CAPPED)
    return Terms(policy=str(file), on=ON)


@pytest.fixture(scope="module")
def judge(terms):
    return Judge(terms)


def told(judged):
    verdict = judged.verdict
    costs = [priced and priced.at(judged.prompt_bytes) for priced in (verdict.before, verdict.now)]
    said = (verdict.asked, verdict.today, verdict.problems, verdict.after, verdict.model, verdict.reason)
    return (*said, verdict.changes, costs)


def logged(body):
    return Logged(body=body, operation="edit" if body.get("image") else "generate")


@given(body=BODIES, other=PROMPTS)
def test_what_is_remembered_of_one_prompt_is_true_of_another(judge, body, other):
    judge.judge(logged(body))
    asked = {**body, "prompt": other}

    assert told(judge.judge(logged(asked))) == told(Judge(judge.terms).judge(logged(asked)))


@given(body=BODIES, other=PROMPTS)
def test_the_costs_are_those_of_the_engine_and_of_the_scan(judge, body, other):
    judge.judge(logged(body))
    asked = {**body, "prompt": other}

    assert told(judge.judge(logged(asked)))[-1] == [before(judge, asked), after(judge, asked)]


def after(judge, body):
    try:
        request = read_request(body)
    except RequestError:
        return None
    quote = plan(request, judge.policy, Inputs(on=ON, catalog=judge.catalog)).quote
    return quote and (quote.expected_micros, quote.ceiling_micros)


def before(judge, body):
    asked = {name: value for name, value in body.items() if name != "pixroute"}
    call = Call(body=asked, operation=logged(body).operation, provider="openai", surface="log")
    model = judge.catalog.on(ON).get(body.get("model") or call.implied(ON))
    try:
        cost = cost_before(call, model, judge.day) if model is not None and model.price is not None else None
    except RequestError:
        return None
    return cost and (cost.expected_micros, cost.ceiling_micros)


@given(
    bodies=st.lists(st.tuples(BODIES, st.sampled_from(["2026-11-01", "2026-11-02", None])), max_size=12),
    cut=st.integers(0, 12),
)
def test_a_log_in_two_parts_comes_to_the_same(judge, bodies, cut):
    lines = [json.dumps({"ts": day, "body": body}).encode() + b"\n" for body, day in bodies]
    lines.insert(cut // 2, b"{broken\n")
    whole, one = judge_block(piece(1, lines), judge), judge_block(piece(1, lines[:cut]), judge)
    one.merge(judge_block(piece(1 + len(lines[:cut]), lines[cut:]), judge))

    assert to_dict(one, judge.terms, []) == to_dict(whole, judge.terms, [])


def piece(number, lines):
    return Piece("log", Block(number, b"".join(lines)))


KEYS = [
    *("prompt", "model", "size", "n", "body", "request", "decision", "params", "changes", "needs", "at", "url"),
    *("postData", "text", "mimeType", "image", "tools", "ts", "attempt", "operation", "provider", "field", "from"),
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@example(record={"decision": {"prompt": None, "model": None, "operation": 1}})
@given(record=JSON)
def test_whatever_a_record_holds_it_is_counted(judge, record):
    tally = judge_block(piece(1, [json.dumps(record).encode()]), judge)

    assert (tally.lines, tally.requests + tally.passed.count + tally.unread.count) == (1, 1)
    assert not [reason for reason in tally.unread.by_reason if "could not be judged" in reason]


@given(record=JSON)
def test_whatever_a_decision_holds_it_is_counted(judge, record):
    wrapped = {"at": 1, "decision": {"needs": record, "params": {"prompt": "x"}, "changes": [record]}, "tags": record}

    assert read_logged(wrapped) is not None
    assert judge_block(piece(1, [json.dumps(wrapped).encode()]), judge).lines == 1


def test_more_kinds_than_there_is_room_for_are_counted_together(judge, monkeypatch):
    monkeypatch.setattr(tallies.Groups.__init__, "__defaults__", (3,))
    lines = [json.dumps({"model": f"gpt-image-{number}", "prompt": "x"}).encode() + b"\n" for number in range(20, 30)]

    tally = judge_block(piece(1, lines), judge)

    assert (len(tally.models.by_key), tally.models.others.count, tally.requests) == (3, 7, 10)


def test_nothing_comes_to_nothing():
    assert (Tally().requests, Tally().is_fine) == (0, True)
