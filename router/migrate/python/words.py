"""Who else reads a name, in its own file and in others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import Final

import libcst as cst

from ..sites import Files
from .bindings import dotted
from .modules import Module
from .tree import Tree
from .values import Place

WORD: Final = re.compile(rb"[A-Za-z_]\w{2,}")
ENOUGH: Final = 3  # files that hold a word; more need not be told apart


class Words:
    """The words of all files, and in which of them they stand."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @cached_property
    def _holding(self) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = defaultdict(list)
        for path in self._files.paths:
            if path.endswith(".py"):
                for word in set(WORD.findall(self._read(path))):
                    if len(found[word]) < ENOUGH:
                        found[word].append(path)
        return dict(found)

    def _read(self, path: str) -> bytes:
        try:
            return self._files.read(path)
        except OSError:
            return b""

    def shared(self, holder: Place, here: Module, used: Collection[cst.CSTNode]) -> bool:
        """Whether something else than what is in `used`, in the file `here`, may read a name."""
        name = name_of(holder)
        if name is None:
            return False
        last = name.rpartition(".")[2]
        tree = holder.module.tree
        scope = tree.scope(holder.node)
        inner = tree.function(holder.node) if isinstance(holder.node, cst.Param) else scope
        calls = used if holder.module is here else ()
        for read in holder.module.reads.get(last, ()):
            if tree.holds(inner, read) and not is_binding(tree, holder.node, read) and not held(tree, read, calls):
                return True
        if isinstance(holder.node, cst.Param) or not isinstance(scope, cst.Module | cst.ClassDef):
            return False
        return self._elsewhere(last, holder, here, used=used)

    def _elsewhere(self, name: str, holder: Place, here: Module, *, used: Collection[cst.CSTNode]) -> bool:
        others = [path for path in self._holding.get(name.encode(), ()) if path != holder.module.path]
        if here is holder.module or others != [here.path]:
            return bool(others)
        reads = here.reads.get(name, ())
        return any(not is_import(here.tree, read) and not held(here.tree, read, used) for read in reads)


def name_of(holder: Place) -> str | None:
    """The name that an assignment or a parameter binds."""
    match holder.node:
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return dotted(target)
        case cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
            return dotted(target)
        case cst.Param(name=name):
            return name.value
        case _:
            return None


def is_binding(tree: Tree, binding: cst.CSTNode, read: cst.CSTNode) -> bool:
    """Whether a name stands in its own assignment or declaration."""
    above = tree.parent(read)
    if tree.holds(binding, read) or (isinstance(above, cst.Param) and above.name is read):
        return True
    if isinstance(above, cst.Arg) and above.keyword is read:
        return True
    return any(isinstance(one, cst.AssignTarget) for one in tree.around(read))


def is_import(tree: Tree, read: cst.CSTNode) -> bool:
    """Whether a name stands in an import."""
    return any(isinstance(above, cst.Import | cst.ImportFrom) for above in tree.around(read))


def held(tree: Tree, read: cst.CSTNode, calls: Collection[cst.CSTNode]) -> bool:
    """Whether a name is read in one of some calls."""
    return read in calls or any(above in calls for above in tree.around(read))
