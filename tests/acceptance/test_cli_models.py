"""`pixroute size`, `price` and `models`: what the catalogue knows, without a policy."""

import pytest

FLARE = "gpt-image-2.5-flare"


@pytest.fixture
def size(pixroute):
    return lambda *arguments: pixroute("size", *arguments, "--on", "2026-11-23", "--format", "json")


# -- size


def test_a_size_is_cut_out_of_a_canvas(size):
    assert size("1200x628", "--model", "gpt-image-2").json == {
        "target": [1200, 628],
        "canvas": [1200, 640],
        "crop": [0, 6, 1200, 634],
        "resize": None,
        "crop_fraction": 0.01875,
        "legal": False,
        "violations": ["edges must be multiples of 16"],
        "experimental": False,
        "upscaled": False,
        "refused": None,
    }


@pytest.mark.parametrize("target", ["1200x628", "300x250", "1024x1024", "16:9@2k", "instagram.story", "8000x4000"])
@pytest.mark.parametrize("model", ["gpt-image-1", "gpt-image-2"])
def test_crop_and_resize_give_the_target(size, target, model):
    plan = size(target, "--model", model).json

    left, top, right, bottom = plan["crop"]
    assert 0 <= left < right <= plan["canvas"][0]
    assert 0 <= top < bottom <= plan["canvas"][1]
    assert (plan["resize"] or [right - left, bottom - top]) == plan["target"]


def test_a_refused_size_ends_with_1_and_names_others(size):
    ran = size("5000x1000", "--model", "gpt-image-2")

    assert (ran.code, ran.json["canvas"], ran.json["refused"]["code"]) == (1, None, "RATIO_BEYOND_LIMIT")
    assert ran.err == "error: `5000x1000` is beyond 3:1\nhint: try `3840x1280`\n"


def test_enlarging_is_a_warning_and_no_refusal(size):
    ran = size("8000x4000", "--model", "gpt-image-2")

    assert (ran.code, ran.json["upscaled"], ran.json["experimental"]) == (0, True, True)
    assert ran.err.startswith("warning: no canvas is as large as 8000x4000")


def test_nothing_may_be_cut_away(size):
    assert size("1200x628", "--model", "gpt-image-2", "--max-crop", "0").json["crop_fraction"] <= 0.01


@pytest.mark.parametrize("share", ["1.1", "-0.1", "two", "1/0"])
def test_a_share_is_at_most_the_whole(size, share):
    assert size("1200x628", "--model", "gpt-image-2", "--max-crop", share).err.startswith(
        "error: `--max-crop` is not a share"
    )


def test_auto_is_no_size_to_plan(size):
    assert size("auto", "--model", "gpt-image-2").code == 2


def test_text_draws_the_crop(pixroute):
    ran = pixroute("size", "1200x628", "--model", "gpt-image-2")

    assert ran.out.splitlines()[:3] == [
        "target  1200x628, edges must be multiples of 16",
        "canvas  1200x640, drawn by gpt-image-2",
        "crop    left 0, top 6, right 1200, bottom 634: 1.88% of the canvas is cut away",
    ]
    assert ran.out.splitlines()[4][0] == "░"
    assert ran.out.splitlines()[5][0] == "█"


# -- price


@pytest.fixture
def price(pixroute):
    return lambda *arguments: pixroute("price", "--model", *arguments, "--on", "2026-11-23", "--format", "json")


def test_a_quote_has_lines_that_sum_to_both_totals(price):
    quote = price("gpt-image-2", "--size", "1024x1024", "--quality", "high", "--images", "1024x1024", "--n", "2").json

    assert quote["expected_micros"] == sum(line["micros"] for line in quote["lines"])
    assert quote["ceiling_micros"] == sum(line["ceiling_micros"] for line in quote["lines"])
    assert [line["what"] for line in quote["lines"]] == ["image output", "text input", "image input"]


def test_without_a_quality_there_is_a_quote_for_each(price):
    quotes = price(FLARE, "--size", "1024x1024").json

    assert [quote["quality"] for quote in quotes] == ["low", "medium", "high", "xhigh", "max"]


def test_a_size_that_the_model_does_not_draw_is_bad_usage(price):
    ran = price("gpt-image-2", "--size", "1000x1000", "--quality", "low")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("hint: `pixroute size 1000x1000 --model gpt-image-2` says what is drawn instead\n")


