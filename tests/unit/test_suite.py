"""Running a suite: what is compared, what a failure says, what counts as covered, how invariants are tried."""

import json
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from router.errors import SuiteError
from router.files import load_catalog, load_policy, shipped_policies
from router.language import parse_policy
from router.suite import read_suite, run_suite

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog()
ON = "as_of: 2026-11-23"
PLAIN = "routes: [{id: all, to: [gpt-image-2.5-flare, gpt-image-2]}]"
BIG = """
guards: [{id: not-too-big, when: {pixels: {gt: 4000000}}, unknown: skip, deny: {code: too_big, message: too big}}]
routes:
  - {id: alpha, when: {transparent: true}, to: [gpt-image-2.5-flare]}
  - {id: all, to: [gpt-image-2]}
"""


def policy(text=PLAIN, *, head=ON):
    return parse_policy(f"pixroute: 1\nname: mine\n{head}\n{text}", path="mine.yaml")


def run(cases, text=PLAIN, *, head=ON, on=None, examples=0):
    suite = read_suite(f"pixroute-test: 1\ncases:\n{cases}", "mine.test.yaml")
    return run_suite(suite, policy(text, head=head), CATALOG, on=on, examples=examples)


def case(expect, *, request="", also=""):
    return f"  - {{name: a case, request: {{prompt: a fox{request}}}, expect: {expect}{also}}}\n"


def messages(report):
    return [str(failure) for failure in report.failures]


# -- what is compared


@pytest.mark.parametrize(
    "expect",
    [
        "{outcome: route, route: all, model: gpt-image-2.5-flare}",
        "{model: {in: [gpt-image-2, gpt-image-2.5-flare]}}",
        "{model: {like: gpt-image-2*}}",
        "{params: {prompt: {like: a *}, size: {exists: false}, n: {not_in: [1, 2]}}}",
        "{changes: [MODEL_NOT_NAMED]}",
        "{changes: {exactly: [{field: model, to: gpt-image-2.5-flare}], none_of: [RULE]}}",
        "{warnings: [], gave_up: [], hints: [], skipped: {}}",
        "{candidates: [gpt-image-2.5-flare, gpt-image-2]}",
        "{ceiling_usd: {lt: 3}, expected_usd: {gte: 0.000001}, confidence: confirmed}",
        "{facts: {operation: generate, n: {between: [1, 2]}, not: {mask: true}}}",
        "{facts: {aspect: {exists: false}}}",
        "{rules: {all: holds}}",
        "{delivery: {canvas: {exists: false}}}",
    ],
)
def test_what_comes_out_as_expected_is_no_failure(expect):
    assert messages(run(case(expect))) == []


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("{outcome: deny}", "expected outcome to be deny, not route"),
        ("{route: all, model: gpt-image-2}", "expected model to be gpt-image-2, not gpt-image-2.5-flare"),
        (
            "{model: {not_in: [gpt-image-2.5-flare]}}",
            "expected model to be none of [gpt-image-2.5-flare], not gpt-image-2.5-flare",
        ),
        ("{params: {size: 1024x1024}}", "expected params.size to be 1024x1024, not nothing"),
        ("{params: {prompt: {exists: false}}}", "expected params.prompt not to be there, not a fox"),
        ("{changes: [RULE]}", "expected changes to have [RULE], not [MODEL_NOT_NAMED]"),
        (
            "{changes: [MODEL_NOT_NAMED, RULE]}",
            "expected changes to have [MODEL_NOT_NAMED, RULE], not [MODEL_NOT_NAMED]",
        ),
        (
            "{changes: {none_of: [RULE, MODEL_NOT_NAMED]}}",
            "expected changes to have none of [RULE, MODEL_NOT_NAMED], not [MODEL_NOT_NAMED]",
        ),
        ("{changes: {any_of: [RULE]}}", "expected changes to have any of [RULE], not [MODEL_NOT_NAMED]"),
        ("{changes: []}", "expected changes to be exactly [], not [{field: model, code: MODEL_NOT_NAMED}]"),
        (
            "{skipped: {gpt-image-2: SHUT_DOWN}}",
            "expected skipped to have [{model: gpt-image-2, code: SHUT_DOWN}], not []",
        ),
        ("{ceiling_usd: {lte: 0.001}}", "expected ceiling_usd to be at most 0.001, not 0.71183"),
        ("{ceiling_usd: {lt: 0.71183}}", "expected ceiling_usd to be below 0.71183, not 0.71183"),
        ("{ceiling_usd: {gt: 0.71183}}", "expected ceiling_usd to be above 0.71183, not 0.71183"),
        ("{facts: {n: {gt: 1}}}", "expected facts.n to be above 1, not 1"),
        ("{facts: {width: 1024}}", "expected facts.width to be 1024, not nothing"),
        ("{rules: {all: fails}}", "expected rules.all to be fails, not holds"),
        ("{deny: no_route}", "expected deny.code to be no_route, not nothing"),
        ("{error: {field: n}}", "expected error.field to be n, not nothing"),
    ],
)
def test_what_comes_out_otherwise_is_a_failure_that_says_both(expect, message):
    assert [failure.message for failure in run(case(expect)).failures] == [f"a case: {message}"]


