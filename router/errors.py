"""What can go wrong, as one tree; each error says what, where and what to try.

RouterError
├── ConfigError          something asked of the library itself: a provider, a file, an option
├── RequestError         the caller's request; names the field
├── LedgerError          a store of budgets
│   ├── LedgerUnreachableError   it does not answer
│   └── LedgerInDoubtError       it may have lost writes
└── DocumentError        a file of ours, with every mistake found in it
    ├── PolicyError      a policy
    ├── SuiteError       a policy's tests
    └── CatalogError     a catalogue or an overlay
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a document: what is wrong, where, and what to try."""

    at: Place
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        return with_hint(f"{self.at}: {self.message}", self.hint)


class RouterError(Exception):
    """The root: everything this package raises on purpose."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return with_hint(self.message, self.hint)


class ConfigError(RouterError):
    """The library was asked for something it does not have."""


class RequestError(RouterError):
    """A request that cannot be decided; `field` is the parameter at fault, `code` is lower case like OpenAI's."""

    def __init__(
        self, message: str, *, field: str | None, code: str = "invalid_value", hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.field = field
        self.code = code


class LedgerError(RouterError):
    """A store of budgets that cannot do what it was asked."""


class LedgerUnreachableError(LedgerError):
    """A store that does not answer; whatever was asked of it may be asked again."""


class LedgerInDoubtError(LedgerError):
    """A store that may have lost writes, and that nobody has accepted since."""


class DocumentError(RouterError):
    """A document with mistakes: `problems` has all of them, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.at))
        first = self.problems[0]
        super().__init__(first.message, hint=first.hint)
        self.at = first.at

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.problems))


class PolicyError(DocumentError):
    """A policy that cannot be used."""


class SuiteError(DocumentError):
    """A file of policy tests that cannot be used."""


class CatalogError(DocumentError):
    """A catalogue or an overlay that cannot be used."""


def with_hint(text: str, hint: str | None) -> str:
    """Put the hint on a line of its own, below."""
    return f"{text}\n\nhint: {hint}" if hint else text


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Guess the known word that was meant; with few to choose from, list them all."""
    words = sorted(known)
    lower = {each.lower(): each for each in words}
    close = get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{lower[close[0]]}`?"
    if len(words) > MANY:
        return None
    return "use one of " + ", ".join(f"`{each}`" for each in words) if words else None


MANY = 30
