"""A report as a page: one file that needs nothing else, with plots of what was found and every finding in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from ...markup import Html, join, tag
from ..codes import CODES, VERDICTS
from ..findings import Finding, Report
from .words import dollars, price, telling, values

STYLE: Final = Path(__file__).with_name("page.css")
FEW: Final = 30  # findings that are shown open
MOST_COSTS: Final = 40  # bars
MOST_ASIDES: Final = 500
PERCENT: Final = 100


def to_html(report: Report) -> str:
    """Write the page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"pixroute migrate, {report.on}"),
        tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    body = tag(
        "body",
        tag("header", *_opening(report), class_="opening"),
        tag("section", *_tiles(report), class_="tiles"),
        tag("div", _classes(report), _codes(report), class_="plots") if report.findings else None,
        _costs(report.findings),
        tag("main", *_files(report)),
        *_asides(report),
        tag("footer", CLOSING, class_="closing"),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


CLOSING: Final = (
    "Every call was judged by pixroute's engine and by its emulator of the Images API, on that day and by the "
    "catalogue's prices. Nothing was run, and nothing left this machine."
)


def _opening(report: Report) -> Iterator[Html]:
    count = len(report.findings)
    yield tag("p", "pixroute migrate", class_="brand")
    title = f"{count:,} {'place needs' if count == 1 else 'places need'} a change. " if count else "Nothing to change. "
    proved = report.by_verdict["proved"]
    yield tag("h1", title, tag("em", f"{proved:,} can be rewritten, proved right." if proved else ""))
    yield tag(
        "p",
        f"Judged on {report.on:%-d %B %Y} by {report.policy}. Looked at: {report.files:,} files with "
        f"{report.lines:,} lines.",
        class_="lead",
    )


# -- the sums


def _tiles(report: Report) -> Iterator[Html]:
    failing = sum(finding.severity == "error" for finding in report.findings)
    yield _tile("Fail today", f"{failing:,}", "or draw what nobody can read", mood="bad" if failing else "good")
    yield _tile("Healthy calls", f"{report.healthy:,}", f"{report.handled:,} more are handled by a wrapped client")
    yield _tile("Could not be told", f"{len(report.unresolved):,}", "each with its reason, below")
    before, after = _sums(report.findings)
    yield _tile("One of each call", f"{dollars(before)} → {dollars(after)}", "where both prices are known, as expected")


def _tile(name: str, amount: str, about: str, *, mood: str = "") -> Html:
    return tag("div", tag("h2", name), tag("p", unbroken(amount), class_=f"amount {mood}".strip()), tag("p", about))


def unbroken(amount: str) -> Html:
    """An amount, or two with an arrow between them, of which a line breaks before the arrow alone."""
    first, arrow, second = amount.partition(" → ")
    return join(tag("span", first), " ", tag("span", f"→ {second}")) if arrow else tag("span", amount)


def _sums(findings: Iterable[Finding]) -> tuple[int, int]:
    pairs = [
        (each.before.expected_micros, each.after.expected_micros) for each in findings if each.before and each.after
    ]
    return sum(before for before, _ in pairs), sum(after for _, after in pairs)


# -- the plots


def _classes(report: Report) -> Html:
    most = max(report.by_verdict.values(), default=0) or 1
    rows = (_bar(VERDICTS[verdict], count, most, kind=verdict) for verdict, count in report.by_verdict.items())
    return tag("section", tag("h2", "What can be done"), tag("ol", *rows), class_="chart")


def _codes(report: Report) -> Html:
    most = max(report.by_code.values(), default=0) or 1
    rows = (
        _bar(code, count, most, kind=CODES[code].severity, title=CODES[code].summary)
        for code, count in report.by_code.items()
    )
    return tag("section", tag("h2", "What is wrong"), tag("ol", *rows), class_="chart")


def _bar(name: str, count: int, most: int, *, kind: str, title: str | None = None) -> Html:
    bar = tag("p", tag("i", style=_share(count, most)), tag("span", f"{count:,}"), class_=f"bar {kind}")
    return tag("li", tag("span", name, title=title, class_="name"), tag("div", bar))


def _share(part: int, most: int) -> str:
    return f"--share: {part * PERCENT / most:.2f}"


def _costs(findings: Sequence[Finding]) -> Html | None:
    """A pair of bars for each call whose price is known: before, and after with its ceiling."""
    known = [finding for finding in findings if finding.after is not None]
    if not known:
        return None
    shown = sorted(known, key=lambda each: -max(_expected(each)))[:MOST_COSTS]
    most = max(max(_expected(each)) for each in shown) or 1
    more = f"the {MOST_COSTS} dearest of {len(known):,}" if len(known) > MOST_COSTS else "all whose price is known"
    return tag(
        "section",
        tag("h2", "What each call costs"),
        tag(
            "p",
            tag(
                "span",
                tag("i", class_="key was"),
                "on the model that it names, while that lived; quality auto, or none, as the dearest",
            ),
            tag("span", tag("i", class_="key is"), "as it is sent instead"),
            tag("span", more),
            class_="legend",
        ),
        tag("ol", *(_pair(each, most) for each in shown)),
        class_="chart wide",
    )


def _expected(finding: Finding) -> tuple[int, int]:
    return tuple(cost.expected_micros if cost else 0 for cost in (finding.before, finding.after))  # type: ignore[return-value]


def _pair(finding: Finding, most: int) -> Html:
    before, after = _expected(finding)
    was = (
        tag("p", tag("i", style=_share(before, most)), tag("span", dollars(before)), class_="bar was")
        if finding.before
        else tag("p", tag("span", "not known", class_="quiet"), class_="bar was")
    )
    now = tag("p", tag("i", style=_share(after, most)), tag("span", dollars(after)), class_="bar is")
    place = tag("a", f"{finding.path}:{finding.line}", href=f"#{_anchor(finding)}")
    return tag("li", tag("span", place, class_="name"), tag("div", was, now))


# -- the findings


def _anchor(finding: Finding) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"f-{finding.path}-{finding.line}-{finding.column}-{finding.code}")


