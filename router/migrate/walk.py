"""Finds the files that are looked at, and says which are not, and why."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pathspec import GitIgnoreSpec

from ..errors import ConfigError
from .kinds import Kind, kind_of, language_of
from .models import MENTION
from .sites import Skipped

MIB: Final = 1024 * 1024
LARGEST: Final = 2 * MIB
LARGEST_OF: Final[Mapping[str, int]] = {"ipynb": 64 * MIB, "jsonl": 64 * MIB, "ndjson": 64 * MIB}
"""Notebooks hold the pictures that they drew, and a batch has many lines."""
LARGEST_EVER: Final = max(LARGEST_OF.values())
HEAD: Final = 256
LONG_LINE: Final = re.compile(rb"[^\n]{20000}")
MINIFIABLE: Final = frozenset({"js", "mjs", "cjs", "ts", "css"})
MENTIONED: Final = re.compile(MENTION.pattern.encode())
MARKS: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
FOLDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("node_modules", "bower_components", "site-packages", "jspm_packages"), "installed packages"),
    **dict.fromkeys((".venv", "venv", "virtualenv", ".virtualenv", ".tox", ".nox", ".conda"), "installed packages"),
    **dict.fromkeys((".git", ".hg", ".svn", ".jj"), "the version control's own files"),
    **dict.fromkeys(("dist", "build", "_build", "out", "target", ".next", ".nuxt", ".output"), "built files"),
    **dict.fromkeys((".svelte-kit", ".angular", ".parcel-cache", ".turbo", ".vercel", ".netlify"), "built files"),
    **dict.fromkeys((".serverless", ".aws-sam", ".docusaurus", "storybook-static", "htmlcov"), "built files"),
    **dict.fromkeys(("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".cache"), "a cache"),
    **dict.fromkeys((".hypothesis", ".gradle", ".terraform", ".yarn", ".pnpm-store", ".eggs"), "a cache"),
    **dict.fromkeys(("vendor", "vendors", "vendored", "_vendor", "third_party", "third-party"), "others' code"),
    **dict.fromkeys(("thirdparty", "external", "Pods", "Carthage"), "others' code"),
    **dict.fromkeys((".idea", ".ipynb_checkpoints", ".nyc_output", "coverage"), "a program's own files"),
}
PERHAPS_BUILT: Final = frozenset({"build", "out", "target", "external", "coverage"})
"""Common names: such a folder is passed over where a project stands beside it."""
PROJECTS: Final = frozenset({
    "package.json", "pyproject.toml", "setup.py", "Cargo.toml", "go.mod", "pom.xml", "composer.json", "build.gradle",
    "build.gradle.kts", "CMakeLists.txt", "Makefile", "Gemfile", "tsconfig.json", ".git",
})  # fmt: skip
ENV_FILE: Final = re.compile(r"\.?env(?:rc)?(?:[._-].*)?|.*\.env", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """The files that are looked at; they are read when they are asked for, so that this can go to other processes."""

    paths: tuple[str, ...] = ()
    folder: str = "."

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises `OSError` when it is gone meanwhile."""
        return Path(self.folder, path).read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a walk came upon: the files, the kind of each, and all that was passed over."""

    files: FoundFiles
    skipped: tuple[Skipped, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)


def walk(paths: Sequence[str]) -> Found:
    """Find the files below some paths, which are shown as they are given; raises `ConfigError` if one is missing.

    A file that is given is read whatever its folder is called; in a folder, `.gitignore` is honoured, but for `.env`
    files, which it nearly always names.
    """
    walker = _Walker(roots=tuple(existing(path) for path in paths))
    for path in paths:
        walker.visit(path)
    kinds = dict(sorted(walker.kinds.items()))
    files = FoundFiles(paths=tuple(kinds), folder=str(Path.cwd()))
    return Found(files=files, kinds=kinds, skipped=walker.said())


def existing(path: str) -> str:
    """The real place of a path that was given."""
    if not Path(path).exists():
        raise ConfigError(f"no file or folder `{path}`", hint="give the files and folders to look at, as in `.`")
    return os.path.realpath(path)


@dataclass(frozen=True, slots=True)
class _Ignoring:
    """A `.gitignore` file, and the folder that it speaks of."""

    folder: str
    spec: GitIgnoreSpec

    def says(self, place: str, *, is_folder: bool) -> bool | None:
        """Whether it names a path: no word on it is none."""
        inside = place[len(self.folder.rstrip(os.sep)) + 1 :]
        return self.spec.check_file(f"{inside}/" if is_folder else inside).include


@dataclass(slots=True)
class _Walker:
    """Goes through folders and remembers what it saw."""

    roots: tuple[str, ...]
    kinds: dict[str, Kind] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    folders: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def visit(self, path: str) -> None:
        shown = PurePosixPath(Path(path).as_posix())
        real = os.path.realpath(path)
        if not Path(path).is_dir():
            self.given(str(shown), real)
            return
        waiting = [("" if str(shown) == "." else f"{shown}/".replace("//", "/"), real, above(real))]
        while waiting:
            prefix, folder, ignoring = waiting.pop()
            if folder in self.seen:
                continue
            self.seen.add(folder)
            waiting.extend(self.folder(prefix, folder, ignoring))

    def folder(
        self, prefix: str, folder: str, ignoring: tuple[_Ignoring, ...]
    ) -> Iterator[tuple[str, str, tuple[_Ignoring, ...]]]:
        """Look at what a folder holds; gives the folders in it."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.skip(prefix.rstrip("/") or ".", f"cannot be opened: {reason(error)}")
            return
        if any(entry.name == ".gitignore" for entry in entries):
            ignoring = (*ignoring, *ignored_by(folder))
        names = {entry.name for entry in entries}
        for entry in entries:
            shown = f"{prefix}{entry.name}"
            if entry.is_symlink():
                self.link(shown, entry)
            elif entry.is_dir():
                if self.enters(shown, entry, ignoring, names=names):
                    yield f"{shown}/", entry.path, ignoring
            elif not is_ignored(entry, ignoring):
                self.file(shown, entry.path)
            elif kind_of(shown):
                self.skip(shown, "left out by .gitignore")

    def enters(self, shown: str, entry: os.DirEntry[str], ignoring: tuple[_Ignoring, ...], *, names: set[str]) -> bool:
        """Whether a folder is looked into; of those with the same name and reason the first is said."""
        why = passed_over(entry, names)
        if why is not None:
            self.folders.setdefault((group(entry.name), why), []).append(shown)
        elif is_ignored(entry, ignoring):
            why = "left out by .gitignore"
            self.skip(shown, why)
        return why is None

    def said(self) -> tuple[Skipped, ...]:
        """All that was passed over, sorted."""
        for (name, why), shown in self.folders.items():
            others = f", like {len(shown) - 1} more named `{name}`" if len(shown) > 1 else ""
            self.skip(min(shown), f"{why}{others}")
        return tuple(sorted(self.skipped, key=lambda skipped: (skipped.path, skipped.line or 0)))

    def link(self, shown: str, entry: os.DirEntry[str]) -> None:
        """Say why a link is not followed; what stands among the roots is looked at where it stands."""
        real = os.path.realpath(entry.path)
        try:
            entry.stat()
        except OSError:
            self.skip(shown, "a link that leads nowhere, or to itself")
            return
        if within(entry.path, real):
            self.skip(shown, "a link to a folder that it stands in")
        elif not any(within(real, root) for root in self.roots):
            self.skip(shown, "a link that leads outside")

    def given(self, shown: str, real: str) -> None:
        """Look at a file that was asked for: if it is not read, that is said."""
        before = len(self.skipped)
        if real in self.seen:
            return
        self.file(shown, real)
        if shown not in self.kinds and len(self.skipped) == before:
            self.skip(shown, "no kind of file that is read")
        self.skipped[before:] = [replace(each, unread=True) for each in self.skipped[before:]]

    def file(self, shown: str, real: str) -> None:
        if real in self.seen:
            return
        self.seen.add(real)
        if not shown.isprintable() and not encodable(shown):
            self.skip(os.fsencode(shown).decode("utf-8", "backslashreplace"), "its name is not UTF-8")
            return
        try:
            self.look(shown, real)
        except OSError as error:
            if kind_of(shown):
                self.skip(shown, f"cannot be opened: {reason(error)}")

    def look(self, shown: str, real: str) -> None:
        """Decide whether a file is read; raises `OSError`."""
        kind = kind_of(shown)
        language = None if kind else language_of(shown)
        if kind is None and language is None and PurePosixPath(shown).suffix:
            return
        about = os.stat(real)  # noqa: PTH116 -- half the time of a `Path`, for each of very many files
        if not stat.S_ISREG(about.st_mode):
            return
        suffix = PurePosixPath(shown).suffix[1:].lower()
        largest = LARGEST_OF.get(suffix, LARGEST)
        if about.st_size > largest:
            if kind:
                self.skip(shown, f"{about.st_size / MIB:.1f} MB, more than {largest // MIB}")
            return
        if language is not None:
            self.other_language(shown, contents(real), language)
            return
        if kind is None:
            kind = kind_of(shown, contents(real, at_most=HEAD))
        if kind is not None:
            self.take(shown, contents(real), kind)

    def take(self, shown: str, data: bytes, kind: Kind) -> None:
        why = unreadable(shown, data)
        if why:
            self.skip(shown, why)
        else:
            self.kinds[shown] = kind

    def other_language(self, shown: str, data: bytes, language: str) -> None:
        named = MENTIONED.search(data)
        if named:
            line = data.count(b"\n", 0, named.start()) + 1
            self.skip(shown, f"{language} is not read; it names `{named[0].decode()}`", line)

    def skip(self, path: str, why: str, line: int | None = None) -> None:
        self.skipped.append(Skipped(path=path, reason=why, line=line))


