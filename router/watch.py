"""Notices that a policy's file has changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .files import AnyPath, find_policy

if TYPE_CHECKING:
    from .errors import RouterError
    from .policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What became of a changed policy file: taken, or refused for `problem` while the old policy stays."""

    path: str
    policy: Policy
    problem: RouterError | None = None


class Watch:
    """Knows when a file is due for a look, and whether it has changed since it was last read."""

    def __init__(self, path: AnyPath, every_s: float | None) -> None:
        self.path = path
        self._every_s = every_s
        self._due = time.monotonic() + (every_s or 0.0)
        self._seen = self._stamp()

    def is_due(self) -> bool:
        """Whether it is time to look; saying so puts the next time off."""
        if self._every_s is None or time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + self._every_s
        return True

    def note(self) -> None:
        """Take the file as it is now for the one that was read."""
        self._seen = self._stamp()

    def has_changed(self) -> bool:
        """Whether the file is another than the one that was read."""
        return self._stamp() != self._seen

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = find_policy(self.path).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
