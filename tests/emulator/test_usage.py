"""Tokens and money, against what was published and what was billed (FACTS 4, 5)."""

from __future__ import annotations

from datetime import date

import pytest

from router.emulator.bill import price
from router.emulator.known import Day, shipped_catalog
from router.emulator.usage import Usage, drawn, patch32, tile512

MODELS = Day(on=date(2026, 11, 23), catalog=shipped_catalog()).served("openai")


@pytest.mark.parametrize(
    ("canvas", "quality", "tokens"),
    [
        ((1024, 1024), "high", 7024),
        ((1024, 1024), "medium", 1756),
        ((1024, 1024), "low", 196),
        ((1536, 1024), "high", 5488),
        ((1024, 1536), "high", 5488),
        ((2048, 2048), "high", 14272),
        ((2560, 1440), "high", 7370),
        ((3840, 2160), "high", 13342),
        ((1024, 640), "high", 3824),
        ((3072, 1024), "high", 3952),
        ((3840, 1280), "high", 5311),
        ((1792, 1024), "high", 5063),
        ((3584, 2048), "high", 12329),
        ((976, 704), "low", 129),
        ((960, 720), "low", 130),
        ((1536, 768), "low", 102),
        ((3472, 1488), "low", 201),
    ],
)
def test_gpt_image_2_draws_with_the_tokens_that_were_billed(canvas, quality, tokens):
    assert drawn(MODELS["gpt-image-2"], canvas, quality) == tokens


@pytest.mark.parametrize(
    ("quality", "tokens"), [("low", 196), ("medium", 439), ("high", 1756), ("xhigh", 3122), ("max", 7024)]
)
def test_2_5_draws_a_square_with_the_tokens_that_others_report(quality, tokens):
    assert drawn(MODELS["gpt-image-2.5-flare"], (1024, 1024), quality) == tokens


@pytest.mark.parametrize(
    ("canvas", "quality", "tokens"),
    [((1536, 1024), "low", 664), ((1536, 1024), "high", 1353), ((3840, 2160), "high", 3337)],
)
def test_2_6_draws_with_the_tokens_that_one_reseller_measured(canvas, quality, tokens):
    assert drawn(MODELS["gpt-image-2.6-flare"], canvas, quality) == tokens


def test_older_models_draw_by_table():
    assert drawn(MODELS["gpt-image-1.5"], (1536, 1024), "medium") == 1568


@pytest.mark.parametrize(
    ("canvas", "tokens"),
    [
        ((1024, 1024), 1024),
        ((512, 512), 1024),
        ((256, 256), 256),
        ((64, 64), 16),
        ((3000, 100), 67 * 22),
        ((4096, 4096), 39 * 39),
    ],
)
def test_an_image_is_read_in_patches(canvas, tokens):
    assert patch32(canvas) == tokens


@pytest.mark.parametrize(
    ("canvas", "tokens"), [((512, 512), 194), ((1024, 1024), 194), ((1536, 1024), 323), ((5000, 100), 581)]
)
def test_an_image_is_read_in_tiles(canvas, tokens):
    assert tile512(canvas) == tokens


def test_each_kind_of_token_is_rounded_up_to_whole_micro_dollars():
    usage = Usage(text_input=1, image_input=1, image_output=0, text_output=0)  # at $2 and $2.50 a million

    assert price(MODELS["gpt-image-1-mini"], usage) == 2 + 3
    assert (
        price(MODELS["gpt-image-2"], Usage(text_input=9, image_input=1024, image_output=1756, text_output=0))
        == 45 + 8192 + 52_680
    )
