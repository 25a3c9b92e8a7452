"""The error bodies of FACTS section 6, to the letter, and when they come."""

from __future__ import annotations

import json
from datetime import date

import httpx
import pytest

from router import emulator

from .calls import EDITS, GENERATIONS, PLAIN, edit, error, generate, without

USER = "image_generation_user_error"
INVALID = "invalid_request_error"


def test_a_size_off_the_grid(api):
    assert generate(api, size="1792x936").json() == {
        "error": {
            "message": "Invalid size '1792x936'. Width and height must both be divisible by 16.",
            "type": "image_generation_user_error",
            "param": "size",
            "code": "invalid_value",
        }
    }


def test_a_size_that_is_too_small(api):
    status, body = error(generate(api, size="768x768"))

    assert (status, body["type"], body["param"], body["code"]) == (400, USER, "size", "invalid_value")
    assert "Requested resolution is below the current minimum pixel budget." in body["message"]


@pytest.mark.parametrize(
    "size", ["896x896", "1280x720", "1920x1088", "1024x640", "3840x2160", "2880x2880", "3072x1024", "1792x1024"]
)
def test_sizes_that_were_accepted_live(api, size):
    assert generate(api, size=size).json()["size"] == size


@pytest.mark.parametrize(
    "size",
    [
        "768x768",
        "1024x576",
        "832x480",
        "512x512",
        "1024x512",
        "256x256",
        "1200x628",
        "1920x1080",
        "3856x2160",
        "3840x1264",
        "2896x2896",
        "big",
        "0x0",
        "1024X1024",
        "1024×1024",
        " 1024x1024",
        "01024x1024",
    ],
)
def test_sizes_that_are_refused(api, size):
    status, body = error(generate(api, size=size))

    assert (status, body["param"], body["code"]) == (400, "size", "invalid_value")


def test_a_size_that_a_preset_model_lacks(api):
    assert error(generate(api, model="gpt-image-1.5", size="1254x836")) == (
        400,
        {
            "message": "Invalid value: '1254x836'. Supported values are: "
            "'1024x1024', '1024x1536', '1536x1024', and 'auto'.",
            "type": USER,
            "param": "size",
            "code": "invalid_value",
        },
    )


def test_transparency_where_there_is_none():
    with (
        emulator.running(on=date(2026, 8, 19)) as server,
        httpx.Client(base_url=server.url, headers={"authorization": "Bearer x"}) as api,
    ):
        assert error(generate(api, background="transparent")) == (
            400,
            {
                "message": "Transparent background is not supported for this model.",
                "type": USER,
                "param": "background",
                "code": "invalid_value",
            },
        )


def test_transparency_came_to_gpt_image_2_in_august(api):
    assert generate(api, background="transparent").json()["background"] == "transparent"


@pytest.mark.parametrize("param", ["response_format", "style"])
@pytest.mark.parametrize("value", ["b64_json", None])
def test_parameters_of_dall_e(api, param, value):
    assert error(generate(api, **{param: value})) == (
        400,
        {"message": f"Unknown parameter: '{param}'.", "type": INVALID, "param": param, "code": "unknown_parameter"},
    )


@pytest.mark.parametrize("value", ["high", None])
def test_input_fidelity_on_gpt_image_2_even_null(api, value):
    body = {**PLAIN, "input_fidelity": value, "images": [{"image_url": "data:image/png;base64,eA=="}]}

    assert error(api.post(EDITS, json=body)) == (
        400,
        {
            "message": "The model 'gpt-image-2' does not support the 'input_fidelity' parameter.",
            "type": USER,
            "param": "input_fidelity",
            "code": "invalid_input_fidelity_model",
        },
    )


def test_input_fidelity_on_a_generation(api):
    status, body = error(generate(api, model="gpt-image-1.5", input_fidelity="high"))

    assert (status, body["code"], body["param"]) == (400, "unknown_parameter", "input_fidelity")


def test_the_mini_reads_at_low_fidelity_only(api):
    assert (
        error(edit(api, model="gpt-image-1-mini", input_fidelity="high"))[1]["message"]
        == "Invalid value: 'high'. Value must be 'low'."
    )
    assert edit(api, model="gpt-image-1-mini", input_fidelity="low").status_code == 200


def test_too_many_pictures(api):
    assert error(generate(api, n=11)) == (
        400,
        {
            "message": "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
            "type": INVALID,
            "param": "n",
            "code": "integer_above_max_value",
        },
    )


@pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-1", "gpt-image-9", "gpt-4o"])
def test_a_model_that_is_not_there(api, model):
    assert error(generate(api, model=model)) == (
        400,
        {"message": f"The model '{model}' does not exist.", "type": USER, "param": "model", "code": "invalid_value"},
    )


@pytest.mark.parametrize(
    ("model", "last"),
    [
        ("gpt-image-1", date(2026, 10, 22)),
        ("gpt-image-1.5", date(2026, 11, 30)),
        ("gpt-image-1-mini", date(2026, 11, 30)),
    ],
)
def test_a_model_answers_until_the_day_before_its_end(model, last):
    assert [_status(model, day) for day in (last, date.fromordinal(last.toordinal() + 1))] == [200, 400]


