"""Model lists of LiteLLM: an image model behind a name that clients ask for."""

from __future__ import annotations

from typing import Final

from ..kinds import is_test
from ..sites import Choice, Mark, Parameter, Reading, Site
from .bodies import TELLING, Body, insertion, literal, read_body, site, with_whole
from .names import OTHERS, named_model
from .text import Text
from .tree import Document, Node, Table, Value, word

ENOUGH: Final = 180
AZURE: Final = ("azure/", "azure_ai/")
TIMES: Final = ("timeout", "request_timeout", "stream_timeout")


def read_litellm(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """An entry of `model_list`."""
    given = table.table("litellm_params")
    model = given.word("model") if given else None
    if given is None or model is None:
        return None
    about = table.table("model_info")
    is_ours = named_model(model) is not None
    base = named_model((about.word("base_model") if about else None) or "")
    is_deployment = model.startswith(AZURE) and bool(about and about.word("mode") == "image_generation")
    address = given.word("api_base") or ""
    if not (is_ours or base or is_deployment) or (OTHERS.search(address) and "azure" not in address):
        return Reading()
    node = about.get("base_model") if about and base else None
    text = document.text
    found = read_entry(given, text, provider="azure" if model.startswith(AZURE) else "openai", base=node)
    return Reading(sites=(found,), marks=timeouts(given, text, found))


def read_entry(given: Table, text: Text, *, provider: str, base: Node | None = None) -> Site:
    """The calls that go through an entry: clients add a prompt, and what else they like.

    `base` is where the model is said that a deployment has; another name there changes nothing.
    """
    read = read_body(given, text)
    parameters = {key: parameter for key, parameter in read.parameters.items() if key in TELLING}
    node = given.get("model")
    named = word(node) or ""
    deployed = provider == "azure" and not named_model(named)
    model = Parameter(unknown="an Azure deployment") if deployed or not isinstance(node, Value) else literal(node, text)
    if deployed and isinstance(base, Value):
        model = Parameter(choices=tuple(Choice(value=each.value) for each in literal(base, text).choices))
    entry = given.entry("model")
    body = Body(
        parameters={"model": with_whole(model, None), **parameters},
        open=("clients of the proxy send more",),
        insertion=insertion(given, text),
    )
    at = entry.start if entry else given.start
    return site(text, at, body, surface="litellm", provider=provider, in_test=is_test(text.path))


def timeouts(given: Table, text: Text, call: Site) -> tuple[Mark, ...]:
    """Time-outs that are too short for a picture."""
    found = []
    for entry in given.entries:
        node = entry.node
        seconds = node.value if isinstance(node, Value) else None
        if entry.key in TIMES and isinstance(seconds, int | float) and 0 < seconds < ENOUGH and isinstance(node, Value):
            line, column = text.place(entry.start)
            found.append(
                Mark(
                    path=text.path,
                    line=line,
                    column=column,
                    kind="short_timeout",
                    surface="litellm",
                    text=text.shown(entry.start, node.end),
                    value=seconds,
                    written=text.written(node.start, node.end),
                    site=call.line,
                    in_test=call.in_test,
                )
            )
    return tuple(found)
