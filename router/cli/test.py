"""`pixroute test`: run the tests of policies, with coverage and invariants."""

# ruff: noqa: PT028 -- the command is called `test` and is none

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, RouterError
from ..files import SHIPPED, find_policy, read_bytes, tests_beside
from ..suite import Report, Suite, read_suite, run_suite
from .exits import Exit, verdict
from .options import CatalogFiles, open_catalog, open_policy, pick, read_day
from .output import write_one_or_array, write_text
from .talk import complain, say_hint
from .unread import Unread

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..policy import Policy

FORMATS = ("text", "json", "junit")


def test(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="NAME.test.yaml, or `pixroute:NAME`.")],
    *,
    coverage: Annotated[bool, typer.Option("--coverage", help="List the conditions that no case has tried.")] = False,
    fail_under: Annotated[
        str | None, typer.Option("--fail-under", metavar="PERCENT", help="End with 1 where coverage is less.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of cases without one; else `as_of`, else today.")
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
    came = [_run(file, known, on=day) for file in files]
    reports = [each for each in came if isinstance(each, Report)]
    _write(came, form=form, coverage=coverage or least is not None, least=least or 0)
    if len(reports) < len(came):
        return Exit.USAGE
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


def _run(file: str, catalog: Catalog, *, on: date | None) -> Report | Unread:
    """Run the tests of one file; `pixroute:NAME` is the file beside a shipped policy."""
    path = str(tests_beside(find_policy(file))) if file.startswith(SHIPPED) else file
    try:
        suite = read_suite(read_bytes(Path(path)), path)
        policy = open_policy(suite.policy_path, catalog)
        return run_suite(suite, policy, catalog, on=on or _last_resort(suite, policy))
    except RouterError as error:
        complain(error)
        return Unread(path, error)


def _last_resort(suite: Suite, policy: Policy) -> date | None:
    """Today, where neither a case nor the policy names a day."""
    if policy.as_of is not None or all(case.on is not None for case in suite.cases):
        return None
    today = read_day(None)
    say_hint(f"`{suite.path}` has cases without a day, which are tried on {today}; `--on` or `as_of` names another")
    return today


def _write(came: Sequence[Report | Unread], *, form: str, coverage: bool, least: float) -> None:
    match form:
        case "json":
            write_one_or_array([each.to_dict() for each in came], listed=False)
        case "junit":
            from .junit import to_junit  # noqa: PLC0415

            write_text(to_junit(came))
        case _:
            from .reports import show  # noqa: PLC0415 -- text needs rich

            if reports := [each for each in came if isinstance(each, Report)]:
                show(reports, coverage=coverage, least=least)
