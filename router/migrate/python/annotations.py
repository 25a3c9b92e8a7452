"""What an annotation says that a value can be: a `Literal`, an enumeration, an object of a class."""

from __future__ import annotations

import libcst as cst

from .bindings import subscript_key
from .modules import Module
from .values import Imported, Instance, Kind, Known, Look, Made, Things, distinct

WRAPPERS = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Mapped"})
PLAIN = frozenset({"str", "int", "bool", "float", "dict", "list", "object", "tuple", "bytes", "None", "type"})


def annotated(look: Look, module: Module, node: cst.CSTNode) -> Things:
    """What an annotation tells, if anything; an unknown object of a class that it names is an answer too."""
    match node:
        case cst.SimpleString():
            return _quoted(look, module, node)
        case cst.Subscript(value=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
            return _subscripted(look, module, node, name=name)
        case cst.BinaryOperation(operator=cst.BitOr(), left=left, right=right):
            return distinct((*annotated(look, module, left), *annotated(look, module, right)))
        case cst.Name(value=name) if name in PLAIN:
            return ()
        case cst.Name() | cst.Attribute():
            return distinct(one for thing in look(module, node) for one in _named(thing))
        case _:
            return ()


def _named(thing: object) -> Things:
    match thing:
        case Kind(place) if isinstance(place.node, cst.ClassDef):
            return (Instance(thing),)
        case Imported(name) if not name.startswith(("builtins.", "typing.")):
            return (Made(thing),)
        case Known():  # an alias of a `Literal`
            return (thing,)
        case _:
            return ()


def _subscripted(look: Look, module: Module, node: cst.Subscript, *, name: str) -> Things:
    parts = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    if name == "Literal":
        return distinct(one for part in parts for one in look(module, part))
    if name in WRAPPERS and parts:
        return annotated(look, module, parts[0])
    if name == "Union":
        return distinct(one for part in parts for one in annotated(look, module, part))
    return ()


def _quoted(look: Look, module: Module, node: cst.SimpleString) -> Things:
    name = node.raw_value
    if not name.isidentifier() or name in PLAIN:
        return ()
    return distinct(one for thing in look.lookup(module, name, node) for one in _named(thing))


def is_literal(node: cst.CSTNode) -> bool:
    """Whether it is `Literal[...]`."""
    match node:
        case cst.Subscript(value=cst.Name(value="Literal") | cst.Attribute(attr=cst.Name(value="Literal"))):
            return subscript_key(node) is not None or bool(node.slice)
        case _:
            return False
