"""Image calls of PowerShell: `Invoke-RestMethod -Uri … -Body $body`, the body a hashtable or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..kinds import is_test
from ..sites import Mark, Parameter, Reading, Site
from .bodies import FILE, FILES, Body, choice, insertion, literal, read_body, site, with_whole
from .jsontext import number, read_json
from .names import endpoint
from .text import Text
from .tree import BrokenTextError, Entry, Slot, Table, Value
from .variables import is_comment

CALL: Final = re.compile(
    rb"\b(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)\b(?P<rest>(?:[^\n`]|`\r?\n|`.)*)", re.IGNORECASE
)
ADDRESS: Final = re.compile(
    rb"-Uri\s+(?P<uri>\"[^\"]*\"|'[^']*'|\$\w+|\S+)|(?P<bare>[\"']?https?://[^\s\"']+)", re.IGNORECASE
)
BODY: Final = re.compile(rb"-(?:Body|Form)\s+\(?\s*(?P<body>\$\w+|@\{|'[^']*')", re.IGNORECASE)
TIME: Final = re.compile(rb"-TimeoutSec\s+(?P<seconds>\d+)", re.IGNORECASE)

ASSIGNED: Final = re.compile(
    rb"^[ \t]*\$(?P<name>\w+)\s*=\s*(?P<value>@\{|@\"|@'|\"[^\"\n]*\"|'[^'\n]*'|\(?\$\w+\s*\|)", re.MULTILINE
)
PAIR: Final = re.compile(
    rb"(?P<key>[\"']?[A-Za-z_]\w*[\"']?)[ \t]*=[ \t]*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^;\n}#]+)"
    rb"[ \t]*(?:#[^\n]*)?(?=;|\r?\n|\})"
)
ENOUGH: Final = 180
WORDS: Final = {"$true": True, "$false": False, "$null": None}


def read_powershell(text: Text) -> Reading:
    """The image calls of a script."""
    sites: list[Site] = []
    marks: list[Mark] = []
    for call in CALL.finditer(text.data):
        found = None if is_comment(text.data, call.start()) else read_call(text, call)
        if found:
            sites.append(found)
            marks.extend(short(text, call, found))
    return Reading(sites=tuple(sites), marks=tuple(marks))


def read_call(text: Text, call: re.Match[bytes]) -> Site | None:
    """The call, if its address is one for pictures."""
    address = ADDRESS.search(call["rest"])
    if address is None:
        return None
    url = follow(text, address["uri"] or address["bare"], call.start())
    asked = endpoint(url.decode("utf-8", "replace"))
    if asked is None:
        return None
    body = body_of(text, call)
    if body.names_another or not (asked.certain or body.model):
        return None
    parameters = dict(body.parameters)
    if asked.provider == "azure" and b"/deployments/" in url:
        parameters["model"] = Parameter(unknown="an Azure deployment")
    return site(
        text,
        call.start(),
        body,
        surface="powershell",
        operation=asked.operation,
        provider=asked.provider,
        parameters=parameters,
        in_test=is_test(text.path),
    )


def follow(text: Text, raw: bytes, before: int) -> bytes:
    """A text, or what the variables in it were last set to."""
    for _ in range(3):
        for name in re.findall(rb"\$\{?(\w+)\}?", raw):
            setting = assignment(text, name, before)
            if setting and setting["value"][:1] in {b'"', b"'"}:
                value = setting["value"].strip(b"\"'").replace(b"\\", rb"\\")
                raw = re.sub(rb"\$\{?" + name + rb"\}?", value, raw)
    return raw.strip(b"\"'")


def assignment(text: Text, name: bytes, before: int) -> re.Match[bytes] | None:
    """The last setting of a variable before a place."""
    found = [one for one in ASSIGNED.finditer(text.data, 0, before) if one["name"].lower() == name.lower()]
    return found[-1] if found else None


def body_of(text: Text, call: re.Match[bytes]) -> Body:
    """What a call sends."""
    given = BODY.search(text.data, call.start("rest"), call.end())
    if given is None:
        return Body(open=("a body that is given elsewhere",))
    return body_at(text, given["body"], given.start("body"), depth=0) or Body(
        open=(f"what `{given['body'].decode()}` holds",)
    )


def body_at(text: Text, raw: bytes, at: int, *, depth: int) -> Body | None:
    """The body that begins at a place, or that the variable there was set to."""
    if raw == b"@{":
        return read_hashtable(text, at)
    if raw.startswith(b"'"):
        return json_body(text.part(at + 1, at + len(raw) - 1))
    name = re.match(rb"\(?\$(\w+)", raw)
    setting = assignment(text, name[1], at) if name and depth < ENOUGH else None
    if setting is None:
        return None
    start = setting.start("value")
    if setting["value"] in {b'@"', b"@'"}:
        end = text.data.find(b"\n" + setting["value"][::-1], start)
        return json_body(text.part(start + 2, end if end > 0 else start + 2))
    return body_at(text, setting["value"], start, depth=depth + 1)


def json_body(text: Text) -> Body | None:
    """The body that JSON text is."""
    try:
        root = read_json(text, lenient=True).root
    except BrokenTextError:
        return None
    return read_body(root, text) if isinstance(root, Table) else None


def read_hashtable(text: Text, at: int) -> Body:
    """The body that `@{ model = "dall-e-3"; n = 1 }` is."""
    end = text.data.find(b"}", at)
    entries, last = [], 0
    for pair in PAIR.finditer(text.data, at + 2, end + 1 if end > 0 else len(text.data)):
        key = pair["key"].strip(b"\"'").decode()
        entries.append(Entry(key=key, start=pair.start(), node=value_of(pair), whole=whole(text, pair)))
        last = pair.end()
    slot = slot_of(text, entries, last) if entries else None
    table = Table(entries=tuple(entries), start=at, end=end, slot=slot)
    return Body(
        parameters=dict(parameters_of(table, text)),
        insertion=insertion(table, text),
        at=at,
        files=len(FILES & table.keys),
    )


def parameters_of(table: Table, text: Text) -> Iterator[tuple[str, Parameter]]:
    """The parameters of a hashtable; a variable is not followed further than to a text."""
    for entry in table.entries:
        node = entry.node
        region = text.region(*entry.whole) if entry.whole else None
        if entry.key in FILES:
            yield entry.key, with_whole(FILE, region)
        elif isinstance(node, Value):
            yield entry.key, with_whole(meaning(node, text), region)


def meaning(value: Value, text: Text) -> Parameter:
    """What a value is: itself, or what its variable was set to."""
    raw = text.data[value.start : value.end]
    used = re.fullmatch(rb"\$(?:env:)?(\w+)", raw)
    setting = assignment(text, used[1], value.start) if used else None
    if used and setting and setting["value"][:1] in {b'"', b"'"}:
        start, end = setting.start("value") + 1, setting.end("value") - 1
        inner = Value(value=text.data[start:end].decode("utf-8", "replace"), start=start, end=end)
        known = choice(inner, text)
        origin = text.origin(f"${used[1].decode()}", setting.start("name"))
        return Parameter(choices=(type(known)(value=known.value, origins=(origin,), written=known.written),))
    if used:
        return Parameter(unknown=f"`{raw.decode()}` is set elsewhere")
    return literal(value, text)


def value_of(pair: re.Match[bytes]) -> Value:
    """The value of a pair: a string, a number, true or false, or something that is worked out."""
    raw = pair["value"].strip()
    start = pair.start("value")
    if raw[:1] in {b'"', b"'"} and raw[:1] == raw[-1:] and len(raw) > 1:
        return Value(value=raw[1:-1].decode("utf-8", "replace"), start=start + 1, end=start + len(raw) - 1)
    word = raw.decode("utf-8", "replace").lower()
    if word in WORDS or number(raw) is not None:
        return Value(value=WORDS.get(word, number(raw)), start=start, end=start + len(raw))
    return Value(value=raw.decode("utf-8", "replace"), start=start, end=start + len(raw), formula=True)


def whole(text: Text, pair: re.Match[bytes]) -> tuple[int, int]:
    """What to cut: the line, or the pair with its semicolon."""
    line = text.data.rfind(b"\n", 0, pair.start()) + 1
    if not text.data[line : pair.start()].strip() and text.data[pair.end() :].lstrip(b" \t\r")[:1] == b"\n":
        return line, text.data.find(b"\n", pair.end()) + 1
    end = pair.end()
    return pair.start(), end + 1 + (text.data[end + 1 : end + 2] == b" ") if text.data[end : end + 1] == b";" else end


def slot_of(text: Text, entries: list[Entry], last: int) -> Slot:
    """Where one more pair goes: on a line of its own, if the others stand so."""
    first = entries[0].start
    line = text.data.rfind(b"\n", 0, first) + 1
    indent = text.data[line:first]
    separator = "; " if indent.strip() else f"\n{indent.decode()}"
    return Slot(at=last, template=f"{separator}{{name}} = {{value}}", quote='"')


def short(text: Text, call: re.Match[bytes], found: Site) -> Iterator[Mark]:
    """A time-out that is too short for a picture."""
    time = TIME.search(text.data, call.start(), call.end())
    if time and int(time["seconds"]) < ENOUGH:
        line, column = text.place(time.start())
        yield Mark(
            path=text.path,
            line=line,
            column=column,
            kind="short_timeout",
            surface="powershell",
            text=text.shown(*time.span()),
            value=int(time["seconds"]),
            site=found.line,
            in_test=found.in_test,
        )
