"""Reading a test file: what may stand in it, and where a mistake is."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import router
from router.errors import SuiteError
from router.files import shipped_policies
from router.sizes import Size
from router.source import plain
from router.suite import read_suite, suite_schema

ROOT = Path(router.__file__).parents[1]
SCHEMA = Draft202012Validator(suite_schema())


def read(text, path="tests/mine.test.yaml"):
    return read_suite(f"pixroute-test: 1\n{text}", path)


def problem(text):
    with pytest.raises(SuiteError) as caught:
        read(text)
    return str(caught.value)


def as_json(node):
    return json.loads(json.dumps(plain(node), default=float))


ONE = "cases: [{name: one, request: {prompt: a fox}, expect: {outcome: route}}]"


@pytest.mark.parametrize(
    ("path", "named", "policy"),
    [
        ("tests/mine.test.yaml", "", "tests/mine.yaml"),
        ("mine.test.yaml", "", "mine.yaml"),
        ("tests/mine.test.yaml", "policy: ../other.yaml\n", "tests/../other.yaml"),
        ("tests/mine.test.yaml", "policy: pixroute:text-first\n", "pixroute:text-first"),
    ],
)
def test_the_policy_is_beside_its_tests_or_named_from_there(path, named, policy):
    assert read(named + ONE, path).policy_path == policy


def test_a_case_says_what_is_asked_and_all_that_is_known_beside_it():
    (case,) = read(
        "cases: [{name: one, request: {prompt: a fox, temperature: 0.5}, operation: edit, images: [1024x512, unknown],"
        " needs: {transparent: true}, tags: {plan: free}, max_cost_usd: 0.05, budget_left_usd: {day: 1.5},"
        " without: {gpt-image-2: it is down}, on: 2026-11-23, provider: azure, expect: {outcome: route}}]"
    ).cases

    assert case.request == {"prompt": "a fox", "temperature": 0.5}
    assert (case.operation, case.images) == ("edit", (Size(1024, 512), None))
    assert (case.needs, case.tags) == ({"transparent": True}, {"plan": "free"})
    assert (case.max_cost_micros, case.budget_left_micros) == (50_000, {"day": 1_500_000})
    assert (case.without, case.on, case.provider) == ({"gpt-image-2": "it is down"}, date(2026, 11, 23), "azure")


def test_what_stands_above_the_cases_holds_for_all_of_them():
    one, two = read(
        "request: {prompt: a fox, n: 2}\non: 2026-11-23\n"
        "cases:\n"
        "  - {name: one, expect: {outcome: route}}\n"
        "  - {name: two, request: {n: 3}, on: 2026-12-01, expect: {outcome: route}}\n"
    ).cases

    assert (one.request, one.on) == ({"prompt": "a fox", "n": 2}, date(2026, 11, 23))
    assert (two.request, two.on) == ({"prompt": "a fox", "n": 3}, date(2026, 12, 1))


def test_a_row_of_a_table_is_laid_over_its_case():
    one, two = read(
        "cases:\n"
        "  - name: old names\n"
        "    request: {prompt: a fox}\n"
        "    expect: {outcome: route, params: {n: 1}}\n"
        "    table:\n"
        "      - {request: {model: dall-e-2}}\n"
        "      - {name: the newest, request: {model: gpt-image-2}, expect: {params: {n: 2}}}\n"
    ).cases

    assert (one.name, one.request) == ("old names: row 1", {"prompt": "a fox", "model": "dall-e-2"})
    assert (two.name, two.request) == ("old names: the newest", {"prompt": "a fox", "model": "gpt-image-2"})
    assert [(each.about, each.want) for each in two.expectations] == [("outcome", "route"), ("params.n", 2)]


def test_null_takes_away_what_holds_for_all():
    (case,) = read(
        "tags: {plan: free, tenant: acme}\nbudget_left_usd: 5\n"
        "cases: [{name: one, tags: {plan: null}, budget_left_usd: null, expect: {outcome: route}}]"
    ).cases

    assert case.tags == {"plan": None, "tenant": "acme"}
    assert case.budget_left_micros is None


@pytest.mark.parametrize(
    ("expect", "read_as"),
    [
        ("{model: gpt-image-2}", [("model", "is", "gpt-image-2")]),
        ("{model: {not_in: [gpt-image-2]}}", [("model", "not_in", ("gpt-image-2",))]),
        ("{params: {n: {gte: 2, lte: 3}}}", [("params.n", "gte", 2), ("params.n", "lte", 3)]),
        ("{ceiling_usd: {lte: 0.03}}", [("ceiling_usd", "lte", 30_000)]),
        ("{changes: [RULE]}", [("changes", "all_of", ({"code": "RULE"},))]),
        ("{changes: []}", [("changes", "exactly", ())]),
        (
            "{skipped: {gpt-image-1: SHUT_DOWN}}",
            [("skipped", "all_of", ({"model": "gpt-image-1", "code": "SHUT_DOWN"},))],
        ),
        ("{gave_up: [n]}", [("gave_up", "all_of", ({"field": "n"},))]),
        ("{deny: no_route}", [("deny.code", "is", "no_route")]),
        ("{deny: {limit: day}}", [("deny.limit", "is", "day")]),
        (
            "{facts: {n: 1, width: {gt: 2, lt: 4}}}",
            [("facts.n", "is", 1), ("facts.width", "gt", 2), ("facts.width", "lt", 4)],
        ),
        ("{rules: {a-rule: unread}}", [("rules.a-rule", "is", "unread")]),
        ("{delivery: {crop: [0, 6, 1200, 634]}}", [("delivery.crop", "is", (0, 6, 1200, 634))]),
    ],
)
def test_what_is_expected_is_a_value_or_operators(expect, read_as):
    (case,) = read(f"cases: [{{name: one, expect: {expect}}}]").cases

    assert [(each.about, each.op, each.want) for each in case.expectations] == read_as


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cases: []", "tests/mine.test.yaml:2:8: empty list"),
        (
            "cases: [{name: one}]",
            "tests/mine.test.yaml:2:9: nothing is expected\n\nhint: write what must come out under `expect`",
        ),
        ("cases: [{expect: {outcome: route}}]", "tests/mine.test.yaml:2:9: missing key `name`"),
        (
            "cases: [{name: one, expect: {modell: gpt-image-2}}]",
            "tests/mine.test.yaml:2:30: unknown key `modell`\n\nhint: did you mean `model`?",
        ),
        (
            "cases: [{name: one, requests: {}, expect: {outcome: route}}]",
            "tests/mine.test.yaml:2:21: unknown key `requests`\n\nhint: did you mean `request`?",
        ),
        (
            "cases: [{name: one, request: {qualty: low}, expect: {outcome: route}}]",
            "tests/mine.test.yaml:2:31: unknown parameter `qualty`\n\nhint: did you mean `quality`?",
        ),
        (
            "cases: [{name: one, expect: {params: {qualty: low}}}]",
            "tests/mine.test.yaml:2:39: unknown parameter `qualty`\n\nhint: did you mean `quality`?",
        ),
        (
            "cases: [{name: one, expect: {changes: [MODEL_SHUTDOWN]}}]",
            (
                "tests/mine.test.yaml:2:40: expected a change's code, not `MODEL_SHUTDOWN`\n\n"
                "hint: did you mean `MODEL_SHUT_DOWN`?"
            ),
        ),
        (
            "cases: [{name: one, expect: {facts: {pixel: 3}}}]",
            "tests/mine.test.yaml:2:38: unknown key `pixel`\n\nhint: did you mean `pixels`?",
        ),
        (
            "cases: [{name: one, expect: {ceiling_usd: 0.0000001}}]",
            "tests/mine.test.yaml:2:43: too many decimals: `0.0000001`\n\nhint: use 6 at most",
        ),
        (
            "cases:\n- {name: one, expect: {outcome: route}}\n- {name: one, expect: {outcome: route}}",
            "tests/mine.test.yaml:4:10: duplicate name `one`\n\nhint: it stands in line 3 already",
        ),
        ("cases: [{name: one, images: [3x], expect: {outcome: route}}]", "tests/mine.test.yaml:2:30: "),
        (
            "cases: [{name: one, on: 2026-02-30, expect: {outcome: route}}]",
            "tests/mine.test.yaml:2:25: no such day: `2026-02-30`",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(text, message):
    assert problem(text).startswith(message)


def test_a_parameter_that_nobody_knows_may_be_sent_and_expected():
    (case,) = read("cases: [{name: one, request: {magic: 1}, expect: {params: {magic: 1}}}]").cases

    assert case.request == {"magic": 1}


# -- the schema


def test_the_shipped_schema_is_that_of_the_reader():
    shipped = json.loads((ROOT / "router" / "suite.schema.json").read_text(encoding="utf-8"))

    assert shipped == suite_schema()


def test_the_schema_is_one():
    Draft202012Validator.check_schema(suite_schema())


@pytest.mark.parametrize("name", shipped_policies())
def test_what_the_reader_takes_the_schema_takes(name):
    path = ROOT / "policies" / f"{name}.test.yaml"
    suite = read_suite(path.read_bytes(), str(path))

    assert list(SCHEMA.iter_errors(as_json(suite.root))) == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"pixroute-test": 2, "cases": [{"name": "one", "expect": {"outcome": "route"}}]},
        {"pixroute-test": 1, "cases": []},
        {"pixroute-test": 1, "cases": [{"name": "one", "expect": {"outcome": "maybe"}}]},
        {"pixroute-test": 1, "cases": [{"name": "one", "expect": {"modell": "gpt-image-2"}}]},
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(document):
    assert not SCHEMA.is_valid(document)
    with pytest.raises(SuiteError):
        read_suite(json.dumps(document), "mine.test.yaml")
