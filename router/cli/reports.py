"""Reports of policy tests as text: what failed, what was not tried, and the sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from .console import counted, open_page

if TYPE_CHECKING:
    from ..suite import Failure, Report


def show(reports: Sequence[Report], *, coverage: bool, least: float) -> None:
    """Print each file with its failures, and with its coverage where that is asked."""
    page = open_page()
    for report in reports:
        for line in _lines(report, coverage=coverage, least=least):
            page.print(line, soft_wrap=True)
    page.print(_sum(reports), soft_wrap=True)


def _lines(report: Report, *, coverage: bool, least: float) -> Iterator[Text]:
    passed = ("ok", "bold green") if report.ok else ("failed", "bold red")
    yield Text.assemble(passed, f" {report.path}: {', '.join(_parts(report))}")
    for failure in report.failures:
        yield from _failure(failure)
    if coverage:
        yield from _coverage(report, least)


def _parts(report: Report) -> Iterator[str]:
    yield counted(len(report.cases), "case")
    if report.invariants:
        tried = max(invariant.tried for invariant in report.invariants)
        yield f"{counted(len(report.invariants), 'invariant')} tried on {counted(tried, 'decision')}"


def _failure(failure: Failure) -> Iterator[Text]:
    yield Text("")
    yield Text.assemble(("error", "bold red"), f": {failure.at}: {failure.message}")
    for note in failure.notes:
        yield Text(f"    {note}", "dim")


def _coverage(report: Report, least: float) -> Iterator[Text]:
    seen = report.coverage
    style = "bold green" if seen.percent >= (least or ALL) else "bold red" if least else "bold yellow"
    yield Text.assemble(
        "   coverage ", (f"{seen.percent:g} %", style), f", {seen.covered} of {counted(seen.total, 'condition')}"
    )
    for condition in seen.uncovered:
        yield Text(f"     {condition.at}: {condition}")


ALL = 100


def _sum(reports: Sequence[Report]) -> Text:
    tests = [case.ok for report in reports for case in report.cases]
    tests += [invariant.ok for report in reports for invariant in report.invariants]
    failed = len(tests) - sum(tests)
    return Text.assemble(
        (f"{sum(tests):,} passed", "bold green"), ", ", (f"{failed:,} failed", "bold red" if failed else "")
    )
