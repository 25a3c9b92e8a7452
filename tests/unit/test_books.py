"""The books add lines up, and name every line and every balance that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from router.ledger import Balance, Charge, Entry
from router.ledger.books import Booked, Difference, differences, fold

DAY = Charge(account="day", limit="day", period=86_400)
TENANT = Charge(account="tenant/tenant=acme", limit="tenant", period=0)
ABOUT = {"tag.tenant": "acme", "model": "gpt-image-2"}


def lines(*entries):
    return [replace(entry, seq=number, at_ms=number * 1000) for number, entry in enumerate(entries, 1)]


def entry(act, micros, key="draw", **more):
    return Entry(**{"seq": 0, "at_ms": 0, "act": act, "key": key, "attempt": 1, "micros": micros, **more})


def reserve(micros=10, **more):
    return entry("reserve", micros, **{"charges": (DAY, TENANT), "about": ABOUT, **more})


def told(*entries):
    return [str(fault) for fault in fold(lines(*entries)).faults]


def test_a_hold_is_told_from_its_lines():
    books = fold(lines(reserve(), entry("unknown", 10), entry("assume", 10), entry("settle", 12)))

    (hold,) = books.holds.values()
    assert (hold.id, hold.overrun_micros) == ("draw#1", 2)
    assert replace(hold, sums=()) == Booked(
        key="draw",
        attempt=1,
        ceiling_micros=10,
        at_ms=1000,
        charges=(DAY, TENANT),
        about=ABOUT,
        micros=12,
        state="settled",
        ended_at_ms=4000,
    )
    assert (books.last, books.faults) == (4, [])


def test_balances_are_by_account_and_period_with_zeros_left_out():
    books = fold(
        lines(
            reserve(),
            reserve(20, key="lost", charges=(DAY,)),
            reserve(5, key="given back"),
            entry("settle", 7),
            entry("unknown", 20, key="lost"),
            entry("release", 5, key="given back"),
            reserve(3, key="now", charges=(TENANT,)),
            reserve(4, key="gone", charges=(replace(DAY, period=0),)),
            entry("release", 4, key="gone"),
        )
    )

    assert [*books.balances()] == [
        Balance(account="day", period=86_400, spent_micros=7, unknown_micros=20),
        Balance(account="tenant/tenant=acme", period=0, spent_micros=7, held_micros=3),
    ]


def test_spending_and_open_holds_are_told_apart():
    books = fold(
        lines(
            reserve(key="held"),
            reserve(key="unknown"),
            reserve(key="settled"),
            reserve(key="assumed"),
            reserve(key="released"),
            entry("unknown", 10, key="unknown"),
            entry("settle", 8, key="settled"),
            entry("assume", 10, key="assumed"),
            entry("release", 10, key="released"),
        )
    )

    assert [(hold.key, hold.micros) for hold in books.spending()] == [("settled", 8), ("assumed", 10)]
    assert [(hold.key, hold.micros) for hold in books.open()] == [("held", 10), ("unknown", 10)]


def test_attempts_are_holds_of_their_own():
    books = fold(lines(reserve(), entry("release", 10), reserve(6, attempt=2), entry("settle", 5, attempt=2)))

    assert {name: hold.micros for name, hold in books.holds.items()} == {"draw#1": 0, "draw#2": 5}
    assert books.faults == []


def test_a_bill_for_a_released_hold_counts():
    books = fold(lines(reserve(), entry("release", 10), entry("settle", 4)))

    assert {each.spent_micros for each in books.balances()} == {4}
    assert books.faults == []


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        ([reserve(), reserve()], ["entry 2: `draw#1` was reserved before"]),
        ([reserve(attempt=2)], ["entry 1: `draw#2` has no attempt before it"]),
        ([reserve(attempt=0)], ["entry 1: `draw#0` has no attempt before it"]),
        ([entry("settle", 1)], ["entry 1: `draw#1` was never reserved"]),
        (
            [reserve(), entry("settle", 7), entry("release", 7)],
            ["entry 3: `release` of `draw#1`, which is settled"],
        ),
        ([reserve(), entry("settle", 7), entry("settle", 7)], ["entry 3: `settle` of `draw#1`, which is settled"]),
        ([reserve(), entry("release", 11)], ["entry 2: gives back 11 micros of `draw#1`, which counts 10"]),
        ([reserve(), entry("release", 9)], ["entry 2: gives back 9 micros of `draw#1`, which counts 10"]),
        ([reserve(), entry("assume", 11)], ["entry 2: `assume` of 11 micros, but `draw#1` is 10"]),
        ([reserve(), entry("settle", -1)], ["entry 2: `settle` of -1 micros"]),
        ([reserve(-1)], ["entry 1: `draw#1` reserves -1 micros"]),
    ],
)
def test_a_line_that_cannot_be_is_named(entries, faults):
    assert told(*entries) == faults


def test_lines_that_are_missing_or_out_of_order_are_named():
    first, second, third, fourth = lines(reserve(), entry("unknown", 10), entry("assume", 10), entry("settle", 1))

    assert [str(fault) for fault in fold([first, second, fourth]).faults] == ["entry 4: comes after entry 2"]
    assert [fault.code for fault in fold([second, first, third]).faults] == ["gap", "orphan", "gap"]


def test_an_act_that_cannot_be_is_not_counted():
    books = fold(lines(reserve(), entry("settle", 7), entry("release", 7)))

    assert {each.spent_micros for each in books.balances()} == {7}


def test_books_that_agree_have_no_differences():
    entries = lines(reserve(), entry("settle", 7))
    balances = [
        Balance(account="tenant/tenant=acme", period=0, spent_micros=7),
        Balance(account="day", period=86_400, spent_micros=7),
    ]

    assert [*differences(entries, balances)] == []


def test_every_balance_that_differs_is_named():
    entries = lines(reserve(), entry("settle", 7), reserve(key="more"))
    balances = [
        Balance(account="day", period=86_400, spent_micros=8, held_micros=10),
        Balance(account="other", period=0, unknown_micros=1),
    ]

    assert [*differences(entries, balances)] == [
        Difference(
            code="balance",
            where="`day` from 86400",
            message="spent is kept as 8 micros, but the entries add up to 7",
        ),
        Difference(
            code="balance",
            where="`other` from 0",
            message="unknown is kept as 1 micros, but the entries add up to 0",
        ),
        Difference(
            code="balance",
            where="`tenant/tenant=acme` from 0",
            message="spent is kept as 0 micros, but the entries add up to 7",
        ),
        Difference(
            code="balance",
            where="`tenant/tenant=acme` from 0",
            message="held is kept as 0 micros, but the entries add up to 10",
        ),
    ]


def test_faults_of_lines_come_before_those_of_balances():
    found = differences(lines(entry("settle", 1)), [Balance(account="day", period=0, spent_micros=1)])

    assert [each.code for each in found] == ["orphan", "balance"]
