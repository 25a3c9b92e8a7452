"""Admission: what fits every account is held against each of them, what does not is held against none."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ...policy import Window
from ..holds import Hold, Short
from .bench import FOREVER, Bench, account, expect, is_so, standing

DAY, TENANT = account("day", 10), account("tenant/tenant=acme", 6)


class Admission(Bench):
    """Law: spent + held + unknown + ceiling ≤ the amount, for every account at once."""

    def test_what_fits_is_held_against_every_account(self) -> None:
        found = self.ask(4, DAY, TENANT, key="draw", token="t1", lease_s=60)  # noqa: S106

        wanted = Hold(
            key="draw",
            attempt=1,
            token="t1",  # noqa: S106
            ceiling_micros=4,
            at_ms=self.clock.ms,
            lease_until_ms=self.clock.ms + 60_000,
            standings=(standing(DAY, held_micros=4), standing(TENANT, held_micros=4)),
        )
        expect(found, wanted, "a hold has the standings with it in them, and the peaks from before it")

    def test_what_does_not_fit_one_account_is_held_against_none(self) -> None:
        self.hold(4, DAY, TENANT)

        found = self.ask(3, DAY, TENANT)

        seen = (
            standing(DAY, held_micros=4, peak_micros=4),
            standing(TENANT, held_micros=4, peak_micros=4),
        )
        expect(found, Short(needed_micros=3, standings=seen), "3 do not fit into the 2 that the tenant has left")
        expect(self.ledger.left([DAY, TENANT]), seen, "a refusal holds nothing anywhere")

    def test_the_order_of_accounts_is_kept(self) -> None:
        self.hold(1, TENANT)

        found = self.ledger.left([TENANT, DAY])

        wanted = (standing(TENANT, held_micros=1, peak_micros=1), standing(DAY))
        expect(found, wanted, "standings come in the order of the accounts that were asked for")

    def test_all_that_is_left_fits_and_a_micro_more_does_not(self) -> None:
        self.hold(7, DAY)

        short = self.ask(4, DAY)
        hold = self.ask(3, DAY)

        is_so(isinstance(short, Short), "4 do not fit into 3")
        is_so(isinstance(hold, Hold), "3 fit into 3")

    @pytest.mark.parametrize("act", ["held", "spent", "unknown"])
    def test_everything_that_is_used_counts(self, act: str) -> None:
        hold = self.hold(7, DAY)
        self.spend_as(act, hold)

        is_so(isinstance(self.ask(4, DAY), Short), f"7 {act} and 4 asked are more than 10")
        is_so(isinstance(self.ask(3, DAY), Hold), f"7 {act} and 3 asked are 10")

    def test_without_accounts_everything_is_admitted(self) -> None:
        found = self.hold(10**13)

        expect(found.standings, (), "nothing stands where no account is asked")
        expect(self.ledger.settle(found.id, 1).state, "settled", "a hold without accounts is settled as any other")

    def test_a_ceiling_of_zero_fits_where_nothing_is_left(self) -> None:
        self.hold(10, DAY)

        found = self.hold(0, DAY)

        wanted = (standing(DAY, held_micros=10, peak_micros=10),)
        expect(found.standings, wanted, "10 held and 0 asked are 10")

    def test_not_even_zero_fits_after_an_overrun(self) -> None:
        self.ledger.settle(self.hold(4, DAY).id, 11)

        found = self.ask(0, DAY)

        wanted = Short(needed_micros=0, standings=(standing(DAY, spent_micros=11, peak_micros=4),))
        expect(found, wanted, "11 spent and 0 asked are more than 10")
        expect(self.ledger.left([DAY])[0].left_micros, 0, "what is left is never below zero")

    def test_a_limit_of_zero_admits_only_zero(self) -> None:
        nothing = account("day", 0)

        is_so(isinstance(self.ask(1, nothing), Short), "1 does not fit into 0")
        is_so(isinstance(self.ask(0, nothing), Hold), "0 fit into 0")

    def test_an_amount_that_is_changed_goes_on(self) -> None:
        self.hold(4, account("day", 10))

        lower, higher = account("day", 3), account("day", 20)

        expect(
            self.ask(1, lower),
            Short(needed_micros=1, standings=(standing(lower, held_micros=4, peak_micros=4),)),
            "a lower amount holds from the next question on",
        )
        expect(
            self.hold(16, higher).standings,
            (standing(higher, held_micros=20, peak_micros=4),),
            "a higher amount holds from the next question on",
        )

    def test_accounts_of_one_limit_are_apart(self) -> None:
        acme, other = account("tenant/tenant=acme", 6), account("tenant/tenant=other", 6)
        self.hold(6, acme)

        found = self.hold(6, other)

        expect(found.standings, (standing(other, held_micros=6),), "another tenant's money is not touched")

    def test_a_request_may_fall_under_many_limits(self) -> None:
        windows = (Window(kind="day", zone="Europe/Berlin"), Window(kind="rolling", seconds=3600), FOREVER)
        many = [account(f"limit{number}", 10 + number, window=windows[number % 3]) for number in range(30)]
        self.hold(8, *many)

        short = self.ask(3, *many)
        hold = self.hold(2, *many)

        is_so(isinstance(short, Short) and short.tightest.account == "limit0", "3 do not fit into the 2 of `limit0`")
        expect([each.left_micros for each in hold.standings], list(range(30)), "what is left of each of 30 limits")
        expect([each.held_micros for each in self.ledger.left(many)], [10] * 30, "held of each of 30 limits")

    # -- refusals

    def test_a_refusal_names_the_tightest(self) -> None:
        self.hold(5, DAY, TENANT)

        found = self.ask(8, DAY, TENANT)

        expect(isinstance(found, Short) and found.tightest.account, TENANT.key, "the tenant has 1 left, the day 5")

    @pytest.mark.parametrize(("act", "only"), [("held", True), ("spent", False), ("unknown", False)])
    def test_a_refusal_says_whether_waiting_may_help(self, act: str, only: bool) -> None:  # noqa: FBT001
        hold = self.hold(7, DAY)
        self.spend_as(act, hold)

        found = self.ask(4, DAY)

        expect(isinstance(found, Short) and found.only_held, only, f"`only_held`, where 7 of 10 are {act}")

    def test_waiting_does_not_help_where_one_account_is_spent(self) -> None:
        self.ledger.settle(self.hold(4, TENANT).id, 4)
        self.hold(8, DAY)

        found = self.ask(3, DAY, TENANT)

        is_so(isinstance(found, Short) and not found.only_held, "the tenant has spent what would be needed")

    def test_a_refusal_is_no_attempt(self) -> None:
        self.ask(11, DAY, key="draw")

        found = self.hold(1, DAY, key="draw")

        expect(found.id, "draw#1", "only holds are counted as attempts")
        expect([entry.act for entry in self.ledger.entries()], ["reserve"], "a refusal leaves no line")

    # -- peaks

    def test_the_peak_of_a_hold_is_the_most_that_was_used_before_it(self) -> None:
        first = self.hold(6, DAY)
        self.ledger.settle(first.id, 1)
        second = self.hold(2, DAY)
        third = self.hold(5, DAY)
        fourth = self.hold(1, DAY)

        found = [each.standings[0].peak_micros for each in (first, second, third, fourth)]

        expect(found, [0, 6, 6, 8], "used after each hold: 6, 3, 8, 9")
        expect(self.ledger.left([DAY])[0].peak_micros, 9, "the peak of an account is the most that was ever used")

    @pytest.mark.parametrize("share", [5, 8, 10])
    def test_a_share_of_a_limit_is_passed_once(self, share: int) -> None:
        holds = []
        for _ in range(3):
            holds += [self.hold(1, DAY) for _ in range(10)]
            for hold in holds[-10:]:
                self.ledger.release(hold.id)

        passed = [hold for hold in holds if hold.standings[0].peak_micros < share <= hold.standings[0].used_micros]

        expect(len(passed), 1, f"how many holds were told that they are the first to pass {share} of 10")

    def test_a_refusal_raises_no_peak(self) -> None:
        self.hold(3, DAY)
        self.ask(8, DAY)

        expect(self.ledger.left([DAY])[0].peak_micros, 3, "only what is admitted is used")

    def test_a_bill_raises_no_peak_so_that_the_next_hold_is_told(self) -> None:
        self.ledger.settle(self.hold(2, DAY).id, 9)

        found = self.hold(1, DAY)

        wanted = (standing(DAY, spent_micros=9, held_micros=1, peak_micros=2),)
        expect(found.standings, wanted, "an overrun is told by the next hold: its peak is that of the last")

    def test_a_hold_in_two_accounts_raises_the_peak_of_each(self) -> None:
        self.hold(2, DAY)
        self.hold(3, DAY, TENANT)

        found = [each.peak_micros for each in self.ledger.left([DAY, TENANT])]

        expect(found, [5, 3], "peaks are each account's own")

    # -- steps

    def spend_as(self, act: str, hold: Hold) -> None:
        """Let a hold stand as what is named, at its ceiling."""
        acts: Mapping[str, Callable[[], object]] = {
            "held": lambda: None,
            "spent": lambda: self.ledger.settle(hold.id, hold.ceiling_micros),
            "unknown": lambda: self.ledger.unknown(hold.id),
        }
        acts[act]()
