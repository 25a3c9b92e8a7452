"""The trace: every rule that was read, every comparison in it, with what was found."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from router.needs import Facts
from router.policy import All, Any, Compare, Condition, Guard, Not, Value
from router.request import read_request
from router.trace import comparisons, explain, holds


def facts(**body: object) -> Facts:
    return Facts(read_request({"prompt": "a fox"} | body), on=date(2026, 11, 23), provider="openai")


def test(fact: str, op: str, want: Value) -> Compare:
    return Compare(fact=fact, op=op, want=want)


test.__test__ = False  # type: ignore[attr-defined]  # it is a word of these tests, not one of them
TRUE, FALSE, UNKNOWN = test("n", "is", 1), test("n", "is", 2), test("width", "gt", 5)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (All(), True),
        (All(parts=(TRUE, UNKNOWN)), None),
        (All(parts=(FALSE, UNKNOWN)), False),
        (Any(parts=(TRUE, UNKNOWN)), True),
        (Any(parts=(FALSE, UNKNOWN)), None),
        (Not(part=UNKNOWN), None),
        (Not(part=FALSE), True),
    ],
)
def test_what_cannot_be_known_counts_only_where_it_could_decide(condition: Condition, verdict: object):
    assert holds(condition, facts()) is verdict


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (test("tags.plan", "is", "free"), False),
        (test("tags.plan", "not_in", ("free",)), True),
        (test("tags.plan", "exists", want=False), True),
        (test("input_fidelity", "gte", "low"), False),
        (test("max_cost_usd", "lt", 5), False),
        (test("quality", "lt", "high"), None),
        (test("quality", "is", "auto"), True),
        (test("quality", "exists", want=True), False),
        (test("aspect", "gt", Fraction(1)), None),
        (test("budget_left_usd", "lt", 5), None),
        (test("date", "from", date(2026, 11, 23)), True),
        (test("date", "until", date(2026, 11, 23)), False),
        (test("text.scripts", "all_of", ("cjk",)), False),
    ],
)
def test_absent_is_known_and_unknown_is_not(comparison: Compare, verdict: object):
    assert holds(comparison, facts()) is verdict


def test_a_snapshot_goes_by_two_names():
    read = Facts(
        read_request({"prompt": "a fox"}),
        on=date(2026, 11, 23),
        provider="openai",
        asked_model=("gpt-image-2-2026-04-21", "gpt-image-2"),
    )
    tests = [
        test("asked_model", "is", "gpt-image-2"),
        test("asked_model", "like", "*-21"),
        test("asked_model", "not_in", ("gpt-image-2",)),
    ]

    assert [holds(each, read) for each in tests] == [True, True, False]


def test_a_rule_is_explained_comparison_by_comparison():
    rule = Guard(
        id="big",
        when=All(parts=(test("pixels", "gt", 10), Not(part=test("aspect", "between", (Fraction(1), Fraction(16, 9)))))),
        code="c",
        message="m",
    )

    assert explain("guard", rule, facts(size="1200x628")) == {
        "kind": "guard",
        "id": "big",
        "result": "true",
        "conditions": [
            {"fact": "pixels", "op": "gt", "want": 10, "have": 753_600, "result": "true"},
            {"fact": "aspect", "op": "between", "want": ["1:1", "16:9"], "have": "300:157", "result": "false"},
        ],
    }


def test_comparisons_come_in_the_order_they_are_written():
    assert list(comparisons(All(parts=(TRUE, Any(parts=(FALSE, Not(part=UNKNOWN))))))) == [TRUE, FALSE, UNKNOWN]
