"""The plots of a replay as SVG: drawn once for a wide page and once for a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ...markup import Html, join, tag
from ..tally import Flow, Group, Tally
from .replay_words import Bin, Period, amount, bins, periods, target, total

WIDE: Final = 1040
NARROW: Final = 360
HALF: Final = 520
"""Widths in pixels: where something is drawn wider than this, there is room for more of it."""


def both(draw: Callable[[int], Html]) -> Html:
    """A plot for each kind of screen; the page shows one of them."""
    return join(tag("div", draw(WIDE), class_="plot wide-only"), tag("div", draw(NARROW), class_="plot narrow-only"))


def _svg(width: float, height: float, what: str, *children: str | None) -> Html:
    return tag("svg", tag("title", what), *children, viewBox=f"0 0 {width:g} {height:g}", role="img")


def _text(x: float, y: float, words: str, **more: object) -> Html:
    return tag("text", words, x=f"{x:.1f}", y=f"{y:.1f}", **more)


def _box(x: float, y: float, width: float, height: float, **more: object) -> Html:  # noqa: PLR0917 -- as SVG has it
    return tag("rect", *_title(more), x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}", **more)


def _title(more: dict[str, object]) -> Iterator[Html]:
    if "title" in more:
        yield tag("title", str(more.pop("title")))


# -- from model to model

MOST_NODES: Final = 8
SLOT: Final = 34  # pixels, at least, so that no label lies on another
GAP: Final = 8
THICK: Final = 10  # of a node
ROOM: Final = 300  # pixels that all requests share
OTHERS: Final = "others"


@dataclass(slots=True)
class _Node:
    """A model on one side, its place and how much of it is taken up."""

    name: str
    requests: int
    is_bad: bool = False
    y: float = 0.0
    height: float = 0.0
    used: float = 0.0


@dataclass(slots=True)
class _Side:
    """The models on one side, the largest on top."""

    nodes: dict[str, _Node] = field(default_factory=dict)

    def lay_out(self, scale: float) -> float:
        """Give each its place; gives the height of all."""
        y = 0.0
        for node in self.nodes.values():
            node.height = max(node.requests * scale, 1.5)
            slot = max(node.height, SLOT)
            node.y = y + (slot - node.height) / 2
            y += slot + GAP
        return y - GAP


class _Ribbon(NamedTuple):
    source: str
    goal: str
    kind: str
    requests: int


KINDS: Final = {"saved": "breaks today, served by the policy", "fine": "works today", "lost": "not served"}


def flows(tally: Tally, width: int) -> Html:
    """Ribbons from the models that are asked to those that draw."""
    ribbons = list(_ribbons(tally))
    left, right = _side(ribbons, lambda each: each.source), _side(ribbons, lambda each: each.goal)
    scale = ROOM / max(tally.requests, 1)
    height = max(left.lay_out(scale), right.lay_out(scale))
    margin = 200 if width > HALF else 0
    starts, ends = margin, width - margin - THICK
    order = list(right.nodes)
    drawn = [
        _ribbon(each, (left.nodes[each.source], right.nodes[each.goal]), (starts + THICK, ends, scale))
        for each in sorted(ribbons, key=lambda each: order.index(each.goal))
    ]
    labels = (*_labels(left, starts, margin, is_left=True), *_labels(right, ends, margin, is_left=False))
    return _svg(width, height + 4, "requests from the model asked to the model that draws", *drawn, *labels)


def _ribbons(tally: Tally) -> Iterator[_Ribbon]:
    kept = {name for name, _ in tally.models.by_count()[:MOST_NODES]}
    goals: dict[str, int] = {}
    for known, group in tally.flows.by_count():
        goals[target(known)] = goals.get(target(known), 0) + group.count
    shown = set(sorted(goals, key=lambda name: -goals[name])[:MOST_NODES])
    sums: dict[tuple[str, str, str], int] = {}
    rows: list[tuple[Flow | None, Group]] = [*tally.flows.by_count(), (None, tally.flows.others)]
    for flow, group in rows:
        source = flow.asked if flow is not None and flow.asked in kept else OTHERS
        goal = target(flow) if flow is not None and target(flow) in shown else OTHERS
        served = group.count - group.lost
        parts = {"saved": group.saved, "fine": served - group.saved, "lost": group.lost}
        for kind, count in parts.items():
            sums[source, goal, kind] = sums.get((source, goal, kind), 0) + count
    for (source, goal, kind), count in sums.items():
        if count:
            yield _Ribbon(source, goal, kind, count)


def _side(ribbons: Sequence[_Ribbon], name_of: Callable[[_Ribbon], str]) -> _Side:
    sums: dict[str, int] = {}
    for ribbon in ribbons:
        sums[name_of(ribbon)] = sums.get(name_of(ribbon), 0) + ribbon.requests
    order = sorted(sums, key=lambda name: (name == OTHERS, -sums[name], name))
    bad = {name_of(each) for each in ribbons if each.kind == "lost"}
    bad -= {name_of(each) for each in ribbons if each.kind != "lost"}
    return _Side({name: _Node(name, sums[name], is_bad=name in bad) for name in order})


def _ribbon(each: _Ribbon, nodes: tuple[_Node, _Node], span: tuple[float, float, float]) -> Html:
    source, goal = nodes
    starts, ends, scale = span
    thick = max(each.requests * scale, 0.75)
    top, bottom = source.y + source.used, goal.y + goal.used
    source.used += each.requests * scale
    goal.used += each.requests * scale
    middle = (starts + ends) / 2
    d = (
        f"M{starts:.1f} {top:.1f}C{middle:.1f} {top:.1f} {middle:.1f} {bottom:.1f} {ends:.1f} {bottom:.1f}"
        f"v{thick:.2f}C{middle:.1f} {bottom + thick:.1f} {middle:.1f} {top + thick:.1f} {starts:.1f} {top + thick:.1f}z"
    )
    words = f"{each.source} → {each.goal}: {each.requests:,}, {KINDS[each.kind]}"
    return tag("path", tag("title", words), d=d, class_=f"ribbon {each.kind}")


def _labels(side: _Side, x: float, margin: int, *, is_left: bool) -> Iterator[Html]:
    outside = margin > 0
    anchor = "end" if is_left == outside else "start"
    at = x - 8 if anchor == "end" else x + THICK + 8
    for node in side.nodes.values():
        yield _box(x, node.y, THICK, node.height, class_="node bad" if node.is_bad else "node")
        middle = node.y + node.height / 2
        yield _text(at, middle - 2, node.name, text_anchor=anchor, class_="name")
        yield _text(at, middle + 13, f"{node.requests:,}", text_anchor=anchor, class_="soft")


# -- columns

FRAME: Final = 190  # height of the drawing itself
LEFT: Final = 56
BELOW: Final = 26


class _Column(NamedTuple):
    """Parts of a column, from below or side by side, each with its style; and what is told of it."""

    name: str
    parts: tuple[tuple[str, float], ...]
    told: str


def _columns(
    columns: Sequence[_Column],
    width: int,
    *,
    stacked: bool,
    marks: Callable[[float], str],
    what: str,
    whole: bool = False,
) -> Html:
    """Columns on a scale, with a name under some of them."""
    most = max((sum(size for _, size in each.parts) if stacked else _largest(each)) for each in columns) or 1
    most += most % 2 if whole else 0  # so that half of it is a whole number as well
    step = (width - LEFT - 4) / len(columns)
    drawn: list[Html] = [*_grid(most, width, marks)]
    every = -(-len(columns) * 74 // (width - LEFT))
    for place, column in enumerate(columns):
        x = LEFT + place * step
        drawn.append(_column(column, x, step, most, stacked=stacked))
        if place % every == 0:
            at, anchor = (x + step / 2, "middle") if every == 1 else (x, "start")
            drawn.append(_text(at, FRAME + 22, column.name, class_="soft", text_anchor=anchor))
    return _svg(width, FRAME + BELOW, what, *drawn)


def _largest(column: _Column) -> float:
    return max(size for _, size in column.parts)


def _column(column: _Column, x: float, step: float, most: float, *, stacked: bool) -> Html:  # noqa: PLR0917
    gap = min(step * 0.18, 6)
    wide = (step - gap) / (1 if stacked else len(column.parts))
    boxes = []
    base = FRAME + 6.0
    for place, (kind, size) in enumerate(column.parts):
        high = size * FRAME / most
        left = x + gap / 2 + (0 if stacked else place * wide)
        boxes.append(_box(left, base - high, max(wide - (not stacked) * 0.6, 0.5), high, class_=kind))
        base -= high if stacked else 0
    return tag("g", tag("title", column.told), _box(x, 6, step, FRAME, class_="hit"), *boxes)


def _grid(most: float, width: int, marks: Callable[[float], str]) -> Iterator[Html]:
    for part in (0.0, 0.5, 1.0):
        y = FRAME + 6 - part * FRAME
        yield tag("line", x1=LEFT, x2=width, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid")
        yield _text(LEFT - 8, y + 4, marks(most * part), text_anchor="end", class_="soft")


def spread(tally: Tally, width: int) -> Html:
    """How many requests cost how much, before and after, on a scale of powers of ten."""
    rows = bins(tally.costs_before, tally.costs_after, wide=1 if width > HALF else 2)
    columns = [
        _Column(
            name=amount(row.low),
            parts=(("was", row.before), ("is", row.after)),
            told=f"{_range(row)}: {row.before:,} before, {row.after:,} after",
        )
        for row in rows
    ]
    return _columns(columns, width, stacked=False, marks=_count, whole=True, what="requests by what each costs")


def _range(row: Bin) -> str:
    return f"{amount(row.low)} to {amount(row.high)}" if row.high is not None else f"{amount(row.low)} and more"


def _count(number: float) -> str:
    for unit, word in ((1_000_000, "M"), (1_000, "k")):
        if number >= unit:
            return f"{number / unit:.3g}{word}"
    return f"{number:.3g}"


MOST_PERIODS: Final = 92


def by_day(tally: Tally, width: int) -> Html:
    """Requests by day: those that break today, and the others."""
    columns = [
        _Column(
            name=name,
            parts=(("bad", group.broken), ("good", group.count - group.broken)),
            told=f"{name}: {group.count:,} requests, {group.broken:,} of them break today",
        )
        for name, group in _periods(tally, width)
    ]
    return _columns(columns, width, stacked=True, marks=_count, whole=True, what="requests by day")


def money_by_day(tally: Tally, width: int) -> Html:
    """What was spent by day and would be, for those requests of which both costs are known."""
    columns = [
        _Column(
            name=name,
            parts=(("was", group.was.expected), ("is", group.now.expected)),
            told=f"{name}: {total(group.was.expected)} before, {total(group.now.expected)} after",
        )
        for name, group in _periods(tally, width)
    ]
    return _columns(columns, width, stacked=False, marks=lambda each: amount(round(each)), what="cost by day")


def _periods(tally: Tally, width: int) -> Iterable[Period]:
    return periods(tally.days.by_key, most=MOST_PERIODS if width > HALF else MOST_PERIODS // 3)[1]


def has_money(group: Group) -> bool:
    """Whether there is anything to compare."""
    return group.was.count > 0
