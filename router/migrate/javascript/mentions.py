"""Where a model's name stands outside of a call: compared, listed, or set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..models import is_image_model
from ..sites import Mark, MarkKind, Region
from .finds import finds
from .found import mark
from .functions import last_name
from .literals import plain_text, property_name
from .modules import Module
from .reached import Leaf
from .schemas import is_closed, root
from .tree import Node, wrapped
from .values import written

SURFACE: Final = "javascript"
FAMILY: Final = re.compile(r"(?:openai/)?(?:dall-?e|gpt-image|chatgpt-image)[\w.-]*", re.IGNORECASE)
IN_PATTERN: Final = re.compile(r"dall-\??e|gpt-image|chatgpt-image", re.IGNORECASE)
EQUALITY: Final = frozenset({"==", "===", "!=", "!=="})
COMPARING: Final = frozenset({"startsWith", "includes", "endsWith", "indexOf", "match", "has", "test", "search"})
SAYING: Final = frozenset(
    {
        "log",
        "warn",
        "error",
        "info",
        "debug",
        "toBe",
        "toEqual",
        "toContain",
        "toHaveBeenCalledWith",
        "t",
        "it",
        "describe",
    }
)
DEFAULTS: Final = frozenset({"default", "catch", "prefault"})
LISTED_AS: Final = frozenset({"id", "value", "name", "model", "key", "slug", "label", "modelId", "model_id"})
TITLES: Final = LISTED_AS | {"provider", "title", "type", "displayName", "description"}
PRICES: Final = re.compile(r"price|cost|usd|cents|credit|rate|input|output|perimage", re.IGNORECASE)
SETTING: Final = frozenset(
    {
        "variable_declarator",
        "assignment_expression",
        "augmented_assignment_expression",
        "assignment_pattern",
        "object_assignment_pattern",
        "required_parameter",
        "optional_parameter",
        "public_field_definition",
        "field_definition",
        "ternary_expression",
        "binary_expression",
        "return_statement",
        "arrow_function",
        "export_statement",
        "jsx_attribute",
        "jsx_expression",
    }
)


def mention_marks(module: Module) -> Iterator[Mark]:
    """The names of image models in a module, but those that its calls were seen to send."""
    sent = _sent(module)
    for node in module.of("string", "template_string"):
        text = plain_text(node)
        if text is None or FAMILY.fullmatch(text) is None or node.start in sent:
            continue
        kind = _kind(node, is_model=is_image_model(text))
        if kind is not None:
            place = written(Leaf(node=node)) if is_image_model(text) and not _is_bound(node) else None
            yield mark(node, kind, SURFACE, text=_words(node, kind), value=text, written=place)
    for node in module.of("regex"):
        if IN_PATTERN.search(node.text) and _is_tested(node):
            yield mark(node, "compares_model", SURFACE, text=node.parent.text if node.parent else "", value=node.text)


def _sent(module: Module) -> set[int]:
    regions: list[Region] = [
        choice.written.region
        for one in finds(module)
        for parameter in one.site.parameters.values()
        for choice in parameter.choices
        if choice.written is not None
    ]
    bytes_ = {region.start for region in regions if region.path == module.path}
    nodes = module.of("string", "template_string")
    return {node.start for node in nodes if bytes_ and module.text_map.byte(node.start) in bytes_}


def _is_tested(node: Node) -> bool:
    above = node.parent
    if above is None:
        return False
    name = above.field("property") if above.kind == "member_expression" else None
    call = above.parent if above.kind == "arguments" else None
    callee = call.field("function") if call is not None else None
    return (name is not None and name.text in COMPARING) or last_name(callee) in COMPARING


def _kind(node: Node, *, is_model: bool) -> MarkKind | None:
    """What a name stands there for, by what is around it."""
    node = wrapped(node)
    above = node.parent
    if above is None:
        return None
    if above.kind == "switch_case" or (above.kind == "binary_expression" and above.word("operator") in EQUALITY):
        return "compares_model"
    if above.kind == "arguments":
        return _argument_kind(above, is_model=is_model)
    return _named_kind(node, above) if is_model else None


def _named_kind(node: Node, above: Node) -> MarkKind | None:
    match above.kind:
        case "array":
            return _array_kind(above)
        case "literal_type" | "enum_assignment":
            return "lists_model"
        case "pair":
            return _pair_kind(node, above)
        case kind:
            return _setting_kind(above) if kind in SETTING else None


def _argument_kind(listed: Node, *, is_model: bool) -> MarkKind | None:
    call = listed.parent
    callee = (call.field("function") or call.field("constructor")) if call is not None else None
    name = last_name(callee)
    if name in COMPARING:
        return "compares_model"
    if not is_model or name in SAYING or root(callee or listed) in {"console", "logger", "log", "expect"}:
        return None
    return "lists_model" if name == "literal" else "names_model"


def _is_bound(node: Node) -> bool:
    """Whether a name is the default of a rule that lets through none but those that it lists."""
    above = wrapped(node).parent
    call = above.parent if above is not None and above.kind == "arguments" else None
    callee = call.field("function") if call is not None else None
    return call is not None and last_name(callee) in DEFAULTS and is_closed(call)


def _array_kind(array: Node) -> MarkKind:
    above = wrapped(array).parent
    name = above.field("property") if above is not None and above.kind == "member_expression" else None
    return "compares_model" if name is not None and name.text in COMPARING else "lists_model"


def _pair_kind(node: Node, pair: Node) -> MarkKind | None:
    holder = pair.parent
    if holder is None:
        return None
    key = pair.field("key")
    if key is not None and (key is node or key.covers(node)):
        value = pair.field("value")
        return None if value is not None and is_price(value) else "compares_model"
    name = property_name(key)
    if name in LISTED_AS and holder.parent is not None and holder.parent.kind == "array":
        return None if _is_priced(holder) else "lists_model"
    values = [v for item in holder.items if item.kind == "pair" and (v := item.field("value")) is not None]
    named = sum(1 for value in values if is_image_model(plain_text(value) or ""))
    return "lists_model" if named > 1 else "names_model"


def is_price(value: Node) -> bool:
    """Whether a value holds numbers alone, by whatever names."""
    literals = [n for n in value.walk() if not n.children or n.kind in {"string", "template_string"}]
    kinds = {n.kind for n in literals if not _is_key(n) and n.kind not in {"comment", "string_fragment"}}
    return bool(kinds & {"number"}) and kinds <= {"number"}


def _is_key(node: Node) -> bool:
    above = node.parent
    return above is not None and above.kind == "pair" and above.field("key") is node


def _is_priced(holder: Node) -> bool:
    """Whether an object says what a model costs and nothing else."""
    names = {property_name(item.field("key")) or "" for item in holder.items if item.kind == "pair"}
    others = names - TITLES
    return bool(others) and all(PRICES.search(name) for name in others)


def _setting_kind(above: Node) -> MarkKind | None:
    if above.kind.startswith("jsx"):
        element = next(
            (n for n in above.ancestors() if n.kind in {"jsx_opening_element", "jsx_self_closing_element"}), None
        )
        name = element.field("name") if element is not None else None
        return "lists_model" if name is not None and name.text.lower().endswith(("option", "item")) else "names_model"
    if above.kind == "binary_expression" and above.word("operator") not in {"??", "||", "&&"}:
        return None
    return "names_model"


def _words(node: Node, kind: MarkKind) -> str:
    """The expression that a name stands in, as far as it says what is done with it."""
    above = wrapped(node).parent
    if above is None or kind == "lists_model":
        return node.text
    if above.kind == "arguments" and above.parent is not None:
        return above.parent.text
    if above.kind in {"binary_expression", "pair", "variable_declarator", "assignment_expression", "array"}:
        return above.text if len(above.text) < 200 else node.text  # noqa: PLR2004 - cut to its first words anyway
    return f"case {node.text}" if above.kind == "switch_case" else node.text
