"""`pixroute migrate transparency`: who draws a transparent background, when, where and for how much."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ConfigError
from ..exits import Exit
from ..options import On, open_catalog, pick, read_day
from ..output import write_json, write_text
from .options import Catalogs

if TYPE_CHECKING:
    from ...migrate.report.transparency import Table

FORMATS = ("text", "json", "markdown")


def transparency(
    *,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day that is told; the earliest if left out.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day that is told; no end if left out.")
    ] = None,
    on: On = None,
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="NAME", help="Who serves the models; everybody if left out.")
    ] = None,
    catalog: Catalogs = None,
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="text|json|markdown", help="What is printed.")
    ] = "text",
) -> int:
    """Tell who draws transparent backgrounds, and since when.

    For each provider: which models draw them in which time, what changes on which day, what it costs, and who to use on
    the day. All of it is read off the catalogue; a preview is shown as one, and how sure each fact is.
    """
    pick("--format", form, FORMATS)
    first, last = _read("--from", since), _read("--until", until)
    if first is not None and last is not None and last < first:
        raise ConfigError(f"`--until` is before `--from`: {last}", hint=f"write a day from {first} on")
    known = open_catalog(catalog, provider=provider)
    from ...migrate.report.transparency import Table  # noqa: PLC0415 -- it takes the emulator
    from ...migrate.transparency import Window, advice, events, rows  # noqa: PLC0415

    providers = [provider] if provider else sorted(known.providers, key=lambda name: (name != "openai", name))
    window, day = Window(since=first, until=last), read_day(on)
    found = tuple(row for name in providers for row in rows(known, name, window))
    table = Table(
        on=day,
        catalog_revision=known.revision,
        rows=found,
        events=events(found),
        advice=tuple(advice(known, name, day) for name in providers),
    )
    _write(table, form)
    return Exit.FINE


def _read(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "write year, month and day, as 2026-11-23"
        raise ConfigError(f"`{option}` is not a day: `{text}`", hint=hint) from None


def _write(table: Table, form: str) -> None:
    match form:
        case "json":
            from ...migrate.report.transparency import to_dict  # noqa: PLC0415 -- one format is wanted, not all

            write_json(to_dict(table))
        case "markdown":
            from ...migrate.report.transparency import to_markdown  # noqa: PLC0415

            write_text(to_markdown(table))
        case _:
            from .transparency_text import show  # noqa: PLC0415 -- text needs rich

            show(table)
