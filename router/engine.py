"""Where the stages meet: `plan()` takes a request, a policy and all that is known, and gives the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from .adjust import Ground, Skipped
from .afford import Candidate, Ladder, Offer, make_offer
from .budget import Account, accounts
from .changes import Warn
from .decide import Choice, applicable_limits, choose, compile_rules, demands, lacking, trace
from .decision import Considered, Decision, Denial
from .money import usd
from .needs import Facts, read_hints
from .request import with_defaults

if TYPE_CHECKING:
    from datetime import date

    from .catalog import Catalog, Model, Models
    from .policy import Limit, Policy, Target
    from .request import ImageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a decision rests on besides the request and the policy.

    `budget_left_micros` is one amount for all limits, or one for each limit's id; None leaves budgets unchecked.
    `resets_at` says when a limit has money again, as a moment in ISO 8601, for a denial to tell. Of earlier attempts of
    the same call, `without` names the models that they ruled out, each with the reason, and `committed_micros` is what
    they may already cost: the caps of this call are that much lower.
    """

    on: date
    catalog: Catalog
    provider: str = "openai"
    budget_left_micros: int | Mapping[str, int] | None = None
    resets_at: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    committed_micros: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request under decision: what is read from it, and what it is read against."""

    request: ImageRequest
    policy: Policy
    inputs: Inputs
    models: Models
    facts: Facts
    ground: Ground
    limits: tuple[Limit, ...] = ()
    warnings: tuple[Warn, ...] = ()

    def find(self, name: str) -> Model | None:
        """The model that a name stands for on this day, aliases included."""
        return self.models.get(self.policy.aliases.get(name, name))


def plan(request: ImageRequest, policy: Policy, inputs: Inputs) -> Decision:
    """Decide what to send for a request. It cannot fail: what cannot be served is denied, with reasons."""
    case = _open(request, policy, inputs)
    limit = _without_tag(case.limits, case.facts)
    if limit is not None:
        return _deny(case, _tag_required(limit, case.facts), NOTHING_READ)
    choice = choose(policy, case.facts)
    if choice.guard is not None:
        return _deny(case, Denial(code=choice.guard.code, message=choice.guard.message), choice)
    if choice.route is None:
        return _deny(case, NO_ROUTE, choice)
    return _serve(case, choice)


def find_accounts(request: ImageRequest, policy: Policy, inputs: Inputs) -> tuple[Account, ...]:
    """The accounts that a request spends from, so that what they have left can be asked for before `plan()`.

    A request that lacks a tag which a limit cannot do without has none: `plan()` denies it.
    """
    if not policy.budget.limits:
        return ()
    facts = _open(request, policy, replace(inputs, budget_left_micros=None)).facts
    limits = applicable_limits(policy, facts)
    if _without_tag(limits, facts) is not None:
        return ()
    return accounts(limits, facts.tags)


def overrule(decision: Decision, denial: Denial) -> Decision:
    """The same decision, denied for what only shows after it was made: money that others were faster to take."""
    return replace(
        decision,
        outcome="deny",
        model=None,
        params=None,
        changes=(),
        quote=None,
        plan=None,
        gave_up=(),
        deny=denial,
    )


def _open(request: ImageRequest, policy: Policy, inputs: Inputs) -> Case:
    """Read the facts; what is left of each limit is one of them, and which limits apply rests on the others."""
    models = inputs.catalog.on(inputs.on, inputs.provider)
    request = with_defaults(request, policy.defaults) if policy.defaults else request
    name = policy.aliases.get(request.model, request.model) if request.model else None
    asked = models.get(name) if name else None
    names = (request.model, name, asked.base if asked else name) if request.model else ()
    facts = Facts(
        request,
        on=inputs.on,
        provider=inputs.provider,
        asked_model=tuple(dict.fromkeys(each for each in names if each)),
        max_cost_micros=request.max_cost_micros,
    )
    given = inputs.budget_left_micros
    limits = () if given is None else applicable_limits(policy, facts)
    left, unchecked = _money(policy, limits, given)
    if _without_tag(limits, facts) is not None:
        unchecked = ()  # it is denied whatever is left
    warnings = (*_tag_warnings(policy, facts.tags), *unchecked)
    if left:
        facts = facts.with_money(left)
    return Case(
        request=request,
        policy=policy,
        inputs=inputs,
        models=models,
        facts=facts,
        ground=Ground(
            policy=policy,
            on=inputs.on,
            asked=asked,
            transparent=facts.transparent,
            prompt_bytes=_utf8_length(request.prompt),
        ),
        limits=limits,
        warnings=warnings,
    )


def _utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _money(
    policy: Policy, limits: Sequence[Limit], given: int | Mapping[str, int] | None
) -> tuple[Mapping[str, int], tuple[Warn, ...]]:
    """What each limit that applies has left, in micro-dollars, and a warning for what is not known."""
    if given is None:
        return {}, (NOT_CHECKED,) if compile_rules(policy).reads_money else ()
    if not policy.budget.limits:
        return ({ANY_LIMIT: given}, ()) if isinstance(given, int) else (given, ())
    ids = [limit.id for limit in limits]
    if isinstance(given, int):
        return dict.fromkeys(ids, given), ()
    unknown = tuple(
        Warn("BUDGET_NOT_CHECKED", f"what the limit `{each}` has left was not given")
        for each in ids
        if each not in given
    )
    return {each: given[each] for each in ids if each in given}, unknown


ANY_LIMIT = "budget"  # what one amount is called where the policy names no limits
NOT_CHECKED = Warn("BUDGET_NOT_CHECKED", "the policy has a budget, and what is left of it was not given")
NOTHING_READ = Choice()  # denied before any rule was read
NO_ROUTE = Denial(
    code="no_route", message="no route holds for this request", hint="end the routes with one that has no `when`"
)


def _tag_warnings(policy: Policy, tags: Mapping[str, str]) -> Iterator[Warn]:
    if policy.tags is None:
        return
    for tag, value in tags.items():
        allowed = policy.tags.get(tag)
        if allowed is None:
            yield Warn("TAG_UNDECLARED", f"the policy declares no tag `{tag}`; no rule reads it")
        elif allowed and value not in allowed:
            yield Warn("TAG_VALUE_UNDECLARED", f"the policy declares no value `{value}` for the tag `{tag}`")


def _without_tag(limits: Iterable[Limit], facts: Facts) -> Limit | None:
    """The first limit that cannot do without a tag which the request lacks."""
    return next((limit for limit in limits if limit.missing == "deny" and lacking(limit, facts.tags)), None)


def _tag_required(limit: Limit, facts: Facts) -> Denial:
    tags = ", ".join(f"`{tag}`" for tag in lacking(limit, facts.tags))
    return Denial(
        code="tag_required",
        message=f"the limit `{limit.id}` is kept by {tags}, which the request does not carry",
        hint="send the tag, or set `missing` of the limit to `share` or `exempt`",
        details={"limit": limit.id},
    )


# -- from a route to an offer


def _serve(case: Case, choice: Choice) -> Decision:
    """Take the first candidate that is able, make it affordable, and close the decision."""
    seen = _candidates(case, choice)
    found = _first_offer(case, choice, seen)
    if found is None:
        return _deny(case, _no_able_model(_considered(case, seen, None)), choice, seen=seen)
    available = _available(case)
    ladder = Ladder(
        request=case.request,
        ground=case.ground,
        rivals=[each for each in seen if isinstance(each, Candidate)],
        offer=found,
    )
    if available is not None and not ladder.descend(case.policy.budget.when_short, available[1]):
        return _deny(case, _too_dear(case, found, ladder, cap=available), choice, seen=seen)
    return _route(case, choice, ladder, seen=seen)


Seen = Candidate | Skipped


def _candidates(case: Case, choice: Choice) -> tuple[Seen, ...]:
    """Look up every model that the route names, in its order; a second mention of a model says nothing new."""
    rows: list[Seen] = []
    names: set[str] = set()
    for target in choice.route.to if choice.route else ():
        row = _look_up(case, choice, target)
        name = row.model if isinstance(row, Skipped) else row.model.id
        if name not in names:
            names.add(name)
            rows.append(row)
    return tuple(rows)


def _look_up(case: Case, choice: Choice, target: Target) -> Seen:
    name = target.model
    if name == ASKED:
        if case.request.model is None:
            return Skipped(model=ASKED, code="NOT_NAMED", reason="the request names no model")
        name = case.request.model
    model = case.find(name)
    if model is None:
        reason = f"not in the catalogue for {case.inputs.provider}"
        return Skipped(model=name, code="UNKNOWN_MODEL", reason=reason)
    ruled_out = case.inputs.without.get(model.id)
    if ruled_out is not None:
        return Skipped(model=model.id, code="RULED_OUT", reason=ruled_out)
    return Candidate(model=model, demands=demands(choice, target), route=choice.route.id if choice.route else None)


ASKED = "asked"


def _first_offer(case: Case, choice: Choice, seen: Sequence[Seen]) -> Offer | None:
    """The first able candidate; on a `cheapest_of` route, the one with the lowest ceiling."""
    offers = (make_offer(case.request, each, case.ground) for each in seen if isinstance(each, Candidate))
    able = (offer for offer in offers if isinstance(offer, Offer))
    if choice.route is not None and choice.route.cheapest:
        return min(able, key=lambda offer: offer.ceiling, default=None)
    return next(able, None)


def _considered(case: Case, seen: Sequence[Seen], chosen: str | None) -> tuple[Considered, ...]:
    """What became of each candidate: the one that was chosen, those that could not, and those not needed."""
    return tuple(_consider(case, each, chosen) for each in seen)


def _consider(case: Case, each: Seen, chosen: str | None) -> Considered:
    offer = each if isinstance(each, Skipped) else make_offer(case.request, each, case.ground)
    name = offer.model if isinstance(offer, Skipped) else offer.fitted.model.id
    if name == chosen:
        return Considered(model=name, status="chosen")
    if isinstance(offer, Skipped):
        return Considered(model=name, status="skipped", code=offer.code, reason=offer.reason)
    available = _available(case)
    if available is not None and offer.ceiling > available[1]:
        reason = f"it may cost {usd(offer.ceiling)} USD, and `{available[0]}` leaves {usd(available[1])}"
        return Considered(model=name, status="skipped", code="TOO_DEAR", reason=reason)
    return Considered(model=name, status="spare")


# -- money


def _available(case: Case) -> tuple[str, int] | None:
    """The tightest cap on this request: its name, and micro-dollars."""
    caps = dict(case.facts.left)
    if case.policy.budget.per_request_micros is not None:
        caps["per_request"] = case.policy.budget.per_request_micros - case.inputs.committed_micros
    if case.request.max_cost_micros is not None:
        caps["max_cost_usd"] = case.request.max_cost_micros - case.inputs.committed_micros
    return min(caps.items(), key=lambda cap: cap[1]) if caps else None


def _too_dear(case: Case, asked: Offer, ladder: Ladder, *, cap: tuple[str, int]) -> Denial:
    limit, left = cap
    cheapest = ladder.offer.ceiling
    return Denial(
        code="budget_exceeded",
        message=f"the request may cost {usd(cheapest)} USD at the least, and `{limit}` leaves {usd(left)}",
        hint="ask for less, raise the limit, or add rungs to `when_short`",
        details={
            "limit": limit,
            "needed_micros": asked.ceiling,
            "left_micros": left,
            "resets_at": case.inputs.resets_at.get(limit),
            "cheapest_micros": cheapest,
        },
    )


# -- closing


def _no_able_model(considered: Sequence[Considered]) -> Denial:
    reasons = "; ".join(f"{each.model}: {each.reason}" for each in considered)
    return Denial(
        code="no_able_model",
        message=f"no model of the route can serve this request ({reasons})",
        hint="name another model in the route, or ask for less",
    )


def _route(case: Case, choice: Choice, ladder: Ladder, *, seen: Sequence[Seen]) -> Decision:
    offer = ladder.offer
    fitted = offer.fitted
    return _decision(
        case,
        choice,
        partial(_considered, case, seen, fitted.model.id),
        outcome="route",
        model=fitted.model.id,
        params=fitted.params,
        changes=fitted.changes,
        quote=offer.quote,
        plan=fitted.plan,
        gave_up=tuple(ladder.gave_up),
        warnings=(*fitted.warnings, *case.warnings),
    )


def _deny(case: Case, denial: Denial, choice: Choice, *, seen: Sequence[Seen] = ()) -> Decision:
    return _decision(
        case,
        choice,
        partial(_considered, case, seen, None),
        outcome="deny",
        deny=denial,
        warnings=(*case.request.warnings, *case.warnings),
    )


def _decision(case: Case, choice: Choice, considered: Callable[[], tuple[Considered, ...]], **what: object) -> Decision:
    policy, inputs = case.policy, case.inputs
    return Decision(
        on=inputs.on,
        provider=inputs.provider,
        policy_name=policy.name,
        policy_revision=policy.revision,
        catalog_revision=inputs.catalog.revision,
        operation=case.request.operation,
        inputs={
            "budget_left_micros": dict(case.facts.left) or None,
            "max_cost_micros": case.request.max_cost_micros,
            "without": dict(inputs.without),
            "committed_micros": inputs.committed_micros,
            **({"resets_at": dict(inputs.resets_at)} if inputs.resets_at else {}),
        },
        route=choice.route.id if choice.route else None,
        facts=case.facts,
        read_candidates=considered,
        read_trace=list if choice is NOTHING_READ else partial(trace, policy, case.facts),
        read_hints=partial(read_hints, case.request),
        **what,  # type: ignore[arg-type]
    )
