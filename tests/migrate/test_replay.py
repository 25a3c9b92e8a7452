"""What becomes of logged requests: today, by the policy, and in money."""

from __future__ import annotations

from datetime import date

import pytest

from router.migrate.logged import Logged, Passed, read_logged
from router.migrate.logs import Block
from router.migrate.replay import Piece, judge_block
from router.migrate.trial import Changed, Judge, Terms
from router.told import Given

ON = date(2026, 11, 23)
BODY = {"model": "gpt-image-1", "prompt": "a door", "size": "1024x1024", "quality": "high"}
STRICT = """
pixroute: 1
name: strict
guards:
  - {id: no-text, when: {text_heavy: true}, deny: {code: no_text, message: no pictures with text here}}
routes:
  - {id: alpha, when: {transparent: true}, to: [gpt-image-2]}
  - {id: all, to: [asked, gpt-image-2]}
"""


def terms(policy="pixroute:migrate-from-gpt-image-1", **more):
    return Terms(policy=str(policy), **{"on": ON, **more})


@pytest.fixture(scope="module")
def judge():
    return Judge(terms())


@pytest.fixture
def strict(tmp_path):
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT)
    return Judge(terms(file))


def judged(judge, body, **more):
    return judge.judge(read_logged({"body": body, **more})).verdict


def test_a_call_of_a_dead_model_breaks_and_is_served_by_another(judge):
    verdict = judged(judge, BODY)

    assert (verdict.asked, verdict.today, verdict.after) == ("gpt-image-1", "breaks", "served")
    assert [(each.code, each.param, each.message) for each in verdict.problems] == [
        ("MODEL_SHUT_DOWN", "model", "The model 'gpt-image-1' does not exist.")
    ]
    assert verdict.model == "gpt-image-2.5-flare"
    assert verdict.changes == (Changed("model", "gpt-image-1", "gpt-image-2.5-flare", "MODEL_SHUT_DOWN"),)


def test_what_it_cost_is_what_the_catalogue_said_while_the_model_lived(judge):
    verdict = judged(judge, BODY)

    assert verdict.before.at(len("a door")) == (4160 * 40 + 7 * 5, 167_000 + 53 * 5)  # it is published as $0.167
    assert verdict.now.at(len("a door")) == (1756 * 30 + 7 * 5, 1756 * 30 + 53 * 5)


def test_all_that_is_wrong_is_told_the_first_first(judge):
    verdict = judged(judge, {"model": "dall-e-3", "prompt": "a door", "quality": "hd", "response_format": "url"})

    assert [(each.code, each.param) for each in verdict.problems] == [
        ("PARAM_REJECTED", "response_format"),
        ("MODEL_SHUT_DOWN", "model"),
        ("QUALITY_UNKNOWN", "quality"),
    ]
    assert verdict.before is None  # the catalogue keeps no price of it


@pytest.mark.parametrize(
    ("body", "today"),
    [
        ({**BODY, "model": "gpt-image-2"}, "works"),
        ({**BODY, "model": "gpt-image-1.5"}, "ends"),
        ({**BODY, "model": "gpt-image-3"}, "breaks"),
        ({**BODY, "model": "gpt-image-2", "size": "1200x628"}, "breaks"),
        ({**BODY, "model": "gpt-image-2", "input_fidelity": None}, "breaks"),
        ({"prompt": "a door"}, "breaks"),
        ({**BODY, "model": ["gpt-image-2"]}, "breaks"),
    ],
)
def test_the_emulator_says_what_becomes_of_it_today(judge, body, today):
    assert judged(judge, body).today == today


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**BODY, "model": "gpt-image-3"}, "MODEL_UNKNOWN"),
        ({"prompt": "a door"}, "MODEL_IMPLICIT"),
        ({**BODY, "model": "gpt-image-2", "size": "1200x628"}, "SIZE_ILLEGAL"),
    ],
)
def test_the_code_says_what_is_wrong(judge, body, code):
    assert judged(judge, body).problems[0].code == code