def test_a_failure_says_where_what_and_in_brief_why():
    (failure,) = run(case("{route: alpha}", request=", size: 1024x1024"), BIG).failures

    assert str(failure) == (
        "mine.test.yaml:3:79: a case: expected route to be alpha, not all\n"
        "    route alpha: false (transparent is false)\n"
        "    route all: true"
    )


def test_a_failure_says_who_was_skipped_and_what_was_given_up():
    budget = f"{PLAIN}\nbudget: {{when_short: [{{cheaper: model}}, {{lower: quality, floor: low}}]}}"
    (failure,) = run(
        case("{outcome: deny}", request=", quality: medium, size: 1024x1024", also=", max_cost_usd: 0.01"), budget
    ).failures

    assert failure.notes == (
        "route all: true",
        "gpt-image-2 was skipped: it may cost 0.05294 USD, and `max_cost_usd` leaves 0.01 (TOO_DEAR)",
        "lower quality: medium -> low",
    )


def test_a_request_that_is_refused_is_expected_as_such():
    assert messages(run(case("{error: integer_above_max_value}", request=", n: 11"))) == []
    assert messages(run(case("{error: {code: integer_above_max_value, field: n}}", request=", n: 11"))) == []


def test_a_request_that_is_refused_fails_once_where_a_decision_is_expected():
    (failure,) = run(case("{outcome: route, model: gpt-image-2}", request=", n: 11")).failures

    assert str(failure) == (
        "mine.test.yaml:3:71: a case: expected outcome to be route, not "
        "a refusal of the request: `n` must be at most 10, not 11 (integer_above_max_value)"
    )


# -- the day


def test_a_case_is_decided_on_its_own_day_else_on_the_one_given_else_on_that_of_the_policy():
    died = "{skipped: {gpt-image-1: SHUT_DOWN}}"
    routes = "routes: [{id: all, to: [gpt-image-1, gpt-image-2]}]"

    assert run(case(died), routes).ok
    assert run(case(died, also=", on: 2026-10-23"), routes, on=date(2026, 10, 22)).ok
    assert not run(case(died), routes, on=date(2026, 10, 22)).ok


def test_a_case_without_a_day_is_a_mistake():
    with pytest.raises(SuiteError) as caught:
        run(case("{outcome: route}"), head="")

    assert str(caught.value) == (
        "mine.test.yaml:3:5: the case has no day\n\nhint: write `on`, or give the policy an `as_of`"
    )


# -- names


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (case("{model: gpt-image-2.5-flair}"), "mine.test.yaml:3:62: unknown model `gpt-image-2.5-flair`"),
        (case("{route: al}"), "mine.test.yaml:3:62: unknown route `al`"),
        (case("{rules: {alll: holds}}"), "mine.test.yaml:3:63: unknown rule `alll`"),
        (case("{deny: no_rute}"), "mine.test.yaml:3:61: unknown denial's code `no_rute`"),
        (case("{outcome: route}", also=", budget_left_usd: {al: 1}"), "mine.test.yaml:3:90: unknown limit `al`"),
        (case("{outcome: route}", also=", provider: azur"), "mine.test.yaml:3:82: unknown provider `azur`"),
    ],
)
def test_a_name_that_neither_the_policy_nor_the_catalogue_knows_is_a_mistake(written, problem):
    limits = f"{PLAIN}\nbudget: {{limits: [{{id: all, scope: all, window: day, amount: 1}}]}}"
    with pytest.raises(SuiteError) as caught:
        run(written, limits)

    assert str(caught.value).startswith(f"{problem}\n\nhint: ")


# -- coverage


def test_a_condition_is_covered_when_it_was_seen_both_true_and_false():
    both = case("{route: alpha}", request=", background: transparent") + case("{route: all}").replace("a case", "two")
    report = run(both, BIG)

    assert [str(each) for each in report.coverage.uncovered] == [
        "guard `not-too-big`: pixels gt 4000000 was never true nor false"
    ]
    assert [(each.true, each.false, each.unknown) for each in report.coverage.conditions] == [
        (0, 0, 2),
        (1, 1, 0),
        (1, 0, 0),
    ]
    assert (report.coverage.covered, report.coverage.total, report.coverage.percent) == (2, 3, 66.6)


def test_what_is_unknown_is_neither_true_nor_false():
    assert run(case("{route: all}"), BIG).coverage.conditions[0].missing == ("true", "false")


def test_a_rule_that_was_not_read_covers_nothing():
    denied = run(case("{outcome: deny}", request=", size: 2048x2048"), BIG)

    assert [each.missing for each in denied.coverage.conditions] == [("false",), ("true", "false"), ("true",)]


