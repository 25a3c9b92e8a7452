"""The page: one file that needs nothing else, with every request, why it was changed, and the money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ..markup import Html, join, tag
from .amounts import Totals, dollars
from .card import card
from .stage import POLICY, Shot

STYLE = Path(__file__).with_name("page.css")
PERCENT = 100


def render(shots: Sequence[Shot], *, on: date, client: str) -> str:
    """Write the page of a demonstration; `client` is who sent the requests."""
    totals = Totals.of(shots)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"pixroute demo, {on}"),
        tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    body = tag(
        "body",
        CHECKS,
        tag("header", *_opening(totals, on=on, client=client), class_="opening"),
        tag("section", *_tiles(totals), class_="tiles"),
        _chart(shots),
        tag("main", *(card(shot, number) for number, shot in enumerate(shots, 1)), class_="cards"),
        _policy(),
        tag("footer", CLOSING, class_="closing"),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


CHECKS = tag(
    "svg",
    tag(
        "pattern",
        tag("path", d="M0 0h24v24h-24z M24 24h24v24h-24z"),
        id="checks",
        width=48,
        height=48,
        patternUnits="userSpaceOnUse",
    ),
    width=0,
    height=0,
    aria_hidden="true",
    class_="defs",
)
CLOSING = (
    "Pictures and bills come from pixroute's own emulator of the Images API, by the catalogue's prices of that day. "
    "Nothing was sent anywhere and nothing was spent."
)


def _opening(totals: Totals, *, on: date, client: str) -> Iterator[Html]:
    yield tag("p", "pixroute demo", class_="brand")
    yield tag(
        "h1",
        f"{totals.requests} image requests, as apps still write them. ",
        tag("em", f"{totals.drawn_as_written} would be drawn. Routed, {totals.drawn} are."),
    )
    yield tag(
        "p",
        f"Each was sent twice on {on:%-d %B %Y} to an emulated Images API, as strict as the real one on that day: once "
        f"as written, and once by {client} with the router in between. Every change has its reason.",
        class_="lead",
    )


# -- the sums


def _tiles(totals: Totals) -> Iterator[Html]:
    yield _tile(
        "Billed",
        dollars(totals.billed_micros),
        f"{dollars(totals.expected_micros)} were expected, at most {dollars(totals.ceiling_micros)}",
    )
    yield _tile(
        "As written",
        dollars(totals.asked_micros),
        f"for the {totals.drawn_as_written} that the API takes; the other "
        f"{totals.requests - totals.drawn_as_written} are refused",
    )
    yield _tile("Saved", dollars(totals.saved_micros), "on what is drawn either way", mood="good")
    yield _tile(
        "Not spent", dollars(totals.unspent_micros), "on what the policy denied before it was sent", mood="good"
    )


def _tile(name: str, amount: str, about: str, *, mood: str = "") -> Html:
    return tag("div", tag("h2", name), tag("p", amount, class_=f"amount {mood}".strip()), tag("p", about))


# -- the chart


def _chart(shots: Sequence[Shot]) -> Html:
    most = max((micros for shot in shots for micros in (shot.asked_micros or 0, shot.billed_micros)), default=0) or 1
    return tag(
        "section",
        tag("h2", "What each request costs"),
        tag(
            "p",
            tag("span", tag("i", class_="key was"), "as written"),
            tag("span", tag("i", class_="key is"), "routed"),
            class_="legend",
        ),
        tag("ol", *(_bars(shot, most) for shot in shots)),
        class_="chart",
    )


def _bars(shot: Shot, most: int) -> Html:
    refused = "denied by the policy" if shot.decision.deny else "refused by the API"
    return tag(
        "li",
        tag("a", shot.scene.title, href=f"#{shot.scene.id}"),
        tag(
            "div",
            _bar("was", shot.asked_micros, most, otherwise="refused by the API"),
            _bar("is", None if shot.answer.refusal else shot.billed_micros, most, otherwise=refused),
        ),
    )


def _bar(name: str, micros: int | None, most: int, *, otherwise: str) -> Html:
    if micros is None:
        return tag("p", tag("span", otherwise, class_="quiet"), class_=f"bar {name}")
    width = f"--share: {micros * PERCENT / most:.2f}"
    return tag("p", tag("i", style=width), tag("span", dollars(micros)), class_=f"bar {name}")


# -- the rules


def _policy() -> Html:
    rules = POLICY.read_text(encoding="utf-8")
    return tag(
        "section",
        tag("h2", "The rules"),
        tag("p", "All of the above was decided by these lines, without a network, a clock or a server of our own."),
        tag("details", tag("summary", join("The policy, ", tag("code", POLICY.name))), tag("pre", rules)),
        class_="rules",
    )