def contents(path: str, *, at_most: int = LARGEST_EVER) -> bytes:
    """The bytes of a file, in as few calls as can be, for there may be very many files; raises `OSError`."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        chunks = [os.read(handle, min(MIB, at_most))]
        while len(chunks[-1]) == MIB:
            chunks.append(os.read(handle, MIB))
        return b"".join(chunks)
    finally:
        os.close(handle)


def unreadable(path: str, data: bytes) -> str | None:
    """Why a file of some kind can't be read, if so: binary, of an encoding other than UTF-8, or minified.

    Python files may say in which encoding they are, and are left to their reader.
    """
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if encoding:
        return f"written in {encoding}, not UTF-8"
    if b"\0" in data:
        return "binary"
    suffix = PurePosixPath(path).suffix[1:].lower()
    if not data.isascii() and suffix not in {"py", "pyw"}:
        try:
            data.decode()
        except UnicodeDecodeError as error:
            return f"not UTF-8: byte {error.start + 1:,} is {data[error.start]:#04x}"
    return "minified: a line of 20,000 characters or more" if suffix in MINIFIABLE and LONG_LINE.search(data) else None


def above(folder: str) -> tuple[_Ignoring, ...]:
    """The `.gitignore` files of the folders that a folder stands in, up to its repository's.

    None, when they leave the folder itself out: it was asked for.
    """
    found: list[_Ignoring] = []
    here = Path(folder)
    if (here / ".git").exists():
        return ()
    for parent in here.parents:
        found = [*ignored_by(str(parent)), *found]
        if (parent / ".git").exists():
            inside = [here, *here.parents]
            asked_for = any(one.says(str(place), is_folder=True) for one in found for place in inside_of(one, inside))
            return () if asked_for else tuple(found)
    return ()


def inside_of(rules: _Ignoring, places: Sequence[Path]) -> Iterator[Path]:
    """Those of some folders that stand in the folder of some rules."""
    return (place for place in places if str(place) != rules.folder and within(str(place), rules.folder))


def ignored_by(folder: str) -> tuple[_Ignoring, ...]:
    """The rules of a folder's `.gitignore`, if it has one that can be read."""
    try:
        lines = Path(folder, ".gitignore").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return (_Ignoring(folder, GitIgnoreSpec.from_lines(lines)),)