def test_a_request_that_cannot_be_read_is_not_served(judge):
    verdict = judged(judge, {**BODY, "n": 12})

    assert (verdict.after, verdict.reason) == ("invalid", ("integer_above_max_value", "`n` must be at most 10, not 12"))


def test_a_policy_may_deny(strict):
    text = judged(strict, {**BODY, "prompt": 'a poster that says "OPEN ALL NIGHT"'})
    alpha = judged(strict, {**BODY, "background": "transparent"})

    assert (text.after, text.reason) == ("denied", ("no_text", "no pictures with text here"))
    assert (alpha.after, alpha.reason[0]) == ("denied", "no_able_model")


def test_variations_have_no_successor(judge):
    verdict = judged(judge, {"model": "dall-e-2"}, url="/v1/images/variations")

    assert (verdict.today, verdict.after) == ("breaks", "denied")
    assert [each.code for each in verdict.problems] == ["ENDPOINT_RETIRED"]


def test_nobody_knows_what_stands_behind_a_deployment(judge):
    verdict = judged(
        judge, {"prompt": "a door"}, url="https://x.openai.azure.com/openai/deployments/my-pictures/images/generations"
    )

    assert (verdict.asked, verdict.today, verdict.problems) == ("my-pictures", "unknown", ())


@pytest.mark.parametrize("model", ["flux-pro", "imagen-4", "gpt-3.5-turbo-instruct"])
def test_models_of_others_are_passed_over(judge, model):
    assert isinstance(judge.judge(read_logged({"body": {**BODY, "model": model}})), Passed)


def test_a_decision_of_a_provider_that_nobody_knows_is_passed_over(judge):
    logged = Logged(body=BODY, operation="generate", provider="nobody")

    assert judge.judge(logged) == Passed("a provider that the catalogue does not know")


def test_the_provider_may_be_given_for_all():
    verdict = judged(Judge(terms(provider="azure")), {**BODY, "model": "gpt-image-1-mini", "output_format": "webp"})

    assert [each.param for each in verdict.problems] == ["output_format"]


def test_the_day_decides():
    assert judged(Judge(terms(on=date(2026, 10, 22))), BODY).today == "ends"


def test_what_package_authors_print_for_nothing_is_nothing(judge):
    verdict = judged(judge, {**BODY, "model": "gpt-image-2", "user": "NOT_GIVEN", "background": "NOT_GIVEN"})

    assert verdict.today == "works"


# -- requests that differ in nothing that matters are judged once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"prompt": "a door"}, {"prompt": "a rather longer door, and a garden behind it"}),
        ({"user": "u1"}, {"user": "u2"}),
        ({"image": ["a.png"]}, {"image": ["b.png"]}),
        ({"image": "data:image/png;base64,AAAA"}, {"image": "data:image/png;base64,AAAAAAAA"}),
    ],
)
def test_what_nobody_reads_makes_no_difference(judge, one, other):
    assert judged(judge, {**BODY, **one}) is judged(judge, {**BODY, **other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"prompt": "a door"}, {"prompt": 'a door with the word "OPEN" on it'}),
        ({"n": 1}, {"n": True}),
        ({"n": 1}, {"n": 1.0}),
        ({"n": 1}, {"n": "1"}),
        ({"image": ["a.png"]}, {"image": ["a.png", "b.png"]}),
        ({"user": "u1"}, {"user": 1}),
        ({"style": 1, "foo": 1}, {"foo": 1, "style": 1}),
        ({"input_fidelity": None}, {}),
    ],
)
def test_what_somebody_reads_makes_one(judge, one, other):
    assert judged(judge, {**BODY, **one}) is not judged(judge, {**BODY, **other})


def test_what_was_told_beside_the_body_is_read(judge):
    plain = judge.judge(Logged(body=BODY, operation="generate"))
    told = judge.judge(Logged(body=BODY, operation="generate", given=Given(needs={"transparent": True})))

    assert plain.verdict is not told.verdict
    assert Changed("background", "nothing", "transparent", "NEED_TRANSPARENT") in told.verdict.changes


