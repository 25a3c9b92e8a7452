"""What is to be drawn: a call that every rule let pass, with nothing left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..catalog import Model
from .asked import File, Operation

Canvas: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A call with every `auto` resolved; `seen` are the input images' sizes in pixels."""

    operation: Operation
    model: Model
    prompt: str
    canvas: Canvas
    quality: str
    transparent: bool
    output_format: str
    compression: int | None
    n: int
    stream: bool
    partial_images: int
    high_fidelity: bool
    safety_identifier: str | None
    images: tuple[File, ...] = ()
    seen: tuple[Canvas, ...] = ()
    mask: File | None = None

    @property
    def size(self) -> str:
        """The canvas as the API writes it."""
        return written(self.canvas)

    @property
    def background(self) -> str:
        """The background as the API reports it."""
        return "transparent" if self.transparent else "opaque"


def written(canvas: Canvas) -> str:
    """A size as the API writes it."""
    return f"{canvas[0]}x{canvas[1]}"
