"""What a function's parameter can be: its default, what callers pass, what its annotation says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import libcst as cst

from ..sites import Origin
from .annotations import annotated
from .attributes import called_name, class_name, first_parameter
from .bindings import dotted
from .modules import Module
from .tables import arguments
from .values import (
    Entry,
    Instance,
    Kind,
    Known,
    Look,
    Place,
    Table,
    Thing,
    Things,
    Unknown,
    alternatives,
    distinct,
    sole_text,
    through,
)

MOST_CALLERS: Final = 12
MARKERS: Final = frozenset({"Query", "Form", "Body", "Path", "Header", "Field", "Option", "Argument", "File", "Cookie"})


def parameter(look: Look, module: Module, node: cst.Param) -> Things:
    """What a parameter can be."""
    function = next(above for above in module.tree.around(node) if isinstance(above, cst.FunctionDef | cst.Lambda))
    if isinstance(function, cst.Lambda):
        return (Unknown(reason="given to a `lambda`"),)
    owner = owner_of(module, function)
    if owner is not None and node.name.value == first_parameter(function) and not is_static(function):
        return (owner,) if is_static(function, "classmethod") else (Instance(owner),)
    if node is function.params.star_kwarg:
        return (_rest(look, module, function, owner=owner),)
    name = f"`{class_name(owner) if owner and function.name.value == '__init__' else function.name.value}()`"
    default = _default(look, module, function, node=node)
    origin = Origin(name=node.name.value, path=module.path, line=module.tree.line(node))
    found = [through(one, origin, Place(module, node)) for one in default]
    passed, all_known = _passed(look, module, function, owner=owner, name=node.name.value)
    declared = annotated(look, module, node.annotation.annotation) if node.annotation else ()
    if any(isinstance(one, Known) for one in declared):
        return distinct((*found, *passed, *(through(one, origin) for one in declared)))
    found += [one for one in declared if not any(isinstance(one, Instance) for one in passed)]
    if all_known and passed and is_private(module, function):
        return distinct((*found, *passed))
    reason = f"whoever calls {name} may pass another" if found or passed else f"given by whoever calls {name}"
    return distinct((*found, *passed, Unknown(reason=reason)))


def owner_of(module: Module, function: cst.FunctionDef) -> Kind | None:
    """The class whose method a function is."""
    scope = module.tree.scope(function)
    return Kind(Place(module, scope)) if isinstance(scope, cst.ClassDef) else None


def is_static(function: cst.FunctionDef, name: str = "staticmethod") -> bool:
    """Whether a function is decorated as one without `self`."""
    return any(dotted(one.decorator) == name for one in function.decorators)


def is_private(module: Module, function: cst.FunctionDef) -> bool:
    """Whether a function can hardly be called from elsewhere: by its name, or as it stands in another."""
    name = function.name.value
    nested = isinstance(module.tree.scope(function), cst.FunctionDef)
    return (nested or name.startswith("_")) and not name.startswith("__") and not function.decorators


def _default(look: Look, module: Module, function: cst.FunctionDef, *, node: cst.Param) -> Things:
    if node.default is None:
        return _option(look, module, function, name=node.name.value) or _marked(look, module, node)
    if isinstance(node.default, cst.Call) and called_name(node.default) in MARKERS:
        return _first(arguments(look, module, node.default))
    if isinstance(node.default, cst.Call) and called_name(node.default) in {"Depends", "Security"}:
        given = arguments(look, module, node.default).entries.get("0")
        return distinct(one for thing in given.things for one in look.called(thing)) if given else ()
    return look(module, node.default)


def _marked(look: Look, module: Module, node: cst.Param) -> Things:
    """The default in `Annotated[str, Query(default=...)]`."""
    match node.annotation:
        case cst.Annotation(annotation=cst.Subscript(value=cst.Name(value="Annotated"), slice=parts)):
            calls = [part.slice.value for part in parts if isinstance(part.slice, cst.Index)]
            for call in calls[1:]:
                if isinstance(call, cst.Call) and called_name(call) in {"Query", "Form", "Body", "Header", "Field"}:
                    return _first(arguments(look, module, call), position="")
            return ()
        case _:
            return ()


def _first(given: Table, *, position: str = "0") -> Things:
    entry = given.entries.get("default") or given.entries.get(position)
    return tuple(one for one in entry.things if isinstance(one, Known | Table)) if entry else ()


def _option(look: Look, module: Module, function: cst.FunctionDef, *, name: str) -> Things:
    """The default of a command's option, `@click.option("--size", default=...)`."""
    for decorator in function.decorators:
        call = decorator.decorator
        if isinstance(call, cst.Call) and called_name(call) in {"option", "argument"}:
            given = arguments(look, module, call).entries
            first = sole_text(given["0"].things) if "0" in given else None
            if first and first.lstrip("-").replace("-", "_") == name and "default" in given:
                return given["default"].things
    return ()


