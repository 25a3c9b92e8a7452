"""What was found in a file before it is written up: calls with all that their parameters can be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import libcst as cst

from ..kinds import is_test
from ..models import is_image_model
from ..sites import Choice, Operation, Origin, Parameter, Site, Written
from .layout import insertion, quote_around, whole
from .modules import Module
from .tables import as_json
from .values import Entry, Imported, Known, Made, Member, Place, Thing, Unknown, full_name
from .words import Words

LONGEST: Final = 60  # characters of code in a reason
FILES: Final = ("image", "images", "mask", "markup", "image[]")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A call for pictures."""

    module: Module
    node: cst.CSTNode  # the call, or the dict of a tool
    surface: str
    operation: Operation = "generate"
    provider: str = "openai"
    entries: Mapping[str, Entry] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    slot: Place | None = None  # the call or dict that takes further parameters
    client: Place | None = None
    options: tuple[tuple[str, Entry], ...] = ()  # of the client and the call: time-outs, retries
    asynchronous: bool = False
    deployment: bool = False  # the model is the name of an Azure deployment
    readers: tuple[cst.CSTNode, ...] = ()  # where else its values are read, on their way into the call
    foreign: bool = False  # another vendor's: no finding, and neither is what it names and answers

    @property
    def line(self) -> int:
        """The line that it begins in."""
        return self.module.tree.line(self.node)


def in_test(path: str) -> bool:
    """Whether a file is a test."""
    return is_test(path)


def site_of(draft: Draft, words: Words, used: Collection[cst.CSTNode]) -> Site:
    """Write up a call; `used` are the calls for pictures of the file."""
    region = draft.module.tree.region(draft.node)
    parameters = {
        name: parameter_of(draft, name, entry, words=words, used=used)
        for name, entry in draft.entries.items()
        if not name.isdigit()
    }
    return Site(
        path=draft.module.path,
        line=region.line,
        column=region.column,
        surface=draft.surface,
        operation=draft.operation,
        provider=draft.provider,
        parameters=parameters,
        open=draft.open,
        insertion=insertion(draft.slot) if draft.slot else None,
        client=draft.client.module.tree.region(draft.client.node) if draft.client else None,
        in_test=in_test(draft.module.path),
        files=count_files(draft),
    )


def count_files(draft: Draft) -> int:
    """How many pictures an edit is given, as far as can be seen."""
    entry = next((draft.entries[name] for name in ("image", "images", "image[]") if name in draft.entries), None)
    if entry is None or draft.operation == "generate":
        return 0
    return max((len(getattr(thing, "items", (0,))) for thing in entry.things), default=1) or 1


def parameter_of(draft: Draft, name: str, entry: Entry, *, words: Words, used: Collection[cst.CSTNode]) -> Parameter:
    """Write up what a call gives for a parameter."""
    cutting = whole(entry.places[0]) if len(entry.places) == 1 else None
    if name in FILES:
        return Parameter(unknown="a file", optional=entry.optional, whole=cutting)
    choices = [choice for thing in entry.things for choice in choices_of(thing, draft.module, words, used=used)]
    unknowns = [thing for thing in entry.things if not list(as_json(thing))]
    reason, origins = reason_of(unknowns)
    if name == "model" and draft.deployment and not any(is_image_model(str(choice.value)) for choice in choices):
        reason = ", ".join(["an Azure deployment", *(f"`{choice.value}`" for choice in choices)])
        choices = []
    return Parameter(choices=tuple(choices), unknown=reason, optional=entry.optional, whole=cutting, origins=origins)


def choices_of(thing: Thing, here: Module, words: Words, *, used: Collection[cst.CSTNode]) -> Iterator[Choice]:
    """The values that a thing stands for."""
    if isinstance(thing, Known):
        yield Choice(value=thing.value, origins=nearest(thing.origins), written=written(thing, here, words, used=used))
        return
    for value in as_json(thing):
        yield Choice(value=value)  # type: ignore[arg-type]


def nearest(origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
    """Each name once."""
    return tuple(dict.fromkeys(origins))


def written(thing: Known, here: Module, words: Words, *, used: Collection[cst.CSTNode]) -> Written | None:
    """Where a value stands as text, its quotes included."""
    place = thing.place
    quote = quote_around(place.node) if place else None
    if place is None or quote is None:
        return None
    readers = {*used, *(holder.node for holder in thing.holders)}
    shared = any(words.shared(holder, here, readers) for holder in thing.holders)
    return Written(region=place.module.tree.region(place.node), quote=quote, shared=shared)


def reason_of(things: list[Thing]) -> tuple[str | None, tuple[Origin, ...]]:
    """Why there may be other values, and the names that they come through."""
    reasons = list(dict.fromkeys(described(thing) for thing in things))
    origins = next((thing.origins for thing in things if isinstance(thing, Unknown)), ())
    return "; ".join(reasons[:2]) or None, nearest(origins)


def described(thing: Thing) -> str:
    """A thing that is no value, in a few words."""
    match thing:
        case Unknown(reason=reason):
            return reason
        case Made(callee, place):
            return f"`{called(callee, place)}` gives it"
        case Imported(name):
            builtin = name.startswith("builtins.")
            return f"`{name.removeprefix('builtins.')}` is {'not defined here' if builtin else 'not among the files'}"
        case Member(_, path):
            return f"`{'.'.join(path).replace('.[', '[')}` is not known"
        case _:
            return "it is put together as it runs"


def called(callee: Thing, place: Place | None) -> str:
    """A call as it is written, or by its name alone where that is long."""
    name = full_name(callee) or "it"
    shown = place.module.tree.shown(place.node) if place else f"{name}()"
    return shown if len(shown) <= LONGEST else name
