"""How much of a policy is read before a run stops: one account for all questions, kept by counting, not by time."""

from __future__ import annotations

from dataclasses import dataclass

MOST_IN_ALL = 14_000_000
"""How often anything is read in one run of all checks; the questions that are left then stay open."""

A_RULE = 20  # what it takes to lay out one rule for a question, in readings
A_REQUEST = 500  # what it takes to read one request, or to replay one


class TooManyError(Exception):
    """It has taken as long as it may."""


@dataclass(slots=True, eq=False)
class Readings:
    """The account of one run."""

    taken: int = 0

    @property
    def spent(self) -> bool:
        """Whether nothing more is read."""
        return self.taken > MOST_IN_ALL

    def count(self, readings: int) -> None:
        """Count what is read in any case."""
        self.taken += readings

    def take(self, readings: int) -> None:
        """Count what is about to be read; raises `TooManyError` where that is more than there is."""
        self.count(readings)
        if self.spent:
            raise TooManyError
