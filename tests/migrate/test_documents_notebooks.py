import json
import re

import pytest

from router.migrate.documents import read_document
from router.migrate.documents.notebooks import read_notebook
from router.migrate.documents.text import Text
from router.migrate.sites import Choice, Mark, Origin, Parameter, Reading, Region, Site, Written


class Given:
    def __init__(self, path, content):
        self.paths = (path,)
        self.content = content

    def read(self, path):
        return {self.paths[0]: self.content}[path]


def notebook(*cells, as_lines=True, indent=1):
    given = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [{"data": {"image/png": "aGk="}, "text": "gpt-image-1"}],
            "source": cell.splitlines(keepends=True) if as_lines else cell,
        }
        for cell in cells
    ]
    prose = {"cell_type": "markdown", "source": ["dall-e-3 and gpt-image-1"]}
    return json.dumps({"cells": [prose, *given], "nbformat": 4}, indent=indent).encode()


def source_seen(source):
    """What the reader of Python is given for a notebook."""
    seen = []
    read_notebook(Text.of("a.ipynb", source), (), lambda *given: seen.append(given[1]) or Reading())
    return seen[0].decode()


def found(path, data, _files):
    """A stand-in for the reader of Python: `size="…"` are calls, with the whole argument and its line."""
    sites = []
    for match in re.finditer(rb' *(size)="([^"]*)",?\n', data):
        line = data.count(b"\n", 0, match.start()) + 1
        place = {"path": path, "line": line, "column": 1}
        written = Written(region=Region(**place, start=match.start(2), end=match.end(2)))
        choice = Choice(value=match[2].decode(), origins=(Origin(name="S", path=path, line=line),), written=written)
        whole = Region(**place, start=match.start(), end=match.end())
        given = Parameter(choices=(choice,), whole=whole)
        sites.append(Site(**place, surface="python-sdk", parameters={"size": given}))
    mark = Mark(path=path, line=1, column=3, kind="reads_url", surface="python-sdk", text="x", site=1)
    return Reading(sites=tuple(sites), marks=(mark,))


CALL = 'r = draw(\n    model="gpt-image-1",\n    size="1024x1024",\n    n=1)'


@pytest.mark.parametrize("as_lines", [True, False])
@pytest.mark.parametrize("indent", [None, 1])
def test_places_in_a_cell_are_those_of_the_file(as_lines, indent):
    source = notebook('é = "\\\\ü"\n', CALL, as_lines=as_lines, indent=indent)
    reading = read_notebook(Text.of("a.ipynb", source), Given("a.ipynb", source), found)

    (site,) = reading.sites
    given = site.parameters["size"]
    written, whole = given.choices[0].written.region, given.whole
    assert source[written.start : written.end] == b"1024x1024"
    assert (written.escaped, whole.escaped) == (True, True)
    assert written.line == site.line == given.choices[0].origins[0].line == source.count(b"\n", 0, written.start) + 1
    cut = json.loads(source[: whole.start] + source[whole.end :])
    assert "".join(cut["cells"][2]["source"]) == CALL.replace('    size="1024x1024",\n', "")


def test_cells_are_read_as_one_module_without_magics():
    source = notebook(
        "%pip install openai\n!ls -l\nimport openai  # gpt-image-1",
        "%%time\nx = 1\nfiles = !ls *.png\nobj?",
        "%%bash\necho hi",
        "if x:\n    !pip install \\\n      openai\n    y = 2",
        "x = 5 % 3\nz = x!=4",
    )

    assert [line.rstrip() for line in source_seen(source).splitlines()] == (
        "0\n0\nimport openai  # gpt-image-1\n"
        "\nx = 1\nfiles = 0\n0\n"
        "\n\n"
        "if x:\n    0\n\n    y = 2\n"
        "x = 5 % 3\nz = x!=4\n"
    ).splitlines()


def test_a_cell_that_is_no_python_is_left_out_and_said():
    source = notebook("print 'gpt-image-1'\n", 'x = "gpt-image-1"\n')
    reading = read_notebook(Text.of("a.ipynb", source), Given("a.ipynb", source), lambda *_: Reading())

    assert source_seen(source).split() == ["x", "=", '"gpt-image-1"']
    assert [(skipped.reason, skipped.line) for skipped in reading.skipped] == [("a cell that is no Python", 21)]


@pytest.mark.parametrize(
    "cell",
    [
        '!curl https://api.openai.com/v1/images/generations \\\n  -d \'{"model": "dall-e-3"}\'',
        '%%bash\ncurl https://api.openai.com/v1/images/generations \\\n  -d \'{"model": "dall-e-3"}\'',
        "out = !curl https://api.openai.com/v1/images/generations -F model=dall-e-3",
    ],
)
def test_commands_in_cells_are_read(cell):
    source = notebook("import os", cell)
    (site,) = read_document("a.ipynb", Given("a.ipynb", source)).sites

    region = site.parameters["model"].choices[0].written.region
    assert (site.surface, source[region.start : region.end], region.escaped) == ("curl", b"dall-e-3", True)


def test_a_notebook_without_code_that_matters_is_not_read():
    source = notebook("import os")

    assert read_notebook(Text.of("a.ipynb", source), Given("a.ipynb", source), found) == Reading()


def test_a_broken_notebook_is_said():
    (skipped,) = read_document("a.ipynb", Given("a.ipynb", b'{"cells": [\n"gpt-image-1"')).skipped

    assert (skipped.reason, skipped.line) == ("no notebook: a `,` or `]` is missing", 2)


def test_what_one_cell_defines_the_next_one_uses():
    source = notebook(
        "from openai import OpenAI\nclient = OpenAI()\nMODEL = 'gpt-image-1'",
        "r = client.images.generate(\n    model=MODEL,\n    prompt='x',\n    style='vivid',\n)",
        "print(r.data[0].url)",
    )
    reading = read_document("a.ipynb", Given("a.ipynb", source))

    (site,) = reading.sites
    choice = site.parameters["model"].choices[0]
    region = choice.written.region
    assert (choice.value, source[region.start : region.end].strip(b"'")) == ("gpt-image-1", b"gpt-image-1")
    assert site.line == source.count(b"\n", 0, source.find(b"images.generate")) + 1
    whole = site.parameters["style"].whole
    assert "style" not in "".join(json.loads(source[: whole.start] + source[whole.end :])["cells"][2]["source"])
