"""Errors: what, where and what to try, as fields and in print."""

from __future__ import annotations

import pytest

from router.errors import (
    CatalogError,
    ConfigError,
    DocumentError,
    Place,
    PolicyError,
    Problem,
    RequestError,
    RouterError,
    SuiteError,
    did_you_mean,
)


def test_a_document_names_every_problem_in_the_order_of_the_file():
    late = Problem(at=Place("p.yaml", 12, 9), message="unknown key `transparant`", hint="did you mean `transparent`?")
    early = Problem(at=Place("p.yaml", 2, 1), message="missing key `routes`")
    error = PolicyError([late, early])

    assert (error.message, error.at, error.problems) == ("missing key `routes`", early.at, (early, late))
    assert str(error) == (
        "p.yaml:2:1: missing key `routes`\n\n"
        "p.yaml:12:9: unknown key `transparant`\n\n"
        "hint: did you mean `transparent`?"
    )


def test_a_request_error_names_the_field_and_the_code():
    error = RequestError("`n` must be at most 10, not 12", field="n", code="integer_above_max_value")

    assert (error.message, error.field, error.code, error.hint) == (
        "`n` must be at most 10, not 12",
        "n",
        "integer_above_max_value",
        None,
    )


@pytest.mark.parametrize("kind", [ConfigError, RequestError, PolicyError, SuiteError, CatalogError, DocumentError])
def test_everything_raised_on_purpose_has_one_root(kind: type[Exception]):
    assert issubclass(kind, RouterError)


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("transparant", ["transparent", "mask"], "did you mean `transparent`?"),
        ("xyz", ["b", "a"], "use one of `a`, `b`"),
        ("xyz", [], None),
        ("xyz", [f"name-{number}" for number in range(31)], None),
    ],
)
def test_a_hint_guesses_the_word_or_lists_the_few_there_are(word: str, known: list[str], hint: str | None):
    assert did_you_mean(word, known) == hint
