"""Image calls by curl, wget and httpie: the address, the body or the form, the time-out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from ..kinds import is_test
from ..sites import Files, Insertion, Parameter, Reading
from .bodies import FILE, FILES, PARAMETERS, Asked, Body, literal, read_body, site, with_whole
from .jsontext import read_json
from .limits import Timing, limits
from .names import Endpoint, endpoint
from .settings import through
from .text import Text
from .tree import BrokenTextError, Document, Table, Value
from .variables import USE, Variables
from .words import Command, Word, heredoc, read_command

TAKES_VALUE: Final = frozenset("XHdFmouAbceKTUwxEQCtrzyYhP")
DATA: Final = frozenset({
    "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--post-data", "--body-data",
})  # fmt: skip
FORM: Final = frozenset({"-F", "--form", "--form-string"})
JQ: Final = re.compile(rb"\bjq\b")
PYTHON: Final = re.compile(rb"\bpython[\d.]*\s+-c\b")
BRACE: Final = re.compile(rb"\{")
CAT: Final = re.compile(rb"\bcat\b[^\n]*?<<")
SURFACES: Final = {"wget": "wget", "http": "httpie", "https": "httpie", "xh": "httpie"}
HTTPIE: Final = frozenset({"http", "https", "xh", "httpie"})
FIELD: Final = re.compile(r"(?P<name>[a-z_]+)(?P<raw>:?)=")
LONGEST_URL: Final = 2000
DEEPEST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a command and its value; `start` and `end` cover both, and the space before."""

    name: str
    word: Word
    start: int
    end: int
    gap: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script, its variables, and the files that it may refer to."""

    text: Text
    variables: Variables
    files: Files
    surface: str = "curl"
    piped: Mapping[int, Text] = field(default_factory=dict)


def read_call(script: Script, command: Command) -> Reading:
    """What a command asks for, if it asks for pictures."""
    address, word = address_of(script, command)
    if address is None:
        return Reading()
    options = tuple(options_of(command))
    body = body_of(script, command, options)
    if body.names_another or not (address.certain or body.model):
        return Reading()
    surface = SURFACES.get(command.words[0].value, script.surface)
    found = site(
        script.text,
        command.start,
        body,
        surface=surface,
        operation=address.operation,
        provider=address.provider,
        in_test=is_test(script.text.path),
        parameters=with_deployment(body.parameters, address, word),
    )
    return Reading(sites=(found,), marks=tuple(limits(timings(script, options), command, found)))


def timings(script: Script, options: tuple[Option, ...]) -> tuple[Timing, ...]:
    """The numbers that options give."""
    found = []
    for option in options:
        given = script.variables.value(option.word.text, form=True).choices
        number = given[0].value if len(given) == 1 else None
        if isinstance(number, int | float):
            found.append(Timing(option.name, number, option.start + len(option.gap), option.end))
    return tuple(found)


def with_deployment(parameters: Mapping[str, Parameter], address: Endpoint, url: str) -> dict[str, Parameter]:
    """The parameters; on Azure, a deployment in the address stands for the model."""
    if address.provider != "azure":
        return dict(parameters)
    if "/deployments/" in url:
        return {**parameters, "model": Parameter(unknown="an Azure deployment")}
    return dict(parameters)


def address_of(script: Script, command: Command) -> tuple[Endpoint | None, str]:
    """The image endpoint that a command calls; variables in it count with what they are set to."""
    for word in command.words[1:]:
        raw = word.value
        if ("http" in raw or "$" in raw or "/" in raw) and len(raw) < LONGEST_URL:
            url = filled(script, raw)
            found = endpoint(url)
            if found and not url.lstrip().startswith("{"):
                return found, url
    return None, ""


def filled(script: Script, raw: str) -> str:
    """A text with the variables in it replaced, as far as they are known."""

    def value(used: re.Match[str]) -> str:
        piece = used[0].encode()
        text = Text(path="", data=piece, lines=script.text.lines)
        known = script.variables.value(text).choices
        return str(known[0].value) if known else used[0]

    for _ in range(3):
        raw = USE.sub(value, raw)
    return raw


def options_of(command: Command) -> list[Option]:
    """The options of a command that have a value."""
    found, words = [], command.words
    for index, word in enumerate(words[1:], start=1):
        raw, before = word.value, words[index - 1]
        gap = command.text.data[before.end : word.start]
        following = words[index + 1] if index + 1 < len(words) else None
        name, _, value = raw.partition("=")
        if raw.startswith("--") and value:
            rest = part_of(word, len(name) + 1)
            found.append(Option(name=name, word=rest, start=before.end, end=word.end, gap=gap))
        elif raw.startswith("--") and following:
            found.append(Option(name=raw, word=following, start=before.end, end=following.end, gap=gap))
        elif raw.startswith("-") and (short := short_option(raw)):
            name, length = short
            if len(raw) > length:
                rest = part_of(word, length)
                found.append(Option(name=name, word=rest, start=before.end, end=word.end, gap=gap))
            elif following:
                found.append(Option(name=name, word=following, start=before.end, end=following.end, gap=gap))
    return found


def short_option(raw: str) -> tuple[str, int] | None:
    """The option of a cluster such as `-sSm` that takes a value, and how long the cluster is up to it."""
    for index, letter in enumerate(raw[1:], start=1):
        if letter in TAKES_VALUE:
            return f"-{letter}", index + 1
        if not letter.isalpha():
            return None
    return None


def part_of(word: Word, start: int) -> Word:
    """A word from some character on."""
    skipped = len(word.value[:start].encode())
    return Word(start=word.start, end=word.end, text=word.text.part(skipped, len(word.text.data)))


def body_of(script: Script, command: Command, options: tuple[Option, ...]) -> Body:
    """The body or the form that a command sends."""
    forms = [option for option in options if option.name in FORM]
    if forms:
        return form_of(script, forms)
    data = [option.word for option in options if option.name in DATA]
    if command.words[0].value in HTTPIE:
        return fields_of(script, command)
    read = [body for word in data if (body := body_in(script, command, word.text))]
    if read:
        return read[0]
    if data:
        return Body(open=(f"what `{script.text.shown(data[0].start, data[0].end)}` holds",))
    return Body(open=("a body that is given elsewhere",)) if script.text.data[command.start :] else Body()


def form_of(script: Script, forms: list[Option]) -> Body:
    """The fields of a form: `-F model=gpt-image-1 -F image=@photo.png`."""
    parameters: dict[str, Parameter] = {}
    files = 0
    for option in forms:
        name, _, value = option.word.value.partition("=")
        cut = script.text.region(option.start, option.end)
        if value.startswith(("@", "<")) or name in FILES:
            key = name.removesuffix("[]")
            files += key != "mask"
            parameters[key] = with_whole(FILE, cut)
        else:
            text = part_of(option.word, len(name) + 1).text
            parameters[name] = with_whole(script.variables.value(unquoted(text), form=True), cut)
    last = forms[-1]
    gap = script.text.data[forms[-1].start : forms[-1].start + len(last.gap)].decode("utf-8", "replace")
    template = f"{gap}{last.name} {{name}}={{value}}"
    added = Insertion(region=script.text.region(last.end, last.end), template=template, quote="")
    return Body(parameters=parameters, files=files, insertion=added)


def fields_of(script: Script, command: Command) -> Body:
    """The fields of httpie: `model=gpt-image-1 n:=1`."""
    parameters: dict[str, Parameter] = {}
    end = command.end
    for before, word in zip(command.words, command.words[1:], strict=False):
        found = FIELD.match(word.value)
        if found:
            text = part_of(word, found.end()).text
            cut = script.text.region(before.end, word.end)
            parameters[found["name"]] = with_whole(script.variables.value(text, form=found["raw"] == ":"), cut)
            end = word.end
    added = Insertion(region=script.text.region(end, end), template=" {name}={value}", quote="")
    return Body(parameters=parameters, insertion=added if parameters else None)


def unquoted(text: Text) -> Text:
    """A text without quotes of its own."""
    data = text.data
    return text.part(1, len(data) - 1) if len(data) > 1 and data[:1] == data[-1:] == b'"' else text


def body_in(script: Script, command: Command, text: Text, *, depth: int = 0) -> Body | None:
    """The body that a text is, or leads to: a file, a variable, a here-document, a `jq` program."""
    raw = text.data.strip()
    if raw.startswith(b"@"):
        return body_from(script, command, text)
    if raw.startswith((b"$(", b"`")):
        return printed(script, text)
    used = USE.fullmatch(raw.decode("utf-8", "replace"))
    if used and depth < DEEPEST:
        name = used["plain"] or used["name"] or used["batch"] or ""
        settings = [(at, word) for at, word in script.variables.find(name) if at < command.start]
        for _, word in reversed(settings):
            body = body_in(script, command, word.text, depth=depth + 1)
            if body:
                return body
        return None
    return json_body(script, text)


def printed(script: Script, text: Text) -> Body | None:
    """The body that a command prints: `$(cat <<EOF … EOF)` or `$(jq -n …)`."""
    if CAT.search(text.data):
        inner = heredoc(text, 0)
        return json_body(script, inner) if inner else None
    found = JQ.search(text.data)
    if found:
        return from_jq(script, read_command(text, found.start()))
    return from_python(script, text) if PYTHON.search(text.data) else None


def from_python(script: Script, text: Text) -> Body | None:
    """The body in a line or two of Python, where it is a plain table."""
    for brace in BRACE.finditer(text.data):
        try:
            root = read_json(text, lenient=True, start=brace.start()).root
        except BrokenTextError:
            continue
        if isinstance(root, Table) and root.keys and root.keys <= PARAMETERS:
            return read_body(root, text, asking(script))
    return None


def json_body(script: Script, text: Text) -> Body | None:
    """The body that JSON text is, variables in it as they are set."""
    if not text.data.lstrip().startswith(b"{"):
        return None
    try:
        root = read_json(text, lenient=True).root
    except BrokenTextError:
        return None
    return read_body(root, text, asking(script)) if isinstance(root, Table) else None


def asking(script: Script) -> Asked:
    """How a value of a body is read in a script."""

    def asked(value: Value, text: Text) -> Parameter:
        if isinstance(value.value, str) and (USE.search(value.value) or "$(" in value.value):
            return script.variables.value(unquoted(text.part(value.start, value.end)), form=value.formula)
        return literal(value, text)

    return asked


def from_jq(script: Script, command: Command) -> Body | None:
    """The body that a `jq` program makes of its arguments."""
    words = command.words
    arguments = {
        f"${words[index + 1].value}": words[index + 2].text
        for index, word in enumerate(words[:-2])
        if word.value in {"--arg", "--argjson"}
    }
    program = next((word.text for word in words[1:] if word.value.lstrip().startswith("{")), None)
    if program is None:
        return None

    def asked(value: Value, text: Text) -> Parameter:
        if value.formula and isinstance(value.value, str) and value.value in arguments:
            return script.variables.value(arguments[value.value], form=True)
        return literal(value, text)

    try:
        root = read_json(program, lenient=True).root
    except BrokenTextError:
        return None
    return read_body(root, program, asked) if isinstance(root, Table) else None


def body_from(script: Script, command: Command, text: Text) -> Body | None:
    """The body in a file, or on standard input: `@request.json`, `@-`."""
    name = text.data.strip()[1:].decode("utf-8", "replace")
    if name in {"-", "/dev/stdin"}:
        inner = heredoc(script.text, command.start) or script.piped.get(command.start)
        if inner is None:
            return None
        return json_body(script, inner) or printed(script, inner)
    path = found_file(script, filled(script, name))
    if path is None:
        return None
    other = Text.of(path, script.files.read(path))
    try:
        root = read_json(other, lenient=True).root
    except BrokenTextError:
        return None
    if not isinstance(root, Table):
        return None
    body = read_body(root, other)
    origin = text.origin(path, 0)
    document = Document(text=other, root=root)
    parameters = {
        key: named_through(parameter, origin.name, document, key=key) for key, parameter in body.parameters.items()
    }
    return Body(parameters=parameters, files=body.files, insertion=body.insertion)


def named_through(parameter: Parameter, name: str, document: Document, *, key: str) -> Parameter:
    """A parameter, with the file that it stands in."""
    entry = document.root.entry(key) if isinstance(document.root, Table) else None
    origin = document.text.origin(name, entry.start if entry else 0)
    return with_whole(through(parameter, origin), parameter.whole)


def found_file(script: Script, name: str) -> str | None:
    """The path of a file that a script names: beside it, from where all begins, or the only one of its name."""
    wanted = PurePosixPath(name.removeprefix("./"))
    beside = str(PurePosixPath(script.text.path).parent / wanted)
    paths = script.files.paths
    for path in (beside, str(wanted)):
        if path in paths:
            return path
    same = [path for path in paths if path.endswith(f"/{wanted.name}") or path == wanted.name]
    return same[0] if len(same) == 1 else None
