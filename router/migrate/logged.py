"""What one record of a log says: the body that was sent, of whom it was asked and when, whatever it is wrapped in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from ..errors import RequestError
from ..form import read_form
from ..told import FACTS_KEY, NOTHING_GIVEN, Given
from ..transport.multipart import collect, parse_form
from ..transport.surface import ENDPOINT, OPERATIONS
from .cases import FILES, KNOWN, NOT_SENT, STAND_IN
from .decided import read_decided
from .models import is_image_model


class Logged(NamedTuple):
    """A request as it was logged; `day` is in UTC, None where the record says none. `notes` are words of `NOTES`."""

    body: Mapping[str, object]
    operation: str
    provider: str = "openai"
    day: str | None = None
    given: Given = NOTHING_GIVEN
    notes: tuple[str, ...] = ()


class Passed(NamedTuple):
    """A record that is no request of ours, and why."""

    reason: str


class Unread(NamedTuple):
    """A record in which no request can be made out, and why."""

    reason: str


Outcome: TypeAlias = Logged | Passed | Unread

NOTES: Final[Mapping[str, str]] = {
    "no prompt": "the log has no prompt: nothing is known of the text that it asks for",
    "masked": "the prompt is masked: its facts are those of the record, its length is that of as many ASCII characters",
    "facts": "a denied call: its record has the facts, and not the body; rebuilt from them",
    "metadata": "keys beside the body that are no parameters were left aside",
    "prefix": "the model has a gateway's prefix, which was taken off",
    "batch": "a line of a batch: prices are those of single calls",
}
"""What was done to make a body of a record."""

DEEPEST: Final = 5
INSIDE: Final = (
    "request", "body", "json", "params", "kwargs", "payload", "postData", "request_body", "requestBody", "data",
    "arguments", "input",
)  # fmt: skip
"""Keys under which a log keeps what was sent."""

TIMES: Final = (
    "timestamp", "ts", "at", "time", "@timestamp", "date", "datetime", "created_at", "startedDateTime", "start_time",
    "startTime", "created",
)  # fmt: skip
ROUTES: Final = ("url", "path", "endpoint", "operation", "call", "call_type", "function", "api")
"""Keys that say what was called."""

SENT: Final = KNOWN | {"prompt", FACTS_KEY, *FILES}
METADATA: Final = frozenset({
    *TIMES, *ROUTES, "level", "logger", "msg", "message", "event", "id", "request_id", "trace_id", "span_id", "latency",
    "latency_ms", "latency_s", "duration", "duration_ms", "elapsed", "status", "status_code", "method", "host",
    "response", "error", "cost", "usage", "custom_id", "service", "tenant", "user_id", "provider", "name", "type",
})  # fmt: skip
"""Keys of a log's own: a record that has one of them is no bare body, and what else is no parameter goes with them."""


def read_logged(record: object) -> Outcome:
    """Find the request in a record."""
    if not isinstance(record, dict):
        return Unread("not an object")
    if isinstance(record.get("decision"), dict):
        return _decided(record)
    around = _Around()
    found = _descend(record, around)
    if isinstance(found, (Passed, Unread)):
        return found
    return _logged(found, around)


def _decided(record: Mapping[str, object]) -> Outcome:
    read = read_decided(record)
    if isinstance(read, str):
        return Passed(read) if read.startswith("a further") else Unread(read)
    return Logged(
        body=read.body,
        operation=read.operation,
        provider=read.provider,
        day=read_day(record.get("at")),
        given=read.given,
        notes=read.notes,
    )


class _Around:
    """What stands around a body: the latest word on what was called, the first on when."""

    __slots__ = ("day", "deployment", "is_batch", "operation", "provider")

    def __init__(self) -> None:
        self.day: str | None = None
        self.operation: str | None = None
        self.deployment: str | None = None
        self.provider: str | None = None
        self.is_batch = False


Body: TypeAlias = Mapping[str, object]


def _descend(record: Body, around: _Around) -> Body | Passed | Unread:
    """Go from a record to the body that it wraps."""
    outer: Body = {}
    for _ in range(DEEPEST):
        passed = _look_around(record, around)
        if passed is not None:
            return passed
        inner = _inner(record)
        if isinstance(inner, Unread):
            return inner
        if inner is None:
            return _closed(record, outer, around)
        if "prompt" in record:
            outer = record
        record = inner
    return Unread("no request in it")


def _look_around(record: Body, around: _Around) -> Passed | None:
    if around.day is None:
        for key in TIMES:
            if key in record and (day := read_day(record[key])) is not None:
                around.day = day
                break
    if "custom_id" in record:
        around.is_batch = True
    if record.get("provider") == "azure":
        around.provider = "azure"
    for key in ROUTES:
        called = record.get(key)
        if isinstance(called, str):
            passed = _read_route(called, str(record.get("method") or "POST"), around)
            if passed is not None:
                return passed
    return None


def _read_route(called: str, method: str, around: _Around) -> Passed | None:
    if "/" not in called:
        word = next((name for part, name in WORDS if part in called.lower()), None)
        around.operation = word or around.operation
        return None
    parts = urlsplit(called)
    if method.upper() in NO_CALLS:
        return Passed(f"a {method.upper()} request")
    found = ENDPOINT.fullmatch(parts.path)
    if found:
        around.operation = OPERATIONS[found["name"]]
        around.deployment = unquote(found["deployment"]) if found["deployment"] else None
    elif parts.path.rstrip("/").endswith("/images/variations"):
        around.operation = "variation"
    else:
        return Passed("a call of another endpoint")
    if around.deployment or (parts.hostname or "").endswith(AZURE_HOSTS):
        around.provider = "azure"
    return None


