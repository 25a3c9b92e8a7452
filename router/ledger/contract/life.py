"""The life of a hold: every state and every act, by the table `AFTER` and by what it leaves out."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, get_args

import pytest

from ...errors import LedgerError
from ..holds import AFTER, Act, Ended, Hold, State
from .bench import Bench, account, expect

DAY = account("day", 100)
CEILING: Final = 10
BILL: Final = 7
LEASE_S: Final = 60
STATES: Final[tuple[State, ...]] = get_args(State)
ASKED: Final[tuple[Act, ...]] = ("settle", "release", "unknown")
NOBODY: Final = ("nobody#1", "draw#2", "draw#0", "draw", "#1", "", "draw#1#1", "draw#x")
COLUMN: Final = {"held": 1, "unknown": 2, "settled": 0, "assumed": 0}
"""Where a state stands among spent, held and unknown."""
COUNTS: Final = {"held": CEILING, "unknown": CEILING, "settled": BILL, "assumed": CEILING, "released": 0}
"""What a hold counts for in each state."""


class Life(Bench):
    """A hold ends once; what is learned later still counts, and late or double acts change nothing."""

    @pytest.mark.parametrize("act", ASKED)
    @pytest.mark.parametrize("state", STATES)
    def test_an_act_does_what_the_table_says_and_nothing_else(self, state: State, act: Act) -> None:
        hold = self.bring_to(state)
        lines = len(list(self.ledger.entries()))
        after = AFTER.get((state, act), state)
        changed = (state, act) in AFTER

        found = self.act(act, hold.id)

        over = BILL if (state, act) == ("released", "settle") else 0
        wanted = Ended(state=after, changed=changed, micros=COUNTS[after], overrun_micros=over)
        expect(found, wanted, f"`{act}` of a hold that is {state}")
        self.counts(after)
        expect(len(list(self.ledger.entries())) - lines, int(changed), f"lines that `{act}` wrote about a {state} hold")

    @pytest.mark.parametrize(("after_lease", "act"), [("spent", "assume"), ("release", "release")])
    @pytest.mark.parametrize("state", ["held", "unknown"])
    def test_the_end_of_a_lease_does_what_the_reservation_says(self, state: State, after_lease: str, act: Act) -> None:
        hold = self.bring_to(state, after_lease=after_lease)
        lines = [entry.act for entry in self.ledger.entries()]

        self.clock.forward(LEASE_S)

        self.counts(AFTER[state, act])
        expect([entry.act for entry in self.ledger.entries()], [*lines, act], f"the lines of {hold.id}")

    @pytest.mark.parametrize("after_lease", ["spent", "release"])
    @pytest.mark.parametrize("state", ["settled", "released"])
    def test_the_end_of_a_lease_is_nothing_to_a_hold_that_has_ended(self, state: State, after_lease: str) -> None:
        self.bring_to(state, after_lease=after_lease)
        lines = list(self.ledger.entries())

        self.clock.forward(LEASE_S)

        self.counts(state)
        expect(list(self.ledger.entries()), lines, f"the lines of a {state} hold after its lease")

    @pytest.mark.parametrize("act", ASKED)
    @pytest.mark.parametrize("state", STATES)
    def test_an_act_that_is_asked_again_changes_nothing_more(self, state: State, act: Act) -> None:
        hold = self.bring_to(state)
        first = self.act(act, hold.id)
        entries, stands = list(self.ledger.entries()), self.ledger.left([DAY])

        found = self.act(act, hold.id)

        wanted = Ended(state=first.state, changed=False, micros=first.micros)
        expect(found, wanted, f"the second `{act}` of a hold that was {state}")
        expect(list(self.ledger.entries()), entries, "an act that changes nothing writes no line")
        expect(self.ledger.left([DAY]), stands, "an act that changes nothing moves no money")

    def test_a_settled_hold_keeps_its_first_bill(self) -> None:
        hold = self.bring_to("settled")

        found = self.ledger.settle(hold.id, 9)

        expect(found, Ended(state="settled", changed=False, micros=BILL), "another bill for a settled hold")
        self.counts("settled")

    @pytest.mark.parametrize(("bill", "over"), [(0, 0), (1, 0), (CEILING, 0), (CEILING + 1, 1), (10**13, 10**13 - 10)])
    @pytest.mark.parametrize("state", ["held", "unknown", "assumed"])
    def test_a_bill_takes_the_place_of_the_ceiling_and_what_is_above_is_an_overrun(
        self, state: State, bill: int, over: int
    ) -> None:
        hold = self.bring_to(state)

        found = self.ledger.settle(hold.id, bill)

        wanted = Ended(state="settled", changed=True, micros=bill, overrun_micros=over)
        expect(found, wanted, f"a bill of {bill} for a {state} hold of {CEILING}")
        self.stands(DAY, spent_micros=bill)

    def test_a_bill_for_a_released_hold_is_an_overrun_as_a_whole(self) -> None:
        hold = self.bring_to("released")
        self.hold(100, DAY)  # the money is with others by now

        found = self.ledger.settle(hold.id, BILL)

        wanted = Ended(state="settled", changed=True, micros=BILL, overrun_micros=BILL)
        expect(found, wanted, "a bill that comes for a released hold")
        self.stands(DAY, spent_micros=BILL, held_micros=100)

    def test_a_bill_of_zero_is_a_bill(self) -> None:
        hold = self.hold(CEILING, DAY)
        self.ledger.settle(hold.id, 0)

        found = self.ledger.release(hold.id)

        expect(found, Ended(state="settled", changed=False, micros=0), "`release` after a bill of zero")
        self.stands(DAY)

    @pytest.mark.parametrize("hold", NOBODY)
    @pytest.mark.parametrize("act", ASKED)
    def test_an_act_on_a_hold_that_never_was_is_an_error(self, act: str, hold: str) -> None:
        self.hold(CEILING, DAY, key="draw")

        with pytest.raises(LedgerError):
            self.act(act, hold)

        self.stands(DAY, held_micros=CEILING)

    @pytest.mark.parametrize("hold", NOBODY)
    def test_a_hold_that_never_was_is_not_renewed_but_an_error(self, hold: str) -> None:
        self.hold(CEILING, DAY, key="draw")

        with pytest.raises(LedgerError):
            self.ledger.renew(hold, LEASE_S)

        self.stands(DAY, held_micros=CEILING)

    def test_holds_of_one_account_end_apart(self) -> None:
        first, second, third = (self.hold(CEILING, DAY) for _ in range(3))

        self.ledger.settle(second.id, 3)
        self.ledger.unknown(third.id)

        self.stands(DAY, spent_micros=3, held_micros=CEILING, unknown_micros=CEILING)
        self.ledger.release(first.id)
        self.stands(DAY, spent_micros=3, unknown_micros=CEILING)

    def test_a_hold_ends_in_all_its_accounts(self) -> None:
        tenant = account("tenant/tenant=acme", 50)
        hold = self.hold(CEILING, DAY, tenant)

        self.ledger.settle(hold.id, BILL)

        self.stands(DAY, spent_micros=BILL)
        self.stands(tenant, spent_micros=BILL)

    # -- steps

    def bring_to(self, state: State, *, after_lease: str = "spent") -> Hold:
        """A hold of the ceiling that has come to a state by the shortest way there is."""
        hold = self.hold(CEILING, DAY, lease_s=LEASE_S, after_lease=after_lease)
        ways: Mapping[State, Callable[[], object]] = {
            "held": lambda: None,
            "unknown": lambda: self.ledger.unknown(hold.id),
            "settled": lambda: self.ledger.settle(hold.id, BILL),
            "released": lambda: self.ledger.release(hold.id),
            "assumed": lambda: self.clock.forward(LEASE_S),
        }
        ways[state]()
        self.ledger.left([])  # ends its lease
        return hold

    def act(self, act: str, hold: str) -> Ended:
        """Do what is named."""
        acts: Mapping[str, Callable[[], Ended]] = {
            "settle": lambda: self.ledger.settle(hold, BILL),
            "release": lambda: self.ledger.release(hold),
            "unknown": lambda: self.ledger.unknown(hold),
        }
        return acts[act]()

    def counts(self, state: State) -> None:
        """See that the one hold counts where its state says."""
        __tracebackhide__ = True
        columns = [0, 0, 0]
        if state in COLUMN:
            columns[COLUMN[state]] = COUNTS[state]
        spent, held, unknown = columns
        self.stands(DAY, spent_micros=spent, held_micros=held, unknown_micros=unknown)
