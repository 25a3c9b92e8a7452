"""Strings that differ in which globs they match: one for each combination that there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

MOST_STATES = 5_000
ORDINARY = "xyzqwvkjabcdefghilmnoprstu0123456789-_.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STAR = "*"

Glob: TypeAlias = tuple[str, ...]
"""A pattern in pieces: `*`, `?`, a letter, or a class like `[a-z]`."""
State: TypeAlias = tuple[frozenset[int], ...]
"""How far each glob can be read: the places where its next piece is due."""


class Strings(NamedTuple):
    """One string for each combination; `complete` unless the search for more was broken off."""

    found: tuple[str, ...]
    complete: bool


def different_strings(patterns: Collection[str], taken: Collection[str] = (), *, trimmed: bool = False) -> Strings:
    """Find a short string, none of those that are `taken`, for each combination of globs that any such string has.

    `trimmed` leaves out strings with spaces; then a pattern that has one is not searched to the end.
    """
    globs = [tuple(_pieces(pattern)) for pattern in patterns]
    letters = [letter for letter in _letters(globs) if not (trimmed and letter.isspace())]
    spellable = [word for word in taken if set(word) <= set(letters)]
    prefixes = {word[:end] for word in spellable for end in range(len(word) + 1)}
    start = tuple(_spread(glob, {0}) for glob in globs)
    seen = {(start, "")}
    waiting: deque[tuple[State, str | None, str]] = deque([(start, "", "")])
    found: dict[tuple[bool, ...], str] = {}
    while waiting:
        state, prefix, text = waiting.popleft()
        if prefix not in spellable and text:
            found.setdefault(_matches(globs, state), text)
        for letter in letters:
            after = tuple(_read(glob, places, letter) for glob, places in zip(globs, state, strict=True))
            longer = None if prefix is None or prefix + letter not in prefixes else prefix + letter
            if (after, longer) not in seen:
                if len(seen) >= MOST_STATES:
                    return Strings(tuple(found.values()), complete=False)
                seen.add((after, longer))  # type: ignore[arg-type]
                waiting.append((after, longer, text + letter))
    return Strings(tuple(found.values()), complete=not (trimmed and any(map(str.isspace, "".join(patterns)))))


def _matches(globs: Sequence[Glob], state: State) -> tuple[bool, ...]:
    return tuple(len(glob) in places for glob, places in zip(globs, state, strict=True))


def _read(glob: Glob, places: frozenset[int], letter: str) -> frozenset[int]:
    after = {place if glob[place] == STAR else place + 1 for place in places if _takes(glob, place, letter)}
    return _spread(glob, after)


def _takes(glob: Glob, place: int, letter: str) -> bool:
    return place < len(glob) and (glob[place] == letter if glob[place] in LITERAL else fnmatchcase(letter, glob[place]))


LITERAL: Collection[str] = "[]"  # what `fnmatch` would read as syntax


def _spread(glob: Glob, places: set[int]) -> frozenset[int]:
    """A star may also stand for nothing."""
    reached = set(places)
    for place in range(len(glob)):
        if place in reached and glob[place] == STAR:
            reached.add(place + 1)
    return frozenset(reached)


def _pieces(pattern: str) -> Iterator[str]:
    """Cut a pattern as `fnmatch` reads it: a bracket that is never closed is a letter."""
    place = 0
    while place < len(pattern):
        end = _class_end(pattern, place) if pattern[place] == "[" else None
        yield pattern[place : (end or place) + 1]
        place = (end or place) + 1


def _class_end(pattern: str, start: int) -> int | None:
    inside = start + 1 + pattern.startswith("!", start + 1)
    end = pattern.find("]", inside + pattern.startswith("]", inside))
    return end if end > 0 else None


def _letters(globs: Sequence[Glob]) -> tuple[str, ...]:
    """A letter for each difference that any piece makes, and one that is none of those."""
    pieces = {piece for glob in globs for piece in glob if piece not in (STAR, "?")}
    named = {letter for piece in pieces for letter in piece}
    classes = {letter for piece in pieces if len(piece) > 1 for letter in piece}
    told = named | {chr(ord(letter) + step) for letter in classes for step in (-1, 1)}
    fresh = next(letter for letter in (*ORDINARY, *map(chr, range(0xC0, 0x250))) if letter not in told)
    return (fresh, *sorted(letter for letter in told if letter.isprintable() or letter.isspace()))
