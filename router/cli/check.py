"""`pixroute check`: what is wrong with a policy, before anyone asks it anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ..check import Finding
from ..check import check as find
from ..errors import ConfigError, DocumentError, Place
from .exits import Exit, verdict
from .options import CatalogFiles, ProviderName, open_catalog, open_policy, pick, read_day
from .output import write_json, write_text
from .pages import page

if TYPE_CHECKING:
    from ..catalog import Catalog

FORMATS = ("text", "json", "sarif")
INVALID = "invalid_policy"
UNREADABLE = "unreadable_policy"


def check(
    policies: Annotated[list[str] | None, typer.Argument(metavar="POLICY", help="Files, or `pixroute:NAME`.")] = None,
    *,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day; the policy's `as_of` or today if left out.")
    ] = None,
    provider: ProviderName = "openai",
    catalog: CatalogFiles = None,
    form: Annotated[str, typer.Option("--format", "-f", metavar="text|json|sarif", help="What is printed.")] = "text",
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="Print the page of a code, and check nothing.")
    ] = None,
) -> int:
    """Look for mistakes in policies.

    Finds rules that never hold, requests that are left out, models that cannot do what a route asks of them. Ends with
    1 where there is an error or a warning, with 2 where a policy cannot be read.
    """
    pick("--format", form, FORMATS)
    if explain is not None:
        write_text(page(explain))
        return Exit.FINE
    if not policies:
        raise ConfigError("`POLICY` is missing", hint="see `pixroute check --help`")
    known = open_catalog(catalog, provider=provider)
    day = read_day(on) if on else None
    findings = [each for path in policies for each in _findings(path, known, on=day, provider=provider)]
    _write(findings, policies, form=form)
    if any(each.code in {INVALID, UNREADABLE} for each in findings):
        return Exit.USAGE
    return verdict(fine=all(each.severity == "note" for each in findings))


def _findings(path: str, catalog: Catalog, *, on: date | None, provider: str) -> Iterator[Finding]:
    """Everything that speaks against a policy; one that cannot be read has nothing but that."""
    try:
        policy = open_policy(path, catalog)
    except DocumentError as error:
        for problem in error.problems:
            yield Finding(code=INVALID, severity="error", at=problem.at, message=problem.message, help=problem.hint)
    except ConfigError as error:
        yield Finding(code=UNREADABLE, severity="error", at=Place(path, 1, 1), message=error.message, help=error.hint)
    else:
        yield from find(policy, catalog, on=on or policy.as_of or read_day(None), provider=provider)


def _write(findings: Sequence[Finding], policies: Sequence[str], *, form: str) -> None:
    match form:
        case "json":
            write_json([_record(each) for each in findings])
        case "sarif":
            from .sarif import to_sarif  # noqa: PLC0415

            write_json(to_sarif(findings))
        case _:
            from .findings import show  # noqa: PLC0415 -- text needs rich

            show(findings, policies)


def _record(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "path": finding.at.path,
        "line": finding.at.line,
        "column": finding.at.column,
        "message": finding.message,
        "help": finding.help,
    }
