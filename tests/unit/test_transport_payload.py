"""Bodies of images calls as values and back: JSON and forms, files and data URLs, and what cannot be read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from router.decision import plain
from router.errors import RequestError
from router.request import read_request
from router.sizes import Size
from router.told import Given
from router.transport.message import Body, Message
from router.transport.payload import File, Payload, read_payload, write_payload

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes.fromhex("000004b000000274")
SQUARE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes.fromhex("0000040000000400")
LONG_JPEG = b"\xff\xd8" + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 3 + bytes.fromhex("ffc0 0011 08 0274 04b0 03")


def message(content_type: str | None, *pieces: bytes | memoryview) -> Message:
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Message(method="POST", url="https://api.openai.com/v1/images/edits", headers=headers, body=pieces)


def from_json(body: object, *, ascii_only: bool = False) -> Payload:
    return read_payload(message("application/json", json.dumps(body, ensure_ascii=ascii_only).encode()))


def part(name: str, content: bytes | str, filename: str | None = None) -> bytes:
    title = f'--b\r\nContent-Disposition: form-data; name="{name}"'
    title += f'; filename="{filename}"\r\nContent-Type: image/png' if filename else ""
    return title.encode() + b"\r\n\r\n" + (content.encode() if isinstance(content, str) else content) + b"\r\n"


def form(*parts: bytes) -> Message:
    return message("multipart/form-data; boundary=b", b"".join(parts) + b"--b--\r\n")


def from_form(*parts: bytes) -> Payload:
    return read_payload(form(*parts))


def joined(body: Body | None) -> bytes:
    assert body is not None
    return b"".join(body)


def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def refusal(asked: Message) -> tuple[str | None, str]:
    with pytest.raises(RequestError) as caught:
        read_payload(asked)
    return caught.value.field, caught.value.code


# -- JSON

FOX: dict[str, object] = {"prompt": 'a "fox", ☃\n', "n": 2, "stream": False, "user": None, "x": {"deep": [1, 2.5]}}


def test_json_is_read_as_it_is():
    payload = from_json(FOX)

    assert payload == Payload(body=FOX)
    assert (payload.is_form, payload.mask, payload.told) == (False, False, False)


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8"]
)
def test_a_content_type_is_read_in_every_spelling(content_type: str):
    assert read_payload(message(content_type, b'{"prompt": "x"}')).body == {"prompt": "x"}


@pytest.mark.parametrize(
    "pieces",
    [(b'{"n": 1}',), (b'{"n"', b": 1}"), (memoryview(bytearray(b'{"n": 1}')),), (memoryview(b'.{"n": 1}.')[1:-1],)],
    ids=["bytes", "chunks", "buffer", "window"],
)
def test_a_body_is_read_in_whatever_pieces_it_comes(pieces: tuple[bytes | memoryview, ...]):
    assert read_payload(message("application/json", *pieces)).body == {"n": 1}


def test_where_nothing_changes_nothing_is_written():
    payload = from_json(FOX)

    assert write_payload(payload, dict(FOX)) is None


def test_our_own_key_is_taken_out_even_where_nothing_else_changes():
    payload = from_json({"prompt": "a fox ☃", "pixroute": {"tags": {"tenant": "a"}}})

    assert payload.told
    assert joined(write_payload(payload, {"prompt": "a fox ☃"})) == '{"prompt":"a fox ☃"}'.encode()
    assert joined(write_payload(payload, payload.body)) == '{"prompt":"a fox ☃"}'.encode()


def test_changed_json_is_written_anew_and_compact():
    payload = from_json(FOX)
    body = joined(write_payload(payload, FOX | {"n": 1}))

    assert body == '{"prompt":"a \\"fox\\", ☃\\n","n":1,"stream":false,"user":null,"x":{"deep":[1,2.5]}}'.encode()


def test_half_of_a_surrogate_pair_is_sent_on_as_it_came():
    payload = from_json({"prompt": "a \ud800 fox ☃"}, ascii_only=True)

    assert joined(write_payload(payload, {**payload.body, "n": 1})) == b'{"prompt":"a \\ud800 fox \\u2603","n":1}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"prompt=x",
        b'{"prompt": "\xff"}',
        b'{"x": NaN}',
        b'{"x": -Infinity}',
        b'{"n": 1, "n": 10}',
        b'{"x": {"n": 1, "n": 10}}',
        b"[" * 100_000,
        b'{"x": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_is_not_json_is_refused(data: bytes):
    assert refusal(message("application/json", data)) == (None, "invalid_json")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"prompt"', b"1"])
def test_a_request_is_an_object(data: bytes):
    assert refusal(message("application/json", data)) == (None, "invalid_type")


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "x/json"])
def test_another_type_of_body_is_refused(content_type: str | None):
    assert refusal(message(content_type, b'{"prompt": "x"}')) == (None, "unsupported_content_type")


def test_a_mark_of_byte_order_is_passed_over():
    assert read_payload(message("application/json", b'\xef\xbb\xbf{"n": 1}')).body == {"n": 1}


# -- data URLs


def test_the_dimensions_of_data_urls_are_read_and_those_of_other_images_are_unknown():
    payload = from_json(
        {
            "prompt": "x",
            "images": [
                {"image_url": data_url(PNG + bytes(100_000))},
                {"image_url": "https://x.test/fox.png"},
                {"file_id": "file-1"},
                {"image_url": data_url(LONG_JPEG, "image/jpeg")},
                {"image_url": data_url(b"no picture")},
                {"image_url": "data:image/png;base64,é"},
                {"image_url": "data:,"},
                {"image_url": None},
                "odd",
            ],
            "mask": {"image_url": data_url(SQUARE)},
        }
    )

    assert payload.images == (Size(1200, 628), None, None, Size(1200, 628), *(None,) * 5)
    assert payload.mask


def test_a_data_url_without_its_padding_is_read():
    images = [{"image_url": data_url(PNG + bytes(extra)).rstrip("=")} for extra in range(3)]

    assert from_json({"prompt": "x", "images": images}).images == (Size(1200, 628),) * 3


def test_null_is_no_image_and_no_mask():
    payload = from_json({"prompt": "x", "image": None, "images": None, "mask": None})

    assert (payload.images, payload.mask) == ((), False)


def test_the_content_of_a_data_url_stays_out_of_what_is_logged():
    payload = from_json({"prompt": "x", "images": [{"image_url": data_url(PNG)}]})

    assert plain(payload.body) == {"prompt": "x", "images": [{"image_url": "<File>"}]}
    assert "base64" not in repr(payload)


def test_data_urls_are_written_back_as_they_came():
    images = [{"image_url": data_url(PNG)}, {"image_url": "https://x.test/a.png"}, {"image_url": "data:odd"}]
    payload = from_json({"prompt": "x", "images": images, "mask": {"image_url": data_url(SQUARE)}})

    assert write_payload(payload, dict(payload.body)) is None
    assert json.loads(joined(write_payload(payload, {**payload.body, "n": 1}))) == {
        "prompt": "x",
        "images": images,
        "mask": {"image_url": data_url(SQUARE)},
        "n": 1,
    }


# -- forms


def test_a_form_is_read_as_json_would_type_it():
    payload = from_form(
        part("prompt", "a fox ☃"),
        part("n", "2"),
        part("stream", "True"),
        part("size", "1200x628"),
        part("pixroute[tags][tenant]", "a"),
        part("pixroute[images][]", "1x1"),
        part("pixroute[images][]", "2x2"),
        part("image[]", PNG, "a.png"),
        part("image[]", b"not a picture", "b.png"),
        part("mask", SQUARE, "m.png"),
    )
    images = payload.body["image[]"]
    assert isinstance(images, list)

    assert {name: value for name, value in payload.body.items() if name not in {"image[]", "mask"}} == {
        "prompt": "a fox ☃",
        "n": 2,
        "stream": True,
        "size": "1200x628",
        "pixroute": {"tags": {"tenant": "a"}, "images": ["1x1", "2x2"]},
    }
    assert [(file.filename, file.length, file.size) for file in images] == [
        ("a.png", len(PNG), Size(1200, 628)),
        ("b.png", 13, None),
    ]
    assert (payload.images, payload.mask, payload.told) == ((Size(1200, 628), None), True, True)
    assert payload.is_form


def test_the_engine_counts_the_files_of_a_form():
    payload = from_form(part("prompt", "x"), part("image", PNG, "a.png"), part("mask", SQUARE, "m.png"))
    request = read_request(payload.body, operation="edit", given=Given(images=payload.images))

    assert (request.operation, request.images, request.mask) == ("edit", (Size(1200, 628),), True)


def test_files_are_only_named_in_what_is_logged():
    payload = from_form(part("prompt", "x"), part("image", PNG, "a.png"))

    assert plain(payload.body) == {"prompt": "x", "image": "<File>"}


def test_an_unchanged_form_is_not_written():
    payload = from_form(part("prompt", "x"), part("n", " 2 "), part("image", PNG, "a.png"))

    assert write_payload(payload, dict(payload.body)) is None


def test_a_changed_form_has_its_files_and_other_fields_byte_for_byte():
    image, prompt = part("image[]", PNG + b"\r\n--", 'a"b.png'), part("prompt", "x\r\n")
    ours, gone = part("pixroute[tags][a]", "b"), part("response_format", "url") + part("style", "vivid")
    payload = from_form(part("n", "2"), prompt, ours, image, image, gone)
    params: dict[str, Any] = {**payload.body, "n": 1, "stream": True, "size": "1200x640", "style": None, "user": None}
    del params["response_format"], params["pixroute"]

    assert joined(write_payload(payload, params)) == b"".join(
        (
            part("stream", "true"),
            part("size", "1200x640"),
            part("n", "1"),
            prompt,
            image,
            image,
            b"--b--\r\n",
        )
    )


def test_our_own_fields_are_taken_out_of_a_form_even_where_nothing_else_changes():
    payload = from_form(part("prompt", "x"), part("pixroute[max_cost_usd]", "0.1"), part("image", PNG, "a.png"))

    assert joined(write_payload(payload, payload.body)) == b"".join(
        (
            part("prompt", "x"),
            part("image", PNG, "a.png"),
            b"--b--\r\n",
        )
    )


def test_a_list_is_written_as_fields_of_one_name():
    payload = from_form(part("prompt", "x"), part("tag[]", "a"), part("tag[]", "b"))

    assert joined(write_payload(payload, {"prompt": "x", "tag[]": [1, "c", 0.5, False]})) == b"".join(
        (
            part("prompt", "x"),
            *(part("tag[]", text) for text in ("1", "c", "0.5", "false")),
            b"--b--\r\n",
        )
    )


def test_a_file_can_go_but_not_come():
    payload = from_form(part("prompt", "x"), part("image", PNG, "a.png"))
    file = payload.body["image"]

    assert joined(write_payload(payload, {"prompt": "x"})) == part("prompt", "x") + b"--b--\r\n"
    with pytest.raises(TypeError):
        write_payload(payload, {"prompt": "x", "image": file, "mask": file})
    with pytest.raises(TypeError):
        write_payload(from_json({"prompt": "x"}), {"image": File(length=1)})


@pytest.mark.parametrize("name", ["image", "image[]", "mask"])
def test_an_empty_file_is_never_sent(name: str):
    with pytest.raises(RequestError) as caught:
        from_form(part("prompt", "x"), part(name, b"", "upload"))

    assert caught.value.field == name.removesuffix("[]")
    assert caught.value.code == "empty_file"
    assert caught.value.message == f"`{name.removesuffix('[]')}` is an empty file"
    assert "read before" in (caught.value.hint or "")


def test_a_file_that_was_read_to_its_end_and_cannot_be_rewound_is_never_sent_empty():
    httpx = pytest.importorskip("httpx")

    class Pipe:
        def __init__(self) -> None:
            self.left = [PNG]

        def read(self, _: int = -1) -> bytes:
            return self.left.pop() if self.left else b""

    files = {"image": ("a.png", Pipe())}
    first, again = (httpx.Request("POST", "https://x.test", data={"prompt": "x"}, files=files) for _ in range(2))
    sent = [message(request.headers["content-type"], request.read()) for request in (first, again)]

    assert read_payload(sent[0]).images == (Size(1200, 628),)
    assert refusal(sent[1]) == ("image", "empty_file")


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (message("multipart/form-data; boundary=b", b'{"prompt": "x"}'), (None, "invalid_form")),
        (message("multipart/form-data", b"--b--"), (None, "invalid_form")),
        (form(part("prompt", b"\xff")), ("prompt", "invalid_form")),
        (form(part("image", PNG)), ("image", "invalid_form")),
        (form(part("n", "11")), ("n", "integer_above_max_value")),
        (form(part("n", "1"), part("n", "2")), ("n", "invalid_type")),
        (form(part("pixroute[a]", "1"), part("pixroute[a][b]", "2")), ("pixroute.a.b", "invalid_value")),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(asked: Message, refused: tuple[str | None, str]):
    assert refusal(asked) == refused


def test_the_files_of_a_changed_form_are_windows_on_the_buffer_that_was_read():
    buffer = bytearray(joined(form(part("n", "2"), part("image", PNG * 1000, "a.png")).body))
    payload = read_payload(message("multipart/form-data; boundary=b", memoryview(buffer)))
    pieces = write_payload(payload, {**payload.body, "n": 1}) or ()

    assert [piece.obj is buffer for piece in pieces if isinstance(piece, memoryview)] == [True]
    assert sum(len(piece) for piece in pieces if isinstance(piece, bytes)) < 100
