"""What came back, read without its pictures, and held against what was asked."""

import base64
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.changes import Warn
from router.deliver.outline import LONG, MOST, Outline, filled, outline, read_spans
from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Policy, Route, Target
from router.request import read_request
from router.sizes import Size
from router.transport.answers import Answer, Ending, Events, Picture, audit, read_answer, read_events

CATALOG = load_catalog()
POLICY = Policy(name="p", routes=(Route(id="r", to=(Target(model="gpt-image-2.5-flare"),)),))
USAGE = {
    "input_tokens": 50,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
    "output_tokens": 1756,
    "total_tokens": 1806,
}


def png(width, height, length=3_000):
    """As much of a PNG as is looked at, then anything; as base64."""
    data = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return base64.b64encode(data.ljust(length, b"\x5a")).decode()


def body(**fields):
    told = {
        "created": 1,
        "background": "opaque",
        "output_format": "png",
        "quality": "medium",
        "size": "1024x1024",
        "data": [{"b64_json": png(1024, 1024)}],
        "usage": USAGE,
    }
    return json.dumps(told | fields).encode()


def decide(**asked):
    request = read_request({"prompt": "a red door", "model": "gpt-image-2.5-flare"} | asked)
    return plan(request, POLICY, Inputs(on=date(2026, 11, 23), catalog=CATALOG))


# -- an answer


def test_an_answer_says_what_was_drawn_and_what_it_used():
    assert read_answer(body()) == Answer(
        size="1024x1024",
        quality="medium",
        background="opaque",
        output_format="png",
        usage=USAGE,
        created=1,
        pictures=(Picture(Size(1024, 1024), "png"),),
    )


def test_fields_of_an_item_are_not_the_answers_own():
    item = {"size": "1x1", "b64_json": png(512, 768), "revised_prompt": 'say "size": "2x2", "quality": "high"}'}
    answer = read_answer(json.dumps({"data": [item], "size": "512x768"}).encode())

    assert answer == Answer(size="512x768", pictures=(Picture(Size(512, 768), "png"),))


def test_a_jpeg_is_found_behind_a_long_record_of_its_provenance():
    record = b"\xff\xeb" + (40_000).to_bytes(2, "big") + bytes(39_998)
    jpeg = (
        b"\xff\xd8"
        + record
        + b"\xff\xc0\x00\x11\x08"
        + (640).to_bytes(2, "big")
        + (1200).to_bytes(2, "big")
        + bytes(99)
    )

    answer = read_answer(body(data=[{"b64_json": base64.b64encode(jpeg).decode()}]))

    assert answer.pictures == (Picture(Size(1200, 640), "jpeg"),)


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"[1, 2]", b'"size"', b'{"size": "1024x1024"', b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_not_an_answer_says_nothing(text):
    assert read_answer(text) == Answer()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_answer_in_another_encoding_is_read_the_slow_way(encoding):
    assert read_answer(body().decode().encode(encoding)).size == "1024x1024"


def test_words_that_json_does_not_have_are_not_taken_for_pictures():
    text = body(svg_usage="HERE", size="512x512").replace(b'"HERE"', b"NaN")

    assert read_answer(text) == replace(
        read_answer(body()), size="512x512", pictures=(Picture(Size(1024, 1024), "png"),)
    )


def test_values_of_another_type_are_not_taken():
    assert read_answer(b'{"size": 1, "quality": null, "usage": [], "created": true, "data": {}}') == Answer()


def test_reading_an_answer_copies_no_picture():
    answer = body(data=[{"b64_json": png(1024, 1024, 6_000_000)}])
    tracemalloc.start()
    read_answer(answer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 200_000


tricky = st.text(alphabet='a"\\/{}:,\n\0é漢😀\ud800 ', max_size=12)
words = tricky | st.sampled_from(["size", "usage", "b64_json", "NaN", "1024x1024", '","size":"2x2'])
long_texts = st.builds(
    lambda start, times, end: start + "A+/" * times + end, words, st.sampled_from([0, 1, 340, 341, 342, 2_000]), words
)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | long_texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)
documents = st.dictionaries(
    st.sampled_from(["size", "quality", "background", "output_format", "usage", "created", "data", "svg_usage"])
    | words,
    values | st.lists(st.dictionaries(st.sampled_from(["b64_json", "size", "revised_prompt"]), values)),
)


@st.composite
def written(draw):
    """A document, and its bytes with fields and whitespace in any order."""
    document = dict(draw(st.permutations(list(draw(documents).items()))))
    text = json.dumps(
        document,
        ensure_ascii=draw(st.booleans()) or "\\ud800" in json.dumps(document),
        indent=draw(st.none() | st.sampled_from([0, 2, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (" ,\r\n ", " : "), (", ", ":\t")])),
    )
    return document, draw(st.sampled_from(["", " \n"])) + text.replace("/", draw(st.sampled_from(["/", "\\/"])))


