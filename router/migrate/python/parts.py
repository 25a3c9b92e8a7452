"""Parts of what is known: items by number or key, each item of a list, what a table holds."""

from __future__ import annotations

from .values import Imported, Kind, Known, Listed, Look, Member, Table, Thing, Things, Unknown, distinct, texts


def part(look: Look, thing: Thing, step: str) -> Things:
    """An item, `[0]`, each item, `[]`, or what `with` gives, `enter`."""
    if step == "enter":
        return (thing,)
    found: Things | None = None
    match thing:
        case Listed(items=items):
            found = of_list(items, step)
        case Table():
            found = of_table(thing, step)
        case Known(value=list() as values) if step == "[]":
            found = tuple(Known(value=value, origins=thing.origins) for value in values)
        case Known():
            found = (Unknown(reason="it is not a list"),)
        case Unknown():
            found = (Unknown(reason=thing.reason),)
        case Kind() if step == "[]":
            found = look.attribute(thing, "*")
        case _:
            pass
    return further(thing, step) if found is None else found


def further(thing: Thing, step: str) -> Things:
    """One step further into something of which nothing is known but the way there."""
    return (Member(thing.base, (*thing.path, step)),) if isinstance(thing, Member) else (Member(thing, (step,)),)


def of_list(items: tuple[Things, ...], step: str) -> Things | None:
    """An item of a list, or each."""
    if step == "[]":
        return distinct(one for item in items for one in item)
    number = step[1:-1]
    if number.lstrip("-").isdigit() and -len(items) <= int(number) < len(items):
        return items[int(number)]
    return None


def of_table(table: Table, step: str) -> Things | None:
    """What a table holds under a key, or each of its keys."""
    if step == "[]":
        return tuple(Known(value=key) for key in table.entries) or (Unknown(reason="its keys are not known"),)
    if not step.startswith("["):
        return None
    entry = table.entries.get(step[2:-1])
    return entry.things if entry is not None else missing(table, step)


def missing(table: Table, shown: str) -> Things:
    """What there is under a key that a table is not seen to have."""
    return (Unknown(reason=table.open[0] if table.open else f"`{shown}` is not known"),)


def item(look: Look, base: Thing, keys: Things, *, shown: str) -> Things:
    """An item of something, by what the key can be."""
    names = texts(keys)
    match base:
        case Table():
            return by_name(base, names, shown=shown, sure=len(names) == len(keys))
        case Imported("os.environ") if names:
            return (Unknown(reason=f"the environment sets `{names[0]}`"),)
        case Kind():
            return look.attribute(base, names[0] if names else "*")
        case Unknown() if names:
            return (Member(base, (names[0],)),)
        case _:
            return part(look, base, step_of(keys))


def step_of(keys: Things) -> str:
    """The step that a key takes."""
    match keys:
        case (Known(value=int() as number),):
            return f"[{number}]"
        case (Known(value=str() as name),):
            return f"[{name!r}]"
        case _:
            return "[]"


def by_name(table: Table, names: list[str], *, shown: str, sure: bool) -> Things:
    """What a table holds under some names; under one that is not known, that is any of it."""
    if sure and all(name in table.entries for name in names):
        return distinct(one for name in names for one in table.entries[name].things)
    if names or not table.entries:
        return missing(table, shown)
    return distinct(one for entry in table.entries.values() for one in entry.things)
