"""Models as they are on one day at one provider, resolved from dated facts.

A fact has a period ([from, until), in UTC), a confidence and a source. Facts lie in layers: the user's overlay first,
then the provider's own, then those of the model or provider that it is like. On a given day the first fact of a kind
that holds is taken; where none holds, the model lacks the thing: what is not known is not offered, nor priced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from .errors import ConfigError, did_you_mean
from .sizes import PresetSizes, Size, SizeRule

Confidence = Literal["confirmed", "likely", "estimated"]
Transparency = Literal["no", "preview", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """When a model came, when its end was announced, when it ends, and what its maker names instead."""

    released: date | None = None
    notice: date | None = None
    shutdown: date | None = None
    replacement: tuple[str, ...] = ()
    confidence: Confidence = "estimated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Pico-dollars per token: $1 per million tokens is 1,000,000. None is not published; 0 is not billed.

    `per_image_micros` is what is published for an image of a quality and size, in micro-dollars, rounded.
    """

    text_input: int
    image_input: int
    image_output: int
    text_output: int = 0
    cached_text_input: int | None = None
    cached_image_input: int | None = None
    batch_percent: int | None = None
    per_image_micros: tuple[tuple[str, Size, int], ...] = ()
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTokens:
    """Output tokens that are published per quality and size (FACTS 5.1)."""

    rows: tuple[tuple[str, Size, int], ...]
    per_partial_image: int
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaTokens:
    """Output tokens that follow from the canvas and a number per quality (FACTS 5.2), the ceiling with a margin."""

    q: tuple[tuple[str, int], ...]
    margin_percent: int = 0
    per_partial_image: int
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTokens:
    """Tokens of one input image (FACTS 5.5): the formula, the most it can be, and what to expect of an unknown one."""

    formula: Literal["tile512", "patch32"]
    most: int
    assumed: Size
    high_fidelity_square: int = 0
    high_fidelity_other: int = 0
    high_fidelity_always: bool = False
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTokens:
    """Text tokens beside those of the prompt: expected and most, per call and per input image (FACTS 5.4)."""

    overhead: int
    most: int
    most_per_image: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOutput:
    """Text tokens that a model writes and bills per image."""

    expected: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Auto:
    """What `auto` is expected to become; None is not known."""

    size: Size | None = None
    quality: str | None = None


NO_SIZES = PresetSizes(presets=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as it is on one day at one provider; whatever is not known is absent."""

    id: str
    base: str  # itself, or the model that a snapshot pins or a deployment runs
    provider: str
    generation: str
    lifecycle: Lifecycle = Lifecycle()
    operations: frozenset[str] = frozenset()
    transparency: Transparency = "no"
    transparency_note: str | None = None
    mask: bool = False
    markup: bool = False
    max_images: int = 0
    max_n: int = 1
    sizes: SizeRule = NO_SIZES
    qualities: tuple[str, ...] = ()  # its own scale, lowest first, without `auto`
    formats: tuple[str, ...] = ()
    fidelity: tuple[str, ...] = ()  # empty: `input_fidelity` has to be left out
    fidelity_always_high: bool = False
    complexity: tuple[str, ...] = ()
    max_partial_images: int = 0
    moderation: tuple[str, ...] = ()
    price: Price | None = None
    output_tokens: TableTokens | FormulaTokens | None = None
    image_tokens: ImageTokens | None = None
    text_tokens: TextTokens | None = None
    text_output: TextOutput | None = None
    auto: Auto = Auto()
    latency_s: int | None = None  # of a slow call; a shorter time-out will cut some off

    @property
    def confidence(self) -> Confidence | None:
        """How sure its quotes are: as sure as the price, unless its output tokens are only estimated."""
        if self.price is None or self.output_tokens is None:
            return None
        return "estimated" if self.output_tokens.confidence == "estimated" else self.price.confidence

    def alive(self, on: date) -> bool:
        """Whether it can be called: from its release until the day before its shutdown."""
        released, shutdown = self.lifecycle.released, self.lifecycle.shutdown
        return (released is None or released <= on) and (shutdown is None or on < shutdown)

    def __hash__(self) -> int:
        # Prices are memoised per model; hashing every field each time would cost more than the price.
        return hash(self.id)


Models: TypeAlias = Mapping[str, Model]
"""The models of a provider on one day by every name they go by: ids, snapshots, deployments."""


# --- dated facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Fields of `Model` that hold in a period, [since, until) in UTC; None is without end."""

    gives: Mapping[str, Any]
    since: date | None = None
    until: date | None = None
    confidence: Confidence
    source: tuple[str, ...]

    def holds(self, day: date) -> bool:
        """Whether the day is in the period."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of a model at a provider: per kind of fact its layers, the uppermost first."""

    generation: str
    snapshots: tuple[str, ...] = ()
    facts: Mapping[str, tuple[tuple[Fact, ...], ...]]

    def on(self, day: date) -> dict[str, Any]:
        """The fields of `Model` that are known on a day."""
        holding = (
            next((fact for layer in layers for fact in layer if fact.holds(day)), None)
            for layers in self.facts.values()
        )
        return {name: value for fact in holding if fact for name, value in fact.gives.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The models of one provider, and other names that they are called by there."""

    models: Mapping[str, ModelFacts]
    deployments: Mapping[str, str]

    @property
    def own_names(self) -> Mapping[str, str]:
        """The models' ids and snapshots, each with the model that it stands for."""
        snapshots = {snapshot: base for base, model in self.models.items() for snapshot in model.snapshots}
        return {base: base for base in self.models} | snapshots

    @property
    def names(self) -> Mapping[str, str]:
        """The same with deployments: one may have the name of another model."""
        own = self.own_names
        return {**own, **{name: own[target] for name, target in self.deployments.items()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything known about models, by provider; `revision` is the hash of the meaning, not of the text."""

    providers: Mapping[str, Provider]
    revision: str

    def on(self, day: date, provider: str = "openai") -> Models:
        """The models of a provider as they are on a day, the dead and the unborn among them."""
        return _models(self, day, provider)

    def ids(self, provider: str = "openai") -> frozenset[str]:
        """Every name that a provider ever knew."""
        return frozenset(self.provider(provider).names)

    def provider(self, name: str) -> Provider:
        """What is known of a provider; raises `ConfigError` for one that is not in the catalogue."""
        if name not in self.providers:
            raise ConfigError(f"unknown provider `{name}`", hint=did_you_mean(name, self.providers))
        return self.providers[name]

    def __hash__(self) -> int:
        return hash(self.revision)


@lru_cache(maxsize=256)
def _models(catalog: Catalog, day: date, provider: str) -> Models:
    at = catalog.provider(provider)
    known = {base: model.on(day) for base, model in at.models.items()}
    return MappingProxyType(
        {
            name: Model(id=name, base=base, provider=provider, generation=at.models[base].generation, **known[base])
            for name, base in at.names.items()
        }
    )
