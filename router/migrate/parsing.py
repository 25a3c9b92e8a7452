"""Whether a file still parses after it was edited, by its language's own parser."""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

import yaml

Parse = Callable[[bytes], object]


def still_parses(path: str, before: bytes, after: bytes) -> bool:
    """Whether a file that parsed before parses after; one of a language that is not known here is not judged."""
    parse = PARSERS.get(PurePosixPath(path).suffix.lower())
    return parse is None or not _parses(parse, before) or _parses(parse, after)


def _parses(parse: Parse, data: bytes) -> bool:
    try:
        parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError, yaml.YAMLError):
        return False
    return True


def _python(data: bytes) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes of strings that are none of ours
        return ast.parse(data)


def _lines(data: bytes) -> object:
    return [json.loads(line) for line in data.splitlines() if line.strip()]


def _yaml(data: bytes) -> object:
    return list(yaml.compose_all(data, Loader=yaml.SafeLoader))


def _script(language: str) -> Parse:
    def parse(data: bytes) -> object:
        from ast_grep_py import SgRoot  # noqa: PLC0415 -- an extra; whoever edits such a file has read it with it

        root = SgRoot(data.decode(), language).root()
        if root.find(kind="ERROR") is not None:
            raise ValueError("it has errors")
        return root

    return parse


PARSERS: Final[Mapping[str, Parse]] = {
    ".py": _python,
    ".pyw": _python,
    ".json": json.loads,
    ".ipynb": json.loads,
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": lambda data: tomllib.loads(data.decode()),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), _script("javascript")),
    **dict.fromkeys((".ts", ".mts", ".cts"), _script("typescript")),
    ".tsx": _script("tsx"),
}
