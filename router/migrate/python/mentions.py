"""Models' names outside of calls: comparisons, lists, tables, settings, and fields too short for what comes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

import libcst as cst

from ..models import is_image_model
from ..sites import Mark, MarkKind, Written
from .annotations import is_literal
from .drafts import in_test
from .modules import Module

START: Final = re.compile(r"dall-e(?:-[23]?)?|(?:chat)?gpt-image(?:-[\d.]*)?")
LONGEST_NAME: Final = 22  # `gpt-image-2.6-sunburst`
ENUMS: Final = re.compile(r"Enum$|TextChoices$")
PICTURE_FIELD: Final = re.compile(
    r"(?:image|img|picture|photo|artwork|generated|dalle|result|illustration)\w*_?(?:url|uri|link|src|b64|base64|data)",
    re.IGNORECASE,
)
MODEL_FIELD: Final = re.compile(r"^(?:\w*_)?model(?:_name|_id)?$")
TOLD: Final = re.compile(r"dall-?e|gpt-image|chatgpt-image|image_model|openai", re.IGNORECASE)
CAPPED: Final = frozenset(
    [
        "CharField",
        "URLField",
        "String",
        "VARCHAR",
        "Unicode",
        "Field",
        "constr",
        "StringConstraints",
        "MaxLen",
        "Column",
        "mapped_column",
        "varchar",
    ]
)
AMOUNTS: Final = re.compile(r"input|output|cached|per_(?:image|token|1[km]|million)", re.IGNORECASE)
LENGTHS: Final = frozenset({"max_length", "length"})
URL_DEFAULT: Final = 200  # of Django's `URLField`
IDENTITIES: Final = frozenset({"id", "value", "name", "slug", "key"})
PRICES: Final = re.compile(
    r"pric|cost|usd|cents|credit|\brate|per_image|per_pixel|per_token|tariff|billing", re.IGNORECASE
)
OUTPUT: Final = frozenset(
    [
        "print",
        "info",
        "debug",
        "warning",
        "error",
        "exception",
        "log",
        "critical",
        "write",
        "echo",
        "secho",
        "markdown",
        "caption",
        "title",
        "header",
        "Exception",
        "ValueError",
        "RuntimeError",
        "HTTPException",
        "format",
        "warn",
        "success",
        "subheader",
        "text",
    ]
)


def find_mentions(module: Module, used: Collection[cst.CSTNode]) -> Iterator[Mark]:
    """All mentions of models that no call takes up; `used` are the texts that calls do."""
    for node in module.tree.of(cst.SimpleString):
        if not (START.fullmatch(node.raw_value) or is_image_model(node.raw_value)):
            continue
        kind = kind_of(module, node)
        if kind is not None and (node not in used or in_literal(module, node)) and not raised(module, node):
            yield mention(module, node, kind)
    yield from caps(module)


def mention(module: Module, node: cst.SimpleString, kind: MarkKind) -> Mark:
    """Write up a mention."""
    tree = module.tree
    region = tree.region(node)
    statement = statement_around(module, node)
    plain = is_image_model(node.raw_value)
    return Mark(
        path=module.path,
        line=region.line,
        column=region.column,
        kind=kind,
        surface="python",
        text=tree.shown(statement),
        value=node.raw_value,
        written=Written(region=region, quote=node.quote, shared=True) if plain and not is_held(module, node) else None,
        in_test=in_test(module.path),
    )


def raised(module: Module, node: cst.CSTNode) -> bool:
    """Whether a text is part of an error."""
    return any(isinstance(above, cst.Raise) for above in module.tree.around(node))


def is_held(module: Module, node: cst.CSTNode) -> bool:
    """Whether a field takes no longer name, or none but those that it lists."""
    for above in module.tree.around(node):
        match above:
            case cst.Call() if is_capped(above):
                return True
            case cst.AnnAssign(annotation=annotation) | cst.Param(annotation=cst.Annotation() as annotation):
                literals = filter(is_literal, module.tree.of(cst.Subscript))
                return any(module.tree.holds(annotation, each) for each in literals)
            case cst.BaseStatement():
                return False
            case _:
                pass
    return False


def is_capped(call: cst.Call) -> bool:
    """Whether a declaration, `String(12)` in it included, has no room for the names of today."""
    each = (call, *(one.value for one in call.args if isinstance(one.value, cst.Call)))
    lengths = [length for one in each if (length := length_of(one)) is not None]
    return any(length < LONGEST_NAME for length in lengths)


def in_literal(module: Module, node: cst.CSTNode) -> bool:
    """Whether a text stands in `Literal[...]`."""
    return any(is_literal(above) for above in module.tree.around(node))


def statement_around(module: Module, node: cst.CSTNode) -> cst.CSTNode:
    """The smallest part around a name that tells what it is for, within its line."""
    line = module.tree.line(node)
    best: cst.CSTNode = node
    for above in module.tree.around(node):
        if isinstance(above, cst.BaseSuite | cst.BaseStatement | cst.Module | cst.Param):
            break
        if above in module.tree.spans and module.tree.line(above) == line:
            best = above
    return best


def kind_of(module: Module, node: cst.SimpleString) -> MarkKind | None:  # noqa: C901, PLR0911, PLR0912 -- a table in words
    """What a mention is for; nothing where it is prose, a price or something that is only told."""
    tree = module.tree
    exact = is_image_model(node.raw_value)
    below: cst.CSTNode = node
    listed = False
    for above in tree.around(node):
        match above:
            case cst.Comparison() | cst.MatchValue():
                return "compares_model"
            case cst.Subscript() if is_literal(above):
                return "lists_model"
            case cst.Arg():
                return of_argument(module, above, listed=listed, exact=exact)
            case cst.Subscript():
                return None
            case _ if not exact:
                if isinstance(above, cst.BaseStatement):
                    return None
            case cst.DictElement() if above.key is below:
                return None if is_price(above.value) or in_price_list(module, above) else "compares_model"
            case cst.DictElement():
                return of_entry(module, above, listed=listed)
            case cst.Param():
                return "names_model" if not listed else "lists_model"
            case cst.List() | cst.Tuple() | cst.Set():
                listed = True
            case cst.Return() | cst.Yield():
                return "lists_model" if listed else "names_model"
            case cst.Assign() | cst.AnnAssign() | cst.NamedExpr():
                return of_assignment(module, above, listed=listed)
            case cst.Expr() | cst.Assert() | cst.FormattedStringExpression():
                return None
            case cst.BaseStatement():
                return "lists_model" if listed else None
            case _:
                pass
        below = above
    return None


def of_entry(module: Module, node: cst.DictElement, *, listed: bool) -> MarkKind | None:
    """A name under a key: a setting, or one of many in a list of models."""
    key = module.tree.code(node.key).strip("\"'").lower()
    table = module.tree.parent(node)
    in_list = any(isinstance(above, cst.List | cst.Tuple | cst.Set) for above in module.tree.around(node))
    if isinstance(table, cst.Dict) and (is_price(table) or has_amounts(table) or in_price_list(module, node)):
        return None
    if listed or (in_list and key in IDENTITIES):
        return "lists_model"
    return "names_model" if about_model(key) else None


def has_amounts(table: cst.Dict) -> bool:
    """Whether a table says what so much of something costs: `{"input": 10.0, "output": 40.0}`."""
    pairs = [one for one in table.elements if isinstance(one, cst.DictElement)]
    return any(
        isinstance(one.key, cst.SimpleString) and AMOUNTS.search(one.key.raw_value) and is_price(one.value)
        for one in pairs
    )


def in_price_list(module: Module, node: cst.CSTNode) -> bool:
    """Whether a part of a table belongs to a price list, by the table's name."""
    for above in module.tree.around(node):
        match above:
            case cst.Assign(targets=[cst.AssignTarget(target=target), *_]) | cst.AnnAssign(target=target):
                return PRICES.search(module.tree.code(target)) is not None
            case cst.BaseCompoundStatement():
                return False
            case _:
                pass
    return False


