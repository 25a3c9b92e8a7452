"""Follow an expression through names, branches, imports and calls to the expressions that it can stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ..sites import Origin
from .environment import environment, is_environment, is_getter
from .functions import FIELDS, callers, is_open, last_name, name_of
from .literals import plain_text, property_name, shorten
from .names import CLASSES, Declaration
from .reached import ABSENT, NOTHING, Leaf, Reached, or_else, through, unite, unknown
from .schemas import allowed, is_closed, may_be_absent, rule_for, schema_of
from .tree import FUNCTIONS, Node, bare

DEEPEST: Final = 40
MOST_CALLERS: Final = 16
SAME: Final = frozenset({"freeze", "String", "Number", "structuredClone", "parseInt", "$state", "toRaw", "unref"})
STATES: Final[Mapping[str, str | int]] = {"useState": 0, "useRef": "current", "ref": "value", "signal": "value"}
SAME_AS_RECEIVER: Final = frozenset({"trim", "toLowerCase", "toString", "valueOf", "bind"})


def reach(node: Node, depth: int = 0) -> Reached:
    """What an expression can stand for."""
    node = bare(node)
    known = node.module.reached
    if node not in known:
        if depth > DEEPEST:
            return unknown("it leads through too many names")
        known[node] = NOTHING  # what leads to itself adds nothing
        known[node] = WAYS.get(node.kind, _end)(node, depth + 1)
    found = known[node]
    if found.unknown is None and not found.leaves and not found.absent and node.kind == "identifier":
        return unknown(f"`{shorten(node.text)}` is not known here")
    return found


def _end(node: Node, _depth: int) -> Reached:
    return Reached(leaves=(Leaf(node=node),))


def _identifier(node: Node, depth: int) -> Reached:
    if node.text == "undefined":
        return ABSENT
    declaration = node.module.names.find(node)
    if declaration is None:
        return unknown(f"`{shorten(node.text)}` is not known here")
    return declared(declaration, depth)


def declared(declaration: Declaration, depth: int) -> Reached:
    """What a declared name can stand for."""
    known = declaration.module.reached
    if declaration not in known:
        known[declaration] = NOTHING  # what leads to itself adds nothing
        known[declaration] = through(MEANINGS[declaration.kind](declaration, depth), declaration)
    return known[declaration]


def _value(declaration: Declaration, depth: int) -> Reached:
    first = [] if declaration.source is None else [_along(declaration, reach(declaration.source, depth), depth)]
    later = [
        reach(right, depth)
        for assignment in declaration.module.names.assignments_to(declaration)
        if (right := assignment.field("right")) is not None
    ]
    return unite([*first, *later])


def _along(declaration: Declaration, reached: Reached, depth: int) -> Reached:
    """The part of a value that a pattern picks, with its default."""
    for key in declaration.path:
        reached = step(reached, key, depth)
    if declaration.default is None:
        return reached
    return or_else(reached, reach(declaration.default, depth))


def _each(declaration: Declaration, depth: int) -> Reached:
    if declaration.source is None:
        return NOTHING
    return _along(declaration, step(reach(declaration.source, depth), None, depth), depth)


def _itself(declaration: Declaration, _depth: int) -> Reached:
    return NOTHING if declaration.source is None else Reached(leaves=(Leaf(node=declaration.source),))


def _parameter(declaration: Declaration, depth: int) -> Reached:
    function = declaration.source
    if function is None:
        return NOTHING
    name = name_of(function)
    calls = callers(function, name)
    given = [_along(declaration, _argument(call, declaration.position, depth), depth) for call in calls[:MOST_CALLERS]]
    default = [] if declaration.default is None else [reach(declaration.default, depth)]
    found = unite([*default, *given])
    if calls and not is_open(function, name, calls):
        return found if declaration.default is None else replace(found, absent=False)
    who = f"whoever calls `{name}()`" if name else "whoever calls the function"
    reason = f"{who} may pass another" if found.leaves else f"given by {who}"
    return replace(found, unknown=reason, origins=(), absent=found.absent and declaration.default is None)


def _argument(call: Node, position: int, depth: int) -> Reached:
    listed = call.field("arguments")
    given = listed.items if listed is not None else ()
    if any(argument.kind == "spread_element" for argument in given[: position + 1]):
        return unknown("given as a list of arguments")
    return reach(given[position], depth) if position < len(given) else ABSENT


def _import(declaration: Declaration, depth: int) -> Reached:
    if declaration.source is None:
        return NOTHING
    specifier = declaration.source.text[1:-1]
    module = declaration.module.imported(specifier)
    if module is None:
        return unknown(f"imported from `{shorten(specifier)}`")
    exported = str(declaration.path[0])
    if exported == "*":
        return Reached(leaves=(Leaf(node=module.top),))
    return export(module.top, exported, depth)


def export(top: Node, name: str, depth: int) -> Reached:
    """What a module gives away under a name."""
    names = top.module.names
    node = names.exported.get(name)
    if depth > DEEPEST:
        return NOTHING
    if node is None:
        others = [other for source in names.reexported if (other := top.module.imported(source)) is not None]
        found = [export(other.top, name, depth + 1) for other in others]
        return next((one for one in found if one.leaves), unknown(f"`{name}` of another module"))
    if node.kind == "export_specifier":
        return _reexport(node, depth)
    if node.kind in {"identifier", "shorthand_property_identifier", "type_identifier"}:
        declaration = names.top(node.text)
        return declared(declaration, depth + 1) if declaration is not None else NOTHING
    return reach(node, depth + 1)


def _reexport(specifier: Node, depth: int) -> Reached:
    statement = next(node for node in specifier.ancestors() if node.kind == "export_statement")
    source, name = statement.field("source"), specifier.field("name")
    other = specifier.module.imported(source.text[1:-1]) if source is not None else None
    if other is None or name is None:
        return unknown("of another module")
    return export(other.top, name.text, depth + 1)


def _member(node: Node, depth: int) -> Reached:
    holder, key = node.field("object"), node.field("property")
    if holder is None or key is None:
        return _end(node, depth)
    if is_environment(node):
        return _end(node, depth)
    return _unless_known(node, step(_holder(holder, depth), key.text, depth, at=node))


def _subscript(node: Node, depth: int) -> Reached:
    holder, index = node.field("object"), node.field("index")
    if holder is None or index is None:
        return _end(node, depth)
    keys = [plain_text(leaf.node) for leaf in reach(index, depth).leaves]
    inner = _holder(holder, depth)
    if index.kind == "number" and index.text.isdigit():
        return _unless_known(node, step(inner, int(index.text), depth))
    if keys and all(key is not None for key in keys):
        return _unless_known(node, unite(step(inner, key, depth) for key in keys))
    return _unless_known(node, step(inner, None, depth))


def _unless_known(node: Node, found: Reached) -> Reached:
    if found.leaves or found.origins or found.absent or found.unknown:
        return found
    return unknown(f"`{shorten(node.text)}` is not known here")


def _holder(node: Node, depth: int) -> Reached:
    node = bare(node)
    if node.kind != "this":
        return reach(node, depth)
    owner = _owner(node)
    return Reached(leaves=(Leaf(node=owner),)) if owner is not None else NOTHING


def _owner(this: Node) -> Node | None:
    """The class or the object that `this` means."""
    for node in this.ancestors():
        above = node.parent
        if node.kind in FIELDS and above is not None:
            return above.parent
        if node.kind not in FUNCTIONS - {"arrow_function"} or above is None:
            continue
        if above.kind == "class_body":
            return above.parent
        holder = above.parent if above.kind == "pair" else above
        return holder if holder is not None and holder.kind == "object" else None
    return None


def step(reached: Reached, key: str | int | None, depth: int, *, at: Node | None = None) -> Reached:
    """What stands under a key; None for any of them."""
    found = [_inside(leaf, key, depth) for leaf in reached.leaves]
    if reached.unknown is not None:
        found.append(Reached(unknown=_part_of(reached.unknown, at), origins=reached.origins))
    return unite(found)


def _part_of(reason: str, at: Node | None) -> str:
    return (
        f"`{shorten(at.text)}` is not known here" if at is not None and reason.endswith("is not known here") else reason
    )


def _inside(leaf: Leaf, key: str | int | None, depth: int) -> Reached:
    node = leaf.node
    if is_environment(node):
        return environment(str(key), node)
    found = _member_of(node, key, depth + 1)
    changed = _set_later(leaf, key, depth)
    if changed:
        found = unite([found, *changed])
    leaves = tuple(
        replace(inner, origins=(*_member_origins(leaf, key, inner.node), *inner.origins)) for inner in found.leaves
    )
    return replace(found, leaves=leaves, absent=found.absent and not changed)


def _member_of(node: Node, key: str | int | None, depth: int) -> Reached:
    known = node.module.members
    if (node, key) not in known:
        known[node, key] = NOTHING  # what is spread into itself adds nothing
        known[node, key] = INSIDES.get(node.kind, _not_inside)(node, key, depth)
    return known[node, key]


def _member_origins(leaf: Leaf, key: str | int | None, value: Node) -> tuple[Origin, ...]:
    """The names of a member: `Sizes.BIG` rather than `Sizes`, and the line that it stands on."""
    if leaf.node.kind == "program":
        return leaf.origins
    last = leaf.origins[0].name if leaf.origins else _class_name(leaf.node)
    if not last:
        return ()
    name = f"{last}[…]" if key is None else f"{last}[{key}]" if isinstance(key, int) else f"{last}.{key}"
    near = value if leaf.node.module is value.module and leaf.node.covers(value) else leaf.node
    return (near.module.origin(name, near), *leaf.origins[1:])


def _class_name(node: Node) -> str:
    name = node.field("name") if node.kind in CLASSES else None
    return name.text if name is not None else ""


def _set_later(leaf: Leaf, key: str | int | None, depth: int) -> list[Reached]:
    if not isinstance(key, str):
        return []
    return [
        reach(right, depth + 1)
        for holder in leaf.holders
        for _, left, right in holder.module.names.assignments_into(holder)
        if property_name(left.field("property") or left.field("index")) == key
    ]


def _in_object(node: Node, key: str | int | None, depth: int) -> Reached:
    found: list[Reached] = []
    for item in reversed(node.items):
        name, value = pair_of(item)
        if item.kind == "spread_element" and item.items and key is not None:
            inner = step(reach(item.items[0], depth), key, depth)
            found.append(inner)
            if inner.leaves and not inner.absent:
                return unite(found)
        elif value is not None and (key is None or name == str(key)):
            found.append(_method(value, depth) if value.kind == "method_definition" else reach(value, depth))
            if key is not None:
                return replace(unite(found), absent=False)
    return unite([*found, ABSENT]) if key is not None else unite(reversed(found))


def pair_of(item: Node) -> tuple[str | None, Node | None]:
    """The name and the value of an object's item."""
    match item.kind:
        case "pair":
            return property_name(item.field("key")), item.field("value")
        case "shorthand_property_identifier":
            return item.text, item
        case "method_definition":
            return property_name(item.field("name")), item
        case _:
            return None, None


