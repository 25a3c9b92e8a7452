"""Every example runs without a key, and prints what its first lines say."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(path for path in EXAMPLES.glob("*.py") if not path.name.startswith("test_"))
TESTS = sorted(EXAMPLES.glob("test_*.py"))


def run(*command, folder):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_prints_what_it_says(path, tmp_path):
    promised = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).partition("It prints:\n")[2]

    ran = run(path, folder=tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.strip() == dedent(promised).strip()


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_a_test_passes(path, tmp_path):
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", path, folder=tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_there_are_examples():
    assert [path.name for path in (*SCRIPTS, *TESTS)] == [
        "cap_spending.py",
        "check_price_first.py",
        "embed_openai.py",
        "own_client.py",
        "test_an_app.py",
    ]
