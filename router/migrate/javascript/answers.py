"""What is done with an answer: places that read a picture's `url` or `revised_prompt`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..sites import Mark, MarkKind
from .finds import finds, found_at
from .found import Found, mark
from .functions import callers, last_name, name_of
from .literals import property_name
from .modules import Module
from .names import Declaration
from .reach import reach
from .tree import FUNCTIONS, Node, bare

State: TypeAlias = Literal["answer", "response", "axios", "anything", "data", "list", "image", "text", "both"]

READS: Final[Mapping[str, MarkKind]] = {"url": "reads_url", "revised_prompt": "reads_revised_prompt"}
STEPS: Final[Mapping[tuple[str, str], State]] = {
    ("answer", "data"): "list",
    ("answer", "withResponse"): "both",
    ("answer", "asResponse"): "response",
    ("both", "data"): "answer",
    ("both", "response"): "response",
    ("response", "json"): "answer",
    ("response", "text"): "text",
    ("axios", "data"): "data",
    ("data", "data"): "list",
    ("anything", "data"): "data",
    ("anything", "json"): "anything",
    ("anything", "body"): "anything",
}
LISTS: Final = frozenset({"list", "data"})
PICKS: Final = frozenset({"at", "find", "pop", "shift"})
KEEPS: Final = frozenset({"filter", "slice", "reverse", "concat"})
EACH: Final = frozenset({"map", "forEach", "flatMap", "filter", "find", "some", "every"})
PICTURES: Final = re.compile(r"image|picture|generat|draw|dall|openai", re.IGNORECASE)
DEEPEST: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far an expression has come into an answer, and the call that gave it."""

    state: State
    found: Found

    def __call__(self, key: str | int | None) -> Stage | None:
        """The part under a key; None for any element."""
        if isinstance(key, str):
            state = STEPS.get((self.state, key))
            return Stage(state=state, found=self.found) if state is not None else None
        return Stage(state="image", found=self.found) if self.state in LISTS else None


def answer_marks(module: Module) -> Iterator[Mark]:
    """The reads of a `url` and of a `revised_prompt` in a module."""
    if not any(word in module.text for word in READS):
        return
    fallbacks = _base64_reads(module)
    for name, holder, node in _reads(module):
        stage = holder if isinstance(holder, Stage) else _stage(holder, 0) or _by_shape(holder)
        if stage is None or stage.state != "image" or (name == "url" and _has_fallback(node, fallbacks)):
            continue
        site = stage.found.site
        line = site.line if site.path == module.path else None
        yield mark(node, READS[name], site.surface, site=line)


def _reads(module: Module) -> Iterator[tuple[str, Node | Stage, Node]]:
    for node in module.of("member_expression", "subscript_expression"):
        key, holder = property_name(node.field("property") or node.field("index")), node.field("object")
        if key is not None and key in READS and holder is not None and not _is_written(node):
            yield key, holder, node
    for name in READS:
        for declarations in module.names.declared.values():
            for declaration in declarations:
                if name in declaration.path[-1:]:
                    stage = _declared(declaration, 0, short=True)
                    if stage is not None:
                        yield name, stage, declaration.node


def _is_written(node: Node) -> bool:
    above = node.parent
    return above is not None and above.kind == "assignment_expression" and above.field("left") is node


def _base64_reads(module: Module) -> list[Node]:
    members = [n for n in module.of("property_identifier") if n.text == "b64_json" and _is_member(n)]
    patterns = [n for n in module.of("shorthand_property_identifier_pattern") if n.text == "b64_json"]
    pairs = [n for n in module.of("pair_pattern") if n.text.startswith(("b64_json", '"b64_json"'))]
    return [*members, *patterns, *pairs]


def _is_member(node: Node) -> bool:
    return node.parent is not None and node.parent.kind == "member_expression"


def _has_fallback(node: Node, base64: list[Node]) -> bool:
    """Whether the same function reads `b64_json` as well."""
    around = node.function
    if around is not None and around.kind == "arrow_function" and around.function is not None and base64:
        around = around.function
    return any(around.covers(other) if around is not None else other.function is None for other in base64)


def _by_shape(holder: Node) -> Stage | None:
    """`response.data[0]` of unknown origin, in a module that asks for pictures."""
    holder = bare(holder)
    asks = [one for one in finds(holder.module) if one.answer != "none"]
    if not asks or holder.kind != "subscript_expression":
        return None
    many = holder.field("object")
    name = bare(many).field("property") if many is not None else None
    if name is None or name.text != "data" or not _may_be_an_answer(holder):
        return None
    before = [one for one in asks if one.node.start < holder.start]
    return Stage(state="image", found=(before or asks)[-1 if before else 0])


def _may_be_an_answer(holder: Node) -> bool:
    """Whether what `response.data[0]` begins with is handed over, or comes from something that tells of pictures."""
    names = [node for node in holder.walk() if node.kind == "identifier"]
    declaration = names[0].module.names.find(names[0]) if names else None
    if declaration is None or declaration.kind == "parameter" or declaration.source is None:
        return True
    return PICTURES.search(declaration.source.text.partition("(")[0]) is not None


