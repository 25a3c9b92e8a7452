import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import genai_prices.data
import pytest
import yaml

import router
from router.catalogfile import overlay, read_catalog
from router.price import Drawing, Quote, QuoteLine, Usage, bill, output_micros, quote, read_usage
from router.sizes import FreeSizes, Size, legal_sizes
from router.tokens import dearest_sizes, formula_tokens, output_tokens, patch32, tile512

MODELS = Path(router.__file__).parent / "models"
CATALOG = read_catalog((path.read_text(encoding="utf-8"), path.name) for path in MODELS.glob("*.yaml"))
TODAY = date(2026, 11, 23)
KNOWN = CATALOG.on(TODAY)
PUBLISHED = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "published_prices.yaml").read_text(encoding="utf-8"),
)
SQUARE = Size(1024, 1024)
MILLI = Decimal("0.001")


def size(text):
    return Size(*map(int, text.split("x")))


def line(drawing, what, model="gpt-image-2"):
    lines = {each.what: each for each in quote(KNOWN[model], drawing).lines}
    return lines.get(what)


def tokens(drawing, what, model="gpt-image-2"):
    found = line(drawing, what, model)
    return found and (found.tokens, found.ceiling_tokens)


def usd(micros):
    return Decimal(micros) / 1_000_000


# --- the whole quote


def test_a_quote_has_a_line_for_each_thing_that_is_billed():
    drawing = Drawing(size=Size(1200, 640), quality="high", prompt_bytes=len("…".encode()))

    assert quote(KNOWN["gpt-image-2.5-flare"], drawing) == Quote(
        confidence="confirmed",
        expected_micros=25_950,
        ceiling_micros=26_170,
        lines=(
            QuoteLine(what="image output", tokens=864, micros=25_920, ceiling_tokens=864, ceiling_micros=25_920),
            QuoteLine(what="text input", tokens=6, micros=30, ceiling_tokens=50, ceiling_micros=250),
        ),
    )


def test_a_quote_has_all_its_lines_in_one_order():
    drawing = Drawing(
        size=SQUARE, quality="low", n=2, partial_images=3, prompt_bytes=400, images=(SQUARE, None), mask=True
    )

    assert quote(KNOWN["gpt-image-1.5"], drawing) == Quote(
        confidence="confirmed",
        expected_micros=17_408 + 19_200 + 1_060 + 6_208 + 4_180,
        ceiling_micros=17_408 + 19_200 + 8_310 + 27_888 + 40_960,
        lines=(
            QuoteLine(what="image output", tokens=544, micros=17_408, ceiling_tokens=544, ceiling_micros=17_408),
            QuoteLine(what="partial images", tokens=600, micros=19_200, ceiling_tokens=600, ceiling_micros=19_200),
            QuoteLine(what="text input", tokens=212, micros=1_060, ceiling_tokens=1_662, ceiling_micros=8_310),
            QuoteLine(what="image input", tokens=776, micros=6_208, ceiling_tokens=3_486, ceiling_micros=27_888),
            QuoteLine(what="text output", tokens=418, micros=4_180, ceiling_tokens=4_096, ceiling_micros=40_960),
        ),
    )


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(replace(KNOWN["gpt-image-2"], price=None), id="no price"),
        pytest.param(replace(KNOWN["gpt-image-2"], output_tokens=None), id="no rule for the output"),
        pytest.param(replace(KNOWN["gpt-image-2"], image_tokens=None), id="no rule for images"),
        pytest.param(replace(KNOWN["gpt-image-2"], text_tokens=None), id="no rule for text"),
        pytest.param(replace(KNOWN["gpt-image-1.5"], text_output=None), id="text that is billed without a bound"),
        pytest.param(KNOWN["dall-e-3"], id="nothing known"),
    ],
)
def test_what_is_not_known_has_no_price(model):
    assert quote(model, Drawing(size=SQUARE, quality="low", images=(SQUARE,))) is None


@pytest.mark.parametrize(
    "drawing", [Drawing(output_format="gif"), Drawing(output_format="svg"), Drawing(quality="ultra")]
)
def test_what_nobody_prices_has_no_price(drawing):
    assert quote(KNOWN["gpt-image-2.6-flare"], drawing) is None


def test_a_size_that_is_not_in_the_table_has_no_price():
    assert quote(KNOWN["gpt-image-1"], Drawing(size=Size(1024, 640), quality="low")) is None


