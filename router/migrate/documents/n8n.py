"""Workflows of n8n: OpenAI's node, and requests to the image endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..kinds import is_test
from ..sites import Choice, Mark, MarkKind, Operation, Parameter, Reading, Region, Site, Unresolved
from .bodies import FILE, FILES, Body, choice, insertion, plain, read_body, read_node, site, whole, with_whole
from .jsontext import inner_text, read_json
from .names import ENDPOINT, endpoint
from .settings import through
from .text import Text
from .tree import BrokenTextError, Document, Entry, Row, Table, Value, tables, word

PREFIXES: Final = ("n8n-nodes-base.", "@n8n/n8n-nodes-langchain.")
REQUESTS: Final = frozenset({
    "n8n-nodes-base.httpRequest", "n8n-nodes-base.httpRequestTool", "@n8n/n8n-nodes-langchain.toolHttpRequest",
})  # fmt: skip
OPENAI: Final = frozenset({"@n8n/n8n-nodes-langchain.openAi", "@n8n/n8n-nodes-langchain.openAiTool"})
TOOL: Final = re.compile(r"Tool$|\.tool")
OLD_OPENAI: Final = "n8n-nodes-base.openAi"
RENAMED: Final = {
    "dalleQuality": "quality",
    "outputFormat": "output_format",
    "outputCompression": "output_compression",
    "inputFidelity": "input_fidelity",
    "imageMask": "mask",
    "responseFormat": "response_format",
    "images": "image",
}
"""What n8n calls the parameters (its `generate.operation.ts` and `edit.operation.ts`)."""
NOT_SENT: Final = frozenset({
    "resource", "operation", "options", "modelId", "returnImageUrls", "binaryPropertyOutput", "binaryPropertyName",
    "requestOptions", "authentication", "simplify", "toolDescription", "descriptionType",
})  # fmt: skip
BY_SEARCH: Final = 2.2
"""The version of the node from which on the model is searched for and saved as `modelId`."""
EXPRESSION: Final = re.compile(
    r"^=?\s*\{\{\s*(?:\$json|\$input\.(?:item|first\(\))\.json|\$(?:\(|node\[)['\"](?P<node>[^'\"]+)['\"][)\]]"
    r"(?:\.(?:item|first\(\)|last\(\)))?\.json)(?:\.(?P<name>[\w]+)|\[['\"](?P<quoted>[^'\"]+)['\"]\])\s*\}\}\s*$"
)
READS: Final[tuple[tuple[MarkKind, re.Pattern[bytes]], ...]] = (
    ("reads_url", re.compile(rb"data\[0\]\.url\b|data\[0\]\[(?:\\\"|')url(?:\\\"|')\]|\.data\.first\(\)\.url\b")),
    ("reads_revised_prompt", re.compile(rb"\.revised_prompt\b")),
)
ENOUGH: Final = 180_000
SENDS_FORMAT: Final = "older versions of the node send `response_format` with every model but gpt-image-1"
BODY_LISTS: Final = (("bodyParameters", "parameters"), ("bodyParametersUi", "parameter"), ("parametersBody", "values"))
BODY_TEXTS: Final = ("jsonBody", "bodyParametersJson", "body", "rawBody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The nodes around: what earlier ones set is looked up by name."""

    text: Text
    set: tuple[tuple[str, str, Value, int], ...]

    def asked(self, value: Value, text: Text) -> Parameter:
        """What a parameter of a node is: a value, or an expression, followed to the node that sets it."""
        raw = value.value
        if value.formula or not isinstance(raw, str) or not ("{{" in raw or raw.startswith("=")):
            return self.known(value, text) if not value.formula else self.formula(value, text)
        found = EXPRESSION.match(raw)
        return self.set_before(found, value, text) if found else self.formula(value, text)

    def known(self, value: Value, text: Text) -> Parameter:
        """A value as it stands."""
        return Parameter(choices=(choice(value, text),))

    def formula(self, value: Value, text: Text) -> Parameter:
        """An expression that is not worked out, unless it is a plain look-up."""
        raw = text.data[value.start : value.end].decode("utf-8", "replace")
        found = EXPRESSION.match(raw)
        if found:
            return self.set_before(found, value, text)
        return Parameter(unknown=f"an expression: `{text.shown(value.start, value.end)}`")

    def set_before(self, found: re.Match[str], value: Value, text: Text) -> Parameter:
        """What a look-up gives: the value that a node of that name, or the only one, sets."""
        name = found["name"] or found["quoted"]
        shown = text.shown(value.start, value.end)
        given = [one for one in self.set if one[1] == name and found["node"] in {None, one[0]}]
        if len(given) != 1:
            return Parameter(unknown=f"an expression: `{shown}`")
        node, _, inner, at = given[0]
        raw = inner.value
        if isinstance(raw, str) and ("{{" in raw or raw.startswith("=")):
            return Parameter(unknown=f"an expression in the node `{node}`", origins=(self.text.origin(name, at),))
        known = through(Parameter(choices=(choice(inner, self.text),)), self.text.origin(name, at))
        unknown = None if found["node"] else f"the node before may give another `{name}`"
        return Parameter(choices=tuple(with_number(one) for one in known.choices), unknown=unknown)


