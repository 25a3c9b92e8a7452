"""What a limit that is asked 100,000 times a second would need: parts of it leased to each process. A simulation.

python -m tests.benchmarks.leases [--rate 100000] [--processes 32] [--seconds 6] [--json]

A process takes a slice of the limit from the store in one step, admits from it without asking anybody, and takes the
next before it is used up. What counts against the limit is what the store has given out and not got back, so that it
cannot be passed, whoever dies. The price is what lies in the slices of others when a process is refused.

Time goes in ticks of a millisecond. Calls come at a steady rate, to the processes by Zipf's law, and half of the way
to the limit the busiest and the idlest change places. A call costs at most 0.21 USD and comes to 95 to 100 % of it
300 ms later. The store does one step after another, and each answer is on its way for a while.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from rich.console import Console
from rich.table import Table

CEILING: Final = 210_000
TICKS_A_SECOND: Final = 1000
BILLED_AFTER: Final = 300  # ticks
ON_THE_WAY: Final = 2  # ticks from a question to its answer, where nobody else is asking
STEPS_A_TICK: Final = 6  # of the store: 6,000 a second, as three thousand pairs are
OF_LATE: Final = 50  # ticks over which a process sees how many calls come
DRY: Final = 10  # ticks for which a process that got nothing does not ask again
SPENT_AT: Final = 2 / 3  # of the time, if nobody were refused before
SEED: Final = 20261123


@dataclass(slots=True, kw_only=True)
class Process:
    """One that admits calls: of the limit it has `slice`, of which its calls hold `held`."""

    weight: float
    slice: int = 0
    held: int = 0
    due: float = 0.0  # calls that have come, and a part of one
    rate: float = 0.0  # calls a tick, of late
    waiting: int = 0  # calls that wait for an answer of the store
    asked: int = 0  # how much, last
    asking: bool = False
    dry_until: int = 0
    bills: deque[tuple[int, int, int]] = field(default_factory=deque)  # when, how many calls, what they come to

    @property
    def free(self) -> int:
        """What it may admit without asking."""
        return self.slice - self.held


Size: TypeAlias = Callable[[Process], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How much a process asks for, and when it gives back what it does not need.

    `size` is in calls. A store that `halves` gives at most half of what is left to all processes together, to each its
    part: `evenly`, or `by demand`, as they asked last. `keeps` is for how many ticks of its demand a process keeps
    something (0: it keeps all).
    """

    name: str
    size: Size
    halves: Literal["evenly", "by demand"] | None = None
    keeps: int = 0
    once: bool = False


def fixed(calls: int) -> Size:
    """Always the same."""
    return lambda _: calls


def demand(ticks: int) -> Size:
    """As many calls as came of late in so many ticks; at least one."""
    return lambda process: max(round(process.rate * ticks), 1)


POLICIES: Final = (
    Policy(name="an equal part for each, once", size=fixed(0), once=True),
    Policy(name="slices of 1,000 calls", size=fixed(1000)),
    Policy(name="slices of 100 calls", size=fixed(100)),
    Policy(name="slices of 10 calls", size=fixed(10)),
    Policy(name="by demand: 100 ms of it", size=demand(100)),
    Policy(name="… shrinking near the limit", size=demand(100), halves="evenly"),
    Policy(name="… in proportion to demand", size=demand(100), halves="by demand"),
    Policy(name="… and given back when idle", size=demand(100), halves="by demand", keeps=100),
)


