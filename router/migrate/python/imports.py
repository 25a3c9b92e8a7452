"""What an import brings: a module of the tree, something in it, or a package that is not read."""

from __future__ import annotations

from pathlib import PurePosixPath

import libcst as cst

from .bindings import Event, dotted
from .modules import Module, Modules
from .values import Imported, Kind, Look, Place, Things, Unknown


def imported(look: Look, modules: Modules, module: Module, *, event: Event, wanted: str | None) -> Things:
    """What an import binds; of a star, what it binds under the wanted name, if anything."""
    statement = module.tree.parent(event.node) if isinstance(event.node, cst.ImportAlias) else event.node
    if isinstance(statement, cst.ImportFrom):
        base = (dotted(statement.module) or "") if statement.module else ""
        name = wanted or (dotted(event.node.name) if isinstance(event.node, cst.ImportAlias) else None)
        return from_module(look, modules, module, base=base, level=len(statement.relative), name=name or "")
    alias = event.node
    full = (dotted(alias.name) or "") if isinstance(alias, cst.ImportAlias) else ""
    name = full if isinstance(alias, cst.ImportAlias) and alias.asname else full.partition(".")[0]
    path = modules.find(name, level=0, path=module.path)
    found = modules.at(path) if path else None
    return (Kind(Place(found, found.tree.module)),) if found else (Imported(name),)


def from_module(look: Look, modules: Modules, module: Module, *, base: str, level: int, name: str) -> Things:
    """`from base import name`."""
    path = modules.find(base, level=level, path=module.path)
    found = modules.at(path) if path and path != module.path else None
    if found is not None:
        things = exported(look, found, name)
        if things:
            return things
    inner = modules.find(f"{base}.{name}" if base else name, level=level, path=module.path)
    below = modules.at(inner) if inner and inner != module.path else None
    if below is not None:
        return (Kind(Place(below, below.tree.module)),)
    return (Imported(f"{'.' * level}{base}.{name}" if base else name),)


def exported(look: Look, module: Module, name: str) -> Things:
    """What a module has under a name."""
    things = look.lookup(module, name, module.tree.module)
    if things:
        return things
    for event in module.bindings.events(module.tree.module, "*"):
        things = imported(look, look.modules, module, event=event, wanted=name)
        if things and not all(isinstance(thing, Imported) for thing in things):
            return things
    return ()


def member(look: Look, module: Module, name: str) -> Things:
    """`module.name`, for a module that is read."""
    things = exported(look, module, name)
    if things:
        return things
    path = PurePosixPath(module.path)
    if path.stem == "__init__":
        inner = look.modules.find(name, level=1, path=module.path)
        below = look.modules.at(inner) if inner else None
        if below is not None:
            return (Kind(Place(below, below.tree.module)),)
    return (Unknown(reason=f"`{name}` is not found in {module.path}"),)
