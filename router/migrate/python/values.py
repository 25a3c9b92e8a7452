"""What an expression can stand for, as far as the code says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeAlias

import libcst as cst

from ..sites import Json, Origin
from .bindings import Event
from .modules import Module, Modules

MOST: Final = 24  # values of one expression; beyond that it is as good as unknown


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A node, and the file that it stands in."""

    module: Module
    node: cst.CSTNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value that is written somewhere; `holders` are the names that it was read from."""

    value: Json
    origins: tuple[Origin, ...] = ()
    place: Place | None = None
    holders: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A value that the code does not tell, and why; of a text, `spelled` has what is known, with `…` for the rest."""

    reason: str
    origins: tuple[Origin, ...] = ()
    spelled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a table or a call holds under a key; `places` are the parts of the code that put it there."""

    things: tuple[Thing, ...]
    optional: bool = False
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping with keys that are known; `open` says why there may be more, `made` where it is written."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    made: Place | None = None
    text: bool = False  # turned into JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list or tuple, with what each item can be."""

    items: tuple[tuple[Thing, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """Something of a package that is not read, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute or item of something, by the path that leads to it: `images`, `generate`, `[0]`."""

    base: Thing
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What a call returns; of an annotation alone, there is no call."""

    callee: Thing
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A function of the code that is read."""

    place: Place


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of the code that is read."""

    place: Place


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of such a class, and the call that made it, where that is known."""

    kind: Kind
    made: Place | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """A function with some of its arguments: those of the call at `place`, past the first `skip`."""

    callee: Thing
    place: Place
    skip: int = 1


Thing: TypeAlias = Known | Unknown | Table | Listed | Imported | Member | Made | Routine | Kind | Instance | Partial
Things: TypeAlias = tuple[Thing, ...]


class Look(Protocol):
    """Finds out what an expression can be."""

    @property
    def modules(self) -> Modules:
        """Where imports lead to."""

    def __call__(self, module: Module, node: cst.CSTNode) -> Things:
        """What an expression can be; at least one thing."""

    def lookup(self, module: Module, name: str, node: cst.CSTNode) -> Things:
        """What a name is bound to where it is used; nothing if it is not bound."""

    def event(self, module: Module, event: Event, name: str) -> Things:
        """What a name gets by an event."""

    def returned(self, place: Place) -> Things:
        """What a function returns or yields."""

    def called(self, thing: Thing) -> Things:
        """What something returns when it is called without arguments that matter."""

    def attribute(self, thing: Thing, name: str, *, shown: str = "") -> Things:
        """An attribute of something."""

    def part(self, thing: Thing, step: str) -> Things:
        """An item, `[0]`, each item, `[]`, or what `with` gives, `enter`."""


Change: TypeAlias = Callable[[Thing], Thing]


def nested(thing: Thing, change: Change) -> Thing:
    """Apply a change to a thing, or to all that a table or list holds."""
    match thing:
        case Table():
            entries = {
                key: replace(entry, things=tuple(nested(one, change) for one in entry.things))
                for key, entry in thing.entries.items()
            }
            return replace(thing, entries=entries)
        case Listed():
            return Listed(items=tuple(tuple(nested(one, change) for one in item) for item in thing.items))
        case _:
            return change(thing)


def through(thing: Thing, origin: Origin, holder: Place | None = None) -> Thing:
    """The same, read through a name."""

    def change(one: Thing) -> Thing:
        match one:
            case Known():
                holders = (*one.holders, holder) if holder else one.holders
                return replace(one, origins=(origin, *one.origins), holders=holders)
            case Unknown():
                return replace(one, origins=(origin, *one.origins))
            case _:
                return one

    return nested(thing, change)


def distinct(things: Iterable[Thing]) -> Things:
    """Without repetition: of values that are equal, the first."""
    found: list[Thing] = []
    seen: list[object] = []
    for thing in things:
        mark = (type(thing.value), thing.value) if isinstance(thing, Known) else thing
        if mark in seen:
            continue
        seen.append(mark)
        found.append(thing)
        if len(found) >= MOST:
            return (*found, Unknown(reason="there are too many values to follow"))
    return tuple(found)


def texts(things: Things) -> list[str]:
    """Those that are known texts."""
    return [thing.value for thing in things if isinstance(thing, Known) and isinstance(thing.value, str)]


def spellings(things: Things) -> list[str]:
    """Texts as far as they are known, with `…` for what is not."""
    known = [thing.spelled for thing in things if isinstance(thing, Unknown) and thing.spelled]
    return [*texts(things), *known]


def sole_text(things: Things) -> str | None:
    """The one text that it is."""
    found = texts(things)
    return found[0] if len(found) == len(things) == 1 else None


def alternatives(tables: list[Table]) -> Table:
    """What holds of either of several tables."""
    if len(tables) == 1:
        return tables[0]
    keys = dict.fromkeys(key for table in tables for key in table.entries)
    entries = {}
    for key in keys:
        having = [table.entries[key] for table in tables if key in table.entries]
        entries[key] = Entry(
            things=distinct(thing for entry in having for thing in entry.things),
            optional=len(having) < len(tables) or any(entry.optional for entry in having),
            places=tuple(dict.fromkeys(place for entry in having for place in entry.places)),
        )
    return Table(entries=entries, open=tuple(dict.fromkeys(reason for table in tables for reason in table.open)))


def overlaid(below: Table, above: Table) -> Table:
    """One table updated with another."""
    entries = dict(below.entries)
    for key, entry in above.entries.items():
        under = entries.get(key)
        if under is None or not entry.optional:
            entries[key] = entry
        else:
            entries[key] = Entry(
                things=distinct((*entry.things, *under.things)),
                optional=under.optional,
                places=(*under.places, *entry.places),
            )
    return Table(
        entries=entries, open=tuple(dict.fromkeys((*below.open, *above.open))), made=below.made, text=below.text
    )


def full_name(thing: Thing) -> str | None:
    """The full name of something imported, attributes included."""
    match thing:
        case Imported(name):
            return name
        case Member(Imported(name), path):
            return ".".join((name, *path))
        case _:
            return None
