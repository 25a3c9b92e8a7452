"""`pixroute test`: run the tests of policies, with coverage and invariants."""

# ruff: noqa: PT028 -- the command is called `test` and is none

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError
from ..files import read_bytes
from ..suite import Report, read_suite, run_suite
from .exits import verdict
from .options import CatalogFiles, open_catalog, open_policy, pick, read_day
from .output import write_one_or_array, write_text

if TYPE_CHECKING:
    from ..catalog import Catalog

FORMATS = ("text", "json", "junit")


def test(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Files of tests, NAME.test.yaml.")],
    *,
    coverage: Annotated[bool, typer.Option("--coverage", help="List the conditions that no case has tried.")] = False,
    fail_under: Annotated[
        str | None, typer.Option("--fail-under", metavar="PERCENT", help="End with 1 where coverage is less.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of cases without one; `as_of` if left out.")
    ] = None,
    catalog: CatalogFiles = None,
    form: Annotated[str, typer.Option("--format", "-f", metavar="text|json|junit", help="What is printed.")] = "text",
) -> int:
    """Run the tests of policies.

    Tries each case, and the invariants on cases and on generated requests. A condition is covered when cases have seen
    it hold and not hold. Ends with 1 where a test fails.
    """
    pick("--format", form, FORMATS)
    least = None if fail_under is None else _read_percent(fail_under)
    known = open_catalog(catalog)
    day = read_day(on) if on else None
    reports = [_run(file, known, on=day) for file in files]
    _write(reports, form=form, coverage=coverage or least is not None, least=least or 0)
    enough = least is None or all(report.coverage.percent >= least for report in reports)
    return verdict(fine=enough and all(report.ok for report in reports))


def _read_percent(text: str) -> float:
    try:
        percent = float(text.removesuffix("%"))
    except ValueError:
        percent = -1
    if not 0 <= percent <= ALL:
        raise ConfigError(f"`--fail-under` is not a percentage: `{text}`", hint="write 90 for 90 %")
    return percent


ALL = 100


def _run(file: str, catalog: Catalog, *, on: date | None) -> Report:
    suite = read_suite(read_bytes(Path(file)), file)
    return run_suite(suite, open_policy(suite.policy_path, catalog), catalog, on=on)


def _write(reports: Sequence[Report], *, form: str, coverage: bool, least: float) -> None:
    match form:
        case "json":
            write_one_or_array([report.to_dict() for report in reports], listed=False)
        case "junit":
            from .junit import to_junit  # noqa: PLC0415

            write_text(to_junit(reports))
        case _:
            from .reports import show  # noqa: PLC0415 -- text needs rich

            show(reports, coverage=coverage, least=least)
