"""What a module's names stand for: where each is declared, assigned, used and called."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from .tree import FUNCTIONS, Node, bare

if TYPE_CHECKING:
    from .modules import Module

Kind: TypeAlias = Literal["value", "each", "parameter", "import", "function", "class", "enum"]

BLOCKS: Final = FUNCTIONS | {"statement_block", "program", "for_statement", "for_in_statement", "switch_body"}
CLASSES: Final = frozenset({"class_declaration", "class", "abstract_class_declaration"})
DECLARED: Final[dict[str, Kind]] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "enum_declaration": "enum",
}
ASSIGNMENTS: Final = ("assignment_expression", "augmented_assignment_expression")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Declaration:
    """A name, the scope that it holds in, and what it is given: `path` leads from `source` to its part of it.

    For an import `path` is the exported name and `source` the specifier; for a parameter `source` is the function.
    """

    name: str
    kind: Kind
    node: Node
    scope: Node
    source: Node | None = None
    path: tuple[str | int, ...] = ()
    default: Node | None = None
    position: int = 0

    @property
    def module(self) -> Module:
        """Where it is declared."""
        return self.node.module


@dataclass(frozen=True, slots=True)
class Part:
    """One name of a pattern such as `{ size = "auto", ...rest }`, and the way to it."""

    node: Node
    path: tuple[str | int, ...]
    default: Node | None


def parts(pattern: Node, path: tuple[str | int, ...] = (), default: Node | None = None) -> Iterator[Part]:
    """The names that a pattern declares."""
    match pattern.kind:
        case "identifier" | "shorthand_property_identifier_pattern":
            own = path if pattern.kind == "identifier" else (*path, pattern.text)
            yield Part(pattern, own, default)
        case "object_pattern":
            for item in pattern.items:
                yield from parts(item, path)
        case "array_pattern":
            for index, item in enumerate(pattern.items):
                yield from parts(item, (*path, index))
        case "assignment_pattern" | "object_assignment_pattern" if (left := pattern.field("left")) is not None:
            yield from parts(left, path, pattern.field("right"))
        case "pair_pattern" if (value := pattern.field("value")) is not None:
            yield from parts(value, (*path, pattern.items[0].text.strip("\"'")))
        case "rest_pattern" if pattern.items:
            yield from parts(pattern.items[0], path)


def _within(nodes: list[Node], scope: Node) -> list[Node]:
    """The nodes inside a scope, of nodes in the order of the text."""
    first = bisect_left(nodes, scope.start, key=lambda node: node.start)
    last = bisect_left(nodes, scope.end, key=lambda node: node.start)
    return nodes[first:last]


def string_of(node: Node) -> str:
    """The text inside a plain string's quotes, as written."""
    return node.text[1:-1]


