"""Raw HTTP: a request to `/images/generations` and the like, by whichever library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import libcst as cst

from ..models import MENTION, is_image_model
from ..sites import Operation
from .clients import AZURE_HOST, OTHER_HOST, OTHER_MODEL, OWN_HOST
from .drafts import Draft
from .modules import Module
from .tables import arguments, dict_literal, tables_of
from .values import (
    Entry,
    Imported,
    Instance,
    Known,
    Listed,
    Look,
    Made,
    Member,
    Place,
    Table,
    Thing,
    Things,
    Unknown,
    distinct,
    full_name,
    overlaid,
    spellings,
    texts,
)

ENDPOINT: Final = re.compile(r"images/(generations|edits|variations)(?:[?#/]|$)")
BY_NAME: Final = re.compile(rf"/models/(?:openai/)?({MENTION.pattern})(?:/|$)")
SUBJECT: Final = re.compile(r"image|generations|predictions", re.IGNORECASE)
DEPLOYMENT: Final = re.compile(r"/openai/deployments/([^/]+)/images/")
OPERATIONS: Final[Mapping[str, Operation]] = {"generations": "generate", "edits": "edit", "variations": "variation"}
SENDS: Final = re.compile(r"post|request|urlopen|fetch|put|send|invoke|call|api|execute|stream|upload", re.IGNORECASE)
LIBRARIES: Final = ("requests", "httpx", "aiohttp", "urllib", "urllib3", "http", "tornado", "curl_cffi", "niquests")
MOCKS: Final = frozenset({
    *("respx", "responses", "requests_mock", "httpx_mock", "mocker", "mock", "rsps", "aioresponses", "m", "httpretty"),
    *("app", "router", "api", "blueprint", "bp", "mock_router", "respx_mock"),
})  # fmt: skip
BODIES: Final = ("json", "data", "body", "content", "payload", "params", "json_data", "fields")
TELLING: Final = frozenset({"prompt", "model", "size", "quality", "n", "response_format", "input", "image"})
MOST_POSITIONS: Final = 4


def find_requests(look: Look, module: Module) -> Iterator[Draft]:
    """All requests for pictures."""
    if SUBJECT.search(module.tree.text.characters) is None:
        return
    for call in module.tree.of(cst.Call):
        name = called(call)
        if name and SENDS.search(name) and is_outgoing(module, call):
            draft = request_of(look, module, call)
            if draft is not None:
                yield draft


def find_batches(look: Look, module: Module) -> Iterator[Draft]:
    """Lines of a batch: `{"url": "/v1/images/generations", "body": {...}}`."""
    if SUBJECT.search(module.tree.text.characters) is None:
        return
    for node in module.tree.of(cst.Dict):
        if not {"url", "body"} <= keys_of(node):
            continue
        table = dict_literal(look, module, node)
        endpoint = next(filter(None, map(ENDPOINT.search, spellings(table.entries["url"].things))), None)
        bodies = [thing for thing in table.entries["body"].things if isinstance(thing, Table)]
        if endpoint and bodies:
            yield Draft(
                module=module,
                node=node,
                surface="batch",
                operation=OPERATIONS[endpoint[1]],
                entries=bodies[0].entries,
                open=bodies[0].open,
                slot=bodies[0].made,
            )


def keys_of(node: cst.Dict) -> set[str]:
    """The keys of a dict that are written as texts."""
    elements = (one for one in node.elements if isinstance(one, cst.DictElement))
    return {one.key.raw_value for one in elements if isinstance(one.key, cst.SimpleString)}


def called(call: cst.Call) -> str:
    """The last part of the name that is called."""
    match call.func:
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
            return name
        case _:
            return ""


def is_outgoing(module: Module, call: cst.Call) -> bool:
    """Whether a call may send something, and neither declares a route nor sets up a mock."""
    if isinstance(module.tree.parent(call), cst.Decorator):
        return False
    match call.func:
        case cst.Attribute(value=cst.Name(value=name)):
            return name not in MOCKS
        case _:
            return True


def request_of(look: Look, module: Module, call: cst.Call) -> Draft | None:
    """A request, if it is one for pictures."""
    address = address_of(look, module, call)
    if address is None:
        return None
    given = arguments(look, module, call)
    body, slot = body_of(look, module, given)
    files = files_of(given)
    if body is None and not files.entries:
        return None
    body = overlaid(nested_input(body or Table()), files)
    deployment = DEPLOYMENT.search(address)
    azure = deployment is not None or AZURE_HOST.search(address) is not None
    entries = dict(body.entries)
    found = BY_NAME.search(address)
    if found and "model" not in entries:
        entries["model"] = Entry(things=(Known(value=found[1]),))
    if deployment and "model" not in entries:
        entries["model"] = Entry(things=(deployed(deployment[1]),))
    if not (TELLING & entries.keys() or body.open):
        return None
    endpoint = ENDPOINT.search(address)
    options = {name: given.entries[name] for name in ("timeout",) if name in given.entries}
    return Draft(
        module=module,
        node=call,
        surface=surface_of(look, module, call),
        operation=OPERATIONS[endpoint[1]] if endpoint else "generate",
        provider="azure" if azure else "openai",
        entries=entries,
        open=body.open,
        slot=slot,
        options=tuple(options.items()),
        deployment=deployment is not None,
        foreign=is_elsewhere(address) or is_foreign(address, entries),
    )


def deployed(name: str) -> Thing:
    """A deployment that an address names."""
    return Unknown(reason="its name is put together as it runs") if "…" in name else Known(value=name)


def address_of(look: Look, module: Module, call: cst.Call) -> str | None:
    """The address that a call asks for pictures."""
    for argument in call.args[:3]:
        plain = argument.keyword is None and not argument.star
        if not plain and not (argument.keyword and argument.keyword.value in {"url", "path", "endpoint", "uri"}):
            continue
        for text in addresses(look, module, argument.value):
            if ENDPOINT.search(text) or BY_NAME.search(text):
                return text
    return None


def addresses(look: Look, module: Module, node: cst.BaseExpression) -> Iterator[str]:
    """What an address can be; one given to a function is looked for where it is put together."""
    yield from spellings(look(module, node))


def is_elsewhere(address: str) -> bool:
    """Whether an address is another vendor's."""
    return OTHER_HOST.search(address) is not None and OWN_HOST.search(address) is None


