"""The facts that rules may read: their names, types, operators and when they are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Literal


class Kind(Enum):
    """What sort of value a fact has; it decides which operators a rule may use."""

    FLAG = "bool"
    COUNT = "int"
    MONEY = "money"
    DAY = "date"
    RATIO = "ratio"
    CHOICE = "one of a list"
    MODEL = "model name"
    NAME = "string"
    SET = "set"


Gap = Literal["never", "absent", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact's type. `gap` says what a missing value means: *absent* is known, *unknown* is not."""

    name: str
    kind: Kind
    about: str
    choices: tuple[str, ...] = ()
    order: tuple[str, ...] = ()  # the choices that can be compared, lowest first
    gap: Gap = "never"

    @property
    def slot(self) -> str:
        """The attribute of `Facts` that holds the value."""
        return self.name.replace(".", "_")

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that a rule may use on this fact."""
        return OPERATORS[self.kind] if not self.order else (*OPERATORS[self.kind], *ORDER)


ORDER = ("lt", "lte", "gt", "gte", "between")
OPERATORS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.FLAG: ("is", "exists"),
        Kind.COUNT: ("is", "in", "not_in", *ORDER, "exists"),
        Kind.MONEY: ("is", *ORDER, "exists"),
        Kind.DAY: ("is", "in", "not_in", *ORDER, "from", "until", "exists"),
        Kind.RATIO: ("is", "in", "not_in", *ORDER, "exists"),
        Kind.CHOICE: ("is", "in", "not_in", "exists"),
        Kind.MODEL: ("is", "in", "not_in", "like", "exists"),
        Kind.NAME: ("is", "in", "not_in", "like", "exists"),
        Kind.SET: ("any_of", "all_of", "exists"),
    }
)

QUALITIES = ("low", "medium", "high", "xhigh", "max")
FORMATS = ("png", "jpeg", "webp", "gif", "svg")
FIDELITIES = ("low", "high")
COMPLEXITIES = ("low", "medium", "high")
BACKGROUNDS = ("transparent", "opaque", "auto")
MODERATIONS = ("auto", "low")
SCRIPTS = ("latin", "cjk", "cyrillic", "arabic", "hebrew", "devanagari", "thai", "greek", "other")


def _size(name: str, kind: Kind, about: str, *, choices: tuple[str, ...] = ()) -> Fact:
    return Fact(name=name, kind=kind, about=about, choices=choices, gap="unknown")


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            Fact(name="operation", kind=Kind.CHOICE, about="what is asked", choices=("generate", "edit")),
            Fact(name="transparent", kind=Kind.FLAG, about="asked by parameter or by the caller's needs"),
            Fact(name="text_heavy", kind=Kind.FLAG, about="legible text is wanted in the picture"),
            Fact(name="mask", kind=Kind.FLAG, about="an edit with a mask"),
            Fact(name="stream", kind=Kind.FLAG, about="the answer is streamed"),
            Fact(name="size_known", kind=Kind.FLAG, about="a size other than `auto` was asked"),
            Fact(name="text.score", kind=Kind.COUNT, about="how much legible text is asked, 0 to 100"),
            Fact(name="text.quoted_chars", kind=Kind.COUNT, about="characters of quoted text to be drawn"),
            Fact(name="prompt_chars", kind=Kind.COUNT, about="length of the prompt, characters"),
            Fact(name="text.scripts", kind=Kind.SET, about="scripts of the text to be drawn", choices=SCRIPTS),
            _size("width", Kind.COUNT, "asked width, pixels"),
            _size("height", Kind.COUNT, "asked height, pixels"),
            _size("pixels", Kind.COUNT, "width x height"),
            _size("longest_edge", Kind.COUNT, "the longer of width and height, pixels"),
            _size("aspect", Kind.RATIO, "width:height, exact"),
            _size("orientation", Kind.CHOICE, "shape of the asked size", choices=("landscape", "portrait", "square")),
            Fact(
                name="quality",
                kind=Kind.CHOICE,
                about="asked quality; `auto` has no order",
                choices=(*QUALITIES, "auto"),
                order=QUALITIES,
            ),
            Fact(name="output_format", kind=Kind.CHOICE, about="asked file format, png where omitted", choices=FORMATS),
            Fact(name="background", kind=Kind.CHOICE, about="asked background", choices=BACKGROUNDS),
            Fact(name="moderation", kind=Kind.CHOICE, about="asked moderation", choices=MODERATIONS),
            Fact(
                name="input_fidelity",
                kind=Kind.CHOICE,
                about="asked fidelity to the input images",
                choices=FIDELITIES,
                order=FIDELITIES,
                gap="absent",
            ),
            Fact(name="n", kind=Kind.COUNT, about="pictures asked, 1 where omitted"),
            Fact(name="partial_images", kind=Kind.COUNT, about="partial images asked, 0 where omitted"),
            Fact(name="images", kind=Kind.COUNT, about="input images"),
            Fact(
                name="asked_model",
                kind=Kind.MODEL,
                about="model the caller named; a snapshot matches its base",
                gap="absent",
            ),
            Fact(name="provider", kind=Kind.NAME, about="who serves the models"),
            Fact(name="date", kind=Kind.DAY, about="the day of the decision, UTC"),
            Fact(name="max_cost_usd", kind=Kind.MONEY, about="the caller's own cap for this call", gap="absent"),
            Fact(name="budget_left_usd", kind=Kind.MONEY, about="least left over the limits that apply", gap="unknown"),
        )
    }
)

TAG_PREFIX = "tags."
LIMIT_PREFIX, LIMIT_SUFFIX = "budget.", ".left_usd"


def tag_fact(name: str, choices: tuple[str, ...] = ()) -> Fact:
    """The fact of a tag; `choices` closes its values, without them any string is one."""
    kind = Kind.CHOICE if choices else Kind.NAME
    return Fact(name=f"{TAG_PREFIX}{name}", kind=kind, about=f"the tag `{name}`", choices=choices, gap="absent")


def limit_fact(limit_id: str) -> Fact:
    """The fact of what a limit has left."""
    name = f"{LIMIT_PREFIX}{limit_id}{LIMIT_SUFFIX}"
    return Fact(name=name, kind=Kind.MONEY, about=f"what the limit `{limit_id}` has left", gap="unknown")
