"""What a drawing costs: tokens and prices in, expected and ceiling in whole micro-dollars out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from .catalog import Confidence, Model
from .money import to_micros
from .sizes import Size
from .tokens import NOTHING, Tokens, drawn, read

What: TypeAlias = Literal["image output", "partial images", "text input", "image input", "text output"]


class QuoteLine(NamedTuple):
    """One line of a quote: what is billed, as expected and at most."""

    what: What
    tokens: int
    micros: int
    ceiling_tokens: int
    ceiling_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The price of one call before it is made, in micro-dollars; the lines sum exactly to both totals."""

    confidence: Confidence
    expected_micros: int
    ceiling_micros: int
    lines: tuple[QuoteLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is priced: a request as it is fitted to a model.

    `size` and `quality` are None for `auto`; an image is its size in pixels, or None if that is not known;
    `prompt_bytes` is the prompt's length in UTF-8.
    """

    size: Size | None = None
    quality: str | None = None
    n: int = 1
    partial_images: int = 0
    prompt_bytes: int = 0
    images: tuple[Size | None, ...] = ()
    mask: bool = False
    markup: bool = False
    input_fidelity: str | None = None
    output_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens that a call was billed for."""

    text_input: int = 0
    image_input: int = 0
    image_output: int = 0
    text_output: int = 0


# --- the quote


def quote(model: Model, drawing: Drawing) -> Quote | None:
    """Price a drawing; None where a price or a token rule is not known.

    The prompt is all that differs between most requests of an app, so the rest is remembered.
    """
    rest = _all_but_the_prompt(
        model,
        drawing.size,
        drawing.quality,
        drawing.n,
        drawing.partial_images,
        drawing.images,
        drawing.mask + drawing.markup,
        drawing.input_fidelity,
        drawing.output_format,
    )
    if rest is None:
        return None
    prompt = Tokens(drawing.prompt_bytes // BYTES_PER_TOKEN * drawing.n, drawing.prompt_bytes * drawing.n)
    text = _line(
        "text input", Tokens(prompt.expected + rest.text.expected, prompt.most + rest.text.most), rest.text_picos
    )
    return Quote(
        confidence=rest.confidence,
        expected_micros=rest.expected_micros + text.micros,
        ceiling_micros=rest.ceiling_micros + text.ceiling_micros,
        lines=(*rest.before, text, *rest.after),
    )


BYTES_PER_TOKEN = 4
"""What to expect: Latin text has about four bytes of UTF-8 to a token, Chinese about one character of three. A token is
never less than a byte, which makes the prompt's length its ceiling."""

UNPRICED_FORMATS = frozenset({"gif", "svg"})
"""Nobody has published how these are billed (FACTS 12)."""


class _Rest(NamedTuple):
    """A quote without its prompt; `text` is what is billed as text beside the prompt."""

    confidence: Confidence
    before: tuple[QuoteLine, ...]
    after: tuple[QuoteLine, ...]
    expected_micros: int
    ceiling_micros: int
    text: Tokens
    text_picos: int


@lru_cache(maxsize=4096)
def _all_but_the_prompt(  # noqa: PLR0917 - a cache takes positional arguments faster
    model: Model,
    size: Size | None,
    quality: str | None,
    n: int,
    partial_images: int,
    images: tuple[Size | None, ...],
    masks: int,
    input_fidelity: str | None,
    output_format: str | None,
) -> _Rest | None:
    price, text, confidence = model.price, model.text_tokens, model.confidence
    drawing, written = drawn(model, size, quality), _written(model)
    seen = read(model, images, masks, high=input_fidelity == "high")
    if price is None or text is None or confidence is None or output_format in UNPRICED_FORMATS:
        return None
    if drawing is None or seen is None or written is None:
        return None
    partial = drawing.per_partial_image * partial_images
    before = _present(
        _line(
            "image output", drawing.tokens.times(n), price.image_output, at_least=n * _published(model, size, quality)
        ),
        _line("partial images", Tokens(partial, partial).times(n), price.image_output),
    )
    after = _present(
        _line("image input", seen.times(n), price.image_input),
        _line("text output", written.times(n), price.text_output),
    )
    return _Rest(
        confidence=confidence,
        before=before,
        after=after,
        expected_micros=sum(line.micros for line in before + after),
        ceiling_micros=sum(line.ceiling_micros for line in before + after),
        text=Tokens(text.overhead, text.most + text.most_per_image * (len(images) + masks)).times(n),
        text_picos=price.text_input,
    )


def _written(model: Model) -> Tokens | None:
    """Text that a model writes for one image: billed only where text output has a price."""
    if model.price is None or model.price.text_output == 0:
        return NOTHING
    return Tokens(model.text_output.expected, model.text_output.most) if model.text_output else None


def _line(what: What, tokens: Tokens, picos_per_token: int, *, at_least: int = 0) -> QuoteLine:
    return QuoteLine(
        what=what,
        tokens=tokens.expected,
        micros=to_micros(tokens.expected, picos_per_token),
        ceiling_tokens=tokens.most,
        ceiling_micros=max(to_micros(tokens.most, picos_per_token), at_least),
    )


def _present(*lines: QuoteLine) -> tuple[QuoteLine, ...]:
    return tuple(line for line in lines if line.ceiling_tokens)


@lru_cache(maxsize=8192)
def output_micros(model: Model, size: Size | None, quality: str | None) -> int | None:
    """The most that drawing one image costs, in micro-dollars; None where that is not known."""
    by_tokens = _by_tokens(model, size, quality)
    return None if by_tokens is None else max(by_tokens, _published(model, size, quality))


def _by_tokens(model: Model, size: Size | None, quality: str | None) -> int | None:
    drawing = drawn(model, size, quality)
    return to_micros(drawing.tokens.most, model.price.image_output) if model.price and drawing else None


def _published(model: Model, size: Size | None, quality: str | None) -> int:
    """The published price of one image, where it is above that of the tokens by more than its rounding; else 0."""
    published = model.price.per_image_micros if model.price else ()
    return max(
        (
            micros
            for name, of, micros in published
            if quality in (None, name)
            and size in (None, of)
            and micros - (_by_tokens(model, of, name) or 0) > ROUNDED_BY
        ),
        default=0,
    )


ROUNDED_BY = 500
"""Prices per image are published in tenths of a cent: what is closer to them is the same (FACTS 11.4)."""


# --- the bill


def bill(model: Model, usage: Usage) -> int | None:
    """Price what a call used, in micro-dollars, each kind rounded up once as in a quote; None without a price.

    Cached input counts in full: its discount is for the Responses tool only (FACTS 4).
    """
    price = model.price
    if price is None:
        return None
    return (
        to_micros(usage.image_output, price.image_output)
        + to_micros(usage.text_input, price.text_input)
        + to_micros(usage.image_input, price.image_input)
        + to_micros(usage.text_output, price.text_output)
    )


def read_usage(usage: Mapping[str, object]) -> Usage | None:
    """Read the usage of an Images answer (FACTS 8); None if it has no totals.

    Details are often absent: what they do not call text counts as image tokens, which are dearer.
    """
    incoming, outgoing = _side(usage, "input_tokens"), _side(usage, "output_tokens")
    if incoming is None or outgoing is None:
        return None
    return Usage(
        text_input=incoming.text, image_input=incoming.image, image_output=outgoing.image, text_output=outgoing.text
    )


class _Side(NamedTuple):
    text: int
    image: int


def _side(usage: Mapping[str, object], name: str) -> _Side | None:
    total = _count(usage.get(name))
    details = usage.get(f"{name}_details")
    parts = details if isinstance(details, Mapping) else {}
    text, image = _count(parts.get("text_tokens")) or 0, _count(parts.get("image_tokens")) or 0
    return None if total is None else _Side(text, max(total - text, image))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
