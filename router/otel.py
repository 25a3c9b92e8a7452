"""OpenTelemetry: a span for each attempt of a call, by the conventions for generative AI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from .errors import ConfigError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer, TracerProvider

    from .records import OnDecision, Record

Attribute: TypeAlias = str | bool | int | float | list[str]
HINT: Final = 'pip install "pixroute[otel]"'


def spans(provider: TracerProvider | None = None) -> OnDecision:
    """Make a listener that turns each record into a span, under the span that is current when it hears of it.

    `provider` is the app's own, the global one where left out. Prompts are never recorded. Raises `ConfigError` where
    opentelemetry is missing.
    """
    try:
        from opentelemetry import trace  # noqa: PLC0415 -- an extra, loaded when chosen
    except ModuleNotFoundError as error:
        raise ConfigError(f"spans need `{error.name}`, which is not installed", hint=HINT) from None
    tracer = trace.get_tracer("pixroute", tracer_provider=provider)

    def listen(record: Record, /) -> None:
        _end(_start(tracer, record), record)

    return listen


def _start(tracer: Tracer, record: Record) -> Span:
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 -- as above

    return tracer.start_span(
        f"{OPERATION} {record.decision.model or 'denied'}",
        kind=SpanKind.CLIENT if record.status is not None else SpanKind.INTERNAL,
        start_time=_nanoseconds(record.at),
        attributes=dict(_attributes(record)),
    )


def _end(span: Span, record: Record) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 -- as above

    for warning in record.warnings:
        span.add_event("pixroute.warning", {"code": warning.code, "message": warning.message})
    if not record.is_fine:
        span.set_status(StatusCode.ERROR, _error(record))
    span.end(_nanoseconds(record.at) + round((record.latency_s or 0) * 1_000_000_000))


def _attributes(record: Record) -> Iterator[tuple[str, Attribute]]:
    """The attributes that are known; those of the conventions first, ours under `pixroute`."""
    return (
        (name, value) for name, value in _values(record).items() if isinstance(value, (str, bool, int, float, list))
    )


def _values(record: Record) -> Mapping[str, object]:
    decision = record.decision
    params, usage, quote = decision.params or {}, record.usage or {}, decision.quote
    return {
        "gen_ai.operation.name": OPERATION,
        "gen_ai.provider.name": PROVIDERS.get(decision.provider, decision.provider),
        "gen_ai.output.type": "image",
        "gen_ai.request.model": decision.model or decision.facts.request.model,
        "gen_ai.request.choice.count": params.get("n"),
        "gen_ai.request.stream": params.get("stream"),
        "gen_ai.usage.input_tokens": usage.get("input_tokens"),
        "gen_ai.usage.output_tokens": usage.get("output_tokens"),
        "http.response.status_code": record.status,
        "error.type": None if record.is_fine else _error(record),
        "pixroute.operation": decision.operation,
        "pixroute.operation_key": record.operation_key or None,
        "pixroute.attempt": record.attempt,
        "pixroute.mode": record.mode,
        "pixroute.decision": decision.id,
        "pixroute.outcome": decision.outcome,
        "pixroute.policy": decision.policy_name,
        "pixroute.policy.revision": decision.policy_revision,
        "pixroute.route": decision.route,
        "pixroute.asked_model": decision.facts.request.model,
        "pixroute.size": params.get("size"),
        "pixroute.quality": params.get("quality"),
        "pixroute.expected_micros": quote.expected_micros if quote else None,
        "pixroute.ceiling_micros": quote.ceiling_micros if quote else None,
        "pixroute.bill_micros": record.bill_micros,
        "pixroute.changes": [change.code for change in decision.changes],
        "pixroute.warnings": [warning.code for warning in (*decision.warnings, *record.warnings)],
    }


OPERATION: Final = "generate_content"
PROVIDERS: Final[Mapping[str, str]] = {"openai": "openai", "azure": "azure.ai.openai"}


def _error(record: Record) -> str:
    """What went wrong, in a word: the denial's code, or the status."""
    if record.decision.deny is not None:
        return record.decision.deny.code
    return str(record.status) if record.status is not None else record.failure or "no_answer"


def _nanoseconds(moment: datetime) -> int:
    """Nanoseconds since 1970, exactly; a moment without a zone is in local time."""
    return round(moment.timestamp() * 1_000_000) * 1000
