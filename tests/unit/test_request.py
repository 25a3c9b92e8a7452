"""Reading requests: every notation, every old word, every contradiction."""

from __future__ import annotations

import pytest

from router.errors import RequestError
from router.form import read_form
from router.parameters import MAX_PROMPT_CHARS
from router.request import ImageRequest, read_request, with_defaults, with_given
from router.sizes import Size
from router.told import Given


def read(**body: object) -> ImageRequest:
    return read_request({"prompt": "a fox"} | body)


def refusal(**body: object) -> tuple[str | None, str]:
    with pytest.raises(RequestError) as caught:
        read(**body)
    return caught.value.field, caught.value.code


def test_a_prompt_is_all_that_a_request_needs():
    request = read_request({"prompt": "a fox"})

    assert request == ImageRequest(prompt="a fox", body={"prompt": "a fox"})


@pytest.mark.parametrize("nothing", ["auto", None, "AUTO "])
def test_auto_null_and_absent_are_the_same_need(nothing: object):
    request = read(size=nothing, quality=nothing, background=nothing)

    assert (request.size, request.quality, request.background) == (None, "auto", "auto")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1200x628", Size(1200, 628)),
        ("1200×628", Size(1200, 628)),
        ("1200*628", Size(1200, 628)),
        ("16:9@2k", Size(2560, 1440)),
        ("1:1", Size(1024, 1024)),
        ("instagram.story", Size(1080, 1920)),
        ("og.link", Size(1200, 630)),
    ],
)
def test_a_size_is_read_in_every_notation(text: str, size: Size):
    assert read(size=text).size == size


def test_numbers_as_text_are_read_and_noted():
    request = read(n="1")

    assert request.n == 1
    assert [note[:5] for note in request.notes] == [("set", "n", "1", 1, "PARAM_READ")]


@pytest.mark.parametrize(("old", "new"), [("standard", "medium"), ("hd", "high")])
def test_the_qualities_of_dalle_get_their_new_names(old: str, new: str):
    assert read(quality=old).quality == new


def test_unknown_parameters_are_kept():
    assert read(sparkle=9).body == {"prompt": "a fox", "sparkle": 9}


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"prompt": None}, ("prompt", "missing_required_parameter")),
        ({"prompt": "  "}, ("prompt", "missing_required_parameter")),
        ({"prompt": 7}, ("prompt", "invalid_type")),
        ({"prompt": "x" * (MAX_PROMPT_CHARS + 1)}, ("prompt", "string_above_max_length")),
        ({"n": 12}, ("n", "integer_above_max_value")),
        ({"n": 0}, ("n", "integer_below_min_value")),
        ({"n": "x"}, ("n", "invalid_type")),
        ({"n": True}, ("n", "invalid_type")),
        ({"n": 1.5}, ("n", "invalid_type")),
        ({"n": float("inf")}, ("n", "invalid_type")),
        ({"partial_images": 4}, ("partial_images", "integer_above_max_value")),
        ({"output_compression": -1}, ("output_compression", "integer_below_min_value")),
        ({"quality": "ultra"}, ("quality", "invalid_value")),
        ({"size": 1024}, ("size", "invalid_value")),
        ({"size": "big"}, ("size", "invalid_value")),
        ({"stream": "maybe"}, ("stream", "invalid_type")),
        ({"mask": "m.png"}, ("mask", "invalid_value")),
        ({"image": ["a.png"] * 17}, ("image", "array_above_max_length")),
        ({"pixroute": []}, ("pixroute", "invalid_type")),
        ({"pixroute": {"need": {}}}, ("pixroute.need", "invalid_value")),
        ({"pixroute": {"needs": {"transparant": True}}}, ("pixroute.needs.transparant", "invalid_value")),
        ({"pixroute": {"tags": {"plan": []}}}, ("pixroute.tags.plan", "invalid_type")),
        ({"pixroute": {"max_cost_usd": -1}}, ("pixroute.max_cost_usd", "invalid_value")),
        ({"pixroute": {"max_cost_usd": "0.0000001"}}, ("pixroute.max_cost_usd", "invalid_value")),
        ({"pixroute": {"images": ["big"]}}, ("pixroute.images", "invalid_value")),
        ({"pixroute": {"mask": True}}, ("mask", "invalid_value")),
        ({"background": "opaque", "pixroute": {"needs": {"transparent": True}}}, ("background", "contradiction")),
        ({"output_format": "jpeg", "pixroute": {"needs": {"transparent": True}}}, ("output_format", "contradiction")),
        ({"background": "transparent", "pixroute": {"needs": {"transparent": False}}}, ("background", "contradiction")),
    ],
)
def test_what_cannot_be_read_names_its_field(body: dict[str, object], refused: tuple[str, str]):
    assert refusal(**body) == refused


def test_a_missing_prompt_is_named():
    with pytest.raises(RequestError, match="a prompt is missing"):
        read_request({"model": "gpt-image-1"})


@pytest.mark.parametrize("body", [{"input": "a fox"}, {"tools": [{"type": "image_generation"}]}, {"messages": []}])
def test_a_body_for_another_api_is_an_unsupported_surface(body: dict[str, object]):
    with pytest.raises(RequestError) as caught:
        read_request(body)

    assert caught.value.code == "unsupported_surface"


def test_input_images_make_an_edit():
    request = read(image=["a.png", "b.png"], mask="m.png")

    assert (request.operation, request.images, request.mask) == ("edit", (None, None), True)