def with_number(given: Choice) -> Choice:
    """The same, a number that is kept as text as a number."""
    return Choice(value=plain(given.value), origins=given.origins, written=given.written)


def read_n8n(_: tuple[str, ...], table: Table, document: Document) -> Reading | None:
    """A workflow, or a node that stands alone."""
    nodes = table.get("nodes")
    if not isinstance(nodes, Row) or not any(is_node(item) for item in nodes.items):
        return read_nodes([table], document.text) if is_node(table) else None
    return read_nodes([item for item in nodes.items if isinstance(item, Table)], document.text)


def is_node(item: object) -> bool:
    """Whether a table is a node of n8n."""
    return isinstance(item, Table) and (item.word("type") or "").startswith(PREFIXES) and "parameters" in item.keys


def read_nodes(nodes: list[Table], text: Text) -> Reading:
    """The nodes of a workflow that ask for pictures, and those that read the answer."""
    workflow = Workflow(text=text, set=tuple(given for node in nodes for given in set_by(node)))
    readings = [read_one(node, workflow) for node in nodes if is_node(node)]
    sites = tuple(found for reading in readings for found in reading.sites)
    marks = [found for reading in readings for found in reading.marks]
    if any(found.surface == "n8n-http" for found in sites):
        marks.extend(answers(nodes, text, sites))
    unresolved = tuple(found for reading in readings for found in reading.unresolved)
    return Reading(sites=sites, marks=tuple(marks), unresolved=unresolved)


def set_by(node: Table) -> Iterator[tuple[str, str, Value, int]]:
    """What a node that sets fields gives them: the node's name, the field's, the value and where it stands."""
    if node.word("type") != "n8n-nodes-base.set":
        return
    for _, table in tables(node):
        name = table.word("name")
        value = next((table.get(key) for key in ("value", "stringValue", "numberValue") if table.get(key)), None)
        if name and isinstance(value, Value):
            yield node.word("name") or "", name, value, table.start


def read_one(node: Table, workflow: Workflow) -> Reading:
    """One node."""
    kind, given = node.word("type") or "", node.table("parameters")
    if given is None or disabled(node):
        return Reading()
    if kind in REQUESTS:
        return read_request(node, given, workflow)
    if kind in OPENAI or kind == OLD_OPENAI:
        return read_openai(node, given, workflow, old=kind == OLD_OPENAI)
    if kind.endswith((".code", ".function", ".toolCode")):
        return read_code(node, given, workflow.text)
    return Reading()


def disabled(node: Table) -> bool:
    """Whether a node is switched off."""
    off = node.get("disabled")
    return isinstance(off, Value) and off.value is True


def read_code(node: Table, given: Table, text: Text) -> Reading:
    """A node with code of its own, which is not read."""
    for entry in given.entries:
        if (code := word(entry.node)) and ENDPOINT.search(code):
            line, column = text.place(entry.start)
            reason = f"code in the node `{node.word('name') or ''}` calls an image endpoint"
            return Reading(
                unresolved=(Unresolved(path=text.path, line=line, column=column, surface="n8n-code", reason=reason),)
            )
    return Reading()


