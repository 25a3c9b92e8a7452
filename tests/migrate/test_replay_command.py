"""`pixroute migrate replay` as a user meets it."""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from router.cli import main
from router.migrate import replay as driver
from router.migrate.trial import Terms

DAY = ("--on", "2026-11-23")
OLD = {"model": "gpt-image-1", "prompt": "a door", "size": "1024x1024", "quality": "high"}
NEW = {"model": "gpt-image-2", "prompt": "a door", "size": "1024x1024", "quality": "high"}
ENDS = {"model": "gpt-image-1.5", "prompt": "a door", "size": "1024x1024", "quality": "high"}
BAD = {**OLD, "n": 12}


class Ran:
    def __init__(self, code, printed):
        self.code, self.out, self.err = code, printed.out, printed.err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def pixroute(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        code = main(["migrate", "replay", *map(str, arguments), *DAY])
        return Ran(int(code), capsys.readouterr())

    return run


@pytest.fixture
def log(tmp_path):
    def write(*records, name="app.jsonl"):
        text = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / name).write_text(text)
        return name

    return write


@pytest.fixture
def two_logs(log):
    log(OLD)
    log({"url": "/v1/embeddings"}, name="other.jsonl")


def dated(*bodies):
    return [{"ts": f"2026-11-{day:02}T10:00:00Z", "body": body} for day, body in enumerate(bodies, start=1)]


def test_a_policy_that_serves_everything_ends_with_0(pixroute, log):
    ran = pixroute(log(*dated(OLD, NEW, ENDS)), "-f", "json")

    assert ran.code == 0
    assert ran.json["today"] == {"works": 1, "ends": 1, "breaks": 1, "unknown": 0}
    assert ran.json["with_policy"] == {"served": 3, "denied": 0, "invalid": 0, "refused": 0}
    assert (ran.json["saved"], ran.json["not_served"]) == (1, 0)


def test_a_request_that_is_not_served_ends_with_1(pixroute, log):
    assert pixroute(log(OLD, BAD)).code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing-here.jsonl"], "cannot read `nothing-here.jsonl`"),
        (["app.jsonl", "--format", "sarif"], "`--format` knows no `sarif`"),
        (["app.jsonl", "--policy", "pixroute:nobody"], "no policy `nobody` is shipped"),
        (["app.jsonl", "--provider", "nobody"], "unknown provider `nobody`"),
        (["app.jsonl", "--output", "no/such/folder.html"], "cannot write `no/such/folder.html`"),
        (["other.jsonl"], "no image request in `other.jsonl`: other.jsonl:1: "),
        (["other.jsonl"], "hint: a log has a request in each line, as JSON"),
        (["app.jsonl", "--output", "out.pdf"], "what `out.pdf` ends in says nothing"),
        (["app.jsonl", "--output", "out.json", "-f", "html"], "`out.json` is to hold json by its name"),
        ([], "`LOG` is missing"),
    ],
)
@pytest.mark.usefixtures("two_logs")
def test_what_cannot_be_used_ends_with_2(pixroute, arguments, message):
    ran = pixroute(*arguments)

    assert (ran.code, message in ran.err) == (2, True)


def test_several_logs_come_to_one_sum(pixroute, log, tmp_path):
    log(OLD, NEW)
    (tmp_path / "old.jsonl.gz").write_bytes(gzip.compress(json.dumps({"body": OLD}).encode()))
    archive = {"log": {"version": "1.2", "creator": {}, "entries": [entry(OLD), entry(NEW)]}}
    (tmp_path / "web.har").write_text(json.dumps(archive))

    ran = pixroute("app.jsonl", "old.jsonl.gz", "web.har", "-f", "json")

    assert (ran.json["requests"], ran.json["today"]["breaks"]) == (5, 3)


def entry(body):
    url = "https://api.openai.com/v1/images/generations"
    posted = {"mimeType": "application/json", "text": json.dumps(body)}
    return {
        "startedDateTime": "2026-11-01T10:00:00.000Z",
        "request": {"method": "POST", "url": url, "postData": posted},
    }


def test_stdin_is_a_log(pixroute, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(OLD).encode())))

    assert pixroute("-", "-f", "json").json["requests"] == 1


def test_text_calls_stdin_by_its_name(pixroute, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(OLD).encode())))

    assert pixroute("-").out.startswith("1 request of stdin, on 2026-11-23")


def test_several_processes_come_to_the_same(pixroute, log, monkeypatch):
    many = [{**OLD, "prompt": f"door number {number}"} for number in range(400)]
    name = log(*dated(NEW, BAD), {"cut": 1}, *many)
    alone = pixroute(name, "-f", "json").json
    monkeypatch.setattr(driver, "MUCH", 1)
    monkeypatch.setattr(driver, "_there", lambda: 2)
    monkeypatch.setattr("router.migrate.logs.PIECE", 4_000)
    monkeypatch.setattr("router.migrate.logs.HEAD", 4_000)

    assert pixroute(name, "-f", "json").json == alone


