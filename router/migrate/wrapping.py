"""Wrapping the clients of calls instead of rewriting the calls."""

from __future__ import annotations

from collections.abc import Iterable

from .edits import Edit
from .embed import embed
from .findings import Finding
from .fix import Left, Outcome, make
from .judge import WRAPPED
from .sites import Files


def wrap_all(findings: Iterable[Finding], files: Files, *, policy: str) -> Outcome:
    """Wrap the client of every call that a policy serves; each client once."""
    left: list[Left] = []
    known: dict[object, tuple[Edit, ...] | str] = {}
    wanted: list[tuple[Finding, tuple[Edit, ...]]] = []
    for finding in findings:
        if finding.surface not in WRAPPED or finding.verdict == "person" or finding.text:
            continue
        home = (finding.path, finding.surface) if finding.client is None else finding.client
        if home not in known:
            known[home] = _wrap(finding, files, policy)
        made = known[home]
        if isinstance(made, str):
            left.append(Left(finding, made))
        else:
            wanted.append((finding, made))
    outcome = make(wanted, files)
    return Outcome(changes=outcome.changes, taken=outcome.taken, left=(*left, *outcome.left))


def _wrap(finding: Finding, files: Files, policy: str) -> tuple[Edit, ...] | str:
    if finding.client is None and finding.surface != "python-sdk-module":
        return "where its client is made cannot be told"
    path = finding.client.path if finding.client else finding.path
    return embed(path, files.read(path), finding.client, policy=policy)
