"""Which requests a router takes, and by what it decides them at the moment that a call begins."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from router.app import read_catalogs
from router.errors import ConfigError
from router.language import parse_policy
from router.transport.attempts import Attempt
from router.transport.desk import RouterDesk, retrying
from router.transport.exchange import Mode
from router.transport.message import Message

IMAGES = "https://api.openai.com/v1/images/generations"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CATALOG = read_catalogs(None)
FIRST = parse_policy("pixroute: 1\nname: first\nroutes: [{id: all, to: [asked]}]\n")
SECOND = parse_policy("pixroute: 1\nname: second\nroutes: [{id: all, to: [asked]}]\n")


@dataclass
class Source:
    """What a router shows of itself."""

    policy: Any = FIRST
    catalog: Any = CATALOG
    mode: Mode = "enforce"
    listeners: list[Any] = field(default_factory=list)
    till: Any = None


def desk(source: Source | None = None, **more: Any) -> RouterDesk:
    return RouterDesk(source or Source(), provider="openai", now=lambda: NOON, **more)


def message(url: str = IMAGES) -> Message:
    return Message(method="POST", url=url)


@pytest.mark.parametrize("mode", ["enforce", "shadow", "off"])
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (("POST", IMAGES, {}), True),
        (("POST", "https://x.openai.azure.com/openai/deployments/a/images/edits?api-version=1", {}), True),
        (("GET", IMAGES, {}), False),
        (("POST", "https://api.openai.com/v1/chat/completions", {}), False),
        (("POST", "https://api.openai.com/v1/images/variations", {}), False),
        (("POST", IMAGES, {"x-pixroute-decision": "sha256:theirs"}), False),
    ],
)
def test_only_calls_that_draw_are_taken_and_only_once(mode, asked, wanted):
    assert desk(Source(mode=mode)).wants(*asked) is wanted


@pytest.mark.parametrize(("mode", "enforced"), [("enforce", True), ("shadow", False)])
def test_a_call_is_opened_in_the_mode_of_the_moment(mode, enforced):
    source = Source(mode="off")
    opened = desk(source)
    source.mode = mode

    call = opened.open(message(), None)

    assert (call.is_decided, call.settings.mode) == (True, mode)
    assert opened.is_enforced("POST", IMAGES) is enforced


def test_nothing_is_decided_when_decisions_are_off():
    assert desk(Source(mode="off")).open(message(), None).is_decided is False


def test_a_call_is_decided_by_the_policy_and_the_day_of_its_beginning():
    source = Source()
    opened = desk(source)
    source.policy = SECOND

    call = opened.open(message(), 12.5)

    assert (call.settings.policy.name, call.settings.on, call.timeout_s) == ("second", date(2026, 11, 23), 12.5)


def test_every_call_has_a_key_of_its_own():
    opened = desk()

    assert opened.open(message(), None).key != opened.open(message(), None).key


@pytest.mark.parametrize("retries", [None, 0, 5])
def test_how_often_to_try_is_the_desks_number_unless_the_client_says_another(retries):
    opened = desk(retries=retries)
    with retrying(3):
        inside = opened.open(message(), None).settings.retries
    outside = opened.open(message(), None).settings.retries

    assert (inside, outside) == (3, retries)


def test_a_call_that_is_not_ours_cannot_be_opened():
    with pytest.raises(ConfigError, match="not an images endpoint"):
        desk().open(message("https://api.openai.com/v1/models"), None)


# -- what is told


def attempt(timeout_s: float | None) -> Attempt:
    from router.engine import Inputs, plan
    from router.request import read_request

    decision = plan(
        read_request({"prompt": "a fox", "model": "gpt-image-2"}), FIRST, Inputs(on=NOON.date(), catalog=CATALOG)
    )
    model = CATALOG.on(NOON.date())["gpt-image-2"]
    return Attempt(decision=decision, model=model, key="k", number=1, timeout_s=timeout_s)


def test_a_record_of_each_attempt_reaches_every_listener():
    heard: list[Any] = []
    source = Source(listeners=[heard.append])

    desk(source).hear(attempt(None), 2.5)

    [record] = heard
    assert (record.operation_key, record.attempt, record.latency_s) == ("k", 1, 2.5)
    assert record.at.isoformat() == "2026-11-23T11:59:57.500000+00:00"


def test_a_time_out_that_is_shorter_than_a_model_takes_is_said_once(caplog):
    opened = desk()

    with caplog.at_level(logging.WARNING):
        for timeout_s in (10, 10, None, 600):
            opened.hear(attempt(timeout_s), 1.0)

    said = [record.getMessage() for record in caplog.records if "time-out" in record.getMessage()]
    assert said == ["the time-out of 10 s is shorter than gpt-image-2 may take, 300 s: it would be billed and lost"]
