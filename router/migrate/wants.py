"""What each literal of the source has to become for a call to be what the engine sends; who wants what, and agreement.

A want names a place in a file and a value for it. Every place that a call reads has one, also where nothing is to
change: so it shows when two combinations, or two calls, need different things of the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from .cases import FILES, Case
from .edits import Edit, cut, insert, replace
from .rulings import Ruling
from .sites import Files, Insertion, Json, Region, Site, Written

Action: TypeAlias = Literal["set", "cut", "put"]


class Place(NamedTuple):
    """Where something is wanted; `field` tells parameters apart that are put in at the same place."""

    path: str
    start: int
    action: Action
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A value for a place; `hard` where the call is not legal without it, `now` is None where it is to be cut."""

    was: Json
    now: Json
    hard: bool
    changes: bool
    at: Written | Region | Insertion


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """All that a call wants; `lacking` are parameters that have to change and stand nowhere as text."""

    places: Mapping[Place, tuple[Want, ...]]
    lacking: tuple[str, ...] = ()


SOFT: Final = frozenset({"DEFAULT", "RULE", "LADDER"})
"""Changes that a policy wishes for, and a model does not need."""


def read_wants(site: Site, judged: Iterable[tuple[Case, Ruling]]) -> Wants:
    """What a call wants of its literals, over all of its combinations."""
    places: dict[Place, list[Want]] = {}
    lacking: dict[str, None] = {}
    pairs = list(judged)
    for case, ruling in pairs:
        for place, want in _wants(site, case, ruling):
            if place is None:
                lacking[str(want)] = None
            elif isinstance(want, Want):
                places.setdefault(place, []).append(want)
    for place, wants in places.items():  # what one combination puts in and another does not
        if place.action == "put" and len(wants) < len(pairs):
            wants.append(Want(was=None, now=None, hard=False, changes=False, at=wants[0].at))
    return Wants(places={place: tuple(wants) for place, wants in places.items()}, lacking=tuple(lacking))


def _wants(site: Site, case: Case, ruling: Ruling) -> Iterator[tuple[Place | None, Want | str]]:
    params = sent(ruling, case)
    hard = needed(ruling, case)
    for name in {**case.chosen, **params}:
        if name in FILES or name == "prompt":
            continue
        was, now = case.body.get(name), params.get(name)
        if name in case.chosen and name in params:
            yield from _set(case, name, now, hard=name in hard)
        elif name in case.chosen:
            yield from _cut(site, name, was, hard=name in hard)
        elif name not in case.body:
            yield from _put(site, name, now, hard=name in hard)
        if name in case.chosen and name in params:
            yield from _keep(site, name)


def sent(ruling: Ruling, case: Case) -> Mapping[str, Json]:
    """The body that the engine sends; where it sends none, the one that was asked."""
    params = ruling.decision.params if ruling.decision else None
    if params is None:
        return case.body
    if ruling.only is None:
        return params  # type: ignore[return-value]
    names = [name for name in case.body if name not in ruling.only or name in params]
    return {name: params[name] if name in ruling.only else case.body[name] for name in names}  # type: ignore[misc]


def needed(ruling: Ruling, case: Case) -> frozenset[str]:
    """The parameters that have to change, leaving aside what a policy only wishes for."""
    if ruling.decision is None or not ruling.problems:
        return frozenset()
    params = sent(ruling, case)
    steps = [change for change in ruling.decision.changes if change.code not in SOFT]
    refused = {refused.param for refused in ruling.refused}
    names = {step.field for step in steps} | refused
    return frozenset(name for name in names if case.body.get(name) != params.get(name) or name not in params)


def _set(case: Case, name: str, now: Json, *, hard: bool) -> Iterator[tuple[Place | None, Want | str]]:
    choice = case.chosen[name]
    was = case.body.get(name)
    if was == now or (name == "model" and isinstance(was, str) and was == now):
        changes, value = False, choice.value
    else:
        changes, value = True, _prefixed(choice.value, now) if name == "model" else now
    if choice.written is not None:
        place = Place(choice.written.region.path, choice.written.region.start, "set", "")
        yield place, Want(was=choice.value, now=value, hard=hard, changes=changes, at=choice.written)
    elif changes and hard:
        yield None, name


def _prefixed(was: Json, now: Json) -> Json:
    """The new name with the prefix of the old: `openai/gpt-image-1`."""
    head, slash, _ = was.rpartition("/") if isinstance(was, str) else ("", "", "")
    return f"{head}{slash}{now}"


def _cut(site: Site, name: str, was: Json, *, hard: bool) -> Iterator[tuple[Place | None, Want | str]]:
    whole = site.parameters[name].whole
    if whole is not None:
        yield Place(whole.path, whole.start, "cut", ""), Want(was=was, now=None, hard=hard, changes=True, at=whole)
    elif hard:
        yield None, name


def _keep(site: Site, name: str) -> Iterator[tuple[Place, Want]]:
    whole = site.parameters[name].whole
    if whole is not None:
        yield Place(whole.path, whole.start, "cut", ""), Want(was=None, now=None, hard=False, changes=False, at=whole)


def _put(site: Site, name: str, now: Json, *, hard: bool) -> Iterator[tuple[Place | None, Want | str]]:
    if site.insertion is not None and name not in site.parameters and not site.open:
        at = site.insertion
        place = Place(at.region.path, at.region.start, "put", name)
        yield place, Want(was=None, now=now, hard=hard, changes=True, at=at)
    elif hard:
        yield None, name


# -- agreement


class Clash(NamedTuple):
    """A place of which different things are wanted, at least one of them by a model's need."""

    place: Place
    wants: tuple[Want, ...]


def clashes(wants: Mapping[Place, Iterable[Want]]) -> Iterator[Clash]:
    """Places where what has to change cannot: something else is wanted of the same words."""
    for place, each in wants.items():
        hard = tuple(want for want in each if want.hard and want.changes)
        others = tuple(want for want in each if _outcome(want) != _outcome(hard[0])) if hard else ()
        if any(want.hard or not want.changes for want in others):
            yield Clash(place, (hard[0], *others))


def _outcome(want: Want) -> tuple[bool, str]:
    return want.changes, repr(want.now) if want.changes else ""


def settled(places: Mapping[Place, Iterable[Want]]) -> dict[Place, Want]:
    """What is to be done at each place: what is needed, else what all agree on."""
    agreed = {}
    for place, wants in places.items():
        each = list(wants)
        hard = [want for want in each if want.hard and want.changes]
        same = len({_outcome(want) for want in each}) == 1
        chosen = hard[0] if hard else each[0] if same else None
        if chosen is not None and chosen.changes:
            agreed[place] = chosen
    return agreed


def to_edit(place: Place, want: Want, files: Files) -> Edit | None:
    """The edit that a want asks for; None where the file does not say what it is thought to say."""
    if isinstance(want.at, Insertion):
        return insert(want.at, place.field, want.now)
    source = files.read(place.path)
    if isinstance(want.at, Region):
        return cut(source, want.at)
    return replace(source, want.at, was=want.was, now=want.now)
