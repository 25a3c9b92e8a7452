import os
import pickle
from pathlib import Path

import pytest

from router.errors import ConfigError
from router.migrate.kinds import is_test, kind_of
from router.migrate.sites import Skipped
from router.migrate.walk import walk


def put(folder, **files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_of_a_kind_are_found_and_sorted_and_others_are_left(here):
    put(here, **{"b.py": "", "a/z.ts": "", "a/b.yaml": "", "logo.png": b"\x89PNG", "README.md": "dall-e-3", "run": "x"})

    found = walk(["."])

    assert dict(found.kinds) == {"a/b.yaml": "document", "a/z.ts": "javascript", "b.py": "python"}
    assert found.files.paths == ("a/b.yaml", "a/z.ts", "b.py")
    assert found.skipped == ()


def test_paths_are_shown_as_they_were_given(here):
    put(here, **{"app/src/a.py": "1", "app/b.py": "2"})

    assert walk(["app/src", "./app/b.py"]).files.paths == ("app/b.py", "app/src/a.py")
    assert walk([str(here / "app")]).files.paths == (f"{here}/app/b.py", f"{here}/app/src/a.py")
    assert walk(["app/../app/b.py"]).files.paths == ("app/../app/b.py",)


def test_a_file_that_is_reached_twice_is_read_once(here):
    put(here, **{"app/a.py": "1"})

    assert walk(["app", ".", "app/a.py"]).files.paths == ("app/a.py",)


def test_found_files_can_go_to_another_process_and_into_another_folder(here, tmp_path_factory, monkeypatch):
    put(here, **{"a.py": "x = 1"})
    files = pickle.loads(pickle.dumps(walk(["."]).files))  # noqa: S301
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert files.read("a.py") == b"x = 1"


@pytest.mark.usefixtures("here")
def test_a_path_that_does_not_exist_is_told_with_a_hint():
    with pytest.raises(ConfigError) as caught:
        walk(["nowhere"])

    assert caught.value.message == "no file or folder `nowhere`"
    assert caught.value.hint == "give the files and folders to look at, as in `.`"


def test_folders_of_others_code_are_said_once(here):
    put(
        here,
        **{
            "node_modules/a/index.js": "",
            "web/node_modules/b/index.js": "",
            "vendor/x.py": "",
            ".venv/lib/x.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
            "a.py": "",
        },
    )

    found = walk(["."])

    assert found.files.paths == ("a.py",)
    assert found.skipped == (
        Skipped(path=".venv", reason="installed packages"),
        Skipped(path="env", reason="installed packages"),
        Skipped(path="node_modules", reason="installed packages, like 1 more named `node_modules`"),
        Skipped(path="vendor", reason="others' code"),
    )


def test_a_folder_with_a_common_name_is_passed_over_only_beside_a_project(here):
    put(here, **{"one/build/a.py": "", "two/package.json": "{}", "two/build/a.js": ""})

    found = walk(["."])

    assert found.files.paths == ("one/build/a.py", "two/package.json")
    assert found.skipped == (Skipped(path="two/build", reason="built files"),)


def test_a_folder_that_is_given_is_looked_into_whatever_its_name(here):
    put(here, **{"node_modules/a.js": "", ".gitignore": "node_modules", ".git/HEAD": ""})

    assert walk(["node_modules"]).files.paths == ("node_modules/a.js",)


def test_gitignore_is_honoured_but_for_env_files(here):
    put(
        here,
        **{
            ".gitignore": ".env*\n/out.py\ngenerated/\n*.log\n!keep.py\n",
            ".env": "A=1",
            ".env.local": "A=1",
            "out.py": "",
            "sub/out.py": "",
            "generated/a.py": "",
            "sub/.gitignore": "secret.*\n",
            "sub/secret.yaml": "",
            "x.log": "",
        },
    )

    found = walk(["."])

    assert found.files.paths == (".env", ".env.local", "sub/out.py")
    assert found.skipped == (
        Skipped(path="generated", reason="left out by .gitignore"),
        Skipped(path="out.py", reason="left out by .gitignore"),
        Skipped(path="sub/secret.yaml", reason="left out by .gitignore"),
    )


def test_the_gitignore_above_a_folder_counts_up_to_its_repository(here):
    put(here, **{".gitignore": "*.gen.py", "repo/.git/HEAD": "", "repo/.gitignore": "old.py", "repo/src/old.py": ""})
    put(here, **{"repo/src/a.gen.py": ""})

    assert walk(["repo/src"]).files.paths == ("repo/src/a.gen.py",)


def test_hidden_folders_are_read(here):
    put(here, **{".github/workflows/a.yml": "", ".env.production": ""})

    assert walk(["."]).files.paths == (".env.production", ".github/workflows/a.yml")


def test_links_are_not_followed_twice_in_circles_or_outside(here, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    put(outside, **{"o.py": ""})
    put(here, **{"src/a.py": ""})
    (here / "src/loop").symlink_to(here / "src")
    (here / "src/self").symlink_to(here / "src/self")
    (here / "src/out").symlink_to(outside)
    (here / "src/gone.py").symlink_to(here / "nothing.py")
    (here / "b.py").symlink_to(here / "src/a.py")

    found = walk(["."])

    assert found.files.paths == ("src/a.py",)
    assert found.skipped == (
        Skipped(path="src/gone.py", reason="a link that leads nowhere, or to itself"),
        Skipped(path="src/loop", reason="a link to a folder that it stands in"),
        Skipped(path="src/out", reason="a link that leads outside"),
        Skipped(path="src/self", reason="a link that leads nowhere, or to itself"),
    )


def test_what_can_not_be_read_is_said_with_the_reason(here):
    put(
        here,
        **{
            "binary.json": b"{\0}",
            "latin.yaml": "name: café".encode("latin-1"),
            "latin.py": "# -*- coding: latin-1 -*-\nx = 'café'".encode("latin-1"),
            "wide.ps1": "$a = 1".encode("utf-16"),
            "marked.json": b"\xef\xbb\xbf{}",
            "big.json": b" " * (2 * 1024 * 1024 + 1),
            "app.js": "x" * 30_000,
            "data.json": '"' + "x" * 30_000 + '"',
            "jquery.min.js": "1",
        },
    )

    found = walk(["."])

    assert found.files.paths == ("data.json", "latin.py", "marked.json")
    assert found.skipped == (
        Skipped(path="app.js", reason="minified: a line of 20,000 characters or more"),
        Skipped(path="big.json", reason="2.0 MB, more than 2"),
        Skipped(path="binary.json", reason="binary"),
        Skipped(path="latin.yaml", reason="not UTF-8: byte 10 is 0xe9"),
        Skipped(path="wide.ps1", reason="written in UTF-16, not UTF-8"),
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_said(here):
    put(here, **{"a.py": ""})
    Path("a.py").chmod(0)

    assert walk(["."]).skipped == (Skipped(path="a.py", reason="cannot be opened: permission denied"),)


@pytest.mark.usefixtures("here")
def test_a_name_that_is_not_utf8_is_said():
    Path(os.fsdecode(b"caf\xe9.py")).write_text("")

    assert walk(["."]).skipped == (Skipped(path="caf\\xe9.py", reason="its name is not UTF-8"),)


def test_languages_that_nobody_reads_are_said_when_they_name_a_model(here):
    put(here, **{"main.go": 'x\nm := "gpt-image-1"', "other.go": "package main", "app.rb": 'model: "dall-e-3"'})

    assert walk(["."]).skipped == (
        Skipped(path="app.rb", reason="Ruby is not read; it names `dall-e-3`", line=1),
        Skipped(path="main.go", reason="Go is not read; it names `gpt-image-1`", line=2),
    )


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("a.py", b"", "python"),
        ("bin/tool", b"#!/usr/bin/env python3\n", "python"),
        ("bin/tool", b"#!/usr/bin/env -S uv run\n", "python"),
        ("bin/tool", b"#!/usr/bin/node\n", "javascript"),
        ("bin/tool", b"#!/bin/bash -e\n", "document"),
        ("bin/tool", b"#!/usr/bin/perl\n", None),
        ("bin/tool", b"", None),
        ("a.vue", b"", "javascript"),
        ("a.d.ts", b"", "javascript"),
        (".env", b"", "document"),
        (".env.local.example", b"", "document"),
        (".envrc", b"", "document"),
        ("env.example", b"", "document"),
        ("src/env.ts", b"", "javascript"),
        ("migrations/env.py", b"", "python"),
        ("deploy/app.env.dist", b"", "document"),
        ("Dockerfile", b"", "document"),
        ("Dockerfile.prod", b"", "document"),
        ("Makefile", b"", "document"),
        ("requirements-dev.txt", b"", "document"),
        ("requirements/base.txt", b"", "document"),
        ("notes.txt", b"", None),
        ("README.md", b"", None),
        ("Pipfile", b"", "document"),
        ("package-lock.json", b"", None),
        ("pnpm-lock.yaml", b"", None),
        ("uv.lock", b"", None),
        ("jquery.min.js", b"", None),
        ("model_prices_and_context_window.json", b"", None),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_name_or_its_first_line(path, head, kind):
    assert kind_of(path, head) == kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", True),
        ("src/__tests__/a.ts", True),
        ("src/a.spec.ts", True),
        ("src/test_a.py", True),
        ("src/a_test.go", True),
        ("fixtures/wf.json", True),
        ("src/latest.py", False),
        ("contest/a.py", False),
    ],
)
def test_tests_are_told_by_folder_or_name(path, expected):
    assert is_test(path) is expected
