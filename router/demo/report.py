"""The demonstration as data: each request with its decision and its money, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from .amounts import Totals
from .stage import Shot


def to_dict(shots: Sequence[Shot], *, on: date, client: str) -> dict[str, object]:
    """All that the page shows, ready for JSON; pictures are left out."""
    return {
        "on": on.isoformat(),
        "client": client,
        "totals": asdict(Totals.of(shots)),
        "requests": [_request(shot) for shot in shots],
    }


def _request(shot: Shot) -> dict[str, object]:
    refusal, before = shot.answer.refusal, shot.as_written.answer
    return {
        "id": shot.scene.id,
        "title": shot.scene.title,
        "asked": {**shot.scene.body, "pixroute": shot.scene.told} if shot.scene.told else dict(shot.scene.body),
        "status": shot.answer.status,
        "error": asdict(refusal) if refusal else None,
        "attempts": len(shot.records),
        "ms": shot.ms,
        "as_written": {
            "status": before.status,
            "error": asdict(before.refusal) if before.refusal else None,
            "billed_micros": shot.as_written.billed_micros,
        },
        "billed_micros": shot.billed_micros,
        "saved_micros": shot.saved_micros,
        "decision": shot.decision.to_dict(),
    }
