"""`pixroute check`, `test` and `schema`: policies, their tests, and how editors know them."""

import xml.etree.ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from router.check import CHECKS
from router.files import policies_folder, shipped_policies

CLEAN = "pixroute: 1\nname: clean\nas_of: 2026-11-23\nroutes: [{id: all, to: [gpt-image-2]}]\n"
SHADOWED = """\
pixroute: 1
name: shadowed
as_of: 2026-11-23
routes:
  - {id: all, to: [gpt-image-2]}
  - {id: never, when: {stream: true}, to: [gpt-image-2]}
"""
TYPO = "pixroute: 1\nname: typo\nroutes: [{id: all, to: [gpt-imag-2]}]\n"
TESTS = """\
pixroute-test: 1
cases:
  - {name: any, request: {prompt: a, size: 1024x1024}, expect: {model: MODEL}}
"""

# -- check


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_are_clean(pixroute, name):
    assert pixroute("check", f"pixroute:{name}").code == 0


def test_findings_have_a_code_a_place_and_what_to_try(pixroute, write):
    ran = pixroute("check", write("p.yaml", SHADOWED), "--format", "json")

    (finding,) = ran.json
    assert ran.code == 1
    assert list(finding) == ["code", "severity", "path", "line", "column", "message", "help"]
    assert (finding["code"], finding["path"], finding["line"]) == ("ROUTE_NEVER_HOLDS", "p.yaml", 6)


def test_a_policy_that_cannot_be_read_is_found_in_the_same_form(pixroute, write):
    ran = pixroute("check", write("p.yaml", TYPO), write("c.yaml", CLEAN), "--format", "json")

    assert ran.code == 2
    assert ran.json == [
        {
            "code": "invalid_policy",
            "severity": "error",
            "path": "p.yaml",
            "line": 3,
            "column": 25,
            "message": "unknown model `gpt-imag-2`",
            "help": "did you mean `gpt-image-2`?",
        }
    ]


def test_a_policy_that_is_not_there_does_not_keep_the_others_from_being_checked(pixroute, write):
    ran = pixroute("check", "nix.yaml", write("p.yaml", SHADOWED), "--format", "json")

    assert (ran.code, [finding["path"] for finding in ran.json]) == (2, ["nix.yaml", "p.yaml"])


def test_text_puts_the_place_first_and_the_sum_last(pixroute, write):
    ran = pixroute("check", write("p.yaml", TYPO))

    assert ran.out == (
        "error: p.yaml:3:25: unknown model `gpt-imag-2` [invalid_policy]\nhint: did you mean `gpt-image-2`?\n\n"
        "1 policy checked: 1 error\n"
    )


def test_nothing_found_is_said_too(pixroute, write):
    assert pixroute("check", write("c.yaml", CLEAN)) == (0, "1 policy checked: nothing found\n", "")


def test_sarif_names_every_rule_and_points_at_the_line(pixroute, write):
    ran = pixroute("check", write("a policy.yaml", SHADOWED), write("t.yaml", TYPO), "--format", "sarif")

    (run,) = ran.json["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert ran.json["version"] == "2.1.0"
    assert set(rules) == {*CHECKS, "invalid_policy", "unreadable_policy"}
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}
    assert [place["artifactLocation"]["uri"] for place in places] == ["a%20policy.yaml", "t.yaml"]
    assert [place["region"]["startLine"] for place in places] == [6, 3]


def test_sarif_has_the_page_of_every_rule(pixroute, write):
    ran = pixroute("check", write("c.yaml", CLEAN), "--format", "sarif")

    rules = ran.json["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["help"]["markdown"].partition("\n")[0] for rule in rules] == [f"# {rule['id']}" for rule in rules]


@pytest.mark.parametrize("code", [*CHECKS, "invalid_policy", "unreadable_policy"])
def test_every_code_is_explained(pixroute, code):
    ran = pixroute("check", "--explain", code)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"# {code}\n")


def test_findings_end_with_how_to_have_them_explained(pixroute, write):
    last = pixroute("check", write("p.yaml", SHADOWED)).out.splitlines()[-1]

    assert last == "hint: `pixroute check --explain ROUTE_NEVER_HOLDS` has more on such a code"


