"""What the README shows is what happens."""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from router.check import check
from router.cli import main
from router.files import load_catalog, shipped_policies
from router.language import parse_policy
from router.suite import read_suite, run_suite

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO = (ROOT / "scripts" / "demo").read_text(encoding="utf-8")
REFERENCE = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")


def block(page: str, language: str, place: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)[place]


def section(name: str) -> str:
    return README.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]


def test_the_demo_prints_what_the_readme_shows(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "120")
    command = re.search(r"\.venv/bin/pixroute (decide .*?) \|\|", DEMO, flags=re.DOTALL)

    main(shlex.split(command[1]))

    assert block(section("demo"), "text").strip() == trimmed(capsys.readouterr().out).strip()


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_the_minute_example_runs_and_prints_what_is_shown():
    printed = io.StringIO()

    with redirect_stdout(printed):
        exec(block(README, "python"), {})  # noqa: S102 -- the README's own code

    assert block(section("explain"), "text").strip() == printed.getvalue().strip()


def test_a_client_is_wrapped_in_the_line_that_is_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    names: dict[str, object] = {}

    exec(block(README, "python", 1), names)  # noqa: S102 -- the README's own code

    assert type(names["client"]).__name__ == "OpenAI"


@pytest.mark.parametrize("page", [README, REFERENCE])
def test_the_first_policy_of_a_page_is_a_policy(page):
    catalog = load_catalog()

    policy = parse_policy(block(page, "yaml"), models=catalog.ids("openai"))

    assert policy.routes[-1].id == "everything-else"


def test_the_policy_that_the_readme_writes_has_nothing_to_find():
    policy = parse_policy(block(README, "yaml"))

    assert check(policy, load_catalog(), on=policy.as_of) == ()


def test_the_tests_of_the_reference_pass_on_its_policy_and_cover_it():
    catalog = load_catalog()
    suite = read_suite(block(REFERENCE, "yaml", 1), "my-first-policy.test.yaml")

    report = run_suite(suite, parse_policy(block(REFERENCE, "yaml")), catalog)

    assert (report.failures, report.coverage.percent) == ((), 100)


@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_policy_is_named(name):
    assert f"pixroute:{name}" in README
