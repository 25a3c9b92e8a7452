import json
from fractions import Fraction
from pathlib import Path

import pytest

from router.canvas import SizePlan, SizeRefusal, best_canvases, largest_crop, plan_size
from router.errors import RequestError
from router.presets import ALIASES, PRESETS
from router.sizes import (
    FORMS,
    FreeSizes,
    PresetSizes,
    Size,
    halve,
    is_experimental,
    legal_sizes,
    parse_size,
    violations,
)

FREE = FreeSizes()
PRESET = PresetSizes(presets=(Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
PLATFORMS = json.loads((Path(__file__).parents[1] / "data" / "size_presets.json").read_text(encoding="utf-8"))
TWO_PERCENT = Fraction(1, 50)


def error(text):
    with pytest.raises(RequestError) as caught:
        parse_size(text)
    return caught.value.field, caught.value.message, caught.value.hint


# a size as callers write it


@pytest.mark.parametrize("text", ["1200x628", "1200X628", "1200×628", "1200*628", " 1200 x 628 "])
def test_a_size_is_two_edges(text):
    assert parse_size(text) == Size(1200, 628)


@pytest.mark.parametrize("text", ["auto", "AUTO", " auto "])
def test_auto_is_no_size(text):
    assert parse_size(text) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1:1", "1024x1024"),
        ("3:2", "1248x832"),
        ("16:9", "1280x720"),
        ("16:9@1k", "1280x720"),
        ("16:9@2k", "2560x1440"),
        ("16:9@4k", "3840x2160"),
        ("16:9 @ 2K", "2560x1440"),
        ("32 : 18@2k", "2560x1440"),
        ("9:16@2k", "1440x2560"),
        ("1:1@2k", "1920x1920"),
        ("1:1@4k", "2880x2880"),
        ("21:9@2k", "2912x1248"),
        ("3:1@4k", "3840x1280"),
        ("4:1", "2048x512"),
    ],
)
def test_a_ratio_is_the_largest_size_of_exactly_that_ratio_in_its_tier(text, size):
    assert str(parse_size(text)) == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1.91:1", "1415x741"),
        ("1.91:1@2k", "2653x1389"),
        ("1.91:1@4k", "3056x1600"),
        ("1:1.91", "741x1415"),
        ("2.999:1@4k", "3840x1280"),
        ("1:1000", "4x3840"),
    ],
)
def test_a_ratio_that_no_legal_size_has_is_the_nearest_rectangle_of_its_tier(text, size):
    assert str(parse_size(text)) == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("instagram.story", "1080x1920"),
        ("Instagram.Story", "1080x1920"),
        ("og.link", "1200x630"),
        ("x.card", "1200x628"),
        ("web.4k", "3840x2160"),
    ],
)
def test_a_preset_has_a_name(text, size):
    assert str(parse_size(text)) == size


def test_every_size_that_a_platform_asks_for_has_one_name():
    assert [f"{width}x{height}" for width, height in PRESETS.values()] == [entry["size"] for entry in PLATFORMS]


def test_an_alias_is_another_name_of_a_preset():
    assert {name for alias, name in ALIASES.items() if name not in PRESETS or alias in PRESETS} == set()


@pytest.mark.parametrize("text", ["0x0", "0x1024", "-16x1024", "1024x100001", "99999999999999999x16", "1:99999"])
def test_edges_are_within_reason(text):
    assert error(text) == ("size", f"`{text}` is not a size", "edges are 1 to 100,000 pixels")


@pytest.mark.parametrize("text", ["16:0", "0:9", "0:0", "0.0:1"])
def test_a_ratio_has_two_sides(text):
    assert error(text) == ("size", f"`{text}` is not a ratio", "both sides must be above 0")


@pytest.mark.parametrize(
    "text",
    ["", "1024", "1024x", "x1024", "1024x1024x3", "10.5x20", "16:9:4", "a:b", "{{ $json.size_of_image }}", "٣x٣"],
)
def test_anything_else_is_no_size(text):
    assert error(text) == ("size", f"`{text}` is not a size", FORMS)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("instagram.stroy", "did you mean `instagram.story`?"),
        ("youtube.thumbnial", "did you mean `youtube.thumbnail`?"),
        ("atuo", "did you mean `auto`?"),
    ],
)
def test_a_typo_is_recognised(text, hint):
    assert error(text) == ("size", f"`{text}` is not a size", hint)