def _method(node: Node, depth: int) -> Reached:
    if node.text.startswith("get "):
        return returned(node, depth)
    return Reached(leaves=(Leaf(node=node),))


def _in_array(node: Node, key: str | int | None, depth: int) -> Reached:
    if isinstance(key, int):
        return reach(node.items[key], depth) if key < len(node.items) else ABSENT
    return unite(reach(item, depth) for item in node.items) if key is None else unknown(f"`{key}` of a list")


def _in_enum(node: Node, key: str | int | None, depth: int) -> Reached:
    body = node.field("body")
    members = [item for item in (body.items if body is not None else ()) if item.kind == "enum_assignment"]
    chosen = [m for m in members if key is None or property_name(m.field("name")) == str(key)]
    return unite(reach(value, depth) for m in chosen if (value := m.field("value")) is not None)


def _in_class(node: Node, key: str | int | None, depth: int) -> Reached:
    body = node.field("body")
    members = body.items if body is not None else ()
    named = [m for m in members if property_name(m.field("name") or m.field("property")) == key]
    found = []
    for member in named:
        value = member.field("value")
        if member.kind in FIELDS and value is not None:
            found.append(reach(value, depth))
        elif member.kind == "method_definition":
            found.append(_method(member, depth))
    found += [reach(right, depth) for right in _set_on_this(node, key)]
    found += [declared(d, depth) for d in _parameter_properties(node, key)]
    return unite(found)


