"""What is wrong with a policy, told with a request that shows it."""

from datetime import date
from itertools import combinations

import pytest

from router.check import check, readings, search
from router.check.study import Study
from router.errors import Place
from router.files import load_catalog, load_policy, shipped_policies
from router.language import parse_policy

CATALOG = load_catalog()
ON = date(2026, 11, 23)
ELSE = "{id: everything-else, to: [gpt-image-2.5-flare]}"


def policy_of(*, routes=(), **sections):
    lines = ["pixroute: 1", "name: test", "routes:", *(f"  - {route}" for route in (*routes, ELSE))]
    lines += [f"{name}: {text}" for name, text in sections.items()]
    return parse_policy("\n".join(lines), path="test.yaml")


def findings(*, on=ON, provider="openai", **sections):
    return check(policy_of(**sections), CATALOG, on=on, provider=provider)


def told(*, on=ON, provider="openai", **sections):
    """Code and message of each finding that is more than a note."""
    found = findings(on=on, provider=provider, **sections)
    return [(each.code, each.message) for each in found if each.severity != "note"]


def route(when, name="r"):
    return f"{{id: {name}, when: {when}, to: [gpt-image-2.5-flare]}}"


def guard(when, name="g", more=""):
    return f"{{id: {name}, when: {when}, {more}deny: {{code: no, message: no}}}}"


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_is_clean(name):
    policy = load_policy(f"pixroute:{name}", CATALOG)

    assert check(policy, CATALOG, on=policy.as_of) == ()


def test_a_finding_says_what_is_wrong_and_where_and_what_to_try():
    finding = findings(routes=[route("{transparent: true}", "a"), route("{background: transparent}", "b")])[0]

    assert (finding.code, finding.severity, finding.at) == ("ROUTE_NEVER_HOLDS", "warning", Place("test.yaml", 5, 5))
    assert finding.message == (
        "route `b` never holds: `a` takes every request first, for example a request with `background: transparent`"
    )
    assert finding.help == "move it up, narrow what stands before it, or take it out"
    assert finding.witness.body == {"prompt": "a lighthouse at dusk", "background": "transparent"}


def test_findings_come_in_the_order_of_their_places():
    found = findings(
        routes=[route("{n: {gt: 10}}", "a"), "{id: b, to: [gpt-image-1]}"],
        guards=f"[{guard('{width: {gt: 5}}')}]",
    )

    assert [each.at for each in found] == sorted(each.at for each in found)


# -- rules that never hold


@pytest.mark.parametrize(
    "when",
    [
        "{n: {gt: 10}}",
        "{all: [{tags.plan: free}, {tags.plan: paid}]}",
        "{background: transparent, transparent: false}",
        "{operation: generate, mask: true}",
        "{operation: generate, images: {gte: 1}}",
        "{width: {lt: 500}, pixels: {gt: 49900000}}",
        "{width: {lt: 100}, height: {lt: 100}, pixels: {gt: 9801}}",
        "{aspect: '16:9', width: {lt: 16}}",
        "{aspect: '16:9', orientation: portrait}",
        "{longest_edge: {lt: 1000}, width: {gte: 1000}}",
        "{pixels: 1000003}",
        "{pixels: 10007, width: {gt: 1}, height: {gt: 1}}",
        "{size_known: false, width: {exists: true}}",
        "{quality: auto, not: {quality: {lte: high}}}",
        "{asked_model: {like: 'gpt-image-1*', not_in: [gpt-image-1]}, not: {asked_model: {like: '*1*'}}}",
        "{asked_model: gpt-image-2-2026-04-21, not: {asked_model: gpt-image-2}}",
        "{text.score: {gt: 100}}",
        "{prompt_chars: {lt: 1}}",
        "{provider: nobody}",
        "{max_cost_usd: {exists: false, lt: 5}}",
    ],
)
def test_conditions_that_contradict_each_other_are_found(when):
    assert told(routes=[route(when)]) == [
        ("ROUTE_NEVER_HOLDS", "route `r` never holds: its conditions contradict each other")
    ]


