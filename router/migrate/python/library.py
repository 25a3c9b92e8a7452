"""What well-known functions return: the environment, copies, JSON, threads, the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

import libcst as cst

from ..sites import Json, Origin
from .attributes import fields_of
from .modules import Module
from .tables import arguments, updating
from .values import (
    Imported,
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
    spellings,
    texts,
    through,
)

Returns: TypeAlias = Callable[[Look, Module, cst.Call], Things]


def well_known(look: Look, module: Module, call: cst.Call, *, name: str) -> Things:
    """What a call of something imported returns; of most, that it is what that call made."""
    by_name = FUNCTIONS.get(name) or BY_LAST_PART.get(name.rpartition(".")[2])
    things = by_name(look, module, call) if by_name and (call.args or by_name in WITHOUT_ARGUMENTS) else ()
    return things or (Made(Imported(name), Place(module, call)),)


def first(look: Look, module: Module, call: cst.Call) -> Things:
    """What the first argument is."""
    return look(module, call.args[0].value)


def second(look: Look, module: Module, call: cst.Call) -> Things:
    """What the second argument is."""
    return look(module, call.args[1].value) if len(call.args) > 1 else ()


def table(look: Look, module: Module, call: cst.Call) -> Things:
    """`dict(...)`."""
    return (updating(look, module, call),)


def picked(look: Look, module: Module, call: cst.Call) -> Things:
    """`st.selectbox("Model", ["dall-e-3", "gpt-image-1"])`: one of a list, which is for the user and stays."""
    given = arguments(look, module, call).entries
    entry = given.get("options") or given.get("1")
    origin = Origin(name=module.tree.shown(call.func), path=module.path, line=module.tree.line(call))
    things = [one for thing in entry.things for one in look.part(thing, "[]")] if entry else []
    return tuple(through(replace(one, place=None), origin) for one in things if isinstance(one, Known))


def text(look: Look, module: Module, call: cst.Call) -> Things:
    """`json.dumps(table)`."""
    return tuple(replace(one, text=True) if isinstance(one, Table) else one for one in first(look, module, call))


def record(look: Look, module: Module, call: cst.Call) -> Things:
    """`dataclasses.asdict(thing)`."""
    return tuple(fields_of(look, one) if isinstance(one, Instance) else one for one in first(look, module, call))


def partial(look: Look, module: Module, call: cst.Call) -> Things:
    """`functools.partial(function, ...)`."""
    return tuple(Partial(one, Place(module, call)) for one in first(look, module, call))


def thread(look: Look, module: Module, call: cst.Call) -> Things:
    """`asyncio.to_thread(function, ...)`."""
    place = Place(module, call)
    return tuple(Made(Partial(one, place), place) for one in first(look, module, call))


def joined(look: Look, module: Module, call: cst.Call) -> Things:
    """`urljoin(base, "images/generations")`, by its last part."""
    ends = spellings(look(module, call.args[-1].value)) if len(call.args) > 1 else []
    reason = f"`{module.tree.shown(call)}` is put together as it runs"
    return tuple(Unknown(reason=reason, spelled=f"…/{end.lstrip('/')}") for end in ends)


def columns(look: Look, module: Module, call: cst.Call) -> list[Things]:
    """What each of some lists holds."""
    given = [argument for argument in call.args if argument.keyword is None and not argument.star]
    return [distinct(one for thing in look(module, each.value) for one in look.part(thing, "[]")) for each in given]


def zipped(look: Look, module: Module, call: cst.Call) -> Things:
    """`zip(one, other)`."""
    return (Listed(items=((Listed(items=tuple(columns(look, module, call))),),)),)


def numbered(look: Look, module: Module, call: cst.Call) -> Things:
    """`enumerate(things)`."""
    return (Listed(items=((Listed(items=((Unknown(reason="a number"),), *columns(look, module, call)[:1])),),)),)


def gathered(look: Look, module: Module, call: cst.Call) -> Things:
    """`asyncio.gather(one, *others)`."""
    items = [
        distinct(part for one in things for part in look.part(one, "[]")) if argument.star else things
        for argument in call.args
        if argument.keyword is None
        for things in (look(module, argument.value),)
    ]
    return (Listed(items=tuple(items)),)


def following(look: Look, module: Module, call: cst.Call) -> Things:
    """`next(things)`."""
    return distinct(part for one in first(look, module, call) for part in look.part(one, "[]"))


def number(convert: Callable[[str], Json]) -> Returns:
    """`int("4")` and the like."""

    def converted(thing: Thing) -> Thing:
        if not isinstance(thing, Known) or not isinstance(thing.value, str):
            return thing
        try:
            return replace(thing, value=convert(thing.value), place=None)
        except ValueError:
            return Unknown(reason=f"`{thing.value}` is not a number")

    def read(look: Look, module: Module, call: cst.Call) -> Things:
        return tuple(converted(one) for one in first(look, module, call))

    return read


def attribute(look: Look, module: Module, call: cst.Call) -> Things:
    """`getattr(thing, name, default)`."""
    names = texts(second(look, module, call))
    fallback = look(module, call.args[2].value) if len(call.args) > 2 else ()  # noqa: PLR2004 -- its default
    found = [one for thing in first(look, module, call) for name in names for one in look.attribute(thing, name)]
    known = [one for one in found if isinstance(one, Known)]
    if not known and any(isinstance(one, Known) for one in fallback):
        return (*fallback, Unknown(reason=f"`{module.tree.shown(call)}` may give another"))
    return distinct(found) or (Unknown(reason=f"`{module.tree.shown(call)}` is not known"),)


def got(look: Look, module: Module, call: cst.Call) -> Things:
    """`anything.get(name, default)`."""
    if len(call.args) < 2:  # noqa: PLR2004 -- a name and a default
        return ()
    shown = module.tree.shown(call)
    origin = Origin(name=shown, path=module.path, line=module.tree.line(call))
    known = tuple(through(one, origin) for one in second(look, module, call) if isinstance(one, Known | Table))
    if not known:
        return (Made(Member(Unknown(reason=f"`{shown}` is not known"), ("get",)), Place(module, call)),)
    return (*known, Unknown(reason=f"`{shown}` may give another"))


def is_none(thing: Thing) -> bool:
    """Whether a thing is `None`."""
    return isinstance(thing, Known) and thing.value is None


def environment(look: Look, module: Module, call: cst.Call) -> Things:
    """An environment variable, and what stands for it where it is not set."""
    given = arguments(look, module, call).entries
    names = texts(given["0"].things) if "0" in given else []
    shown = names[0] if names else module.tree.shown(call)
    entry = given.get("default") or given.get("1")
    origin = Origin(name=f"env {shown}", path=module.path, line=module.tree.line(call))
    default = tuple(through(one, origin) for one in entry.things) if entry else ()
    default = tuple(one for one in default if not is_none(one))
    return (*default, Unknown(reason=f"the environment {'may set' if default else 'sets'} `{shown}`"))


def option(look: Look, place: Place, name: str) -> Things:
    """An option of the command line, by what `add_argument` says of it."""
    module = place.module
    for call in module.calls.get("add_argument", ()):
        given = arguments(look, module, call).entries
        flags = [text for key in ("0", "1", "dest") if key in given for text in texts(given[key].things)]
        if name not in [flag.lstrip("-").replace("-", "_") for flag in flags]:
            continue
        origin = Origin(name=name, path=module.path, line=module.tree.line(call))
        default = given["default"].things if "default" in given else ()
        known = tuple(through(one, origin) for one in default if not is_none(one))
        return (*known, Unknown(reason=f"given on the command line, `{flags[0]}`"))
    return ()


FUNCTIONS: Final[Mapping[str, Returns]] = {
    **dict.fromkeys(("os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config"), environment),
    **dict.fromkeys(("builtins.dict", "collections.OrderedDict", "collections.ChainMap"), table),
    **dict.fromkeys(("dataclasses.asdict", "builtins.vars"), record),
    **dict.fromkeys(("urllib.parse.urljoin", "os.path.join", "posixpath.join"), joined),
    **dict.fromkeys(
        (
            *("builtins.str", "builtins.bool", "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.set"),
            *("builtins.reversed", "builtins.bytes", "builtins.frozenset", "types.MappingProxyType"),
            *("copy.copy", "copy.deepcopy", "json.loads", "asyncio.run", "anyio.run", "nest_asyncio.run"),
            *("asyncio.wait_for", "asyncio.create_task", "asyncio.ensure_future", "asyncio.shield"),
            *("asgiref.sync.async_to_sync", "builtins.iter", "tqdm.tqdm", "tqdm.auto.tqdm"),
            *("asyncio.as_completed", "concurrent.futures.as_completed"),
        ),
        first,
    ),
    **dict.fromkeys(
        (
            *("asyncio.to_thread", "anyio.to_thread.run_sync", "trio.to_thread.run_sync"),
            *("starlette.concurrency.run_in_threadpool", "fastapi.concurrency.run_in_threadpool"),
            "asgiref.sync.sync_to_async",
        ),
        thread,
    ),
    "typing.cast": second,
    "functools.partial": partial,
    "builtins.getattr": attribute,
    "builtins.enumerate": numbered,
    "builtins.zip": zipped,
    "builtins.next": following,
    "asyncio.gather": gathered,
    "builtins.int": number(int),
    "builtins.float": number(float),
}
BY_LAST_PART: Final[Mapping[str, Returns]] = {
    **dict.fromkeys(("dumps", "jsonable_encoder"), text),
    **dict.fromkeys(
        ("wrap_openai", "traced", "instrument", "wrap", "patch", "from_openai", "observe", "track_openai"), first
    ),
    **dict.fromkeys(("selectbox", "radio", "select_slider", "pills", "segmented_control"), picked),  # of Streamlit
    "get": got,
}
WITHOUT_ARGUMENTS: Final = (table,)
