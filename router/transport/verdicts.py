"""What an answer means for the call: deliver it, try again, or go on to the next model.

The table is read from the top; the first row that fits decides. Codes come before types and types before words, and
words are read only where no code says it: a model that does not exist, and how long a rate limit lasts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .message import Reply


class Act(Enum):
    """What to do with an answer."""

    DELIVER = "deliver it to the caller"
    AGAIN = "send the same once more"
    NEXT_MODEL = "plan again without this model"
    AMBIGUOUS = "it may have been billed: deliver it, unless the policy says to try once more"


class Fate(Enum):
    """What became of the money."""

    DONE = "drawn, and billed by `usage`"
    NO_WORK = "refused before any work was done"
    UNKNOWN = "it may have been billed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do, what became of the money, and why; `wait_s` is how long the provider asks to wait."""

    act: Act
    fate: Fate
    reason: str
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """The `error` object of an answer; what is missing is empty."""

    message: str = ""
    type: str = ""
    param: str = ""
    code: str = ""
    stage: str = ""


def read_error(reply: Reply) -> ApiError:
    """Read the error of an answer; one that is not JSON, or not as the API writes it, is empty."""
    try:
        document = json.loads(reply.body or b"")
    except (ValueError, RecursionError):
        return ApiError()
    error = document.get("error") if isinstance(document, Mapping) else None
    if not isinstance(error, Mapping):
        return ApiError(message=error) if isinstance(error, str) else ApiError()
    details = error.get("moderation_details")
    stage = details.get("moderation_stage") if isinstance(details, Mapping) else None
    fields = {name: error.get(name) for name in ("message", "type", "param", "code")} | {"stage": stage}
    return ApiError(**{name: value for name, value in fields.items() if isinstance(value, str)})


def judge(reply: Reply) -> Verdict:
    """Read an answer that has been read whole; a status below 400 is delivered, and draws only below 300."""
    if FIRST_REDIRECT <= reply.status < FIRST_ERROR:
        return Verdict(act=Act.DELIVER, fate=Fate.NO_WORK, reason="sent elsewhere")
    if reply.status < FIRST_ERROR:
        return Verdict(act=Act.DELIVER, fate=Fate.DONE, reason=DRAWN)
    error = read_error(reply)
    row = next(row for row in TABLE if row.fits(reply.status, error))
    act = Act.DELIVER if row.act in MAY_REPEAT and reply.header("x-should-retry") == "false" else row.act
    wait_s = read_wait(reply, error) if act in MAY_REPEAT else None
    return Verdict(act=act, fate=row.fate, reason=error.message or row.reason, wait_s=wait_s)


