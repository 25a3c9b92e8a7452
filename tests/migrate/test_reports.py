"""A report in each of its formats."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from router.migrate.codes import CODES
from router.migrate.report.html import to_html
from router.migrate.report.json import to_dict
from router.migrate.report.markdown import to_markdown
from router.migrate.report.sarif import to_sarif
from router.migrate.report.words import dollars
from router.migrate.sites import Choice, Origin, Parameter, Reading, Site, Skipped, Unresolved

from .toy import scan

OLD = 'client.images.generate(model="gpt-image-1", prompt=p, size="1024x1024", quality="high", style="x")\n'
FILES = {"a/app.py": OLD, "b.py": OLD.replace("gpt-image-1", "gpt-image-2").replace(', style="x"', "")}


@pytest.fixture(scope="module")
def report():
    return scan(FILES)


def test_json_has_what_was_promised(report):
    document = to_dict(report)

    (finding,) = document["findings"]
    assert {key: value for key, value in finding.items() if key not in ("fingerprint", "parameters", "changes")} == {
        "path": "a/app.py",
        "line": 1,
        "column": 1,
        "code": "MODEL_SHUT_DOWN",
        "severity": "error",
        "class": "rewrite (proved)",
        "surface": "python-sdk",
        "text": None,
        "problems": [
            {
                "code": "MODEL_SHUT_DOWN",
                "severity": "error",
                "message": "The model 'gpt-image-1' does not exist.",
            },
            {"code": "PARAM_REJECTED", "severity": "error", "message": "Unknown parameter: 'style'."},
        ],
        "today": "400: Unknown parameter: 'style'. Once that is mended, 400: The model 'gpt-image-1' does not exist.",
        "fix": "`model`: gpt-image-1 → gpt-image-2.5-flare (gpt-image-1 was shut down on 2026-10-23); "
        "drop `style` (gpt-image-2.5-flare has no `style`; say it in the prompt)",
        "model": "gpt-image-2.5-flare",
        "cost_before": "0.16644",
        "cost_after": "0.05272",
        "ceiling_before": "0.16728",
        "ceiling_after": "0.05296",
        "in_test": False,
    }
    assert document["summary"] == {
        "files": 2,
        "lines": 2,
        "findings": 1,
        "in_baseline": 0,
        "healthy": 1,
        "handled": 0,
        "by_class": {
            "rewrite (proved)": 1,
            "rewrite (assumed)": 0,
            "handled by pixroute at run time": 0,
            "needs a person": 0,
        },
        "by_code": {"MODEL_SHUT_DOWN": 1},
    }


def test_json_says_where_values_came_from():
    def read(path, _):
        origin = Origin(name="DEFAULT_SIZE", path="config.py", line=12)
        parameters = {
            "model": Parameter(choices=(Choice(value="gpt-image-1"),)),
            "size": Parameter(choices=(Choice(value="1024x1024", origins=(origin,)),), optional=True),
            "quality": Parameter(choices=(Choice(value="low"), Choice(value="high")), unknown="a caller may pass more"),
        }
        site = Site(path=path, line=1, column=1, surface="js-sdk", parameters=parameters)
        return Reading(sites=(site,))

    (finding,) = to_dict(scan({"app.js": ""}, read=read))["findings"]

    assert finding["parameters"] == {
        "model": {"value": "gpt-image-1", "from": []},
        "size": {"value": "1024x1024", "from": ["DEFAULT_SIZE, config.py:12"], "optional": True},
        "quality": {"values": ["low", "high"], "from": [], "unknown": "a caller may pass more"},
    }


def test_what_is_not_known_is_said():
    def read(path, _):
        return Reading(
            unresolved=(Unresolved(path=path, line=3, column=1, surface="python-sdk", reason="`**request`"),),
            skipped=(Skipped(path=path, reason="it is broken", line=4),),
        )

    document = to_dict(scan({"app.py": ""}, read=read))

    assert document["unresolved"] == [
        {"path": "app.py", "line": 3, "column": 1, "surface": "python-sdk", "reason": "`**request`"}
    ]
    assert document["skipped"] == [{"path": "app.py", "line": 4, "reason": "it is broken"}]


def test_sarif_points_at_rules_and_has_the_rewrite(report):
    log = to_sarif(report)

    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(CODES)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "MODEL_SHUT_DOWN"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a/app.py"},
        "region": {"startLine": 1, "startColumn": 1},
    }
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0] == {
        "deletedRegion": {"byteOffset": OLD.index('"gpt'), "byteLength": len('"gpt-image-1"')},
        "insertedContent": {"text": '"gpt-image-2.5-flare"'},
    }


def test_markdown_escapes_what_others_wrote():
    source = OLD.replace('"high"', '"*high*|<b>"')

    text = to_markdown(scan({"a_b/[app].py": source}))

    assert "## a\\_b/\\[app\\].py" in text
    assert "`quality`: `*high*|<b>`" in text


class Balanced(HTMLParser):
    """Reads a page and notes what is open."""

    def __init__(self):
        super().__init__()
        self.open, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        self.outside += [
            value for name, value in attrs if name in ("src", "href") and not (value or "").startswith("#")
        ]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(report):
    page = to_html(report)

    reader = Balanced()
    reader.feed(page)
    assert (reader.open, reader.outside) == ([], [])
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page


def test_the_page_escapes_what_others_wrote():
    page = to_html(scan({"<script>.py": OLD.replace("1024x1024", "<script>")}))

    assert page.count("<script>") == 0


def test_each_cost_links_to_its_finding(report):
    page = to_html(report)

    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets <= set(re.findall(r' id="([^"]+)"', page))


def test_the_page_of_nothing_is_a_page():
    assert "Nothing to change." in to_html(scan({}))


def test_dollars_are_rounded_up_only_for_ceilings():
    assert (dollars(52_710), dollars(52_925), dollars(52_910, up=True)) == ("$0.0527", "$0.0529", "$0.0530")
