"""`examples/legacy-app` from end to end: what is found in it, what `fix` makes of it, and what is left then."""

from __future__ import annotations

import ast
import json
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml
from ast_grep_py import SgRoot

from router.cli import main

HERE = Path(__file__).parent
APP = HERE.parents[1] / "examples" / "legacy-app"
EXPECTED = {
    (path, line): told
    for path, lines in yaml.safe_load((HERE / "legacy_app.yaml").read_text(encoding="utf-8")).items()
    for line, told in lines.items()
}
CLASSES = {
    "rewrite (proved)": "proved",
    "rewrite (assumed)": "assumed",
    "handled by pixroute at run time": "runtime",
    "needs a person": "person",
}
CLEAN = (
    "README.md",
    "shop/partners.py",
    "shop/prices.py",
    "web/package.json",
    "web/src/prices.ts",
)


class Ran:
    def __init__(self, code, printed):
        self.code, self.out, self.err = int(code), printed.out, printed.err


@pytest.fixture
def app(tmp_path):
    return Path(shutil.copytree(APP, tmp_path / "legacy-app"))


@pytest.fixture
def migrate(app, capsys, monkeypatch):
    monkeypatch.chdir(app.parent)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        code = main(["migrate", *arguments, "--on", "2026-11-23"])
        return Ran(code, capsys.readouterr())

    return run


@pytest.fixture
def report(migrate):
    return lambda *more: json.loads(migrate("scan", "legacy-app", "-f", "json", *more).out)


def told(report):
    """For each place the codes, the worst first, and the class."""
    places = {}
    for each in report["findings"]:
        codes = dict.fromkeys(problem["code"] for problem in each["problems"])
        place = each["path"].removeprefix("legacy-app/"), each["line"]
        places.setdefault(place, []).append(f"{' '.join(codes)}: {CLASSES[each['class']]}")
    return places


def left(*classes):
    """What is expected of some classes."""
    kept = {place: [each for each in told if each.split(": ")[1] in classes] for place, told in EXPECTED.items()}
    return {place: told for place, told in kept.items() if told}


def counted(places):
    """The same without lines, which move."""
    return Counter((path, each) for (path, _), told in places.items() for each in told)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- scan


def test_every_finding_is_as_expected_and_there_is_none_besides(report):
    assert told(report()) == EXPECTED


def test_calls_that_need_nothing_are_counted(report):
    assert report()["summary"]["healthy"] == 8


def test_a_request_of_unknown_origin_is_told_with_the_reason(report):
    assert [(each["path"], each["line"], each["reason"]) for each in report()["unresolved"]] == [
        ("legacy-app/shop/worker.py", 32, "`request` is given by whoever calls `draw_as_asked()`")
    ]


def test_nothing_is_passed_over(report):
    assert report()["skipped"] == []


def test_others_pictures_prices_and_prose_give_no_findings(report):
    assert {path for path, _ in told(report())}.isdisjoint(CLEAN)


def test_findings_in_tests_are_marked(report):
    assert {each["path"] for each in report()["findings"] if each["in_test"]} == {
        "legacy-app/tests/test_packshots.py",
        "legacy-app/web/src/images.test.ts",
    }


