"""What a record says: the body, whatever it is wrapped in, of whom it was asked and when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from router.engine import Inputs, plan
from router.files import load_catalog, load_policy
from router.migrate.logged import Logged, Passed, Unread, read_day, read_logged
from router.records import Record
from router.request import read_request
from router.told import Given

BODY = {"model": "gpt-image-1", "prompt": "a door", "size": "1024x1024"}
AT = "2026-11-01T10:00:00Z"
DAY = "2026-11-01"
IMAGES = "https://api.openai.com/v1/images"


AZURE = "https://x.openai.azure.com/openai"


def har(url=f"{IMAGES}/generations", method="POST", **posted):
    request = {"method": method, "url": url, **({"postData": posted} if posted else {})}
    return {"startedDateTime": AT, "time": 5120.5, "request": request, "response": {"status": 400}}


@pytest.mark.parametrize(
    "record",
    [
        {"ts": AT, "body": BODY},
        {"ts": AT, "request": BODY},
        {"at": AT, "request": {"method": "POST", "url": "/v1/images/generations", "body": BODY}},
        {"time": AT, "json": BODY},
        {"timestamp": "2026-11-01 10:00:00,123", "params": BODY},
        {"date": "2026-11-01", "kwargs": {**BODY, "timeout": 30, "extra_headers": {"a": "b"}}},
        {"ts": 1793527200, "payload": json.dumps(BODY)},
        {"ts": 1793527200000, "data": json.dumps(BODY)},
        {"ts": "1793527200.5", "event": "draw", "input": {"arguments": BODY}},
        har(mimeType="application/json", text=json.dumps(BODY)),
    ],
)
def test_a_body_is_found_under_its_usual_keys(record):
    assert read_logged(record) == Logged(body=BODY, operation="generate", day=DAY)


def test_a_bare_body_is_a_record():
    assert read_logged(BODY) == Logged(body=BODY, operation="generate")


def test_a_parameter_that_nobody_knows_stays_in_a_bare_body():
    assert read_logged({**BODY, "sise": 1}).body == {**BODY, "sise": 1}


def test_what_a_log_keeps_beside_the_parameters_is_left_aside():
    record = {"ts": AT, "level": "info", "latency_ms": 12, "cached": False, **BODY}

    assert read_logged(record) == Logged(body=BODY, operation="generate", day=DAY, notes=("metadata",))


def test_a_prompt_beside_its_parameters_belongs_to_them():
    record = {"ts": AT, "prompt": "a door", "params": {"model": "gpt-image-1", "size": "1024x1024"}}

    assert read_logged(record).body == BODY


def test_what_stands_in_extra_body_is_sent():
    assert read_logged({"kwargs": {**BODY, "extra_body": {"moderation": "low"}}}).body == {**BODY, "moderation": "low"}


def test_a_log_without_prompts_is_read_with_another_one():
    read = read_logged({"ts": AT, "model": "dall-e-3", "size": "1792x1024"})

    assert (read.body["prompt"], read.notes) == ("a picture", ("no prompt",))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"url": f"{IMAGES}/edits", "body": BODY}, ("edit", "openai", "gpt-image-1")),
        ({"endpoint": "images.edit", "kwargs": BODY}, ("edit", "openai", "gpt-image-1")),
        ({"call_type": "image_generation", "kwargs": BODY}, ("generate", "openai", "gpt-image-1")),
        ({"body": {**BODY, "image": ["a.png", "b.png"]}}, ("edit", "openai", "gpt-image-1")),
        ({"url": f"{IMAGES}/variations", "body": {"model": "dall-e-2"}}, ("variation", "openai", "dall-e-2")),
        ({"url": f"{AZURE}/v1/images/generations", "body": BODY}, ("generate", "azure", "gpt-image-1")),
        (
            {"url": f"{AZURE}/deployments/draw%201/images/edits?api-version=1", "body": {"prompt": "x"}},
            ("edit", "azure", "draw 1"),
        ),
        ({"body": {**BODY, "model": "azure/gpt-image-1"}}, ("generate", "azure", "gpt-image-1")),
        ({"body": {**BODY, "model": "openai/gpt-image-1"}}, ("generate", "openai", "gpt-image-1")),
    ],
)  # fmt: skip
def test_what_is_called_is_told_by_what_stands_around(record, expected):
    read = read_logged(record)

    assert (read.operation, read.provider, read.body["model"]) == expected


def test_a_line_of_a_batch_is_marked():
    record = {"custom_id": "1", "method": "POST", "url": "/v1/images/generations", "body": BODY}

    assert read_logged(record) == Logged(body=BODY, operation="generate", notes=("batch",))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"url": "/v1/chat/completions", "body": {"messages": []}}, "a call of another endpoint"),
        (har(url="https://example.com/app.js", method="GET"), "a GET request"),
        (har(method="OPTIONS"), "a OPTIONS request"),
        ({"model": "gpt-5", "messages": []}, "a call of another API"),
        ({"model": "gpt-5", "input": "draw", "tools": [{"type": "image_generation"}]}, "a Responses call"),
    ],
)
def test_other_calls_are_passed_over(record, reason):
    read = read_logged(record)

    assert isinstance(read, Passed)
    assert read.reason.startswith(reason)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "not an object"),
        ({"event": "started"}, "no request in it"),
        ({"body": "{cut"}, "what stands under `body` is not JSON"),
        (har(mimeType="application/json"), "the archive has no body of the request"),
        (har(mimeType="multipart/form-data; boundary=x", text="nothing"), "a form that cannot be read"),
        ({"body": {"body": {"body": {"body": {"body": {"body": BODY}}}}}}, "no request in it"),
    ],
)
def test_a_record_without_a_request_cannot_be_read(record, reason):
    read = read_logged(record)

    assert isinstance(read, Unread)
    assert read.reason.startswith(reason)


def test_a_form_is_read_from_its_text():
    lines = [
        "--x", 'Content-Disposition: form-data; name="prompt"', "", "a hat",
        "--x", 'Content-Disposition: form-data; name="n"', "", "2",
        "--x", 'Content-Disposition: form-data; name="image[]"; filename="a.png"', "Content-Type: image/png", "", "PNG",
        "--x--", "",
    ]  # fmt: skip
    record = har(f"{IMAGES}/edits", mimeType="multipart/form-data; boundary=x", text="\r\n".join(lines))

    read = read_logged(record)

    assert (read.operation, read.body) == ("edit", {"prompt": "a hat", "n": 2, "image[]": "<file>"})


def test_a_form_is_read_from_its_fields():
    params = [
        {"name": "prompt", "value": "a hat"},
        {"name": "stream", "value": "true"},
        {"name": "image", "fileName": "a.png", "contentType": "image/png"},
    ]

    read = read_logged(har(f"{IMAGES}/edits", mimeType="multipart/form-data", params=params, text=""))

    assert read.body == {"prompt": "a hat", "stream": True, "image": "<file>"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T23:30:00Z", "2026-11-01"),
        ("2026-11-01T23:30:00+00:00", "2026-11-01"),
        ("2026-11-01T23:30:00-05:00", "2026-11-02"),
        ("2026-11-01 00:30:00.123+0200", "2026-10-31"),
        (1793527200, "2026-11-01"),
        (1793527200123456789, "2026-11-01"),
        ("2026-13-01", None),
        ("yesterday", None),
        (12.5, None),
        (True, None),
        (None, None),
        (float("inf"), None),
    ],
)
def test_a_day_is_read_in_utc(written, day):
    assert read_day(written) == day


# -- our own decision log


CATALOG = load_catalog()
POLICY = load_policy("pixroute:migrate-from-gpt-image-1", CATALOG)


def decided(body, *, prompt=True, **more):
    request = read_request(body, given=more.pop("given", Given()))
    decision = plan(request, POLICY, Inputs(on=date(2026, 11, 23), catalog=CATALOG))
    record = Record(at=datetime(2026, 11, 23, 1, tzinfo=UTC), decision=decision, **more)
    return json.loads(json.dumps(record.to_dict(prompt=prompt)))


@pytest.mark.parametrize(
    "body",
    [
        {**BODY, "quality": "hd", "response_format": "url", "style": "vivid"},
        {**BODY, "size": "1200x628", "n": 2, "user": "u1"},
        {"prompt": "a door", "model": "dall-e-3"},
        {**BODY, "image": ["<file>"], "input_fidelity": None},
        {**BODY, "background": "transparent", "output_format": "jpeg"},
        {"prompt": "a door"},
    ],
)
def test_a_decision_is_undone(body):
    read = read_logged(decided(body))

    assert (read.body, read.day, read.notes) == (body, "2026-11-23", ())


def test_a_masked_prompt_keeps_its_length_and_its_facts():
    body = {**BODY, "prompt": 'a poster that says "OPEN ALL NIGHT" in red'}

    read = read_logged(decided(body, prompt=False))

    assert (len(read.body["prompt"]), read.notes) == (len(body["prompt"]), ("masked",))
    assert read.given.needs == {
        "text_heavy": True,
        "text.score": 88,
        "text.quoted_chars": 14,
        "text.scripts": ["latin"],
    }


def test_what_was_told_in_code_is_told_again():
    given = Given(needs={"transparent": True}, tags={"tenant": "t1"}, max_cost_micros=90_000)

    read = read_logged(decided(BODY, given=given))

    assert read.given == given
    assert "background" not in read.body


def test_a_denied_call_is_rebuilt_from_its_facts():
    body = {"model": "gpt-image-1", "prompt": "a door", "output_format": "gif", "size": "1200x628"}

    read = read_logged(decided(body))

    assert {name: read.body[name] for name in ("model", "output_format", "size")} == {
        "model": "gpt-image-1",
        "output_format": "gif",
        "size": "1200x628",
    }
    assert read.notes == ("facts", "masked")


def test_only_the_first_attempt_is_a_request():
    assert read_logged(decided(BODY, attempt=2)) == Passed("a further attempt of the same call")
