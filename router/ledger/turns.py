"""Turns: processes of one host that go one after the other, in the order in which they came.

SQLite lets whoever wants to write sleep and try again; whoever tries at the right moment goes first, and some wait for
seconds. Here each draws a number from a file and waits for the number before, in the kernel: numbers are byte ranges
that are locked, so one that was killed gives way at once. A turn only keeps the order. What keeps writers apart is
the database's own lock, so that whoever sees the line stand still may leave it.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

try:
    import fcntl
except ImportError:  # Windows: the database's own lock has to do
    fcntl = None  # type: ignore[assignment]


class Turn(Protocol):
    """A place in the line, for one thread at a time; `take()` may go on in another thread than `try_take()`."""

    def try_take(self) -> bool:
        """Take the turn if nobody is waiting or at it; else stay in the line."""

    def take(self) -> None:
        """Wait for the turn, for as long as it takes."""

    def give(self) -> None:
        """Let the next one go; also leaves the line."""

    def moved(self) -> int:
        """A number that changes whenever somebody's turn comes."""

    def close(self) -> None:
        """Let go of the file."""


def open_turn(path: Path) -> Turn:
    """The fairest kind of turn that this system has, through a file that is made where there is none."""
    if fcntl is None:
        return NoTurn()
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        return NoTurn()
    turn = NumberedTurn(file) if hasattr(fcntl, "F_OFD_SETLK") else LockTurn(file)
    try:
        turn.probe()
    except OSError:  # a file system without locks
        turn.close()
        return NoTurn()
    return turn


class NoTurn:
    """It is always everybody's turn."""

    def try_take(self) -> bool:
        """Go ahead."""
        return True

    def take(self) -> None:
        """Go ahead."""

    def give(self) -> None:
        """Nothing to give."""

    def moved(self) -> int:
        """Nobody waits here."""
        return 0

    def close(self) -> None:
        """Nothing to let go of."""


class LockTurn:
    """One lock that is waited for in the kernel: nobody sleeps, but a newcomer may slip in before those who wait."""

    def __init__(self, file: int) -> None:
        self._file = file

    def probe(self) -> None:
        """Raise `OSError` where there are no such locks."""
        if self.try_take():
            self.give()

    def try_take(self) -> bool:
        """Take the lock if it is free."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.pwrite(self._file, os.urandom(8), 0)
        return True

    def take(self) -> None:
        """Wait for the lock."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        os.pwrite(self._file, os.urandom(8), 0)

    def give(self) -> None:
        """Unlock."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def moved(self) -> int:
        """What the last one wrote."""
        return int.from_bytes(os.pread(self._file, 8, 0), "little")

    def close(self) -> None:
        """Close the file, which unlocks."""
        with suppress(OSError):
            os.close(self._file)


class NumberedTurn:
    """Numbers are drawn under a lock of a moment; then each waits for the byte of the number before its own.

    The file begins with the last number drawn and the last one whose turn came. Locks belong to the open file, not to
    the process, so that several ledgers of one process queue like those of several.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._number: int | None = None
        self._drawing = LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, DRAWING, 1, 0)
        self._drawn = LOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, DRAWING, 1, 0)

    def probe(self) -> None:
        """Raise `OSError` where there are no such locks, or no room for the numbers."""
        fcntl.fcntl(self._file, fcntl.F_OFD_SETLKW, self._drawing)
        try:
            if os.fstat(self._file).st_size < NUMBERS.size:
                os.pwrite(self._file, NUMBERS.pack(0, 0), 0)
        finally:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, self._drawn)

    def try_take(self) -> bool:
        """Draw a number if drawing is free; True if the turn came with it."""
        try:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, self._drawing)
            return self._draw()
        except BlockingIOError:
            return False
        except OSError:
            return True  # better out of order than not at all

    def take(self) -> None:
        """Wait for the number before."""
        with suppress(OSError):
            if self._number is None:
                fcntl.fcntl(self._file, fcntl.F_OFD_SETLKW, self._drawing)
                if self._draw():
                    return
            number = self._number or 0
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLKW, _locked(number - 1, 1))
            os.pwrite(self._file, NUMBER.pack(number), NUMBER.size)

    def give(self) -> None:
        """Unlock one's own number and the one before, whichever of them is locked."""
        number, self._number = self._number, None
        if number is not None:
            with suppress(OSError):
                request = LOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, FIRST + number - 1, 2, 0)
                fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, request)

    def moved(self) -> int:
        """The number whose turn came last."""
        with suppress(OSError):
            return self._numbers()[1]
        return 0

    def close(self) -> None:
        """Close the file, which unlocks everything."""
        with suppress(OSError):
            os.close(self._file)

    def _draw(self) -> bool:
        """Draw a number while drawing is locked; where the number before is free, the turn comes with it."""
        try:
            self._number = number = self._numbers()[0] % LAST + 1
            try:
                fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _locked(number - 1, 2))
            except BlockingIOError:
                fcntl.fcntl(self._file, fcntl.F_OFD_SETLKW, _locked(number, 1))
                os.pwrite(self._file, NUMBER.pack(number), 0)
                return False
            os.pwrite(self._file, NUMBERS.pack(number, number), 0)
            return True
        finally:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, self._drawn)

    def _numbers(self) -> tuple[int, int]:
        drawn, served = NUMBERS.unpack(os.pread(self._file, NUMBERS.size, 0).ljust(NUMBERS.size, b"\0"))
        return drawn, served


def _locked(number: int, count: int) -> bytes:
    """What asks for the locks of numbers."""
    return LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, FIRST + number, count, 0)


LOCK: Final = struct.Struct("hhqqi0q")  # `struct flock`: what, from where, start, length, process
NUMBER: Final = struct.Struct("<Q")
NUMBERS: Final = struct.Struct("<QQ")
DRAWING: Final = 0  # the byte that is locked while a number is drawn
FIRST: Final = 1 << 20  # where the bytes of the numbers begin: well past what is written
LAST: Final = 1 << 60