class Names:
    """The names of one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.declared: dict[str, list[Declaration]] = defaultdict(list)
        self._found: dict[Node, Declaration | None] = {}
        for declaration in self._declarations():
            self.declared[declaration.name].append(declaration)
        for same in self.declared.values():  # so that of all that cover a place the last is the innermost
            same.sort(key=lambda d: (d.scope.start, -d.scope.end, d.node.start))

    def find(self, name: Node) -> Declaration | None:
        """What an identifier stands for."""
        if name not in self._found:
            self._found[name] = self.lookup(name.text, name)
        return self._found[name]

    def lookup(self, name: str, at: Node) -> Declaration | None:
        """What a name stands for at some place: the innermost scope decides."""
        same = self.declared.get(name, [])
        before = bisect_right(same, at.start, key=lambda d: d.scope.start)
        return next((same[i] for i in range(before - 1, -1, -1) if same[i].scope.covers(at)), None)

    def top(self, name: str) -> Declaration | None:
        """What a name stands for in the module's outermost scope."""
        return next((d for d in self.declared.get(name, ()) if d.scope.kind == "program"), None)

    @cached_property
    def uses(self) -> dict[str, list[Node]]:
        """Identifiers by name, declarations included."""
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.module.of("identifier", "shorthand_property_identifier"):
            found[node.text].append(node)
        return found

    def uses_of(self, declaration: Declaration) -> list[Node]:
        """Where a declared name is used, its declaration aside."""
        return [
            node
            for node in _within(self.uses.get(declaration.name, []), declaration.scope)
            if node.start != declaration.node.start and self.find(node) is declaration
        ]

    def assignments_to(self, declaration: Declaration) -> list[Node]:
        """Where a declared name is given another value."""
        return [
            node
            for node in _within(self.assigned.get(declaration.name, []), declaration.scope)
            if (left := node.field("left")) is not None and self.find(left) is declaration
        ]

    def assignments_into(self, declaration: Declaration) -> list[tuple[Node, Node, Node]]:
        """Where a part of what a name holds is set: `body.size = value` as the whole, `body.size` and `value`."""
        found = []
        for node in _within(self.assigned.get(f"{declaration.name}.", []), declaration.scope):
            left, right = node.field("left"), node.field("right")
            holder = left.field("object") if left is not None else None
            if left is None or right is None or holder is None or bare(holder).kind != "identifier":
                continue
            if self.find(bare(holder)) is declaration:
                found.append((node, left, right))
        return found

    @cached_property
    def assigned(self) -> dict[str, list[Node]]:
        """Assignments by what is assigned to: `body` for `body = …`, `body.` for `body.size = …`."""
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.module.of(*ASSIGNMENTS):
            left = node.field("left")
            holder = left.field("object") if left is not None else None
            if left is not None and left.kind == "identifier":
                found[left.text].append(node)
            elif holder is not None:
                found[f"{bare(holder).text}."].append(node)
        return found

    @cached_property
    def calls(self) -> dict[str, list[Node]]:
        """Calls by the last name of what is called."""
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.module.of("call_expression", "new_expression"):
            callee = node.field("function") or node.field("constructor")
            last = callee.field("property") if callee is not None and callee.kind == "member_expression" else callee
            if last is not None:
                found[last.text].append(node)
        return found

    @cached_property
    def exported(self) -> dict[str, Node]:
        """What the module gives away, by name: an identifier, an expression, or a declaration's name."""
        found: dict[str, Node] = {}
        for statement in self.module.of("export_statement"):
            found.update(_exports(statement))
        for holder in ("module.", "exports.", "module.exports."):
            for assignment in self.assigned.get(holder, ()):
                found.update(_common_exports(assignment))
        return found

    @cached_property
    def _given_away(self) -> frozenset[str]:
        return frozenset(node.text for node in self.exported.values() if "identifier" in node.kind)

    @cached_property
    def reexported(self) -> list[str]:
        """The specifiers of `export * from "./other"`."""
        return [
            string_of(source)
            for statement in self.module.of("export_statement")
            if (source := statement.field("source")) is not None and not statement.items[0].kind.endswith("clause")
        ]

    def is_exported(self, declaration: Declaration) -> bool:
        """Whether other modules may use a name."""
        if declaration.scope.kind != "program":
            return False
        return declaration.name in self._given_away

    def _declarations(self) -> Iterator[Declaration]:
        for node in self.module.of("variable_declarator"):
            yield from _declared_values(node)
        for node in self.module.of("for_in_statement"):
            yield from _declared_each(node)
        for node in self.module.of(*FUNCTIONS):
            yield from _declared_parameters(node)
        for node in self.module.of(*DECLARED):
            name, scope = node.field("name"), _scope(node)
            if name is not None:
                kind = DECLARED[node.kind]
                yield Declaration(name=name.text, kind=kind, node=name, scope=scope, source=node)
        for node in self.module.of("import_statement"):
            yield from _declared_imports(node, self.module.top)


def _scope(node: Node, kinds: frozenset[str] = BLOCKS) -> Node:
    top = node
    for top in node.ancestors():
        if top.kind in kinds:
            return top
    return top


