"""Each code has a page, and the examples on it do what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest

import router.check
from router.check import CHECKS, check
from router.files import load_catalog
from router.language import parse_policy

PAGES = Path(router.check.__file__).parent / "pages"
CATALOG = load_catalog()
ON = date(2026, 11, 23)


def findings(text):
    return check(parse_policy(text), CATALOG, on=ON)


def page(code):
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def example(code, heading):
    return re.search(rf"## {heading}\n\n```yaml\n(.*?)```", page(code), re.DOTALL)[1]


each_code = pytest.mark.parametrize("code", CHECKS)


def test_there_is_a_page_for_each_code_and_no_other():
    assert {path.stem for path in PAGES.glob("*.md")} == set(CHECKS)


@each_code
def test_a_page_begins_with_the_code_its_summary_and_its_severity(code):
    known = CHECKS[code]
    summary = known.summary[0].upper() + known.summary[1:]

    assert page(code).startswith(f"# {code}\n\n{summary}. Severity: {known.severity}.\n")


@each_code
def test_what_a_page_says_to_avoid_is_found(code):
    assert (code, CHECKS[code].severity) in {(each.code, each.severity) for each in findings(example(code, "Avoid"))}


@each_code
def test_what_a_page_says_to_prefer_is_clean(code):
    assert findings(example(code, "Prefer")) == ()
