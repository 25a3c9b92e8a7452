"""Needs: the facts of a request, where each came from, and what only the prompt's words ask for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from router.needs import Facts, Hint, read_hints
from router.request import read_request, with_defaults


def facts(*, asked_model: tuple[str, ...] = (), **body: object) -> Facts:
    request = read_request({"prompt": "a fox"} | body)
    return Facts(request, on=date(2026, 11, 23), provider="openai", asked_model=asked_model)


def values(read: Facts, *names: str) -> list[object]:
    return [read.value(name) for name in names]


SIZE_FACTS = ("width", "height", "pixels", "longest_edge", "aspect", "orientation", "size_known")


def test_a_size_gives_its_facts():
    assert values(facts(size="1200x628"), *SIZE_FACTS) == [
        1200,
        628,
        753_600,
        1200,
        Fraction(300, 157),
        "landscape",
        True,
    ]


def test_an_auto_size_is_not_known():
    assert values(facts(size="auto"), *SIZE_FACTS) == [None, None, None, None, None, None, False]


@pytest.mark.parametrize(("size", "shape"), [("512x512", "square"), ("512x513", "portrait"), ("513x512", "landscape")])
def test_the_orientation_is_that_of_the_edges(size: str, shape: str):
    assert facts(size=size).orientation == shape


def test_transparency_is_asked_by_parameter_or_by_a_need():
    needed = {"needs": {"transparent": True}}

    assert [facts(background="transparent").transparent, facts(pixroute=needed).transparent, facts().transparent] == [
        True,
        True,
        False,
    ]


def test_what_the_caller_says_of_text_stands_above_the_prompt():
    read = facts(
        prompt='a poster that says "SALE"', pixroute={"needs": {"text_heavy": False, "text.scripts": ["thai"]}}
    )

    assert values(read, "text_heavy", "text.scripts") == [False, frozenset({"thai"})]


def test_the_least_of_what_the_limits_have_left_is_the_budget_left():
    read = facts().with_money({"tenant-day": 21_000_000, "everyone": 5_000_000})

    assert values(read, "budget_left_usd", "budget.tenant-day.left_usd", "budget.other.left_usd") == [
        5_000_000,
        21_000_000,
        None,
    ]


def test_a_missing_tag_is_absent():
    assert values(facts(pixroute={"tags": {"plan": "free"}}), "tags.plan", "tags.tenant") == ["free", None]


def test_facts_are_shown_as_json_has_them():
    read = facts(
        size="1200x628", asked_model=("gpt-image-2-2026-04-21", "gpt-image-2"), pixroute={"tags": {"plan": "free"}}
    )
    shown = read.with_money({"everyone": 5_250_000}).to_dict()

    assert {
        name: shown[name] for name in ("aspect", "asked_model", "date", "budget_left_usd", "tags.plan", "mask")
    } == {
        "aspect": "300:157",
        "asked_model": "gpt-image-2-2026-04-21",
        "date": "2026-11-23",
        "budget_left_usd": "5.25",
        "tags.plan": "free",
        "mask": False,
    }


def test_every_fact_says_where_it_came_from():
    request = with_defaults(
        read_request({"prompt": "a fox", "n": 2, "pixroute": {"needs": {"text.score": 3}}}), {"size": "1024x1024"}
    )
    why = Facts(request, on=date(2026, 11, 23), provider="openai").why()

    assert [why[name] for name in ("n", "width", "text.score", "quality", "date")] == [
        "asked",
        "default",
        "given",
        "derived",
        "input",
    ]


def test_what_only_the_prompt_asks_for_is_a_hint():
    request = read_request({"prompt": "a sticker with no background, 1200x628"})

    assert read_hints(request) == (Hint("transparent", "no background"), Hint("size", "1200x628"))


def test_a_parameter_that_says_the_same_leaves_no_hint():
    request = read_request(
        {"prompt": "a sticker with no background, 1200x628", "background": "opaque", "size": "1024x1024"}
    )

    assert read_hints(request) == ()
