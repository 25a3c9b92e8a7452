"""Dicts and arguments: what is under each key, through literals, branches and later changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

import libcst as cst

from .bindings import Event
from .modules import Module
from .reaching import Use, reaching
from .values import (
    MOST,
    Entry,
    Instance,
    Known,
    Listed,
    Look,
    Place,
    Table,
    Thing,
    Things,
    Unknown,
    alternatives,
    distinct,
    overlaid,
    texts,
)


def tables_of(things: Things, shown: str) -> Table:
    """The table that something is; what is no table leaves it open."""
    tables = [thing for thing in things if isinstance(thing, Table)]
    others = [thing for thing in things if not isinstance(thing, Table | Known)]
    table = alternatives(tables) if tables else Table()
    if not others:
        return table
    reasons = [reason(other, shown) for other in others]
    optional = {key: replace(entry, optional=True) for key, entry in table.entries.items()}
    return Table(entries=optional, open=tuple(dict.fromkeys((*table.open, *reasons))), made=table.made)


def reason(thing: Thing, shown: str) -> str:
    """Why there is no saying what a table holds."""
    return f"`{shown}` is {thing.reason}" if isinstance(thing, Unknown) else f"`{shown}` is not known"


def arguments(look: Look, module: Module, call: cst.Call, *, skip: int = 0) -> Table:
    """The keyword arguments of a call; those given by position are under `0`, `1`, ..."""
    found = Table(made=Place(module, call))
    position = 0
    for argument in call.args[skip:]:
        place = (Place(module, argument),)
        if argument.star == "**":
            above = tables_of(look(module, argument.value), module.tree.shown(argument.value))
            found = overlaid(found, above)
            continue
        if argument.star == "*":
            continue
        key = argument.keyword.value if argument.keyword else str(position)
        position += argument.keyword is None
        entry = Entry(things=look(module, argument.value), places=place)
        found = overlaid(found, Table(entries={key: entry}))
    return found


def dict_literal(look: Look, module: Module, node: cst.Dict) -> Table:
    """A dict that is written out."""
    found = Table(made=Place(module, node))
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            above = tables_of(look(module, element.value), module.tree.shown(element.value))
        else:
            above = _entry(look, module, element)
        found = overlaid(found, above)
    return found


def _entry(look: Look, module: Module, element: cst.BaseDictElement) -> Table:
    if not isinstance(element, cst.DictElement):
        return Table()
    keys = look(module, element.key)
    names = texts(keys)
    entry = Entry(things=look(module, element.value), optional=len(keys) > 1, places=(Place(module, element),))
    if not names:
        return Table() if isinstance(keys[0], Known) else Table(open=(f"`{module.tree.shown(element.key)}` is a key",))
    return Table(entries=dict.fromkeys(names, entry))


def dict_comprehension(look: Look, module: Module, node: cst.DictComp) -> Table | Unknown:
    """`{key: value for key, value in table.items() if value is not None}`: what may be false may be left out."""
    source = items_of(node)
    if source is None:
        return Unknown(reason="a dict that is put together as it runs")
    table = tables_of(look(module, source), module.tree.shown(source))
    if node.for_in.ifs:
        table = replace(table, entries={key: sifted(entry) for key, entry in table.entries.items()}, made=None)
    return replace(table, entries={key: entry for key, entry in table.entries.items() if entry.things})


def items_of(node: cst.DictComp) -> cst.BaseExpression | None:
    """The table whose items a comprehension goes through, if it takes them as they are."""
    match node:
        case cst.DictComp(
            key=cst.Name(value=key),
            value=cst.Name(value=value),
            for_in=cst.CompFor(
                target=cst.Tuple(
                    elements=[cst.Element(value=cst.Name(value=left)), cst.Element(value=cst.Name(value=right))]
                ),
                iter=cst.Call(func=cst.Attribute(value=source, attr=cst.Name(value="items"))),
            ),
        ) if (key, value) == (left, right):
            return source
        case _:
            return None


def sifted(entry: Entry) -> Entry:
    """What is left of an entry where nothing is left out."""
    kept = tuple(thing for thing in entry.things if not (isinstance(thing, Known) and thing.value is None))
    unsure = len(kept) < len(entry.things) or any(not isinstance(thing, Known) for thing in kept)
    return replace(entry, things=kept, optional=entry.optional or unsure)


def changed(
    look: Look, module: Module, things: Things, *, changes: Sequence[Event], use: Use, bases: Sequence[Event]
) -> Things:
    """Tables and lists after what was done to them between their making and their use."""
    if not changes or not bases or not any(isinstance(thing, Table | Listed | Instance) for thing in things):
        return things
    first = min(base.at for base in bases)
    later = [change for change in changes if first < change.at < use.at]
    if not later:
        return things
    if any(isinstance(thing, Listed) for thing in things):
        return tuple(_appended(look, module, thing, later=later) for thing in things)
    table = [thing for thing in things if isinstance(thing, Table)]
    others = tuple(thing for thing in things if not isinstance(thing, Table))
    return (*[_updated(look, module, one, later=later, use=use) for one in table], *others)


def _appended(look: Look, module: Module, thing: Thing, *, later: Sequence[Event]) -> Thing:
    if not isinstance(thing, Listed):
        return thing
    added: list[Things] = []
    for event in later:
        if event.kind == "append" and event.value is not None:
            values = look(module, event.value)
            spread = isinstance(event.node, cst.AugAssign)
            added += [item for one in values if isinstance(one, Listed) for item in one.items] if spread else [values]
    return Listed(items=(*thing.items, *added))


def _updated(look: Look, module: Module, table: Table, *, later: Sequence[Event], use: Use) -> Table:
    writes: dict[str, list[tuple[Event, Entry | None]]] = {}
    opened: list[str] = []
    for event in later:
        keys, reasons = _written(look, module, event)
        opened += reasons
        for key, entry in keys.items():
            writes.setdefault(key, []).append((event, entry))
    entries = dict(table.entries)
    for key, written in writes.items():
        entry = _settled(table.entries.get(key), written, use)
        entries.pop(key, None)
        if entry is not None:
            entries[key] = entry
    return replace(table, entries=entries, open=tuple(dict.fromkeys((*table.open, *opened))))


def _settled(under: Entry | None, written: Sequence[tuple[Event, Entry | None]], use: Use) -> Entry | None:
    """What is under a key after all: the last writes that can be in effect, and what was there if none is sure."""
    by_event = dict(written)
    found, sure = reaching([event for event, _ in written], use)
    having = [entry for entry in (by_event[event] for event in reversed(found)) if entry is not None]
    soft = any(event.kind == "default" for event in found)
    missing = len(having) < len(found)
    if not sure or soft:
        having = [under, *having] if under is not None else having
        missing = missing or (under is None and not sure)
    if not having:
        return None
    return Entry(
        things=distinct(thing for entry in having for thing in entry.things),
        optional=missing or any(entry.optional for entry in having),
        places=tuple(dict.fromkeys(place for entry in having for place in entry.places)),
    )


def _written(look: Look, module: Module, event: Event) -> tuple[dict[str, Entry | None], list[str]]:
    """The keys that a change writes, `None` for those that it drops, and why there may be more."""
    if event.kind in {"key", "default", "drop"}:
        return _keyed(look, module, event)
    if event.kind != "merge" or event.value is None:
        return {}, []
    if isinstance(event.value, cst.Call) and event.value is event.node:
        table = updating(look, module, event.value)
    else:
        table = tables_of(look(module, event.value), module.tree.shown(event.value))
    return dict(table.entries), list(table.open)


def _keyed(look: Look, module: Module, event: Event) -> tuple[dict[str, Entry | None], list[str]]:
    keys = look(module, event.key) if event.key is not None else ()
    names = texts(keys)
    if not names:
        return {}, [] if event.kind == "drop" else [f"`{module.tree.shown(event.node)}` adds a key that is not known"]
    if event.kind == "drop":
        return dict.fromkeys(names), []
    values: Things = look(module, event.value) if event.value is not None else (Known(value=None),)
    for step in event.path:
        values = distinct(one for value in values for one in look.part(value, step))
    entry = Entry(things=values, optional=len(names) > 1, places=(Place(module, event.node),))
    return dict.fromkeys(names, entry), []


def updating(look: Look, module: Module, call: cst.Call) -> Table:
    """What `dict(...)` or `.update(...)` gets: tables, pairs and keywords."""
    given = arguments(look, module, call)
    found = Table(made=given.made)
    for position in ("0", "1"):
        entry = given.entries.get(position)
        if entry is not None:
            things = tuple(pairs(thing) for thing in entry.things)
            shown = module.tree.shown(call.args[int(position)].value)
            found = overlaid(found, tables_of(things, shown))
    named = {key: entry for key, entry in given.entries.items() if not key.isdigit()}
    return overlaid(found, Table(entries=named, open=given.open))


def pairs(thing: Thing) -> Thing:
    """A list of pairs as a table."""
    if not isinstance(thing, Listed):
        return thing
    entries: dict[str, Entry] = {}
    for item in thing.items:
        for pair in item:
            if isinstance(pair, Listed) and len(pair.items) == 2:  # noqa: PLR2004 -- a key and its value
                entries.update(dict.fromkeys(texts(pair.items[0]), Entry(things=pair.items[1])))
    return Table(entries=entries)


def as_json(thing: Thing) -> Iterator[object]:
    """The values that something can be, as plain data, where all of it is known."""
    match thing:
        case Known(value=value):
            yield value
        case Listed(items=items):
            choices = [[value for one in item for value in as_json(one)] for item in items]
            yield from (list(chosen) for chosen in islice(product(*choices), MOST))
        case Table(entries=entries, open=()):
            values = [[value for one in entry.things for value in as_json(one)] for entry in entries.values()]
            yield from (dict(zip(entries, chosen, strict=True)) for chosen in islice(product(*values), MOST))
        case _:
            return
