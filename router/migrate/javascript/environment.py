"""What the environment sets, under the names that it is asked by."""

from __future__ import annotations

from typing import Final

from .functions import last_name
from .reached import Reached, unknown
from .tree import Node

ENVIRONMENTS: Final = frozenset({"process.env", "import.meta.env", "Deno.env", "Bun.env", "globalThis.process.env"})
GETTERS: Final = frozenset({"Deno.env.get", "getEnv", "env", "configService.get", "this.configService.get"})


def is_environment(node: Node) -> bool:
    """Whether an expression is the environment itself: `process.env`."""
    return node.text.replace("?.", ".") in ENVIRONMENTS


def is_getter(callee: Node) -> bool:
    """Whether a function gives a variable of the environment: `Deno.env.get`."""
    return last_name(callee) == "env" or callee.text in GETTERS


def environment(name: str, node: Node) -> Reached:
    """What the environment sets."""
    return unknown(f"the environment sets `{name}`", node.module.origin(f"env {name}", node))
