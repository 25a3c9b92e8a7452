"""A form body taken apart without copying its files, and put together again with other fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from ..errors import RequestError
from .message import Body

Buffer: TypeAlias = bytes | bytearray

MOST_PARTS: Final = 1000  # 16 images and a few dozen fields are what the API takes
LONGEST_HEAD: Final = 16_384  # bytes, of the headers of one part
LONGEST_BOUNDARY: Final = 200  # characters; 70 by RFC 2046
FILE_TYPES: Final = ("image/", "application/octet-stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A field or a file; `start` and `end` are its place in the body, from its delimiter up to the next.

    `headers` are as they came, and `content` is a window on the body.
    """

    name: str
    filename: str | None = None
    content_type: str | None = None
    headers: bytes
    content: memoryview = field(repr=False)
    start: int
    end: int

    @property
    def is_file(self) -> bool:
        """Whether it came with a file's name, or as what only a file can be (RFC 7578, 4.2)."""
        return self.filename is not None or (self.content_type or "").lower().startswith(FILE_TYPES)

    @property
    def text(self) -> str:
        """The content of a field; raises `RequestError` where it is not UTF-8."""
        try:
            return str(self.content, "utf-8")
        except UnicodeDecodeError:
            raise RequestError(
                f"`{self.name}` is not UTF-8",
                field=self.name,
                code="invalid_form",
                hint="a file is sent with a filename",
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The parts of a form in their order; `start` is where the first begins, after whatever came before the form."""

    data: Buffer = field(repr=False)
    boundary: bytes
    newline: bytes
    start: int
    parts: tuple[Part, ...]


def parse_form(content_type: str, data: Buffer) -> Form:
    """Take a form apart (RFC 7578, RFC 2046); raises `RequestError` with the code `invalid_form`.

    A form in which every line ends in a bare line feed is read as well. `data` must not change while the form is used.
    """
    boundary = _boundary(content_type)
    places = _delimiters(data, boundary)
    view = memoryview(data)
    return Form(
        data=data,
        boundary=boundary,
        newline=places[0].newline,
        start=places[0].start,
        parts=tuple(_part(view, here, after) for here, after in pairwise(places)),
    )


def collect(values: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Gather values by their names; a name that is repeated has a list of them, in order."""
    groups: dict[str, list[object]] = {}
    for name, value in values:
        groups.setdefault(name, []).append(value)
    return {name: group[0] if len(group) == 1 else group for name, group in groups.items()}


def rewrite(form: Form, changes: Mapping[str, Sequence[str]]) -> Body:
    """Write a form with other fields: `changes` has the new texts for a name, none where its parts go.

    All else is passed on as it came, as windows on the body that was read: no file is copied. A changed field stays in
    its place; a new one goes in front, because a server may read the fields before the files come in.
    """
    known = {part.name for part in form.parts}
    fresh = b"".join(_written(form, name, changes[name]) for name in changes if name not in known)
    return _spliced(form.data, [Edit(form.start, form.start, fresh), *_edits(form, changes)])


class Edit(NamedTuple):
    """Bytes that take the place of a stretch of the body."""

    start: int
    end: int
    text: bytes


def _edits(form: Form, changes: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """Replace the first part of each name that changes, and take out its others."""
    left = dict(changes)
    for part in form.parts:
        if part.name in changes:
            yield Edit(part.start, part.end, _written(form, part.name, left.pop(part.name, ())))


def _written(form: Form, name: str, texts: Sequence[str]) -> bytes:
    mark = b"--" + form.boundary
    title = b'Content-Disposition: form-data; name="%b"' % _escaped(name).encode()
    contents = [text.encode() for text in texts]
    if any(mark in content for content in contents):
        raise RequestError(f"`{name}` contains the boundary of its form", field=name, code="invalid_form")
    return b"".join(form.newline.join((mark, title, b"", content, b"")) for content in contents)


def _spliced(data: Buffer, edits: Iterable[Edit]) -> Body:
    view, place = memoryview(data), 0
    pieces: list[bytes | memoryview] = []
    for edit in edits:
        pieces += (view[place : edit.start], edit.text)
        place = edit.end
    return [piece for piece in (*pieces, view[place:]) if piece]


# -- finding the parts


class Delimiter(NamedTuple):
    """A line that stands between parts: where its dashes begin, and where what follows it does."""

    start: int
    after: int
    newline: bytes
    closing: bool


LINE_END: Final = re.compile(rb"(?P<closing>--)?[ \t]*(?P<newline>\r?\n|\Z)")


def _delimiters(data: Buffer, boundary: bytes) -> list[Delimiter]:
    """Every delimiter up to the closing one."""
    mark = b"--" + boundary
    found = [_first(data, mark)]
    while not found[-1].closing:
        found.append(_next(data, mark, found[-1]))
        if len(found) > MOST_PARTS + 1:
            raise _invalid(f"the form has more than {MOST_PARTS} parts")
    return found


def _first(data: Buffer, mark: bytes) -> Delimiter:
    """The delimiter that opens the form; it says how the lines of the form end."""
    place = data.find(mark)
    while place >= 0:
        end = LINE_END.match(data, place + len(mark))
        if end and (place == 0 or data.endswith(b"\n", 0, place)):
            return Delimiter(place, end.end(), end["newline"] or b"\r\n", end["closing"] is not None)
        place = data.find(mark, place + len(mark))
    raise _invalid("the body is not a form: its boundary is not in it", hint="send multipart/form-data")


def _next(data: Buffer, mark: bytes, last: Delimiter) -> Delimiter:
    """The delimiter after another; the same text with more on its line belongs to a file."""
    newline = last.newline
    text = newline + mark
    place = data.find(text, last.after - len(newline))
    while place >= 0:
        end = LINE_END.match(data, place + len(text))
        if end and (end["closing"] or end["newline"] == newline):
            return Delimiter(place + len(newline), end.end(), newline, end["closing"] is not None)
        place = data.find(text, place + len(text))
    raise _invalid("the form is cut off: its closing boundary is missing")


# -- reading one part


def _part(view: memoryview, here: Delimiter, after: Delimiter) -> Part:
    headers, begin = _head(view, here, after)
    end = after.start - len(here.newline)
    fields = dict(_header_lines(headers))
    params = _params(fields.get("content-disposition", ""))
    name = params.get("name")
    if name is None:
        raise _invalid("a part of the form has no name")
    return Part(
        name=name,
        filename=params.get("filename"),
        content_type=fields.get("content-type"),
        headers=headers,
        content=view[min(begin, end) : end],
        start=here.start,
        end=after.start,
    )


def _head(view: memoryview, here: Delimiter, after: Delimiter) -> tuple[bytes, int]:
    """The headers of a part, and where its content begins: behind the first empty line."""
    start, newline = here.after, here.newline
    head = newline + bytes(view[start : min(after.start, start + LONGEST_HEAD)])
    length = head.find(newline * 2)
    if length < 0:
        raise _invalid("a part of the form has no content, or headers without an end")
    return head[len(newline) : length], start + length + len(newline)


def _header_lines(headers: bytes) -> Iterator[tuple[str, str]]:
    for line in FOLD.sub(" ", headers.decode("utf-8", "replace")).split("\n"):
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


FOLD: Final = re.compile(r"\r?\n[ \t]+")
PARAM: Final = re.compile(r';\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.?)*)"?|([^;\s]*))')
ESCAPED: Final = re.compile(r'\\(["\\])')
ESCAPES: Final[Mapping[str, str]] = {"\r": "%0D", "\n": "%0A", '"': "%22"}  # of names, as browsers write them


def _params(header: str) -> dict[str, str]:
    """The parameters of a header; `filename*` (RFC 5987) stands for `filename` and wins over it."""
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    for name, quoted, bare in PARAM.findall(header):
        if name.endswith("*"):
            extended[name[:-1].lower()] = _percent_decoded(quoted or bare)
        else:
            plain[name.lower()] = _unescaped(quoted) or bare
    return plain | extended


def _unescaped(text: str) -> str:
    text = ESCAPED.sub(r"\1", text)
    for char, code in ESCAPES.items():
        text = text.replace(code, char)
    return text


def _escaped(name: str) -> str:
    for char, code in ESCAPES.items():
        name = name.replace(char, code)
    return name.replace("\\", "\\\\")


def _percent_decoded(value: str) -> str:
    charset, _, rest = value.partition("'")
    encoding = "latin-1" if charset.lower() == "iso-8859-1" else "utf-8"
    return unquote(rest.partition("'")[2], encoding)


def _boundary(content_type: str) -> bytes:
    media, _, _ = content_type.partition(";")
    boundary = _params(content_type).get("boundary", "")
    if media.strip().lower() != "multipart/form-data" or not boundary:
        raise _invalid("the content type names no form and its boundary", hint="send multipart/form-data; boundary=…")
    if len(boundary) > LONGEST_BOUNDARY or not boundary.isascii():
        raise _invalid("the boundary of the form is too long, or not ASCII")
    return boundary.encode()


def _invalid(message: str, *, hint: str | None = None) -> RequestError:
    return RequestError(message, field=None, code="invalid_form", hint=hint)
