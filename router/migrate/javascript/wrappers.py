"""Libraries that ask for pictures on an app's behalf: the AI SDK, LangChain, and the Responses API's tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..sites import Choice, Origin, Parameter, Unresolved
from .clients import OTHERS, Client, Service, client_of, is_ours
from .found import Found, default_choice, site_of
from .functions import last_name
from .literals import plain_text
from .modules import Module
from .objects import Fields, Held, read_fields
from .reach import reach
from .reached import Leaf, Reached
from .tree import Node, bare, wrapped
from .values import parameter

IMAGE_FUNCTIONS: Final = frozenset({"generateImage", "experimental_generateImage"})
MODEL_MAKERS: Final = frozenset({"image", "imageModel"})
SENT: Final = frozenset({"prompt", "size", "n"})
PROVIDERS: Final = ("openai", "azure")
CAPITAL: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")
DALLE_DEFAULTS: Final[Mapping[str, str | int]] = {
    "model": "dall-e-3",
    "style": "vivid",
    "quality": "standard",
    "n": 1,
    "size": "1024x1024",
    "response_format": "url",
}
DALLE_NAMES: Final = {
    "modelName": "model",
    "dallEResponseFormat": "response_format",
    "responseFormat": "response_format",
}
SENDS_FORMAT: Final = "older versions of the AI SDK send `response_format` with every model that they do not know"
NOT_SENT: Final = frozenset({"apiKey", "openAIApiKey", "maxRetries", "timeout", "organization", "configuration"})
TOOL_KEYS: Final = frozenset(
    {
        "type", "action", "background", "complexity", "frame_count", "frame_duration_ms", "input_fidelity",
        "input_image_mask", "model", "moderation", "output_compression", "output_format", "partial_images", "quality",
        "size", "svg", "n", "style", "response_format",
    }
)  # fmt: skip
TOOLS: Final = re.compile(r"tool", re.IGNORECASE)
CHOICE: Final = re.compile(r"tool_?choice", re.IGNORECASE)


def snake(name: str) -> str:
    """`outputFormat` as the API calls it."""
    return CAPITAL.sub(lambda match: f"_{match[1].lower()}", name)


def renamed(fields: Fields) -> Fields:
    """The same, by the API's names."""
    return replace(fields, held={snake(key): held for key, held in fields.held.items()}, insertion=fields.insertion)


def wrapper_calls(module: Module) -> Iterator[Found]:
    """All calls of a module that go through one of the libraries."""
    yield from _ai_sdk_calls(module)
    yield from _tool_makers(module)
    yield from _tool_objects(module)
    yield from _langchain(module)


def _ai_sdk_calls(module: Module) -> Iterator[Found]:
    names = set(IMAGE_FUNCTIONS)
    for declarations in module.names.declared.values():
        names |= {d.name for d in declarations if d.kind == "import" and d.path and d.path[0] in IMAGE_FUNCTIONS}
    for name in sorted(names):
        for call in module.names.calls.get(name, ()):
            listed = call.field("arguments")
            found = _ai_sdk_call(call, read_fields(listed.items[0])) if listed is not None and listed.items else None
            if found is not None:
                yield found


def _ai_sdk_call(call: Node, fields: Fields) -> Found | None:
    if "model" not in fields.held:
        return None
    held = fields.held["model"]
    model, service = _ai_model(held)
    if model is None or not is_ours(service, model):
        return None
    options = _provider_options(fields)
    own = {key: one for key, one in fields.held.items() if key in SENT}
    if call.module.text and not _is_from_ai(call) and not own.keys() & {"prompt"}:
        return None
    inner = options if options is not None else Fields()
    doubts = (*fields.open, *inner.open, SENDS_FORMAT)
    sent = Fields(held={**own, **renamed(inner).held}, open=doubts, insertion=inner.insertion)
    site = site_of(call, sent, surface="ai-sdk", service=service, more={"model": model})
    return Found(site=site, node=call, options=(fields,))


def _is_from_ai(call: Node) -> bool:
    return re.search(r"""["']ai["']""", call.module.text) is not None


def _ai_model(held: Held) -> tuple[Parameter | None, Service]:
    """The model that `openai.image("dall-e-3")` or `"openai/gpt-image-1"` stands for, and whose it is."""
    found: list[tuple[Parameter, Service]] = []
    for leaf in held.value.leaves:
        made = _made_model(leaf)
        if made is not None:
            found.append(made)
    if not found:
        return None, "unknown"
    choices = tuple(choice for one, _ in found for choice in one.choices)
    reason = next((one.unknown for one, _ in found if one.unknown is not None), held.value.unknown)
    services = [service for _, service in found]
    service: Service = next((one for one in services if one in {"openai", "azure"}), services[0])
    return Parameter(choices=choices, unknown=reason), service


def _made_model(leaf: Leaf) -> tuple[Parameter, Service] | None:
    node = bare(leaf.node)
    text = plain_text(node)
    if text is not None:
        return parameter(Reached(leaves=(leaf,))), "other" if "/" in text else "unknown"
    callee, listed = node.field("function"), node.field("arguments")
    if callee is None or listed is None or not listed.items or last_name(callee) not in MODEL_MAKERS:
        return None
    receiver = callee.field("object")
    made = parameter(reach(listed.items[0]))
    choices = tuple(_after_prefix(choice, leaf.origins) for choice in made.choices)
    return replace(made, choices=choices), _ai_provider(receiver)


