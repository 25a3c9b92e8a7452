"""Answers of our own, in the shape that the SDKs understand: no new exception type reaches the caller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from .message import Reply

if TYPE_CHECKING:
    from ..decision import Decision, Denial
    from ..errors import RequestError

PAYMENT_REQUIRED: Final = 402
FORBIDDEN: Final = 403
BAD_REQUEST: Final = 400
CONFLICT: Final = 409
UNAVAILABLE: Final = 503
STATUS: Final[Mapping[str, int]] = {
    "budget_exceeded": PAYMENT_REQUIRED,
    "no_able_model": BAD_REQUEST,
    "operation_under_way": CONFLICT,
    "operation_paid": CONFLICT,
    "operation_may_be_paid": CONFLICT,
    "ledger_unreachable": UNAVAILABLE,
    "ledger_in_doubt": UNAVAILABLE,
}


def deny(decision: Decision, denial: Denial) -> Reply:
    """The answer to a request that was denied: 402 for money, 400 where no model is able, 403 by a guard, and so on."""
    status = STATUS.get(denial.code, FORBIDDEN)
    message = f"{denial.message} (hint: {denial.hint})" if denial.hint else denial.message
    return _error(status, message, code=denial.code, param=None, more=(("x-pixroute-decision", decision.id),))


def refuse(error: RequestError) -> Reply:
    """The answer to a request that cannot be read."""
    message = f"{error.message} (hint: {error.hint})" if error.hint else error.message
    return _error(BAD_REQUEST, message, code=error.code, param=error.field)


def _error(status: int, message: str, *, code: str, param: str | None, more: tuple[tuple[str, str], ...] = ()) -> Reply:
    body = {"error": {"message": message, "type": "pixroute_error", "param": param, "code": code}}
    headers = (("content-type", "application/json"), ("x-should-retry", "false"), *more)
    return Reply(status=status, headers=headers, body=json.dumps(body).encode())
