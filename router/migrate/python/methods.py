"""What methods of tables, texts and objects return."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import libcst as cst

from .attributes import fields_of
from .library import environment, got, picked
from .modules import Module
from .tables import arguments, sifted
from .values import (
    Instance,
    Known,
    Listed,
    Look,
    Made,
    Member,
    Partial,
    Place,
    Table,
    Thing,
    Things,
    Unknown,
    distinct,
    full_name,
    texts,
)

VARIABLE_READERS: Final = ("environs.Env", "environ.Env", "environs.EnvProxy", "starlette.config.Config")
EXECUTORS: Final = frozenset({"run_in_executor", "submit", "run_sync", "run_until_complete"})
PICKERS: Final = frozenset({"selectbox", "radio", "select_slider", "pills", "segmented_control"})
DUMPS: Final = frozenset({"model_dump", "dict", "_asdict", "to_dict", "asdict"})
FIELD: Final = re.compile(r"\{[^{}]*\}")
STRIPPED: Final[Mapping[str, Callable[[str], str]]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "rstrip": lambda text: text.rstrip("/ "),
    "lstrip": str.strip,
    "encode": str,
    "decode": str,
}


def method(look: Look, module: Module, call: cst.Call, *, base: Thing, path: tuple[str, ...]) -> Things:
    """What a call of a method returns."""
    found: Things = ()
    match base:
        case Table() if len(path) == 1:
            found = of_table(look, module, call, table=base)
        case Known(value=str()) if len(path) == 1:
            found = of_text(base, path[0])
        case Instance() if path[0] in DUMPS:
            found = dumped(look, module, call, thing=base)
        case Made(callee, _) if (full_name(callee) or "") in VARIABLE_READERS:
            found = environment(look, module, call)
        case _ if path[-1] == "get":
            found = got(look, module, call)
        case _ if path[-1] in PICKERS and call.args:
            found = picked(look, module, call)
        case _ if path[-1] in EXECUTORS:
            found = executed(look, module, call, name=path[-1])
        case _:
            pass
    return found or (Made(Member(base, path), Place(module, call)),)


def of_table(look: Look, module: Module, call: cst.Call, *, table: Table) -> Things:
    """What a method of a table returns."""
    match call.func:
        case cst.Attribute(attr=cst.Name(value="get" | "pop")):
            return taken(look, module, call, table=table)
        case cst.Attribute(attr=cst.Name(value="copy" | "encode")):
            return (table,)
        case cst.Attribute(attr=cst.Name(value="items")):
            pairs = (Listed(items=((Known(value=key),), entry.things)) for key, entry in table.entries.items())
            return (Listed(items=tuple((pair,) for pair in pairs)),)
        case cst.Attribute(attr=cst.Name(value="values")):
            return (Listed(items=tuple(entry.things for entry in table.entries.values())),)
        case _:
            return ()


def taken(look: Look, module: Module, call: cst.Call, *, table: Table) -> Things:
    """`table.get(key, default)`."""
    keys = look(module, call.args[0].value) if call.args else ()
    fallback = look(module, call.args[1].value) if len(call.args) > 1 else (Known(value=None),)
    names = texts(keys)
    if len(names) < len(keys) or not names:
        every = distinct((*(one for entry in table.entries.values() for one in entry.things), *fallback))
        return every if table.entries or not table.open else (*fallback, Unknown(reason=table.open[0]))
    found: list[Thing] = []
    for name in names:
        entry = table.entries.get(name)
        found.extend(entry.things if entry else ())
        if entry is None or entry.optional:
            found.extend(fallback)
    if table.open:
        found.append(Unknown(reason=table.open[0]))
    return distinct(found)


def of_text(text: Known, name: str) -> Things:
    """What a method of a text returns."""
    value = str(text.value)
    if name == "format":
        return (Unknown(reason=f"`{value}` is filled in as it runs", spelled=FIELD.sub("…", value)),)
    if name not in STRIPPED:
        return ()
    changed = STRIPPED[name](value)
    return (replace(text, value=changed, place=text.place if changed == value else None),)


def dumped(look: Look, module: Module, call: cst.Call, *, thing: Instance) -> Things:
    """`thing.model_dump(exclude_none=True)`."""
    table = fields_of(look, thing)
    if not table.entries:
        return ()
    options = {argument.keyword.value for argument in call.args if argument.keyword}
    if options & {"exclude_none", "exclude_unset", "exclude_defaults"}:
        table = replace(table, entries={key: sifted(entry) for key, entry in table.entries.items()})
    excluded = arguments(look, module, call).entries.get("exclude")
    names = {text for one in excluded.things for text in texts(look.part(one, "[]"))} if excluded else set()
    return (Table(entries={key: entry for key, entry in table.entries.items() if key not in names and entry.things}),)


def executed(look: Look, module: Module, call: cst.Call, *, name: str) -> Things:
    """`loop.run_in_executor(None, function)` and the like."""
    place = Place(module, call)
    index = 1 if name == "run_in_executor" else 0
    if len(call.args) <= index:
        return ()
    things = look(module, call.args[index].value)
    if name == "run_until_complete":
        return things
    return tuple(Made(Partial(one, place, index + 1), place) for one in things)
