"""Strings, one for each way that some globs can match."""

from fnmatch import fnmatchcase
from itertools import product

import pytest

from router.check import spelling
from router.check.spelling import different_strings

ALL = ["".join(letters) for length in range(1, 5) for letters in product("abc-", repeat=length)]


def matches(patterns, texts):
    return {tuple(fnmatchcase(text, pattern) for pattern in patterns) for text in texts}


@pytest.mark.parametrize(
    "patterns",
    [
        (),
        ("*",),
        ("a*", "*b"),
        ("a?", "?b", "*"),
        ("[ab]*", "[!a]*"),
        ("a*b*", "*a", "a-b"),
        ("a[", "a*"),
    ],
)
def test_every_way_to_match_has_a_string(patterns):
    strings = different_strings(patterns)

    assert strings.complete
    assert matches(patterns, ALL) <= matches(patterns, strings.found)
    assert len(strings.found) == len(matches(patterns, strings.found))


def test_a_string_that_is_taken_is_not_found_again():
    assert (True, True) not in matches(("a*", "ab"), different_strings(("a*", "ab"), taken=("ab",)).found)


def test_names_that_are_trimmed_are_not_searched_to_the_end_for_a_pattern_with_a_space():
    assert not different_strings(("two words*",), trimmed=True).complete
    assert different_strings(("two words*",)).found == ("x", "two words")


def test_a_search_that_takes_too_long_says_so(monkeypatch):
    monkeypatch.setattr(spelling, "MOST_STATES", 3)

    assert not different_strings(("*a*b*c*",)).complete