def read_openai(node: Table, given: Table, workflow: Workflow, *, old: bool) -> Reading:
    """OpenAI's node, if it draws."""
    operation = given.word("operation") or ("create" if old else "generate")
    if given.word("resource") != "image" or operation not in {"generate", "create", "edit"}:
        return Reading()
    text = workflow.text
    options = given.table("options")
    parameters: dict[str, Parameter] = {}
    entries = (*given.entries, *(options.entries if options else ()))
    for entry in entries:
        key = RENAMED.get(entry.key, entry.key)
        if entry.key not in NOT_SENT:
            parameters[key] = with_whole(
                FILE if key in FILES else value_of(entry, key, workflow, old=old), whole(entry, text)
            )
    found, missing = model_of(node, given, workflow, operation=operation)
    parameters["model"] = found
    slot = insertion(given if missing else options or given, text) if missing or options else None
    open_ = () if old or operation == "edit" else (SENDS_FORMAT,)
    body = Body(parameters=parameters, insertion=slot, files=int(operation == "edit"), open=open_)
    surface = "n8n-tool" if TOOL.search(node.word("type") or "") else "n8n-node"
    call = shown(node, body, text, surface=surface, operation="edit" if operation == "edit" else "generate")
    return Reading(sites=(call,), marks=(*retries(node, call, text), *urls(entries, call, text)))


def value_of(entry: Entry, key: str, workflow: Workflow, *, old: bool) -> Parameter:
    """A parameter of the node; the old one has its own words for the format of the answer."""
    if old and key == "response_format":
        value = "url" if word(entry.node) == "imageUrl" else "b64_json"
        return Parameter(choices=(Choice(value=value),))
    return read_node(entry.node, workflow.text, workflow.asked)


def model_of(node: Table, given: Table, workflow: Workflow, *, operation: str) -> tuple[Parameter, bool]:
    """The model, and whether it is only the node's default."""
    chosen = given.get("modelId") or given.get("model")
    value = chosen.get("value") if isinstance(chosen, Table) else chosen
    text = workflow.text
    if isinstance(value, Value) and value.value:
        entry = given.entry("model")
        return with_whole(workflow.asked(value, text), whole(entry, text) if entry else None), False
    version = node.get("typeVersion")
    number = version.value if isinstance(version, Value) and isinstance(version.value, int | float) else 1
    default = default_model(node.word("type") or "", operation, number)
    return Parameter(choices=(Choice(value=default, origins=(text.origin("the node's default", node.start),)),)), True


def default_model(kind: str, operation: str, version: float) -> str:
    """The model that a node takes when none is chosen (n8n's sources)."""
    if kind == OLD_OPENAI:
        return "dall-e-2"
    if operation == "edit":
        return "gpt-image-1"
    return "gpt-image-1-mini" if version >= BY_SEARCH else "dall-e-3"


def urls(entries: Iterable[Entry], call: Site, text: Text) -> Iterator[Mark]:
    """Where the node is told to give addresses instead of pictures."""
    for entry in entries:
        node = entry.node
        asks = entry.key == "returnImageUrls" and isinstance(node, Value) and node.value is True
        if asks or (entry.key == "responseFormat" and word(node) in {"imageUrl", "url"}):
            yield marked(text, entry.start, node.end, call=call, kind="reads_url")


def read_request(node: Table, given: Table, workflow: Workflow) -> Reading:
    """A node that sends a request, if that is one for pictures."""
    url = (given.word("url") or "").lstrip("=")
    asked = endpoint(url)
    if asked is None:
        return Reading()
    text = workflow.text
    body = body_of(given, workflow)
    if body.names_another or not (asked.certain or body.model):
        return Reading()
    if asked.provider == "azure" and "/deployments/" in url:
        body = replace(body, parameters={**body.parameters, "model": Parameter(unknown="an Azure deployment")})
    surface = "n8n-tool" if TOOL.search(node.word("type") or "") else "n8n-http"
    call = shown(node, body, text, surface=surface, operation=asked.operation, provider=asked.provider)
    return Reading(sites=(call,), marks=(*retries(node, call, text), *timeouts(given, call, text)))


def body_of(given: Table, workflow: Workflow) -> Body:
    """What a request sends: a list of names and values, or JSON."""
    for holder, inner in BODY_LISTS:
        table = given.table(holder)
        rows = table.get(inner) if table else None
        if isinstance(rows, Row) and rows.items:
            return form(rows, workflow)
    for key in BODY_TEXTS:
        node = given.get(key)
        if isinstance(node, Table):
            return read_body(node, workflow.text, workflow.asked)
        if isinstance(node, Value) and isinstance(node.value, str) and "{" in node.value:
            return body_in(node, workflow)
    return Body(open=("a body that is given elsewhere",))


