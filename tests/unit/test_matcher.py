"""The matcher: the first rule that holds, all that hold, in which sense, and behind which index."""

from __future__ import annotations

from datetime import date

import pytest

from router.matcher import Clause, Matcher, glob, pinned
from router.needs import Facts
from router.policy import All, Any, Compare, Condition, Not, Value
from router.request import read_request


def facts(**body: object) -> Facts:
    return Facts(read_request({"prompt": "a fox"} | body), on=date(2026, 11, 23), provider="openai")


def tag(value: str, name: str = "tenant") -> Compare:
    return Compare(fact=f"tags.{name}", op="is", want=value)


WIDE = Compare(fact="width", op="gt", want=1000)


def test_the_first_and_all_that_hold_are_found_in_order():
    matcher = Matcher([Clause(tag("a")), Clause(WIDE), Clause(All())])
    wide = facts(size="1200x628")

    assert (matcher.first(wide), matcher.all(wide)) == (1, (1, 2))


def test_nothing_is_found_where_nothing_holds():
    matcher = Matcher([Clause(tag("a"))])

    assert (matcher.first(facts()), matcher.all(facts())) == (None, ())


@pytest.mark.parametrize("condition", [WIDE, Not(part=WIDE)])
def test_what_cannot_be_known_is_possible_and_not_sure(condition: Condition):
    assert Matcher([Clause(condition), Clause(condition, possibly=True)]).all(facts()) == (1,)


@pytest.mark.parametrize("tenant", ["t7", "t39", "stranger"])
def test_a_rule_behind_the_index_is_found_in_its_place(tenant: str):
    rules = [Clause(tag(f"t{number}")) for number in range(40)]
    matcher = Matcher([*rules, Clause(All()), *rules])
    found = matcher.all(facts(pixroute={"tags": {"tenant": tenant}}))

    assert found == {"t7": (7, 40, 48), "t39": (39, 40, 80), "stranger": (40,)}[tenant]


def test_an_index_tries_rules_for_many_values_under_each_of_them():
    many = Clause(Compare(fact="tags.tenant", op="in", want=("t1", "t2")))
    matcher = Matcher([*(Clause(tag(f"t{number}")) for number in range(20)), many])

    assert matcher.all(facts(pixroute={"tags": {"tenant": "t2"}})) == (2, 20)


def test_equalities_that_all_have_to_hold_are_pins():
    both = All(parts=(tag("a"), Compare(fact="operation", op="in", want=("edit", "generate")), WIDE))

    assert pinned(both) == {"tags.tenant": {"a"}, "operation": {"edit", "generate"}}


def test_pins_on_one_fact_leave_what_they_share():
    one_of_two = Compare(fact="tags.tenant", op="in", want=("a", "b"))

    assert pinned(All(parts=(tag("a"), one_of_two))) == {"tags.tenant": {"a"}}


QUALITY = ("low", "medium", "high", "xhigh", "max")


@pytest.mark.parametrize(
    ("op", "want", "passing"),
    [
        ("lt", "high", ("low", "medium")),
        ("lte", "high", ("low", "medium", "high")),
        ("gt", "high", ("xhigh", "max")),
        ("gte", "high", ("high", "xhigh", "max")),
        ("between", ("medium", "xhigh"), ("medium", "high", "xhigh")),
    ],
)
def test_words_with_an_order_are_compared_by_it_and_auto_is_not_known(op: str, want: Value, passing: tuple[str, ...]):
    test = Compare(fact="quality", op=op, want=want)
    matcher = Matcher([Clause(test), Clause(test, possibly=True)])
    found = {word: matcher.all(facts(quality=word)) for word in (*QUALITY, "auto")}

    assert found == {word: (0, 1) if word in passing else () for word in QUALITY} | {"auto": (1,)}


def test_an_absent_fidelity_is_known_to_be_below_nothing():
    test = Compare(fact="input_fidelity", op="lte", want="high")

    assert Matcher([Clause(test), Clause(test, possibly=True), Clause(Not(part=test))]).all(facts()) == (2,)


def test_all_and_any_differ():
    parts = (tag("a"), tag("free", "plan"))
    matcher = Matcher([Clause(All(parts=parts)), Clause(Any(parts=parts))])

    assert matcher.all(facts(pixroute={"tags": {"tenant": "a"}})) == (1,)


@pytest.mark.parametrize(
    "condition",
    [
        Any(parts=(tag("a"), tag("b"))),
        Not(part=tag("a")),
        Compare(fact="orientation", op="is", want="square"),  # it may be unknown
        Compare(fact="text_heavy", op="is", want=True),  # reading it costs more than it saves
    ],
)
def test_what_does_not_settle_the_value_is_no_pin(condition: Condition):
    assert pinned(condition) == {}


def test_a_glob_matches_the_whole_of_a_name():
    assert [
        name for name in ("gpt-image-2", "gpt-image-2.5-flare", "my-gpt-image-2") if glob("gpt-image-2*")(name)
    ] == [
        "gpt-image-2",
        "gpt-image-2.5-flare",
    ]