@pytest.mark.parametrize(
    ("place", "parameter"),
    [
        ("shop/packshots.py:17 model", ["gpt-image-1", "PACKSHOT_MODEL, shop/settings.py:9"]),
        (
            "shop/packshots.py:40 size",
            ["1024x1536", *(f"{name}, shop/settings.py:24" for name in ("pictures.image_size", "env IMAGE_SIZE"))],
        ),
        ("shop/packshots.py:57 quality", [["hd", "standard"]]),
        (
            "shop/banners.py:19 model",
            ["dall-e-3", *(f"{name}, shop/settings.py:14" for name in ("HERO_MODEL", "env HERO_IMAGE_MODEL"))],
        ),
        ("shop/banners.py:19 size", ["1792x1024", "size, shop/banners.py:18", "BANNER_SIZE, shop/settings.py:10"]),
        ("shop/banners.py:19 quality", ["hd", "Quality.PRINT, shop/settings.py:19"]),
        ("shop/swatches.py:29 size", ["1024x1024", "self.size, shop/swatches.py:23"]),
        (
            "shop/swatches.py:33 size",
            ["256x256", "options.size, shop/swatches.py:17", "SWATCH_SIZE, shop/settings.py:11"],
        ),
        ("shop/swatches.py:38 model", ["gpt-image-1", "GENERATION, shop/swatches.py:11"]),
        ("web/src/images.ts:17 size", ["1792x1024", "BANNER_SIZE, web/src/settings.ts:2"]),
    ],
)
def test_a_value_is_followed_to_where_it_stands(place, parameter, report):
    at, name = place.split()
    given = {f"{each['path']}:{each['line']}": each["parameters"] for each in report()["findings"] if not each["text"]}
    told = given[f"legacy-app/{at}"][name]

    assert [told.get("value", told.get("values")), *told["from"]] == [
        parameter[0],
        *(each.replace(", ", ", legacy-app/") for each in parameter[1:]),
    ]


def test_a_scan_with_findings_ends_with_1_and_without_any_with_0(migrate):
    assert migrate("scan", "legacy-app").code == 1
    assert migrate("scan", "legacy-app/shop/partners.py", "legacy-app/shop/prices.py").code == 0
    assert migrate("scan", "legacy-app/nothing-here").code == 2


def test_a_baseline_holds_back_what_is_there_and_not_what_comes(app, migrate):
    written = migrate("scan", "legacy-app", "--write-baseline", "known.json")
    known = migrate("scan", "legacy-app", "--baseline", "known.json")
    (app / "shop" / "new.py").write_text((app / "tests" / "test_packshots.py").read_text())
    new = migrate("scan", "legacy-app", "--baseline", "known.json", "-f", "json")

    assert (written.code, known.code, new.code) == (0, 0, 1)
    assert [each["path"] for each in json.loads(new.out)["findings"]] == ["legacy-app/shop/new.py"]


# -- fix


def test_fix_shows_what_it_would_do_and_does_nothing(app, migrate):
    before = contents(app)

    ran = migrate("fix", "legacy-app")

    assert (ran.code, contents(app)) == (0, before)
    assert {line[len("+++ b/legacy-app/") :] for line in ran.out.splitlines() if line.startswith("+++ ")} == {
        *("notebooks/styles.ipynb", "scripts/draw.sh", "shop/banners.py", "shop/first_year.py", "shop/frameworks.py"),
        *("shop/packshots.py", "shop/retouch.py", "shop/settings.py", "shop/swatches.py", "shop/without_sdk.py"),
        *("shop/worker.py", "tests/test_packshots.py", "web/src/cards.js", "web/src/images.test.ts"),
        *("web/src/images.ts", "web/src/settings.ts", "workflows/n8n_product_pictures.json"),
    }


def test_what_was_rewritten_is_found_no_more_and_the_rest_as_before(migrate, report):
    migrate("fix", "legacy-app", "--apply")

    assert counted(told(report())) == counted(left("assumed", "runtime", "person"))


def test_assumed_rewrites_are_made_where_that_is_asked(migrate, report):
    migrate("fix", "legacy-app", "--apply", "--assumed")

    assert counted(told(report())) == counted(left("runtime", "person"))


@pytest.mark.parametrize("options", [(), ("--assumed",), ("--embed",)])
def test_a_second_run_changes_nothing(options, app, migrate):
    migrate("fix", "legacy-app", "--apply", *options)
    once = contents(app)

    again = migrate("fix", "legacy-app", "--apply", *options)

    assert (again.out, contents(app)) == ("", once)


@pytest.mark.parametrize("options", [(), ("--assumed",), ("--embed",)])
def test_every_file_still_parses(options, app, migrate):
    migrate("fix", "legacy-app", "--apply", *options)

    for path in sorted(app.rglob("*")):
        PARSERS.get(path.suffix, lambda _: None)(path)


def script(path):
    root = SgRoot(path.read_text(), {".js": "javascript", ".ts": "typescript"}[path.suffix]).root()
    assert root.find(kind="ERROR") is None


