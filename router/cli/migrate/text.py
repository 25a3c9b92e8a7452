"""A report of findings as text: each file with its calls, then the sums with a bar for each class."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ...migrate.codes import SEVERITIES, VERDICTS
from ...migrate.report.words import prices, telling, values
from ..console import counted, glyph, heading, open_page, put, wrapped

if TYPE_CHECKING:
    from ...migrate.findings import Finding, Report

SEVERITY_STYLES: Final[Mapping[str, str]] = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
VERDICT_STYLES: Final[Mapping[str, str]] = {
    "proved": "green",
    "assumed": "cyan",
    "runtime": "blue",
    "person": "magenta",
}
INDENT: Final = 4
NAMES: Final = 10  # characters, at least, of the column of names
LONGEST_BAR: Final = 30
FEW: Final = 20
LONGEST_PATHS: Final = 50


def show(report: Report, paths: Sequence[str]) -> None:
    """Print the findings by file, what could not be told, and the sums."""
    page = open_page()
    for path, findings in groupby(report.findings, key=lambda each: each.path):
        put(page, heading(path))
        for finding in findings:
            put(page, *_finding(page, finding), "")
    put(page, *_asides(page, report), *_sums(page, report), *_hints(page, report, paths))


# -- a finding


def _finding(page: Console, finding: Finding) -> Iterator[Text]:
    yield Text.assemble(
        f"  {finding.line}:{finding.column} ",
        (finding.severity, SEVERITY_STYLES[finding.severity]),
        f" {finding.code}  ",
        (VERDICTS[finding.verdict], VERDICT_STYLES[finding.verdict]),
        ("  in a test", "dim") if finding.in_test else "",
    )
    rows = list(_rows(page, finding))
    width = max(NAMES, *(cell_len(name) for name, _ in rows)) + 2
    for name, text in rows:
        for number, line in enumerate(wrapped(page, text, indent=INDENT + width)):
            yield Text.assemble(" " * INDENT, ((name if not number else "").ljust(width), "dim"), line)


def _rows(page: Console, finding: Finding) -> Iterator[tuple[str, Text]]:
    arrow = glyph(page, "←", "<-")
    yield "surface", Text(finding.surface)
    if finding.text:
        yield "text", Text(finding.text)
    for name, parameter in telling(finding.parameters):
        for number, (value, came) in enumerate(values(parameter)):
            words = Text("" if value is None else value if len(value) <= LONGEST else f"{value[:LONGEST]}…")
            words.append(came if value is None else f" {arrow} {came}" if came else "", "dim")
            yield ("" if number else name), words
    others = [problem.code for problem in finding.problems[1:]]
    if others:
        yield "also", Text(", ".join(dict.fromkeys(others)))
    yield "today", Text(finding.today)
    yield "fix", Text(finding.fix)
    money = prices(finding)
    if money is not None:
        yield "cost", Text(money)


LONGEST: Final = 80


# -- what is not known


def _asides(page: Console, report: Report) -> Iterator[Text]:
    told = [(f"{each.path}:{each.line}:{each.column}", f"{each.surface}: {each.reason}") for each in report.unresolved]
    yield from _list(page, "could not be told", told)
    passed = [(f"{each.path}:{each.line}" if each.line else each.path, each.reason) for each in report.skipped]
    yield from _list(page, "not looked at", passed)


def _list(page: Console, title: str, rows: Sequence[tuple[str, str]]) -> Iterator[Text]:
    if not rows:
        return
    yield heading(title)
    for place, reason in rows[:FEW]:
        for number, line in enumerate(wrapped(page, Text.assemble(place, (f"  {reason}", "dim")), indent=INDENT)):
            yield Text.assemble("  " if not number else " " * INDENT, line)
    if len(rows) > FEW:
        reasons = Counter(reason for _, reason in rows[FEW:]).most_common(3)
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons)
        yield Text(f"  and {len(rows) - FEW:,} more: {why}; `--format json` has them all", "dim")
    yield Text("")


# -- the sums


def _sums(page: Console, report: Report) -> Iterator[Text]:
    found = counted(len(report.findings), "finding")
    files = len({finding.path for finding in report.findings})
    where = f" in {counted(files, 'file')}" if files else ""
    read = f"{counted(report.files, 'file')} with {counted(report.lines, 'line')}"
    yield from wrapped(page, Text(f"{found}{where}, on {report.on}, by {report.policy}; {read} looked at", "bold"))
    most = max(report.by_verdict.values(), default=0) or 1
    width = max(map(len, VERDICTS.values()))
    room = min(LONGEST_BAR, max(page.width - width - 14, 4))
    for verdict, count in report.by_verdict.items():
        bar = glyph(page, "█", "#") * -(-count * room // most)
        yield Text.assemble(f"  {VERDICTS[verdict].ljust(width)} {count:>6,}  ", (bar, VERDICT_STYLES[verdict]))
    calls = [
        f"{counted(report.healthy, 'call')} healthy",
        f"{report.handled:,} handled already" if report.handled else "",
        f"{len(report.unresolved):,} could not be told" if report.unresolved else "",
        f"{report.known:,} known from the baseline" if report.known else "",
        f"{sum(each.in_test for each in report.findings):,} of the findings in tests"
        if any(each.in_test for each in report.findings)
        else "",
    ]
    yield from wrapped(page, Text("  " + ", ".join(filter(None, calls)), "dim"))
    counts = Counter(finding.severity for finding in report.findings)
    parts = [
        (f"{counts[each]:,} {each}{'s' if counts[each] != 1 else ''}", SEVERITY_STYLES[each]) for each in SEVERITIES
    ]
    if report.findings:
        yield Text.assemble("  ", *_between(parts))


def _between(parts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str] | str]:
    for number, part in enumerate(parts):
        if number:
            yield ", "
        yield part


def _hints(page: Console, report: Report, paths: Sequence[str]) -> Iterator[Text]:
    named = shlex.join(paths)
    where = named if len(named) <= LONGEST_PATHS else glyph(page, "…", "...")
    counts = report.by_verdict
    if not report.files:
        yield _hint("no file was read: Python, JavaScript, TypeScript, settings, shell, notebooks and workflows are")
    if counts["proved"]:
        yield _hint(f"`pixroute migrate fix {where}` shows the proved rewrites, `--apply` writes them")
    if counts["assumed"]:
        yield _hint(f"`pixroute migrate fix {where} --assumed` takes the assumed ones with them")
    if counts["runtime"]:
        yield _hint(f"`pixroute migrate fix {where} --embed` wraps the clients instead")


def _hint(text: str) -> Text:
    return Text.assemble(("hint", "bold cyan"), f": {text}")
