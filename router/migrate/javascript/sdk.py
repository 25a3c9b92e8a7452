"""Calls of the SDK: `client.images.generate({ … })` under any name that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ..sites import Operation, Parameter
from .clients import Client, client_of, is_ours
from .found import Found, site_of
from .modules import Module
from .names import Declaration
from .objects import Fields, Held, read_fields
from .reach import reach
from .tree import Node, bare

METHODS: Final[Mapping[str, Operation]] = {"generate": "generate", "edit": "edit", "createVariation": "variation"}
OLD_METHODS: Final[Mapping[str, Operation]] = {
    "createImage": "generate",
    "createImageEdit": "edit",
    "createImageVariation": "variation",
}
OURS: Final = re.compile(r"ai\b|open_?ai|client|azure|gpt|dall|llm|sdk", re.IGNORECASE)
TELLING: Final = frozenset({"prompt", "model", "size", "n", "quality", "response_format", "image"})
OLD_POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "createImage": (),
    "createImageEdit": ("image", "prompt", "mask", "n", "size", "response_format", "user"),
    "createImageVariation": ("image", "n", "size", "response_format", "user"),
}


def sdk_calls(module: Module) -> Iterator[Found]:
    """All calls of the SDK in a module."""
    for name, operation in METHODS.items():
        for call in module.names.calls.get(name, ()):
            receiver = _receiver(call, name)
            if receiver is not None:
                yield from _call(call, receiver, operation)
    for alias, receiver, operation in _aliases(module):
        for call in module.names.calls.get(alias.name, ()):
            callee = call.field("function")
            if callee is not None and callee.kind == "identifier" and module.names.find(callee) is alias:
                yield from _call(call, receiver, operation)
    for name, operation in OLD_METHODS.items():
        for call in module.names.calls.get(name, ()):
            yield from _old_call(call, operation)


def _receiver(call: Node, name: str) -> Node | None:
    """The client that `client.images.generate(…)` goes through."""
    callee = call.field("function")
    if callee is None or callee.kind != "member_expression":
        return None
    holder = callee.field("object")
    return images_of(holder) if holder is not None and name in METHODS else None


def images_of(node: Node) -> Node | None:
    """The client whose `images` an expression is."""
    node = bare(node)
    if node.kind == "member_expression":
        name, holder = node.field("property"), node.field("object")
        if name is not None and name.text == "images":
            return holder
        return _images_on_this(node) if holder is not None and holder.kind == "this" else None
    declaration = node.module.names.find(node) if node.kind == "identifier" else None
    return _declared_images(declaration)


def _images_on_this(node: Node) -> Node | None:
    key = node.field("property")
    for assignment in node.module.names.assigned.get("this.", ()):
        left, right = assignment.field("left"), assignment.field("right")
        if left is not None and right is not None and key is not None and left.text == f"this.{key.text}":
            return images_of(right)
    return None


def _declared_images(declaration: Declaration | None) -> Node | None:
    if declaration is None or declaration.kind != "value" or declaration.source is None:
        return None
    if declaration.path == ("images",):
        return declaration.source
    source = bare(declaration.source)
    return images_of(source) if not declaration.path and source.kind == "member_expression" else None


def _aliases(module: Module) -> Iterator[tuple[Declaration, Node, Operation]]:
    """`const draw = client.images.generate.bind(client.images)` and `const { generate } = client.images`."""
    for declarations in module.names.declared.values():
        for declaration in declarations:
            if declaration.kind != "value" or declaration.source is None:
                continue
            found = _aliased(declaration)
            if found is not None:
                yield declaration, *found


def _aliased(declaration: Declaration) -> tuple[Node, Operation] | None:
    source = declaration.source
    if source is None or "images" not in source.text[:2000]:
        return None
    source = _unbound(bare(source))
    if len(declaration.path) == 1 and declaration.path[0] in METHODS:
        receiver = images_of(source)
        return (receiver, METHODS[str(declaration.path[0])]) if receiver is not None else None
    name, holder = source.field("property"), source.field("object")
    if declaration.path or name is None or holder is None or name.text not in METHODS:
        return None
    receiver = images_of(holder)
    return (receiver, METHODS[name.text]) if receiver is not None else None


def _unbound(node: Node) -> Node:
    callee = node.field("function") if node.kind == "call_expression" else None
    name = callee.field("property") if callee is not None else None
    holder = callee.field("object") if callee is not None else None
    if holder is not None and name is not None and name.text == "bind":
        return bare(holder)
    return node


def _call(call: Node, receiver: Node, operation: Operation) -> Iterator[Found]:
    listed = call.field("arguments")
    given = listed.items if listed is not None else ()
    client = client_of(receiver)
    fields = read_fields(given[0]) if given else Fields()
    if not _is_telling(receiver, client, fields) or not is_ours(client.service, _model(fields)):
        return
    site = site_of(
        call,
        fields,
        surface="js-sdk",
        operation=operation,
        service=client.service,
        client=client,
        more=_deployment(client),
    )
    options = tuple(read_fields(argument) for argument in given[1:2])
    yield Found(site=site, node=call, answer="answer", options=options, client=client)


def _model(fields: Fields) -> Parameter | None:
    held = fields.held.get("model")
    return held.parameter() if held is not None else None


def _deployment(client: Client) -> dict[str, Parameter]:
    held = client.options.held.get("deployment")
    return {"model": held.parameter()} if held is not None and client.service == "azure" else {}


def _is_telling(receiver: Node, client: Client, fields: Fields) -> bool:
    """Whether a call is one of the SDK, and not of something else that has `images`."""
    if client.made is not None:
        return True
    if fields.held and not fields.held.keys() & TELLING:
        return False
    if not fields.held:
        return bool(fields.open) and OURS.search(receiver.text) is not None
    return "openai" in receiver.module.text.lower() or fields.held.keys() >= {"prompt", "model"}


def _old_call(call: Node, operation: Operation) -> Iterator[Found]:
    """`openai.createImage({ … })` of the SDK before version 4."""
    callee, listed = call.field("function"), call.field("arguments")
    receiver = callee.field("object") if callee is not None else None
    given = listed.items if listed is not None else ()
    if callee is None or receiver is None or not given or "openai" not in call.module.text.lower():
        return
    client = client_of(receiver)
    name = callee.text.rpartition(".")[2]
    fields, rest = (read_fields(given[0]), given[1:]) if operation == "generate" else _by_position(name, given)
    if client.made is None and not fields.held.keys() & TELLING and not fields.open:
        return
    if not is_ours(client.service, _model(fields)):
        return
    site = site_of(call, fields, surface="js-sdk-v3", operation=operation, service=client.service, client=client)
    yield Found(site=site, node=call, answer="axios", options=tuple(read_fields(n) for n in rest[:1]), client=client)


def _by_position(name: str, given: tuple[Node, ...]) -> tuple[Fields, tuple[Node, ...]]:
    names = OLD_POSITIONS.get(name, ())
    held = {key: Held(value=reach(node), node=node) for key, node in zip(names, given, strict=False)}
    return Fields(held={key: one for key, one in held.items() if not one.value.absent}), given[len(names) :]
