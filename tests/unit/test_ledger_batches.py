"""Batches: many steps in one run, each with its own answer, whatever becomes of the others."""

from __future__ import annotations

import threading
import time

import pytest

from router.errors import LedgerUnreachableError
from router.ledger import batches as module
from router.ledger.batches import Batches
from router.ledger.turns import NoTurn, open_turn


class Store:
    """What a ledger's `run` does, without a ledger; `gate` keeps it from going on."""

    def __init__(self):
        self.batches = []
        self.gate = threading.Event()
        self.gate.set()
        self.running = threading.Event()

    def run(self, batch):
        self.batches.append(len(batch))
        self.running.set()
        assert self.gate.wait(20)
        done = [(step, step.work("book")) for step in batch]

        def answer():
            for step, found in done:
                step.finish(found)

        return answer


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def batches(store):
    opened = Batches(store.run, NoTurn)
    yield opened
    store.gate.set()
    opened.close()


def wait_until(truth):
    until = time.monotonic() + 20
    while not truth():
        assert time.monotonic() < until
        time.sleep(0.001)


def in_threads(number, ask):
    """Begin threads that ask; gives them and, later, what they found."""
    found = {}

    def play(each):
        try:
            found[each] = ask(each)
        except Exception as error:  # noqa: BLE001 -- what a thread was told
            found[each] = error

    threads = [threading.Thread(target=play, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    return threads, found


def test_a_step_is_done_and_answered(batches):
    assert batches.ask(lambda book: book.upper()) == "BOOK"


def test_a_step_alone_begins_no_thread(batches):
    before = threading.active_count()
    batches.ask(str)

    assert threading.active_count() == before


def test_steps_that_come_during_a_run_are_run_together(store, batches):
    store.gate.clear()
    first, _ = in_threads(1, lambda _: batches.ask(str))
    store.running.wait(20)
    threads, found = in_threads(10, lambda each: batches.ask(lambda _: each * each))
    wait_until(lambda: len(batches._waiting) == 10)
    store.gate.set()
    for thread in first + threads:
        thread.join()

    assert store.batches == [1, 10]
    assert found == {each: each * each for each in range(10)}


def test_what_a_run_raises_is_told_to_each_and_the_next_one_goes_on(batches):
    def fails(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        batches.ask(fails)

    assert batches.ask(str) == "book"


def test_an_interrupted_leader_leaves_the_others_to_the_helping_thread(batches):
    asked = threading.Event()

    def interrupted(_):
        if not asked.is_set():
            asked.set()
            wait_until(lambda: len(batches._waiting) == 3)
            raise KeyboardInterrupt
        return "done after all"

    def play():
        with pytest.raises(KeyboardInterrupt):
            batches.ask(interrupted)

    leader = threading.Thread(target=play)
    leader.start()
    asked.wait(20)
    threads, found = in_threads(3, lambda each: batches.ask(lambda _: each))
    for thread in [leader, *threads]:
        thread.join()

    assert found == {0: 0, 1: 1, 2: 2}
    assert batches.ask(str) == "book"


def test_a_step_whose_turn_does_not_come_is_taken_back(store, batches, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_S", 0.05)
    monkeypatch.setattr(module, "PATIENCE_S", 0.02)
    store.gate.clear()
    first, _ = in_threads(1, lambda _: batches.ask(str))
    store.running.wait(20)

    with pytest.raises(LedgerUnreachableError, match="the ledger has been busy"):
        batches.ask(lambda _: pytest.fail("nobody waits for this any more"))

    store.gate.set()
    first[0].join()
    assert batches.ask(str) == "book"


def test_where_no_thread_can_be_begun_the_caller_goes_on_alone(batches, monkeypatch):
    monkeypatch.setattr(NoTurn, "try_take", lambda _: False)
    monkeypatch.setattr(threading.Thread, "start", _no_thread)

    assert batches.ask(str) == "book"


def _no_thread(_):
    raise RuntimeError("can't start new thread")


def test_a_line_that_stands_still_is_left(store, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.02)
    stuck = open_turn(tmp_path / "turn")
    stuck.try_take()  # and never gives it
    batches = Batches(store.run, lambda: open_turn(tmp_path / "turn"))
    before = threading.active_count()

    assert batches.ask(str) == "book"

    behind = open_turn(tmp_path / "turn")
    assert behind.try_take()  # nobody who came later waits for it
    behind.give()
    stuck.give()
    wait_until(lambda: threading.active_count() == before)
    assert batches.ask(str) == "book"
    batches.close()
    stuck.close()
    behind.close()


def test_a_line_that_moves_is_not_left(store, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    others = [open_turn(tmp_path / "turn") for _ in range(6)]
    taken = [other.try_take() for other in others]
    batches = Batches(store.run, lambda: open_turn(tmp_path / "turn"))
    threads, _ = in_threads(1, lambda _: batches.ask(str))
    for other in others:
        other.take()
        time.sleep(0.04)
        assert store.batches == []
        other.give()
    threads[0].join()

    assert taken == [True] + [False] * 5
    assert store.batches == [1]
    batches.close()
    for other in others:
        other.close()


def test_closing_ends_the_helping_thread(store, tmp_path):
    before = threading.active_count()
    other = open_turn(tmp_path / "turn")
    other.try_take()
    batches = Batches(store.run, lambda: open_turn(tmp_path / "turn"))
    threads, found = in_threads(1, lambda _: batches.ask(str))
    wait_until(lambda: threading.active_count() == before + 2)
    other.give()
    threads[0].join()

    batches.close()
    batches.close()

    assert (threading.active_count(), found) == (before, {0: "book"})
    assert batches.ask(str) == "book"
    batches.close()
    other.close()


def test_a_crowd_is_answered_whatever_the_order(store, tmp_path):
    lines = [Batches(store.run, lambda: open_turn(tmp_path / "turn")) for _ in range(3)]

    def play(number):
        return [lines[number % 3].ask(lambda _, each=each: (number, each)) for each in range(60)]

    threads, found = in_threads(9, play)
    for thread in threads:
        thread.join()
    for line in lines:
        line.close()

    assert found == {number: [(number, each) for each in range(60)] for number in range(9)}
    assert sum(store.batches) == 9 * 60
