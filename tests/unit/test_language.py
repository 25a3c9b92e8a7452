import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import router
from router.errors import Place, PolicyError
from router.language import ONLY_THE_READER, dump_policy, parse_policy, policy_schema
from router.policy import (
    PARAMETERS,
    Adjustment,
    All,
    Allow,
    Any,
    Bound,
    Budget,
    Claim,
    Compare,
    Deliver,
    Guard,
    Invariant,
    LedgerSettings,
    Limit,
    Not,
    Policy,
    Route,
    Rung,
    SizeSettings,
    Target,
    Window,
)

PACKAGE = Path(router.__file__).parent
MISTAKES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "language" / "mistakes.yaml").read_text(encoding="utf-8")
)
SHIPPED = sorted(path for path in (PACKAGE.parent / "policies").glob("*.yaml") if not path.name.endswith(".test.yaml"))
MODELS = ("gpt-image-1", "gpt-image-2", "gpt-image-2.5-flare")
EVERYTHING = """
pixroute: 1
name: example
description: one of everything
as_of: 2026-11-23
tags: {plan: [free, trial, paid], tenant: any}
defaults: {size: 1024x1024, quality: medium, n: 1}
sizes: {fit: nearest, max_crop: 0.05, experimental: deny, beyond_ratio: crop}
guards:
  - id: big-pictures-are-for-paid-plans
    when: {pixels: {gt: 3686400}, tags.plan: {in: [free, trial]}}
    unknown: skip
    deny: {code: paid_plan_needed, message: pictures above 2K need a paid plan}
routes:
  - id: keep-the-alpha-channel
    why: only some models can draw a transparent background
    when: {transparent: true}
    to: [house, {model: gpt-image-2.5-flare, set: {quality: {at_least: low, at_most: high}}}]
    set: {output_format: {one_of: [png, webp], else: png}, style: {drop: true}}
  - id: everything-else
    to: {cheapest_of: [asked, gpt-image-2]}
adjustments:
  - id: low-funds
    when:
      any:
        - budget_left_usd: {lt: 5}
        - budget.tenant-day.left_usd: {between: [0, 0.5]}
        - not: {aspect: "16:9", date: {until: 2026-12-01}}
    set: {size: {exactly: 1024x1024}}
budget:
  per_request: 0.45
  limits:
    - {id: tenant-day, scope: tenant, window: day, amount: 25, missing: share, zone: Europe/Berlin}
    - {id: everyone, scope: all, window: {rolling: 24h}, amount: 2000, when: {operation: edit}}
  when_short:
    - {lower: quality, floor: low}
    - {cheaper: model}
invariants:
  - id: alpha-is-never-lost
    given: {transparent: true}
    never: {model: {without: transparency}, params.background: {not_in: [transparent]}}
allow: {preview: [gpt-image-2.transparency], estimated_prices: [gpt-image-2]}
aliases: {house: gpt-image-1}
trust_body: [max_cost_usd, needs]
deliver: {size: crop, url: data}
masks: exact
provenance: keep
retry: {ambiguous: once}
ledger: {unreachable: allow, restarts: trust, unknown_after_lease: release, wait_s: 1.5}
alerts: [75]
"""


def problems(text, models=MODELS):
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, path="p", models=models)
    return [str(problem).removeprefix("p:").replace("\n\nhint: ", " | ") for problem in caught.value.problems]


def when(condition):
    """The condition of a route, read."""
    return parse_policy(f"pixroute: 1\nname: x\nroutes:\n- id: r\n  to: asked\n  when: {condition}\n").routes[0].when


def with_switch(text):
    return parse_policy(f"pixroute: 1\nname: x\nroutes: [{{id: r, to: asked}}]\n{text}\n")


