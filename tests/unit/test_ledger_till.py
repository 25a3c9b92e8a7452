"""A ledger as calls use it, without any call: what is told when, and how often."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from router.budget import accounts
from router.errors import LedgerError, LedgerInDoubtError, LedgerUnreachableError
from router.language import parse_policy
from router.ledger import Ended, Hold, Reservation, Short, Standing
from router.ledger import till as module
from router.ledger.memory import MemoryLedger
from router.ledger.till import Ending, Till, money_inputs
from router.policy import Window

NOON_S = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
POLICY = parse_policy(
    """
pixroute: 1
name: mine
routes: [{id: all, to: [asked]}]
budget: {limits: [{id: everyone, scope: all, window: day, amount: 1}]}
alerts: [50, 100]
"""
)
TRUSTING = replace(POLICY, ledger=replace(POLICY.ledger, restarts="trust"))
EVERYONE = accounts(POLICY.budget.limits, {})
UNREACHABLE = LedgerUnreachableError("the ledger does not answer")
IN_DOUBT = LedgerInDoubtError("the ledger restarted")


def asked(key: str, micros: int = 100_000) -> Reservation:
    return Reservation(key=key, token=key, ceiling_micros=micros, accounts=EVERYONE)


class Moody(MemoryLedger):
    """A ledger that raises when it is asked for an act, as long as it has something to raise."""

    def __init__(self, **errors: list[Exception]) -> None:
        super().__init__(now=lambda: NOON_S)
        self.errors = errors
        self.accepted = 0

    def left(self, accounts, /):
        self._raise("left")
        return super().left(accounts)

    def reserve(self, reservation, /):
        self._raise("reserve")
        return super().reserve(reservation)

    def settle(self, hold, micros, /):
        self._raise("settle")
        return super().settle(hold, micros)

    def renew(self, hold, lease_s, /):
        self._raise("renew")
        return super().renew(hold, lease_s)

    def accept(self):
        self.accepted += 1
        return "run 7"

    def _raise(self, act: str) -> None:
        if self.errors.get(act):
            raise self.errors[act].pop(0)


def held(till: Till, key: str, micros: int = 100_000) -> Ending:
    """An ending at a bill of nine cents."""
    reservation = asked(key, micros)
    hold = till.reserve(reservation, POLICY)
    assert isinstance(hold, Hold)
    return Ending(hold=hold, reservation=reservation, billed_micros=90_000)


def lines(till: Till) -> list[tuple[str, str, int]]:
    return [(entry.act, entry.key, entry.micros) for entry in till.ledger.entries()]


# -- endings


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"billed_micros": 90_000}, Ended(state="settled", changed=True, micros=90_000)),
        ({"billed_micros": None}, Ended(state="unknown", changed=True, micros=100_000)),
        ({"billed_micros": None, "is_free": True}, Ended(state="released", changed=True, micros=0)),
    ],
)
def test_a_hold_ends_at_its_bill_or_is_given_back_or_counts_at_its_ceiling(how, expected):
    till = Till(Moody())

    assert till.end(replace(held(till, "a"), **how)) == expected


def test_what_cannot_be_told_is_told_in_its_order_before_the_next_question():
    till = Till(Moody(settle=[UNREACHABLE, IN_DOUBT]))

    told = [till.end(held(till, "a")), till.end(held(till, "b"))]
    before = lines(till)
    [standing] = till.left(EVERYONE, POLICY)

    assert told == [None, None]
    assert before == [("reserve", "a", 100_000), ("reserve", "b", 100_000)]
    assert lines(till)[2:] == [("settle", "a", 90_000), ("settle", "b", 90_000)]
    assert (standing.spent_micros, standing.held_micros) == (180_000, 0)


def test_what_still_cannot_be_told_stays_first():
    till = Till(Moody(settle=[UNREACHABLE] * 3))
    till.end(held(till, "a"))
    till.end(held(till, "b"))

    till.left(EVERYONE, POLICY)
    till.left(EVERYONE, POLICY)

    assert [key for act, key, _ in lines(till) if act == "settle"] == ["a", "b"]


def test_what_can_never_be_told_keeps_nobody_else_from_being_told(caplog):
    lost = LedgerError("there is no hold")
    till = Till(Moody(settle=[UNREACHABLE, UNREACHABLE, lost]))
    first = replace(held(till, "a"), hold=replace(held(till, "x").hold, key="gone"))
    second = held(till, "b")
    till.end(first)
    till.end(second)
    till.ledger.errors["reserve"] = [LedgerError("no")]

    till.left(EVERYONE, POLICY)

    assert [key for act, key, _ in lines(till) if act == "settle"] == ["b"]
    assert "what became of `gone#1` cannot be told to the ledger: no" in caplog.text


def test_many_threads_tell_what_was_kept_once():
    till = Till(Moody(settle=[UNREACHABLE] * 50))
    for number in range(50):
        till.end(replace(held(till, f"{number}", 1), billed_micros=1))
    start = threading.Barrier(8)

    def look(_: int) -> None:
        start.wait()
        till.left(EVERYONE, POLICY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(8)))
    till.left(EVERYONE, POLICY)

    assert sorted(key for act, key, _ in lines(till) if act == "settle") == sorted(map(str, range(50)))


def test_of_too_many_endings_the_oldest_are_left_to_their_leases(monkeypatch):
    monkeypatch.setattr(module, "MOST_UNTOLD", 2)
    till = Till(Moody(settle=[UNREACHABLE] * 3))
    for key in "abc":
        till.end(held(till, key))

    till.left(EVERYONE, POLICY)

    assert [key for act, key, _ in lines(till) if act == "settle"] == ["b", "c"]


def test_closing_tells_what_was_kept_and_says_what_could_not_be_told(caplog):
    told, untold = Till(Moody(settle=[UNREACHABLE])), Till(Moody(settle=[UNREACHABLE] * 2))
    for till in (told, untold):
        till.end(held(till, "a"))
        till.close()

    assert [act for act, _, _ in lines(told)] == ["reserve", "settle"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "holds whose end the ledger was not told, and which count as after a crash: 1"
    ]


def test_a_hold_that_the_store_has_lost_is_made_again_whether_it_fits_or_not():
    lost = Till(Moody())
    ending = held(lost, "a", 900_000)
    till = Till(Moody())
    held(till, "other", 900_000)

    ended = till.end(ending)

    assert ended == Ended(state="settled", changed=True, micros=90_000)
    assert till.left(EVERYONE, POLICY)[0].used_micros == 990_000


def test_a_hold_that_was_lost_and_whose_key_is_taken_is_made_under_another():
    before, till = Till(Moody()), Till(Moody())
    held(before, "a")
    before.ledger.release("a#1")
    again = replace(asked("a"), token=f"{NOON_S}")
    ending = Ending(hold=before.reserve(again, POLICY), reservation=again, billed_micros=90_000)
    held(till, "a")

    ended = till.end(ending)

    assert ended == Ended(state="settled", changed=True, micros=90_000)
    assert [(act, key.partition("+")[0]) for act, key, _ in lines(till)] == [
        ("reserve", "a"),
        ("reserve", "a"),
        ("settle", "a"),
    ]


def test_a_bill_that_the_store_refuses_leaves_the_ceiling_counted():
    till = Till(Moody(settle=[LedgerError("an amount is too large")]))

    ended = till.end(held(till, "a"))

    assert ended == Ended(state="unknown", changed=True, micros=100_000)
    assert lines(till) == [("reserve", "a", 100_000), ("unknown", "a", 100_000)]


def test_a_lease_that_cannot_be_renewed_hurts_nobody(caplog):
    till = Till(Moody(renew=[UNREACHABLE]))

    till.renew(held(till, "a").hold, 60)

    assert caplog.messages == ["the lease of `a#1` was not renewed: the ledger does not answer"]


# -- a store in doubt


@pytest.mark.parametrize("act", ["left", "reserve"])
def test_a_store_in_doubt_is_accepted_where_the_policy_trusts_it(act):
    till = Till(Moody(**{act: [IN_DOUBT]}))

    till.left(EVERYONE, TRUSTING)
    till.reserve(asked("a"), TRUSTING)

    assert till.ledger.accepted == 1


@pytest.mark.parametrize("act", ["left", "reserve"])
def test_a_store_in_doubt_is_not_accepted_otherwise(act):
    till = Till(Moody(**{act: [IN_DOUBT]}))

    with pytest.raises(LedgerInDoubtError):
        [till.left(EVERYONE, POLICY), till.reserve(asked("a"), POLICY)]

    assert till.ledger.accepted == 0


# -- alerts


def test_shares_and_overruns_are_sounded():
    heard = []
    till = Till(Moody(), listeners=[heard.append])

    till.reserve(asked("a", 400_000), POLICY)
    ending = held(till, "b", 200_000)
    till.end(replace(ending, billed_micros=300_000))

    assert [(alert.kind, alert.used_micros, alert.amount_micros) for alert in heard] == [
        ("share", 600_000, 1_000_000),
        ("overrun", 300_000, 200_000),
    ]


DAY = Window(kind="day")
ROLLING = Window(kind="rolling", seconds=3600)
FOREVER = Window(kind="forever")


@pytest.mark.parametrize(
    ("window", "resets_s", "told"),
    [
        (DAY, [100, 100, 200, 200], 2),
        (ROLLING, [3660, 3720, 7200, 7260, 7320], 2),
        (FOREVER, [None, None], 1),
    ],
)
def test_a_refusal_is_sounded_once_in_its_window(window, resets_s, told):
    heard = []
    till = Till(Moody(), listeners=[heard.append])

    for second in resets_s:
        resets_at_ms = None if second is None else second * 1000
        till.refuse(Standing(account="a", limit="a", amount_micros=1, resets_at_ms=resets_at_ms), window)

    assert [alert.kind for alert in heard] == ["refused"] * told


def test_of_many_accounts_that_refuse_the_latest_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "MOST_REFUSED", 2)
    heard = []
    till = Till(Moody(), listeners=[heard.append])

    for account in "abcba":
        till.refuse(Standing(account=account, limit="a", amount_micros=1, resets_at_ms=1000), DAY)

    assert [alert.account for alert in heard] == ["a", "b", "c", "a"]


# -- what `plan()` takes


def test_what_is_left_is_told_by_limit_and_when_it_comes_back():
    first = Standing(account="a/day", limit="a", amount_micros=10, spent_micros=4, resets_at_ms=1_000)
    second = Standing(account="b/forever", limit="b", amount_micros=10, held_micros=12)

    assert money_inputs([first, second]) == {
        "budget_left_micros": {"a": 6, "b": 0},
        "resets_at": {"a": "1970-01-01T00:00:01+00:00"},
    }


def test_an_answer_that_is_no_hold_sounds_nothing():
    heard = []
    till = Till(Moody(), listeners=[heard.append])

    assert isinstance(till.reserve(asked("a", 2_000_000), POLICY), Short)
    assert heard == []
