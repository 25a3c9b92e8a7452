"""An answer with its pictures: whole as JSON, or as it comes in server-sent events."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from anyio import CapacityLimiter, to_thread

from .faults import Script
from .orders import Order
from .pictures import Scene, draw
from .usage import Usage

PREFIX = {"generate": "image_generation", "edit": "image_edit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An order in hand: how it is to go, what one picture of it uses, and who draws."""

    order: Order
    script: Script
    usage: Usage
    moment: int
    painters: CapacityLimiter

    async def paint(self, number: int, *, blur: int = 0) -> str:
        """Draw one picture in a thread of its own, as base64."""
        picture = await to_thread.run_sync(draw, self._scene(number, blur), limiter=self.painters)
        return base64.b64encode(picture).decode()

    def _scene(self, number: int, blur: int) -> Scene:
        order = self.order
        return Scene(
            prompt=order.prompt,
            caption=f"{order.model.id} · {order.size} · {order.quality}",
            canvas=order.canvas,
            transparent=order.transparent,
            output_format=order.output_format,
            compression=order.compression,
            number=number,
            blur=blur,
            base=order.images[0] if order.images else None,
            mask=order.mask,
        )

    def echo(self) -> dict[str, object]:
        """What was drawn, as every answer repeats it: with nothing left `auto`."""
        order = self.order
        return {
            "background": order.background,
            "output_format": order.output_format,
            "quality": order.quality,
            "size": order.size,
        }


async def whole(job: Job) -> dict[str, object]:
    """The answer of a call that is not streamed (FACTS 8)."""
    order = job.order
    answer: dict[str, object] = {
        "created": job.moment,
        **job.echo(),
        "data": [{"b64_json": await job.paint(number)} for number in range(order.n)],
        "usage": job.usage.times(order.n).report(details=True),
        "svg_usage": None,
        "safety_identifier": order.safety_identifier,
    }
    if job.script.no_usage:
        del answer["usage"]
    return answer


async def events(job: Job) -> AsyncIterator[bytes]:
    """The events of a call that is streamed (FACTS 7): for each picture its partial ones, then the completed one."""
    prefix = PREFIX[job.order.operation]
    partial = min(job.order.partial_images, 1) if job.script.fewer_partials else job.order.partial_images
    for number in range(job.order.n):
        for index in range(partial):
            picture = await job.paint(number, blur=partial - index)
            yield event(f"{prefix}.partial_image", {**_drawn(job, picture), "partial_image_index": index})
        if job.script.refusal is not None:
            yield event("error", {"type": "error", **job.script.refusal.body})
            return
        yield event(f"{prefix}.completed", {**_drawn(job, await job.paint(number)), **_closing(job)})


def _drawn(job: Job, picture: str) -> dict[str, object]:
    return {"b64_json": picture, "created_at": job.moment, **job.echo()}


def _closing(job: Job) -> dict[str, object]:
    usage = {} if job.script.no_usage else {"usage": job.usage.report(details=False)}
    return {**usage, "safety_identifier": job.order.safety_identifier}


def event(kind: str, data: dict[str, object]) -> bytes:
    """One server-sent event; its data repeats its type."""
    text = json.dumps({"type": kind, **data}, separators=(",", ":"))
    return f"event: {kind}\ndata: {text}\n\n".encode()


def as_played(order: Order, script: Script) -> Order:
    """The order as it is drawn: with the wrong size or background where the script has one."""
    transparent = order.transparent and not script.opaque
    return replace(order, transparent=transparent, canvas=script.canvas or order.canvas)