def _after_prefix(choice: Choice, origins: tuple[Origin, ...]) -> Choice:
    """The model of a registry's `openai:dall-e-3`, which cannot be replaced on its own."""
    name = str(choice.value)
    through = (*origins, *choice.origins)
    if ":" not in name:
        return replace(choice, origins=through)
    return Choice(value=name.rpartition(":")[2], origins=through)


def _ai_provider(receiver: Node | None) -> Service:
    if receiver is None:
        return "unknown"
    declaration = receiver.module.names.find(receiver) if receiver.kind == "identifier" else None
    source = declaration.source if declaration is not None else None
    words = source.text if source is not None and declaration is not None and declaration.kind == "import" else ""
    if "@ai-sdk/" in words:
        return "azure" if "azure" in words else "openai" if "openai" in words else "other"
    client = client_of(receiver)
    if client.made is None and OTHERS.search(receiver.text):
        return "other"
    return "openai" if client.service == "unknown" and "openai" in receiver.text.lower() else client.service


def _provider_options(fields: Fields) -> Fields | None:
    if "providerOptions" not in fields.held:
        return None
    outer = read_fields(fields.held["providerOptions"].node)
    key = next((key for key in PROVIDERS if key in outer.held), None)
    return read_fields(outer.held[key].node) if key is not None else None


def _tool_makers(module: Module) -> Iterator[Found]:
    """`openai.tools.imageGeneration({ … })` of the AI SDK and `tools.imageGeneration({ … })` of LangChain."""
    for call in module.names.calls.get("imageGeneration", ()):
        callee, listed = call.field("function"), call.field("arguments")
        holder = callee.field("object") if callee is not None else None
        if holder is None or not holder.text.endswith("tools"):
            continue
        fields = renamed(read_fields(listed.items[0])) if listed is not None and listed.items else Fields()
        yield Found(site=site_of(call, fields, surface="responses-tool"), node=call)


def _tool_objects(module: Module) -> Iterator[Found]:
    """`{ type: "image_generation" }` among the tools of a response."""
    for node in module.of("string"):
        pair = wrapped(node).parent
        holder = pair.parent if pair is not None else None
        if node.text[1:-1] != "image_generation" or pair is None or holder is None or holder.kind != "object":
            continue
        key = pair.field("key")
        if key is None or key.text.strip("\"'") != "type" or not _is_tool(holder):
            continue
        found = read_fields(holder)
        fields = replace(found, held={name: held for name, held in found.held.items() if name != "type"})
        if not fields.held.keys() <= TOOL_KEYS:
            continue
        client = _responses_client(holder)
        if client.service in {"local", "other"}:
            continue
        yield Found(
            site=site_of(holder, fields, surface="responses-tool", service=client.service, client=client),
            node=holder,
            client=client,
        )


def _is_tool(holder: Node) -> bool:
    """Whether an object stands where tools do."""
    for above in holder.ancestors():
        match above.kind:
            case "pair":
                key = above.field("key")
                words = key.text if key is not None else ""
            case "variable_declarator":
                name = above.field("name")
                words = name.text if name is not None else ""
            case "call_expression":
                callee = above.field("function")
                words = callee.text if callee is not None else ""
            case "assignment_expression":
                left = above.field("left")
                words = left.text if left is not None else ""
            case "statement_block" | "program":
                return False
            case _:
                continue
        if CHOICE.search(words):
            return False
        if TOOLS.search(words):
            return True
    return False


def _responses_client(holder: Node) -> Client:
    """The client of the call that a tool is for; else that of the module's first call for a response."""
    around = [above for above in holder.ancestors() if above.kind == "call_expression"]
    calls = [call for name in ("create", "stream", "parse") for call in holder.module.names.calls.get(name, ())]
    for call in [*around, *calls]:
        callee = call.field("function")
        receiver = callee.field("object") if callee is not None and callee.kind == "member_expression" else None
        inner = receiver.field("object") if receiver is not None and receiver.text.endswith(".responses") else None
        if inner is not None:
            return client_of(inner)
    return Client()


def _langchain(module: Module) -> Iterator[Found]:
    for call in module.names.calls.get("DallEAPIWrapper", ()):
        constructor, listed = call.field("constructor"), call.field("arguments")
        if constructor is None:
            continue
        fields = read_fields(listed.items[0]) if listed is not None and listed.items else Fields()
        held = {DALLE_NAMES.get(key, key): one for key, one in fields.held.items() if key not in NOT_SENT}
        more = {key: default_choice(value, constructor) for key, value in DALLE_DEFAULTS.items()}
        site = site_of(call, replace(fields, held=held), surface="langchain", more=more)
        yield Found(site=site, node=call, options=(fields,))


def unknown_wrappers(module: Module, found: Sequence[Found]) -> Iterator[Unresolved]:
    """Calls of the AI SDK whose model could not be read, in a module that has OpenAI's provider."""
    seen = {one.node for one in found}
    if "@ai-sdk/openai" not in module.text and "@ai-sdk/azure" not in module.text:
        return
    for name in sorted(IMAGE_FUNCTIONS):
        for call in module.names.calls.get(name, ()):
            listed = call.field("arguments")
            fields = read_fields(listed.items[0]) if listed is not None and listed.items else Fields()
            model = fields.held.get("model")
            if call in seen or (model is not None and _ai_model(model)[0] is not None):
                continue
            place = call.region
            reason = (model.parameter().unknown if model is not None else None) or "it is not known what it is given"
            yield Unresolved(
                path=place.path, line=place.line, column=place.column, surface="ai-sdk", reason=f"the model: {reason}"
            )
