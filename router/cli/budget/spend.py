"""`pixroute budget spend`: who spent what, by tenant, model, rule or day."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from ...errors import ConfigError, did_you_mean
from ...ledger.alerts import moment
from ...ledger.books import fold
from ...money import usd
from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, Since, existing, lines
from ..options import pick, read_day
from ..output import write_json
from ..talk import say_hint, say_warning

if TYPE_CHECKING:
    from ...ledger.books import Booked

By: TypeAlias = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="NAMES",
        help="What to add up by, with commas between: `day`, `month`, `model`, `rule`, `policy`, `provider`, "
        "`operation`, `asked`, or a tag.",
    ),
]
FORMS: Final = ("text", "json", "csv")
Form: TypeAlias = Annotated[str, typer.Option("--format", "-f", metavar="text|json|csv", help="What is printed.")]


def spend(*, ledger: LedgerUrl = DEFAULT, by: By = "model", since: Since = None, form: Form = "text") -> int:
    """Add up what was spent, by tenant, model, rule or day.

    A call belongs to the day, in UTC, on which its money was reserved. What may have been billed, and nobody knows, is
    shown beside what was.
    """
    pick("--format", form, FORMS)
    names = read_names(by)
    first_ms = 0 if since is None else int(datetime.combine(read_day(since, "--since"), time(), UTC).timestamp() * 1000)
    with existing(ledger) as store:
        holds = fold(lines(store, shown=form == "text")).holds.values()
        _warn_of_unknown(names, holds)
        rows = add_up((hold for hold in holds if hold.at_ms >= first_ms), names)
    match form:
        case "json":
            write_json([row.to_dict(names) for row in rows])
        case "csv":
            _write_csv(rows, names)
        case _:
            from .tables import show_spending  # noqa: PLC0415 -- a table needs rich

            show_spending(rows, names)
    return Exit.FINE


@dataclass(slots=True, kw_only=True)
class Row:
    """What the calls of one group came to, in micro-dollars."""

    group: tuple[str, ...]
    calls: int = 0
    spent_micros: int = 0
    unsure_micros: int = 0

    def to_dict(self, names: Sequence[str]) -> dict[str, object]:
        """The row for programs."""
        return {
            **dict(zip(names, self.group, strict=True)),
            "calls": self.calls,
            "spent_usd": usd(self.spent_micros),
            "unsure_usd": usd(self.unsure_micros),
        }


def add_up(holds: Iterable[Booked], names: Sequence[str]) -> list[Row]:
    """Calls that cost something, or may have, added up by what they are for; by days and months in their order."""
    rows: dict[tuple[str, ...], Row] = {}
    for hold in holds:
        if hold.state == "released":
            continue
        group = tuple(_read(hold, name) for name in names)
        row = rows.setdefault(group, Row(group=group))
        row.calls += 1
        if hold.state == "settled":
            row.spent_micros += hold.micros
        else:
            row.unsure_micros += hold.micros
    if any(name in TIMES for name in names):
        return sorted(rows.values(), key=lambda row: row.group)
    return sorted(rows.values(), key=lambda row: (-row.spent_micros - row.unsure_micros, row.group))


TIMES: Final[Mapping[str, str]] = {"day": "%Y-%m-%d", "month": "%Y-%m"}
ABOUT: Final[Mapping[str, str]] = {
    "model": "model",
    "rule": "route",
    "route": "route",
    "policy": "policy",
    "provider": "provider",
    "operation": "operation",
    "asked": "asked",
}


def read_names(text: str) -> tuple[str, ...]:
    """Read `--by`; a word that is none of ours is a tag."""
    names = tuple(name.strip().removeprefix("tag.") for name in text.split(","))
    if not all(names) or len(set(names)) < len(names):
        raise ConfigError(f"`--by` is a list of names: `{text}`", hint="try `--by tenant,model`")
    return names


def _warn_of_unknown(names: Sequence[str], holds: Collection[Booked]) -> None:
    """Say of names that no call carries that they may be mistyped."""
    seen = {key for hold in holds for key in hold.about}
    for name in names:
        if holds and name not in TIMES and name not in ABOUT and f"tag.{name}" not in seen:
            tags = sorted(key.removeprefix("tag.") for key in seen if key.startswith("tag."))
            say_warning(f"no call carries the tag `{name}`")
            say_hint(did_you_mean(name, [*TIMES, *ABOUT, *tags]) or "see `pixroute budget spend --help`")


def _read(hold: Booked, name: str) -> str:
    if name in TIMES:
        at = moment(hold.at_ms)
        return "" if at is None else at.strftime(TIMES[name])
    return hold.about.get(ABOUT.get(name, f"tag.{name}"), "")


def _write_csv(rows: Sequence[Row], names: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*names, "calls", "spent_usd", "unsure_usd"])
    writer.writerows([*row.group, row.calls, usd(row.spent_micros), usd(row.unsure_micros)] for row in rows)
