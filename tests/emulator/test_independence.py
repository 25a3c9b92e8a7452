"""The other side is another side: it takes the catalogue's data from the router, and none of its code."""

from __future__ import annotations

import ast
from pathlib import Path

import router.emulator

ALLOWED = {
    "catalog": {"Catalog", "FormulaTokens", "ImageTokens", "Model", "TableTokens"},
    "catalogfile": {"read_catalog"},
    "sizes": {"FreeSizes", "PresetSizes"},
}


def test_the_emulator_takes_only_data_from_the_router():
    taken = {
        (node.module, name.name)
        for file in Path(router.emulator.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level == 2
        for name in node.names
    }

    assert taken <= {(module, name) for module, names in ALLOWED.items() for name in names}


def test_it_asks_the_catalogue_only_for_fields():
    text = "".join(file.read_text(encoding="utf-8") for file in Path(router.emulator.__file__).parent.glob("*.py"))

    assert ".alive(" not in text
    assert "import router" not in text