def test_a_rule_without_conditions_is_covered_when_it_was_reached():
    reached = run(case("{route: all}"), BIG).coverage.conditions[-1]
    missed = run(case("{route: alpha}", request=", background: transparent"), BIG).coverage.conditions[-1]

    assert (reached.comparison, reached.missing) == ("always", ())
    assert missed.missing == ("true",)


def test_the_condition_of_a_limit_is_read_where_money_is_given():
    limit = "{id: edits, scope: all, window: day, amount: 5, when: {operation: edit}}"
    text = f"{PLAIN}\nbudget: {{limits: [{limit}]}}"

    assert run(case("{outcome: route}"), text).coverage.conditions[-1].missing == ("true", "false")
    paid = run(case("{outcome: route}", also=", budget_left_usd: 5"), text).coverage.conditions[-1]
    assert (paid.kind, paid.rule, paid.comparison, paid.missing) == ("limit", "edits", "operation is edit", ("true",))


def test_a_place_of_coverage_is_in_the_policy():
    assert str(run(case("{route: all}"), BIG).coverage.uncovered[0].at) == "mine.yaml:5:48"


# -- invariants

LOSSY = """
routes: [{id: all, to: [gpt-image-2.5-flare]}]
adjustments: [{id: low-funds, when: {budget_left_usd: {lt: 5}}, set: {n: {at_most: 2}}}]
invariants:
  - {id: never-many, given: {tags.plan: free}, never: {params.n: {gt: 3}}}
  - {id: never-opaque, given: {transparent: true}, never: {params.background: {not_in: [transparent]}}}
"""


def test_an_invariant_is_tried_on_every_case():
    cases = case("{outcome: route}", request=", n: 4", also=", tags: {plan: free}")
    many, opaque = run(cases, LOSSY).invariants

    assert (many.tried, many.applied, many.ok) == (1, 1, False)
    assert (opaque.tried, opaque.applied, opaque.ok) == (1, 0, True)
    assert many.failures[0].message == "the invariant `never-many` is broken by the case `a case`"


def test_an_invariant_is_tried_on_generated_requests_and_what_breaks_it_is_shown_at_its_simplest():
    many, opaque = run(case("{outcome: route}"), LOSSY, examples=300).invariants

    assert many.failures[0].message == (
        "the invariant `never-many` is broken by a generated request: "
        '{"request": {"prompt": "a lighthouse at dusk", "n": 10}, "tags": {"plan": "free"}, "on": "2026-11-23"}'
    )
    assert opaque.ok
    assert opaque.applied > 10


def test_no_request_is_generated_for_a_day_that_has_passed():
    passed = PLAIN + "\ninvariants: [{id: one, given: {date: {until: 2026-11-23}}, never: {outcome: route}}]"
    (one,) = run(case("{outcome: route}"), passed, examples=300).invariants

    assert (one.tried, one.applied) == (301, 0)


def test_generated_requests_are_the_same_each_time():
    assert run(case("{outcome: route}"), LOSSY, examples=200) == run(case("{outcome: route}"), LOSSY, examples=200)


# -- the report


def test_a_report_is_ready_for_json():
    report = run(case("{outcome: deny}"), LOSSY).to_dict()

    assert json.loads(json.dumps(report)) == report
    assert report["cases"] == [
        {
            "name": "a case",
            "line": 3,
            "ok": False,
            "failures": [
                {
                    "path": "mine.test.yaml",
                    "line": 3,
                    "column": 64,
                    "message": "a case: expected outcome to be deny, not route",
                    "expected": "to be deny",
                    "actual": "route",
                    "notes": ["route all: true"],
                }
            ],
        }
    ]


def test_a_report_is_xml_that_build_servers_read():
    cases = case("{outcome: deny}").replace("a case", '"<\\b>"') + case("{outcome: route}")
    root = ET.fromstring(run(cases, LOSSY).junit())  # noqa: S314  # our own
    tests = root.findall("testsuite/testcase")

    assert root.attrib == {"tests": "4", "failures": "1", "errors": "0", "skipped": "0"}
    assert [(test.get("name"), len(test)) for test in tests] == [
        ("<\ufffd>", 1),
        ("a case", 0),
        ("invariant never-many", 0),
        ("invariant never-opaque", 0),
    ]
    assert tests[0].attrib | {"name": ""} == {
        "name": "",
        "classname": "mine.test.yaml",
        "file": "mine.test.yaml",
        "line": "3",
    }


# -- the shipped policies


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_passes_its_tests_and_they_cover_every_condition(name):
    path = ROOT / "policies" / f"{name}.test.yaml"
    suite = read_suite(path.read_bytes(), str(path))
    report = run_suite(suite, load_policy(suite.policy_path, CATALOG), CATALOG)

    assert messages(report) == []
    assert [str(each) for each in report.coverage.uncovered] == []
    assert [each.id for each in report.invariants if not each.applied] == []
