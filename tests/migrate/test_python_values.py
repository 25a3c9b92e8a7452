"""Python: where a parameter's value comes from is followed through the code."""

# ruff: noqa: E501, ISC004 -- each source stands on a line of its own
from __future__ import annotations

import pytest

from .python_reading import after_start, origins, parameters, read

CALL = 'client.images.generate(prompt="x", size=size)'
SIZES = {
    "a literal": ('client.images.generate(prompt="x", size="512x512")', ["512x512"]),
    "a constant": ('size = "512x512"\n' + CALL, ["512x512"]),
    "a constant of two": ('size = other = "512x512"\n' + CALL, ["512x512"]),
    "a constant that is replaced": ('size = "256x256"\nsize = "512x512"\n' + CALL, ["512x512"]),
    "a constant that is replaced later": ('size = "512x512"\n' + CALL + '\nsize = "256x256"', ["512x512"]),
    "a branch": ('size = "256x256"\nif big:\n    size = "512x512"\n' + CALL, ["256x256", "512x512"]),
    "both branches": (
        'size = "1x1"\nif big:\n    size = "256x256"\nelse:\n    size = "512x512"\n' + CALL,
        ["256x256", "512x512"],
    ),
    "three branches": (
        'if a:\n    size = "256x256"\nelif b:\n    size = "512x512"\nelse:\n    raise ValueError\n' + CALL,
        ["256x256", "512x512"],
    ),
    "another branch": (
        'size = "1x1"\nif big:\n    size = "256x256"\nelse:\n    ' + CALL,
        ["1x1"],
    ),
    "a try": ('try:\n    size = "256x256"\nexcept E:\n    size = "512x512"\n' + CALL, ["256x256", "512x512"]),
    "a match": (
        'match x:\n    case 1:\n        size = "256x256"\n    case _:\n        size = "512x512"\n' + CALL,
        ["256x256", "512x512"],
    ),
    "an expression": ('size = "256x256" if small else "512x512"\n' + CALL, ["256x256", "512x512"]),
    "a fallback": ('size = None\nsize = size or "512x512"\n' + CALL, ["512x512"]),
    "a fallback of nothing known": ('size = given() or "512x512"\n' + CALL, ["512x512", "?"]),
    "a joined text": ('client.images.generate(prompt="x", size="512x" "512")', ["512x512"]),
    "an added text": ('side = "512"\nsize = side + "x" + side\n' + CALL, ["512x512"]),
    "a filled text": ('side = 512\nsize = f"{side}x{side}"\n' + CALL, ["512x512"]),
    "a filled text of two": ('side = 256 if a else 512\nsize = f"{side}x512"\n' + CALL, ["256x512", "512x512"]),
    "a calculated text": ('w = 256\nsize = f"{w * 2}x{w + 256}"\n' + CALL, ["512x512"]),
    "a text that is not known": ('size = f"{w}x{h}"\n' + CALL, ["?"]),
    "a table": ('SIZES = {"s": "512x512", "l": "1024x1024"}\nsize = SIZES["s"]\n' + CALL, ["512x512"]),
    "a table by an unknown key": (
        'SIZES = {"s": "512x512", "l": "1024x1024"}\nsize = SIZES[key]\n' + CALL,
        ["512x512", "1024x1024"],
    ),
    "a table with a default": (
        'SIZES = {"s": "512x512"}\nsize = SIZES.get(key, "1024x1024")\n' + CALL,
        ["512x512", "1024x1024"],
    ),
    "a loop": ('for size in ("256x256", "512x512"):\n    ' + CALL, ["256x256", "512x512"]),
    "a loop over pairs": (
        'for name, size in [("a", "256x256"), ("b", "512x512")]:\n    ' + CALL,
        ["256x256", "512x512"],
    ),
    "a loop over a table": ('for name, size in {"a": "512x512"}.items():\n    ' + CALL, ["512x512"]),
    "a comprehension": (
        '[client.images.generate(prompt="x", size=size) for size in ["256x256", "512x512"]]',
        ["256x256", "512x512"],
    ),
    "unpacking": ('size, n = "512x512", 1\n' + CALL, ["512x512"]),
    "a walrus": ('if size := "512x512":\n    ' + CALL, ["512x512"]),
    "the environment": ('import os\nsize = os.getenv("SIZE", "512x512")\n' + CALL, ["512x512", "?"]),
    "the environment as a table": ('import os\nsize = os.environ.get("SIZE", "512x512")\n' + CALL, ["512x512", "?"]),
    "the environment alone": ('import os\nsize = os.environ["SIZE"]\n' + CALL, ["?"]),
    "decouple": ('from decouple import config\nsize = config("SIZE", default="512x512")\n' + CALL, ["512x512", "?"]),
    "environs": (
        'from environs import Env\nenv = Env()\nsize = env.str("SIZE", "512x512")\n' + CALL,
        ["512x512", "?"],
    ),
    "a request": ('size = request.json.get("size", "512x512")\n' + CALL, ["512x512", "?"]),
    "none": ('client.images.generate(prompt="x", size=None)', [None]),
    "a function's result": ('def pick():\n    return "512x512"\nsize = pick()\n' + CALL, ["512x512"]),
    "a function's results": (
        'def pick(big):\n    if big:\n        return "512x512"\n    return "256x256"\nsize = pick(1)\n' + CALL,
        ["512x512", "256x256"],
    ),
    "a function that is not known": ("size = pick()\n" + CALL, ["?"]),
    "a name that refers to itself": ("size = size\n" + CALL, ["?"]),
    "names that refer to each other": ("a = b\nb = a\nsize = b\n" + CALL, ["?"]),
    "a global": (
        'size = "256x256"\ndef set():\n    global size\n    size = "512x512"\ndef draw():\n    ' + CALL,
        ["256x256", "512x512"],
    ),
    "an argument of the command line": (
        'import argparse\np = argparse.ArgumentParser()\np.add_argument("--size", default="512x512")\n'
        "args = p.parse_args()\nsize = args.size\n" + CALL,
        ["512x512", "?"],
    ),
}


