"""The lines of a ledger: in order, complete, and every balance can be recomputed from them."""

# ruff: noqa: D102 -- a test's name is its documentation

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest

from ...budget import accounts
from ...policy import Limit, Window
from ..books import differences, fold
from ..holds import Balance, Charge, Entry, Taken
from .bench import Bench, account, expect

ODD: Final = (
    "a#1",
    "#",
    "a/b c",
    "größe 🖼️ 图",
    "x" * 1000,
    "'; drop table holds; --",
    "{tag}",
    "a:b*?[c]",
    "%s %(key)s $1 :key ?",
    '"quoted\\"',
    "two\nlines\tand a tab",
    " blank ",
    "",
)
EACH = pytest.mark.parametrize("word", ODD, ids=lambda word: ascii(word[:20]))
MANY: Final = 1100
DAY = account("day", 100)
TENANT = account("tenant/tenant=acme", 100)
ALL = account("all", 10_000)
LARGE: Final = 10**13  # ten million dollars
# what dollars as floats lose, and where 32 bits end
AMOUNTS: Final = (1, 249, 251, 1_000_001, 2**31 - 1, 2**31, 2**32 + 1, 541_256_222_537, 8_448_348_958_552, LARGE - 1)


class Lines(Bench):
    """Append-only entries, the balances that a store keeps beside them, and words of all kinds in both."""

    def test_the_lines_of_a_life(self) -> None:
        start = self.clock.ms
        paid = self.hold(10, DAY, TENANT, key="paid", about={"tag.tenant": "acme", "model": "gpt-image-2"})
        self.clock.forward(1)
        lost = self.hold(20, DAY, key="lost", lease_s=60)
        self.clock.forward(1)
        self.ledger.settle(paid.id, 7)
        self.ledger.settle(paid.id, 8)  # too late
        self.ledger.unknown(lost.id)
        self.clock.forward(100)
        self.ledger.release(lost.id)

        found = list(self.ledger.entries())

        day, tenant = (
            Charge(account=DAY.key, limit="day", period=0),
            Charge(account=TENANT.key, limit="tenant", period=0),
        )
        about = {"tag.tenant": "acme", "model": "gpt-image-2"}
        wanted = [
            Entry(
                seq=1, at_ms=start, act="reserve", key="paid", attempt=1, micros=10, charges=(day, tenant), about=about
            ),
            Entry(seq=2, at_ms=start + 1000, act="reserve", key="lost", attempt=1, micros=20, charges=(day,)),
            Entry(seq=3, at_ms=start + 2000, act="settle", key="paid", attempt=1, micros=7),
            Entry(seq=4, at_ms=start + 2000, act="unknown", key="lost", attempt=1, micros=20),
            Entry(seq=5, at_ms=start + 102_000, act="assume", key="lost", attempt=1, micros=20),
            Entry(seq=6, at_ms=start + 102_000, act="release", key="lost", attempt=1, micros=20),
        ]
        expect(found, wanted, "the lines of a ledger")

    def test_lines_are_read_on_from_any_of_them(self) -> None:
        for _ in range(5):
            self.hold(1, DAY)

        found = [[entry.seq for entry in self.ledger.entries(after=after)] for after in (0, 3, 5, 9)]

        expect(found, [[1, 2, 3, 4, 5], [4, 5], [], []], "`seq` of the entries after 0, 3, 5 and 9")

    def test_many_lines_are_read_whole_and_in_order(self) -> None:
        for _ in range(MANY // 2):
            self.hold(1, lease_s=60)
        self.clock.forward(60)
        self.ledger.left([])  # ends all their leases

        found = [entry.seq for entry in self.ledger.entries()]
        later = [entry.seq for entry in self.ledger.entries(after=MANY - 50)]

        expect(found, list(range(1, MANY + 1)), f"`seq` of {MANY} lines")
        expect(later, list(range(MANY - 49, MANY + 1)), "`seq` of the last 50")

    def test_who_reads_lines_does_not_stand_in_the_way_of_who_writes(self) -> None:
        first, second = self.hold(1, DAY), self.hold(2, DAY)
        lines = self.ledger.entries()
        found = [next(lines)]
        self.ledger.settle(second.id, 2)
        other = self.reopen(self.clock)
        other.settle(first.id, 1)
        found += lines

        expect([entry.micros for entry in found][:2], [1, 2], "lines that stood there when reading began")
        self.stands(DAY, spent_micros=3)

    def test_lines_that_were_read_do_not_change(self) -> None:
        hold = self.hold(1, DAY)
        before = list(self.ledger.entries())
        self.ledger.settle(hold.id, 1)

        expect(list(self.ledger.entries())[:1], before, "lines are only ever added")

    def test_a_new_ledger_has_no_lines_and_no_balances(self) -> None:
        expect(list(self.ledger.entries()), [], "lines of a new ledger")
        expect(list(self.ledger.balances()), [], "balances of a new ledger")
        expect(self.ledger.left([]), (), "how no accounts stand")

    def test_balances_are_by_account_and_period_and_leave_zeros_out(self) -> None:
        day = account("day", 100, window=Window(kind="day"))
        self.clock.set("2026-11-23T12:00Z")
        self.ledger.settle(self.hold(10, day).id, 7)
        self.ledger.unknown(self.hold(4, day, ALL).id)
        self.clock.set("2026-11-24T12:00Z")
        self.hold(3, day)
        self.ledger.release(self.hold(5, DAY).id)

        found = _sorted(self.ledger.balances())

        wanted = [
            Balance(account="all", period=0, unknown_micros=4),
            Balance(account="day", period=1_795_392_000, spent_micros=7, unknown_micros=4),
            Balance(account="day", period=1_795_478_400, held_micros=3),
        ]
        expect(found, wanted, "balances; what was given back as a whole leaves none")

    def test_every_balance_is_the_fold_of_the_lines(self) -> None:
        day = account("day", 1000, window=Window(kind="day", zone="Europe/Berlin"))
        rolling = account("rolling", 1000, window=Window(kind="rolling", seconds=3600))
        for number in range(40):
            self.clock.forward(1800)
            hold = self.hold(10 + number, day, rolling, ALL, lease_s=3600, after_lease=("spent", "release")[number % 2])
            (self.ledger.release, self.ledger.unknown, lambda _: None, self._pay)[number % 4](hold.id)
        for number in range(0, 12, 3):
            self.ledger.settle(next(iter(self.ledger.entries(after=number))).key + "#1", number)

        expect(list(differences(self.ledger.entries(), self.ledger.balances())), [], "entries and balances agree")
        expect(
            _sorted(fold(self.ledger.entries()).balances()), _sorted(self.ledger.balances()), "the fold of the lines"
        )

    # -- words and numbers of all kinds

    @EACH
    def test_an_operation_may_have_any_key(self, word: str) -> None:
        first = self.hold(10, DAY, key=word)
        self.ledger.release(first.id)
        second = self.hold(10, DAY, key=word, token=f"token {word}")
        self.ledger.settle(second.id, 7)

        found = [(entry.act, entry.key, entry.attempt) for entry in self.ledger.entries()]

        acts = (("reserve", 1), ("release", 1), ("reserve", 2), ("settle", 2))
        expect(found, [(act, word, attempt) for act, attempt in acts], "lines of an operation with an odd key")
        taken = self.ask(1, DAY, key=word)
        expect(isinstance(taken, Taken) and (taken.key, taken.attempt), (word, 2), "an odd key is found again")

    @EACH
    def test_a_tag_may_have_any_value(self, word: str) -> None:
        limit = Limit(id="tenant", amount_micros=100, scope=("tenant",), window=Window(kind="day"))
        (mine,) = accounts([limit], {"tenant": word})
        (other,) = accounts([limit], {"tenant": word + "2"})

        hold = self.hold(10, mine, about={"tag.tenant": word, "model": word})

        expect(hold.standings[0].account, mine.key, "the account of an odd tag")
        expect([each.held_micros for each in self.ledger.left([mine, other])], [10, 0], "odd tags are kept apart")
        (line,) = self.ledger.entries()
        expect(line.about, {"tag.tenant": word, "model": word}, "what a line keeps for reports")
        expect(line.charges[0].account, mine.key, "the account of a line")

    @EACH
    def test_an_account_may_have_any_key(self, word: str) -> None:
        odd = account(word or "-", 100)
        self.ledger.settle(self.hold(10, odd).id, 7)

        expect([each.account for each in self.ledger.balances()], [odd.key], "the account of a balance")
        expect(self.ledger.left([odd])[0].spent_micros, 7, "an odd account is found again")

    def test_keys_that_look_like_holds_are_kept_apart(self) -> None:
        plain, looks = self.hold(1, DAY, key="a"), self.hold(2, DAY, key="a#1")

        self.ledger.settle(looks.id, 2)

        expect((plain.id, looks.id), ("a#1", "a#1#1"), "names of the holds")
        self.stands(DAY, spent_micros=2, held_micros=1)

    def test_keys_that_differ_in_case_or_in_how_a_letter_is_written_are_kept_apart(self) -> None:
        keys = ("é", "e\u0301", "E", "e", "e ", "ß", "ss")
        found = [self.hold(1, account(key, 100), key=key).attempt for key in keys]

        expect(found, [1] * len(keys), "each is an operation of its own")
        expect([self.ledger.left([account(key)])[0].held_micros for key in keys], [1] * len(keys), "and an account")

    def test_large_amounts_are_exact(self) -> None:
        wide = account("wide", LARGE)
        first = self.hold(LARGE - 1, wide)

        expect(self.ask(2, wide).__class__.__name__, "Short", "one micro too much of 10^13")
        second = self.hold(1, wide)
        self.ledger.settle(first.id, LARGE - 3)
        self.ledger.unknown(second.id)

        self.stands(wide, spent_micros=LARGE - 3, unknown_micros=1)
        expect([entry.micros for entry in self.ledger.entries()][2], LARGE - 3, "a bill of nearly 10^13")

    def test_amounts_of_all_sizes_are_exact(self) -> None:
        wide = account("wide", LARGE * 10)
        for amount in AMOUNTS:
            self.ledger.settle(self.hold(amount, wide).id, amount - 1)
            self.hold(amount, wide)

        spent = sum(amount - 1 for amount in AMOUNTS)
        self.stands(wide, spent_micros=spent, held_micros=sum(AMOUNTS))
        found = [entry.micros for entry in self.ledger.entries()]
        expect(found, [micros for amount in AMOUNTS for micros in (amount, amount - 1, amount)], "lines of each amount")
        wanted = [Balance(account="wide", period=0, spent_micros=spent, held_micros=sum(AMOUNTS))]
        expect(list(self.ledger.balances()), wanted, "balances")

    def test_nothing_is_to_be_accepted_of_a_store_that_lost_nothing(self) -> None:
        self.hold(1, DAY)

        expect(self.ledger.accept(), None, "`accept` where nothing was wrong")
        self.stands(DAY, held_micros=1)

    def test_closing_twice_is_fine(self) -> None:
        self.ledger.close()
        self.ledger.close()

    def _pay(self, hold: str) -> object:
        return self.ledger.settle(hold, 9)


def _sorted(balances: Iterable[Balance]) -> list[Balance]:
    return sorted(balances, key=lambda each: (each.account, each.period))