def is_foreign(address: str, entries: Mapping[str, Entry]) -> bool:
    """Whether a request is for another vendor's model."""
    names = texts(entries["model"].things) if "model" in entries else []
    if any(is_image_model(name) for name in names) or DEPLOYMENT.search(address):
        return False
    if names and all(OTHER_MODEL.search(name) for name in names):
        return True
    own = OWN_HOST.search(address) or AZURE_HOST.search(address) or not re.match(r"https?://[^…]", address)
    return not own


def body_of(look: Look, module: Module, given: Table) -> tuple[Table | None, Place | None]:
    """The parameters that a request sends, and the dict or call that takes more of them."""
    for key in (*BODIES, *map(str, range(1, MOST_POSITIONS))):
        entry = given.entries.get(key)
        if entry is None:
            continue
        things = opened(look, module, entry.things)
        tables = [thing for thing in things if isinstance(thing, Table) and not is_headers(thing)]
        if tables:
            table = tables_of(tuple(tables), shown_of(entry))
            return table, table.made if len(tables) == 1 else None
        if key in BODIES and not all(isinstance(thing, Known) for thing in things):
            return tables_of(things, shown_of(entry)), None
    return None, None


def opened(look: Look, module: Module, things: Things) -> Things:
    """Objects as the tables that they are sent as: forms are filled call by call."""
    found: list[Thing] = []
    for thing in things:
        name = full_name(thing.callee) if isinstance(thing, Made) else None
        if isinstance(thing, Made) and name and name.rpartition(".")[2] in {"FormData", "MultipartWriter"}:
            found.append(form_of(look, module, thing))
        else:
            found.append(thing)
    return tuple(found)


def form_of(look: Look, module: Module, form: Made) -> Table:
    """A form, by what `add_field` puts into it."""
    entries: dict[str, Entry] = {}
    for call in module.calls.get("add_field", ()):
        owner = call.func.value if isinstance(call.func, cst.Attribute) else None
        if owner is None or form not in look(module, owner):
            continue
        given = arguments(look, module, call).entries
        names = texts((given.get("name") or given.get("0") or Entry(things=())).things)
        value = given.get("value") or given.get("1")
        if names and value:
            entries[names[0]] = Entry(things=value.things)
    return Table(entries=entries)


def shown_of(entry: Entry) -> str:
    """What is written for an argument's value."""
    place = entry.places[0] if entry.places else None
    if place is None or not isinstance(place.node, cst.Arg):
        return "it"
    return place.module.tree.shown(place.node.value)


def is_headers(table: Table) -> bool:
    """Whether a table is one of HTTP headers."""
    return any(key.lower() in {"authorization", "content-type", "api-key"} for key in table.entries)


def files_of(given: Table) -> Table:
    """The files of a form, and what else stands among them."""
    entry = given.entries.get("files")
    found = Table()
    for thing in entry.things if entry else ():
        if isinstance(thing, Table):
            found = overlaid(found, replace(thing, open=()))
        elif isinstance(thing, Listed):
            pairs = [pair for item in thing.items for pair in item if isinstance(pair, Listed) and len(pair.items) > 1]
            names = [name for pair in pairs for name in texts(pair.items[0])]
            found = overlaid(found, Table(entries={name: Entry(things=()) for name in names}))
        else:
            found = overlaid(found, Table(entries={"image": Entry(things=())}))
    entries = {key: replace(each, things=plain_field(each.things)) for key, each in found.entries.items()}
    return replace(found, entries=entries)


def plain_field(things: Things) -> Things:
    """`(None, "gpt-image-1")`, as a form's plain field is written among files."""
    found: list[Thing] = []
    for thing in things:
        match thing:
            case Listed(items=((Known(value=None),), values)):
                found.extend(values)
            case _:
                found.append(thing)
    return distinct(found)


def nested_input(body: Table) -> Table:
    """A body as some gateways want it, with the parameters under `input`."""
    entry = body.entries.get("input")
    tables = [thing for thing in entry.things if isinstance(thing, Table)] if entry and len(body.entries) == 1 else []
    return replace(tables[0], open=body.open) if tables else body


def surface_of(look: Look, module: Module, call: cst.Call) -> str:
    """The library that sends a request."""
    owner = call.func.value if isinstance(call.func, cst.Attribute) else call.func
    for thing in look(module, owner):
        name = library(thing)
        if name is not None:
            return name
    known = [name for name in LIBRARIES if name in module.imports]
    return {"http": "http.client"}.get(known[0], known[0]) if len(known) == 1 else "http"


def library(thing: Thing) -> str | None:
    """The library that a client or function belongs to."""
    while isinstance(thing, Made | Member):
        thing = thing.callee if isinstance(thing, Made) else thing.base
    name = thing.name if isinstance(thing, Imported) else None
    root = (name or "").partition(".")[0]
    if isinstance(thing, Instance) or root not in LIBRARIES:
        return None
    return {"http": "http.client"}.get(root, root)