def of_assignment(module: Module, node: cst.CSTNode, *, listed: bool) -> MarkKind:
    """A name that is assigned: a member of an enumeration, a list, or a setting."""
    scope = module.tree.scope(node)
    if isinstance(scope, cst.ClassDef) and any(ENUMS.search(module.tree.code(base.value)) for base in scope.bases):
        return "lists_model"
    return "lists_model" if listed else "names_model"


def of_argument(module: Module, node: cst.Arg, *, listed: bool, exact: bool) -> MarkKind | None:
    """A name that is given to something: choices, a default, or a model."""
    call = module.tree.parent(node)
    if isinstance(call, cst.ClassDef) or not isinstance(call, cst.Call):
        return None
    name = module.tree.code(call.func).rpartition(".")[2]
    keyword = node.keyword.value if node.keyword else ""
    if name in {"startswith", "endswith"}:
        return "compares_model"
    if name in OUTPUT or not exact:
        return None
    if listed or keyword in {"choices", "enum", "options"} or name in {"Choice", "Enum"}:
        return "lists_model"
    if keyword == "default" or about_model(keyword) or name in {"getenv", "get", "config", "setdefault", "getattr"}:
        return "names_model"
    return "names_model" if name in {"Field", "field", "Option", "Argument", "Column", "Env", "str"} else None