def form(rows: Row, workflow: Workflow) -> Body:
    """The fields of a request, each with a name and a value."""
    parameters: dict[str, Parameter] = {}
    files = 0
    for index, item in enumerate(rows.items):
        name = item.word("name") if isinstance(item, Table) else None
        if not isinstance(item, Table) or not name:
            continue
        cut = between(rows, index, workflow.text)
        value = item.get("value")
        if name in FILES or item.word("parameterType") == "formBinaryData":
            files += name != "mask"
            parameters[name.removesuffix("[]")] = with_whole(FILE, cut)
        elif isinstance(value, Value):
            given = workflow.asked(value, workflow.text)
            numbered = replace(given, choices=tuple(with_number(one) for one in given.choices))
            parameters[name] = with_whole(numbered, cut)
        else:
            parameters[name] = with_whole(Parameter(unknown="the model that uses the tool fills it in"), cut)
    return Body(parameters=parameters, files=files)


def between(rows: Row, index: int, text: Text) -> Region:
    """What to cut in order to drop an item of a list."""
    items = rows.items
    item = items[index]
    if index:
        return text.region(items[index - 1].end, item.end)
    return text.region(item.start, items[1].start if len(items) > 1 else item.end)


def body_in(value: Value, workflow: Workflow) -> Body:
    """The JSON in a parameter, expressions in it passed over."""
    inner = inner_text(workflow.text, value)
    try:
        root = read_json(inner, lenient=True, start=max(inner.data.find(b"{"), 0)).root
    except BrokenTextError:
        root = None
    if not isinstance(root, Table) and (found := OBJECT.search(inner.data)):
        try:
            root = read_json(inner, lenient=True, start=found.end() - 1).root
        except BrokenTextError:
            root = None
    if isinstance(root, Table):
        return read_body(root, inner, workflow.asked)
    return Body(open=(f"an expression: `{workflow.text.shown(value.start, value.end)}`",))


def timeouts(given: Table, call: Site, text: Text) -> Iterator[Mark]:
    """A time-out, in milliseconds, that is too short for a picture."""
    options = given.table("options")
    entry = options.entry("timeout") if options else None
    node = entry.node if entry else None
    if entry and isinstance(node, Value) and isinstance(node.value, int | float) and 0 < node.value < ENOUGH:
        yield replace(
            marked(text, entry.start, node.end, call=call, kind="short_timeout"),
            value=int(node.value // 1000) if node.value % 1000 == 0 else node.value / 1000,
        )


def retries(node: Table, call: Site, text: Text) -> Iterator[Mark]:
    """A node that is told to try again."""
    entry = node.entry("retryOnFail")
    if entry and isinstance(entry.node, Value) and entry.node.value is True:
        tries = node.get("maxTries")
        mark = marked(text, entry.start, entry.node.end, call=call, kind="retries")
        yield replace(mark, value=tries.value if isinstance(tries, Value) else 3)


def answers(nodes: list[Table], text: Text, sites: tuple[Site, ...]) -> Iterator[Mark]:
    """Where later nodes read what only older models answer."""
    requests = [found for found in sites if found.surface == "n8n-http"]
    for node in nodes:
        for kind, pattern in READS:
            for found in pattern.finditer(text.data, node.start, node.end):
                yield marked(text, *found.span(), call=requests[0], kind=kind)


def marked(text: Text, start: int, end: int, *, call: Site, kind: MarkKind) -> Mark:
    """A mark that belongs to a call."""
    line, column = text.place(start)
    return Mark(
        path=text.path,
        line=line,
        column=column,
        kind=kind,
        surface=call.surface,
        text=text.shown(start, end).replace('"', "") if kind != "reads_url" else text.shown(start, end),
        site=call.line,
        in_test=call.in_test,
    )


def shown(node: Table, body: Body, text: Text, *, surface: str, operation: Operation, provider: str = "openai") -> Site:
    """The call, shown where its node names its type."""
    entry = node.entry("type")
    at = entry.start if entry else node.start
    about = {"surface": surface, "operation": operation, "provider": provider}
    return site(text, at, body, in_test=is_test(text.path), **about)


OBJECT: Final = re.compile(rb"(?:JSON\.stringify\(|=>\s*\(|return\s+)\s*\{")