PARSERS = {
    ".py": lambda path: ast.parse(path.read_bytes()),
    ".json": lambda path: json.loads(path.read_bytes()),
    ".ipynb": lambda path: json.loads(path.read_bytes()),
    ".jsonl": lambda path: [json.loads(line) for line in path.read_text().splitlines()],
    ".toml": lambda path: tomllib.loads(path.read_text()),
    ".yml": lambda path: yaml.safe_load(path.read_bytes()),
    ".yaml": lambda path: yaml.safe_load(path.read_bytes()),
    ".js": script,
    ".ts": script,
}


def test_a_last_argument_that_goes_makes_room_for_one_that_comes(app, migrate):
    migrate("fix", "legacy-app/shop/retouch.py", "--apply")

    old = (APP / "shop" / "retouch.py").read_text()
    assert (app / "shop" / "retouch.py").read_text() == (
        old.replace('model="gpt-image-1"', 'model="gpt-image-2"')
        .replace('model="dall-e-2"', 'model="gpt-image-2.5-flare"')
        .replace('            input_fidelity="high",\n', "")
        .replace('response_format="b64_json"', 'quality="medium"')
    )


def test_comments_stay_where_they_are(app, migrate):
    migrate("fix", "legacy-app", "--apply", "--assumed")

    assert "  # the finance team asked for this one\n" in (app / "deploy" / "helm" / "values.yaml").read_text()
    assert ", // the photographer's idea\n" in (app / "web" / "src" / "images.ts").read_text()
    assert ",  # the tags have a colour of their own\n" in (app / "shop" / "packshots.py").read_text()


# -- embed


def test_wrapping_adds_a_line_for_each_client_and_an_import(app, migrate):
    migrate("fix", "legacy-app", "--embed", "--apply")

    wrap = 'pixroute.wrap({name}, policy="pixroute:migrate-from-gpt-image-1")'
    old = (APP / "shop" / "packshots.py").read_text()
    assert (app / "shop" / "packshots.py").read_text() == (
        old.replace("PACKSHOT_MODEL, pictures\n", "PACKSHOT_MODEL, pictures\nimport pixroute\n")
        .replace("client = OpenAI()\n", f"client = OpenAI()\nclient = {wrap.format(name='client')}\n")
        .replace(
            "OpenAI(timeout=IMAGE_TIMEOUT)\n",
            f"OpenAI(timeout=IMAGE_TIMEOUT)\nimpatient = {wrap.format(name='impatient')}\n",
        )
    )


def test_a_client_that_is_made_elsewhere_is_left_and_said(migrate):
    ran = migrate("fix", "legacy-app", "--embed", "--apply")

    assert ran.code == 1
    assert "legacy-app/shop/swatches.py:33:18: left as it is: where its client is made cannot be told" in ran.err


def test_wrapped_calls_are_counted_as_handled(migrate, report):
    migrate("fix", "legacy-app", "--embed", "--apply")

    after = report()
    assert after["summary"]["handled"] == 16
    assert {place: each for place, each in told(after).items() if place[0] == "shop/banners.py"} == {
        ("shop/banners.py", 30): ["READS_REVISED_PROMPT: person"],
        ("shop/banners.py", 42): ["TIMEOUT_TOO_SHORT: assumed"],
    }


HALF_WRAPPED = ("shop/azure.py", "shop/swatches.py")


def test_what_a_wrapped_client_cannot_serve_is_still_found(migrate, report):
    migrate("fix", "legacy-app", "--embed", "--apply")

    places = told(report()).items()
    after = {each for (path, _), told_there in places if path in HALF_WRAPPED for each in told_there}
    assert after == {
        "MODEL_SHUT_DOWN: person",  # a deployment of a living model has to be made first
        "PARAM_REJECTED: assumed",  # a call without the SDK
        "MODEL_SHUT_DOWN: assumed",  # a client that is given from outside
        "MODEL_SHUT_DOWN SIZE_ILLEGAL READS_URL: runtime",
        "READS_URL: runtime",
    }
