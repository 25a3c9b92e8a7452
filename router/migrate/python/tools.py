"""The image tool of the Responses API: `{"type": "image_generation"}`, and what other packages wrap around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import libcst as cst

from .clients import client_of
from .drafts import Draft
from .modules import Module
from .tables import arguments, dict_literal
from .values import Imported, Look, Member, Place, Table, Thing, full_name, sole_text, texts

TYPE: Final = "image_generation"
KNOWN: Final = frozenset(
    [
        "type",
        "action",
        "background",
        "complexity",
        "frame_count",
        "frame_duration_ms",
        "input_fidelity",
        "input_image_mask",
        "model",
        "moderation",
        "output_compression",
        "output_format",
        "partial_images",
        "quality",
        "size",
        "svg",
        "n",
        "response_format",
        "style",
        "markup",
        "user",
    ]
)
NOT_SENT: Final = frozenset({"tool_choice", "output", "outputs", "responses"})
TOOL_CLASSES: Final = ("ImageGeneration", "ImageGenerationParam", "ImageGenTool", "ImageGenerationTool")


def find_tools(look: Look, module: Module) -> Iterator[Draft]:
    """All image tools that are given to a model."""
    for node in module.tree.of(cst.Dict):
        if names_type(node):
            table, readers = final(look, module, node, table=dict_literal(look, module, node))
            draft = tool_of(look, module, node, table=table)
            if draft is not None:
                yield replace(draft, readers=readers)
    for call in module.tree.of(cst.Call):
        if any(argument.keyword and argument.keyword.value == "type" for argument in call.args):
            table = arguments(look, module, call)
            if may_be_tool_call(call):
                draft = tool_of(look, module, call, table=table)
                if draft is not None:
                    yield draft


def names_type(node: cst.Dict) -> bool:
    """Whether a dict has a `type` that may be the tool's."""
    for element in node.elements:
        match element:
            case cst.DictElement(key=cst.SimpleString() as key, value=cst.SimpleString() as value):
                if key.raw_value == "type" and value.raw_value == TYPE:
                    return True
            case cst.DictElement(key=cst.SimpleString() as key, value=cst.Name() | cst.Attribute()):
                if key.raw_value == "type":
                    return True
            case _:
                pass
    return False


def may_be_tool_call(call: cst.Call) -> bool:
    """Whether a call makes a dict or a tool."""
    match call.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name == "dict" or name in TOOL_CLASSES
        case _:
            return False


def final(look: Look, module: Module, node: cst.Dict, *, table: Table) -> tuple[Table, tuple[cst.CSTNode, ...]]:
    """A tool with what is put into it between its making and its last use, and where it is used."""
    above = module.tree.parent(node)
    if not isinstance(above, cst.Assign) or not isinstance(above.targets[0].target, cst.Name):
        return table, ()
    name = above.targets[0].target.value
    scope = module.tree.scope(above)
    uses = [
        read
        for read in module.reads.get(name, ())
        if module.tree.scope(read) is scope and not isinstance(module.tree.parent(read), cst.AssignTarget)
    ]
    sent = tuple(use for use in uses if is_given(module, use))
    for use in reversed(uses):
        for thing in look(module, use):
            if isinstance(thing, Table) and thing.made is not None and thing.made.node is node:
                return thing, sent
    return table, sent


def is_given(module: Module, node: cst.CSTNode) -> bool:
    """Whether a name stands among the tools that are given to a model."""
    return any(
        isinstance(above, cst.Arg) and "tools" in place_name(module, above, node) for above in module.tree.around(node)
    )


def tool_of(look: Look, module: Module, node: cst.Dict | cst.Call, *, table: Table) -> Draft | None:
    """An image tool, if it is one that is sent."""
    kind = table.entries.get("type")
    if kind is None or sole_text(kind.things) != TYPE or not table.entries.keys() <= KNOWN:
        return None
    client = sender(look, module, node)
    if not is_sent(module, node) or (client is not None and client_of(look, client).vendor):
        return None
    made = client_of(look, client) if client is not None else None
    entries = {name: entry for name, entry in table.entries.items() if name != "type"}
    actions = texts(table.entries["action"].things) if "action" in table.entries else []
    return Draft(
        module=module,
        node=node,
        surface="responses-tool",
        operation="edit" if actions == ["edit"] else "generate",
        provider=made.provider if made else "openai",
        entries=entries,
        open=table.open,
        slot=Place(module, node),
        client=made.made if made else None,
        options=made.options if made else (),
    )


def sender(look: Look, module: Module, node: cst.CSTNode) -> Thing | None:
    """The client whose `responses.create` a tool is given to, right there."""
    for above in module.tree.around(node):
        match above:
            case cst.Call(func=cst.Attribute(value=owner, attr=cst.Name(value="create" | "parse" | "stream"))):
                things = look(module, owner)
                for thing in things:
                    if isinstance(thing, Member) and thing.path[-1] == "responses":
                        return thing.base if len(thing.path) == 1 else Member(thing.base, thing.path[:-1])
                    if full_name(thing) == "openai.responses":
                        return Imported("openai")
                return None
            case cst.BaseSmallStatement() | cst.BaseCompoundStatement():
                return None
            case _:
                pass
    return None


def is_sent(module: Module, node: cst.CSTNode) -> bool:
    """Whether a dict stands where tools stand, and not where a choice or an answer is told."""
    below: cst.CSTNode = node
    for above in module.tree.around(node):
        if isinstance(above, cst.Comparison | cst.Assert):
            return False
        name = place_name(module, above, below)
        if name in NOT_SENT:
            return False
        if "tool" in name.lower():
            return True
        if isinstance(above, cst.BaseCompoundStatement):
            break
        below = above
    return speaks(module)


def place_name(module: Module, node: cst.CSTNode, below: cst.CSTNode) -> str:
    """What the place of a value is called: an argument, a name, a key."""
    match node:
        case cst.Arg(keyword=cst.Name(value=name)):
            return name
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target):
            return module.tree.code(target)
        case cst.DictElement(key=cst.SimpleString() as key) if below is node.value:
            return key.raw_value
        case _:
            return ""


def speaks(module: Module) -> bool:
    """Whether a file talks to the Responses API at all."""
    text = module.tree.text.characters
    return "openai" in module.imports or "responses" in text or "tools" in text
