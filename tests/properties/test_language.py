"""Any text is read or refused with places inside it; a policy survives being written down; the schema agrees."""

import re

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from router.dump import Dumper
from router.errors import PolicyError
from router.language import dump_policy, parse_policy, policy_schema
from router.source import plain, read_source
from tests.properties.policies import MODELS, policies

SCHEMA = Draft202012Validator(policy_schema())
slow = settings(
    max_examples=settings.default.max_examples // 3,  # whole policies take long to make
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS = (
    *("[", "]", "{", "}", ":", ",", "-", "&a", "*a", "!!str", "<<", "?", "|", "'", '"', "#", "---", "\t", "%", "@"),
    *("true", "null", "-1", "0.1", "1e9", "010", "16:9", "on", "2026-02-30", "all", "any", "not", "is", "in", "exists"),
    *(
        "asked",
        "quality",
        "size",
        "auto",
        "drop",
        "else",
        "transparent",
        "budget_left_usd",
        "tags.plan",
        "\u2028",
        "\x00",
    ),
)


def refusal(text):
    """The places of what is wrong with a text, as line and column."""
    try:
        parse_policy(text, models=MODELS)
    except PolicyError as error:
        return [(problem.at.line, problem.at.column) for problem in error.problems]
    return []


def outside(places, text):
    """The places that are not in a text, nor right behind one of its lines, nor on the line behind the last."""
    lines = [*re.split("\r\n|\r|\n", text), ""]
    return [
        (line, column)
        for line, column in places
        if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1)
    ]


@st.composite
def spoilt(draw):
    """A policy's text with some of its lines and words taken out, doubled or changed."""
    pieces = re.split(r"(\W)", dump_policy(draw(policies())))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(pieces) - 1))
        pieces[place : place + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from((*WORDS, *pieces)), max_size=2))
    return "".join(pieces)


@given(st.text())
@example("[")
@example("a: *b")
@example("\ufeffa: 1")
@example('a: "\\ud800"')
def test_any_text_is_read_or_refused_with_a_place_inside_it(text):
    assert outside(refusal(text), text.removeprefix("\ufeff")) == []


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b"a: \xe9")
def test_any_bytes_are_read_or_refused(data):
    assert all(line >= 1 and column >= 1 for line, column in refusal(data))


@slow
@given(spoilt())
def test_a_spoilt_policy_is_read_or_refused_with_a_place_inside_it(text):
    assert outside(refusal(text), text) == []


@slow
@given(policies())
def test_a_policy_survives_being_written_down(policy):
    assert parse_policy(dump_policy(policy), models=MODELS) == policy


@slow
@given(policies())
def test_writing_down_what_was_read_changes_nothing(policy):
    text = dump_policy(policy)

    assert dump_policy(parse_policy(text)) == text


@slow
@given(policies())
def test_the_schema_accepts_every_policy(policy):
    document = plain(read_source(dump_policy(policy), "", PolicyError))

    assert [error.message for error in SCHEMA.iter_errors(document)] == []


@slow
@given(spoilt())
def test_what_the_schema_rejects_the_reader_rejects(text):
    try:
        parse_policy(text)
    except PolicyError:
        return
    document = plain(read_source(text, "", PolicyError))

    assert [error.message for error in SCHEMA.iter_errors(document)] == []


@slow
@given(policies(), st.randoms())
def test_the_revision_does_not_see_comments_layout_or_the_order_of_keys(policy, random):
    document = plain(read_source(dump_policy(policy), "", PolicyError))
    keys = random.sample(sorted(document), len(document))
    layout = {"Dumper": Dumper, "default_flow_style": True, "sort_keys": False, "width": 40, "allow_unicode": False}
    text = "# another comment\n" + yaml.dump({key: document[key] for key in keys}, **layout)

    assert parse_policy(text).revision == parse_policy(dump_policy(policy)).revision