@pytest.mark.parametrize(
    "when",
    [
        "{width: {lt: 500}, pixels: {gt: 49899999}}",
        "{width: {lt: 100}, height: {lt: 100}, pixels: {gt: 9800}}",
        "{aspect: '16:9', width: {lte: 16}}",
        "{pixels: 1000001, width: {gt: 101}}",
        "{background: transparent, output_format: jpeg}",
        "{text_heavy: true, text.score: 0}",
        "{operation: edit, images: 1, mask: true}",
        "{tags.plan: {not_in: [free], exists: false}}",
        "{asked_model: {like: 'gpt-image-1*', not_in: [gpt-image-1, gpt-image-1.5, gpt-image-1-mini]}}",
        "{not: {asked_model: {exists: true}}}",
        "{provider: azure, asked_model: gpt-image-2}",
        "{budget_left_usd: {lt: 0.01}, max_cost_usd: {gt: 100}}",
    ],
)
def test_conditions_that_can_hold_together_are_not(when):
    assert told(routes=[route(when)]) == []


def test_a_default_can_keep_a_rule_from_holding():
    assert told(routes=[route("{size_known: false}")], defaults="{size: 1024x1024}") == [
        ("ROUTE_NEVER_HOLDS", "route `r` never holds: its conditions contradict each other")
    ]


def test_several_routes_together_shadow_one():
    rows = [
        route("{width: {gt: 2000}}", "wide"),
        route("{height: {gt: 2000}}", "high"),
        route("{pixels: {gt: 4000000}}"),
    ]

    assert told(routes=rows) == [
        (
            "ROUTE_NEVER_HOLDS",
            (
                "route `r` never holds: `wide` and `high` take every request first, "
                "for example `high` a request with `size: 1024x4096`"
            ),
        )
    ]


def test_a_route_that_one_size_slips_through_to_is_not_shadowed():
    rows = [
        route("{width: {gt: 2000}}", "wide"),
        route("{height: {gt: 2000}}", "high"),
        route("{pixels: {gte: 4000000}}"),
    ]

    assert told(routes=rows) == []


def test_only_the_rules_that_shadow_are_named():
    rows = [
        route("{n: 3}", "other"),
        route("{operation: edit}", "edits"),
        route("{stream: true}", "s"),
        route("{mask: true}"),
    ]

    assert told(routes=rows) == [
        (
            "ROUTE_NEVER_HOLDS",
            (
                "route `r` never holds: `edits` takes every request first, "
                "for example a request with `mask: true`, `operation: edit`"
            ),
        )
    ]


def test_a_guard_can_shadow_a_route():
    assert told(guards=f"[{guard('{n: {gt: 2}}')}]", routes=[route("{n: {gt: 5}}")]) == [
        (
            "ROUTE_NEVER_HOLDS",
            "route `r` never holds: `g` takes every request first, for example a request with `n: 6`",
        )
    ]


def test_a_choice_that_fails_late_is_taken_back():
    guards = f"[{guard('{tags.a: x, tags.b: x}')}, {guard('{tags.a: x, tags.b: y}', 'h')}]"

    assert told(guards=guards, routes=[route("{tags.a: {in: [x, y]}, tags.b: {in: [x, y]}}")]) == []


def test_a_request_to_another_provider_may_be_anything_else_too():
    guards = f"[{guard('{not: {provider: azure}}')}, {guard('{operation: generate}', 'h')}]"

    assert findings(guards=guards, routes=[route("{n: {gt: 6}}")]) == ()


def test_a_guard_denies_what_is_unknown_unless_it_skips_that():
    rows = [route("{size_known: false}")]

    assert [code for code, _ in told(guards=f"[{guard('{width: {gt: 9}}', more='unknown: deny, ')}]", routes=rows)] == [
        "ROUTE_NEVER_HOLDS"
    ]
    assert told(guards=f"[{guard('{width: {gt: 9}}', more='unknown: skip, ')}]", routes=rows) == []


def test_a_rule_whose_days_are_over_is_told_apart_from_a_contradiction():
    assert told(routes=[route("{date: {until: 2026-11-23}}")]) == [
        ("ROUTE_NEVER_HOLDS", "route `r` never holds from 2026-11-23 on: its days are over")
    ]
    assert told(routes=[route("{date: {until: 2026-11-24}}")]) == []


