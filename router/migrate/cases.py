"""The bodies that a call may send: every combination of what its parameters may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from typing import Final

from .sites import Choice, Json, Parameter, Site

MOST: Final = 24  # combinations that are judged
STAND_IN: Final = "a picture"
"""The prompt, where it is not known: it asks for nothing in particular."""

NOT_SENT: Final = frozenset({"timeout", "extra_headers", "extra_query", "extra_body", "prompt"})
"""Arguments of the SDK that are no parameters of the API, and the prompt, which is seen to apart."""

FILES: Final = ("image", "images", "mask", "markup")
KNOWN: Final = frozenset({
    "model", "size", "quality", "background", "output_format", "output_compression", "moderation", "input_fidelity",
    "complexity", "n", "stream", "partial_images", "response_format", "style", "user", "safety_identifier",
})  # fmt: skip
"""Parameters of the API, old and new; of others nobody says what becomes of them."""

TELLING: Final = frozenset({
    "model", "size", "quality", "background", "output_format", "input_fidelity", "response_format"
})  # fmt: skip
"""Parameters whose value decides whether a call is legal, and on what."""

IN_ANY_CASE: Final[Mapping[str, Json]] = {"response_format": "b64_json", "style": "natural", "input_fidelity": "low"}
"""Parameters that are rejected whatever their value: where that is not known, this stands for it."""

NUMBERS: Final = frozenset({"n", "partial_images", "output_compression"})
TEXT_ONLY: Final = ("n8n", "curl", "env", "comfyui")
"""Surfaces that write numbers as text and send them as numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A body, prompt included, and which of its values were written where."""

    body: Mapping[str, Json]
    chosen: Mapping[str, Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The bodies of a call, and why there may be others."""

    cases: tuple[Case, ...]
    doubts: tuple[str, ...] = ()


Option = tuple[str, Choice | None]  # a parameter with a value, or without one: it is left out


def read_cases(site: Site) -> Cases:
    """Read the bodies that a call may send."""
    parameters = {name: each for name, each in site.parameters.items() if name in KNOWN}
    options = [list(_options(name, parameter)) for name, parameter in parameters.items()]
    options = [each for each in options if each]
    doubts = [*_unknowns(parameters), *site.open]
    if prod(map(len, options)) > MOST:
        doubts.append("there are too many combinations of its parameters to judge each")
    fixed = {**_prompt(site), **_files(site)}
    cases = tuple(_case(site, fixed, chosen) for chosen in islice(_combinations(options), MOST))
    return Cases(cases=cases, doubts=tuple(doubts))


def _options(name: str, parameter: Parameter) -> Iterator[Option]:
    if parameter.optional and parameter.choices:
        yield name, None
    for choice in parameter.choices:
        yield name, choice
    if not parameter.choices and name in IN_ANY_CASE:
        yield name, Choice(value=IN_ANY_CASE[name])


def _unknowns(parameters: Mapping[str, Parameter]) -> Iterator[str]:
    for name, parameter in parameters.items():
        if parameter.unknown is not None and name in TELLING:
            yield (
                f"`{name}` may be another: {parameter.unknown}"
                if parameter.choices
                else (f"`{name}` is not known: {parameter.unknown}")
            )


def _combinations(options: list[list[Option]]) -> Iterator[tuple[Option, ...]]:
    """All of them; where they are too many, first each value once, with the first of the others."""
    if prod(map(len, options)) > MOST:
        first = tuple(each[0] for each in options)
        yield first
        for place, each in enumerate(options):
            yield from ((*first[:place], other, *first[place + 1 :]) for other in each[1:])
        return
    yield from product(*options)


def _case(site: Site, fixed: Mapping[str, Json], chosen: tuple[Option, ...]) -> Case:
    picked = {name: choice for name, choice in chosen if choice is not None}
    body = {name: _sent(site, name, choice.value) for name, choice in picked.items()}
    return Case(body={**fixed, **body}, chosen=picked)


def _sent(site: Site, name: str, value: Json) -> Json:
    """A value as it is sent: a gateway's prefix goes; a form and some tools have only text, and make numbers of it."""
    if name == "model" and isinstance(value, str):
        return value.rpartition("/")[2]
    if not isinstance(value, str) or not (site.operation == "edit" or site.surface.startswith(TEXT_ONLY)):
        return value
    if name in NUMBERS and value.isdecimal():
        return int(value)
    return {"true": True, "false": False}.get(value.lower(), value) if name == "stream" else value


def _prompt(site: Site) -> dict[str, Json]:
    told = site.parameters.get("prompt")
    known = told.choices[0].value if told and len(told.choices) == 1 and told.unknown is None else None
    return {"prompt": known if isinstance(known, str) and known.strip() else STAND_IN}


def _files(site: Site) -> dict[str, Json]:
    """Names that stand for files: how many there are is all that counts."""
    if site.operation != "edit":
        return {}
    names = {name.partition("[")[0] for name in site.parameters}
    overlays: dict[str, Json] = {name: "<file>" for name in ("mask", "markup") if name in names}
    return {"image": ["<file>"] * max(site.files, 1), **overlays}
