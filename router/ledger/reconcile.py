"""A provider's own account of what was spent, held against ours: by day and model, as finely as providers tell it.

Read are pages of OpenAI's organization costs and images usage (JSON, also several in a list or one a line), and costs
as CSV with a header.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ..errors import ConfigError

if TYPE_CHECKING:
    from .books import Booked

Verdict: TypeAlias = Literal["matched", "missing", "different", "not billed"]
ANY_MODEL: Final = ""  # of a line that does not say which


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a provider says of a day and a model: dollars, or the number of requests."""

    day: date
    model: str
    usd: Decimal | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What stands in a provider's file: lines on pictures, and how many were on something else."""

    lines: tuple[Line, ...]
    others: int = 0


@dataclass(slots=True, kw_only=True)
class Pair:
    """Both sides of a day and a model; money in micro-dollars, theirs None where the file tells requests alone.

    `unsure_micros` is what may have been billed by our books, and nobody knows.
    """

    day: date
    model: str
    their_micros: int | None = None
    their_requests: int | None = None
    our_micros: int = 0
    unsure_micros: int = 0
    our_requests: int = 0
    tolerance_micros: int = field(default=0, repr=False)

    @property
    def verdict(self) -> Verdict:
        """Whether both say the same: `missing` is not in our books, `not billed` is in ours alone."""
        if self.their_micros is None and self.their_requests is None:
            return "not billed"
        if not self.our_requests:
            return "missing"
        return "matched" if self._is_same() else "different"

    def _is_same(self) -> bool:
        if self.their_micros is None:
            return self.their_requests == self.our_requests
        most = self.our_micros + self.unsure_micros + self.tolerance_micros
        return self.our_micros - self.tolerance_micros <= self.their_micros <= most


def compare(export: Export, holds: Iterable[Booked], *, tolerance_micros: int) -> list[Pair]:
    """Pair what a provider says with what stands in the books, on the days that its file tells of.

    Where the file names no models, each day is one pair.
    """
    models = any(line.model for line in export.lines)
    days = {line.day for line in export.lines}
    pairs: dict[tuple[date, str], Pair] = {}

    def pair(day: date, model: str) -> Pair:
        key = (day, model if models else ANY_MODEL)
        return pairs.setdefault(key, Pair(day=key[0], model=key[1], tolerance_micros=tolerance_micros))

    for line in export.lines:
        _add_theirs(pair(line.day, line.model), line)
    for hold in holds:
        day = datetime.fromtimestamp(hold.at_ms / 1000, UTC).date()
        if day in days and hold.state != "released":
            _add_ours(pair(day, base_name(hold.about.get("model", ""))), hold)
    return sorted(pairs.values(), key=lambda each: (each.day, each.model))


def _add_theirs(pair: Pair, line: Line) -> None:
    if line.usd is not None:
        pair.their_micros = (pair.their_micros or 0) + int((line.usd * 1_000_000).to_integral_value())
    if line.requests is not None:
        pair.their_requests = (pair.their_requests or 0) + line.requests


def _add_ours(pair: Pair, hold: Booked) -> None:
    pair.our_requests += 1
    if hold.state == "settled":
        pair.our_micros += hold.micros
    else:
        pair.unsure_micros += hold.micros


# -- files


IMAGE_MODEL: Final = re.compile(r"(?:chatgpt|gpt)-image-[a-z0-9.-]*[a-z0-9]|dall-e-[23]")
SNAPSHOT: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def base_name(model: str) -> str:
    """A model without the date of its snapshot."""
    return SNAPSHOT.sub("", model)


def read_export(text: str, name: str) -> Export:
    """Read a provider's file; raises `ConfigError` for one that is not a costs or usage export."""
    start = text.lstrip()[:1]
    if not start:
        raise ConfigError(f"`{name}` is empty")
    return _read_pages(text, name) if start in "[{" else _read_table(text, name)


def _read_pages(text: str, name: str) -> Export:
    lines: list[Line] = []
    others = 0
    for bucket in _buckets(_documents(text, name)):
        day = _day(str(bucket["start_time"]), name)
        results = bucket.get("results") or bucket.get("result")
        for result in results if isinstance(results, list) else ():
            line = _result(day, result) if isinstance(result, Mapping) else None
            lines += [line] if line else []
            others += line is None
    if not lines and not others:
        raise ConfigError(f"`{name}` has no results", hint=WANTED)
    return Export(lines=tuple(lines), others=others)


WANTED: Final = "export organization costs, grouped by line item, or the usage of images, grouped by model"


def _documents(text: str, name: str) -> list[Any]:
    try:
        try:
            whole = json.loads(text, parse_float=Decimal)
        except ValueError:
            return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise ConfigError(f"`{name}` is not JSON: {error}", hint=WANTED) from None
    return whole if isinstance(whole, list) else [whole]


def _buckets(documents: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for document in documents:
        if not isinstance(document, Mapping):
            continue
        inner = document.get("data")
        for bucket in inner if isinstance(inner, list) else [document]:
            if isinstance(bucket, Mapping) and isinstance(bucket.get("start_time"), int):
                yield bucket


def _result(day: date, result: Mapping[str, Any]) -> Line | None:
    """One result of a bucket; None where it is on something else than pictures."""
    amount = result.get("amount")
    if isinstance(amount, Mapping):
        item = result.get("line_item")
        model = _image_model(str(item)) if item else ANY_MODEL
        return None if model is None else Line(day=day, model=model, usd=_amount(amount.get("value")))
    requests = result.get("num_model_requests")
    model = _image_model(str(result.get("model") or ""))
    if model is None or not isinstance(requests, int):
        return None
    return Line(day=day, model=model, requests=requests)


def _image_model(text: str) -> str | None:
    found = IMAGE_MODEL.search(text.lower())
    return base_name(found[0]) if found else None


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or abs(amount) >= MOST_USD:
        raise ConfigError(f"not an amount of dollars: `{value}`", hint=WANTED)
    return amount


MOST_USD: Final = 10**9  # a day and a model: what is more is a mistake


DAYS: Final = ("start_time_iso", "date", "day", "start_time", "usage_date", "timestamp")
AMOUNTS: Final = ("amount_value", "amount", "cost", "cost_usd", "usd", "cost_in_usd")
ITEMS: Final = ("line_item", "model", "name", "meter")


def _read_table(text: str, name: str) -> Export:
    rows = csv.DictReader(StringIO(text))
    known = {(column or "").strip().lower().replace(" ", "_"): column for column in rows.fieldnames or ()}
    day, amount, item = (
        next((known[each] for each in names if each in known), None) for names in (DAYS, AMOUNTS, ITEMS)
    )
    if day is None or amount is None:
        raise ConfigError(f"`{name}` has no column for the day or the amount: {', '.join(known)}", hint=WANTED)
    lines: list[Line] = []
    others = 0
    for row in rows:
        model = _image_model(row[item] or "") if item and row[item] else ANY_MODEL
        if model is None:
            others += 1
            continue
        lines.append(Line(day=_day(row[day] or "", name), model=model, usd=_amount(row[amount])))
    return Export(lines=tuple(lines), others=others)


def _day(text: str, name: str) -> date:
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC).date()
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError, OSError):  # of a number of seconds that no calendar has
        raise ConfigError(f"`{name}` has a day that is none: `{text}`", hint="write 2026-11-23, or seconds") from None
