"""The modules of a tree of files: each parsed once, and found by the name that it is imported by."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

import libcst as cst

from ..sites import Files
from .bindings import Bindings, dotted
from .text import UnreadableError, read_text
from .tree import Scope, Tree

KEPT: Final = 64  # parsed modules that are kept for the next file
REFERENCE: Final = re.compile(r"\.\s*(?:generate|edit|create_variation)\b(?!\s*\()")
LARGEST: Final = 2_000_000  # bytes of a module that is followed
FOREIGN: Final = frozenset(
    [
        "openai",
        "os",
        "sys",
        "re",
        "json",
        "enum",
        "dataclasses",
        "pydantic",
        "pydantic_settings",
        "functools",
        "asyncio",
        "typing",
        "requests",
        "httpx",
        "aiohttp",
        "urllib",
        "http",
        "tornado",
        "tenacity",
        "backoff",
        "stamina",
        "retrying",
        "langchain",
        "langchain_community",
        "langchain_openai",
        "crewai",
        "crewai_tools",
        "litellm",
        "llama_index",
        "pydantic_ai",
        "agents",
        "autogen",
        "haystack",
        "decouple",
        "environs",
        "click",
        "typer",
        "argparse",
        "fastapi",
        "flask",
        "django",
        "sqlalchemy",
        "logging",
        "together",
        "google",
        "xai_sdk",
        "replicate",
        "docker",
        "PIL",
        "base64",
        "io",
        "pathlib",
        "copy",
    ]
)


class Module:
    """A parsed file, and the names that it binds."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.path = tree.text.path
        self.answers: dict[cst.CSTNode, object] = {}  # what its expressions can be, as far as somebody asked

    @cached_property
    def bindings(self) -> Bindings:
        """What its names are bound to."""
        return Bindings(self.tree)

    @cached_property
    def passes_method_on(self) -> bool:
        """Whether it names one of the SDK's methods without calling it right there."""
        return REFERENCE.search(self.tree.text.characters) is not None

    @cached_property
    def calls(self) -> dict[str, list[cst.Call]]:
        """Its calls, by the last part of the name that is called."""
        found: dict[str, list[cst.Call]] = defaultdict(list)
        for call in self.tree.of(cst.Call):
            match call.func:
                case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
                    found[name].append(call)
                case _:
                    pass
        return found

    @cached_property
    def returned(self) -> dict[Scope, list[cst.BaseExpression]]:
        """What each function returns or yields."""
        found: dict[Scope, list[cst.BaseExpression]] = defaultdict(list)
        for node in self.tree.of(cst.Return):
            if node.value is not None:
                found[self.tree.scope(node)].append(node.value)
        for produced in self.tree.of(cst.Yield):
            if isinstance(produced.value, cst.BaseExpression):
                found[self.tree.scope(produced)].append(produced.value)
        return found

    @cached_property
    def reads(self) -> dict[str, list[cst.CSTNode]]:
        """Names and attributes, by their last part."""
        found: dict[str, list[cst.CSTNode]] = defaultdict(list)
        for name in self.tree.of(cst.Name):
            found[name.value].append(name)
        return found

    @cached_property
    def imports(self) -> frozenset[str]:
        """The packages that it imports, by their first name."""
        found = {
            (dotted(alias.name) or "").partition(".")[0] for node in self.tree.of(cst.Import) for alias in node.names
        }
        for node in self.tree.of(cst.ImportFrom):
            if node.module is not None and not node.relative:
                found.add((dotted(node.module) or "").partition(".")[0])
        return frozenset(found)


def parse_module(path: str, data: bytes) -> Module:
    """Parse the bytes of a file."""
    return Module(Tree(read_text(path, data)))


class Modules:
    """The Python modules among some files."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._kept: dict[str, Module | UnreadableError] = {}

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.files.paths:
            if path.endswith((".py", ".pyi")):
                pure = PurePosixPath(path)
                found[pure.parent.name if pure.stem == "__init__" else pure.stem].append(path)
        return found

    def at(self, path: str) -> Module | None:
        """The module at a path, if it can be read."""
        try:
            return self.load(path)
        except (UnreadableError, RecursionError, OSError):
            return None

    def load(self, path: str, data: bytes | None = None) -> Module:
        """The module at a path, or the reason why it cannot be read."""
        if path not in self._kept:
            while len(self._kept) >= KEPT:
                self._forget(next(iter(self._kept)))
            self._kept[path] = self._read(path, data)
        kept = self._kept[path] = self._kept.pop(path)  # the last that was asked for is the last to go
        if isinstance(kept, UnreadableError):
            raise kept
        return kept

    def _forget(self, path: str) -> None:
        module = self._kept.pop(path)
        if isinstance(module, Module):
            module.answers.clear()  # they lead back to it

    def _read(self, path: str, data: bytes | None) -> Module | UnreadableError:
        try:
            data = self.files.read(path) if data is None else data
            if len(data) > LARGEST:
                return UnreadableError("it is too large")
            return parse_module(path, data)
        except UnreadableError as error:
            return error

    def find(self, name: str, *, level: int, path: str) -> str | None:
        """The path of the module that a file imports by a name; `level` counts the dots before it."""
        parts = [part for part in name.split(".") if part]
        if level:
            folder = PurePosixPath(path)
            for _ in range(level):
                folder = folder.parent
            return self._existing([*folder.parts, *parts])
        if not parts or parts[0] in FOREIGN:
            return None
        return self._nearest(parts, PurePosixPath(path))

    def _existing(self, parts: list[str]) -> str | None:
        if not parts:
            return None
        here = self._by_stem.get(parts[-1], ())
        whole = str(PurePosixPath(*parts))
        return next((path for path in here if path in {f"{whole}.py", f"{whole}/__init__.py"}), None)

    def _nearest(self, parts: list[str], path: PurePosixPath) -> str | None:
        ends = ("/" + "/".join(parts) + ".py", "/" + "/".join(parts) + "/__init__.py")
        found = [one for one in self._by_stem.get(parts[-1], ()) if f"/{one}".endswith(ends)]
        return max(found, key=lambda one: (shared(PurePosixPath(one), path), -len(one)), default=None)


def shared(one: PurePosixPath, other: PurePosixPath) -> int:
    """How many folders two paths have in common."""
    count = 0
    for left, right in zip(one.parts[:-1], other.parts[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count
