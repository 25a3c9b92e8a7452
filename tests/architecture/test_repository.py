"""The repository's top level and its scripts stay few."""

from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {".ci", "examples", "policies", "router", "scripts", "tests"}
FILES = {".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "pyproject.toml"}
IGNORED = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines())]


def test_the_top_level_holds_only_what_belongs_there():
    names = {path.name for path in ROOT.iterdir() if not any(fnmatch(path.name, pattern) for pattern in IGNORED)}

    assert names - FOLDERS - FILES == set()


def test_there_are_two_scripts():
    assert {path.name for path in (ROOT / "scripts").iterdir()} == {"demo", "test"}
