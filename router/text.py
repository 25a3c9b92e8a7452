"""How much legible text a prompt asks for in the picture.

    prompt ──▶ prose ───────────▶ words ─────────▶ hits ──────────▶ live hits ────▶ evidence ──▶ TextReading
       JSON keys and template     a quote becomes  words that have  without what    worth points
       slots are taken out        one mark         a role           is negated

The first step is `prose.py`, the next two are `roles.py`. Every step is linear in the length of the prompt.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, cast

from . import words as tables
from .prose import Quote, cut_quotes, to_prose
from .roles import ASKING, QUOTE, SLOT, Hit, Role, find_hits, lower, split

Script = Literal["latin", "cjk", "cyrillic", "arabic", "hebrew", "devanagari", "thai", "greek", "other"]

HEAVY: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading:
    """How much legible text a prompt asks for, and why."""

    score: int
    """From 0 to 100."""
    quoted_chars: int
    """Characters of quoted text that is asked to be drawn."""
    scripts: frozenset[Script]
    """Scripts of the text that is asked for, as far as the prompt gives it."""
    reasons: tuple[str, ...]
    """Most important first."""

    @property
    def heavy(self) -> bool:
        """Whether the picture needs a model that draws legible text."""
        return self.score >= HEAVY


NOTHING: Final = TextReading(score=0, quoted_chars=0, scripts=frozenset(), reasons=())


def read_text(prompt: str, *, edit: bool = False) -> TextReading:
    """Read how much legible text a prompt asks for; what an `edit` merely names is in the picture already."""
    masked, quotes = cut_quotes(to_prose(prompt))
    if masked.strip() == QUOTE:  # the whole prompt stands in quotes
        masked, quotes = cut_quotes(quotes[0][0])
    words = split(masked)
    lowered = lower(words, masked)
    hits = find_hits(lowered, quoting=bool(quotes))
    roles = {role for _, _, role in hits}
    if ASKING.isdisjoint(roles):
        return NOTHING
    marks = [at for at, _, role in hits if role == "quote"]
    live, no_text = (hits, False) if NEGATING.isdisjoint(roles) else without_negated(hits)
    return weigh(Asked(words, lowered, live, roles, dict(zip(marks, quotes, strict=True)), no_text), edit=edit)


# --- negation ---

NEGATING: Final = frozenset[Role](("not", "not_before", "no_text", "blank"))
REACH: Final[Mapping[Role, int]] = {"not": 5, "blank": 3, "stop": -1, "except": -1}  # in words
CHAIN_REACH: Final = 4  # `no text, captions or numbers`
CHAINING: Final = frozenset[Role](("text", "saying", "field"))
QUOTE_REACH: Final = 2


def without_negated(hits: Sequence[Hit]) -> tuple[list[Hit], bool]:
    """Leave out the hits that are negated; tell whether text as such is."""
    live: list[Hit] = []
    no_text = False
    until, latest = -1, -9  # how far a negation reaches; where it stood, or last struck
    for hit in hits:
        at, _, role = hit
        if role in ASKING and at <= until and (role != "quote" or at - latest <= QUOTE_REACH):
            no_text |= role == "text"
            until = max(until, at + CHAIN_REACH) if role in CHAINING else until
            latest = at
            continue
        if role in REACH:
            until = at + REACH[role]
            latest = at if role == "not" else -9
        elif role == "not_before":
            no_text |= _take_back(live, at - CHAIN_REACH)
        no_text |= role == "no_text"
        live.append(hit)
    return live, no_text


def _take_back(live: list[Hit], since: int) -> bool:
    no_text = False
    while live and live[-1][0] >= since and live[-1][2] != "stop":
        no_text |= live.pop()[2] == "text"
    return no_text


# --- evidence ---


class Asked(NamedTuple):
    """What a prompt asks for."""

    words: Sequence[str]
    lowered: Sequence[str]
    hits: Sequence[Hit]
    """Those that are not negated."""
    roles: AbstractSet[Role]
    """A role that is not among them has no hit."""
    quotes: Mapping[int, Quote]
    """By the place of their mark among the words."""
    no_text: bool


Evidence = tuple[int, str]  # points, reason

IMPLIED: Final[Mapping[Role, tuple[int, int, str]]] = {  # points as the thing asked for; points elsewhere; reason
    "text": (50, 50, "names text to draw: `%s`"),
    "document": (55, 25, "a `%s` is nothing without text"),
    "surface": (25, 10, "a `%s` often carries text"),
    "field": (30, 30, "names a part of a document: `%s`"),
    "greeting": (30, 30, "begins a greeting: `%s`"),
}
QUOTED: Final = 60
SPOKEN: Final = 50
CHARS_PER_POINT: Final = 4
SHOWN_CHARS: Final = 40


def weigh(asked: Asked, *, edit: bool) -> TextReading:
    """Add the evidence up."""
    head = _head_end(asked.lowered)
    drawn = drawn_quotes(asked, head) if asked.quotes else []
    spoken = [] if WORDED.isdisjoint(asked.roles) else spoken_wording(asked)
    chars = sum(map(len, drawn))
    evidence = [(0, "says that no text is wanted")] if asked.no_text else _implied(asked, head, edit=edit)
    if drawn:
        evidence.append((QUOTED + chars // CHARS_PER_POINT, f"quotes {chars} characters to draw: `{_shown(drawn[0])}`"))
    if spoken:
        evidence.append((SPOKEN, f"gives the wording `{_shown(spoken[0])}`"))
    evidence.sort(reverse=True)
    return TextReading(
        score=min(100, sum(points for points, _ in evidence)),
        quoted_chars=chars,
        scripts=scripts_in(" ".join(spoken + drawn)) | _named_scripts(asked),
        reasons=tuple([reason for _, reason in evidence]),
    )


def _shown(text: str) -> str:
    clipped = text if 0 < len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…"
    return clipped if clipped.isprintable() else "".join(char if char.isprintable() else "…" for char in clipped)


def _head_end(lowered: Sequence[str]) -> int:
    """Find where the thing asked for has been named: `a photo of a menu | on a table`."""
    before = ""
    for at, word in enumerate(lowered):
        if word in tables.HEAD_END and before not in tables.PICTURE:
            return at
        before = word
    return len(lowered)


def _implied(asked: Asked, head: int, *, edit: bool) -> list[Evidence]:
    """Take the best evidence of each role."""
    best: dict[Role, tuple[int, str]] = {}
    there_already = edit and all(role != "adding" for _, _, role in asked.hits)
    for at, word, role in asked.hits:
        if role not in IMPLIED or (there_already and role in {"document", "surface"}):
            continue
        if role == "greeting" and not asked.words[at][0].isupper():
            continue
        in_head, elsewhere, _ = IMPLIED[role]
        is_head = at < head and tables.BACKDROP.isdisjoint(asked.words[at + 1 : at + 3])
        points = in_head if is_head else elsewhere
        if role not in best or points > best[role][0]:
            best[role] = points, word
    return [(points, IMPLIED[role][2] % word) for role, (points, word) in best.items()]


# --- wording: what is to be drawn, letter by letter ---

NEAR: Final = 8  # words between a quote and what tells about it
JUST_AFTER: Final = 3
WORDING_WORDS: Final = 6
DECISIVE: Final = frozenset[Role](("text", "saying"))
DECISIVE_IF_NEAREST: Final = frozenset[Role](("marking", "showing", "except"))
FRAMES: Final = frozenset[Role](("document", "surface"))
CARRYING: Final = FRAMES | {"text"}
WORDED: Final = frozenset[Role](("text", "saying", "marking"))
SHORTEST_SHOUT: Final = 3  # letters: OPEN is wording, UI and 3D are not


def drawn_quotes(asked: Asked, head: int) -> list[str]:
    """Choose the quotes that are wording, not names, titles or irony."""
    framed = _is_framed(asked.hits, head)
    drawn: list[str] = []
    verdict = False
    for index, (at, _, role) in enumerate(asked.hits):
        if role != "quote":
            continue
        content, firm = asked.quotes[at]
        before = _roles_before(asked.hits, index)
        if before != ["quote"]:  # in a list, one quote is as the other
            verdict = _is_wording(
                before, asked.hits[index : index + 1 + JUST_AFTER], framed=framed, firm=firm and not asked.no_text
            )
        if verdict:
            drawn.append(content.replace(SLOT, "").strip() if SLOT in content else content)
    return drawn


def _is_framed(hits: Sequence[Hit], head: int) -> bool:
    """Tell whether the thing asked for is one that carries text."""
    for at, _, role in hits:
        if at >= head:
            return False
        if role in FRAMES:
            return True
    return False


def _is_wording(before: Sequence[Role], onwards: Sequence[Hit], *, framed: bool, firm: bool) -> bool:
    if before and (before[-1] in DECISIVE or before[0] in DECISIVE_IF_NEAREST):
        return True
    if "likeness" in before:
        return False
    if "title" in before:
        return framed
    if not ASKING.isdisjoint(before):
        return True
    after = [role for at, _, role in onwards[1:] if at - onwards[0][0] <= JUST_AFTER]
    if "title" in after or "likeness" in after:
        return False
    return firm or not ASKING.isdisjoint(after)


def _roles_before(hits: Sequence[Hit], index: int) -> list[Role]:
    """List the roles before a quote in its sentence, the nearest first, up to one that decides."""
    roles: list[Role] = []
    since = hits[index][0] - NEAR
    for at, _, role in reversed(hits[max(0, index - NEAR) : index]):  # no two hits share a place
        if at < since or role == "stop":
            break
        roles.append(role)
        if role in DECISIVE:
            break
    return roles


def spoken_wording(asked: Asked) -> list[str]:
    """Find wording that is given without quotes: `a sign that says Deep Learning`."""
    spoken: list[str] = []
    surface = -NEAR
    for at, _, role in asked.hits:
        if role in WORDED:
            following = _following(asked.words, at, role)
            if following and _gives_wording(role, following, near_surface=at - surface < NEAR):
                spoken.append(" ".join(following))
        if role in CARRYING:
            surface = at
    return spoken


def _following(words: Sequence[str], at: int, role: Role) -> list[str]:
    following: list[str] = []
    for word in words[at + 1 : at + 1 + WORDING_WORDS]:
        if word in tables.FILLERS:
            continue
        if word == QUOTE or (role == "text" and not following and not _is_capital(word)):
            return []  # a quote gives the wording, or the sentence just goes on
        if word in tables.KEPT_SIGNS:
            break
        following.append(word)
    return following


def _is_capital(word: str) -> bool:
    return word[0].isupper() or word == SLOT


def _gives_wording(role: Role, following: Sequence[str], *, near_surface: bool) -> bool:
    first = following[0]
    if role == "text":
        return True  # `_following` wants a capital there
    if role == "saying":
        return near_surface or _is_capital(first) or first[0].isdigit()
    shouted = [word.isupper() and len(word) >= SHORTEST_SHOUT for word in following]
    return shouted[0] or (near_surface and (_is_capital(first) or any(shouted)))


# --- scripts ---

NO_LETTERS: Final = r"\s -@\[-`{-~\u2000-\u206f\u3000-\u3004\u3008-\u3020\uff01-\uff20"  # the usual ones
ONE_SCRIPT: Final[Mapping[Script, re.Pattern[str]]] = {  # spares most wording the search for all scripts
    cast("Script", script): re.compile(f"[{NO_LETTERS}]*+[{letters}][{NO_LETTERS}{letters}]*+")
    for script, letters in tables.LETTERS.items()
}
SCRIPT_RUN: Final = re.compile(
    "|".join(f"(?P<{script}>[{letters}]+)" for script, letters in tables.LETTERS.items())
    + rf"|(?P<other>[^\W\d_{''.join(tables.LETTERS.values())}]+)"
)
NO_SCRIPT: Final = frozenset[Script]()
SCRIPT_OF_LANGUAGE: Final[Mapping[str, Script]] = {
    language: cast("Script", script) for script, languages in tables.LANGUAGES.items() for language in languages.split()
}
BESIDE: Final = 2  # words between `text` and `in Japanese`


def scripts_in(text: str) -> frozenset[Script]:
    """Name the scripts of a text's letters."""
    if not text:
        return NO_SCRIPT
    for script, letters in ONE_SCRIPT.items():
        if letters.fullmatch(text):
            return frozenset((script,))
    return frozenset([cast("Script", run.lastgroup) for run in SCRIPT_RUN.finditer(text)])


def _named_scripts(asked: Asked) -> frozenset[Script]:
    """Read `Arabic calligraphy` and `text in Japanese`."""
    if "language" not in asked.roles:
        return NO_SCRIPT
    beside = [(at, word) for at, word, role in asked.hits if role in {"text", "language"}]
    near = [word for one, other in pairwise(beside) if other[0] - one[0] <= BESIDE for word in (one[1], other[1])]
    return frozenset([SCRIPT_OF_LANGUAGE[word] for word in near if word in SCRIPT_OF_LANGUAGE])
