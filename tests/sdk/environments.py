"""Environments of their own, each with one version of the SDK and this project; made once, and kept in `.venv`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".venv" / "sdk"


class NotMadeError(Exception):
    """An environment could not be made; says why."""


def environment(*packages: str) -> Path:
    """The Python of an environment that has these packages and what the project needs; raises `NotMadeError`."""
    wanted = (*packages, *_dependencies())
    home = FOLDER / "-".join(package.replace("==", "-") for package in packages)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete, contents = home / "complete", "\n".join((sys.version, str(ROOT), *wanted))
    if not complete.exists() or complete.read_text(encoding="utf-8") != contents:
        _make(home, python, wanted)
        complete.write_text(contents, encoding="utf-8")
    return python


def _dependencies() -> list[str]:
    """What the project needs, and httpx, which `router.testing` and the older versions of the SDK are made with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(each) for each in project["dependencies"]]


def _make(home: Path, python: Path, packages: tuple[str, ...]) -> None:
    shutil.rmtree(home, ignore_errors=True)
    _run(sys.executable, "-m", "venv", "--without-pip", str(home))
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--quiet", "--python"] if uv else [sys.executable, "-m", "pip", "--python"]
    quiet = [] if uv else ["install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    _run(*install, str(python), *quiet, *packages)
    # The project itself is two lines, as an editable install writes them.
    site = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)})
    (Path(site) / "pixroute.pth").write_text(f"{ROOT}\n{ROOT / 'router' / '_alias'}\n", encoding="utf-8")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "nothing was said").splitlines()[-1]
        raise NotMadeError(last)
