"""What is said on stderr: errors, warnings and hints, one line each."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import typer

from ..errors import DocumentError, RouterError
from .escapes import escaped


def complain(error: RouterError) -> None:
    """Print an error, with every mistake where it is a document's."""
    if not isinstance(error, DocumentError):
        say_error(error.message, hint=error.hint)
        return
    for problem in error.problems:
        say_error(f"{problem.at}: {problem.message}", hint=problem.hint)


def say_error(message: str, *, hint: str | None = None) -> None:
    """Print what went wrong and what to try."""
    _say("error", message, colour=typer.colors.RED)
    if hint:
        say_hint(hint)


def say_warning(message: str) -> None:
    """Print what the user should know."""
    _say("warning", message, colour=typer.colors.YELLOW)


def say_hint(message: str) -> None:
    """Print what to try."""
    _say("hint", message, colour=typer.colors.CYAN)


def _say(label: str, message: str, *, colour: str) -> None:
    head = typer.style(label, fg=colour, bold=True) if has_colour(sys.stderr) else label
    sys.stderr.write(f"{head}: {escaped(message)}\n")


def has_colour(stream: TextIO) -> bool:
    """Whether a stream shows colour: only a terminal does, and only where nobody asked for none."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
