"""The page of the demonstration: whole, self-contained, and safe whatever a prompt says."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image

from router import Router
from router.demo.amounts import Totals, dollars
from router.demo.answers import Answer, Refusal, read_answer
from router.demo.clients import File
from router.demo.page import render
from router.demo.pictures import data_url, hole_in, size_of
from router.demo.scenes import Scene
from router.demo.stage import POLICY, AsWritten, Shot
from router.markup import Html, join, tag
from router.records import Record

DAY = date(2026, 11, 23)
EVIL = (
    """</pre></style><script src="https://evil.test/x.js">alert('1')</script> & "quoted" <img src=x onerror=alert(1)>"""
)
GONE = Refusal(code="invalid_value", message="The model '<b>dall-e-3</b>' does not exist.")
ROUTER = Router.from_file(POLICY)


def png(size, mode="RGB"):
    file = BytesIO()
    Image.new(mode, size, "teal").save(file, "PNG")
    return file.getvalue()


def shot(body, answer, **changes):
    """A shot of a request, decided as the demonstration decides it; as written the API refuses it."""
    request = {"prompt": "a red door", "model": "gpt-image-2", "size": "1024x1024", "quality": "low", **body}
    scene = Scene(id="scene", title="A scene", shows="what it shows", body=request)
    record = Record(at=datetime(2026, 11, 23, tzinfo=UTC), decision=ROUTER.decide(request, on=DAY))
    written = AsWritten(answer=Answer(status=400, refusal=GONE), billed_micros=0)
    given = {"scene": scene, "answer": answer, "records": (record,), "billed_micros": 6_000, "as_written": written}
    return Shot(**{**given, "ms": 12, **changes})


def drawn(*sizes):
    return Answer(status=200, pictures=tuple(map(png, sizes)))


def costing(micros):
    return AsWritten(answer=drawn((64, 64)), billed_micros=micros)


class Seen(HTMLParser):
    """What a browser would see: open elements, texts, links and classes."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.links, self.texts, self.classes = [], Counter(), [], [], Counter()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.links += [value for name, value in attrs if name in {"src", "href", "action", "srcset"}]
        self.classes.update(word for name, value in attrs if name == "class" for word in value.split())
        if tag not in {"img", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def see(*shots):
    return Seen(render(shots, on=DAY, client="a <client>"))


def test_every_element_is_closed_and_every_card_is_there():
    seen = see(shot({}, drawn((1024, 1024))), shot({}, Answer(status=403, refusal=GONE)))

    assert (seen.open, seen.tags["article"], seen.tags["html"]) == ([], 2, 1)


def test_whatever_a_prompt_says_is_only_text():
    seen = see(shot({"prompt": EVIL, "user": EVIL}, drawn((1024, 1024))))

    assert seen.tags["script"] == 0
    assert seen.tags["img"] == 0
    assert EVIL in seen.text
    assert "a <client>" in seen.text
    assert GONE.message in seen.text


def test_the_page_needs_nothing_else():
    page = render([shot({}, drawn((1024, 1024), (64, 64)))], on=DAY, client="httpx")

    assert {re.match(r"data:image/webp;base64,|#", link)[0] for link in Seen(page).links} == {
        "data:image/webp;base64,",
        "#",
    }
    assert re.findall(r"@import|https?:|url\((?!#)", page) == []


def test_the_same_shots_give_the_same_bytes():
    shots = [shot({}, drawn((1024, 1024)))]

    assert render(shots, on=DAY, client="x") == render(shots, on=DAY, client="x")


def test_it_has_both_colour_schemes_and_fits_a_telephone():
    page = render([], on=DAY, client="x")

    assert "prefers-color-scheme: dark" in page
    assert 'content="width=device-width, initial-scale=1"' in page


# -- a card


def test_a_change_is_told_with_its_code_and_reason():
    seen = see(shot({"size": "1200x628", "model": "dall-e-3", "style": "vivid"}, drawn((1200, 640))))

    assert "1200x628 → 1200x640edges must be multiples of 16 SIZE_TO_CANVAS" in seen.text
    assert "dall-e-3 was shut down on 2026-05-12 MODEL_SHUT_DOWN" in seen.text
    assert "gpt-image-2.5-flare has no style; say it in the prompt PARAM_REJECTED" in seen.text


def test_a_candidate_that_was_skipped_is_told_with_its_reason():
    seen = see(shot({"background": "transparent"}, drawn((1024, 1024))))

    assert "gpt-image-2 transparency is a preview; allow.preview has no gpt-image-2.transparency" in seen.text


def test_the_canvas_and_the_crop_are_drawn_to_scale():
    page = render([shot({"size": "1200x628"}, drawn((1200, 640)))], on=DAY, client="x")

    assert '<rect class="canvas" x="0" y="0" width="1200" height="640">' in page
    assert '<rect class="crop" x="0" y="6" width="1200" height="628">' in page
    assert 'd="M0 0h1200v640h-1200z M0 6h1200v628h-1200z" class="away"' in page


def test_a_target_of_another_scale_is_drawn_in_the_middle_of_the_canvas():
    page = render([shot({"size": "256x256"}, drawn((816, 816)))], on=DAY, client="x")

    assert '<rect class="target" x="280" y="280" width="256" height="256">' in page
    assert "resized to 256×256" in page


def test_a_picture_that_came_in_its_target_size_lies_where_it_was_cut():
    page = render([shot({"size": "1200x628"}, drawn((1200, 628)))], on=DAY, client="x")

    assert re.search(r'<image href="[^"]+" preserveAspectRatio="none" x="0" y="6" width="1200" height="628">', page)


def test_a_size_that_is_drawn_as_asked_has_no_crop():
    assert see(shot({}, drawn((1024, 1024)))).classes["away"] == 0


def test_references_mask_and_partial_images_are_shown_small():
    picture = png((64, 64))
    files = (File("image[]", "a.png", picture), File("mask", "mask.png", hole_in(picture)))
    answer = Answer(status=200, pictures=(png((1024, 1024)), picture), partial=(picture,))

    seen = see(shot({}, answer, files=files))

    assert seen.tags["img"] == 4
    assert [text for text in seen.texts if text in {"reference 1", "mask", "partial 1", "picture 2"}] == [
        "reference 1",
        "mask",
        "partial 1",
        "picture 2",
    ]


# -- the money


@pytest.mark.parametrize(
    ("answer", "written", "told"),
    [
        (drawn((64, 64)), costing(10_000), "saved$0.0040"),
        (drawn((64, 64)), costing(5_000), "dearer by$0.0010"),
        (drawn((64, 64)), AsWritten(answer=Answer(status=400, refusal=GONE), billed_micros=0), "nowdrawn"),
        (Answer(status=403, refusal=GONE), costing(10_000), "not spent$0.0100"),
    ],
)
def test_what_it_came_to_is_one_word_and_an_amount(answer, written, told):
    assert told in see(shot({}, answer, as_written=written)).text


def test_totals_compare_only_what_can_be_compared():
    totals = Totals.of(
        [
            shot({}, drawn((64, 64)), as_written=costing(10_000)),
            shot({}, drawn((64, 64))),
            shot({}, Answer(status=403, refusal=GONE), as_written=costing(70_000), billed_micros=0),
        ]
    )

    assert (totals.requests, totals.drawn, totals.drawn_as_written) == (3, 2, 2)
    assert (totals.asked_micros, totals.billed_micros) == (80_000, 12_000)
    assert (totals.saved_micros, totals.unspent_micros) == (4_000, 70_000)


@pytest.mark.parametrize(("micros", "told"), [(0, "$0.0000"), (1_234_567_890, "$1,234.5679"), (-1_000, "-$0.0010")])
def test_dollars_have_four_decimals(micros, told):
    assert dollars(micros) == told


def test_the_longest_bar_is_the_dearest():
    page = render([shot({}, drawn((64, 64)), as_written=costing(24_000))], on=DAY, client="x")

    assert re.findall(r"--share: ([\d.]+)", page) == ["100.00", "25.00"]


# -- its parts


def test_text_is_escaped_and_html_is_not():
    assert tag("p", "<", Html("<b>"), None, class_='"', aria_hidden="true", id=None) == (
        '<p class="&quot;" aria-hidden="true">&lt;<b></p>'
    )
    assert join("a", tag("img", src="x")) == 'a<img src="x">'


def test_pictures_are_made_small_and_keep_their_alpha():
    import base64

    url = data_url(png((1440, 720), "RGBA"))

    with Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))) as small:
        assert (small.size, small.format) == ((720, 360), "WEBP")


def test_a_mask_has_the_size_of_its_picture_and_a_hole_in_its_middle():
    mask = hole_in(png((90, 60)))

    with Image.open(BytesIO(mask)) as image:
        assert (size_of(mask), image.getpixel((45, 30))[3], image.getpixel((0, 0))[3]) == ((90, 60), 0, 255)


def test_a_stream_is_read_event_by_event():
    body = (
        b'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"YQ=="}\n\n'
        b'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"Yg=="}\n\n'
    )

    assert read_answer(200, body) == Answer(status=200, pictures=(b"b",), partial=(b"a",))


def test_an_error_in_a_stream_is_a_refusal():
    body = b'event: error\ndata: {"type":"error","error":{"code":null,"type":"server_error","message":"oh"}}\n\n'

    assert read_answer(200, body) == Answer(status=200, refusal=Refusal(code="server_error", message="oh"))
