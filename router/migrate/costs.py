"""What a call cost on the model that it names, while that lived, and what it costs as it is sent instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from ..price import Drawing, quote
from ..request import read_request
from .findings import Cost
from .today import Call, refuse

if TYPE_CHECKING:
    from ..catalog import Model
    from ..decision import Decision
    from ..emulator.known import Day
    from ..request import ImageRequest


def cost_before(call: Call, model: Model, day: Day) -> Cost | None:
    """The price by the catalogue on the last day that the model lived; None where it is not known, or was never drawn.

    Parameters that it never knew are left aside.
    """
    found = drawn_before(call, model, day)
    priced = quote(*found) if found else None
    return Cost(expected_micros=priced.expected_micros, ceiling_micros=priced.ceiling_micros) if priced else None


def drawn_before(call: Call, model: Model, day: Day) -> tuple[Model, Drawing] | None:
    """What a call had drawn on the last day that the model lived, and the model as it was then."""
    life = model.lifecycle
    last = day.on if life.shutdown is None else min(day.on, life.shutdown - timedelta(days=1))
    found = day.catalog.on(last, call.provider).get(model.id)
    if found is None or not found.alive(last):
        return None
    body = {**call.body, "model": model.id}
    while refused := refuse(call, body, type(day)(on=last, catalog=day.catalog)):
        if refused.code != "PARAM_REJECTED" or body.pop(refused.param, None) is None:
            return None
    request = read_request(body, operation="edit" if call.operation == "edit" else "generate")
    return found, _drawing(request)


def _drawing(request: ImageRequest) -> Drawing:
    return Drawing(
        size=request.size,
        quality=None if request.quality == "auto" else request.quality,
        n=request.n,
        partial_images=request.partial_images,
        prompt_bytes=len(request.prompt.encode("utf-8", "surrogatepass")),
        images=request.images,
        mask=request.mask,
        markup=request.markup,
        input_fidelity=request.input_fidelity,
        output_format=request.output_format,
    )


def cost_after(decision: Decision) -> Cost | None:
    """The quote of what is sent."""
    quoted = decision.quote
    return Cost(expected_micros=quoted.expected_micros, ceiling_micros=quoted.ceiling_micros) if quoted else None


def dearest(costs: Iterable[Cost | None]) -> Cost | None:
    """The most that a call may cost; None where that of any case is not known."""
    known = list(costs)
    sure = [cost for cost in known if cost is not None]
    return max(sure, key=lambda cost: (cost.expected_micros, cost.ceiling_micros)) if len(sure) == len(known) else None
