"""The commands of `pixroute migrate`, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .fix import fix
from .scan import scan

COMMANDS: Mapping[str, Callable[..., int]] = {"scan": scan, "fix": fix}
