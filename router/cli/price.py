"""`pixroute price`: what a picture costs, expected and at most, before it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, NamedTuple

import typer

from ..catalog import Model
from ..errors import ConfigError, did_you_mean
from ..money import usd
from ..price import Drawing, Quote, quote
from ..sizes import PresetSizes, Size, violations
from .exits import Exit
from .options import (
    TEXT_OR_JSON,
    CatalogFiles,
    ModelName,
    On,
    ProviderName,
    TextOrJson,
    find_artist,
    not_alive,
    open_catalog,
    pick,
    read_count,
    read_day,
    read_pixels,
)
from .output import write_json
from .talk import say_error, say_warning

COMMON = (Size(1024, 1024), Size(1536, 1024), Size(1024, 1536), Size(2048, 2048), Size(3840, 2160))
AUTO = "auto"


def price(
    *,
    model: ModelName,
    size: Annotated[str | None, typer.Option(metavar="SIZE", help="Common sizes if left out.")] = None,
    quality: Annotated[str | None, typer.Option(metavar="WORD", help="All that the model has if left out.")] = None,
    n: Annotated[str, typer.Option("--n", "-n", metavar="COUNT", help="How many pictures.")] = "1",
    prompt: Annotated[str, typer.Option(metavar="TEXT", help="The prompt; its tokens are a line of the bill.")] = "",
    images: Annotated[
        list[str] | None,
        typer.Option(metavar="SIZE", help="An input image's size, `auto` if unknown; may be repeated."),
    ] = None,
    partial_images: Annotated[
        str, typer.Option(metavar="COUNT", help="Pictures that are sent before one is done.")
    ] = "0",
    on: On = None,
    provider: ProviderName = "openai",
    catalog: CatalogFiles = None,
    form: TextOrJson = "text",
) -> int:
    """Price a picture before it is drawn.

    Shows what to expect, and the most that it can cost. With a size and a quality, every line of the bill; without one
    of them, a table. Ends with 1 where a price is not known.
    """
    pick("--format", form, TEXT_OR_JSON)
    known = open_catalog(catalog, provider=provider)
    day = read_day(on)
    artist = find_artist(known, model, on=day, provider=provider)
    order = Order(
        model=artist,
        n=read_count("--n", n, lowest=1, highest=artist.max_n),
        partial_images=read_count("--partial-images", partial_images, lowest=0, highest=artist.max_partial_images),
        prompt_bytes=len(prompt.encode("utf-8", "surrogateescape")),
        images=_read_images(artist, images or ()),
    )
    sizes = _sizes(artist, size)
    qualities = artist.qualities if quality is None else (_read_quality(artist, quality),)
    offers = [order.offer(each, word) for each in sizes for word in qualities]
    _write(offers, order, form=form, single=size is not None and quality is not None)
    return _talk(artist, offers, on=day)


class Offer(NamedTuple):
    """One size and quality, and what it costs; None where that is not known."""

    size: Size | None
    quality: str
    quote: Quote | None


class Order(NamedTuple):
    """What is priced, size and quality aside."""

    model: Model
    n: int
    partial_images: int
    prompt_bytes: int
    images: tuple[Size | None, ...]

    def offer(self, size: Size | None, quality: str) -> Offer:
        """Price it in one size and quality."""
        drawing = Drawing(
            size=size,
            quality=None if quality == AUTO else quality,
            n=self.n,
            partial_images=self.partial_images,
            prompt_bytes=self.prompt_bytes,
            images=self.images,
        )
        return Offer(size, quality, quote(self.model, drawing))


def _sizes(model: Model, text: str | None) -> Sequence[Size | None]:
    if text is None:
        return model.sizes.presets if isinstance(model.sizes, PresetSizes) else COMMON
    size = read_pixels("--size", text)
    broken = violations(size, model.sizes) if size else ()
    if broken:
        hint = f"`pixroute size {size} --model {model.id}` says what is drawn instead"
        raise ConfigError(f"{model.id} does not draw `{size}`: {'; '.join(broken)}", hint=hint)
    return (size,)


def _read_quality(model: Model, word: str) -> str:
    if word != AUTO and word not in model.qualities:
        raise ConfigError(f"{model.id} has no quality `{word}`", hint=did_you_mean(word, (*model.qualities, AUTO)))
    return word


def _read_images(model: Model, texts: Sequence[str]) -> tuple[Size | None, ...]:
    if len(texts) > model.max_images:
        raise ConfigError(f"{model.id} takes {model.max_images} input images at most, not {len(texts)}")
    return tuple(read_pixels("--images", text) for text in texts)


def _write(offers: Sequence[Offer], order: Order, *, form: str, single: bool) -> None:
    if form == "json":
        records = [_record(offer, order) for offer in offers]
        write_json(records[0] if single else records)
        return
    from .bills import show_bill, show_table  # noqa: PLC0415 -- a table needs rich

    if single:
        show_bill(offers[0], order)
    else:
        show_table(offers, order)


def _record(offer: Offer, order: Order) -> dict[str, object]:
    asked = {"model": order.model.id, "size": str(offer.size or AUTO), "quality": offer.quality, "n": order.n}
    return asked | (_quoted(offer.quote) if offer.quote else {"confidence": None, "lines": []})


def _quoted(quote: Quote) -> dict[str, object]:
    return {
        "confidence": quote.confidence,
        "expected_usd": usd(quote.expected_micros),
        "ceiling_usd": usd(quote.ceiling_micros),
        "expected_micros": quote.expected_micros,
        "ceiling_micros": quote.ceiling_micros,
        "lines": [
            {
                "what": line.what,
                "tokens": line.tokens,
                "micros": line.micros,
                "ceiling_tokens": line.ceiling_tokens,
                "ceiling_micros": line.ceiling_micros,
            }
            for line in quote.lines
        ],
    }


def _talk(model: Model, offers: Sequence[Offer], *, on: date) -> int:
    for warning in _warnings(model, on):
        say_warning(warning)
    if offers and all(offer.quote for offer in offers):
        return Exit.FINE
    say_error(f"what {model.id} costs is not known on {on}")
    return Exit.FINDINGS


def _warnings(model: Model, on: date) -> Iterator[str]:
    if why := not_alive(model, on):
        yield why
    if model.confidence == "estimated":
        yield f"the prices of {model.id} are estimated; a policy counts on them only where it says so"
