"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..errors import ConfigError, PolicyError, RequestError, did_you_mean
from ..files import SHIPPED, holds_tests, load_catalog, load_policy, shipped_policies
from ..sizes import PresetSizes, Size, parse_size

if TYPE_CHECKING:
    from ..catalog import Catalog, Model
    from ..policy import Policy

On: TypeAlias = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day to answer for, as 2026-11-23; today in UTC if left out."),
]
ProviderName: TypeAlias = Annotated[str, typer.Option("--provider", metavar="NAME", help="Who serves the models.")]
CatalogFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--catalog", metavar="FILE", help="A file laid over the shipped catalogue; may be repeated."),
]
ModelName: TypeAlias = Annotated[str, typer.Option("--model", "-m", metavar="NAME", help="The model, or its snapshot.")]
RequestFiles: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", help="Files of OpenAI Images bodies, .json or .jsonl; stdin for `-` or none."),
]

Tags: TypeAlias = Annotated[
    list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag of every request; may be repeated.")
]
MoreLimits: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="YAML", help="A limit more, as in a policy: `{id: all, amount: 5, window: day}`."),
]

TEXT_OR_JSON = ("text", "json")
TextOrJson: TypeAlias = Annotated[str, typer.Option("--format", "-f", metavar="text|json", help="What is printed.")]
STREAMS = ("text", "json", "jsonl")
Streams: TypeAlias = Annotated[str, typer.Option("--format", "-f", metavar="text|json|jsonl", help="What is printed.")]


def pick(option: str, value: str, known: Iterable[str]) -> str:
    """Read one of a few words."""
    words = tuple(known)
    if value in words:
        return value
    raise ConfigError(f"`{option}` knows no `{value}`", hint=did_you_mean(value, words))


def read_day(text: str | None, option: str = "--on") -> date:
    """Read a day; without one, it is today in UTC."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"`{option}` is not a day: `{text}`", hint="write year, month and day, as 2026-11-23"
        ) from None


def read_count(option: str, text: str, *, lowest: int, highest: int) -> int:
    """Read a whole number within limits."""
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise ConfigError(f"`{option}` is not a number from {lowest} to {highest} here: `{text}`")
    return int(text)


def read_pairs(option: str, texts: Sequence[str] | None) -> Mapping[str, str]:
    """Read `KEY=VALUE`, once or more."""
    pairs = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise ConfigError(f"`{option}` takes a name and a value, not `{text}`", hint=f"try `{option} plan=free`")
        pairs[key] = value
    return pairs


def read_pixels(option: str, text: str) -> Size | None:
    """Read a size as a request may write it; None is `auto`."""
    try:
        return parse_size(text)
    except RequestError as error:
        raise ConfigError(f"`{option}`: {error.message}", hint=error.hint) from None


def open_catalog(overlays: Sequence[Path] | None = None, *, provider: str | None = None) -> Catalog:
    """The shipped catalogue with the user's files laid over it; refuses a provider that it does not know."""
    catalog = load_catalog(overlays or ())
    if provider is not None:
        catalog.provider(provider)
    return catalog


def open_policy(path: str, catalog: Catalog) -> Policy:
    """Read a policy; whoever names a shipped one without its prefix is told."""
    if path in shipped_policies() and not Path(path).exists():
        raise ConfigError(f"there is no file `{path}`", hint=f"did you mean `{SHIPPED}{path}`?")
    try:
        return load_policy(path, catalog)
    except PolicyError:
        if _holds_tests(path):
            raise ConfigError(f"`{path}` is a file of tests", hint=f"use `pixroute test {path}`") from None
        raise


def _holds_tests(path: str) -> bool:
    try:
        return holds_tests(path)
    except PolicyError:
        return False


def find_artist(catalog: Catalog, name: str, *, on: date, provider: str) -> Model:
    """A model whose sizes are known; the catalogue has none of those that are long gone."""
    model = find_model(catalog, name, on=on, provider=provider)
    if isinstance(model.sizes, PresetSizes) and not model.sizes.presets:
        why = not_alive(model, on) or f"which sizes `{name}` draws is not known"
        raise ConfigError(why, hint=f"`pixroute models --on {on}` lists those that there are")
    return model


def not_alive(model: Model, on: date) -> str | None:
    """Why nobody can use a model on a day; None where it is alive."""
    life = model.lifecycle
    if model.alive(on):
        return None
    if life.shutdown is not None and life.shutdown <= on:
        return f"`{model.id}` was shut down on {life.shutdown}"
    return f"`{model.id}` comes on {life.released}"


def find_model(catalog: Catalog, name: str, *, on: date, provider: str) -> Model:
    """A model as it is on a day at a provider."""
    models = catalog.on(on, provider)
    if name not in models:
        elsewhere = [other for other in catalog.providers if name in catalog.ids(other)]
        hint = f"try `--provider {elsewhere[0]}`" if elsewhere else did_you_mean(name, models)
        raise ConfigError(f"`{provider}` has no model `{name}`", hint=hint)
    return models[name]
