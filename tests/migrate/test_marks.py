"""What is said of places that are no calls: they rest on a model's name, on how it answers, or on how long it takes."""

from __future__ import annotations

from datetime import date

import pytest

from router.migrate.edits import applied
from router.migrate.marks import judge_mark
from router.migrate.sites import Mark, Region, Written

from .toy import DAY, Folder, settings


def say(kind, value=None, *, on=DAY, source="", text="", wrapped=False, shared=False):
    """The finding of a mark; `text` is where its value stands in the source."""
    data = source.encode()
    written = None
    if text:
        start = data.index(text.encode())
        region = Region(path="app.py", line=1, column=1, start=start, end=start + len(text.encode()))
        written = Written(region=region, quote='"' if text.startswith('"') else "", shared=shared)
    mark = Mark(
        path="app.py",
        line=1,
        column=1,
        kind=kind,
        surface="python",
        text=source[:80] or kind,
        value=value,
        written=written,
    )
    return judge_mark(mark, settings(on).bench(Folder({"app.py": data})), wrapped=wrapped)


def told(found):
    return None if found is None else (found.code, found.severity, found.verdict)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("reads_url", None, ("READS_URL", "error", "person")),
        ("reads_revised_prompt", None, ("READS_REVISED_PROMPT", "warning", "person")),
        ("retries", None, ("RETRIES_BILLED", "note", "person")),
        ("pins_sdk", "openai<3", ("SDK_PINNED", "note", "person")),
        ("caps_length", 10, ("LENGTH_CAPPED", "warning", "person")),
        ("short_timeout", 30, ("TIMEOUT_TOO_SHORT", "warning", "person")),
        ("short_timeout", 180, None),
        ("short_timeout", 600.0, None),
        ("short_timeout", 0, None),
        ("compares_model", "gpt-image-1", ("MODEL_COMPARED", "warning", "person")),
        ("compares_model", "gpt-image-1.5", ("MODEL_COMPARED", "warning", "person")),
        ("compares_model", "gpt-image-1.5-2025", ("MODEL_COMPARED", "warning", "person")),
        ("compares_model", "dall-e", ("MODEL_COMPARED", "warning", "person")),
        ("compares_model", "gpt-image", None),
        ("compares_model", "gpt-image-2", None),
        ("compares_model", "gpt-4o", None),
        ("lists_model", ["dall-e-3", "gpt-image-2"], ("MODEL_LISTED", "warning", "person")),
        ("lists_model", ["gpt-image-2", "gpt-image-2.5-flare"], None),
        ("names_model", "gpt-image-1", ("MODEL_NAMED", "error", "person")),
        ("names_model", "gpt-image-1.5", ("MODEL_NAMED", "warning", "person")),
        ("names_model", "gpt-image-2", None),
    ],
)
def test_each_kind_has_its_code_where_it_matters(kind, value, expected):
    assert told(say(kind, value)) == expected


def test_while_dall_e_lived_it_sent_urls():
    assert say("reads_url", on=date(2026, 5, 11)) is None


def test_a_wrapped_client_gives_urls():
    assert told(say("reads_url", wrapped=True)) == ("READS_URL", "error", "runtime")


@pytest.mark.parametrize(
    ("source", "text", "value", "expected"),
    [
        ('MODEL = "gpt-image-1"', '"gpt-image-1"', "gpt-image-1", 'MODEL = "gpt-image-2.5-flare"'),
        ("MODEL=gpt-image-1\n", "gpt-image-1", "gpt-image-1", "MODEL=gpt-image-2.5-flare\n"),
        ("model: openai/dall-e-3", "openai/dall-e-3", "openai/dall-e-3", "model: openai/gpt-image-2.5-flare"),
    ],
)
def test_a_setting_is_renamed_where_that_is_assumed(source, text, *, value, expected):
    found = say("names_model", value, source=source, text=text)

    assert found.verdict == "assumed"
    assert applied(source.encode(), found.edits) == expected.encode()


@pytest.mark.parametrize(
    ("source", "text", "value", "expected"),
    [
        ("timeout=60", "60", 60, "timeout=300"),
        ("timeout=60.0", "60.0", 60.0, "timeout=300.0"),
        ("timeout: 30_000,", "30_000", 30, "timeout: 300000,"),
    ],
)
def test_a_time_out_is_made_longer_in_its_own_unit(source, text, *, value, expected):
    found = say("short_timeout", value, source=source, text=text)

    assert found.verdict == "assumed"
    assert applied(source.encode(), found.edits) == expected.encode()


@pytest.mark.parametrize(("source", "text"), [("timeout=1 * 60", "1 * 60"), ("timeout=90", "90")])
def test_a_time_out_that_says_something_else_is_left(source, text):
    assert told(say("short_timeout", 60, source=source, text=text)) == ("TIMEOUT_TOO_SHORT", "warning", "person")


def test_a_time_out_that_others_use_is_left():
    assert told(say("short_timeout", 60, source="t=60", text="60", shared=True)) == (
        "TIMEOUT_TOO_SHORT",
        "warning",
        "person",
    )
