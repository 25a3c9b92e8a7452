"""`pixroute budget status`: each limit, what is used of it, and when it resets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ...budget import Account, accounts, window_name
from ...ledger.alerts import moment
from ...money import usd
from ..exits import Exit
from ..ledgers import DEFAULT, LedgerUrl, existing
from ..options import TEXT_OR_JSON, CatalogFiles, TextOrJson, open_catalog, open_policy, pick, read_count
from ..output import write_json

if TYPE_CHECKING:
    from ...ledger import Balance, Standing
    from ...policy import Limit, Policy

PolicyFile: TypeAlias = Annotated[
    str, typer.Option("--policy", "-p", metavar="FILE", help="The policy that has the limits.")
]


Most: TypeAlias = Annotated[
    str, typer.Option("--most", metavar="COUNT", help="How many lines a limit may have, the fullest first; 0 for all.")
]


def status(
    *,
    policy: PolicyFile,
    ledger: LedgerUrl = DEFAULT,
    catalog: CatalogFiles = None,
    most: Most = "20",
    form: TextOrJson = "text",
) -> int:
    """Show each limit: spent, held, unknown, left, and when it resets.

    A limit that is kept by tags has a line for each value that ever spent something, the fullest first; JSON has all.
    """
    pick("--format", form, TEXT_OR_JSON)
    count = read_count("--most", most, lowest=0, highest=1_000_000)
    rules = open_policy(policy, open_catalog(catalog))
    with existing(ledger) as store:
        found = store.left(list(_accounts(rules, store.balances())))
    standings = [each for _, group in groupby(found, lambda each: each.limit) for each in sorted(group, key=_emptiness)]
    if form == "json":
        write_json([_record(standing) for standing in standings])
        return Exit.FINE
    from .tables import show_standings  # noqa: PLC0415 -- a table needs rich

    show_standings(standings, rules, most=count)
    return Exit.FINE


def _emptiness(standing: Standing) -> tuple[int, str]:
    """What puts the accounts of one limit in their order: the fullest first."""
    return -standing.used_micros, standing.account


def _accounts(policy: Policy, balances: Iterable[Balance]) -> Iterator[Account]:
    """Every account of a policy's limits that has spent something, and those that all requests share."""
    used = sorted({balance.account for balance in balances})
    for limit in policy.budget.limits:
        yield from _of_limit(limit, used)


def _of_limit(limit: Limit, used: Sequence[str]) -> Iterator[Account]:
    if not limit.scope:
        yield from accounts([limit], {})
        return
    begin = f"{limit.id}/{window_name(limit.window)}/"
    for key in used:
        if key.startswith(begin):
            yield Account(key=key, limit=limit.id, amount_micros=limit.amount_micros, window=limit.window)


def _record(standing: Standing) -> dict[str, object]:
    resets_at = moment(standing.resets_at_ms)
    return {
        "limit": standing.limit,
        "account": standing.account,
        "amount_usd": usd(standing.amount_micros),
        "spent_usd": usd(standing.spent_micros),
        "held_usd": usd(standing.held_micros),
        "unknown_usd": usd(standing.unknown_micros),
        "left_usd": usd(standing.left_micros),
        "resets_at": None if resets_at is None else resets_at.isoformat(),
    }
