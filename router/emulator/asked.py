"""A call before it is judged: its parameters, typed as JSON types them, and the files that came with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Operation: TypeAlias = Literal["generate", "edit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An input image, mask or markup, under the name it was sent by."""

    param: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call before it was judged; `digest` is the SHA-256 of the body as it came."""

    operation: Operation
    provider: str
    params: Mapping[str, object]
    images: Sequence[File] = ()
    mask: File | None = None
    markup: File | None = None
    digest: str = ""

    @property
    def model(self) -> str | None:
        """The model's name, where one was sent."""
        name = self.params.get("model")
        return name if isinstance(name, str) else None

    def for_model(self, name: str) -> Asked:
        """The same call, of a model that its path names."""
        return replace(self, params={**self.params, "model": name})


# --- types, in the API's words


def describe(value: object) -> str:
    """Say what type a JSON value has."""
    if isinstance(value, bool):
        return "a boolean"
    return next((words for kind, words in TYPES if isinstance(value, kind)), "null")


TYPES: tuple[tuple[type, str], ...] = (
    (int, "an integer"),
    (float, "a decimal number"),
    (str, "a string"),
    (list, "an array"),
    (dict, "an object"),
)
