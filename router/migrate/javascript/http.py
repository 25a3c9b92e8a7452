"""Requests without the SDK: `fetch`, axios and their like, to an address that ends in `/images/generations`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ..sites import Choice, Operation, Parameter, Unresolved
from .clients import Client, Service, is_ours, service_at, without_holes
from .found import Answer, Found, deployment, site_of
from .functions import last_name
from .literals import property_name, shorten
from .modules import Module
from .objects import Fields, read_fields
from .reach import reach
from .schemas import root
from .tree import FUNCTIONS, Node, bare
from .values import HOLE, spell

ADDRESS: Final = re.compile(r"(?:^|[/\0])images/(generations|edits|variations)(?![\w-])")
AZURE_NAME: Final = re.compile(r"/deployments/([^/]*)/images/")
OPERATIONS: Final[Mapping[str, Operation]] = {"generations": "generate", "edits": "edit", "variations": "variation"}
ADDRESS_KEYS: Final = ("url", "uri", "path", "endpoint", "href")
BODY_KEYS: Final = ("body", "json", "data", "payload", "form", "formData", "multipart")
OPTION_KEYS: Final = frozenset({*BODY_KEYS, "method", "headers", "signal", "timeout", "responseType", "params"})
BODY_SECOND: Final = frozenset({"post", "put", "patch", "postForm", "$post", "postJson"})
FETCHES: Final = frozenset({"fetch", "$fetch", "ofetch", "fetchWithTimeout", "fetchWithRetry", "Request", "nodeFetch"})
KNOWN: Final = frozenset({"axios", "got", "ky", "superagent", "undici", "needle", "phin", "UrlFetchApp", "request"})
ROUTES: Final = frozenset({"app", "router", "server", "fastify", "http", "nock", "msw", "mock", "api", "hono", "scope"})
BASE_KEYS: Final = ("baseURL", "prefixUrl", "baseUrl")
METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH"})
SPELT: Final = frozenset(
    {
        "string",
        "template_string",
        "identifier",
        "member_expression",
        "binary_expression",
        "call_expression",
        "new_expression",
        "subscript_expression",
        "ternary_expression",
    }
)
READING: Final = frozenset(
    {"includes", "endsWith", "startsWith", "match", "test", "indexOf", "log", "replace", "error", "warn"}
)
TELLING: Final = frozenset({"prompt", "model"})
WHOLE_ANSWER: Final = frozenset({"$fetch", "ofetch", "json"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exchange:
    """A request in the making: where it goes, what it holds, and what else is handed over with it."""

    call: Node
    address: str
    operation: Operation
    body: Node | None = None
    options: tuple[Fields, ...] = ()
    instance: Fields = field(default_factory=Fields)
    surface: str = "fetch"


def http_calls(module: Module) -> Iterator[Found]:
    """All requests of a module that go to the image endpoints."""
    for call in module.of("call_expression", "new_expression"):
        exchange = _exchange(call)
        found = _found(exchange) if exchange is not None else None
        if found is not None:
            yield found


def unfollowed(module: Module, found: Sequence[Found]) -> Iterator[Unresolved]:
    """Full addresses of the image endpoints that no request was seen for."""
    if any(one.site.surface in {"fetch", "axios"} for one in found):
        return
    for node in module.of("string", "template_string"):
        address = next((one.text for one in spell(node)), "")
        if ADDRESS.search(address) is None or "api.openai.com" not in address or _is_read(node):
            continue
        place = node.region
        yield Unresolved(
            path=place.path,
            line=place.line,
            column=place.column,
            surface="fetch",
            reason=f"what is sent to `{shorten(without_holes(address), 60)}` could not be followed",
        )


def _is_read(node: Node) -> bool:
    call = node.parent.parent if node.parent is not None and node.parent.kind == "arguments" else None
    callee = call.field("function") if call is not None else None
    return callee is not None and (last_name(callee) in READING or root(callee) in ROUTES)


def _exchange(call: Node) -> Exchange | None:
    callee, listed = call.field("function") or call.field("constructor"), call.field("arguments")
    given = listed.items if listed is not None and listed.kind == "arguments" else ()
    if callee is None or not given or last_name(callee) in READING or _has_function(given[1:]):
        return None
    if bare(given[0]).kind == "string" and given[0].text[1:-1].upper() in METHODS:
        given = given[1:]  # this.request("POST", address, body)
    if not given:
        return None
    first = bare(given[0])
    if first.kind == "object":
        return _described(call, callee, first)
    address = _image_address(first) if first.kind in SPELT else None
    if address is None:
        return None
    instance = _instance(callee)
    made = Exchange(
        call=call,
        address=address,
        operation=OPERATIONS[ADDRESS.findall(address)[-1]],
        surface=_surface(callee),
        instance=instance,
    )
    return _based(_with_arguments(made, last_name(callee), given[1:]))


def _based(made: Exchange) -> Exchange:
    """The same with the address that a client's or a request's `baseURL` begins with."""
    settings = (*made.options, made.instance)
    base = next((_address_of(fields, key) for fields in settings for key in BASE_KEYS if key in fields.held), "")
    return replace(made, address=base + made.address)


def _image_address(node: Node) -> str | None:
    return next((one.text for one in spell(node) if ADDRESS.search(one.text)), None)


def _has_function(arguments: tuple[Node, ...]) -> bool:
    """Whether it is a route or a mock, which answers instead of asking."""
    return any(bare(argument).kind in FUNCTIONS for argument in arguments)


def _described(call: Node, callee: Node, described: Node) -> Exchange | None:
    """`axios({ method, url, data })`."""
    if not any(property_name(item.field("key")) in ADDRESS_KEYS or not item.children for item in described.items):
        return None
    fields = read_fields(described)
    key = next((key for key in ADDRESS_KEYS if key in fields.held), None)
    address = _image_address(fields.held[key].node) if key is not None else None
    if address is None:
        return None
    made = Exchange(
        call=call,
        address=address,
        operation=OPERATIONS[ADDRESS.findall(address)[-1]],
        body=_body(fields),
        options=(fields,),
        surface=_surface(callee),
        instance=_instance(callee),
    )
    return _based(made)


def _address_of(fields: Fields, key: str) -> str:
    return spell(fields.held[key].node)[0].text.rstrip("/") + "/"


def _with_arguments(made: Exchange, name: str, rest: tuple[Node, ...]) -> Exchange:
    if not rest:
        return _sent_later(made)
    second = read_fields(rest[0])
    is_body = name in BODY_SECOND and not (second.held.keys() & OPTION_KEYS and not second.held.keys() & TELLING)
    if is_body or (name not in FETCHES and second.held.keys() & TELLING):
        return replace(made, body=rest[0], options=tuple(read_fields(node) for node in rest[1:2]))
    body = _body(second)
    if body is None and len(rest) > 1 and read_fields(rest[1]).held.keys() & TELLING:
        body = rest[1]
    return replace(made, body=body, options=(second,))


def _body(fields: Fields) -> Node | None:
    return next((fields.held[key].node for key in BODY_KEYS if key in fields.held), None)


def _sent_later(made: Exchange) -> Exchange:
    """`superagent.post(url).set(…).send({ … })`."""
    node = made.call
    while node.parent is not None and node.parent.kind == "member_expression":
        call = node.parent.parent
        name, listed = node.parent.field("property"), call.field("arguments") if call is not None else None
        if call is None or name is None or listed is None:
            break
        if name.text in {"send", "json"} and listed.items:
            return replace(made, body=listed.items[0], surface="superagent")
        node = call
    return made


def _instance(callee: Node) -> Fields:
    """What `axios.create({ … })` was told, of which the callee is a method."""
    holder = callee.field("object") if callee.kind == "member_expression" else callee
    if holder is None:
        return Fields()
    for leaf in reach(holder).leaves:
        maker, listed = leaf.node.field("function"), leaf.node.field("arguments")
        if (
            maker is not None
            and last_name(maker) in {"create", "extend", "defaults"}
            and listed is not None
            and listed.items
        ):
            return read_fields(listed.items[0])
    return Fields()


def _surface(callee: Node) -> str:
    words = root(callee)
    name = last_name(callee)
    if name in FETCHES or name == "fetch":
        return "fetch"
    if words in KNOWN:
        return words
    for leaf in reach(callee.field("object") or callee).leaves:
        maker = root(leaf.node)
        if maker in KNOWN:
            return maker
    return "axios" if "axios" in callee.module.text else "fetch"


def _found(made: Exchange) -> Found | None:
    fields = read_fields(made.body) if made.body is not None else Fields()
    service = service_at(made.address)
    model = fields.held["model"].parameter() if "model" in fields.held else None
    if not _is_request(made, fields) or not is_ours(_asked(service, made), model):
        return None
    more: dict[str, Parameter] = {}
    named = AZURE_NAME.search(made.address)
    if named is not None:
        more["model"] = deployment(_named_deployment(named[1]))
    client = Client(service=service, options=made.instance)
    if made.body is not None and not fields.held and not fields.open:
        fields = replace(fields, open=(f"`{shorten(made.body.text)}` could not be read",))
    if made.body is None:
        fields = replace(fields, open=("what is sent could not be followed",))
    site = site_of(made.call, fields, surface=made.surface, operation=made.operation, service=service, more=more)
    if named is not None and service != "azure":
        site = replace(site, provider="azure")
    answer = _answer(made)
    return Found(site=site, node=made.call, answer=answer, options=(*made.options, made.instance), client=client)


def _asked(service: Service, made: Exchange) -> Service:
    """An address that begins at our own server may lead anywhere: then the model must tell."""
    callee = made.call.field("function")
    if service != "unknown" or not made.address.startswith(("/", "images/")):
        return service
    return "unknown" if callee is not None and "openai" in callee.text.lower() else "other"


def _named_deployment(name: str) -> Parameter:
    return Parameter() if HOLE in name or not name else Parameter(choices=(Choice(value=name),))


def _is_request(made: Exchange, fields: Fields) -> bool:
    callee = made.call.field("function") or made.call.field("constructor")
    known = last_name(callee) in FETCHES or (made.surface in KNOWN and root(callee or made.call) not in ROUTES)
    return bool(fields.held.keys() & TELLING) or (known and (made.body is not None or bool(made.options)))


def _answer(made: Exchange) -> Answer:
    if made.surface == "axios":
        return "axios"
    callee = made.call.field("function")
    if last_name(callee) in WHOLE_ANSWER:
        return "anything"
    return "response" if made.surface == "fetch" and last_name(callee) in FETCHES else "anything"