def test_everything_there_is_to_say():
    assert parse_policy(EVERYTHING, models=MODELS) == Policy(
        name="example",
        description="one of everything",
        as_of=date(2026, 11, 23),
        tags={"plan": ("free", "trial", "paid"), "tenant": ()},
        defaults={"size": "1024x1024", "quality": "medium", "n": 1},
        sizes=SizeSettings(fit="nearest", max_crop=Fraction(1, 20), experimental="deny", beyond_ratio="crop"),
        guards=(
            Guard(
                id="big-pictures-are-for-paid-plans",
                when=All(
                    parts=(
                        Compare(fact="pixels", op="gt", want=3_686_400),
                        Compare(fact="tags.plan", op="in", want=("free", "trial")),
                    )
                ),
                unknown="skip",
                code="paid_plan_needed",
                message="pictures above 2K need a paid plan",
            ),
        ),
        routes=(
            Route(
                id="keep-the-alpha-channel",
                why="only some models can draw a transparent background",
                when=Compare(fact="transparent", op="is", want=True),
                to=(
                    Target(model="house"),
                    Target(
                        model="gpt-image-2.5-flare",
                        set=(
                            Bound(param="quality", op="at_least", want="low"),
                            Bound(param="quality", op="at_most", want="high"),
                        ),
                    ),
                ),
                set=(
                    Bound(param="output_format", op="one_of", want=("png", "webp"), otherwise="png"),
                    Bound(param="style", op="drop"),
                ),
            ),
            Route(id="everything-else", to=(Target(model="asked"), Target(model="gpt-image-2")), cheapest=True),
        ),
        adjustments=(
            Adjustment(
                id="low-funds",
                when=Any(
                    parts=(
                        Compare(fact="budget_left_usd", op="lt", want=5_000_000),
                        Compare(fact="budget.tenant-day.left_usd", op="between", want=(0, 500_000)),
                        Not(
                            part=All(
                                parts=(
                                    Compare(fact="aspect", op="is", want=Fraction(16, 9)),
                                    Compare(fact="date", op="until", want=date(2026, 12, 1)),
                                )
                            )
                        ),
                    )
                ),
                set=(Bound(param="size", op="exactly", want="1024x1024"),),
            ),
        ),
        budget=Budget(
            per_request_micros=450_000,
            limits=(
                Limit(
                    id="tenant-day",
                    amount_micros=25_000_000,
                    scope=("tenant",),
                    window=Window(kind="day", zone="Europe/Berlin"),
                    missing="share",
                ),
                Limit(
                    id="everyone",
                    amount_micros=2_000_000_000,
                    window=Window(kind="rolling", seconds=86_400),
                    when=Compare(fact="operation", op="is", want="edit"),
                ),
            ),
            when_short=(Rung(param="quality", floor="low"), Rung(param="model")),
        ),
        invariants=(
            Invariant(
                id="alpha-is-never-lost",
                given=Compare(fact="transparent", op="is", want=True),
                never=(
                    Claim(about="model", op="without", want="transparency"),
                    Claim(about="params.background", op="not_in", want=("transparent",)),
                ),
            ),
        ),
        allow=Allow(preview=frozenset({"gpt-image-2.transparency"}), estimated_prices=frozenset({"gpt-image-2"})),
        aliases={"house": "gpt-image-1"},
        trust_body=("needs", "max_cost_usd"),
        deliver=Deliver(size="crop", url="data"),
        masks="exact",
        provenance="keep",
        retry_ambiguous="once",
        ledger=LedgerSettings(unreachable="allow", restarts="trust", unknown_after_lease="release", wait_ms=1500),
        alerts=(75,),
    )


def test_rules_and_comparisons_remember_where_they_stand():
    text = "pixroute: 1\nname: x\nroutes:\n  - id: r\n    when:\n      n: {gt: 2}\n    to: [asked]\n"
    (route,) = parse_policy(text, path="x.yaml").routes

    assert (route.at, route.when.at, route.to[0].at) == (
        Place("x.yaml", 4, 5),
        Place("x.yaml", 6, 15),
        Place("x.yaml", 7, 10),
    )


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_mistakes(case):
    assert problems(case["policy"]) == case["problems"]


def test_a_typo_prints_as_the_guide_to_our_code_says():
    policy = "pixroute: 1\nname: starter\nroutes:\n  - id: a\n    to: asked\n    when:\n        transparant: true\n"

    with pytest.raises(PolicyError) as caught:
        parse_policy(policy, path="policies/starter.yaml")

    assert str(caught.value) == (
        "policies/starter.yaml:7:9: unknown key `transparant`\n\nhint: did you mean `transparent`?"
    )


