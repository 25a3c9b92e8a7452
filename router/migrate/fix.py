"""Rewrites: which edits are made, what they make of each file, and how that is written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from ..errors import ConfigError
from .codes import Verdict
from .edits import Edit, OverlapError, applied
from .findings import Finding
from .parsing import still_parses
from .sites import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a file, and how many findings that sees to."""

    path: str
    before: bytes
    after: bytes
    findings: int = 1


class Left(NamedTuple):
    """A finding that is not seen to, though it was to be, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All changes, in the order of their paths, and what was left."""

    changes: tuple[Change, ...]
    left: tuple[Left, ...] = ()
    taken: tuple[Finding, ...] = ()


def rewrite(findings: Iterable[Finding], files: Files, *, verdicts: Sequence[Verdict] = ("proved",)) -> Outcome:
    """Make the edits of the findings of some classes; one that cannot be made whole is left out whole."""
    wanted = [finding for finding in findings if finding.verdict in verdicts and finding.edits]
    return make([(finding, finding.edits) for finding in wanted], files)


def make(wanted: Sequence[tuple[Finding, Sequence[Edit]]], files: Files) -> Outcome:
    """Bring edits together: all at once, or finding by finding where they do not go together."""
    made = _make(wanted, files)
    if isinstance(made, str):
        return _make_what_can_be(wanted, files)
    counts = Counter(path for _, edits in wanted for path in {edit.path for edit in edits})
    changes = (
        Change(path=path, before=files.read(path), after=after, findings=counts[path])
        for path, after in sorted(made.items())
    )
    return Outcome(
        changes=tuple(change for change in changes if change.before != change.after),
        taken=tuple(finding for finding, _ in wanted),
    )


def _make_what_can_be(wanted: Sequence[tuple[Finding, Sequence[Edit]]], files: Files) -> Outcome:
    taken: list[tuple[Finding, Sequence[Edit]]] = []
    left: list[Left] = []
    for finding, edits in wanted:
        paths = {edit.path for edit in edits}
        near = [each for each in taken if not paths.isdisjoint({edit.path for edit in each[1]})]
        made = _make([*near, (finding, edits)], files)
        if isinstance(made, str):
            left.append(Left(finding, made))
        else:
            taken.append((finding, edits))
    return replace(make(taken, files), left=tuple(left))


def _make(wanted: Iterable[tuple[Finding, Sequence[Edit]]], files: Files) -> dict[str, bytes] | str:
    """Each file with its edits, or why one cannot have them."""
    by_path: defaultdict[str, list[Edit]] = defaultdict(list)
    for _, edits in wanted:
        for edit in edits:
            by_path[edit.path].append(edit)
    made: dict[str, bytes] = {}
    for path, edits in by_path.items():
        before = files.read(path)
        try:
            after = applied(before, edits)
        except OverlapError:
            return f"other edits of {path} want the same words"
        if after is None:
            return f"{path} does not say what it was read to say"
        if not still_parses(path, before, after):
            return f"{path} could not be parsed any more"
        made[path] = after
    return made


# -- shown and written


def diff(change: Change) -> str:
    """The change as a unified diff, which `patch` and `git apply` take; bytes that are no UTF-8 are surrogates."""
    before, after = (_lines(data) for data in (change.before, change.after))
    lines = unified_diff(before, after, f"a/{change.path.lstrip('/')}", f"b/{change.path.lstrip('/')}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    """Lines that end with a line feed, as `patch` has them, and nowhere else."""
    parts = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def write(change: Change, *, folder: str = ".") -> None:
    """Put a file's new bytes in its place, all or none; raises `ConfigError` where the file is another by now."""
    place = Path(os.path.realpath(Path(folder, change.path)))
    try:
        if place.read_bytes() != change.before:
            raise ConfigError(f"`{change.path}` was changed meanwhile", hint="run it again")
        _put(place, change.after)
    except OSError as error:
        raise ConfigError(f"cannot write `{change.path}`: {error.strerror or error}") from error


def _put(place: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(place.stat().st_mode & 0o7777)
        Path(name).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class Changed:
    """Files with some of them changed, so that the outcome can be read before it is written."""

    def __init__(self, files: Files, changes: Iterable[Change]) -> None:
        self.paths = files.paths
        self._files = files
        self._after: Mapping[str, bytes] = {change.path: change.after for change in changes}

    def read(self, path: str) -> bytes:
        """The bytes of a file, as they would be."""
        return self._after[path] if path in self._after else self._files.read(path)
