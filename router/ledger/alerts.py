"""Alerts: a limit that is filling up, one that refused a request, a bill above its ceiling."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from ..budget import readable
from ..money import usd
from .holds import Standing

log = logging.getLogger(__package__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What an alert tells; amounts are in micro-dollars.

    `share`: a limit passed `percent` of its amount for the first time in its window. `refused`: a request did not fit
    what a limit has left, told once per window and process. `overrun`: a bill of `used_micros` was above the ceiling of
    `amount_micros` that was held for it; `limit` and `account` are empty.
    """

    kind: Literal["share", "refused", "overrun"]
    limit: str = ""
    account: str = ""
    percent: int = 100
    used_micros: int
    amount_micros: int
    resets_at: datetime | None = None
    operation_key: str = ""

    def __str__(self) -> str:
        used, amount = usd(self.used_micros), usd(self.amount_micros)
        account = readable(self.account)
        match self.kind:
            case "share":
                return f"`{account}` has used {used} of {amount} USD, {self.percent} % or more"
            case "refused":
                return f"`{account}` refused a request: {used} of {amount} USD are used"
            case "overrun":
                return f"`{self.operation_key}` was billed {used} USD, above the {amount} that were held for it"


class OnAlert(Protocol):
    """Hears of each alert, in the thread of the call; slow work belongs elsewhere."""

    def __call__(self, alert: Alert, /) -> object:
        """Take an alert."""


def passed(standings: Iterable[Standing], shares: Iterable[int]) -> Iterator[Alert]:
    """The shares that limits have now passed for the first time in their window, the highest of each limit alone."""
    for standing in standings:
        crossed = [share for share in shares if _is_crossed(standing, share)]
        if crossed:
            yield alert("share", standing, percent=max(crossed))


def _is_crossed(standing: Standing, share: int) -> bool:
    mark = standing.amount_micros * share
    return standing.peak_micros * 100 < mark <= standing.used_micros * 100


def alert(kind: Literal["share", "refused"], standing: Standing, *, percent: int = 100) -> Alert:
    """An alert on how an account stands."""
    return Alert(
        kind=kind,
        limit=standing.limit,
        account=standing.account,
        percent=percent,
        used_micros=standing.used_micros,
        amount_micros=standing.amount_micros,
        resets_at=moment(standing.resets_at_ms),
    )


def moment(at_ms: int | None) -> datetime | None:
    """Milliseconds since 1970 as a moment in UTC."""
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)


def sound(alert: Alert, listeners: Iterable[OnAlert]) -> None:
    """Log an alert and tell all listeners; one that raises is logged, and neither call nor others hear of it."""
    log.log(logging.ERROR if alert.kind == "overrun" else logging.WARNING, "%s", alert)
    for listener in listeners:
        try:
            listener(alert)
        except Exception:
            log.exception("a listener to alerts failed: %r", listener)