def parts(text, cuts):
    data = text.encode()
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


@given(written())
def test_an_answer_is_read_as_json_loads_reads_it(answer):
    document, text = answer
    whole = json.loads(text)
    named = {name: whole.get(name) for name in ("size", "quality", "background", "output_format")}
    told = read_answer(text.encode())

    assert whole == document
    assert (told.usage or {}) == (whole.get("usage") if isinstance(whole.get("usage"), dict) else {})
    assert {name: getattr(told, name) for name in named} == {
        name: value if isinstance(value, str) else None for name, value in named.items()
    }


@given(written(), st.lists(st.integers(0, 10_000), max_size=8))
def test_an_outline_with_its_strings_put_back_is_the_document(answer, cuts):
    document, text = answer
    pieces = Outline()
    for piece in parts(text, cuts):
        pieces.feed(piece)
    data = text.encode()

    assert filled(pieces.read(), lambda hole: json.loads(b'"' + data[hole.start : hole.end] + b'"')) == document


def test_an_escape_may_be_cut_in_two():
    document = {"a": 'x"', "b": "\\", "c": '\\"\\\\"', "d": "\\" * 3 * LONG + '"'}
    pieces = Outline()
    for byte in json.dumps(document).encode():
        pieces.feed(bytes([byte]))

    assert [pieces.read()[name] for name in "abc"] == [document[name] for name in "abc"]


@given(written())
def test_every_field_is_found_where_it_stands(answer):
    document, text = answer
    spans = read_spans(text.encode())
    fields = spans.fields(spans.top())

    assert [json.loads(spans.raw(place)) for place in fields.values()] == list(document.values())


def test_a_string_is_cut_out_where_it_is_longer_than_is_kept():
    kept, cut = "a" * LONG, "b" * (LONG + 1)

    read = outline(json.dumps({"kept": kept, "cut": cut}).encode()).read()

    assert (read["kept"], read["cut"].head) == (kept, b"b" * LONG)


def test_an_outline_that_grows_too_large_is_dropped():
    large = Outline()
    large.feed(b"[" + b"1," * MOST)

    assert large.is_full
    with pytest.raises(ValueError, match="outline"):
        large.read()


# -- what was asked


def test_an_answer_as_asked_is_no_news():
    assert audit(decide(size="1024x1024", quality="medium"), read_answer(body())) == ()


@pytest.mark.parametrize(
    ("asked", "told", "code"),
    [
        ({"size": "1536x1024"}, {}, "ANSWER_SIZE"),
        ({"size": "1536x1024"}, {"size": "1536x1024"}, "ANSWER_SIZE"),  # so it says, but the picture is another size
        ({"quality": "high"}, {}, "ANSWER_QUALITY"),
        ({"background": "transparent"}, {}, "ANSWER_BACKGROUND"),
        ({"output_format": "webp"}, {}, "ANSWER_FORMAT"),
        ({"output_format": "webp"}, {"output_format": "webp"}, "ANSWER_FORMAT"),
        ({}, {"usage": None}, "USAGE_MISSING"),
        ({}, {"usage": {"total_tokens": 5}}, "USAGE_MISSING"),
    ],
)
def test_what_differs_is_a_warning(asked, told, code):
    assert [warning.code for warning in audit(decide(**asked), read_answer(body(**told)))] == [code]


def test_a_warning_says_what_was_asked_and_what_came():
    assert audit(decide(quality="high"), read_answer(body())) == (
        Warn("ANSWER_QUALITY", "`quality` was asked as `high`, and the answer has `medium`"),
    )


@pytest.mark.parametrize("asked", [{}, {"size": "auto", "quality": "auto", "background": "auto"}])
def test_what_was_left_open_cannot_differ(asked):
    assert audit(decide(**asked), read_answer(body(quality="high", size="1536x1024", background="transparent"))) == ()


def test_what_an_answer_does_not_say_cannot_differ():
    asked = decide(size="1536x1024", quality="high", background="opaque", output_format="webp")

    assert audit(asked, Answer(usage=USAGE)) == ()


@pytest.mark.parametrize(("alpha", "codes"), [(False, ["ANSWER_NO_ALPHA"]), (True, []), (None, [])])
def test_an_opaque_picture_is_a_warning_where_a_transparent_one_was_asked(alpha, codes):
    answer = read_answer(body(background="transparent"))

    assert [warning.code for warning in audit(decide(background="transparent"), answer, alpha=alpha)] == codes


