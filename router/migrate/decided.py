"""Our own decision log read backwards: the body that was asked, as far as the record holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..told import Given

MASKED: Final = re.compile(r"<(\d{1,6}) characters>")
FEWEST: Final = 1


class Decided(NamedTuple):
    """The body that was asked, and what was said beside it."""

    body: Mapping[str, object]
    operation: str
    provider: str
    given: Given
    notes: tuple[str, ...]


def read_decided(record: Mapping[str, object]) -> Decided | str:
    """Undo a decision's changes; where nothing was sent, take its facts. Why there is no request is said in words."""
    decision, attempt = record["decision"], record.get("attempt")
    if isinstance(attempt, int) and attempt > 1:
        return "a further attempt of the same call"
    if not isinstance(decision, dict):
        return "a decision that cannot be read"
    needs, params = _object(decision.get("needs")), decision.get("params")
    notes = []
    if isinstance(params, dict):
        body = undone(params, _list(decision.get("changes")))
    else:
        body = dict(_told(needs))
        notes.append("facts")
    prompt = body.get("prompt")
    masked = MASKED.fullmatch(prompt) if isinstance(prompt, str) else None
    facts: dict[str, object] = {}
    if masked or prompt is None:
        notes.append("masked")
        body["prompt"] = "a" * max(_whole(masked[1] if masked else needs.get("prompt_chars")), FEWEST)
        facts = {name: needs[name] for name in TEXT_FACTS if needs.get(name) is not None}
    if needs.get("transparent") is True and body.get("background") is None:
        facts["transparent"] = True  # told in code: the body does not show it
    if needs.get("mask") is True and body.get("mask") is None:
        body["mask"] = FILE
    return Decided(
        body=body,
        operation="edit" if decision.get("operation") == "edit" else "generate",
        provider=str(decision.get("provider") or "openai"),
        given=Given(
            needs=facts,
            tags={str(name): str(value) for name, value in _object(record.get("tags")).items()},
            max_cost_micros=_cap(_object(decision.get("inputs")).get("max_cost_micros")),
            images=(None,) * _whole(needs.get("images")) or None,
        ),
        notes=tuple(notes),
    )


TEXT_FACTS: Final = ("text_heavy", "text.score", "text.quoted_chars", "text.scripts")
FILE: Final = "<file>"


def undone(params: Mapping[str, object], changes: Sequence[object]) -> dict[str, object]:
    """The body before the changes, the last of which is undone first.

    A change from nothing may have been one from null; only `input_fidelity` makes a difference of that, and that one is
    dropped, not set.
    """
    body = dict(params)
    for change in reversed(changes):
        if not isinstance(change, dict) or not isinstance(change.get("field"), str):
            continue
        if change.get("action") == "set" and change.get("from") is None:
            body.pop(change["field"], None)
        else:
            body[change["field"]] = change.get("from")
    return body


def _told(needs: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """A body with the same facts, defaults aside."""
    if isinstance(needs.get("asked_model"), str):
        yield "model", needs["asked_model"]
    if needs.get("size_known") is True:
        yield "size", f"{needs.get('width')}x{needs.get('height')}"
    for name, otherwise in PARAMETERS.items():
        value = needs.get(name)
        if value is not None and value != otherwise:
            yield name, value


PARAMETERS: Final[Mapping[str, object]] = {
    "quality": "auto",
    "background": "auto",
    "output_format": "png",
    "moderation": "auto",
    "input_fidelity": None,
    "n": 1,
    "stream": False,
    "partial_images": 0,
}
"""Facts that are parameters too, each with what it is where the parameter is left out."""


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _whole(value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST else 0


MOST: Final = 999_999


def _cap(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
