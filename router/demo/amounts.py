"""Money on the page: each request's, and what they come to together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..money import MICROS_PER_USD
from .stage import Shot


def dollars(micros: int) -> str:
    """Dollars with four decimals."""
    sign = "-" if micros < 0 else ""
    return f"{sign}${Decimal(abs(micros)) / MICROS_PER_USD:,.4f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What requests come to, in micro-dollars; `asked` counts those that the API takes as written.

    `saved` compares what was drawn both ways; `unspent` is what the denied ones would have cost as written.
    """

    requests: int
    drawn: int
    drawn_as_written: int
    asked_micros: int
    expected_micros: int
    ceiling_micros: int
    billed_micros: int
    saved_micros: int
    unspent_micros: int

    @classmethod
    def of(cls, shots: Sequence[Shot]) -> Totals:
        """Add up."""
        quotes = [shot.decision.quote for shot in shots if shot.decision.quote]
        return cls(
            requests=len(shots),
            drawn=sum(not shot.answer.refusal for shot in shots),
            drawn_as_written=sum(shot.asked_micros is not None for shot in shots),
            asked_micros=sum(shot.asked_micros or 0 for shot in shots),
            expected_micros=sum(quote.expected_micros for quote in quotes),
            ceiling_micros=sum(quote.ceiling_micros for quote in quotes),
            billed_micros=sum(shot.billed_micros for shot in shots),
            saved_micros=sum(shot.saved_micros or 0 for shot in shots),
            unspent_micros=sum(shot.asked_micros or 0 for shot in shots if shot.answer.refusal),
        )
