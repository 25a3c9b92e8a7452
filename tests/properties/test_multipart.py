"""Forms, by their laws: what was written is read, what is not changed stays, and no bytes break the reader."""

from __future__ import annotations

import json
import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from router.errors import RequestError
from router.transport.message import Message
from router.transport.multipart import Form, collect, parse_form, rewrite
from router.transport.payload import read_payload, write_payload

BOUNDARY = "a-b"
TYPE = f'multipart/form-data; boundary="{BOUNDARY}"'
SPLINTERS = st.sampled_from(
    (
        b"\r\n",
        b"\n",
        b"\r",
        b"--",
        b"-",
        b"a-b",
        b"--a-b",
        b"\r\n--a-b",
        b"\r\n--a-bc\r\n",
        b"\n--a-b\n",
        b" ",
        b"x",
        b"\xff",
    )
)
CONTENTS = st.lists(SPLINTERS | st.binary(max_size=8), max_size=6).map(b"".join)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",), exclude_characters="%"), max_size=12)
FILENAMES = st.none() | st.sampled_from(("a.png", "", "é ; x.png"))
Parts = list[tuple[str, str | None, bytes]]
PARTS = st.lists(
    st.tuples(NAMES, st.just(None), TEXTS.map(str.encode)) | st.tuples(NAMES, FILENAMES, CONTENTS), max_size=6
)
BEFORE = st.sampled_from((b"", b"\r\n", b"hello\r\n"))
AFTER = st.sampled_from((b"", b"\r\n", b" \r\nhello", b"\r\n--a-b\r\n"))


DELIMITER = re.compile(rb"\r\n--a-b(--|[ \t]*\r\n)")


def encode(parts: Parts, before: bytes = b"", after: bytes = b"\r\n") -> bytes:
    """A form as a client would write it: it takes care that no content has a line that would end the part."""
    pieces = []
    for name, filename, content in parts:
        assume(not DELIMITER.search(b"\r\n" + content + b"\r\n"))
        quoted = name.replace("\\", "\\\\").replace('"', "%22")
        title = f'Content-Disposition: form-data; name="{quoted}"'
        title += "" if filename is None else f'; filename="{filename}"'
        pieces.append(b"--a-b\r\n%b\r\n\r\n%b\r\n" % (title.encode(), content))
    return before + b"".join(pieces) + b"--a-b--" + after


def seen(form: Form) -> Parts:
    return [(part.name, part.filename, bytes(part.content)) for part in form.parts]


@given(PARTS, BEFORE, AFTER)
def test_what_was_written_is_read(parts: Parts, before: bytes, after: bytes):
    assert seen(parse_form(TYPE, encode(parts, before, after))) == parts


@given(PARTS, BEFORE, AFTER)
def test_a_form_in_which_nothing_changes_is_the_same_bytes(parts: Parts, before: bytes, after: bytes):
    data = encode(parts, before, after)

    assert b"".join(rewrite(parse_form(TYPE, data), {})) == data


@given(PARTS, st.dictionaries(NAMES, st.lists(TEXTS, max_size=3).map(tuple), max_size=3), st.data())
def test_a_change_does_what_it_says_and_nothing_else(
    parts: Parts, new: dict[str, tuple[str, ...]], data: st.DataObject
):
    known = sorted({name for name, _, _ in parts})
    changed = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    changes = new | {name: data.draw(st.lists(TEXTS, max_size=2).map(tuple)) for name in changed}
    assume(not any("--a-b" in text for texts in changes.values() for text in texts))
    after = parse_form(TYPE, b"".join(rewrite(parse_form(TYPE, encode(parts)), changes)))

    kept = [part for part in parts if part[0] not in changes]
    assert [part for part in seen(after) if part[0] not in changes] == kept
    assert collect((name, content.decode()) for name, _, content in seen(after) if name in changes) == collect(
        (name, text) for name, texts in changes.items() for text in texts
    )


@given(PARTS, BEFORE, st.data())
def test_a_form_that_is_cut_off_is_refused(parts: Parts, before: bytes, data: st.DataObject):
    whole = encode(parts, before, b"")
    shorter = whole[: data.draw(st.integers(0, len(whole) - 1))]

    assert not reads(TYPE, shorter)


HEADS = st.sampled_from(
    (
        b'Content-Disposition: form-data; name="n"',
        b'content-disposition: form-data; name="image"; filename="a',
        b"Content-Type: image/png",
        b"\r\n\r\n",
        b"--a-b\r\n",
        b"--a-b--",
        b"pixroute[a][b]",
    )
)


@given(st.lists(SPLINTERS | HEADS | st.binary(max_size=8), max_size=30).map(b"".join))
@example(b"--a-b\r\n\r\n--a-b--")
@example(b"--a-b")
def test_any_bytes_are_a_form_or_are_refused(data: bytes):
    assert reads(TYPE, data) in {True, False}


@given(st.text(max_size=60) | st.text('mulipart/form-daboundary=;" \\', max_size=60))
def test_any_content_type_names_a_boundary_or_is_refused(content_type: str):
    assert reads(content_type, b"--a-b--") in {True, False}


def reads(content_type: str, data: bytes) -> bool:
    """Whether a form can be read; if not, it is refused as one."""
    try:
        parse_form(content_type, data)
    except RequestError as error:
        return {"invalid_form": False}[error.code]
    return True


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from((TYPE, "application/json", "text/plain")), st.binary(max_size=60) | CONTENTS | PARTS.map(encode))
def test_any_body_is_read_or_refused(content_type: str, data: bytes):
    message = Message(method="POST", url="https://x.test", headers=(("content-type", content_type),), body=(data,))
    try:
        payload = read_payload(message)
    except RequestError:
        return

    assert payload.told or write_payload(payload, dict(payload.body)) is None


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.booleans())
def test_json_that_changes_keeps_every_other_value(body: dict[str, object], told: bool):  # noqa: FBT001 -- drawn
    text = json.dumps(body | {"pixroute": {}} if told else body | {"n": 1}).encode()
    message = Message(
        method="POST", url="https://x.test", headers=(("content-type", "application/json"),), body=(text,)
    )
    payload = read_payload(message)
    written = write_payload(payload, {**payload.body, "n": 2}) or ()

    assert json.loads(b"".join(written)) == {name: value for name, value in body.items() if name != "pixroute"} | {
        "n": 2
    }
