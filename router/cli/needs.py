"""`pixroute needs`: the facts of each request that rules may read, and where each came from."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import NamedTuple

from ..errors import RequestError
from ..needs import Facts, Hint, read_hints
from ..request import read_request
from .exits import verdict
from .inputs import Invalid, Item, Outcomes, open_sources
from .options import STREAMS, On, ProviderName, RequestFiles, Streams, pick, read_day
from .output import write_lines, write_one_or_array
from .progress import watched


def needs(
    files: RequestFiles = None, *, on: On = None, provider: ProviderName = "openai", form: Streams = "jsonl"
) -> int:
    """Show the facts of each request that rules may read.

    Reads the same files as `decide`; a bare {"prompt": "..."} is enough. Prints one JSON object a line: the facts,
    where each came from, and hints. A hint is what only the prompt's words ask for; no rule acts on it.
    """
    pick("--format", form, STREAMS)
    day = read_day(on)
    with ExitStack() as stack:
        sources = open_sources(files, stack)
        items = watched((item for source in sources for item in source.items), shown=form == "text")
        outcomes = Outcomes(_read(item, on=day, provider=provider) for item in items)
        _write(outcomes, form=form, listed=any(each.listed for each in sources))
    return verdict(fine=outcomes.fine)


class Needed(NamedTuple):
    """What one request needs."""

    facts: Facts
    hints: tuple[Hint, ...]

    def to_dict(self) -> dict[str, object]:
        """The facts, ready for JSON."""
        hints = [hint.to_dict() for hint in self.hints]
        return {"needs": self.facts.to_dict(), "why": self.facts.why(), "hints": hints}


def _read(item: Item, *, on: date, provider: str) -> Needed | Invalid:
    if isinstance(item, Invalid):
        return item
    try:
        request = read_request(item.body)
    except RequestError as error:
        return Invalid.of(error, item)
    asked = (request.model,) if request.model else ()
    facts = Facts(request, on=on, provider=provider, asked_model=asked, max_cost_micros=request.max_cost_micros)
    return Needed(facts, read_hints(request))


def _write(outcomes: Outcomes[Needed | Invalid], *, form: str, listed: bool) -> None:
    match form:
        case "jsonl":
            write_lines(outcome.to_dict() for outcome in outcomes)
        case "json":
            write_one_or_array((outcome.to_dict() for outcome in outcomes), listed=listed)
        case _:
            from .listings import show  # noqa: PLC0415 -- text needs rich, which takes as long to load as the rest

            show(outcomes)
