"""Timing that a busy machine does not spoil.

Contestants take turns, each is compared within its own round, and medians are taken. What counts is the processor time
of this process, all threads together: time in which other processes had the core is not ours.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Microseconds of one call (median over the rounds), and how many times the base they are (median of ratios)."""

    micros: float
    ratio: float


def race(
    contestants: Mapping[str, Callable[[], object]], *, base: str, rounds: int, calls: int = 1
) -> dict[str, Timing]:
    """Time all contestants once a round; `calls` is how many calls one run of a contestant makes."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            seconds[name].append(clock(contestants[name]))
    return compare(seconds, base=base, calls=calls)


def clock(run: Callable[[], object]) -> float:
    """Seconds of processor time of one run; what runs before it left no garbage, and its own is its own affair."""
    gc.collect()
    start = process_time()
    run()
    return process_time() - start


def compare(seconds: Mapping[str, Sequence[float]], *, base: str, calls: int = 1) -> dict[str, Timing]:
    """Set the rounds of each contestant against the same rounds of the base."""
    return {
        name: Timing(
            micros=1e6 * median(times) / calls,
            ratio=median(one / other for one, other in zip(times, seconds[base], strict=True)),
        )
        for name, times in seconds.items()
    }
