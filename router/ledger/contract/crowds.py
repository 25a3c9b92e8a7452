"""Many at once: a limit is not passed by a micro, nobody starves, and a hold ends once whoever ends it."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Final, TypeVar
from uuid import uuid4

from ...policy import Window
from ..books import differences
from ..holds import Answer, Hold, Reservation
from ..protocol import Ledger
from .bench import Bench, account, expect, is_so

THREADS: Final = 8
DAY = account("day", 100_050)
CEILING: Final = 1000
Found = TypeVar("Found")


class Crowds(Bench):
    """Each step is atomic, from whichever thread or connection it comes."""

    def test_a_crowd_does_not_pass_a_limit_and_leaves_less_than_one_ceiling(self) -> None:
        found = self.crowd(lambda ledger, _: [_ask(ledger, DAY) for _ in range(20)])

        held = [answer for answers in found for answer in answers if isinstance(answer, Hold)]
        expect(len(held), 100, f"how many holds of {CEILING} fit into {DAY.amount_micros}")
        self.stands(DAY, held_micros=100_000)
        self.agrees()

    def test_a_crowd_whose_bills_are_lower_leaves_less_than_one_ceiling(self) -> None:
        def spend(ledger: Ledger, number: int) -> int:
            bill, paid = CEILING - 50 * (number + 1), 0
            while isinstance(answer := _ask(ledger, DAY), Hold):
                paid += ledger.settle(answer.id, bill).micros
            return paid

        paid = sum(self.crowd(spend))

        (found,) = self.ledger.left([DAY])
        expect((found.spent_micros, found.held_micros), (paid, 0), "(spent, held) after everyone was refused")
        is_so(found.left_micros < CEILING, f"{found.left_micros} are left, though {CEILING} were refused")
        self.agrees()

    def test_admissions_have_room_at_each_line(self) -> None:
        amount, window = 20 * CEILING, Window(kind="day")
        shared = account("shared", amount, window=window)

        def play(ledger: Ledger, number: int) -> None:
            own = account(f"own/{number}", amount, window=window)
            for turn in range(25):
                answer = _ask(ledger, *((own, shared), (shared, own))[number % 2])
                if isinstance(answer, Hold):
                    (ledger.release, ledger.unknown, lambda hold: ledger.settle(hold, 1))[turn % 3](answer.id)

        self.crowd(play)

        used, most = Counter[str](), 0
        counted: dict[str, tuple[int, list[str]]] = {}
        for entry in self.ledger.entries():
            name = f"{entry.key}#{entry.attempt}"
            before, places = counted.get(name, (0, [charge.account for charge in entry.charges]))
            now = 0 if entry.act == "release" else entry.micros
            counted[name] = now, places
            used.update(dict.fromkeys(places, now - before))
            most = max(most, *used.values())
        is_so(most <= amount, f"{most} were used at once of {amount}, by the lines in their order")
        self.agrees()

    def test_accounts_in_every_order_do_not_block_each_other(self) -> None:
        ring = [account(f"ring/{number}", 10**9) for number in range(THREADS)]

        def play(ledger: Ledger, number: int) -> None:
            turned = [*ring[number:], *ring[:number]]
            for _ in range(10):
                hold = _ask(ledger, *turned)
                if isinstance(hold, Hold):
                    ledger.settle(hold.id, 1)

        self.crowd(play)

        expect([each.spent_micros for each in self.ledger.left(ring)], [10 * THREADS] * THREADS, "spent of each")

    def test_an_operation_is_held_by_one_of_a_crowd(self) -> None:
        found = self.crowd(lambda ledger, _: _ask(ledger, DAY, key="draw"))

        kinds = Counter(type(answer).__name__ for answer in found)
        expect(kinds, Counter(Hold=1, Taken=THREADS - 1), "answers to a crowd that asks for one operation")
        self.stands(DAY, held_micros=CEILING)

    def test_a_token_is_held_once_however_many_ask_by_it(self) -> None:
        found = self.crowd(lambda ledger, _: _ask(ledger, DAY, key="draw", token="one"))  # noqa: S106

        names = {answer.id if isinstance(answer, Hold) else repr(answer) for answer in found}
        expect(names, {"draw#1"}, "everyone who asks by a token has its hold")
        self.stands(DAY, held_micros=CEILING)
        expect(len(list(self.ledger.entries())), 1, "one hold is one line")

    def test_a_hold_is_settled_once_whoever_comes_first(self) -> None:
        hold = self.hold(CEILING, DAY)

        found = self.crowd(lambda ledger, number: ledger.settle(hold.id, number + 1))

        first = next((ended.micros for ended in found if ended.changed), None)
        expect([ended.changed for ended in found].count(True), 1, "one bill counts")
        expect({ended.micros for ended in found}, {first}, "everyone is told of the bill that counts")
        self.stands(DAY, spent_micros=first or 0)

    def test_a_hold_is_released_once_whoever_comes_first(self) -> None:
        hold = self.hold(CEILING, DAY)
        other = self.hold(CEILING, DAY)

        found = self.crowd(lambda ledger, _: ledger.release(hold.id))

        expect([ended.changed for ended in found].count(True), 1, "money is given back once")
        self.stands(DAY, held_micros=other.ceiling_micros)

    def test_a_lease_ends_once_whoever_sees_it_first(self) -> None:
        for _ in range(20):
            self.hold(CEILING, DAY, lease_s=60)
        self.clock.forward(60)

        self.crowd(lambda ledger, _: ledger.left([DAY]))

        acts = Counter(entry.act for entry in self.ledger.entries())
        expect(acts, Counter(reserve=20, assume=20), "lines")
        self.stands(DAY, spent_micros=20 * CEILING)

    def test_lines_are_numbered_without_a_gap(self) -> None:
        self.crowd(lambda ledger, _: [_ask(ledger, DAY) for _ in range(10)])

        found = [entry.seq for entry in self.ledger.entries()]

        is_so(all(later == earlier + 1 for earlier, later in pairwise(found)), f"`seq` of the lines: {found}")
        expect(found[:1], [1], "the first line")

    # -- two ledgers on one store

    def test_what_one_connection_holds_another_sees_and_ends(self) -> None:
        other = self.reopen(self.clock)
        hold = self.hold(CEILING, DAY, key="draw")

        expect(other.left([DAY])[0].held_micros, CEILING, "held, as another connection sees it")
        other.settle(hold.id, 7)

        self.stands(DAY, spent_micros=7)
        is_so(not self.ledger.release(hold.id).changed, "the other connection has settled it")
        expect(list(other.entries()), list(self.ledger.entries()), "lines, as either connection sees them")

    def test_a_connection_that_is_closed_takes_nothing_with_it(self) -> None:
        hold = self.hold(CEILING, DAY)
        other = self.reopen(self.clock)
        is_so(other.renew(hold.id, 60), "a hold that was made by another connection is renewed")

        self.stands(DAY, held_micros=CEILING)

    # -- steps

    def crowd(self, play: Callable[[Ledger, int], Found]) -> Sequence[Found]:
        """Let threads begin in one moment, every other one on a connection of its own."""
        ledgers = [self.ledger if number % 2 else self.reopen(self.clock) for number in range(THREADS)]
        start = Barrier(THREADS)

        def begin(number: int) -> Found:
            start.wait(30)
            return play(ledgers[number], number)

        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(begin, range(THREADS)))
        for ledger in {id(ledger): ledger for ledger in ledgers if ledger is not self.ledger}.values():
            ledger.close()
        return found

    def agrees(self) -> None:
        """See that the lines are in order, and that the balances are their fold."""
        __tracebackhide__ = True
        expect(list(differences(self.ledger.entries(), self.ledger.balances())), [], "entries and balances agree")


def _ask(ledger: Ledger, *accounts: object, key: str = "", token: str = "") -> Answer:
    return ledger.reserve(
        Reservation(
            key=key or uuid4().hex,
            token=token or uuid4().hex,
            ceiling_micros=CEILING,
            accounts=accounts,  # type: ignore[arg-type]
        )
    )
