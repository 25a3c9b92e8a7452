"""What an app does with the answer: `.data[0].url` and `revised_prompt`, which GPT image models do not send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import libcst as cst

from ..sites import Mark, MarkKind
from .bindings import subscript_key
from .drafts import Draft, in_test
from .modules import Module
from .sdk import method_of
from .values import Look, Made, Member, Place, Thing, full_name

KINDS: Final[Mapping[str, MarkKind]] = {"url": "reads_url", "revised_prompt": "reads_revised_prompt"}
PICTURE: Final = "b64_json"
TRANSPARENT: Final = frozenset({
    *("()", "enter", "parse", "json", "model_dump", "model_dump_json", "to_json", "to_dict", "dict", "read", "text"),
    *("content", "decode", "result", "body"),
})  # fmt: skip
"""Steps that lead from an answer to the same answer."""
ANSWER: Final = ".ImagesResponse"
DATA: Final = frozenset({"data", "['data']"})
DEEPEST: Final = 24


@dataclass(frozen=True, slots=True)
class Read:
    """A field of an answer that is read: its name, where, and of which call."""

    name: str
    node: cst.CSTNode
    owner: cst.BaseExpression
    draft: Draft | None


def find_reads(look: Look, module: Module, drafts: Sequence[Draft]) -> Iterator[Mark]:
    """All reads of fields that stay empty."""
    reads = list(all_reads(look, module, drafts))
    pictures = {(module.tree.scope(read.node), read.draft) for read in reads if read.name == PICTURE}
    seen: set[tuple[int, str]] = set()
    for read in reads:
        if read.name == PICTURE or (read.name == "url" and (module.tree.scope(read.node), read.draft) in pictures):
            continue
        region = module.tree.region(read.node)
        if (region.line, read.name) in seen or only_asks(module, read, reads):
            continue
        seen.add((region.line, read.name))
        yield Mark(
            path=module.path,
            line=region.line,
            column=region.column,
            kind=KINDS[read.name],
            surface=read.draft.surface if read.draft else "python-sdk",
            text=module.tree.shown(read.node),
            site=read.draft.line if read.draft else None,
            in_test=in_test(module.path),
        )


def all_reads(look: Look, module: Module, drafts: Sequence[Draft]) -> Iterator[Read]:
    """All reads of a field of an answer, in order."""
    if not drafts and "openai" not in module.imports:
        return
    by_node = {draft.node: draft for draft in drafts}
    for node, name, owner in candidates(module):
        for thing in look(module, owner):
            found, draft = answered(look, thing, by_node)
            if found and not (draft is not None and draft.foreign):
                yield Read(name, node, owner, draft)
                break


def candidates(module: Module) -> Iterator[tuple[cst.CSTNode, str, cst.BaseExpression]]:
    """What may be a read: `thing.url`, `thing["url"]`, `thing.get("url")`, `getattr(thing, "url")`."""
    for name in (*KINDS, PICTURE):
        for read in module.reads.get(name, ()):
            above = module.tree.parent(read)
            if isinstance(above, cst.Attribute) and above.attr is read and not is_written(module, above):
                yield above, name, above.value
    for node in module.tree.of(cst.Subscript):
        key = subscript_key(node)
        known = isinstance(key, cst.SimpleString) and key.raw_value in {*KINDS, PICTURE}
        if known and isinstance(key, cst.SimpleString) and not is_written(module, node):
            yield node, key.raw_value, node.value
    for call in (*module.calls.get("get", ()), *module.calls.get("getattr", ())):
        owner, name = asked(call)
        if owner is not None and name in {"url", PICTURE}:
            yield call, name, owner


def asked(call: cst.Call) -> tuple[cst.BaseExpression | None, str]:
    """What is asked for which field by `thing.get("url")` or `getattr(thing, "url")`."""
    match call:
        case cst.Call(func=cst.Attribute(value=owner), args=[cst.Arg(value=cst.SimpleString() as key), *_]):
            return owner, key.raw_value
        case cst.Call(func=cst.Name(), args=[cst.Arg(value=owner), cst.Arg(value=cst.SimpleString() as key), *_]):
            return owner, key.raw_value
        case _:
            return None, ""


def is_written(module: Module, node: cst.CSTNode) -> bool:
    """Whether something is assigned to it."""
    return isinstance(module.tree.parent(node), cst.AssignTarget | cst.Del)


def answered(look: Look, thing: Thing, drafts: Mapping[cst.CSTNode, Draft]) -> tuple[bool, Draft | None]:
    """Whether a thing is a picture of an answer, and of which call."""
    origin, steps = traced(look, thing, drafts)
    if origin is None:
        return False, None
    draft = drafts.get(origin.place.node) if origin.place else None
    path = [step for step in steps if step not in TRANSPARENT]
    picture = len(path) > 1 and path[0] in DATA and path[1].startswith("[")
    return picture and (draft is None or draft.surface != "responses-tool"), draft


def traced(look: Look, thing: Thing, drafts: Mapping[cst.CSTNode, Draft]) -> tuple[Made | None, tuple[str, ...]]:
    """The answer that a thing comes from, and the steps from there to the thing."""
    steps: tuple[str, ...] = ()
    for _ in range(DEEPEST):
        match thing:
            case Member(base, path):
                steps, thing = (*path, *steps), base
            case Made(callee, place) if (place is not None and place.node in drafts) or is_ours(look, callee):
                return thing, steps
            case Made(Member(base, path), _):
                steps, thing = (*path, "()", *steps), base
            case Made(callee, Place() as place) if (full_name(callee) or "").endswith("urlopen"):
                inner = opened(look, place)
                if inner is None:
                    return None, ()
                thing = inner
            case _:
                return None, ()
    return None, ()


def is_ours(look: Look, callee: Thing) -> bool:
    """Whether something that is called, in whichever file, draws pictures of OpenAI's; or is the type of its answer."""
    if (full_name(callee) or "").endswith(ANSWER):
        return True
    method = method_of(look, callee)
    return method is not None and method.client.vendor is None


def opened(look: Look, place: Place) -> Thing | None:
    """The request that `urlopen(request)` sends."""
    if not isinstance(place.node, cst.Call) or not place.node.args:
        return None
    return look(place.module, place.node.args[0].value)[0]


def only_asks(module: Module, read: Read, reads: Sequence[Read]) -> bool:
    """Whether a read only asks if there is something, and the branch then reads it."""
    tree = module.tree
    for above in tree.around(read.node):
        if isinstance(above, cst.If | cst.IfExp) and tree.holds(above.test, read.node):
            return any(
                other.name == read.name and other is not read and tree.holds(above.body, other.node) for other in reads
            )
        if isinstance(above, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            return False
    return False
