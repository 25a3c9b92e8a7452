"""Processes that hammer one limit: not a micro too much is admitted, and what stays unused is less than one ceiling."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from router.ledger import Hold, open_ledger
from router.ledger.books import differences, fold
from router.policy import Window

from ..servers.crowd import PATIENCE_S, SPAWN, crowd
from .hammer import (
    CEILING,
    MOMENT_S,
    STORES,
    Job,
    Task,
    account,
    jobs,
    oracle,
    overshoots,
    right,
    rush,
    when_spent,
    work,
)

PROCESSES = 6
ALL = account("all", 200.5)
ALONE = 212  # calls that spend all of it, however cheap they are
ROOM, LIMITS = 3, 50
LEASE_S = 1.0
AFTER_LEASE = ("spent", "release")

ROLLING = Window(kind="rolling", seconds=86_400)


def region_tenant_user(region: str, tenant: str, user: str):
    return (
        account(f"region/{region}", 60),
        account(f"tenant/{tenant}", 25),
        account(f"user/{user}", 10, window=ROLLING),
    )


FEW = [region_tenant_user("eu", "few", f"few-{user}") for user in range(2)]
MANY = [region_tenant_user("eu", "many", f"many-{user}") for user in range(10)]
REST = [region_tenant_user("us", f"rest-{user % 4}", f"rest-{user}") for user in range(16)]
EVERYBODY = [*FEW, *MANY, *REST]
ENDINGS = ("settle", "settle", "release", "settle", "unknown")


@pytest.fixture(scope="module")
def processes():
    with crowd(PROCESSES) as found:
        yield found


@pytest.fixture(scope="module", params=STORES)
def new_url(request):
    with STORES[request.param]() as found:
        yield found


@pytest.fixture
def url(new_url):
    return new_url()


@pytest.fixture
def ledger(url):
    with closing(open_ledger(url)) as found:
        yield found


def used_up(ledger, accounts):
    """The limits of a call that have no room for one more."""
    return {each.limit for each in ledger.left(accounts) if each.left_micros < CEILING}


def test_what_stays_unused_is_less_than_one_ceiling(url, ledger, processes):
    lists = [jobs([(ALL,)], number, length=ALONE) for number in range(PROCESSES)]

    told = processes.play(work, [Task(url=url, jobs=each, open=right) for each in lists])

    admitted = sum(each.admitted for each in told)
    [standing] = ledger.left([ALL])
    assert overshoots(ledger.entries(), [ALL]) == []
    assert list(differences(ledger.entries(), ledger.balances())) == []
    assert [each.refused for each in told] == [{(ALL,)}] * PROCESSES
    assert (standing.used_micros, standing.held_micros) == (standing.spent_micros, 0)
    assert standing.left_micros < CEILING
    assert admitted >= 0.95 * oracle([job.bill for each in lists for job in each], ALL.amount_micros)


def test_of_those_who_come_in_one_moment_as_many_are_admitted_as_there_is_room_for(url, ledger, processes):
    limits = [account(f"limit/{number}", ROOM) for number in range(LIMITS)]
    rushed = tuple(Job(accounts=(limit,)) for limit in limits)

    told = processes.play(rush, [Task(url=url, jobs=rushed, open=right)] * PROCESSES)

    assert overshoots(ledger.entries(), limits) == []
    assert [each.left_micros for each in ledger.left(limits)] == [0] * LIMITS
    assert sum(told) == ROOM * LIMITS


def test_whichever_of_three_limits_binds_is_used_up_and_the_others_are_not(url, ledger, processes):
    turned = [[*EVERYBODY[5 * number :], *EVERYBODY[: 5 * number]] for number in range(PROCESSES)]
    lists = [jobs(each, number, length=12 * len(each)) for number, each in enumerate(turned)]

    told = processes.play(work, [Task(url=url, jobs=each, open=right, gives_up=when_spent) for each in lists])

    limits = {each.key: each for accounts in EVERYBODY for each in accounts}.values()
    assert overshoots(ledger.entries(), limits) == []
    assert list(differences(ledger.entries(), ledger.balances())) == []
    assert [each.refused for each in told] == [{*EVERYBODY}] * PROCESSES
    assert [used_up(ledger, accounts) for accounts in FEW] == [{"user"}] * len(FEW)
    assert [used_up(ledger, accounts) for accounts in MANY] == [{"tenant"}] * len(MANY)
    assert [limit for accounts in REST for limit in {"region"} - used_up(ledger, accounts)] == []
    cheapest = [job.bill for each in lists for job in each]
    best = sum(oracle(cheapest, ceilings * CEILING) for ceilings in (10, 10, 25, 60))
    assert sum(each.admitted for each in told) >= 0.95 * best


def mortal(url: str, number: int, parent) -> None:
    """Hold something for good; then, once it is told to, make calls until somebody puts an end to it."""
    with closing(open_ledger(url)) as ledger:
        job = Job(accounts=(ALL,))
        lease = {"lease_s": LEASE_S, "after_lease": AFTER_LEASE[number]}
        parent.send(job.ask(ledger, key=f"orphan-{number}", **lease).id)
        parent.recv()
        while True:
            answer = job.ask(ledger, **lease)
            parent.send("asked")
            job.end(ledger, answer) if isinstance(answer, Hold) else time.sleep(MOMENT_S)


@contextmanager
def mortals(url):
    """Processes that each hold something; what is given lets them make calls, and kills them in the midst of those."""
    ends = [SPAWN.Pipe() for _ in AFTER_LEASE]
    children = [end for end, _ in ends]
    started = [SPAWN.Process(target=mortal, args=(url, number, end)) for number, (_, end) in enumerate(ends)]
    for process, (_, end) in zip(started, ends, strict=True):
        process.start()
        end.close()
    try:
        assert [child.recv() for child in children if child.poll(PATIENCE_S)] == ["orphan-0#1", "orphan-1#1"]
        yield lambda: [_kill(*each) for each in zip(started, children, strict=True)]
    finally:
        for process, child in zip(started, children, strict=True):
            process.kill()
            process.join()
            child.close()


def _kill(process, child):
    child.send("go")
    assert [child.recv() for _ in range(5)] == ["asked"] * 5
    process.kill()
    process.join()


def test_whatever_becomes_of_calls_and_callers_nothing_is_passed_and_nothing_is_lost(url, ledger, processes):
    lists = [
        tuple(
            replace(job, ending=ENDINGS[(turn + number) % len(ENDINGS)])
            for turn, job in enumerate(jobs([(ALL,)], number, length=2 * ALONE))
        )
        for number in range(PROCESSES)
    ]

    with mortals(url) as kill:
        futures = processes.begin(work, [Task(url=url, jobs=each, open=right, gives_up=when_spent) for each in lists])
        kill()
        told = [future.result(PATIENCE_S) for future in futures]

    until = time.monotonic() + PATIENCE_S
    while (standing := ledger.left([ALL])[0]).held_micros and time.monotonic() < until:
        time.sleep(MOMENT_S)
    books = fold(ledger.entries())
    states = Counter(hold.state for hold in books.holds.values())
    assert overshoots(ledger.entries(), [ALL]) == []
    assert list(differences(ledger.entries(), ledger.balances())) == []
    assert [each.refused for each in told] == [{(ALL,)}] * PROCESSES
    assert [books.holds[f"orphan-{number}#1"].state for number in range(2)] == ["assumed", "released"]
    assert states.keys() == {"settled", "released", "unknown", "assumed"}
    assert standing.unknown_micros == states["unknown"] * CEILING
    assert standing.left_micros < CEILING
