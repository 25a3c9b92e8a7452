"""What the caller gets: the size asked, the original around the mask, a data URL; and otherwise the very same bytes."""

import base64
import json
import sys
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from router.deliver import Edit, StreamDelivery, deliver, find_alpha, has_alpha, is_wanted, require_pillow
from router.engine import Inputs, plan
from router.errors import ConfigError
from router.files import load_catalog
from router.policy import Deliver, Policy, Route, Target
from router.request import read_request

CATALOG = load_catalog()
DROPPED = ["PROVENANCE_DROPPED"]


def policy(*, size="crop", url="none", masks="guided", provenance="may_drop"):
    routes = (Route(id="r", to=(Target(model="gpt-image-2.5-flare"),)),)
    return Policy(name="p", routes=routes, deliver=Deliver(size=size, url=url), masks=masks, provenance=provenance)


KEEP = policy(size="keep")
CROP = policy()
EXACT = policy(size="keep", masks="exact")
URL = policy(size="keep", url="data")


def decide(**asked):
    request = read_request({"prompt": "a red door", "model": "gpt-image-2.5-flare"} | asked)
    return plan(request, CROP, Inputs(on=date(2026, 11, 23), catalog=CATALOG))


BANNER = decide(size="1200x628")  # drawn as 1200x640, of which six rows are cut away above and below


def scene(size, *, alpha=False, seed=3):
    """A picture in which every pixel differs from its neighbours, smoothly."""
    image = Image.linear_gradient("L").resize(size)
    across = Image.linear_gradient("L").rotate(90).resize(size)
    spot = Image.new("L", size, 10 * seed)
    ImageDraw.Draw(spot).ellipse((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill=200)
    bands = [image, across, spot.filter(ImageFilter.GaussianBlur(seed))]
    return Image.merge("RGBA", [*bands, ImageChops.invert(across)]) if alpha else Image.merge("RGB", bands)


def file(image, kind="PNG", **options):
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def answer(*files, **fields):
    data = [{"b64_json": base64.b64encode(each).decode()} for each in files]
    return json.dumps({"created": 1, "size": "1200x640", "data": data, "usage": {"total_tokens": 3}} | fields).encode()


def picture(body, place=0):
    return Image.open(BytesIO(base64.b64decode(json.loads(body)["data"][place]["b64_json"])))


def codes(delivered):
    return [warning.code for warning in delivered.warnings]


def same(one, other):
    return (one.mode, one.size, one.tobytes()) == (other.mode, other.size, other.tobytes())


# -- nothing to do


@pytest.mark.parametrize(
    ("decision", "rules"),
    [
        (BANNER, KEEP),
        (decide(size="1024x1024"), KEEP),
        (decide(size="auto"), CROP),
        (decide(), EXACT),
        (decide(), URL),
        (decide(model="dall-e-3", response_format="b64_json"), URL),
    ],
)
def test_an_answer_that_nothing_is_done_with_is_the_very_same(decision, rules):
    body = b"not even looked at"

    assert deliver(body, decision, rules).body is body
    assert not is_wanted(decision, rules)


def test_a_picture_that_has_its_size_already_is_the_very_same():
    body = answer(file(scene((1200, 628))))
    delivered = deliver(body, BANNER, CROP)

    assert delivered.body is body
    assert delivered.warnings == ()


# -- size


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("asked", ["1200x628", "1080x1080", "1920x1080", "300x250", "1000x1500"])
def test_the_caller_gets_exactly_the_size_it_asked_for(kind, asked):
    decision = decide(size=asked)
    delivered = deliver(answer(file(scene(decision.plan.canvas), kind)), decision, CROP)
    image = picture(delivered.body)

    assert (f"{image.width}x{image.height}", image.format) == (asked, kind)
    assert codes(delivered) == DROPPED


def test_a_cut_picture_keeps_every_pixel_that_is_left():
    whole = scene((1200, 640))

    assert same(picture(deliver(answer(file(whole)), BANNER, CROP).body), whole.crop((0, 6, 1200, 634)))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept(kind):
    drawn = file(scene((1200, 640), alpha=True), kind, **({"lossless": True} if kind == "WEBP" else {}))
    image = picture(deliver(answer(drawn), BANNER, CROP).body)

    assert image.mode == "RGBA"
    assert same(image.getchannel("A"), scene((1200, 640), alpha=True).getchannel("A").crop((0, 6, 1200, 634)))


def test_a_palette_with_a_transparent_colour_keeps_it():
    image = Image.new("P", (1200, 640), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    body = deliver(answer(file(image, transparency=1)), BANNER, CROP).body

    assert picture(body).getpixel((5, 5)) == (0, 255, 0, 0)


def test_every_picture_is_cut_and_the_answer_says_its_new_size():
    delivered = deliver(answer(file(scene((1200, 640))), file(scene((1200, 640), seed=9))), BANNER, CROP)

    assert [picture(delivered.body, place).size for place in (0, 1)] == [(1200, 628), (1200, 628)]
    assert json.loads(delivered.body)["size"] == "1200x628"


def test_another_canvas_than_was_asked_loses_what_it_must_on_both_sides():
    whole = scene((1536, 1024))
    middle = whole.crop((0, 110, 1536, 913)).resize((1200, 628), Image.Resampling.LANCZOS)

    assert same(picture(deliver(answer(file(whole)), BANNER, CROP).body), middle)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_compression_that_was_asked_is_kept_to(kind):
    drawn = answer(file(scene((1200, 640)).effect_spread(20), kind, quality=95))
    sizes = [
        len(deliver(drawn, decide(size="1200x628", output_format=kind.lower(), **asked), CROP).body)
        for asked in ({"output_compression": 10}, {"output_compression": 60}, {})
    ]

    assert sizes == sorted(sizes)
    assert sizes[0] * 2 < sizes[2]


def test_a_colour_profile_is_kept():
    body = deliver(answer(file(scene((1200, 640)), icc_profile=b"some profile")), BANNER, CROP).body

    assert picture(body).info["icc_profile"] == b"some profile"


def test_provenance_is_kept_where_the_policy_says_so():
    body = answer(file(scene((1200, 640))))
    delivered = deliver(body, BANNER, policy(provenance="keep"))

    assert delivered.body is body
    assert codes(delivered) == ["PROVENANCE_KEPT"]


@pytest.mark.parametrize(
    "damaged", [b"", b"no picture", file(scene((1200, 640)))[:2_000], file(scene((1200, 640)), "GIF"), b"<svg/>"]
)
def test_a_picture_that_cannot_be_cut_is_delivered_as_it_came(damaged):
    body = answer(damaged)
    delivered = deliver(body, BANNER, CROP)

    assert delivered.body is body
    assert codes(delivered) == ["DELIVERY_FAILED"]


def test_one_damaged_picture_does_not_cost_the_others():
    delivered = deliver(answer(b"no picture", file(scene((1200, 640)))), BANNER, CROP)

    assert picture(delivered.body, 1).size == (1200, 628)
    assert codes(delivered) == ["DELIVERY_FAILED", *DROPPED]
    assert json.loads(delivered.body)["size"] == "1200x640"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": [', b"[" * 100_000])
def test_an_answer_that_cannot_be_read_is_delivered_as_it_came(body):
    delivered = deliver(body, BANNER, CROP)

    assert delivered.body is body
    assert codes(delivered) == ["DELIVERY_FAILED"]


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"data": null}', b'{"data": [1, {"url": "x"}]}'])
def test_an_answer_without_pictures_is_the_very_same(body):
    assert deliver(body, BANNER, CROP) == (body, ())


SMALL = file(Image.new("RGB", (1200, 640), "red"))
around = st.dictionaries(st.text(max_size=3), st.text(max_size=4) | st.integers() | st.none(), max_size=3)


layouts = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 0, 3]), "separators": st.sampled_from([(",", ":"), (" , ", "\n: ")])}
)


