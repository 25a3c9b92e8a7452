"""What is told to others about a call: a callback, a file of lines, the log, spans."""

import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from router.changes import Warn
from router.engine import Inputs, plan
from router.errors import ConfigError
from router.files import load_catalog
from router.otel import spans
from router.policy import Budget, Policy, Route, Target
from router.records import JsonlSink, Record, log_record, tell
from router.request import read_request

CATALOG = load_catalog()
PROMPT = "a portrait of our next product"
USAGE = {"input_tokens": 9, "output_tokens": 439, "total_tokens": 448}


def decide(*, per_request_micros=None, **asked):
    policy = Policy(
        name="shop",
        routes=(Route(id="everything", to=(Target(model="gpt-image-2.5-flare"),)),),
        budget=Budget(per_request_micros=per_request_micros),
    )
    request = read_request({"prompt": PROMPT, "model": "gpt-image-1", "size": "1200x628", "quality": "medium"} | asked)
    return plan(request, policy, Inputs(on=date(2026, 11, 23), catalog=CATALOG))


DRAWN = Record(
    at=datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC),
    decision=decide(),
    operation_key="op-1",
    status=200,
    latency_s=8.44,
    usage=USAGE,
    bill_micros=13_170,
)
WARNED = replace(DRAWN, warnings=(Warn("ANSWER_SIZE", "another size"),))
REFUSED = replace(DRAWN, status=500, usage=None, bill_micros=None, failure="may have been billed")
LOST = replace(DRAWN, status=None, usage=None, bill_micros=None, failure="timed_out")
DENIED = Record(at=DRAWN.at, decision=decide(per_request_micros=1), operation_key="op-2", attempt=0)


# -- listeners


def test_every_listener_hears_of_a_record():
    heard = []
    tell(DRAWN, [heard.append, lambda record: heard.append(record.attempt)])

    assert heard == [DRAWN, 1]


def test_a_listener_that_fails_is_logged_and_costs_nobody_anything(caplog):
    heard = []

    def fail(_):
        raise ValueError("no disk, no network, nothing")

    tell(DRAWN, [fail, heard.append])

    assert heard == [DRAWN]
    assert "no disk, no network, nothing" in caplog.text


# -- lines


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_record_is_one_line(tmp_path):
    sink = JsonlSink(tmp_path / "decisions.jsonl")
    for record in (DRAWN, WARNED, DENIED):
        sink(record)
    drawn, warned, denied = lines(sink.path)

    assert {name: drawn[name] for name in ("at", "operation_key", "attempt", "status", "latency_s", "bill_micros")} == {
        "at": "2026-11-23T12:00:00.250000+00:00",
        "operation_key": "op-1",
        "attempt": 1,
        "status": 200,
        "latency_s": 8.44,
        "bill_micros": 13_170,
    }
    assert drawn["decision"] == DRAWN.decision.to_dict(prompt=False)
    assert warned["warnings"] == [{"code": "ANSWER_SIZE", "message": "another size"}]
    assert denied["decision"]["deny"]["code"] == "budget_exceeded"


def test_prompts_are_masked(tmp_path):
    sink = JsonlSink(tmp_path / "decisions.jsonl")
    sink(DRAWN)

    assert PROMPT not in sink.path.read_text()
    assert lines(sink.path)[0]["decision"]["params"]["prompt"] == "<30 characters>"


def test_prompts_are_written_where_that_is_asked(tmp_path):
    sink = JsonlSink(tmp_path / "decisions.jsonl", prompts=True)
    sink(replace(DRAWN, decision=decide(prompt="日本\ud800\n")))

    assert lines(sink.path)[0]["decision"]["params"]["prompt"] == "日本\ud800\n"


def test_lines_are_added_to_a_file_that_is_there_and_to_the_next_one(tmp_path):
    sink = JsonlSink(tmp_path / "decisions.jsonl")
    sink.path.write_text('{"from": "yesterday"}\n')
    sink(DRAWN)
    moved = sink.path.rename(tmp_path / "decisions.1.jsonl")
    sink(WARNED)

    assert (len(lines(moved)), len(lines(sink.path))) == (2, 1)


def test_threads_may_share_a_sink(tmp_path):
    sink = JsonlSink(tmp_path / "decisions.jsonl")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: sink(replace(DRAWN, attempt=number)), range(200)))

    assert sorted(line["attempt"] for line in lines(sink.path)) == list(range(200))


