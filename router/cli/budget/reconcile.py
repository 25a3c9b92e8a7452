"""`pixroute budget reconcile`: the provider's own account of what was spent, held against the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ConfigError
from ...files import read_bytes
from ...ledger.books import fold
from ...ledger.reconcile import compare, read_export
from ...money import usd
from ..exits import verdict
from ..ledgers import DEFAULT, LedgerUrl, existing, lines, read_dollars
from ..options import TEXT_OR_JSON, TextOrJson, pick
from ..output import write_json

if TYPE_CHECKING:
    from ...ledger.reconcile import Pair


def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A costs or usage export of the provider: JSON or CSV.")],
    *,
    ledger: LedgerUrl = DEFAULT,
    tolerance: Annotated[
        str, typer.Option("--tolerance", metavar="USD", help="How far both may be apart, by day and model.")
    ] = "0.01",
    form: TextOrJson = "text",
) -> int:
    """Hold a provider's export against the ledger: matched, missing, different.

    Compares by day (UTC) and model, on the days of the file. Ends with 1 where both do not say the same.
    """
    pick("--format", form, TEXT_OR_JSON)
    export = read_export(_text(file), str(file))
    with existing(ledger) as store:
        holds = fold(lines(store, shown=form == "text")).holds.values()
        pairs = compare(export, holds, tolerance_micros=read_dollars(tolerance, "--tolerance"))
    if form == "json":
        write_json({"pairs": [_record(pair) for pair in pairs], "other_lines": export.others})
    else:
        from .tables import show_pairs  # noqa: PLC0415 -- a table needs rich

        show_pairs(pairs, others=export.others)
    return verdict(fine=all(pair.verdict == "matched" for pair in pairs))


def _text(file: Path) -> str:
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"`{file}` is not UTF-8", hint="export it as JSON or CSV") from None


def _record(pair: Pair) -> dict[str, object]:
    return {
        "day": pair.day.isoformat(),
        "model": pair.model or None,
        "verdict": pair.verdict,
        "their_usd": None if pair.their_micros is None else usd(pair.their_micros),
        "our_usd": usd(pair.our_micros),
        "unsure_usd": usd(pair.unsure_micros),
        "their_requests": pair.their_requests,
        "our_requests": pair.our_requests,
    }
