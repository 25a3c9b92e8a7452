"""Run a suite: decide each case, compare, measure coverage, try the invariants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..catalog import Catalog
from ..decision import Decision
from ..errors import Problem, SuiteError
from ..policy import Policy
from .brief import brief
from .cases import Case, Suite
from .compare import Miss, misses
from .coverage import Read, measure
from .decide import Came, Decided, decide
from .document import cases_for
from .report import CaseReport, Failure, Report
from .trials import try_invariants

EXAMPLES = 500


def run_suite(
    suite: Suite, policy: Policy, catalog: Catalog, *, on: date | None = None, examples: int = EXAMPLES
) -> Report:
    """Run every case, and try the invariants on each and on `examples` generated requests.

    `on` is the day of the cases that name none; without it, the policy's `as_of`. Raises `SuiteError` for names that
    the policy or the catalogue does not know, and for a case without a day.
    """
    cases = _dated(cases_for(suite, policy, catalog), on or policy.as_of)
    came = [decide(case, policy, catalog) for case in cases]
    decided = [Decided(case, each) for case, each in zip(cases, came, strict=True) if isinstance(each, Decision)]
    day = on or policy.as_of or cases[0].on or date.min
    return Report(
        path=suite.path,
        policy=policy.name,
        cases=tuple(map(_case_report, cases, came)),
        invariants=try_invariants(decided, policy, catalog, on=day, examples=examples),
        coverage=measure(policy, [Read(each.decision, each.case.budget_left_micros is not None) for each in decided]),
    )


def _dated(cases: Sequence[Case], day: date | None) -> list[Case]:
    dated = [replace(case, on=case.on or day) for case in cases]
    hint = "write `on`, or give the policy an `as_of`"
    problems = [Problem(at=case.at, message="the case has no day", hint=hint) for case in dated if case.on is None]
    if problems:
        raise SuiteError(problems)
    return dated


def _case_report(case: Case, came: Came) -> CaseReport:
    found = tuple(_failure(case, came, miss) for miss in misses(list(case.expectations), came))
    return CaseReport(name=case.name, at=case.at, failures=found)


def _failure(case: Case, came: Came, miss: Miss) -> Failure:
    part, _, name = miss.expectation.about.partition(".")
    rules = {"route": [str(miss.expectation.want)], "rules": [name]}.get(part, [])
    return Failure(
        at=miss.expectation.at,
        message=f"{case.name}: {miss.message}",
        expected=miss.expected,
        actual=miss.actual,
        notes=brief(came, rules) if isinstance(came, Decision) else (),
    )
