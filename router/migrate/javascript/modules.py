"""A module as it is read once, and the modules that it imports."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from ..sites import Files, Origin, Region
from .names import Declaration, Names
from .tree import Node, TextMap, grow, language_of, only_scripts

if TYPE_CHECKING:
    from .answers import Stage
    from .found import Found
    from .objects import Fields
    from .reached import Reached
    from .values import Spelled

SUFFIXES: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")
STAND_INS: Final = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
ALIASES: Final = {"@/": ("src/", "", "app/"), "~/": ("src/", "", "app/"), "$lib/": ("src/lib/",), "src/": ("src/",)}
MARK_OF_ORDER: Final = b"\xef\xbb\xbf"
LARGEST_IMPORT: Final = 400_000


class Module:
    """One file: its tree, its names, and the files around it."""

    def __init__(self, path: str, text: str, lead: int = 0) -> None:
        self.path = path
        component = path.endswith((".vue", ".svelte"))
        self.text = only_scripts(text) if component else text
        self.text_map = TextMap(text, lead)
        self.language = language_of(path, text)
        self.files: Files | None = None
        self.found: Mapping[Node, Found] | None = None
        self.fields: dict[Node, Fields] = {}
        self.spelled: dict[Node, tuple[Spelled, ...]] = {}
        self.stages: dict[Node, Stage | None] = {}
        self.members: dict[tuple[Node, str | int | None], Reached] = {}
        self.reached: dict[Declaration | Node, Reached] = {}
        self.top, self.kinds = grow(self.text, self.language, self)

    def of(self, *kinds: str) -> list[Node]:
        """Its nodes of some kinds, in the order of the text."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], [])
        return sorted((n for kind in kinds for n in self.kinds.get(kind, [])), key=lambda n: (n.start, -n.end))

    @cached_property
    def names(self) -> Names:
        """What its names stand for."""
        return Names(self)

    @cached_property
    def broken(self) -> int:
        """How many characters the grammar could make nothing of."""
        return sum(node.end - node.start for node in self.of("ERROR"))

    def region(self, start: int, end: int) -> Region:
        """The bytes of some of its characters."""
        line, column = self.text_map.place(start)
        byte = self.text_map.byte
        return Region(path=self.path, line=line, column=column, start=byte(start), end=byte(end))

    def origin(self, name: str, node: Node) -> Origin:
        """A name that a value came through at some place of it."""
        return Origin(name=name, path=self.path, line=node.line)

    def imported(self, specifier: str) -> Module | None:
        """The module behind `./config`, if it is among the files."""
        if self.files is None:
            return None
        path = next((p for p in candidates(self.path, specifier) if p in known(self.files.paths)), None)
        if path is None or path == self.path:
            return None
        return load(path, self.files)


@lru_cache(maxsize=2)
def known(paths: tuple[str, ...]) -> frozenset[str]:
    """The paths, to be asked whether one is among them."""
    return frozenset(paths)


def load(path: str, files: Files) -> Module | None:
    """A module that is imported; None for what is no text, or too long to be settings."""
    data = files.read(path)
    if len(data) > LARGEST_IMPORT or b"\x00" in data:
        return None
    try:
        return open_module(path, data, files)
    except UnicodeDecodeError:
        return None


def open_module(path: str, data: bytes, files: Files) -> Module:
    """The module in some bytes among other files; raises UnicodeDecodeError."""
    module = parse(path, data)
    if module.files is not None and module.files is not files:
        module = parse.__wrapped__(path, data)  # what it imports may read otherwise there
    module.files = files
    return module


@lru_cache(maxsize=128)
def parse(path: str, data: bytes) -> Module:
    """The module in some bytes; raises UnicodeDecodeError."""
    lead = len(MARK_OF_ORDER) if data.startswith(MARK_OF_ORDER) else 0
    return Module(path, data[lead:].decode(), lead)


def candidates(path: str, specifier: str) -> Iterator[str]:
    """The files that a specifier may mean, likeliest first."""
    for stem in _stems(path, specifier):
        yield stem
        suffix = posixpath.splitext(stem)[1]
        for other in STAND_INS.get(suffix, ()):
            yield stem[: -len(suffix)] + other
        for other in SUFFIXES:
            yield stem + other
        for other in SUFFIXES:
            yield f"{stem}/index{other}"


def _stems(path: str, specifier: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    if specifier.startswith("."):
        yield posixpath.normpath(posixpath.join(folder, specifier))
        return
    alias = next((prefix for prefix in ALIASES if specifier.startswith(prefix)), None)
    if alias is None:
        return
    while True:
        for inner in ALIASES[alias]:
            yield posixpath.normpath(posixpath.join(folder, inner + specifier[len(alias) :]))
        if folder in {"", "/", "."}:
            return
        folder = posixpath.dirname(folder)
