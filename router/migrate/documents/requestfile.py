"""Files of HTTP requests, as editors send them: `POST https://…`, headers, a blank line, a body, `###`."""

from __future__ import annotations

import re
from typing import Final

from ..kinds import is_test
from ..sites import Parameter, Reading, Site
from .bodies import Body, read_body, site
from .jsontext import read_json
from .names import endpoint
from .text import Text
from .tree import BrokenTextError, Table

REQUEST: Final = re.compile(
    rb"^(?:POST|post)[ \t]+(?P<url>\S+)[^\n]*\n(?P<headers>(?:[^\n#][^\n]*\n)*?)\r?\n(?P<body>.*?)(?=^###|\Z)",
    re.MULTILINE | re.DOTALL,
)


def read_requests(text: Text) -> Reading:
    """The image calls of such a file."""
    return Reading(
        sites=tuple(found for request in REQUEST.finditer(text.data) if (found := read_request(text, request)))
    )


def read_request(text: Text, request: re.Match[bytes]) -> Site | None:
    """One request, if it is for pictures."""
    url = request["url"].decode("utf-8", "replace")
    asked = endpoint(url)
    body = body_of(text.part(*request.span("body")))
    if asked is None or body.names_another or not (asked.certain or body.model):
        return None
    parameters = dict(body.parameters)
    if asked.provider == "azure" and "/deployments/" in url:
        parameters["model"] = Parameter(unknown="an Azure deployment")
    about = {"operation": asked.operation, "provider": asked.provider, "parameters": parameters}
    return site(text, request.start(), body, surface="http-file", in_test=is_test(text.path), **about)


def body_of(text: Text) -> Body:
    """The body, if it is JSON."""
    try:
        root = read_json(text, lenient=True).root
    except BrokenTextError:
        return Body(open=("a body that is no JSON",))
    return read_body(root, text) if isinstance(root, Table) else Body()
