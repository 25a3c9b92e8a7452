"""How deeply a text nests, told before it is parsed: a parser that runs out of stack takes the process with it."""

from __future__ import annotations

import re
from typing import Final

BRACKETS: Final = 200  # what Python itself allows
CHAIN: Final = 1_000  # operators, dots and calls in one expression; one statement of so many cannot be walked
ELIFS: Final = 2_000
TOKEN: Final = re.compile(
    r"""
    (?P<text>[rRbBuUfFtT]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
              |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |\#[^\n]*
    |(?P<open>[(\[{])|(?P<close>[)\]}])
    |(?P<rest>,|;|\n)
    |(?P<link>\belif\b|\bnot\b|\band\b|\bor\b|\blambda\b|\belse\b|\.(?!\d)|[-+*/%@&|^~]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def too_deep(text: str) -> str | None:
    """Why a text cannot be parsed safely, if so."""
    chains, total, elifs = [0], 0, 0
    for token in TOKEN.finditer(text):
        match token.lastgroup:
            case "open":
                chains.append(0)
            case "close" if len(chains) > 1:
                total -= chains.pop() - 1
                chains[-1] += 1
            case "link" if token[0] == "elif":
                elifs += 1
            case "link" | "text":
                chains[-1] += 1
                total += 1
            case "rest" if token[0] != "\n" or len(chains) == 1:
                total -= chains[-1]
                chains[-1] = 0
            case _:
                pass
        if len(chains) > BRACKETS or total > CHAIN or elifs > ELIFS:
            return "it is nested too deeply"
    return None
