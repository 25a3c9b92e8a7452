"""`pixroute models`: which models there are, how long they live, what they can do and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ..price import output_micros
from ..sizes import FreeSizes, Size
from .exits import Exit
from .options import TEXT_OR_JSON, CatalogFiles, On, ProviderName, TextOrJson, open_catalog, pick, read_day
from .output import write_json

if TYPE_CHECKING:
    from ..catalog import Model, Price

SQUARE = Size(1024, 1024)


def models(
    *, on: On = None, provider: ProviderName = "openai", catalog: CatalogFiles = None, form: TextOrJson = "text"
) -> int:
    """List models: how long they live, what they do and cost."""
    pick("--format", form, TEXT_OR_JSON)
    known = open_catalog(catalog, provider=provider)
    day = read_day(on)
    everything = known.on(day, provider)
    names = [model for model in everything.values() if model.id == model.base]
    if form == "json":
        write_json([_record(model, _other_names(model, everything), on=day) for model in names])
        return Exit.FINE
    from .lineup import show  # noqa: PLC0415 -- a table needs rich

    show(names, on=day, provider=provider)
    return Exit.FINE


def status(model: Model, on: date) -> str:
    """Where a model is in its life."""
    life = model.lifecycle
    if life.released and on < life.released:
        return "to come"
    if life.shutdown and life.shutdown <= on:
        return "shut down"
    return "retiring" if life.notice and life.notice <= on else "alive"


def days_left(model: Model, on: date) -> int | None:
    """Days until a model is shut down, 0 if it is; None where no day is known."""
    shutdown = model.lifecycle.shutdown
    return max((shutdown - on).days, 0) if shutdown else None


def square_prices(model: Model) -> Mapping[str, int]:
    """What a square picture costs at most at each quality, in micro-dollars, its prompt aside."""
    priced = {quality: output_micros(model, SQUARE, quality) for quality in model.qualities}
    return {quality: micros for quality, micros in priced.items() if micros is not None}


def _other_names(model: Model, everything: Mapping[str, Model]) -> list[str]:
    return [name for name, other in everything.items() if other.base == model.id and name != model.id]


def _record(model: Model, names: list[str], *, on: date) -> dict[str, object]:
    life = model.lifecycle
    return {
        "model": model.id,
        "names": names,
        "provider": model.provider,
        "generation": model.generation,
        "status": status(model, on),
        "released": _iso(life.released),
        "notice": _iso(life.notice),
        "shutdown": _iso(life.shutdown),
        "days_left": days_left(model, on),
        "replacement": list(life.replacement),
        "operations": sorted(model.operations),
        "transparency": model.transparency,
        "mask": model.mask,
        "markup": model.markup,
        "max_images": model.max_images,
        "max_n": model.max_n,
        "max_partial_images": model.max_partial_images,
        "sizes": _sizes(model),
        "qualities": list(model.qualities),
        "formats": list(model.formats),
        "input_fidelity": list(model.fidelity),
        "latency_s": model.latency_s,
        "confidence": model.confidence,
        "usd_per_million_tokens": _price(model.price) if model.price else None,
        "square_micros": dict(square_prices(model)),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _sizes(model: Model) -> object:
    rule = model.sizes
    if not isinstance(rule, FreeSizes):
        return {"presets": list(map(str, rule.presets))}
    return {
        "multiple_of": rule.multiple_of,
        "max_edge": rule.max_edge,
        "min_pixels": rule.min_pixels,
        "max_pixels": rule.max_pixels,
        "max_ratio": rule.max_ratio,
        "experimental_above": rule.experimental_above,
    }


def _price(price: Price) -> dict[str, float]:
    """A pico-dollar a token is a millionth of a dollar for a million of them."""
    tokens = {
        "text_input": price.text_input,
        "image_input": price.image_input,
        "image_output": price.image_output,
        "text_output": price.text_output,
    }
    return {name: picos / 1_000_000 for name, picos in tokens.items()}
