"""What comes back from a call that goes well."""

from __future__ import annotations

import pytest

from .calls import EDITS, PLAIN, data_url, edit, error, events, generate, jpeg, kinds, mask, picture, png, turned_jpeg


def test_an_answer_is_shaped_as_the_api_shapes_it(api):
    answer = generate(api, user="u1").json()
    picture = answer["data"][0].pop("b64_json")

    assert picture.startswith("iVBOR")
    assert answer == {
        "created": 1795435200,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
        "data": [{}],
        "usage": {
            "input_tokens": 9,
            "input_tokens_details": {"text_tokens": 9, "image_tokens": 0},
            "output_tokens": 196,
            "total_tokens": 205,
            "output_tokens_details": {"image_tokens": 196, "text_tokens": 0},
        },
        "svg_usage": None,
        "safety_identifier": "u1",
    }


def test_the_same_call_gives_the_same_bytes(api):
    assert generate(api).content == generate(api).content


def test_pictures_of_one_call_differ(api):
    answer = generate(api, n=2).json()

    assert answer["data"][0] != answer["data"][1]
    assert answer["usage"]["input_tokens"] == 18
    assert answer["usage"]["output_tokens"] == 392


@pytest.mark.parametrize(("asked", "format_"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_a_picture_has_the_size_and_format_asked(api, asked, format_):
    image = picture(generate(api, size="1200x640", output_format=asked))

    assert (image.size, image.format) == ((1200, 640), format_)


@pytest.mark.parametrize("asked", ["png", "webp"])
def test_a_transparent_picture_has_real_alpha(api, asked):
    image = picture(generate(api, model="gpt-image-2.5-flare", background="transparent", output_format=asked))
    alpha = image.convert("RGBA").getchannel("A")

    assert image.mode == "RGBA"
    assert (alpha.getpixel((2, 2)), alpha.getpixel((512, 512))) == (0, 255)


def test_an_opaque_picture_has_none(api):
    assert picture(generate(api)).mode == "RGB"


def test_auto_is_resolved_and_told(api):
    answer = generate(api, size="auto", quality="auto", background="auto").json()

    assert (answer["size"], answer["quality"], answer["background"]) == ("1024x1024", "high", "opaque")


def test_omitted_quality_is_the_dearest_where_nobody_knows_better(api):
    answer = generate(api, model="gpt-image-2.5-flare", quality=None).json()

    assert (answer["quality"], answer["usage"]["output_tokens"]) == ("max", 7024)


def test_1_5_bills_the_text_it_writes(api):
    usage = generate(api, model="gpt-image-1.5").json()["usage"]

    assert usage["output_tokens_details"] == {"image_tokens": 272, "text_tokens": 209}
    assert usage["output_tokens"] == 481


# --- edits


def test_an_edit_as_a_form_with_references_and_a_mask(api):
    answer = edit(api, ("image[]", png()), ("image[]", jpeg(), "image/jpeg"), ("mask", mask()), n="2")

    assert answer.status_code == 200
    assert [picture(answer, place).size for place in (0, 1)] == [(1024, 1024)] * 2
    assert answer.json()["usage"]["input_tokens_details"]["image_tokens"] == 2 * 2 * 16


def test_an_edit_as_json_with_data_urls(api):
    body = {**PLAIN, "images": [{"image_url": data_url(png())}], "mask": {"image_url": data_url(mask())}}

    assert api.post(EDITS, json=body).status_code == 200


def test_an_edit_shows_the_image_most_where_the_mask_is_closed(api):
    image = picture(edit(api, ("image", png(colour=(255, 0, 0))), ("mask", mask())))
    opened, kept = image.getpixel((10, 1000)), image.getpixel((1013, 1000))

    assert kept[0] > 230
    assert kept[1] < 40
    assert abs(opened[0] - 255) > abs(kept[0] - 255)


@pytest.mark.parametrize(
    ("size", "expected"), [((300, 200), "1536x1024"), ((200, 300), "1024x1536"), ((250, 240), "1024x1024")]
)
def test_an_edit_of_auto_size_is_shaped_like_its_first_image(api, size, expected):
    assert edit(api, ("image", png(size)), size="auto").json()["size"] == expected


def test_an_image_on_its_side_is_measured_upright(api):
    assert edit(api, ("image", turned_jpeg((300, 200)), "image/jpeg"), size="auto").json()["size"] == "1024x1536"


@pytest.mark.parametrize(
    ("files", "fields", "param", "code"),
    [
        ([("image", png(), "application/octet-stream")], {}, "image", "unsupported_file_mimetype"),
        ([("image", b"no image")], {}, "image", "invalid_image_file"),
        ([("image", png())] * 2, {}, "image", "duplicate_parameter"),
        ([("image[]", png())] * 17, {}, "image", "array_above_max_length"),
        ([("mask", mask())], {}, "image", "missing_required_parameter"),
        ([("image", png()), ("mask", mask((32, 32)))], {}, "mask", "invalid_mask_image_format"),
        ([("image", png()), ("mask", png())], {}, "mask", "invalid_mask_image_format"),
        ([("image", png()), ("mask", jpeg(), "image/jpeg")], {}, "mask", "invalid_mask_image_format"),
        ([("image", png()), ("mask", mask() + b"0" * 4_000_000)], {}, "mask", "file_above_max_size"),
        ([("image", png()), ("markup", mask())], {}, "markup", "invalid_value"),
        (
            [("image", png()), ("markup", mask()), ("mask", mask())],
            {"model": "gpt-image-2.5-flare"},
            "markup",
            "invalid_value",
        ),
        (
            [("image", png()), ("markup", png(colour=(0, 0, 0, 255), mode="RGBA"))],
            {"model": "gpt-image-2.5-flare"},
            "markup",
            "invalid_markup_image_format",
        ),
        ([("image", png())], {"n": "many"}, "n", "invalid_type"),
        ([("image", png())], {"sparkle": "1"}, "sparkle", "unknown_parameter"),
        ([("image", png()), ("sparkle", png())], {}, "sparkle", "unknown_parameter"),
    ],
)
def test_edits_that_are_refused(api, *, files, fields, param, code):
    status, body = error(edit(api, *files, **fields))

    assert (status, body["param"], body["code"]) == (400, param, code)


def test_sixteen_images_are_taken(api):
    assert edit(api, *[("image[]", png())] * 16).status_code == 200


def test_markup_is_taken_where_a_model_reads_it(api):
    assert edit(api, ("image", png()), ("markup", mask()), model="gpt-image-2.5-flare").status_code == 200


@pytest.mark.parametrize("source", [{"image_url": "https://example.test/fox.png"}, {"file_id": "file-1"}])
def test_the_emulator_fetches_nothing(api, source):
    status, body = error(api.post(EDITS, json={**PLAIN, "images": [source]}))

    assert (status, body["type"], body["param"]) == (400, "emulator_error", "images[0].image_url")


# --- streams


def test_a_stream_gives_its_partial_images_and_then_the_picture(api):
    answer = generate(api, stream=True, partial_images=2, user="u1")
    partial, _, completed = (data for _, data in events(answer))
    pictures = [data.pop("b64_json") for data in (partial, completed)]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert kinds(answer) == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert pictures[0] != pictures[1]
    assert partial == {
        "type": "image_generation.partial_image",
        "created_at": 1795435200,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
        "partial_image_index": 0,
    }
    assert completed == {
        "type": "image_generation.completed",
        "created_at": 1795435200,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
        "usage": {
            "input_tokens": 9,
            "input_tokens_details": {"text_tokens": 9, "image_tokens": 0},
            "output_tokens": 396,
            "total_tokens": 405,
        },
        "safety_identifier": "u1",
    }


def test_a_stream_without_partial_images_is_one_event(api):
    assert kinds(generate(api, stream=True)) == ["image_generation.completed"]


def test_an_edit_streams_events_of_its_own(api):
    assert kinds(edit(api, stream="true", partial_images="1")) == ["image_edit.partial_image", "image_edit.completed"]


def test_a_stream_ends_in_the_picture_that_the_plain_call_gives(api):
    ((_, completed),) = events(generate(api, stream=True))

    assert completed["b64_json"] == generate(api).json()["data"][0]["b64_json"]


def test_a_refused_stream_is_answered_as_json(api):
    assert error(generate(api, stream=True, size="1x1"))[0] == 400


# --- other paths


def test_models_are_listed_with_the_day_they_end(api):
    models = {each["id"]: each for each in api.get("/v1/models").json()["data"]}

    assert models["gpt-image-1.5"] == {
        "id": "gpt-image-1.5",
        "object": "model",
        "created": 1765843200,
        "owned_by": "openai",
        "shutdown_date": "2026-12-01",
    }
    assert models["gpt-image-2"]["shutdown_date"] is None
    assert not {"gpt-image-1", "dall-e-3"} & set(models)
    assert api.get("/v1/models/gpt-image-1.5").json() == models["gpt-image-1.5"]


def test_a_model_that_is_gone_is_not_found(api):
    assert error(api.get("/v1/models/gpt-image-1")) == (
        404,
        {
            "message": "The model 'gpt-image-1' does not exist",
            "type": "invalid_request_error",
            "param": "model",
            "code": "model_not_found",
        },
    )


AZURE = "/openai/deployments/gpt-image-2/images"


def test_azure_takes_the_model_from_the_path(api):
    answer = api.post(f"{AZURE}/generations?api-version=2026-04-01", json={**PLAIN, "model": "whatever"})

    assert answer.status_code == 200
    assert api.get("/_emulator/bill").json()["calls"][0]["model"] == "gpt-image-2"


def test_azure_takes_its_own_key_and_its_own_formats(api):
    call = {"url": "/openai/v1/images/generations", "headers": {"authorization": "", "api-key": "any"}}

    assert api.post(json=PLAIN, **call).status_code == 200
    assert (
        error(api.post(json={**PLAIN, "output_format": "webp"}, **call))[1]["message"]
        == "Invalid value: 'webp'. Supported values are: 'png' and 'jpeg'."
    )


def test_azure_edits(api):
    answer = api.post(
        f"{AZURE}/edits?api-version=2026-04-01", data={"prompt": "x"}, files={"image": ("a.png", png(), "image/png")}
    )

    assert answer.json()["quality"] == "high"


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        (f"{AZURE}/generations", {}, 404, "404"),
        ("/openai/deployments/my-own/images/generations?api-version=1", {}, 404, "DeploymentNotFound"),
        ("/openai/deployments/gpt-image-2.6-flare/images/generations?api-version=1", {}, 404, "DeploymentNotFound"),
        (f"{AZURE}/generations?api-version=1", {"authorization": ""}, 401, "401"),
    ],
)
def test_azure_refuses_in_its_own_words(api, *, path, headers, status, code):
    answer = api.post(path, json=PLAIN, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