@pytest.mark.parametrize(("source", "expected"), SIZES.values(), ids=SIZES)
def test_a_value_is_followed_to_where_it_is_written(source, expected):
    assert parameters(source) == {"size": expected}


FUNCTIONS = {
    "a default": ('def draw(size="512x512"):\n    {}', ["512x512", "?"]),
    "a keyword's default": ('def draw(*, size: str = "512x512"):\n    {}', ["512x512", "?"]),
    "no default": ("def draw(size):\n    {}", ["?"]),
    "a caller": ('def draw(size):\n    {}\ndraw("512x512")', ["512x512", "?"]),
    "a caller by name": ('def draw(p, size="1024x1024"):\n    {}\ndraw("a", size="512x512")', ["1024x1024", "512x512", "?"]),
    "a private function": ('def _draw(size):\n    {}\n_draw("512x512")', ["512x512"]),
    "a default of none that is filled": (
        'def draw(size=None):\n    if size is None:\n        size = "512x512"\n    {}',
        ["512x512", "?"],
    ),
    "a default of none that falls back": ('def draw(size=None):\n    size = size or "512x512"\n    {}', ["512x512", "?"]),
    "a literal annotation": (
        'from typing import Literal\ndef draw(size: Literal["256x256", "512x512"]):\n    {}',
        ["256x256", "512x512"],
    ),
    "a request's field": ('from fastapi import Form\ndef draw(size: str = Form("512x512")):\n    {}', ["512x512", "?"]),
    "a command's option": (
        'import click\n@click.command()\n@click.option("--size", default="512x512")\ndef draw(size):\n    {}',
        ["512x512", "?"],
    ),
    "a condition": ('def draw(size):\n    if size == "512x512":\n        {}', ["512x512"]),
    "a condition of some": ('def draw(size="1x1"):\n    if size in ("256x256", "512x512"):\n        {}', ["256x256", "512x512"]),
    "a nested function": ('def outer(size="512x512"):\n    def draw():\n        {}\n    draw()', ["512x512", "?"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_functions_parameter_is_its_default_and_what_callers_pass(source, expected):
    assert parameters(source.format(CALL)) == {"size": expected}


OBJECTS = {
    "a class's attribute": 'class P:\n    size = "512x512"\n    def draw(self):\n        {self}',
    "an instance's attribute": (
        'class P:\n    def __init__(self):\n        self.size = "512x512"\n    def draw(self):\n        {self}'
    ),
    "an inherited attribute": 'class B:\n    size = "512x512"\nclass P(B):\n    def draw(self):\n        {self}',
    "a property": 'class P:\n    @property\n    def size(self):\n        return "512x512"\n    def draw(self):\n        {self}',
    "a constant of a class": 'class C:\n    size = "512x512"\nc = C\n{c}',
    "a frozen object": (
        'from dataclasses import dataclass\n@dataclass\nclass C:\n    size: str = "512x512"\nc = C()\n{c}'
    ),
    "an object that is told otherwise": (
        'from dataclasses import dataclass\n@dataclass\nclass C:\n    size: str = "1x1"\nc = C(size="512x512")\n{c}'
    ),
    "a model": (
        'from pydantic import BaseModel, Field\nclass C(BaseModel):\n    size: str = Field(default="512x512")\nc = C()\n{c}'
    ),
    "an enumeration": 'from enum import Enum\nclass E(Enum):\n    S = "512x512"\nc = E\n{e}',
    "an enumeration of texts": 'from enum import StrEnum\nclass E(StrEnum):\n    S = "512x512"\nc = E\n{s}',
}


@pytest.mark.parametrize("source", OBJECTS.values(), ids=OBJECTS)
def test_an_objects_attribute_is_followed(source):
    start = 'client.images.generate(prompt="x", size='
    calls = {"self": f"{start}self.size)", "c": f"{start}c.size)", "e": f"{start}E.S.value)", "s": f"{start}E.S)"}

    assert parameters(source.format(**calls)) == {"size": ["512x512"]}


def test_settings_are_read_from_the_environment():
    settings = """
        from pydantic_settings import BaseSettings, SettingsConfigDict

        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="app_")
            image_size: str = "512x512"

        settings = Settings()
    """
    source = 'from config import settings\nclient.images.generate(prompt="x", size=settings.image_size)'
    (site,) = read(after_start(source), config=settings).sites

    assert site.parameters["size"].unknown == "the environment may set `APP_IMAGE_SIZE`"
    assert origins(source, "size", config=settings) == [
        [("settings.image_size", "config.py"), ("env APP_IMAGE_SIZE", "config.py")]
    ]


def test_the_field_of_a_request_has_its_default_and_may_be_another():
    source = """
        from pydantic import BaseModel

        class Order(BaseModel):
            size: str = "512x512"
            style: str

        def draw(order: Order):
            client.images.generate(prompt="x", size=order.size, style=order.style)
    """

    assert parameters(source) == {"size": ["512x512", "?"], "style": ["?"]}


def test_each_name_on_the_way_is_told_nearest_first():
    source = 'SIDE = "512x512"\nSIZE = SIDE\ndef draw(size=SIZE):\n    ' + CALL

    assert origins(source, "size") == [[("size", 3), ("SIZE", 2), ("SIDE", 1)]]


TABLES = {
    "a table": ('options = {"size": "512x512"}', {"size": ["512x512"]}),
    "dict": ('options = dict(size="512x512", n=2)', {"size": ["512x512"], "n": [2]}),
    "a table that is added to": (
        'options = {"n": 1}\noptions["size"] = "512x512"',
        {"n": [1], "size": ["512x512"]},
    ),
    "a branch that adds": (
        'options = {"n": 1}\nif style:\n    options["style"] = "vivid"',
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "branches that both add": (
        'options = {}\nif hd:\n    options["quality"] = "hd"\nelse:\n    options["quality"] = "standard"',
        {"quality": ["hd", "standard"]},
    ),
    "a branch that replaces": (
        'options = {"quality": "standard"}\nif hd:\n    options["quality"] = "hd"',
        {"quality": ["standard", "hd"]},
    ),
    "update": ('options = {"n": 1}\noptions.update({"size": "512x512"}, n=2)', {"size": ["512x512"], "n": [2]}),
    "a branch that updates": (
        'options = {"n": 1}\nif x:\n    options.update(style="vivid")',
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "a spread table": ('base = {"n": 1, "size": "1x1"}\noptions = {**base, "size": "512x512"}', {"n": [1], "size": ["512x512"]}),
    "a merged table": ('base = {"n": 1}\noptions = base | {"size": "512x512"}', {"n": [1], "size": ["512x512"]}),
    "a table that is merged into": ('options = {"n": 1}\noptions |= {"size": "512x512"}', {"n": [1], "size": ["512x512"]}),
    "a condition in a table": (
        'options = {"n": 1, **({"style": "vivid"} if x else {})}',
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "what is taken out": ('options = {"n": 1, "style": "vivid"}\noptions.pop("style", None)', {"n": [1]}),
    "what is deleted": ('options = {"n": 1, "style": "vivid"}\ndel options["style"]', {"n": [1]}),
    "what may be taken out": (
        'options = {"n": 1, "style": "vivid"}\nif x:\n    del options["style"]',
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "what is none is left out": (
        'raw = {"n": 1, "style": None if x else "vivid"}\n'
        "options = {k: v for k, v in raw.items() if v is not None}",
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "a copy": ('base = {"n": 1}\noptions = base.copy()', {"n": [1]}),
    "a default that is set": ('options = {}\noptions.setdefault("size", "512x512")', {"size": ["512x512"]}),
    "a function's table": ('def make():\n    return {"n": 1}\noptions = make()', {"n": [1]}),
    "a function that fills one": (
        'def make(x):\n    out = {"n": 1}\n    if x:\n        out["style"] = "vivid"\n    return out\noptions = make(1)',
        {"n": [1], "style": ["vivid", "-"]},
    ),
    "a model's fields": (
        'from pydantic import BaseModel\nclass C(BaseModel):\n    n: int = 1\n    size: str = "1x1"\n'
        'options = C(size="512x512").model_dump(exclude_none=True)',
        {"n": [1], "size": ["512x512"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), TABLES.values(), ids=TABLES)
def test_a_table_of_options_is_followed_through_what_is_done_to_it(source, expected):
    assert parameters(f'{source}\nclient.images.generate(prompt="x", **options)') == expected


def test_a_table_is_read_as_it_is_at_the_call():
    source = """
        options = {"n": 1}
        client.images.generate(prompt="x", **options)
        options["style"] = "vivid"
    """

    assert parameters(source) == {"n": [1]}


def test_what_callers_add_by_name_is_among_the_options():
    source = """
        def draw(prompt, **options):
            client.images.generate(prompt=prompt, model="dall-e-3", **options)
        draw("x", style="vivid")
    """

    assert parameters(source) == {"model": ["dall-e-3"], "style": ["vivid", "-"]}


IMPORTS = {
    "a name": ("from config import SIZE", "SIZE"),
    "a name under another": ("from config import SIZE as size", "size"),
    "a module": ("import config", "config.SIZE"),
    "a module under another name": ("import config as c", "c.SIZE"),
    "a star": ("from config import *", "SIZE"),
}


@pytest.mark.parametrize(("imports", "name"), IMPORTS.values(), ids=IMPORTS)
def test_a_constant_of_another_module_is_followed(imports, name):
    source = f'{imports}\nclient.images.generate(prompt="x", size={name})'

    assert parameters(source, config='SIZE = "512x512"') == {"size": ["512x512"]}
    assert origins(source, "size", config='SIZE = "512x512"') == [[("SIZE", "config.py")]]


@pytest.mark.parametrize(
    ("imports", "where"),
    [
        ("from .config import SIZE", "pkg/config"),
        ("from . import config\nSIZE = config.SIZE", "pkg/config"),
        ("from ..config import SIZE", "config"),
        ("from pkg.config import SIZE", "pkg/config"),
        ("from pkg import SIZE", "pkg/__init__"),
    ],
)
def test_a_module_is_found_by_its_place(imports, where):
    source = f'from openai import OpenAI\n{imports}\nOpenAI().images.generate(prompt="x", size=SIZE)'
    (site,) = read(source, "pkg/app.py", **{where: 'SIZE = "512x512"'}).sites

    assert [choice.value for choice in site.parameters["size"].choices] == ["512x512"]


def test_imports_that_go_in_a_circle_come_to_an_end():
    source = 'from b import SIZE\nclient.images.generate(prompt="x", size=SIZE)'

    assert parameters(source, b="from c import SIZE", c="from b import SIZE") == {"size": ["?"]}


def test_a_module_that_imports_the_app_still_gives_its_constants():
    source = 'from b import SIZE\nN = 2\nclient.images.generate(prompt="x", size=SIZE)'

    assert parameters(source, b='from app import N\nSIZE = "512x512"') == {"size": ["512x512"]}


def test_a_module_that_cannot_be_read_leaves_a_value_unknown():
    source = 'from b import SIZE\nclient.images.generate(prompt="x", size=SIZE)'
    (site,) = read(after_start(source), b="this is not Python").sites

    assert site.parameters["size"].unknown == "`b.SIZE` is not among the files"


def test_many_values_are_cut_off():
    sizes = "".join(f'    "{n}": "{n}x{n}",\n' for n in range(100))
    found = parameters(f"SIZES = {{\n{sizes}}}\nsize = SIZES[key]\n{CALL}")["size"]

    assert found == [*[f"{n}x{n}" for n in range(24)], "?"]
