"""What a call returns: of functions and classes that are read, of well-known ones, and of methods."""

from __future__ import annotations

from typing import Final

import libcst as cst

from .attributes import attribute_of, is_enum
from .library import well_known
from .methods import method
from .modules import Module
from .values import (
    Imported,
    Instance,
    Kind,
    Known,
    Look,
    Made,
    Member,
    Place,
    Routine,
    Thing,
    Things,
    Unknown,
    distinct,
    full_name,
)

MOST_RETURNS: Final = 8


def result(look: Look, module: Module, call: cst.Call) -> Things:
    """What a call returns."""
    return distinct(one for callee in look(module, call.func) for one in of_callee(look, module, call, callee=callee))


def of_callee(look: Look, module: Module, call: cst.Call, *, callee: Thing) -> Things:
    """What a call of something returns."""
    match callee:
        case Routine(function):
            return look.returned(function)
        case Kind():
            return made(look, module, call, kind=callee)
        case Imported() | Member(Imported(), _):
            return well_known(look, module, call, name=full_name(callee) or "")
        case Member(base, path):
            return method(look, module, call, base=base, path=path)
        case _:
            return (Made(callee, Place(module, call)),)


def made(look: Look, module: Module, call: cst.Call, *, kind: Kind) -> Things:
    """An object of a class, or a member of an enumeration, `Model("gpt-image-1")`."""
    if not (call.args and is_enum(look, kind)):
        return (Instance(kind, Place(module, call)),)
    known = tuple(one for one in look(module, call.args[0].value) if isinstance(one, Known))
    return known or (*attribute_of(look, kind, "*", shown="*"), Unknown(reason=f"`{module.tree.shown(call)}`"))


def returned(look: Look, place: Place) -> Things:
    """What a function returns or yields."""
    module, function = place.module, place.node
    if isinstance(function, cst.Lambda):
        return look(module, function.body)
    if not isinstance(function, cst.FunctionDef):
        return (Unknown(reason="it is put together as it runs"),)
    values = module.returned.get(function, [])[:MOST_RETURNS]
    things = distinct(one for value in values for one in look(module, value))
    return things or (Unknown(reason=f"`{function.name.value}()` returns nothing"),)
