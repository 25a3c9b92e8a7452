"""Decisions as text: a table for many, a full account for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from rich.console import Console
from rich.text import Text

from .console import Cell, Head, Squeeze, counted, dollars, draw, glyph, heading, listing, open_page, put, wrapped
from .inputs import Invalid

if TYPE_CHECKING:
    from ..decision import Decision

Outcome: TypeAlias = "Decision | Invalid"


def show(outcomes: Iterable[Outcome], *, explained: bool, listed: bool) -> None:
    """Print decisions: each in full where that is asked or there is one, all in a table otherwise."""
    page = open_page()
    coming = iter(outcomes)
    first = list(islice(coming, 2))
    if explained or (len(first) == 1 and not listed):
        _account_for_each(page, chain(first, coming))
        return
    sheet = Sheet(page)
    for outcome in chain(first, coming):
        sheet.add(outcome)
    sheet.show()


# -- in full


def _account_for_each(page: Console, outcomes: Iterable[Outcome]) -> None:
    for number, outcome in enumerate(outcomes):
        if number:
            page.print()
        page.print(_invalid(outcome) if isinstance(outcome, Invalid) else _account(outcome), soft_wrap=True)


def _account(decision: Decision) -> Text:
    """What the decision says of itself, with its headings set off."""
    text = Text(decision.explain())
    text.highlight_regex(r"(?m)^\S.*:$", "bold")
    text.highlight_regex(r"\A.*", "bold red" if decision.deny else "bold green")
    text.highlight_regex(r"(?m)\[[A-Z_]+\]$", "dim")
    return text


def _invalid(invalid: Invalid) -> Text:
    hint = f"\n  hint: {invalid.hint}" if invalid.hint else ""
    head = (f"invalid: {invalid.code}", "bold red")
    return Text.assemble(head, f"\n  {invalid.file}:{invalid.line}: {invalid.message}{hint}")


# -- in a table


HEADS: Mapping[str, Head] = {
    "number": Head("#", justify="right"),
    "asked": Head("asked"),
    "model": Head("model"),
    "size": Head("size"),
    "quality": Head("quality"),
    "changes": Head("changes", justify="right"),
    "expected": Head("expected", justify="right"),
    "ceiling": Head("at most", justify="right"),
    "route": Head("route"),
}
NARROWER = (
    Squeeze("route", 22),
    Squeeze("size", 11),
    Squeeze("changes"),
    Squeeze("asked", 13),
    Squeeze("route", 16),
    Squeeze("expected"),
    Squeeze("quality"),
    Squeeze("model", 14),
    Squeeze("size"),
)


@dataclass(slots=True)
class Sheet:
    """A table in the making, with what its rows add up to."""

    page: Console
    title: str = ""
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    expected: int = 0
    ceiling: int = 0

    def add(self, outcome: Outcome) -> None:
        """Add one request."""
        number = str(len(self.rows) + 1)
        if isinstance(outcome, Invalid):
            self.ends["invalid"] += 1
            self.rows.append(_row(number, route=Cell(f"invalid: {outcome.code}", "red")))
            self.troubles.append((number, _trouble(f"{outcome.file}:{outcome.line}: {outcome.message}", outcome.hint)))
            return
        self.title = f"{outcome.policy_name} on {outcome.on} at {outcome.provider}, prices in USD"
        self.changes.update(change.code for change in outcome.changes)
        self.warnings.update(warning.code for warning in outcome.warnings)
        if outcome.deny:
            self.ends["denied"] += 1
            self.rows.append(_denied(number, outcome))
            self.troubles.append((number, _trouble(outcome.deny.message, outcome.deny.hint)))
            return
        self.ends["routed"] += 1
        self.rows.append(_routed(number, outcome, glyph(self.page, "→", "->")))
        if outcome.quote:
            self.expected += outcome.quote.expected_micros
            self.ceiling += outcome.quote.ceiling_micros

    def show(self) -> None:
        """Print the table, what went wrong, and the sums."""
        if self.rows:
            put(self.page, *self._title(), draw(self.page, HEADS, self.rows, squeeze=NARROWER), "")
        if self.troubles:
            put(self.page, listing(self.page, self.troubles, right=True), "")
        put(self.page, *wrapped(self.page, self._sums()))

    def _title(self) -> list[Text]:
        return [heading(self.title)] if self.title else []

    def _sums(self) -> Text:
        ends = [(f"{self.ends[end]:,} {end}", style if self.ends[end] else "") for end, style in ENDS.items()]
        text = Text(", ").join(Text(*end) for end in ends)
        text.append(f" of {counted(len(self.rows), 'request')}")
        if self.ends["routed"]:
            most = dollars(self.ceiling, up=True)
            text.append(f"; expected {dollars(self.expected)} USD, at most {most} USD")
        for what, counts in {"changed": self.changes, "warned": self.warnings}.items():
            if counts:
                codes = (f"{code} {number:,}" for code, number in counts.most_common())
                text.append(f"\n{what}: {', '.join(codes)}", "dim")
        return text


ENDS: Mapping[str, str] = {"routed": "bold green", "denied": "bold red", "invalid": "bold red"}


def _trouble(message: str, hint: str | None) -> str:
    return f"{message}\nhint: {hint}" if hint else message


def _row(number: str, **cells: Cell) -> tuple[Cell, ...]:
    return tuple(Cell(number, "dim") if name == "number" else cells.get(name, Cell("")) for name in HEADS)


def _denied(number: str, decision: Decision) -> tuple[Cell, ...]:
    asked = decision.facts.request
    code = decision.deny.code if decision.deny else ""
    return _row(
        number, asked=_asked(decision), size=Cell(str(asked.size or "auto")), route=Cell(f"denied: {code}", "red")
    )


def _routed(number: str, decision: Decision, arrow: str) -> tuple[Cell, ...]:
    quote = decision.quote
    return _row(
        number,
        asked=_asked(decision),
        model=Cell(decision.model or "", "" if decision.model == decision.facts.request.model else "green"),
        size=_size(decision, arrow),
        quality=Cell(str((decision.params or {}).get("quality", "auto"))),
        changes=Cell(str(len(decision.changes) or "")),
        expected=Cell(dollars(quote.expected_micros) if quote else ""),
        ceiling=Cell(dollars(quote.ceiling_micros, up=True) if quote else ""),
        route=Cell(decision.route or ""),
    )


def _asked(decision: Decision) -> Cell:
    return Cell(decision.facts.request.model or "-", "" if decision.facts.request.model else "dim")


def _size(decision: Decision, arrow: str) -> Cell:
    plan, asked = decision.plan, decision.facts.request.size
    if plan is None or plan.canvas == asked:
        return Cell(str(asked or "auto"))
    return Cell(f"{asked} {arrow} {plan.canvas}", "green")