NEWS = """\
pixroute-catalog: 1
provider: openai
models:
  gpt-image-3:
    generation: "3"
    lifecycle: {released: 2026-11-01, confidence: confirmed, source: [SDK]}
    sizes: {presets: [1024x1024], confidence: confirmed, source: [SDK]}
    qualities: {values: [low], confidence: confirmed, source: [SDK]}
"""


def test_what_is_not_known_is_not_priced(price, write):
    ran = price("gpt-image-3", "--catalog", write("news.yaml", NEWS), "--size", "auto", "--quality", "auto")

    assert (ran.code, ran.json["lines"]) == (1, [])
    assert "error: what gpt-image-3 costs is not known on 2026-11-23" in ran.err


def test_a_dead_model_still_has_a_price_and_a_warning(price):
    ran = price("gpt-image-1", "--size", "1024x1024", "--quality", "high")

    assert (ran.code, ran.err) == (0, "warning: `gpt-image-1` was shut down on 2026-10-23\n")


@pytest.mark.parametrize(("option", "value"), [("--n", "11"), ("--n", "0"), ("--n", "two"), ("--partial-images", "4")])
def test_numbers_stay_within_what_the_model_takes(price, option, value):
    assert price(FLARE, "--size", "1024x1024", option, value).err.startswith(f"error: `{option}` is not a number from")


def test_text_is_a_bill_or_a_table(pixroute):
    bill = pixroute("price", "--model", FLARE, "--size", "1024x1024", "--quality", "low")
    table = pixroute("price", "--model", FLARE)

    assert bill.out.splitlines()[0] == f"1 picture by {FLARE} at openai, 1024x1024, low, USD (confirmed)"
    assert bill.out.splitlines()[-1].startswith("total")
    assert table.out.splitlines()[1].split() == ["size", "low", "medium", "high", "xhigh", "max"]


# -- models


def test_models_tell_where_they_are_in_their_lives(pixroute):
    ran = pixroute("models", "--on", "2026-11-23", "--format", "json")

    lives = {model["model"]: (model["status"], model["days_left"]) for model in ran.json}
    assert lives["gpt-image-1"] == ("shut down", 0)
    assert lives["gpt-image-1.5"] == ("retiring", 8)
    assert lives["gpt-image-2"] == ("alive", None)


def test_on_another_day_their_lives_are_others(pixroute):
    ran = pixroute("models", "--on", "2026-01-01", "--format", "json")

    lives = {model["model"]: model["status"] for model in ran.json}
    assert (lives["gpt-image-1"], lives["gpt-image-2"]) == ("alive", "to come")


def test_snapshots_stand_with_their_models(pixroute):
    ran = pixroute("models", "--format", "json")

    names = {model["model"]: model["names"] for model in ran.json}
    assert names["gpt-image-2"] == ["gpt-image-2-2026-04-21"]


@pytest.mark.parametrize("columns", ["80", "100", "120", "160"])
def test_the_table_of_models_fits_the_terminal(pixroute, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)

    ran = pixroute("models", "--on", "2026-11-23")

    assert [line for line in ran.out.splitlines() if len(line) > int(columns)] == []


@pytest.mark.parametrize("line", ["size 1024x1024", "price"])
def test_a_model_without_sizes_says_since_when_it_is_gone(pixroute, line):
    ran = pixroute(*line.split(), "--model", "dall-e-3", "--on", "2026-11-23")

    hint = "`pixroute models --on 2026-11-23` lists those that there are"
    assert ran == (2, "", f"error: `dall-e-3` was shut down on 2026-05-12\nhint: {hint}\n")


def test_a_size_for_a_model_that_is_gone_is_planned_with_a_warning(pixroute):
    ran = pixroute("size", "1024x1024", "--model", "gpt-image-1", "--on", "2026-11-23")

    assert (ran.code, ran.err) == (0, "warning: `gpt-image-1` was shut down on 2026-10-23\n")


def test_all_of_the_canvas_may_be_cut_away(pixroute):
    assert pixroute("size", "1200x628", "--model", "gpt-image-2", "--max-crop", "1").code == 0


def test_models_fit_80_columns_with_their_names_in_one_piece(pixroute, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    ran = pixroute("models", "--on", "2026-11-23")

    assert max(map(len, ran.out.splitlines())) <= 80
    assert "\ngpt-image-2.5-sunburst  alive" in ran.out
