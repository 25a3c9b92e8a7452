"""What a scan finds: places that no longer work or soon will not, each with what happens and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from .codes import RANKS, SEVERITIES, VERDICTS, Severity, Verdict
from .edits import Edit
from .sites import Json, Parameter, Region, Skipped, Unresolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong at a place, and how bad it is there."""

    code: str
    severity: Severity
    message: str

    @property
    def rank(self) -> tuple[int, int]:
        """What comes first when problems are sorted: the worst."""
        return SEVERITIES.index(self.severity), RANKS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One parameter that changes: `before` and `after` are None where it is absent; `done` where an edit does it."""

    field: str
    before: Json
    after: Json
    reason: str
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a call costs in micro-dollars, as expected and at most."""

    expected_micros: int
    ceiling_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place, all that is wrong there, and the way out; `problems` has the worst first.

    `before` is the price on the model that was asked, while it lived; `after` is that of what is sent instead. `text`
    are the words in question, where the place is no call. `client` is where the client of the call is made.
    """

    path: str
    line: int
    column: int
    surface: str
    verdict: Verdict
    problems: tuple[Problem, ...]
    today: str
    fix: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    before: Cost | None = None
    after: Cost | None = None
    model: str | None = None
    text: str = ""
    in_test: bool = False
    edits: tuple[Edit, ...] = ()
    client: Region | None = None

    @property
    def code(self) -> str:
        """The code of the worst problem."""
        return self.problems[0].code

    @property
    def severity(self) -> Severity:
        """How bad the worst problem is."""
        return self.problems[0].severity

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where the finding stands among others."""
        return self.path, self.line, self.column, self.code

    @property
    def identity(self) -> str:
        """What stays the same when lines move: the file, the code, the way it is called, and with what."""
        values = ";".join(
            f"{name}={[choice.value for choice in parameter.choices]!r}"
            for name, parameter in sorted(self.parameters.items())
        )
        return f"{self.path}\n{self.code}\n{self.surface}\n{self.text}\n{values}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a scan.

    `healthy` are the calls that need nothing, `handled` those of clients that pixroute wraps already; `known` is how
    many findings a baseline holds back. `lines` counts those of the files that were read.
    """

    on: date
    policy: str
    findings: tuple[Finding, ...]
    healthy: int = 0
    handled: int = 0
    unresolved: tuple[Unresolved, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    lines: int = 0
    known: int = 0

    @property
    def by_verdict(self) -> dict[Verdict, int]:
        """How many findings there are of each class, zeros included."""
        counts = Counter(finding.verdict for finding in self.findings)
        return {verdict: counts[verdict] for verdict in VERDICTS}

    @property
    def by_code(self) -> dict[str, int]:
        """How many findings there are of each code that occurs."""
        counts = Counter(finding.code for finding in self.findings)
        return {code: counts[code] for code in RANKS if counts[code]}


def fingerprints(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Each finding with a name that survives when lines move; equal ones are told apart by their order."""
    seen: Counter[str] = Counter()
    rows = []
    for finding in findings:
        identity = finding.identity
        rows.append((sha256(f"{identity}\n{seen[identity]}".encode()).hexdigest()[:24], finding))
        seen[identity] += 1
    return rows
