"""Which calls are ours: the images endpoints of OpenAI and of Azure, by their paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from ..told import Operation

OPERATIONS: dict[str, Operation] = {"generations": "generate", "edits": "edit"}
ENDPOINT = re.compile(
    r"(?P<before>.*?)(?:/openai/deployments/(?P<deployment>[^/]+))?/images/(?P<name>generations|edits)/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """An images endpoint; on Azure the deployment in the path is the model."""

    operation: Operation
    deployment: str | None = None


def find_surface(method: str, url: str) -> Surface | None:
    """Recognise a call that draws or edits pictures; None for every other, which passes through untouched."""
    if method.upper() != "POST":
        return None
    match = ENDPOINT.fullmatch(urlsplit(url).path)
    if match is None:
        return None
    deployment = match["deployment"]
    return Surface(operation=OPERATIONS[match["name"]], deployment=unquote(deployment) if deployment else None)


def with_deployment(url: str, deployment: str) -> str:
    """The same endpoint at another deployment; an URL without one stays as it is."""
    parts = urlsplit(url)
    match = ENDPOINT.fullmatch(parts.path)
    if match is None or not match["deployment"]:
        return url
    start, end = match.span("deployment")
    path = f"{parts.path[:start]}{quote(deployment, safe='')}{parts.path[end:]}"
    return urlunsplit(parts._replace(path=path))