def test_a_limit_that_refuses_requests_without_its_tag_counts():
    limits = "{limits: [{id: day, scope: tenant, window: day, amount: 25, missing: MISSING}]}"
    rows = [route("{budget_left_usd: {lt: 1}, tags.tenant: {exists: false}}")]

    assert told(routes=rows, budget=limits.replace("MISSING", "share")) == []
    assert [code for code, _ in told(routes=rows, budget=limits.replace("MISSING", "deny"))] == ["ROUTE_NEVER_HOLDS"]
    assert [code for code, _ in told(routes=rows, budget=limits.replace("MISSING", "exempt"))] == ["ROUTE_NEVER_HOLDS"]


def test_what_a_limit_has_left_is_unknown_where_it_does_not_apply():
    limits = "{limits: [{id: day, window: day, amount: 25, when: {operation: edit}}]}"

    assert told(routes=[route("{budget.day.left_usd: {lt: 1}, operation: edit}")], budget=limits) == []
    assert [
        code
        for code, _ in told(
            routes=[route("{budget.day.left_usd: {lt: 1}, mask: false, operation: generate}")], budget=limits
        )
    ] == ["ROUTE_NEVER_HOLDS"]


def test_an_adjustment_that_only_guards_would_see_never_holds():
    found = told(
        guards=f"[{guard('{n: {gt: 2}}')}]", adjustments="[{id: a, when: {n: {gt: 5}}, set: {n: {at_most: 4}}}]"
    )

    assert found == [
        (
            "ADJUSTMENT_NEVER_HOLDS",
            "adjustment `a` never holds: `g` takes every request first, for example a request with `n: 6`",
        )
    ]


def test_a_guard_behind_another_never_holds():
    assert told(guards=f"[{guard('{n: {gt: 2}}')}, {guard('{n: {gt: 5}}', 'h')}]") == [
        (
            "GUARD_NEVER_HOLDS",
            "guard `h` never holds: `g` takes every request first, for example a request with `n: 6`",
        )
    ]


# -- how long it takes


def test_a_question_that_takes_too_long_stays_open(monkeypatch):
    monkeypatch.setattr(search, "MOST_READINGS", 5)
    rows = [route("{operation: edit, n: {gt: 2}}", "a"), route("{mask: true, n: {gt: 3}}", "b")]

    assert [(each.code, each.severity, each.message) for each in findings(routes=rows)] == [
        ("NOT_PROVED", "note", "whether route `b` can ever hold is not proved: there are too many cases")
    ]


def test_dozens_of_routes_over_all_facts_are_proved():
    facts = (
        "transparent: true",
        "text_heavy: true",
        "stream: true",
        "operation: edit",
        "n: {gt: 3}",
        "width: {gt: 1500}",
    )
    facts += ("pixels: {gt: 2000000}", "aspect: {gt: '2:1'}", "quality: high", "tags.plan: free", "moderation: low")
    rows = [route(f"{{{one}, {other}}}", f"r{place}") for place, (one, other) in enumerate(combinations(facts, 2))]

    assert [message.split(",")[0] for _, message in told(routes=rows)] == [
        "route `r45` never holds: `r40` takes every request first"
    ]


def test_a_thousand_routes_that_dispatch_are_not_accused():
    rows = [route(f"{{tags.t: v{place}}}", f"r{place}") for place in range(1000)]

    assert {each.code for each in findings(routes=rows)} <= {"TAGS_UNDECLARED", "NOT_PROVED"}


def test_thousands_of_thresholds_end_in_one_note_once_all_readings_are_taken(monkeypatch):
    studies = []
    monkeypatch.setattr("router.check.Study", lambda **what: studies.append(Study(**what)) or studies[0])
    monkeypatch.setattr(readings, "MOST_IN_ALL", 100_000)
    rows = [route(f"{{pixels: {{gt: {1000 + place * 37}}}}}", f"r{place}") for place in range(3000)]

    assert [each.message.split(":")[0] for each in findings(routes=rows) if each.code == "NOT_PROVED"] == [
        "3,001 rules are not proved, the first of them `r0`"
    ]
    assert 100_000 < studies[0].readings.taken < 20_000_000