@pytest.mark.parametrize("tier", ["8k", "2mp", ""])
def test_an_unknown_tier_is_told_the_known_ones(tier):
    assert error(f"16:9@{tier}") == ("size", f"unknown tier `{tier}`", "use one of `1k`, `2k`, `4k`")


@pytest.mark.parametrize("text", ["9" * 5000 + "x16", "1:" + "9" * 5000, "x" * 5000])
def test_a_text_without_end_is_cut_short(text):
    assert error(text) == ("size", f"`{text[:40]}…` is not a size", FORMS)


# which sizes a model draws


def test_the_provider_draws_29146_sizes():
    assert sum(1 for _ in legal_sizes(FREE)) == 29_146


def test_the_legal_sizes_are_those_without_violations():
    edges = range(16, 3841, 16)
    legal = [Size(width, height) for width in edges for height in edges if not violations(Size(width, height), FREE)]

    assert list(legal_sizes(FREE)) == legal


@pytest.mark.parametrize(
    ("size", "broken"),
    [
        (Size(1024, 640), ()),
        (Size(3840, 2160), ()),
        (Size(1200, 628), ("edges must be multiples of 16",)),
        (Size(512, 512), ("the area must be at least 655,360 pixels",)),
        (Size(2896, 2896), ("the area must be at most 8,294,400 pixels",)),
        (Size(3856, 2000), ("edges must be at most 3,840 pixels",)),
        (Size(1920, 624), ("the ratio must be at most 3:1",)),
        (
            Size(100, 4000),
            (
                "edges must be multiples of 16",
                "edges must be at most 3,840 pixels",
                "the ratio must be at most 3:1",
                "the area must be at least 655,360 pixels",
            ),
        ),
    ],
)
def test_a_size_is_told_what_keeps_it_from_being_drawn(size, broken):
    assert violations(size, FREE) == broken


def test_a_preset_model_draws_its_presets_and_nothing_else():
    assert list(legal_sizes(PRESET)) == [Size(1024, 1024), Size(1024, 1536), Size(1536, 1024)]
    assert violations(Size(1536, 1024), PRESET) == ()
    assert violations(Size(1280, 720), PRESET) == ("must be one of 1024x1024, 1536x1024, 1024x1536",)


@pytest.mark.parametrize(
    ("size", "rule", "experimental"),
    [
        (Size(2560, 1440), FREE, False),
        (Size(3072, 1024), FREE, False),
        (Size(2048, 2048), FREE, True),
        (Size(4096, 4096), PRESET, False),
    ],
)
def test_experimental_is_a_matter_of_pixels(size, rule, experimental):
    assert is_experimental(size, rule) is experimental


# from target to canvas


def test_a_legal_size_is_never_changed():
    assert plan_size(Size(1200, 640), FREE) == SizePlan(target=Size(1200, 640), canvas=Size(1200, 640))


def test_a_target_is_cut_out_of_the_middle_of_its_canvas():
    assert plan_size(Size(1200, 628), FREE) == SizePlan(
        target=Size(1200, 628),
        canvas=Size(1200, 640),
        crop=(0, 6, 1200, 634),
        crop_fraction=Fraction(12, 640),
    )


def test_a_target_below_the_smallest_area_is_drawn_larger_and_resized():
    assert plan_size(Size(512, 512), FREE) == SizePlan(
        target=Size(512, 512), canvas=Size(816, 816), resize=Size(512, 512)
    )


def test_a_small_target_is_the_largest_crop_of_its_aspect_resized():
    assert plan_size(Size(300, 250), FREE) == SizePlan(
        target=Size(300, 250),
        canvas=Size(896, 736),
        crop=(6, 0, 889, 736),
        resize=Size(300, 250),
        crop_fraction=Fraction(13, 896),
    )


def test_a_target_above_the_largest_area_is_drawn_as_large_as_can_be_and_upscaled():
    assert plan_size(Size(4096, 2160), FREE) == SizePlan(
        target=Size(4096, 2160),
        canvas=Size(3840, 2032),
        crop=(0, 3, 3840, 2028),
        resize=Size(4096, 2160),
        crop_fraction=Fraction(7, 2032),
        upscaled=True,
        experimental=True,
    )


