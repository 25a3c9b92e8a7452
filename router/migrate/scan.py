"""The driver: finds the files, has them read, by several processes where they are many, and judges what was found."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ..errors import ConfigError
from .embed import is_wrapped, mentions_wrap
from .findings import Finding, Report
from .judge import WRAPPED, Draft, Foreign, Healthy, Judged, agree, conclude, gives_url, is_served, judge
from .marks import judge_mark
from .rulings import Bench
from .sites import Files, Mark, Reading, Site, Skipped, Unresolved, Written

if TYPE_CHECKING:
    from datetime import date

    from ..catalog import Catalog
    from ..policy import Policy

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many files of how many were read."""

READERS: Final[Mapping[str, tuple[str, str]]] = {
    "python": (".python", "read_python"),
    "javascript": (".javascript", "read_javascript"),
    "document": (".documents", "read_document"),
}
"""Where the reader of each kind of file is; each is imported where it is needed."""

MANY: Final = 100  # files, for which it pays to start processes
AT_A_TIME: Final = 20
MOST_WORKERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a scan judges by."""

    policy: Policy
    catalog: Catalog
    on: date
    policy_name: str = "pixroute:migrate-from-gpt-image-1"
    provider: str | None = None

    def bench(self, files: Files) -> Bench:
        """The same, with the files that are judged."""
        return Bench(
            policy=self.policy,
            catalog=self.catalog,
            on=self.on,
            files=Kept(files),
            policy_name=self.policy_name,
            provider=self.provider,
        )


class Kept:
    """Files that are not read again at once."""

    def __init__(self, files: Files) -> None:
        self.paths = files.paths
        self.read = lru_cache(maxsize=16)(files.read)


def scan(paths: Sequence[str], settings: Settings, *, progress: Progress | None = None) -> Report:
    """Look at files and folders. Raises `ConfigError` for one that is missing."""
    from .walk import walk  # noqa: PLC0415 -- it takes an extra, which those who bring their own readings need not have

    found = walk(paths)
    read = list(read_all(found.files, found.kinds, progress=progress))
    return judge_all(read, settings, found.files, skipped=found.skipped)


# -- reading


class Read(NamedTuple):
    """What was found in one file, and how many lines it has."""

    path: str
    reading: Reading
    lines: int


def read_all(files: Files, kinds: Mapping[str, str], *, progress: Progress | None = None) -> Iterator[Read]:
    """Read all files, in their order; many of them by several processes."""
    total, workers = len(kinds), min(_processors(), MOST_WORKERS)
    if total < MANY or workers == 1:
        for done, (path, kind) in enumerate(kinds.items(), start=1):
            yield read_one(files, path, kind)
            _tell(progress, done, total)
        return
    with _crashes(), ProcessPoolExecutor(workers, initializer=_start, initargs=(files, dict(kinds))) as pool:
        done = 0
        names = list(kinds)
        parts = [names[at : at + AT_A_TIME] for at in range(0, total, AT_A_TIME)]
        for some in pool.map(_read_some, parts):
            yield from some
            done += len(some)
            _tell(progress, done, total)


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


def read_one(files: Files, path: str, kind: str) -> Read:
    """Read a file by the reader of its kind; a reader that fails is no reason to lose the others."""
    module, function = READERS[kind]
    reader = getattr(import_module(module, __package__), function)
    try:
        data = files.read(path)
        reading = reader(path, files)
    except OSError as error:
        return _unread(path, f"cannot be read: {error.strerror}")
    except Exception as error:  # noqa: BLE001 -- a mistake of ours in one file; the report says so
        return _unread(path, f"the reader failed: {error!r}")
    return Read(path, reading, data.count(b"\n") + (not data.endswith(b"\n") and bool(data)))


def _unread(path: str, reason: str) -> Read:
    return Read(path, Reading(skipped=(Skipped(path=path, reason=reason, unread=True),)), 0)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_SHARED: dict[str, tuple[Files, Mapping[str, str]]] = {}


@contextmanager
def _crashes() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise ConfigError(
            "a file made its reader crash", hint="look at a part of the tree, to find out which"
        ) from error


def _start(files: Files, kinds: Mapping[str, str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this one ends it
    _SHARED["all"] = (files, kinds)


def _read_some(paths: Sequence[str]) -> list[Read]:
    files, kinds = _SHARED["all"]
    return [read_one(files, path, kinds[path]) for path in paths]


# -- judging


def judge_all(read: Sequence[Read], settings: Settings, files: Files, *, skipped: Iterable[Skipped] = ()) -> Report:
    """Judge all that was found."""
    bench = settings.bench(files)
    marks = _by_site(mark for each in read for mark in each.reading.marks)
    judged = [(site, judge(site, marks[site.path, site.line], bench)) for each in read for site in each.reading.sites]
    wrapping = frozenset(path for path in {_home(site) for site, _ in judged} if mentions_wrap(bench.files.read(path)))
    handled = {_key(site) for site, each in judged if _home(site) in wrapping and _is_handled(site, each, bench)}
    agreement = agree(each for _, each in judged if isinstance(each, (Draft, Healthy)))
    open_ = [(site, each) for site, each in judged if _key(site) not in handled]
    findings = [conclude(each, agreement, bench) for _, each in open_ if isinstance(each, Draft)]
    findings += [each for _, each in open_ if isinstance(each, Finding)]
    findings += _of_marks(read, judged, bench, handled=handled)
    unresolved = [each for one in read for each in one.reading.unresolved]
    unresolved += [each for _, each in open_ if isinstance(each, Unresolved)]
    unresolved += [each.told for _, each in open_ if isinstance(each, Foreign)]
    passed = [*skipped, *(each for one in read for each in one.reading.skipped)]
    looked_at = [one for one in read if not any(each.unread for each in one.reading.skipped)]
    return Report(
        on=settings.on,
        policy=settings.policy_name,
        findings=tuple(sorted({_once(each): each for each in findings}.values(), key=lambda each: each.order)),
        healthy=sum(isinstance(each, Healthy) for _, each in judged),
        handled=len(handled),
        unresolved=tuple(sorted(unresolved, key=lambda each: (each.path, each.line, each.column, each.reason))),
        skipped=tuple(sorted(passed, key=lambda each: (each.path, each.line or 0, each.reason))),
        files=len(looked_at),
        lines=sum(each.lines for each in looked_at),
    )


def _once(finding: Finding) -> tuple[object, ...]:
    return (*finding.order, finding.surface, finding.text, finding.fix)


Key: TypeAlias = tuple[str, int, int]


def _key(site: Site) -> Key:
    return site.path, site.line, site.column


def _by_site(marks: Iterable[Mark]) -> Mapping[tuple[str, int | None], list[Mark]]:
    grouped: defaultdict[tuple[str, int | None], list[Mark]] = defaultdict(list)
    for mark in marks:
        grouped[mark.path, mark.site].append(mark)
    return grouped


def _home(site: Site) -> str:
    """The file in which the client of a call is made, as far as is known."""
    return site.client.path if site.client else site.path


def _is_handled(site: Site, judged: Judged, bench: Bench) -> bool:
    """Whether the call goes through a client that pixroute wraps, and is served so."""
    if site.surface not in WRAPPED or not isinstance(judged, (Draft, Unresolved)):
        return False
    if site.client is None and site.surface != "python-sdk-module":
        return False  # it comes from elsewhere: what this file wraps may be another
    served = not isinstance(judged, Draft) or is_served(judged)
    return served and is_wrapped(bench.files.read(_home(site)), site.client)


def _of_marks(
    read: Sequence[Read], judged: Sequence[tuple[Site, Judged]], bench: Bench, *, handled: set[Key]
) -> Iterator[Finding]:
    """The findings of the marks, but for those whose call is another vendor's, or handled."""
    at: defaultdict[tuple[str, int | None], list[tuple[Site, Judged]]] = defaultdict(list)
    for site, each in judged:
        at[site.path, site.line].append((site, each))
    written = {
        _at(choice.written) for site, _ in judged for each in site.parameters.values() for choice in each.choices
    }
    for mark in (mark for each in read for mark in each.reading.marks):
        if mark.kind == "names_model" and mark.written is not None and _at(mark.written) in written:
            continue  # a call reads it, and says more
        calls = at[mark.path, mark.site] if mark.site is not None else []
        if calls and all(_is_moot(mark, site, each, handled=handled) for site, each in calls):
            continue
        served = bool(calls) and all(
            isinstance(each, Draft) and site.surface in WRAPPED and gives_url(each) for site, each in calls
        )
        finding = judge_mark(mark, bench, wrapped=served)
        if finding is not None:
            yield finding


def _at(written: Written | None) -> tuple[str, int] | None:
    return None if written is None else (written.region.path, written.region.start)


def _is_moot(mark: Mark, site: Site, judged: Judged, *, handled: set[Key]) -> bool:
    """Whether a mark does not matter for a call."""
    if isinstance(judged, Foreign):
        return True
    return _key(site) in handled and mark.kind in ("reads_url", "retries")
