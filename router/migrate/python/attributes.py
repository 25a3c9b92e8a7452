"""Attributes of the classes that are read: fields, constants, members of enumerations, what methods assign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import libcst as cst

from ..sites import Origin
from .annotations import annotated
from .bindings import Event, dotted
from .imports import member
from .modules import Module
from .tables import arguments
from .values import (
    Entry,
    Imported,
    Instance,
    Kind,
    Known,
    Look,
    Member,
    Place,
    Routine,
    Table,
    Thing,
    Things,
    Unknown,
    distinct,
    sole_text,
    through,
)

FIELD_MAKERS: Final = frozenset({"Field", "field", "attrib", "ib", "mapped_column", "Column", "Input", "Param"})
ENUMS: Final = frozenset({"Enum", "StrEnum", "IntEnum", "TextChoices", "Flag"})
MODELS: Final = frozenset({"BaseModel", "SQLModel", "TypedDict", "NamedTuple", "Struct", "BaseTool", "Schema"})
SETTINGS: Final = "BaseSettings"
MOST_MADE: Final = 8  # places where objects of a class are made that are looked at


def attribute_of(look: Look, thing: Kind | Instance, name: str, *, shown: str) -> Things:
    """An attribute of a class or module, or of an object."""
    kind = thing if isinstance(thing, Kind) else thing.kind
    node = kind.place.node
    if isinstance(node, cst.Module):
        return member(look, kind.place.module, name)
    if name in {"value", "name"} and isinstance(thing, Instance) and is_enum(look, kind):
        return members(look, kind)
    if name == "*":
        return members(look, kind)
    return _found(look, thing, kind, name=name, shown=shown) or (Member(thing, (name,)),)


def members(look: Look, kind: Kind) -> Things:
    """All constants of a class."""
    node, module = kind.place.node, kind.place.module
    names = module.bindings.names(node) if isinstance(node, cst.ClassDef) else []
    things = (one for name in names for one in _found(look, kind, kind, name=name, shown=name))
    return distinct(one for one in things if isinstance(one, Known)) or (Unknown(reason="its members are not known"),)


def _found(look: Look, thing: Kind | Instance, kind: Kind, *, name: str, shown: str) -> Things:
    given = _given(look, thing, name, shown=shown)
    if given:
        return given
    for one in lineage(look, kind):
        things = _of_class(look, thing, one, name=name, shown=shown)
        if things:
            return distinct((*things, *_overridden(look, thing, one, name=name, shown=shown)))
    return ()


def lineage(look: Look, kind: Kind) -> Iterator[Kind]:
    """A class and those that it is made from, as far as they are read."""
    found, waiting = [kind], [kind]
    while waiting:
        one = waiting.pop(0)
        yield one
        for base in bases(look, one):
            if isinstance(base, Kind) and base not in found and isinstance(base.place.node, cst.ClassDef):
                found.append(base)
                waiting.append(base)


def bases(look: Look, kind: Kind) -> Things:
    """What a class is made from."""
    node, module = kind.place.node, kind.place.module
    arguments = node.bases if isinstance(node, cst.ClassDef) else ()
    return tuple(one for argument in arguments for one in look(module, argument.value))


def descends(look: Look, kind: Kind, names: frozenset[str]) -> bool:
    """Whether a class is made from one of some classes of other packages."""
    for one in lineage(look, kind):
        for base in bases(look, one):
            if isinstance(base, Imported) and base.name.rpartition(".")[2] in names:
                return True
    return False


def is_enum(look: Look, kind: Kind) -> bool:
    """Whether a class is an enumeration."""
    return descends(look, kind, ENUMS)


def is_record(look: Look, kind: Kind) -> bool:
    """Whether a class's fields are given when an object is made."""
    return is_dataclass(kind) or descends(look, kind, MODELS | {SETTINGS})


def is_dataclass(kind: Kind) -> bool:
    """Whether a class is decorated as one that has fields."""
    node = kind.place.node
    for decorator in node.decorators if isinstance(node, cst.ClassDef) else ():
        called = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        name = dotted(called) or ""
        if "dataclass" in name or name.rpartition(".")[2] in {"define", "frozen", "attrs"} or name == "attr.s":
            return True
    return False