def test_no_upscaling_comes_before_a_small_crop():
    target = Size(3830, 2150)

    assert plan_size(target, FREE, max_crop=Fraction(0)).canvas == Size(3840, 2160)


def test_where_every_canvas_loses_too_much_the_bar_is_raised_by_a_hundredth():
    assert plan_size(Size(300, 299), FREE, max_crop=Fraction(0)) == SizePlan(
        target=Size(300, 299),
        canvas=Size(816, 816),
        crop=(0, 1, 816, 814),
        resize=Size(300, 299),
        crop_fraction=Fraction(3, 816),
    )


def test_the_price_settles_a_tie_and_without_a_price_the_smaller_width_does():
    target, loose = Size(384, 480), Fraction(1, 2)

    assert best_canvases(target, FREE, loose) == (Size(512, 1280), Size(640, 1024), Size(1024, 640))
    assert plan_size(target, FREE, max_crop=loose).canvas == Size(512, 1280)
    assert plan_size(target, FREE, max_crop=loose, cost=lambda size: size.height).canvas == Size(1024, 640)


@pytest.mark.parametrize("entry", PLATFORMS, ids=lambda entry: f"{entry['platform']} {entry['use']}")
def test_a_platform_gets_a_plan_as_good_as_the_best_one_known(entry):
    target = parse_size(entry["size"])
    known = parse_size(entry["plan"] or entry["size"])
    plan = plan_size(target, FREE, beyond_ratio="crop")

    assert rank(plan.canvas, target) <= rank(known, target)


def rank(canvas, target):
    """The order of the criteria, price aside; beyond 3:1 there is nothing to compare with."""
    upscaling = max(Fraction(target.width, canvas.width), Fraction(target.height, canvas.height), Fraction(1))
    loss = 1 - Fraction(largest_crop(canvas, target).pixels, canvas.pixels)
    return bool(violations(canvas, FREE)), upscaling, loss > TWO_PERCENT, canvas.pixels


# beyond the ratio


def test_a_target_beyond_the_ratio_is_refused_with_the_nearest_sizes():
    assert plan_size(Size(1128, 191), FREE) == SizeRefusal(
        code="RATIO_BEYOND_LIMIT",
        message="`1128x191` is beyond 3:1",
        alternatives=(Size(1376, 480), Size(1424, 480)),
    )


@pytest.mark.parametrize("fit", ["cover", "nearest", "reject"])
def test_a_ratio_that_cannot_be_drawn_is_refused_whatever_the_fit(fit):
    assert plan_size(Size(90, 728), FREE, fit=fit).code == "RATIO_BEYOND_LIMIT"


def test_a_target_beyond_the_ratio_is_cut_out_of_a_3_to_1_canvas_if_so_wanted():
    assert plan_size(Size(1128, 191), FREE, beyond_ratio="crop") == SizePlan(
        target=Size(1128, 191),
        canvas=Size(1424, 480),
        crop=(0, 119, 1424, 360),
        resize=Size(1128, 191),
        crop_fraction=Fraction(239, 480),
    )


def test_a_cut_that_happens_to_have_the_targets_size_is_not_resized():
    assert plan_size(Size(1920, 384), FREE, beyond_ratio="crop") == SizePlan(
        target=Size(1920, 384),
        canvas=Size(1920, 640),
        crop=(0, 128, 1920, 512),
        crop_fraction=Fraction(2, 5),
    )


@pytest.mark.parametrize(
    ("target", "canvas", "crop"),
    [
        (Size(100_000, 1), Size(3840, 1280), (0, 639, 3840, 640)),
        (Size(1, 100_000), Size(1280, 3840), (639, 0, 640, 3840)),
    ],
)
def test_even_a_line_has_a_plan(target, canvas, crop):
    assert plan_size(target, FREE, beyond_ratio="crop") == SizePlan(
        target=target,
        canvas=canvas,
        crop=crop,
        resize=target,
        crop_fraction=Fraction(1279, 1280),
        upscaled=True,
        experimental=True,
    )


# the other fits


