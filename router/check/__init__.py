"""What is wrong with a policy that parses: rules that never hold, requests that are left out, models that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from .broken import broken
from .caps import caps
from .finding import Finding, Severity
from .lifecycles import lifecycles
from .never_holds import never_holds, not_proved
from .no_route import no_route
from .overruled import overruled
from .study import Study
from .tags import undeclared_tags
from .unable import unable
from .unsaid import unknown_unsaid

if TYPE_CHECKING:
    from datetime import date

    from ..catalog import Catalog
    from ..policy import Policy

__all__ = ["CHECKS", "Check", "Finding", "Severity", "check"]

Run: TypeAlias = Callable[[Study], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A code that `check` may report: how bad it is, what it means in a line, and who looks for it."""

    code: str
    severity: Severity
    summary: str
    run: Run


def _table(*rows: tuple[str, Severity, Run, str]) -> Mapping[str, Check]:
    return MappingProxyType(
        {code: Check(code=code, severity=severity, run=run, summary=text) for code, severity, run, text in rows}
    )


CHECKS: Mapping[str, Check] = _table(
    ("ADJUSTMENT_NEVER_HOLDS", "warning", never_holds, "an adjustment that no request comes to"),
    ("ADJUSTMENT_OVERRULED", "warning", overruled, "a bound that a later rule overrules"),
    ("CAP_OUT_OF_REACH", "warning", caps, "a cap that is lower than the cheapest picture of a route"),
    ("GUARD_NEVER_HOLDS", "warning", never_holds, "a guard that no request comes to"),
    ("INVARIANT_BROKEN", "error", broken, "an invariant that a request breaks"),
    ("NOT_PROVED", "note", never_holds, "a question about the rules that takes too long to answer"),
    ("NO_ROUTE", "warning", no_route, "requests that no route holds for"),
    ("ROUTE_NEVER_HOLDS", "warning", never_holds, "a route that no request comes to"),
    ("ROUTE_NOT_ABLE", "error", unable, "a route none of whose models can do what it demands"),
    ("ROUTE_NOT_ALIVE", "error", lifecycles, "a route none of whose models is alive"),
    ("TAGS_UNDECLARED", "note", undeclared_tags, "tags in a policy that declares none"),
    ("TARGET_ENDS_SOON", "warning", lifecycles, "a model that is shut down within 90 days"),
    ("TARGET_NOT_ABLE", "warning", unable, "a model that cannot do what its route demands"),
    ("TARGET_NOT_ALIVE", "note", lifecycles, "a model that is gone, beside one that is alive"),
    ("UNKNOWN_UNSAID", "warning", unknown_unsaid, "a guard on what may be unknown that does not say what then"),
)
"""Every code, each with its page in `pages`, beside this file."""


def check(policy: Policy, catalog: Catalog, *, on: date, provider: str = "openai") -> tuple[Finding, ...]:
    """Find what is wrong with a policy on a day, and from then on, in the order of the places."""
    study = Study(policy=policy, catalog=catalog, on=on, provider=provider)
    runs = dict.fromkeys(each.run for each in CHECKS.values())
    findings = [finding for run in runs for finding in run(study)]
    findings += not_proved(study)
    return tuple(sorted(findings, key=lambda finding: (finding.at, finding.code)))