@pytest.mark.parametrize(
    ("model", "born"), [("gpt-image-2", date(2026, 4, 21)), ("gpt-image-2.5-flare", date(2026, 9, 8))]
)
def test_a_model_answers_from_its_first_day(model, born):
    assert [_status(model, day) for day in (date.fromordinal(born.toordinal() - 1), born)] == [400, 200]


def _status(model, day):
    with emulator.running(on=day) as server:
        return httpx.post(
            f"{server.base_url}/images/generations",
            json={**PLAIN, "model": model},
            headers={"authorization": "Bearer x"},
        ).status_code


def test_a_call_without_a_model_means_what_it_used_to_mean(api):
    assert error(api.post(GENERATIONS, json=without("model")))[1]["message"] == "The model 'dall-e-2' does not exist."


@pytest.mark.parametrize("quality", ["xhigh", "max", "standard", "hd", "High"])
def test_qualities_that_gpt_image_2_lacks(api, quality):
    assert (
        error(generate(api, quality=quality))[1]["message"]
        == f"Invalid value: '{quality}'. Supported values are: 'low', 'medium', 'high', and 'auto'."
    )


@pytest.mark.parametrize("quality", ["low", "medium", "high", "xhigh", "max", "auto"])
def test_qualities_of_2_5(api, quality):
    assert generate(api, model="gpt-image-2.5-flare", quality=quality).status_code == 200


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({"sparkle": 1}, "sparkle", "unknown_parameter"),
        ({"image": "x"}, "image", "unknown_parameter"),
        ({"prompt": None}, "prompt", "missing_required_parameter"),
        ({"prompt": 7}, "prompt", "invalid_type"),
        ({"prompt": ""}, "prompt", "empty_string"),
        ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length"),
        ({"n": 0}, "n", "integer_below_min_value"),
        ({"n": "1"}, "n", "invalid_type"),
        ({"n": True}, "n", "invalid_type"),
        ({"n": 2.5}, "n", "invalid_type"),
        ({"stream": "true"}, "stream", "invalid_type"),
        ({"stream": True, "partial_images": 4}, "partial_images", "integer_above_max_value"),
        ({"partial_images": 1}, "partial_images", "invalid_value"),
        ({"background": "green"}, "background", "invalid_value"),
        ({"background": "transparent", "output_format": "jpeg"}, "background", "invalid_value"),
        ({"output_format": "jpg"}, "output_format", "invalid_value"),
        ({"output_format": "gif", "model": "gpt-image-2.6-flare"}, "output_format", "invalid_value"),
        ({"output_compression": 101, "output_format": "jpeg"}, "output_compression", "integer_above_max_value"),
        ({"output_compression": 50}, "output_compression", "invalid_value"),
        ({"moderation": "none"}, "moderation", "invalid_value"),
        ({"complexity": "low"}, "complexity", "invalid_value"),
        ({"size": 1024}, "size", "invalid_type"),
    ],
)
def test_what_else_is_refused(api, *, params, param, code):
    status, body = error(generate(api, **params))

    assert (status, body["param"], body["code"]) == (400, param, code)


@pytest.mark.parametrize(
    "params",
    [
        {"prompt": "x" * 32_000},
        {"n": None, "size": None, "quality": None, "background": None, "output_format": None, "stream": None},
        {"output_compression": 100},
        {"output_compression": 0, "output_format": "webp"},
        {"moderation": "low", "user": "u1", "safety_identifier": "s1"},
        {"model": "gpt-image-2.6-flare", "complexity": "low"},
        {"model": "gpt-image-2-2026-04-21"},
        {"prompt": "a lone surrogate \ud800"},
    ],
)
def test_what_is_taken(api, params):
    answer = api.post(
        GENERATIONS, content=json.dumps({**PLAIN, **params}), headers={"content-type": "application/json"}
    )

    assert answer.status_code == 200


# --- the request as such


def test_a_missing_key(server):
    answer = httpx.post(f"{server.url}{GENERATIONS}", json=PLAIN)

    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("You didn't provide an API key.")
    assert answer.json()["error"]["type"] == INVALID


def test_an_unknown_path(api):
    assert error(api.get("/v1/pictures")) == (
        404,
        {"message": "Invalid URL (GET /v1/pictures)", "type": INVALID, "param": None, "code": None},
    )


def test_a_method_that_a_path_does_not_have(api):
    assert api.get(GENERATIONS).status_code == 405


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object(api, content):
    answer = api.post(GENERATIONS, content=content, headers={"content-type": "application/json"})

    assert error(answer)[1]["message"].startswith("We could not parse the JSON body of your request.")


def test_a_generation_as_a_form(api):
    assert error(api.post(GENERATIONS, data=PLAIN))[1]["code"] == "unsupported_content_type"


def test_variations_are_retired(api):
    status, body = error(api.post("/v1/images/variations", data={"n": "1"}))

    assert (status, body["message"], body["code"]) == (400, "The model 'dall-e-2' does not exist.", "invalid_value")


def test_every_answer_has_a_request_id_of_its_own(api):
    ids = [generate(api, n=n).headers["x-request-id"] for n in (1, 11)]

    assert len(set(ids)) == 2
