"""Whose service stands behind a client or an address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ..sites import Parameter, Region
from .functions import last_name
from .names import Declaration
from .objects import Fields, read_fields
from .reach import reach
from .reached import Leaf
from .tree import Node, bare
from .values import HOLE, spell

Service: TypeAlias = Literal["openai", "azure", "other", "local", "unknown"]

OURS: Final = re.compile(r"(?:^|/)(?:dall-?e|gpt-image|chatgpt-image)", re.IGNORECASE)
AZURE: Final = re.compile(r"azure\.com|/openai/deployments/|azure-api\.net", re.IGNORECASE)
LOCAL: Final = re.compile(
    r"^https?://(?:localhost|127\.|0\.0\.0\.0|192\.168\.|10\.|host\.docker|\[::1\])", re.IGNORECASE
)
OPENAI: Final = re.compile(r"^https?://[^/\0]*(?:openai\.com|oai\.|openai)|/openai(?:/|$)", re.IGNORECASE)
HOST: Final = re.compile(r"^(?:https?:)?//[^/\0]")
OTHERS: Final = re.compile(
    r"together|x\.?ai\b|grok|fal\b|replicate|stability|gemini|google|vertex|imagen|fireworks|deepinfra|recraft|ollama"
    r"|chrome\b|docker",
    re.IGNORECASE,
)
ADDRESSES: Final = ("baseURL", "baseUrl", "base_url", "basePath", "endpoint", "apiBase")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Client:
    """What an SDK's call goes through."""

    service: Service = "unknown"
    made: Node | None = None
    options: Fields = field(default_factory=Fields)

    @property
    def region(self) -> Region | None:
        """Where it is made."""
        return self.made.region if self.made is not None else None


def service_at(address: str) -> Service:
    """Whose service an address belongs to, which may have holes."""
    if AZURE.search(address):
        return "azure"
    if LOCAL.search(address):
        return "local"
    if OPENAI.search(address):
        return "openai"
    return "other" if HOST.search(address) else "unknown"


def client_of(receiver: Node) -> Client:
    """The client that an expression stands for."""
    made = [client for leaf in reach(receiver).leaves if (client := _made(leaf)) is not None]
    if made:
        return next((client for client in made if client.service != "other"), made[0])
    name = receiver.text
    if "azure" in name.lower():
        return Client(service="azure")
    return Client(service="other" if OTHERS.search(name) else "unknown")


def _made(leaf: Leaf) -> Client | None:
    node = bare(leaf.node)
    maker = node.field("constructor") or node.field("function")
    if maker is None or node.kind not in {"new_expression", "call_expression"}:
        return None
    service = _maker_service(maker)
    if service == "unknown":
        return Client(service="other") if node.kind == "new_expression" else None
    options = _options(node)
    return Client(service=_by_address(options, service), made=node, options=options)


def _maker_service(maker: Node) -> Service:
    name = last_name(maker)
    declaration = maker.module.names.find(maker) if maker.kind == "identifier" else None
    origin = _origin(declaration)
    words = f"{name} {origin}".lower()
    if "azure" in words and "openai" in words.replace(origin.lower(), origin.lower() or "openai"):
        return "azure"
    if "createazure" in words:
        return "azure"
    return "openai" if "openai" in words or origin == "openai" else "unknown"


def _origin(declaration: Declaration | None) -> str:
    """The specifier and the name that a declared name is imported as."""
    if declaration is None or declaration.kind != "import" or declaration.source is None:
        return ""
    return f"{declaration.source.text[1:-1]} {declaration.path[0]}"


def _options(node: Node) -> Fields:
    listed = node.field("arguments")
    given = [bare(argument) for argument in (listed.items if listed is not None else ())]
    if given and given[0].kind == "new_expression":  # new OpenAIApi(new Configuration({ … }))
        return _options(given[0])
    return read_fields(given[0]) if given else Fields()


def _by_address(options: Fields, service: Service) -> Service:
    if "azureEndpoint" in options.held or "azureADTokenProvider" in options.held or "resourceName" in options.held:
        return "azure"
    known = {service_at(text) for key in ADDRESSES if key in options.held for text in addresses(options, key)}
    found = known - {"unknown"}
    if not found or found & {service, "openai"}:
        return service
    return "azure" if "azure" in found else next(iter(sorted(found)))


def addresses(options: Fields, key: str) -> tuple[str, ...]:
    """The texts that an option such as `baseURL` may have."""
    held = options.held.get(key)
    return tuple(one.text for one in spell(held.node)) if held is not None else ()


def is_ours(service: Service, model: Parameter | None) -> bool:
    """Whether a call concerns OpenAI's image models: by the models that it may name, else by whose service it is."""
    named = [str(choice.value) for choice in model.choices if choice.value] if model is not None else []
    if service == "local":
        return False
    if any(OURS.search(name) for name in named):
        return True
    if service == "azure":
        return True
    if named and (model is None or model.unknown is None or service == "other"):
        return False
    return service in {"openai", "unknown"}


def without_holes(text: str) -> str:
    """An address as it can be shown."""
    return text.replace(HOLE, "…")
