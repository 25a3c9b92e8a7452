"""Whose images a client asks for: OpenAI's, an Azure deployment's, or another vendor's behind the same SDK."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import libcst as cst

from .attributes import bases, lineage
from .tables import arguments
from .values import Entry, Imported, Instance, Look, Made, Member, Place, Thing, Unknown, full_name, texts

SYNC: Final = frozenset({"OpenAI", "AzureOpenAI", "Client"})
ASYNC: Final = frozenset({"AsyncOpenAI", "AsyncAzureOpenAI", "AsyncClient"})
FOREIGN_SDKS: Final = frozenset(
    [
        "together",
        "groq",
        "xai_sdk",
        "mistralai",
        "fireworks",
        "replicate",
        "fal_client",
        "fal",
        "zhipuai",
        "zai",
        "volcenginesdkarkruntime",
        "dashscope",
        "google",
        "genai",
        "vertexai",
        "g4f",
        "stability_sdk",
        "huggingface_hub",
        "anthropic",
        "cohere",
        "docker",
        "podman",
        "novita_client",
        "runware",
        "ollama",
        "qianfan",
        "cerebras",
        "sambanova",
        "deepinfra",
        "runwayml",
        "ideogram",
        "bfl",
        "nebius",
        "modelscope",
        "infip",
        "pollinations",
        "azure",
        "boto3",
        "kubernetes",
        "digitalocean",
        "pydo",
        "glanceclient",
        "openstack",
    ]
)
OWN_HOST: Final = re.compile(r"^(?:https?:)?//(?:[\w-]+\.)*(?:api\.openai\.com|oai\.azure\.com)")
AZURE_HOST: Final = re.compile(
    r"\.(?:openai|cognitiveservices)\.azure\.(?:com|us|cn)|services\.ai\.azure\.com|azure-api\.net|/openai/deployments/"
)
OTHER_HOST: Final = re.compile(
    r"(?:^|[/.@])(?:x\.ai|grok|(?:api\.)?together|openrouter|deepinfra|fal\.(?:run|ai|media)|replicate|fireworks|siliconflow|volces"
    r"|aliyuncs|dashscope|bigmodel|z\.ai|stability|novita|huggingface|hf\.co|groq|mistral|anthropic|googleapis|ollama"
    r"|nebius|hyperbolic|segmind|runware|getimg|minimax|moonshot|deepseek|cohere|cerebras|lmstudio|modelscope"
    r"|pollinations|chutes|nvidia|sambanova|perplexity|localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal"
    r"|infip|a4f|electronhub|shuttleai|venice|baidubce|hunyuan|tencent|infini|scaleway|ovh)",
    re.IGNORECASE,
)
OTHER_KEY: Final = re.compile(
    r"XAI|GROK|TOGETHER|OPENROUTER|DEEPINFRA|\bFAL|REPLICATE|FIREWORKS|SILICON|\bARK_|VOLC|DASHSCOPE|ZHIPU|STABILITY"
    r"|NOVITA|\bHF_|HUGGING|GROQ|MISTRAL|GEMINI|GOOGLE|NEBIUS|DEEPSEEK|MINIMAX|MOONSHOT|QWEN|DOUBAO|ANTHROPIC",
    re.IGNORECASE,
)
OTHER_MODEL: Final = re.compile(
    r"flux|stable[-_ ]?diffusion|sd[-_]?(?:xl|3)|sdxl|grok|imagen|gemini|nano[-_]?banana|seedream|seededit|doubao"
    r"|kandinsky|playground|recraft|ideogram|qwen|cogview|\bwan[x\d]|hidream|midjourney|black-forest|kolors|hunyuan|janus|kling"
    r"|dreamina|jimeng|photon|aura|firefly|titan|nova-canvas|bria|pixart|juggernaut|realvis|lcm|turbo$|glm-image"
    r"|stability|runwayml|minimax|img3|img4|phoenix|omnigen|z-image",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client: its provider, whether that is sure, and where it is made."""

    provider: str = "openai"
    sure: bool = False
    vendor: str | None = None  # somebody else
    asynchronous: bool = False
    module_level: bool = False
    gateway: bool = False  # a host that may be anybody's
    made: Place | None = None
    options: tuple[tuple[str, Entry], ...] = ()


