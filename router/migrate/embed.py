"""The one line that wraps a client, in Python: where it goes, and whether it is there already."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .edits import Edit
from .sites import Region

WRAPS: Final = re.compile(rb"\b(?:pixroute|router)\.wrap\(|\bfrom (?:pixroute|router) import [^\n]*\bwrap\b")
LOOK: Final = 2000  # bytes around a client
NAMED: Final = re.compile(rb"([\w.]+)\s*(?::[^=\n]+)?=\s*$")


def mentions_wrap(source: bytes) -> bool:
    """Whether a file wraps anything at all."""
    return WRAPS.search(source) is not None


def is_wrapped(source: bytes, client: Region | None) -> bool:
    """Whether a client is wrapped already: where it is made, or else anywhere in the file."""
    if not mentions_wrap(source):
        return False
    if client is None:
        return True
    if re.search(rb"\bwrap\(\s*$", source[max(client.start - LOOK, 0) : client.start]):
        return True
    script = None if client.escaped else _read(source)
    if script is not None and script.is_within_wrap(client):
        return True
    name = _name(source, client, script)
    if name is None:
        return source[client.start : client.end].startswith((b"import", b"from"))
    return re.search(rb"\bwrap\(\s*" + re.escape(name) + rb"\b", source[client.start : client.end + LOOK]) is not None


def _name(source: bytes, client: Region, script: _Script | None) -> bytes | None:
    """The name that a client is given: by the statement that makes it, or by its line where that is no Python."""
    if script is not None and (target := _target(script.statement(client))) is not None:
        return target.encode()
    line = source[source.rfind(b"\n", 0, client.start) + 1 : client.start]
    name = NAMED.search(line) or NAMED.search(source[client.start : client.end].partition(b"=")[0] + b"=")
    return name[1] if name else None


@lru_cache(maxsize=4)
def _read(source: bytes, path: str = "", policy: str = "") -> _Script | None:
    """A script, parsed; None where it is no Python in UTF-8."""
    try:
        text = source.decode()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _Script(path=path, source=source, tree=tree, starts=_starts(text), policy=policy)


def embed(path: str, source: bytes, client: Region | None, *, policy: str) -> tuple[Edit, ...] | str:
    """The edits that wrap a client, the import included, or why there are none; no client is the module `openai`."""
    script = _read(source, path, policy)
    if script is None:
        return f"{path} cannot be read as Python in UTF-8"
    if client is not None and client.escaped:
        return "a notebook's cells are not edited for this"
    edits = script.of_module() if client is None or _is_import(script, client) else script.of_client(client)
    if edits is None:
        return "where its client is made cannot be told"
    return (*script.imports(), *edits)


def _is_import(script: _Script, client: Region) -> bool:
    return script.source[client.start : client.end].lstrip().startswith((b"import", b"from"))


def _starts(text: str) -> tuple[int, ...]:
    """Where each line starts, in bytes, as Python counts lines."""
    starts, at = [0], 0
    for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        at += len(line.encode())
        starts.append(at)
    return tuple(starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Script:
    path: str
    source: bytes
    tree: ast.Module
    starts: tuple[int, ...]
    policy: str

    @property
    def end_of_line(self) -> str:
        return "\r\n" if b"\r\n" in self.source else "\n"

    def start(self, node: ast.stmt | ast.expr) -> int:
        return self._at(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr) -> int:
        return self._at(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def _at(self, line: int, column: int) -> int:
        mark = len(MARK) if line == 1 and self.source.startswith(MARK) else 0
        return self.starts[line - 1] + column + mark

    def put(self, at: int, text: str) -> Edit:
        return Edit(path=self.path, line=self.source.count(b"\n", 0, at) + 1, start=at, old=b"", new=text.encode())

    # -- a client

    def statement(self, client: Region) -> ast.stmt | None:
        """The innermost statement that a client is made in."""
        statements = (
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and self.start(node) <= client.start and client.end <= self.end(node)
        )
        return min(statements, key=lambda node: self.end(node) - self.start(node), default=None)

    def of_client(self, client: Region) -> tuple[Edit, ...] | None:
        """A line behind the one that makes the client; where there is no such line, the call itself is wrapped."""
        innermost = self.statement(client)
        target = _target(innermost)
        if innermost is not None and target is not None and self._stands_alone(innermost):
            indent = " " * innermost.col_offset
            before = self.source[self.starts[innermost.lineno - 1] : self.start(innermost)].decode()
            line = f"{before or indent}{target} = {self._wrapped(target)}"
            return (self.put(self._line_end(innermost), f"{self.end_of_line}{line}"),)
        calls = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and (self.start(node), self.end(node)) == (client.start, client.end)
        ]
        if not calls:
            return None
        return self.put(client.start, "pixroute.wrap("), self.put(client.end, f', policy="{self.policy}")')

    def is_within_wrap(self, client: Region) -> bool:
        """Whether a client is made in what is handed to `wrap`, as in `wrap(client or OpenAI())`."""
        return any(
            self.start(part) <= client.start and client.end <= self.end(part)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "wrap"
            for part in node.args[:1]
        )

    def _wrapped(self, name: str) -> str:
        return f'pixroute.wrap({name}, policy="{self.policy}")'

    def _stands_alone(self, node: ast.stmt) -> bool:
        """Whether nothing else is on the statement's lines."""
        before = self.source[self.starts[node.lineno - 1] : self.start(node)].removeprefix(MARK)
        after = re.match(rb"[ \t]*(#[^\n]*)?\r?(\n|$)", self.source[self.end(node) :])
        return not before.strip() and after is not None

    # -- the module

    def of_module(self) -> tuple[Edit, ...] | None:
        """A line behind what sets the module up: its key, or else the imports."""
        if not any(_imports(node, "openai") for node in self.tree.body):
            return None
        settings = [node for node in self.tree.body if (_target(node) or "").startswith("openai.")]
        after = settings[-1] if settings else self._last_import()
        if after is None or not self._stands_alone(after):
            return None
        gap = self.end_of_line * (1 if settings else 2)
        return (self.put(self._line_end(after), f"{gap}{self._wrapped('openai')}"),)

    # -- the import

    def imports(self) -> Iterator[Edit]:
        """The import of `pixroute`, where it is not there yet."""
        if any(_imports(node, "pixroute") for node in self.tree.body):
            return
        last = self._last_import()
        if last is not None:
            yield self.put(self._line_end(last), f"{self.end_of_line}import pixroute")
            return
        first = next(iter(self.tree.body), None)
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield self.put(self._line_end(first), f"{self.end_of_line * 2}import pixroute")
        elif first is not None:
            yield self.put(self.starts[first.lineno - 1], f"import pixroute{self.end_of_line * 2}")

    def _last_import(self) -> ast.stmt | None:
        """The last of the imports that a script begins with."""
        last = None
        for node in self.tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                last = node
            elif last is not None:
                break
        return last

    def _line_end(self, node: ast.stmt) -> int:
        """The end of a statement's last line, what is said behind it included."""
        end = self.source.find(b"\n", self.end(node))
        end = len(self.source) if end < 0 else end
        return end - (self.source[end - 1 : end] == b"\r")


MARK: Final = b"\xef\xbb\xbf"


def _target(node: ast.stmt | None) -> str | None:
    """What a statement assigns to, if it is one name."""
    match node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]):
            return ast.unparse(target)
        case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=ast.expr()):
            return ast.unparse(target)
        case _:
            return None


def _imports(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Import) and any(alias.name == name and alias.asname is None for alias in node.names)