@given(around, around, layouts)
def test_every_other_field_is_left_as_it_was_written(fields, item, layout):
    document = {**fields, "data": [{**item, "b64_json": "HERE", "revised_prompt": '日本 "b64_json"'}], "usage": fields}
    text = json.dumps(document, **layout).encode()
    before, after = text.split(b"HERE")

    delivered = deliver(before + base64.b64encode(SMALL) + after, BANNER, CROP).body

    assert (delivered.startswith(before), delivered.endswith(after)) == (True, True)
    assert picture(delivered).size == (1200, 628)


def test_slashes_may_be_escaped():
    body = answer(file(scene((1200, 640)))).replace(b"/", b"\\/")

    assert picture(deliver(body, BANNER, CROP).body).size == (1200, 628)


# -- without pillow


@pytest.fixture
def no_pillow(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "router.deliver.pictures", raising=False)
    monkeypatch.delattr("router.deliver.pictures", raising=False)


@pytest.mark.usefixtures("no_pillow")
@pytest.mark.parametrize("rules", [CROP, EXACT])
def test_a_policy_that_needs_pillow_is_refused_without_it(rules):
    with pytest.raises(ConfigError, match="pictures need `PIL`") as caught:
        require_pillow(rules)

    assert caught.value.hint == 'pip install "pixroute[images]"'


