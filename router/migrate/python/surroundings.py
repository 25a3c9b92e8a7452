"""What stands around a call for pictures: time-outs that are too short, and whatever sends it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import libcst as cst

from ..sites import Json, Mark, MarkKind, Written
from .answers import traced
from .bindings import dotted
from .drafts import Draft, in_test
from .layout import quote_around
from .modules import Module
from .tables import arguments
from .values import Entry, Imported, Known, Listed, Look, Made, Place, Thing, full_name

LONG_ENOUGH: Final = 180  # seconds
SDK_RETRIES: Final = 2  # what the SDK does by itself
HTTPX_DEFAULT: Final = 5.0  # seconds
LIMITS: Final = frozenset({"timeout", "fail_after", "move_on_after", "timeout_after", "Timeout"})
RETRY_PACKAGES: Final = frozenset(
    {"tenacity", "backoff", "stamina", "retrying", "retry", "retry2", "aioretry", "opnieuw"}
)
RETRY_NAME: Final = re.compile(r"^(?:\w*_)?(?:retry|retries|with_retry|with_retries|backoff|on_exception)(?:_\w*)?$")
TASKS: Final = frozenset({"task", "shared_task"})
RETRY_LOOPS: Final = frozenset({"Retrying", "AsyncRetrying", "retry_context"})
ATTEMPTS: Final = ("attempts", "max_tries", "tries", "max_attempts", "stop_max_attempt_number", "max_retries", "times")
SESSIONS: Final = frozenset({"Client", "AsyncClient", "ClientSession", "Session", "AsyncSession"})


def find_surroundings(look: Look, module: Module, drafts: Sequence[Draft]) -> Iterator[Mark]:
    """All that stands around calls, each once."""
    seen: set[tuple[str, int, int, str]] = set()
    for mark in every(look, module, drafts):
        key = (mark.path, mark.line, mark.column, mark.kind)
        if key not in seen:
            seen.add(key)
            yield mark


def every(look: Look, module: Module, drafts: Sequence[Draft]) -> Iterator[Mark]:
    """All that stands around calls."""
    for draft in drafts:
        if draft.surface != "responses-tool":
            yield from of_options(look, draft)
        yield from around(look, module, draft)
        yield from decorated(look, module, draft)
        yield from repeated(look, module, draft)
    yield from waited(look, module, drafts)


def mark(draft: Draft, place: Place, kind: MarkKind, *, value: Json, written: Written | None = None) -> Mark:
    """Write up a place around a call."""
    region = place.module.tree.region(place.node)
    return Mark(
        path=place.module.path,
        line=region.line,
        column=region.column,
        kind=kind,
        surface=draft.surface,
        text=place.module.tree.shown(place.node),
        value=value,
        written=written,
        site=draft.line if place.module is draft.module else None,
        in_test=in_test(place.module.path),
    )


# -- time-outs


def of_options(look: Look, draft: Draft) -> Iterator[Mark]:
    """Time-outs and retries that a call or its client is given."""
    options = dict(draft.options)
    session = session_of(look, draft)
    if "timeout" not in options and session is not None:
        options |= {name: entry for name, entry in session.items() if name == "timeout"}
    if "timeout" in options:
        yield from short(look, draft, options["timeout"])
    elif isinstance(draft.node, cst.Call) and waits_by_default(look, draft, session):
        yield mark(draft, Place(draft.module, draft.node.func), "short_timeout", value=HTTPX_DEFAULT)
    for name in ("max_retries", "num_retries"):
        for thing in options[name].things if name in options else ():
            if isinstance(thing, Known) and isinstance(thing.value, int) and thing.value > SDK_RETRIES:
                place = place_of(options[name], thing, draft)
                yield mark(draft, place, "retries", value=thing.value, written=written(thing))


def waits_by_default(look: Look, draft: Draft, session: Mapping[str, Entry] | None) -> bool:
    """Whether a request is sent by httpx, which waits for five seconds where it is told nothing."""
    if draft.surface != "httpx" or not isinstance(draft.node, cst.Call):
        return False
    names = [full_name(thing) or "" for thing in look(draft.module, draft.node.func)]
    return session is not None or any(name.startswith("httpx.") for name in names)


def session_of(look: Look, draft: Draft) -> Mapping[str, Entry] | None:
    """What the session that sends a request is made with."""
    call = draft.node
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    for thing in look(draft.module, call.func.value):
        match thing:
            case Made(callee, Place(module=module, node=cst.Call() as made)):
                if (full_name(callee) or "").rpartition(".")[2] in SESSIONS:
                    return arguments(look, module, made).entries
            case _:
                pass
    return None


def short(look: Look, draft: Draft, entry: Entry) -> Iterator[Mark]:
    """A time-out that is too short."""
    for thing in entry.things:
        value, known = seconds(look, thing)
        if value is not None and value < LONG_ENOUGH:
            yield mark(draft, place_of(entry, thing, draft), "short_timeout", value=value, written=written(known))
            return


def seconds(look: Look, thing: Thing) -> tuple[float | None, Thing]:
    """How long something waits, and the number that says so."""
    match thing:
        case Known(value=bool()):
            return None, thing
        case Known(value=int() | float() as value):
            return value, thing
        case Listed(items=items) if items:
            return seconds(look, items[-1][0])
        case Made(_, Place(module=module, node=cst.Call() as call)):
            given = arguments(look, module, call).entries
            for name in ("read", "total", "timeout", "0", "sock_read"):
                if name in given and given[name].things:
                    return seconds(look, given[name].things[0])
            return None, thing
        case _:
            return None, thing


def place_of(entry: Entry, thing: Thing, draft: Draft) -> Place:
    """Where an option is given."""
    if entry.places:
        return entry.places[0]
    return thing.place if isinstance(thing, Known) and thing.place else Place(draft.module, draft.node)


def written(thing: Thing) -> Written | None:
    """Where a number stands."""
    place = thing.place if isinstance(thing, Known) else None
    if place is None or quote_around(place.node) != "":
        return None
    return Written(region=place.module.tree.region(place.node), quote="")


def around(look: Look, module: Module, draft: Draft) -> Iterator[Mark]:
    """`async with asyncio.timeout(60):` around a call."""
    for above in module.tree.around(draft.node):
        if isinstance(above, cst.FunctionDef | cst.Lambda):
            return
        for item in above.items if isinstance(above, cst.With) else ():
            call = item.item
            if (
                not isinstance(call, cst.Call)
                or (dotted(call.func) or "").rpartition(".")[2] not in LIMITS
                or not call.args
            ):
                continue
            value, known = seconds(look, look(module, call.args[0].value)[0])
            if value is not None and value < LONG_ENOUGH:
                yield mark(draft, Place(module, call), "short_timeout", value=value, written=written(known))


def waited(look: Look, module: Module, drafts: Sequence[Draft]) -> Iterator[Mark]:
    """`asyncio.wait_for(call, 60)`."""
    by_node = {draft.node: draft for draft in drafts}
    for call in module.calls.get("wait_for", ()) if drafts else ():
        given = arguments(look, module, call).entries
        limit = given.get("timeout") or given.get("1")
        if limit is None or "0" not in given:
            continue
        draft = waited_for(look, module, call, entry=given["0"], by_node=by_node)
        if draft is not None:
            yield from short(look, draft, limit)


def waited_for(
    look: Look, module: Module, call: cst.Call, *, entry: Entry, by_node: Mapping[cst.CSTNode, Draft]
) -> Draft | None:
    """The call for pictures that something waits for."""
    inner = next((draft for node, draft in by_node.items() if module.tree.holds(call, node)), None)
    if inner is not None:
        return inner
    for thing in entry.things:
        origin, _ = traced(look, thing, by_node)
        if origin is not None and origin.place is not None and origin.place.node in by_node:
            return by_node[origin.place.node]
    return None


# -- retries


def decorated(look: Look, module: Module, draft: Draft) -> Iterator[Mark]:
    """A decorator that runs a function again."""
    for above in module.tree.around(draft.node):
        for decorator in above.decorators if isinstance(above, cst.FunctionDef) else ():
            called = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
            if not (is_retry(look, module, called) or is_repeated_task(module, above, decorator.decorator)):
                continue
            value = attempts(look, module, decorator.decorator)
            if value != 1:
                yield mark(draft, Place(module, decorator.decorator), "retries", value=value)


def is_retry(look: Look, module: Module, called: cst.BaseExpression) -> bool:
    """Whether a decorator comes from a package for retries, or is called like one."""
    name = (dotted(called) or "").rpartition(".")[2]
    names = [full_name(thing) or "" for thing in look(module, called)]
    roots = {full.partition(".")[0] for full in names}
    known = roots & RETRY_PACKAGES and not any(full.endswith("on_predicate") for full in names)
    return bool(known) or RETRY_NAME.match(name) is not None


def is_repeated_task(module: Module, function: cst.CSTNode, decorator: cst.BaseExpression) -> bool:
    """Whether a decorator makes a task of Celery that is run again after an error, by itself or by `self.retry()`."""
    called, args = (decorator.func, decorator.args) if isinstance(decorator, cst.Call) else (decorator, ())
    if (dotted(called) or "").rpartition(".")[2] not in TASKS:
        return False
    again = any(
        isinstance(call.func, cst.Attribute) and module.tree.holds(function, call)
        for call in module.calls.get("retry", ())
    )
    return again or any(each.keyword is not None and each.keyword.value == "autoretry_for" for each in args)


def attempts(look: Look, module: Module, node: cst.CSTNode) -> Json:
    """How often something is tried, if it says so."""
    if not isinstance(node, cst.Call):
        return None
    given = arguments(look, module, node).entries
    for name in ATTEMPTS:
        for thing in given[name].things if name in given else ():
            if isinstance(thing, Known) and isinstance(thing.value, int):
                return thing.value
    for thing in given["stop"].things if "stop" in given else ():
        match thing:
            case Made(Imported(name), Place(module=inner, node=cst.Call() as call)) if name.endswith(
                "stop_after_attempt"
            ):
                values = [
                    one.value
                    for argument in call.args[:1]
                    for one in look(inner, argument.value)
                    if isinstance(one, Known)
                ]
                return values[0] if values else None
            case _:
                pass
    return None


def repeated(look: Look, module: Module, draft: Draft) -> Iterator[Mark]:
    """A loop that tries again after an error."""
    tried = None
    for above in module.tree.around(draft.node):
        if isinstance(above, cst.FunctionDef | cst.Lambda):
            return
        if isinstance(above, cst.Try) and module.tree.holds(above.body, draft.node):
            tried = above
        if isinstance(above, cst.For) and isinstance(above.iter, cst.Call):
            name = (dotted(above.iter.func) or "").rpartition(".")[2]
            if name in RETRY_LOOPS or (name == "range" and tried is not None and goes_on(module, tried)):
                value = attempts(look, module, above.iter) if name in RETRY_LOOPS else counted(look, module, above.iter)
                if value != 1:
                    yield mark(draft, Place(module, above.iter), "retries", value=value)
                return


def goes_on(module: Module, tried: cst.Try) -> bool:
    """Whether success leaves the loop, so that it goes on only after an error."""
    leaving = (*module.tree.of(cst.Return), *module.tree.of(cst.Break))
    left = [node for node in leaving if module.tree.holds(tried, node)]
    succeeded = [
        node
        for node in left
        if module.tree.holds(tried.body, node) or (tried.orelse is not None and module.tree.holds(tried.orelse, node))
    ]
    return bool(succeeded)


def counted(look: Look, module: Module, call: cst.Call) -> Json:
    """How often `range(3)` goes round."""
    values = [one.value for argument in call.args for one in look(module, argument.value) if isinstance(one, Known)]
    match values:
        case [int() as stop]:
            return stop
        case [int() as start, int() as stop]:
            return stop - start
        case _:
            return None
