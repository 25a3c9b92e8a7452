"""A process that makes one call and is killed in the midst of it; run as `python dying.py LEDGER PROVIDER STEP KEY`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date

import httpx

from router.language import parse_policy
from router.ledger import open_ledger
from router.testing import frozen

STEPS = (
    "before reserve",
    "after reserve",
    "before send",
    "after send",
    "before settle",
    "after settle",
)
POLICY = """
pixroute: 1
name: one-dollar
routes: [{id: all, to: [asked]}]
budget: {limits: [{id: everyone, scope: all, window: forever, amount: 1}]}
"""


def die() -> None:
    """End at once, as the kernel ends a process that it has no memory for: no `finally`, no farewell."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A ledger, or a transport, that passes everything on and dies at one step."""

    def __init__(self, inner: object, step: str) -> None:
        self._inner = inner
        self._step = step

    def __getattr__(self, name: str):
        passed_on = getattr(self._inner, name)
        what = "send" if name == "handle_request" else name

        def act(*arguments):
            if self._step == f"before {what}":
                die()
            came = passed_on(*arguments)
            if self._step == f"after {what}":
                die()
            return came

        return act if what in ("reserve", "settle", "send") else passed_on


def main(ledger: str, provider: str, step: str, key: str) -> None:  # noqa: PLR0917 -- a command line
    """Make the call."""
    router = frozen(parse_policy(POLICY), on=date(2026, 11, 23), ledger=Dying(open_ledger(ledger), step))
    inner = Dying(httpx.HTTPTransport(), step)
    with httpx.Client(transport=router.transport(inner), base_url=provider, timeout=30) as client:
        body = {"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "high"}
        client.post(
            "images/generations", json=body, headers={"idempotency-key": key, "authorization": "Bearer any"}
        ).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:])
