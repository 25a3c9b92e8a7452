"""`pixroute migrate scan` and `fix` as a user meets them."""

from __future__ import annotations

import io
import json

import pytest

from router.cli import main

SHELL = """\
curl https://api.openai.com/v1/images/generations -H "Authorization: Bearer $KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"model": "gpt-image-1", "prompt": "a door", "size": "1024x1024", "quality": "high"}'
"""
HEALTHY = SHELL.replace("gpt-image-1", "gpt-image-2")
DAY = ("--on", "2026-11-23")


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
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*arguments):
        code = main(["migrate", *map(str, arguments)])
        return Ran(int(code), capsys.readouterr())

    return run


@pytest.fixture(autouse=True)
def draw(tmp_path):
    file = tmp_path / "draw.sh"
    file.write_text(SHELL)
    return file


def test_findings_end_with_1(pixroute):
    assert pixroute("scan", ".", *DAY).code == 1


def test_a_clean_tree_ends_with_0(pixroute, draw):
    draw.write_text(HEALTHY)

    ran = pixroute("scan", ".", *DAY, "-f", "json")
    assert (ran.code, ran.json["findings"], ran.json["summary"]["healthy"]) == (0, [], 1)


def test_the_day_decides(pixroute):
    assert pixroute("scan", ".", "--on", "2026-04-01").code == 0
    assert pixroute("scan", ".", "--on", "2026-06-01", "-f", "json").json["findings"][0]["code"] == "MODEL_SHUTS_DOWN"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing-here"], "no file or folder `nothing-here`"),
        ([".", "--format", "yaml"], "`--format` knows no `yaml`"),
        ([".", "--policy", "pixroute:nobody"], "no policy `nobody` is shipped"),
        ([".", "--provider", "nobody"], "unknown provider `nobody`"),
        ([".", "--baseline", "none.json"], "cannot read `none.json`"),
    ],
)
def test_what_cannot_be_used_ends_with_2(pixroute, arguments, message):
    ran = pixroute("scan", *arguments)

    assert (ran.code, message in ran.err) == (2, True)


def test_text_is_grouped_by_file_and_ends_with_the_sums(pixroute):
    lines = pixroute("scan", ".", *DAY).out.splitlines()

    assert lines[:7] == [
        "draw.sh",
        "  1:1 error MODEL_SHUT_DOWN  rewrite (proved)",
        "    surface     curl",
        "    model       gpt-image-1",
        "    prompt      a door",
        "    size        1024x1024",
        "    quality     high",
    ]
    assert "  rewrite (proved)                     1  ██████████████████████████████" in lines
    assert max(map(len, lines)) <= 100


def test_text_fits_a_narrow_terminal(pixroute, monkeypatch):
    monkeypatch.setenv("COLUMNS", "46")

    lines = [line for line in pixroute("scan", ".", *DAY).out.splitlines() if not line.startswith("hint")]
    assert max(map(len, lines)) <= 48  # a code and a class are on one line


@pytest.mark.parametrize(
    ("form", "start"),
    [("sarif", "{"), ("markdown", "# Image calls that need a change"), ("html", "<!doctype html>")],
)
def test_every_format_is_printed(pixroute, form, start):
    ran = pixroute("scan", ".", *DAY, "-f", form)

    assert (ran.code, ran.out.startswith(start)) == (1, True)


def test_a_baseline_holds_back_what_is_known_wherever_it_moved(pixroute, draw):
    written = pixroute("scan", "draw.sh", *DAY, "--write-baseline", "known.json")
    draw.write_text(f"# moved\n\n{SHELL}")
    again = pixroute("scan", "draw.sh", *DAY, "--baseline", "known.json", "-f", "json")
    draw.write_text(f"{SHELL}\n{SHELL}")
    twice = pixroute("scan", "draw.sh", *DAY, "--baseline", "known.json", "-f", "json")

    assert (written.code, again.code, twice.code) == (0, 0, 1)
    assert (again.json["findings"], again.json["summary"]["in_baseline"]) == ([], 1)
    assert len(twice.json["findings"]) == 1


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"pixroute-baseline": 1, "findings": [{}]}'])
def test_a_file_that_is_no_baseline_is_refused(pixroute, tmp_path, text):
    (tmp_path / "b.json").write_text(text)

    ran = pixroute("scan", "draw.sh", "--baseline", "b.json")
    assert (ran.code, "`b.json` is no baseline" in ran.err) == (2, True)


def test_two_scans_print_the_same(pixroute, tmp_path):
    (tmp_path / "b.sh").write_text(SHELL)

    assert pixroute("scan", ".", *DAY, "-f", "json").out == pixroute("scan", ".", *DAY, "-f", "json").out


# -- fix


def test_fix_shows_a_diff_and_writes_nothing(pixroute, draw):
    ran = pixroute("fix", "draw.sh", *DAY)

    assert ran.code == 0
    assert ran.out.splitlines()[:2] == ["--- a/draw.sh", "+++ b/draw.sh"]
    assert '+  -d \'{"model": "gpt-image-2.5-flare",' in ran.out
    assert draw.read_text() == SHELL