@pytest.mark.parametrize(
    ("target", "size"),
    [
        ("1200x628", "1200x624"),
        ("1920x1080", "1920x1088"),
        ("1792x936", "1792x944"),
        ("512x512", "816x816"),
        ("320x180", "1088x608"),
        ("3000x3000", "2880x2880"),
        ("4096x2160", "3840x2160"),
    ],
)
def test_the_nearest_legal_size_is_delivered_as_it_is(target, size):
    target, size = parse_size(target), parse_size(size)

    assert plan_size(target, FREE, fit="nearest") == SizePlan(
        target=size, canvas=size, experimental=is_experimental(size, FREE)
    )


def test_what_is_not_legal_is_rejected_with_the_nearest_sizes():
    assert plan_size(Size(1200, 628), FREE, fit="reject") == SizeRefusal(
        code="SIZE_NOT_LEGAL",
        message="`1200x628`: edges must be multiples of 16",
        alternatives=(Size(1200, 624), Size(1200, 640)),
    )


def test_what_is_legal_is_not_rejected():
    assert plan_size(Size(1200, 640), FREE, fit="reject") == SizePlan(target=Size(1200, 640), canvas=Size(1200, 640))


# models that draw a few presets


@pytest.mark.parametrize(
    ("target", "preset"),
    [
        ("1080x1080", "1024x1024"),
        ("1200x628", "1536x1024"),
        ("1080x1920", "1024x1536"),
        ("1128x191", "1536x1024"),
        ("1250x1024", "1024x1024"),
        ("1260x1024", "1536x1024"),
    ],
)
def test_the_preset_that_loses_least_is_drawn(target, preset):
    assert str(plan_size(parse_size(target), PRESET).canvas) == preset


@pytest.mark.parametrize(
    ("target", "preset"), [("1080x1080", "1024x1024"), ("800x800", "1024x1024"), ("400x400", "512x512")]
)
def test_of_presets_that_lose_the_same_the_smallest_that_need_not_be_upscaled_is_drawn(target, preset):
    squares = PresetSizes(presets=(Size(512, 512), Size(1024, 1024)))

    assert str(plan_size(parse_size(target), squares).canvas) == preset


def test_a_preset_is_cut_and_resized_to_the_target_whatever_is_lost():
    assert plan_size(Size(1080, 1920), PRESET) == SizePlan(
        target=Size(1080, 1920),
        canvas=Size(1024, 1536),
        crop=(80, 0, 944, 1536),
        resize=Size(1080, 1920),
        crop_fraction=Fraction(160, 1024),
        upscaled=True,
    )


def test_the_nearest_preset_is_delivered_as_it_is():
    assert plan_size(Size(1792, 1024), PRESET, fit="nearest") == SizePlan(
        target=Size(1536, 1024), canvas=Size(1536, 1024)
    )


def test_a_size_that_is_no_preset_is_rejected_with_the_nearest_presets():
    assert plan_size(Size(1280, 720), PRESET, fit="reject") == SizeRefusal(
        code="SIZE_NOT_LEGAL",
        message="`1280x720`: must be one of 1024x1024, 1536x1024, 1024x1536",
        alternatives=(Size(1536, 1024),),
    )


@pytest.mark.parametrize("rule", [PresetSizes(presets=()), FreeSizes(max_edge=512)])
@pytest.mark.parametrize("fit", ["cover", "nearest", "reject"])
def test_a_model_that_draws_no_size_refuses_every_size(rule, fit):
    refusal = plan_size(Size(500, 500), rule, fit=fit)

    assert (refusal.code, refusal.alternatives) == ("SIZE_NOT_LEGAL", ())


def test_limits_are_the_models_own():
    small = FreeSizes(multiple_of=32, max_edge=2048, min_pixels=256 * 256, max_pixels=1024 * 1024)

    assert plan_size(Size(500, 500), small).canvas == Size(512, 512)


# the ladder's step


@pytest.mark.parametrize(
    ("size", "half"),
    [
        (Size(1024, 1024), Size(724, 724)),
        (Size(1536, 1024), Size(1086, 724)),
        (Size(1920, 1080), Size(1358, 764)),
        (Size(2, 1), Size(1, 1)),
        (Size(1, 1), Size(1, 1)),
    ],
)
def test_half_the_pixels_keep_the_aspect(size, half):
    assert halve(size) == half