# -- requests that are left out


def test_a_request_without_a_route_is_found():
    text = "pixroute: 1\nname: test\nroutes:\n  - {id: a, when: {orientation: landscape}, to: [gpt-image-2.5-flare]}\n"
    found = check(parse_policy(text, path="test.yaml"), CATALOG, on=ON)

    assert [(each.code, each.message) for each in found] == [
        ("NO_ROUTE", "no route holds for a request for a plain picture")
    ]


def test_routes_that_cover_everything_together_need_no_last_one():
    text = "pixroute: 1\nname: test\nroutes:\n" + "".join(
        f"  - {{id: r{place}, when: {when}, to: [gpt-image-2.5-flare]}}\n"
        for place, when in enumerate(
            ("{size_known: false}", "{pixels: {lt: 999}}", "{width: {gt: 999}}", "{pixels: {gte: 999}}")
        )
    )

    assert check(parse_policy(text), CATALOG, on=ON) == ()


# -- bounds


def test_an_adjustment_that_overrules_a_route_is_found():
    rows = ["{id: text, when: {text_heavy: true}, to: [gpt-image-2], set: {quality: {at_least: medium}}}"]
    found = told(
        routes=rows, adjustments="[{id: poor, when: {budget_left_usd: {lt: 5}}, set: {quality: {at_most: low}}}]"
    )

    assert found == [
        (
            "ADJUSTMENT_OVERRULED",
            (
                "`poor` (quality at most low) overrules `text` (quality at least medium) for "
                "a request with `needs.text_heavy: true`, 4.999999 USD left"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{quality: {at_least: medium}}", "{quality: {at_most: high}}"),
        ("{n: {at_most: 3}}", "{n: {at_most: 2}}"),
        ("{quality: {at_most: low}}", "{n: {at_most: 2}}"),
        ("{output_format: {one_of: [png, webp], else: png}}", "{output_format: {one_of: [png], else: png}}"),
    ],
)
def test_bounds_that_can_both_be_met_are_not(one, other):
    assert told(adjustments=f"[{{id: a, set: {one}}}, {{id: b, set: {other}}}]") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{quality: {exactly: high}}", "{quality: {at_most: medium}}"),
        ("{n: {at_least: 3}}", "{n: {at_most: 2}}"),
        ("{size: {exactly: 1024x1024}}", "{size: {exactly: 2048x2048}}"),
        ("{output_format: {one_of: [png, webp], else: png}}", "{output_format: {one_of: [webp, jpeg], else: jpeg}}"),
        ("{output_compression: {at_least: 80}}", "{output_compression: {at_most: 60}}"),
    ],
)
def test_bounds_that_exclude_each_other_are_found(one, other):
    found = findings(adjustments=f"[{{id: a, set: {one}}}, {{id: b, set: {other}}}]")

    assert [each.code for each in found] == ["ADJUSTMENT_OVERRULED"]


def test_bounds_that_never_come_together_are_not():
    found = told(
        adjustments="[{id: a, when: {stream: true}, set: {n: {at_least: 3}}}, "
        "{id: b, when: {stream: false}, set: {n: {at_most: 2}}}]"
    )

    assert found == []


def test_a_target_that_overrules_its_route_is_found_though_another_comes_first():
    rows = [
        (
            "{id: r, set: {quality: {at_least: high}}, "
            "to: [gpt-image-2.5-flare, {model: gpt-image-2, set: {quality: {exactly: low}}}]}"
        )
    ]
    found = [each for each in findings(routes=rows) if each.code == "ADJUSTMENT_OVERRULED"]

    assert [each.witness.without for each in found] == [("gpt-image-2.5-flare",)]


# -- models


