"""Turns: first come, first served, and whoever dies or leaves gives way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from router.ledger.turns import LockTurn, NoTurn, NumberedTurn, open_turn

needs_locks = pytest.mark.skipif(os.name == "nt", reason="locks of open files")
pytestmark = needs_locks

TAKES = """
import sys
from pathlib import Path
from router.ledger.turns import open_turn
turn = open_turn(Path(sys.argv[1]))
turn.take()
print("taken", flush=True)
sys.stdin.read()
"""


def wait_until(truth):
    until = time.monotonic() + 20
    while not truth():
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.fixture
def places(tmp_path):
    """Opens places in one line."""
    opened = []

    def place():
        opened.append(open_turn(tmp_path / "turn"))
        return opened[-1]

    yield place
    for each in opened:
        each.close()


@pytest.fixture
def other(tmp_path):
    """Another process that is at its turn, or waits for it."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", TAKES, str(tmp_path / "turn")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_turn_that_nobody_has_comes_at_once(places):
    turn = places()

    assert turn.try_take()


def test_two_do_not_have_the_turn(places):
    first, second = places(), places()
    first.try_take()

    assert not second.try_take()

    first.give()
    second.take()
    assert not first.try_take()


def test_turns_come_in_the_order_in_which_they_were_asked_for(places):
    turns = [places() for _ in range(8)]
    order = []

    def play(number):
        turns[number].take()
        order.append(number)
        turns[number].give()

    turns[0].try_take()
    threads = []
    for number in range(1, 8):
        assert not turns[number].try_take()  # draws the number
        threads.append(threading.Thread(target=play, args=(number,)))
    for thread in reversed(threads):
        thread.start()
    turns[0].give()
    for thread in threads:
        thread.join()

    assert order == [1, 2, 3, 4, 5, 6, 7]


def test_whoever_leaves_the_line_lets_the_next_one_pass(places):
    first, second, third = places(), places(), places()
    first.try_take()
    second.try_take()
    third.try_take()
    second.give()

    before = third.moved()
    third.take()

    assert third.moved() == before + 2  # the number between has left


def test_a_turn_is_given_twice_without_harm(places):
    first, second = places(), places()
    first.try_take()
    first.give()
    first.give()

    assert second.try_take()


def test_the_turn_of_a_process_that_was_killed_is_free_at_once(places, other):
    process = other()
    process.stdout.readline()
    turn = places()
    assert not turn.try_take()

    process.send_signal(signal.SIGKILL)
    began = time.monotonic()
    turn.take()

    assert time.monotonic() - began < 1


def test_a_process_that_was_killed_in_the_line_holds_up_nobody(places, other):
    first, last = places(), places()
    first.try_take()
    process = other()
    drawn = first._numbers()[0]
    wait_until(lambda: first._numbers()[0] > drawn)
    last.try_take()

    process.send_signal(signal.SIGKILL)
    process.wait()
    first.give()
    began = time.monotonic()
    last.take()

    assert time.monotonic() - began < 1


@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 16, b"no numbers at all, but a text"])
def test_whatever_the_file_holds_turns_come(tmp_path, content):
    (tmp_path / "turn").write_bytes(content)
    turn = open_turn(tmp_path / "turn")

    taken = [turn.try_take() for _ in range(3) if turn.give() is None]
    turn.close()

    assert taken == [True, True, True]


def test_a_file_that_cannot_be_made_means_that_nobody_waits(tmp_path):
    turn = open_turn(tmp_path / "missing" / "turn")

    assert isinstance(turn, NoTurn)
    turn.take()
    assert (turn.try_take(), turn.moved()) == (True, 0)
    turn.give()
    turn.close()


def test_without_locks_of_open_files_there_is_one_lock(tmp_path, monkeypatch):
    monkeypatch.delattr("fcntl.F_OFD_SETLK")
    first, second = open_turn(tmp_path / "turn"), open_turn(tmp_path / "turn")

    assert isinstance(first, LockTurn)
    assert first.try_take()
    assert not second.try_take()
    before = first.moved()
    first.give()
    second.take()
    assert first.moved() != before
    first.close()
    second.close()


def test_without_any_locks_nobody_waits(tmp_path, monkeypatch):
    monkeypatch.setattr("router.ledger.turns.fcntl", None)

    assert isinstance(open_turn(tmp_path / "turn"), NoTurn)


def test_where_locks_fail_nobody_waits(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(37, "no locks available")

    monkeypatch.setattr("fcntl.fcntl", fails)

    assert isinstance(open_turn(tmp_path / "turn"), NoTurn)


def test_where_locks_fail_later_whoever_asks_goes_ahead(places, monkeypatch):
    def fails(*_):
        raise OSError(5, "input/output error")

    turn = places()
    monkeypatch.setattr("fcntl.fcntl", fails)

    assert turn.try_take()
    turn.take()
    turn.give()
    turn.close()
    assert turn.moved() == 0


def test_the_kind_of_turn_here_is_the_fair_one(places):
    assert isinstance(places(), NumberedTurn)
    with suppress(OSError):
        places().close()
