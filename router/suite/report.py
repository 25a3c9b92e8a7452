"""What came of a suite: each case with its failures, coverage, and how often invariants were tried."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Place
from .coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that came out otherwise; `notes` say in brief how the decision was made."""

    at: Place
    message: str
    expected: str = ""
    actual: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.at}: {self.message}", *(f"    {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, object]:
        """The failure, ready for JSON."""
        return {
            "path": self.at.path,
            "line": self.at.line,
            "column": self.at.column,
            "message": self.message,
            "expected": self.expected,
            "actual": self.actual,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """What came of one case."""

    name: str
    at: Place
    failures: tuple[Failure, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all came out as expected."""
        return not self.failures

    def to_dict(self) -> dict[str, object]:
        """The case, ready for JSON."""
        failures = [failure.to_dict() for failure in self.failures]
        return {"name": self.name, "line": self.at.line, "ok": self.ok, "failures": failures}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantTried:
    """How often an invariant was tried: on how many decisions, and for how many of them it was about the request."""

    id: str
    at: Place
    tried: int
    applied: int
    failures: tuple[Failure, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it always held."""
        return not self.failures

    def to_dict(self) -> dict[str, object]:
        """The invariant, ready for JSON."""
        failures = [failure.to_dict() for failure in self.failures]
        return {"id": self.id, "ok": self.ok, "tried": self.tried, "applied": self.applied, "failures": failures}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a suite."""

    path: str
    policy: str
    cases: tuple[CaseReport, ...]
    invariants: tuple[InvariantTried, ...]
    coverage: Coverage

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Everything that came out otherwise: in the cases first, then of the invariants."""
        return tuple(failure for _, part in self._tests() for failure in part.failures)

    @property
    def ok(self) -> bool:
        """Whether nothing came out otherwise; coverage is another question."""
        return not self.failures

    def to_dict(self) -> dict[str, object]:
        """The report, ready for JSON."""
        return {
            "path": self.path,
            "policy": self.policy,
            "ok": self.ok,
            "cases": [case.to_dict() for case in self.cases],
            "invariants": [invariant.to_dict() for invariant in self.invariants],
            "coverage": self.coverage.to_dict(),
        }

    def junit(self) -> str:
        """The report as JUnit's XML, which build servers read: a test for each case and each invariant."""
        return "<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(self._suite(), encoding="unicode") + "\n"

    def _suite(self) -> ET.Element:
        tests = [*self._tests()]
        failed = sum(not part.ok for _, part in tests)
        counts = {"tests": str(len(tests)), "failures": str(failed), "errors": "0", "skipped": "0"}
        root = ET.Element("testsuites", counts)
        suite = ET.SubElement(root, "testsuite", {"name": _printable(self.path), **counts})
        for name, part in tests:
            _add_test(suite, name, part)
        return root

    def _tests(self) -> Iterator[tuple[str, CaseReport | InvariantTried]]:
        yield from ((case.name, case) for case in self.cases)
        yield from ((f"invariant {each.id}", each) for each in self.invariants)


def _add_test(suite: ET.Element, name: str, part: CaseReport | InvariantTried) -> None:
    where = {"classname": _printable(part.at.path), "file": _printable(part.at.path), "line": str(part.at.line)}
    test = ET.SubElement(suite, "testcase", {"name": _printable(name), **where})
    for failure in part.failures:
        ET.SubElement(test, "failure", {"message": _printable(failure.message)}).text = _printable(str(failure))


UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _printable(text: str) -> str:
    """Text without what XML cannot hold."""
    return UNPRINTABLE.sub("\ufffd", text)
