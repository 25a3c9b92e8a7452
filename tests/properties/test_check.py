"""What `check` proves, held against requests that were tried one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.check import check
from router.check.search import Found
from router.check.study import Study, takes
from router.decide import choose
from router.engine import Inputs, plan
from router.errors import RequestError
from router.files import load_catalog
from router.policy import All, Budget, Guard, Policy, Route, Target
from router.request import read_request
from router.suite.probes import probes
from router.told import Given
from router.trace import holds

from .cases import with_revision
from .policies import adjustments, compares, conditions, defaults, few, limits
from .requests import requests

CATALOG = load_catalog()
ON = date(2026, 11, 23)
LIMIT_IDS = ("tenant-day", "everyone")
TRIED = 100

wide = settings(
    max_examples=settings.default.max_examples // 3,  # whole policies take long to make
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def rules(draw) -> Policy:
    """Policies of a few rules that get in each other's way."""
    limit_ids = draw(st.sampled_from(((), LIMIT_IDS)))
    shared = draw(st.lists(compares(None, limit_ids), min_size=1, max_size=4))
    when = st.sampled_from(shared) | conditions(None, limit_ids)
    guards = draw(
        few(
            st.builds(Guard, id=st.just(""), when=when, code=st.just("no"), message=st.just("no"), unknown=UNKNOWN),
            most=2,
        )
    )
    routes = draw(
        few(st.builds(Route, id=st.just(""), to=st.just((Target(model="asked"),)), when=st.just(All()) | when), 1, 4)
    )
    extra = draw(few(adjustments(when), most=2))
    capped = draw(st.tuples(*(limits(st.just(All()) | compares()) for _ in limit_ids)))
    return with_revision(
        Policy(
            name="rules",
            defaults=draw(st.just({}) | defaults()),
            guards=tuple(replace(each, id=f"g{place}") for place, each in enumerate(guards)),
            routes=tuple(replace(each, id=f"r{place}") for place, each in enumerate(routes)),
            adjustments=tuple(replace(each, id=f"a{place}") for place, each in enumerate(extra)),
            budget=Budget(limits=tuple(replace(each, id=name) for each, name in zip(capped, limit_ids, strict=True))),
        )
    )


UNKNOWN = st.sampled_from((None, "deny", "skip"))


def decided(policy, extra):
    """What the rules make of requests around the policy's own thresholds, and of others."""
    for case in islice(probes(policy, CATALOG, ON), TRIED):
        told = Given(
            operation=case.operation,
            images=case.images,
            needs=case.needs,
            tags=case.tags,
            max_cost_micros=case.max_cost_micros,
        )
        request = try_to_read(case.request, told)
        inputs = Inputs(on=case.on, catalog=CATALOG, provider=case.provider, budget_left_micros=case.budget_left_micros)
        if request is not None and case.on >= ON:
            yield plan(request, policy, inputs)
    for request in extra:
        yield plan(request, policy, Inputs(on=ON, catalog=CATALOG))


def try_to_read(body, told):
    try:
        return read_request(body, given=told)
    except RequestError:
        return None


def hit(policy, decision):
    """The rules that came to something."""
    choice = choose(policy, decision.facts)
    if decision.deny is not None and decision.deny.code == "tag_required":
        return set()
    rules = {choice.guard.id} if choice.guard else set()
    return rules | ({choice.route.id} if choice.route else set()) | {each.id for each in choice.adjustments}


def names(finding):
    """The rule that a finding is about: its message names it first."""
    return finding.message.split("`")[1]


def never(findings):
    return {names(each) for each in findings if each.code.endswith("_NEVER_HOLDS")}


def not_proved(findings):
    return {each.message.split("`")[1] for each in findings if each.code == "NOT_PROVED" and "`" in each.message}


@wide
@given(rules(), st.lists(requests(), max_size=10))
def test_no_request_comes_to_a_rule_that_never_holds(policy, extra):
    dead = never(check(policy, CATALOG, on=ON))

    assert dead & set().union(*(hit(policy, decision) for decision in decided(policy, extra))) == set()


@wide
@given(rules(), st.lists(requests(), max_size=10))
def test_where_no_request_is_left_out_none_is(policy, extra):
    codes = {each.code for each in check(policy, CATALOG, on=ON)}
    denied = {
        decision.deny.code for decision in decided(policy, extra) if decision.deny and decision.provider == "openai"
    }

    assert "no_route" not in denied or codes & {"NO_ROUTE", "NOT_PROVED"}


@wide
@given(rules())
def test_every_other_route_is_reached_by_a_witness(policy):
    findings = check(policy, CATALOG, on=ON)
    study = Study(policy=policy, catalog=CATALOG, on=ON, provider="openai")
    dead = never(findings) | not_proved(findings)
    answers = {
        route.id: study.ask(study.way_to(route), takes(route)) for route in policy.routes if route.id not in dead
    }

    assert {name for name, answer in answers.items() if not isinstance(answer, Found)} == set()


@wide
@given(rules())
def test_little_stays_open(policy):
    assert not_proved(check(policy, CATALOG, on=ON)) == set()


@wide
@given(rules())
def test_every_witness_shows_what_its_finding_says(policy):
    study = Study(policy=policy, catalog=CATALOG, on=ON, provider="openai")
    shown = [(each, study.decide(each.witness)) for each in check(policy, CATALOG, on=ON) if each.witness]

    assert [each for each, decision in shown if not SHOWS[each.code](each, decision, policy)] == []


def rule(policy, name):
    return next(each for each in (*policy.guards, *policy.routes, *policy.adjustments) if each.id == name)


def shadowed(finding, decision, policy):
    """The rule would hold, and another one that the message names decides."""
    wanted = holds(rule(policy, names(finding)).when, decision.facts)
    taker = decision.route or choose(policy, decision.facts).guard.id
    return wanted is not False and taker != names(finding) and f"`{taker}`" in finding.message


SHOWS = {
    "GUARD_NEVER_HOLDS": shadowed,
    "ROUTE_NEVER_HOLDS": shadowed,
    "ADJUSTMENT_NEVER_HOLDS": shadowed,
    "NO_ROUTE": lambda _, decision, __: decision.deny.code == "no_route",
    "ADJUSTMENT_OVERRULED": lambda _, decision, __: "ADJUSTMENT_OVERRULED" in {each.code for each in decision.warnings},
    "UNKNOWN_UNSAID": lambda finding, decision, policy: (
        holds(rule(policy, names(finding)).when, decision.facts) is None
    ),
    "CAP_OUT_OF_REACH": lambda _, decision, __: decision.deny.code == "budget_exceeded",
}
