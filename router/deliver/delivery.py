"""Deliver an answer as the policy says: only the strings that change are replaced, the rest are the same bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from ..changes import Warn
from ..errors import ConfigError
from .outline import Parts, Span, Spans, read_spans

if TYPE_CHECKING:
    from ..canvas import SizePlan
    from ..decision import Decision
    from ..policy import Policy

URL_MODELS: Final = ("dall-e-2", "dall-e-3")
"""The models that answered with a URL where nothing else was asked."""


class Delivered(NamedTuple):
    """An answer as the caller gets it; the very same bytes where nothing was to be done."""

    body: bytes
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The files of an edit: the first image, and the mask whose transparent pixels say what may change."""

    image: bytes
    mask: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done with each picture; `plan` is None where its size is left, and where no size was planned."""

    plan: SizePlan | None = None
    edit: Edit | None = None
    cut: bool = False  # the size that was asked is delivered, also where that costs the mask its exactness
    url: bool = False
    compression: int | None = None
    keep_provenance: bool = False

    @property
    def redraws(self) -> bool:
        """Whether a picture may have to be encoded anew."""
        return self.edit is not None or self.cut


def is_wanted(
    decision: Decision, policy: Policy, *, edit: Edit | None = None, url_models: Collection[str] = URL_MODELS
) -> bool:
    """Whether anything may have to be done with an answer; if not, it need not be read or held back."""
    job = _job(decision, policy, edit=edit, url_models=url_models)
    return job.redraws or job.url


def deliver(
    body: bytes,
    decision: Decision,
    policy: Policy,
    *,
    edit: Edit | None = None,
    url_models: Collection[str] = URL_MODELS,
) -> Delivered:
    """Deliver an answer, or the data of one event, as the policy says.

    `url_models` are the names of models whose callers read `.url`. Never raises: what cannot be done is a warning, and
    the picture stays as it came, since it is paid for.
    """
    job = _job(decision, policy, edit=edit, url_models=url_models)
    if not (job.redraws or job.url):
        return Delivered(body)
    try:
        spans = read_spans(body)
    except (ValueError, RecursionError):
        return Delivered(body, (Warn("DELIVERY_FAILED", "the answer cannot be read; it is delivered as it came"),))
    return _deliver(spans, job)


def _job(decision: Decision, policy: Policy, *, edit: Edit | None, url_models: Collection[str]) -> Job:
    params = decision.params or {}
    compression = params.get("output_compression")
    edit = edit if policy.masks == "exact" else None
    cut = policy.deliver.size == "crop" and decision.plan is not None
    return Job(
        plan=decision.plan if cut or edit is not None else None,
        edit=edit,
        cut=cut,
        url=policy.deliver.url == "data" and _reads_url(decision, url_models),
        compression=compression if isinstance(compression, int) else None,
        keep_provenance=policy.provenance == "keep",
    )


def _reads_url(decision: Decision, url_models: Collection[str]) -> bool:
    """Whether the caller expects `data[].url`: it said so, or named a model that always had it and said nothing."""
    request = decision.facts.request
    asked = request.body.get("response_format")
    return asked == "url" or (asked is None and request.model in url_models)


# -- an answer, picture by picture


class Replacement(NamedTuple):
    """New bytes in the place of others."""

    span: Span
    text: bytes


def _deliver(spans: Spans, job: Job) -> Delivered:
    top = spans.fields(spans.top())
    replacements: list[Replacement] = []
    warnings: list[Warn] = []
    redrawn = []
    for item in _items(spans, top):
        outcome = _redraw(spans.raw(item["b64_json"]), job)
        redrawn.append(outcome.text is not None)
        warnings += outcome.warnings
        replacements += _picture(spans, item, outcome.text, url=job.url and item is not top)
    if all(redrawn) and redrawn and job.plan is not None and job.cut:
        replacements += _size(spans, top, job.plan)
    return Delivered(_spliced(spans.document, replacements), tuple(dict.fromkeys(warnings)))


def _items(spans: Spans, top: Parts) -> Iterator[Parts]:
    """The objects that hold a picture: the items of an answer, or an event itself."""
    items = [spans.fields(place) for place in spans.items(top["data"])] if "data" in top else [top]
    return (item for item in items if "b64_json" in item)


def _picture(spans: Spans, item: Parts, redrawn: bytes | None, *, url: bool) -> Iterator[Replacement]:
    """The picture itself, and the URL for those who read that; one that the answer has is left alone."""
    place = item["b64_json"]
    span, text = spans.span(place), spans.raw(place) if redrawn is None else redrawn
    if redrawn is not None:
        yield Replacement(span, redrawn)
    if not url or not text.startswith(b'"'):
        return
    data_url = b'"data:image/%b;base64,%b' % (_subtype(text), text[1:])
    if "url" not in item:
        yield Replacement(Span(span.end, span.end), b',"url":' + data_url)
    elif spans.raw(item["url"]) == b"null":
        yield Replacement(spans.span(item["url"]), data_url)


def _subtype(text: bytes) -> bytes:
    head = text[1:24].replace(b"\\", b"")  # `/` may be written `\/`
    return next((name for start, name in SUBTYPES.items() if head.startswith(start)), b"png")


SUBTYPES: Final = {
    b"iVBORw": b"png",
    b"/9j/": b"jpeg",
    b"UklGR": b"webp",
    b"R0lGOD": b"gif",
    b"PHN2Zy": b"svg+xml",
    b"PD94bW": b"svg+xml",
}
"""How a picture of each type begins in base64."""


def _size(spans: Spans, top: Parts, plan: SizePlan) -> Iterator[Replacement]:
    """The answer's own word for the size, which is to be true of what is delivered."""
    if "size" in top and spans.raw(top["size"]).startswith(b'"'):
        yield Replacement(spans.span(top["size"]), f'"{plan.target}"'.encode())


