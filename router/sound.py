"""Only a sound policy: one that parses, passes `check` without errors, and passes its own tests where it has some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .check import check
from .errors import PolicyError, Problem
from .files import AnyPath, find_policy, load_policy, read_bytes, tests_beside
from .suite import read_suite, run_suite

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from .catalog import Catalog
    from .policy import Policy


def load_sound_policy(path: AnyPath, catalog: Catalog, *, on: date, provider: str) -> Policy:
    """Read a policy and hold it against `check` and its tests, on its own `as_of` or else on the day given.

    Raises `ConfigError`, `PolicyError` or `SuiteError`.
    """
    policy = load_policy(path, catalog)
    day = policy.as_of or on
    _refuse_errors(policy, catalog, on=day, provider=provider)
    _refuse_failures(find_policy(path), policy, catalog, on=day)
    return policy


def _refuse_errors(policy: Policy, catalog: Catalog, *, on: date, provider: str) -> None:
    errors = [
        Problem(at=finding.at, message=finding.message, hint=finding.help)
        for finding in check(policy, catalog, on=on, provider=provider)
        if finding.severity == "error"
    ]
    if errors:
        raise PolicyError(errors)


def _refuse_failures(file: Path, policy: Policy, catalog: Catalog, *, on: date) -> None:
    tests = tests_beside(file)
    if not tests.exists():
        return
    report = run_suite(read_suite(read_bytes(tests), str(tests)), policy, catalog, on=on)
    if report.failures:
        raise PolicyError([Problem(at=failure.at, message=failure.message) for failure in report.failures])
