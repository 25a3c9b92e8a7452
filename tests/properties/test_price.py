from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import router
from router.catalogfile import read_catalog
from router.price import Drawing, Usage, bill, output_micros, quote
from router.sizes import PresetSizes, Size, legal_sizes
from router.tokens import patch32

MODELS = Path(router.__file__).parent / "models"
CATALOG = read_catalog((path.read_text(encoding="utf-8"), path.name) for path in MODELS.glob("*.yaml"))
EVERY = [model for provider in CATALOG.providers for model in CATALOG.on(date(2026, 11, 23), provider).values()]
PRICED = [model for model in EVERY if model.price]
LEGAL = {model.sizes: tuple(legal_sizes(model.sizes)) for model in PRICED}

models = st.sampled_from(PRICED)
edges = st.integers(1, 10_000)
images = st.lists(st.none() | st.builds(Size, edges, edges), max_size=16).map(tuple)


@st.composite
def drawings(draw, model):
    sizes = st.sampled_from(LEGAL[model.sizes])
    return Drawing(
        size=draw(st.none() | sizes),
        quality=draw(st.none() | st.sampled_from(model.qualities)),
        n=draw(st.integers(1, model.max_n)),
        partial_images=draw(st.integers(0, model.max_partial_images)),
        prompt_bytes=draw(st.integers(0, 128_000)),
        images=draw(images),
        mask=draw(st.booleans()),
        markup=draw(st.booleans()),
        input_fidelity=draw(st.none() | st.sampled_from(("low", "high"))),
    )


priced = models.flatmap(lambda model: st.tuples(st.just(model), drawings(model)))


def changed(drawing, **other):
    fields = {name: getattr(drawing, name) for name in Drawing.__dataclass_fields__}
    return Drawing(**{**fields, **other})


def ceiling(model, drawing):
    return quote(model, drawing).ceiling_micros


@given(priced)
def test_expected_is_never_above_the_ceiling(case):
    priced_at = quote(*case)

    assert priced_at.expected_micros <= priced_at.ceiling_micros
    assert [
        each for each in priced_at.lines if each.tokens > each.ceiling_tokens or each.micros > each.ceiling_micros
    ] == []


@given(priced)
def test_lines_sum_exactly_to_both_totals(case):
    priced_at = quote(*case)

    assert sum(each.micros for each in priced_at.lines) == priced_at.expected_micros
    assert sum(each.ceiling_micros for each in priced_at.lines) == priced_at.ceiling_micros


@given(priced)
def test_a_line_that_is_free_of_tokens_is_left_out(case):
    assert [each for each in quote(*case).lines if not each.ceiling_tokens] == []


@given(priced, st.integers(1, 10))
def test_more_images_cost_more(case, n):
    model, drawing = case

    assert ceiling(model, drawing) < ceiling(model, changed(drawing, n=drawing.n + n))


@given(priced, st.integers(1, 3))
def test_more_partial_images_cost_more(case, more):
    model, drawing = case

    assert ceiling(model, drawing) < ceiling(model, changed(drawing, partial_images=drawing.partial_images + more))


@given(priced, st.none() | st.builds(Size, edges, edges))
def test_more_to_read_costs_more(case, image):
    model, drawing = case

    assert ceiling(model, drawing) < ceiling(model, changed(drawing, images=(*drawing.images, image)))
    assert ceiling(model, changed(drawing, mask=False)) < ceiling(model, changed(drawing, mask=True))
    assert ceiling(model, drawing) < ceiling(model, changed(drawing, prompt_bytes=drawing.prompt_bytes + 1))


@given(priced)
def test_auto_costs_at_least_what_any_size_and_quality_costs(case):
    model, drawing = case

    assert ceiling(model, drawing) <= ceiling(model, changed(drawing, size=None))
    assert ceiling(model, drawing) <= ceiling(model, changed(drawing, quality=None))


@given(priced)
def test_a_higher_quality_never_costs_less(case):
    model, drawing = case
    scale = [output_micros(model, drawing.size, quality) for quality in model.qualities]

    assert scale == sorted(scale)


@given(priced)
def test_orientation_does_not_matter_where_sizes_are_free(case):
    model, drawing = case
    size = drawing.size or Size(1024, 1024)
    turned = size if isinstance(model.sizes, PresetSizes) else Size(size.height, size.width)

    assert quote(model, changed(drawing, size=size)) == quote(model, changed(drawing, size=turned))


@given(priced, st.data())
def test_the_ceiling_covers_every_bill_within_its_tokens(case, data):
    model, drawing = case
    most = {each.what: each.ceiling_tokens for each in quote(model, drawing).lines}
    usage = Usage(
        image_output=data.draw(st.integers(0, most["image output"] + most.get("partial images", 0))),
        text_input=data.draw(st.integers(0, most["text input"])),
        image_input=data.draw(st.integers(0, most.get("image input", 0))),
        text_output=data.draw(st.integers(0, most.get("text output", 0))),
    )

    assert bill(model, usage) <= ceiling(model, drawing)


@given(st.text())
def test_the_bytes_of_a_prompt_cover_its_characters(prompt):
    text = prompt.encode("utf-8", "surrogatepass")
    priced_at = quote(PRICED[0], Drawing(prompt_bytes=len(text)))

    assert len(prompt) <= next(each for each in priced_at.lines if each.what == "text input").ceiling_tokens


@given(edges, edges)
def test_an_image_takes_no_more_patches_than_the_budget(width, height):
    assert 1 <= patch32(Size(width, height)) <= 1536
    assert patch32(Size(width, height)) == patch32(Size(height, width))