def test_a_route_whose_models_are_all_gone_is_an_error():
    found = findings(routes=["{id: r, when: {n: 2}, to: [gpt-image-1, dall-e-3]}"])

    assert [(each.code, each.severity, each.message, each.help) for each in found] == [
        (
            "ROUTE_NOT_ALIVE",
            "error",
            (
                "route `r` has no model that is alive on 2026-11-23: `gpt-image-1` was shut down on 2026-10-23; "
                "`dall-e-3` was shut down on 2026-05-12"
            ),
            "name `gpt-image-2.5-sunburst` or `gpt-image-2.5-flare`",
        )
    ]


def test_a_dead_model_beside_a_living_one_is_a_note():
    found = findings(routes=["{id: r, when: {n: 2}, to: [gpt-image-1, gpt-image-2]}"])

    assert [(each.code, each.severity) for each in found] == [("TARGET_NOT_ALIVE", "note")]


def test_a_dead_model_beside_the_asked_one_is_a_note():
    found = findings(routes=["{id: r, when: {n: 2}, to: [asked, gpt-image-1]}"])

    assert [(each.code, each.severity) for each in found] == [("TARGET_NOT_ALIVE", "note")]


def test_an_alias_stands_for_its_model():
    found = findings(routes=["{id: r, when: {n: 2}, to: [house]}"], aliases="{house: gpt-image-1}")

    assert [each.code for each in found] == ["ROUTE_NOT_ALIVE"]


def test_a_model_that_is_not_released_is_not_alive_yet():
    assert told(on=date(2026, 9, 1), routes=[], as_of="2026-09-01") == [
        (
            "ROUTE_NOT_ALIVE",
            (
                "route `everything-else` has no model that is alive on 2026-09-01: "
                "`gpt-image-2.5-flare` is not released before 2026-09-08"
            ),
        )
    ]


def test_a_route_that_is_over_may_name_a_dead_model():
    found = findings(routes=["{id: r, when: {date: {until: 2026-10-23}}, to: [gpt-image-1]}"])

    assert [each.code for each in found] == ["ROUTE_NEVER_HOLDS"]


@pytest.mark.parametrize(("on", "codes"), [(date(2026, 7, 24), []), (date(2026, 7, 25), ["TARGET_ENDS_SOON"])])
def test_a_model_that_ends_within_ninety_days_is_told(on, codes):
    text = "pixroute: 1\nname: test\nroutes:\n  - {id: a, to: [gpt-image-1, gpt-image-2]}\n"

    assert [each.code for each in check(parse_policy(text), CATALOG, on=on)] == codes


def test_a_route_that_ends_before_its_model_is_fine():
    assert told(routes=["{id: r, when: {date: {until: 2026-12-01}}, to: [gpt-image-1.5]}"]) == []


@pytest.mark.parametrize(
    ("when", "to", "reason"),
    [
        (
            "{transparent: true}",
            "gpt-image-2",
            "transparency is a preview; `allow.preview` has no `gpt-image-2.transparency`",
        ),
        (
            "{n: 2}",
            "gpt-image-2.6-flare",
            "its price is an estimate; `allow.estimated_prices` has no `gpt-image-2.6-flare`",
        ),
        ("{n: 2}", "{model: gpt-image-2, set: {quality: {at_least: max}}}", "cannot meet `r`: quality at least max"),
        ("{output_format: svg}", "gpt-image-2", "does not write svg"),
        (
            "{operation: edit, input_fidelity: high}",
            "gpt-image-2.5-flare",
            "has no high input fidelity",
        ),
    ],
)
def test_a_route_whose_only_model_lacks_what_it_demands_is_an_error(when, to, reason):
    found = findings(routes=[f"{{id: r, when: {when}, to: [{to}]}}"])
    name = found[0].message.split("`")[3]

    assert [(each.code, each.severity) for each in found] == [("ROUTE_NOT_ABLE", "error")]
    assert found[0].message == f"route `r` has no model that can do what it demands: `{name}`: {reason}"


def test_a_model_that_is_able_for_some_requests_of_a_route_is_fine():
    assert told(routes=["{id: r, when: {any: [{transparent: true}, {n: 2}]}, to: [gpt-image-2]}"]) == []


def test_a_bound_that_a_request_may_meet_by_itself_is_fine():
    assert (
        told(
            routes=[
                "{id: r, when: {n: 2}, to: [{model: gpt-image-2, set: {quality: {one_of: [low, max], else: max}}}]}"
            ]
        )
        == []
    )


