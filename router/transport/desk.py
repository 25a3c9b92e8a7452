"""Between a router and its transports: which requests are decided, by what, and who hears of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol
from uuid import uuid4

from ..errors import ConfigError
from ..records import OnDecision, Record, tell
from .exchange import DECIDED, Call, Mode, Settings
from .surface import find_surface
from .verdicts import DRAWN

if TYPE_CHECKING:
    from datetime import datetime

    from ..catalog import Catalog
    from ..ledger.till import Till
    from ..policy import Policy
    from .attempts import Attempt
    from .message import Message

log = logging.getLogger(__package__)


class Source(Protocol):
    """What a call is decided by, as it is at the moment that the call begins."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""

    @property
    def catalog(self) -> Catalog:
        """The catalogue, overlays included."""

    @property
    def mode(self) -> Mode:
        """Whether decisions are acted on, only told, or not made."""

    @property
    def listeners(self) -> Sequence[OnDecision]:
        """Who hears of each attempt."""

    @property
    def till(self) -> Till | None:
        """Where money is held; None where budgets are not checked."""


KEY_HEADER: Final = "idempotency-key"
"""By which an app names an operation that must not be paid twice."""
WANTED: ContextVar[int | None] = ContextVar("pixroute-retries", default=None)


@contextmanager
def retrying(times: int) -> Iterator[None]:
    """Say how often the calls inside the block are to be tried again: an SDK has no other way to tell a transport."""
    token = WANTED.set(times)
    try:
        yield
    finally:
        WANTED.reset(token)


class RouterDesk:
    """Opens calls for a router, and makes a record of each attempt.

    `retries` None leaves trying again to whoever calls the transport.
    """

    def __init__(
        self, source: Source, *, provider: str, now: Callable[[], datetime], retries: int | None = None
    ) -> None:
        self._source = source
        self._provider = provider
        self._now = now
        self._retries = retries
        self._warned: set[str] = set()

    def wants(self, method: str, url: str, headers: Mapping[str, str]) -> bool:
        """Whether a request is one of an images endpoint; one that carries a decision already is left alone."""
        return DECIDED not in headers and find_surface(method, url) is not None

    def is_enforced(self, method: str, url: str) -> bool:
        """Whether a request is to be decided and the decision acted on."""
        return self._source.mode == "enforce" and find_surface(method, url) is not None

    def open(self, message: Message, timeout_s: float | None) -> Call:
        """Begin a call."""
        surface = find_surface(message.method, message.url)
        if surface is None:
            raise ConfigError(f"not an images endpoint: `{message.method} {message.url}`")
        settings = Settings(
            policy=self._source.policy,
            catalog=self._source.catalog,
            provider=self._provider,
            on=self._now().date(),
            mode="shadow" if self._source.mode == "shadow" else "enforce",
            retries=self._retries if WANTED.get() is None else WANTED.get(),
            till=self._source.till,
        )
        named = dict(message.headers).get(KEY_HEADER)
        return Call(
            message=message,
            surface=surface,
            settings=settings,
            key=named or uuid4().hex,
            is_named=bool(named),
            timeout_s=timeout_s,
            is_decided=self._source.mode != "off",
        )

    def hear(self, attempt: Attempt, seconds: float) -> None:
        """Tell a router's listeners of an attempt."""
        self._warn_of_timeout(attempt)
        verdict = attempt.verdict
        record = Record(
            at=self._now() - timedelta(seconds=seconds),
            decision=attempt.decision,
            operation_key=attempt.key,
            attempt=attempt.number,
            mode=attempt.mode,
            status=attempt.status,
            latency_s=round(seconds, 6) if attempt.number else None,
            usage=attempt.usage,
            bill_micros=attempt.bill_micros,
            warnings=attempt.warnings,
            failure=verdict.reason if verdict is not None and verdict.reason != DRAWN else None,
            request_id=attempt.request_id,
            hold=attempt.funded.hold if attempt.funded is not None else None,
            settled=attempt.settled,
        )
        tell(record, self._source.listeners)

    def _warn_of_timeout(self, attempt: Attempt) -> None:
        """Say once for each model that the app's time-out is shorter than the model takes."""
        model, timeout_s = attempt.model, attempt.timeout_s
        if model is None or model.latency_s is None or timeout_s is None or model.id in self._warned:
            return
        if timeout_s < model.latency_s:
            self._warned.add(model.id)
            log.warning(
                "the time-out of %g s is shorter than %s may take, %d s: it would be billed and lost",
                timeout_s,
                model.id,
                model.latency_s,
            )