def _set_on_this(node: Node, key: str | int | None) -> list[Node]:
    return [
        right
        for assignment in node.module.names.assigned.get("this.", ())
        if node.covers(assignment)
        and (left := assignment.field("left")) is not None
        and property_name(left.field("property")) == key
        and (right := assignment.field("right")) is not None
    ]


def _parameter_properties(node: Node, key: str | int | None) -> list[Declaration]:
    return [
        d
        for d in node.module.names.declared.get(str(key), ())
        if d.kind == "parameter"
        and node.covers(d.node)
        and d.node.parent is not None
        and any(c.kind in {"accessibility_modifier", "override_modifier"} for c in d.node.parent.children)
    ]


def _in_new(node: Node, key: str | int | None, depth: int) -> Reached:
    constructor = node.field("constructor")
    classes = reach(constructor, depth).leaves if constructor is not None else ()
    return unite(_in_class(leaf.node, key, depth) for leaf in classes if leaf.node.kind in CLASSES)


def _in_module(node: Node, key: str | int | None, depth: int) -> Reached:
    return export(node, str(key), depth) if key is not None else NOTHING


def _in_call(node: Node, key: str | int | None, depth: int) -> Reached:
    callee, listed = node.field("function"), node.field("arguments")
    given = listed.items if listed is not None else ()
    if callee is not None and given and key == STATES.get(last_name(callee), ""):
        return replace(reach(given[0], depth), unknown="the state may be set to another")
    schema = schema_of(node)
    if schema is not None and key == "data" and last_name(callee) == "safeParse":
        return Reached(leaves=(Leaf(node=schema),))
    rule = rule_for(schema, key) if schema is not None else None
    return _allowed(rule, depth) if rule is not None else _not_inside(node, key, depth)