def test_what_is_estimated_says_so():
    confidences = {name: quote(KNOWN[name], Drawing()).confidence for name in KNOWN if not name.startswith("dall-e")}

    assert {name for name, confidence in confidences.items() if confidence != "confirmed"} == {
        "gpt-image-2.6-flare",
        "gpt-image-2.6-sunburst",
    }


def test_a_quote_is_fast():
    model, drawing = KNOWN["gpt-image-2"], Drawing(size=SQUARE, quality="low", prompt_bytes=100)
    quote(model, drawing)
    start = time.perf_counter()
    for _ in range(1_000):
        quote(model, drawing)

    assert time.perf_counter() - start < 0.05  # ten times what it takes, for machines that are busy


# --- output


@pytest.mark.parametrize(
    ("model", "table"),
    [(model, table) for table in PUBLISHED["formula"] for model in table["models"]],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_output_is_priced_by_the_formula_in_either_orientation(model, table):
    published = {
        (canvas, quality): (count, Decimal(dollars))
        for name, row in table["rows"].items()
        for canvas in (size(name), Size(*reversed(size(name))))
        for quality, count, dollars in zip(table["qualities"], row["tokens"], row["usd"], strict=True)
    }
    drawn = {each: line(Drawing(size=each[0], quality=each[1]), "image output", model) for each in published}

    assert {each: (of.tokens, usd(of.micros)) for each, of in drawn.items()} == published
    assert {each: (of.ceiling_tokens, usd(of.ceiling_micros)) for each, of in drawn.items()} == published


@pytest.mark.parametrize("quality", PUBLISHED["billed"])
def test_the_formula_gives_what_was_billed(quality):
    billed = PUBLISHED["billed"][quality]

    assert {name: output_tokens(KNOWN["gpt-image-2"].output_tokens, size(name), quality) for name in billed} == billed


@pytest.mark.parametrize("model", ["gpt-image-2.6-flare", "gpt-image-2.6-sunburst"])
@pytest.mark.parametrize("measured", PUBLISHED["measured"], ids=str)
def test_the_ceiling_of_2_6_covers_what_was_measured(model, measured):
    drawing = Drawing(size=size(measured["size"]), quality=measured["quality"])

    assert measured["tokens"] <= line(drawing, "image output", model).ceiling_tokens


@pytest.mark.parametrize("model", PUBLISHED["table"]["models"])
@pytest.mark.parametrize("quality", ["low", "medium", "high"])
def test_the_1_series_goes_by_a_table(model, quality):
    row = PUBLISHED["table"][quality]
    drawn = {name: tokens(Drawing(size=size(name), quality=quality), "image output", model) for name in row}

    assert drawn == {name: (count, count) for name, count in row.items()}


def per_image(model, *, n=1):
    """What is published for each quality and size of a model, and the line that we have for it."""
    return [
        (Decimal(dollars), line(Drawing(size=size(name), quality=quality, n=n), "image output", model))
        for quality, row in PUBLISHED["per_image"][model].items()
        for name, dollars in row.items()
    ]


@pytest.mark.parametrize("model", ["gpt-image-1", "gpt-image-1.5", "gpt-image-2"])
def test_prices_per_image_are_those_of_the_tokens_within_a_fifth_of_a_cent(model):
    assert [
        (dollars, drawn) for dollars, drawn in per_image(model) if abs(usd(drawn.micros) - dollars) > MILLI * 2
    ] == []


@pytest.mark.parametrize("model", sorted(PUBLISHED["per_image"]))
def test_the_ceiling_agrees_with_the_published_price_as_far_as_that_is_rounded(model):
    rows = per_image(model)

    assert [usd(drawn.ceiling_micros).quantize(MILLI) for _, drawn in rows] == [
        max(dollars, usd(drawn.micros).quantize(MILLI)) for dollars, drawn in rows
    ]


def test_a_published_price_that_is_only_rounded_up_changes_nothing():
    assert [drawn for _, drawn in per_image("gpt-image-2") if drawn.ceiling_micros != drawn.micros] == []


def test_a_published_price_above_that_of_the_tokens_is_the_ceiling():
    rows = per_image("gpt-image-1-mini", n=3)

    assert [usd(drawn.ceiling_micros) for _, drawn in rows] == [3 * dollars for dollars, _ in rows]
    assert [drawn.micros for _, drawn in rows] == [drawn.tokens * 8 for _, drawn in rows]


def test_each_partial_image_is_a_hundred_tokens_for_each_image():
    assert tokens(Drawing(size=SQUARE, quality="low", n=2, partial_images=3), "partial images") == (600, 600)


@pytest.mark.parametrize(
    ("model", "drawing", "expected"),
    [
        ("gpt-image-2", Drawing(), (7_024, 23_719)),
        ("gpt-image-2", Drawing(quality="low"), (196, 659)),
        ("gpt-image-2", Drawing(size=SQUARE), (7_024, 7_024)),
        ("gpt-image-2.5-flare", Drawing(size=SQUARE), (7_024, 7_024)),
        ("gpt-image-2.6-flare", Drawing(size=SQUARE), (7_024, 7_165)),
        ("gpt-image-2.6-sunburst", Drawing(size=SQUARE), (1_756, 7_165)),
        ("gpt-image-1", Drawing(), (4_160, 6_240)),
        ("gpt-image-1", Drawing(quality="low"), (272, 408)),
    ],
)
def test_auto_is_the_usual_one_and_at_most_the_dearest(model, drawing, expected):
    assert tokens(drawing, "image output", model) == expected


def test_azure_says_what_auto_quality_is():
    drawing = Drawing(size=SQUARE)

    assert quote(CATALOG.on(TODAY, "azure")["gpt-image-1-mini"], drawing).lines[0] == QuoteLine(
        what="image output", tokens=1_056, micros=8_448, ceiling_tokens=4_160, ceiling_micros=36_000
    )


@pytest.mark.parametrize("q", [16, 24, 34, 48, 64, 96])
def test_the_dearest_size_is_the_dearest_of_all(q):
    every = max(formula_tokens(q, each) for each in legal_sizes(FreeSizes()))

    assert max(formula_tokens(q, each) for each in dearest_sizes(FreeSizes())) == every
    assert formula_tokens(q, Size(2880, 2880)) == every


def test_output_alone_can_be_priced():
    costs = {
        name: output_micros(KNOWN[name], SQUARE, "high") for name in ("gpt-image-1-mini", "gpt-image-2", "dall-e-3")
    }

    assert costs == {"gpt-image-1-mini": 36_000, "gpt-image-2": 210_720, "dall-e-3": None}


# --- input


@pytest.mark.parametrize(
    ("prompt_bytes", "n", "expected"),
    [(0, 1, (6, 47)), (3, 1, (6, 50)), (4, 1, (7, 51)), (4, 3, (21, 153)), (128_000, 1, (32_006, 128_047))],
)
def test_text_is_at_most_a_token_a_byte(prompt_bytes, n, expected):
    assert tokens(Drawing(size=SQUARE, quality="low", n=n, prompt_bytes=prompt_bytes), "text input") == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (SQUARE, 1024),
        (Size(512, 512), 1024),
        (Size(100, 100), 49),
        (Size(1800, 2400), 1452),  # as OpenAI's own guide has it for vision
        (Size(480, 1408), 660),
        (Size(10_000, 100), 1452),
        (Size(1, 100_000), 1452),
        (Size(4096, 4096), 1521),
        (Size(2, 1), 1),
    ],
    ids=str,
)
def test_patches_of_an_image(text, count):
    assert patch32(text) == count


