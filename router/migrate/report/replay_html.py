"""A replay as a page: one file that needs nothing else, with plots of what breaks, what is saved and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from ...markup import Html, tag
from ..logged import NOTES
from .html import prose, unbroken
from .replay_plots import KINDS, both, by_day, flows, has_money, money_by_day, spread
from .replay_words import each, named, of_policy, of_today, periods, saved_micros, share, target, total

if TYPE_CHECKING:
    from ..tally import Group, Groups, Met, Tally
    from ..trial import Terms
    from .replay_words import Outcome

STYLES: Final = tuple(Path(__file__).with_name(name) for name in ("page.css", "replay.css"))
Key = TypeVar("Key")
MOST_BARS: Final = 14
MOST_ROWS: Final = 60
PERCENT: Final = 100
FEW: Final = 2


def to_html(tally: Tally, terms: Terms, logs: Sequence[str]) -> str:
    """Write the page."""
    style = "\n".join(file.read_text(encoding="utf-8") for file in STYLES)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"pixroute migrate replay, {terms.on}"),
        tag("style", Html(style)),
    )
    body = tag(
        "body",
        tag("header", *_opening(tally, terms, logs), class_="opening"),
        tag("section", *_tiles(tally), class_="tiles"),
        tag("div", _outcomes(tally, "As they stand", of_today(tally)), _policy(tally), class_="plots"),
        _flows(tally),
        _problems(tally),
        _ends(tally),
        _denials(tally),
        _money(tally),
        _spread(tally),
        _days(tally),
        _changes(tally),
        *_asides(tally),
        tag("footer", CLOSING, class_="closing"),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


CLOSING: Final = (
    "Every request was judged by pixroute's engine and by its emulator of the Images API, on that day and by the "
    "catalogue's prices. Budgets over time are not replayed. Nothing was sent, and nothing left this machine."
)


def _opening(tally: Tally, terms: Terms, logs: Sequence[str]) -> Iterator[Html]:
    yield tag("p", "pixroute migrate replay", class_="brand")
    broken = tally.total.broken
    first = f"{broken:,} of {tally.requests:,} logged requests break. " if broken else "No logged request breaks. "
    lost = tally.total.lost
    second = f"By the policy, {lost:,} {'is' if lost == 1 else 'are'} not served." if lost else "The policy serves all."
    yield tag("h1", first, tag("em", second))
    where = named(logs) if len(logs) == 1 else f"{len(logs)} logs"
    yield tag(
        "p", f"Judged on {terms.on:%-d %B %Y} by {terms.policy}. {where}: {tally.lines:,} records.", class_="lead"
    )


# -- the sums


def _tiles(tally: Tally) -> Iterator[Html]:
    whole, sums = tally.requests, tally.total
    yield _tile("Break today", f"{sums.broken:,}", f"{share(sums.broken, whole)} of the requests", mood="bad")
    yield _tile("Saved", f"{sums.saved:,}", "break today, and are served by the policy", mood="good")
    yield _tile("Not served", f"{sums.lost:,}", "denied, or refused all the same", mood="bad" if sums.lost else "good")
    if has_money(sums):
        less = saved_micros(sums)
        words = f"{total(abs(less))} {'less' if less >= 0 else 'more'}, for {sums.was.count:,} whose costs are known"
        yield _tile("Cost", f"{total(sums.was.expected)} → {total(sums.now.expected)}", words)
    else:
        yield _tile("Cost", total(sums.after.expected), f"at most {total(sums.after.ceiling, up=True)}")


def _tile(name: str, amount: str, about: str, *, mood: str = "") -> Html:
    return tag("div", tag("h2", name), tag("p", unbroken(amount), class_=f"amount {mood}".strip()), tag("p", about))


# -- bars


def _policy(tally: Tally) -> Html:
    return _outcomes(tally, "By the policy", of_policy(tally))


def _outcomes(tally: Tally, title: str, outcomes: Iterable[Outcome]) -> Html:
    rows = [
        _bar(each.words, each.requests, tally.requests, kind=each.kind, more=share(each.requests, tally.requests))
        for each in outcomes
        if each.requests
    ]
    return _chart(title, rows)


def _chart(title: str, rows: Sequence[Html], *, about: str | None = None, kind: str = "chart") -> Html:
    told = tag("p", about, class_="quiet about") if about else None
    return tag("section", tag("h2", title), told, tag("ol", *rows), class_=kind)


def _bar(name: str, part: int, most: int, *, kind: str, more: str = "", title: str | None = None) -> Html:
    width = f"--share: {part * PERCENT / (most or 1):.2f}"
    words = tag("span", f"{part:,}", tag("small", f" {more}") if more else None)
    return tag(
        "li",
        tag("span", prose(name), title=title, class_="name"),
        tag("div", tag("p", tag("i", style=width), words, class_=f"bar {kind}")),
    )


def _problems(tally: Tally) -> Html | None:
    rows = tally.problems.by_count()
    if not rows:
        return None
    most = rows[0][1].count
    bars = [
        _bar(
            f"{key.param}: {key.message}{UNNAMED.get(key.code, '')}",
            group.count,
            most,
            kind="error",
            title=f"{key.status}, {key.code}",
        )
        for key, group in rows[:MOST_BARS]
    ]
    left = sum(group.count for _, group in rows[MOST_BARS:]) + tally.problems.others.count
    about = "A request may have several; the API tells the first that it meets."
    about += f" {left:,} more in other ways." if left else ""
    return _chart("What breaks them", bars, about=about, kind="chart wide")


UNNAMED: Final = {"MODEL_IMPLICIT": " (none was named)"}


def _ends(tally: Tally) -> Html | None:
    if not tally.ends:
        return None
    rows = sorted(tally.ends.items(), key=lambda row: (row[0][1], -row[1]))
    most = max(tally.ends.values())
    bars = [_bar(f"{model}, on {day.day} {day:%B %Y}", count, most, kind="warning") for (model, day), count in rows]
    return _chart("What will break next", bars, kind="chart wide")


def _denials(tally: Tally) -> Html | None:
    rows = tally.reasons.by_count()
    if not rows:
        return None
    most = rows[0][1].count
    bars = [_bar(f"{key[0]}: {key[1]}", group.count, most, kind="error") for key, group in rows[:MOST_BARS]]
    return _chart("What the policy does not serve", bars, kind="chart wide")


# -- plots


def _legend(*keys: tuple[str, str]) -> Html:
    items = (tag("span", tag("i", class_=f"key {kind}"), words) for kind, words in keys)
    return tag("p", *items, class_="legend")


def _flows(tally: Tally) -> Html:
    return tag(
        "section",
        tag("h2", "From the model that is asked to the one that draws"),
        _legend(*KINDS.items()),
        both(partial(flows, tally)),
        class_="chart",
    )


BEFORE_AFTER: Final = (("was", "before: on the model that is asked, while it lived"), ("is", "after: as it is sent"))


def _spread(tally: Tally) -> Html | None:
    if not tally.costs_before and not tally.costs_after:
        return None
    return tag(
        "section",
        tag("h2", "What a request costs"),
        _legend(*BEFORE_AFTER),
        both(partial(spread, tally)),
        class_="chart",
    )


def _days(tally: Tally) -> Html | None:
    if len(tally.days.by_key) < FEW:
        return None
    unit, _ = periods(tally.days.by_key, most=10**6)
    money = has_money(tally.total)
    return tag(
        "section",
        tag("h2", f"By {unit}"),
        _legend(("bad", "break today"), ("good", "work")),
        both(partial(by_day, tally)),
        _legend(*BEFORE_AFTER) if money else None,
        both(partial(money_by_day, tally)) if money else None,
        tag("p", f"{tally.undated:,} requests have no date.", class_="quiet") if tally.undated else None,
        class_="chart",
    )


# -- tables


def _money(tally: Tally) -> Html:
    rows = tally.flows.by_count()
    cells = [
        (
            flow.asked,
            target(flow),
            f"{group.count:,}",
            f"{group.saved:,}",
            _known(group, before=True),
            _known(group, before=False),
            *each(group),
        )
        for flow, group in rows[:MOST_ROWS]
    ]
    heads = ("asked", "drawn by", "requests", "saved", "cost before", "cost after", "each before", "each after")
    note = (
        "Expected costs, by the catalogue. Before: on the last day of the model's life; unknown for models without a "
        "price and for values that were never drawn. Each: where both are known. A quality of auto, or none, counts "
        "as the dearest. The names of qualities are not comparable across generations: a cheaper picture may be a "
        "plainer one."
    )
    return _table("What it costs", heads, cells, about=note, others=tally.flows)


def _known(group: Group, *, before: bool) -> str:
    money = group.before if before else group.after
    if not money.count:
        return "unknown" if before else "nothing"
    partly = f" for {money.count:,}" if money.count < group.count else ""
    return f"{total(money.expected)}{partly}"


def _changes(tally: Tally) -> Html | None:
    rows = [(change, group) for change, group in tally.changes.by_count() if change.field != "model"]
    if not rows:
        return None
    cells = [
        (
            change.field,
            change.before,
            "(dropped)" if change.after is None else change.after,
            f"{group.count:,}",
            change.code,
        )
        for change, group in rows[:MOST_ROWS]
    ]
    heads = ("parameter", "from", "to", "requests", "why")
    return _table("Parameters that change", heads, cells, others=tally.changes, hidden=len(rows) - len(cells))


def _table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    others: Groups[Key],
    about: str | None = None,
    hidden: int = 0,
) -> Html:
    head = tag("tr", *(tag("th", name, class_=_side(name)) for name in heads))
    body = (
        tag("tr", *(tag("td", cell, class_=_side(name)) for name, cell in zip(heads, row, strict=True))) for row in rows
    )
    more = f"{hidden:,} more rows. " if hidden > 0 else ""
    more += f"{others.others.count:,} requests in other ways." if others.others.count else ""
    return tag(
        "section",
        tag("h2", title),
        tag("p", about, class_="quiet about") if about else None,
        tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="scroll"),
        tag("p", more, class_="quiet") if more else None,
        class_="chart",
    )


def _side(name: str) -> str | None:
    return None if name in WORDS else "number"


WORDS: Final = frozenset({"asked", "drawn by", "parameter", "from", "to", "why"})


# -- what is not known


def _asides(tally: Tally) -> Iterator[Html]:
    if tally.notes:
        items = [tag("li", tag("b", f"{count:,} "), NOTES[name]) for name, count in sorted(tally.notes.items())]
        yield tag("details", tag("summary", "How requests were read"), tag("ul", *items), class_="aside")
    yield from _met("No requests of ours", tally.passed)
    yield from _met("Could not be read", tally.unread)


def _met(title: str, met: Met) -> Iterator[Html]:
    if not met.count:
        return
    rows = sorted(met.by_reason.items(), key=lambda row: (-row[1].times, row[0]))
    items = [
        tag(
            "li",
            tag("b", f"{places.times:,} "),
            reason,
            tag("span", f" first at {', '.join(places.first)}", class_="quiet"),
        )
        for reason, places in rows
    ]
    yield tag("details", tag("summary", f"{title} ({met.count:,})"), tag("ul", *items), class_="aside")
