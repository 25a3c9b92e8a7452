"""Findings as text: each with its place, as editors and people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text

from ..check import CHECKS, Finding
from .console import counted, open_page

STYLES: Mapping[str, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def show(findings: Sequence[Finding], policies: Sequence[str]) -> None:
    """Print each finding with what to try, then how many there are."""
    page = open_page()
    for finding in findings:
        page.print(_told(finding), soft_wrap=True)
        page.print()
    page.print(_sum(findings, len(policies)))
    if code := next((finding.code for finding in findings if finding.code in CHECKS), None):
        page.print(Text.assemble(("hint", "bold cyan"), f": `pixroute check --explain {code}` has more on such a code"))


def _told(finding: Finding) -> Text:
    style = STYLES[finding.severity]
    text = Text.assemble((finding.severity, style), f": {finding.at}: {finding.message} ", (f"[{finding.code}]", "dim"))
    if finding.help:
        text.append("\nhint", "bold cyan")
        text.append(f": {finding.help}")
    return text


def _sum(findings: Sequence[Finding], policies: int) -> Text:
    counts = Counter[str](finding.severity for finding in findings)
    found = ", ".join(counted(counts[severity], severity) for severity in STYLES if counts[severity])
    looked = counted(policies, "policy") if policies == 1 else f"{policies:,} policies"
    return Text(f"{looked} checked: {found or 'nothing found'}")
