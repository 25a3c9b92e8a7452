"""The words of a shell command, each with the place of what is written in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from .text import Text

SPACE: Final = re.compile(rb"(?:[ \t]+|\\\r?\n|\^\r?\n|`\r?\n)+")
PLAIN: Final = re.compile(rb"[^\s\\'\"$`|&;()<>^]+")
SINGLE: Final = re.compile(rb"'([^']*)'")
HEREDOC: Final = re.compile(
    rb"<<(?P<dash>-?)[ \t]*(?P<quote>\\?['\"]?)(?P<mark>\w+)['\"]?(?P<rest>[^\n]*)\n(?P<body>.*?)^[ \t]*(?P=mark)\b",
    re.DOTALL | re.MULTILINE,
)
ENDS: Final = b"\n;|&)"
ESCAPED: Final = re.compile(rb'\\(\r?\n|["\\$`])')


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a command: where it stands, and the text that the shell makes of it, variables left as written."""

    start: int
    end: int
    text: Text

    @property
    def value(self) -> str:
        """The word as a string."""
        return self.text.data.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command up to the end of its line, or to the pipe, semicolon or bracket that ends it."""

    words: tuple[Word, ...]
    start: int
    end: int
    text: Text


@dataclass(slots=True)
class _Lexer:
    text: Text
    at: int
    pieces: list[tuple[bytes, int]] = field(default_factory=list)
    quoted: bool = False
    ended: int = 0
    """Where the text of the latest piece ends, before a closing quote."""

    def words(self) -> tuple[Word, ...]:
        found = []
        while word := self.word():
            found.append(word)
        return tuple(found)

    def word(self) -> Word | None:
        space = SPACE.match(self.text.data, self.at)
        self.at = space.end() if space else self.at
        start, self.pieces, self.quoted, self.ended = self.at, [], False, self.at
        while self.piece():
            pass
        if self.at == start:
            return None
        quote = '\\"' if self.quoted else '"'
        text = self.text.spliced(self.pieces, self.ended, quote=quote)
        return Word(start=start, end=self.at, text=text)

    def add(self, piece: bytes, start: int, end: int) -> None:
        self.pieces.append((piece, start))
        self.ended = end

    def piece(self) -> bool:
        """Take one piece of a word; none is left at its end."""
        data, at = self.text.data, self.at
        match data[at : at + 1]:
            case b"" | b" " | b"\t" | b"\r":
                return False
            case b"'":
                return self.single()
            case b'"':
                return self.double()
            case b"\\":
                return self.escape()
            case b"$":
                return self.dollar(at)
        return self.plain(at)

    def plain(self, at: int) -> bool:
        """Take what has no meaning of its own, unless it ends the command."""
        if self.text.data[at : at + 1] in ENDS and not self.is_inside(at):
            return False
        plain = PLAIN.match(self.text.data, at)
        return self.take(plain.end() if plain else at + 1)

    def dollar(self, at: int) -> bool:
        """Take what a `$` begins: a command, a variable, a string in another kind of quotes."""
        data = self.text.data
        if data.startswith(b"$(", at):
            return self.take(closing(data, at + 1))
        if data[at + 1 : at + 2] in {b"'", b'"'}:
            self.at += 1
            return True
        end = data.find(b"}", at) if data.startswith(b"${", at) else -1
        return self.take(end + 1 if end > 0 else at + 1)

    def is_inside(self, at: int) -> bool:
        """Whether an `&` belongs to a redirection or to an address without quotes."""
        data = self.text.data
        return data[at : at + 1] == b"&" and (data[at - 1 : at] in {b">", b"<"} or data[at + 1 : at + 2].isalnum())

    def take(self, end: int) -> bool:
        self.add(self.text.data[self.at : end], self.at, end)
        self.at = end
        return True

    def single(self) -> bool:
        found = SINGLE.match(self.text.data, self.at)
        if not found:
            return self.take(self.at + 1)
        self.add(found[1], self.at + 1, found.end() - 1)
        self.at = found.end()
        return True

    def escape(self) -> bool:
        data, at = self.text.data, self.at
        if data[at + 1 : at + 2] in {b"\n", b"\r", b""}:
            return False
        self.add(data[at + 1 : at + 2], at, at + 2)
        self.at = at + 2
        return True

    def double(self) -> bool:
        """A string in double quotes, up to its end; what `$(…)` holds may have quotes of its own."""
        data, at = self.text.data, self.at + 1
        begun = at
        self.quoted = not self.pieces or self.quoted
        while at < len(data) and data[at : at + 1] != b'"':
            if data.startswith(b"$(", at):
                at = closing(data, at + 1)
            elif escaped := ESCAPED.match(data, at):
                self.add(data[begun:at], begun, at)
                self.add(escaped[1].strip(b"\r\n"), at, escaped.end())
                begun = at = escaped.end()
            else:
                at += 1
        self.add(data[begun:at], begun, at)
        self.at = min(at + 1, len(data))
        return True


def closing(data: bytes, at: int) -> int:
    """Behind the bracket that closes the one that opens here; quotes and what they hold are passed over."""
    depth = 0
    end = at
    for found in re.finditer(rb"\\.|'[^']*'|[()]", data[at:], re.DOTALL):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        end = at + found.end()
        if depth == 0:
            return end
    return len(data)


def read_command(text: Text, at: int) -> Command:
    """The command that begins here."""
    lexer = _Lexer(text, at)
    words = lexer.words()
    return Command(words=words, start=at, end=lexer.at, text=text)


def heredoc(text: Text, at: int) -> Text | None:
    """The text that follows the next `<<` behind a place, if it is on the same line."""
    begun = text.data.find(b"<<", at)
    found = HEREDOC.match(text.data, begun) if begun >= 0 else None
    if found is None or b"\n" in text.data[at:begun].replace(b"\\\n", b""):
        return None
    return text.part(*found.span("body"))
