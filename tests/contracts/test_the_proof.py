"""The proofs can fail: with the atomic step taken apart into read-then-write, each of them says so.

Whoever reads waits for all others to have read before it writes, so that it goes wrong each time and not now and then.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from router.ledger import open_ledger
from router.ledger.contract import Clock
from router.ledger.contract.crowds import THREADS, Crowds
from router.ledger.memory import MemoryLedger

from ..servers.crowd import Gate, Gates, crowd
from .hammer import CEILING, STORES, CheckThenAdd, Job, Task, account, broken, overshoots, right, work

PROCESSES = 4
ALL = account("all", 10)
JOBS = (Job(accounts=(ALL,)),) * 3  # two more than fit, of all processes together


def threads(parties):
    gates = Gates(**{name: Gate(threading.Condition(), [1, 0, 0]) for name in ("start", "between")})
    gates.open(parties)
    return gates


class ReadThenWrite(MemoryLedger):
    """Lets go of its lock between reading what is left and writing what is held."""

    def __init__(self, *, now, gates):
        super().__init__(now=now)
        self._between = gates.between

    def reserve(self, reservation, /):
        answer = super().reserve(reservation)
        if not hasattr(answer, "id"):
            self._between.leave()
        return answer

    def _hold(self, *asked):
        self._lock.release()
        try:
            self._between.meet()
        finally:
            self._lock.acquire()
        return super()._hold(*asked)


@pytest.fixture(scope="module")
def processes():
    with crowd(PROCESSES) as found:
        yield found


@pytest.fixture(scope="module", params=STORES)
def new_url(request):
    with STORES[request.param]() as found:
        yield found


def hammered(new_url, processes, how):
    """What a limit of ten is used for, by three calls of each process, and the admissions that had no room."""
    url = new_url()
    processes.play(work, [Task(url=url, jobs=JOBS, open=how)] * PROCESSES)
    with closing(open_ledger(url)) as ledger:
        return ledger.left([ALL])[0].used_micros // CEILING, overshoots(ledger.entries(), [ALL])


def on_trial(ledger):
    """The contract's crowd, in front of a ledger."""
    found = Crowds()
    found.clock = Clock()
    found.ledger = ledger(found.clock)
    return found


def test_processes_pass_a_limit_that_is_read_and_then_written(new_url, processes):
    used, found = hammered(new_url, processes, broken)

    assert used == 12
    assert found == [f"`all` at {used * CEILING} of {10 * CEILING}" for used in (11, 12)]


def test_processes_do_not_pass_it_where_both_are_one_step(new_url, processes):
    assert hammered(new_url, processes, right) == (10, [])


def test_threads_pass_a_limit_that_is_read_and_then_written():
    gates = threads(PROCESSES)
    ledger = CheckThenAdd(MemoryLedger(), gates)

    with ThreadPoolExecutor(PROCESSES) as pool:
        tasks = [Task(url="", jobs=JOBS, open=lambda _, __: ledger)] * PROCESSES
        list(pool.map(lambda task: work(task, gates), tasks))

    assert overshoots(ledger.entries(), [ALL]) == [f"`all` at {used * CEILING} of {10 * CEILING}" for used in (11, 12)]


def test_the_contract_refuses_a_store_that_lets_go_of_its_lock():
    trial = on_trial(lambda clock: ReadThenWrite(now=clock, gates=threads(THREADS)))

    with pytest.raises(AssertionError, match=r"how many holds of 1000 fit into 100050\n\n +found: 10[4-9]"):
        trial.test_a_crowd_does_not_pass_a_limit_and_leaves_less_than_one_ceiling()


def test_the_contract_refuses_a_store_that_reads_before_it_adds():
    trial = on_trial(lambda clock: CheckThenAdd(MemoryLedger(now=clock), threads(THREADS)))

    with pytest.raises(AssertionError, match=r"how many holds of 1000 fit into 100050\n\n +found: 10[4-9]"):
        trial.test_a_crowd_does_not_pass_a_limit_and_leaves_less_than_one_ceiling()


def test_the_contract_lets_the_store_pass_as_it_is():
    trial = on_trial(lambda clock: MemoryLedger(now=clock))

    trial.test_a_crowd_does_not_pass_a_limit_and_leaves_less_than_one_ceiling()