def _given(look: Look, thing: Kind | Instance, name: str, *, shown: str) -> Things:
    """What the call that made the object gives for a field."""
    if not isinstance(thing, Instance) or thing.made is None or not isinstance(thing.made.node, cst.Call):
        return ()
    if not is_record(look, thing.kind):
        return ()
    module = thing.made.module
    entry = arguments(look, module, thing.made.node).entries.get(name)
    origin = Origin(name=shown, path=module.path, line=module.tree.line(thing.made.node))
    return tuple(through(one, origin) for one in entry.things) if entry else ()


def _of_class(look: Look, thing: Kind | Instance, kind: Kind, *, name: str, shown: str) -> Things:
    node, module = kind.place.node, kind.place.module
    assigned, sure = _assigned(look, module, node, name=name)
    if sure:
        return assigned
    events = module.bindings.events(node, name) if isinstance(node, cst.ClassDef) else []
    if not events:
        return assigned
    event = events[-1]
    if event.kind == "function" and isinstance(event.node, cst.FunctionDef):
        return _method(look, module, event.node)
    if event.kind == "class":
        return (*assigned, Kind(Place(module, event.node)))
    return (*assigned, *_field(look, thing, kind, event=event, shown=shown))


def _assigned(look: Look, module: Module, node: cst.CSTNode, *, name: str) -> tuple[Things, bool]:
    """What methods assign to `self.name`, and whether `__init__` does."""
    found: list[Thing] = []
    sure = False
    for method in methods(node):
        first = first_parameter(method)
        if first is None:
            continue
        for event in module.bindings.events(method, f"{first}.{name}"):
            found.extend(look.event(module, event, event.name))
            sure = sure or method.name.value in {"__init__", "__post_init__", "setup", "model_post_init"}
    if any(not (isinstance(one, Known) and one.value is None) for one in found):
        found = [one for one in found if not (isinstance(one, Known) and one.value is None)]
    return distinct(found), sure


def methods(node: cst.CSTNode) -> Iterator[cst.FunctionDef]:
    """The methods that a class's body defines."""
    if isinstance(node, cst.ClassDef) and isinstance(node.body, cst.IndentedBlock):
        yield from (statement for statement in node.body.body if isinstance(statement, cst.FunctionDef))


def first_parameter(method: cst.FunctionDef) -> str | None:
    """What a method calls the object."""
    params = (*method.params.posonly_params, *method.params.params)
    return params[0].name.value if params else None


def _method(look: Look, module: Module, node: cst.FunctionDef) -> Things:
    place = Place(module, node)
    names = [dotted(one.decorator) or "" for one in node.decorators]
    if any(name.endswith(("property", "computed_field")) for name in names):
        return look.returned(place)
    return (Routine(place),)


def _field(look: Look, thing: Kind | Instance, kind: Kind, *, event: Event, shown: str) -> Things:
    """What a field is by default, and what may be given instead."""
    module = kind.place.module
    record = is_record(look, kind) or is_record(look, thing if isinstance(thing, Kind) else thing.kind)
    default = default_of(look, module, event)
    origin = Origin(name=shown, path=module.path, line=module.tree.line(event.node))
    holder = Place(module, event.node)
    if descends(look, kind, frozenset({SETTINGS})):
        variable = environment_name(look, kind, event)
        source = Origin(name=f"env {variable}", path=module.path, line=origin.line)
        unknown = Unknown(reason=f"the environment {'may set' if default else 'sets'} `{variable}`")
        found = (*(through(one, source, holder) for one in default), unknown)
        return tuple(through(one, origin) for one in found)
    things = tuple(through(one, origin, holder) for one in default)
    if not record or (isinstance(thing, Instance) and thing.made is not None and things) or isinstance(thing, Kind):
        return things or _declared(look, module, event, name=class_name(kind))
    return distinct(
        (*things, *_elsewhere(look, kind, event.name, shown=shown), *_open(look, kind, event, things=things))
    )


def _open(look: Look, kind: Kind, event: Event, *, things: Things) -> Things:
    declared = _declared(look, kind.place.module, event, name=class_name(kind))
    if not things or all(isinstance(one, Known) for one in declared):
        return declared
    return (Unknown(reason=f"whoever makes a `{class_name(kind)}` may give another"),)


def _declared(look: Look, module: Module, event: Event, *, name: str) -> Things:
    """What the annotation says that a field can be."""
    if not isinstance(event.node, cst.AnnAssign):
        return ()
    things = annotated(look, module, event.node.annotation.annotation)
    return things or (Unknown(reason=f"given to `{name}()`"),)


