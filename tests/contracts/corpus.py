"""A hundred requests and more that an app could send: real ones, and ones that Hypothesis draws, always the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from router.sizes import Size, parse_size
from router.testing import black_png
from tests.properties.requests import bodies

from .callers import Ask

REAL = Path(__file__).parent.parent.parent / "examples" / "real_requests.jsonl"
DRAWN = 100
FILES = ("image", "images", "mask", "markup")
SMALL = Size(64, 48)


def corpus() -> list[Ask]:
    """All of them; the first are the real ones."""
    real = [json.loads(line) for line in REAL.read_text(encoding="utf-8").splitlines()]
    return [_ask(body) for body in (*real, *drawn_bodies()) if _can_be_sent(body)]


def drawn_bodies(count: int = DRAWN) -> list[dict[str, Any]]:
    """The same bodies in every run."""
    drawn: list[dict[str, Any]] = []

    @settings(
        derandomize=True,
        database=None,
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies())
    def note(body: dict[str, Any]) -> None:
        drawn.append(body)

    note()
    return drawn


def _can_be_sent(body: dict[str, Any]) -> bool:
    """The SDK insists on a prompt; a lone surrogate has no UTF-8, and breaks a client before it sends anything."""
    return "prompt" in body and not any("\ud800" <= character <= "\udfff" for character in body["prompt"])


def _ask(body: dict[str, Any]) -> Ask:
    told = dict(body.get("pixroute", {}))
    operation = told.pop("operation", "generate")
    sizes = told.pop("images", None) or []
    mask = told.pop("mask", False)
    params = {name: value for name, value in body.items() if name not in {*FILES, "pixroute"} and value is not None}
    if operation == "generate":
        return Ask(params=params, told=_sendable(told))
    pictures = [_drawable(size) for size in sizes] or [SMALL]
    files = [("image", black_png(size)) for size in pictures]
    if mask:
        files.append(("mask", black_png(pictures[0], transparent=True)))
    return Ask(operation="edit", params=_as_fields(params), told=_sendable(told), files=tuple(files))


def _drawable(written: str | None) -> Size:
    size = parse_size(written) if written else None
    return Size(min(size.width, 512), min(size.height, 512)) if isinstance(size, Size) else SMALL


def _sendable(told: dict[str, Any]) -> dict[str, Any]:
    """What is left empty is not said: a form has no way to send nothing."""
    return {name: _listed(value) for name, value in told.items() if value not in ({}, None)}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items() if each != []}
    return value


def _as_fields(params: dict[str, Any]) -> dict[str, Any]:
    """A form has whole numbers and flags as text; `2.0` is not one of them."""
    return {name: int(value) if isinstance(value, float) else value for name, value in params.items()}
