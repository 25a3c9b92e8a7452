"""Packages that ask for pictures on behalf of an app: LangChain, LlamaIndex, CrewAI, LiteLLM and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import libcst as cst

from ..models import is_image_model
from ..sites import Json, Operation, Origin
from .clients import OTHER_HOST, OTHER_MODEL
from .drafts import Draft
from .modules import Module
from .tables import arguments
from .tools import is_sent
from .values import (
    Entry,
    Known,
    Look,
    Place,
    Table,
    Thing,
    Unknown,
    full_name,
    spellings,
    texts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """A class or function of a package: which of its arguments are parameters, in order, and what they are if omitted.

    `names` maps an argument's name to the parameter's where they differ. `unsure` says why others may be sent.
    """

    surface: str
    packages: tuple[str, ...]
    positions: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Json] = field(default_factory=dict)
    operation: Operation = "generate"
    unsure: str | None = None
    provider: str = "openai"
    tool: bool = False


PARAMETERS: Final = frozenset(
    [
        "model",
        "prompt",
        "n",
        "size",
        "quality",
        "style",
        "background",
        "moderation",
        "output_format",
        "output_compression",
        "input_fidelity",
        "response_format",
        "user",
        "partial_images",
        "stream",
        "image",
        "mask",
        "complexity",
        "action",
        "safety_identifier",
    ]
)
LANGCHAIN: Final = ("langchain", "langchain_community", "langchain_experimental", "langchain_classic")
DALLE3: Final[Mapping[str, Json]] = {"model": "dall-e-3", "size": "1024x1024", "quality": "standard"}
AGENT: Final = "the model that uses the tool may pass another"
SET_IN_CONFIG: Final = "set in its `llm_config`"

# Defaults as in the packages' sources.
WRAPPERS: Final[Mapping[str, tuple[Wrapper, ...]]] = {
    "DallEAPIWrapper": (
        Wrapper(
            surface="langchain",
            packages=LANGCHAIN,
            names={"model_name": "model"},
            defaults={"model": "dall-e-2", "n": 1, "size": "1024x1024", "quality": "standard"},
        ),
    ),
    "DallETool": (Wrapper(surface="crewai", packages=("crewai_tools", "crewai"), defaults={**DALLE3, "n": 1}),),
    "OpenAIImageGenerationToolSpec": (
        Wrapper(
            surface="llamaindex",
            packages=("llama_index",),
            defaults={**DALLE3, "n": 1, "style": "vivid"},
            unsure=AGENT,
        ),
    ),
    "DALLEImageGenerator": (
        Wrapper(
            surface="haystack",
            packages=("haystack",),
            positions=("model", "quality", "size", "response_format"),
            defaults={**DALLE3, "response_format": "url"},
        ),
    ),
    "OpenAIImageGenerator": (
        Wrapper(
            surface="haystack",
            packages=("haystack",),
            positions=("model", "quality", "size"),
            defaults={"model": "gpt-image-2", "size": "1024x1024", "quality": "auto"},
        ),
    ),
    "DalleTools": (
        Wrapper(
            surface="agno",
            packages=("agno",),
            positions=("model", "n", "size", "quality", "style"),
            defaults={**DALLE3, "n": 1, "style": "vivid"},
        ),
    ),
    "Dalle": (
        Wrapper(
            surface="agno",
            packages=("phi",),
            positions=("model", "n", "size", "quality", "style"),
            defaults={**DALLE3, "n": 1, "style": "vivid"},
        ),
    ),
    "DalleImageGenerator": (
        Wrapper(
            surface="autogen",
            packages=("autogen", "ag2"),
            positions=("llm_config", "size", "quality", "n"),
            names={"resolution": "size", "num_images": "n"},
            defaults={"size": "1024x1024", "quality": "standard", "n": 1},
            unsure=SET_IN_CONFIG,
        ),
    ),
    "OpenAiImageGenerationDriver": (Wrapper(surface="griptape", packages=("griptape",), names={"image_size": "size"}),),
    "AzureOpenAiImageGenerationDriver": (
        Wrapper(
            surface="griptape",
            packages=("griptape",),
            names={"image_size": "size", "azure_deployment": "model"},
            provider="azure",
        ),
    ),
    "OpenAITextToImage": (
        Wrapper(surface="semantic-kernel", packages=("semantic_kernel",), names={"ai_model_id": "model"}),
    ),
    "ImageGenerationTool": (Wrapper(surface="pydantic-ai", packages=("pydantic_ai",), tool=True),),
    "image_generation": (Wrapper(surface="litellm", packages=("litellm",), positions=("prompt", "model")),),
    "aimage_generation": (Wrapper(surface="litellm", packages=("litellm",), positions=("prompt", "model")),),
    "image_edit": (
        Wrapper(surface="litellm", packages=("litellm",), positions=("image", "prompt", "model"), operation="edit"),
    ),
    "aimage_edit": (
        Wrapper(surface="litellm", packages=("litellm",), positions=("image", "prompt", "model"), operation="edit"),
    ),
    "image_variation": (Wrapper(surface="litellm", packages=("litellm",), operation="variation"),),
}
LANGCHAIN_TOOL: Final = "dalle-image-generator"


def find_wrappers(look: Look, module: Module) -> Iterator[Draft]:
    """All calls of such packages."""
    for name, call in candidates(module):
        for thing in look(module, call.func):
            wrapper = wrapper_of(name, thing)
            draft = wrapped(look, module, call, wrapper=wrapper) if wrapper else None
            if draft is not None:
                yield draft
                break
    for call in module.calls.get("load_tools", ()):
        draft = loaded(look, module, call)
        if draft is not None:
            yield draft
    yield from listed_models(look, module)


def candidates(module: Module) -> Iterator[tuple[str, cst.Call]]:
    """Calls by a wrapper's name, also where it was imported under another."""
    aliases = {name: name for name in WRAPPERS}
    for statement in module.tree.of(cst.ImportFrom):
        for alias in statement.names if not isinstance(statement.names, cst.ImportStar) else ():
            match alias:
                case cst.ImportAlias(name=cst.Name(value=name), asname=cst.AsName(name=cst.Name(value=other))):
                    aliases |= {other: name} if name in WRAPPERS else {}
                case _:
                    pass
    for called, name in aliases.items():
        for call in module.calls.get(called, ()):
            yield name, call


