"""What an expression can be, followed through names, attributes, calls and branches."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from itertools import islice, product
from typing import Final

import libcst as cst

from ..sites import Json, Origin
from .attributes import attribute_of
from .bindings import Event, dotted, subscript_key
from .branches import refined, without_fallback
from .imports import imported
from .library import option
from .modules import Module, Modules
from .parameters import parameter
from .parts import item, part
from .reaching import reaching, use_after, use_at
from .results import result, returned
from .tables import changed, dict_comprehension, dict_literal
from .values import (
    MOST,
    Imported,
    Instance,
    Kind,
    Known,
    Listed,
    Made,
    Member,
    Place,
    Routine,
    Table,
    Thing,
    Things,
    Unknown,
    distinct,
    overlaid,
    spellings,
    texts,
    through,
)

DEEPEST: Final = 40  # steps from one name to the next
HOLE: Final = re.compile(r"%(?:\(\w+\))?[sdr]")
STEPS: Final = 2_000  # expressions that are looked at for one question
ARITHMETIC: Final[Mapping[type[cst.BaseBinaryOp], Callable[[object, object], object]]] = {
    cst.Multiply: operator.mul,
    cst.Subtract: operator.sub,
    cst.FloorDivide: operator.floordiv,
    cst.Divide: operator.truediv,
}
CONSTANTS: Final[Mapping[str, Json]] = {"True": True, "False": False, "None": None}


class Names:
    """Answers what expressions can be; what it found out is kept with the module."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._open: dict[cst.CSTNode, int] = {}
        self._lowest = DEEPEST  # the outermost open question that an answer had to do without
        self._steps = 0
        self._partial: dict[cst.CSTNode, tuple[Things, int]] = {}  # answers that did without some question, for now
        self._asked: set[tuple[Module, str]] = set()

    def __call__(self, module: Module, node: cst.CSTNode) -> Things:
        """What an expression can be; at least one thing."""
        known: dict[cst.CSTNode, Things] = module.answers  # type: ignore[assignment]
        if node in known:
            return known[node]
        if not self._open:
            self._steps, self._lowest = 0, DEEPEST
            self._partial.clear()
        if node in self._partial:
            self._lowest = min(self._lowest, self._partial[node][1])
            return self._partial[node][0]
        self._steps += 1
        if node in self._open:
            self._lowest = min(self._lowest, self._open[node])
            return ()
        depth = len(self._open)
        if depth >= DEEPEST or self._steps > STEPS:
            self._lowest = 0
            return (Unknown(reason="it is too involved to follow"),)
        self._open[node] = depth
        try:
            things = distinct(self._read(module, node))
        except RecursionError:
            if depth:
                raise
            things = (Unknown(reason="it is too involved to follow"),)
        finally:
            del self._open[node]
        if depth and self._lowest < depth:
            self._partial[node] = (things, self._lowest)
            return things
        self._lowest = DEEPEST
        known[node] = things or (Unknown(reason="it refers to itself"),)
        return known[node]

    def _read(self, module: Module, node: cst.CSTNode) -> Things:
        reader = READERS.get(type(node))
        if reader is None:
            return (Unknown(reason=f"`{module.tree.shown(node)}` is not followed"),)
        return reader(self, module, node)

    # -- names and attributes

    def name(self, module: Module, node: cst.Name) -> Things:
        """A name, looked up from the inside out."""
        if node.value in CONSTANTS:
            return (Known(value=CONSTANTS[node.value], place=Place(module, node)),)
        things = self.lookup(module, node.value, node)
        if not things:
            return self._builtin(module, node)
        return refined(self, module, node, things=things)

    def _builtin(self, module: Module, node: cst.Name) -> Things:
        for event in module.bindings.events(module.tree.module, "*"):
            things = imported(self, self.modules, module, event=event, wanted=node.value)
            if things:
                return things
        return (Imported("openai" if node.value == "openai" else f"builtins.{node.value}"),)

    def lookup(self, module: Module, name: str, node: cst.CSTNode) -> Things:
        """What a name, or a name with attributes, is bound to where it is used; nothing if it is not bound."""
        if not isinstance(node, cst.Module):
            return self._lookup(module, name, node)
        if (module, name) in self._asked:  # modules that import each other
            return ()
        self._asked.add((module, name))
        try:
            return self._lookup(module, name, node)
        finally:
            self._asked.discard((module, name))

    def _lookup(self, module: Module, name: str, node: cst.CSTNode) -> Things:
        bindings, tree = module.bindings, module.tree
        for scope, inline in bindings.outward(node):
            events = bindings.events(scope, name)
            if not events:
                continue
            now = inline and not isinstance(node, cst.Module)
            use = use_at(tree, node) if now else use_after(tree, scope)
            found, _ = reaching(events, use)
            things = distinct(
                thing for event in reversed(found or events[::-1]) for thing in self.event(module, event, name)
            )
            things = without_fallback(module, found, things)
            return changed(self, module, things, changes=bindings.events(scope, f"{name}[]"), use=use, bases=found)
        return ()

    def event(self, module: Module, event: Event, name: str) -> Things:
        """What a name gets by an event."""
        match event.kind:
            case "parameter":
                return parameter(self, module, event.node)  # type: ignore[arg-type]
            case "import":
                return imported(self, self.modules, module, event=event, wanted=None)
            case "function":
                return (Routine(Place(module, event.node)),)
            case "class":
                return (Kind(Place(module, event.node)),)
            case _ if event.value is None:
                return (Unknown(reason=f"`{name}` gets its value elsewhere"),)
            case _:
                return self._value(module, event, name)

    def _value(self, module: Module, event: Event, name: str) -> Things:
        tree = module.tree
        things: Things = self(module, event.value) if event.value is not None else ()
        for step in event.path:
            things = distinct(one for thing in things for one in self.part(thing, step))
        origin = Origin(name=name, path=module.path, line=tree.line(event.node))
        holder = Place(module, event.node)
        return tuple(through(thing, origin, holder) for thing in things)

    def part(self, thing: Thing, step: str) -> Things:
        """An item, `[0]`, each item, `[]`, or what `with` gives, `enter`."""
        return part(self, thing, step)

    def read_attribute(self, module: Module, node: cst.Attribute) -> Things:
        """`thing.name`."""
        whole = dotted(node)
        if whole is not None:
            local = self._local(module, whole, node)
            if local:
                return local
        name = node.attr.value
        return distinct(
            one for thing in self(module, node.value) for one in self.attribute(thing, name, shown=whole or f".{name}")
        )

    def _local(self, module: Module, whole: str, node: cst.Attribute) -> Things:
        """What was assigned to `thing.name` in the same function, if that is sure."""
        scope = module.tree.scope(node)
        events = module.bindings.events(scope, whole)
        if not events:
            return ()
        found, sure = reaching(events, use_at(module.tree, node))
        if not sure:
            return ()
        things = distinct(thing for event in reversed(found) for thing in self.event(module, event, whole))
        mutations = module.bindings.events(scope, f"{whole}[]")
        return changed(self, module, things, changes=mutations, use=use_at(module.tree, node), bases=found)

    def attribute(self, thing: Thing, name: str, *, shown: str = "") -> Things:
        """An attribute of something."""
        match thing:
            case Made(Member(_, (*_, "parse_args" | "parse_known_args")), Place() as place) | Member(
                Made(Member(_, (*_, "parse_known_args")), Place() as place), _
            ):
                return option(self, place, name) or (Member(thing, (name,)),)
            case Imported(full):
                return (Imported(f"{full}.{name}"),)
            case Member(base, path):
                return (Member(base, (*path, name)),)
            case Kind() | Instance():
                return attribute_of(self, thing, name, shown=shown or name)
            case Known() if name in {"value", "name"}:
                return (thing,)
            case _:
                return (Member(thing, (name,)),)

    # -- plain values

    def text(self, module: Module, node: cst.SimpleString | cst.ConcatenatedString) -> Things:
        """A text."""
        if isinstance(node, cst.ConcatenatedString):
            return self._joined(module, node, [self(module, node.left), self(module, node.right)])
        value = written_text(node)
        return (Known(value=value, place=Place(module, node)),)

    def number(self, module: Module, node: cst.Integer | cst.Float) -> Things:
        """A number."""
        try:
            return (Known(value=ast.literal_eval(node.value), place=Place(module, node)),)
        except (ValueError, SyntaxError):
            return (Unknown(reason=f"`{node.value}` is not a number"),)

    def filled(self, module: Module, node: cst.FormattedString) -> Things:
        """An f-string; where a part is not known, `…` stands for it, and the whole is unknown."""
        parts: list[Things] = []
        for piece in node.parts:
            if isinstance(piece, cst.FormattedStringText):
                parts.append((Known(value=piece.value.replace("{{", "{").replace("}}", "}")),))
            elif isinstance(piece, cst.FormattedStringExpression):
                plain = piece.format_spec is None and piece.conversion is None
                parts.append(self(module, piece.expression) if plain else (Unknown(reason="it is formatted"),))
        return self._joined(module, node, parts)

    def _joined(self, module: Module, node: cst.CSTNode, parts: list[Things]) -> Things:
        found: list[Thing] = []
        for chosen in islice(product(*parts), MOST):
            if all(isinstance(one, Known) and not isinstance(one.value, dict | list) for one in chosen):
                known = [one for one in chosen if isinstance(one, Known)]
                origins = tuple(dict.fromkeys(origin for one in known for origin in one.origins))
                whole = all(isinstance(one.place, Place) or not one.origins for one in known) and not origins
                place = Place(module, node) if whole else None
                found.append(Known(value="".join(str(one.value) for one in known), origins=origins, place=place))
            else:
                spelled = "".join(spelled_part(one) for one in chosen)
                found.append(Unknown(reason=f"`{module.tree.shown(node)}` is put together as it runs", spelled=spelled))
        return distinct(found)

    def listed(self, module: Module, node: cst.List | cst.Tuple | cst.Set) -> Things:
        """A list, with what each of its items can be."""
        items: list[Things] = []
        for element in node.elements:
            if isinstance(element, cst.StarredElement):
                for thing in self(module, element.value):
                    items.extend(thing.items if isinstance(thing, Listed) else [(Unknown(reason="it is spread"),)])
            else:
                items.append(self(module, element.value))
        return (Listed(items=tuple(items)),)

    def table(self, module: Module, node: cst.Dict) -> Things:
        """A dict that is written out."""
        return (dict_literal(self, module, node),)

    def filtered(self, module: Module, node: cst.DictComp) -> Things:
        """A dict made from another."""
        return (dict_comprehension(self, module, node),)

    def subscript(self, module: Module, node: cst.Subscript) -> Things:
        """`thing[key]`."""
        key = subscript_key(node)
        if key is None:
            return (Unknown(reason=f"`{module.tree.shown(node)}` is a part of something"),)
        keys = self(module, key)
        found: list[Thing] = []
        for base in self(module, node.value):
            found.extend(item(self, base, keys, shown=module.tree.shown(node)))
        return distinct(found)

    # -- branches and operators

    def chosen(self, module: Module, node: cst.IfExp) -> Things:
        """`a if condition else b`."""
        return (*self(module, node.body), *self(module, node.orelse))

    def joined_by(self, module: Module, node: cst.BooleanOperation) -> Things:
        """`a or b`: what is surely false gives way to the second."""
        left, right = self(module, node.left), self(module, node.right)
        if isinstance(node.operator, cst.And):
            return right
        kept = tuple(one for one in left if not (isinstance(one, Known) and not one.value))
        sure = bool(left) and all(isinstance(one, Known) and one.value for one in left)
        return left if sure else (*right, *kept) if not any(isinstance(one, Known) for one in kept) else (*kept, *right)

    def calculated(self, module: Module, node: cst.BinaryOperation) -> Things:
        """`a + b`, `a | b`, `a * b`."""
        left, right = self(module, node.left), self(module, node.right)
        match node.operator:
            case cst.BitOr():
                return self._merged(left, right)
            case cst.Add() if all(isinstance(one, Listed) for one in (*left, *right)):
                return tuple(
                    Listed(items=(*one.items, *other.items))
                    for one in left
                    for other in right
                    if isinstance(one, Listed) and isinstance(other, Listed)
                )
            case cst.Add() if spellings(left) or spellings(right):
                return self._joined(module, node, [left, right])
            case cst.Modulo() if texts(left):
                reason = f"`{module.tree.shown(node)}` is put together as it runs"
                spelled = HOLE.sub("…", texts(left)[0])
                return (Unknown(reason=reason, spelled=spelled),)
            case sign:
                return self._arithmetic(module, node, ARITHMETIC.get(type(sign), operator.add))

    def _arithmetic(
        self, module: Module, node: cst.BinaryOperation, apply: Callable[[object, object], object]
    ) -> Things:
        match (self(module, node.left), self(module, node.right)):
            case ((Known(value=int() | float() as left),), (Known(value=int() | float() as right),)) if right:
                value = apply(left, right)
                return (Known(value=value),) if isinstance(value, int | float) else ()
            case _:
                return (Unknown(reason=f"`{module.tree.shown(node)}` is calculated"),)

    def _merged(self, left: Things, right: Things) -> Things:
        found: list[Thing] = []
        for one, other in islice(product(left, right), MOST):
            match one, other:
                case Table(), Table():
                    found.append(overlaid(one, other))
                case Table(), _:
                    found.append(overlaid(one, Table(open=(reason_of(other),))))
                case _, Table():
                    found.append(overlaid(Table(open=(reason_of(one),)), other))
                case _:
                    found.append(one)
        return tuple(found)

    def negated(self, module: Module, node: cst.UnaryOperation) -> Things:
        """`-1`."""
        match node.operator, self(module, node.expression):
            case cst.Minus(), (Known(value=int() | float() as value),):
                return (Known(value=-value, place=Place(module, node)),)
            case _:
                return (Unknown(reason=f"`{module.tree.shown(node)}` is calculated"),)

    # -- what is looked through

    def awaited(self, module: Module, node: cst.Await) -> Things:
        """`await thing`."""
        return self(module, node.expression)

    def walrus(self, module: Module, node: cst.NamedExpr) -> Things:
        """`(name := value)`."""
        return self(module, node.value)

    def with_item(self, module: Module, node: cst.WithItem) -> Things:
        """`with value`."""
        return self(module, node.item)

    def function(self, module: Module, node: cst.Lambda) -> Things:
        """`lambda: value`."""
        return (Routine(Place(module, node)),)

    def each(self, module: Module, node: cst.ListComp | cst.GeneratorExp | cst.SetComp) -> Things:
        """`[thing for ...]`: a list of one kind of item."""
        return (Listed(items=(self(module, node.elt),)),)

    def call(self, module: Module, node: cst.Call) -> Things:
        """What a call returns."""
        return result(self, module, node)

    def returned(self, place: Place) -> Things:
        """What a function returns or yields."""
        return returned(self, place)

    def called(self, thing: Thing) -> Things:
        """What something returns when it is called without arguments that matter."""
        match thing:
            case Routine(place):
                return self.returned(place)
            case Kind():
                return (Instance(thing),)
            case _:
                return (Made(thing),)


