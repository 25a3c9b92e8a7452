"""The command line, one file per command: stdout is data, stderr is talk."""

from __future__ import annotations

from .program import main

__all__ = ["main"]
