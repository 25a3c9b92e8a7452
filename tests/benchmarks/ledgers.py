"""How many pairs of reserve and settle a second each ledger does, beside the counter that people write.

python -m tests.benchmarks.ledgers [STORE…] [--seconds 2] [--processes 1,2,4,8,16] [--wait 0] [--json]

Each request falls under three limits, of which one is everybody's. Both contestants take turns on the same server.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from router.budget import Account
from router.policy import Window
from tests.benchmarks import machine
from tests.benchmarks.stores import STORES, Open, Store, threads
from tests.servers.crowd import Gates, crowd

PROCESSES = (1, 2, 4, 8, 16)
CEILING, BILL = 211_000, 200_000
ENOUGH = 10**15
TENANTS, USERS = 50, 200
WARM = 10  # pairs of each process before anything is timed
QUIET = 0.1  # the share of all processors that others may take
PICTURES = 41  # that a limit has room for, where it is watched how far it is passed
PICTURE_S = 0.02  # how long a picture takes there; in life it takes a thousand times as long
EVERYBODY = Account(key="all/day", limit="all", amount_micros=ENOUGH, window=Window(kind="day"))


def limits(number: int, turn: int) -> tuple[Account, ...]:
    """What a request falls under: limits of its user, its tenant, and of everybody, which is the hot one."""
    user, tenant = f"user/24h/user={number}-{turn % USERS}", f"tenant/month/tenant={turn % TENANTS}"
    rolling = Window(kind="rolling", seconds=86_400)
    return (
        Account(key=user, limit="user", amount_micros=ENOUGH, window=rolling),
        Account(key=tenant, limit="tenant", amount_micros=ENOUGH, window=Window(kind="month", zone="Europe/Berlin")),
        EVERYBODY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process, or thread, does."""

    open: Open
    number: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What came of it, in seconds: each pair, the longest step of one, and the processor's time for it."""

    pairs: list[float]
    longest: float
    processor: float
    busy: float  # of all processors, for whomever


def pairs(task: Task, gates: Gates) -> Times:
    """Reserve and settle, for as long as the task says."""
    with closing(task.open()) as book:
        asked = [limits(task.number, turn) for turn in range(USERS)]
        for turn in range(WARM):
            book.pay(book.take(uuid4().hex, CEILING, asked[turn]), BILL)
        gates.start.meet()
        took, longest, turn = [], 0.0, 0
        busy, processor = machine.busy_s(), time.process_time()
        ended = time.perf_counter()
        end = ended + task.seconds
        while ended < end:
            begun = time.perf_counter()
            taken = book.take(uuid4().hex, CEILING, asked[turn % USERS])
            between = time.perf_counter()
            book.pay(taken, BILL)
            ended = time.perf_counter()
            took.append(ended - begun)
            longest = max(longest, between - begun, ended - between)
            turn += 1
        processor, busy = time.process_time() - processor, machine.busy_s() - busy
        return Times(pairs=took, longest=longest, processor=processor, busy=busy)


def spree(task: Task, gates: Gates) -> int:
    """Make pictures until a limit refuses one; gives what they cost."""
    with closing(task.open()) as book:
        user, tenant, everybody = limits(task.number, 0)
        tight = Account(
            key="tight", limit="tight", amount_micros=PICTURES * BILL + CEILING - BILL, window=everybody.window
        )
        book.take(uuid4().hex, CEILING, (user, tenant, everybody))  # a connection is open before everybody begins
        gates.start.meet()
        paid = 0
        while (taken := book.take(uuid4().hex, CEILING, (user, tenant, tight))) is not None:
            time.sleep(PICTURE_S)
            book.pay(taken, BILL)
            paid += BILL
        return paid


# -- measuring


def run(
    *,
    stores: Sequence[str] = tuple(STORES),
    seconds: float = 2.0,
    processes: Sequence[int] = PROCESSES,
    wait: float = 0,
) -> dict[str, Any]:
    """Measure stores with one process, then two, and so on.

    On a machine that others use too, each measurement is repeated for up to `wait` seconds, until others take no more
    than a tenth of its processors, and the quietest counts.
    """
    with nullcontext() if set(stores) <= {"memory"} else crowd(max(processes)) as many:
        play = threads if many is None else many.play
        rows = [
            row
            for name in stores
            for row in _measured(name, STORES[name](play), {"seconds": seconds, "processes": processes, "wait": wait})
        ]
    return {"rows": rows, "disk_ms": machine.disk_ms(), "seconds": seconds}