def _elsewhere(look: Look, kind: Kind, name: str, *, shown: str) -> Things:
    """What calls that make an object, in the same file, give for a field."""
    module = kind.place.module
    found: list[Thing] = []
    for call in module.calls.get(class_name(kind), ())[:MOST_MADE]:
        argument = next((one for one in call.args if one.keyword and one.keyword.value == name), None)
        if argument is not None:
            origin = Origin(name=shown, path=module.path, line=module.tree.line(call))
            found.extend(through(one, origin) for one in look(module, argument.value))
    return tuple(one for one in found if isinstance(one, Known))


def _overridden(look: Look, thing: Kind | Instance, kind: Kind, *, name: str, shown: str) -> Things:
    """What classes made from this one, in the same file, put in its place."""
    if isinstance(thing, Kind) or thing.made is not None:
        return ()
    module = kind.place.module
    found: list[Thing] = []
    for node in module.tree.of(cst.ClassDef):
        if any(dotted(base.value) == class_name(kind) for base in node.bases):
            for event in module.bindings.events(node, name)[-1:]:
                origin = Origin(name=shown, path=module.path, line=module.tree.line(event.node))
                found.extend(through(one, origin, Place(module, event.node)) for one in default_of(look, module, event))
    return tuple(found)


def class_name(kind: Kind) -> str:
    """What a class is called."""
    return kind.place.node.name.value if isinstance(kind.place.node, cst.ClassDef) else kind.place.module.path


def default_of(look: Look, module: Module, event: Event) -> Things:
    """What stands behind a field's `=`, taken out of `Field(...)`."""
    if event.value is None:
        return ()
    if not isinstance(event.value, cst.Call) or called_name(event.value) not in FIELD_MAKERS:
        things = look(module, event.value)
        for step in event.path:
            things = distinct(one for thing in things for one in look.part(thing, step))
        return things
    given = arguments(look, module, event.value).entries
    entry = given.get("default") or given.get("0")
    if entry is not None:
        return tuple(one for one in entry.things if not isinstance(one, Unknown))
    return _from_factory(look, given.get("default_factory"))


def _from_factory(look: Look, factory: Entry | None) -> Things:
    found: list[Thing] = []
    for thing in factory.things if factory else ():
        match thing:
            case Routine(place):
                found.extend(look.returned(place))
            case Imported("builtins.dict"):
                found.append(Table())
            case Kind():
                found.append(Instance(thing))
            case _:
                pass
    return tuple(found)


def called_name(call: cst.Call) -> str:
    """The last part of the name that is called."""
    return (dotted(call.func) or "").rpartition(".")[2]


def environment_name(look: Look, kind: Kind, event: Event) -> str:
    """The variable that a field of a settings class is read from."""
    module = kind.place.module
    if isinstance(event.value, cst.Call):
        given = arguments(look, module, event.value).entries
        for key in ("validation_alias", "env", "alias"):
            name = sole_text(given[key].things) if key in given else None
            if name:
                return name.upper()
    return f"{_prefix(look, kind)}{event.name}".upper()


def _prefix(look: Look, kind: Kind) -> str:
    module, node = kind.place.module, kind.place.node
    for event in module.bindings.events(node, "model_config") if isinstance(node, cst.ClassDef) else ():
        if isinstance(event.value, cst.Call | cst.Dict):
            table = arguments(look, module, event.value) if isinstance(event.value, cst.Call) else None
            entry = table.entries.get("env_prefix") if table else None
            return (sole_text(entry.things) or "") if entry else ""
    for event in module.bindings.events(node, "Config") if isinstance(node, cst.ClassDef) else ():
        inner = Kind(Place(module, event.node))
        return sole_text(_found(look, inner, inner, name="env_prefix", shown="env_prefix")) or ""
    return ""


def fields_of(look: Look, thing: Instance) -> Table:
    """All fields of an object, as `asdict` or `model_dump` give them."""
    entries: dict[str, Entry] = {}
    for kind in lineage(look, thing.kind):
        node, module = kind.place.node, kind.place.module
        for name in module.bindings.names(node) if isinstance(node, cst.ClassDef) else ():
            event = module.bindings.events(node, name)[-1]  # type: ignore[arg-type]
            if isinstance(event.node, cst.AnnAssign) and name not in entries:
                entries[name] = Entry(things=attribute_of(look, thing, name, shown=name))
    return Table(entries=entries)
