"""A report as Markdown, for a pull request or an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..codes import VERDICTS
from ..findings import Finding, Report
from .words import prices, telling, values


def to_markdown(report: Report) -> str:
    """The sums, then every finding under its file."""
    return "\n".join([*_opening(report), *_findings(report.findings), *_asides(report)]).rstrip() + "\n"


def _opening(report: Report) -> Iterator[str]:
    yield "# Image calls that need a change"
    yield ""
    yield (
        f"Findings on {report.on}, judged by `{report.policy}`: {len(report.findings):,}. Files looked at: "
        f"{report.files:,}, with {report.lines:,} lines. Calls that are healthy: {report.healthy:,}, "
        f"handled by a wrapped client: {report.handled:,}, not to be told: {len(report.unresolved):,}."
    )
    yield ""
    yield "| class | findings |"
    yield "|---|---:|"
    for verdict, count in report.by_verdict.items():
        yield f"| {VERDICTS[verdict]} | {count:,} |"
    yield ""
    if report.by_code:
        yield "| code | findings |"
        yield "|---|---:|"
        yield from (f"| `{code}` | {count:,} |" for code, count in report.by_code.items())
        yield ""


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for path, each in groupby(findings, key=lambda finding: finding.path):
        yield f"## {_text(path)}"
        yield ""
        for finding in each:
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    test = ", in a test" if finding.in_test else ""
    yield f"### Line {finding.line}: `{finding.code}`, {VERDICTS[finding.verdict]}"
    yield ""
    yield f"* Surface: {_text(finding.surface)}{test}"
    if finding.text:
        yield f"* Text: {_code(finding.text)}"
    for name, parameter in telling(finding.parameters):
        for value, words in values(parameter):
            yield f"* `{name}`: {_text(words) if value is None else _value(value, words)}"
    yield f"* Today: {_text(finding.today)}"
    yield f"* Fix: {_text(finding.fix)}"
    if money := prices(finding):
        yield f"* Cost: {_text(money)}"
    yield ""


def _asides(report: Report) -> Iterator[str]:
    if report.unresolved:
        yield "## Could not be told"
        yield ""
        yield from (f"* {_text(f'{each.path}:{each.line}: {each.reason}')}" for each in report.unresolved)
        yield ""
    if report.skipped:
        yield "## Not looked at"
        yield ""
        places = (f"{each.path}{f':{each.line}' if each.line else ''}: {each.reason}" for each in report.skipped)
        yield from (f"* {_text(place)}" for place in places)


def _value(value: str, came: str) -> str:
    return f"{_code(value)} ← {_text(came)}" if came else _code(value)


def _code(text: str) -> str:
    """Text as code; fenced by more backticks than are in it."""
    flat = " ".join(text.split())
    fence = "``" if "`" in flat else "`"
    return f"{fence} {flat} {fence}" if fence == "``" else f"`{flat}`"


def _text(text: str) -> str:
    """Text that others wrote: what Markdown would act on is escaped, backticks aside."""
    flat = " ".join(text.split())
    parts = flat.split("`")
    if len(parts) % 2 == 0:
        return _escaped(flat)
    return "`".join(part if place % 2 else _escaped(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\*_[]<>#|" else sign for sign in text)
