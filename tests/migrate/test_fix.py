"""Rewrites: what is made of files, how it is shown, and how it is written."""

from __future__ import annotations

import stat

import pytest

from router.errors import ConfigError
from router.migrate.fix import Change, Changed, diff, rewrite, write

from .toy import Folder, scan

OLD = b'client.images.generate(model="gpt-image-1", prompt=p, size="1024x1024")  # a door\n'
NEW = OLD.replace(b"gpt-image-1", b"gpt-image-2.5-flare").replace(b'1024")', b'1024", quality="medium")')


def fixed(files, *, assumed=False):
    folder = Folder(files)
    verdicts = ("proved", "assumed") if assumed else ("proved",)
    return rewrite(scan(folder).findings, folder, verdicts=verdicts)


def test_a_proved_rewrite_is_made():
    assert fixed({"app.py": OLD}).changes == (Change(path="app.py", before=OLD, after=NEW),)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(OLD.replace(b"\n", b"\r\n"), id="carriage returns"),
        pytest.param(b"\xef\xbb\xbf" + OLD.replace(b"client", b"# k\xc3\xa4se\nclient"), id="a byte order mark"),
        pytest.param(b"# -*- coding: latin-1 -*-\n# k\xe4se\n" + OLD, id="another encoding"),
        pytest.param(OLD.rstrip(), id="no end of line"),
        pytest.param(b"x = 1\t\n\n\n" + OLD + b"  \n\x0c\n", id="odd whitespace"),
    ],
)
def test_everything_beside_the_edits_stays(source):
    expected = source.replace(OLD.rstrip(), NEW.rstrip())

    (change,) = fixed({"app.py": source}).changes
    assert change.after == expected


def test_an_assumed_rewrite_waits_until_it_is_asked_for():
    source = OLD.replace(b'"1024x1024"', b"size")

    assert fixed({"app.py": source}).changes == ()
    assert fixed({"app.py": source}, assumed=True).changes[0].after == source.replace(
        b"gpt-image-1", b"gpt-image-2.5-flare"
    ).replace(b"size)", b'size, quality="medium")')


def test_the_second_time_there_is_nothing_to_do():
    folder = Folder({"app.py": OLD})
    outcome = rewrite(scan(folder).findings, folder)
    after = Changed(folder, outcome.changes)

    assert scan({"app.py": after.read("app.py")}).findings == ()


def test_one_constant_of_two_calls_is_changed_once():
    source = b'M = "gpt-image-1"\n' + 2 * OLD.replace(b'"gpt-image-1"', b"M").replace(b"1024x1024", b"1536x1024")

    (change,) = fixed({"app.py": source}).changes
    assert change.findings == 2
    assert change.after.count(b"gpt-image-2.5-flare") == 1


def test_a_file_that_is_broken_already_is_no_obstacle():
    before = b"def (:\n"

    assert fixed({"other.txt.py": OLD}).changes[0].after == NEW
    assert before == b"def (:\n"


def test_the_diff_is_one_that_patch_takes():
    change = Change(path="a/app.py", before=b"a\nb\nc", after=b"a\nB\nc")

    assert diff(change) == (
        "--- a/a/app.py\n+++ b/a/app.py\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n\\ No newline at end of file\n"
    )


# -- written


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "app.py"
    path.write_bytes(OLD)
    return path


def change_of(file):
    return Change(path=str(file), before=OLD, after=NEW)


def test_a_file_is_written_and_keeps_its_mode(file):
    file.chmod(0o751)

    write(change_of(file))

    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (NEW, 0o751)
    assert [path.name for path in file.parent.iterdir()] == ["app.py"]


def test_a_link_stays_a_link(file):
    link = file.parent / "link.py"
    link.symlink_to(file)

    write(change_of(link))

    assert (link.is_symlink(), file.read_bytes()) == (True, NEW)


def test_a_file_that_was_changed_meanwhile_is_left_alone(file):
    file.write_bytes(b"mine\n")

    with pytest.raises(ConfigError, match="was changed meanwhile"):
        write(change_of(file))
    assert file.read_bytes() == b"mine\n"


def test_a_file_that_is_gone_is_said(file):
    file.unlink()

    with pytest.raises(ConfigError, match="cannot write"):
        write(change_of(file))
