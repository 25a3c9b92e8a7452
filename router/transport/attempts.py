"""One try of a call: what was decided, what came of it, what was found in the answer, and what became of the money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from ..deliver import Edit, deliver, find_alpha
from ..price import bill, read_usage
from .answers import Answer, Ending, audit, read_answer
from .message import Reply
from .verdicts import FIRST_REDIRECT, Act, Failure, Fate, Verdict, judge, judge_failure

if TYPE_CHECKING:
    from ..catalog import Model
    from ..changes import Warn
    from ..decision import Decision
    from ..ledger import Ended
    from ..policy import Policy
    from .money import Funded

Outcome: TypeAlias = Reply | Failure
DecidingMode: TypeAlias = Literal["enforce", "shadow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a call; a denial is number 0 and has no status.

    `funded` is what its money was held by, `settled` how that ended, None where it did not yet.
    """

    decision: Decision
    model: Model | None = None
    key: str = ""
    mode: DecidingMode = "enforce"
    number: int = 0
    status: int | None = None
    verdict: Verdict | None = None
    usage: Mapping[str, object] | None = None
    bill_micros: int | None = None
    warnings: tuple[Warn, ...] = ()
    request_id: str | None = None
    timeout_s: float | None = None
    funded: Funded | None = None
    settled: Ended | None = None

    @property
    def is_fine(self) -> bool:
        """Whether an answer with pictures came, or begins to come."""
        return self.status is not None and self.status < FIRST_REDIRECT

    def ended(self, outcome: Outcome) -> Attempt:
        """The attempt with what came of it, as far as status and error say."""
        if isinstance(outcome, Failure):
            return replace(self, verdict=judge_failure(outcome))
        return replace(self, status=outcome.status, verdict=judge(outcome), request_id=outcome.header("x-request-id"))

    def broken(self, reason: str, *, sent: bool) -> Attempt:
        """The attempt that broke off, before or after it was sent."""
        fate = Fate.UNKNOWN if sent else Fate.NO_WORK
        return replace(self, verdict=Verdict(act=Act.DELIVER, fate=fate, reason=reason))

    def answered(self, answer: Answer, *, alpha: bool | None = None, warnings: tuple[Warn, ...] = ()) -> Attempt:
        """The attempt with what its answer says, held against what was asked."""
        usage = read_usage(answer.usage) if answer.usage is not None else None
        if usage is not None and not usage.image_output + usage.text_output:  # as some relays say of every picture
            usage, answer = None, replace(answer, usage=None)
        billed = bill(self.model, usage) if usage is not None and self.model is not None else None
        # in shadow mode the decision was not what was sent, so there is nothing to hold the answer against
        found = audit(self.decision, answer, bill_micros=billed, alpha=alpha) if self.mode == "enforce" else ()
        return replace(self, usage=answer.usage, bill_micros=billed, warnings=(*self.warnings, *found, *warnings))

    def streamed(self, ending: Ending, warnings: tuple[Warn, ...] = ()) -> Attempt:
        """The attempt at the end of its event stream; one that lacks a completed event may have been billed for it."""
        is_told = all(answer.usage is not None for answer in ending.answers)
        answer = ending.answer if is_told else replace(ending.answer, usage=None)
        attempt = self.answered(answer, warnings=warnings)
        if ending.how == "completed" and len(ending.answers) >= self._pictures:
            return attempt
        reason = "the event stream ended with an error" if ending.how == "error" else "the event stream was cut"
        verdict = Verdict(act=judge_failure(Failure.LOST).act, fate=Fate.UNKNOWN, reason=reason)
        return replace(attempt, verdict=verdict)

    @property
    def _pictures(self) -> int:
        """How many were asked for; in shadow mode that is not known here, and nothing is held."""
        n = (self.decision.params or {}).get("n")
        return n if isinstance(n, int) and self.mode == "enforce" else 1


class Finished(NamedTuple):
    """A good answer as the caller gets it, and the attempt with what was found in it."""

    reply: Reply
    attempt: Attempt


def finish(reply: Reply, attempt: Attempt, policy: Policy, *, edit: Edit | None) -> Finished:
    """Hold an answer against what was asked, then deliver it as the policy says; it may take a while."""
    body = reply.body or b""
    transparent = (attempt.decision.params or {}).get("background") == "transparent"
    alpha = find_alpha(body) if transparent else None
    if attempt.mode == "shadow":
        return Finished(reply, attempt.answered(read_answer(body), alpha=alpha))
    delivered = deliver(body, attempt.decision, policy, edit=edit)
    attempt = attempt.answered(read_answer(body), alpha=alpha, warnings=delivered.warnings)
    return Finished(reply if delivered.body is body else replace(reply, body=delivered.body), attempt)
