"""Objects and forms as the parameters that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..sites import Insertion, Parameter, Region
from .layout import add_property, add_statement, cut_property, cut_statement
from .literals import plain_text, property_name, shorten
from .names import Declaration
from .reach import pair_of, reach
from .reached import ABSENT, Leaf, Reached, unite
from .tree import Node, bare
from .values import describe, parameter

CONDITIONS: Final = frozenset(
    {
        "if_statement",
        "switch_case",
        "switch_default",
        "ternary_expression",
        "binary_expression",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "catch_clause",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """What stands under one key."""

    value: Reached
    node: Node
    optional: bool = False
    whole: Region | None = None

    def parameter(self) -> Parameter:
        """The same as a parameter."""
        return parameter(self.value, optional=self.optional, whole=self.whole)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fields:
    """All keys of an object or a form, why there may be others, and where one can be added."""

    held: Mapping[str, Held] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    insertion: Insertion | None = None


def read_fields(node: Node) -> Fields:
    """The keys of whatever an expression stands for."""
    known = node.module.fields
    if node not in known:
        known[node] = Fields()  # what is spread into itself adds nothing
        known[node] = fields_of(reach(node))
    return known[node]


def fields_of(reached: Reached) -> Fields:
    """The keys of whatever was reached."""
    reasons = [reached.unknown] if reached.unknown is not None else []
    found = []
    for leaf in reached.leaves:
        one = _of_leaf(leaf)
        if one is None:
            reasons.append(describe(leaf.node))
        else:
            found.append(one)
    if len(found) == 1 and not reasons:
        return found[0]
    return _either(found, reasons)


def _of_leaf(leaf: Leaf) -> Fields | None:
    node = bare(leaf.node)
    if node.kind == "object":
        return _of_object(leaf)
    if node.kind == "new_expression":
        return _of_form(leaf)
    if node.kind == "call_expression":
        return _of_call(node)
    return None


def _of_call(node: Node) -> Fields | None:
    """`Object.assign({}, base, more)`, `JSON.stringify(body)`, `pick(body)` of a library that drops what is not set."""
    callee, listed = node.field("function"), node.field("arguments")
    given = listed.items if listed is not None else ()
    if callee is None or not given:
        return None
    match callee.text:
        case "Object.assign":
            return merge([read_fields(argument) for argument in given])
        case (
            "JSON.stringify"
            | "omitBy"
            | "_.omitBy"
            | "pickBy"
            | "_.pickBy"
            | "removeUndefined"
            | "cleanObject"
            | "compact"
        ):
            return read_fields(given[0])
        case _:
            return None


def merge(all_: Iterable[Fields]) -> Fields:
    """One after another, the later ones winning."""
    held: dict[str, Held] = {}
    reasons: tuple[str, ...] = ()
    insertion = None
    for one in all_:
        for key, value in one.held.items():
            _put(held, key, value)
        reasons += tuple(reason for reason in one.open if reason not in reasons)
        insertion = one.insertion or insertion
    return Fields(held=held, open=reasons, insertion=insertion)


def _put(held: dict[str, Held], key: str, value: Held) -> None:
    """Set a key; what may be left out leaves the earlier value possible."""
    before = held.pop(key, None)
    if before is not None and value.optional:
        both = unite([value.value, before.value])
        value = Held(value=both, node=value.node, optional=before.optional, whole=None)
    held[key] = value


def _either(all_: list[Fields], reasons: list[str]) -> Fields:
    keys = dict.fromkeys(key for one in all_ for key in one.held)
    held = {}
    for key in keys:
        ones = [one.held[key] for one in all_ if key in one.held]
        missing = len(ones) < len(all_)
        whole = ones[0].whole if len(ones) == 1 else None
        held[key] = Held(
            value=unite(one.value for one in ones),
            node=ones[0].node,
            optional=missing or any(one.optional for one in ones),
            whole=whole,
        )
    for one in all_:
        reasons += [reason for reason in one.open if reason not in reasons]
    insertion = all_[0].insertion if len(all_) == 1 else None
    return Fields(held=held, open=tuple(reasons), insertion=insertion)


def _of_object(leaf: Leaf) -> Fields:
    node = bare(leaf.node)
    private = not any(is_used_elsewhere(holder) for holder in leaf.holders)
    found = merge([*(_of_item(item, cut=private) for item in node.items), *_set_later(leaf)])
    return replace(found, insertion=add_property(node) if private else None)


def is_used_elsewhere(holder: Declaration) -> bool:
    """Whether an object is read at more than one place, filling it aside."""
    if holder.kind == "parameter":
        return False
    names = holder.module.names
    reads = [use for use in names.uses_of(holder) if not _fills(use)]
    return names.is_exported(holder) or len(reads) > 1


def _fills(use: Node) -> bool:
    """Whether a use is `body.size = …`, `delete body.size`, `form.append(…)` or hands nothing on."""
    member = use.parent
    if member is None or member.kind not in {"member_expression", "subscript_expression"}:
        return False
    around = member.parent
    if around is None or member.field("object") is None or member.children[0] is not use:
        return False
    if around.kind == "assignment_expression":
        return around.field("left") is member
    return around.kind in {"unary_expression", "call_expression"} and around.field("arguments") is not member


def _of_item(item: Node, *, cut: bool) -> Fields:
    if item.kind == "spread_element":
        found = _of_spread(item.items[0], cut=cut) if item.items else Fields()
        return _cut_whole(found, item) if cut else found
    name, value = pair_of(item)
    if value is None:
        return Fields() if item.kind == "ERROR" else Fields(open=(f"`{shorten(item.text)}` has a computed name",))
    if name is None:
        return Fields(open=(f"`{shorten(item.text)}` has a computed name",))
    if value.kind == "method_definition":
        return Fields()
    reached = reach(value)
    return Fields(held={name: Held(value=reached, node=value, whole=cut_property(item) if cut else None)})


def _cut_whole(found: Fields, item: Node) -> Fields:
    """Cut a spread altogether if it is there for one property: `...(vivid && { style: "vivid" })`."""
    if len(found.held) != 1 or found.open:
        return found
    key, held = next(iter(found.held.items()))
    inside = held.whole is not None and item.region.start <= held.whole.start < item.region.end
    return replace(found, held={key: replace(held, whole=cut_property(item))}) if inside else found


def _of_spread(node: Node, *, cut: bool) -> Fields:
    """`...base`, `...(condition && { style })`, `...(condition ? { n: 2 } : {})`."""
    inner = bare(node)
    if inner.kind == "binary_expression" and inner.word("operator") == "&&":
        right = inner.field("right")
        return _all_optional(read_fields(right)) if right is not None else Fields()
    if inner.kind == "binary_expression" and inner.word("operator") in {"??", "||"}:
        left = inner.field("left")
        return _all_optional(read_fields(left)) if left is not None else Fields()
    found = read_fields(inner)
    if not cut or found.insertion is None:
        found = replace(found, held={key: replace(held, whole=None) for key, held in found.held.items()})
    reasons = tuple(f"`...{shorten(inner.text)}`: {reason}" for reason in found.open)
    return replace(found, open=reasons, insertion=None)


def _all_optional(found: Fields) -> Fields:
    held = {key: replace(held, optional=True) for key, held in found.held.items()}
    return Fields(held=held, open=found.open)


def _set_later(leaf: Leaf) -> Iterator[Fields]:
    for holder in leaf.holders:
        names = holder.module.names
        for assignment, left, right in names.assignments_into(holder):
            yield _of_assignment(assignment, left, right)
        for use in names.uses_of(holder):
            yield from _assigned_over(use)


def _of_assignment(assignment: Node, left: Node, right: Node) -> Fields:
    key = property_name(left.field("property") or left.field("index"))
    if key is None:
        return Fields(open=(f"`{shorten(left.text)}` is set by a computed name",))
    optional = is_conditional(assignment)
    value = reach(right)
    held = Held(value=value, node=right, optional=optional, whole=cut_statement(assignment))
    return Fields(held={key: held})


def _assigned_over(use: Node) -> Iterator[Fields]:
    """`Object.assign(body, more)` and `delete body.size`."""
    around = use.parent
    call = around.parent if around is not None and around.kind == "arguments" else None
    if call is not None and around is not None and around.items[0] is use:
        callee = call.field("function")
        if callee is not None and callee.text == "Object.assign":
            more = merge(read_fields(argument) for argument in around.items[1:])
            yield _all_optional(more) if is_conditional(call) else more
    if around is not None and around.kind == "member_expression":
        above, key = around.parent, around.field("property")
        if (
            above is not None
            and above.kind == "unary_expression"
            and above.text.startswith("delete")
            and key is not None
        ):
            yield Fields(held={key.text: Held(value=ABSENT, node=above, optional=True)})


def is_conditional(node: Node) -> bool:
    """Whether a statement may be passed over, within its function."""
    function = node.function
    for above in node.ancestors():
        if above is function:
            return False
        if above.kind in CONDITIONS:
            return True
    return False


def _of_form(leaf: Leaf) -> Fields | None:
    """What is appended to a `FormData`."""
    node = bare(leaf.node)
    constructor = node.field("constructor")
    if constructor is None or not constructor.text.endswith(("FormData", "URLSearchParams")):
        return None
    appended = [call for holder in leaf.holders for call in _appends(holder)]
    found = merge(_of_append(call) for call in appended)
    plain = [call for call in appended if not is_conditional(call)]
    insertion = None
    if plain:
        callee = plain[-1].field("function")
        end = ";" if plain[-1].parent is not None and plain[-1].parent.text.endswith(";") else ""
        name = callee.text if callee is not None else ""
        insertion = add_statement(plain[-1], f'{name}("{{name}}", {{value}}){end}')
    return replace(found, insertion=insertion)


def _appends(holder: Declaration) -> Iterator[Node]:
    for use in holder.module.names.uses_of(holder):
        member = use.parent
        call = member.parent if member is not None and member.kind == "member_expression" else None
        name = member.field("property") if member is not None else None
        if call is not None and call.kind == "call_expression" and name is not None and name.text in {"append", "set"}:
            yield call


def _of_append(call: Node) -> Fields:
    listed = call.field("arguments")
    given = listed.items if listed is not None else ()
    if len(given) < 2:  # noqa: PLR2004 - a name and a value
        return Fields()
    keys = [plain_text(leaf.node) for leaf in reach(given[0]).leaves]
    key = keys[0] if len(keys) == 1 else None
    if key is None:
        return Fields(open=(f"`{shorten(call.text)}` has a computed name",))
    value = reach(given[1])
    held = Held(value=value, node=given[1], optional=is_conditional(call), whole=cut_statement(call))
    return Fields(held={key: held})
