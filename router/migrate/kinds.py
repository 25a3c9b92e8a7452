"""What kind of file a file is, by its name and its first line, and whether it belongs to the tests."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["python", "javascript", "document"]

SUFFIXES: Final[dict[str, Kind]] = {
    **dict.fromkeys(("py", "pyw"), "python"),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"), "javascript"),
    **dict.fromkeys(
        (
            *("json", "jsonc", "json5", "jsonl", "ndjson", "yaml", "yml", "toml", "ipynb"),
            *("env", "envrc", "properties", "ini", "cfg", "conf", "tf", "tfvars", "hcl", "dockerfile"),
            *("sh", "bash", "zsh", "ksh", "fish", "ps1", "psm1", "bat", "cmd", "mk", "http", "rest"),
        ),
        "document",
    ),
}  # fmt: skip
NAMES: Final = re.compile(
    r"\.?env(?:rc)?(?:[._-].*)?|.*\.env\..*|(?:docker|container)file(?:\..*)?|(?:gnu)?makefile|justfile|procfile|pipfile"
    r"|.*(?:requirements|constraints).*\.(?:txt|in)",
    re.IGNORECASE,
)
PIN_FOLDERS: Final = frozenset({"requirements", "constraints"})
LOCKS: Final = re.compile(
    r"(?:package-lock|npm-shrinkwrap|composer\.lock)\.json|.*\.lock|pnpm-lock\.ya?ml|.*-lock\.(?:json|ya?ml)"
    r"|\.?env\.(?:py|js|ts)|.*\.min\.js|model_prices_and_context_window.*\.json",
    re.IGNORECASE,
)
"""Written by programs, whatever their suffix says; `env.py` and `env.ts` are code and found by their suffix."""
SHEBANG: Final = re.compile(rb"#![ \t]*(?:\S*/env[ \t]+(?:-\S+[ \t]+)*)?(?:\S*/)?(?P<program>[a-z]+)[\d.]*(?:\s|$)")
PROGRAMS: Final[dict[bytes, Kind]] = {
    **dict.fromkeys((b"python", b"pypy", b"uv"), "python"),
    **dict.fromkeys((b"node", b"deno", b"bun", b"tsx"), "javascript"),
    **dict.fromkeys((b"sh", b"bash", b"zsh", b"ksh", b"dash", b"fish"), "document"),
}
LANGUAGES: Final = {
    "go": "Go", "java": "Java", "kt": "Kotlin", "kts": "Kotlin", "scala": "Scala", "groovy": "Groovy", "rb": "Ruby",
    "php": "PHP", "cs": "C#", "fs": "F#", "rs": "Rust", "swift": "Swift", "ex": "Elixir", "exs": "Elixir",
    "erl": "Erlang", "dart": "Dart", "lua": "Lua", "pl": "Perl", "r": "R", "jl": "Julia", "clj": "Clojure",
    "c": "C", "cpp": "C++", "cc": "C++", "h": "C", "hpp": "C++", "m": "Objective-C", "hs": "Haskell", "nim": "Nim",
    "zig": "Zig", "html": "HTML", "htm": "HTML", "astro": "Astro", "coffee": "CoffeeScript", "sql": "SQL",
    "xml": "XML", "gradle": "Gradle",
}  # fmt: skip
"""Languages that nobody reads here; that a file in one of them names an image model is said."""
TEST_FOLDERS: Final = frozenset({
    "test", "tests", "__tests__", "testing", "testdata", "test_data", "spec", "specs", "fixtures", "__fixtures__",
    "e2e", "mocks", "__mocks__", "cassettes", "__snapshots__", "unittests", "integration_tests",
})  # fmt: skip
TEST_NAME: Final = re.compile(r"test_.*|.*_test\.\w+|.*[.-](?:test|spec)\.\w+|tests?\.\w+|conftest\.py", re.IGNORECASE)


def kind_of(path: str, head: bytes = b"") -> Kind | None:
    """The kind of a file by its name, or by the program that its first line calls; none for one that is not read."""
    place = PurePosixPath(path)
    suffix = place.suffix[1:].lower()
    if LOCKS.fullmatch(place.name):
        return SUFFIXES.get(suffix) if suffix in {"py", "ts"} or place.name.lower() in {"env.js", ".env.js"} else None
    if NAMES.fullmatch(place.name) or (suffix in {"txt", "in"} and place.parent.name.lower() in PIN_FOLDERS):
        return SUFFIXES.get(suffix, "document")
    if suffix:
        return SUFFIXES.get(suffix)
    called = SHEBANG.match(head)
    return PROGRAMS.get(called["program"]) if called else None


def language_of(path: str) -> str | None:
    """The language of a file that is of no kind."""
    return LANGUAGES.get(PurePosixPath(path).suffix[1:].lower())


def is_test(path: str) -> bool:
    """Whether a file belongs to the tests: by its folders or its name."""
    place = PurePosixPath(path)
    return bool(TEST_NAME.fullmatch(place.name)) or any(part.lower() in TEST_FOLDERS for part in place.parts[:-1])
