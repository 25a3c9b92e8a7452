"""What a table of parameters asks for: the body of an image call, as JSON, as a form or in a node of a workflow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ..sites import Choice, Insertion, Json, Operation, Parameter, Region, Site
from .names import named_model
from .text import Text
from .tree import Entry, Node, Row, Table, Value

PARAMETERS: Final = frozenset({
    "background", "complexity", "frame_count", "frame_duration_ms", "image", "images", "input_fidelity", "markup",
    "mask", "model", "moderation", "n", "output_compression", "output_format", "partial_images", "prompt", "quality",
    "response_format", "safety_identifier", "size", "stream", "style", "svg", "user",
})  # fmt: skip
FILES: Final = frozenset({"image", "images", "mask", "image[]"})
TELLING: Final = frozenset({
    "background", "input_fidelity", "moderation", "n", "output_compression", "output_format", "partial_images",
    "quality", "response_format", "size", "style",
})  # fmt: skip
"""What only the settings of an image call have beside the model."""

Asked: TypeAlias = Callable[[Value, Text], Parameter]
FILE: Final = Parameter(unknown="a file")
PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\$\{[^}]+\}|\$[A-Za-z_]\w*|<[\w -]+>|%\w+%|#\{.*?\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The parameters that a table holds, how many pictures come with it, and where one more parameter can go."""

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    files: int = 0
    open: tuple[str, ...] = ()
    insertion: Insertion | None = None
    at: int = 0

    @property
    def model(self) -> str | None:
        """The model that it names for certain, or by default."""
        model = self.parameters.get("model")
        named = [choice.value for choice in model.choices if isinstance(choice.value, str)] if model else []
        return next((name for name in named if named_model(name)), None)

    @property
    def names_another(self) -> bool:
        """Whether it names a model, and none of OpenAI's image models."""
        model = self.parameters.get("model")
        named = [choice.value for choice in model.choices if isinstance(choice.value, str)] if model else []
        return bool(named) and not any(map(named_model, named))


def literal(value: Value, text: Text) -> Parameter:
    """A value as it stands; a placeholder in it makes it unknown."""
    if value.formula:
        return Parameter(unknown=f"an expression: `{text.shown(value.start, value.end)}`")
    if isinstance(value.value, str) and (hole := PLACEHOLDER.search(value.value)):
        return Parameter(unknown=f"`{hole[0]}` is filled in later")
    return Parameter(choices=(choice(value, text),))


def choice(value: Value, text: Text, *, shared: bool = False) -> Choice:
    """A value that is known, and where it is written; of a model's name the part behind a prefix."""
    start = value.start
    content = value.value
    model = named_model(content) if isinstance(content, str) and value.verbatim else None
    if model:
        content = model["name"]
        start += len(model["prefix"])
    deployed = model is not None and "azure" in model["prefix"]  # whatever its owner called it
    replaceable = value.verbatim and content is not None and not deployed
    return Choice(value=content, written=text.written(start, value.end, shared=shared) if replaceable else None)


def read_body(table: Table, text: Text, asked: Asked = literal) -> Body:
    """Read a table whose keys are those of the Images API."""
    parameters: dict[str, Parameter] = {}
    files = 0
    for entry in table.entries:
        if entry.key in FILES:
            files += amount(entry.node) if entry.key != "mask" else 0
            parameters[entry.key] = with_whole(FILE, whole(entry, text))
        else:
            parameters[entry.key] = with_whole(read_node(entry.node, text, asked), whole(entry, text))
    return Body(parameters=parameters, files=files, insertion=insertion(table, text), at=table.start)


def read_node(node: Node, text: Text, asked: Asked) -> Parameter:
    """What a node stands for as a parameter."""
    if isinstance(node, Value):
        return asked(node, text)
    return Parameter(unknown=f"`{text.shown(node.start, node.end)}`")


def with_whole(parameter: Parameter, region: Region | None) -> Parameter:
    """The same parameter, with what to cut."""
    return Parameter(
        choices=parameter.choices,
        unknown=parameter.unknown,
        optional=parameter.optional,
        whole=region,
        origins=parameter.origins,
    )


def whole(entry: Entry, text: Text) -> Region | None:
    """What to cut in order to drop an entry."""
    return text.region(*entry.whole) if entry.whole else None


def insertion(table: Table, text: Text) -> Insertion | None:
    """Where a table takes one more parameter."""
    if table.slot is None:
        return None
    region = text.region(table.slot.at, table.slot.at)
    return Insertion(region=region, template=table.slot.template, quote=table.slot.quote)


def amount(node: Node) -> int:
    """How many pictures a node holds."""
    return len(node.items) if isinstance(node, Row) else 1


def site(text: Text, at: int, body: Body, **about: object) -> Site:
    """The call that a body is for; `at` is where it is shown."""
    line, column = text.place(at)
    known: dict[str, object] = {
        "path": text.path,
        "line": line,
        "column": column,
        "parameters": dict(body.parameters),
        "files": body.files,
        "open": body.open,
        "insertion": body.insertion,
    }
    return Site(**(known | about))  # type: ignore[arg-type]


def plain(value: Json) -> Json:
    """What a field of a form means: numbers, true and false stand there as words."""
    if isinstance(value, str):
        if value.isascii() and value.isdigit():
            return int(value)
        return {"true": True, "false": False}.get(value, value)
    return value


def is_image_body(table: Table) -> bool:
    """Whether a table plainly is the body of an image call: one of our models, a prompt, and nothing foreign."""
    model = table.word("model")
    return model is not None and bool(named_model(model)) and "prompt" in table.keys and table.keys <= PARAMETERS


def operation_of(parameters: Mapping[str, Parameter], default: Operation = "generate") -> Operation:
    """What a body without an address asks for: with a picture it is an edit."""
    return "edit" if FILES & parameters.keys() else default
