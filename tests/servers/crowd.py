"""Processes that begin in one moment: started anew rather than forked, and kept for the next play."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

PATIENCE_S = 60.0
PARTIES, CAME, LEFT = range(3)
SPAWN = multiprocessing.get_context("spawn")


class Gate:
    """Where everybody waits for everybody else, as often as they like, until somebody has left.

    `condition` and `numbers` are those of threads or of processes.
    """

    def __init__(self, condition: Any, numbers: Any) -> None:
        self._condition = condition
        self._numbers = numbers

    def open(self, parties: int) -> None:
        """Begin anew, while nobody waits."""
        with self._condition:
            self._numbers[:] = [parties, 0, 0]

    def meet(self) -> None:
        """Wait until all have come, or one has left for good."""
        with self._condition:
            came = self._numbers[CAME]
            wave = (came // self._numbers[PARTIES] + 1) * self._numbers[PARTIES]
            self._numbers[CAME] = came + 1
            self._condition.notify_all()
            if not self._condition.wait_for(lambda: self._numbers[CAME] >= wave or self._numbers[LEFT], PATIENCE_S):
                raise TimeoutError(f"{self._numbers[CAME]} came of {wave}")

    def leave(self) -> None:
        """Let nobody wait any more."""
        with self._condition:
            self._numbers[LEFT] = 1
            self._condition.notify_all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """`start` is for the beginning of a play, `between` for what its players like."""

    start: Gate
    between: Gate

    def open(self, parties: int) -> None:
        """Begin a play."""
        self.start.open(parties)
        self.between.open(parties)


Work: TypeAlias = Callable[[Any, Gates], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Processes that wait for something to do."""

    size: int
    pool: ProcessPoolExecutor
    gates: Gates

    def begin(self, work: Work, tasks: Sequence[Any]) -> list[Future[Any]]:
        """Let each process do one task: `work(task, gates)`, which waits at `gates.start` when it is ready."""
        self.gates.open(len(tasks))
        return [self.pool.submit(_work, work, task) for task in tasks]

    def play(self, work: Work, tasks: Sequence[Any]) -> list[Any]:
        """The same, and what came of it."""
        return [future.result(2 * PATIENCE_S) for future in self.begin(work, tasks)]


@contextmanager
def crowd(size: int) -> Iterator[Crowd]:
    """Up to so many processes, for as long as the block."""
    start, between = (Gate(SPAWN.Condition(), SPAWN.Array("q", [1, 0, 0], lock=False)) for _ in range(2))
    gates = Gates(start=start, between=between)
    with ProcessPoolExecutor(size, mp_context=SPAWN, initializer=_come, initargs=(gates,)) as pool:
        yield Crowd(size=size, pool=pool, gates=gates)


HERE: dict[str, Gates] = {}


def _come(gates: Gates) -> None:
    HERE["gates"] = gates


def _work(work: Work, task: Any) -> Any:
    try:
        return work(task, HERE["gates"])
    except BaseException:
        HERE["gates"].start.leave()  # nobody waits for one who does not come: the error is told at once
        raise
