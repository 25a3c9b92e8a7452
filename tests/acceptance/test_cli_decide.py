"""`pixroute decide`: tables for people, JSON for programs, and bad requests in their places."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "examples" / "real_requests.jsonl"
BY = ("--policy", "pixroute:migrate-from-gpt-image-1", "--on", "2026-11-23")
OTTER = '{"prompt": "a sea otter", "model": "gpt-image-1", "size": "1200x628"}'
BAD = '{"prompt": "x", "n": 99}'
CAPPED = """
pixroute: 1
name: capped
tags: {plan: [free, paid]}
guards: [{id: paid-only, when: {tags.plan: free, pixels: {gt: 2000000}}, deny: {code: pay, message: pay for it}}]
routes: [{id: all, to: [gpt-image-2]}]
budget: {per_request: 0.001}
"""


@pytest.fixture
def decide(pixroute):
    return lambda *arguments, stdin="": pixroute("decide", *arguments, *BY, stdin=stdin.encode())


# -- JSON


def test_one_request_gives_one_object(decide):
    ran = decide("--format", "json", stdin=OTTER)

    assert ran.code == 0
    assert (ran.json["outcome"], ran.json["model"]) == ("route", "gpt-image-2.5-flare")
    assert ran.json["delivery"]["crop"] == [0, 6, 1200, 634]


def test_several_requests_give_an_array(decide):
    assert [each["outcome"] for each in decide("--format", "json", stdin=f"{OTTER}\n{OTTER}\n").json] == ["route"] * 2


def test_a_list_gives_an_array_even_of_one(decide):
    assert [each["model"] for each in decide("--format", "json", stdin=f"[{OTTER}]").json] == ["gpt-image-2.5-flare"]


@pytest.mark.parametrize("listed", ["[]", " [\n] "])
def test_an_empty_list_gives_an_empty_array(decide, listed):
    assert decide("--format", "json", stdin=listed) == (0, "[]\n", "")


def test_lines_give_lines(decide):
    assert [each["outcome"] for each in decide("--format", "jsonl", stdin=f"{OTTER}\n\n{OTTER}").lines] == ["route"] * 2


def test_files_follow_one_another(decide, write):
    files = write("a.json", OTTER), write("b.jsonl", f"{OTTER}\n{OTTER}\n"), write("c.json", f"[{OTTER}]")

    assert len(decide(*files, "--format", "jsonl").lines) == 4


def test_a_dash_is_stdin(decide, write):
    assert len(decide(write("a.json", OTTER), "-", "--format", "jsonl", stdin=OTTER).lines) == 2


def test_an_object_may_go_over_many_lines(decide):
    assert decide("--format", "jsonl", stdin=json.dumps(json.loads(OTTER), indent=2)).code == 0


def test_the_same_request_gives_the_same_bytes(decide):
    assert decide("--format", "jsonl", stdin=OTTER) == decide("--format", "jsonl", stdin=OTTER)


# -- what cannot be decided


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (BAD, {"code": "integer_above_max_value", "field": "n", "message": "`n` must be at most 10, not 99"}),
        ("{nonsense", {"code": "invalid_json", "field": None}),
        ("nonsense", {"code": "invalid_json", "message": "not JSON: expecting value (column 1)"}),
        ("[1]", {"code": "invalid_type"}),
        (f"{OTTER} {OTTER}", {"code": "invalid_json"}),
        ('{"prompt": NaN}', {"message": "not JSON: `NaN` is not a number in JSON"}),
        ('{"prompt": "a", "x": 1e999}', {"message": "not JSON: `1e999` is too large a number"}),
        ('{"prompt": "a", "x": ' + "9" * 5000 + "}", {"message": "not JSON: a number has more than 1000 digits"}),
        ('{"prompt": "a", "x": ' + "[" * 60 + "]" * 60 + "}", {"message": "nested too deeply: more than 50 levels"}),
        ("[" * 100_000, {"message": "nested too deeply: more than 50 levels"}),
    ],
)
def test_a_bad_line_yields_an_error_in_its_place_and_the_rest_goes_on(decide, write, *, line, error):
    ran = decide(write("in.jsonl", f"{OTTER}\n\n{line}\n{OTTER}\n"), "--format", "jsonl")

    first, bad, last = ran.lines
    assert (ran.code, first["outcome"], last["outcome"]) == (1, "route", "route")
    assert bad["error"] == bad["error"] | error | {"line": 3, "file": "in.jsonl"}


def test_a_line_that_is_not_utf8_is_a_bad_line(pixroute):
    ran = pixroute("decide", *BY, "--format", "jsonl", stdin=b'{"prompt": "\xff"}\n' + OTTER.encode())

    assert [set(each) >= {"error"} for each in ran.lines] == [True, False]


def test_elements_of_a_list_know_their_lines(decide):
    ran = decide("--format", "json", stdin=f"[\n{OTTER},\n{BAD},\n  oops]")

    assert [each.get("error", {}).get("line") for each in ran.json] == [None, 3, 4]


def test_what_stands_behind_a_list_is_an_error(decide):
    assert decide("--format", "jsonl", stdin=f"[{OTTER}] {OTTER}").lines[1]["error"]["code"] == "invalid_json"


def test_a_first_line_that_is_broken_does_not_hide_the_others(decide):
    ran = decide("--format", "jsonl", stdin=f'{{"prompt": \n{OTTER}\n{OTTER}\n')

    assert [each.get("outcome") for each in ran.lines] == [None, "route", "route"]


def test_a_byte_order_mark_is_no_mistake(pixroute):
    assert pixroute("decide", *BY, "--format", "jsonl", stdin=b"\xef\xbb\xbf" + OTTER.encode()).code == 0


def test_half_a_surrogate_pair_comes_out_as_it_went_in(decide):
    ran = decide("--format", "jsonl", stdin='{"prompt": "猫\\ud83d"}')

    assert ran.json["params"]["prompt"] == "猫\ud83d"


# -- what is known beside the requests


def test_denials_end_with_1(pixroute, write):
    ran = pixroute("decide", "--policy", write("p.yaml", CAPPED), "--format", "json", stdin=OTTER.encode())

    assert (ran.code, ran.json["deny"]["code"]) == (1, "budget_exceeded")


def test_tags_are_read_by_the_rules(pixroute, write):
    body = b'{"prompt": "a", "size": "2048x2048"}'

    ran = pixroute("decide", "--policy", write("p.yaml", CAPPED), "--tag", "plan=free", "--format", "json", stdin=body)

    assert (ran.code, ran.json["deny"]["code"]) == (1, "pay")


def test_the_money_that_is_left_is_recorded(decide):
    ran = decide("--budget-left", "0.5", "--format", "json", stdin=OTTER)

    assert ran.json["inputs"]["budget_left_micros"] == {"budget": 500_000}


@pytest.mark.parametrize("money", ["a lot", "-1", "nan", "0.0000001"])
def test_money_that_is_none_is_bad_usage(decide, money):
    assert decide("--budget-left", money, stdin=OTTER).code == 2


def test_a_catalogue_of_ones_own_is_laid_over_the_shipped_one(decide, write):
    overlay = write("mine.yaml", "pixroute_catalog: 1\nprovider: openai\nmodels: {}\n")

    assert decide("--catalog", overlay, stdin=OTTER).code in {0, 2}


# -- text


def test_a_table_has_a_row_for_each_request_and_the_sums(decide, write):
    ran = decide(write("in.jsonl", f"{OTTER}\n{BAD}\n"))

    assert ran == (
        1,
        """\
