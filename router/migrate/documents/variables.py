"""The variables of a script: what each is set to, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from ..sites import Origin, Parameter
from .bodies import choice, literal, plain
from .text import Text
from .tree import Value
from .words import Word, read_command

SET: Final = re.compile(
    rb"(?:^|[;&|({][ \t]*|[ \t])(?:(?:export|local|readonly|declare(?:[ \t]+-\w+)*|set|override)[ \t]+)?(?:\$env:|\$)?"
    rb"(?P<name>[A-Za-z_]\w*)[ \t]*(?P<sign>\?=|:=|=)[ \t]*(?=[^\s=])",
    re.MULTILINE,
)
COLON: Final = re.compile(rb'^[ \t]*:[ \t]+"?\$\{(?P<name>\w+):?=(?P<value>[^}"]*)\}', re.MULTILINE)
USE: Final = re.compile(
    r"\${1,2}(?:(?P<plain>(?:env:)?(?:[A-Za-z_]\w*|\d))|[{(](?P<name>\w+)(?:(?P<sign>:?[-=?+])(?P<default>[^}]*))?[})])"
    r"|%(?P<batch>\w+)%"
)
DEEPEST: Final = 5
MOST: Final = 16


@dataclass(slots=True)
class Variables:
    """What a script's variables are set to."""

    text: Text
    places: dict[str, list[tuple[int, int]]] | None = None
    known: dict[str, list[tuple[int, Word]]] = field(default_factory=dict)

    def find(self, name: str) -> list[tuple[int, Word]]:
        """The places that set a variable, each with what it is set to; of very many the last ones."""
        if self.places is None:
            self.places = places(self.text.data)
        if name not in self.known:
            self.known[name] = [
                (at, words[0])
                for at, end in self.places.get(name, ())[-MOST:]
                if (words := read_command(self.text, end).words)
            ]
        return self.known[name]

    def value(self, word: Text, *, form: bool = False, depth: int = 0) -> Parameter:
        """What a piece of text means: itself, or what the one variable in it is set to."""
        raw = word.data.decode("utf-8", "replace")
        used = USE.fullmatch(raw)
        if used is None:
            return given(word, form=form) if not USE.search(raw) and "$(" not in raw else of_parts(raw)
        name = (used["plain"] or used["name"] or used["batch"]).removeprefix("env:")
        settings = self.find(name) if depth < DEEPEST else []
        if used["default"] is not None and used["sign"] in {":-", "-", ":=", "="} and not settings:
            return self.default(word, used, form=form)
        parameters = [self.through(name, at, found.text, form=form, depth=depth) for at, found in settings]
        if not parameters:
            return Parameter(unknown=told(name), origins=(word.origin(f"${name}", 0),))
        return joined(parameters)

    def through(self, name: str, at: int, word: Text, *, form: bool, depth: int) -> Parameter:
        """What one setting of a variable means."""
        origin = self.text.origin(name, at)
        raw = word.data.decode("utf-8", "replace")
        used = USE.fullmatch(raw)
        if used and used["name"] == name and used["default"] is not None:
            return with_origin(self.default(word, used, form=form), origin)
        return with_origin(self.value(word, form=form, depth=depth + 1), origin)

    def default(self, word: Text, used: re.Match[str], *, form: bool) -> Parameter:
        """What `${NAME:-default}` means."""
        before = len(used.string[: used.start("default")].encode())
        text = word.part(before, before + len(used["default"].encode()))
        stripped = text.data.strip(b"\"'")
        start = text.data.find(stripped)
        inner = text.part(start, start + len(stripped))
        parameter = given(inner, form=form)
        return Parameter(
            choices=parameter.choices,
            unknown=told(used["name"]) if parameter.unknown is None else parameter.unknown,
            origins=(word.origin(f"${used['name']}", 0),),
        )


def places(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Where each variable is set: its name, and what it is set to."""
    found: dict[str, list[tuple[int, int]]] = {}
    for setting in SET.finditer(data):
        if not is_comment(data, setting.start("name")):
            found.setdefault(setting["name"].decode(), []).append((setting.start("name"), setting.end()))
    return found


def given(word: Text, *, form: bool) -> Parameter:
    """A text that stands for itself; a field of a form may be a number."""
    raw = word.data.decode("utf-8", "replace")
    known = choice(Value(value=raw, start=0, end=len(word.data)), word)
    if not form or plain(raw) == raw:
        return Parameter(choices=(known,)) if raw else literal(Value(value=raw, start=0, end=0), word)
    return Parameter(choices=(type(known)(value=plain(raw), origins=known.origins, written=known.written),))


def of_parts(raw: str) -> Parameter:
    """A text that is put together of variables and more."""
    first = USE.search(raw)
    return Parameter(unknown=f"put together of `{first[0]}` and more" if first else "what a command prints")


def told(name: str) -> str:
    """Why a variable may have another value."""
    return "an argument of the script" if name.isdigit() else f"the environment may set `{name}`"


def with_origin(parameter: Parameter, origin: Origin) -> Parameter:
    """The same, with the name that it came through."""
    choices = tuple(
        type(known)(value=known.value, origins=(origin, *known.origins), written=known.written)
        for known in parameter.choices
    )
    origins = (origin, *parameter.origins) if parameter.unknown else ()
    return Parameter(choices=choices, unknown=parameter.unknown, origins=origins)


def joined(parameters: list[Parameter]) -> Parameter:
    """Several settings of one variable: any of them may hold."""
    if len(parameters) == 1:
        return parameters[0]
    choices = {known.value: known for parameter in reversed(parameters) for known in parameter.choices}
    unknown = next((parameter.unknown for parameter in parameters if parameter.unknown), None)
    origins = next((parameter.origins for parameter in parameters if parameter.unknown), ())
    return Parameter(choices=tuple(reversed(choices.values())), unknown=unknown, origins=origins)


def is_comment(data: bytes, at: int) -> bool:
    """Whether a place stands in a comment."""
    line = data[data.rfind(b"\n", 0, at) + 1 : at].lstrip().lower()
    return line.startswith((b"#", b"::", b"rem ", b"//")) or b" #" in line
