"""The words of a prompt, and what each says about text in the picture.

The roles are the tables of `words.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Literal, cast

from . import words as tables

# Each stands as one word for a quote, or for a template's slot. They are ASCII, so that an English prompt remains so
# and needs no search for stems; and a JSON string may hold the second.
QUOTE: Final = "\x1a"
SLOT: Final = "\x7f"

Role = Literal[
    "text", "saying", "marking", "showing", "document", "surface", "field", "greeting", "quote",  # ask for text
    "not", "not_before", "no_text", "blank", "except", "stop",  # take it back, or end the taking back
    "title", "likeness", "adding", "language", "innocent",
]  # fmt: skip
ASKING: Final = frozenset[Role](
    ("text", "saying", "marking", "showing", "document", "surface", "field", "greeting", "quote")
)

PHRASES: Final[Mapping[str, Role]] = {
    " ".join(phrase.split()): cast("Role", role)
    for role, phrases in tables.PHRASES.items()
    for phrase in phrases.split(";")
}
PHRASE_WORDS: Final = frozenset(" ".join(PHRASES).split())


def _roles() -> dict[str, Role]:
    roles: dict[str, Role] = {QUOTE: "quote", **dict.fromkeys(tables.ENDS, "stop")}
    for role, sources in tables.BY_ROLE.items():
        for source in sources:
            for word in " ".join(source.values()).split():
                roles.setdefault(word, cast("Role", role))
    for first, second in (phrase.split() for phrase in PHRASES):
        if first not in roles and second not in roles:
            roles[max(first, second, key=len)] = "innocent"  # words without a role are not looked at
    return roles


ROLES: Final = _roles()
ROLES_WITHOUT_QUOTES: Final = {  # titles and the like only matter beside a quote
    word: role for word, role in ROLES.items() if word in PHRASE_WORDS or role not in {"title", "likeness", "showing"}
}


# --- words ---


def _stems() -> Iterator[str]:
    for script, shortest in tables.SHORTEST_STEM.items():
        listed = " ".join(source.get(script, "") for group in tables.BY_ROLE.values() for source in group)
        stems = {stem for stem in listed.split() if len(stem) >= shortest}
        yield from stems | {stem.capitalize() for stem in stems}


GROUP: Final = 64  # letters that are ruled out with one look; fewer or more take longer


@cache
def _stem() -> re.Pattern[str]:
    """Build a pattern that finds any stem, the longest where several fit; done once, when the first is looked for.

    A plain alternation tries each stem at each character. This one runs on to a letter that begins a stem, looks
    whether a second letter follows, and then tries the stems that have this second letter.
    """
    rests: dict[str, dict[str, set[str]]] = {}  # what follows the first two letters, by the second, then the first
    for stem in _stems():
        rests.setdefault(stem[1], {}).setdefault(stem[0], set()).add(stem[2:])
    firsts = "".join(sorted({first for by_first in rests.values() for first in by_first}))
    seconds = "".join(sorted(rests))
    groups = (seconds[start : start + GROUP] for start in range(0, len(seconds), GROUP))
    branches = (f"(?=[{group}])(?:{'|'.join(_after(second, rests[second]) for second in group)})" for group in groups)
    return re.compile(f"([{firsts}](?=[{seconds}])(?:{'|'.join(branches)}))")


def _after(second: str, by_first: Mapping[str, set[str]]) -> str:
    branches = (f"(?<={re.escape(first + second)}){_trie(rests)}" for first, rests in sorted(by_first.items()))
    return f"{re.escape(second)}(?:{'|'.join(branches)})"


def _trie(stems: Iterable[str]) -> str:
    rests: dict[str, set[str]] = {}
    for stem in stems:
        rests.setdefault(stem[:1], set()).add(stem[1:])
    optional = "?" if rests.pop("", None) else ""
    branches = "|".join(f"{re.escape(letter)}{_trie(rest)}" for letter, rest in sorted(rests.items()))
    return f"(?:{branches}){optional}" if branches else ""


SPACES: Final = "".join(char for char in map(chr, range(0x3001)) if char.isspace())  # one class beside `\s` costs more
WORD: Final = re.compile(rf"[^{re.escape(SPACES)}{tables.SIGNS}]+|[{tables.KEPT_SIGNS}]")


def split(masked: str) -> list[str]:
    """Cut into words and punctuation; where words are not set apart, or bend, cut at the known stems."""
    masked = masked.replace("’", "'")
    if not masked.isascii():
        masked = " ".join(_stem().split(masked))
    if "'" in masked:
        for article in tables.ELIDED:
            masked = masked.replace(article, f"{article} ")
    return WORD.findall(masked)


# --- hits: the words that have a role ---

Hit = tuple[int, str, Role]  # which word it is; the word, in lower case; its role


def lower(words: list[str], masked: str) -> list[str]:
    """Put words in lower case, all at once; most scripts have no other."""
    return words if masked == masked.lower() else " ".join(words).lower().split(" ")


def find_hits(lowered: Sequence[str], *, quoting: bool) -> list[Hit]:
    """Look up the words, which are in lower case."""
    roles = ROLES if quoting else ROLES_WITHOUT_QUOTES
    return [
        (at, word, _role(lowered, at) if word in PHRASE_WORDS else roles[word])
        for at, word in enumerate(lowered)
        if word in roles
    ]


def _role(lowered: Sequence[str], at: int) -> Role:
    word = lowered[at]
    as_second = PHRASES.get(f"{lowered[at - 1]} {word}") if at else None
    return as_second or PHRASES.get(" ".join(lowered[at : at + 2])) or ROLES[word]
