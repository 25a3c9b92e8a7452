"""The design's laws of a decision, over generated requests, policies, days and money."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from router.bounds import is_met
from router.catalog import Model
from router.changes import apply
from router.decide import choose, demands
from router.decision import Decision
from router.engine import Inputs, plan
from router.policy import EXACT, LEAST, All, Bound, Budget, Policy, Route, Rung, SizeSettings, Target
from router.price import Usage, bill
from router.request import ImageRequest, read_request
from router.sizes import Size
from router.tokens import image_tokens, output_tokens

from .cases import SHIPPED, able_policies, any_policies, inputs, with_revision
from .policies import conditions, routes
from .requests import bodies
from .strict import refused

wide = settings(
    max_examples=settings.default.max_examples // 3,  # each tries many laws, and whole policies take long to make
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
DAY = Inputs(on=date(2026, 11, 23), catalog=SHIPPED)


def one_route(*targets, bounds=(), **parts):
    to = tuple(each if isinstance(each, Target) else Target(model=each) for each in targets)
    return Policy(name="one", routes=(Route(id="r1", to=to, set=bounds),), **parts)


class Made(NamedTuple):
    """A decision that was made, and what it was made from."""

    body: dict
    request: ImageRequest
    policy: Policy
    inputs: Inputs
    decision: Decision

    @property
    def params(self) -> dict:
        return self.decision.params

    @property
    def model(self) -> Model:
        return self.inputs.catalog.on(self.inputs.on, self.inputs.provider)[self.decision.model]

    @property
    def caps(self) -> list[int]:
        own = (self.policy.budget.per_request_micros, self.request.max_cost_micros)
        spent = self.inputs.committed_micros
        return [*self.decision.facts.left.values(), *(cap - spent for cap in own if cap is not None)]


def make(body, policy, inputs):
    request = read_request(body)
    return Made(body, request, policy, inputs, plan(request, policy, inputs))


def without_told(body):
    return {name: value for name, value in body.items() if name != "pixroute"}


# 1, 3, 10: what is sent


def is_legal(made):
    images = len(made.request.images)
    return refused(made.params, made.model, made.inputs.on, operation=made.request.operation, images=images) == []


def passes_on_the_unknown(made):
    unknown = {name: value for name, value in made.body.items() if name == "sparkle"}
    warned = any(warning.code == "UNKNOWN_PARAM" for warning in made.decision.warnings)
    return unknown.items() <= made.params.items() and warned is bool(unknown)


def keeps_alpha(made):
    sent = made.params.get("background"), made.params.get("output_format") or "png"
    able = made.model.transparency != "no" and sent in (("transparent", "png"), ("transparent", "webp"))
    return able or not made.decision.facts.transparent


def needs_no_preview_that_is_not_allowed(made):
    names = {f"{made.model.id}.transparency", f"{made.model.base}.transparency"}
    preview = made.model.transparency == "preview" and made.params.get("background") == "transparent"
    return not preview or bool(names & made.policy.allow.preview)


def lacks_nothing(made):
    model, request = made.model, made.request
    return (
        model.alive(made.inputs.on)
        and model.id not in made.inputs.without
        and request.operation in model.operations
        and request.mask <= model.mask
        and request.markup <= model.markup
    )


def draws_as_many_as_were_asked_unless_a_rule_or_the_ladder_says_otherwise(made):
    fewer = (made.params.get("n") or 1) < made.request.n
    return not fewer or any(
        change.field == "n" and change.code in ("RULE", "LADDER") for change in made.decision.changes
    )


def replays(made):
    replayed = apply(made.decision.changes, without_told(made.body))
    return json.dumps(replayed, default=str) == json.dumps(made.params, default=str)


def goes_step_by_step(made):
    changes, asked = made.decision.changes, without_told(made.body)
    return all(apply(changes[:place], asked).get(each.field) == each.before for place, each in enumerate(changes))


def delivers_the_target(made):
    plan = made.decision.plan
    cut = plan and (plan.crop or (0, 0, *plan.canvas))
    return plan is None or (plan.resize or (cut[2] - cut[0], cut[3] - cut[1])) == plan.target


SENT = (
    is_legal,
    passes_on_the_unknown,
    keeps_alpha,
    needs_no_preview_that_is_not_allowed,
    lacks_nothing,
    draws_as_many_as_were_asked_unless_a_rule_or_the_ladder_says_otherwise,
    replays,
    goes_step_by_step,
    delivers_the_target,
)


def exactly(**values):
    return tuple(Bound(param=param, op=EXACT, want=want) for param, want in values.items())


@wide
@given(bodies(), any_policies(), inputs())
@example({"prompt": "x", "size": "AUTO "}, one_route("gpt-image-2"), DAY)
@example(
    {"prompt": "x", "output_format": "jpeg"},
    one_route("gpt-image-2.5-flare", bounds=exactly(background="transparent")),
    DAY,
)
@example({"prompt": "x"}, one_route("gpt-image-2", "gpt-image-1.5", bounds=exactly(background="transparent")), DAY)
@example(
    {"prompt": "x", "pixroute": {"needs": {"transparent": False}}},
    one_route("gpt-image-2", defaults={"background": "transparent"}),
    DAY,
)
def test_whatever_is_sent_keeps_the_laws(body, policy, inputs):
    made = make(body, policy, inputs)
    assume(made.decision.outcome == "route")

    assert [law.__name__ for law in SENT if not law(made)] == []


# 2: what is fitted, fits


@wide
@given(bodies(), able_policies(sets=False, money=False), inputs())
def test_a_request_that_carries_the_decision_passes_through_untouched(body, policy, inputs):
    first = plan(read_request(body), policy, inputs)
    assume(first.outcome == "route")
    carrying = read_request(first.params | {"pixroute": body["pixroute"]})
    second = plan(carrying, replace(policy, routes=one_route("asked").routes), inputs)

    assert (second.model, second.params, second.changes) == (first.model, first.params, ())


@wide
@given(bodies(), able_policies(money=False), inputs())
def test_the_same_bounds_leave_the_decision_as_it_is(body, policy, inputs):
    route = policy.routes[0]
    policy = replace(
        policy,
        routes=(replace(route, to=route.to[:1]),),
        adjustments=tuple(replace(each, when=All()) for each in policy.adjustments),
    )
    first = plan(read_request(body), policy, inputs)
    assume(first.outcome == "route")
    overruled = first.params.get("background") == "transparent"  # a rule may make transparent what need not be
    told = body["pixroute"] | ({"needs": {}} if overruled else {})
    second = plan(read_request(first.params | {"pixroute": told}), policy, inputs)

    assert (second.model, second.params) == (first.model, first.params)


# 5 and 7: what it costs


def the_ceiling_is_within_every_cap(made):
    return all(made.decision.quote.ceiling_micros <= cap for cap in made.caps)


def every_step_lowers_the_ceiling(made):
    steps = made.decision.gave_up
    ends = [*(step.ceiling_before_micros for step in steps), made.decision.quote.ceiling_micros]
    return all(
        step.ceiling_before_micros > step.ceiling_after_micros == after
        for step, after in zip(steps, ends[1:], strict=True)
    )


def no_step_is_taken_in_vain(made):
    return all(step.ceiling_before_micros > min(made.caps) for step in made.decision.gave_up)


def what_fits_is_not_touched(made):
    budget = replace(made.policy.budget, when_short=())
    without = plan(made.request, replace(made.policy, budget=budget), made.inputs)
    return bool(made.decision.gave_up) or (without.model, without.changes) == (
        made.decision.model,
        made.decision.changes,
    )


def no_step_goes_below_a_bound(made):
    """Bounds that hold on the same model with all the money in the world still hold."""
    route = made.policy.routes[0]
    own = [each for each in route.to if made.decision.model in names_of(each, made)][:1]
    rich = replace(made.policy, routes=(replace(route, to=tuple(own), cheapest=False),), budget=Budget())
    free = plan(replace(made.request, max_cost_micros=None), rich, made.inputs)
    asked = demands(choose(made.policy, made.decision.facts), own[0])
    bounds = [each.bound for each in asked if each.bound.op in (EXACT, LEAST)]
    held = [bound for bound in bounds if free.outcome == "route" and is_kept(bound, free, made.model)]
    return all(is_kept(bound, made.decision, made.model) for bound in held)


def names_of(target, made):
    name = made.request.model or made.policy.defaults.get("model") if target.model == "asked" else target.model
    return (made.policy.aliases.get(name, name),)


def is_kept(bound, decision, model):
    if bound.param == "size":
        return decision.plan is None or is_met(decision.plan.target, bound, model)
    value = decision.params.get(bound.param)
    return is_met(
        {"quality": "auto", "n": 1, "partial_images": 0}.get(bound.param) if value is None else value, bound, model
    )


def expected_is_within_the_ceiling(made):
    lines = made.decision.quote.lines
    totals = made.decision.quote.expected_micros, made.decision.quote.ceiling_micros
    sums = sum(line.micros for line in lines), sum(line.ceiling_micros for line in lines)
    return totals == sums and totals[0] <= totals[1]


COST = (
    the_ceiling_is_within_every_cap,
    every_step_lowers_the_ceiling,
    no_step_is_taken_in_vain,
    what_fits_is_not_touched,
    no_step_goes_below_a_bound,
    expected_is_within_the_ceiling,
)
MODEL, QUALITY = Rung(param="model"), Rung(param="quality", floor="low")


@wide
@given(bodies(), able_policies(), inputs())
@example(
    {"prompt": "x", "quality": "high", "size": "1024x1024"},
    one_route(
        "gpt-image-2",
        Target(model="gpt-image-2.5-flare", set=(Bound(param="quality", op=LEAST, want="high"),)),
        budget=Budget(per_request_micros=53_000, when_short=(Rung(param="quality", floor="medium"), MODEL, QUALITY)),
    ),
    DAY,
)
@example(
    {"prompt": "x", "quality": "high"},
    one_route(
        "gpt-image-2",
        bounds=exactly(size="1200x628"),
        sizes=SizeSettings(fit="nearest"),
        budget=Budget(per_request_micros=80_000, when_short=(Rung(param="size", floor=1), QUALITY)),
    ),
    DAY,
)
def test_whatever_is_sent_keeps_the_laws_of_money(body, policy, inputs):
    made = make(body, policy, inputs)
    assume(made.decision.outcome == "route")

    assert [law.__name__ for law in COST if not law(made)] == []


@wide
@given(bodies(), able_policies(sets=False), inputs(), st.data())
def test_the_ceiling_covers_every_bill_that_the_formulas_allow(body, policy, inputs, data):  # noqa: PLR0917
    made = make(body, policy, inputs)
    assume(made.decision.outcome == "route")

    assert bill(made.model, data.draw(bills(made))) <= made.decision.quote.ceiling_micros


DRAWN = (Size(1024, 1024), Size(1536, 1024), Size(1024, 1536))


def bills(made):
    """Any usage that FACTS 5 allows: what is left to the model comes out as it likes, a token is a byte at least."""
    model, request = made.model, made.request
    told = {name: value for name, value in made.params.items() if value is not None}
    size, quality, n = told.get("size", "auto"), told.get("quality", "auto"), int(told.get("n", 1))
    high = told.get("input_fidelity") == "high"
    seen = sum(image_tokens(model.image_tokens, image, high=high).expected for image in request.images)
    partial = 100 * told.get("partial_images", 0)
    return st.builds(
        lambda size, quality, words, writes: Usage(
            image_output=n * (output_tokens(model.output_tokens, size, quality) + partial),
            image_input=n * seen,
            text_input=n * words,
            text_output=n * writes,
        ),
        size=st.sampled_from(DRAWN) if size == "auto" else st.just(Size(*map(int, size.split("x")))),
        quality=st.sampled_from(model.qualities) if quality == "auto" else st.just(quality),
        words=st.just(len(request.prompt.encode("utf-8", "surrogatepass")) + 6 + 38 * len(request.images)),
        writes=st.just(209 if model.price.text_output else 0),
    )


# 8: a route below the one that holds


@wide
@given(bodies(), any_policies(), inputs(), st.data())
def test_a_route_below_the_one_that_holds_changes_nothing(body, policy, inputs, data):  # noqa: PLR0917
    before = make(body, policy, inputs).decision
    assume(before.route)
    extra = replace(data.draw(routes(conditions())), id="below")
    after = make(body, with_revision(replace(policy, routes=(*policy.routes, extra))), inputs).decision

    assert (after.outcome, after.route, after.params, after.changes) == (
        before.outcome,
        before.route,
        before.params,
        before.changes,
    )


# Deterministic, and never an error


@wide
@given(bodies(), any_policies(), inputs(), st.integers(1, 400))
def test_the_same_inputs_give_the_same_bytes_and_another_day_another_id(body, policy, inputs, days):  # noqa: PLR0917
    first, again = make(body, policy, inputs).decision, make(body, replace(policy), replace(inputs)).decision
    later = make(body, policy, replace(inputs, on=inputs.on + timedelta(days=days))).decision

    assert json.dumps(first.to_dict()) == json.dumps(again.to_dict())
    assert first.explain() == again.explain()
    assert first.id != later.id


@given(bodies(), st.integers(0, 10**7), st.integers(0, 10**7))
def test_other_money_is_another_decision(body, one, other):
    assume(one != other)
    first, second = (make(body, one_route("asked"), replace(DAY, budget_left_micros=left)) for left in (one, other))

    assert first.decision.id != second.decision.id


@wide
@given(bodies(), any_policies(), inputs())
def test_every_request_is_routed_or_denied_with_a_reason(body, policy, inputs):
    decision = make(body, policy, inputs).decision
    shape = decision.outcome, decision.deny is None, decision.params is None, decision.quote is None

    assert shape in (("route", True, False, False), ("deny", False, True, True))