@pytest.mark.usefixtures("no_pillow")
def test_a_policy_that_does_not_need_pillow_works_without_it():
    require_pillow(URL)
    delivered = deliver(answer(SMALL), decide(response_format="url"), URL)

    assert (codes(delivered), has_alpha(SMALL)) == ([], None)


@pytest.mark.usefixtures("no_pillow")
def test_a_picture_that_is_paid_for_is_delivered_without_pillow():
    body = answer(SMALL)
    delivered = deliver(body, BANNER, CROP)

    assert delivered.body is body
    assert codes(delivered) == ["DELIVERY_FAILED"]


# -- URLs


@pytest.mark.parametrize("asked", [{"response_format": "url"}, {"model": "dall-e-3"}, {"model": "dall-e-2"}])
def test_code_that_reads_the_url_finds_one(asked):
    body = answer(SMALL, file(scene((8, 8)), "JPEG"), file(scene((8, 8)), "WEBP"))
    items = json.loads(deliver(body, decide(**asked), URL).body)["data"]

    assert [item["url"].partition(",")[0] for item in items] == [
        "data:image/png;base64",
        "data:image/jpeg;base64",
        "data:image/webp;base64",
    ]
    assert [item["url"].partition(",")[2] for item in items] == [item["b64_json"] for item in items]


def test_which_models_answered_with_a_url_can_be_said():
    decision = decide(model="our-old-one")

    assert b"data:image" in deliver(answer(SMALL), decision, URL, url_models={"our-old-one"}).body
    assert b"data:image" not in deliver(answer(SMALL), decision, URL).body


def test_a_url_that_is_null_is_filled_and_one_that_is_there_stays():
    items = [
        {"url": None, "b64_json": "iVBORw=="},
        {"b64_json": "iVBORw==", "url": None},
        {"b64_json": "/9j/", "url": "x"},
    ]
    body = deliver(json.dumps({"data": items}).encode(), decide(response_format="url"), URL).body

    assert [item["url"] for item in json.loads(body)["data"]] == [
        "data:image/png;base64,iVBORw==",
        "data:image/png;base64,iVBORw==",
        "x",
    ]


def test_the_url_holds_the_picture_as_it_was_cut():
    decision = decide(size="1200x628", response_format="url")
    item = json.loads(deliver(answer(SMALL), decision, policy(url="data")).body)["data"][0]

    assert item["url"] == f"data:image/png;base64,{item['b64_json']}"


# -- masks


def mask(size, *, holes=((100, 100, 300, 200),)):
    """Opaque but for its holes."""
    alpha = Image.new("L", size, 255)
    for hole in holes:
        ImageDraw.Draw(alpha).rectangle(hole, fill=0)
    return Image.merge("RGBA", [*scene(size).split(), alpha])


def edited(original, drawn, *, rules=EXACT, kind="PNG", over=None, **asked):
    """What is delivered of an edit; `original` and `drawn` are pictures."""
    edit = Edit(image=file(original), mask=file(over or mask(original.size)))
    return deliver(answer(file(drawn, kind)), decide(**asked), rules, edit=edit)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1024, 1024), (800, 600), (333, 777)])
def test_outside_of_the_mask_every_pixel_is_the_originals(kind, size):
    original, drawn = scene(size), scene((size[0] * 2, size[1] * 2), seed=20)
    delivered = edited(original, drawn, kind=kind)
    difference = ImageChops.difference(original, picture(delivered.body).convert("RGB"))

    assert difference.getbbox() == (100, 100, 301, 201)
    assert codes(delivered) == DROPPED


def test_a_mask_of_another_size_has_hard_edges():
    original, drawn = scene((1024, 1024)), scene((1024, 1024), seed=20)
    image = picture(edited(original, drawn, over=mask((512, 512))).body)

    assert ImageChops.difference(original, image).getbbox() == (200, 200, 602, 402)
    assert same(image.crop((200, 200, 602, 402)), drawn.crop((200, 200, 602, 402)))


def test_inside_of_the_mask_every_pixel_is_drawn():
    original, drawn = scene((1024, 1024)), scene((1024, 1024), seed=20)
    box = (100, 100, 301, 201)

    assert same(picture(edited(original, drawn).body).crop(box), drawn.crop(box))


def test_an_original_keeps_its_transparency():
    original = scene((512, 512), alpha=True)
    image = picture(edited(original, scene((512, 512), seed=20)).body)

    assert image.getpixel((400, 10)) == original.getpixel((400, 10))
    assert image.getpixel((200, 150))[3] == 255


