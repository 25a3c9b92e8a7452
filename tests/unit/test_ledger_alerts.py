import logging

import pytest

from router.ledger import Standing
from router.ledger.alerts import Alert, alert, passed, sound

SHARES = (50, 80, 100)


def standing(*, peak: int, used: int, amount: int = 100) -> Standing:
    return Standing(account="a/day", limit="a", amount_micros=amount, spent_micros=used, peak_micros=peak)


@pytest.mark.parametrize(
    ("peak", "used", "told"),
    [
        (0, 49, []),
        (49, 50, [50]),
        (0, 100, [100]),
        (50, 79, []),
        (79, 80, [80]),
        (80, 99, []),
        (99, 100, [100]),
        (100, 100, []),
    ],
)
def test_a_share_is_told_when_it_is_passed_for_the_first_time(peak, used, told):
    assert [each.percent for each in passed([standing(peak=peak, used=used)], SHARES)] == told


def test_a_limit_of_nothing_has_no_shares():
    assert list(passed([standing(peak=0, used=0, amount=0)], SHARES)) == []


def test_an_alert_shows_a_tags_value_as_it_was_sent_on_one_line():
    told = Alert(kind="refused", account="day/tenant=b%C3%BCro%0A", used_micros=0, amount_micros=1_000_000)

    assert str(told) == "`day/tenant=büro%0A` refused a request: 0.00 of 1.00 USD are used"


def test_alerts_are_logged_and_a_listener_that_fails_hurts_nobody(caplog):
    heard = []

    def fails(_):
        raise RuntimeError("no")

    told = alert("refused", standing(peak=0, used=70))
    sound(told, [fails, heard.append])

    assert heard == [told]
    assert caplog.records[0].getMessage() == "`a/day` refused a request: 0.00007 of 0.0001 USD are used"
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR]


def test_each_kind_says_what_happened():
    over = Alert(kind="overrun", used_micros=30_000, amount_micros=20_000, operation_key="k")

    assert str(over) == "`k` was billed 0.03 USD, above the 0.02 that were held for it"
    assert str(alert("share", standing(peak=0, used=80), percent=80)) == (
        "`a/day` has used 0.00008 of 0.0001 USD, 80 % or more"
    )
