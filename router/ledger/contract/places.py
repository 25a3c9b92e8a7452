"""Where money stands in time: windows at their edges, by the store's own clock."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

import time
from typing import Final, NamedTuple

import pytest

from ...policy import Window
from ..holds import Hold, Short
from .bench import Bench, Clock, account, expect, is_so, seconds


class Case(NamedTuple):
    """A period of a window: from its first moment to the first of the next."""

    window: Window
    begins: str
    ends: str


def _in(kind: str, zone: str = "UTC") -> Window:
    return Window(kind=kind, zone=zone)  # type: ignore[arg-type]


PERIODS: Final = {
    "an hour": Case(_in("hour"), "2026-11-23T12:00Z", "2026-11-23T13:00Z"),
    "an hour of a zone that is half an hour off": Case(
        _in("hour", "Asia/Kolkata"), "2026-11-23T18:00+05:30", "2026-11-23T19:00+05:30"
    ),
    "an hour west of Greenwich": Case(
        _in("hour", "America/St_Johns"), "2026-11-23T08:00-03:30", "2026-11-23T09:00-03:30"
    ),
    "the hour that clocks go through twice": Case(
        _in("hour", "Europe/Berlin"), "2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00"
    ),
    "a day": Case(_in("day"), "2026-11-23T00:00Z", "2026-11-24T00:00Z"),
    "a day in Berlin": Case(_in("day", "Europe/Berlin"), "2026-11-23T00:00+01:00", "2026-11-24T00:00+01:00"),
    "a day of 23 hours": Case(_in("day", "Europe/Berlin"), "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),
    "a day of 25 hours": Case(_in("day", "Europe/Berlin"), "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
    "a day of a zone that is half an hour off": Case(
        _in("day", "Asia/Kolkata"), "2026-11-23T00:00+05:30", "2026-11-24T00:00+05:30"
    ),
    "a day of a zone that is a quarter of an hour off": Case(
        _in("day", "Asia/Kathmandu"), "2026-11-23T00:00+05:45", "2026-11-24T00:00+05:45"
    ),
    "a day of 23 and a half hours": Case(
        _in("day", "Australia/Lord_Howe"), "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00"
    ),
    "a day that has no midnight": Case(
        _in("day", "America/Santiago"), "2026-09-06T00:00-04:00", "2026-09-07T00:00-03:00"
    ),
    "a day whose midnight comes twice": Case(
        _in("day", "Atlantic/Azores"), "2026-10-25T00:00+00:00", "2026-10-26T00:00-01:00"
    ),
    "a day before one that was left out": Case(
        _in("day", "Pacific/Apia"), "2011-12-29T00:00-10:00", "2011-12-31T00:00+14:00"
    ),
    "a week": Case(_in("week"), "2026-11-23T00:00Z", "2026-11-30T00:00Z"),
    "a week over the end of a year": Case(_in("week"), "2026-12-28T00:00Z", "2027-01-04T00:00Z"),
    "a week in which clocks go forward": Case(
        _in("week", "Europe/Berlin"), "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"
    ),
    "a month of 30 days": Case(_in("month"), "2026-11-01T00:00Z", "2026-12-01T00:00Z"),
    "a month of 31 days at the end of a year": Case(_in("month"), "2026-12-01T00:00Z", "2027-01-01T00:00Z"),
    "February": Case(_in("month"), "2026-02-01T00:00Z", "2026-03-01T00:00Z"),
    "February of a leap year": Case(_in("month"), "2028-02-01T00:00Z", "2028-03-01T00:00Z"),
    "February of a year that is none": Case(_in("month"), "2100-02-01T00:00Z", "2100-03-01T00:00Z"),
    "a month in which clocks go forward": Case(
        _in("month", "Europe/Berlin"), "2026-03-01T00:00+01:00", "2026-04-01T00:00+02:00"
    ),
}
EACH = pytest.mark.parametrize("case", PERIODS.values(), ids=PERIODS.keys())
OFF_BY: Final = {"on time": 0, "five minutes": 300, "a day": 86_400, "ten years": 315_576_000}


class Places(Bench):
    """A hold belongs to the period in which the store made it, whatever the clocks of clients say."""

    @EACH
    def test_money_counts_to_the_last_second_of_its_period(self, case: Case) -> None:
        day = account("day", 10, window=case.window)
        self.clock.set(case.begins)
        self.hold(4, day)
        self.clock.set(case.ends)
        self.clock.forward(-0.25)

        found = self.ask(7, day, key="late")

        is_so(isinstance(found, Short), f"4 held since {case.begins}, 7 asked just before {case.ends}")
        (seen,) = self.ledger.left([day])
        expect((seen.held_micros, seen.resets_at_ms), (4, seconds(case.ends) * 1000), "(held, resets at)")

    @EACH
    def test_a_new_period_begins_with_nothing(self, case: Case) -> None:
        day = account("day", 10, window=case.window)
        self.clock.set(case.ends)
        self.clock.forward(-0.25)
        self.hold(9, day)
        self.clock.set(case.ends)

        found = self.hold(10, day)

        (seen,) = found.standings
        expect((seen.held_micros, seen.peak_micros), (10, 0), f"(held, peak before) at {case.ends}")

    @EACH
    def test_a_line_names_the_first_second_of_its_period(self, case: Case) -> None:
        day = account("day", 10, window=case.window)
        self.clock.set(case.begins)
        self.hold(1, day)
        self.clock.set(case.ends)
        self.clock.forward(-1)
        self.hold(1, day)
        self.clock.forward(1)
        self.hold(1, day)

        found = [entry.charges[0].period for entry in self.ledger.entries()]

        begins, ends = seconds(case.begins), seconds(case.ends)
        expect(found, [begins, begins, ends], "periods of the first second, of the last, and of the one after")

    def test_each_account_has_its_own_period(self) -> None:
        day, month, ever = account("day", window=_in("day")), account("month", window=_in("month")), account("ever")
        self.hold(4, day, month, ever)
        self.clock.set("2026-11-24T00:00Z")

        found = [each.used_micros for each in self.ledger.left([day, month, ever])]

        expect(found, [0, 4, 4], "a day later: nothing of the day, all of the month and of the limit without an end")

    def test_a_bill_counts_on_the_day_of_its_hold(self) -> None:
        day = account("day", 10, window=_in("day"))
        self.clock.set("2026-11-23T23:59:59Z")
        late = self.hold(8, day)
        self.clock.set("2026-11-24T00:00:01Z")
        early = self.hold(7, day)

        self.ledger.settle(late.id, 5)

        found = {each.period: (each.spent_micros, each.held_micros) for each in self.ledger.balances()}
        wanted = {seconds("2026-11-23T00:00Z"): (5, 0), seconds("2026-11-24T00:00Z"): (0, 7)}
        expect(found, wanted, f"(spent, held) by period after {late.id} was settled past midnight")
        expect(self.ledger.left([day])[0].used_micros, 7, f"today only {early.id} counts")

    def test_a_limit_without_an_end_never_resets(self) -> None:
        ever = account("ever", 10)
        self.hold(4, ever)
        self.clock.forward(100 * 365 * 86_400)

        (found,) = self.ledger.left([ever])

        expect((found.used_micros, found.resets_at_ms), (4, None), "(used, resets at) a hundred years later")

    # -- rolling

    @pytest.mark.parametrize(("span_s", "step_s"), [(60, 1), (3600, 60), (86_400, 1440), (90, 2), (1, 1)])
    def test_rolling_money_counts_for_its_span_and_at_most_one_step_more(self, span_s: int, step_s: int) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=span_s))
        start = seconds("2026-11-23T00:00Z")
        begins = start - start % step_s
        for at in (0, step_s // 2, step_s - 1):
            self.clock.seconds = begins + at
            hold = self.hold(9, rolling)
            self.clock.forward(span_s)
            (last,) = self.ledger.left([rolling])
            self.clock.seconds = begins + step_s + span_s
            (after,) = self.ledger.left([rolling])

            expect(last.used_micros, 9, f"used {span_s} s after it was held {at} s into a step of {step_s} s")
            expect(after.used_micros, 0, f"used {span_s} s after the end of that step")
            self.ledger.release(hold.id)

    def test_rolling_money_comes_back_step_by_step(self) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=3600))
        self.clock.set("2026-11-23T12:00:00Z")
        for _ in range(3):
            self.hold(3, rolling)
            self.clock.forward(600)
        found = []
        self.clock.set("2026-11-23T13:00:59Z")
        for _ in range(4):
            found.append(self.ledger.left([rolling])[0].used_micros)
            self.clock.forward(1)
            found.append(self.ledger.left([rolling])[0].used_micros)
            self.clock.forward(599)

        expect(found, [9, 6, 6, 3, 3, 0, 0, 0], "used at 13:00:59, 13:01:00, 13:10:59, 13:11:00, … of holds of 3")

    def test_rolling_money_is_judged_with_all_of_its_steps(self) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=3600))
        answers = []
        for _ in range(6):
            answers.append(type(self.ask(2, rolling)).__name__)
            self.clock.forward(600)
        self.clock.forward(60)

        expect(answers, ["Hold"] * 5 + ["Short"], "2 each ten minutes of 10 an hour")
        is_so(isinstance(self.ask(2, rolling), Hold), "an hour and a step later the first is forgotten")

    def test_a_rolling_limit_resets_when_nothing_of_now_counts_any_more(self) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=3600))
        self.clock.set("2026-11-23T12:00:30Z")

        (found,) = self.hold(3, rolling).standings

        expect(found.resets_at_ms, seconds("2026-11-23T13:01Z") * 1000, "`resets_at_ms` of a rolling hour")

    def test_a_rolling_peak_is_the_most_of_the_steps_that_count(self) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=3600))
        self.ledger.release(self.hold(8, rolling).id)
        self.clock.forward(1800)
        middle = self.hold(2, rolling)
        self.clock.forward(1859)
        before = self.hold(0, rolling)
        self.clock.forward(1)
        after = self.hold(0, rolling)

        found = [each.standings[0].peak_micros for each in (middle, before, after)]

        expect(found, [8, 8, 8], "a hold's own step takes over the peak that it has seen")

    def test_a_rolling_peak_is_forgotten_with_its_steps(self) -> None:
        rolling = account("rolling", 10, window=Window(kind="rolling", seconds=3600))
        self.ledger.release(self.hold(8, rolling).id)
        self.clock.forward(3660)

        found = self.hold(2, rolling)

        expect(found.standings[0].peak_micros, 0, "the peak of a window that is over")

    # -- whose clock

    @pytest.mark.parametrize("ahead", [1, -1], ids=["ahead", "behind"])
    @pytest.mark.parametrize("off_s", OFF_BY.values(), ids=OFF_BY.keys())
    def test_the_clock_of_the_store_decides(self, off_s: int, ahead: int) -> None:
        windows = (_in("hour"), _in("day", "Europe/Berlin"), _in("week"), _in("month", "Asia/Kolkata"))
        wanted = Clock()
        this_hour = int(time.time()) // 3600 * 3600  # its beginning, so that a minute on is within it
        wanted.seconds = self.clock.seconds = this_hour + ahead * off_s
        rolling = Window(kind="rolling", seconds=3600)
        accounts = [account(f"a{n}", 10, window=each) for n, each in enumerate((*windows, rolling))]

        hold = self.hold(4, *accounts, lease_s=60)

        expect(hold.at_ms, wanted.ms, "`at_ms` is the moment by the store's clock")
        for each in self.ledger.left(accounts):
            expect(each.held_micros, 4, f"held of `{each.account}`, by the store's clock")
            is_so((each.resets_at_ms or 0) > wanted.ms, f"`{each.account}` resets after the store's now")
        self.clock.forward(60)
        expect([each.spent_micros for each in self.ledger.left(accounts)], [4] * 5, "spent, as the lease is over")

    def test_the_clock_of_the_store_may_leap(self) -> None:
        day = account("day", 10, window=_in("day", "Europe/Berlin"))
        found = []
        for moment in ("2026-11-23", "2036-02-29", "2026-11-25", "2016-12-31", "2026-11-23"):
            self.clock.set(f"{moment}T12:00Z")
            found.append(self.hold(3, day).standings[0].held_micros)

        expect(found, [3, 3, 3, 3, 6], "held on each day, one of them twice")
