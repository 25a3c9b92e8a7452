import json
import re
from datetime import date
from pathlib import Path

import pytest

import router
from router.catalog import Auto, Lifecycle, Model, Price
from router.catalogdoc import catalog_schema
from router.catalogfile import overlay, read_catalog
from router.errors import CatalogError, ConfigError
from router.sizes import FreeSizes, Size

PACKAGE = Path(router.__file__).parent
FILES = [(path.read_text(encoding="utf-8"), path.name) for path in sorted((PACKAGE / "models").glob("*.yaml"))]
CATALOG = read_catalog(FILES)
TODAY = date(2026, 11, 23)
SOURCE = re.compile(
    "SDK|SDKLOG|OAPI|APIREF|DEP|MODEL|GUIDE|VISION|CHLOG|AZ|LL|GP|AISDK|NODE|MB|LZ|APIYI|APIDOG|AIHUB|COMFY"
    r"|C[0-9]{7}|GH:\S+#[0-9]+"
)

MODELS = {
    "dall-e-2",
    "dall-e-3",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "gpt-image-1.5-2025-12-16",
    "chatgpt-image-latest",
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
}
SINCE_APRIL = {"gpt-image-2", "gpt-image-2-2026-04-21"}
SINCE_SEPTEMBER = {name for name in MODELS if "2.5" in name}
SINCE_NOVEMBER = {"gpt-image-2.6-flare", "gpt-image-2.6-sunburst"}
UNTIL_DECEMBER = {"gpt-image-1-mini", "gpt-image-1.5", "gpt-image-1.5-2025-12-16", "chatgpt-image-latest"}

LAYERS = {
    (provider, model, kind): layer
    for provider, known in CATALOG.providers.items()
    for model, facts in known.models.items()
    for kind, layers in facts.facts.items()
    for layer in layers
}


def laid(text, path="mine.yaml"):
    return overlay(CATALOG, f"pixroute-catalog: 1\n{text}", path)


def alive(day, provider="openai"):
    return {name for name, model in CATALOG.on(day, provider).items() if model.alive(day)}


def said(text):
    with pytest.raises(CatalogError) as caught:
        laid(text)
    return [(str(problem.at), problem.message, problem.hint) for problem in caught.value.problems]


# --- which models there are


def test_every_model_and_snapshot_is_known():
    assert CATALOG.ids() == MODELS


def test_azure_has_only_what_microsoft_lists():
    assert CATALOG.ids("azure") == MODELS - {"dall-e-2", "dall-e-3", "chatgpt-image-latest", *SINCE_NOVEMBER}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 20), {"dall-e-2", "dall-e-3", "gpt-image-1", *UNTIL_DECEMBER}),
        (date(2026, 5, 11), {"dall-e-2", "dall-e-3", "gpt-image-1", *UNTIL_DECEMBER, *SINCE_APRIL}),
        (date(2026, 5, 12), {"gpt-image-1", *UNTIL_DECEMBER, *SINCE_APRIL}),
        (date(2026, 10, 22), {"gpt-image-1", *UNTIL_DECEMBER, *SINCE_APRIL, *SINCE_SEPTEMBER}),
        (date(2026, 10, 23), UNTIL_DECEMBER | SINCE_APRIL | SINCE_SEPTEMBER),
        (date(2026, 11, 4), UNTIL_DECEMBER | SINCE_APRIL | SINCE_SEPTEMBER | SINCE_NOVEMBER),
        (date(2026, 11, 30), UNTIL_DECEMBER | SINCE_APRIL | SINCE_SEPTEMBER | SINCE_NOVEMBER),
        (date(2026, 12, 1), SINCE_APRIL | SINCE_SEPTEMBER | SINCE_NOVEMBER),
    ],
)
def test_a_model_lives_from_its_release_until_the_day_before_its_shutdown(day, expected):
    assert alive(day) == expected


