"""What `examples/migrating.md` shows is what happens, from the first command to the last."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from router.cli import main
from router.migrate.codes import CODES, VERDICTS

EXAMPLES = Path(__file__).parents[2] / "examples"
GUIDE = (EXAMPLES / "migrating.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```(?:console|text)\n(.*?)```", GUIDE, flags=re.DOTALL)
STEP = re.compile(r"^\$ pixroute (.*)\n((?:(?!\$ ).*\n)*)", flags=re.MULTILINE)
LEFT_OUT = "…"


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    shutil.copytree(EXAMPLES / "legacy-app", tmp_path / "legacy-app")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def printed(command):
        code = main(shlex.split(command.removesuffix("; echo $?")))
        told = capsys.readouterr()
        return f"{told.out}{told.err}{int(code)}\n"

    return printed


def parts(shown):
    """The stretches of an output that are shown."""
    return [part.strip("\n") for part in re.split(rf"^{LEFT_OUT}$", shown, flags=re.MULTILINE) if part.strip()]


def test_the_commands_print_what_is_shown(run):
    first, *others = STEP.findall("".join(SHOWN))

    steps = [(command, shown, run(command)) for command, shown in (first, *others)]

    assert [(command, part) for command, shown, printed in steps for part in parts(shown) if part not in printed] == []
    assert len(steps) == 5


def test_every_code_is_explained():
    assert re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, flags=re.MULTILINE) == list(CODES)


def test_every_class_is_explained():
    assert [
        row for row in re.findall(r"^\| ([^|`]+) \|", GUIDE, flags=re.MULTILINE) if row in VERDICTS.values()
    ] == list(VERDICTS.values())