FIRST_REDIRECT: Final = 300
FIRST_ERROR: Final = 400
DRAWN: Final = "drawn"
MAY_REPEAT: Final = (Act.AGAIN, Act.AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table: which answers it fits, what to do, what became of the money."""

    reason: str
    act: Act
    fate: Fate = Fate.NO_WORK
    statuses: range | frozenset[int] = range(400, 600)
    codes: frozenset[str] = frozenset()  # of the error's code or type; none: whatever it says
    params: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    stage: str = ""
    also: Callable[[ApiError], bool] | None = None

    def fits(self, status: int, error: ApiError) -> bool:
        """Whether an answer is of this row."""
        return (
            status in self.statuses
            and (not self.codes or not self.codes.isdisjoint((error.code, error.type)))
            and (not self.params or error.param in self.params)
            and (self.words is None or self.words.search(error.message) is not None)
            and self.stage in ("", error.stage)
            and (self.also is None or self.also(error))
        )


def is_hopeless(error: ApiError) -> bool:
    """Whether a rate limit can never let the request through: it asks for more at once than a minute has."""
    numbers = re.search(r"Limit (\d+).*Requested (\d+)", error.message)
    return numbers is not None and int(numbers[2]) > int(numbers[1])


BLOCKED: Final = frozenset({"moderation_blocked", "contentFilter", "content_policy_violation"})
NO_MONEY: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
NO_MODEL: Final = re.compile(r"[Mm]odel .* does not exist|has been deprecated|do not have access to (?:the )?model")
OTHER_PARAMETERS: Final = frozenset({"background", "size", "quality", "output_format", "input_fidelity", "moderation"})

UNKNOWN_MODEL: Final = frozenset({"model_not_found", "DeploymentNotFound"})
REFUSALS: Final = range(400, 500)  # a 5xx may come after work was done, whatever its body says

TABLE: Final = (
    Row(reason="blocked before drawing", codes=BLOCKED, stage="input", act=Act.DELIVER),
    Row(reason="blocked by moderation", codes=BLOCKED, act=Act.DELIVER, fate=Fate.UNKNOWN),
    Row(reason="no money at the provider", statuses=REFUSALS, codes=NO_MONEY, act=Act.DELIVER),
    Row(reason="asks for more than the limit allows at all", statuses=frozenset({429}), also=is_hopeless,
        act=Act.DELIVER),
    Row(reason="rate limit", statuses=frozenset({429}), act=Act.AGAIN),
    Row(reason="the model does not exist", statuses=REFUSALS, codes=UNKNOWN_MODEL, act=Act.NEXT_MODEL),
    Row(reason="the model does not exist", statuses=REFUSALS, words=NO_MODEL, act=Act.NEXT_MODEL),
    Row(reason="nobody serves the model", codes=UNKNOWN_MODEL, act=Act.NEXT_MODEL, fate=Fate.UNKNOWN),
    Row(reason="the organisation is not verified for the model", statuses=frozenset({403}),
        words=re.compile("must be verified"), act=Act.NEXT_MODEL),
    Row(reason="a parameter was refused", statuses=frozenset({400}), params=OTHER_PARAMETERS, act=Act.NEXT_MODEL),
    Row(reason="a parameter was refused", statuses=frozenset({400}), act=Act.NEXT_MODEL,
        codes=frozenset({"unknown_parameter", "invalid_input_fidelity_model"})),
    Row(reason="transparency was refused", statuses=frozenset({400}),
        words=re.compile("[Tt]ransparent background is not supported"), act=Act.NEXT_MODEL),
    Row(reason="a conflict", statuses=frozenset({409}), act=Act.AGAIN),
    Row(reason="timed out at the provider", statuses=frozenset({408}), act=Act.AMBIGUOUS, fate=Fate.UNKNOWN),
    Row(reason="the provider failed", statuses=range(500, 600), act=Act.AMBIGUOUS, fate=Fate.UNKNOWN),
    Row(reason="refused", act=Act.DELIVER),
)  # fmt: skip


def read_wait(reply: Reply, error: ApiError) -> float | None:
    """How long the provider asks to wait, in seconds: by its headers, else by what it says; None where it does not."""
    for header, unit_s in WAIT_HEADERS.items():
        value = reply.header(header) or ""
        if NUMBER.fullmatch(value):
            return float(value) * unit_s
    said = SAID.search(error.message)
    return sum(float(number) * UNITS[unit] for number, unit in PERIOD.findall(said[1])) if said else None


WAIT_HEADERS: Final[Mapping[str, float]] = {"retry-after-ms": 0.001, "retry-after": 1.0}
NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
SAID: Final = re.compile(r"try again in ((?:[0-9]+(?:\.[0-9]+)?(?:ms|h|m|s))+)")  # `12s`, `350ms`, `1m30s`
PERIOD: Final = re.compile(r"([0-9.]+)(ms|h|m|s)")
UNITS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Failure(Enum):
    """How a call broke off without an answer."""

    NOT_SENT = "the connection could not be made"
    LOST = "the connection broke after the request was sent"
    TIMED_OUT = "no answer came in time"


def judge_failure(failure: Failure) -> Verdict:
    """Read a call without an answer: only one that was never sent is surely not billed."""
    if failure is Failure.NOT_SENT:
        return Verdict(act=Act.AGAIN, fate=Fate.NO_WORK, reason=failure.value)
    return Verdict(act=Act.AMBIGUOUS, fate=Fate.UNKNOWN, reason=failure.value)