@pytest.mark.parametrize(
    ("model", "shutdown"),
    [
        ("gpt-image-1", date(2026, 10, 23)),
        ("gpt-image-1-mini", date(2027, 4, 7)),
        ("gpt-image-1.5", date(2026, 12, 16)),
        ("gpt-image-2", date(2027, 4, 21)),
        ("gpt-image-2.5-flare", date(2027, 9, 9)),
        ("gpt-image-2.5-sunburst", date(2027, 9, 9)),
    ],
)
def test_azure_keeps_dates_of_its_own(model, shutdown):
    assert CATALOG.on(TODAY, "azure")[model].lifecycle.shutdown == shutdown


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            "gpt-image-1",
            Lifecycle(
                released=date(2025, 4, 23),
                notice=date(2026, 4, 22),
                shutdown=date(2026, 10, 23),
                replacement=("gpt-image-2.5-sunburst", "gpt-image-2.5-flare"),
                confidence="confirmed",
            ),
        ),
        (
            "gpt-image-1-mini",
            Lifecycle(
                released=date(2025, 10, 6),
                notice=date(2026, 6, 2),
                shutdown=date(2026, 12, 1),
                replacement=("gpt-image-2.6-sunburst", "gpt-image-2.6-flare"),
                confidence="confirmed",
            ),
        ),
        ("gpt-image-2.6-sunburst", Lifecycle(released=date(2026, 11, 4), confidence="likely")),
    ],
)
def test_a_lifecycle_names_the_replacement(model, expected):
    assert CATALOG.on(TODAY)[model].lifecycle == expected


def test_a_snapshot_is_its_base_under_another_name():
    models = CATALOG.on(TODAY)
    snapshot = models["gpt-image-2-2026-04-21"]

    assert (snapshot.id, snapshot.base) == ("gpt-image-2-2026-04-21", "gpt-image-2")
    assert snapshot.price == models["gpt-image-2"].price
    assert models["gpt-image-2"].base == "gpt-image-2"


# --- what they can do


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 21), ("no", None)),
        (date(2026, 8, 19), ("no", None)),
        (date(2026, 8, 20), ("preview", None)),
        (date(2026, 9, 29), ("preview", None)),
        (date(2026, 9, 30), ("preview", "one reseller measured it withdrawn since 2026-09-30")),
        (TODAY, ("preview", "one reseller measured it withdrawn since 2026-09-30")),
    ],
)
def test_the_transparency_of_gpt_image_2_depends_on_the_day(day, expected):
    model = CATALOG.on(day)["gpt-image-2"]

    assert (model.transparency, model.transparency_note) == expected


def test_transparency_depends_on_the_provider():
    assert {name: CATALOG.on(TODAY, name)["gpt-image-2"].transparency for name in ("openai", "azure")} == {
        "openai": "preview",
        "azure": "no",
    }


@pytest.mark.parametrize("model", sorted(MODELS - {"dall-e-2", "dall-e-3"} - SINCE_APRIL))
def test_every_other_gpt_image_model_draws_transparent_backgrounds(model):
    assert CATALOG.on(TODAY)[model].transparency == "yes"


ABILITIES = ("qualities", "fidelity", "fidelity_always_high", "markup", "complexity", "formats")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-image-1", (("low", "medium", "high"), ("low", "high"), False, False, (), ("png", "jpeg", "webp"))),
        ("gpt-image-1-mini", (("low", "medium", "high"), ("low",), False, False, (), ("png", "jpeg", "webp"))),
        ("gpt-image-1.5", (("low", "medium", "high"), ("low", "high"), False, False, (), ("png", "jpeg", "webp"))),
        ("gpt-image-2", (("low", "medium", "high"), (), True, False, (), ("png", "jpeg", "webp"))),
        (
            "gpt-image-2.5-sunburst",
            (("low", "medium", "high", "xhigh", "max"), (), False, True, (), ("png", "jpeg", "webp")),
        ),
        (
            "gpt-image-2.6-flare",
            (
                ("low", "medium", "high", "xhigh", "max"),
                (),
                False,
                True,
                ("low", "medium", "high"),
                ("png", "jpeg", "webp", "gif", "svg"),
            ),
        ),
    ],
)
def test_abilities_differ_between_generations(model, expected):
    known = CATALOG.on(TODAY)[model]

    assert tuple(getattr(known, ability) for ability in ABILITIES) == expected


def test_every_gpt_image_model_makes_and_edits_up_to_ten_images_of_up_to_sixteen():
    models = [model for model in CATALOG.on(TODAY).values() if model.generation != "dall-e"]

    assert {
        (model.operations, model.max_n, model.max_images, model.mask, model.max_partial_images) for model in models
    } == {(frozenset({"generate", "edit"}), 10, 16, True, 3)}


def test_sizes_are_free_since_gpt_image_2():
    assert {name for name, model in CATALOG.on(TODAY).items() if model.sizes == FreeSizes()} == (
        SINCE_APRIL | SINCE_SEPTEMBER | SINCE_NOVEMBER
    )


def test_azure_gives_png_and_jpeg_only():
    assert {model.formats for model in CATALOG.on(TODAY, "azure").values()} == {("png", "jpeg")}


