"""A report in SARIF 2.1.0, which code hosts and editors show beside the lines that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from ... import __version__
from ..codes import CODES, RANKS, VERDICTS
from ..edits import Edit
from ..findings import Finding, Report, fingerprints

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(report: Report) -> dict[str, Any]:
    """A log of one run: every rule that there is, what was found, and how it would be rewritten."""
    driver = {"name": "pixroute", "version": __version__, "rules": _rules()}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, mark) for mark, finding in fingerprints(report.findings)],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules() -> list[Mapping[str, Any]]:
    return [
        {
            "id": name,
            "shortDescription": {"text": code.summary},
            "help": {"text": code.help, "markdown": code.help},
            "defaultConfiguration": {"level": code.severity},
        }
        for name, code in CODES.items()
    ]


def _result(finding: Finding, mark: str) -> dict[str, Any]:
    text = f"{finding.today}\n\n{VERDICTS[finding.verdict]}: {finding.fix}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": RANKS[finding.code],
        "level": finding.severity,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(finding.path),
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        "partialFingerprints": {"pixroute/v1": mark},
        "properties": {"class": VERDICTS[finding.verdict], "surface": finding.surface, "in_test": finding.in_test},
    }
    if finding.edits:
        result["fixes"] = [_fix(finding)]
    return result


def _fix(finding: Finding) -> dict[str, Any]:
    by_path: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in finding.edits:
        by_path[edit.path].append(edit)
    changes = [
        {"artifactLocation": _artifact(path), "replacements": [_replacement(edit) for edit in edits]}
        for path, edits in by_path.items()
    ]
    return {"description": {"text": finding.fix}, "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {"byteOffset": edit.start, "byteLength": len(edit.old)},
        "insertedContent": {"text": edit.new.decode()},
    }


def _artifact(path: str) -> dict[str, str]:
    uri = Path(path).as_uri() if Path(path).is_absolute() else quote(PurePath(path).as_posix(), safe="/:")
    return {"uri": uri}
