"""Three major versions of the SDK, each in an environment of its own: the same calls come to the same."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from router.testing import emulated

from .environments import NotMadeError, environment

VERSIONS = ("1.109.1", "2.54.0", "3.54.0")
CALLS = Path(__file__).parent / "calls.py"
DEPLOYED = "pixroute-catalog: 1\nprovider: azure\ndeployments: {mine: gpt-image-1, yours: gpt-image-2.5-flare}\n"

pytestmark = pytest.mark.xdist_group("sdk")  # the environments are made once, and by one worker


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Any]:
    """What each version saw; skips where the versions cannot be installed."""
    try:
        with ThreadPoolExecutor() as pool:
            pythons = dict(zip(VERSIONS, pool.map(lambda each: environment(f"openai=={each}"), VERSIONS), strict=True))
    except NotMadeError as problem:
        pytest.skip(f"no environment with another version of the SDK can be made: {problem}")
    catalog = tmp_path_factory.mktemp("catalog") / "mine.yaml"
    catalog.write_text(DEPLOYED, encoding="utf-8")
    with emulated(on=date(2026, 11, 23), catalog=catalog) as provider, ThreadPoolExecutor() as pool:
        seen = pool.map(lambda version: run(pythons[version], provider.url), VERSIONS)
        return dict(zip(VERSIONS, seen, strict=True))


def run(python: Path, url: str) -> dict[str, Any]:
    command = [str(python), "-W", "error", str(CALLS), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_environment_has_the_version_that_it_is_named_for(version, reports):
    assert reports[version]["openai"] == version


@pytest.mark.parametrize("client", ["sync", "async", "azure", "async azure", "module"])
@pytest.mark.parametrize("version", VERSIONS)
def test_the_calls_come_to_the_same_in_every_version(version, client, reports):
    assert reports[version]["seen"][client] == SEEN[client]


PICTURE = {"size": "1024x640", "quality": "low", "file": "PNG", "output": 107}
STREAM = ["image_generation.partial_image", "image_generation.completed"]


def refused(raised: str, status: int | None, code: str | None, *, sent: int = 1) -> dict[str, Any]:
    """An error after exactly one request of the SDK, and so many of ours."""
    return {"raised": raised, "status": status, "code": code, "attempts": 1, "sent": sent}


SEEN: dict[str, dict[str, Any]] = {
    "sync": {
        "generate": PICTURE,
        "raw": {"model": "gpt-image-2.5-flare", **PICTURE},
        "streaming response": [
            "background",
            "created",
            "data",
            "output_format",
            "quality",
            "safety_identifier",
            "size",
            "svg_usage",
            "usage",
        ],
        "edit": PICTURE,
        "edit of two": PICTURE,
        "stream": STREAM,
        "models": True,
        "money": refused("APIStatusError", 402, "budget_exceeded", sent=0),
        "invalid": refused("BadRequestError", 400, "integer_above_max_value", sent=0),
        "tried again": refused("RateLimitError", 429, "rate_limit_exceeded", sent=2),
        "blocked": refused("BadRequestError", 400, "moderation_blocked"),
        "failed": refused("InternalServerError", 500, "server_error"),
        "reset": refused("APIConnectionError", None, None),
    },
    "async": {
        "generate": PICTURE,
        "edit": PICTURE,
        "stream": STREAM,
        "money": refused("APIStatusError", 402, "budget_exceeded", sent=0),
        "once": refused("RateLimitError", 429, "rate_limit_exceeded"),
    },
    "azure": {"generate": PICTURE},
    "async azure": {"generate": PICTURE},
    "module": {"generate": PICTURE},
}
