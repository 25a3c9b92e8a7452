"""Which of a name's values can be in effect at some place of the code."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import libcst as cst

from .bindings import Event
from .tree import Scope, Tree

Block: TypeAlias = cst.IndentedBlock | cst.SimpleStatementSuite | cst.Module
BLOCKS: Final = (cst.IndentedBlock, cst.SimpleStatementSuite, cst.Module)
WHOLE: Final = (cst.FunctionDef, cst.Lambda, cst.BaseComp)


@dataclass(frozen=True, slots=True)
class Use:
    """Where a name is read: at a node, or some time after a scope has run to its end."""

    tree: Tree
    at: int
    node: cst.CSTNode  # or the scope

    def comes_after(self, home: cst.CSTNode) -> bool:
        """Whether what happens in a block must have happened before, if it comes earlier."""
        if self.at < len(self.tree.nodes):
            return self.tree.holds(home, self.node)
        return home is self.node or getattr(self.node, "body", None) is home


def use_at(tree: Tree, node: cst.CSTNode) -> Use:
    """A name that is read at a node."""
    return Use(tree, tree.number[node], node)


def use_after(tree: Tree, scope: Scope) -> Use:
    """A name that is read later."""
    return Use(tree, len(tree.nodes), scope)


def block_of(tree: Tree, event: Event) -> cst.CSTNode:
    """What an event holds for, from then on: its block, or all of a function or comprehension."""
    node = event.node
    if event.kind == "parameter" or isinstance(node, cst.CompFor):
        return next(above for above in tree.around(node) if isinstance(above, WHOLE))
    if isinstance(node, cst.For):
        return node.body
    return next((above for above in tree.around(node) if isinstance(above, BLOCKS)), tree.module)


def reaching(events: Sequence[Event], use: Use) -> tuple[list[Event], bool]:
    """The events that can be the last before a use, latest first, and whether one of them surely has happened."""
    tree = use.tree
    found: list[Event] = []
    homes: list[cst.CSTNode] = []
    settled: cst.CSTNode | None = None
    index = bisect_left(events, use.at, key=lambda event: event.at)
    for event in reversed(events[:index]):
        if settled is not None and not tree.holds(settled, event.node):
            return found, True
        home = block_of(tree, event)
        if use.comes_after(home):
            return [*found, event], True
        if any(tree.holds(later, event.node) for later in homes) or cannot_reach(event, use):
            continue
        found.append(event)
        homes.append(home)
        statement = branching(event, use)
        if settled is None and statement is not None:
            inside = [block_of(tree, one) for one in events[:index] if tree.holds(statement, one.node)]
            settled = statement if always(statement, inside, tree) else None
    return found, settled is not None


def branching(event: Event, use: Use) -> cst.CSTNode | None:
    """The outermost statement around an event that is over when the name is read."""
    outermost = None
    for above in use.tree.around(event.node):
        if use.comes_after(above):
            return outermost
        if isinstance(above, cst.BaseCompoundStatement):
            outermost = above
    return outermost


def cannot_reach(event: Event, use: Use) -> bool:
    """Whether an event lies in another branch than the use, or its block is left before."""
    tree = use.tree
    below: cst.CSTNode = event.node
    for above in tree.around(event.node):
        if use.comes_after(above):
            return other_branch(above, below, use)
        if isinstance(above, BLOCKS) and leaves(above):
            return True
        below = above
    return False


def other_branch(statement: cst.CSTNode, branch: cst.CSTNode, use: Use) -> bool:
    """Whether the use lies in another branch of the statement."""
    if use.at >= len(use.tree.nodes):
        return False
    match statement:
        case cst.If(body=body, orelse=orelse):
            return branch is body and orelse is not None and use.tree.holds(orelse, use.node)
        case cst.Match():
            return not use.tree.holds(branch, use.node)
        case cst.IfExp():
            return True
        case _:
            return False


def leaves(block: cst.CSTNode) -> bool:
    """Whether a block ends by `return` or `raise`."""
    last = block.body[-1] if isinstance(block, BLOCKS) and block.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Return | cst.Raise)


def always(statement: cst.CSTNode | None, homes: Collection[cst.CSTNode], tree: Tree) -> bool:
    """Whether one of the blocks is run, whichever branch of a statement is taken, or the function is left."""
    match statement:
        case cst.If():
            return always(statement.body, homes, tree) and always(statement.orelse, homes, tree)
        case cst.Else() | cst.With() | cst.Finally() | cst.ExceptHandler() | cst.MatchCase():
            return always(statement.body, homes, tree)
        case cst.Try() | cst.TryStar():
            return tried(statement, homes, tree)
        case cst.Match():
            return catches_all(statement) and all(always(case, homes, tree) for case in statement.cases)
        case cst.IndentedBlock() | cst.SimpleStatementSuite():
            held = (one for one in statement.body if any(tree.holds(one, home) for home in homes))
            return statement in homes or leaves(statement) or any(always(one, homes, tree) for one in held)
        case _:
            return False


def tried(statement: cst.Try | cst.TryStar, homes: Collection[cst.CSTNode], tree: Tree) -> bool:
    """The same of `try`: without an error, its body and `else` are run."""
    if always(statement.finalbody, homes, tree):
        return True
    smooth = always(statement.body, homes, tree) or always(statement.orelse, homes, tree)
    return smooth and all(always(handler, homes, tree) for handler in statement.handlers)


def catches_all(statement: cst.Match) -> bool:
    """Whether a `match` ends with `case _`."""
    last = statement.cases[-1]
    return isinstance(last.pattern, cst.MatchAs) and last.pattern.pattern is None and last.guard is None
