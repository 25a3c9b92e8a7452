"""The whole answer: what to send, what was changed and why, what it costs, and what was passed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from math import isfinite
from typing import TYPE_CHECKING, Literal

from .explain import explain

if TYPE_CHECKING:
    from datetime import date

    from .afford import GivenUp
    from .canvas import SizePlan
    from .changes import Change, Warn
    from .needs import Facts, Hint
    from .price import Quote

ENGINE = "pixroute/0.1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A model that the matched route names: chosen, skipped with a reason, or spare."""

    model: str
    status: Literal["chosen", "skipped", "spare"]
    code: str | None = None
    reason: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The candidate as the decision record shows it; only a skipped one has a reason."""
        row: dict[str, object] = {"model": self.model, "status": self.status}
        return row | {"code": self.code, "reason": self.reason} if self.code else row


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """Why nothing is sent; for money, `details` has the limit and the micro-dollars needed, left and cheapest."""

    code: str
    message: str
    hint: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """The denial as the decision record shows it."""
        return {"code": self.code, "message": self.message, "hint": self.hint, **self.details}


@dataclass(frozen=True, kw_only=True, eq=False)
class Decision:
    """What becomes of a request. Equal inputs give equal decisions, down to the bytes of `to_dict()` as JSON.

    `params` is the body to send, files aside; None where the request is denied. Whatever only a reader wants (needs,
    trace, the candidates behind the chosen one, the id) is worked out when it is read.
    """

    outcome: Literal["route", "deny"]
    on: date
    provider: str
    policy_name: str
    policy_revision: str
    catalog_revision: str
    operation: str
    inputs: Mapping[str, object]
    route: str | None = None
    model: str | None = None
    params: Mapping[str, object] | None = None
    changes: tuple[Change, ...] = ()
    quote: Quote | None = None
    plan: SizePlan | None = None
    gave_up: tuple[GivenUp, ...] = ()
    warnings: tuple[Warn, ...] = ()
    deny: Denial | None = None
    facts: Facts = field(repr=False)
    read_candidates: Callable[[], tuple[Considered, ...]] = field(repr=False)
    read_trace: Callable[[], list[dict[str, object]]] = field(repr=False)
    read_hints: Callable[[], tuple[Hint, ...]] = field(repr=False)

    @cached_property
    def candidates(self) -> tuple[Considered, ...]:
        """Every model that the route names, in its order, and what became of it."""
        return self.read_candidates()

    @cached_property
    def needs(self) -> dict[str, object]:
        """The facts that the rules read; unknown ones are None."""
        return self.facts.to_dict()

    @cached_property
    def hints(self) -> tuple[Hint, ...]:
        """What only the prompt's words ask for; it was not acted on."""
        return self.read_hints()

    @cached_property
    def trace(self) -> list[dict[str, object]]:
        """Each rule that was read, each comparison in it, and what was found."""
        return self.read_trace()

    @cached_property
    def id(self) -> str:
        """The hash of the content: same inputs, same id."""
        text = json.dumps(self._content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return f"sha256:{sha256(text.encode()).hexdigest()}"

    @property
    def delivery(self) -> dict[str, object] | None:
        """Target, canvas, crop and resize as lists of pixels; None where the size is left to the model."""
        plan = self.plan
        if plan is None:
            return None
        return {
            "target": list(plan.target),
            "canvas": list(plan.canvas),
            "crop": list(plan.crop) if plan.crop else None,
            "resize": list(plan.resize) if plan.resize else None,
        }

    def to_dict(self, *, prompt: bool = True) -> dict[str, object]:
        """The decision record, ready for JSON; `prompt=False` masks the prompt."""
        record = {"id": self.id, **self._content}
        params = record["params"]
        if not prompt and isinstance(params, dict):
            record["params"] = params | {"prompt": f"<{len(str(params['prompt']))} characters>"}
            record["hints"] = [{"fact": hint.fact} for hint in self.hints]
        return record

    @cached_property
    def _content(self) -> dict[str, object]:
        return {
            "engine": ENGINE,
            "outcome": self.outcome,
            "on": self.on.isoformat(),
            "provider": self.provider,
            "policy": {"name": self.policy_name, "revision": self.policy_revision},
            "catalog": {"revision": self.catalog_revision},
            "inputs": self.inputs,
            "route": self.route,
            "model": self.model,
            "operation": self.operation,
            "params": plain(self.params),
            "changes": [plain(change.to_dict()) for change in self.changes],
            "candidates": [each.to_dict() for each in self.candidates],
            "quote": _quote(self.quote) if self.quote else None,
            "delivery": self.delivery,
            "gave_up": [step.to_dict() for step in self.gave_up],
            "warnings": [warning.to_dict() for warning in self.warnings],
            "hints": [hint.to_dict() for hint in self.hints],
            "needs": self.needs,
            "trace": self.trace,
            "deny": self.deny.to_dict() if self.deny else None,
        }

    def explain(self) -> str:
        """The decision as a person reads it."""
        return explain(self)


def _quote(quote: Quote) -> dict[str, object]:
    return {
        "confidence": quote.confidence,
        "expected_micros": quote.expected_micros,
        "ceiling_micros": quote.ceiling_micros,
        "lines": [
            {
                "what": line.what,
                "tokens": line.tokens,
                "micros": line.micros,
                "ceiling_tokens": line.ceiling_tokens,
                "ceiling_micros": line.ceiling_micros,
            }
            for line in quote.lines
        ],
    }


MOST_LEVELS = 50  # of nesting; what lies deeper is only named


def plain(value: object, levels: int = MOST_LEVELS) -> object:
    """A value as JSON can hold it; files, bytes and what is nested too deeply are only named."""
    if isinstance(value, float) and not isfinite(value):
        return f"<{value}>"
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping) and levels:
        return {str(key): plain(item, levels - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and levels:
        return [plain(item, levels - 1) for item in value]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    return f"<{type(value).__name__}>"
