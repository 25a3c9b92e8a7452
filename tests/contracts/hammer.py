"""What processes do to a limit to break it, and how the lines of a ledger tell whether they did."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from router.budget import Account
from router.ledger import Answer, Ended, Entry, Hold, Ledger, Reservation, Short, open_ledger
from router.policy import Window

from ..servers.crowd import Gates

CEILING = 210_000
FOREVER = Window(kind="forever")
MOMENT_S = 0.01
LOTS = 10**12

Open: TypeAlias = Callable[[str, Gates], Ledger]


def account(key: str, ceilings: float, *, window: Window = FOREVER) -> Account:
    """An account with room for so many ceilings."""
    return Account(key=key, limit=key.partition("/")[0], amount_micros=round(ceilings * CEILING), window=window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A call: what it may cost is `CEILING`, what it does cost is the bill, if it comes to one."""

    accounts: tuple[Account, ...]
    bill: int = CEILING
    ending: Literal["settle", "release", "unknown"] = "settle"

    def ask(self, ledger: Ledger, **more: Any) -> Answer:
        """Reserve for it."""
        asked = {"key": uuid4().hex, "token": uuid4().hex, "ceiling_micros": CEILING, **more}
        return ledger.reserve(Reservation(accounts=self.accounts, **asked))

    def end(self, ledger: Ledger, hold: Hold) -> Ended:
        """End it."""
        return ledger.settle(hold.id, self.bill) if self.ending == "settle" else getattr(ledger, self.ending)(hold.id)


def jobs(accounts: Sequence[tuple[Account, ...]], number: int, *, length: int) -> tuple[Job, ...]:
    """Calls of one process: accounts in turns, and bills from 95 to 100 % of the ceiling, each as often as another."""
    return tuple(
        Job(accounts=accounts[turn % len(accounts)], bill=CEILING * (95 + (7 * turn + number) % 6) // 100)
        for turn in range(length)
    )


def at_once(_: Short) -> bool:
    """Give up where a ceiling does not fit."""
    return True


def when_spent(short: Short) -> bool:
    """Give up where it would not fit either if all that is held were given back; till then wait."""
    return not short.only_held


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process does with a ledger."""

    url: str
    jobs: tuple[Job, ...]
    open: Open
    gives_up: Callable[[Short], bool] = at_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of it: how many jobs were admitted, and for which accounts none was any more."""

    admitted: int
    refused: frozenset[tuple[Account, ...]]


def work(task: Task, gates: Gates) -> Told:
    """Do the jobs in their order, and none any more for accounts that one was refused for."""
    with closing(task.open(task.url, gates)) as ledger:
        ledger.left(task.jobs[0].accounts)  # a connection is open before everybody begins
        gates.start.meet()
        admitted, refused = 0, set[tuple[Account, ...]]()
        for job in task.jobs:
            if job.accounts in refused:
                continue
            hold = _held(task, job, ledger)
            if hold is None:
                refused.add(job.accounts)
            else:
                job.end(ledger, hold)
                admitted += 1
        return Told(admitted=admitted, refused=frozenset(refused))


def rush(task: Task, gates: Gates) -> int:
    """Do the jobs in their order, each in the moment in which all others begin it; tells how many were admitted."""
    with closing(task.open(task.url, gates)) as ledger:
        ledger.left(task.jobs[0].accounts)
        admitted = 0
        for job in task.jobs:
            gates.start.meet()
            hold = _held(task, job, ledger)
            if hold is not None:
                job.end(ledger, hold)
                admitted += 1
        return admitted


def _held(task: Task, job: Job, ledger: Ledger) -> Hold | None:
    while isinstance(answer := job.ask(ledger), Short):
        if task.gives_up(answer):
            return None
        time.sleep(MOMENT_S)
    assert isinstance(answer, Hold)
    return answer


# -- what the lines tell


def overshoots(entries: Iterable[Entry], accounts: Iterable[Account]) -> list[str]:
    """The admissions that had no room: lines are added up in their order, and by nothing but their own amounts."""
    amounts = {each.key: each.amount_micros for each in accounts}
    used = Counter[str]()
    counted: dict[tuple[str, int], tuple[int, tuple[str, ...]]] = {}
    found = []
    for entry in entries:
        before, places = counted.get((entry.key, entry.attempt), (0, tuple(each.account for each in entry.charges)))
        now = 0 if entry.act == "release" else entry.micros
        counted[entry.key, entry.attempt] = now, places
        used.update(dict.fromkeys(places, now - before))
        if entry.act == "reserve":
            found += [f"`{key}` at {used[key]} of {amounts[key]}" for key in places if used[key] > amounts[key]]
    return found


def oracle(bills: Iterable[int], amount_micros: int) -> int:
    """How many calls anybody could have admitted at most: it knows every bill, and takes the cheapest first."""
    admitted, left = 0, amount_micros
    for bill in sorted(bills):
        left -= bill
        admitted += left >= 0
    return admitted


# -- where


def right(url: str, _: Gates) -> Ledger:
    """The store as it is."""
    return open_ledger(url)


def broken(url: str, gates: Gates) -> Ledger:
    """The store with its atomic step taken apart."""
    return CheckThenAdd(open_ledger(url), gates)


class CheckThenAdd:
    """A ledger that admits as people write it: read, compare, and add, whatever was added in between.

    Everybody meets between the two, so that what goes wrong now and then goes wrong each time.
    """

    def __init__(self, inner: Ledger, gates: Gates) -> None:
        self._inner = inner
        self._between = gates.between

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def reserve(self, reservation: Reservation, /) -> Answer:
        """Read and compare; then add, as if there were no limits."""
        standings = self._inner.left(reservation.accounts)
        if any(each.left_micros < reservation.ceiling_micros for each in standings):
            self._between.leave()
            return Short(needed_micros=reservation.ceiling_micros, standings=standings)
        self._between.meet()
        boundless = tuple(replace(each, amount_micros=LOTS) for each in reservation.accounts)
        return self._inner.reserve(replace(reservation, accounts=boundless))


@contextmanager
def _sqlite() -> Iterator[Callable[[], str]]:
    with TemporaryDirectory() as folder:
        numbers = count()
        yield lambda: f"sqlite:///{Path(folder, f'{next(numbers)}.db')}"


@contextmanager
def _redis() -> Iterator[Callable[[], str]]:
    from ..servers.redis_server import serving, unused

    with serving() as url:
        yield lambda: unused(url)


@contextmanager
def _postgres() -> Iterator[Callable[[], str]]:
    from ..servers.postgres_server import serving

    with serving() as new_url:
        yield new_url


STORES = {"sqlite": _sqlite, "redis": _redis, "postgres": _postgres}
"""How the URLs of new ledgers are come by, in stores that processes share."""