def test_a_file_that_cannot_be_written_is_told_of_once_each_time(tmp_path, caplog):
    sink = JsonlSink(tmp_path / "folder" / "decisions.jsonl")
    for _ in range(3):
        sink(DRAWN)
    sink.path.parent.mkdir()
    sink(DRAWN)
    sink.path.unlink()
    sink.path.parent.rmdir()
    sink(DRAWN)

    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "decisions.jsonl" in caplog.text


def test_a_value_that_json_does_not_have_does_not_reach_the_caller(tmp_path, caplog):
    JsonlSink(tmp_path / "decisions.jsonl")(replace(DRAWN, usage={"total": object()}))

    assert "not JSON serializable" in caplog.text


# -- the log


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.INFO, logger="router")
    return caplog


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (DRAWN, "INFO: generate with gpt-image-2.5-flare for gpt-image-1, status 200, 8.4 s, 0.01317 USD"),
        (
            WARNED,
            "WARNING: generate with gpt-image-2.5-flare for gpt-image-1, status 200, ANSWER_SIZE, 8.4 s, 0.01317 USD",
        ),
        (REFUSED, "WARNING: generate with gpt-image-2.5-flare for gpt-image-1, may have been billed, 8.4 s"),
        (LOST, "WARNING: generate with gpt-image-2.5-flare for gpt-image-1, timed_out, 8.4 s"),
        (DENIED, "WARNING: generate with gpt-image-1, denied: budget_exceeded"),
    ],
)
def test_an_attempt_is_one_short_line(logged, record, line):
    log_record(record)

    assert [f"{each.levelname}: {each.getMessage()}" for each in logged.records] == [line]


def test_the_figures_are_beside_the_line_and_the_prompt_is_not(logged):
    log_record(DRAWN)
    figures = logged.records[0].pixroute

    assert (figures["decision"], figures["bill_micros"]) == (DRAWN.decision.id, 13_170)
    assert PROMPT not in json.dumps(figures)


# -- spans


def exported(*records):
    """The spans of records, as a collector would get them."""
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tell_all = spans(provider)
    with provider.get_tracer("app").start_as_current_span("request"):
        for record in records:
            tell_all(record)
    return exporter.get_finished_spans()


def test_an_attempt_is_a_span_under_the_one_it_happened_in():
    span, parent = exported(DRAWN)

    assert (span.name, span.parent.span_id) == ("generate_content gpt-image-2.5-flare", parent.context.span_id)
    assert span.start_time == 1_795_435_200_250_000_000
    assert span.end_time - span.start_time == 8_440_000_000
    assert span.status.is_ok


def test_a_span_says_what_was_asked_drawn_and_paid():
    span, _ = exported(DRAWN)

    assert (
        span.attributes.items()
        >= {
            "gen_ai.operation.name": "generate_content",
            "gen_ai.provider.name": "openai",
            "gen_ai.output.type": "image",
            "gen_ai.request.model": "gpt-image-2.5-flare",
            "gen_ai.usage.input_tokens": 9,
            "gen_ai.usage.output_tokens": 439,
            "http.response.status_code": 200,
            "pixroute.asked_model": "gpt-image-1",
            "pixroute.size": "1200x640",
            "pixroute.bill_micros": 13_170,
            "pixroute.operation_key": "op-1",
            "pixroute.route": "everything",
        }.items()
    )
    assert PROMPT not in span.to_json()


@pytest.mark.parametrize(("record", "error"), [(REFUSED, "500"), (LOST, "timed_out"), (DENIED, "budget_exceeded")])
def test_a_span_of_a_bad_end_says_so(record, error):
    span, _ = exported(record)

    assert (span.status.is_ok, span.attributes["error.type"]) == (False, error)


def test_a_warning_is_an_event_of_the_span():
    span, _ = exported(WARNED)

    assert [event.attributes["code"] for event in span.events] == ["ANSWER_SIZE"]


def test_the_names_are_those_of_the_conventions():
    conventions = pytest.importorskip("opentelemetry.semconv._incubating.attributes.gen_ai_attributes")
    span, _ = exported(DRAWN)

    assert {name for name in span.attributes if name.startswith("gen_ai.")} <= {
        value for value in vars(conventions).values() if isinstance(value, str)
    }


def test_without_opentelemetry_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ConfigError, match="spans need `opentelemetry`") as caught:
        spans()

    assert caught.value.hint == 'pip install "pixroute[otel]"'
