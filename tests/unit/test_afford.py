"""The ladder: step by step cheaper, in the order of the rungs, never below a bound or a floor."""

from __future__ import annotations

from datetime import date

import pytest

from router.decision import Decision
from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Bound, Budget, Policy, Route, Rung, SizeSettings, Target
from router.request import read_request

DAY = Inputs(on=date(2026, 11, 23), catalog=load_catalog())
QUALITY = Rung(param="quality", floor="low")
MODEL = Rung(param="model")


def decide(
    cap: int,
    *rungs: Rung,
    to: tuple[str | Target, ...] = ("gpt-image-2",),
    bounds: tuple[Bound, ...] = (),
    **body: object,
) -> Decision:
    targets = tuple(each if isinstance(each, Target) else Target(model=each) for each in to)
    policy = Policy(
        name="p",
        routes=(Route(id="r", to=targets, set=bounds),),
        budget=Budget(per_request_micros=cap, when_short=rungs),
    )
    return plan(read_request({"prompt": "a fox", "size": "1024x1024"} | body), policy, DAY)


def gave_up(decision: Decision) -> list[tuple[object, object, object]]:
    return [(step.field, step.before, step.after) for step in decision.gave_up]


def test_what_fits_is_not_touched():
    decision = decide(1_000_000, QUALITY, quality="high")

    assert (gave_up(decision), decision.params and decision.params["quality"]) == ([], "high")


def test_a_rung_is_walked_down_until_the_ceiling_fits():
    decision = decide(60_000, QUALITY, quality="high")

    assert gave_up(decision) == [("quality", "high", "medium")]
    assert [step.to_dict() for step in decision.gave_up] == [
        {
            "rung": "lower quality",
            "field": "quality",
            "from": "high",
            "to": "medium",
            "ceiling_before_micros": 210_980,
            "ceiling_after_micros": 52_940,
        }
    ]


def test_the_last_step_is_the_one_that_just_fits():
    assert gave_up(decide(52_940, QUALITY, quality="high")) == [("quality", "high", "medium")]
    assert len(gave_up(decide(52_939, QUALITY, quality="high"))) == 2


def test_rungs_are_taken_in_their_order():
    decision = decide(12_000, Rung(param="n", floor=2), QUALITY, Rung(param="n", floor=1), quality="medium", n=3)

    assert gave_up(decision) == [("n", 3, 2), ("quality", "medium", "low"), ("n", 2, 1)]


def test_partial_images_are_given_up_one_by_one():
    decision = decide(58_000, Rung(param="partial_images", floor=0), quality="medium", stream=True, partial_images=3)

    assert gave_up(decision) == [("partial_images", 3, 2), ("partial_images", 2, 1)]


def test_the_dearest_model_that_is_cheaper_comes_next():
    decision = decide(11_500, MODEL, to=("gpt-image-2", "gpt-image-1-mini", "gpt-image-2.5-flare"), quality="medium")

    assert gave_up(decision) == [
        ("model", "gpt-image-2", "gpt-image-2.5-flare"),
        ("model", "gpt-image-2.5-flare", "gpt-image-1-mini"),
    ]


def test_a_size_loses_half_its_pixels_and_keeps_its_aspect():
    decision = decide(220_000, Rung(param="size", floor=1_000_000), size="2880x2880", quality="high")

    assert gave_up(decision) == [
        ("size", "2880x2880", "2036x2036"),
        ("size", "2036x2036", "1440x1440"),
        ("size", "1440x1440", "1018x1018"),
    ]


def test_a_step_that_saves_nothing_is_passed_over():
    decision = decide(100_000, Rung(param="size", floor=300_000), QUALITY, size="1024x1024", quality="high")

    assert gave_up(decision) == [("size", "1024x1024", "724x724"), ("quality", "high", "medium")]


def test_an_open_quality_starts_at_the_top_of_the_models_scale():
    decision = decide(20_000, QUALITY, to=("gpt-image-2.5-flare",))

    assert gave_up(decision) == [
        ("quality", "auto", "xhigh"),
        ("quality", "xhigh", "high"),
        ("quality", "high", "medium"),
    ]


@pytest.mark.parametrize(
    "bound",
    [
        Bound(param="quality", op="at_least", want="medium"),
        Bound(param="quality", op="exactly", want="medium"),
        Bound(param="quality", op="one_of", want=("medium", "high"), otherwise="medium"),
    ],
)
def test_no_step_goes_below_a_bound(bound: Bound):
    decision = decide(40_000, QUALITY, bounds=(bound,), quality="medium")

    assert (decision.outcome, decision.deny and decision.deny.code) == ("deny", "budget_exceeded")


def test_no_step_goes_below_the_floor_of_its_rung():
    decision = decide(40_000, Rung(param="quality", floor="medium"), quality="high")

    assert decision.deny
    assert decision.deny.details["cheapest_micros"] == 52_940


def test_a_step_taken_on_one_model_does_not_go_below_the_bounds_of_the_next():
    flare = Target(model="gpt-image-2.5-flare", set=(Bound(param="n", op="at_least", want=3),))
    decision = decide(60_000, Rung(param="n", floor=2), MODEL, to=("gpt-image-2", flare), quality="medium", n=4)

    assert (decision.model, decision.params and decision.params["n"]) == ("gpt-image-2.5-flare", 3)
    assert gave_up(decision) == [("n", 4, 3), ("n", 3, 2), ("model", "gpt-image-2", "gpt-image-2.5-flare")]


def test_an_exact_size_is_kept_where_the_nearest_legal_one_is_delivered():
    route = Route(id="r", to=(Target(model="gpt-image-2"),), set=(Bound(param="size", op="exactly", want="1200x628"),))
    rungs = (Rung(param="size", floor=1), QUALITY)
    policy = Policy(
        name="p",
        routes=(route,),
        sizes=SizeSettings(fit="nearest"),
        budget=Budget(per_request_micros=80_000, when_short=rungs),
    )
    decision = plan(read_request({"prompt": "a fox", "quality": "high"}), policy, DAY)

    assert gave_up(decision) == [("quality", "high", "medium")]


def test_what_is_too_dear_at_the_bottom_is_denied_with_the_numbers():
    decision = decide(1_000, QUALITY, quality="high")

    assert decision.deny
    assert (decision.deny.code, decision.deny.details) == (
        "budget_exceeded",
        {
            "limit": "per_request",
            "needed_micros": 210_980,
            "left_micros": 1_000,
            "resets_at": None,
            "cheapest_micros": 6_140,
        },
    )
