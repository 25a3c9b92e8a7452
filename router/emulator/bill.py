"""The bill: every call that came, and what a provider would charge for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..catalog import Model
from .asked import Asked
from .usage import NOTHING, Usage

PICOS_PER_MICRO = 1_000_000


@dataclass(slots=True, kw_only=True)
class Call:
    """One call, filled in as it goes: `outcome` is `answered`, `working`, an error's code, or what became of it.

    Of the files that came only the number is kept, so that a bill may grow long.
    """

    request_id: str
    path: str
    operation: str
    provider: str
    params: Mapping[str, object]
    images: int
    mask: bool
    digest: str
    model: str | None = None
    fault: str | None = None
    status: int | None = None
    outcome: str = "working"
    usage: Usage = NOTHING
    micros: int = 0

    @classmethod
    def of(cls, asked: Asked, *, request_id: str, path: str) -> Call:
        """A call that has just come."""
        return cls(
            request_id=request_id,
            path=path,
            operation=asked.operation,
            provider=asked.provider,
            params=asked.params,
            images=len(asked.images),
            mask=asked.mask is not None,
            digest=asked.digest,
            model=asked.model,
        )

    def charge(self, model: Model, usage: Usage) -> None:
        """Put what was used on the bill: each kind of token rounded up to whole micro-dollars."""
        self.usage = usage
        self.micros = price(model, usage)

    def to_dict(self) -> dict[str, object]:
        """The call as the bill shows it; the body's digest tells whether its bytes were changed on the way."""
        return {
            "request_id": self.request_id,
            "path": self.path,
            "operation": self.operation,
            "provider": self.provider,
            "model": self.model,
            "params": dict(self.params),
            "images": self.images,
            "mask": self.mask,
            "body_sha256": self.digest,
            "fault": self.fault,
            "status": self.status,
            "outcome": self.outcome,
            "usage": self.usage.report(details=True),
            "micros": self.micros,
        }


@dataclass(slots=True)
class Bill:
    """All calls since the bill was last reset."""

    calls: list[Call] = field(default_factory=list)

    @property
    def total_micros(self) -> int:
        """What they cost together, in micro-dollars."""
        return sum(call.micros for call in self.calls)

    def to_dict(self) -> dict[str, object]:
        """The bill as `GET /_emulator/bill` shows it."""
        return {"total_micros": self.total_micros, "calls": [call.to_dict() for call in self.calls]}


def price(model: Model, usage: Usage) -> int:
    """Price tokens in micro-dollars, by the catalogue's rate of the day."""
    rates = model.price
    if rates is None:
        return 0
    lines = (
        (usage.text_input, rates.text_input),
        (usage.image_input, rates.image_input),
        (usage.image_output, rates.image_output),
        (usage.text_output, rates.text_output),
    )
    return sum((tokens * picos + PICOS_PER_MICRO - 1) // PICOS_PER_MICRO for tokens, picos in lines)
