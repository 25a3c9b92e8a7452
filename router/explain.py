"""A decision in words, for a person: what is sent, why, what changed, what it costs, what else was possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .money import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Change
    from .decision import Decision
    from .price import QuoteLine


def explain(decision: Decision) -> str:
    """Write a decision out, section by section; an empty section is left out."""
    return "\n".join(_lines(decision))


def _lines(decision: Decision) -> Iterator[str]:
    yield from _head(decision)
    yield from _section("changes", map(_change, decision.changes))
    yield from _section("given up for money", (_step(decision, index) for index in range(len(decision.gave_up))))
    yield from _section("price", _price(decision))
    yield from _section("delivery", _delivery(decision))
    yield from _section("passed over", _passed_over(decision))
    yield from _section("warnings", (f"{each.code}: {each.message}" for each in decision.warnings))
    yield from _section("only in the prompt's words", (f"{each.fact}: “{each.words}”" for each in decision.hints))


def _head(decision: Decision) -> Iterator[str]:
    where = f"on {decision.on} at {decision.provider}, policy {decision.policy_name}"
    if decision.deny is None:
        route = f"route {decision.route}" if decision.route else "no route"
        yield f"{decision.operation} with {decision.model} ({route}; {where})"
        return
    yield f"denied: {decision.deny.code} ({where})"
    yield f"  {decision.deny.message}"
    if decision.deny.hint:
        yield f"  hint: {decision.deny.hint}"


def _section(title: str, rows: Iterable[str]) -> Iterator[str]:
    lines = [f"  {row}" for row in rows]
    return iter([f"{title}:", *lines] if lines else [])


def _change(change: Change) -> str:
    step = f"drop {change.field} (was {change.before!r})" if change.action == "drop" else _set(change)
    return f"{step}: {change.reason} [{change.code}]"


def _set(change: Change) -> str:
    before = "" if change.before is None else f"{change.before} → "
    return f"{change.field}: {before}{change.after}"


def _step(decision: Decision, index: int) -> str:
    step = decision.gave_up[index]
    saved = usd(step.ceiling_before_micros - step.ceiling_after_micros)
    return f"{step.field}: {step.before} → {step.after}, {saved} USD less at most"


def _price(decision: Decision) -> Iterator[str]:
    quote = decision.quote
    if quote is None:
        return
    yield (f"expected {usd(quote.expected_micros)} USD, at most {usd(quote.ceiling_micros)} USD ({quote.confidence})")
    yield from (f"  {_line(line)}" for line in quote.lines)


def _line(line: QuoteLine) -> str:
    most = f"at most {line.ceiling_tokens:,} {usd(line.ceiling_micros)}"
    return f"{line.what}: {line.tokens:,} tokens {usd(line.micros)}, {most}"


def _delivery(decision: Decision) -> Iterator[str]:
    plan = decision.plan
    if plan is None or plan.canvas == plan.target:
        return
    cut = ", cut to x {0}-{2}, y {1}-{3}".format(*plan.crop) if plan.crop else ""
    resized = f", resized to {plan.resize}" if plan.resize else ""
    yield f"drawn at {plan.canvas}{cut}{resized}, which gives {plan.target}"


def _passed_over(decision: Decision) -> Iterator[str]:
    for each in decision.candidates:
        if each.status == "skipped":
            yield f"{each.model}: {each.reason} [{each.code}]"
        elif each.status == "spare":
            yield f"{each.model}: not needed"
