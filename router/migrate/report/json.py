"""A report as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from ...decision import plain
from ...money import usd
from ..codes import VERDICTS
from ..findings import Cost, Finding, Report, Step, fingerprints
from ..sites import Parameter, Skipped, Unresolved
from .words import origins


def to_dict(report: Report) -> dict[str, object]:
    """All of it, ready for JSON."""
    return {
        "on": report.on.isoformat(),
        "policy": report.policy,
        "findings": [_finding(finding, mark) for mark, finding in fingerprints(report.findings)],
        "unresolved": [_unresolved(each) for each in report.unresolved],
        "skipped": [_skipped(each) for each in report.skipped],
        "summary": {
            "files": report.files,
            "lines": report.lines,
            "findings": len(report.findings),
            "in_baseline": report.known,
            "healthy": report.healthy,
            "handled": report.handled,
            "by_class": {VERDICTS[verdict]: count for verdict, count in report.by_verdict.items()},
            "by_code": report.by_code,
        },
    }


def _finding(finding: Finding, fingerprint: str) -> dict[str, object]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "severity": finding.severity,
        "class": VERDICTS[finding.verdict],
        "surface": finding.surface,
        "text": finding.text or None,
        "parameters": {name: _parameter(each) for name, each in finding.parameters.items()},
        "problems": [
            {"code": problem.code, "severity": problem.severity, "message": problem.message}
            for problem in finding.problems
        ],
        "today": finding.today,
        "fix": finding.fix,
        "model": finding.model,
        "changes": [_step(step) for step in finding.steps],
        "cost_before": _expected(finding.before),
        "cost_after": _expected(finding.after),
        "ceiling_before": _ceiling(finding.before),
        "ceiling_after": _ceiling(finding.after),
        "in_test": finding.in_test,
        "fingerprint": fingerprint,
    }


def _parameter(parameter: Parameter) -> Mapping[str, object]:
    row: dict[str, object] = {}
    match [choice.value for choice in parameter.choices]:
        case []:
            pass
        case [only]:
            row["value"] = plain(only)
        case several:
            row["values"] = plain(several)
    row["from"] = origins(parameter)
    if parameter.optional:
        row["optional"] = True
    if parameter.unknown is not None:
        row["unknown"] = parameter.unknown
    return row


def _step(step: Step) -> dict[str, object]:
    action = "drop" if step.after is None else "set"
    row: dict[str, object] = {"action": action, "field": step.field, "from": plain(step.before)}
    if step.after is not None:
        row["to"] = plain(step.after)
    return {**row, "reason": step.reason, "in_rewrite": step.done}


def _expected(cost: Cost | None) -> str | None:
    return None if cost is None else usd(cost.expected_micros)


def _ceiling(cost: Cost | None) -> str | None:
    return None if cost is None else usd(cost.ceiling_micros)


def _unresolved(each: Unresolved) -> dict[str, object]:
    return {
        "path": each.path,
        "line": each.line,
        "column": each.column,
        "surface": each.surface,
        "reason": each.reason,
    }


def _skipped(each: Skipped) -> dict[str, object]:
    return {"path": each.path, "line": each.line, "reason": each.reason}
