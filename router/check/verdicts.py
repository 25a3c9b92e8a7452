"""What a condition may still come to while parts of a request are open: a bit for each of true, false, unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TypeAlias

Verdicts: TypeAlias = int
TRUE, FALSE, UNKNOWN = 1, 2, 4
ANYTHING = TRUE | FALSE | UNKNOWN
BIT: Mapping[bool | None, Verdicts] = {True: TRUE, False: FALSE, None: UNKNOWN}


def both(verdicts: Iterable[Verdicts]) -> Verdicts:
    """What `all` of some conditions may come to."""
    return reduce(lambda one, other: CONJOINED[one][other], verdicts, TRUE)


def negated(verdicts: Verdicts) -> Verdicts:
    """What `not` a condition may come to."""
    return NEGATED[verdicts]


def either(verdicts: Iterable[Verdicts]) -> Verdicts:
    """What `any` of some conditions may come to."""
    return negated(both(map(negated, verdicts)))


def union(verdicts: Iterable[Verdicts]) -> Verdicts:
    """Everything that one of several may come to."""
    return reduce(int.__or__, verdicts, 0)


def _conjoined(one: Verdicts, other: Verdicts) -> Verdicts:
    true = one & other & TRUE
    false = (one | other) & FALSE
    doubt = (one & UNKNOWN and other & (TRUE | UNKNOWN)) or (other & UNKNOWN and one & TRUE)
    return true | false | (UNKNOWN if doubt else 0)


CONJOINED = tuple(tuple(_conjoined(one, other) for other in range(ANYTHING + 1)) for one in range(ANYTHING + 1))
NEGATED = tuple(
    each & UNKNOWN | (TRUE if each & FALSE else 0) | (FALSE if each & TRUE else 0) for each in range(ANYTHING + 1)
)
