"""Limits around a call of the command line: time-outs that are too short for a picture, and retries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ..sites import Mark, MarkKind, Site
from .words import Command

TIME: Final = frozenset({"-m", "--max-time", "--timeout"})
RETRY: Final = frozenset({"--retry", "--tries"})
BEFORE: Final = re.compile(rb"\btimeout\s+(?:-\S+\s+)*(?P<number>\d+(?:\.\d+)?)(?P<unit>[smh]?)\s+$")
SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "ms": 0.001}
ENOUGH: Final = 180


class Timing(NamedTuple):
    """A number that an option gives, and where it stands."""

    option: str
    number: float
    start: int
    end: int


def limits(timings: tuple[Timing, ...], command: Command, call: Site) -> Iterator[Mark]:
    """The marks of a command: a program that ends it early, too, and each retry may be billed."""
    before = BEFORE.search(command.text.data, max(command.start - 80, 0), command.start)
    if before:
        seconds = float(before["number"]) * SECONDS[before["unit"].decode()]
        yield from short(Timing("timeout", seconds, before.start(), command.start), command, call)
    for timing in timings:
        if timing.option in TIME:
            yield from short(timing, command, call)
        elif timing.option in RETRY and timing.number > 0:
            yield mark(timing, command, call, kind="retries")


def short(timing: Timing, command: Command, call: Site) -> Iterator[Mark]:
    """A time-out, if it is too short."""
    if 0 < timing.number < ENOUGH:
        yield mark(timing, command, call, kind="short_timeout")


def mark(timing: Timing, command: Command, call: Site, *, kind: MarkKind) -> Mark:
    """The mark of a limit."""
    line, column = command.text.place(timing.start)
    return Mark(
        path=command.text.path,
        line=line,
        column=column,
        kind=kind,
        surface=call.surface,
        text=command.text.shown(timing.start, timing.end),
        value=int(timing.number) if float(timing.number).is_integer() else timing.number,
        site=call.line,
        in_test=call.in_test,
    )
