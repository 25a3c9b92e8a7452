"""Whose pictures a name or an address asks for: OpenAI's, or those of another vendor behind the same interface."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..models import MENTION, NAME
from ..sites import Operation

PREFIXES: Final = r"(?:(?:openai|azure|azure_ai|azureopenai|image|images)[/:])*"
NAMED: Final = re.compile(rf"(?P<prefix>{PREFIXES})(?P<name>{NAME.pattern})")
WITH_DEFAULT: Final = re.compile(rf"\$\{{(?P<variable>\w+):?-(?P<quote>['\"]?)(?P<rest>{NAMED.pattern})(?P=quote)\}}")
HINT: Final = re.compile(
    rb"gpt-image-|dall-e-|chatgpt-image|image_generation|images\\?/(?:generations|edits|variations)"
    rb"|OpenAIDalle|OpenAIGPTImage|\.openAi\b"
)
"""What a file has to hold somewhere for anything in it to concern us."""
MENTIONED: Final = re.compile(MENTION.pattern.encode())

ENDPOINT: Final = re.compile(r"images\\?/(?P<kind>generations|edits|variations)(?![\w-])", re.IGNORECASE)
OPERATIONS: Final[dict[str, Operation]] = {"generations": "generate", "edits": "edit", "variations": "variation"}
HOST: Final = re.compile(r"https?:\\?/\\?/(?P<host>[^/\\\s\"'?#]*)")
OURS: Final = re.compile(r"(?:^|\.)openai\.com$")
AZURE: Final = re.compile(r"(?:^|\.)(?:azure\.com|azure-api\.net|azure\.us|azure\.cn)$")
VARIABLE: Final = re.compile(r"[${}<>%]|^(?:your|my)[-_.]|example\.|\bENDPOINT\b|\bRESOURCE\b", re.IGNORECASE)
OTHERS: Final = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|x\.ai|together|openrouter|deepinfra|fal\.|"
    r"replicate|ollama|stability|bigmodel|zhipu|siliconflow|volces|aliyun|dashscope|minimax|novita|fireworks|"
    r"nebius|segmind|getimg|leonardo|googleapis|mistral|groq|cerebras|hyperbolic|huggingface|stepfun|moonshot|xai",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What an address asks for; `certain` says that the host is OpenAI's or Azure's."""

    operation: Operation
    provider: str
    certain: bool


def endpoint(url: str) -> Endpoint | None:
    """The image endpoint that an address is, unless it is another vendor's."""
    found = ENDPOINT.search(url)
    if found is None:
        return None
    host = HOST.search(url)
    name = host["host"].partition(":")[0].rpartition("@")[2] if host else ""
    is_azure = bool(AZURE.search(name)) or "openai/deployments/" in url or "azure" in url.lower()
    if not (is_azure or OURS.search(name)) and OTHERS.search(name or url):
        return None
    operation = OPERATIONS[found["kind"].lower()]
    certain = is_azure or not name or bool(OURS.search(name)) or bool(VARIABLE.search(name))
    return Endpoint(operation=operation, provider="azure" if is_azure else "openai", certain=certain)


def named_model(text: str) -> re.Match[str] | None:
    """An image model's name and nothing else, a prefix of OpenAI or Azure aside; `name` is the part to replace."""
    return NAMED.fullmatch(text)