def test_a_cap_makes_the_length_of_a_prompt_matter(tmp_path):
    file = tmp_path / "capped.yaml"
    file.write_text("pixroute: 1\nname: capped\nroutes: [{id: all, to: [gpt-image-2]}]\nbudget: {per_request: 0.053}\n")
    judge = Judge(terms(file))
    asked = {**BODY, "quality": "medium"}

    short, long = judged(judge, asked), judged(judge, {**asked, "prompt": "a door " * 60})

    assert (short.after, long.after) == ("served", "denied")
    assert long.reason == ("budget_exceeded", "the request may cost more than `per_request` leaves")


@pytest.mark.parametrize(
    ("condition", "prompt"),
    [
        ("prompt_chars: {gt: 10}", "a door " * 9),
        ("text.score: {gt: 10}", 'a door with the word "OPEN" on it'),
        ("text.quoted_chars: {gt: 3}", 'a door with the word "OPEN" on it'),
        ("text.scripts: {any_of: [latin]}", 'a door with the word "OPEN" on it'),
        ("not: {not: {text_heavy: true}}", 'a door with the word "OPEN" on it'),
    ],
)
def test_a_fact_of_the_prompt_that_a_rule_reads_makes_a_difference(tmp_path, condition, prompt):
    file = tmp_path / "reading.yaml"
    guard = f"{{id: guard, when: {{{condition}}}, deny: {{code: guarded, message: no}}}}"
    file.write_text(f"pixroute: 1\nname: reading\nguards: [{guard}]\nroutes: [{{id: all, to: [gpt-image-2]}}]\n")
    judge = Judge(terms(file))

    assert [judged(judge, {**BODY, "prompt": each}).after for each in ("a door", prompt)] == ["served", "denied"]


@pytest.mark.parametrize("n", [1, 3])
def test_a_longer_prompt_is_paid_for_once_for_each_picture(judge, n):
    asked = {**BODY, "n": n}
    short, long = judged(judge, asked), judged(judge, {**asked, "prompt": "a door " * 9})

    assert short is long
    assert long.now.at(63) == (n * (1756 * 30 + (63 // 4 + 6) * 5), n * (1756 * 30 + (63 + 47) * 5))


def test_the_caller_s_own_cap_makes_the_length_matter_too(judge):
    asked = {**BODY, "model": "gpt-image-2.5-flare", "pixroute": {"max_cost_usd": 0.0530}}

    short, long = judged(judge, asked), judged(judge, {**asked, "prompt": "a door " * 60})

    assert (short.after, long.after) == ("served", "denied")


# -- lines

LINES = (
    b"""\
{"ts": "2026-11-01", "body": {"model": "gpt-image-1", "prompt": "a door"}}

2026-11-02 09:00:00,1 INFO {"model": "gpt-image-2", "prompt": "a door", "size": "1024x1024"}
{"ts": "2026-11-02", "url": "/v1/embeddings"}
{"cut": "o
{"prompt": "\xff"}
{"ts": "2026-11-01", "body": {"model": "gpt-image-1", "prompt": "a gate"}}
null
NaN
"""
    + b"[" * 100_000
    + b"\n"
)


def test_every_line_is_counted_where_it_belongs(judge):
    tally = judge_block(Piece("app.log", Block(41, LINES)), judge)

    assert (tally.lines, tally.requests, tally.total.broken, tally.total.saved) == (9, 3, 2, 2)
    assert {day: group.count for day, group in tally.days.by_key.items()} == {"2026-11-01": 2, "2026-11-02": 1}
    assert tally.passed.by_reason == {"a call of another endpoint": (1, ("app.log:44",))}
    assert tally.unread.by_reason == {
        "not JSON: unterminated string starting at": (1, ("app.log:45",)),
        "not UTF-8: byte 0xff": (1, ("app.log:46",)),
        "not an object": (1, ("app.log:48",)),
        "not JSON: `NaN` is not a number in JSON": (1, ("app.log:49",)),
        "not JSON: nested too deeply": (1, ("app.log:50",)),
    }
