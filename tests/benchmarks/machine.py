"""What else a machine is doing, and how fast its disk is; where the system does not tell (it is not Linux), zeros."""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PARENT, USER, SYSTEM, REAPED_USER, REAPED_SYSTEM = 1, 11, 12, 13, 14  # in /proc/PID/stat, after the name
IDLE, WAITS = 3, 4  # in /proc/stat, after the name


def processor_s(pid: int) -> float:
    """Seconds that a process and its children have computed, also those children that are over."""
    stats = {path.parent.name: _words(path) for path in Path("/proc").glob("[0-9]*/stat")}
    family = [words for name, words in stats.items() if words and str(pid) in {name, words[PARENT]}]
    own = sum(int(words[USER]) + int(words[SYSTEM]) for words in family)
    over = stats.get(str(pid)) or ["0"] * 20
    return TICK_S * (own + int(over[REAPED_USER]) + int(over[REAPED_SYSTEM]))


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(") ")[2].split()
    except OSError:  # it has just ended
        return []


def busy_s() -> float:
    """Seconds that all processors together have computed, for whomever."""
    try:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    return TICK_S * (sum(map(int, words)) - int(words[IDLE]) - int(words[WAITS]))


def disk_ms(times: int = 50) -> float:
    """How long it takes to bring 4 KiB at the end of a file to the disk, in milliseconds."""
    with TemporaryFile(buffering=0) as file:
        return 1e3 * median(_append_s(file.fileno()) for _ in range(times))


def _append_s(file: int) -> float:
    start = time.perf_counter()
    os.write(file, bytes(4096))
    os.fsync(file)
    return time.perf_counter() - start
