"""A catalogue's document: what may stand in it, and how its text becomes facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from .catalog import (
    Auto,
    Fact,
    FormulaTokens,
    ImageTokens,
    Lifecycle,
    Price,
    TableTokens,
    TextOutput,
    TextTokens,
)
from .errors import CatalogError, Place
from .facts import COMPLEXITIES, FIDELITIES, FORMATS, MODERATIONS, QUALITIES
from .grammar import (
    USD,
    ByKey,
    ByKind,
    Day,
    Flag,
    Found,
    Key,
    ListOf,
    MapOf,
    Named,
    Only,
    Record,
    Schema,
    Shape,
    Text,
    Then,
    Units,
    Whole,
    Word,
    json_schema,
    mistake,
    needed,
    one_or_more,
    optional,
    read_document,
)
from .sizes import FreeSizes, PresetSizes, Size
from .source import MapNode, Node, entries_of, read_source

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """What a document says of one model; `like` is the one that it takes the rest from."""

    generation: str | None = None
    like: str | None = None
    snapshots: tuple[str, ...] = ()
    facts: Mapping[str, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogDocument:
    """What one file says of one provider; `extends` is the provider that a new one takes its models from."""

    provider: str
    extends: str | None = None
    models: Mapping[str, ModelPart]
    deployments: Mapping[str, str]
    node: MapNode

    def place(self, *path: str) -> Place:
        """Where a key stands."""
        at, node = self.node.at, cast("Node", self.node)
        for key in path:
            entry = next(entry for entry in entries_of(node) if entry.key == key)
            at, node = entry.at, entry.node
        return at


def read_catalog_document(text: str | bytes, path: str) -> CatalogDocument:
    """Read one file of a catalogue, or raise a `CatalogError` with every mistake in it; `path` is only for places."""
    return read_document(DOCUMENT, read_source(text, path, CatalogError), CatalogError)


def catalog_schema() -> Schema:
    """The JSON Schema of a catalogue's document."""
    about = "Dated facts about the models of a provider."
    return json_schema(DOCUMENT, title="a pixroute catalogue", description=about, named=NAMED.values())


# --- values


NAME = Text("a name", pattern=r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
SIZE_NAME = Text("a size like `1024x1024`", pattern="[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")
SIZE: Shape[Size] = Then(SIZE_NAME, lambda text, _: _size(text))
QUALITY = Word("a quality", QUALITIES)
PER_MILLION = Units("an amount of dollars per million tokens", 6)
"""A millionth of a dollar per million tokens is a pico-dollar per token, the unit of `Price`."""


def _size(text: str) -> Size:
    return Size(*map(int, text.split("x")))


def _by_quality_and_size(value: Shape[int]) -> Shape[tuple[tuple[str, Size, int], ...]]:
    table = MapOf(Text("a quality", known=QUALITIES), MapOf(SIZE_NAME, value))
    return Then(table, lambda rows, _: tuple(_rows(rows)))


def _rows(table: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, Size, int]]:
    return ((quality, _size(size), value) for quality, row in table.items() for size, value in row.items())


def _words(wants: str, words: tuple[str, ...]) -> Shape[tuple[str, ...]]:
    return ListOf(Word(wants, words), fewest=0)


# --- facts


Values: TypeAlias = Mapping[str, Any]
"""What stands under the keys of a fact."""


class Dated(NamedTuple):
    """A fact and where it stands."""

    fact: Fact
    at: Place


ABOUT: Mapping[str, Key] = {
    "from": optional(Day(), "the first day, in UTC; always, if there is none"),
    "until": optional(Day(), "the day after the last, in UTC; for good, if there is none"),
    "confidence": needed(
        Word("a confidence", ("confirmed", "likely", "estimated")), "by a primary source, by others, or a guess"
    ),
    "source": needed(one_or_more(Text("a source")), "who says so"),
}


def _fact(gives: Callable[[Values], Values], keys: Mapping[str, Key]) -> Record[Dated]:
    """A fact with keys of its own; `gives` makes fields of `Model` of them."""
    return Record(lambda found: _dated(found, gives(found.values)), {**keys, **ABOUT}, wants="a fact")


def _dated(found: Found, gives: Values) -> Dated:
    since, until = found.values.get("from"), found.values.get("until")
    if since is not None and until is not None and until <= since:
        raise mistake(found.place("until"), f"`until` is not after `from`: `{until}`")
    for less in ("overhead", "expected"):
        if less in found.values and found.values[less] > found.values["most"]:
            raise mistake(found.place("most"), f"`most` is less than `{less}`: {found.values['most']}")
    said = {name: found.values[name] for name in ("confidence", "source")}
    return Dated(Fact(gives=gives, since=since, until=until, **said), found.at)


