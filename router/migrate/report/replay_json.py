"""A replay as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar, get_args

from ..tally import EDGES, Group, Groups, Met, Money, Tally
from ..trial import After, Terms, Today

Row: TypeAlias = Mapping[str, object]
Key = TypeVar("Key")


def to_dict(tally: Tally, terms: Terms, logs: Sequence[str]) -> dict[str, object]:
    """The replay, ready for JSON; amounts are whole micro-dollars, and null is not known."""
    return {
        "on": terms.on.isoformat(),
        "policy": terms.policy,
        "logs": list(logs),
        "lines": tally.lines,
        "requests": tally.requests,
        "today": {word: tally.having(today=word) for word in get_args(Today)},
        "with_policy": {word: tally.having(after=word) for word in get_args(After)},
        "saved": tally.total.saved,
        "not_served": tally.total.lost,
        "fates": [
            {"today": today, "with_policy": after, "requests": count}
            for (today, after), count in sorted(tally.fates.items())
        ],
        "ends": [
            {"model": model, "on": day.isoformat(), "requests": count}
            for (model, day), count in sorted(tally.ends.items())
        ],
        "cost": _cost(tally.total),
        "errors": _rows(tally.problems, lambda key: {**key._asdict(), "first": tally.firsts[key]}),
        "denials": _rows(tally.reasons, lambda key: {"code": key[0], "message": key[1]}),
        "models": _rows(tally.models, lambda key: {"model": key}),
        "flows": _rows(tally.flows, lambda key: {"from": key.asked, "to": key.model, "code": key.reason}),
        "changes": _rows(
            tally.changes, lambda key: {"field": key.field, "from": key.before, "to": key.after, "code": key.code}
        ),
        "costs_per_request": {
            "edges_micros": list(EDGES),
            "before": _bins(tally.costs_before),
            "after": _bins(tally.costs_after),
        },
        "days": [{"day": day, **_group(group)} for day, group in sorted(tally.days.by_key.items())],
        "undated": tally.undated,
        "notes": dict(sorted(tally.notes.items())),
        "passed": _met(tally.passed),
        "unread": _met(tally.unread),
    }


def _rows(groups: Groups[Key], named: Callable[[Key], Row]) -> dict[str, object]:
    """The groups, the largest first, and what all others come to."""
    rows = [{**named(key), **_group(group)} for key, group in groups.by_count()]
    return {"rows": rows, "others": _group(groups.others)}


def _group(group: Group) -> dict[str, object]:
    return {
        "requests": group.count,
        "broken": group.broken,
        "saved": group.saved,
        "not_served": group.lost,
        "cost": _cost(group),
    }


def _cost(group: Group) -> Row:
    """`both` compares the requests of which both costs are known."""
    both = {"requests": group.was.count, "before": _money(group.was), "after": _money(group.now)}
    return {"before": _money(group.before), "after": _money(group.after), "both": both}


def _money(money: Money) -> Row | None:
    if not money.count:
        return None
    return {"requests": money.count, "expected_micros": money.expected, "ceiling_micros": money.ceiling}


def _bins(bins: Counter[int]) -> list[int]:
    """Requests below the first edge, between each two, and above the last."""
    return [bins[place] for place in range(len(EDGES) + 1)]


def _met(met: Met) -> list[Row]:
    return list(_reasons(met))


def _reasons(met: Met) -> Iterator[Row]:
    for reason, places in sorted(met.by_reason.items(), key=lambda each: (-each[1].times, each[0])):
        yield {"reason": reason, "times": places.times, "first": list(places.first)}
