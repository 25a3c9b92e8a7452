"""plan(): the order of the stages, the candidates, the money, and who is denied with what."""

from __future__ import annotations

from datetime import date

import pytest

from router.decision import Decision
from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Adjustment, All, Bound, Budget, Compare, Condition, Guard, Limit, Policy, Route, Target
from router.request import read_request

DAY = Inputs(on=date(2026, 11, 23), catalog=load_catalog())
ANY = (Route(id="any", to=(Target(model="gpt-image-2"),)),)


def decide(policy: Policy, inputs: Inputs = DAY, **body: object) -> Decision:
    return plan(read_request({"prompt": "a fox"} | body), policy, inputs)


def given(**changed: object) -> Inputs:
    return Inputs(**{"on": DAY.on, "catalog": DAY.catalog} | changed)  # type: ignore[arg-type]


def to(*models: str, cheapest: bool = False) -> Policy:
    return Policy(
        name="p", routes=(Route(id="r", to=tuple(Target(model=model) for model in models), cheapest=cheapest),)
    )


def statuses(decision: Decision) -> list[tuple[str, str, str | None]]:
    return [(each.model, each.status, each.code) for each in decision.candidates]


def denial(decision: Decision) -> str | None:
    return decision.deny.code if decision.deny else None


def test_a_guard_is_read_before_any_route():
    policy = Policy(name="p", guards=(Guard(id="g", when=All(), code="closed", message="we are closed"),), routes=ANY)
    decision = decide(policy)

    assert decision.deny
    assert (decision.deny.code, decision.deny.message, decision.route) == ("closed", "we are closed", None)


@pytest.mark.parametrize(("unknown", "outcome"), [(None, "deny"), ("deny", "deny"), ("skip", "route")])
def test_a_guard_says_what_happens_where_it_cannot_be_known(unknown: str | None, outcome: str):
    big = Compare(fact="pixels", op="gt", want=3_686_400)
    policy = Policy(name="p", guards=(Guard(id="g", when=big, code="c", message="m", unknown=unknown),), routes=ANY)  # type: ignore[arg-type]

    assert decide(policy, size="auto").outcome == outcome


@pytest.mark.parametrize(("prompt", "route"), [('a sign that says "GRAND OPENING"', "text"), ("a fox", "rest")])
def test_the_first_route_that_holds_names_the_candidates(prompt: str, route: str):
    heavy = Compare(fact="text_heavy", op="is", want=True)
    policy = Policy(name="p", routes=(Route(id="text", when=heavy, to=ANY[0].to), Route(id="rest", to=ANY[0].to)))

    assert plan(read_request({"prompt": prompt}), policy, DAY).route == route


def test_where_no_route_holds_the_request_is_denied():
    edits = Compare(fact="operation", op="is", want="edit")

    assert denial(decide(Policy(name="p", routes=(Route(id="r", when=edits, to=ANY[0].to),)))) == "no_route"


def test_candidates_are_chosen_skipped_or_spare():
    decision = decide(to("asked", "gpt-image-1", "gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-flare"))

    assert statuses(decision) == [
        ("asked", "skipped", "NOT_NAMED"),
        ("gpt-image-1", "skipped", "SHUT_DOWN"),
        ("gpt-image-2", "chosen", None),
        ("gpt-image-2.5-flare", "spare", None),
        ("gpt-image-2.6-flare", "skipped", "PRICE_ESTIMATED"),
    ]


def test_a_model_that_is_named_twice_is_considered_once():
    decision = decide(to("asked", "gpt-image-2"), model="gpt-image-2")

    assert statuses(decision) == [("gpt-image-2", "chosen", None)]


def test_what_an_earlier_attempt_ruled_out_is_passed_over():
    decision = decide(to("gpt-image-2", "gpt-image-2.5-flare"), given(without={"gpt-image-2": "answered 503"}))

    assert statuses(decision) == [("gpt-image-2", "skipped", "RULED_OUT"), ("gpt-image-2.5-flare", "chosen", None)]


def test_an_unknown_asked_model_is_no_error_only_not_a_target():
    decision = decide(to("asked", "gpt-image-2"), model="flux-pro")

    assert statuses(decision) == [("flux-pro", "skipped", "UNKNOWN_MODEL"), ("gpt-image-2", "chosen", None)]


def test_no_able_candidate_is_a_denial_with_every_reason():
    decision = decide(to("gpt-image-1", "gpt-image-2"), background="transparent")

    assert decision.deny
    assert decision.deny.code == "no_able_model"
    assert "gpt-image-1: shut down on 2026-10-23; gpt-image-2: transparency is a preview" in decision.deny.message


def test_a_cheapest_of_route_takes_the_lowest_ceiling():
    decision = decide(
        to("gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini", cheapest=True), quality="medium", size="1024x1024"
    )

    assert decision.model == "gpt-image-1-mini"


