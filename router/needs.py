"""What a request needs: the facts that rules may read, each with where it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from .facts import FACTS, LIMIT_PREFIX, LIMIT_SUFFIX, TAG_PREFIX, Kind
from .money import usd
from .text import HEAVY, read_text

if TYPE_CHECKING:
    from datetime import date

    from .request import ImageRequest

Source: TypeAlias = Literal["given", "asked", "default", "derived", "input", "not given"]
NO_MONEY: Mapping[str, int] = {}


class TextFacts(NamedTuple):
    """What the prompt says of legible text, after the caller's own word."""

    heavy: bool
    score: int
    quoted_chars: int
    scripts: frozenset[str]
    reasons: tuple[str, ...]


class Facts:
    """The facts of one request on one day; attributes are the names of `facts.FACTS`, with `_` for dots.

    Sizes are in pixels, money in micro-dollars; None is absent or unknown, as the fact's `gap` says. Nothing an
    adjustment does later changes a fact. Text is read from the prompt when it is first wanted, once.
    """

    __slots__ = (
        "_text",
        "asked_model",
        "background",
        "budget_left_usd",
        "date",
        "height",
        "images",
        "input_fidelity",
        "left",
        "longest_edge",
        "mask",
        "max_cost_usd",
        "moderation",
        "n",
        "operation",
        "orientation",
        "output_format",
        "partial_images",
        "pixels",
        "prompt_chars",
        "provider",
        "quality",
        "request",
        "size_known",
        "stream",
        "tags",
        "transparent",
        "width",
    )

    def __init__(
        self,
        request: ImageRequest,
        *,
        on: date,
        provider: str,
        asked_model: tuple[str, ...] = (),
        max_cost_micros: int | None = None,
    ) -> None:
        self.request = request
        self.date = on
        self.provider = provider
        self.asked_model = asked_model
        self.left = NO_MONEY
        self.budget_left_usd: int | None = None
        self.max_cost_usd = max_cost_micros
        self.operation = request.operation
        self.quality = request.quality
        self.background = request.background
        self.output_format = request.output_format
        self.moderation = request.moderation
        self.input_fidelity = request.input_fidelity
        self.n = request.n
        self.stream = request.stream
        self.partial_images = request.partial_images
        self.images = len(request.images)
        self.mask = request.mask
        self.tags = request.tags
        self.prompt_chars = len(request.prompt)
        needed = request.needs.get("transparent") if request.needs else None
        self.transparent = request.background == "transparent" if needed is None else bool(needed)
        self._text: TextFacts | None = None
        self.width: int | None = None
        self.height: int | None = None
        self.pixels: int | None = None
        self.longest_edge: int | None = None
        self.orientation: str | None = None
        self._read_size()

    def with_money(self, left: Mapping[str, int]) -> Facts:
        """The same facts, with what each limit that applies has left, in micro-dollars."""
        facts = Facts(
            self.request,
            on=self.date,
            provider=self.provider,
            asked_model=self.asked_model,
            max_cost_micros=self.max_cost_usd,
        )
        facts._text = self._text
        facts.left = left
        facts.budget_left_usd = min(left.values())
        return facts

    def _read_size(self) -> None:
        size = self.request.size
        self.size_known = size is not None
        if size is None:
            return
        width, height = size
        self.width = width
        self.height = height
        self.pixels = width * height
        self.longest_edge = max(width, height)
        self.orientation = "square" if width == height else "landscape" if width > height else "portrait"

    @property
    def aspect(self) -> Fraction | None:
        """The asked width over the asked height, exact."""
        size = self.request.size
        return None if size is None else Fraction(size.width, size.height)

    @property
    def text(self) -> TextFacts:
        """What the prompt says of legible text; what the caller gave stands above it."""
        if self._text is None:
            self._text = _read_text_facts(self.request)
        return self._text

    @property
    def text_heavy(self) -> bool:
        """Whether legible text is wanted in the picture."""
        return self.text.heavy

    @property
    def text_score(self) -> int:
        """How much legible text is asked, 0 to 100."""
        return self.text.score

    @property
    def text_quoted_chars(self) -> int:
        """Characters of quoted text to be drawn."""
        return self.text.quoted_chars

    @property
    def text_scripts(self) -> frozenset[str]:
        """Scripts of the text to be drawn."""
        return self.text.scripts

    def value(self, name: str) -> object:
        """One fact by its name in a policy."""
        if name.startswith(TAG_PREFIX):
            return self.tags.get(name.removeprefix(TAG_PREFIX))
        if name.startswith(LIMIT_PREFIX):
            return self.left.get(name.removeprefix(LIMIT_PREFIX).removesuffix(LIMIT_SUFFIX))
        return getattr(self, FACTS[name].slot)

    def to_dict(self) -> dict[str, object]:
        """Every fact as JSON shows it: unknown and absent are null, money is a decimal string."""
        rows = {name: show(fact.kind, self.value(name)) for name, fact in FACTS.items()}
        rows["asked_model"] = self.asked_model[0] if self.asked_model else None
        rows |= {f"{TAG_PREFIX}{tag}": value for tag, value in sorted(self.tags.items())}
        limits = {f"{LIMIT_PREFIX}{limit}{LIMIT_SUFFIX}": usd(left) for limit, left in sorted(self.left.items())}
        return rows | limits

    def why(self) -> dict[str, object]:
        """Where each fact came from; for text, the reasons too."""
        rows: dict[str, object] = {name: self._source(name) for name in FACTS}
        rows |= {f"{TAG_PREFIX}{tag}": "given" for tag in sorted(self.tags)}
        rows["text"] = list(self.text.reasons)
        return rows

    def _source(self, name: str) -> Source:
        request = self.request
        if name in request.needs or (name == "max_cost_usd" and self.max_cost_usd is not None):
            return "given"
        if name in INPUT_FACTS:
            return "input" if self.value(name) is not None else "not given"
        param = PARAMETER_OF.get(name, name)
        if any(note.code == "DEFAULT" and note.field == param for note in request.notes):
            return "default"
        if request.body.get(param) is not None:
            return "asked"
        return "derived"