@pytest.mark.parametrize(
    ("image", "count"),
    [(SQUARE, 194), (Size(300, 200), 323), (Size(1024, 1536), 323), (Size(3000, 1000), 452)],
    ids=str,
)
def test_tiles_of_an_image(image, count):
    assert tile512(image) == count


@pytest.mark.parametrize(
    ("model", "drawing", "expected"),
    [
        ("gpt-image-1", Drawing(images=(SQUARE,)), (194, 194)),
        ("gpt-image-1", Drawing(images=(None,)), (194, 581)),
        ("gpt-image-1", Drawing(images=(SQUARE,), input_fidelity="high"), (4_354, 4_354)),
        ("gpt-image-1", Drawing(images=(Size(1536, 1024),), input_fidelity="high"), (6_563, 6_563)),
        ("gpt-image-1", Drawing(images=(None,), input_fidelity="high"), (4_354, 6_821)),
        ("gpt-image-1", Drawing(images=(SQUARE,), mask=True), (194, 775)),
        ("gpt-image-1", Drawing(images=(SQUARE,), mask=True, n=2), (388, 1_550)),
        ("gpt-image-1.5", Drawing(images=(SQUARE,)), (194, 581)),
        ("gpt-image-2", Drawing(images=(SQUARE,)), (1_024, 1_536)),
        ("gpt-image-2", Drawing(images=(None,)), (1_024, 1_536)),
        ("gpt-image-2", Drawing(images=(SQUARE, None), n=2), (4_096, 6_144)),
        ("gpt-image-2.5-flare", Drawing(images=(SQUARE,), markup=True), (1_024, 3_072)),
        ("gpt-image-2", Drawing(), None),
    ],
)
def test_input_images_count_at_their_maximum_unless_the_formula_is_confirmed(model, drawing, expected):
    assert tokens(drawing, "image input", model) == expected


