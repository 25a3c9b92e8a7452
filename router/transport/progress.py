"""How far a call has come: what is ruled out, what may already be billed, how often it may be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from .verdicts import Act, Fate, Verdict

if TYPE_CHECKING:
    from .attempts import Attempt, Outcome

FIRST_WAIT_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 8.0
LONGEST_WAIT_S: Final = 60.0
"""As the SDKs: a provider that asks to wait longer is taken at its word, and its error is delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A call between two attempts; `over` says that its latest outcome is what the caller gets."""

    without: Mapping[str, str] = field(default_factory=dict)
    committed_micros: int = 0
    retries: int = 0
    tried: int = 0
    repeated: bool = False  # after an attempt that may have been billed
    wait_s: float = 0.0
    latest: Outcome | None = None
    over: bool = False

    def after(self, attempt: Attempt, outcome: Outcome, *, ambiguous: Literal["never", "once"]) -> Progress:
        """The next step, by the verdict on an attempt; `ambiguous` is the policy's word on what may be billed."""
        verdict, decision = attempt.verdict, attempt.decision
        if verdict is None or decision.quote is None or decision.model is None:
            return replace(self, latest=outcome, over=True)
        billed = decision.quote.ceiling_micros if verdict.fate is Fate.UNKNOWN else 0
        now = replace(
            self, latest=outcome, tried=attempt.number, committed_micros=self.committed_micros + billed, wait_s=0.0
        )
        match verdict.act:
            case Act.NEXT_MODEL:
                return replace(now, without={**self.without, decision.model: verdict.reason})
            case Act.AGAIN:
                return now.again(verdict)
            case Act.AMBIGUOUS if ambiguous == "once" and not self.repeated:
                return replace(now.again(verdict), repeated=True)
            case _:
                return replace(now, over=True)

    def again(self, verdict: Verdict) -> Progress:
        """One more try of the same, after the wait that the provider asks for; over where that is too long."""
        backoff = min(FIRST_WAIT_S * 2.0 ** max(self.tried - 1, 0), LONGEST_BACKOFF_S)
        wait_s = backoff if verdict.wait_s is None else verdict.wait_s
        if not self.retries or wait_s > LONGEST_WAIT_S:
            return replace(self, over=True)
        return replace(self, retries=self.retries - 1, wait_s=wait_s)