migrate-from-gpt-image-1 on 2026-11-23 at openai, prices in USD
#  asked        model                size                 quality  changes  expected  at most  route
─  ───────────  ───────────────────  ───────────────────  ───────  ───────  ────────  ───────  ─────────────────
1  gpt-image-1  gpt-image-2.5-flare  1200x628 → 1200x640  medium         3    0.0065   0.0068  everything-else
2                                                                                              invalid: integer_
                                                                                               above_max_value

2  in.jsonl:2: `n` must be at most 10, not 99

1 routed, 0 denied, 1 invalid of 2 requests; expected 0.0065 USD, at most 0.0068 USD
changed: DEFAULT 1, MODEL_SHUT_DOWN 1, SIZE_TO_CANVAS 1
""",
        "",
    )


@pytest.mark.parametrize("columns", [80, 100, 120, 200])
def test_a_table_fits_the_terminal(decide, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))

    ran = decide(REAL)

    assert [line for line in ran.out.splitlines() if len(line) > columns or line != line.rstrip()] == []


def test_a_wide_terminal_gets_one_line_a_request(decide, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    table = decide(REAL).out.split("\n\n")[0].splitlines()

    assert len(table) == 3 + len(REAL.read_text(encoding="utf-8").splitlines())


def test_one_request_is_told_in_full(decide):
    ran = decide(stdin=OTTER)

    assert ran.out.startswith("generate with gpt-image-2.5-flare (route everything-else; on 2026-11-23 at openai")
    assert "gpt-image-1 was shut down on 2026-10-23 [MODEL_SHUT_DOWN]" in ran.out


def test_explain_tells_each_request_in_full(decide):
    accounts = decide("--explain", stdin=f"{OTTER}\n{BAD}\n{OTTER}").out.split("\n\n")

    assert [account.split()[0] for account in accounts] == ["generate", "invalid:", "generate"]


def test_nothing_asked_is_nothing_wrong(decide):
    assert decide(stdin="") == (0, "0 routed, 0 denied, 0 invalid of 0 requests\n", "")


@pytest.mark.parametrize(
    ("told", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)]
)
def test_colour_can_be_refused(decide, monkeypatch, *, told, coloured):
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[3" in decide(REAL).out) is coloured


# -- streams


def test_lines_are_decided_as_they_come():
    command = [sys.executable, "-u", "-m", "router", "decide", *BY, "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(OTTER.encode() + b"\n")
        process.stdin.flush()
        first = os.read(process.stdout.fileno(), 10)
        process.stdin.close()

        assert first == b'{"id": "sh'


def test_json_has_the_reasons_anyway(decide):
    assert decide("--explain", "--format", "json", stdin=OTTER).err.startswith("error: `--explain` writes text\n")


# -- what others wrote


HOSTILE = [{"prompt": "a", "model": "x\x1b[31m\u202ey", "\x07k": 1}, {"prompt": "a", "size": "\x1b]0;t\x9b"}]


@pytest.mark.parametrize("more", [(), ("--explain",)])
def test_no_request_steers_the_terminal(pixroute, more):
    ran = pixroute("decide", "--policy", "pixroute:text-first", *more, stdin=json.dumps(HOSTILE).encode())

    assert "\\x1b" in ran.out
    assert "\\u202e" in ran.out
    assert set(re.findall("[\x00-\x1f\x7f-\x9f\u202e]", ran.out)) == {"\n"}


def test_columns_stay_in_line_whatever_a_model_is_called(pixroute):
    ran = pixroute("decide", "--policy", "pixroute:text-first", stdin=json.dumps([*HOSTILE, HOSTILE[0]]).encode())

    _, head, rule, row, *_ = ran.out.splitlines()
    assert row.index("gpt-image-2.5-flare") == head.index("model")
    assert rule[head.index("model") - 1 :].startswith(" ─")


def test_warnings_are_counted_below_the_changes(pixroute):
    requests = [{"prompt": "a", "model": "gpt-image-2", "unheard": 1}] * 2

    ran = pixroute("decide", "--policy", "pixroute:text-first", stdin=json.dumps(requests).encode())

    assert ran.out.splitlines()[-1] == "warned: UNKNOWN_PARAM 2"


def test_a_line_that_does_not_end_is_refused(pixroute, monkeypatch):
    monkeypatch.setattr("router.cli.inputs.LONGEST_LINE", 100)

    ran = pixroute("decide", "--policy", "pixroute:text-first", "-f", "jsonl", stdin=b'{"prompt": "a"}\n' + b" " * 101)

    assert ran.code == 2
    assert len(ran.lines) == 1
    assert ran.err.startswith("error: cannot read `stdin`: line 2 is longer than ")


def test_a_policy_without_end_is_refused(pixroute, write, monkeypatch):
    monkeypatch.setattr("router.files.LARGEST_FILE", 100)

    ran = pixroute("decide", "--policy", write("p.yaml", "#" * 101))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: `p.yaml` is larger than ")


@pytest.mark.parametrize("requests", [OTTER, f"{OTTER}\n{OTTER}"])
def test_an_arrow_has_a_plain_form_where_it_cannot_be_shown(requests):
    command = [sys.executable, "-m", "router", "decide", *BY]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}

    done = subprocess.run(command, input=requests.encode(), capture_output=True, env=environment, check=False)

    assert b"1200x628 -> " in done.stdout
    assert b"\\u" not in done.stdout
