"""What the tests of a store are written with: a clock that can be set, the ledger on trial, and one question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from ...budget import Account
from ...policy import Window
from ..holds import Answer, Hold, Reservation, Standing
from ..protocol import Ledger

DOLLAR = 1_000_000
FOREVER = Window(kind="forever")
LONG_S = 10**9  # a lease that no test outlives unless it wants to
NOON = "2026-11-23T12:00:00Z"  # a Monday


class Clock:
    """A store's clock, which goes only when it is told to."""

    def __init__(self, moment: str = NOON) -> None:
        self.seconds: float = 0
        self.set(moment)

    def __call__(self) -> float:
        """The moment in seconds since 1970."""
        return self.seconds

    def set(self, moment: str) -> None:
        """Go to a moment, written as in `2026-11-23T12:00:00+01:00`."""
        self.seconds = seconds(moment)

    def forward(self, seconds: float) -> None:
        """Go on; back, where it is negative."""
        self.seconds += seconds

    @property
    def ms(self) -> int:
        """The moment in milliseconds since 1970."""
        return int(self.seconds * 1000)


def seconds(moment: str) -> int:
    """A moment that is written down, in seconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp())


def account(key: str = "day", amount_micros: int = DOLLAR, *, window: Window = FOREVER) -> Account:
    """An account of the limit that its key begins with."""
    return Account(key=key, limit=key.partition("/")[0], amount_micros=amount_micros, window=window)


def standing(of: Account, **micros: int) -> Standing:
    """How an account without an end stands: `spent_micros`, `held_micros`, `unknown_micros`, `peak_micros`."""
    return Standing(account=of.key, limit=of.limit, amount_micros=of.amount_micros, **micros)


def expect(found: object, wanted: object, law: str) -> None:
    """See that two values are the same, or say which law is broken, and how."""
    __tracebackhide__ = True
    if found == wanted:
        return
    told = [f"{law}\n", *_told("found", found), *_told("wanted", wanted)]
    if isinstance(found, tuple | list) and isinstance(wanted, tuple | list) and len(found) == len(wanted):
        at, pair = next((at, pair) for at, pair in enumerate(zip(found, wanted, strict=True)) if pair[0] != pair[1])
        told += [f"first difference at [{at}]", *_told("  found", pair[0]), *_told("  wanted", pair[1])]
    raise AssertionError("\n".join(told))


def is_so(truth: object, law: str) -> None:
    """See that something is so, or say which law is broken."""
    __tracebackhide__ = True
    if not truth:
        raise AssertionError(law)


def _told(name: str, value: object) -> list[str]:
    return [f"{name:>8}: {value!r}"]


class Bench:
    """The ledger on trial and its clock; each test has a new one."""

    clock: Clock
    ledger: Ledger
    store: Any

    def open(self, now: Callable[[], float]) -> Ledger:
        """A ledger with nothing in it, whose store takes the time from `now`, in seconds since 1970."""
        raise NotImplementedError("say in `open` how a ledger is opened")

    def reopen(self, now: Callable[[], float]) -> Ledger:  # noqa: ARG002 -- for stores that can be opened twice
        """A second connection to the store that `open` opened last; a store that has only one gives that."""
        return self.ledger

    @pytest.fixture
    def ledger_store(self) -> object:
        """What `open` needs, as `self.store`: a file or a database of the test's own."""
        return None

    @pytest.fixture(autouse=True)
    def _opened(self, ledger_store: object) -> Iterator[None]:
        self.store = ledger_store
        self.clock = Clock()
        self.ledger = self.open(self.clock)
        yield
        self.ledger.close()

    # -- questions

    def ask(self, ceiling_micros: int, *accounts: Account, **more: Any) -> Answer:  # noqa: ANN401 -- fields of a reservation
        """Reserve; for an operation and by a token that nobody else has, where none are given."""
        asked = {"key": uuid4().hex, "token": uuid4().hex, "lease_s": LONG_S, **more}
        return self.ledger.reserve(Reservation(ceiling_micros=ceiling_micros, accounts=accounts, **asked))

    def hold(self, ceiling_micros: int, *accounts: Account, **more: Any) -> Hold:  # noqa: ANN401 -- as above
        """Reserve, where it has to be admitted."""
        __tracebackhide__ = True
        answer = self.ask(ceiling_micros, *accounts, **more)
        if isinstance(answer, Hold):
            return answer
        raise AssertionError(f"{ceiling_micros} should have been held, but the answer was\n{answer!r}")

    def stands(self, of: Account, **micros: int) -> None:
        """See how an account without an end stands, its peak aside."""
        __tracebackhide__ = True
        (found,) = self.ledger.left([of])
        wanted = standing(of, **micros)
        expect(
            (found.spent_micros, found.held_micros, found.unknown_micros),
            (wanted.spent_micros, wanted.held_micros, wanted.unknown_micros),
            f"(spent, held, unknown) of `{of.key}`, as `left` tells it",
        )
