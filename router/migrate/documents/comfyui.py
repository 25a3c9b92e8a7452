"""Workflows of ComfyUI: its OpenAI nodes, in the form of the editor and in that of the interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..kinds import is_test
from ..sites import Choice, Origin, Parameter, Reading
from .bodies import FILE, Body, literal, operation_of, site
from .names import named_model
from .text import Text
from .tree import Document, Node, Row, Table, Value

CONTROL: Final = frozenset({"fixed", "increment", "decrement", "randomize"})
SENT: Final = frozenset({"prompt", "quality", "style", "background", "size", "n", "model", "input_fidelity"})
RENAMED: Final = {"num_images": "n"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A node that draws: its widgets in their order, and the model that it takes when none is chosen."""

    widgets: tuple[str, ...]
    model: str


WIDGETS_OF_2: Final = (
    *("prompt", "seed", "quality", "background", "size"),
    *("custom_width", "custom_height", "num_images", "model"),
)
KINDS: Final = {
    "OpenAIDalle2": Kind(("prompt", "seed", "size", "n"), "dall-e-2"),
    "OpenAIDalle3": Kind(("prompt", "seed", "quality", "style", "size"), "dall-e-3"),
    "OpenAIGPTImage1": Kind(("prompt", "seed", "quality", "background", "size", "n", "model"), "gpt-image-1"),
    "OpenAIGPTImage2": Kind(WIDGETS_OF_2, "gpt-image-2"),
}
"""Read from ComfyUI's own `nodes_openai.py`; the editor puts a control behind each seed."""


def read_comfyui(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """A node, if it is one of OpenAI's that draw."""
    name = table.word("class_type") or table.word("type") or ""
    text = document.text
    if not name.startswith(("OpenAIDalle", "OpenAIGPTImage")):
        return None
    kind = KINDS.get(name)
    inputs, widgets = table.table("inputs"), table.get("widgets_values")
    if inputs is not None:
        body = from_inputs(inputs, text)
    elif isinstance(widgets, Row):
        body = from_widgets(widgets, kind, text, linked=table.get("inputs"))
    else:
        return Reading()
    model = body.parameters.get("model") or by_default(name, kind, text.line(table.start), path=text.path)
    whole = replace(body, parameters={"model": model, **body.parameters})
    return Reading(
        sites=(
            site(
                text,
                table.start,
                whole,
                surface="comfyui",
                operation=operation_of(whole.parameters),
                in_test=is_test(text.path),
            ),
        )
    )


def by_default(name: str, kind: Kind | None, line: int, *, path: str) -> Parameter:
    """The model that a node takes by itself."""
    if kind is None:
        return Parameter(unknown=f"the node `{name}` chooses it")
    return Parameter(choices=(Choice(value=kind.model, origins=(Origin(name=name, path=path, line=line),)),))


def from_inputs(inputs: Table, text: Text) -> Body:
    """The form of the interface: names and values, or links to other nodes."""
    given: dict[str, Parameter] = {}
    for entry in inputs.entries:
        given.update(parameter(entry.key, entry.node, text))
    return Body(parameters=given, files=int("image" in given))


def from_widgets(widgets: Row, kind: Kind | None, text: Text, *, linked: Node | None) -> Body:
    """The form of the editor: values in the order of the widgets; of a kind not known here only the model."""
    items = [item for item in widgets.items if not (isinstance(item, Value) and item.value in CONTROL)]
    given: dict[str, Parameter] = {}
    if kind is not None:
        for name, item in zip(kind.widgets, items, strict=False):
            given.update(parameter(name, item, text))
    else:
        named = [item for item in items if isinstance(item, Value) and named_model(str(item.value))]
        given = {"model": literal(named[0], text)} if named else {}
    for name in links(linked):
        given[name] = FILE
    open_ = () if kind else ("the widgets of this node are not known here",)
    return Body(parameters=given, files=int("image" in given), open=open_)


def links(inputs: Node | None) -> Iterator[str]:
    """The pictures that are linked to a node of the editor."""
    for item in inputs.items if isinstance(inputs, Row) else ():
        if isinstance(item, Table):
            link = item.get("link")
            name = item.word("name")
            if name in {"image", "mask"} and isinstance(link, Value) and link.value is not None:
                yield name


def parameter(name: str, node: Node, text: Text) -> dict[str, Parameter]:
    """What a widget sends, if it sends anything."""
    key = RENAMED.get(name, name)
    if key in {"image", "mask"}:
        return {key: FILE}
    if key not in SENT:
        return {}
    if isinstance(node, Value):
        return {key: literal(node, text)}
    return {key: Parameter(unknown="another node gives it")}
