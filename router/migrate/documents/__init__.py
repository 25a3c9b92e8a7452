"""Documents: settings, workflows, scripts, notebooks and pins, each read for calls for pictures and models' names."""

from __future__ import annotations

from .reading import read_document

__all__ = ["read_document"]
