"""Scripts: calls for pictures in them, the models that they name, and what they read of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from ..kinds import is_test
from ..models import MENTION, NAME
from ..sites import Files, Mark, MarkKind, Reading, Site
from .curl import Script, read_call
from .names import ENDPOINT, named_model
from .powershell import read_powershell
from .requestfile import read_requests
from .settings import is_setting_key
from .text import Text
from .variables import COLON, SET, Variables, is_comment
from .words import Command, Word, heredoc, read_command

CALLERS: Final = re.compile(rb"(?<![\w./-])(?:curl(?:\.exe)?|wget|https?|xh)(?=[ \t\\^`])")
SOURCES: Final = re.compile(rb"(?<![\w./-])(?:jq|echo|printf|cat)(?=[ \t])")
PIPE: Final = re.compile(rb"[ \t]*\|[ \t]*(?:\\\r?\n[ \t]*|\n[ \t]*)?")
FLAG: Final = re.compile(
    rf"--?(?:image[-_])?model(?:[-_]name)?(?:[ \t]+|=)[\"']?(?P<name>{NAME.pattern})(?![\w.-]*[\w-])".encode()
)
DEFAULT: Final = re.compile(
    rf"\$\{{(?P<key>\w+):?[-=][\"']?(?P<name>{NAME.pattern})[\"']?\}}".encode(),
)
COMPARED: Final = re.compile(
    rf"(?:==?|!=|-eq|-ne|-like)[ \t]*[\"']?(?P<name>{MENTION.pattern})[\"']?[ \t]*\]"
    rf"|^[ \t]*\(?(?P<case>[\"']?(?:{NAME.pattern})\*?[\"']?(?:[ \t]*\|[ \t]*[\"']?[\w.*-]+[\"']?)*)\)".encode(),
    re.MULTILINE,
)
FISH: Final = re.compile(
    rf"^[ \t]*set[ \t]+(?:-\w+[ \t]+)*(?P<key>\w+)[ \t]+[\"']?(?P<name>{NAME.pattern})[\"']?[ \t]*$".encode(),
    re.MULTILINE,
)
URL: Final = (
    rb"\.?data[\"']?\]?(?:\.?\[\d*\]|\.\d|\.first)(?:\.url\b|\[[\"']url[\"']\]|\.\[\"url\"\]|\.get\([\"']url[\"'])"
    rb"|\"url\\?\"[ \t*]*:[ \t*]*\\?\"\[\^\\?\"\]"
)
READS: Final[tuple[tuple[MarkKind, re.Pattern[bytes]], ...]] = (
    ("reads_url", re.compile(URL)),
    ("reads_revised_prompt", re.compile(rb"\.revised_prompt\b|\[[\"']revised_prompt[\"']\]")),
)
REQUEST_FILES: Final = frozenset({".http", ".rest"})
POWERSHELL: Final = frozenset({".ps1", ".psm1"})


def read_script(text: Text, files: Files) -> Reading:
    """Read a script, or what else holds commands."""
    suffix = PurePosixPath(text.path).suffix.lower()
    if suffix in REQUEST_FILES:
        return read_requests(text)
    calls = read_powershell(text) if suffix in POWERSHELL else Reading()
    commands = read_commands(text, files)
    sites = (*calls.sites, *commands.sites)
    marks = (*calls.marks, *commands.marks, *read_marks(text, sites))
    return Reading(
        sites=tuple(sorted(sites, key=lambda site: (site.line, site.column))),
        marks=tuple(sorted(marks, key=lambda mark: (mark.line, mark.column))),
        unresolved=(*calls.unresolved, *commands.unresolved),
    )


def read_commands(text: Text, files: Files) -> Reading:
    """The image calls of a text that holds commands, as a step of a workflow or a notebook's cell."""
    if not ENDPOINT.search(text.data.decode("utf-8", "replace")):
        return Reading()
    commands = [read_command(text, at) for at in called(text)]
    script = Script(text=text, variables=Variables(text), files=files, piped=dict(piped(text, commands)))
    readings = [read_call(script, command) for command in commands]
    return Reading(
        sites=tuple(site for reading in readings for site in reading.sites),
        marks=tuple(mark for reading in readings for mark in reading.marks),
    )


def called(text: Text) -> Iterator[int]:
    """Where commands that may call an address begin."""
    for found in CALLERS.finditer(text.data):
        if not is_comment(text.data, found.start()):
            yield found.start()