def test_without_a_list_of_models_any_name_will_do():
    assert parse_policy("{pixroute: 1, name: x, routes: [{id: r, to: dream-2}]}").routes[0].to == (
        Target(model="dream-2"),
    )


def test_without_tags_any_tag_will_do():
    assert when("{tags.whatever: x}") == Compare(fact="tags.whatever", op="is", want="x")


def test_where_no_tag_is_declared_none_can_be_read():
    policy = "{pixroute: 1, name: x, tags: {}, routes: [{id: r, to: asked, when: {tags.plan: free}}]}"

    assert problems(policy) == ["1:69: unknown key `tags.plan`"]


def test_between_may_be_a_single_value():
    assert when("{n: {between: [3, 3]}}") == Compare(fact="n", op="between", want=(3, 3))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{n: 1, stream: true}", "{all: [{n: 1}, {stream: true}]}"),
        ("{n: 1}", "{all: [{any: [{n: {is: 1}}]}]}"),
        ("{n: {gt: 1, lt: 4}}", "{all: [{n: {gt: 1}}, {n: {lt: 4}}]}"),
        ("{n: 1, stream: true, mask: true}", "{all: [{n: 1}, {all: [{stream: true}, {mask: true}]}]}"),
        ("{any: [{n: 1}, {n: 2}, {n: 3}]}", "{any: [{n: 1}, {any: [{n: 2}, {n: 3}]}]}"),
        ("{aspect: 1.5}", "{aspect: '3:2'}"),
        ("{max_cost_usd: {lt: 0.10}}", "{max_cost_usd: {lt: 1e-1}}"),
    ],
)
def test_what_means_the_same_reads_the_same(one, other):
    assert when(one) == when(other)


@pytest.mark.parametrize(
    "condition",
    [
        "{all: [{not: {n: 1}}, {stream: true}, {not: {n: 2}}]}",
        "{all: [{not: {n: 1}}, {not: {n: 2}}]}",
        "{all: [{n: {gt: 1}}, {n: {gt: 2}}]}",
        "{all: [{n: {gt: 1}}, {stream: true}, {n: {lt: 3}}]}",
        "{all: [{date: {from: 2026-12-01}}, {date: {until: 2026-11-01}}]}",
    ],
)
def test_what_one_mapping_cannot_say_is_written_as_a_list(condition):
    policy = with_switch(f"adjustments: [{{id: a, set: {{n: {{at_most: 1}}}}, when: {condition}}}]")

    assert parse_policy(dump_policy(policy)) == policy


def test_a_policy_is_written_in_the_one_way_there_is_to_say_it():
    policy = with_switch('description: "16:9"\nledger: {wait_s: 0}\nmasks: exact\nbudget: {per_request: 0.450}')

    assert dump_policy(policy) == (
        "pixroute: 1\n"
        "name: x\n"
        "description: '16:9'\n"
        "routes:\n"
        "- id: r\n"
        "  to: [asked]\n"
        "budget: {per_request: 0.45}\n"
        "masks: exact\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "0x1F",
        "on",
        "null",
        "<<",
        "010",
        "- a",
        "a: b",
        "\x00\u2028",
        "a\u2028b",
        "a\x85b",
        "a\nb",
        " x ",
        "é🦊",
        "1e999",
    ],
)
def test_any_text_survives_being_written_down(text):
    policy = parse_policy(json.dumps({"pixroute": 1, "name": "x", "routes": [{"id": "r", "to": "m"}]}))
    named = Policy(name=text, routes=policy.routes)

    assert parse_policy(dump_policy(named)) == named


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_policies_survive_being_written_down(path):
    policy = parse_policy(path.read_bytes())

    assert parse_policy(dump_policy(policy)) == policy


def test_the_revision_is_of_the_meaning():
    text = "pixroute: 1\nname: x\nroutes: [{id: r, to: [asked]}]\n"
    same = "# a comment\nroutes:\n  - to: asked\n    id: r\nname: 'x'\npixroute: 1\nmasks: guided\n"

    assert parse_policy(text).revision == parse_policy(same).revision


