"""`pixroute decide`: what to send for each request, what it costs, and why."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..engine import Inputs, find_accounts, plan
from ..errors import ConfigError, RequestError
from ..ledger.till import money_inputs
from ..limits import with_limits
from ..request import read_request
from ..told import Given
from .exits import verdict
from .inputs import Invalid, Item, Outcomes, open_sources
from .ledgers import existing, read_dollars
from .options import (
    STREAMS,
    CatalogFiles,
    MoreLimits,
    On,
    ProviderName,
    RequestFiles,
    Streams,
    Tags,
    open_catalog,
    open_policy,
    pick,
    read_day,
    read_pairs,
)
from .output import write_lines, write_one_or_array
from .progress import watched

if TYPE_CHECKING:
    from ..decision import Decision
    from ..ledger import Ledger
    from ..policy import Policy
    from ..request import ImageRequest

PolicyName: TypeAlias = Annotated[
    str,
    typer.Option("--policy", "-p", metavar="FILE", help="The policy: a file, or `pixroute:NAME` for a shipped one."),
]
BudgetLeft: TypeAlias = Annotated[
    str | None,
    typer.Option("--budget-left", metavar="USD", help="What every limit has left; budgets are not checked without it."),
]
LedgerToAsk: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        help="The ledger that knows what each limit has left; nothing is held. PIXROUTE_LEDGER is not read.",
    ),
]
Explain: TypeAlias = Annotated[bool, typer.Option("--explain", help="Write every decision out, in words.")]


def decide(
    files: RequestFiles = None,
    *,
    policy: PolicyName,
    on: On = None,
    provider: ProviderName = "openai",
    budget_left: BudgetLeft = None,
    ledger: LedgerToAsk = None,
    limit: MoreLimits = None,
    tag: Tags = None,
    catalog: CatalogFiles = None,
    form: Streams = "text",
    explain: Explain = False,
) -> int:
    """Decide what to send for each request, why, and for how much.

    Reads OpenAI Images bodies: one JSON object, a list of them, or one a line. Ends with 1 where a request is denied or
    invalid; an invalid one does not keep the others from being decided.
    """
    if pick("--format", form, STREAMS) != "text" and explain:
        raise ConfigError("`--explain` writes text", hint="leave it out: JSON has the reasons anyway")
    if budget_left is not None and ledger is not None:
        raise ConfigError("`--budget-left` and `--ledger` both say what is left", hint="give one of them")
    known = open_catalog(catalog, provider=provider)
    desk = Desk(
        policy=with_limits(open_policy(policy, known), limit or ()),
        given=Given(tags=read_pairs("--tag", tag)),
        inputs=Inputs(
            on=read_day(on),
            catalog=known,
            provider=provider,
            budget_left_micros=None if budget_left is None else read_dollars(budget_left, "--budget-left"),
        ),
    )
    with ExitStack() as stack:
        if ledger is not None:
            desk = replace(desk, ledger=stack.enter_context(existing(ledger)))
        sources = open_sources(files, stack)
        items = (item for source in sources for item in source.items)
        outcomes = Outcomes(map(desk.decide, watched(items, shown=form == "text")))
        _write(outcomes, form="explained" if explain else form, listed=any(each.listed for each in sources))
    return verdict(fine=outcomes.fine)


Outcome: TypeAlias = "Decision | Invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that requests are decided by, on one command line."""

    policy: Policy
    given: Given
    inputs: Inputs
    ledger: Ledger | None = None

    def decide(self, item: Item) -> Outcome:
        """Decide one request; one that cannot be read gives an error in its place."""
        if isinstance(item, Invalid):
            return item
        try:
            request = read_request(item.body, given=self.given, trust=self.policy.trust_body)
        except RequestError as error:
            return Invalid.of(error, item)
        return plan(request, self.policy, self._inputs(request))

    def _inputs(self, request: ImageRequest) -> Inputs:
        if self.ledger is None:
            return self.inputs
        standings = self.ledger.left(find_accounts(request, self.policy, self.inputs))
        return replace(self.inputs, **money_inputs(standings))


def _write(outcomes: Outcomes[Outcome], *, form: str, listed: bool) -> None:
    match form:
        case "jsonl":
            write_lines(outcome.to_dict() for outcome in outcomes)
        case "json":
            write_one_or_array((outcome.to_dict() for outcome in outcomes), listed=listed)
        case _:
            from .decisions import show  # noqa: PLC0415 -- a table needs rich, which takes as long to load as the rest

            show(outcomes, explained=form == "explained", listed=listed)
