"""Python: what cannot be read is said, whatever it is; nothing raises."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.migrate.python import read_python, read_source
from router.migrate.sites import Reading, Skipped

from .python_reading import Folder, after_start, calls, read

CALL = 'client.images.generate(model="dall-e-3", prompt="x")\n'
BROKEN = {
    "a syntax error": ("def draw(:\n" + CALL, ("it is not Python 3", 1)),
    "Python 2": ("print 'drawing'\n" + CALL, ("it is not Python 3", 1)),
    "brackets": ("x = " + "(" * 5_000 + "1" + ")" * 5_000 + "\n" + CALL, ("it is nested too deeply", None)),
    "lists": ("x = " + "[" * 500 + "]" * 500 + "\n" + CALL, ("it is nested too deeply", None)),
    "a sum": ("x = 1" + " + 1" * 20_000 + "\n" + CALL, ("it is nested too deeply", None)),
    "a chain": ("x = a" + ".b(1, 2)" * 20_000 + "\n" + CALL, ("it is nested too deeply", None)),
    "negations": ("x = " + "not " * 20_000 + "1\n" + CALL, ("it is nested too deeply", None)),
    "branches": ("if a:\n    pass\n" + "elif b:\n    pass\n" * 20_000 + CALL, ("it is nested too deeply", None)),
}


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_parsed_is_skipped_with_the_reason(source, reason):
    assert read(source) == Reading(skipped=(Skipped(path="app.py", reason=reason[0], line=reason[1]),))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"client.images.generate()\0", "it holds NUL bytes"),
        (b"client.images.generate('\xff')", "it is not text in the encoding that it declares"),
        (b"# coding: klingon\nclient.images.generate()", "it is not text in the encoding that it declares"),
        (b"# coding: utf-8\n# coding: latin-1\nclient.images.generate('\xe9')", "it is not text in the encoding"),
    ],
)
def test_a_file_that_is_no_text_is_skipped_with_the_reason(data, reason):
    (skipped,) = read_python("app.py", Folder({"app.py": data})).skipped

    assert skipped.reason.startswith(reason)


@pytest.mark.parametrize("source", ["", "\n", "x = 1", "# nothing\n", "def broken(:"])
def test_a_file_about_something_else_is_not_even_parsed(source):
    assert read(source) == Reading()


def test_long_files_are_no_trouble():
    source = CALL + "x = [\n" + '    {"a": 1, "b": [1, 2, 3]},\n' * 5_000 + "]\n"

    assert calls(read("from openai import OpenAI\nclient = OpenAI()\n" + source)) == [
        ("python-sdk", {"model": ["dall-e-3"]})
    ]


def test_a_name_that_is_set_a_thousand_times_is_no_trouble():
    source = "".join(f'size = "{n}x{n}"\nclient.images.generate(prompt="x", size=size)\n' for n in range(1_000))
    sites = read(after_start(source)).sites

    assert [site.parameters["size"].choices[0].value for site in sites] == [f"{n}x{n}" for n in range(1_000)]


def test_a_long_chain_of_names_ends_somewhere():
    source = "a0 = 1\n" + "".join(f"a{n} = a{n - 1}\n" for n in range(1, 500))
    (site,) = read(after_start(source + "client.images.generate(prompt='x', n=a499)")).sites

    assert site.parameters["n"].unknown == "it is too involved to follow"


def test_functions_that_call_each_other_come_to_an_end():
    source = "def a(n):\n    return b(n)\ndef b(n):\n    return a(n)\nclient.images.generate(prompt='x', n=a(1))"
    (site,) = read(after_start(source)).sites

    assert site.parameters["n"].choices == ()


def test_a_class_that_is_its_own_base_comes_to_an_end():
    source = "class A(B): pass\nclass B(A): pass\nclient.images.generate(prompt='x', n=A().n)"

    assert len(read(after_start(source)).sites) == 1


def test_a_part_of_another_file_is_read_with_the_files_around():
    folder = Folder({"note.ipynb": "{}", "config.py": 'SIZE = "512x512"'})
    source = b'from config import SIZE\nimport openai\nopenai.images.generate(prompt="x", size=SIZE)'

    assert calls(read_source("note.ipynb", source, folder)) == [("python-sdk-module", {"size": ["512x512"]})]


def test_reading_again_finds_the_same():
    folder = Folder({"app.py": after_start(CALL), "b.py": "from app import client\n" + CALL})

    assert [read_python(path, folder) for path in ("app.py", "b.py", "app.py")] == [
        read_python(path, Folder(folder.files)) for path in ("app.py", "b.py", "app.py")
    ]


PIECES = st.sampled_from(
    [
        *(
            "client",
            ".images",
            ".generate(",
            ".edit(",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "=",
            "\n",
            "\n    ",
            " ",
        ),
        *(
            "model",
            "size",
            "prompt",
            '"dall-e-3"',
            '"gpt-image-1"',
            "f'{size}x'",
            "**options",
            "*args",
            "lambda: ",
            "if ",
        ),
        *(
            " else ",
            " in ",
            "for x in ",
            "def draw(",
            "class A(",
            "return ",
            "yield ",
            "await ",
            "self.",
            "x",
            "1",
            ".url",
        ),
        *(
            "openai.Image.create(",
            "import openai\n",
            "from . import ",
            "requests.post(",
            "'/images/generations'",
            "json=",
        ),
        *(
            "os.getenv(",
            ".get(",
            ".update(",
            "partial(",
            "with ",
            " as ",
            "try:\n    ",
            "except: ",
            "match x:\n    case ",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_whatever_is_written_nothing_raises(pieces):
    reading = read("".join(pieces))

    assert isinstance(reading, Reading)


STATEMENTS = st.sampled_from(
    [
        *(
            'x = "dall-e-3"',
            "x = x",
            "x = {'model': x, **y}",
            "y = dict(x, n=1)",
            "y['n'] = x",
            "y.update(x)",
            "x, y = y, x",
        ),
        *("x = client.images", "y = client.images.generate", "x = [x for x in y]", "del y['n']", "x = y(model=x, **y)"),
        *("x = lambda x: y", "def x(y=x): return y", "class x(y): y = x", "x = y.x", "x.y = x", "for x in y: y = x"),
        *("with x as y: x = y", "if x == y: x = y", "x = x or y", "y = x if y else x", "x = f'{x}{y}'", "x = y[x]"),
        *(
            "import x",
            "from x import y",
            "global x",
            "x = y.get(x, 'dall-e-3')",
            "y = partial(x, model=y)",
            "y |= x",
            "y += x",
        ),
        *("client.images.generate(model=x, **y)", "client.images.edit(**x)", "print(x.data[0].url)", "x(prompt=y)"),
    ]
)


@given(st.lists(STATEMENTS, min_size=1, max_size=25))
def test_however_names_are_knotted_reading_comes_to_an_end(statements):
    reading = read(after_start("\n".join(statements)))

    assert reading == read(after_start("\n".join(statements)))
    assert reading.skipped == ()


def test_little_stack_is_left_alone():
    limit = sys.getrecursionlimit()
    read(after_start(CALL))

    assert sys.getrecursionlimit() == limit
