"""How a report words values, places and money, whatever its format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Final, NamedTuple

from ...money import MICROS_PER_USD
from ..findings import Cost, Finding
from ..sites import Choice, Json, Origin, Parameter


def shown(value: Json) -> str:
    """A value as text."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def origin(each: Origin) -> str:
    """A name that a value came through, and where it stands."""
    return f"{each.name}, {each.path}:{each.line}"


def origins(parameter: Parameter) -> list[str]:
    """Every name that a parameter's values came through, once."""
    each = [one for choice in parameter.choices for one in choice.origins] + list(parameter.origins)
    return list(dict.fromkeys(map(origin, each)))


class Told(NamedTuple):
    """One thing to say of a parameter: a value and where it came from, or only words."""

    value: str | None
    words: str


def values(parameter: Parameter) -> Iterator[Told]:
    """What a parameter may be, each with where it came from; why there may be more comes last."""
    for choice in parameter.choices:
        yield Told(shown(choice.value), came(choice))
    if parameter.optional and parameter.choices:
        yield Told(None, "or left out")
    if parameter.unknown is not None:
        places = ", ".join(map(origin, parameter.origins))
        kind = "or another" if parameter.choices else "unknown"
        yield Told(None, f"{kind}: {parameter.unknown}{f' ({places})' if places else ''}")


def telling(parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, Parameter]]:
    """The parameters that are worth showing: nothing rests on a prompt that is not known."""
    return ((name, each) for name, each in parameters.items() if name != "prompt" or each.choices)


def came(choice: Choice) -> str:
    """The way of a value, nearest first."""
    return " ← ".join(map(origin, choice.origins))


def price(cost: Cost | None) -> str:
    """What is expected, and the most it can be where that is more."""
    if cost is None:
        return "unknown"
    expected, most = dollars(cost.expected_micros), dollars(cost.ceiling_micros, up=True)
    return expected if expected == most else f"{expected}, at most {most}"


def dollars(micros: int, *, up: bool = False) -> str:
    """Dollars with four decimals; a ceiling is rounded up."""
    amount = Decimal(micros) / MICROS_PER_USD
    return f"${amount.quantize(FOUR_DECIMALS, ROUND_UP if up else ROUND_HALF_UP):,}"


FOUR_DECIMALS: Final = Decimal("0.0001")


def prices(finding: Finding) -> str | None:
    """Before and after; None where neither is known."""
    if finding.before is None and finding.after is None:
        return None
    return f"{price(finding.before)} → {price(finding.after)}"