def _periods(fact: Shape[Dated]) -> Shape[tuple[Fact, ...]]:
    """One fact, or a list of them whose periods do not overlap."""
    alone: Shape[tuple[Dated, ...]] = Then(fact, lambda dated, _: (dated,))
    several: Shape[tuple[Dated, ...]] = ByKind(map=alone, list=ListOf(fact, repeats=True))
    return Then(several, lambda all_dated, _: _apart(all_dated))


def _apart(several: tuple[Dated, ...]) -> tuple[Fact, ...]:
    for (one, before), (other, at) in combinations(several, 2):
        if _start(other) < _end(one) and _start(one) < _end(other):
            raise mistake(at, f"overlaps the fact in line {before.line}", "give that one an `until`, and this a `from`")
    return tuple(fact for fact, _ in several)


def _start(fact: Fact) -> date:
    return fact.since or date.min


def _end(fact: Fact) -> date:
    return fact.until or date.max


def _made(kind: Callable[..., T], values: Values) -> T:
    """A value made of those keys of a fact that it has a field for."""
    return kind(**{field.name: values[field.name] for field in fields(kind) if field.name in values})  # type: ignore[arg-type]  # all are dataclasses


def _price(values: Values) -> Values:
    return {"price": _made(Price, {**values, "per_image_micros": values.get("per_image_usd", ())})}


def _table(values: Values) -> Values:
    return {"output_tokens": _made(TableTokens, {**values, "rows": values["table"]})}


def _formula(values: Values) -> Values:
    return {"output_tokens": _made(FormulaTokens, {**values, "q": tuple(values["q"].items())})}


PER_PARTIAL_IMAGE = needed(Whole(0), "output tokens of each partial image")