def about_model(word: str) -> bool:
    """Whether a word is about a model."""
    return "model" in word.lower() or "engine" in word.lower()


def is_price(value: cst.BaseExpression) -> bool:
    """Whether a value is a number, or made of nothing else."""
    match value:
        case cst.Integer() | cst.Float() | cst.UnaryOperation() | cst.BinaryOperation():
            return True
        case cst.Call(func=cst.Name(value="Decimal") | cst.Attribute(attr=cst.Name(value="Decimal"))):
            return True
        case cst.Dict(elements=elements) if elements:
            pairs = [one for one in elements if isinstance(one, cst.DictElement)]
            priced = any(isinstance(one.key, cst.SimpleString) and PRICES.search(one.key.raw_value) for one in pairs)
            return priced or all(is_price(one.value) for one in pairs)
        case cst.List(elements=items) | cst.Tuple(elements=items) if items:
            return all(is_price(one.value) for one in items)
        case _:
            return False


# -- fields that are too short


def caps(module: Module) -> Iterator[Mark]:
    """Fields of a picture's address or a model's name that end too early."""
    for name, call, where in fields(module):
        length = length_of(call)
        if length is None:
            continue
        picture = PICTURE_FIELD.search(name) is not None
        model = MODEL_FIELD.match(name) is not None and length < LONGEST_NAME
        if (picture or model) and tied(module, where):
            region = module.tree.region(call)
            yield Mark(
                path=module.path,
                line=region.line,
                column=region.column,
                kind="caps_length",
                surface="python",
                text=module.tree.shown(where),
                value=length,
                in_test=in_test(module.path),
            )


def fields(module: Module) -> Iterator[tuple[str, cst.Call, cst.CSTNode]]:
    """Fields of classes whose declaration may cap their length."""
    for kind in CAPPED:
        for call in module.calls.get(kind, ()):
            for above in module.tree.around(call):
                match above:
                    case (
                        cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
                        | cst.AnnAssign(target=cst.Name(value=name))
                    ):
                        yield name, call, above
                        break
                    case cst.BaseCompoundStatement() | cst.Lambda():
                        break
                    case _:
                        pass


def length_of(call: cst.Call) -> int | None:
    """The most characters that a field takes."""
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
    for argument in call.args:
        plain = argument.keyword is None and name in {"String", "VARCHAR", "Unicode", "varchar", "MaxLen"}
        if (plain or (argument.keyword and argument.keyword.value in LENGTHS)) and isinstance(
            argument.value, cst.Integer
        ):
            return int(argument.value.value, 0)
    return URL_DEFAULT if name == "URLField" and isinstance(call.func, cst.Attribute) else None


def tied(module: Module, node: cst.CSTNode) -> bool:
    """Whether a class or a file is about generated pictures."""
    scope = module.tree.scope(node)
    return (
        TOLD.search(module.tree.code(scope) if isinstance(scope, cst.ClassDef) else module.tree.text.characters)
        is not None
    )
