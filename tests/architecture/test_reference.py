"""The reference page says what the code does, and every code is in it."""

import re
from pathlib import Path

import pytest

import router
from router.codes import CHANGES, DENIALS, REQUEST_ERRORS, SKIPS, WARNINGS

from .reference import PAGE, TABLES, written

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(router.__file__).parent.rglob("*.py"))
WITHOUT_TABLES = SOURCES.replace((Path(router.__file__).parent / "codes.py").read_text(encoding="utf-8"), "")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_the_code_makes_it(name):
    assert written(PAGE.read_text(encoding="utf-8"), name) == TABLES[name]()


@pytest.mark.parametrize("code", [*CHANGES, *SKIPS, *WARNINGS, *DENIALS, *REQUEST_ERRORS])
def test_every_code_that_is_documented_is_used(code):
    assert f'"{code}"' in WITHOUT_TABLES


@pytest.mark.parametrize("code", sorted(set(re.findall(r'(?:Warn|Why)\(\s*"([A-Z_]+)"', WITHOUT_TABLES))))
def test_every_code_that_is_used_is_documented(code):
    assert code in CHANGES | WARNINGS
