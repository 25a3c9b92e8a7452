"""Expressions as the values of a parameter, each with where it came from and where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from ..sites import Choice, Parameter, Region, Written
from .literals import is_plain_template, literal, plain_text, shorten, unescape
from .names import Declaration
from .reach import reach
from .reached import Leaf, Reached
from .tree import Node, bare

HOLE: Final = "\0"
"""Stands for the part of a text that is not known."""

MOST_TEXTS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A text that an expression may give, with a hole for each part that is not known."""

    text: str
    leaf: Leaf | None = None


def parameter(reached: Reached, *, optional: bool = False, whole: Region | None = None) -> Parameter:
    """What can be said of a parameter that is given as some expression."""
    choices: list[Choice] = []
    reason, origins = reached.unknown, reached.origins
    for leaf in reached.leaves:
        found = list(_choices(leaf))
        choices += [choice for choice in found if choice not in choices]
        if not found and reason is None:
            reason, origins = describe(leaf.node), leaf.origins
    if not choices and reason is None and not reached.absent:
        reason = "it comes from itself"
    return Parameter(
        choices=tuple(choices),
        unknown=reason,
        optional=optional or reached.absent,
        whole=whole,
        origins=origins if reason is not None else (),
    )


def _choices(leaf: Leaf) -> Iterator[Choice]:
    value = literal(leaf.node)
    if value is not None:
        yield Choice(value=value[0], origins=leaf.origins, written=written(leaf))
        return
    for spelled in spell(leaf.node):
        if HOLE not in spelled.text:
            origins = spelled.leaf.origins if spelled.leaf is not None else ()
            yield Choice(value=spelled.text, origins=(*leaf.origins, *origins))


def written(leaf: Leaf) -> Written | None:
    """Where a leaf's literal stands, its quotes included."""
    node = bare(leaf.node)
    if node.kind in {"array", "object"}:
        return None
    quote = node.text[0] if node.kind in {"string", "template_string"} else ""
    return Written(region=node.region, quote=quote, shared=any(is_shared(holder) for holder in leaf.holders))


def is_shared(holder: Declaration) -> bool:
    """Whether a name is read at more than one place, or by other modules."""
    if holder.kind == "parameter":
        return False
    names = holder.module.names
    return names.is_exported(holder) or len(names.uses_of(holder)) > 1


def spell(node: Node, depth: int = 0) -> tuple[Spelled, ...]:
    """The texts that an expression may give; what callers hand over is left open."""
    known = node.module.spelled
    if node not in known:
        known[node] = (Spelled(text=HOLE),)  # what is put together from itself
        known[node] = _spell(reach(node, depth), depth)
    return known[node]


def _spell(reached: Reached, depth: int) -> tuple[Spelled, ...]:
    found: dict[str, Spelled] = {}
    for leaf in reached.leaves:
        for one in [Spelled(text=HOLE)] if _is_handed_over(leaf) else _spell_leaf(leaf, depth + 1):
            found.setdefault(one.text, one)
    if reached.unknown is not None or not found:
        found.setdefault(HOLE, Spelled(text=HOLE))
    return tuple(found.values())[:MOST_TEXTS]


def _is_handed_over(leaf: Leaf) -> bool:
    return any(
        holder.kind == "parameter" and holder.source is not None and not holder.source.covers(leaf.node)
        for holder in leaf.holders
    )


def _spell_leaf(leaf: Leaf, depth: int) -> list[Spelled]:
    node = bare(leaf.node)
    text = plain_text(node)
    if text is not None or depth > MOST_TEXTS:
        return [Spelled(text=HOLE if text is None else text, leaf=leaf)]
    match node.kind:
        case "number":
            return [Spelled(text=node.text, leaf=leaf)]
        case "template_string" if not is_plain_template(node):
            parts = [_spell_part(part, depth) for part in node.children if part.kind != "comment"]
            return _joined(parts, leaf)
        case "binary_expression" if node.word("operator") == "+":
            sides = [side for role in ("left", "right") if (side := node.field(role)) is not None]
            return _joined([spell(side, depth) for side in sides], leaf)
        case "new_expression" | "call_expression":
            return _spell_address(node, leaf, depth)
        case _:
            return [Spelled(text=HOLE)]


def _spell_part(part: Node, depth: int) -> tuple[Spelled, ...]:
    if part.kind == "template_substitution":
        return spell(part.items[0], depth) if part.items else (Spelled(text=HOLE),)
    return (Spelled(text=unescape(part.text)),)


def _joined(parts: list[tuple[Spelled, ...]], leaf: Leaf) -> list[Spelled]:
    found = []
    for combination in product(*parts):
        inner = next((one.leaf for one in combination if one.leaf is not None), leaf)
        found.append(Spelled(text="".join(one.text for one in combination), leaf=inner))
        if len(found) >= MOST_TEXTS:
            break
    return found


def _spell_address(node: Node, leaf: Leaf, depth: int) -> list[Spelled]:
    """What `new URL(path, base)`, `base.replace(slash, "")` and `base.concat(path)` give."""
    callee = node.field("constructor") or node.field("function")
    listed = node.field("arguments")
    given = listed.items if listed is not None else ()
    if callee is None:
        return [Spelled(text=HOLE)]
    if callee.text == "URL" and given:
        texts = _joined([spell(argument, depth) for argument in reversed(given[:2])], leaf)
        return [Spelled(text=one.text.replace("//images", "/images"), leaf=one.leaf) for one in texts]
    receiver, name = callee.field("object"), callee.field("property")
    if receiver is None or name is None:
        return [Spelled(text=HOLE)]
    if name.text in {"replace", "replaceAll", "trimEnd", "toString"}:
        return list(spell(receiver, depth))
    if name.text == "concat":
        return _joined([spell(receiver, depth), *(spell(argument, depth) for argument in given)], leaf)
    return [Spelled(text=HOLE)]


def describe(node: Node) -> str:
    """Why the value of an expression is not known."""
    node = bare(node)
    match node.kind:
        case "call_expression":
            callee = node.field("function")
            return f"returned by `{shorten(callee.text if callee is not None else node.text)}()`"
        case "template_string" if parts := [child for child in node.children if child.kind == "template_substitution"]:
            return f"put together from {', '.join(f'`{shorten(part.text[2:-1])}`' for part in parts)}"
        case "binary_expression":
            return f"computed: `{shorten(node.text)}`"
        case _:
            return f"`{shorten(node.text)}` is not known here"