WORDS: Final = (("edit", "edit"), ("variation", "variation"), ("generat", "generate"))
NO_CALLS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"})
AZURE_HOSTS: Final = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")


def _inner(record: Body) -> Body | Unread | None:
    for key in INSIDE:
        if key not in record:
            continue
        inner = record[key]
        if key == "postData" and isinstance(inner, dict):
            return _posted(inner)
        if isinstance(inner, str) and inner.lstrip()[:1] == "{":
            inner = _parsed(inner)
            if inner is None:
                return Unread(f"what stands under `{key}` is not JSON")
        if isinstance(inner, dict):
            return inner
    return None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# -- the body of an archive's entry


def _posted(posted: Body) -> Body | Unread:
    """What an archive keeps of a body: its text, or the fields of a form."""
    kind, text, fields = str(posted.get("mimeType") or ""), posted.get("text"), posted.get("params")
    try:
        if isinstance(text, str) and text and kind.lower().startswith("multipart/"):
            form = parse_form(kind, text.encode("utf-8", "surrogatepass"))
            return read_form(collect((part.name, FILE if part.is_file else part.text) for part in form.parts))
        if isinstance(fields, list) and fields and not (isinstance(text, str) and text.lstrip()[:1] == "{"):
            return read_form(collect(_fields(fields)))
    except RequestError as error:
        return Unread(f"a form that cannot be read: {error.message}")
    body = _parsed(text) if isinstance(text, str) else None
    return body if isinstance(body, dict) else Unread("the archive has no body of the request")


FILE: Final = "<file>"


def _fields(fields: Iterable[object]) -> Iterator[tuple[str, object]]:
    for field in fields:
        if isinstance(field, dict) and isinstance(field.get("name"), str):
            yield field["name"], FILE if field.get("fileName") is not None else field.get("value")


# -- the body


def _closed(record: Body, outer: Body, around: _Around) -> Body | Passed | Unread:
    """The innermost object, if it is a body; what lies around it may have the prompt."""
    if outer and "prompt" not in record:
        around_it = {key: value for key, value in outer.items() if key not in INSIDE}
        record = {**around_it, **record} if not SENT.isdisjoint(record) else around_it
    if "prompt" in record or around.operation is not None:
        return record
    model = record.get("model")
    if isinstance(model, str) and is_image_model(model):
        return record
    if any(isinstance(tool, dict) and tool.get("type") == "image_generation" for tool in _list(record.get("tools"))):
        return Passed("a Responses call: the router leaves those as they are, `migrate scan` judges them")
    if "messages" in record or "input" in record or model is not None:
        return Passed("a call of another API")
    return Unread("no request in it")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _logged(found: Body, around: _Around) -> Logged:
    notes = []
    if METADATA.isdisjoint(found):
        body = dict(found)
    else:
        body = {key: value for key, value in found.items() if key.partition("[")[0] in SENT}
        if (found.keys() - body.keys()) - METADATA:
            notes.append("metadata")
    extra = found.get("extra_body")
    for name in NOT_PARAMETERS & body.keys():
        del body[name]
    if isinstance(extra, dict):
        body.update(extra)
    if body.get("prompt") is None and around.operation != "variation":
        notes.append("no prompt")
        body["prompt"] = STAND_IN
    model, provider = body.get("model"), around.provider or "openai"
    if around.deployment and model is None:
        body["model"] = around.deployment
    elif isinstance(model, str) and "/" in model:
        notes.append("prefix")
        prefix, _, body["model"] = model.rpartition("/")
        provider = "azure" if prefix.startswith("azure") else provider
    if around.is_batch:
        notes.append("batch")
    return Logged(
        body=body,
        operation=around.operation or _operation(body),
        provider=provider,
        day=around.day,
        notes=tuple(notes),
    )


NOT_PARAMETERS: Final = NOT_SENT - {"prompt"}


def _operation(body: Body) -> str:
    has_files = any(value is not None and name.partition("[")[0] in FILES for name, value in body.items())
    return "edit" if has_files else "generate"


# -- when


def read_day(value: object) -> str | None:
    """The day of a timestamp in UTC: ISO 8601, or seconds, milliseconds or smaller since 1970."""
    if isinstance(value, str):
        return _day_in_text(value) if DAY.match(value) else _day_of_number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _day_of(float(value))
    return None


DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)")
ZONE: Final = re.compile(r"[+-]\d\d:?\d\d$")


def _day_in_text(text: str) -> str | None:
    zone = ZONE.search(text, 11)
    if zone is None or zone[0].strip("+-:0") == "":
        return _valid(text[:10])
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return _valid(text[:10])
    return moment.astimezone(UTC).date().isoformat() if moment.year > 1 else None


@lru_cache(maxsize=4096)
def _valid(day: str) -> str | None:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def _day_of_number(text: str) -> str | None:
    try:
        return _day_of(float(text))
    except ValueError:
        return None


def _day_of(number: float) -> str | None:
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        if EARLIEST <= number / unit < LATEST:
            return _day_since_1970(int(number / unit // SECONDS))
    return None


@lru_cache(maxsize=4096)
def _day_since_1970(days: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + days).isoformat()


SECONDS: Final = 86_400
EARLIEST: Final = 1_577_836_800.0  # 2020
LATEST: Final = 4_102_444_800.0  # 2100
