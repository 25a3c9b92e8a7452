"""What the exchange wants done: each effect is yielded to a driver, which sends back what came of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .attempts import Attempt
    from .message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send a request; comes back as a `Reply`, or as a `Failure` where there is none."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Wait, in seconds; nothing comes back."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Run something that may take a while, to its end whatever happens; comes back as what it returns."""

    run: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Work):
    """Ask the ledger for a step, which mostly waits; one that broke off may simply be asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Ask):
    """Ask the ledger for nothing but a look: who gives up need not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell whoever listens how an attempt ended; nothing comes back."""

    attempt: Attempt


Effect: TypeAlias = Send | Wait | Work | Tell
T = TypeVar("T")
Steps: TypeAlias = Generator[Effect, object, T]
"""A part of the exchange: yields effects, is sent what came of them, and returns a value."""


class Abandoned(BaseException):
    """A call broke off, mostly because the caller gave it up; thrown in place of what comes of an effect.

    `sent` says whether a request may have left by then.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