def _spliced(document: bytes, replacements: Sequence[Replacement]) -> bytes:
    """The document with some bytes replaced; the very same where there are none."""
    if not replacements:
        return document
    view, at = memoryview(document), 0
    pieces: list[bytes | memoryview] = []
    for (start, end), text in sorted(replacements):
        pieces += (view[at:start], text)
        at = end
    return b"".join([*pieces, view[at:]])


# -- one picture


class Outcome(NamedTuple):
    """A picture as a JSON string, None where it stays as it came; and what there is to say about it."""

    text: bytes | None = None
    warnings: tuple[Warn, ...] = ()


def _redraw(text: bytes, job: Job) -> Outcome:
    """Encode a picture anew if it must be."""
    if not job.redraws:
        return Outcome()
    try:
        with _pillow():
            from .pictures import must_redraw, redraw  # noqa: PLC0415 -- an extra
        picture = _decoded(text)
        if not must_redraw(picture, job):
            return Outcome()
        if job.keep_provenance:
            return Outcome(warnings=(PROVENANCE_KEPT,))
        redrawn = redraw(picture, job)
    except ConfigError as error:
        return Outcome(warnings=(Warn("DELIVERY_FAILED", f"{error.message}: {error.hint}"),))
    except Exception as error:  # noqa: BLE001 -- a damaged file can raise anything, and a picture is paid for
        return Outcome(warnings=(Warn("DELIVERY_FAILED", f"a picture is delivered as it came: {error}"),))
    notes = tuple(Warn("MASK_NOT_EXACT", note) for note in redrawn.notes)
    return Outcome(b'"%b"' % base64.b64encode(redrawn.data), (PROVENANCE_DROPPED, *notes))


PROVENANCE_DROPPED: Final = Warn(
    "PROVENANCE_DROPPED", "the picture was encoded anew, which drops its C2PA record; `provenance: keep` forbids that"
)
PROVENANCE_KEPT: Final = Warn(
    "PROVENANCE_KEPT", "the picture is delivered as it came: encoding it anew would drop its C2PA record"
)


def _decoded(text: bytes) -> bytes:
    word = json.loads(text) if b"\\" in text else text.decode("ascii")
    return base64.b64decode(word.strip('"'), validate=True)


@contextmanager
def _pillow() -> Iterator[None]:
    """Say how to get it where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"pictures need `{error.name}`, which is not installed", hint=HINT) from None


HINT: Final = 'pip install "pixroute[images]"'


def require_pillow(policy: Policy) -> None:
    """Raise `ConfigError` where a policy has pictures cut or pasted and pillow is missing; to be asked at the start."""
    if policy.deliver.size == "crop" or policy.masks == "exact":
        with _pillow():
            from . import pictures  # noqa: F401, PLC0415 -- only to see whether it can be


# -- transparency


def has_alpha(picture: bytes) -> bool | None:
    """Whether a picture file has transparent pixels; None where it cannot be read, or pillow is missing."""
    try:
        from . import pictures  # noqa: PLC0415 -- an extra

        return pictures.has_alpha(picture)
    except Exception:  # noqa: BLE001 -- as above; not knowing is an answer
        return None


def find_alpha(body: bytes) -> bool | None:
    """Whether every picture of an answer has transparent pixels; None where that is not known."""
    try:
        spans = read_spans(body)
        texts = [spans.raw(item["b64_json"]) for item in _items(spans, spans.fields(spans.top()))]
        found = [has_alpha(_decoded(text)) for text in texts]
    except (ValueError, RecursionError):
        return None
    if False in found:
        return False
    return None if None in found or not found else True
