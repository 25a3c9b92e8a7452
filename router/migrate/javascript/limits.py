"""How long a call for pictures may take, and how often it is sent again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..sites import Mark
from .finds import finds
from .found import Found, mark
from .functions import callers, last_name, name_of
from .literals import number
from .modules import Module
from .objects import Fields, read_fields
from .reach import reach
from .reached import Leaf
from .tree import Node, bare
from .values import written

ENOUGH_SECONDS: Final = 180
USUAL_RETRIES: Final = 2
MILLISECONDS: Final = 1000
DEEPEST: Final = 12
RETRYING: Final = re.compile(r"retry|retri|back_?off", re.IGNORECASE)
ATTEMPTS: Final = re.compile(r"attempt|retr(?:y|ies)|tries", re.IGNORECASE)
TIMING: Final = re.compile(r"time_?out", re.IGNORECASE)
SIGNALS: Final = ("signal", "abortSignal")
RETRY_KEYS: Final = ("maxRetries", "retries", "retry", "limit", "attempts", "numOfAttempts", "maxAttempts")
LOOPS: Final = frozenset({"for_statement", "while_statement", "do_statement"})


def limit_marks(module: Module) -> Iterator[Mark]:
    """The time-outs that are too short and the retries, of all calls of a module."""
    for found in finds(module):
        yield from _timeouts(found)
        yield from _retries(found)
    yield from _durations(module)


def amount(node: Node, depth: int = 0) -> float | None:
    """The value of `60_000`, `60 * 1000`, `MINUTE`."""
    leaves = reach(node).leaves
    return _amount_of(bare(leaves[0].node), depth + 1) if len(leaves) == 1 and depth < DEEPEST else None


def _amount_of(node: Node, depth: int) -> float | None:
    if node.kind != "binary_expression":
        return number(node.text) if node.kind == "number" else None
    left, right = node.field("left"), node.field("right")
    first = amount(left, depth) if left is not None else None
    second = amount(right, depth) if right is not None else None
    if first is None or second is None:
        return None
    match node.word("operator"):
        case "*":
            return first * second
        case "+":
            return first + second
        case _:
            return None


def _timeouts(found: Found) -> Iterator[Mark]:
    own = [node for fields in found.options for node in _timeout_nodes(fields)]
    of_client = [] if own else list(_timeout_nodes(found.client.options))
    for node in [*own, *of_client]:
        yield from _short(found, node, MILLISECONDS)
    for fields in found.options:
        for node in _signals(fields):
            yield from _short(found, node, MILLISECONDS)
    for node in _around(found.node):
        yield from _short(found, node, MILLISECONDS)


def _timeout_nodes(fields: Fields) -> Iterator[Node]:
    held = fields.held.get("timeout")
    if held is None:
        return
    inner = read_fields(held.node)
    yield inner.held["request"].node if "request" in inner.held else held.node


def _signals(fields: Fields) -> Iterator[Node]:
    for key in SIGNALS:
        held = fields.held.get(key)
        if held is None:
            continue
        calls = [node for leaf in held.value.leaves for node in leaf.node.walk() if node.kind == "call_expression"]
        for call in calls:
            callee, listed = call.field("function"), call.field("arguments")
            if callee is not None and callee.text == "AbortSignal.timeout" and listed is not None and listed.items:
                yield listed.items[0]
        if held.node.text.endswith(".signal"):
            yield from _aborts(held.node)


def _aborts(signal: Node) -> Iterator[Node]:
    """The delay of `setTimeout(() => controller.abort(), 60_000)`."""
    controller = signal.text.removesuffix(".signal")
    for call in signal.module.names.calls.get("setTimeout", ()):
        listed = call.field("arguments")
        given = listed.items if listed is not None else ()
        if len(given) > 1 and f"{controller}.abort" in given[0].text and signal.function is call.function:
            yield given[1]


def _around(node: Node) -> Iterator[Node]:
    """The limit of `withTimeout(call, 60_000)` and of `pTimeout(call, { milliseconds: 60_000 })`."""
    for above in node.ancestors():
        callee, listed = (
            (above.field("function"), above.field("arguments")) if above.kind == "call_expression" else (None, None)
        )
        if callee is None or listed is None or not _is_timing(last_name(callee)) or not listed.covers(node):
            continue
        for argument in listed.items:
            fields = read_fields(argument) if argument.kind == "object" else Fields()
            held = fields.held.get("milliseconds") or fields.held.get("timeout")
            if held is not None or (not argument.covers(node) and amount(argument) is not None):
                yield held.node if held is not None else argument


def _is_timing(name: str) -> bool:
    return TIMING.search(name) is not None and name != "setTimeout"


def _short(found: Found, node: Node, unit: int) -> Iterator[Mark]:
    value = amount(node)
    if value is None or not 0 < value / unit < ENOUGH_SECONDS:
        return
    seconds = value / unit
    at = node if node.module is found.node.module else found.node
    leaf = next((leaf for leaf in reach(node).leaves), Leaf(node=node))
    place = written(leaf) if bare(leaf.node).kind == "number" else None
    yield mark(
        at,
        "short_timeout",
        found.site.surface,
        text=_line_of(node),
        value=int(seconds) if seconds == int(seconds) else seconds,
        written=place,
        site=found.site.line,
    )


def _line_of(node: Node) -> str:
    """The pair or call that a value stands in."""
    above = node.parent
    if above is not None and above.kind == "arguments" and above.parent is not None:
        return above.parent.text
    return above.text if above is not None and above.kind in {"pair", "variable_declarator"} else node.text


def _durations(module: Module) -> Iterator[Mark]:
    """`export const maxDuration = 60` of a route that asks for pictures."""
    found = next(iter(finds(module)), None)
    if found is None:
        return
    declaration = module.names.top("maxDuration")
    if declaration is not None and declaration.source is not None:
        yield from _short(found, declaration.source, 1)
    config = module.names.top("config")
    if config is not None and config.source is not None:
        held = read_fields(config.source).held.get("maxDuration")
        if held is not None:
            yield from _short(found, held.node, 1)


def _retries(found: Found) -> Iterator[Mark]:
    for fields in (*found.options, found.client.options):
        held = fields.held.get("maxRetries")
        times = amount(held.node) if held is not None else None
        if held is not None and times is not None and times > USUAL_RETRIES:
            yield _again(found, held.node, times)
    for node in _ways_to(found.node):
        yield from _retried(found, node)


def _ways_to(node: Node) -> list[Node]:
    """A call, and the calls of the function that it stands in."""
    function = node.function
    return [node] if function is None else [node, *callers(function, name_of(function))]


def _retried(found: Found, node: Node) -> Iterator[Mark]:
    for above in node.ancestors():
        if above.kind == "call_expression":
            callee, listed = above.field("function"), above.field("arguments")
            if callee is None or listed is None or not listed.covers(node):
                continue
            if RETRYING.search(last_name(callee)) or RETRYING.search(callee.text.partition("(")[0]):
                yield _again(found, above, _times(listed))
        elif above.kind in LOOPS and ATTEMPTS.search(_head(above)):
            yield _again(found, above, _bound(above))


def _again(found: Found, node: Node, times: float | None) -> Mark:
    at = node if node.module is found.node.module else found.node
    text = _head(node) if node.kind in LOOPS else node.text
    if node.parent is not None and node.parent.kind == "pair":
        text = node.parent.text
    value = None if times is None else int(times)
    return mark(at, "retries", found.site.surface, text=text, value=value, site=found.site.line)


def _head(loop: Node) -> str:
    body = loop.field("body")
    return loop.module.text[loop.start : body.start].strip() if body is not None else loop.text


def _times(listed: Node) -> float | None:
    for argument in listed.items:
        if argument.kind == "number":
            return amount(argument)
        fields = read_fields(argument) if bare(argument).kind in {"object", "identifier"} else Fields()
        key = next((key for key in RETRY_KEYS if key in fields.held), None)
        if key is not None:
            return amount(fields.held[key].node)
    return None


def _bound(loop: Node) -> float | None:
    condition = loop.field("condition")
    right = (
        next((n.field("right") for n in condition.walk() if n.kind == "binary_expression"), None) if condition else None
    )
    return amount(right) if right is not None else None
