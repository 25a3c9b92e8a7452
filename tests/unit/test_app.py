"""`Router`: the first thing with I/O."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from router import ConfigError, ImageRequest, PolicyError, RequestError, Router

ON = date(2026, 11, 23)
POLICY = """
pixroute: 1
name: mine
routes:
  - id: everything
    to: [MODEL]
budget:
  limits:
    - {id: day, scope: all, window: day, amount: 5}
    - {id: month, scope: all, window: month, amount: 50}
"""
TESTS = """
pixroute-test: 1
cases:
  - name: everything goes to 2.5
    on: 2026-11-23
    request: {prompt: a fox}
    expect: {model: gpt-image-2.5-flare}
"""
BODY = {"prompt": "a fox", "size": "1024x1024", "quality": "low"}


def write(folder: Path, model: str = "gpt-image-2.5-flare") -> Path:
    path = folder / "mine.yaml"
    path.write_text(POLICY.replace("MODEL", model), encoding="utf-8")
    return path


def test_a_shipped_policy_is_read_by_its_name():
    assert Router.from_file("pixroute:text-first").policy.name == "text-first"


def test_a_policy_that_is_not_shipped_is_named_with_a_guess():
    with pytest.raises(ConfigError) as caught:
        Router.from_file("pixroute:text-frist")

    assert (caught.value.message, caught.value.hint) == (
        "no policy `text-frist` is shipped",
        "did you mean `text-first`?",
    )


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot read"):
        Router.from_file(tmp_path / "none.yaml")


def test_a_provider_that_is_not_known_is_refused():
    with pytest.raises(ConfigError, match="unknown provider `opnai`"):
        Router.from_file("pixroute:text-first", provider="opnai")


def test_today_in_utc_is_the_day_of_a_decision(tmp_path):
    before = datetime.now(UTC).date()

    decision = Router.from_file(write(tmp_path)).decide(BODY)

    assert decision.on in {before, datetime.now(UTC).date()}


@pytest.mark.parametrize("moment", [datetime(2026, 11, 23, 5, tzinfo=UTC), datetime(2026, 11, 23)])  # noqa: DTZ001
def test_a_moment_stands_for_its_day(tmp_path, moment):
    assert Router.from_file(write(tmp_path)).decide(BODY, on=moment).on == ON


def test_a_day_that_is_text_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="`on` must be a date"):
        Router.from_file(write(tmp_path)).decide(BODY, on="2026-11-23")


@pytest.mark.parametrize("left", [2, 2.0, "2", Decimal(2)])
def test_one_amount_is_left_of_every_limit(tmp_path, left):
    decision = Router.from_file(write(tmp_path)).decide(BODY, on=ON, budget_left_usd=left)

    assert decision.inputs["budget_left_micros"] == {"day": 2_000_000, "month": 2_000_000}


def test_an_amount_can_be_given_for_each_limit(tmp_path):
    decision = Router.from_file(write(tmp_path)).decide(BODY, on=ON, budget_left_usd={"day": 1, "month": "0.001"})

    assert (decision.deny.code, decision.deny.details["limit"]) == ("budget_exceeded", "month")


def test_an_unknown_limit_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="the policy has no limit `dya`"):
        Router.from_file(write(tmp_path)).decide(BODY, budget_left_usd={"dya": 1})


def test_a_cap_that_is_no_amount_is_refused(tmp_path):
    with pytest.raises(RequestError, match="max_cost_usd"):
        Router.from_file(write(tmp_path)).decide(BODY, max_cost_usd=float("nan"))


def test_a_request_that_was_read_before_is_decided_as_its_body_is(tmp_path):
    router = Router.from_file(write(tmp_path))

    assert router.decide(ImageRequest.from_body(BODY), on=ON).id == router.decide(BODY, on=ON).id


def test_an_overlay_is_laid_over_the_catalogue(tmp_path):
    overlay = tmp_path / "mine.catalog.yaml"
    overlay.write_text(
        "pixroute-catalog: 1\nprovider: azure\ndeployments: {my-images: gpt-image-2}\n", encoding="utf-8"
    )
    router = Router.from_file(write(tmp_path, "my-images"), catalog=overlay, provider="azure")

    decision = router.decide(BODY, on=ON)

    assert decision.model == "my-images"


def test_a_sound_policy_is_taken_up(tmp_path):
    router = Router.from_file(write(tmp_path), reload_s=None)
    write(tmp_path, "gpt-image-2")

    outcome = router.reload()

    assert outcome.problem is None
    assert router.decide(BODY, on=ON).model == "gpt-image-2"


@pytest.mark.parametrize(
    ("model", "tests", "problem"),
    [
        ("gpt-imagine", None, "unknown model `gpt-imagine`"),
        ("gpt-image-1", None, "alive"),
        ("gpt-image-2", TESTS, "everything goes to 2.5"),
    ],
)
def test_an_unsound_policy_is_refused_and_the_old_one_stays(tmp_path, model, *, tests, problem):
    heard = []
    router = Router.from_file(write(tmp_path), reload_s=None, on_reload=heard.append)
    write(tmp_path, model)
    if tests:
        (tmp_path / "mine.test.yaml").write_text(tests, encoding="utf-8")

    outcome = router.reload()

    assert isinstance(outcome.problem, PolicyError)
    assert problem in str(outcome.problem)
    assert heard == [outcome]
    assert router.decide(BODY, on=ON).model == "gpt-image-2.5-flare"


def test_a_decision_notices_a_changed_file(tmp_path):
    taken = threading.Event()
    router = Router.from_file(write(tmp_path), reload_s=0.0, on_reload=lambda _: taken.set())
    write(tmp_path, "gpt-image-2.5-sunburst")

    router.decide(BODY, on=ON)

    assert taken.wait(20)
    assert router.decide(BODY, on=ON).model == "gpt-image-2.5-sunburst"


def test_a_router_without_a_file_cannot_reload(tmp_path):
    made = Router.from_file(write(tmp_path))

    with pytest.raises(ConfigError, match="not made from a file"):
        Router(made.policy, made.catalog).reload()


def test_the_route_that_wants_another_model_stands_on_that_change(tmp_path):
    (change,) = Router.from_file(write(tmp_path)).decide({**BODY, "model": "gpt-image-1"}, on=ON).changes

    assert (change.field, change.code, change.rule) == ("model", "MODEL_SHUT_DOWN", "everything")