INPUT_FACTS = frozenset({"date", "provider", "budget_left_usd", "max_cost_usd"})
PARAMETER_OF: Mapping[str, str] = {
    "asked_model": "model",
    "transparent": "background",
    "images": "image",
} | dict.fromkeys(("size_known", "width", "height", "pixels", "longest_edge", "aspect", "orientation"), "size")


def show(kind: Kind, value: object) -> object:
    """A fact's value as JSON has it."""
    if value is None or isinstance(value, bool):
        return value
    if kind is Kind.MONEY and isinstance(value, int):
        return usd(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}:{value.denominator}"
    if isinstance(value, (frozenset, tuple)):
        return [show(kind, item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    return value if isinstance(value, (int, str)) else str(value)


def _read_text_facts(request: ImageRequest) -> TextFacts:
    reading = read_text(request.prompt, edit=request.operation == "edit")
    needs = request.needs
    if not needs:
        return TextFacts(reading.heavy, reading.score, reading.quoted_chars, reading.scripts, reading.reasons)
    score = int(needs.get("text.score", reading.score))  # type: ignore[arg-type]
    heavy = bool(needs.get("text_heavy", score >= HEAVY))
    quoted = int(needs.get("text.quoted_chars", reading.quoted_chars))  # type: ignore[arg-type]
    scripts = needs.get("text.scripts", reading.scripts)
    given = tuple(f"`{name}` was given by the caller" for name in needs if name.startswith("text"))
    return TextFacts(heavy, score, quoted, scripts, (*given, *reading.reasons))  # type: ignore[arg-type]


class Hint(NamedTuple):
    """Something only the prompt asks for: it is shown and never acted on."""

    fact: str
    words: str

    def to_dict(self) -> dict[str, str]:
        """The hint as the decision record shows it."""
        return {"fact": self.fact, "words": self.words}


TRANSPARENT_WORDS = re.compile(
    r"transparent(?:er|en)? (?:\w+ )?(?:background|backdrop|hintergrund)|(?:no|without a?|removed?) background|"
    r"background removed|alpha channel|透明(?:な)?背景|背景透明|fond transparent|fondo transparente|sfondo trasparente",
    re.IGNORECASE,
)
SIZE_WORDS = re.compile(r"\b\d{2,5} ?[x×] ?\d{2,5}\b(?! ?(?:cm|mm|in|ft|m)\b)|\b\d{1,2}:\d{1,2}\b(?= (?:aspect|ratio))")


def read_hints(request: ImageRequest) -> tuple[Hint, ...]:
    """Find needs that only the prompt's words express, where no parameter says the same."""
    hints = []
    asks_alpha = TRANSPARENT_WORDS.search(request.prompt)
    if asks_alpha and request.background == "auto" and "transparent" not in request.needs:
        hints.append(Hint("transparent", asks_alpha.group()))
    asks_size = SIZE_WORDS.search(request.prompt)
    if asks_size and request.size is None:
        hints.append(Hint("size", asks_size.group()))
    return tuple(hints)
