"""Calls of OpenAI's SDK: `client.images.generate(...)` in all its forms, and `openai.Image.create(...)` of old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import libcst as cst

from ..models import is_image_model
from ..sites import Operation
from .clients import OTHER_MODEL, Client, client_of
from .drafts import Draft
from .modules import Module
from .tables import arguments
from .values import (
    Imported,
    Look,
    Member,
    Partial,
    Place,
    Table,
    Thing,
    alternatives,
    full_name,
    overlaid,
    texts,
)

METHODS: Final[Mapping[str, Operation]] = {
    "generate": "generate",
    "edit": "edit",
    "create_variation": "variation",
}
OLD: Final[Mapping[str, Operation]] = {
    "openai.Image.create": "generate",
    "openai.Image.acreate": "generate",
    "openai.Image.create_edit": "edit",
    "openai.Image.acreate_edit": "edit",
    "openai.Image.create_variation": "variation",
    "openai.Image.acreate_variation": "variation",
    "openai.api_resources.Image.create": "generate",
}
OLD_NAMES: Final = frozenset(name.rpartition(".")[2] for name in OLD)
VIEWS: Final = frozenset({"with_raw_response", "with_streaming_response"})
NOT_SENT: Final = frozenset({"timeout", "extra_headers", "extra_query", "extra_body"})


@dataclass(frozen=True, slots=True)
class Method:
    """A method that draws: the client that it belongs to, and what was already given to it."""

    operation: Operation
    client: Client
    old: bool = False
    given: tuple[tuple[Place, int], ...] = ()  # calls whose arguments it has, and how many of them to leave out


def method_of(look: Look, thing: Thing) -> Method | None:
    """The images method that something is, if it is one."""
    if isinstance(thing, Partial):
        inner = method_of(look, thing.callee)
        return replace(inner, given=(*inner.given, (thing.place, thing.skip))) if inner else None
    name = full_name(thing)
    if name is not None and name in OLD:
        return Method(OLD[name], Client(sure=True), old=True)
    base, path = split(thing)
    if base is None or not path or path[-1] not in METHODS:
        return None
    owner = path[:-2] if path[-2:-1] and path[-2] in VIEWS else path[:-1]
    if not owner or owner[-1] != "images":
        return None
    return Method(METHODS[path[-1]], client_of(look, along(base, owner[:-1])))


def split(thing: Thing) -> tuple[Thing | None, tuple[str, ...]]:
    """A thing as what it begins with and the path from there."""
    name = full_name(thing)
    if name is not None:
        root, *path = name.split(".")
        return Imported(root), tuple(path)
    return (thing.base, thing.path) if isinstance(thing, Member) else (None, ())


def along(base: Thing, path: tuple[str, ...]) -> Thing:
    """A thing at the end of a path."""
    if not path:
        return base
    return Imported(".".join((base.name, *path))) if isinstance(base, Imported) else Member(base, path)


def find_sdk_calls(look: Look, module: Module) -> Iterator[Draft]:
    """All calls for pictures through the SDK."""
    partials: list[tuple[cst.Call, Method]] = []
    finished: set[cst.CSTNode] = set()
    for call in module.tree.of(cst.Call):
        for method, skip in methods_called(look, module, call):
            if is_partial(look, module, call):
                partials.append((call, method))
                break
            finished.update(place.node for place, _ in method.given)
            draft = draft_of(look, module, call, method=method, skip=skip)
            if draft is not None:
                yield draft
                break
    for call, method in partials:
        if call not in finished:
            draft = draft_of(look, module, call, method=method, skip=1)
            if draft is not None:
                yield draft


def is_partial(look: Look, module: Module, call: cst.Call) -> bool:
    """Whether a call is `partial(...)`."""
    match call.func:
        case cst.Name(value="partial") | cst.Attribute(attr=cst.Name(value="partial")):
            return any(full_name(thing) == "functools.partial" for thing in look(module, call.func))
        case _:
            return False


def methods_called(look: Look, module: Module, call: cst.Call) -> Iterator[tuple[Method, int]]:
    """The images methods that a call runs, itself or as an argument, and how many arguments come before its own."""
    if may_be_method(module, call.func):
        for thing in look(module, call.func):
            method = method_of(look, thing)
            if method is not None:
                yield method, 0
    for index, argument in enumerate(call.args[:3]):
        if argument.keyword is None and not argument.star and may_be_given(module, argument.value):
            for thing in look(module, argument.value):
                method = method_of(look, thing)
                if method is not None:
                    yield method, index + 1


def may_be_method(module: Module, func: cst.CSTNode) -> bool:
    """Whether it is worth asking what is called."""
    match func:
        case cst.Attribute(attr=cst.Name(value=name)) if name in METHODS or name in OLD_NAMES:
            return True
        case _ if not module.passes_method_on:
            return False
        case cst.Attribute(attr=cst.Name(value=name)):
            return name in module.bindings.assigned_names
        case cst.Name(value=name):
            return name in module.bindings.assigned_names
        case cst.Call():
            return True
        case _:
            return False


def may_be_given(module: Module, value: cst.CSTNode) -> bool:
    """Whether an argument may be an images method."""
    match value:
        case cst.Attribute(attr=cst.Name(value=name)):
            return name in METHODS
        case cst.Name(value=name):
            return module.passes_method_on and name in module.bindings.assigned_names
        case cst.Call(func=cst.Name(value="partial") | cst.Attribute(attr=cst.Name(value="partial"))):
            return True
        case _:
            return False


def draft_of(look: Look, module: Module, call: cst.Call, *, method: Method, skip: int) -> Draft | None:
    """Write down a call, unless it is somebody else's."""
    given = [
        arguments(look, place.module, place.node, skip=before)
        for place, before in method.given
        if isinstance(place.node, cst.Call)
    ]
    table = Table(made=Place(module, call))
    for one in (*given, arguments(look, module, call, skip=skip)):
        table = overlaid(table, one)
    client = method.client
    table = with_extra_body(table)
    if positional(call, skip) or not (client.sure or asks_for_pictures(module, method, table)):
        return None
    options = dict(client.options)
    options |= {"timeout": table.entries["timeout"]} if "timeout" in table.entries else {}
    awaited = isinstance(module.tree.parent(call), cst.Await)
    azure = client.provider == "azure"
    entries = {name: entry for name, entry in table.entries.items() if name not in NOT_SENT}
    if azure and "model" not in entries and "azure_deployment" in options:
        entries["model"] = replace(options["azure_deployment"], places=())
    if method.old:
        entries = {name: entry for name, entry in entries.items() if not name.startswith("api_")}
        azure = is_old_azure(look, module, table)
    return Draft(
        module=module,
        node=call,
        surface=surface_of(method, awaited=awaited),
        operation=method.operation,
        provider="azure" if azure else "openai",
        entries=entries,
        open=table.open,
        slot=slot_of(module, call, method),
        client=client.made,
        options=tuple(options.items()),
        asynchronous=awaited or client.asynchronous,
        deployment=azure,
        foreign=is_foreign(module, client, table),
    )