def test_every_adjustment_that_holds_applies_after_the_routes_own_bounds():
    policy = Policy(
        name="p",
        routes=(Route(id="r", to=ANY[0].to, set=(Bound(param="quality", op="at_least", want="high"),)),),
        adjustments=(
            Adjustment(id="a", set=(Bound(param="n", op="at_most", want=2),)),
            Adjustment(
                id="b", when=Compare(fact="n", op="is", want=5), set=(Bound(param="quality", op="at_most", want="low"),)
            ),
        ),
    )
    decision = decide(policy, n=5)

    assert decision.params
    assert (decision.params["quality"], decision.params["n"]) == ("low", 2)


def test_a_targets_own_bounds_come_after_those_of_its_route():
    own = Target(model="gpt-image-2", set=(Bound(param="quality", op="exactly", want="low"),))
    route = Route(id="r", to=(own,), set=(Bound(param="quality", op="exactly", want="high"),))
    decision = decide(Policy(name="p", routes=(route,)))

    assert decision.params
    assert decision.params["quality"] == "low"


def test_defaults_stand_in_for_what_was_left_open():
    policy = Policy(name="p", routes=ANY, defaults={"size": "1536x1024", "quality": "low"})
    decision = decide(policy, size="Auto", quality="high")

    assert decision.params
    assert (decision.params["size"], decision.params["quality"]) == ("1536x1024", "high")


def test_a_default_does_not_contradict_what_the_caller_needs():
    policy = Policy(name="p", routes=ANY, defaults={"background": "transparent"})
    decision = decide(policy, pixroute={"needs": {"transparent": False}})

    assert decision.params
    assert "background" not in decision.params


def test_an_alias_stands_for_its_model():
    policy = Policy(name="p", routes=(Route(id="r", to=(Target(model="asked"),)),), aliases={"house": "gpt-image-2"})
    decision = decide(policy, model="house")

    assert [(change.code, change.after) for change in decision.changes] == [("MODEL_ALIAS", "gpt-image-2")]


# Money


def limit(name: str, *scope: str, missing: str = "deny", when: Condition = All()) -> Limit:  # noqa: B008
    return Limit(id=name, amount_micros=1, scope=scope, missing=missing, when=when)  # type: ignore[arg-type]


def capped(*limits: Limit) -> Policy:
    return Policy(name="p", routes=ANY, budget=Budget(limits=limits), defaults={"quality": "low", "size": "1024x1024"})


def test_without_money_the_budget_is_not_checked_and_says_so():
    decision = decide(capped(limit("day")))

    assert (decision.outcome, [each.code for each in decision.warnings]) == ("route", ["BUDGET_NOT_CHECKED"])


@pytest.mark.parametrize(("left", "code"), [(6_140, None), (6_139, "budget_exceeded")])
def test_the_ceiling_is_held_against_what_is_left(left: int, code: str | None):
    assert denial(decide(capped(limit("day")), given(budget_left_micros=left))) == code


def test_the_tightest_of_all_caps_decides():
    decision = decide(
        capped(limit("day"), limit("month")),
        given(budget_left_micros={"day": 9_000_000, "month": 4_000}),
        pixroute={"max_cost_usd": 1},
    )

    assert decision.deny
    assert (decision.deny.details["limit"], decision.deny.details["left_micros"]) == ("month", 4_000)


@pytest.mark.parametrize(("committed", "code"), [(0, None), (1, "budget_exceeded")])
def test_what_earlier_attempts_may_cost_lowers_the_caps_of_the_call(committed: int, code: str | None):
    inputs = given(committed_micros=committed)

    assert denial(decide(capped(), inputs, pixroute={"max_cost_usd": "0.00614"})) == code


@pytest.mark.parametrize(
    ("missing", "code"), [("deny", "tag_required"), ("share", "budget_exceeded"), ("exempt", None)]
)
def test_a_limit_for_a_tag_says_what_becomes_of_requests_without_it(missing: str, code: str | None):
    assert denial(decide(capped(limit("day", "tenant", missing=missing)), given(budget_left_micros=0))) == code


def test_a_limit_that_does_not_apply_is_not_checked():
    edits = limit("edits", when=Compare(fact="operation", op="is", want="edit"))

    assert decide(capped(edits), given(budget_left_micros=0)).outcome == "route"


def test_which_limits_apply_does_not_rest_on_what_they_have_left():
    poor = limit("day", "tenant", when=Compare(fact="budget_left_usd", op="lt", want=5))

    assert denial(decide(capped(poor), given(budget_left_micros=9_000_000))) == "tag_required"


def test_a_request_that_is_denied_for_a_tag_is_not_warned_of_money_that_nobody_could_ask_for():
    decision = decide(capped(limit("day", "tenant"), limit("all")), given(budget_left_micros={}))

    assert (denial(decision), decision.warnings) == ("tag_required", ())


def test_tags_that_no_rule_reads_are_warned_of():
    policy = Policy(name="p", routes=ANY, tags={"plan": ("free", "paid"), "tenant": ()})
    decision = decide(policy, pixroute={"tags": {"plan": "pro", "tenant": "acme", "team": "x"}})

    assert [each.code for each in decision.warnings] == ["TAG_VALUE_UNDECLARED", "TAG_UNDECLARED"]
