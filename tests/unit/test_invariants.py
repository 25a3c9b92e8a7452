"""What breaks an invariant: each claim that `never` can make, on what is sent and on what is not."""

import pytest

from router.files import load_catalog
from router.invariants import applies, is_broken
from router.language import parse_policy
from router.suite import read_suite
from router.suite.decide import decide

CATALOG = load_catalog()
POLICY = """
pixroute: 1
name: mine
guards: [{id: big, when: {pixels: {gt: 4000000}}, unknown: skip, deny: {code: too_big, message: too big}}]
routes: [{id: all, to: [asked, gpt-image-2]}]
"""
PLAIN = "{prompt: a fox}"
DENIED = "{prompt: a fox, size: 2048x2048}"


def invariant(never, given="{}"):
    given = "" if given == "{}" else f"given: {given}, "
    policy = parse_policy(f"{POLICY}invariants: [{{id: one, {given}never: {never}}}]")
    return policy, policy.invariants[0]


def decided(request, policy):
    case = f"cases: [{{name: one, on: 2026-11-23, request: {request}, expect: {{outcome: route}}}}]"
    return decide(read_suite(f"pixroute-test: 1\n{case}", "mine.test.yaml").cases[0], policy, CATALOG)


def breaks(never, request=PLAIN, given="{}"):
    policy, one = invariant(never, given)
    return is_broken(one, decided(request, policy), CATALOG)


@pytest.mark.parametrize(
    ("never", "request_"),
    [
        ("{outcome: route}", PLAIN),
        ("{outcome: deny}", DENIED),
        ("{outcome: {not_in: [route]}}", DENIED),
        ("{route: all}", PLAIN),
        ("{route: {exists: false}}", DENIED),
        ("{model: gpt-image-2}", PLAIN),
        ("{model: {in: [gpt-image-1, gpt-image-2]}}", PLAIN),
        ("{model: {not_in: [gpt-image-1]}}", PLAIN),
        ("{model: gpt-image-1.5}", "{prompt: a fox, model: gpt-image-1.5-2025-12-16}"),
        ("{model: gpt-image-1.5-2025-12-16}", "{prompt: a fox, model: gpt-image-1.5-2025-12-16}"),
        ("{model: {with: transparency}}", PLAIN),
        ("{model: {without: markup}}", PLAIN),
        ("{model: {without: gif}}", PLAIN),
        ("{params.n: {gte: 2, lt: 4}}", "{prompt: a fox, n: 3}"),
        ("{params.n: 1}", PLAIN),
        ("{params.quality: auto}", PLAIN),
        ("{params.quality: {gt: low, lte: high}}", "{prompt: a fox, quality: high}"),
        ("{params.background: {not_in: [transparent]}}", PLAIN),
        ("{params.size: 1024x1024}", "{prompt: a fox, size: 1024x1024}"),
        ("{params.size: {exists: false}}", "{prompt: a fox, size: auto}"),
        ("{params.user: {exists: true}}", "{prompt: a fox, user: me}"),
        ("{params.stream: true}", "{prompt: a fox, stream: true}"),
    ],
)
def test_what_comes_true_breaks_it(never, request_):
    assert breaks(never, request_)


@pytest.mark.parametrize(
    ("never", "request_"),
    [
        ("{outcome: deny}", PLAIN),
        ("{route: {exists: false}}", PLAIN),
        ("{model: gpt-image-1}", PLAIN),
        ("{model: {not_in: [gpt-image-1.5]}}", "{prompt: a fox, model: gpt-image-1.5-2025-12-16}"),
        ("{model: {without: transparency}}", PLAIN),
        ("{params.n: {gt: 3}}", "{prompt: a fox, n: 3}"),
        ("{params.quality: {lt: max}}", PLAIN),
        ("{params.size: {exists: true}}", "{prompt: a fox, size: auto}"),
        ("{outcome: route, params.n: 2}", PLAIN),
    ],
)
def test_what_does_not_come_true_in_all_its_parts_does_not(never, request_):
    assert not breaks(never, request_)


@pytest.mark.parametrize(
    "never",
    [
        "{model: {without: markup}}",
        "{model: {not_in: [gpt-image-1]}}",
        "{params.n: 1}",
        "{params.user: {exists: false}}",
    ],
)
def test_where_nothing_is_sent_no_claim_on_a_model_or_a_parameter_is_true(never):
    assert not breaks(never, DENIED)


def test_an_invariant_is_only_about_what_is_known_to_be_given():
    assert breaks("{outcome: route}", "{prompt: a fox, n: 2}", "{n: {gt: 1}}")
    assert not breaks("{outcome: route}", PLAIN, "{n: {gt: 1}}")
    assert not breaks("{outcome: route}", PLAIN, "{width: {gt: 1}}")


def test_it_can_be_told_whether_an_invariant_was_about_a_request():
    policy, one = invariant("{outcome: deny}", "{n: {gt: 1}}")

    assert applies(one, decided("{prompt: a fox, n: 2}", policy))
    assert not applies(one, decided(PLAIN, policy))
