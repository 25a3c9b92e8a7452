"""What is told to others about a call: a record of each attempt, for a callback, a file of lines, or the log."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

from .money import usd

if TYPE_CHECKING:
    from .changes import Warn
    from .decision import Decision
    from .ledger import Ended, Hold

log = logging.getLogger(__package__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One attempt of a call and how it ended; a denial is a record with attempt 0 and no status.

    `at` is when the attempt began, `latency_s` how long it took in seconds. `operation_key` is the same for all
    attempts of a call. `bill_micros` is what its `usage` comes to, in micro-dollars, None where that is not known.
    `failure` says what went wrong where there is no answer, or a bad one. `hold` is the money that was held for it, and
    `settled` how that ended; None where no ledger is kept, or could not be told yet.
    """

    at: datetime
    decision: Decision
    operation_key: str = ""
    attempt: int = 1
    mode: Literal["enforce", "shadow"] = "enforce"
    status: int | None = None
    latency_s: float | None = None
    usage: Mapping[str, object] | None = None
    bill_micros: int | None = None
    warnings: tuple[Warn, ...] = ()
    failure: str | None = None
    request_id: str | None = None
    hold: Hold | None = None
    settled: Ended | None = None

    @property
    def is_fine(self) -> bool:
        """Whether a picture came back."""
        return self.failure is None and self.status is not None and self.status < FIRST_BAD_STATUS

    def to_dict(self, *, prompt: bool = False) -> dict[str, object]:
        """The record, ready for JSON; the prompt is masked unless it is asked for."""
        return {
            "at": self.at.isoformat(),
            "operation_key": self.operation_key,
            "attempt": self.attempt,
            "mode": self.mode,
            "status": self.status,
            "latency_s": self.latency_s,
            "usage": self.usage,
            "bill_micros": self.bill_micros,
            "warnings": [warning.to_dict() for warning in self.warnings],
            "failure": self.failure,
            "request_id": self.request_id,
            "hold": self._hold(),
            "tags": dict(self.decision.facts.tags),
            "decision": self.decision.to_dict(prompt=prompt),
        }

    def _hold(self) -> dict[str, object] | None:
        if self.hold is None:
            return None
        ended = self.settled
        return {
            "id": self.hold.id,
            "ceiling_micros": self.hold.ceiling_micros,
            "state": "held" if ended is None else ended.state,
            "micros": self.hold.ceiling_micros if ended is None else ended.micros,
            "overrun_micros": 0 if ended is None else ended.overrun_micros,
        }


FIRST_BAD_STATUS: Final = 400


class OnDecision(Protocol):
    """Hears of each attempt as it ends, in the thread of the call; slow work belongs elsewhere."""

    def __call__(self, record: Record, /) -> object:
        """Take a record."""


def tell(record: Record, listeners: Iterable[OnDecision]) -> None:
    """Tell all listeners; one that raises is logged, and neither the call nor the others hear of it."""
    for listener in listeners:
        try:
            listener(record)
        except Exception:
            log.exception("a listener to decisions failed: %r", listener)


# -- a file of lines


class JsonlSink:
    """Appends each record to a file as one line of JSON; prompts are masked unless `prompts` is true.

    The file is opened for each line, so that it can be moved away at any time; threads may share a sink, and processes
    a file. It never raises: the first line that cannot be written is logged, the next one after a line that could be.
    """

    def __init__(self, path: str | Path, *, prompts: bool = False) -> None:
        self.path = Path(path)
        self._prompts = prompts
        self._lock = threading.Lock()
        self._is_failing = False

    def __call__(self, record: Record, /) -> None:
        """Write a record."""
        try:
            line = json.dumps(record.to_dict(prompt=self._prompts), separators=(",", ":")) + "\n"
            self._append(line.encode())
        except Exception as error:  # noqa: BLE001 -- a call must not fail for its log
            self._tell_once(error)
        else:
            self._is_failing = False

    def __repr__(self) -> str:
        return f"JsonlSink({str(self.path)!r})"

    def _append(self, line: bytes) -> None:
        with self._lock, self.path.open("ab") as file:
            file.write(line)

    def _tell_once(self, error: Exception) -> None:
        if not self._is_failing:
            log.error("decisions cannot be written to %s: %s", self.path, error)
        self._is_failing = True


# -- the log


def log_record(record: Record, /) -> None:
    """Log an attempt in one short line without the prompt; the figures are in the log record's `pixroute`."""
    level = logging.INFO if record.is_fine and not record.warnings else logging.WARNING
    if log.isEnabledFor(level):
        log.log(level, "%s", _line(record), extra={"pixroute": _figures(record)})


def _line(record: Record) -> str:
    told = [_route(record), _outcome(record), *(warning.code for warning in record.warnings)]
    if record.latency_s is not None:
        told.append(f"{record.latency_s:.1f} s")
    if record.bill_micros is not None:
        told.append(f"{usd(record.bill_micros)} USD")
    return ", ".join(told)


def _route(record: Record) -> str:
    decision = record.decision
    asked = decision.facts.request.model or "no model"
    name = f"{decision.operation} with {decision.model or asked}"
    return name if decision.model in (None, asked) else f"{name} for {asked}"


def _outcome(record: Record) -> str:
    if record.decision.deny is not None:
        return f"denied: {record.decision.deny.code}"
    return record.failure or (f"status {record.status}" if record.status is not None else "no answer")


def _figures(record: Record) -> dict[str, object]:
    decision = record.decision
    return {
        "operation_key": record.operation_key,
        "attempt": record.attempt,
        "mode": record.mode,
        "decision": decision.id,
        "route": decision.route,
        "model": decision.model,
        "status": record.status,
        "latency_s": record.latency_s,
        "ceiling_micros": decision.quote.ceiling_micros if decision.quote else None,
        "bill_micros": record.bill_micros,
        "warnings": [warning.code for warning in record.warnings],
    }
