"""A policy's tests: a file of cases, run against the policy, with coverage and invariants."""

from .cases import Case, Expectation, Suite
from .coverage import ConditionSeen, Coverage
from .document import read_suite, suite_schema
from .report import CaseReport, Failure, InvariantTried, Report
from .runner import run_suite

__all__ = [
    "Case",
    "CaseReport",
    "ConditionSeen",
    "Coverage",
    "Expectation",
    "Failure",
    "InvariantTried",
    "Report",
    "Suite",
    "read_suite",
    "run_suite",
    "suite_schema",
]