def _files(report: Report) -> Iterator[Html]:
    is_open = len(report.findings) <= FEW
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        yield tag("section", tag("h2", path), *(_card(each, is_open=is_open) for each in findings), class_="file")


def _card(finding: Finding, *, is_open: bool) -> Html:
    summary = tag(
        "summary",
        tag("span", f"{finding.line}:{finding.column}", class_="place"),
        tag("code", finding.code, class_=f"code {finding.severity}"),
        tag("span", VERDICTS[finding.verdict], class_=f"chip {finding.verdict}"),
        tag("span", "in a test", class_="chip") if finding.in_test else None,
    )
    rows = (tag("div", tag("dt", name), tag("dd", *words)) for name, words in _rows(finding))
    return tag("details", summary, tag("dl", *rows), id=_anchor(finding), open="" if is_open else None, class_="card")


def _rows(finding: Finding) -> Iterator[tuple[str, Sequence[Html]]]:
    yield "surface", [tag("span", finding.surface)]
    if finding.text:
        yield "text", [tag("code", finding.text)]
    for name, parameter in telling(finding.parameters):
        yield name, [_value(value, words) for value, words in values(parameter)]
    others = list(dict.fromkeys(problem.code for problem in finding.problems[1:]))
    if others:
        yield "also", [join(*(tag("code", code, " ") for code in others))]
    yield "today", [tag("p", prose(finding.today))]
    if finding.steps:
        yield "changes", [tag("ul", *_steps(finding))]
    if finding.verdict != "proved" or not finding.steps:
        yield "fix", [tag("p", prose(finding.fix))]
    if finding.before or finding.after:
        yield "cost", [tag("p", f"{price(finding.before)} → {price(finding.after)}")]


def _value(value: str | None, came: str) -> Html:
    if value is None:
        return tag("p", prose(came), class_="quiet")
    return tag("p", tag("code", value), tag("span", f" ← {came}", class_="quiet") if came else None)


def _steps(finding: Finding) -> Iterator[Html]:
    for step in finding.steps:
        before = None if step.before is None else tag("del", str(step.before))
        after = None if step.after is None else tag("ins", str(step.after))
        arrow = " → " if before and after else None
        yield tag(
            "li", tag("b", step.field), " ", before, arrow, after, tag("span", " ", prose(step.reason), class_="quiet")
        )


def prose(text: str) -> Html:
    """Text whose words in backticks are code."""
    parts = re.split(r"`([^`]*)`", text)
    return join(*(tag("code", part) if place % 2 else part for place, part in enumerate(parts)))


# -- what is not known


def _asides(report: Report) -> Iterator[Html]:
    told = {f"{each.path}:{each.line}:{each.column}": f"{each.surface}: {each.reason}" for each in report.unresolved}
    if told:
        yield _aside("Could not be told", told)
    passed = {f"{each.path}{f':{each.line}' if each.line else ''}": each.reason for each in report.skipped}
    if passed:
        yield _aside("Not looked at", passed)


def _aside(title: str, rows: Mapping[str, str]) -> Html:
    shown = list(rows.items())[:MOST_ASIDES]
    items = [tag("li", tag("code", place), tag("span", f" {reason}", class_="quiet")) for place, reason in shown]
    more = tag("p", f"and {len(rows) - MOST_ASIDES:,} more", class_="quiet") if len(rows) > MOST_ASIDES else None
    summary = tag("summary", f"{title} ({len(rows):,})")
    return tag("details", summary, tag("ul", *items), more, class_="aside")
