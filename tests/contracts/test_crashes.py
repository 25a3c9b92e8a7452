"""A process that dies in the midst of a call, at every step and with every store that outlives it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from router.budget import accounts
from router.language import parse_policy
from router.ledger import Ledger, Reservation, Standing, Taken, open_ledger
from router.ledger.books import differences, fold
from router.ledger.postgres import PostgresLedger
from router.ledger.redis import RedisLedger
from router.ledger.sqlite import SqliteLedger

from ..servers.postgres_server import serving as serving_postgres
from ..servers.redis_server import serving as serving_redis
from ..servers.redis_server import unused
from . import dying

EVERYONE = accounts(parse_policy(dying.POLICY).budget.limits, {})
LATER_S = 2 * 3600  # past any lease
SENT = ("after send", "before settle", "after settle")


def later() -> float:
    return time.time() + LATER_S


@pytest.fixture(scope="module", params=["sqlite", "redis", "postgres"])
def stores(request, tmp_path_factory):
    """A function that gives the URL of a new ledger, and how to open one two hours from now."""
    with STORES[request.param](tmp_path_factory) as store:
        yield store


@contextmanager
def _sqlite(folders) -> Iterator[tuple]:
    def new_url() -> str:
        return f"sqlite:///{folders.mktemp('ledger') / 'spend.db'}"

    yield new_url, lambda url: SqliteLedger(Path(url.removeprefix("sqlite:///")), now=later)


@contextmanager
def _redis(_) -> Iterator[tuple]:
    with serving_redis() as url:
        yield lambda: unused(url), lambda url: RedisLedger.from_url(url, now=later)


@contextmanager
def _postgres(_) -> Iterator[tuple]:
    with serving_postgres() as new_url:
        yield new_url, lambda url: PostgresLedger.from_url(url, now=later)


STORES = {"sqlite": _sqlite, "redis": _redis, "postgres": _postgres}


def run(url: str, provider: str, step: str) -> int:
    """Make a call in a process of its own; gives its exit code."""
    command = [sys.executable, dying.__file__, url, provider, step, f"order-{step}"]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode


def how_it_stands(ledger: Ledger) -> Standing:
    [standing] = ledger.left(EVERYONE)
    return standing


@pytest.mark.parametrize("step", dying.STEPS)
def test_whatever_dies_when_the_ledger_is_not_below_the_bill(step, stores, emulator):
    new_url, open_later = stores
    emulator.reset()
    url = new_url()

    code = run(url, emulator.base_url, step)

    assert code == -signal.SIGKILL
    assert (emulator.spent_micros > 0) == (step in SENT)
    with closing(open_ledger(url)) as ledger:
        assert how_it_stands(ledger).used_micros >= emulator.spent_micros
    with closing(open_later(url)) as ledger:
        standing = how_it_stands(ledger)
        assert standing.held_micros == standing.unknown_micros == 0
        assert standing.used_micros >= emulator.spent_micros
        assert list(differences(ledger.entries(), ledger.balances())) == []


@pytest.mark.parametrize("row", [("after reserve", "held", "assumed"), ("after settle", "settled", "settled")])
def test_after_a_restart_the_same_operation_is_not_paid_twice(row, stores, emulator):
    step, *states = row
    new_url, open_later = stores
    emulator.reset()
    url = new_url()
    run(url, emulator.base_url, step)
    asked = Reservation(key=f"order-{step}", token=f"another-{step}", ceiling_micros=1, accounts=EVERYONE)

    with closing(open_ledger(url)) as ledger:
        now = ledger.reserve(asked)
    with closing(open_later(url)) as ledger:
        then = ledger.reserve(asked)

    assert isinstance(now, Taken)
    assert isinstance(then, Taken)
    assert [now.state, then.state] == states


def test_a_call_that_lives_is_settled_by_its_bill(stores, emulator):
    new_url, _ = stores
    emulator.reset()
    url = new_url()

    code = run(url, emulator.base_url, "never")

    with closing(open_ledger(url)) as ledger:
        [hold] = fold(ledger.entries()).holds.values()
    assert (code, hold.state, hold.micros) == (0, "settled", emulator.spent_micros)
