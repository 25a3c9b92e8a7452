"""Forms taken apart and put together again: what clients write, and what no client should."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping, Sequence
from io import BytesIO
from time import process_time

import pytest

from router.errors import RequestError
from router.transport.multipart import LONGEST_HEAD, MOST_PARTS, Form, collect, parse_form, rewrite

TYPE = "multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n'
IMAGE = (
    b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n'
)
CLOSE = b"--b--\r\n"
FORM = FIELD + IMAGE + CLOSE


def seen(form: Form) -> list[tuple[str, str | None, str | None, bytes]]:
    return [(part.name, part.filename, part.content_type, bytes(part.content)) for part in form.parts]


def read(data: bytes, content_type: str = TYPE) -> list[tuple[str, str | None, str | None, bytes]]:
    return seen(parse_form(content_type, data))


def written(data: bytes, changes: Mapping[str, Sequence[str]]) -> bytes:
    return b"".join(rewrite(parse_form(TYPE, data), changes))


def refusal(data: bytes, content_type: str = TYPE) -> tuple[str, str | None, str]:
    with pytest.raises(RequestError) as caught:
        parse_form(content_type, data)
    return caught.value.code, caught.value.field, caught.value.message


SEEN = [("n", None, None, b"2"), ("image", "a.png", "image/png", b"PNG")]


def test_a_form_is_its_parts_in_their_order():
    form = parse_form(TYPE, FORM)

    assert seen(form) == SEEN
    assert [part.is_file for part in form.parts] == [False, True]
    assert form.parts[1].headers == IMAGE[5:].partition(b"\r\n\r\n")[0]


def test_a_file_is_a_window_on_the_body_and_no_copy():
    form = parse_form(TYPE, bytearray(FORM))

    assert [part.content.obj is form.data for part in form.parts] == [True, True]


def test_a_form_can_be_empty():
    assert read(b"--b--") == []


# -- as clients write it

REQUESTS = (
    b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nh\xc3\xa9\r\n'
    b'--b\r\nContent-Disposition: form-data; name="image[]"; filename="a%22b\\\xc3\xa9.png"\r\n'
    b"Content-Type: image/png\r\n\r\nAAA\r\n--b--\r\n"
)
CURL = (
    b'-----b\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n'
    b'-----b\r\nContent-Disposition: form-data; name="image[]"; filename="a\\b;c.png"\r\n'
    b"Content-Type: image/png\r\n\r\nPNG\r\n--\r\n-----b--\r\n"
)
OLD_URLLIB3 = (
    b"--b\r\nContent-Disposition: form-data; name=\"image\"; filename*=utf-8''%C3%A9%20a.png\r\n"
    b"Content-Type: image/png\r\n\r\nAAA\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("content_type", "data", "parts"),
    [
        (TYPE, REQUESTS, [("prompt", None, None, b"h\xc3\xa9"), ("image[]", 'a"b\\é.png', "image/png", b"AAA")]),
        (
            "multipart/form-data; boundary=---b",
            CURL,
            [("n", None, None, b"2"), ("image[]", "a\\b;c.png", "image/png", b"PNG\r\n--")],
        ),
        (TYPE, OLD_URLLIB3, [("image", "é a.png", "image/png", b"AAA")]),
    ],
    ids=["requests", "curl", "urllib3 1"],
)
def test_what_clients_write_is_read(content_type: str, data: bytes, parts: list[object]):
    assert read(data, content_type) == parts


@pytest.mark.parametrize(
    "image",
    [
        b"\x89PNG\r\n\x1a\n\r\n--\r\n",
        BytesIO(b"from a file"),
        ('quo"te\\é.png', b"a"),
        ("a.png", b"", "image/png"),
        ("a.png", b"b", "image/png", {"X-More": "1"}),
    ],
    ids=["bytes", "file", "odd name", "empty", "headers"],
)
def test_what_httpx_writes_is_read(image: object):
    httpx = pytest.importorskip("httpx")
    fields = {"prompt": 'a "fox"\r\n\r\n--b', "n": 2, "tags[]": ["a", "é"], "stream": True, "none": None}
    request = httpx.Request("POST", "https://x.test", data=fields, files={"image[]": image})
    data = request.read()
    form = parse_form(request.headers["content-type"], data)

    assert [(part.name, part.text) for part in form.parts if not part.is_file] == [
        ("prompt", 'a "fox"\r\n\r\n--b'),
        ("n", "2"),
        ("tags[]", "a"),
        ("tags[]", "é"),
        ("stream", "true"),
        ("none", ""),
    ]
    assert form.parts[-1].name == "image[]"
    assert form.parts[-1].is_file
    assert b"".join(rewrite(form, {})) == data


@pytest.mark.parametrize(
    ("header", "name", "filename"),
    [
        ('form-data; name="image"', "image", None),
        ("form-data; name=image; filename=a.png", "image", "a.png"),
        ('FORM-DATA;NAME="image";FileName="a;b.png"', "image", "a;b.png"),
        ('form-data; filename="a.png"; name="image"', "image", "a.png"),
        (r'form-data; name="image"; filename="say \"hi\" \\ bye.png"', "image", r'say "hi" \ bye.png'),
        (r'form-data; name="image"; filename="C:\new\fox.png"', "image", r"C:\new\fox.png"),
        ('form-data; name="image"; filename=""', "image", ""),
        ('form-data; name="image"; filename="图 🦊.png"', "image", "图 🦊.png"),
        ('form-data; name="image"; filename="x.png"; filename*=UTF-8\'\'%E5%9B%BE.png', "image", "图.png"),
        ("form-data; name=\"image\"; filename*=ISO-8859-1''%E9.png", "image", "é.png"),
        ("form-data; name=\"image\"; filename*=odd'en'%41.png", "image", "A.png"),
        ('form-data; name="a%22b%0D%0Ac"', 'a"b\r\nc', None),
        ('form-data; name=""', "", None),
        ('form-data; name="image"; filename="no end', "image", "no end"),
        ('form-data;\r\n\tname="image";\r\n filename="a.png"', "image", "a.png"),
    ],
)
def test_a_disposition_is_read_in_every_spelling(header: str, name: str, filename: str | None):
    part = parse_form(TYPE, f"--b\r\ncontent-disposition : {header}\r\n\r\nx\r\n--b--".encode()).parts[0]

    assert (part.name, part.filename) == (name, filename)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ('name="image"; filename=""', "file"),
        ('name="image"\r\nContent-Type: image/png', "file"),
        ('name="image"\r\nContent-Type: Application/Octet-Stream', "file"),
        ('name="prompt"\r\nContent-Type: text/plain; charset=utf-8', "field"),
        ('name="svg"\r\nContent-Type: application/json', "field"),
    ],
)
def test_a_file_has_a_filename_or_a_type_that_only_a_file_has(headers: str, kind: str):
    form = parse_form(TYPE, f"--b\r\nContent-Disposition: form-data; {headers}\r\n\r\nx\r\n--b--".encode())

    assert {True: "file", False: "field"}[form.parts[0].is_file] == kind


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/form-data; boundary="b"', b"b"),
        ("Multipart/Form-Data;charset=utf-8;BOUNDARY=b", b"b"),
        ('multipart/form-data; boundary="a b;c=\'()+_,-./:=?"', b"a b;c='()+_,-./:=?"),
        (r'multipart/form-data; boundary="a\"b"', b'a"b'),
    ],
)
def test_a_boundary_may_be_quoted(content_type: str, boundary: bytes):
    assert read(FORM.replace(b"--b", b"--" + boundary), content_type) == SEEN


# -- where a form ends and a file goes on


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"x--b",
        b"x--b--",
        b"x--b\r\n",
        b"\n--b\n",
        b"\n--b\r\n",
        b"\r--b\r\n",
        b"\r\n--bb\r\n",
        b"\r\n--b.\r\n",
        b"\r\n--b-\r\n",
        b"\r\n--b--x\r\n",
        b"\r\n--b\n",
        b"\r\n--",
        b"\r\n\r\n",
        b"\r",
    ],
)
def test_the_boundary_counts_only_as_a_line_of_its_own(content: bytes):
    data = IMAGE.replace(b"PNG", content) + FIELD + CLOSE

    assert read(data) == [("image", "a.png", "image/png", content), ("n", None, None, b"2")]


@pytest.mark.parametrize(
    "data",
    [
        FORM.replace(b"--b\r\n", b"--b \t\r\n"),
        FORM.replace(b"--b--\r\n", b"--b--"),
        FORM.replace(b"--b--\r\n", b"--b--  "),
        FORM.replace(b"--b--\r\n", b"--b--\n"),
        b"\r\n" + FORM,
        b"This is a form.\r\nNot --b\r\n" + FORM,
        FORM + b"and\r\n--b\r\nsome more",
    ],
    ids=["padding", "no last line end", "spaces", "bare last line end", "blank line", "preamble", "epilogue"],
)
def test_what_stands_around_the_parts_does_not_matter_and_is_passed_on(data: bytes):
    assert read(data) == SEEN
    assert written(data, {}) == data


def test_a_form_may_end_its_lines_with_bare_line_feeds():
    data = FORM.replace(b"\r\n", b"\n").replace(b"PNG", b"P\r\nNG\r")

    assert read(data) == [("n", None, None, b"2"), ("image", "a.png", "image/png", b"P\r\nNG\r")]
    assert written(data, {"n": ("3",), "q": ("x",)}) == (
        b'--b\nContent-Disposition: form-data; name="q"\n\nx\n' + data.replace(b"\n2\n", b"\n3\n")
    )


def test_a_part_without_content_may_leave_out_its_line_end():
    assert read(FIELD.replace(b"2\r\n", b"") + IMAGE + CLOSE) == [("n", None, None, b""), SEEN[1]]


# -- what is no form

CUT_OFF = "the form is cut off: its closing boundary is missing"
NO_FORM = "the body is not a form: its boundary is not in it"
NO_END = "a part of the form has no content, or headers without an end"
NO_NAME = "a part of the form has no name"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", NO_FORM),
        (b'{"prompt": "a fox"}', NO_FORM),
        (FORM.replace(b"--b", b"--c"), NO_FORM),
        (FORM[:-8], CUT_OFF),
        (FIELD + IMAGE, CUT_OFF),
        (FIELD + IMAGE + b"--b", CUT_OFF),
        (b"--b", CUT_OFF),
        (FIELD + b"--b\r\n" + CLOSE, NO_END),
        (b"--b\r\nno empty line\r\n" + CLOSE, NO_END),
        (b"--b\r\n" + b"x" * (LONGEST_HEAD + 1) + b"\r\n\r\n\r\n" + CLOSE, NO_END),
        (b"--b\r\n\r\n2\r\n" + CLOSE, NO_NAME),
        (b"--b\r\nContent-Type: text/plain\r\n\r\n2\r\n" + CLOSE, NO_NAME),
        (FIELD * (MOST_PARTS + 1) + CLOSE, "the form has more than 1000 parts"),
    ],
    ids=str,
)
def test_a_body_that_is_no_form_is_refused_and_says_why(data: bytes, message: str):
    assert refusal(data) == ("invalid_form", None, message)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/mixed; boundary=b",
        "multipart/form-data; boundary=é",
        f"multipart/form-data; boundary={'b' * 201}",
    ],
)
def test_a_content_type_must_name_a_form_and_its_boundary(content_type: str):
    assert refusal(FORM, content_type)[:2] == ("invalid_form", None)


def test_as_many_parts_as_are_allowed_are_read():
    assert len(read(FIELD * MOST_PARTS + CLOSE)) == MOST_PARTS


def test_millions_of_parts_are_refused_before_they_are_read():
    data = b"--b\r\n" * 2_000_000
    started = process_time()

    assert refusal(data)[0] == "invalid_form"
    assert process_time() - started < 0.1


def test_a_field_that_is_not_utf8_is_refused_by_its_name():
    form = parse_form(TYPE, FORM.replace(b"\r\n2\r\n", b"\r\n\xff\xfe\r\n"))
    with pytest.raises(RequestError) as caught:
        _ = form.parts[0].text

    assert (caught.value.field, caught.value.code) == ("n", "invalid_form")


# -- putting it together again


def field(name: str, text: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()


@pytest.mark.parametrize(
    ("changes", "data"),
    [
        ({}, FORM),
        ({"n": ("3",)}, field("n", "3") + IMAGE + CLOSE),
        ({"n": ()}, IMAGE + CLOSE),
        ({"n": ("3", "4")}, field("n", "3") + field("n", "4") + IMAGE + CLOSE),
        ({"image": ()}, FIELD + CLOSE),
        ({"n": (), "image": ()}, CLOSE),
        ({"size": ("1024x1024",)}, field("size", "1024x1024") + FORM),
        ({"a": ("é",), "b": ("",), "n": ("3",)}, field("a", "é") + field("b", "") + field("n", "3") + IMAGE + CLOSE),
        ({"new": ()}, FORM),
        ({'a"b\r\nc': ("x",)}, field("a%22b%0D%0Ac", "x") + FORM),
    ],
    ids=str,
)
def test_fields_are_changed_in_their_place_and_new_ones_stand_in_front(
    changes: Mapping[str, Sequence[str]], data: bytes
):
    assert written(FORM, changes) == data


def test_a_repeated_field_is_replaced_as_a_whole():
    data = field("tag", "a") + FIELD + field("tag", "b") + CLOSE

    assert written(data, {"tag": ("c",)}) == field("tag", "c") + FIELD + CLOSE


def test_new_fields_stand_behind_the_preamble():
    assert written(b"hello\r\n" + FORM, {"q": ("x",)}) == b"hello\r\n" + field("q", "x") + FORM


def test_what_stays_is_passed_on_in_as_few_windows_as_there_are():
    data = bytearray(field("a", "1") + field("b", "2") + FIELD + IMAGE + CLOSE)
    pieces = rewrite(parse_form(TYPE, data), {"n": ("3",)})

    assert [type(piece) for piece in pieces] == [memoryview, bytes, memoryview]
    assert bytes(pieces[2]) == IMAGE + CLOSE


def test_a_text_that_would_break_the_form_is_refused():
    with pytest.raises(RequestError, match="boundary"):
        written(FORM, {"n": ("x\r\n--b\r\n",)})


def test_names_that_repeat_collect_into_lists():
    pairs = [("image[]", "a"), ("n", 1), ("image[]", "b"), ("image[]", "c")]

    assert collect(pairs) == {"image[]": ["a", "b", "c"], "n": 1}


# -- what it costs

MEGABYTES_32 = 32 * 1024 * 1024
LONG = b"efb78fdb6778d16c34a07fb777f053a2"  # a boundary as httpx makes it
LARGE_TYPE = f"multipart/form-data; boundary={LONG.decode()}"
LARGE = bytearray(FORM.replace(b"--b", b"--" + LONG).replace(b"PNG", bytes(range(256)) * (MEGABYTES_32 // 256)))


def test_a_large_form_costs_almost_no_memory_of_its_own():
    tracemalloc.start()
    pieces = rewrite(parse_form(LARGE_TYPE, LARGE), {"n": ("3",), "size": ("1024x1024",)})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sum(map(len, pieces)) > MEGABYTES_32
    assert peak < 200_000


def test_a_large_form_costs_little_time():
    seconds = []
    for _ in range(5):
        started = process_time()
        rewrite(parse_form(LARGE_TYPE, LARGE), {"n": ("3",)})
        seconds.append(process_time() - started)

    assert min(seconds) < 0.05
