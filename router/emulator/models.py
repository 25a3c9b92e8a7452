"""`GET /v1/models`: the models that answer, each with the day it ends."""

from __future__ import annotations

from datetime import UTC, datetime, time

from ..catalog import Model
from .known import Day
from .refusals import refusal


def list_models(day: Day) -> dict[str, object]:
    """All of them, those with the same beginning in the order of their names."""
    models = day.served("openai")
    return {"object": "list", "data": [_shown(day, models[name]) for name in sorted(models)]}


def show_model(day: Day, name: str) -> dict[str, object]:
    """One of them; raises `RefusedError` where there is none of that name."""
    model = day.served("openai").get(name)
    if model is None:
        raise refusal("unknown_model_object", model=name)
    return _shown(day, model)


def _shown(day: Day, model: Model) -> dict[str, object]:
    born = model.lifecycle.released
    created = int(datetime.combine(born, time(), UTC).timestamp()) if born else 0
    return {
        "id": model.id,
        "object": "model",
        "created": created,
        "owned_by": "openai",
        "shutdown_date": day.shutdown_date(model),
    }
