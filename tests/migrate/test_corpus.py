"""Small files as people write them, none of them tuned on: what is found of what is there, and what is found besides.

`corpus.yaml` says, for each file of `corpus/`, which codes stand on which line; a file without any must give none.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from router.files import load_catalog, load_policy
from router.migrate.scan import Settings, scan

HERE = Path(__file__).parent
LABELS = {
    (path, line, code)
    for path, lines in yaml.safe_load((HERE / "corpus.yaml").read_text(encoding="utf-8")).items()
    for line, codes in lines.items()
    for code in codes
}
FLOOR = 0.95
LANGUAGES = ("python", "javascript", "documents")


@pytest.fixture(scope="module")
def report():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(HERE / "corpus")
        catalog = load_catalog()
        policy = load_policy("pixroute:migrate-from-gpt-image-1", catalog)
        return scan(["."], Settings(policy=policy, catalog=catalog, on=date(2026, 11, 23)))


@pytest.fixture
def found(report):
    return {(each.path, each.line, problem.code) for each in report.findings for problem in each.problems}


def of(language, places):
    return {place for place in places if place[0].startswith(f"{language}/")}


def told(places):
    return "".join(f"\n  {path}:{line} {code}" for path, line, code in sorted(places))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_there_is_found(language, found):
    wanted = of(language, LABELS)
    missed = wanted - found

    assert 1 - len(missed) / len(wanted) >= FLOOR, f"missed of {len(wanted)}:{told(missed)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_found_is_there(language, found):
    told_of = of(language, found)
    false = told_of - LABELS

    assert 1 - len(false) / len(told_of) >= FLOOR, f"false of {len(told_of)}:{told(false)}"


def test_a_call_in_a_test_is_marked_as_such(report):
    assert {each.path for each in report.findings if each.in_test} == {
        "javascript/openai.test.js",
        "python/tests/test_service.py",
    }


def test_every_file_is_read_and_labelled(report):
    files = {path.relative_to(HERE / "corpus").as_posix() for path in (HERE / "corpus").rglob("*") if path.is_file()}

    assert set(yaml.safe_load((HERE / "corpus.yaml").read_text(encoding="utf-8"))) == files
    assert (report.files, report.skipped) == (len(files), ())
