"""Fitting: the rules' bounds first, then what the model demands; each step is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from router.adjust import Fit, Fitted, Ground, Skipped, fit
from router.bounds import Demand
from router.catalog import Lifecycle, Model
from router.files import load_catalog
from router.policy import Allow, Bound, Policy, SizeSettings
from router.request import read_request

ON = date(2026, 11, 23)
MODELS = load_catalog().on(ON)


def fitted(name: str | Model, /, *bounds: Bound, policy: Policy | None = None, on: date = ON, **body: object) -> Fit:
    request = read_request({"prompt": "a fox"} | body)
    transparent = request.background == "transparent" or bool(request.needs.get("transparent"))
    ground = Ground(
        policy=policy or Policy(name="p", routes=()),
        on=on,
        asked=MODELS.get(request.model or ""),
        transparent=transparent,
        prompt_bytes=5,
    )
    return fit(
        request,
        MODELS[name] if isinstance(name, str) else name,
        ground,
        demands=[Demand(bound=bound, rule="a-rule") for bound in bounds],
    )


def steps(fit: Fit) -> list[tuple[object, ...]]:
    assert isinstance(fit, Fitted)
    return [(each.action, each.field, each.before, each.after, each.code) for each in fit.changes]


def warnings(fit: Fit) -> list[str]:
    assert isinstance(fit, Fitted)
    return [each.code for each in fit.warnings]


def skipped(fit: Fit) -> str:
    assert isinstance(fit, Skipped)
    return fit.code


def test_a_legal_request_is_not_touched():
    fit = fitted("gpt-image-2", model="gpt-image-2", size="1024x1024", quality="high", n=2, user="u1")

    assert (steps(fit), warnings(fit)) == ([], [])


def test_an_old_call_is_bent_step_by_step():
    fit = fitted(
        "gpt-image-2.5-flare",
        model="gpt-image-1",
        size="1200x628",
        quality="hd",
        response_format="b64_json",
        style="vivid",
        input_fidelity=None,
    )

    assert steps(fit) == [
        ("set", "quality", "hd", "high", "PARAM_READ"),
        ("set", "model", "gpt-image-1", "gpt-image-2.5-flare", "MODEL_SHUT_DOWN"),
        ("set", "size", "1200x628", "1200x640", "SIZE_TO_CANVAS"),
        ("drop", "response_format", "b64_json", None, "PARAM_REJECTED"),
        ("drop", "style", "vivid", None, "PARAM_REJECTED"),
        ("drop", "input_fidelity", None, None, "PARAM_REJECTED"),
    ]


@pytest.mark.parametrize(
    ("model", "asked", "sent"),
    [("gpt-image-2", "xhigh", "high"), ("gpt-image-2", "low", "low"), ("gpt-image-2.5-flare", "max", "max")],
)
def test_a_quality_goes_down_to_the_nearest_one_the_model_has(model: str, asked: str, sent: str):
    fit = fitted(model, model=model, quality=asked)

    assert isinstance(fit, Fitted)
    assert fit.params["quality"] == sent


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ({"output_compression": 50}, ["output_compression"]),
        ({"output_compression": 50, "output_format": "jpeg"}, []),
        ({"partial_images": 2}, ["partial_images"]),
        ({"partial_images": 2, "stream": True}, []),
        ({"input_fidelity": "low"}, ["input_fidelity"]),
        ({"complexity": "low"}, ["complexity"]),
        ({"moderation": "low"}, []),
    ],
)
def test_what_the_model_would_reject_is_dropped(body: dict[str, object], dropped: list[str]):
    fit = fitted("gpt-image-2", model="gpt-image-2", **body)

    assert [field for action, field, *_ in steps(fit) if action == "drop"] == dropped


@pytest.mark.parametrize(
    ("model", "body", "code"),
    [
        ("gpt-image-1", {}, "SHUT_DOWN"),
        ("gpt-image-2", {"background": "transparent"}, "PREVIEW_NOT_ALLOWED"),
        ("gpt-image-2", {"image": [b"a"], "markup": b"m"}, "NO_MARKUP"),
        ("gpt-image-2", {"output_format": "svg"}, "NO_FORMAT"),
        ("gpt-image-1-mini", {"image": [b"a"], "input_fidelity": "high"}, "NO_FIDELITY"),
        ("gpt-image-2", {"size": "3000x500"}, "RATIO_BEYOND_LIMIT"),
    ],
)
def test_a_model_that_lacks_something_is_skipped(model: str, body: dict[str, object], code: str):
    assert skipped(fitted(model, **body)) == code


@pytest.mark.parametrize(
    ("lack", "body", "code"),
    [
        ({"mask": False}, {"mask": b"m"}, "NO_MASK"),
        ({"max_images": 1}, {}, "TOO_MANY_IMAGES"),
        ({"max_n": 2}, {"n": 3}, "TOO_MANY_PICTURES"),
        ({"operations": frozenset({"generate"})}, {}, "NO_OPERATION"),
        ({"transparency": "no"}, {"background": "transparent"}, "NO_TRANSPARENCY"),
        ({"lifecycle": Lifecycle(released=date(2026, 11, 24))}, {}, "NOT_RELEASED"),
    ],
)
def test_a_model_that_can_do_less_than_any_real_one_is_skipped(
    lack: dict[str, object], body: dict[str, object], code: str
):
    less = replace(MODELS["gpt-image-2"], **lack)  # type: ignore[arg-type]

    assert skipped(fitted(less, image=[b"a", b"b"], **body)) == code


def test_a_model_is_gone_on_the_day_of_its_shutdown_and_not_before():
    assert skipped(fitted("gpt-image-1.5", on=date(2026, 12, 1))) == "SHUT_DOWN"
    assert isinstance(fitted("gpt-image-1.5", on=date(2026, 11, 30)), Fitted)


def test_a_model_that_always_reads_at_high_fidelity_serves_who_asks_for_it():
    fit = fitted("gpt-image-2", model="gpt-image-2", image=[b"a"], input_fidelity="high")

    assert steps(fit) == [("drop", "input_fidelity", "high", None, "PARAM_REJECTED")]


def test_a_preview_is_used_where_the_policy_allows_it():
    policy = Policy(name="p", routes=(), allow=Allow(preview=frozenset({"gpt-image-2.transparency"})))

    assert isinstance(fitted("gpt-image-2", policy=policy, background="transparent"), Fitted)


def test_a_transparent_picture_gets_a_format_that_can_hold_it():
    fit = fitted(
        "gpt-image-2.5-flare",
        model="gpt-image-2.5-flare",
        background="transparent",
        output_format="jpeg",
        output_compression=50,
    )

    assert steps(fit) == [
        ("set", "output_format", "jpeg", "png", "ALPHA_NEEDS_FORMAT"),
        ("drop", "output_compression", 50, None, "PARAM_REJECTED"),
    ]


def test_a_need_for_transparency_becomes_the_parameter():
    fit = fitted("gpt-image-2.5-flare", model="gpt-image-2.5-flare", pixroute={"needs": {"transparent": True}})

    assert steps(fit) == [("set", "background", None, "transparent", "NEED_TRANSPARENT")]


def test_a_hard_need_beats_a_bound():
    fit = fitted(
        "gpt-image-2.5-flare",
        Bound(param="output_format", op="exactly", want="jpeg"),
        Bound(param="background", op="drop"),
        model="gpt-image-2.5-flare",
        background="transparent",
    )

    assert (steps(fit), warnings(fit)) == ([], ["NEED_BEATS_BOUND", "NEED_BEATS_BOUND"])


@pytest.mark.parametrize(("model", "format_sent"), [("gpt-image-2.5-flare", "png"), ("gpt-image-1.5", "png")])
def test_a_rule_that_makes_it_transparent_gets_the_format_for_it(model: str, format_sent: str):
    fit = fitted(model, Bound(param="background", op="exactly", want="transparent"), output_format="jpeg")

    assert isinstance(fit, Fitted)
    assert (fit.params["background"], fit.params["output_format"]) == ("transparent", format_sent)


def test_a_rule_cannot_have_a_preview_that_is_not_allowed():
    assert (
        skipped(fitted("gpt-image-2", Bound(param="background", op="exactly", want="transparent")))
        == "PREVIEW_NOT_ALLOWED"
    )


def test_a_bound_is_recorded_with_its_rule_and_one_that_is_met_changes_nothing():
    fit = fitted(
        "gpt-image-2",
        Bound(param="quality", op="at_least", want="medium"),
        Bound(param="n", op="at_most", want=2),
        model="gpt-image-2",
        quality="high",
        n=4,
    )

    assert isinstance(fit, Fitted)
    assert [(each.field, each.before, each.after, each.code, each.rule) for each in fit.changes] == [
        ("n", 4, 2, "RULE", "a-rule")
    ]


def test_the_later_of_two_bounds_wins_with_a_warning():
    fit = fitted(
        "gpt-image-2",
        Bound(param="quality", op="at_least", want="high"),
        Bound(param="quality", op="at_most", want="low"),
        model="gpt-image-2",
    )

    assert isinstance(fit, Fitted)
    assert (fit.params["quality"], warnings(fit)) == ("low", ["ADJUSTMENT_OVERRULED"])


def test_what_a_rule_sets_and_the_model_would_reject_is_dropped_again():
    fit = fitted("gpt-image-2", Bound(param="output_compression", op="exactly", want=50), model="gpt-image-2")

    assert steps(fit) == [
        ("set", "output_compression", None, 50, "RULE"),
        ("drop", "output_compression", 50, None, "PARAM_REJECTED"),
    ]


def test_a_bound_that_the_model_cannot_meet_skips_it():
    assert skipped(fitted("gpt-image-2", Bound(param="quality", op="at_least", want="max"))) == "BOUND_NOT_MET"


def test_a_bound_on_input_images_does_not_concern_a_picture_without_any():
    fidelity = Bound(param="input_fidelity", op="exactly", want="low")

    assert steps(fitted("gpt-image-2", fidelity, model="gpt-image-2")) == []
    assert skipped(fitted("gpt-image-2", fidelity, image=[b"a"])) == "BOUND_NOT_MET"


def test_a_parameter_that_nobody_knows_is_passed_on_with_a_warning():
    fit = fitted("gpt-image-2", model="gpt-image-2", sparkle=9)

    assert isinstance(fit, Fitted)
    assert (fit.params["sparkle"], warnings(fit)) == (9, ["UNKNOWN_PARAM"])


@pytest.mark.parametrize(("setting", "outcome"), [("warn", ["SIZE_EXPERIMENTAL"]), ("allow", [])])
def test_a_size_beyond_2k_is_experimental(setting: str, outcome: list[str]):
    policy = Policy(name="p", routes=(), sizes=SizeSettings(experimental=setting))  # type: ignore[arg-type]

    assert warnings(fitted("gpt-image-2", policy=policy, size="3840x2160")) == outcome


def test_a_policy_can_deny_experimental_sizes():
    policy = Policy(name="p", routes=(), sizes=SizeSettings(experimental="deny"))

    assert skipped(fitted("gpt-image-2", policy=policy, size="3840x2160")) == "EXPERIMENTAL_SIZE"


@pytest.mark.parametrize(("asked", "sent"), [("AUTO ", "auto"), ("1024×1024", "1024x1024"), ("1:1", "1024x1024")])
def test_a_size_is_spelled_as_the_api_reads_it(asked: str, sent: str):
    assert steps(fitted("gpt-image-2", model="gpt-image-2", size=asked)) == [
        ("set", "size", asked, sent, "SIZE_SPELLED")
    ]


def test_a_size_that_is_enlarged_and_cut_is_warned_of():
    assert warnings(fitted("gpt-image-1-mini", size="3000x1200")) == ["SIZE_UPSCALED", "SIZE_CROPPED"]
