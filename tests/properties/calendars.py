"""Windows as a calendar on the wall tells them: by names of days, with nothing of `router.budget` in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from router.policy import Window


def label(window: Window, moment: float) -> object:
    """The name of the hour, day, week or month of a moment, or of the step of a rolling window."""
    local = datetime.fromtimestamp(int(moment), ZoneInfo(window.zone))
    labels = {
        "hour": lambda: _hour(window, int(moment)),
        "day": local.date,
        "week": lambda: local.isocalendar()[:2],
        "month": lambda: (local.year, local.month),
        "rolling": lambda: int(moment) // step_s(window),
        "forever": lambda: 0,
    }
    return labels[window.kind]()


def _hour(window: Window, moment: int) -> datetime:
    """The hour on a clock that shows the zone's minutes of the year 2026 all the time."""
    minutes = datetime(2026, 1, 1, tzinfo=ZoneInfo(window.zone)).utcoffset().total_seconds() % 3600
    return datetime.fromtimestamp(moment + minutes, UTC).replace(minute=0, second=0)


def step_s(window: Window) -> int:
    """A sixtieth of a rolling window, in whole seconds, rounded up."""
    return (window.seconds + 59) // 60


def shared(window: Window, earlier: float, now: float) -> bool:
    """Whether what was spent at a moment counts now."""
    if window.kind != "rolling":
        return label(window, earlier) == label(window, now)
    step = label(window, earlier)
    last_s = (step + 1) * step_s(window) - 1
    return step <= label(window, now) and last_s >= int(now) - window.seconds
