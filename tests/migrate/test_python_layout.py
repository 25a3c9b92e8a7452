"""Python: what is told of bytes is exact, so that an edit leaves valid code and changes nothing beside it."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.migrate.edits import applied, cut, insert, replace
from router.migrate.python import read_python

from .python_reading import Folder, after_start, calls, read

WHOLES = {
    "the only one": ('draw(size="1x1")', "draw()"),
    "the first": ('draw(size="1x1", n=1)', "draw(n=1)"),
    "the middle": ('draw(n=1, size="1x1", user="u")', 'draw(n=1, user="u")'),
    "the last": ('draw(n=1, size="1x1")', "draw(n=1)"),
    "the last with a comma": ('draw(n=1, size="1x1",)', "draw(n=1,)"),
    "the only one with a comma": ('draw(size="1x1",)', "draw()"),
    "before options": ('draw(size="1x1", **options)', "draw(**options)"),
    "on a line": ('draw(\n    n=1,\n    size="1x1",\n    user="u",\n)', 'draw(\n    n=1,\n    user="u",\n)'),
    "on the first line": ('draw(\n    size="1x1",\n    n=1,\n)', "draw(\n    n=1,\n)"),
    "on the last line": ('draw(\n    n=1,\n    size="1x1",\n)', "draw(\n    n=1,\n)"),
    "on the last line without a comma": ('draw(\n    n=1,\n    size="1x1"\n)', "draw(\n    n=1\n)"),
    "on the only line": ('draw(\n    size="1x1",\n)', "draw(\n)"),
    "on the only line without a comma": ('draw(\n    size="1x1"\n)', "draw(\n)"),
    "with a comment": ('draw(\n    n=1,\n    size="1x1",  # small\n)', "draw(\n    n=1,\n)"),
    "under a comment": (
        'draw(\n    n=1,  # one\n    # small\n    size="1x1"\n)',
        "draw(\n    n=1,  # one\n    # small\n)",
    ),
    "over a comment": (
        'draw(\n    size="1x1",\n    # one\n    n=1,\n)',
        "draw(\n    # one\n    n=1,\n)",
    ),
    "on a shared line": ('draw(n=1, size="1x1",\n     user="u")', 'draw(n=1,\n     user="u")'),
    "at the start of a shared line": ('draw(\n    size="1x1", n=1,\n    user="u")', 'draw(\n    n=1,\n    user="u")'),
    "after the bracket": ('draw(size="1x1",\n     n=1)', "draw(n=1)"),
    "after the bracket with a comment": ('draw(size="1x1",  # small\n     n=1)', "draw(  # small\n     n=1)"),
    "before the bracket": ('draw(n=1,\n     size="1x1")', "draw(n=1)"),
    "before the bracket after a comment": ('draw(n=1,  # one\n     size="1x1")', "draw(n=1,  # one\n)"),
    "in brackets": ('draw(n=1, size=("1x1"), user="u")', 'draw(n=1, user="u")'),
    "over lines": ('draw(\n    n=1,\n    size=(\n        "1x1"\n    ),\n)', "draw(\n    n=1,\n)"),
    "tabs": ('draw(\n\tn=1,\n\tsize="1x1",\n)', "draw(\n\tn=1,\n)"),
    "Windows": ('draw(\r\n    n=1,\r\n    size="1x1",\r\n)\r\n', "draw(\r\n    n=1,\r\n)\r\n"),
    "backslashes": ('draw(n=1, \\\n    size="1x1", \\\n    user="u")', 'draw(n=1, \\\n    user="u")'),
    "spaces": ('draw ( n=1 , size = "1x1" , user="u" )', 'draw ( n=1 , user="u" )'),
    "an entry": ('draw(**{"n": 1, "size": "1x1"})', 'draw(**{"n": 1})'),
    "an entry on a line": (
        'o = {\n    "n": 1,\n    "size": "1x1",\n}\ndraw(**o)',
        'o = {\n    "n": 1,\n}\ndraw(**o)',
    ),
    "a statement": ('o = {"n": 1}\no["size"] = "1x1"  # small\ndraw(**o)', 'o = {"n": 1}\ndraw(**o)'),
}
HEADS = {
    "plain": ("", "utf-8"),
    "words of another script": ('é = "日本語"; ', "utf-8"),
    "a mark": ("\ufeff", "utf-8"),
    "Latin": ('# -*- coding: latin-1 -*-\né = "ü"; ', "latin-1"),
}


def sized(source):
    """The one call of a source in bytes, and its bytes."""
    (site,) = read_python("app.py", Folder({"app.py": source})).sites
    return site


def in_bytes(source, head, encoding):
    """A source after a head, with `draw` in the place of the call."""
    return (head + source.replace("draw", "openai.images.generate", 1)).encode(encoding)


@pytest.mark.parametrize(("head", "encoding"), HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(("source", "expected"), WHOLES.values(), ids=WHOLES)
def test_a_parameter_is_cut_with_what_sets_it_apart(source, expected, *, head, encoding):
    before = in_bytes(source, head, encoding)
    parameter = sized(before).parameters["size"]

    assert applied(before, [cut(before, parameter.whole)]) == in_bytes(expected, head, encoding)


INSERTIONS = {
    "none": ("draw()", 'draw(model="m")'),
    "one": ("draw(n=1)", 'draw(n=1, model="m")'),
    "a comma": ("draw(n=1,)", 'draw(n=1, model="m",)'),
    "options": ("draw(n=1, **o)", 'draw(n=1, **o, model="m")'),
    "lines": ("draw(\n    n=1,\n)", 'draw(\n    n=1,\n    model="m",\n)'),
    "lines without a comma": ("draw(\n    n=1\n)", 'draw(\n    n=1,\n    model="m"\n)'),
    "a comment": ("draw(\n    n=1,  # one\n)", 'draw(\n    n=1,  # one\n    model="m",\n)'),
    "tabs": ("draw(\n\tn=1,\n)", 'draw(\n\tn=1,\n\tmodel="m",\n)'),
    "Windows": ("draw(\r\n    n=1,\r\n)", 'draw(\r\n    n=1,\r\n    model="m",\r\n)'),
    "a hanging line": ('draw(n=1,\n     user="u")', 'draw(n=1,\n     user="u",\n     model="m")'),
    "single quotes": ("draw(user='u')", "draw(user='u', model='m')"),
}


@pytest.mark.parametrize(("head", "encoding"), HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(("source", "expected"), INSERTIONS.values(), ids=INSERTIONS)
def test_a_parameter_is_put_in_as_the_others_are_written(source, expected, *, head, encoding):
    source, expected = (text.replace("n=1", 'size="s"') for text in (source, expected))
    source, expected = (f"OpenAI().images.generate{text.removeprefix('draw')}" for text in (source, expected))
    start = "from openai import OpenAI; "
    mark = "\ufeff" if head == "\ufeff" else ""
    lead = mark + (start if mark else head + start)
    before = (lead + source).encode(encoding)
    (site,) = read_python("app.py", Folder({"app.py": before})).sites

    assert applied(before, [insert(site.insertion, "model", "m")]) == (lead + expected).encode(encoding)


PASSED_ON = {
    "a thread": ("to_thread(draw, n=1)", 'to_thread(draw, n=1, model="m")'),
    "a partial": ("run_in_executor(None, partial(draw, n=1))", 'run_in_executor(None, partial(draw, n=1, model="m"))'),
    "a partial with a name": ("f = partial(draw, n=1)\nf()", 'f = partial(draw, n=1, model="m")\nf()'),
    "a lambda": ("run(lambda: draw(n=1))", 'run(lambda: draw(n=1, model="m"))'),
}


@pytest.mark.parametrize(("source", "expected"), PASSED_ON.values(), ids=PASSED_ON)
def test_a_parameter_is_put_where_the_arguments_are_given(source, expected):
    imports = "import openai\nfrom asyncio import to_thread\nfrom functools import partial"
    start = f"{imports}\nrun_in_executor = loop.run_in_executor"
    before, after = (
        (f"{start}\n" + text.replace("draw", "openai.images.generate")).encode() for text in (source, expected)
    )

    assert applied(before, [insert(sized(before).insertion, "model", "m")]) == after


def test_an_entry_is_put_into_the_body_of_a_request():
    source = b'import requests\nrequests.post(u + "/images/generations", json={\n    "n": 1,\n})\n'
    (site,) = read_python("app.py", Folder({"app.py": source})).sites

    assert applied(source, [insert(site.insertion, "model", "m")]) == (
        b'import requests\nrequests.post(u + "/images/generations", json={\n    "n": 1,\n    "model": "m",\n})\n'
    )


LITERALS = ['"1x1"', "'1x1'", 'r"1x1"', '"""1x1"""', "u'1x1'", 'f"1x1"']


@pytest.mark.parametrize(("head", "encoding"), HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("literal", LITERALS)
def test_a_text_is_replaced_within_its_quotes(literal, head, encoding):
    before = in_bytes(f"S = {literal}; draw(size=S)", head, encoding)
    (choice,) = sized(before).parameters["size"].choices

    assert applied(before, [replace(before, choice.written, was="1x1", now="2x2")]) == in_bytes(
        f"S = {literal.replace('1x1', '2x2')}; draw(size=S)", head, encoding
    )


def test_a_number_is_replaced():
    before = b'openai.images.generate(n=4, size="1x1")'
    (choice,) = sized(before).parameters["n"].choices

    assert (
        applied(before, [replace(before, choice.written, was=4, now=1)]) == b'openai.images.generate(n=1, size="1x1")'
    )


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        ('SIZE = "1x1"\nclient.images.generate(prompt="x", size=SIZE)', False),
        (
            'SIZE = "1x1"\nclient.images.generate(prompt="x", size=SIZE)\nclient.images.edit(prompt="x", size=SIZE)',
            False,
        ),
        ('SIZE = "1x1"\nclient.images.generate(prompt="x", size=SIZE)\nprint(SIZE)', True),
        ('S = "1x1"\nSIZE = S\nclient.images.generate(prompt="x", size=SIZE)', False),
        ('def draw(size="1x1"):\n    client.images.generate(prompt="x", size=size)', False),
        ('def draw(size="1x1"):\n    crop(size)\n    client.images.generate(prompt="x", size=size)', True),
        ('o = {"size": "1x1"}\no["n"] = 1\nclient.images.generate(prompt="x", **o)', False),
        ('o = {"size": "1x1"}\nlog(o)\nclient.images.generate(prompt="x", **o)', True),
    ],
)
def test_a_value_is_shared_if_something_else_reads_it(source, shared):
    site = read(after_start(source)).sites[0]

    assert [choice.written.shared for choice in site.parameters["size"].choices] == [shared]


@pytest.mark.parametrize(
    ("other", "shared"), [("", False), ("from config import SIZE\nprint(SIZE)", True), ("SIZES = 1", False)]
)
def test_a_value_is_shared_if_another_module_reads_it(other, shared):
    source = 'from config import SIZE\nclient.images.generate(prompt="x", size=SIZE)'
    (site,) = read(after_start(source), config='SIZE = "1x1"', other=other).sites

    assert [choice.written.shared for choice in site.parameters["size"].choices] == [shared]


# -- laws: whatever a call looks like, an edit leaves a call without, or with, the parameter

NAMES = ("model", "size", "n", "quality", "style")
GAPS = ("", " ", "\n    ", "  # note, with (brackets\n    ", "\n\n    # note\n    ", "\n\t", "\\\n  ")
VALUES = ('"a"', "'b'", '("c")', "1", "None", "[1, 2]", 'f"d"', "(\n  1\n)", "call(x, y)", "lambda: (1,)", '"e" "f"')
gaps = st.sampled_from(GAPS)


@st.composite
def sources(draw):
    """A call with its arguments set apart in every way that the language allows."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    parts = [f"{draw(gaps)}{name}={draw(st.sampled_from(VALUES))}{draw(gaps)}" for name in names]
    text = f"é = 1; openai.images.generate({draw(gaps)}{','.join(parts)}{draw(st.sampled_from(['', ',']))}{draw(gaps)})"
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return text.replace("\n", newline), names


