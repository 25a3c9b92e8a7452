"""What the readers of each language find: places that ask for pictures, and places that rest on how they answer.

A reader says what stands in a file and where each value came from; it judges nothing. All offsets are bytes of the
file as it is stored, so that an edit changes nothing beside it; lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of a file, from one byte up to another; `escaped` text stands inside a JSON string (a notebook)."""

    path: str
    line: int
    column: int
    start: int
    end: int
    escaped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A name that a value passed through: `DEFAULT_SIZE`, `config.py`, 12."""

    name: str
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a value stands as text, to be replaced: `quote` is what encloses it, empty for bare text.

    `shared` says that something else than image calls may read it too.
    """

    region: Region
    quote: str = '"'
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a parameter can have, the names it came through (nearest first), and where it is written."""

    value: Json
    origins: tuple[Origin, ...] = ()
    written: Written | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a call gives for a parameter.

    More than one choice: it depends (branches, an environment variable with a default, several callers). `unknown` says
    why there may be values besides, or are no choices at all. `optional`: it may also be left out. `whole` is what to
    cut in order to drop it, separators included.
    """

    choices: tuple[Choice, ...] = ()
    unknown: str | None = None
    optional: bool = False
    whole: Region | None = None
    origins: tuple[Origin, ...] = ()  # of the part that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """Where a parameter can be added, and how: `template` has `{name}` and `{value}`, as in `, {name}={value}`."""

    region: Region
    template: str
    quote: str = '"'


Operation: TypeAlias = Literal["generate", "edit", "variation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A call for pictures, or a document that describes one.

    `surface` names how it is made: `python-sdk`, `python-sdk-async`, `python-sdk-module`, `openai-0.x`,
    `responses-tool`, `requests`, `httpx`, `aiohttp`, `urllib`, `langchain`, `llamaindex`, `crewai`, `litellm`,
    `pydantic-ai`, `js-sdk`, `fetch`, `axios`, `curl`, `n8n-node`, `n8n-http`, `comfyui`, `batch`, `env`, `config` and
    the like. `open` lists why there may be parameters besides those that are listed (`**options` of unknown origin).
    `client` is where the client that it goes through is made, for the one line that wraps it.
    """

    path: str
    line: int
    column: int
    surface: str
    operation: Operation = "generate"
    provider: str = "openai"  # or `azure`
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    insertion: Insertion | None = None
    client: Region | None = None
    in_test: bool = False
    files: int = 0  # input images of an edit, as far as can be seen


MarkKind: TypeAlias = Literal[
    "reads_url",  # `.data[0].url`, of a model that sends base64 alone
    "reads_revised_prompt",
    "short_timeout",  # `value` in seconds, around an image call
    "retries",  # a decorator or loop that sends an image call again: each may be billed
    "compares_model",  # `if model == "gpt-image-1"`, `startswith`, a `match` or `switch`, a table keyed by model
    "lists_model",  # `Literal[...]`, an enumeration, a choice list, zod, argparse `choices`
    "caps_length",  # a `max_length`, `VARCHAR`, ... too short for a base64 picture or the new names
    "names_model",  # a setting that names a model without a call in sight
    "pins_sdk",  # `openai<3` and the like
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place that is no call, but rests on one, or on a model's name; `site` is the line of the call, if known."""

    path: str
    line: int
    column: int
    kind: MarkKind
    surface: str
    text: str  # the words in question, on one line, at most 80 characters
    value: Json = None  # the model named, the seconds, ...
    written: Written | None = None
    site: int | None = None
    in_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """Something that could not be read to the end, and why: `client.images.generate(**request)`: ..."""

    path: str
    line: int
    column: int
    surface: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file, or a part of one, that was not looked at, and why; `unread` is a file that was to be read, all of it."""

    path: str
    reason: str
    line: int | None = None
    unread: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a reader found in one file, each tuple in the order of lines."""

    sites: tuple[Site, ...] = ()
    marks: tuple[Mark, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Files(Protocol):
    """The files that are looked at, so that a reader can follow an import."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, sorted; with forward slashes, as they are shown."""

    def read(self, path: str) -> bytes:
        """The bytes of one of them."""


class Reader(Protocol):
    """Reads one file; never raises for what is written in it: what it cannot read is skipped, with the reason."""

    def __call__(self, path: str, files: Files) -> Reading:
        """Read a file."""