def test_an_edit_has_an_image_even_where_the_body_does_not_show_it():
    assert read(pixroute={"operation": "edit"}).images == (None,)


def test_the_images_of_a_form_may_be_numbered():
    assert ImageRequest.from_form({"prompt": "a fox", "image[0]": b"1", "image[1]": b"2"}).images == (None, None)


def test_our_own_key_in_brackets_is_never_part_of_the_body():
    request = read_request({"prompt": "a fox", "pixroute[tags][tenant]": "acme"})

    assert (request.body, request.tags) == ({"prompt": "a fox"}, {"tenant": "acme"})


def test_markup_on_a_generation_is_named():
    assert refusal(markup="m.png") == ("markup", "invalid_value")


def test_a_generation_takes_no_input_images():
    with pytest.raises(RequestError, match="input images on a generation"):
        read_request({"prompt": "a fox", "image": "a.png"}, operation="generate")


def test_facts_travel_in_one_key_that_is_not_part_of_the_body():
    told = {"needs": {"text_heavy": True}, "tags": {"plan": "paid", "team": 7}, "max_cost_usd": 0.25}

    request = read(pixroute=told)

    assert request.body == {"prompt": "a fox"}
    assert request.needs == {"text_heavy": True}
    assert request.tags == {"plan": "paid", "team": "7"}
    assert request.max_cost_micros == 250_000


def test_the_body_says_what_its_files_are():
    request = read(pixroute={"operation": "edit", "images": ["1024x768", None], "mask": True})

    assert (request.operation, request.images, request.mask) == ("edit", (Size(1024, 768), None), True)


def test_code_wins_over_the_body_and_the_lower_cap_counts():
    body = {
        "prompt": "a fox",
        "image": "a.png",
        "pixroute": {"tags": {"plan": "paid"}, "max_cost_usd": 1, "images": ["10x10"], "needs": {"text_heavy": True}},
    }
    given = Given(
        tags={"plan": "free"}, max_cost_micros=2_000_000, images=(Size(800, 600),), needs={"text_heavy": False}
    )

    request = read_request(body, given=given)

    assert request.tags == {"plan": "free"}
    assert request.max_cost_micros == 1_000_000
    assert request.images == (Size(800, 600),)
    assert request.needs == {"text_heavy": False}


def test_an_image_that_nobody_could_measure_keeps_its_declared_size():
    body = {
        "prompt": "a fox",
        "images": [{"file_id": "f"}, {"file_id": "g"}],
        "pixroute": {"images": ["10x20", "30x40"]},
    }

    request = read_request(body, given=Given(images=(None, Size(800, 600))))

    assert request.images == (Size(10, 20), Size(800, 600))


def test_what_the_policy_does_not_trust_is_passed_over_with_a_warning():
    request = read_request(
        {"prompt": "a fox", "pixroute": {"tags": {"plan": "paid"}, "max_cost_usd": 1}}, trust=["max_cost_usd"]
    )

    assert (request.tags, request.max_cost_micros) == ({}, 1_000_000)
    assert [warning.code for warning in request.warnings] == ["BODY_NOT_TRUSTED"]


def test_code_adds_to_a_request_that_was_read_before():
    request = with_given(read(pixroute={"max_cost_usd": 1}), Given(tags={"plan": "free"}, max_cost_micros=5))

    assert (request.tags, request.max_cost_micros) == ({"plan": "free"}, 5)


def test_code_that_adds_images_makes_an_edit():
    assert with_given(read(), Given(images=(Size(800, 600),))).operation == "edit"


def test_code_cannot_call_a_request_with_a_mask_a_generation():
    edit = read(image="a.png", mask="m.png")

    with pytest.raises(RequestError, match="on a generation"):
        with_given(edit, Given(operation="generate"))


def test_defaults_stand_in_for_auto_null_and_nothing_only():
    request = with_defaults(read(size="auto", n=3), {"size": "1536x1024", "quality": "medium", "n": 1})

    assert (request.size, request.quality, request.n) == (Size(1536, 1024), "medium", 3)
    assert [(note.field, note.before, note.after, note.code) for note in request.notes] == [
        ("size", "auto", "1536x1024", "DEFAULT"),
        ("quality", None, "medium", "DEFAULT"),
    ]


def test_the_fields_of_a_form_nest_and_are_typed():
    fields = {
        "prompt": "a fox",
        "n": "2",
        "stream": "true",
        "image[]": [b"1", b"2"],
        "pixroute[tags][tenant]": "acme",
        "pixroute[images][]": ["1024x768", "10x10"],
        "pixroute[max_cost_usd]": "0.5",
    }

    assert read_form(fields) == {
        "prompt": "a fox",
        "n": 2,
        "stream": True,
        "image[]": [b"1", b"2"],
        "pixroute": {"tags": {"tenant": "acme"}, "images": ["1024x768", "10x10"], "max_cost_usd": "0.5"},
    }


def test_a_form_is_an_edit():
    request = ImageRequest.from_form({"prompt": "a fox", "image": b"1", "pixroute[tags][tenant]": "acme"})

    assert (request.operation, len(request.images), request.tags) == ("edit", 1, {"tenant": "acme"})


def test_a_form_field_cannot_be_a_value_and_a_group():
    with pytest.raises(RequestError, match="both as a value and as a group"):
        read_form({"pixroute[tags]": "x", "pixroute[tags][tenant]": "acme"})
