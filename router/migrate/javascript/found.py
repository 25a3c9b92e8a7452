"""A call that was found, with the nodes that the readers of its answer and its limits go on from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from ..models import is_image_model
from ..sites import Choice, Mark, MarkKind, Operation, Parameter, Site
from .clients import Client, Service
from .literals import shorten
from .objects import Fields, Held
from .tree import Node, bare

Answer: TypeAlias = Literal["answer", "response", "axios", "anything", "none"]
"""How the answer comes: as the SDK's object, as a response still to be read, inside axios's `data`."""

TESTS: Final = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|tests?|specs?|e2e|cypress|playwright|fixtures|mocks)/|[.-](?:test|spec|e2e|cy)\.[a-z]+$",
    re.IGNORECASE,
)
FILES: Final = frozenset({"image", "images", "mask", "image[]", "images[]"})
A_FILE: Final = Parameter(unknown="a file")
LONGEST_TEXT: Final = 80
DEPLOYMENT: Final = "an Azure deployment"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """A site, the call that makes it, what else was handed over with it, and how it answers."""

    site: Site
    node: Node
    answer: Answer = "none"
    options: tuple[Fields, ...] = ()
    client: Client = field(default_factory=Client)


def in_test(path: str) -> bool:
    """Whether a file is a test, by its name."""
    return TESTS.search(posixpath.normpath(path)) is not None


def site_of(
    node: Node,
    fields: Fields,
    *,
    surface: str,
    operation: Operation = "generate",
    service: Service = "openai",
    client: Client | None = None,
    more: Mapping[str, Parameter] | None = None,
) -> Site:
    """The site of a call whose parameters are the keys of an object or a form."""
    parameters = {**(more or {}), **{key: _parameter(key, held) for key, held in fields.held.items()}}
    provider = "azure" if service == "azure" else "openai"
    if provider == "azure":
        parameters["model"] = deployment(parameters.get("model"))
    place = node.region
    return Site(
        path=place.path,
        line=place.line,
        column=place.column,
        surface=surface,
        operation=operation,
        provider=provider,
        parameters=_ordered(parameters),
        open=fields.open,
        insertion=fields.insertion,
        client=client.region if client is not None else None,
        in_test=in_test(place.path),
        files=sum(_count(held) for key, held in fields.held.items() if key.startswith("image")),
    )


def _ordered(parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    first = {"model": parameters["model"]} if "model" in parameters else {}
    return {**first, **parameters}


def _parameter(key: str, held: Held) -> Parameter:
    if key in FILES:
        return replace(A_FILE, optional=held.optional, whole=held.whole)
    return held.parameter()


def _count(held: Held) -> int:
    lists = [bare(leaf.node) for leaf in held.value.leaves]
    return max((len(node.items) for node in lists if node.kind == "array"), default=1)


def deployment(model: Parameter | None) -> Parameter:
    """The model behind a deployment's name: known only if it is named after one."""
    choices = () if model is None else tuple(c for c in model.choices if is_image_model(str(c.value)))
    base = model if model is not None else Parameter()
    return replace(base, choices=choices, unknown=DEPLOYMENT)


def mark(node: Node, kind: MarkKind, surface: str, **more: object) -> Mark:
    """A mark on a node."""
    place = node.region
    text = str(more.pop("text", "") or node.text)
    made = Mark(
        path=place.path,
        line=place.line,
        column=place.column,
        kind=kind,
        surface=surface,
        text=shorten(text, LONGEST_TEXT),
        in_test=in_test(place.path),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def default_choice(value: str | int, of: Node) -> Parameter:
    """What a wrapper sends when it is told nothing."""
    return Parameter(choices=(Choice(value=value, origins=(of.module.origin(f"the default of `{of.text}`", of),)),))


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks in the order of the text, each once."""
    unique: dict[tuple[object, ...], Mark] = {}
    for one in marks:
        unique.setdefault((one.path, one.line, one.column, one.kind, str(one.value)), one)
    return tuple(sorted(unique.values(), key=lambda m: (m.line, m.column, m.kind, str(m.value))))