def test_what_is_not_known_is_absent():
    assert CATALOG.on(TODAY)["dall-e-3"] == Model(
        id="dall-e-3",
        base="dall-e-3",
        provider="openai",
        generation="dall-e",
        lifecycle=Lifecycle(shutdown=date(2026, 5, 12), confidence="confirmed"),
    )


def test_only_what_is_measured_by_others_is_estimated():
    assert {name for name, model in CATALOG.on(TODAY).items() if model.confidence == "estimated"} == SINCE_NOVEMBER


# --- facts


def test_facts_leave_no_gap_between_them():
    gaps = {
        name: layer
        for name, layer in LAYERS.items()
        if [None, *(fact.until for fact in layer)] != [*(fact.since for fact in layer), None]
    }

    assert gaps == {}


def test_every_fact_names_sources_that_exist():
    named = {name: {source for fact in layer for source in fact.source} for name, layer in LAYERS.items()}

    assert {name for name, sources in named.items() if not sources} == set()
    assert {source for sources in named.values() for source in sources if not SOURCE.fullmatch(source)} == set()


def test_each_quality_of_a_scale_has_a_number_of_tokens():
    models = [model for model in CATALOG.on(TODAY).values() if model.generation in {"2", "2.5", "2.6"}]

    assert {model.id: tuple(name for name, _ in model.output_tokens.q) for model in models} == {
        model.id: model.qualities for model in models
    }


def test_replacements_are_models_of_the_same_provider():
    named = {
        replacement
        for provider in CATALOG.providers
        for model in CATALOG.on(TODAY, provider).values()
        for replacement in model.lifecycle.replacement
    }

    assert named <= CATALOG.ids()


def test_the_models_of_a_day_are_worked_out_once():
    assert CATALOG.on(TODAY) is CATALOG.on(TODAY)


def test_a_provider_that_is_not_known_is_an_error():
    with pytest.raises(ConfigError) as caught:
        CATALOG.on(TODAY, "azur")

    assert (caught.value.message, caught.value.hint) == ("unknown provider `azur`", "did you mean `azure`?")


# --- the revision


def test_the_revision_ignores_comments_layout_and_sources():
    same = [(re.sub(r"source: \[.*?\]", "source: someone", text) + "\n\n# a comment", path) for text, path in FILES]

    assert read_catalog(same).revision == CATALOG.revision
    assert re.fullmatch("sha256:[0-9a-f]{64}", CATALOG.revision)


def test_the_revision_changes_with_a_fact():
    changed = [(text.replace("image_output: 30", "image_output: 31", 1), path) for text, path in FILES]

    assert read_catalog(changed).revision != CATALOG.revision


def test_the_order_of_the_files_does_not_matter():
    assert read_catalog(reversed(FILES)) == CATALOG


# --- overlays


PRICE = Price(text_input=4_000_000, image_input=6_000_000, image_output=24_500_000, confidence="confirmed")
NEGOTIATED = """
provider: openai
models:
  gpt-image-2:
    price:
      text_input: 4
      image_input: 6
      image_output: 24.5
      from: 2026-12-01
      until: 2027-12-01
      confidence: confirmed
      source: our contract
"""


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 30), CATALOG.on(TODAY)["gpt-image-2"].price),
        (date(2026, 12, 1), PRICE),
        (date(2027, 11, 30), PRICE),
        (date(2027, 12, 1), CATALOG.on(TODAY)["gpt-image-2"].price),
    ],
)
def test_a_negotiated_price_holds_for_its_period(day, expected):
    assert laid(NEGOTIATED).on(day)["gpt-image-2"].price == expected


def test_an_overlay_leaves_everything_else_and_the_catalogue_itself_alone():
    before, after = CATALOG.on(date(2026, 12, 1)), laid(NEGOTIATED).on(date(2026, 12, 1))

    assert {name for name in after if after[name] != before[name]} == SINCE_APRIL
    assert before["gpt-image-2"].price != PRICE


def test_a_deployment_is_a_model_under_a_name_of_ones_own():
    catalog = laid("provider: azure\ndeployments: {my-images: gpt-image-2, pinned: gpt-image-1.5-2025-12-16}")
    models = catalog.on(TODAY, "azure")

    assert {name: (models[name].id, models[name].base) for name in ("my-images", "pinned", "gpt-image-2")} == {
        "my-images": ("my-images", "gpt-image-2"),
        "pinned": ("pinned", "gpt-image-1.5"),
        "gpt-image-2": ("gpt-image-2", "gpt-image-2"),
    }
    assert catalog.ids("azure") - CATALOG.ids("azure") == {"my-images", "pinned"}


