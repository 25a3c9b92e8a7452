"""What an expression was found to stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ..sites import Origin
from .names import Declaration
from .tree import Node

MOST_LEAVES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaf:
    """An expression at the end of the way, the names that led there (nearest first), and what holds it."""

    node: Node
    origins: tuple[Origin, ...] = ()
    holders: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """All that an expression can stand for; `unknown` says why there may be more, `absent` that it may be undefined."""

    leaves: tuple[Leaf, ...] = ()
    unknown: str | None = None
    origins: tuple[Origin, ...] = ()
    absent: bool = False


ABSENT: Final = Reached(absent=True)
NOTHING: Final = Reached()


def unite(all_: Iterable[Reached]) -> Reached:
    """Whatever any of them can stand for."""
    found = list(all_)
    leaves = {id(leaf.node): leaf for leaf in reversed([leaf for one in found for leaf in one.leaves])}
    reason = next((one for one in found if one.unknown is not None), NOTHING)
    ordered = tuple(reversed(leaves.values()))
    return Reached(
        leaves=ordered[:MOST_LEAVES],
        unknown=reason.unknown if len(ordered) <= MOST_LEAVES else "one of very many",
        origins=reason.origins,
        absent=any(one.absent for one in found),
    )


def unknown(reason: str, *origins: Origin) -> Reached:
    """Something that cannot be known, and why."""
    return Reached(unknown=reason, origins=origins)


def through(reached: Reached, declaration: Declaration) -> Reached:
    """The same, come through a name."""
    origin: tuple[Origin, ...] = (declaration.module.origin(declaration.name, declaration.node),)
    if declaration.kind == "import" and (reached.leaves or reached.origins):
        origin = ()  # the name in the other module says it
    leaves = tuple(
        replace(leaf, origins=(*origin, *leaf.origins), holders=(declaration, *leaf.holders)) for leaf in reached.leaves
    )
    return replace(reached, leaves=leaves, origins=(*origin, *reached.origins) if reached.unknown else ())


def or_else(first: Reached, second: Reached) -> Reached:
    """What `first ?? second` and `first || second` can stand for."""
    kept = tuple(leaf for leaf in first.leaves if leaf.node.kind != "null" and leaf.node.text not in {'""', "''"})
    if kept and first.unknown is None and not first.absent:
        return replace(first, leaves=kept)
    variable = next((o for o in first.origins if o.name.startswith("env ")), None)
    if variable is not None and not kept:
        leaves = tuple(replace(leaf, origins=(variable, *leaf.origins)) for leaf in second.leaves)
        return Reached(
            leaves=leaves,
            unknown=f"the environment may set `{variable.name.removeprefix('env ')}`",
            origins=first.origins,
            absent=second.absent,
        )
    return replace(unite([replace(first, leaves=kept), second]), absent=second.absent)
