"""The commands of `pixroute migrate`, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .fix import fix
from .replay import replay
from .scan import scan
from .transparency import transparency

COMMANDS: Mapping[str, Callable[..., int]] = {"scan": scan, "fix": fix, "replay": replay, "transparency": transparency}
