"""Findings in SARIF 2.1.0, which code hosts and editors show beside the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..check import CHECKS, Finding
from .pages import OUR_OWN, page

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """A log of one run: every rule that there is, and what was found."""
    rules = _rules()
    codes = [rule["id"] for rule in rules]
    driver = {"name": "pixroute", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules() -> list[Mapping[str, Any]]:
    checks = [(each.code, each.severity, each.summary) for each in CHECKS.values()]
    return [
        {
            "id": code,
            "shortDescription": {"text": summary},
            "help": {"text": page(code), "markdown": page(code)},
            "defaultConfiguration": {"level": severity},
        }
        for code, severity, summary in [*checks, *((code, "error", summary) for code, summary in OUR_OWN.items())]
    ]


def _result(finding: Finding, codes: Sequence[str]) -> dict[str, Any]:
    region = {"startLine": finding.at.line, "startColumn": finding.at.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity,
        "message": {"text": f"{finding.message}\n\nhint: {finding.help}" if finding.help else finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.at.path)}, "region": region}}],
    }


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(PurePath(path).as_posix(), safe="/:")
