"""What came back, against what was asked: read from an answer or an event stream without parsing its pictures."""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ..changes import Warn
from ..deliver.outline import Hole, Outline, filled, outline
from ..money import usd
from ..price import read_usage
from ..sizes import Size
from .dimensions import read_dimensions

if TYPE_CHECKING:
    from ..decision import Decision


class Picture(NamedTuple):
    """What the first bytes of a picture say; None where they do not."""

    size: Size | None = None
    output_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an answer says about its pictures; None where it does not, or says it in another type (FACTS 8)."""

    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    usage: Mapping[str, object] | None = None
    created: int | None = None
    pictures: tuple[Picture, ...] = ()


NOTHING_SAID: Final = Answer()


def read_answer(body: bytes) -> Answer:
    """Read an answer, all but its pictures; one that is not JSON, or not an object, says nothing."""
    try:
        document = outline(body).read()
    except (ValueError, RecursionError):  # not sure, so the slow way
        document = _parsed(body)
    return _answer(document, body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _answer(document: object, body: bytes = b"") -> Answer:
    """An answer, or an event, which has its one picture beside the other fields."""
    if not isinstance(document, dict):
        return NOTHING_SAID
    told = {name: filled(document.get(name), partial(_read_hole, body)) for name in TOLD}
    usage, created = told["usage"], told["created_at"] if told["created"] is None else told["created"]
    return Answer(
        size=_word(told["size"]),
        quality=_word(told["quality"]),
        background=_word(told["background"]),
        output_format=_word(told["output_format"]),
        usage=usage if isinstance(usage, dict) else None,
        created=created if isinstance(created, int) and not isinstance(created, bool) else None,
        pictures=tuple(_picture(data, body) for data in _base64(document)),
    )


TOLD: Final = ("size", "quality", "background", "output_format", "usage", "created", "created_at")


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _read_hole(body: bytes, hole: Hole) -> str:
    """A long string in full; only its head where the document is gone."""
    text = body[hole.start : hole.end]
    return str(json.loads(b'"%b"' % text)) if text else hole.head.decode("utf-8", "replace")


# -- the pictures, as far as their first bytes tell


def _base64(document: Mapping[str, object]) -> Iterator[object]:
    data = document.get("data")
    for item in data if isinstance(data, list) else [document]:
        if isinstance(item, dict) and isinstance(item.get("b64_json"), (str, Hole)):
            yield item["b64_json"]


def _picture(data: object, body: bytes) -> Picture:
    head = data.head if isinstance(data, Hole) else str(data).encode("ascii", "replace")
    picture = _look(head)
    if picture != BURIED or not isinstance(data, Hole):
        return picture
    pieces = (body[data.start : min(data.end, data.start + length)] for length in LOOKED_AT)
    return next((found for found in map(_look, pieces) if found.size), picture)


BURIED: Final = Picture(None, "jpeg")  # its size may stand behind a long record of where it comes from
LOOKED_AT: Final = (1 << 13, 1 << 15, 1 << 17)  # bytes of base64


def _look(head: bytes) -> Picture:
    clean = head.replace(b"\\", b"")  # `/` may be written `\/`
    try:
        data = binascii.a2b_base64(clean[: len(clean) // 4 * 4])
    except binascii.Error:
        return Picture()
    known = (name for signature, place, name in SIGNATURES if data.startswith(signature, place))
    return Picture(read_dimensions(data), next(known, None))


SIGNATURES: Final = ((b"\x89PNG", 0, "png"), (b"\xff\xd8", 0, "jpeg"), (b"WEBP", 8, "webp"), (b"GIF8", 0, "gif"))


# -- against what was asked


def audit(
    decision: Decision, answer: Answer, *, bill_micros: int | None = None, alpha: bool | None = None
) -> tuple[Warn, ...]:
    """Say where an answer is not what was asked, or not within its price.

    `bill_micros` is what its usage comes to; `alpha` is whether its pictures have transparent pixels (`find_alpha`),
    None where nobody looked.
    """
    asked = decision.params
    return () if asked is None else (*_differences(asked, answer, alpha), *_costs(decision, answer, bill_micros))


def _differences(asked: Mapping[str, object], answer: Answer, alpha: bool | None) -> Iterator[Warn]:  # noqa: FBT001
    for name, code in CODES.items():
        wanted = asked.get(name)
        if wanted is None or wanted == "auto":
            continue
        got = next((word for word in _said(name, answer) if word != wanted), None)
        if got is not None:
            yield Warn(code, f"`{name}` was asked as `{wanted}`, and the answer has `{got}`")
    if asked.get("background") == "transparent" and alpha is False:
        yield Warn("ANSWER_NO_ALPHA", "a transparent background was asked, and a picture has no transparent pixel")


CODES: Final[Mapping[str, str]] = {
    "size": "ANSWER_SIZE",
    "quality": "ANSWER_QUALITY",
    "background": "ANSWER_BACKGROUND",
    "output_format": "ANSWER_FORMAT",
}


def _said(name: str, answer: Answer) -> Iterator[str]:
    """What an answer says about a parameter, and what its pictures show of it."""
    values = [getattr(answer, name), *(getattr(picture, name, None) for picture in answer.pictures)]
    return (str(value) for value in values if value is not None)


def _costs(decision: Decision, answer: Answer, bill_micros: int | None) -> Iterator[Warn]:
    if answer.usage is None or read_usage(answer.usage) is None:
        yield Warn("USAGE_MISSING", "the answer does not say what was used; the ceiling counts as spent")
    ceiling = decision.quote.ceiling_micros if decision.quote else None
    if ceiling is not None and bill_micros is not None and bill_micros > ceiling:
        yield Warn("USAGE_ABOVE_CEILING", f"{usd(bill_micros)} USD were used, more than the ceiling of {usd(ceiling)}")


# -- event streams


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an event stream ended; one that was cut has no result, however many partial pictures came (FACTS 7).

    `answers` are its completed events, one for each picture; `error` is the error it ended with, as it was sent.
    """

    how: Literal["completed", "error", "cut"]
    answers: tuple[Answer, ...] = ()
    partial_images: int = 0
    error: Mapping[str, object] | None = None

    @property
    def answer(self) -> Answer:
        """All completed events as one answer, their usage added up."""
        return reduce(_together, self.answers, NOTHING_SAID)


