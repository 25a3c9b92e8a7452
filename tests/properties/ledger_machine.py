"""A machine that plays any calls, in any order, at any time, to a ledger and to a model of one, and compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from router.budget import Account
from router.ledger import Hold, Ledger, Reservation, Short
from router.ledger.books import differences, fold
from router.policy import Window

from .calendars import label
from .ledger_model import Attempt, Model, counted

WINDOWS = (
    Window(kind="forever"),
    Window(kind="hour", zone="Asia/Kolkata"),
    Window(kind="day", zone="Europe/Berlin"),
    Window(kind="day", zone="Australia/Lord_Howe"),
    Window(kind="week", zone="America/Santiago"),
    Window(kind="month"),
    Window(kind="rolling", seconds=60),
    Window(kind="rolling", seconds=7200),
)
ACCOUNTS = tuple(
    Account(key=f"limit{number}/{tag}", limit=f"limit{number}", amount_micros=amount, window=window)
    for number, (window, amount) in enumerate(zip(WINDOWS, (40, 15, 15, 20, 20, 25, 15, 20), strict=True))
    for tag in (("tenant=a", "tenant=%C3%BC%2F%23") if window.kind == "month" else ("tenant=a",))
)
EDGES = (
    "2026-02-28T24:00Z",
    "2028-02-29T24:00Z",
    "2026-03-28T23:00Z",  # 23 hours in Berlin
    "2026-10-25T00:00Z",  # clocks go back in Berlin
    "2026-10-03T15:30Z",  # half an hour in Lord Howe
    "2026-09-06T04:00Z",  # no midnight in Santiago, on a Sunday
    "2026-11-23T18:30Z",
    "2026-12-31T24:00Z",
    "2036-12-31T24:00Z",
)


def _moment(written: str) -> float:
    day, _, clock = written.partition("T")
    midnight = datetime.fromisoformat(f"{day}T00:00Z").timestamp()
    return midnight + int(clock[:2]) * 3600 + int(clock[3:5]) * 60


moments = st.builds(
    lambda edge, off: _moment(edge) + off,
    st.sampled_from(EDGES),
    st.sampled_from([-3600, -1, -0.25, 0, 0.25, 1, 3600]),
)
spans = st.sampled_from([0, 0.25, 1, 59, 60, 61, 62, 1800, 3600, 7200, 7320, 86_400, 7 * 86_400, 31 * 86_400])
leases = st.sampled_from([0.25, 1, 60, 900, 86_400])
amounts = st.integers(0, 15)
some_accounts = st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=4, unique=True).map(tuple) | st.just(())


class Clock:
    """The store's clock."""

    def __init__(self) -> None:
        self.now = _moment("2026-11-23T12:00Z")

    def __call__(self) -> float:
        return self.now


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is asked in whatever order, a ledger answers as the model does."""

    open_ledger: Callable[[Clock], Ledger]
    holds = Bundle("holds")

    @initialize()
    def begin(self):
        self.clock, self.model = Clock(), Model()
        self.ledger = type(self).open_ledger(self.clock)
        self.tokens = iter(f"token {number}" for number in range(10_000))
        self.refused = []
        self.read = self.noted = 0

    def teardown(self):
        if hasattr(self, "ledger"):
            self.ledger.close()

    # -- time

    @rule(seconds=spans)
    def time_passes(self, seconds):
        self.clock.now += seconds

    @rule(moment=moments)
    def the_clock_leaps(self, moment):
        self.clock.now = moment

    @rule(hold=holds, off=st.sampled_from([-0.25, 0, 0.25]))
    def a_lease_is_about_to_end(self, hold, off):
        self.clock.now = max(hold.until + off, self.clock.now)

    # -- before a call

    @rule(
        target=holds,
        key=st.sampled_from(["draw", "draw#1", "größe/🖼️", "a key\nof two lines"]) | st.uuids().map(str),
        reservation=st.builds(
            Reservation,
            key=st.just(""),
            token=st.just(""),
            ceiling_micros=amounts,
            accounts=some_accounts,
            lease_s=leases,
            after_lease=st.sampled_from(["spent", "release"]),
            after_unknown=st.booleans(),
            about=st.dictionaries(st.sampled_from(["tag.tenant", "model"]), st.sampled_from(["a", "ü", ""])),
        ),
    )
    def reserve(self, key, reservation):
        return self._reserve(replace(reservation, key=key, token=next(self.tokens)))

    @rule(hold=holds)
    def ask_again_for_a_hold(self, hold):
        self._reserve(hold.asked)

    @rule(target=holds, hold=holds, anew=st.booleans())
    def try_again(self, hold, anew):
        """Another attempt, which says that an unknown one before it is known, or does not."""
        return self._reserve(replace(hold.asked, token=next(self.tokens), after_unknown=anew))

    @rule(target=holds)
    @precondition(lambda self: self.refused)
    def ask_again_for_what_was_refused(self):
        return self._reserve(self.refused.pop())

    def _reserve(self, reservation):
        known = len(self.model.attempts)
        ended = self.model.end_leases(self.clock.now)
        wanted = self.model.reserve(reservation, self.clock.now)

        found = self.ledger.reserve(reservation)

        made = self.model.attempts[known:]
        self._is_noted(ended)
        if isinstance(wanted, Attempt):
            self._is_hold(found, wanted, new=bool(made))
        elif wanted is None:
            self._is_short(found, reservation)
            self.refused.append(reservation)
        else:
            assert found == wanted
        return multiple(*made)

    def _is_hold(self, found, wanted, *, new):
        assert isinstance(found, Hold), f"{found} is no hold, but it fits"
        assert (found.id, found.token, found.ceiling_micros, found.at_ms, found.lease_until_ms) == (
            wanted.id,
            wanted.asked.token,
            wanted.asked.ceiling_micros,
            int(wanted.at * 1000),
            int(wanted.until * 1000),
        )
        assert [each.account for each in found.standings] == [each.key for each in wanted.asked.accounts]
        if new:
            # law 12, by the store's own words
            assert all(each.used_micros <= each.amount_micros for each in found.standings)
            used = [self.model.standing(each, self.clock.now) for each in wanted.asked.accounts]
            assert [counted(each)[:3] for each in found.standings] == [each[:3] for each in used]

    def _is_short(self, found, reservation):
        assert isinstance(found, Short), f"{found} does not fit"
        wanted = [self.model.standing(each, self.clock.now) for each in reservation.accounts]
        assert [counted(each) for each in found.standings] == wanted
        assert found.needed_micros == reservation.ceiling_micros

    # -- after a call, late, twice and out of order

    @rule(hold=holds, bill=st.integers(0, 25))
    def settle(self, hold, bill):
        self._act(lambda: self.ledger.settle(hold.id, bill), lambda: self.model.settle(hold, bill))

    @rule(hold=holds)
    def release(self, hold):
        self._act(lambda: self.ledger.release(hold.id), lambda: self.model.release(hold))

    @rule(hold=holds)
    def unknown(self, hold):
        self._act(lambda: self.ledger.unknown(hold.id), lambda: self.model.unknown(hold))

    @rule(hold=holds, lease=leases)
    def renew(self, hold, lease):
        until = self.clock.now + lease
        self._act(lambda: self.ledger.renew(hold.id, lease), lambda: self.model.renew(hold, until))

    def _act(self, do, tell):
        ended = self.model.end_leases(self.clock.now)
        wanted = tell()

        assert do() == wanted
        self._is_noted(ended)

    def _is_noted(self, ended):
        """The lines of leases that ended come first, in any order, then that of the act."""
        wanted, self.noted = self.model.lines[self.noted :], len(self.model.lines)
        entries = list(self.ledger.entries(after=self.read))
        self.read += len(entries)
        found = [(entry.act, entry.key, entry.attempt, entry.micros) for entry in entries]
        assert (sorted(found[:ended]), found[ended:]) == (sorted(wanted[:ended]), wanted[ended:])
        assert {entry.at_ms for entry in entries} <= {int(self.clock.now * 1000)}

    # -- laws

    @invariant()
    def the_laws_hold(self):
        self.standings_are_the_models()  # first, as it ends the leases that are over
        self.balances_are_the_models_and_the_fold_of_the_lines()
        self.a_hold_ends_once_and_gives_back_no_more_than_it_held()
        self.every_hold_is_in_the_books()

    def standings_are_the_models(self):
        ended = self.model.end_leases(self.clock.now)
        wanted = [self.model.standing(each, self.clock.now) for each in ACCOUNTS]

        assert [counted(each) for each in self.ledger.left(ACCOUNTS)] == wanted
        self._is_noted(ended)

    def balances_are_the_models_and_the_fold_of_the_lines(self):
        entries, balances = list(self.ledger.entries()), list(self.ledger.balances())
        windows = {each.key: each.window for each in ACCOUNTS}

        kept = {
            (each.account, label(windows[each.account], _second(windows[each.account], each.period))): (
                each.spent_micros,
                each.held_micros,
                each.unknown_micros,
            )
            for each in balances
        }
        assert kept == self.model.balances()
        assert list(differences(entries, balances)) == []

    def a_hold_ends_once_and_gives_back_no_more_than_it_held(self):
        entries = list(self.ledger.entries())
        settled = Counter((each.key, each.attempt) for each in entries if each.act == "settle")
        ceilings = {(each.key, each.attempt): each.micros for each in entries if each.act == "reserve"}
        refunds: Counter[tuple[str, int]] = Counter()
        for each in entries:
            refunds[each.key, each.attempt] += each.micros if each.act == "release" else 0

        assert set(settled.values()) <= {1}
        assert all(refunds[hold] <= ceilings[hold] for hold in refunds)

    def every_hold_is_in_the_books(self):
        books = fold(self.ledger.entries())

        found = {hold.id: (hold.state, hold.micros, hold.about) for hold in books.holds.values()}
        assert found == {each.id: (each.state, each.micros, each.asked.about) for each in self.model.attempts}


def _second(window: Window, period: int) -> int:
    """The first second of a period; a period that does not begin there is no period."""
    assert window.kind == "forever" or label(window, period) != label(window, period - 1)
    return period


def ledger_machine(open_ledger: Callable[[Clock], Ledger]) -> type[LedgerMachine]:
    """The machine for a store that is opened, empty, by a function."""
    return type("LedgerMachine", (LedgerMachine,), {"open_ledger": staticmethod(open_ledger)})