def _allowed(rule: Node, depth: int) -> Reached:
    """What a schema's rule lets through."""
    found = [reach(value, depth) for value in allowed(rule)]
    if not may_be_absent(rule):
        default = replace(unite(found), absent=False)
        return default if is_closed(rule) else replace(default, unknown="whoever asks may give another")
    return unite([*found, ABSENT])


def _not_inside(node: Node, _key: str | int | None, _depth: int) -> Reached:
    return unknown(f"taken from `{shorten(node.text)}`")


def _either(node: Node, depth: int) -> Reached:
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return _end(node, depth)
    match node.word("operator"):
        case "??" | "||":
            return or_else(reach(left, depth), reach(right, depth))
        case "&&":
            return replace(reach(right, depth), absent=True)
        case _:
            return _end(node, depth)


def _ternary(node: Node, depth: int) -> Reached:
    ways = [node.field("consequence"), node.field("alternative")]
    return unite(reach(way, depth) for way in ways if way is not None)


def _sequence(node: Node, depth: int) -> Reached:
    return reach(node.items[-1], depth)


def _assignment(node: Node, depth: int) -> Reached:
    right = node.field("right")
    return reach(right, depth) if right is not None else NOTHING


def _call(node: Node, depth: int) -> Reached:
    callee, listed = node.field("function"), node.field("arguments")
    if callee is None:
        return _end(node, depth)
    callee = bare(callee)
    arguments = listed.items if listed is not None and listed.kind == "arguments" else ()
    known = _known_call(callee, arguments, depth)
    if known is not None:
        return known
    functions = [leaf.node for leaf in reach(callee, depth).leaves if leaf.node.kind in FUNCTIONS]
    if not functions:
        return _end(node, depth)
    return unite(_named(returned(function, depth), function) for function in functions)


def _known_call(callee: Node, arguments: tuple[Node, ...], depth: int) -> Reached | None:
    """What a call gives whose function is known by its name alone."""
    word, receiver = last_name(callee), callee.field("object")
    if word in SAME_AS_RECEIVER and receiver is not None:
        return reach(receiver, depth)
    if not arguments:
        return None
    if word in SAME:
        return reach(arguments[0], depth)
    text = plain_text(arguments[0])
    if text is None:
        return None
    if is_getter(callee):
        found = environment(text, callee)
        return or_else(found, reach(arguments[1], depth)) if len(arguments) > 1 else found
    module = callee.module.imported(text) if word == "require" else None
    return Reached(leaves=(Leaf(node=module.top),)) if module is not None else None


def _named(found: Reached, function: Node) -> Reached:
    name = name_of(function)
    if not name:
        return found
    origin = function.module.origin(f"{name}()", function)
    return replace(found, leaves=tuple(replace(leaf, origins=(origin, *leaf.origins)) for leaf in found.leaves))


def returned(function: Node, depth: int) -> Reached:
    """What a function gives back."""
    body = function.field("body")
    if body is None or depth > DEEPEST:
        return NOTHING
    if body.kind != "statement_block":
        return reach(body, depth)
    ends = [n for n in body.walk() if n.kind == "return_statement" and n.function is function]
    return unite(reach(n.items[0], depth) if n.items else ABSENT for n in ends)


WAYS: Final[Mapping[str, Callable[[Node, int], Reached]]] = {
    "identifier": _identifier,
    "shorthand_property_identifier": _identifier,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "binary_expression": _either,
    "ternary_expression": _ternary,
    "sequence_expression": _sequence,
    "assignment_expression": _assignment,
    "call_expression": _call,
    "undefined": lambda _node, _depth: ABSENT,
}
MEANINGS: Final[Mapping[str, Callable[[Declaration, int], Reached]]] = {
    "value": _value,
    "each": _each,
    "parameter": _parameter,
    "import": _import,
    "function": _itself,
    "class": _itself,
    "enum": _itself,
}
INSIDES: Final[Mapping[str, Callable[[Node, str | int | None, int], Reached]]] = {
    "object": _in_object,
    "array": _in_array,
    "enum_declaration": _in_enum,
    **dict.fromkeys(CLASSES, _in_class),
    "new_expression": _in_new,
    "program": _in_module,
    "call_expression": _in_call,
}