def test_fix_applied_leaves_a_clean_tree(pixroute, draw):
    assert pixroute("fix", "draw.sh", *DAY, "--apply").code == 0

    assert draw.read_text() == SHELL.replace("gpt-image-1", "gpt-image-2.5-flare")
    assert pixroute("scan", "draw.sh", *DAY).code == 0
    assert pixroute("fix", "draw.sh", *DAY).out == ""


def test_one_finding_is_told_as_one(pixroute):
    assert "1 finding would be rewritten, in 1 file" in pixroute("fix", ".", *DAY).err
    assert "1 finding was rewritten, in 1 file" in pixroute("fix", ".", *DAY, "--apply").err


def test_a_scan_that_reads_nothing_says_what_it_reads(pixroute, draw):
    draw.unlink()

    ran = pixroute("scan", ".", *DAY)
    assert (ran.code, ran.out.splitlines()[-1].partition(":")[2]) == (
        0,
        " no file was read: Python, JavaScript, TypeScript, settings, shell, notebooks and workflows are",
    )


def test_a_parameter_that_becomes_several_things_is_told_once(pixroute, tmp_path):
    (tmp_path / "draw.py").write_text(
        "from openai import OpenAI\n"
        "client = OpenAI()\n"
        "def draw(wide):\n"
        "    options = {'model': 'gpt-image-1', 'quality': 'low'}\n"
        "    if wide:\n"
        "        options['size'] = '1200x628'\n"
        "    return client.images.generate(prompt='p', **options)\n"
    )

    (finding,) = pixroute("scan", "draw.py", *DAY, "-f", "json").json["findings"]
    assert "`size` 1024x1024 or 1200x640" in finding["fix"]


def test_a_file_that_is_given_by_its_whole_path_is_written(pixroute, draw):
    assert pixroute("fix", draw, *DAY, "--apply").code == 0

    assert "gpt-image-2.5-flare" in draw.read_text()


def test_many_files_are_read_by_several_processes_in_order(pixroute, tmp_path):
    names = [f"many/f{number:03d}.sh" for number in range(150)]
    (tmp_path / "many").mkdir()
    for name in names:
        (tmp_path / name).write_text(SHELL)

    ran = pixroute("scan", "many", *DAY, "-f", "json")

    assert [finding["path"] for finding in ran.json["findings"]] == names


# -- what is not looked at


BROKEN = 'from openai import OpenAI\nOpenAI().images.generate(model="dall-e-3", prompt="x"\n'


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("notes.xyz", "gpt-image-1", "no kind of file that is read"),
        ("broken.ipynb", '{"cells": [', "no notebook"),
        ("broken.py", BROKEN, "it is not Python 3"),
    ],
)
def test_a_file_that_was_given_and_not_read_is_told(pixroute, tmp_path, name, text, reason):  # noqa: PLR0917
    (tmp_path / name).write_text(text)

    told = pixroute("scan", name, "--format", "json", *DAY).json

    assert [(each["path"], reason in each["reason"]) for each in told["skipped"]] == [(name, True)]
    assert told["summary"]["files"] == 0


def test_fix_says_what_it_could_not_read(pixroute, tmp_path):
    (tmp_path / "broken.py").write_text(BROKEN)

    assert "broken.py:2: not looked at: it is not Python 3" in pixroute("fix", "broken.py", *DAY).err


def test_scan_points_to_fix_where_it_is_asked_to_write(pixroute):
    ran = pixroute("scan", ".", "--apply")

    assert (ran.code, "`pixroute migrate fix --apply`" in ran.err) == (2, True)


# -- what a rewrite rests on, and costs


def found(pixroute, tmp_path, name, text):  # noqa: PLR0917
    (tmp_path / name).write_text(text)
    return pixroute("scan", name, "--format", "json", *DAY).json["findings"]


def test_the_cost_is_that_of_what_the_rewrite_sends(pixroute, tmp_path):
    setting = "image:\n  model: gpt-image-1\n  size: 1024x1024\n"

    (without,) = found(pixroute, tmp_path, "c.yaml", setting)
    (medium,) = found(pixroute, tmp_path, "c.yaml", f"{setting}  quality: medium\n")

    assert "it may cost the most there is" in without["fix"]
    assert float(without["cost_after"]) > float(medium["cost_after"])


@pytest.mark.parametrize("call", ["generate(", "edit(image=f, "])
def test_a_size_that_was_left_to_the_model_is_no_proof(pixroute, tmp_path, call):
    text = f'from openai import OpenAI\nOpenAI().images.{call}model="gpt-image-1", prompt="x", size="auto")\n'

    (told,) = found(pixroute, tmp_path, "a.py", text)

    assert told["class"] == "rewrite (assumed)"
    assert "`size`: auto → 1024x1024 (the policy's default, where `auto` was asked)" in told["fix"]


def test_two_names_that_become_one_are_no_proof(pixroute, tmp_path):
    text = (
        'from openai import OpenAI\nMODELS = {"a": "gpt-image-1-mini", "b": "gpt-image-1"}\n'
        'def draw(kind):\n    OpenAI().images.generate(model=MODELS[kind], prompt="x", size="1024x1024")\n'
    )

    told = next(each for each in found(pixroute, tmp_path, "a.py", text) if each["line"] > 2)

    assert told["class"] == "rewrite (assumed)"
    assert "`gpt-image-1` and `gpt-image-1-mini` both become" in told["fix"]
