"""Who draws transparent backgrounds, by date and provider: all of it read off the catalogue."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.cli import main
from router.emulator.asked import Asked
from router.emulator.known import Day
from router.emulator.refusals import RefusedError
from router.emulator.rules import check
from router.files import load_catalog
from router.migrate.transparency import ABLE, Window, advice, events, rows

CATALOG = load_catalog()
NOW = date(2026, 11, 23)
PROVIDERS = ("openai", "azure")
ROWS = {(row.provider, row.model): row for provider in PROVIDERS for row in rows(CATALOG, provider)}


def spans(provider, model):
    return [(str(span.since), span.until and str(span.until), span.draws) for span in ROWS[provider, model].spans]


def test_gpt_image_1_drew_it_until_it_was_shut_down():
    assert spans("openai", "gpt-image-1") == [
        ("2025-04-22", "2025-04-23", "to come"),
        ("2025-04-23", "2026-10-23", "full"),
        ("2026-10-23", None, "gone"),
    ]


def test_gpt_image_2_has_a_preview_of_which_less_is_sure_since_it_was_measured_withdrawn():
    row = ROWS["openai", "gpt-image-2"]

    assert spans("openai", "gpt-image-2")[1:] == [
        ("2026-04-21", "2026-08-20", "no"),
        ("2026-08-20", "2026-09-30", "preview"),
        ("2026-09-30", None, "preview"),
    ]
    assert [span.confidence for span in row.spans[1:]] == ["confirmed", "confirmed", "likely"]
    assert row.spans[-1].note == "one reseller measured it withdrawn since 2026-09-30"


def test_azure_has_days_of_its_own_and_no_preview():
    assert spans("azure", "gpt-image-1.5")[-2:] == [("2025-12-16", "2026-12-16", "full"), ("2026-12-16", None, "gone")]
    assert {draws for _, _, draws in spans("azure", "gpt-image-2")} == {"to come", "no", "gone"}


@pytest.mark.parametrize("model", ["gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"])
def test_the_next_three_stop_on_the_first_of_december(model):
    assert spans("openai", model)[-1] == ("2026-12-01", None, "gone")


def test_the_price_is_that_of_the_catalogue_and_an_estimate_is_marked():
    flare = ROWS["openai", "gpt-image-2.5-flare"].on(NOW)
    newer = ROWS["openai", "gpt-image-2.6-flare"].on(NOW)

    assert (flare.micros, flare.is_estimate, flare.formats) == (439 * 30, False, ("png", "webp"))
    assert newer.is_estimate is True
    assert ROWS["azure", "gpt-image-2.5-flare"].on(NOW).formats == ("png",)


def test_what_changes_on_which_day():
    found = [(str(event.day), event.model, event.words) for event in events(rows(CATALOG, "openai", SOON))]

    assert found == [
        ("2026-12-01", "chatgpt-image-latest", "shut down: it drew transparency"),
        ("2026-12-01", "gpt-image-1-mini", "shut down: it drew transparency"),
        ("2026-12-01", "gpt-image-1.5", "shut down: it drew transparency"),
    ]


SOON = Window(since=NOW, until=date(2026, 12, 31))


def test_the_window_bounds_what_is_told():
    told = [span for row in rows(CATALOG, "openai", SOON) for span in row.spans]

    assert min(span.since for span in told) == NOW
    assert max(span.until for span in told) == date(2027, 1, 1)


def test_who_to_use_now():
    now = advice(CATALOG, "openai", NOW)

    assert [pick.model for pick in now.use][:2] == ["gpt-image-2.5-flare", "gpt-image-2.5-sunburst"]
    assert {pick.model for pick in now.ending} == {"gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"}
    assert [pick.model for pick in now.preview] == ["gpt-image-2"]


def test_before_its_successors_came_only_those_that_end_could_be_used():
    then = advice(CATALOG, "openai", date(2026, 9, 1))

    assert (then.use, then.ending[0].model) == ((), "gpt-image-1-mini")


DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@given(day=DAYS, key=st.sampled_from(sorted(ROWS)))
def test_the_table_says_what_the_emulator_answers(day, key):
    provider, model = key
    span = ROWS[key].on(day)
    params = {"model": model, "prompt": "a door", "background": "transparent"}

    drawn = answers(Asked(operation="generate", provider=provider, params=params), Day(on=day, catalog=CATALOG))
    assert drawn == (span is not None and span.draws in ABLE)


def answers(asked, day):
    try:
        check(asked, day)
    except RefusedError:
        return False
    return True


@given(day=DAYS, days=st.integers(0, 900), provider=st.sampled_from(PROVIDERS))
def test_spans_follow_each_other_without_gap_and_say_something_new(day, days, provider):
    window = Window(since=day, until=day + timedelta(days=days))
    for row in rows(CATALOG, provider, window):
        assert row.spans[0].since == day
        assert row.spans[-1].until == window.until + timedelta(days=1)
        assert all(one.until == other.since for one, other in zip(row.spans, row.spans[1:], strict=False))


# -- the command


@pytest.fixture
def pixroute(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")

    def run(*arguments):
        code = main(["migrate", "transparency", *arguments, "--on", "2026-11-23"])
        return int(code), capsys.readouterr()

    return run


def test_text_says_who_to_use_and_what_comes(pixroute):
    code, printed = pixroute("--provider", "openai", "--from", "2026-08-01")

    assert code == 0
    assert "  use gpt-image-2.5-flare or gpt-image-2.5-sunburst\n" in printed.out
    assert "gpt-image-2             preview                       $0.0527" in printed.out
    assert "  2026-10-23  openai    gpt-image-1             shut down: it drew transparency" in printed.out
    assert "azure" not in printed.out


def test_json_has_everything(pixroute):
    told = json.loads(pixroute("-f", "json")[1].out)

    assert {each["provider"] for each in told["models"]} == set(PROVIDERS)
    assert [each["use"][0]["model"] for each in told["now"]] == ["gpt-image-2.5-flare", "gpt-image-2.5-flare"]
    assert told["price_of"] == "1024x1024 medium"
    assert {"day", "provider", "model", "before", "after", "note", "confidence"} == set(told["events"][0])


def test_markdown_has_tables(pixroute):
    out = pixroute("-f", "markdown")[1].out

    assert "| openai | `gpt-image-1.5` | full | **2026-12-01** | $0.0338 | png, webp |" in out
    assert "| openai | `gpt-image-1` | 2025-04-23 | 2026-10-23 | full | confirmed | $0.0423 |" in out
    assert "Use at azure: `gpt-image-2.5-flare` or `gpt-image-2.5-sunburst`." in out


def test_an_overlay_of_the_user_is_heard(pixroute, tmp_path):
    file = tmp_path / "relay.yaml"
    file.write_text(
        "pixroute-catalog: 1\nprovider: openai\nmodels:\n  gpt-image-2.5-flare:\n"
        '    transparency: {support: "no", confidence: confirmed, source: [our relay]}\n'
    )

    told = json.loads(pixroute("-f", "json", "--catalog", str(file))[1].out)

    assert told["now"][0]["use"][0]["model"] == "gpt-image-2.5-sunburst"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "soon"], "`--from` is not a day: `soon`"),
        (["--from", "2026-11-01", "--until", "2026-10-01"], "`--until` is before `--from`"),
        (["--provider", "nobody"], "unknown provider `nobody`"),
        (["-f", "html"], "`--format` knows no `html`"),
    ],
)
def test_what_cannot_be_used_ends_with_2(pixroute, arguments, message):
    code, printed = pixroute(*arguments)

    assert (code, message in printed.err) == (2, True)