@pytest.mark.parametrize(
    "changed",
    [
        "{pixroute: 1, name: y, routes: [{id: r, to: a}, {id: s, to: b}]}",
        "{pixroute: 1, name: x, routes: [{id: s, to: b}, {id: r, to: a}]}",
        "{pixroute: 1, name: x, routes: [{id: r, to: a}, {id: s, to: c}]}",
        "{pixroute: 1, name: x, routes: [{id: r, to: a}, {id: s, to: b}], tags: {}}",
        "{pixroute: 1, name: x, routes: [{id: r, to: a}, {id: s, to: b}], alerts: []}",
        "{pixroute: 1, name: x, routes: [{id: r, to: a}, {id: s, to: b}], budget: {per_request: 0.000001}}",
    ],
)
def test_the_revision_changes_with_any_value(changed):
    assert (
        parse_policy("{pixroute: 1, name: x, routes: [{id: r, to: a}, {id: s, to: b}]}").revision
        != parse_policy(changed).revision
    )


def test_the_revision_is_stable():
    assert with_switch("").revision == "sha256:f2b22d58dcff91b2e9ae9b035723aa19f454bfb7c0520ed3b5cb20696a70df1f"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("trust_body: []", "trust_body", ()),
        ("alerts: []", "alerts", ()),
        ("tags: {}", "tags", {}),
        ("ledger: {}", "ledger", LedgerSettings()),
        ("retry: {}", "retry_ambiguous", "never"),
    ],
)
def test_empty_is_something_else_than_absent(text, name, value):
    assert getattr(with_switch(text), name) == value


@pytest.mark.parametrize(("span", "seconds"), [("90s", 90), ("15m", 900), ("5h", 18_000), ("366d", 31_622_400)])
def test_a_rolling_window_is_read_and_written(span, seconds):
    policy = with_switch(f"budget: {{limits: [{{id: a, amount: 1, window: {{rolling: {span}}}}}]}}")

    assert (policy.budget.limits[0].window.seconds, f"rolling: {span}" in dump_policy(policy)) == (seconds, True)


@pytest.mark.parametrize(
    ("limit", "hint"),
    [
        ("window: {rolling: 24}", "write the unit as well, `s`, `m`, `h` or `d`: `24h`"),
        ('window: {rolling: "36"}', "write the unit as well, `s`, `m`, `h` or `d`: `36h`"),
        ("window: {rolling: soon}", "write the unit as well, `s`, `m`, `h` or `d`: `24h`"),
        ("window: day, zone: CEST", "use a zone such as `Europe/Berlin`"),
        ("window: day, zone: utc", "did you mean `UTC`?"),
        ("window: day, zone: Europe/Berln", "did you mean `Europe/Berlin`?"),
    ],
)
def test_a_window_that_is_none_is_told_what_to_write(limit, hint):
    with pytest.raises(PolicyError) as raised:
        with_switch(f"budget: {{limits: [{{id: a, amount: 1, {limit}}}]}}")

    assert raised.value.hint == hint


def test_the_shipped_schema_is_the_languages():
    assert json.loads((PACKAGE / "policy.schema.json").read_text(encoding="utf-8")) == policy_schema()


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(policy_schema())


def test_the_schema_refers_to_nothing_that_it_lacks():
    schema = json.dumps(policy_schema())

    assert {f"#/$defs/{name}" for name in policy_schema()["$defs"]} == set(re.findall(r'"\$ref": "([^"]+)"', schema))


def test_the_schema_accepts_everything_there_is_to_say():
    Draft202012Validator(policy_schema()).validate(json.loads(json.dumps(yaml.safe_load(EVERYTHING), default=str)))


def test_the_schema_lists_what_only_the_reader_sees():
    assert all(each in policy_schema()["description"] for each in ONLY_THE_READER)


def test_every_parameter_with_an_order_says_it():
    assert {name for name, each in PARAMETERS.items() if "at_least" in each.operators} == {
        name for name, each in PARAMETERS.items() if each.numbers or name in {"quality", "complexity", "input_fidelity"}
    }
