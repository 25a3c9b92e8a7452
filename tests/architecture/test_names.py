"""The public names are what `router` says they are, and asking for none of them costs little."""

import subprocess
import sys

import router

HEAVY = {"asyncio", "httpx", "jsonschema", "pydantic", "rich", "sqlite3", "typer", "yaml"}

IMPORTS = "import sys; before = set(sys.modules); import router; print(*sys.modules.keys() - before)"


def test_the_public_names_are_sorted():
    assert list(router.__all__) == sorted(router.__all__)


def test_every_public_name_can_be_imported():
    assert {name for name in router.__all__ if not hasattr(router, name)} == set()


def test_nothing_of_ours_is_exported_unsaid():
    exported = {
        name
        for name in dir(router)
        if not name.startswith("_") and getattr(getattr(router, name), "__module__", "").startswith("router")
    }

    assert exported <= set(router.__all__)


def test_importing_the_package_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)

    assert HEAVY & set(done.stdout.split()) == set()
