"""Evaluations of promptfoo: a provider such as `openai:image:dall-e-3`, with its settings."""

from __future__ import annotations

from ..kinds import is_test
from ..sites import Parameter, Reading
from .bodies import Body, choice, insertion, read_body, site
from .text import Text
from .tree import Document, Node, Row, Table, Value

PREFIX = "openai:image:"


def read_promptfoo(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """The image providers of a configuration."""
    providers = table.get("providers")
    if not isinstance(providers, Row):
        return None
    given = [(item, model) for item in providers.items if (model := model_of(item))]
    text = document.text
    sites = tuple(
        site(text, model.start, read_provider(item, model, text), surface="promptfoo", in_test=is_test(text.path))
        for item, model in given
    )
    return Reading(sites=sites) if sites else None


def model_of(item: Node) -> Value | None:
    """Where a provider names an image model."""
    node = item.get("id") if isinstance(item, Table) else item
    is_image = isinstance(node, Value) and isinstance(node.value, str) and node.value.startswith(PREFIX)
    return node if is_image and isinstance(node, Value) else None


def read_provider(item: Node, model: Value, text: Text) -> Body:
    """What a provider asks for: its model and its settings."""
    named = Parameter(choices=(choice(model, text),))
    settings = item.table("config") if isinstance(item, Table) else None
    if settings is None:
        return Body(parameters={"model": named})
    body = read_body(settings, text)
    return Body(parameters={"model": named, **body.parameters}, insertion=insertion(settings, text))