def test_a_file_of_tests_is_no_policy(pixroute, write):
    ran = pixroute("check", write("p.test.yaml", TESTS), "--format", "json")

    (finding,) = ran.json
    assert (ran.code, finding["message"]) == (2, "`p.test.yaml` is a file of tests")
    assert finding["help"] == "use `pixroute test p.test.yaml`"


# -- test


@pytest.fixture
def suite(write):
    """Writes a policy and its test; gives the test's name."""

    def save(model="gpt-image-2", policy=CLEAN):
        write("p.yaml", policy)
        return write("p.test.yaml", TESTS.replace("MODEL", model))

    return save


def test_tests_that_pass_end_with_0(pixroute, suite):
    assert pixroute("test", suite()) == (0, "ok p.test.yaml: 1 case\n1 passed, 0 failed\n", "")


def test_tests_that_fail_end_with_1_and_say_where(pixroute, suite):
    ran = pixroute("test", suite("gpt-image-1"))

    assert ran.code == 1
    assert ran.out.startswith("failed p.test.yaml: 1 case\n\nerror: p.test.yaml:3:")
    assert ran.out.endswith("0 passed, 1 failed\n")


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("100%", 1)])
def test_too_little_coverage_ends_with_1(pixroute, suite, *, least, code):
    file = suite(policy=CLEAN.replace("routes: [", "routes: [{id: s, when: {stream: true}, to: [gpt-image-2]}, "))

    ran = pixroute("test", file, "--fail-under", least)

    assert ran.code == code
    assert "coverage 50 %, 1 of 2 conditions" in ran.out
    assert "route `s`: stream is true was never true" in ran.out


@pytest.mark.parametrize("least", ["101", "-1", "all"])
def test_a_percentage_is_0_to_100(pixroute, suite, least):
    assert pixroute("test", suite(), "--fail-under", least).err.startswith("error: `--fail-under` is not a percentage")


def test_json_is_an_object_for_one_file_and_an_array_for_more(pixroute, suite):
    file = suite()

    assert pixroute("test", file, "--format", "json").json["ok"] is True
    assert [each["ok"] for each in pixroute("test", file, file, "--format", "json").json] == [True, True]


def test_junit_is_one_document_for_all_files(pixroute, suite):
    file = suite("gpt-image-1")

    root = ET.fromstring(pixroute("test", file, file, "--format", "junit").out)  # noqa: S314 -- our own

    assert (root.tag, len(root), root.get("tests"), root.get("failures")) == ("testsuites", 2, "2", "2")


def test_a_test_file_with_mistakes_is_bad_usage(pixroute, write):
    ran = pixroute("test", write("p.test.yaml", "pixroute-test: 1\ncasse: []\n"))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: p.test.yaml:")


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_pass_their_tests(pixroute, name):
    assert pixroute("test", policies_folder() / f"{name}.test.yaml").code == 0


@pytest.mark.parametrize("name", shipped_policies())
def test_the_tests_of_a_shipped_policy_go_by_its_name(pixroute, name):
    assert pixroute("test", f"pixroute:{name}").code == 0


def test_without_any_day_it_is_today(pixroute, suite):
    ran = pixroute("test", suite(policy=CLEAN.replace("as_of: 2026-11-23\n", "")))

    assert ran.code == 0
    assert ran.err.startswith("hint: `p.test.yaml` has cases without a day, which are tried on ")


def test_json_has_what_cannot_be_read_in_the_place_of_a_report(pixroute, suite, write):
    ran = pixroute("test", suite(), write("q.test.yaml", "pixroute-test: 1\n"), "nix.test.yaml", "--format", "json")

    good, bad, missing = ran.json
    assert (ran.code, good["ok"], bad["ok"], missing["ok"]) == (2, True, False, False)
    assert bad["problems"][0]["message"] == "missing key `cases`"
    assert missing["problems"][0]["message"] == "cannot read `nix.test.yaml`: No such file or directory"


def test_junit_has_what_cannot_be_read_as_an_error(pixroute, suite):
    ran = pixroute("test", suite(), "nix\x1b.test.yaml", "--format", "junit")

    root = ET.fromstring(ran.out)  # noqa: S314 -- our own
    assert (ran.code, root.get("tests"), root.get("errors"), root.get("failures")) == (2, "2", "1", "0")
    assert "cannot read" in root.find(".//error").get("message")


# -- schema


@pytest.mark.parametrize("document", ["policy", "test", "catalog"])
def test_schemas_are_schemas(pixroute, document):
    schema = pixroute("schema", document).json

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