def wrapper_of(name: str, thing: Thing) -> Wrapper | None:
    """The wrapper that something imported is."""
    full = full_name(thing)
    if full is None or full.rpartition(".")[2] != name:
        root = ""
        callee = getattr(thing, "base", None)
        inner = full_name(callee.callee) if callee is not None and hasattr(callee, "callee") else None
        root = (inner or "").partition(".")[0]
        if root != "litellm":  # `Router(...).aimage_generation`
            return None
        full = f"litellm.{name}"
    package = full.partition(".")[0]
    return next((one for one in WRAPPERS[name] if package in one.packages), None)


def wrapped(look: Look, module: Module, call: cst.Call, *, wrapper: Wrapper) -> Draft | None:
    """What a wrapper sends."""
    given = arguments(look, module, call)
    entries = named(given, wrapper)
    for name, value in wrapper.defaults.items():
        entries.setdefault(name, default_entry(module, call, value))
    if wrapper.unsure == SET_IN_CONFIG:
        entries.setdefault("model", Entry(things=(Unknown(reason=SET_IN_CONFIG),)))
    elif wrapper.unsure:
        entries = {key: with_doubt(entry, wrapper.unsure) for key, entry in entries.items()}
    for key in ("model_kwargs", "extra_body", "optional_params"):
        for thing in given.entries[key].things if key in given.entries else ():
            if isinstance(thing, Table):
                entries |= thing.entries
    names = texts(entries["model"].things) if "model" in entries else []
    if wrapper.tool and not is_sent(module, call) and "pydantic_ai" not in module.imports:
        return None
    azure = wrapper.provider == "azure" or any(name.startswith("azure/") for name in names)
    return Draft(
        module=module,
        node=call,
        surface=wrapper.surface,
        operation=wrapper.operation,
        provider="azure" if azure else "openai",
        entries=entries,
        open=given.open,
        slot=None if wrapper.names.keys() - {"model_name"} else Place(module, call),
        options=tuple(
            (key, given.entries[key]) for key in ("timeout", "max_retries", "num_retries") if key in given.entries
        ),
        deployment=azure,
        foreign=is_foreign(given, names),
    )