def test_the_sums_are_those_of_the_catalogue(pixroute, log):
    told = pixroute(log(OLD, OLD, NEW), "-f", "json").json

    before, after = 4160 * 40 + 35, 1756 * 30 + 35
    same = 7024 * 30 + 35
    assert told["cost"]["before"]["expected_micros"] == 2 * before + same
    assert told["cost"]["after"]["expected_micros"] == 2 * after + same
    assert told["flows"]["rows"][0] == {
        "from": "gpt-image-1",
        "to": "gpt-image-2.5-flare",
        "code": None,
        "requests": 2,
        "broken": 2,
        "saved": 2,
        "not_served": 0,
        "cost": {
            "before": {"requests": 2, "expected_micros": 2 * before, "ceiling_micros": 2 * (167_000 + 265)},
            "after": {"requests": 2, "expected_micros": 2 * after, "ceiling_micros": 2 * (1756 * 30 + 265)},
            "both": {
                "requests": 2,
                "before": {"requests": 2, "expected_micros": 2 * before, "ceiling_micros": 2 * (167_000 + 265)},
                "after": {"requests": 2, "expected_micros": 2 * after, "ceiling_micros": 2 * (1756 * 30 + 265)},
            },
        },
    }
    assert sum(told["costs_per_request"]["before"]) == sum(told["costs_per_request"]["after"]) == 3


def test_the_errors_are_counted_with_the_one_that_the_api_tells(pixroute, log):
    both = {**OLD, "response_format": "url"}

    rows = pixroute(log(OLD, both), "-f", "json").json["errors"]["rows"]

    assert [(row["code"], row["param"], row["status"], row["requests"], row["first"]) for row in rows] == [
        ("MODEL_SHUT_DOWN", "model", 400, 2, 1),
        ("PARAM_REJECTED", "response_format", 400, 1, 1),
    ]


def test_text_says_what_breaks_what_is_saved_and_what_it_costs(pixroute, log):
    out = pixroute(log(*dated(OLD, {**OLD, "size": "1200x628"}, NEW, ENDS, BAD), {"cut": 1})).out

    for line in (
        "5 requests of app.jsonl, on 2026-11-23, by pixroute:migrate-from-gpt-image-1",
        r" +3 +60\.0 %  █+ break",
        r" +2 +40\.0 %  █+ served that break today",
        r" +1 +20\.0 %  █+ no request that can be read",
        r" +1  █+ gpt-image-1\.5, on 2026-12-01",
        r" +3 +2 +2  MODEL_SHUT_DOWN +model +400 The model 'gpt-image-1' does",
        r"gpt-image-1 +gpt-image-2\.5-flare +2  █+ ",
        r" +1  size +1200x628 +1200x640 +SIZE_TO_CANVAS",
        r"  2026-11-01 +1  █+",
        r"could not be read: 1",
        r" +1  no request in it \(line 6\)",
    ):
        assert re.search(rf"^{line}", out, re.MULTILINE), line


def test_text_is_plain_where_the_terminal_is(pixroute, log, monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict"))

    assert pixroute(log(OLD)).code == 0


STARTS = {"r.html": "<!doctype html>", "r.json": "{", "r.txt": "3 requests of"}


@pytest.mark.parametrize("name", STARTS)
def test_a_file_is_written_as_its_name_says(pixroute, log, name):
    ran = pixroute(log(OLD, NEW, ENDS), "--output", name)

    assert (ran.code, ran.out, f"the report is in `{name}`" in ran.err) == (0, "", True)
    assert Path(name).read_text().startswith(STARTS[name])


def test_the_page_needs_nothing_else_and_shows_the_log_s_words_as_text(pixroute, log):
    bad = {**NEW, "size": "<script>alert(1)</script>"}

    page = pixroute(log(*dated(OLD, NEW, bad, ENDS), {"prompt": "x", "model": "gpt-image-<b>"}), "-f", "html").out

    assert not re.search(r"<script|<b>|<link|src=|url\(|@import|href=\"http", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<svg") == 8  # flows, costs, days and money by day, each for two kinds of screen


def test_a_page_of_one_request_without_date_or_price(pixroute, log):
    page = pixroute(log({"model": "dall-e-3", "prompt": "a door"}), "-f", "html").out

    assert "1 of 1 logged requests break" in page


def test_progress_is_told_in_bytes(log, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("router.migrate.logs.PIECE", 100)
    monkeypatch.setattr("router.migrate.logs.HEAD", 100)
    names = [log(OLD, NEW), log(OLD, name="second.jsonl")]
    seen = []

    driver.replay(names, TERMS, progress=lambda done, total: seen.append((done, total)))

    size = 2 * len(json.dumps(OLD)) + len(json.dumps(NEW)) + 3
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)


TERMS = Terms(policy="pixroute:migrate-from-gpt-image-1", on=date(2026, 11, 23))


def test_the_marks_of_counts_are_whole(pixroute, log):
    page = pixroute(log(*dated(OLD, NEW, ENDS)), "-f", "html").out

    marks = re.findall(r'text-anchor="end" class="soft">([^<$]*)<', page)

    assert marks
    assert not [mark for mark in marks if "." in mark]


def test_what_the_policy_does_not_serve_is_told_without_backticks(pixroute, log):
    page = pixroute(log(BAD), "-f", "html").out

    assert "`" not in page[page.index("<body") :]
