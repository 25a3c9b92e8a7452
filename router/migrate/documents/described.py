"""Requests that a document describes: an address and a body, a line of a batch, an entry of a Postman collection."""

from __future__ import annotations

from typing import Final

from ..kinds import is_test
from ..sites import Parameter, Reading
from .bodies import FILE, FILES, Body, literal, read_body, site
from .jsontext import inner_text, read_json
from .names import endpoint
from .text import Text
from .tree import BrokenTextError, Document, Node, Row, Table, Value, word

ADDRESSES: Final = ("url", "uri", "endpoint", "path")
BODIES: Final = ("body", "data", "json", "payload", "requestBody", "request_body", "postData", "bodyParametersJson")
FIELDS: Final = ("formdata", "urlencoded", "params")
RECORDINGS: Final = ("interactions", "log", "entries", "http_interactions")


def read_described(keys: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """An image call that a table describes; what was recorded of a call that was made is none."""
    url = next((text for key in ADDRESSES if (text := address(table.get(key)))), None)
    asked = endpoint(url) if url else None
    node = next((node for key in BODIES if (node := table.get(key)) is not None), None)
    if asked is None or node is None or set(keys) & set(RECORDINGS):
        return None
    body = body_of(node, document.text)
    if body is None or body.names_another or not (asked.certain or body.model):
        return None
    parameters = dict(body.parameters)
    if asked.provider == "azure" and url and "/deployments/" in url:
        parameters["model"] = Parameter(unknown="an Azure deployment")
    found = site(
        document.text,
        table.start,
        body,
        surface="batch" if table.word("custom_id") else "config",
        operation=asked.operation,
        provider=asked.provider,
        parameters=parameters,
        in_test=is_test(document.text.path),
    )
    return Reading(sites=(found,))


def address(node: Node | None) -> str | None:
    """An address, plain or as Postman keeps it."""
    return node.word("raw") if isinstance(node, Table) else word(node)


def body_of(node: Node, text: Text) -> Body | None:
    """A body: a table of parameters, JSON as text, or the fields of a form."""
    if isinstance(node, Value):
        return body_in(node, text)
    if isinstance(node, Row):
        return form(node, text)
    inner = next((node.get(key) for key in ("raw", "text") if node.get(key)), None)
    if isinstance(inner, Value):
        return body_in(inner, text)
    fields = next((node.get(key) for key in FIELDS if isinstance(node.get(key), Row)), None)
    return form(fields, text) if isinstance(fields, Row) else read_body(node, text)


def body_in(value: Value, text: Text) -> Body | None:
    """The body that a text holds as JSON, which may have holes to be filled."""
    if not isinstance(value.value, str) or "{" not in value.value:
        return None
    is_json = text.data[value.start - 1 : value.start] == b'"'
    inner = inner_text(text, value) if is_json else text.part(value.start, value.end)
    start = inner.data.find(b"{")
    try:
        root = read_json(inner, lenient=True, start=start).root
    except BrokenTextError:
        return None
    return read_body(root, inner) if isinstance(root, Table) else None


def form(fields: Row, text: Text) -> Body:
    """The fields of a form, each with a key and a value."""
    parameters: dict[str, Parameter] = {}
    files = 0
    for item in fields.items:
        name = (item.word("key") or item.word("name")) if isinstance(item, Table) else None
        node = item.get("value") if isinstance(item, Table) else None
        if name and name in FILES:
            files += name != "mask"
            parameters[name.removesuffix("[]")] = FILE
        elif name:
            parameters[name] = (
                literal(node, text) if isinstance(node, Value) else Parameter(unknown="a field without a value")
            )
    return Body(parameters=parameters, files=files)