def test_usage_above_the_ceiling_is_a_warning():
    decision = decide(size="1024x1024", quality="medium")
    ceiling = decision.quote.ceiling_micros

    assert audit(decision, read_answer(body()), bill_micros=ceiling) == ()
    assert [each.code for each in audit(decision, read_answer(body()), bill_micros=ceiling + 1)] == [
        "USAGE_ABOVE_CEILING"
    ]


def test_a_denied_request_has_no_answer_to_judge():
    assert audit(decide(n=10, size="100x4000"), Answer()) == ()


# -- event streams


def event(kind, **fields):
    return f"event: {kind}\ndata: {json.dumps({'type': kind} | fields)}\n\n".encode()


PARTIAL = event("image_generation.partial_image", b64_json=png(64, 64), size="1024x1024", partial_image_index=0)
COMPLETED = event(
    "image_generation.completed", b64_json=png(1024, 1024), size="1024x1024", quality="low", created_at=7, usage=USAGE
)
FAILED = event("error", error={"code": "moderation_blocked", "message": "no"})
DONE = Answer(size="1024x1024", quality="low", created=7, usage=USAGE, pictures=(Picture(Size(1024, 1024), "png"),))


def test_a_stream_ends_with_its_completed_event():
    assert read_events([PARTIAL, PARTIAL, COMPLETED]) == Ending(how="completed", answers=(DONE,), partial_images=2)


def test_a_stream_that_ends_without_a_completed_event_was_cut():
    assert read_events([PARTIAL, COMPLETED[:-200]]) == Ending(how="cut", partial_images=1)


@pytest.mark.parametrize(
    "text",
    [FAILED, FAILED.partition(b"\n")[2], b'data: {"error": {"code": "moderation_blocked", "message": "no"}}\n\n'],
)
def test_an_error_in_the_midst_of_a_stream_is_its_end(text):
    error = {"code": "moderation_blocked", "message": "no"}

    assert read_events([PARTIAL, text]) == Ending(how="error", partial_images=1, error=error)


def test_the_pictures_of_a_stream_are_billed_together():
    answer = read_events([COMPLETED, COMPLETED]).answer

    assert (answer.usage["output_tokens"], answer.usage["input_tokens_details"]) == (
        3512,
        {"text_tokens": 20, "image_tokens": 80},
    )


def test_a_completed_event_counts_without_the_empty_line_after_it():
    assert read_events([COMPLETED.rstrip()]).how == "completed"


def test_comments_and_other_fields_are_passed_over():
    noise = b": ping\n\nretry: 5\nid\n\ndata: [DONE]\n\ndata\n\n"

    assert read_events([noise, COMPLETED, noise]) == Ending(how="completed", answers=(DONE,))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("length", [1, 7, 500])
def test_data_may_come_in_several_lines(line_end, length):
    text = json.dumps({"type": "image_edit.completed", "size": "1024x1024"}, indent=1).replace("\n", "\ndata:")
    stream = f"data: {text}\n\n".replace("\n", line_end).encode()

    assert read_events(stream[at : at + length] for at in range(0, len(stream), length)).answer == Answer(
        size="1024x1024"
    )


def test_what_stands_on_two_lines_is_not_one_word():
    assert read_events([b'data: {"type": "image_edit.completed", "created_at": 1\ndata:2}\n\n']).how == "cut"


@given(st.lists(st.integers(0, 20_000), max_size=20), st.sampled_from(["\n", "\r\n", "\r"]))
@example(list(range(5_000)), "\r\n")
def test_a_stream_may_be_cut_into_chunks_anywhere(cuts, line_end):
    text = (PARTIAL + COMPLETED + COMPLETED).decode().replace("\n", line_end)

    assert read_events(parts(text, cuts)) == Ending(how="completed", answers=(DONE, DONE), partial_images=1)


@given(
    st.dictionaries(st.sampled_from(["size", "quality", "usage", "created"]), words),
    st.lists(st.integers(0), max_size=6),
)
def test_an_event_is_read_as_an_answer_is(fields, cuts):
    text = json.dumps({"type": "image_edit.completed"} | fields)

    assert read_events(parts(f"data: {text}\n\n", cuts)).answers == (read_answer(text.encode()),)


def test_a_stream_of_large_pictures_is_not_kept():
    chunk = b"A" * 65_536
    events = Events()
    events.feed(b'data: {"type": "image_generation.completed", "b64_json": "')
    tracemalloc.start()
    for _ in range(128):
        events.feed(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    events.feed(b'", "size": "1024x1024"}\n\n')

    assert events.close().answer.size == "1024x1024"
    assert peak < 2 * len(chunk)
