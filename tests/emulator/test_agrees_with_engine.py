"""Two judges who never spoke: what the engine routes, the emulator takes, and bills within the quote's ceiling."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from functools import lru_cache

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from router import emulator
from router.catalogfile import overlay
from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Allow, Policy, Route, Target
from router.request import read_request

from ..properties.requests import MODELS, bodies
from .conftest import DAY

CATALOG = overlay(
    load_catalog(), "pixroute-catalog: 1\nprovider: azure\ndeployments: {house: gpt-image-2}\n", "own.yaml"
)
PREVIEW = Allow(
    preview=frozenset({"gpt-image-2.transparency"}),
    estimated_prices=frozenset({"gpt-image-2.6-flare", "gpt-image-2.6-sunburst"}),
)
LARGEST_EDGE = 4096


def policies():
    """Anything that lets a request through to some living model."""
    targets = st.lists(st.sampled_from(("asked", *MODELS)), min_size=1, max_size=5, unique=True)
    return targets.map(
        lambda names: Policy(
            name="open", allow=PREVIEW, routes=(Route(id="r", to=tuple(Target(model=name) for name in names)),)
        )
    )


@pytest.fixture(scope="module")
def server():
    with emulator.running(on=DAY, catalog=CATALOG) as running, httpx.Client(base_url=running.url) as client:
        yield client


@given(body=bodies(), policy=policies(), provider=st.sampled_from(("openai", "azure")), as_json=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
def test_what_the_engine_routes_the_emulator_takes_and_bills_within_the_ceiling(
    server, *, body, policy, provider, as_json
):
    request = read_request({key: value for key, value in body.items() if key not in LEFT_OUT})
    request = replace(request, images=tuple(size and clipped(size) for size in request.images))
    decision = plan(request, policy, Inputs(on=DAY, catalog=CATALOG, provider=provider))
    assume(decision.outcome == "route")
    params = dict(decision.params)

    server.delete("/_emulator/bill")
    answer = send(server, request, params, provider=provider, as_json=as_json)

    assert (answer.status_code, answer.text[:300] if answer.status_code != 200 else "") == (200, "")
    bill = server.get("/_emulator/bill").json()
    assert bill["total_micros"] <= decision.quote.ceiling_micros


def test_a_whole_number_that_is_written_as_a_decimal_is_taken(server):
    request = read_request({"prompt": "a red door", "model": "gpt-image-2", "n": 2.0})
    policy = Policy(name="open", routes=(Route(id="r", to=(Target(model="asked"),)),))
    decision = plan(request, policy, Inputs(on=DAY, catalog=CATALOG))

    assert send(server, request, dict(decision.params), provider="openai", as_json=True).status_code == 200


LEFT_OUT = ("image", "images", "mask", "markup", "sparkle")
"""Files are sent as real ones; what the engine does not know it passes on with a warning, and the API refuses it."""


def clipped(size):
    """No picture so large that making it takes longer than judging it."""
    return type(size)(min(size.width, LARGEST_EDGE), min(size.height, LARGEST_EDGE))


def send(server, request, params, *, provider, as_json):
    """Send the params as the SDK would, with pictures of the sizes that the request speaks of."""
    root, headers = ROOTS[provider], {"authorization": "Bearer any"}
    if request.operation == "generate":
        return post_json(server, f"{root}/images/generations", params, headers=headers)
    sizes = request.images or (None,)
    if as_json:
        params["images"] = [{"image_url": data_url(png(size or (100, 80)))} for size in sizes]
        params |= {"mask": {"image_url": data_url(mask(sizes[0] or (100, 80)))}} if request.mask else {}
        return post_json(server, f"{root}/images/edits", params, headers=headers)
    files = [("image[]", ("a.png", png(size or (100, 80)), "image/png")) for size in sizes]
    files += [("mask", ("m.png", mask(sizes[0] or (100, 80)), "image/png"))] if request.mask else []
    fields = {name: as_field(value) for name, value in params.items() if value is not None}
    return server.post(f"{root}/images/edits", data=fields, files=files, headers=headers)


ROOTS = {"openai": "/v1", "azure": "/openai/v1"}


def as_field(value):
    return str(value).lower() if isinstance(value, bool) else str(value).encode("utf-8", "replace").decode()


def post_json(server, path, params, *, headers):
    return server.post(path, content=json.dumps(params), headers={**headers, "content-type": "application/json"})


def data_url(content):
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@lru_cache(maxsize=64)
def png(size):
    return saved(Image.new("1", tuple(size)))


@lru_cache(maxsize=64)
def mask(size):
    return saved(Image.new("LA", tuple(size)))


def saved(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