def named(given: Table, wrapper: Wrapper) -> dict[str, Entry]:
    """Arguments under the names of the parameters that they become."""
    entries: dict[str, Entry] = {}
    for key, entry in given.entries.items():
        name = wrapper.positions[int(key)] if key.isdigit() and int(key) < len(wrapper.positions) else key
        name = wrapper.names.get(name, name)
        if name in PARAMETERS:
            entries[name] = entry
    return entries


def default_entry(module: Module, call: cst.Call, value: Json) -> Entry:
    """What a wrapper sends if nothing is said."""
    shown = module.tree.shown(call.func)
    origin = Origin(name=f"the default of {shown}", path=module.path, line=module.tree.line(call))
    return Entry(things=(Known(value=value, origins=(origin,)),))


def with_doubt(entry: Entry, reason: str) -> Entry:
    """The same, and perhaps something else."""
    return replace(entry, things=(*entry.things, Unknown(reason=reason)))


def is_foreign(given: Table, names: list[str]) -> bool:
    """Whether the pictures are somebody else's."""
    hosts = [text for key in ("base_url", "api_base", "openai_api_base") if key in given.entries
             for text in spellings(given.entries[key].things)]  # fmt: skip
    if any(OTHER_HOST.search(host) for host in hosts):
        return True
    plain = [name.rpartition("/")[2] for name in names]
    prefixes = {name.partition("/")[0] for name in names if "/" in name}
    if prefixes and not prefixes & {"openai", "azure", "azure_ai", "litellm_proxy"}:
        return True
    return bool(plain) and not any(is_image_model(name) for name in plain) and all(OTHER_MODEL.search(n) for n in plain)


def loaded(look: Look, module: Module, call: cst.Call) -> Draft | None:
    """`load_tools(["dalle-image-generator"])` of LangChain."""
    things = look(module, call.args[0].value) if call.args else ()
    names = [text for thing in things for text in texts(look.part(thing, "[]"))]
    if LANGCHAIN_TOOL not in names:
        return None
    defaults = WRAPPERS["DallEAPIWrapper"][0].defaults
    entries = {name: default_entry(module, call, value) for name, value in defaults.items()}
    return Draft(module=module, node=call, surface="langchain", entries=entries)


def listed_models(look: Look, module: Module) -> Iterator[Draft]:
    """LiteLLM's `model_list`: `{"model_name": ..., "litellm_params": {"model": "openai/gpt-image-1"}}`."""
    for node in module.tree.of(cst.DictElement):
        if not isinstance(node.key, cst.SimpleString) or node.key.raw_value != "litellm_params":
            continue
        for thing in look(module, node.value):
            entry = thing.entries.get("model") if isinstance(thing, Table) else None
            names = texts(entry.things) if entry else []
            if isinstance(thing, Table) and entry and any(is_image_model(name) for name in names):
                entries = {key: one for key, one in thing.entries.items() if key in PARAMETERS}
                azure = any(name.startswith("azure/") for name in names)
                provider = "azure" if azure else "openai"
                yield Draft(
                    module=module,
                    node=node.value,
                    surface="litellm",
                    provider=provider,
                    entries=entries,
                    open=("the request gives the rest",),
                    slot=thing.made,
                    deployment=azure,
                )
