"""Text that others wrote, made safe to show: no character of it may steer the terminal or turn what is read around."""

from __future__ import annotations

import re

STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for the tab and the line's end, which lay text out
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of text
    "\u2028\u2029]"  # ends of lines that are none to us
)


def escaped(text: str) -> str:
    r"""The text with `\x1b` for an escape character, and so on."""
    return STEERS.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= BYTE else f"\\u{code:04x}"


BYTE = 0xFF