def test_a_deployment_may_have_the_name_of_another_model():
    model = laid("provider: azure\ndeployments: {gpt-image-1: gpt-image-2}").on(TODAY, "azure")["gpt-image-1"]

    assert (model.base, model.alive(TODAY)) == ("gpt-image-2", True)


RELAY = """
provider: relay
extends: openai
models:
  gpt-image-2.5-flare:
    transparency: {support: "no", confidence: confirmed, source: we tried}
  gpt-image-2.6-flare: {}
"""


def test_a_new_provider_has_the_models_that_it_lists_and_their_snapshots():
    relay = laid(RELAY).on(TODAY, "relay")

    assert {name: model.transparency for name, model in relay.items()} == {
        "gpt-image-2.5-flare": "no",
        "gpt-image-2.5-flare-2026-09-08": "no",
        "gpt-image-2.6-flare": "yes",
    }


def test_a_new_model_may_be_like_another():
    model = laid("provider: azure\nmodels: {gpt-image-3: {like: gpt-image-2}}").on(TODAY, "azure")["gpt-image-3"]

    assert (model.id, model.base, model.auto) == (
        "gpt-image-3",
        "gpt-image-3",
        Auto(size=Size(1024, 1024), quality="high"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "provider: openai\nmodels:\n  gpt-imgae-2: {}",
            [
                (
                    "mine.yaml:4:3",
                    "unknown model `gpt-imgae-2`: a new one needs `like` or `generation`",
                    "did you mean `gpt-image-2`?",
                )
            ],
        ),
        (
            "provider: openai\nmodels:\n  mine: {like: gpt-image-22}",
            [("mine.yaml:4:10", "unknown model `gpt-image-22`", "did you mean `gpt-image-2`?")],
        ),
        (
            "provider: openai\nmodels:\n  gpt-image-2: {like: gpt-image-1}",
            [("mine.yaml:4:17", "`gpt-image-2` is known already", "leave out `like`")],
        ),
        (
            "provider: openai\nmodels:\n  gpt-image-3: {}\n  mine: {like: gpt-image-3}",
            [
                (
                    "mine.yaml:4:3",
                    "unknown model `gpt-image-3`: a new one needs `like` or `generation`",
                    "did you mean `gpt-image-2`?",
                )
            ],
        ),
        (
            "provider: azure\ndeployments: {pics: gpt-image-2.6}",
            [("mine.yaml:3:15", "unknown model `gpt-image-2.6`", "did you mean `gpt-image-2`?")],
        ),
        ("provider: openai\nextends: azure", [("mine.yaml:3:1", "`openai` is known already", "leave out `extends`")]),
        (
            "provider: relay\nextends: opnai",
            [("mine.yaml:3:1", "unknown provider `opnai`", "did you mean `openai`?")],
        ),
        (
            "provider: openai\nmodels:\n  gpt-image-2:\n    prices: {}\n    count: {max_n: 0}",
            [
                ("mine.yaml:5:5", "unknown key `prices`", "did you mean `price`?"),
                ("mine.yaml:6:12", "missing key `confidence`", None),
                ("mine.yaml:6:12", "missing key `source`", None),
                ("mine.yaml:6:20", "expected a whole number, 1 or more, not `0`", None),
            ],
        ),
        (
            (
                "provider: openai\nmodels:\n  gpt-image-2:\n    latency:\n"
                "    - {slow_s: 9, until: 2026-12-02, confidence: likely, source: us}\n"
                "    - {slow_s: 8, from: 2026-12-01, confidence: likely, source: us}"
            ),
            [
                (
                    "mine.yaml:7:7",
                    "overlaps the fact in line 6",
                    "give that one an `until`, and this a `from`",
                )
            ],
        ),
        (
            (
                "provider: openai\nmodels:\n  gpt-image-2:\n"
                "    latency: {slow_s: 9, from: 2026-12-01, until: 2026-12-01, confidence: likely, source: us}"
            ),
            [("mine.yaml:5:51", "`until` is not after `from`: `2026-12-01`", None)],
        ),
        (
            (
                "provider: openai\nmodels:\n  gpt-image-2:\n"
                "    text_tokens: {overhead: 9, most: 8, confidence: likely, source: us}"
            ),
            [("mine.yaml:5:38", "`most` is less than `overhead`: 8", None)],
        ),
    ],
)
def test_a_slip_in_an_overlay_is_shown_where_it_is(text, expected):
    assert said(text) == expected


# --- the schema


def test_the_shipped_schema_is_that_of_the_reader():
    shipped = json.loads((PACKAGE / "catalog.schema.json").read_text(encoding="utf-8"))

    assert shipped == catalog_schema()