def spelled_part(thing: Thing) -> str:
    """A part of a text as far as it is known."""
    match thing:
        case Known(value=value) if not isinstance(value, dict | list):
            return str(value)
        case Unknown(spelled=spelled) if spelled:
            return spelled
        case _:
            return "…"


def reason_of(thing: Thing) -> str:
    """Why there is no saying what something is."""
    return thing.reason if isinstance(thing, Unknown) else "something is merged into it"


def written_text(node: cst.SimpleString) -> str:
    """What a text says."""
    if "\\" not in node.value and "b" not in node.prefix:
        return node.raw_value
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing
            value = ast.literal_eval(node.value)
    except (ValueError, SyntaxError):
        return node.raw_value
    return value if isinstance(value, str) else node.raw_value


READERS: Final[Mapping[type[cst.CSTNode], Callable[..., Things]]] = {
    cst.Name: Names.name,
    cst.Attribute: Names.read_attribute,
    cst.SimpleString: Names.text,
    cst.ConcatenatedString: Names.text,
    cst.FormattedString: Names.filled,
    cst.Integer: Names.number,
    cst.Float: Names.number,
    cst.List: Names.listed,
    cst.Tuple: Names.listed,
    cst.Set: Names.listed,
    cst.Dict: Names.table,
    cst.DictComp: Names.filtered,
    cst.Subscript: Names.subscript,
    cst.IfExp: Names.chosen,
    cst.BooleanOperation: Names.joined_by,
    cst.BinaryOperation: Names.calculated,
    cst.UnaryOperation: Names.negated,
    cst.Await: Names.awaited,
    cst.NamedExpr: Names.walrus,
    cst.WithItem: Names.with_item,
    cst.Lambda: Names.function,
    cst.ListComp: Names.each,
    cst.GeneratorExp: Names.each,
    cst.SetComp: Names.each,
    cst.Call: Names.call,
}
