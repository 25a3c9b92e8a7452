"""One corpus through every caller: the same decision everywhere, and the provider gets what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from router.engine import Inputs, plan
from router.errors import RequestError
from router.request import read_request
from router.told import Given
from router.transport.dimensions import read_dimensions
from router.transport.message import Message
from router.transport.payload import read_payload

from .callers import KINDS, PIXROUTE, Ask, calling
from .conftest import DAY
from .corpus import FILES, corpus

POLICY = "pixroute:migrate-from-gpt-image-1"
CORPUS = corpus()
STREAMED = [
    replace(ask, params={**ask.params, "stream": True, "partial_images": 1}) for ask in CORPUS if "n" not in ask.params
]
ASKS = [*CORPUS, *STREAMED]
DRAWN = {
    "created": 1,
    "data": [{"b64_json": "aGk="}],
    "usage": {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205},
}
STREAM = {"type": "image_generation.completed", "b64_json": "aGk=", "created_at": 1, "usage": DRAWN["usage"]}


class Stub:
    """Answers every call, and keeps what it was sent: the URL, and the body as values."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        message = Message(
            method="POST", url=str(request.url), headers=tuple(request.headers.multi_items()), body=(request.content,)
        )
        body = dict(read_payload(message).body)
        self.sent.append((str(request.url), body))
        if body.get("stream"):
            text = f"event: {STREAM['type']}\ndata: {json.dumps(STREAM)}\n\n"
            return 200, {"content-type": "text/event-stream"}, text.encode()
        return 200, {"content-type": "application/json"}, json.dumps(DRAWN).encode()


def expected(router, ask: Ask) -> dict[str, Any] | str:
    """What the engine decides, without any transport; the code of an error where the request cannot be read."""
    body = {**ask.params, PIXROUTE: dict(ask.told)} if ask.told else dict(ask.params)
    files = {name: b"" for name, _ in ask.files}
    sizes = tuple(read_dimensions(content) for name, content in ask.files if name == "image")
    try:
        given = Given(operation=ask.operation, images=sizes)
        request = read_request({**body, **files}, given=given, trust=router.policy.trust_body)
    except RequestError as error:
        return error.code
    return essence(plan(request, router.policy, Inputs(on=DAY, catalog=router.catalog, provider=router.provider)))


def essence(decision) -> dict[str, Any]:
    """A decision as all who call agree on it: each has an order of the fields, and names for files, of its own."""
    whole = decision.to_dict()
    params = {name: value for name, value in (whole["params"] or {}).items() if name.partition("[")[0] not in FILES}
    kept = ("outcome", "route", "model", "operation", "quote", "delivery", "warnings", "needs", "deny")
    changes = sorted(whole["changes"], key=json.dumps)
    return {name: whole[name] for name in kept} | {"changes": changes, "params": params}


Told = tuple[dict[str, Any] | str, list[tuple[str, dict[str, Any]]]]


def through(name: str, router, asks: Iterable[Ask]) -> list[Told]:
    """Of each call: what was decided, or the code of the answer; and what the provider was sent."""
    records: list[Any] = []
    router.listeners[:] = [records.append]
    stub, told = Stub(), []
    with calling(name, router, stub=stub) as caller:
        for ask in asks:
            records.clear()
            stub.sent = []
            seen = caller.call(ask)
            told.append((essence(records[0].decision) if records else str(seen.code), stub.sent))
    return told


PLACES = [name for name, kind in KINDS.items() if not kind.is_azure]


@pytest.mark.parametrize("name", PLACES)
def test_every_caller_gets_the_decision_of_the_engine_and_the_provider_what_was_decided(name, routers):
    router = routers.make(POLICY)

    told = through(name, router, ASKS)

    assert [decided for decided, _ in told] == [expected(router, ask) for ask in ASKS]
    assert [[without_files(body) for _, body in sent] for _, sent in told] == [due(decided) for decided, _ in told]


def due(decided: dict[str, Any] | str) -> list[dict[str, Any]]:
    """What the provider is to get: the parameters of the decision, once, or nothing."""
    return [decided["params"]] if isinstance(decided, dict) and decided["outcome"] == "route" else []


def without_files(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name.partition("[")[0] not in FILES}


def test_the_corpus_is_large_and_mixed():
    kinds = [_kind(ask) for ask in ASKS]

    assert len(CORPUS) >= 100
    assert {ask.operation for ask in CORPUS} == {"generate", "edit"}
    assert kinds.count("files") >= 20
    assert kinds.count("stream") >= 50


def _kind(ask: Ask) -> str:
    return "files" if ask.files else "stream" if ask.params.get("stream") else "plain"


# -- Azure


def at_azure(ask: Ask, catalog) -> Ask:
    model = str(ask.params.get("model", "")).strip()
    known = model in catalog.provider("azure").own_names
    return replace(ask, params={**ask.params, "model": f"at-{model}"}) if known else ask


@pytest.mark.parametrize("name", ["AzureOpenAI", "AsyncAzureOpenAI"])
def test_on_azure_the_decision_is_the_engines_too_and_the_path_has_its_deployment(name, routers):
    router = routers.make(POLICY, provider="azure")
    asks = [at_azure(ask, router.catalog) for ask in CORPUS if str(ask.params.get("model", "")).strip()]

    told = through(name, router, asks)

    assert [decided for decided, _ in told] == [expected(router, ask) for ask in asks]
    assert [where(sent) for _, sent in told] == [deployment(decided) for decided, _ in told]


def where(sent: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """The deployments in the paths of what was sent; each is the model of its body, too."""
    assert all(f"/openai/deployments/{body['model']}/images/" in url for url, body in sent)
    return [str(body["model"]) for _, body in sent]


def deployment(decided: dict[str, Any] | str) -> list[str]:
    return [f"at-{model.removeprefix('at-')}" for model in (params["model"] for params in due(decided))]