def test_an_original_that_is_to_be_turned_is_turned():
    upright = scene((600, 800))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = file(upright.transpose(Image.Transpose.ROTATE_90), exif=exif)
    edit = Edit(image=turned, mask=file(mask((600, 800))))
    image = picture(deliver(answer(file(scene((600, 800), seed=20))), decide(), EXACT, edit=edit).body)

    assert same(ImageOps.exif_transpose(Image.open(BytesIO(turned))), upright)
    assert ImageChops.difference(image, upright).getbbox() == (100, 100, 301, 201)


def test_the_size_that_was_asked_is_cut_before_it_is_pasted():
    original = scene((1200, 628))
    delivered = edited(original, scene((1200, 640), seed=20), rules=policy(masks="exact"), size="1200x628")

    assert ImageChops.difference(picture(delivered.body), original).getbbox() == (100, 100, 301, 201)
    assert codes(delivered) == DROPPED


def test_a_size_that_must_be_delivered_costs_exactness_and_says_so():
    delivered = edited(scene((2048, 2048)), scene((1024, 1024)), rules=policy(masks="exact"), size="1024x1024")

    assert picture(delivered.body).size == (1024, 1024)
    assert codes(delivered) == [*DROPPED, "MASK_NOT_EXACT"]


def test_a_jpeg_cannot_be_exact_and_says_so():
    assert codes(edited(scene((512, 512)), scene((512, 512)), kind="JPEG")) == [*DROPPED, "MASK_NOT_EXACT"]


@pytest.mark.parametrize(
    ("drawn", "over"),
    [
        (scene((1536, 1024)), mask((512, 512))),  # who knows what lies where
        (scene((512, 512)), mask((512, 512), holes=())),
        (scene((512, 512)), scene((512, 512))),
    ],
)
def test_an_edit_that_cannot_be_pasted_is_delivered_as_it_came(drawn, over):
    delivered = edited(scene((512, 512)), drawn, over=over)

    assert same(picture(delivered.body), drawn)
    assert codes(delivered) == ["DELIVERY_FAILED"]


def test_a_mask_is_not_pasted_where_the_policy_does_not_say_so():
    body = answer(SMALL)
    edit = Edit(image=SMALL, mask=file(mask((1200, 640))))

    assert deliver(body, decide(), KEEP, edit=edit).body is body


# -- transparency


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (scene((64, 64), alpha=True), True),
        (scene((64, 64)), False),
        (Image.new("RGBA", (64, 64), (1, 2, 3, 255)), False),
        (Image.new("RGBA", (64, 64), (1, 2, 3, 254)), False),  # as what is meant to be opaque comes at times
        (Image.new("LA", (64, 64), (1, 0)), True),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_pixels_are_found(image, expected, kind):
    assert has_alpha(file(image, kind)) is expected


def test_what_cannot_be_read_is_not_known_to_be_opaque():
    assert has_alpha(b"no picture") is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [([True], True), ([True, False], False), ([True, None], None), ([None, False], False), ([], None)],
)
def test_an_answer_has_alpha_if_all_its_pictures_have(files, expected):
    known = {True: file(scene((9, 9), alpha=True)), False: file(scene((9, 9))), None: b"no picture"}

    assert find_alpha(answer(*map(known.get, files))) is expected


# -- event streams


def event(size, **fields):
    data = {
        "type": "image_generation.completed",
        "size": "1200x640",
        "b64_json": base64.b64encode(file(scene(size))).decode(),
    }
    return f"event: image_generation.completed\ndata: {json.dumps(data | fields)}\n\n".encode()


@pytest.mark.parametrize("length", [1, 1_000, 100_000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_the_pictures_of_a_stream_are_delivered_event_by_event(length, line_end):
    stream = (b": ping\n\n" + event((1200, 640)) + b"data: [DONE]\n\n").replace(b"\n", line_end)
    delivery = StreamDelivery(lambda data: deliver(data, BANNER, CROP))
    chunks = [delivery.feed(stream[at : at + length]) for at in range(0, len(stream), length)]
    first, second, third = (b"".join(chunks) + delivery.close()).split(line_end * 2)[:3]
    data = json.loads(second.partition(b"data: ")[2])

    assert (first, third) == (b": ping", b"data: [DONE]")
    assert Image.open(BytesIO(base64.b64decode(data["b64_json"]))).size == (1200, 628)
    assert (data["size"], data["type"]) == ("1200x628", "image_generation.completed")
    assert [warning.code for warning in delivery.warnings] == DROPPED


def test_an_event_gets_no_url():
    data = event((8, 8)).partition(b"data: ")[2].strip()

    assert deliver(data, decide(response_format="url"), URL).body is data


def test_an_event_that_was_cut_is_passed_on_as_it_is():
    delivery = StreamDelivery(lambda data: deliver(data, BANNER, CROP))
    text = event((1200, 640))[:-50]

    assert delivery.feed(text) + delivery.close() == text