KINDS: Mapping[str, Shape[Dated]] = {
    "lifecycle": _fact(
        lambda values: {"lifecycle": _made(Lifecycle, values)},
        {
            "released": optional(Day()),
            "notice": optional(Day(), "when its shutdown was announced"),
            "shutdown": optional(Day(), "the first day on which it is gone"),
            "replacement": optional(ListOf(NAME), "what its maker names instead"),
        },
    ),
    "operations": _fact(
        lambda values: {"operations": frozenset(values["values"])},
        {"values": needed(_words("an operation", ("generate", "edit")))},
    ),
    "transparency": _fact(
        lambda values: {"transparency": values["support"], "transparency_note": values.get("note")},
        {"support": needed(Word("`no`, `preview` or `yes`", ("no", "preview", "yes"))), "note": optional(Text())},
    ),
    "sizes": ByKey(
        {
            "presets": _fact(
                lambda values: {"sizes": PresetSizes(presets=values["presets"])},
                {"presets": needed(ListOf(SIZE), "the only sizes that it draws")},
            ),
            "free": _fact(
                lambda values: {"sizes": values["free"]},
                {
                    "free": needed(
                        Record(
                            lambda found: FreeSizes(**found.values),
                            {field.name: needed(Whole(1)) for field in fields(FreeSizes)},
                        ),
                        "limits in pixels; any size within them can be drawn",
                    )
                },
            ),
        }
    ),
    "qualities": _fact(
        lambda values: {"qualities": values["values"]},
        {"values": needed(_words("a quality", QUALITIES), "its own scale, lowest first, without `auto`")},
    ),
    "count": _fact(lambda values: {"max_n": values["max_n"]}, {"max_n": needed(Whole(1), "images per call")}),
    "formats": _fact(
        lambda values: {"formats": values["values"]}, {"values": needed(_words("an output format", FORMATS))}
    ),
    "edit": _fact(
        lambda values: {name: values[name] for name in ("max_images", "mask", "markup")},
        {"max_images": needed(Whole(0)), "mask": needed(Flag()), "markup": needed(Flag())},
    ),
    "fidelity": _fact(
        lambda values: {"fidelity": values["values"], "fidelity_always_high": values.get("always_high", False)},
        {
            "values": needed(_words("a fidelity", FIDELITIES), "none if `input_fidelity` has to be left out"),
            "always_high": optional(Flag(), "whether it reads every image at high fidelity"),
        },
    ),
    "complexity": _fact(
        lambda values: {"complexity": values["values"]}, {"values": needed(_words("a complexity", COMPLEXITIES))}
    ),
    "streaming": _fact(
        lambda values: {"max_partial_images": values["max_partial_images"]}, {"max_partial_images": needed(Whole(0))}
    ),
    "moderation": _fact(
        lambda values: {"moderation": values["values"]}, {"values": needed(_words("a moderation", MODERATIONS))}
    ),
    "price": _fact(
        _price,
        {
            "text_input": needed(PER_MILLION, "dollars per million tokens, as all of these"),
            "image_input": needed(PER_MILLION),
            "image_output": needed(PER_MILLION),
            "text_output": optional(PER_MILLION, "not billed, if there is none"),
            "cached_text_input": optional(PER_MILLION),
            "cached_image_input": optional(PER_MILLION),
            "batch_percent": optional(Whole(0, 100), "what a batch costs, in percent"),
            "per_image_usd": optional(_by_quality_and_size(USD), "dollars per image, as published"),
        },
    ),
    "output_tokens": ByKey(
        {
            "table": _fact(
                _table,
                {
                    "table": needed(_by_quality_and_size(Whole(1)), "tokens of one image"),
                    "per_partial_image": PER_PARTIAL_IMAGE,
                },
            ),
            "q": _fact(
                _formula,
                {
                    "q": needed(
                        MapOf(Text("a quality", known=QUALITIES), Whole(1)), "the formula's number per quality"
                    ),
                    "margin_percent": optional(Whole(0, 100), "what the ceiling adds to the formula"),
                    "per_partial_image": PER_PARTIAL_IMAGE,
                },
            ),
        }
    ),
    "image_tokens": _fact(
        lambda values: {"image_tokens": _made(ImageTokens, values)},
        {
            "formula": needed(Word("a formula", ("tile512", "patch32"))),
            "most": needed(Whole(0), "the most tokens that one image takes"),
            "assumed": needed(SIZE, "what to expect of an image whose size is not known"),
            "high_fidelity_square": optional(Whole(0), "more tokens, of a square image at high fidelity"),
            "high_fidelity_other": optional(Whole(0), "the same, of any other image"),
            "high_fidelity_always": optional(Flag()),
        },
    ),
    "text_tokens": _fact(
        lambda values: {"text_tokens": _made(TextTokens, values)},
        {
            "overhead": needed(Whole(0), "tokens beside those of the prompt, as expected"),
            "most": needed(Whole(0), "the same, at most"),
            "most_per_image": optional(Whole(0), "what each input image may add to that"),
        },
    ),
    "text_output": _fact(
        lambda values: {"text_output": _made(TextOutput, values)},
        {"expected": needed(Whole(0), "tokens per image"), "most": needed(Whole(0))},
    ),
    "auto": _fact(
        lambda values: {"auto": _made(Auto, values)},
        {"size": optional(SIZE, "what `auto` is expected to become"), "quality": optional(QUALITY)},
    ),
    "latency": _fact(
        lambda values: {"latency_s": values["slow_s"]}, {"slow_s": needed(Whole(1), "seconds that a slow call takes")}
    ),
}


# --- the document


NAMED = {kind: Named(kind, partial(KINDS.__getitem__, kind)) for kind in KINDS}


def _model(found: Found) -> ModelPart:
    facts = {kind: facts for kind, facts in found.values.items() if kind in KINDS}
    return ModelPart(**{key: value for key, value in found.values.items() if key not in KINDS}, facts=facts)


MODEL = Record(
    _model,
    {
        "generation": optional(Text("a generation"), "models of a generation share a scale of qualities"),
        "like": optional(NAME, "the model of this provider that it takes the rest from"),
        "snapshots": optional(ListOf(NAME), "the ids that pin it"),
        **{kind: optional(_periods(fact)) for kind, fact in NAMED.items()},
    },
    wants="facts about a model",
)

DOCUMENT = Record(
    lambda found: CatalogDocument(
        provider=found.values["provider"],
        extends=found.values.get("extends"),
        models=found.values.get("models", {}),
        deployments=found.values.get("deployments", {}),
        node=found.node,
    ),
    {
        "pixroute-catalog": needed(Only(1)),
        "provider": needed(NAME),
        "extends": optional(NAME, "the provider that a new one takes the models that it lists from"),
        "models": optional(MapOf(NAME, MODEL)),
        "deployments": optional(MapOf(Text("a name", pattern=r"\S+"), NAME), "other names, and the model behind each"),
    },
    wants="a catalogue",
)
