"""How a command ends: what its exit code says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; the last two are a shell's own, for a program that a signal ended."""

    FINE = 0
    FINDINGS = 1  # something was denied, is invalid, or failed
    USAGE = 2  # the command line, a policy or another file cannot be used
    INTERRUPTED = 130
    PIPE_CLOSED = 141


def verdict(*, fine: bool) -> Exit:
    """The exit code of a command that did its work."""
    return Exit.FINE if fine else Exit.FINDINGS