def _measured(name: str, opening: Any, how: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with opening as store:
        for many in how["processes"]:
            until = time.monotonic() + how["wait"]
            rounds = [_round(store, many, how["seconds"])]
            while rounds[-1]["others"] > QUIET and time.monotonic() < until:
                rounds.append(_round(store, many, how["seconds"]))
            yield {
                "store": name,
                "processes": many,
                **min(rounds, key=lambda each: each["others"]),
                "over": _over(store, _tasks(store.ours(), many, 0)),
                "counter_over": _over(store, _tasks(store.counter(), many, 0)),
            }


def _round(store: Store, many: int, seconds: float) -> dict[str, float]:
    """Let both contestants have their turn."""
    ours, theirs = (_pairs(store, _tasks(each(), many, seconds)) for each in (store.ours, store.counter))
    others = max(ours.pop("others"), theirs.pop("others"))
    of_theirs = {f"counter_{key}": value for key, value in theirs.items()}
    return {**ours, **of_theirs, "ratio": ours["pairs_s"] / theirs["pairs_s"], "others": others}


def _tasks(opens: Open, many: int, seconds: float) -> list[Task]:
    return [Task(open=opens, number=number, seconds=seconds) for number in range(many)]


def _pairs(store: Store, tasks: Sequence[Task]) -> dict[str, float]:
    tasks[0].open().close()  # its tables are there before everybody comes
    server = machine.processor_s(store.server) if store.server else 0.0
    told = store.play(pairs, tasks)
    server = machine.processor_s(store.server) - server if store.server else 0.0
    took = sorted(pair for times in told for pair in times.pairs)
    together = max if store.play is threads else sum  # threads share one clock of the processor
    clients = together(each.processor for each in told)
    return {
        "pairs_s": len(took) / tasks[0].seconds,
        "p50_ms": 1e3 * median(took),
        "p99_ms": 1e3 * took[int(0.99 * len(took))],
        "longest_ms": 1e3 * max(each.longest for each in told),
        "processor_us": 1e6 * (clients + server) / len(took),
        "others": max(told[0].busy - clients - server, 0.0) / (tasks[0].seconds * (os.cpu_count() or 1)),
    }


def _over(store: Store, tasks: Sequence[Task]) -> float:
    """By what share a limit is passed that has room for `PICTURES`."""
    paid = sum(store.play(spree, tasks))
    return max(paid / (PICTURES * BILL) - 1, 0.0)


# -- telling


class Target(NamedTuple):
    """A number that must be at least, or at most, what was aimed at."""

    name: str
    value: float
    least: float = 0
    most: float = float("inf")

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.least <= self.value <= self.most


LEAST = {"sqlite": 1500, "redis": 3000, "postgres": 1000}


def targets(result: Mapping[str, Any]) -> list[Target]:
    """What is to come out, of the stores that were measured."""
    rows = result["rows"]
    best = {store: max((row["pairs_s"] for row in rows if row["store"] == store), default=None) for store in LEAST}
    found = [Target(f"{store}, pairs a second", value, LEAST[store]) for store, value in best.items() if value]
    crowded = [row for row in rows if row["store"] == "sqlite" and row["processes"] == max(PROCESSES)]
    alone = [row for row in rows if row["store"] == "sqlite" and row["processes"] == 1]
    found += [Target("sqlite, longest wait of 16 processes, ms", row["longest_ms"], most=1000) for row in crowded]
    found += [Target("sqlite, one pair of one process, p50 in ms", row["p50_ms"], most=1) for row in alone]
    return [
        *found,
        Target("most that a limit of ours was passed by, %", 100 * max(row["over"] for row in rows), most=0),
    ]


COLUMNS = {
    "store": "store",
    "processes": "n",
    "pairs_s": "pairs/s",
    "p50_ms": "p50",
    "p99_ms": "p99",
    "longest_ms": "longest",
    "processor_us": "CPU",
    "over": "over",
    "counter_pairs_s": "counter/s",
    "counter_p50_ms": "p50",
    "counter_p99_ms": "p99",
    "counter_longest_ms": "longest",
    "counter_processor_us": "CPU",
    "counter_over": "over",
    "ratio": "× counter",
    "others": "others",
}
"""In ms: a pair, and the longest of its steps; in µs of processors: a pair, on both sides; and what others took."""
SHARES = ("over", "counter_over", "others")


def show(result: Mapping[str, Any]) -> None:
    """Print a table, and the targets."""
    table = Table(title="[bold]ledgers[/bold]: reserve and settle, three limits a request, one of them everybody's")
    for key, heading in COLUMNS.items():
        table.add_column(heading, justify="left" if key == "store" else "right")
    for row in result["rows"]:
        table.add_row(*(_cell(key, row[key]) for key in COLUMNS))
    console = Console(width=max(Console().width, 150))
    console.print(table)
    console.print(f"4 KiB to the disk: {result['disk_ms']:.2f} ms, load {result['on']['load']}", style="dim")
    for target in targets(result):
        aim = f"at least {target.least:,g}" if target.least else f"at most {target.most:g}"
        verdict = "[green]met[/green]" if target.met else "[red]missed[/red]"
        console.print(f"{verdict}  {target.name}: [bold]{_cell('', float(target.value))}[/bold] ({aim})")


def _cell(key: str, value: object) -> str:
    if key in SHARES:
        return f"{value:.0%}"
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
    return str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is named, or everything; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="ledgers", description=__doc__.partition("\n")[0])
    parser.add_argument("stores", nargs="*", metavar="STORE", help=f"one of {', '.join(STORES)}; all if left out")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is timed")
    parser.add_argument("--processes", default=",".join(map(str, PROCESSES)), help="how many, one after another")
    parser.add_argument("--wait", type=float, default=0, help="seconds to repeat each while others compute")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.stores if name not in STORES]
    if unknown:
        parser.error(f"no store `{unknown[0]}`; there are {', '.join(STORES)}")
    load = [os.getloadavg()[0]]
    result = run(
        stores=options.stores or tuple(STORES),
        seconds=options.seconds,
        processes=[int(many) for many in options.processes.split(",")],
        wait=options.wait,
    )
    load.append(os.getloadavg()[0])
    on = {"python": platform.python_version(), "processors": os.cpu_count(), "load": [round(each, 1) for each in load]}
    result["on"] = on
    if options.json:
        report = {**result, "targets": [target._asdict() for target in targets(result)]}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        show(result)
    return int(not all(target.met for target in targets(result)))


if __name__ == "__main__":
    sys.exit(main())
