"""Money at the edge: read exactly, printed without floats."""

from __future__ import annotations

from decimal import Decimal

import pytest

from router.errors import RequestError
from router.money import read_usd, to_micros, usd


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [
        (1, 1_000_000),
        ("0.45", 450_000),
        (Decimal("0.000001"), 1),
        (0.1, 100_000),
        (0.1 + 0.2, 300_000),  # dust is rounded down
        (0.0000019, 1),
        (0, 0),
    ],
)
def test_dollars_are_read_exactly(dollars: object, micros: int):
    assert read_usd(dollars, "max_cost_usd") == micros


@pytest.mark.parametrize("nonsense", [-1, "NaN", float("inf"), "1e999", True, None, "a dollar", "0.0000001", 10**13])
def test_what_is_no_amount_is_refused(nonsense: object):
    with pytest.raises(RequestError) as caught:
        read_usd(nonsense, "max_cost_usd")

    assert caught.value.field == "max_cost_usd"


@pytest.mark.parametrize(
    ("micros", "text"), [(0, "0.00"), (21_000_000, "21.00"), (450_000, "0.45"), (25_950, "0.02595"), (-1, "-0.000001")]
)
def test_dollars_are_printed_with_two_decimals_or_as_many_as_it_takes(micros: int, text: str):
    assert usd(micros) == text


def test_a_price_is_rounded_up_once():
    assert [to_micros(tokens, 1_250_000) for tokens in (0, 1, 4)] == [0, 2, 5]
