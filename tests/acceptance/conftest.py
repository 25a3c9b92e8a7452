"""The command line as a user meets it, run in this process: what it prints, and how it ends."""

import io
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from router.cli import main

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def pixroute(capsys, monkeypatch, tmp_path):
    """Runs `pixroute` in an empty folder, 120 columns wide; `stdin` is bytes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments, stdin=b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(int(code), printed.out, printed.err)

    return run


@pytest.fixture
def write(tmp_path):
    """Writes a file, and gives its name."""

    def save(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return save