def test_1_5_read_every_image_at_high_fidelity_at_first():
    drawing = Drawing(size=SQUARE, quality="low", images=(SQUARE,))
    lines = [quote(CATALOG.on(day)["gpt-image-1.5"], drawing).lines for day in (date(2026, 1, 8), date(2026, 1, 9))]

    assert [(each[2].tokens, each[2].ceiling_tokens) for each in lines] == [(4_354, 6_821), (194, 581)]


# --- the bill


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (
            {
                "input_tokens": 50,
                "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
                "output_tokens": 1756,
                "total_tokens": 1806,
                "output_tokens_details": {"image_tokens": 1756, "text_tokens": 0},
            },
            Usage(text_input=10, image_input=40, image_output=1756),
        ),
        (
            {"input_tokens": 48, "input_tokens_details": {"text_tokens": 48}, "output_tokens": 272},
            Usage(text_input=48, image_output=272),
        ),
        (
            {
                "input_tokens": 48,
                "output_tokens": 481,
                "output_tokens_details": {"image_tokens": 272, "text_tokens": 209},
            },
            Usage(image_input=48, image_output=272, text_output=209),
        ),
        ({"input_tokens": 9, "output_tokens": 9, "output_tokens_details": None}, Usage(image_input=9, image_output=9)),
        (
            {"input_tokens": 9, "output_tokens": 9, "input_tokens_details": {"text_tokens": 4}},
            Usage(text_input=4, image_input=5, image_output=9),
        ),
        ({}, None),
        ({"input_tokens": 9}, None),
        ({"input_tokens": 9, "output_tokens": -1}, None),
        ({"input_tokens": 9, "output_tokens": "9"}, None),
        ({"input_tokens": True, "output_tokens": 9}, None),
    ],
)
def test_usage_is_read_on_the_safe_side(usage, expected):
    assert read_usage(usage) == expected


@pytest.mark.parametrize(
    ("model", "usage", "expected"),
    [
        ("gpt-image-2", Usage(text_input=10, image_input=40, image_output=1756), 50 + 320 + 52_680),
        ("gpt-image-1.5", Usage(text_input=48, image_output=272, text_output=209), 240 + 8_704 + 2_090),
        ("gpt-image-1-mini", Usage(text_input=1, image_input=1, image_output=1), 2 + 3 + 8),
        ("gpt-image-2.5-flare", Usage(text_output=1_000), 0),
        ("dall-e-3", Usage(image_output=1), None),
    ],
)
def test_a_bill_rounds_each_kind_up_once(model, usage, expected):
    assert bill(KNOWN[model], usage) == expected


# --- what others say


LISTED = {
    model.id: model.prices
    for provider in genai_prices.data.providers
    if provider.id == "openai"
    for model in provider.models
}


@pytest.mark.parametrize("name", sorted(LISTED.keys() & KNOWN.keys()))
def test_token_prices_are_those_of_genai_prices(name):
    listed, price = LISTED[name], KNOWN[name].price
    # Where they have no price for image output, they bill all output at one.
    ours = (price.text_input, price.image_input, price.image_output, price.cached_text_input, price.cached_image_input)
    theirs = (
        listed.input_mtok,
        listed.input_image_mtok,
        listed.output_image_mtok or listed.output_mtok,
        listed.cache_read_mtok,
        listed.cache_image_read_mtok,
    )

    assert ours == tuple(dollars * 1_000_000 for dollars in theirs)


def test_genai_prices_has_every_model_but_2_6():
    bases = {model.base for model in KNOWN.values() if model.price}

    assert bases - LISTED.keys() == {"gpt-image-2.6-flare", "gpt-image-2.6-sunburst"}


def test_a_price_of_ones_own_is_exact():
    text = """
pixroute-catalog: 1
provider: openai
models:
  gpt-image-2:
    price: {text_input: 0.000001, image_input: 0, image_output: 3.333333, confidence: likely, source: us}
"""
    model = overlay(CATALOG, text, "mine.yaml").on(TODAY)["gpt-image-2"]
    priced = quote(model, Drawing(size=SQUARE, quality="low", prompt_bytes=1))

    assert (priced.confidence, [(each.tokens, each.micros) for each in priced.lines]) == (
        "likely",
        [(196, 654), (6, 1)],
    )