def is_ignored(entry: os.DirEntry[str], ignoring: tuple[_Ignoring, ...]) -> bool:
    """Whether `.gitignore` leaves a file or folder out; the closest rule decides, `.env` files never."""
    is_folder = entry.is_dir()
    if not is_folder and ENV_FILE.fullmatch(entry.name):
        return False
    for one in reversed(ignoring):
        said = one.says(entry.path, is_folder=is_folder)
        if said is not None:
            return said
    return False


def passed_over(entry: os.DirEntry[str], beside: set[str]) -> str | None:
    """Why a folder is not looked into, by its name and by what stands in it or beside it."""
    if group(entry.name) != entry.name or Path(entry.path, "pyvenv.cfg").is_file():
        return "installed packages"
    if entry.name in PERHAPS_BUILT and not beside & PROJECTS:
        return None
    return FOLDERS.get(entry.name)


def group(name: str) -> str:
    """The name under which folders are told of together."""
    suffix = PurePosixPath(name).suffix
    return f"*{suffix}" if suffix in {".egg-info", ".dist-info"} else name


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder or stands in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def encodable(path: str) -> bool:
    """Whether a name can be shown."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def reason(error: OSError) -> str:
    """What the system says, in our manner."""
    return (error.strerror or "unknown error").lower()
