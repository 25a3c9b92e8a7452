"""Edits touch the bytes they name, and nothing else."""

from __future__ import annotations

import pytest

from router.migrate.edits import Edit, OverlapError, applied, cut, insert, replace
from router.migrate.sites import Insertion, Region, Written


def region(source, text, *, escaped=False):
    start = source.index(text)
    return Region(path="f", line=1, column=1, start=start, end=start + len(text), escaped=escaped)


@pytest.mark.parametrize(
    ("source", "text", "quote", "expected"),
    [
        (b'model="old" # x', b'"old"', '"', b'model="new" # x'),
        (b'model="old" # x', b"old", '"', b'model="new" # x'),
        (b"model='old'", b"'old'", "'", b"model='new'"),
        (b"model: `old`", b"`old`", "`", b"model: `new`"),
        (b'model="""old"""', b'"""old"""', '"""', b'model="""new"""'),
        (b"model=r'old'", b"r'old'", "'", b"model=r'new'"),
        (b"MODEL=old\n", b"old", "", b"MODEL=new\n"),
        ("é='old'; ö".encode(), b"'old'", "'", "é='new'; ö".encode()),
    ],
)
def test_a_value_is_replaced_within_its_quotes(source, text, *, quote, expected):
    edit = replace(source, Written(region=region(source, text), quote=quote), was="old", now="new")

    assert applied(source, [edit]) == expected


def test_a_value_inside_a_notebook_keeps_its_escapes():
    source = rb'{"source": ["f(model=\"old\")\n"]}'
    edit = replace(source, Written(region=region(source, rb"\"old\"", escaped=True)), was="old", now="new")

    assert applied(source, [edit]) == rb'{"source": ["f(model=\"new\")\n"]}'


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [("1", 1, b"n=1"), ("1", "two", b'n="two"')],
)
def test_a_number_needs_no_quotes(was, now, expected):
    source = b'n="1"'

    assert applied(source, [replace(source, Written(region=region(source, b'"1"')), was=was, now=now)]) == expected


def test_a_word_in_the_place_of_none_gets_quotes():
    source = b"f(size=None)"
    edit = replace(source, Written(region=region(source, b"None"), quote=""), was=None, now="1024x1024")

    assert applied(source, [edit]) == b'f(size="1024x1024")'


def test_what_is_not_there_is_not_replaced():
    source = b'model="other"'

    assert replace(source, Written(region=region(source, b'"other"')), was="old", now="new") is None


def test_a_value_that_would_need_escapes_is_not_written():
    source = b'model="old"'

    assert replace(source, Written(region=region(source, b'"old"')), was="old", now='a"b') is None


def test_a_parameter_is_put_in_by_its_template():
    at = Region(path="f", line=1, column=1, start=5, end=5)

    assert applied(b"f(a=1)", [insert(Insertion(region=at, template=", {name}={value}", quote="'"), "b", "x")]) == (
        b"f(a=1, b='x')"
    )


def test_a_file_that_changed_is_not_edited():
    assert applied(b"other", [Edit(path="f", line=1, start=0, old=b"this", new=b"that")]) is None


def test_one_edit_that_two_want_is_made_once():
    edit = Edit(path="f", line=1, start=0, old=b"a", new=b"b")

    assert applied(b"abc", [edit, edit]) == b"bbc"


def test_two_edits_that_want_different_things_are_refused():
    edits = [Edit(path="f", line=1, start=0, old=b"a", new=new) for new in (b"b", b"c")]

    with pytest.raises(OverlapError):
        applied(b"abc", edits)


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        ([b"a=1, "], b"f(b=2, c=3)"),
        ([b", c=3"], b"f(a=1, b=2)"),
        ([b"b=2, ", b", c=3"], b"f(a=1)"),
        ([b"a=1, ", b"b=2, "], b"f(c=3)"),
        ([b"a=1, ", b"b=2, ", b", c=3"], b"f()"),
        ([b", b=2", b", c=3"], b"f(a=1)"),
    ],
)
def test_cuts_side_by_side_leave_no_separator_behind(cuts, expected):
    source = b"f(a=1, b=2, c=3)"

    assert applied(source, [cut(source, region(source, text)) for text in cuts]) == expected


@pytest.mark.parametrize(
    ("source", "cuts", "template", "expected"),
    [
        (b"f(a=1, b=2)", [b", b=2"], ", {name}={value}", b'f(a=1, q="x")'),
        (b"f(a=1, b=2, c=3)", [b"b=2, ", b", c=3"], ", {name}={value}", b'f(a=1, q="x")'),
        (b"f(b=2, c=3)", [b"b=2, ", b", c=3"], ", {name}={value}", b'f( q="x")'),
        (b"f(\n    a=1,  # one\n    b=2)", [b"    b=2"], ",\n    {name}={value}", b'f(\n    a=1,  # one\n    q="x")'),
        (b"f(a=1, b=2,)", [b" b=2,"], " {name}={value},", b'f(a=1, q="x",)'),
    ],
)
def test_what_is_put_in_behind_a_cut_has_one_separator(source, cuts, *, template, expected):
    end = source.rindex(b")")
    at = Region(path="f", line=1, column=1, start=end, end=end)
    edits = [
        *(cut(source, region(source, text)) for text in cuts),
        insert(Insertion(region=at, template=template), "q", "x"),
    ]

    assert applied(source, edits) == expected
