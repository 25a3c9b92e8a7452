"""What comes back: pictures, what was decided and used, from an answer or event by event; or an error."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from ..errors import RequestError, RouterError
from ..transport.dimensions import read_dimensions
from .asking import kind_of
from .problems import DeniedError, ProviderError

if TYPE_CHECKING:
    from ..sizes import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture file."""

    data: bytes = field(repr=False)

    @property
    def output_format(self) -> str | None:
        """What the file is, by its first bytes: png, jpeg, webp or gif."""
        return kind_of(self.data)

    @property
    def size(self) -> Size | None:
        """Its real size in pixels; None where its header cannot be read."""
        return read_dimensions(self.data)

    def save(self, path: str | Path) -> Path:
        """Write it to a file as it is, whatever the name says; returns the path."""
        file = Path(path)
        file.write_bytes(self.data)
        return file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageResult:
    """The pictures of a call, and how they came about.

    `model`, `rule`, `decision_id` and `cost_usd` are the router's word, and None where it is switched off. The cost is
    that of the usage, in dollars; of a stream it is what was expected. `answer` is what else the provider said: `size`,
    `quality`, `created` and so on.
    """

    pictures: tuple[Picture, ...]
    usage: Mapping[str, object] | None = None
    model: str | None = None
    rule: str | None = None
    decision_id: str | None = None
    cost_usd: Decimal | None = None
    request_id: str | None = None
    answer: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEvent:
    """A picture of a stream: a partial one with its number, from 0, or a whole one with its `result`."""

    picture: Picture
    partial_index: int | None = None
    result: ImageResult | None = None


# -- a whole answer


def read_result(response: httpx.Response) -> ImageResult:
    """Read an answer that is there as a whole; raises the error that it stands for."""
    if response.is_error:
        raise read_problem(response)
    return _result(_document(response.content), response)


def _document(content: bytes | str) -> Mapping[str, object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}


def _result(document: Mapping[str, object], response: httpx.Response) -> ImageResult:
    """An answer, or an event, which has its one picture beside the other fields."""
    data, usage, headers = document.get("data"), document.get("usage"), response.headers
    cost = headers.get("x-pixroute-cost-usd")
    return ImageResult(
        pictures=tuple(_picture(item, response) for item in (data if isinstance(data, list) else [document])),
        usage=usage if isinstance(usage, dict) else None,
        model=headers.get("x-pixroute-model"),
        rule=headers.get("x-pixroute-rule"),
        decision_id=headers.get(DECISION),
        cost_usd=Decimal(cost) if cost else None,
        request_id=headers.get(REQUEST),
        answer={name: value for name, value in document.items() if name not in ("data", "b64_json", "usage")},
    )


DECISION: Final = "x-pixroute-decision"
REQUEST: Final = "x-request-id"


def _picture(item: object, response: httpx.Response) -> Picture:
    text = item.get("b64_json") if isinstance(item, Mapping) else None
    try:
        return Picture(data=base64.b64decode(str(text or "?"), validate=True))
    except ValueError:
        message = "the answer holds no picture that can be read"
        raise _problem(response, message, code="no_picture", hint="it may have been billed") from None


# -- an event stream


class EventReader:
    """Takes the lines of an event stream, and gives its pictures; raises where it ends in an error."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._data: list[str] = []
        self._is_complete = False

    def take(self, line: str) -> Iterator[ImageEvent]:
        """Take the next line; an empty one ends an event."""
        if line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))
        if line or not self._data:
            return
        event, self._data = _document("\n".join(self._data)), []
        yield from self._read(event)

    def end(self) -> Iterator[ImageEvent]:
        """The stream is over: without a whole picture it was cut, however many partial ones came (FACTS 7)."""
        yield from self.take("")
        if not self._is_complete:
            message = "the stream ended before a whole picture came"
            raise _problem(self._response, message, code="stream_cut", hint="it may have been billed")

    def _read(self, event: Mapping[str, object]) -> Iterator[ImageEvent]:
        kind, error = str(event.get("type") or ""), event.get("error")
        if kind == "error" or error:
            raise _stated(self._response, error if isinstance(error, Mapping) else event)
        if kind.endswith(".partial_image"):
            index = event.get("partial_image_index")
            yield ImageEvent(
                picture=_picture(event, self._response), partial_index=index if isinstance(index, int) else 0
            )
        if kind.endswith(".completed"):
            self._is_complete = True
            yield from whole_events(_result(event, self._response))


def whole_events(result: ImageResult) -> Sequence[ImageEvent]:
    """The pictures of an answer as a stream gives them."""
    return [ImageEvent(picture=picture, result=result) for picture in result.pictures]


def is_stream(response: httpx.Response) -> bool:
    """Whether an answer comes event by event; some relays answer whole, whatever was asked."""
    kind = response.headers.get("content-type", "")
    return not response.is_error and kind.startswith("text/event-stream")


# -- errors


def read_problem(response: httpx.Response) -> RouterError:
    """The error that an answer stands for: our own word, or the provider's."""
    error = _document(response.content).get("error")
    if isinstance(error, Mapping):
        return _stated(response, error)
    return _problem(response, str(error or f"status {response.status_code} {response.reason_phrase}".strip()))


def _stated(response: httpx.Response, error: Mapping[str, object]) -> RouterError:
    word = {name: value for name, value in error.items() if isinstance(value, str)}
    message = word.get("message") or f"status {response.status_code}"
    if word.get("type") == OURS:
        return _ours(response, message, code=word.get("code", ""), param=word.get("param"))
    return _problem(response, message, code=word.get("code"), type=word.get("type"), param=word.get("param"))


OURS: Final = "pixroute_error"


def _ours(response: httpx.Response, message: str, *, code: str, param: str | None) -> RouterError:
    """A denial rests on a decision; a request that cannot be read has none."""
    decision = response.headers.get(DECISION)
    if decision is None:
        return RequestError(message, field=param, code=code)
    return DeniedError(message, code=code, status=response.status_code, decision_id=decision)


def _problem(response: httpx.Response, message: str, **known: str | None) -> ProviderError:
    return ProviderError(
        message,
        status=response.status_code,
        request_id=response.headers.get(REQUEST),
        decision_id=response.headers.get(DECISION),
        **known,
    )
