"""The needs of requests as text: what is not the usual, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from .console import Cell, Head, Squeeze, draw, heading, open_page, put
from .inputs import Invalid

if TYPE_CHECKING:
    from .needs import Needed

HEADS = {"fact": Head("fact"), "value": Head("value"), "why": Head("from")}
NARROWER = (Squeeze("why", 30), Squeeze("value", 30))


def show(outcomes: Iterable[Needed | Invalid]) -> None:
    """Print the facts of each request that are known, one table a request."""
    page = open_page()
    for number, outcome in enumerate(outcomes, start=1):
        if number > 1:
            put(page, "")
        if isinstance(outcome, Invalid):
            put(page, Text(f"{number}  invalid: {outcome.code}: {outcome.message}", "red"))
            continue
        title = heading(f"{number}  {_first_words(outcome)}")
        put(page, title, draw(page, HEADS, list(_rows(outcome)), squeeze=NARROWER))


def _rows(needed: Needed) -> Iterator[tuple[Cell, ...]]:
    why = needed.facts.why()
    for fact, value in needed.facts.to_dict().items():
        if value not in (None, []):
            yield Cell(fact), Cell(_plain(value), "green" if value is True else ""), Cell(str(why.get(fact, "")), "dim")
    reasons = why.get("text")
    for reason in reasons if isinstance(reasons, list) else ():
        yield Cell("text"), Cell(str(reason)), Cell("the prompt", "dim")
    for hint in needed.hints:
        yield Cell(f"{hint.fact}?", "yellow"), Cell(f"“{hint.words}”"), Cell("only a hint", "dim")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _first_words(needed: Needed) -> str:
    prompt = " ".join(needed.facts.request.prompt.split())
    return prompt if len(prompt) <= LONGEST else f"{prompt[:LONGEST]}…"


LONGEST = 60