def keywords(data):
    """The arguments of the one call in some code, by name."""
    tree = ast.parse(data)
    call = next(node.value for node in tree.body if isinstance(node, ast.Expr))
    return {each.arg: ast.unparse(each.value) for each in call.keywords}


@given(sources())
def test_any_parameter_can_be_cut_alone(case):
    source, names = case
    data = source.encode()
    site = sized(data)
    before = keywords(data)

    for name in names:
        after = applied(data, [cut(data, site.parameters[name].whole)])
        assert keywords(after) == {key: value for key, value in before.items() if key != name}


@given(sources())
def test_all_parameters_can_be_cut_together(case):
    data = case[0].encode()
    site = sized(data)

    assert keywords(applied(data, [cut(data, each.whole) for each in site.parameters.values()])) == {}


@given(sources())
def test_a_parameter_can_be_put_into_any_call(case):
    data = case[0].encode()
    after = applied(data, [insert(sized(data).insertion, "prompt", "p")])

    assert keywords(after) == {**keywords(data), "prompt": "'p'"}


def test_a_mark_at_the_start_is_no_part_of_a_column():
    (site,) = read_python("a.py", Folder({"a.py": codecs.BOM_UTF8 + b'openai.images.generate(size="1x1")'})).sites

    assert (site.line, site.column, site.parameters["size"].choices[0].written.region.start) == (1, 1, 31)


def test_columns_count_characters_and_offsets_count_bytes():
    (site,) = read_python("a.py", Folder({"a.py": "é = '日'; openai.images.generate(size=\"1x1\")".encode()})).sites

    assert (site.column, site.parameters["size"].whole.column, site.parameters["size"].whole.start) == (10, 33, 35)
    assert calls(read('openai.images.generate(size="1x1")')) == [("python-sdk-module", {"size": ["1x1"]})]
