"""Everything that can go wrong, through every client of the SDK: what its caller sees, how often the provider was
called, how long was waited, and what was billed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from router.emulator.faults import KINDS as FAULTS

from .callers import AZURE, HTTP, SDKS, Ask, Seen, calling

FOX = Ask(params={"model": "gpt-image-2", "prompt": "a fox", "size": "1024x640", "quality": "low"})
CLEAR = replace(FOX, params={**FOX.params, "model": "gpt-image-2.5-flare", "background": "transparent"})
STREAM = replace(FOX, params={**FOX.params, "stream": True, "partial_images": 2})
TWO, FLARE, SUNBURST = "gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst"
ONCE = """
pixroute: 1
name: once
routes:
  - {id: all, to: [asked]}
retry: {ambiguous: once}
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A fault, and all that comes of it; `raised` None is a picture."""

    fault: dict[str, Any]
    ask: Ask = FOX
    raised: str | None = None
    status: int | None = 200
    code: str | None = None
    models: tuple[str, ...] = (TWO,)
    waits: list[float] = field(default_factory=list)
    billed: int = 0  # calls
    warned: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.fault.values())


def fault(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, **options}


LIMITED = {"raised": "RateLimitError", "status": 429}
REFUSED = {"raised": "BadRequestError", "status": 400}
FAILED = {"raised": "InternalServerError", "status": 500}
BROKEN = {"raised": "APIConnectionError", "status": None}
ROWS = [
    Row(fault=fault("rate_limit"), models=(TWO, TWO), waits=[12.0], billed=1),
    Row(fault=fault("rate_limit", retry_after=2), models=(TWO, TWO), waits=[2.0], billed=1),
    Row(fault=fault("rate_limit", try_again=None), models=(TWO, TWO), waits=[0.5], billed=1),
    Row(fault=fault("rate_limit", times=3), models=(TWO,) * 3, waits=[12.0] * 2, code="rate_limit_exceeded", **LIMITED),
    Row(fault=fault("n_above_limit"), code="rate_limit_exceeded", **LIMITED),
    Row(fault=fault("quota"), code="insufficient_quota", **LIMITED),
    Row(fault=fault("billing_hard_limit"), code="billing_hard_limit_reached", **REFUSED),
    Row(fault=fault("server_error"), code="server_error", **FAILED),
    Row(fault=fault("server_error", billed=True), code="server_error", billed=1, **FAILED),
    Row(fault=fault("bad_gateway"), **{**FAILED, "status": 502}),
    Row(fault=fault("bad_gateway", billed=True), billed=1, **{**FAILED, "status": 502}),
    Row(fault=fault("reset", when="before"), **BROKEN),
    Row(fault=fault("reset", when="during"), billed=1, **BROKEN),
    Row(fault=fault("reset", when="after"), billed=1, **BROKEN),
    Row(fault=fault("moderation"), code="moderation_blocked", **REFUSED),
    Row(fault=fault("moderation", stage="output"), code="moderation_blocked", billed=1, **REFUSED),
    Row(fault=fault("model_not_found"), models=(TWO, FLARE), billed=1),
    Row(fault=fault("model_not_found", times=2), models=(TWO, FLARE, SUNBURST), billed=1),
    Row(fault=fault("model_not_found", times=3), models=(TWO, FLARE, SUNBURST), code="invalid_value", **REFUSED),
    Row(fault=fault("org_not_verified"), models=(TWO, FLARE), billed=1),
    Row(fault=fault("transparency_refused"), ask=CLEAR, models=(FLARE, SUNBURST), billed=1),
    Row(fault=fault("parameter_refused", param="quality"), models=(TWO, FLARE), billed=1),
    Row(fault=fault("missing_usage"), billed=1, warned=("USAGE_MISSING",)),
    Row(fault=fault("usage_above", factor=10), billed=1, warned=("USAGE_ABOVE_CEILING",)),
    Row(fault=fault("opaque"), ask=CLEAR, models=(FLARE,), billed=1, warned=("ANSWER_BACKGROUND", "ANSWER_NO_ALPHA")),
    Row(fault=fault("other_size", size="1024x1024"), billed=1, warned=("ANSWER_SIZE",)),
    Row(fault=fault("fewer_partials"), ask=STREAM, billed=1),
    Row(fault=fault("delay", delay=0.05), billed=1),
]
AT_THE_END_OF_A_STREAM = [fault("stream_cut", after=1), fault("stream_error"), fault("reset", when="during")]


def at(name: str, ask: Ask) -> Ask:
    """On Azure a model is called by its deployment."""
    return replace(ask, params={**ask.params, "model": f"at-{ask.params['model']}"}) if name in AZURE else ask


def what(seen: Seen) -> tuple[str | None, int | None, str | None]:
    return seen.raised, seen.status, seen.code


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("name", SDKS)
def test_a_fault_shows_as_the_sdk_shows_it_and_costs_what_it_costs(name, row, stage):
    stage.provider.fault(**row.fault)

    with calling(name, stage.make(), url=stage.provider.url) as caller:
        seen = caller.call(at(name, row.ask))

    code = "contentFilter" if name in AZURE and row.code == "moderation_blocked" else row.code
    assert what(seen) == (row.raised, row.status, code)
    assert stage.called == list(row.models)
    assert stage.waits == row.waits
    assert stage.billed == row.billed
    assert tuple(warning.code for warning in stage.records[-1].warnings) == row.warned
    assert [record.attempt for record in stage.records][: len(row.models)] == list(range(1, len(row.models) + 1))


@pytest.mark.parametrize("row", [row for row in ROWS if row.raised is not None], ids=str)
@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_what_is_raised_is_what_the_bare_client_raises(name, row, stage):
    stage.provider.fault(**{**row.fault, "times": 99})
    with calling(name, None, url=stage.provider.url, max_retries=0) as bare:
        expected = bare.call(row.ask)

    with calling(name, stage.make(), url=stage.provider.url) as wrapped:
        seen = wrapped.call(row.ask)

    stage.provider.reset()
    assert what(seen) == what(expected)
    assert without_ids(seen.body) == without_ids(expected.body)


def without_ids(body: Any) -> Any:
    """A body without the number that each request has of its own, and the model that the last attempt was for."""
    text = str(body)
    for word in ("req_", FLARE, SUNBURST, TWO):
        text = "".join(part[8:] if word == "req_" and number else part for number, part in enumerate(text.split(word)))
    return text


def test_the_table_has_every_fault():
    assert {row.fault["name"] for row in ROWS} | {each["name"] for each in AT_THE_END_OF_A_STREAM} == FAULTS.keys()


# -- streams


@pytest.mark.parametrize("broken", AT_THE_END_OF_A_STREAM, ids=lambda each: each["name"])
@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_stream_that_breaks_looks_as_it_does_to_the_bare_client(name, broken, stage):
    stage.provider.fault(**broken, times=2)
    with calling(name, None, url=stage.provider.url, max_retries=0) as bare:
        expected = bare.call(STREAM)

    with calling(name, stage.make(), url=stage.provider.url) as wrapped:
        seen = wrapped.call(STREAM)

    assert (what(seen), seen.events, without_ids(seen.body)) == (
        what(expected),
        expected.events,
        without_ids(expected.body),
    )
    assert stage.billed == len(stage.called) == 2
    [record] = stage.records
    assert (record.attempt, record.status, record.is_fine) == (1, 200, False)


@pytest.mark.parametrize("name", [*HTTP, *SDKS])
def test_a_stream_comes_through_whole(name, stage):
    with calling(name, stage.make(), url=stage.provider.url) as caller:
        seen = caller.call(at(name, STREAM))

    assert seen.events == (*["image_generation.partial_image"] * 2, "image_generation.completed")


# -- time-outs


@pytest.mark.parametrize("name", [name for name in SDKS if name not in AZURE])
def test_a_time_out_is_not_repeated_because_it_may_have_been_billed(name, stage):
    stage.provider.fault("delay", delay=0.4, times=9)

    with calling(name, stage.make(), url=stage.provider.url, timeout=0.1) as caller:
        seen = caller.call(FOX)

    assert what(seen) == ("APITimeoutError", None, None)
    assert (len(stage.called), stage.billed) == (1, 1)


@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
@pytest.mark.parametrize(
    "broken", [fault("server_error", billed=True), fault("reset", when="after")], ids=lambda each: each["name"]
)
def test_what_may_have_been_billed_is_repeated_once_where_the_policy_says_so(name, broken, stage):
    stage.provider.fault(**broken, times=9)

    with calling(name, stage.make(ONCE), url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert seen.raised in {"InternalServerError", "APIConnectionError"}
    assert (len(stage.called), stage.billed, stage.waits) == (2, 2, [0.5])


@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_cap_bounds_what_all_attempts_may_cost_together(name, stage):
    stage.provider.fault("server_error", billed=True, times=9)
    cap = 0.005

    with calling(name, stage.make(ONCE), url=stage.provider.url) as caller:
        seen = caller.call(replace(FOX, told={"max_cost_usd": cap}))

    assert what(seen) == ("InternalServerError", 500, "server_error")
    assert len(stage.called) == 1
    assert stage.provider.spent_micros <= cap * 1_000_000


# -- what was used


@pytest.mark.parametrize("name", ["httpx", "httpx2-async", "OpenAI", "AsyncOpenAI"])
def test_the_cost_that_the_answer_names_is_what_was_billed(name, stage):
    with calling(name, stage.make(), url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert round(float(seen.headers["x-pixroute-cost-usd"]) * 1_000_000) == stage.provider.spent_micros > 0


# -- without the SDK


BARE = [
    Row(fault=fault("rate_limit"), status=429, code="rate_limit_exceeded"),
    Row(fault=fault("model_not_found"), models=(TWO, FLARE), billed=1),
    Row(fault=fault("moderation"), status=400, code="moderation_blocked"),
    Row(fault=fault("server_error"), status=500, code="server_error"),
    Row(fault=fault("bad_gateway"), status=502),
    Row(fault=fault("reset", when="after"), status=None, raised="connection", billed=1),
    Row(fault=fault("reset", when="during"), status=None, raised="connection", billed=1),
]


@pytest.mark.parametrize("row", BARE, ids=str)
@pytest.mark.parametrize("name", HTTP)
def test_a_bare_transport_sends_a_call_once_a_model_and_raises_what_its_library_raises(name, row, stage):
    stage.provider.fault(**row.fault)

    with calling(name, stage.make(), url=stage.provider.url) as caller:
        seen = caller.call(row.ask)

    raised = "connection" if seen.raised in {"ReadError", "RemoteProtocolError"} else seen.raised
    assert (raised, seen.status, seen.code) == (row.raised, row.status, row.code)
    assert (stage.called, stage.billed, stage.waits) == (list(row.models), row.billed, [])
