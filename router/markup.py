"""HTML made of nested calls: every text is escaped, save what is HTML already."""

from __future__ import annotations

from html import escape
from typing import Final

VOID: Final = frozenset({"img", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: object) -> Html:
    """An element. `class_` is written `class`, other underscores are hyphens; None leaves a child or attribute out."""
    pairs = "".join(f' {_named(key)}="{escape(str(value))}"' for key, value in attributes.items() if value is not None)
    end = "" if name in VOID else f"{join(*children)}</{name}>"
    return Html(f"<{name}{pairs}>{end}")


def join(*children: str | None) -> Html:
    """One after the other."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
