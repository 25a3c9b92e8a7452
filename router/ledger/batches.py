"""Batches: the steps of many threads in one transaction, so that one write to disk answers for all of them.

Whoever comes first leads: it runs what waits, its own step among it. What comes in the meantime is run by a helping
thread; so is everything while another process is at its turn, because a thread that waits in the kernel cannot be
called back, and a caller must be.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from ..errors import LedgerUnreachableError
from .turns import NoTurn, Turn

Book = TypeVar("Book")


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class Step(Generic[Book]):
    """What one caller wants done, and what came of it."""

    work: Callable[[Book], object]
    answer: object = None
    error: Exception | None = None
    answered: bool = False
    wakes: threading.Lock = field(default_factory=_locked)

    def finish(self, answer: object = None, *, error: Exception | None = None) -> None:
        """Let the caller go on."""
        self.answer, self.error, self.answered = answer, error, True
        self.wakes.release()


@dataclass(slots=True, eq=False)
class Line:
    """A place among the processes, and the thread that waits at it."""

    turn: Turn
    wakes: threading.Lock = field(default_factory=_locked)
    thread: threading.Thread | None = None
    waits: bool = False
    left: bool = False  # nobody needs it any more


class Batches(Generic[Book]):
    """Runs steps; `turn` opens a place in the line.

    `run` takes a batch and gives what answers it, which is done while others may go on: a process that waits for the
    disk does not keep them from theirs.
    """

    def __init__(self, run: Callable[[Sequence[Step[Book]]], Callable[[], None]], turn: Callable[[], Turn]) -> None:
        self._run = run
        self._open = turn
        self._mutex = threading.Lock()
        self._waiting: deque[Step[Book]] = deque()
        self._leader: Step[Book] | Line | None = None
        self._line: Line | None = None

    def ask(self, work: Callable[[Book], object]) -> object:
        """Run a step with others, and give its own answer; raises `LedgerUnreachableError` if its turn never comes."""
        step = Step(work)
        try:
            with self._mutex:
                self._waiting.append(step)
                self._leader = self._leader or step
            if self._leader is step:
                self._lead()
                self._pass_on(step)
            self._wait(step)
        except BaseException:  # interrupted, or tired of waiting
            self._withdraw(step)
            self._pass_on(step)
            raise
        if step.error is not None:
            raise step.error
        return step.answer

    def close(self) -> None:
        """End the helping thread, and let go of the place in the line, as soon as nobody leads."""
        until = time.monotonic() + LONGEST_S
        while not self._closed() and time.monotonic() < until:
            time.sleep(MOMENT_S)

    def leave(self) -> None:
        """Begin with nothing in a process that was forked; its parent goes on with what was waiting."""
        if self._line is not None:
            self._line.turn.close()
        self._mutex = threading.Lock()
        self._waiting = deque()
        self._leader = self._line = None

    # -- the caller's thread

    def _lead(self) -> None:
        """Run what waits, if nobody is in front."""
        line = self._line = self._line or Line(self._open())
        if line.turn.try_take():
            self._serve(line.turn)

    def _pass_on(self, leader: Step[Book]) -> None:
        """Stop leading: let the helping thread go on if there is something to do."""
        with self._mutex:
            if self._leader is not leader:
                return
            if not self._waiting:
                self._leader = None
                if self._line is not None:
                    self._line.turn.give()
                return
            line = self._line = self._line or Line(self._open())
            if self._helped(line):
                self._leader, line.waits = line, True
                line.wakes.release()
                return
        line.turn.take()
        self._serve(line.turn)
        self._pass_on(leader)

    def _helped(self, line: Line) -> bool:
        """Whether there is a helping thread; where the program ends, none can be begun any more."""
        if line.thread is None:
            thread = threading.Thread(target=self._help, args=(line,), name="pixroute-ledger", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                return False
            line.thread = thread
        return True

    def _wait(self, step: Step[Book]) -> None:
        if step.answered:
            return
        until = time.monotonic() + LONGEST_S
        seen = self._moved()
        while not step.wakes.acquire(timeout=PATIENCE_S):
            if time.monotonic() > until:
                raise LedgerUnreachableError(
                    f"the ledger has been busy for {LONGEST_S} s", hint="is a process that writes to it stopped?"
                )
            before, seen = seen, self._moved()
            if seen == before:
                self._overtake(step)

    def _moved(self) -> int:
        line = self._line
        return line.turn.moved() if line is not None else -1

    def _overtake(self, step: Step[Book]) -> None:
        """Leave a line that stands still, as one that is stopped stands in front: the database's lock decides."""
        with self._mutex:
            line = self._line
            if line is None or not line.waits:
                return
            self._line, self._leader, line.left = None, step, True
        line.turn.give()
        self._serve(NoTurn())
        self._pass_on(step)

    def _withdraw(self, step: Step[Book]) -> None:
        """Take back a step that nobody waits for any more, if it has not begun."""
        with self._mutex:
            if step in self._waiting:
                self._waiting.remove(step)

    def _closed(self) -> bool:
        with self._mutex:
            if self._leader is not None:
                return False
            line, self._line = self._line, None
        if line is None:
            return True
        line.left = True
        if line.thread is None:
            line.turn.close()
        else:
            line.wakes.release()
            line.thread.join()
        return True

    # -- the leader, in whatever thread

    def _serve(self, turn: Turn) -> None:
        """Run what waits; each step is answered, or waits again where this thread was interrupted."""
        with self._mutex:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST))]
        try:
            answer = self._run(batch)
            turn.give()
            answer()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer: those who wait are other threads
            for step in batch:
                if not step.answered:
                    step.finish(error=error)
        except BaseException:
            with self._mutex:
                self._waiting.extendleft(step for step in reversed(batch) if not step.answered)
            raise

    def _help(self, line: Line) -> None:
        """Whenever there is something to do, wait for the turn and do it; the helping thread's life."""
        line.wakes.acquire()
        while not line.left:
            line.turn.take()
            with self._mutex:
                line.waits = False
                if line.left:
                    break
            self._serve(line.turn)
            with self._mutex:
                line.waits = more = bool(self._waiting)
                if not more:
                    self._leader = None
            if not more:
                line.wakes.acquire()
        line.turn.close()


PATIENCE_S: Final = 0.3  # a line that has not moved for so long stands still
LONGEST_S: Final = 5
MOMENT_S: Final = 0.001
LARGEST: Final = 200  # steps in a batch: some 20 ms