def _stage(node: Node, depth: int) -> Stage | None:
    """How far an expression is into an answer."""
    node = bare(node)
    known = node.module.stages
    if node not in known and depth <= DEEPEST:
        known[node] = None  # what leads to itself
        known[node] = _fresh(node, depth)
    return known.get(node)


def _fresh(node: Node, depth: int) -> Stage | None:
    own = found_at(node)
    if own is not None:
        return None if own.answer == "none" else Stage(state=own.answer, found=own)
    way = WAYS.get(node.kind)
    return way(node, depth) if way is not None else None


def _identifier(node: Node, depth: int) -> Stage | None:
    declaration = node.module.names.find(node)
    return _declared(declaration, depth + 1) if declaration is not None else None


def _either(node: Node, depth: int) -> Stage | None:
    sides = [side for role in SIDES if (side := node.field(role)) is not None]
    return next((stage for side in sides if (stage := _stage(side, depth + 1)) is not None), None)


def _member(node: Node, depth: int) -> Stage | None:
    holder, key = node.field("object"), node.field("property")
    stage = _stage(holder, depth + 1) if holder is not None else None
    if stage is None:
        return None
    return stage(key.text) if key is not None else stage(None)


def _declared(declaration: Declaration, depth: int, *, short: bool = False) -> Stage | None:
    """The stage of a name, or of what its last part is taken from."""
    path = declaration.path[:-1] if short else declaration.path
    match declaration.kind:
        case "value" if declaration.source is not None:
            stage = _stage(declaration.source, depth + 1) or _assigned(declaration, depth)
        case "value":
            stage = _assigned(declaration, depth)
        case "each" if declaration.source is not None:
            many = _stage(declaration.source, depth + 1)
            stage = many(None) if many is not None else None
        case "parameter" if declaration.source is not None:
            stage = _handed(declaration.source, declaration.position, depth)
        case _:
            return None
    for key in path:
        stage = stage(key) if stage is not None else None
    return stage


def _assigned(declaration: Declaration, depth: int) -> Stage | None:
    for assignment in declaration.module.names.assignments_to(declaration):
        right = assignment.field("right")
        stage = _stage(right, depth + 1) if right is not None else None
        if stage is not None:
            return stage
    return None


def _handed(function: Node, position: int, depth: int) -> Stage | None:
    """What a callback or a function of the module is handed."""
    listed = function.parent
    call = listed.parent if listed is not None and listed.kind == "arguments" else None
    callee = call.field("function") if call is not None else None
    receiver = callee.field("object") if callee is not None else None
    if receiver is not None and position == 0:
        stage = _stage(receiver, depth + 1)
        if stage is not None:
            return stage if last_name(callee) == "then" else stage(None) if last_name(callee) in EACH else None
    for caller in callers(function, name_of(function)):
        given = caller.field("arguments")
        if given is not None and position < len(given.items):
            stage = _stage(given.items[position], depth + 1)
            if stage is not None:
                return stage
    return None


def _call(node: Node, depth: int) -> Stage | None:
    callee, listed = node.field("function"), node.field("arguments")
    given = listed.items if listed is not None else ()
    if callee is None:
        return None
    name, receiver = last_name(callee), callee.field("object")
    stage = _stage(receiver, depth + 1) if receiver is not None else None
    if stage is not None and name == "then" and given and given[0].kind in FUNCTIONS:
        return _ends(given[0], depth)
    if stage is not None:
        return _of_method(stage, name)
    if callee.text == "JSON.parse" and given:
        text = _stage(given[0], depth + 1)
        return Stage(state="answer", found=text.found) if text is not None and text.state == "text" else None
    return _returned(callee, depth) or _through_wrapper(given, depth)


def _of_method(stage: Stage, name: str) -> Stage | None:
    if name in {"then", "catch", "finally"} or name in KEEPS:
        return stage
    return stage(None) if name in PICKS else stage(name)


def _returned(callee: Node, depth: int) -> Stage | None:
    functions = [leaf.node for leaf in reach(callee).leaves if leaf.node.kind in FUNCTIONS]
    return next((stage for function in functions if (stage := _ends(function, depth)) is not None), None)


def _through_wrapper(given: tuple[Node, ...], depth: int) -> Stage | None:
    """`retry(() => client.images.generate(…))` gives what its function gives."""
    functions = [bare(argument) for argument in given if bare(argument).kind in FUNCTIONS]
    return next((stage for function in functions if (stage := _ends(function, depth)) is not None), None)


def _ends(function: Node, depth: int) -> Stage | None:
    """The stage of what a function gives back."""
    body = function.field("body")
    if body is None:
        return None
    if body.kind != "statement_block":
        return _stage(body, depth + 1)
    for node in body.walk():
        if node.kind == "return_statement" and node.items and node.function is function:
            stage = _stage(node.items[0], depth + 1)
            if stage is not None:
                return stage
    return None


SIDES: Final = ("left", "right", "consequence", "alternative")
WAYS: Final[Mapping[str, Callable[[Node, int], Stage | None]]] = {
    "identifier": _identifier,
    "member_expression": _member,
    "subscript_expression": _member,
    "call_expression": _call,
    "ternary_expression": _either,
    "binary_expression": _either,
}
