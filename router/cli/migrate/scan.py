"""`pixroute migrate scan`: which calls no longer work, why, and what to do about each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ConfigError
from ..exits import Exit, verdict
from ..options import On, pick
from ..output import write_json, write_text
from ..talk import say_hint
from .options import POLICY, Catalogs, Paths, PolicyFile, ProviderIfSame, open_settings, run_scan

if TYPE_CHECKING:
    from ...migrate.findings import Report

FORMATS = ("text", "json", "sarif", "markdown", "html")


def scan(
    paths: Paths = None,
    *,
    on: On = None,
    policy: PolicyFile = POLICY,
    provider: ProviderIfSame = None,
    catalog: Catalogs = None,
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="text|json|sarif|markdown|html", help="What is printed.")
    ] = "text",
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that are known, and not shown again.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", hidden=True)] = False,
    write_baseline: Annotated[
        Path | None, typer.Option("--write-baseline", metavar="FILE", help="Write all findings down as known, and end.")
    ] = None,
) -> int:
    """Find calls that no longer work, or soon will not.

    Reads Python, JavaScript, TypeScript, settings, shell scripts, notebooks and workflows; nothing is run and nothing
    leaves this machine. Every call is judged by the policy on the day, and by what the API answers then. Ends with 1
    where something is found.
    """
    if apply:
        raise ConfigError("`scan` writes no file", hint="`pixroute migrate fix --apply` writes the rewrites")
    pick("--format", form, FORMATS)
    settings = open_settings(on=on, policy=policy, provider=provider, catalog=catalog)
    from ...migrate import baseline as known  # noqa: PLC0415 -- an extra, loaded when chosen

    told = known.read(baseline) if baseline else None
    report = run_scan(paths, settings)
    if write_baseline is not None:
        known.write(write_baseline, report)
        say_hint(f"{len(report.findings):,} findings are in `{write_baseline}`: use it with `--baseline`")
        return Exit.FINE
    report = known.without(report, told) if told is not None else report
    _write(report, form=form, paths=paths or ["."])
    return verdict(fine=not report.findings)


def _write(report: Report, *, form: str, paths: list[str]) -> None:
    match form:
        case "json":
            from ...migrate.report.json import to_dict  # noqa: PLC0415 -- one format is wanted, not all

            write_json(to_dict(report))
        case "sarif":
            from ...migrate.report.sarif import to_sarif  # noqa: PLC0415

            write_json(to_sarif(report))
        case "markdown":
            from ...migrate.report.markdown import to_markdown  # noqa: PLC0415

            write_text(to_markdown(report))
        case "html":
            from ...migrate.report.html import to_html  # noqa: PLC0415

            write_text(to_html(report))
        case _:
            from .text import show  # noqa: PLC0415 -- text needs rich

            show(report, paths)
