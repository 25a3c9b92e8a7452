"""All calls for pictures of a module, found once."""

from __future__ import annotations

from collections.abc import Mapping

from .found import Found
from .http import http_calls
from .modules import Module
from .sdk import sdk_calls
from .tree import Node
from .wrappers import wrapper_calls


def finds(module: Module) -> tuple[Found, ...]:
    """The calls of a module in the order of its text."""
    return tuple(_by_node(module).values())


def found_at(node: Node) -> Found | None:
    """The call that a node is."""
    return _by_node(node.module).get(node)


def _by_node(module: Module) -> Mapping[Node, Found]:
    if module.found is None:
        module.found = {}  # while they are looked for
        every = [*sdk_calls(module), *http_calls(module), *wrapper_calls(module)]
        module.found = {one.node: one for one in sorted(every, key=lambda one: (one.node.start, one.node.end))}
    return module.found
