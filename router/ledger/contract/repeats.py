"""An operation is never paid twice: asked again by the same token, by another one, and after each end."""

# ruff: noqa: D102 -- a test's name is its documentation
# ruff: noqa: S106 -- no secrets: tokens of reservations

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from ..holds import Answer, Hold, State, Taken
from .bench import Bench, account, expect

DAY = account("day", 100)
CEILING: Final = 10
COUNTS: Final[Mapping[State, int]] = {"held": CEILING, "unknown": CEILING, "settled": 7, "assumed": CEILING}


class Repeats(Bench):
    """A token finds its own hold again; an operation is `Taken` while a hold of it may have been paid for."""

    def test_asking_again_by_the_same_token_gives_the_same_hold(self) -> None:
        first = self.again("a")
        self.clock.forward(30)

        found = self.again("a")

        expect(_same(found), _same(first), "the hold that is given again")
        self.stands(DAY, held_micros=CEILING)
        expect(len(list(self.ledger.entries())), 1, "asking again writes no line")

    def test_a_hold_is_given_again_though_nothing_is_left(self) -> None:
        first = self.again("a")
        self.hold(90, DAY)

        expect(_same(self.again("a")), _same(first), "its money is held already")

    @pytest.mark.parametrize("state", ["unknown", "settled", "assumed", "released"])
    def test_asking_again_by_the_same_token_tells_how_the_hold_ended(self, state: State) -> None:
        first = self.first_come_to(state)
        self.clock.forward(30)

        found = self.again("a")

        expect(found, self.taken(first, state), f"a token whose hold is {state} holds nothing new")

    @pytest.mark.parametrize("state", ["unknown", "assumed", "released"])
    def test_a_token_is_answered_alike_whatever_came_before(self, state: State) -> None:
        first = self.first_come_to(state)
        second = self.again("b", after_unknown=True)
        self.ledger.settle(first.id, 7)  # the bill of the first attempt comes at last

        found = self.again("b", after_unknown=True)

        expect(_same(found), _same(second), "a token's own hold is looked for before those in the way")

    @pytest.mark.parametrize("state", ["held", "unknown", "settled", "assumed"])
    def test_an_operation_that_may_be_paid_is_taken(self, state: State) -> None:
        first = self.first_come_to(state)
        stands = self.ledger.left([DAY])

        found = self.again("b")

        expect(found, self.taken(first, state), f"another token for an operation that is {state}")
        expect(self.ledger.left([DAY]), stands, "a taken operation holds nothing more")

    def test_a_released_operation_may_try_again(self) -> None:
        self.first_come_to("released")

        expect(self.attempt("b").attempt, 2, "the second attempt")

    @pytest.mark.parametrize("state", ["unknown", "assumed"])
    def test_an_operation_goes_on_after_an_unknown_attempt_where_it_says_so(self, state: State) -> None:
        self.first_come_to(state)

        expect(self.attempt("b", after_unknown=True).attempt, 2, "the second attempt, `after_unknown`")

    @pytest.mark.parametrize("state", ["held", "settled"])
    def test_after_unknown_passes_only_what_is_unknown(self, state: State) -> None:
        first = self.first_come_to(state)

        found = self.again("b", after_unknown=True)

        expect(found, self.taken(first, state), f"`after_unknown`, but the operation is {state}")

    def test_the_first_attempt_in_the_way_is_told(self) -> None:
        first = self.first_come_to("unknown")
        self.again("b", after_unknown=True)

        expect(self.again("c"), self.taken(first, "unknown"), "of two attempts in the way, the first")

    def test_a_later_attempt_in_the_way_is_told(self) -> None:
        self.first_come_to("unknown")
        second = self.attempt("b", after_unknown=True)

        found = self.again("c", after_unknown=True)

        expect(found, self.taken(second, "held"), "the second attempt is held, and is in the way")

    def test_a_hold_whose_lease_is_over_is_no_longer_given_again(self) -> None:
        first = self.attempt("a", lease_s=60)
        self.clock.forward(60)

        expect(self.again("a"), self.taken(first, "assumed"), "leases end before anything is answered")

    def test_an_operation_is_taken_though_nothing_is_left(self) -> None:
        first = self.first_come_to("settled")
        self.hold(93, DAY)

        expect(self.again("b"), self.taken(first, "settled"), "`Taken` comes before `Short`")

    def test_a_bill_for_a_released_attempt_takes_the_operation(self) -> None:
        first = self.first_come_to("released")
        self.ledger.settle(first.id, 7)

        expect(self.again("b"), self.taken(first, "settled"), "it was paid after all")

    def test_attempts_are_counted_from_one_for_each_operation(self) -> None:
        found = []
        for key in ("draw", "draw", "paint", "draw", "paint"):
            hold = self.hold(1, DAY, key=key)
            self.ledger.release(hold.id)
            found.append(hold.id)

        expect(found, ["draw#1", "draw#2", "paint#1", "draw#3", "paint#2"], "names of holds")

    def test_another_attempt_may_ask_for_another_amount_of_other_accounts(self) -> None:
        tenant = account("tenant/tenant=acme", 100)
        first = self.first_come_to("released")

        second = self.hold(20, tenant, key=first.key)

        self.stands(DAY)
        self.stands(tenant, held_micros=20)
        self.ledger.release(second.id)
        self.stands(tenant)

    # -- steps

    def again(self, token: str, **more: object) -> Answer:
        """Ask for the operation of all these tests."""
        return self.ask(CEILING, DAY, key="draw", token=token, **({"lease_s": 900} | more))

    def attempt(self, token: str, **more: object) -> Hold:
        """Ask for it, where it has to be admitted."""
        return self.hold(CEILING, DAY, key="draw", token=token, **({"lease_s": 900} | more))

    def first_come_to(self, state: State) -> Hold:
        """The first attempt, asked for by token `a`, come to a state."""
        hold = self.hold(CEILING, DAY, key="draw", token="a", lease_s=900)
        ways: Mapping[State, Callable[[], object]] = {
            "held": lambda: None,
            "unknown": lambda: self.ledger.unknown(hold.id),
            "settled": lambda: self.ledger.settle(hold.id, 7),
            "released": lambda: self.ledger.release(hold.id),
            "assumed": lambda: self.clock.forward(900),
        }
        ways[state]()
        return hold

    def taken(self, hold: Hold, state: State) -> Taken:
        """The answer that names a hold and its state."""
        return Taken(key=hold.key, attempt=hold.attempt, state=state, micros=COUNTS.get(state, 0), at_ms=hold.at_ms)


def _same(answer: Answer) -> object:
    """What has to be the same of a hold that is given again; a store may tell how accounts stand now."""
    if not isinstance(answer, Hold):
        return answer
    return answer.key, answer.attempt, answer.token, answer.ceiling_micros, answer.at_ms, answer.lease_until_ms