def callers(module: Module, function: cst.FunctionDef, owner: Kind | None) -> Iterator[cst.Call]:
    """The calls of a function in its own file."""
    name = class_name(owner) if owner and function.name.value == "__init__" else function.name.value
    for call in module.calls.get(name, ())[:MOST_CALLERS]:
        method = isinstance(call.func, cst.Attribute)
        if not module.tree.holds(function, call) and (owner is None or method or name == class_name(owner)):
            yield call


def _passed(
    look: Look, module: Module, function: cst.FunctionDef, *, owner: Kind | None, name: str
) -> tuple[Things, bool]:
    """What callers in the same file pass, and whether all of that is known."""
    found: list[Thing] = []
    sure = True
    positions = [one.name.value for one in (*function.params.posonly_params, *function.params.params)]
    skipped = 1 if owner is not None and not is_static(function) else 0
    index = positions.index(name) - skipped if name in positions else None
    for call in callers(module, function, owner):
        if any(argument.star for argument in call.args):
            sure = False
            continue
        argument = argument_of(call, name, index)
        if argument is not None:
            origin = Origin(
                name=f"{function.name.value}()" if owner is None or function.name.value != "__init__"
                else f"{class_name(owner)}()",
                path=module.path,
                line=module.tree.line(call),
            )  # fmt: skip
            things = look(module, argument.value)
            found.extend(through(one, origin) for one in things)
            sure = sure and bool(things)
    return tuple(one for one in found if not isinstance(one, Unknown)), sure and all(
        not isinstance(one, Unknown) for one in found
    )


def argument_of(call: cst.Call, name: str, index: int | None) -> cst.Arg | None:
    """What a call gives for a parameter, by name or by position."""
    positional = [argument for argument in call.args if argument.keyword is None]
    named = next((one for one in call.args if one.keyword and one.keyword.value == name), None)
    if named is not None or index is None:
        return named
    return positional[index] if 0 <= index < len(positional) else None


def _rest(look: Look, module: Module, function: cst.FunctionDef, *, owner: Kind | None) -> Table:
    """What `**options` can hold."""
    name = function.name.value
    params = function.params
    named = {one.name.value for one in (*params.posonly_params, *params.params, *params.kwonly_params)}
    found: list[Table] = []
    for call in callers(module, function, owner):
        given = arguments(look, module, call)
        entries = {key: entry for key, entry in given.entries.items() if key not in named and not key.isdigit()}
        found.append(Table(entries=entries, open=given.open))
    table = alternatives([*found, Table()]) if found else Table()
    if found and is_private(module, function):
        return alternatives(found)
    reason = f"`**{params.star_kwarg.name.value}` is given by whoever calls `{name}()`" if params.star_kwarg else ""
    entries = {key: Entry(things=entry.things, optional=True) for key, entry in table.entries.items()}
    return Table(entries=entries, open=(*table.open, reason))
