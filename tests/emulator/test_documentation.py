"""The page for users is run, and its table is made of the code."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from router.emulator.faults import KINDS

PAGE = (Path(__file__).parent.parent.parent / "examples" / "emulator.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"))
def test_the_page_runs(code, *, api, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = code.replace("http://127.0.0.1:8400", str(api.base_url).rstrip("/"))

    exec(compile(here, "emulator.md", "exec"), {"__name__": "page"})  # noqa: S102


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("commands", blocks("bash"))
def test_the_page_can_be_typed(commands, api):
    here = commands.replace("http://127.0.0.1:8400", str(api.base_url).rstrip("/"))
    answer = subprocess.run(["bash", "-ec", here], capture_output=True, text=True, check=True, timeout=60)

    assert "invalid_request_error" not in answer.stdout


def test_the_table_of_faults_is_the_codes_own():
    rows = [
        f"| `{name}` | {', '.join(f'`{option}`' for option in kind.options)} | {kind.about} |"
        for name, kind in KINDS.items()
    ]

    assert re.findall(r"^\| `\w+` \| .*$", PAGE, re.MULTILINE) == rows
