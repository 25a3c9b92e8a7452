"""Money as whole micro-dollars: read exactly at the edge, printed without floats."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, InvalidOperation

from .errors import RequestError

MICROS_PER_USD = 1_000_000
PICOS_PER_MICRO = 1_000_000


def read_usd(value: object, field: str) -> int:
    """Turn dollars into whole micro-dollars.

    A float is read as it prints and rounded down, because arithmetic leaves dust in it; text, `Decimal` and int are
    exact, so anything finer than a micro-dollar in them is an error, as are negative, infinite and NaN, and a float
    that is all dust.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise RequestError(f"`{field}` is not an amount of dollars: `{value}`", field=field)
    try:
        dollars = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        raise RequestError(f"`{field}` is not an amount of dollars: `{value}`", field=field) from None
    if not dollars.is_finite() or dollars < 0 or dollars.adjusted() > LARGEST_EXPONENT:
        raise RequestError(f"`{field}` must be a finite amount of dollars, zero or more, not `{value}`", field=field)
    micros = dollars.scaleb(6)
    whole = int(micros.to_integral_value(rounding=ROUND_DOWN))
    if whole != micros and (whole == 0 or not isinstance(value, float)):
        raise RequestError(
            f"`{field}` is finer than a micro-dollar: `{value}`", field=field, hint="use at most six decimals"
        )
    return whole


def usd(micros: int) -> str:
    """Print micro-dollars as dollars: at least two decimals, no trailing zeros beyond them."""
    sign = "-" if micros < 0 else ""
    whole, rest = divmod(abs(micros), MICROS_PER_USD)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"


def to_micros(tokens: int, picos_per_token: int) -> int:
    """Price tokens: rounded up, once, to whole micro-dollars."""
    return -(-tokens * picos_per_token // PICOS_PER_MICRO)


LARGEST_EXPONENT = 12
