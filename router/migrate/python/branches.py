"""What a branch tells of the names that its condition asks about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from ..sites import Origin
from .bindings import Event, dotted
from .modules import Module
from .values import Known, Look, Thing, Things, Unknown, texts


def refined(look: Look, module: Module, node: cst.CSTNode, *, things: Things) -> Things:
    """What a name can be in the branches that it is read in."""
    name = dotted(node)
    below = node
    for above in module.tree.around(node):
        if isinstance(above, cst.FunctionDef | cst.ClassDef | cst.Lambda | cst.Module) or name is None:
            break
        if isinstance(above, cst.If | cst.IfExp | cst.While) and below is not above.test:
            holds = below is above.body
            things = limited(look, module, above.test, name=name, holds=holds, things=things)
        below = above
    return things


def limited(look: Look, module: Module, test: cst.BaseExpression, *, name: str, holds: bool, things: Things) -> Things:
    """What is left of a name's values where a condition holds, or does not."""
    match test:
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right) if holds:
            things = limited(look, module, left, name=name, holds=True, things=things)
            return limited(look, module, right, name=name, holds=True, things=things)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return limited(look, module, inner, name=name, holds=not holds, things=things)
        case cst.Name() | cst.Attribute() if dotted(test) == name:
            return sifted(things, lambda value: bool(value) is holds)
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=sign, comparator=right)]) if (
            dotted(left) == name
        ):
            return compared(look, module, sign, right=right, holds=holds, things=things)
        case cst.Call(
            func=cst.Attribute(value=whole, attr=cst.Name(value="startswith")), args=[cst.Arg(value=start)]
        ) if dotted(whole) == name:
            heads = tuple(texts(look(module, start)))
            return sifted(things, lambda value: (isinstance(value, str) and value.startswith(heads)) is holds)
        case _:
            return things


def sifted(things: Things, passes: Callable[[object], bool]) -> Things:
    """The values that pass, and what is not known."""
    kept = tuple(thing for thing in things if not isinstance(thing, Known) or passes(thing.value))
    return kept or things


def compared(
    look: Look, module: Module, sign: cst.BaseCompOp, *, right: cst.BaseExpression, holds: bool, things: Things
) -> Things:
    """What is left where `name == value`, `name is None`, `name in (...)` holds, or does not."""
    values = [one for one in look(module, right) if isinstance(one, Known)]
    match sign:
        case cst.Equal() | cst.Is():
            wanted = holds
        case cst.NotEqual() | cst.IsNot() | cst.NotIn():
            wanted = not holds
        case cst.In():
            wanted = holds
        case _:
            return things
    if isinstance(sign, cst.In | cst.NotIn):
        values = [one for item in look(module, right) for one in look.part(item, "[]") if isinstance(one, Known)]
    plain = [one.value for one in values]
    if not plain or (isinstance(sign, cst.In | cst.NotIn) and not wanted):
        return things
    if wanted and plain != [None]:
        return equal(module, right, values, things=things)
    return sifted(things, lambda value: (value in plain) is wanted)


def equal(module: Module, right: cst.BaseExpression, values: list[Known], *, things: Things) -> Things:
    """What is left where a name surely is one of some values."""
    plain = [one.value for one in values]
    known: list[Thing] = [thing for thing in things if isinstance(thing, Known) and thing.value in plain]
    if any(isinstance(thing, Unknown) for thing in things):
        origin = Origin(name=f"== {module.tree.shown(right)}", path=module.path, line=module.tree.line(right))
        had = [thing.value for thing in known if isinstance(thing, Known)]
        known += [Known(value=value, origins=(origin,)) for value in plain if value not in had]
    return tuple(known) or things


def without_fallback(module: Module, found: Sequence[Event], things: Things) -> Things:
    """Without `None`, where `if name is None: name = ...` stands before."""
    for event in found:
        condition = next((above for above in module.tree.around(event.node) if isinstance(above, cst.If)), None)
        if condition is not None and asks_for_none(condition.test, event.name):
            kept = tuple(thing for thing in things if not (isinstance(thing, Known) and thing.value is None))
            return kept or things
    return things


def asks_for_none(test: cst.BaseExpression, name: str) -> bool:
    """Whether a condition is `not name` or `name is None`."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return dotted(inner) == name
        case cst.Comparison(
            left=left,
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal(), comparator=cst.Name(value="None"))],
        ):
            return dotted(left) == name
        case _:
            return False