def slot_of(module: Module, call: cst.Call, method: Method) -> Place | None:
    """The call that takes further arguments: that of `partial`, if there is one; `run_in_executor` takes none."""
    if method.given:
        return method.given[0][0]
    match call.func:
        case cst.Attribute(attr=cst.Name(value="run_in_executor")):
            return None
        case _:
            return Place(module, call)


def asks_for_pictures(module: Module, method: Method, table: Table) -> bool:
    """Whether a call through a client of which nothing is known is one for pictures after all."""
    if "prompt" in table.entries or (method.operation == "variation" and "image" in table.entries):
        return True
    names = texts(table.entries["model"].things) if "model" in table.entries else []
    told = any(is_image_model(name) for name in names)
    return told or (bool(table.open) and "openai" in module.tree.text.characters.lower())


def positional(call: cst.Call, skip: int) -> bool:
    """Whether a call gives arguments by position: the SDK takes none."""
    return any(argument.keyword is None and not argument.star for argument in call.args[skip:])


def surface_of(method: Method, *, awaited: bool) -> str:
    """How a call is made."""
    if method.old:
        return "openai-0.x"
    if method.client.module_level:
        return "python-sdk-module"
    return "python-sdk-async" if method.client.asynchronous or awaited else "python-sdk"


def with_extra_body(table: Table) -> Table:
    """Arguments with what `extra_body` adds to them."""
    entry = table.entries.get("extra_body")
    tables = [thing for thing in entry.things if isinstance(thing, Table)] if entry else []
    return overlaid(table, alternatives(tables)) if tables else table


def is_foreign(module: Module, client: Client, table: Table) -> bool:
    """Whether the pictures are somebody else's."""
    if client.vendor is not None:
        return True
    entry = table.entries.get("model")
    names = texts(entry.things) if entry else []
    if any(is_image_model(name) for name in names):
        return False
    if names and all(OTHER_MODEL.search(name) for name in names):
        return True
    if client.sure:
        return bool(client.gateway and names and not module_speaks_openai(names))
    foreign = {"together", "xai_sdk", "zhipuai", "volcenginesdkarkruntime", "g4f", "groq", "docker"}
    return bool(names) or bool(module.imports & foreign and "openai" not in module.imports)


def module_speaks_openai(names: list[str]) -> bool:
    """Whether one of some names may be a deployment of one of OpenAI's models."""
    return any("dall" in name.lower() or "gpt" in name.lower() for name in names)


def is_old_azure(look: Look, module: Module, table: Table) -> bool:
    """Whether an app of the old SDK talks to Azure: `openai.api_type = "azure"`."""
    kinds = [table.entries["api_type"].things] if "api_type" in table.entries else []
    for node in module.tree.of(cst.Assign):
        for target in node.targets:
            match target.target:
                case cst.Attribute(value=cst.Name(value="openai"), attr=cst.Name(value="api_type")):
                    kinds.append(look(module, node.value))
                case _:
                    pass
    return any("azure" in text for things in kinds for text in texts(things))
