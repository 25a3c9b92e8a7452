"""What becomes of a case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..decision import Decision
from ..engine import Inputs, plan
from ..errors import RequestError
from ..request import read_request
from ..told import Given

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..policy import Policy
    from .cases import Case

Came: TypeAlias = Decision | RequestError


class Decided(NamedTuple):
    """A case whose request was not refused, and its decision."""

    case: Case
    decision: Decision


def decide(case: Case, policy: Policy, catalog: Catalog) -> Came:
    """What becomes of a case: a decision, or the error that the request is refused with."""
    given = Given(
        operation=case.operation,
        needs=case.needs,
        tags={tag: value for tag, value in case.tags.items() if value is not None},
        max_cost_micros=case.max_cost_micros,
        images=case.images,
    )
    inputs = Inputs(
        on=case.on or date.min,
        catalog=catalog,
        provider=case.provider or "openai",
        budget_left_micros=case.budget_left_micros,
        without=case.without,
    )
    try:
        return plan(read_request(case.request, given=given, trust=policy.trust_body), policy, inputs)
    except RequestError as error:
        return error
