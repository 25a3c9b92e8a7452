"""Leases: money that nobody comes back for is not held for ever, and whoever comes late is still heard."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

import pytest

from ...policy import Window
from ..holds import Ended, Entry, Hold
from .bench import Bench, account, expect, is_so, standing

DAY = account("day", 100)
CEILING: Final = 10
MANY: Final = 250
JUST_S: Final = 0.25


class Leases(Bench):
    """Every step first ends the holds whose lease is over, by the store's own clock."""

    def test_a_lease_ends_at_its_last_moment_and_not_before(self) -> None:
        self.hold(CEILING, DAY, lease_s=60)

        self.clock.forward(60 - JUST_S)
        self.stands(DAY, held_micros=CEILING)

        self.clock.forward(JUST_S)
        self.stands(DAY, spent_micros=CEILING)

    def test_a_lease_may_be_a_part_of_a_second(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=1.5)

        expect(hold.lease_until_ms, self.clock.ms + 1500, "`lease_until_ms`")
        self.clock.forward(1.25)
        self.stands(DAY, held_micros=CEILING)
        self.clock.forward(0.25)
        self.stands(DAY, spent_micros=CEILING)

    @pytest.mark.parametrize(("after_lease", "act"), [("spent", "assume"), ("release", "release")])
    def test_the_end_of_a_lease_is_a_line_of_the_moment_in_which_it_was_seen(
        self, after_lease: str, act: Literal["assume", "release"]
    ) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60, after_lease=after_lease)
        self.clock.forward(100)
        self.ledger.left([])

        found = list(self.ledger.entries(after=1))

        wanted = [Entry(seq=2, at_ms=self.clock.ms, act=act, key=hold.key, attempt=1, micros=CEILING)]
        expect(found, wanted, "the line of a lease that is over")

    @pytest.mark.parametrize("step", ["reserve", "settle", "release", "unknown", "renew", "left"])
    def test_every_step_ends_the_leases_that_are_over(self, step: str) -> None:
        other = self.hold(1, account("other"), lease_s=10_000)
        self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(60)
        steps: Mapping[str, Callable[[], object]] = {
            "reserve": lambda: self.ask(1, account("other")),
            "settle": lambda: self.ledger.settle(other.id, 1),
            "release": lambda: self.ledger.release(other.id),
            "unknown": lambda: self.ledger.unknown(other.id),
            "renew": lambda: self.ledger.renew(other.id, 60),
            "left": lambda: self.ledger.left([]),
        }

        steps[step]()

        acts = [entry.act for entry in self.ledger.entries()]
        expect(acts[:3], ["reserve", "reserve", "assume"], f"`{step}` ends leases before it does anything else")

    def test_money_of_a_lease_that_is_over_can_be_had_at_once(self) -> None:
        self.hold(100, DAY, lease_s=60, after_lease="release")
        self.clock.forward(60)

        found = self.hold(100, DAY)

        wanted = (standing(DAY, held_micros=100, peak_micros=100),)
        expect(found.standings, wanted, "leases end before admission is judged")

    def test_many_leases_that_are_over_end_before_admission_is_judged(self) -> None:
        wide = account("wide", MANY)
        for _ in range(MANY):
            self.hold(1, wide, lease_s=60, after_lease="release")
        self.clock.forward(3600)

        found = self.hold(MANY, wide)

        expect(found.standings, (standing(wide, held_micros=MANY, peak_micros=MANY),), f"{MANY} leases were over")

    def test_only_the_leases_that_are_over_end(self) -> None:
        for lease_s in (50, 10, 40, 20, 30):
            self.hold(lease_s, account("wide"), lease_s=lease_s)

        self.clock.forward(30)

        self.stands(account("wide"), spent_micros=60, held_micros=90)

    # -- renewing

    def test_a_renewed_lease_counts_from_now(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(50)

        is_so(self.ledger.renew(hold.id, 60), "a held hold is renewed")

        self.clock.forward(60 - JUST_S)
        self.stands(DAY, held_micros=CEILING)
        self.clock.forward(JUST_S)
        self.stands(DAY, spent_micros=CEILING)

    def test_a_lease_may_be_made_shorter(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=900)
        self.ledger.renew(hold.id, 10)

        self.clock.forward(10)

        self.stands(DAY, spent_micros=CEILING)

    def test_a_lease_that_was_made_shorter_and_longer_again_ends_at_the_last_word(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=900)
        for lease_s in (10, 2000, 900):
            self.ledger.renew(hold.id, lease_s)

        self.clock.forward(900 - JUST_S)
        self.stands(DAY, held_micros=CEILING)
        self.clock.forward(JUST_S)
        self.stands(DAY, spent_micros=CEILING)

    @pytest.mark.parametrize("act", ["settle", "release", "unknown"])
    def test_a_hold_that_is_not_held_is_not_renewed(self, act: str) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.do(act, hold)

        is_so(not self.ledger.renew(hold.id, 900), f"`renew` after `{act}`")
        expect(len(list(self.ledger.entries())), 2, "renewing writes no line")

    def test_an_unknown_hold_keeps_the_lease_it_had(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.ledger.unknown(hold.id)
        self.ledger.renew(hold.id, 900)

        self.clock.forward(60 - JUST_S)
        self.stands(DAY, unknown_micros=CEILING)
        self.clock.forward(JUST_S)
        self.stands(DAY, spent_micros=CEILING)

    def test_a_lease_that_is_over_is_not_renewed(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(60)

        is_so(not self.ledger.renew(hold.id, 900), "`renew` in the moment in which the lease ends")
        self.stands(DAY, spent_micros=CEILING)

    def test_renewing_writes_no_line(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.ledger.renew(hold.id, 900)

        expect([entry.act for entry in self.ledger.entries()], ["reserve"], "money does not move")

    # -- whoever comes late

    @pytest.mark.parametrize("before", ["held", "unknown"])
    def test_a_bill_that_comes_after_the_lease_takes_the_place_of_what_was_assumed(self, before: str) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.do(before, hold)
        self.clock.forward(90)

        found = self.ledger.settle(hold.id, 4)

        expect(found, Ended(state="settled", changed=True, micros=4), f"a late bill of a hold that was {before}")
        self.stands(DAY, spent_micros=4)

    def test_a_release_that_comes_after_the_lease_gives_back_what_was_assumed(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(90)

        found = self.ledger.release(hold.id)

        expect(found, Ended(state="released", changed=True, micros=0), "a late release of an assumed hold")
        self.stands(DAY)

    def test_unknown_after_the_lease_changes_nothing(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(90)

        found = self.ledger.unknown(hold.id)

        expect(found, Ended(state="assumed", changed=False, micros=CEILING), "it is assumed to be spent already")

    def test_a_bill_that_comes_after_a_lease_was_released_is_an_overrun(self) -> None:
        hold = self.hold(CEILING, DAY, lease_s=60, after_lease="release")
        self.clock.forward(90)

        found = self.ledger.settle(hold.id, 4)

        wanted = Ended(state="settled", changed=True, micros=4, overrun_micros=4)
        expect(found, wanted, "nothing was held for it any more")
        self.stands(DAY, spent_micros=4)

    def test_the_end_of_a_lease_counts_where_the_hold_was_made(self) -> None:
        day = account("day", 100, window=Window(kind="day"))
        self.clock.set("2026-11-23T23:59:50Z")
        hold = self.hold(CEILING, day, lease_s=60)
        (charge,) = next(self.ledger.entries()).charges
        self.clock.set("2026-11-24T08:00:00Z")
        self.ledger.left([day])

        found = [(each.period, each.spent_micros) for each in self.ledger.balances()]

        expect(found, [(charge.period, CEILING)], f"balances (period, spent) after {hold.id} was assumed to be spent")

    # -- steps

    def do(self, act: str, hold: Hold) -> None:
        """Do what is named, or nothing."""
        acts: Mapping[str, Callable[[], object]] = {
            "held": lambda: None,
            "settle": lambda: self.ledger.settle(hold.id, 4),
            "release": lambda: self.ledger.release(hold.id),
            "unknown": lambda: self.ledger.unknown(hold.id),
        }
        acts[act]()