@dataclass(slots=True, kw_only=True)
class Play:
    """One run of one policy; `given` is what the store counts: what was given out and did not come back."""

    policy: Policy
    amount: int
    rate: float  # calls a tick
    processes: list[Process]
    chance: random.Random
    given: int = 0
    spent: int = 0
    tick: int = 0
    questions: deque[tuple[Process, int]] = field(default_factory=deque)
    answers: deque[tuple[int, Process, int]] = field(default_factory=deque)
    steps: list[int] = field(default_factory=list)  # of the store, in each tick
    calls: int = 0
    waited: int = 0
    worst: int = 0  # the most that was ever spent and held
    richest: int = 0  # the most that one process ever had free
    stranded: int | None = None  # what was free somewhere when a call was refused for the first time
    refused_at: int | None = None

    def run(self, ticks: int) -> None:
        """Play so many ticks, and then those until the last bill."""
        changes = round(ticks * SPENT_AT / 2)
        for self.tick in range(ticks):
            if self.tick == changes:
                self._change_places()
            self._answer()
            for number, process in enumerate(self.processes):
                self._bill(process)
                self._come(process)
                self._refill(process)
                if self.policy.keeps and (self.tick + number) % OF_LATE == 0:
                    self._give_back(process)
            self._serve()
            self._check()
        for self.tick in range(ticks, ticks + BILLED_AFTER + 1):
            for process in self.processes:
                self._bill(process)

    def _change_places(self) -> None:
        weights = [process.weight for process in reversed(self.processes)]
        for process, weight in zip(self.processes, weights, strict=True):
            process.weight = weight

    # -- a process

    def _bill(self, process: Process) -> None:
        while process.bills and process.bills[0][0] <= self.tick:
            _, calls, bill = process.bills.popleft()
            process.held -= calls * CEILING
            process.slice -= bill
            self.spent += bill

    def _come(self, process: Process) -> None:
        process.due += process.weight * self.rate
        came = int(process.due)
        process.due -= came
        process.rate += (came - process.rate) / OF_LATE
        left = process.waiting + came - self._admit(process, process.waiting + came)
        if self.refused_at is None:
            self.calls += came
            self.waited += max(left - process.waiting, 0)
        process.waiting = left
        if left and not process.asking and (self.policy.once or self.tick < process.dry_until):
            self._refuse(process)

    def _admit(self, process: Process, calls: int) -> int:
        admitted = min(calls, process.free // CEILING)
        if admitted:
            process.held += admitted * CEILING
            bill = admitted * CEILING * self.chance.randint(95, 100) // 100
            process.bills.append((self.tick + BILLED_AFTER, admitted, bill))
        return admitted

    def _refuse(self, process: Process) -> None:
        process.waiting = 0
        if self.refused_at is None:
            self.refused_at = self.tick
            self.stranded = self.amount - self.given + sum(each.free for each in self.processes)

    def _refill(self, process: Process) -> None:
        """Ask before the slice is used up, or because calls wait."""
        if self.policy.once or process.asking or self.tick < process.dry_until:
            return
        calls = self.policy.size(process)
        if process.waiting or process.free < calls * CEILING // 2:
            process.asking, process.asked = True, max(calls, process.waiting) * CEILING
            self.questions.append((process, process.asked))

    def _give_back(self, process: Process) -> None:
        """Keep what the calls of a while need; a step of its own, but not one that anybody waits for."""
        excess = process.free - round(process.rate * self.policy.keeps) * CEILING
        if excess >= CEILING and not process.asking:
            process.slice -= excess
            self.questions.append((process, -excess))

    # -- the store

    def _serve(self) -> None:
        served = min(STEPS_A_TICK, len(self.questions))
        self.steps.append(served)
        for _ in range(served):
            process, asked = self.questions.popleft()
            if asked < 0:
                self.given += asked
                continue
            left = self.amount - self.given
            gives = min(asked, self._most(asked, left), left)
            gives = gives if gives >= CEILING else 0
            self.given += gives
            self.answers.append((self.tick + ON_THE_WAY, process, gives))

    def _most(self, asked: int, left: int) -> int:
        match self.policy.halves:
            case "evenly":
                return max(left // (2 * len(self.processes)), CEILING)
            case "by demand":
                return max(left * asked // (2 * sum(process.asked for process in self.processes)), CEILING)
            case _:
                return left

    def _answer(self) -> None:
        while self.answers and self.answers[0][0] <= self.tick:
            _, process, given = self.answers.popleft()
            process.asking = False
            process.slice += given
            process.waiting -= self._admit(process, process.waiting)
            if not given:
                process.dry_until = self.tick + DRY
                if process.waiting:
                    self._refuse(process)

    def _check(self) -> None:
        self.worst = max(self.worst, self.spent + sum(process.held for process in self.processes))
        self.richest = max(self.richest, *(process.free for process in self.processes))
        if min(process.free for process in self.processes) < 0 or self.given > self.amount:
            raise AssertionError(f"more was given than there is, at {self.tick}")


def play(policy: Policy, *, rate: int, processes: int, seconds: float) -> dict[str, Any]:
    """Run a policy, and tell what it came to."""
    ticks = round(seconds * TICKS_A_SECOND)
    weights = [1 / place for place in range(1, processes + 1)]
    amount = round(rate * seconds * SPENT_AT * CEILING * 0.975)
    here = [Process(weight=weight / sum(weights), slice=amount // processes * policy.once) for weight in weights]
    found = Play(
        policy=policy,
        amount=amount,
        rate=rate / TICKS_A_SECOND,
        processes=here,
        chance=random.Random(SEED),  # noqa: S311 -- of a simulation
        given=amount // processes * processes * policy.once,
    )
    found.run(ticks)
    until = found.refused_at or ticks
    peak = max(sum(found.steps[at : at + 100]) for at in range(0, ticks, 100))
    return {
        "policy": policy.name,
        "steps_s": sum(found.steps[:until]) * TICKS_A_SECOND / until,
        "peak_s": peak * TICKS_A_SECOND / 100,
        "waited": found.waited / found.calls,
        "stranded": (found.stranded or 0) / amount,
        "stranded_calls": (found.stranded or 0) // CEILING,
        "unused": (amount - found.spent) / amount,
        "unused_calls": (amount - found.spent) // CEILING,
        "richest": found.richest / amount,
        "over_micros": max(found.worst - amount, 0),
    }


def run(*, rate: int = 100_000, processes: int = 32, seconds: float = 6.0) -> dict[str, Any]:
    """Run all policies with the same calls."""
    rows = [play(policy, rate=rate, processes=processes, seconds=seconds) for policy in POLICIES]
    return {"rate": rate, "processes": processes, "seconds": seconds, "rows": rows}


COLUMNS: Final = {
    "policy": "slices",
    "steps_s": "steps/s",
    "peak_s": "most",
    "waited": "waited",
    "stranded": "stranded",
    "stranded_calls": "calls",
    "unused": "unused",
    "unused_calls": "calls",
    "richest": "largest",
    "over_micros": "over",
}
"""Of the calls before the first refusal, those that `waited` for the store; of the limit, what was `stranded` in slices
at the first refusal and `unused` in the end, while calls went on coming, and what one process had at most."""
SHARES: Final = ("waited", "stranded", "unused", "richest")


def show(result: Mapping[str, Any]) -> None:
    """Print a table."""
    title = f"{result['rate']:,} calls a second on {result['processes']} processes; without slices, two steps a call"
    table = Table(title=f"[bold]leases[/bold]: {title}")
    for key, heading in COLUMNS.items():
        table.add_column(heading, justify="left" if key == "policy" else "right")
    for row in result["rows"]:
        table.add_row(*(_cell(key, row[key]) for key in COLUMNS))
    Console(width=max(Console().width, 140)).print(table)


def _cell(key: str, value: Any) -> str:
    if key in SHARES:
        return f"{value:.3%}"
    return value if isinstance(value, str) else f"{value:,.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all policies; 1 if a limit was passed."""
    parser = argparse.ArgumentParser(prog="leases", description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=int, default=100_000, help="calls a second")
    parser.add_argument("--processes", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=6.0, help="the limit is spent after two thirds of them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    result = run(rate=options.rate, processes=options.processes, seconds=options.seconds)
    if options.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        show(result)
    return int(any(row["over_micros"] for row in result["rows"]))


if __name__ == "__main__":
    sys.exit(main())