def client_of(look: Look, thing: Thing) -> Client:
    """What is known of a client."""
    name = full_name(thing)
    if name is not None:
        return of_import(name)
    match thing:
        case Made(Member(base, path), place) if path[-1] in {"with_options", "copy"}:
            inner = client_of(look, base if len(path) == 1 else Member(base, path[:-1]))
            return with_options(look, inner, place)
        case Made(callee, place) if (callee_name := full_name(callee)) is not None:
            return made_by(look, callee_name, place)
        case Instance(kind, made):
            for one in lineage(look, kind):
                for base in bases(look, one):
                    if isinstance(base, Imported) and class_of(base.name) in SYNC | ASYNC:
                        return made_by(look, base.name, made)
            return Client()
        case _:
            return Client()


def class_of(name: str) -> str:
    """The last part of a name."""
    return name.rpartition(".")[2]


def of_import(name: str) -> Client:
    """A client that is imported, or the module itself."""
    root = name.partition(".")[0]
    if name == "openai":
        return Client(sure=True, module_level=True)
    return Client(vendor=root) if root in FOREIGN_SDKS else Client()


def made_by(look: Look, name: str, place: Place | None) -> Client:
    """A client that a call makes."""
    root, kind = name.partition(".")[0], class_of(name)
    if root in FOREIGN_SDKS:
        return Client(vendor=root)
    if kind not in SYNC | ASYNC or (kind in {"Client", "AsyncClient"} and root != "openai"):
        return Client()
    client = Client(
        provider="azure" if "Azure" in kind else "openai", sure=True, asynchronous=kind in ASYNC, made=place
    )
    if place is None or not isinstance(place.node, cst.Call):
        return replace(client, sure=False)
    given = dict(arguments(look, place.module, place.node).entries)
    limit = transport_limit(look, given.get("http_client"))
    if limit is not None:
        given.setdefault("timeout", limit)
    return with_arguments(client, given, place)


def transport_limit(look: Look, entry: Entry | None) -> Entry | None:
    """The time-out of `http_client=httpx.Client(timeout=60)`."""
    for thing in entry.things if entry else ():
        match thing:
            case Made(_, Place(module=module, node=cst.Call() as call)):
                return arguments(look, module, call).entries.get("timeout")
            case _:
                pass
    return None


def with_arguments(client: Client, given: dict[str, Entry], place: Place) -> Client:
    """What a client's arguments say of it."""
    hosts = texts(given["base_url"].things) if "base_url" in given else []
    others = [host for host in hosts if OTHER_HOST.search(host)]
    options = tuple((name, given[name]) for name in ("timeout", "max_retries", "azure_deployment") if name in given)
    client = replace(client, options=options)
    if hosts and len(others) == len(hosts):
        return replace(client, vendor=others[0])
    if any(AZURE_HOST.search(host) for host in hosts):
        return replace(client, provider="azure")
    if client.provider == "openai" and "api_key" in given and not any(OWN_HOST.search(host) for host in hosts):
        shown = key_of(given["api_key"], place)
        if OTHER_KEY.search(shown) and not re.search(r"OPENAI", shown, re.IGNORECASE):
            return replace(client, vendor=shown)
    return replace(client, gateway="base_url" in given and not any(OWN_HOST.search(host) for host in hosts))


def key_of(entry: Entry, place: Place) -> str:
    """What an API key's source is called."""
    reasons = " ".join(thing.reason for thing in entry.things if isinstance(thing, Unknown))
    return " ".join([reasons, *(place.module.tree.shown(one.node) for one in entry.places)])


def with_options(look: Look, client: Client, place: Place | None) -> Client:
    """A client with other options."""
    if place is None or not isinstance(place.node, cst.Call):
        return client
    given = dict(arguments(look, place.module, place.node).entries)
    if "base_url" in given and any(OTHER_HOST.search(host) for host in texts(given["base_url"].things)):
        return replace(client, vendor="another host")
    changed: dict[str, Entry] = {name: given[name] for name in ("timeout", "max_retries") if name in given}
    options: dict[str, Entry] = {**dict(client.options), **changed}
    return replace(client, options=tuple(options.items()))
