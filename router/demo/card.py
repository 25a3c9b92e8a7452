"""One request on the page: its picture, what changed and why, who was passed over, and the money."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..markup import Html, join, tag
from .amounts import dollars
from .drawing import draw, legend
from .pictures import data_url
from .stage import Shot

if TYPE_CHECKING:
    from ..afford import GivenUp
    from ..changes import Change
    from ..records import Record
    from .answers import Refusal

THUMB_EDGE = 240  # pixels


def card(shot: Shot, number: int) -> Html:
    """A request as an article."""
    return tag(
        "article",
        _figure(shot),
        tag(
            "div",
            tag("header", tag("p", f"{number:02d}", class_="number"), tag("h2", shot.scene.title)),
            tag("p", _prose(shot.scene.shows), class_="shows"),
            tag("blockquote", shot.scene.prompt),
            *_sections(shot),
            class_="body",
        ),
        _money(shot),
        class_="card",
        id=shot.scene.id,
    )


# -- the picture


def _figure(shot: Shot) -> Html:
    if shot.answer.refusal:
        return tag("figure", _no(shot, shot.answer.refusal), class_="none")
    picture, plan = shot.answer.pictures[0], shot.decision.plan
    asked = str(plan.target if plan else shot.scene.body.get("size", "auto"))
    return tag(
        "figure",
        draw(picture, plan, label=f"{shot.scene.title}: {shot.scene.prompt}"),
        tag("figcaption", legend(plan, asked.replace("x", "×")), _strip(shot)),
    )


def _no(shot: Shot, refusal: Refusal) -> Html:
    return tag(
        "div",
        tag("strong", str(shot.answer.status)),
        tag("code", refusal.code),
        tag("span", _prose(refusal.message)),
        tag("span", "nothing was sent", class_="quiet") if shot.decision.deny else None,
        class_="refusal",
    )


def _strip(shot: Shot) -> Html | None:
    """What else there is to see, small: references, mask, partial images, further pictures."""
    images = [file for file in shot.files if file.field != "mask"]
    seen = [(f"reference {place}", file.content) for place, file in enumerate(images, 1)]
    seen += [("mask", file.content) for file in shot.files if file.field == "mask"]
    seen += [(f"partial {place}", picture) for place, picture in enumerate(shot.answer.partial, 1)]
    seen += [(f"picture {place}", picture) for place, picture in enumerate(shot.answer.pictures[1:], 2)]
    thumbs = (
        tag("li", tag("img", src=data_url(picture, THUMB_EDGE), alt=""), tag("span", name)) for name, picture in seen
    )
    return tag("ul", *thumbs, class_="strip") if seen else None


# -- what was decided


def _sections(shot: Shot) -> Iterator[Html]:
    decision = shot.decision
    yield tag("p", *_route(shot), class_="route")
    yield from _list("Because", map(_held, decision.trace))
    changes = [_change(change) for change in decision.changes]
    if changes:
        yield _section("Changed", tag("dl", *changes, class_="changes"))
    elif not decision.deny:
        yield _section("Changed", tag("p", "nothing: it was sent as it was asked", class_="quiet"))
    yield from _list("Given up for money", map(_step, decision.gave_up))
    yield from _list("Tried before", map(_attempt, shot.records[:-1]))
    skipped = (each for each in decision.candidates if each.status == "skipped")
    yield from _list("Passed over", (_reason(each.model, each.reason, each.code) for each in skipped))
    yield from _list("Warned", (_reason(None, warning.message, warning.code) for warning in decision.warnings))
    yield _details(shot)


def _route(shot: Shot) -> Iterator[Html]:
    """From what was named to what drew it."""
    decision = shot.decision
    yield tag("code", str(shot.scene.body.get("model", "no model")))
    yield tag("span", "→", class_="quiet")
    yield tag("code", decision.model or "denied", class_="no" if shot.answer.refusal else "yes")
    yield tag("span", f"{shot.ms} ms", class_="quiet")


def _section(title: str, content: Html) -> Html:
    return tag("section", tag("h3", title), content)


def _list(title: str, rows: Iterable[Html | None]) -> Iterator[Html]:
    items = [tag("li", row) for row in rows if row]
    if items:
        yield _section(title, tag("ul", *items, class_="reasons"))


def _held(rule: Mapping[str, Any]) -> Html | None:
    """The rule that held, and what it found."""
    if rule["result"] != "true":
        return None
    found = "; ".join(map(_found, rule["conditions"])) or "holds for every request"
    return join(f"{rule['kind']} ", tag("b", rule["id"]), f": {found}")


def _found(condition: Mapping[str, Any]) -> str:
    fact, have, want = condition["fact"], _shown(condition["have"]), _shown(condition["want"])
    op = condition["op"]
    return f"{fact} is {have}" if op == "is" else f"{fact} is {have}, {OPERATORS.get(op, op)} {want}"


OPERATORS: Mapping[str, str] = {"gt": "above", "gte": "at least", "lt": "below", "lte": "at most"}


def _attempt(record: Record) -> Html:
    return join(tag("b", record.decision.model or ""), f" {record.status}: ", _prose(record.failure or ""))


def _change(change: Change) -> Html:
    before = None if change.before is None else tag("del", _shown(change.before))
    after = None if change.action == "drop" else tag("ins", _shown(change.after))
    return tag(
        "div",
        tag("dt", change.field),
        tag("dd", *_spaced(before, after), class_="values"),
        tag("dd", _prose(change.reason), " ", _code(change.code), class_="why"),
    )


def _spaced(before: Html | None, after: Html | None) -> Iterator[str]:
    yield from filter(None, (before, " → " if before and after else None, after))


def _step(step: GivenUp) -> Html:
    less = dollars(step.ceiling_before_micros - step.ceiling_after_micros)
    return join(tag("b", step.field), f" {_shown(step.before)} → {_shown(step.after)}: {less} less at most")


def _reason(name: str | None, reason: str | None, code: str | None) -> Html:
    return join(tag("b", name) if name else None, " ", _prose(reason or ""), " ", _code(code or ""))


def _code(code: str) -> Html:
    return tag("code", code, class_="code")


def _prose(text: str) -> Html:
    """Text whose words in backticks are code."""
    parts = re.split(r"`([^`]*)`", text)
    return join(*(tag("code", part) if place % 2 else part for place, part in enumerate(parts)))


def _shown(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _details(shot: Shot) -> Html:
    asked = dict(shot.scene.body) | ({"pixroute": shot.scene.told} if shot.scene.told else {})
    return tag(
        "details",
        tag("summary", "Request and decision in full"),
        tag("pre", json.dumps(asked, ensure_ascii=False, indent=2)),
        tag("pre", shot.decision.explain()),
    )


# -- the money


def _money(shot: Shot) -> Html:
    quote, refusal = shot.decision.quote, shot.as_written.answer.refusal
    return tag(
        "footer",
        tag(
            "dl",
            _amount("as written", "refused" if shot.asked_micros is None else dollars(shot.asked_micros)),
            _amount("expected", dollars(quote.expected_micros) if quote else "–"),
            _amount("billed", dollars(shot.billed_micros)),
            _outcome(shot),
            class_="money",
        ),
        tag("p", f"As written, the API answers: {refusal.message}", class_="quiet") if refusal else None,
    )


def _outcome(shot: Shot) -> Html:
    """What it came to, in one word and an amount."""
    if shot.answer.refusal:
        return _amount("not spent", dollars(shot.asked_micros or 0), "good")
    if shot.saved_micros is None:
        return _amount("now", "drawn", "good")
    if shot.saved_micros < 0:
        return _amount("dearer by", dollars(-shot.saved_micros), "bad")
    return _amount("saved", dollars(shot.saved_micros), "good" if shot.saved_micros else "")


def _amount(name: str, amount: str, mood: str = "") -> Html:
    return tag("div", tag("dt", name), tag("dd", amount), class_=mood or None)