def _declared_values(node: Node) -> Iterator[Declaration]:
    pattern, value = node.field("name"), node.field("value")
    if pattern is None:
        return
    hoisted = node.parent is not None and node.parent.kind == "variable_declaration"
    scope = _scope(node, FUNCTIONS | {"program"}) if hoisted else _scope(node)
    for part in parts(pattern):
        yield Declaration(
            name=part.node.text,
            kind="value",
            node=part.node,
            scope=scope,
            source=value,
            path=part.path,
            default=part.default,
        )


def _declared_each(node: Node) -> Iterator[Declaration]:
    pattern, many = node.field("left"), node.field("right")
    if pattern is None or not pattern.module.text[node.start : pattern.start].rstrip().endswith(
        ("const", "let", "var")
    ):
        return
    for part in parts(pattern):
        yield Declaration(
            name=part.node.text,
            kind="each",
            node=part.node,
            scope=node,
            source=many,
            path=part.path,
            default=part.default,
        )


def _declared_parameters(function: Node) -> Iterator[Declaration]:
    for position, parameter in enumerate(parameters(function)):
        pattern, default = parameter, None
        if parameter.kind in {"required_parameter", "optional_parameter"}:
            found, default = parameter.field("pattern"), parameter.field("value")
            if found is None:
                continue
            pattern = found
        for part in parts(pattern, (), default):
            yield Declaration(
                name=part.node.text,
                kind="parameter",
                node=part.node,
                scope=function,
                source=function,
                path=part.path,
                default=part.default,
                position=position,
            )


def parameters(function: Node) -> tuple[Node, ...]:
    """A function's parameters, as patterns."""
    listed = function.field("parameters")
    if listed is not None:
        return listed.items
    single = function.field("parameter")
    return () if single is None else (single,)


def _declared_imports(statement: Node, scope: Node) -> Iterator[Declaration]:
    source = statement.field("source")
    if source is None:
        return
    for clause in statement.walk():
        match clause.kind:
            case "import_specifier":
                name = clause.field("name")
                alias = clause.field("alias") or name
                exported = name.text if name is not None else ""
            case "namespace_import":
                alias, exported = clause.items[0], "*"
            case "identifier" if clause.parent is not None and clause.parent.kind == "import_clause":
                alias, exported = clause, "default"
            case _:
                continue
        if alias is not None:
            yield Declaration(name=alias.text, kind="import", node=alias, scope=scope, source=source, path=(exported,))


def _exports(statement: Node) -> Iterator[tuple[str, Node]]:
    declaration, value = statement.field("declaration"), statement.field("value")
    default = " default " in statement.module.text[statement.start : statement.start + 16].replace("\n", " ")
    if default and (value or declaration) is not None:
        body = value or declaration
        name = body.field("name") if body is not None and body.kind in DECLARED else None
        target = name or body
        if target is not None:
            yield "default", target
    if declaration is not None:
        yield from ((name.text, name) for name in _declared_names(declaration))
    for specifier in (node for node in statement.walk() if node.kind == "export_specifier"):
        inner = specifier.field("name")
        outer = specifier.field("alias") or inner
        if inner is not None and outer is not None:
            yield outer.text, specifier if statement.field("source") is not None else inner


def _declared_names(declaration: Node) -> Iterator[Node]:
    if declaration.kind in DECLARED:
        name = declaration.field("name")
        if name is not None:
            yield name
    for item in declaration.items:
        pattern = item.field("name") if item.kind == "variable_declarator" else None
        if pattern is not None:
            yield from (part.node for part in parts(pattern))


def _common_exports(assignment: Node) -> Iterator[tuple[str, Node]]:
    left, value = assignment.field("left"), assignment.field("right")
    name = left.field("property") if left is not None else None
    if left is None or name is None or value is None:
        return
    if left.text != "module.exports":
        yield name.text, value
        return
    yield "default", value
    for item in value.items if value.kind == "object" else ():
        if item.kind == "shorthand_property_identifier":
            yield item.text, item
        key, inner = (item.field("key"), item.field("value")) if item.kind == "pair" else (None, None)
        if key is not None and inner is not None:
            yield key.text.strip("\"'"), inner