def test_a_target_that_is_never_able_beside_one_that_is_gets_a_warning():
    assert told(routes=["{id: r, when: {transparent: true}, to: [gpt-image-2, asked]}"]) == [
        (
            "TARGET_NOT_ABLE",
            (
                "`gpt-image-2` can serve no request of route `r`: "
                "transparency is a preview; `allow.preview` has no `gpt-image-2.transparency`"
            ),
        )
    ]


def test_what_is_allowed_is_able():
    rows = ["{id: r, when: {transparent: true}, to: [gpt-image-2]}", "{id: s, when: {n: 2}, to: [gpt-image-2.6-flare]}"]

    assert (
        told(routes=rows, allow="{preview: [gpt-image-2.transparency], estimated_prices: [gpt-image-2.6-flare]}") == []
    )


def test_a_provider_without_the_model_is_told():
    assert [code for code, _ in told(provider="azure", routes=["{id: r, when: {n: 2}, to: [gpt-image-2.6-sunburst]}"])][
        :1
    ] == ["ROUTE_NOT_ALIVE"]


# -- guards, caps, tags, invariants


def test_a_guard_that_rests_on_what_is_unknown_must_say_so():
    found = told(guards=f"[{guard('{pixels: {gt: 9}, tags.plan: free}')}]")

    assert found == [
        ("UNKNOWN_UNSAID", "guard `g` denies a request with `tags.plan: free`, of which `pixels` cannot be known")
    ]


def test_a_guard_on_what_a_default_makes_known_need_not():
    assert told(guards=f"[{guard('{pixels: {gt: 4000000}}')}]", defaults="{size: 1024x1024}") == []


def test_a_guard_whose_unknown_case_another_denies_need_not():
    rows = f"[{guard('{size_known: false}')}, {guard('{pixels: {gt: 4000000}}', 'h')}]"

    assert told(guards=rows) == []


def test_a_guard_whose_unknown_case_another_denies_only_sometimes_must_say_so():
    rows = f"[{guard('{size_known: false, stream: false}')}, {guard('{pixels: {gt: 4000000}}', 'h')}]"

    assert told(guards=rows) == [
        ("UNKNOWN_UNSAID", "guard `h` denies a request with `stream: true`, of which `pixels` cannot be known")
    ]


def test_a_cap_below_the_cheapest_picture_is_found_for_each_limit():
    found = told(
        defaults="{size: 1024x1024, quality: low}",
        budget="{per_request: 0.5, limits: [{id: day, scope: tenant, window: day, amount: 0.001}]}",
    )

    assert [code for code, _ in found] == ["CAP_OUT_OF_REACH"]
    assert found[0][1].startswith(
        "`day` allows 0.001 USD, and a request with `tags.tenant: some-tenant`, 0.001 USD left"
    )


def test_a_cap_that_the_ladder_reaches_is_fine():
    ladder = "{per_request: 0.02, when_short: [{lower: quality, floor: low}, {lower: size, floor: 655360}]}"

    assert told(budget="{per_request: 0.02}")[0][0] == "CAP_OUT_OF_REACH"
    assert told(budget=ladder) == []


def test_tags_that_are_nowhere_declared_are_a_note():
    found = findings(
        routes=[route("{tags.plan: paid}")], budget="{limits: [{id: day, scope: team, window: day, amount: 9}]}"
    )

    assert [(each.code, each.severity, each.help) for each in found] == [
        ("TAGS_UNDECLARED", "note", "write `tags: {plan: any, team: any}`, or the values that there are")
    ]


def test_an_invariant_that_a_route_breaks_is_an_error():
    found = findings(invariants="[{id: i, given: {stream: true}, never: {model: gpt-image-2.5-flare}}]")

    assert [(each.code, each.severity, each.message) for each in found] == [
        (
            "INVARIANT_BROKEN",
            "error",
            (
                "invariant `i` does not hold: a request with `stream: true` "
                "goes to `gpt-image-2.5-flare` by `everything-else`"
            ),
        )
    ]