def _together(first: Answer, second: Answer) -> Answer:
    usage = _sum(first.usage or {}, second.usage or {}) or None
    return replace(second, usage=usage, pictures=first.pictures + second.pictures)


def _sum(first: Mapping[str, object], second: Mapping[str, object]) -> Mapping[str, object]:
    return {**first, **{name: _add(first.get(name), value) for name, value in second.items()}}


def _add(first: object, second: object) -> object:
    if isinstance(first, int) and isinstance(second, int):
        return first + second
    return _sum(first, second) if isinstance(first, Mapping) and isinstance(second, Mapping) else second


class Events:
    """Reads server-sent events as they come in, in chunks cut anywhere; of a picture only its first bytes are kept."""

    __slots__ = ("_after_return", "_answers", "_data", "_error", "_field", "_kind", "_line", "_partial_images")

    def __init__(self) -> None:
        self._line = b""  # how the line begins, as long as its field is not known
        self._field: bytes | None = None
        self._after_return = False  # a line feed that comes next belongs to the end of line before it
        self._kind = b""
        self._data: Outline | None = None
        self._answers: list[Answer] = []
        self._partial_images = 0
        self._error: Mapping[str, object] | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk of the stream."""
        at = 1 if self._after_return and chunk.startswith(b"\n") else 0
        self._after_return = chunk.endswith(b"\r") if chunk else self._after_return
        while at < len(chunk):
            end = _line_end(chunk, at)
            self._take(chunk[at:end])
            if end < len(chunk):
                self._end_line()
            at = end + (2 if chunk.startswith(b"\r\n", end) else 1)

    def close(self) -> Ending:
        """The stream is over: tell how it ended."""
        self._end_event()
        how: Literal["completed", "error", "cut"] = "completed" if self._answers else "cut"
        return Ending(
            how="error" if self._error is not None else how,
            answers=tuple(self._answers),
            partial_images=self._partial_images,
            error=self._error,
        )

    def _take(self, piece: bytes) -> None:
        if self._field is None:
            colon = piece.find(b":", 0, LONGEST_NAME)
            self._line += piece[: LONGEST_NAME if colon < 0 else colon]
            if colon < 0:
                return
            self._field, piece = self._line, piece[colon + 1 :]
        if self._field == b"data":
            self._data = self._data or Outline()
            self._data.feed(piece)
        elif self._field == b"event" and len(self._kind) < LONGEST_KIND:
            self._kind += piece

    def _end_line(self) -> None:
        if self._field is None and not self._line:
            self._end_event()
        elif self._field == b"data" and self._data is not None:
            self._data.feed(b"\n")
        self._line, self._field = b"", None

    def _end_event(self) -> None:
        kind, data = self._kind.strip().decode("utf-8", "replace"), self._data
        self._kind, self._data = b"", None
        try:
            event = data.read() if data is not None else None
        except (ValueError, RecursionError):
            return  # such as `[DONE]`, which some relays send, or an event that was cut
        if isinstance(event, dict):
            self._note(str(event.get("type") or kind), event)

    def _note(self, kind: str, event: dict[str, object]) -> None:
        error = event.get("error")
        if kind == "error" or error:
            self._error = error if isinstance(error, dict) else event
        elif kind.endswith(".completed"):
            self._answers.append(_answer(event))
        elif kind.endswith(".partial_image"):
            self._partial_images += 1


LONGEST_NAME: Final = 32  # bytes; a field with a longer name is none of ours
LONGEST_KIND: Final = 256


def _line_end(chunk: bytes, at: int) -> int:
    """Where a line ends: at a return, a line feed, or with the chunk."""
    feed = chunk.find(b"\n", at)
    end = len(chunk) if feed < 0 else feed
    back = chunk.find(b"\r", at, end)
    return end if back < 0 else back


def read_events(chunks: Iterable[bytes]) -> Ending:
    """Read an event stream to its end."""
    events = Events()
    for chunk in chunks:
        events.feed(chunk)
    return events.close()
