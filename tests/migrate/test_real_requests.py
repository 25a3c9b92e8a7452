"""Forty image calls seen in public code, each written as what it was: found and judged, or the reason is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from router.files import load_catalog, load_policy
from router.migrate.scan import Settings, scan

from .real_calls import write

HERE = Path(__file__).parent
ROWS = yaml.safe_load((HERE / "real_requests.yaml").read_text(encoding="utf-8"))
SHIPPED = (HERE.parents[1] / "examples" / "real_requests.jsonl").read_text(encoding="utf-8").splitlines()
CATALOG = load_catalog()
POLICY = load_policy("pixroute:migrate-from-gpt-image-1", CATALOG)
SETTINGS = Settings(policy=POLICY, catalog=CATALOG, on=date(2026, 11, 23))


@pytest.fixture
def scanned(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(id):
        for name, text in write(ROWS[id]).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return scan(["."], SETTINGS)

    return run


def told(report):
    """What a report says of each place, in a line."""
    codes = [(dict.fromkeys(problem.code for problem in each.problems), each.verdict) for each in report.findings]
    found = [f"{' '.join(each)}: {verdict}" for each, verdict in codes]
    return [*found, *(f"unresolved: {each.reason}" for each in report.unresolved), *(["healthy"] * report.healthy)]


@pytest.mark.parametrize("id", ROWS)
def test_it_is_found_and_judged_or_the_reason_is_named(id, scanned):
    assert told(scanned(id)) == ROWS[id]["expect"]


def test_each_model_is_one_of_those_that_the_demo_asks_for():
    asked = {json.loads(line).get("model") for line in SHIPPED}
    named = {row["params"].get("model") for row in ROWS.values()}

    assert len(ROWS) == len(SHIPPED)
    assert {name for name in named if name and name.startswith(("gpt", "dall"))} <= asked


def test_an_omitted_quality_is_added_where_that_can_be_written(scanned):
    steps = scanned("R053").findings[0].steps

    assert [(step.field, step.after) for step in steps] == [("model", "gpt-image-2.5-flare"), ("quality", "medium")]


def test_what_an_omitted_quality_may_cost_is_said_where_it_cannot(scanned):
    assert scanned("R073").findings[0].fix.endswith("where `quality` is left out, it may cost the most there is")
