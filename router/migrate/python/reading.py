"""Reads one file: everything that is found in it, in the order of lines."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import libcst as cst

from ..sites import Files, Mark, Reading, Site, Skipped, Unresolved
from .answers import find_reads
from .drafts import Draft, site_of
from .http import find_batches, find_requests
from .mentions import find_mentions
from .modules import Module, Modules, parse_module
from .names import Names
from .prefilter import may_matter
from .sdk import find_sdk_calls
from .surroundings import find_surroundings
from .text import UnreadableError
from .tools import find_tools
from .values import Known
from .words import Words
from .wrappers import find_wrappers

FINDERS: Final = (find_sdk_calls, find_requests, find_batches, find_tools, find_wrappers)


class Reader:
    """Reads the files of one tree, and keeps what it parsed."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.names = Names(Modules(files))
        self.words = Words(files)

    def read(self, path: str, data: bytes, *, stored: bool) -> Reading:
        """Read the bytes of a file; `stored` if they are the file itself, and not a part of it."""
        if not may_matter(data):
            return Reading()
        with no_collection():
            return self._read_safely(path, data, stored=stored)

    def _read_safely(self, path: str, data: bytes, *, stored: bool) -> Reading:
        try:
            return self._read(self.names.modules.load(path, data) if stored else parse_module(path, data))
        except UnreadableError as error:
            return Reading(skipped=(Skipped(path=path, reason=str(error), line=error.line, unread=stored),))
        except RecursionError:
            return Reading(skipped=(Skipped(path=path, reason="it is nested too deeply", unread=stored),))

    def _read(self, module: Module) -> Reading:
        drafts = [draft for find in FINDERS for draft in find(self.names, module)]
        used = {node for draft in drafts for node in (draft.node, *draft.readers)}
        sites, unresolved = [], []
        ours = [draft for draft in drafts if not draft.foreign]
        for draft in ours:
            if is_open(draft):
                unresolved.append(unresolved_of(draft))
            else:
                sites.append(site_of(draft, self.words, used))
        marks = [
            *find_reads(self.names, module, drafts),
            *find_surroundings(self.names, module, ours),
            *find_mentions(module, taken_up(drafts)),
        ]
        return Reading(sites=in_order(sites), marks=in_order(marks), unresolved=in_order(unresolved))


@contextmanager
def no_collection() -> Iterator[None]:
    """Without the garbage collector, which would look through each new tree many times over and find nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


T = TypeVar("T", Site, Mark, Unresolved)


def in_order(found: Iterable[T]) -> tuple[T, ...]:
    """In the order of lines."""
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.column)))


def is_open(draft: Draft) -> bool:
    """Whether nothing at all is known of what a call asks for."""
    return bool(draft.open) and not draft.entries.keys() - {"prompt", "image", "mask"}


def unresolved_of(draft: Draft) -> Unresolved:
    """Write up a call that asks for nobody knows what."""
    region = draft.module.tree.region(draft.node)
    return Unresolved(
        path=draft.module.path,
        line=region.line,
        column=region.column,
        surface=draft.surface,
        reason="; ".join(draft.open),
    )


def taken_up(drafts: Iterable[Draft]) -> set[cst.CSTNode]:
    """The texts that calls use."""
    return {
        thing.place.node
        for draft in drafts
        for entry in draft.entries.values()
        for thing in entry.things
        if isinstance(thing, Known) and thing.place is not None
    }
