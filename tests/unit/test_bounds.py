"""Bounds: a value that meets one stays, another moves as little as it must, or the model cannot."""

from __future__ import annotations

import pytest

from router.bounds import Unmet, bend, is_met, wish
from router.catalog import Model
from router.policy import Bound, BoundOperator
from router.sizes import Size

FIVE = Model(
    id="five",
    base="five",
    provider="openai",
    generation="x",
    qualities=("low", "medium", "high", "xhigh", "max"),
    formats=("png", "jpeg"),
    moderation=("auto",),
    complexity=("low", "high"),
    fidelity=("low", "high"),
    transparency="yes",
    max_n=4,
)
THREE = Model(
    id="three",
    base="three",
    provider="openai",
    generation="x",
    qualities=("low", "medium", "high"),
    formats=("png",),
    fidelity_always_high=True,
    max_n=10,
)


def bound(param: str, op: BoundOperator, *want: object) -> Bound:
    """What it wants, and for `one_of` what it becomes otherwise."""
    wanted, otherwise = (*want, None, None)[:2]
    return Bound(param=param, op=op, want=wanted, otherwise=otherwise)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "demand", "bent"),
    [
        ("high", bound("quality", "at_least", "medium"), "high"),
        ("low", bound("quality", "at_least", "medium"), "medium"),
        ("auto", bound("quality", "at_least", "medium"), "medium"),
        ("max", bound("quality", "at_most", "high"), "high"),
        ("auto", bound("quality", "at_most", "high"), "high"),
        ("auto", bound("quality", "exactly", "xhigh"), "xhigh"),
        ("high", bound("quality", "drop"), "auto"),
        ("low", bound("quality", "one_of", ("low", "max"), "max"), "low"),
        ("high", bound("quality", "one_of", ("low", "max"), "max"), "max"),
        ("low", bound("complexity", "at_least", "medium"), "high"),
        ("webp", bound("output_format", "one_of", ("png", "jpeg"), "jpeg"), "jpeg"),
        (3, bound("n", "at_least", 2), 3),
        (1, bound("n", "at_least", 2), 2),
        (4, bound("n", "at_most", 2), 2),
        (None, bound("output_compression", "at_most", 80), 80),
        (None, bound("output_compression", "at_least", 80), None),
        (None, bound("input_fidelity", "at_most", "low"), None),
        (Size(1024, 1024), bound("size", "exactly", "1:1"), Size(1024, 1024)),
        (None, bound("size", "exactly", "1200x628"), "1200x628"),
    ],
)
def test_a_value_moves_as_little_as_a_bound_needs(value: object, demand: Bound, bent: object):
    assert bend(value, demand, FIVE) == bent


@pytest.mark.parametrize(
    ("value", "demand"),
    [
        ("high", bound("quality", "exactly", "max")),
        ("high", bound("quality", "at_least", "xhigh")),
        ("png", bound("output_format", "one_of", ("webp",), "webp")),
        (None, bound("complexity", "at_least", "low")),
        ("high", bound("complexity", "at_least", "low")),  # a value that the model does not take meets nothing
        ("auto", bound("background", "exactly", "transparent")),
        (None, bound("input_fidelity", "exactly", "low")),  # it always reads its inputs at high fidelity
    ],
)
def test_a_model_that_has_no_such_value_cannot_meet_a_bound(value: object, demand: Bound):
    assert bend(value, demand, THREE) == Unmet(demand)


def test_no_bound_asks_for_more_pictures_than_a_model_draws():
    demand = bound("n", "at_least", 5)

    assert [bend(1, demand, FIVE), bend(1, demand, THREE)] == [Unmet(demand), 5]


def test_high_fidelity_that_is_always_on_meets_a_bound_without_a_word():
    assert bend(None, bound("input_fidelity", "at_least", "high"), THREE) is None


def test_a_bound_is_met_by_the_values_it_leaves_alone():
    demand = bound("quality", "at_most", "medium")

    assert [word for word in ("low", "medium", "high", "auto") if is_met(word, demand, THREE)] == ["low", "medium"]


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        (bound("quality", "at_least", "medium"), "at least medium"),
        (bound("output_format", "one_of", ("png", "webp"), "png"), "one of png, webp"),
        (bound("style", "drop"), "dropped"),
    ],
)
def test_a_bound_can_be_read(demand: Bound, words: str):
    assert wish(demand) == words
