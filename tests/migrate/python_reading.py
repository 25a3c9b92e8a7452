"""Python in memory, read, and told in short."""

from __future__ import annotations

from textwrap import dedent

from router.migrate.python import read_python

START = "from openai import OpenAI\n\nclient = OpenAI()\n"


class Folder:
    """Files in memory."""

    def __init__(self, files):
        self.files = {path: text if isinstance(text, bytes) else dedent(text).encode() for path, text in files.items()}

    @property
    def paths(self):
        return tuple(sorted(self.files))

    def read(self, path):
        return self.files[path]


def read(source, path="app.py", **others):
    """What is found in a source; other files are given by their paths without `.py`."""
    files = {f"{name}.py": text for name, text in others.items()}
    return read_python(path, Folder({path: source, **files}))


def after_start(source):
    """A source after the making of a client."""
    return START + dedent(source)


def values(parameter):
    """The values of a parameter; `?` for more that is not known, `-` if it may be left out."""
    told = [choice.value for choice in parameter.choices]
    return [*told, *["?"] * (parameter.unknown is not None), *["-"] * parameter.optional]


def calls(reading):
    """Every call: how it is made, and the values of its parameters, prompts aside."""
    return [
        (
            site.surface if site.operation == "generate" else f"{site.surface} {site.operation}",
            {name: values(each) for name, each in site.parameters.items() if name != "prompt"},
        )
        for site in reading.sites
    ]


def parameters(source, **others):
    """The parameters of the one call that stands after the making of a client."""
    ((_, told),) = calls(read(after_start(source), **others))
    return told


def origins(source, name, **others):
    """The names that each value of a parameter came through, with their lines after the making of a client."""
    (site,) = read(after_start(source), **others).sites
    return [
        [(each.name, each.line - START.count("\n") if each.path == "app.py" else each.path) for each in choice.origins]
        for choice in site.parameters[name].choices
    ]


def marks(reading):
    """Every mark: its line, kind and value."""
    return [(mark.line, mark.kind, mark.value) for mark in reading.marks]