def piped(text: Text, commands: Iterable[Command]) -> Iterator[tuple[int, Text]]:
    """What is piped into commands: the text that the command before it prints."""
    starts = {command.start for command in commands}
    for source in SOURCES.finditer(text.data):
        command = read_command(text, source.start())
        words = command.words
        document = next((word for word in words if word.value.startswith("<<")), None)
        pipe = PIPE.match(text.data, command.end)
        if pipe and pipe.end() in starts and words:
            inner = heredoc(text, document.start) if document else what_prints(words, command, text)
            if inner:
                yield pipe.end(), inner


def what_prints(words: tuple[Word, ...], command: Command, text: Text) -> Text | None:
    """What `echo '{…}'` prints; a `jq` program is kept as it stands."""
    if words[0].value == "jq":
        return wrapped(text, command)
    return next((word.text for word in words[1:] if word.value.lstrip().startswith(("{", "$"))), None)


def wrapped(text: Text, command: Command) -> Text:
    """A command as the shell's `$(…)` would hold it."""
    inner = text.data[command.start : command.end]
    return text.spliced([(b"$(", command.start), (inner, command.start), (b")", command.end)], command.end)


def read_marks(text: Text, sites: tuple[Site, ...]) -> Iterator[Mark]:
    """The places of a script that name a model, compare one, or read an answer."""
    told = {
        choice.written.region.start
        for site in sites
        for p in site.parameters.values()
        for choice in p.choices
        if choice.written
    }
    for mark in (*settings(text), *compared(text)):
        if mark.written is None or mark.written.region.start not in told:
            yield mark
    if sites:
        yield from read_answers(text, sites)


def settings(text: Text) -> Iterator[Mark]:
    """Variables and flags that name a model."""
    found: dict[int, Mark] = {}
    for setting in SET.finditer(text.data):
        key = setting["name"].decode()
        if is_setting_key(key) and not is_comment(text.data, setting.start("name")):
            words = read_command(text, setting.end()).words
            named = named_model(words[0].value) if words else None
            if words and named:
                word = words[0].text
                start = len(named["prefix"])
                place = word.region(start, start + len(named["name"]))
                found[place.start] = marked(
                    word, start, start + len(named["name"]), shown=(text, setting.start("name"), words[0].end)
                )
    for pattern in (FLAG, DEFAULT, COLON, FISH):
        for flag in pattern.finditer(text.data):
            group = "name" if pattern is not COLON else "value"
            name = flag[group].decode("utf-8", "replace")
            is_told = pattern is FLAG or is_setting_key(flag.groupdict().get("key", flag["name"]).decode())
            if named_model(name) and is_told and not is_comment(text.data, flag.start()):
                found.setdefault(
                    text.at(flag.start(group)), marked(text, *flag.span(group), shown=(text, *flag.span()))
                )
    yield from found.values()


def compared(text: Text) -> Iterator[Mark]:
    """Comparisons with a model's name, in a condition or a case."""
    for found in COMPARED.finditer(text.data):
        group = "name" if found["name"] else "case"
        if not is_comment(text.data, found.start()):
            for name in re.finditer(MENTION.pattern.encode(), found[group]):
                start = found.start(group) + name.start()
                yield marked(text, start, start + len(name[0]), shown=(text, *found.span()), kind="compares_model")


def read_answers(text: Text, sites: tuple[Site, ...]) -> Iterator[Mark]:
    """What a script reads of the answer to one of its calls."""
    for kind, pattern in READS:
        for found in pattern.finditer(text.data):
            if is_comment(text.data, found.start()):
                continue
            line = text.line(found.start())
            before = [site for site in sites if site.line <= line]
            yield marked(
                text,
                *found.span(),
                shown=(text, *found.span()),
                kind=kind,
                call=before[-1] if before else sites[0],
            )


def marked(
    text: Text,
    start: int,
    end: int,
    *,
    shown: tuple[Text, int, int],
    kind: MarkKind = "names_model",
    call: Site | None = None,
) -> Mark:
    """A mark of a script, at some words; what names a model can be replaced."""
    line, column = text.place(start)
    named = kind in {"names_model", "compares_model"}
    return Mark(
        path=text.path,
        line=line,
        column=column,
        kind=kind,
        surface=call.surface if call else "config",
        text=shown[0].shown(*shown[1:]),
        value=text.data[start:end].decode("utf-8", "replace") if named else None,
        written=text.written(start, end) if named else None,
        site=call.line if call else None,
        in_test=is_test(text.path),
    )
