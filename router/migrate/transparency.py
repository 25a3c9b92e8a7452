"""Who draws a transparent background, since when and until when: read off the catalogue, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise, zip_longest
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..adjust import ALPHA_FORMATS
from ..price import output_micros
from ..sizes import Size
from .today import going

if TYPE_CHECKING:
    from ..catalog import Catalog, Confidence, Fact, Model, ModelFacts

Draws: TypeAlias = Literal["full", "preview", "no", "to come", "gone"]
"""What a model does about transparency; one that is not alive draws nothing."""

ABLE: Final = ("full", "preview")
SUPPORT: Final[Mapping[str, Draws]] = {"yes": "full", "preview": "preview", "no": "no"}
SQUARE: Final = Size(1024, 1024)
QUALITY: Final = "medium"
"""What the price is of: one picture of that size and quality, its prompt aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which nothing changes, [since, until); `until` is None where no end is known.

    `confidence` and `source` are those of the fact about transparency, or about the model's life where it has none.
    `micros` is the price of a picture, `formats` those that hold transparency.
    """

    since: date
    until: date | None
    draws: Draws
    note: str | None = None
    confidence: Confidence | None = None
    source: tuple[str, ...] = ()
    micros: int | None = None
    is_estimate: bool = False
    formats: tuple[str, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A model at a provider, and what it draws when."""

    provider: str
    model: str
    spans: tuple[Span, ...]

    def on(self, day: date) -> Span | None:
        """The span of a day; None outside of what was asked for."""
        return next((span for span in self.spans if span.holds(day)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What changes on a day."""

    day: date
    provider: str
    model: str
    before: Draws
    after: Draws
    note: str | None = None
    confidence: Confidence | None = None

    @property
    def words(self) -> str:
        """The change in words."""
        if self.before == self.after:
            return f"still {WORDS[self.after]}{f', but {self.note}' if self.note else ''}"
        if self.after == "gone":
            lost: Mapping[Draws, str] = {"full": "it drew transparency", "preview": "it drew transparency as a preview"}
            return f"shut down{f': {lost[self.before]}' if self.before in lost else ''}"
        came = "released: " if self.before == "to come" else ""
        return f"{came}{WORDS[self.after]}"


WORDS: Final[Mapping[Draws, str]] = {
    "full": "draws transparency",
    "preview": "draws transparency as a preview",
    "no": "does not draw transparency",
    "to come": "is to come",
    "gone": "shut down",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A model that draws transparency on a day; `ends` is its last day's next, where one is known."""

    model: str
    draws: Draws
    ends: date | None
    soon: bool
    note: str | None
    micros: int | None
    is_estimate: bool
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Who to use on a day, the first first; who is about to end; and who only has a preview."""

    provider: str
    use: tuple[Pick, ...]
    ending: tuple[Pick, ...]
    preview: tuple[Pick, ...]


# -- over time


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days that are told, both included; None is from the first that anything is known of, or without end."""

    since: date | None = None
    until: date | None = None


ALL_DAYS: Final = Window()


def rows(catalog: Catalog, provider: str, window: Window = ALL_DAYS) -> tuple[Row, ...]:
    """Every model of a provider, in the catalogue's order."""
    known = catalog.provider(provider).models
    days = [day for facts in known.values() for day in _changes(facts)]
    first = window.since or min(days, default=date.max) - timedelta(days=1)
    return tuple(
        Row(provider=provider, model=model, spans=tuple(_merged(_spans(catalog, (provider, model), first, window))))
        for model in known
    )


def _changes(facts: ModelFacts) -> Iterator[date]:
    """The days on which anything may change that a row tells."""
    for kind in ("lifecycle", "transparency", "price", "output_tokens", "formats"):
        for fact in (fact for layer in facts.facts.get(kind, ()) for fact in layer):
            life = fact.gives.get("lifecycle")
            days = (fact.since, fact.until, life.released if life else None, life.shutdown if life else None)
            yield from (day for day in days if day is not None)


def _spans(catalog: Catalog, at: tuple[str, str], first: date, window: Window) -> Iterator[Span]:  # noqa: PLR0917
    """What is known of a model between any two days on which something may change."""
    provider, model = at
    facts = catalog.provider(provider).models[model]
    days = sorted({first, *(day for day in _changes(facts) if day > first)})
    days = [day for day in days if window.until is None or day <= window.until]
    end = None if window.until is None else window.until + timedelta(days=1)
    for day, until in zip_longest(days, days[1:], fillvalue=end):
        if day is not None:
            yield _span(catalog.on(day, provider)[model], facts, (day, until))


def _span(model: Model, facts: ModelFacts, days: tuple[date, date | None]) -> Span:
    since, until = days
    life = model.lifecycle
    if not model.alive(since):
        fact = _fact(facts, "lifecycle", since)
        return Span(
            since=since,
            until=until,
            draws="gone" if life.shutdown is not None and life.shutdown <= since else "to come",
            confidence=fact.confidence if fact else None,
            source=fact.source if fact else (),
        )
    fact = _fact(facts, "transparency", since)
    return Span(
        since=since,
        until=until,
        draws=SUPPORT[model.transparency],
        note=model.transparency_note,
        confidence=fact.confidence if fact else None,
        source=fact.source if fact else (),
        micros=output_micros(model, SQUARE, QUALITY),
        is_estimate=model.confidence == "estimated",
        formats=tuple(each for each in ALPHA_FORMATS if each in model.formats),
    )


def _fact(facts: ModelFacts, kind: str, day: date) -> Fact | None:
    return next((fact for layer in facts.facts.get(kind, ()) for fact in layer if fact.holds(day)), None)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that say the same are one."""
    for _, same in groupby(spans, key=lambda span: replace(span, since=date.min, until=None)):
        alike = list(same)
        yield replace(alike[0], until=alike[-1].until)


def events(found: Iterable[Row]) -> tuple[Event, ...]:
    """What changes on which day, in order; changes of price alone are none."""
    return tuple(sorted(_events(found), key=lambda event: (event.day, event.provider, event.model)))


def _events(found: Iterable[Row]) -> Iterator[Event]:
    for row in found:
        for before, after in pairwise(row.spans):
            if (before.draws, before.note, before.confidence) != (after.draws, after.note, after.confidence):
                yield Event(
                    day=after.since,
                    provider=row.provider,
                    model=row.model,
                    before=before.draws,
                    after=after.draws,
                    note=after.note,
                    confidence=after.confidence,
                )


# -- on a day


def advice(catalog: Catalog, provider: str, on: date) -> Advice:
    """Who draws transparency on a day: first whose price is sure, then who is cheaper."""
    models = catalog.on(on, provider)
    able = [models[name] for name in catalog.provider(provider).models]
    picks = sorted((_pick(model, on) for model in able if _is_able(model, on)), key=_rank)
    full = [pick for pick in picks if pick.draws == "full"]
    return Advice(
        provider=provider,
        use=tuple(pick for pick in full if not pick.soon),
        ending=tuple(pick for pick in full if pick.soon),
        preview=tuple(pick for pick in picks if pick.draws == "preview"),
    )


def _is_able(model: Model, on: date) -> bool:
    return model.alive(on) and SUPPORT[model.transparency] in ABLE and model.price is not None


def _pick(model: Model, on: date) -> Pick:
    return Pick(
        model=model.id,
        draws=SUPPORT[model.transparency],
        ends=model.lifecycle.shutdown,
        soon=going(model, on) is not None,
        note=model.transparency_note,
        micros=output_micros(model, SQUARE, QUALITY),
        is_estimate=model.confidence == "estimated",
        formats=tuple(each for each in ALPHA_FORMATS if each in model.formats),
    )


def _rank(pick: Pick) -> tuple[bool, bool, int, str]:
    return pick.is_estimate, pick.micros is None, pick.micros or 0, pick.model
