"""Each module says what it is for, and reads in one go."""

import ast
import re
from pathlib import Path

import pytest

import router

PACKAGE = Path(router.__file__).parent
ALIAS = PACKAGE / "_alias"
TABLES = {PACKAGE / "words.py", PACKAGE / "presets.py"}  # data, not read from top to bottom
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if ALIAS not in path.parents)

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def imported(tree: ast.Module) -> set[str]:
    """The names of the modules that are imported from outside the package."""
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    absolute = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return plain | absolute


@each_module
def test_the_first_line_is_one_sentence(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert re.fullmatch(r"(?!.*[.?!] [A-Z]).+\.", docstring.partition("\n")[0])


@each_module
def test_imports_inside_the_package_are_relative(path):
    names = imported(ast.parse(path.read_text(encoding="utf-8")))

    assert {name for name in names if name.partition(".")[0] in {"router", "pixroute"}} == set()


@pytest.mark.parametrize("path", sorted({*MODULES} - TABLES), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_reads_in_one_go(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
