from decimal import Decimal

import pytest

from router.errors import ConfigError
from router.language import parse_policy
from router.limits import with_limits
from router.policy import Limit, Window

POLICY = parse_policy(
    """
pixroute: 1
name: shop
tags: {tenant: any}
routes: [{id: all, to: [asked]}]
budget: {limits: [{id: everyone, scope: all, window: day, amount: 5}]}
"""
)


@pytest.mark.parametrize("amount", [25.1, "25.10", Decimal("25.10")])
def test_a_limit_in_code_is_read_exactly_as_in_a_policy(amount):
    changed = with_limits(
        POLICY, [{"id": "tenants", "scope": "tenant", "window": {"rolling": "24h"}, "amount": amount}]
    )

    assert changed.budget.limits[1:] == (
        Limit(
            id="tenants",
            scope=("tenant",),
            amount_micros=25_100_000,
            window=Window(kind="rolling", seconds=86_400),
        ),
    )


@pytest.mark.parametrize("amount", [5, "5", "5.00", Decimal(5), Decimal("5E+0")])
def test_a_limit_of_whole_dollars_is_written_in_any_way(amount):
    assert (
        with_limits(POLICY, [{"id": "mine", "window": "day", "amount": amount}]).budget.limits[1].amount_micros
        == 5_000_000
    )


def test_a_limit_as_text_is_read_as_yaml():
    changed = with_limits(POLICY, ["{id: mine, amount: 0.000001, window: month, zone: Europe/Berlin, missing: share}"])

    assert changed.budget.limits[1] == Limit(
        id="mine", amount_micros=1, window=Window(kind="month", zone="Europe/Berlin"), missing="share"
    )


def test_more_limits_are_another_revision_and_none_are_the_same_policy():
    changed = with_limits(POLICY, ["{id: mine, amount: 1, window: day}"])

    assert changed.revision != POLICY.revision
    assert with_limits(POLICY, []) is POLICY


def test_all_that_is_wrong_with_a_limit_is_said():
    with pytest.raises(ConfigError) as raised:
        with_limits(POLICY, ["{id: mine, amount: 1, windw: day}"])

    assert raised.value.message.endswith(": missing key `window`; unknown key `windw`")
    assert raised.value.hint == "did you mean `window`?"


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("{id: everyone, amount: 1, window: day}", "there is a limit `everyone` already"),
        ("{id: mine, amount: 1, window: year}", "not a limit: `{id: mine, amount: 1, window: year}`: "),
        ("{id: mine, amount: 1, window: day, scope: team}", "`{id: mine, amount: 1, window: day, scope: team}`: "),
        ("five dollars", "not a limit: `five dollars`: "),
    ],
)
def test_what_is_no_limit_is_refused(limit, message):
    with pytest.raises(ConfigError) as raised:
        with_limits(POLICY, [limit])

    assert message in raised.value.message
    assert raised.value.hint
