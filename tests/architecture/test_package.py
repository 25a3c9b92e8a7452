"""What is installed: the files in the wheel, and one package under two names."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.fixture(scope="module", params=["installed", "checkout"])
def path(request, wheel, tmp_path_factory):
    """The import path of a wheel's installation, and that of an editable one."""
    site = tmp_path_factory.mktemp("site packages")
    wheel.extractall(site)
    return {"installed": [site], "checkout": [ROOT, ROOT / "router" / "_alias"]}[request.param]


@pytest.fixture
def app(tmp_path):
    """A folder of an app that has a module `router` of its own."""
    (tmp_path / "router.py").write_text("import pixroute\nname = 'the app'\n")
    return tmp_path


def python(*arguments, path, cwd):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def test_the_wheel_holds_the_package_its_other_name_and_the_policies(wheel):
    names = set(wheel.namelist())
    policies = {f"router/policies/{policy.name}" for policy in (ROOT / "policies").iterdir()}

    assert names >= {"router/__init__.py", "router/py.typed", "pixroute/__init__.py", *policies}


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}

    assert tops == {"router", "pixroute", f"pixroute-{version('pixroute')}.dist-info"}


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    package = {path for path in (ROOT / "router").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    names = {path.relative_to(ROOT).as_posix().replace("router/_alias/", "") for path in package}

    assert names - set(wheel.namelist()) == set()


@pytest.mark.parametrize("names", ["router, pixroute", "pixroute, router"])
def test_both_names_give_the_same_modules(names, path, tmp_path):
    code = f"""
import sys, {names}
import pixroute.errors, router.errors, router.cli, pixroute.cli
for below in ("", ".errors", ".cli"):
    print(sys.modules["router" + below] is sys.modules["pixroute" + below])
"""

    assert python("-c", code, path=path, cwd=tmp_path).split() == ["True"] * 3


@pytest.mark.parametrize("names", ["router, pixroute", "pixroute, router"])
def test_an_app_keeps_its_own_router(names, path, app):
    code = f"import {names}, pixroute.errors; print(router.name, pixroute.errors.__name__)"

    assert python("-c", code, path=path, cwd=app) == "the app pixroute.errors"


def test_an_app_keeps_its_own_router_even_where_its_folder_joins_the_path_late(path, app, tmp_path_factory):
    code = f"import pixroute, sys; sys.path.insert(0, {str(app)!r}); import router; print(router.name)"

    assert python("-c", code, path=path, cwd=tmp_path_factory.mktemp("elsewhere")) == "the app"


def test_every_module_works_beside_an_app_with_its_own_router(path, app):
    code = """
import importlib, pkgutil, sys
import router, pixroute
names = {module.name for module in pkgutil.walk_packages(pixroute.__path__, "pixroute.")} - {"pixroute.__main__"}
for name in names:
    importlib.import_module(name)
print(router.name, *(name for name in sys.modules if name.startswith("router.")))
"""

    assert python("-c", code, path=path, cwd=app) == "the app"


def test_the_command_works_beside_an_app_with_its_own_router(path, app):
    assert "pixroute" in python("-m", "pixroute", "--help", path=path, cwd=app)
