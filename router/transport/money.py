"""The money of an attempt: decide with what is left, hold the ceiling, and end the hold by what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast
from uuid import uuid4

from ..decision import Decision, Denial
from ..engine import Inputs, find_accounts, overrule, plan
from ..errors import LedgerError, LedgerInDoubtError
from ..ledger import Hold, Reservation, Short, Standing, Taken
from ..ledger.alerts import moment
from ..ledger.till import Ending, money_inputs
from ..money import usd
from .effects import Ask, Look, Steps, Wait
from .verdicts import Fate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..ledger.till import Till
    from ..request import ImageRequest
    from .attempts import Attempt
    from .exchange import Call

T = TypeVar("T")


class Funded(NamedTuple):
    """A decision, and the hold on its ceiling; nothing is held for a denial."""

    decision: Decision
    reservation: Reservation | None = None
    hold: Hold | None = None


def fund(call: Call, request: ImageRequest, inputs: Inputs, *, again: bool) -> Steps[Funded]:
    """Decide with what is left, and hold the ceiling; where others were faster, decide again with what they left.

    `again` says that an earlier attempt of this call may have been billed, and that the call goes on all the same.
    """
    till = call.settings.till
    if till is None:
        return Funded(plan(request, call.settings.policy, inputs))
    return (yield from Funding(call, request, inputs, till=till, again=again).run())


class Funding:
    """The way from a request to a decision that money is held for: looks, decides, reserves, waits where it helps."""

    def __init__(self, call: Call, request: ImageRequest, inputs: Inputs, *, till: Till, again: bool) -> None:
        self._call = call
        self._request = request
        self._inputs = inputs
        self._till = till
        self._again = again
        self._policy = call.settings.policy
        self._accounts = find_accounts(request, self._policy, inputs)
        self._races_lost = 0
        self._waited_s = 0.0
        self._wait_s = FIRST_WAIT_S

    def run(self) -> Steps[Funded]:
        """Go the way; a ledger that fails ends it as the policy says."""
        try:
            came: Funded | tuple[Standing, ...] = yield from self._look()
            while not isinstance(came, Funded):
                came = yield from self._go_on(came)
        except LedgerError as error:
            return self._without_ledger(error)
        return came

    def _go_on(self, standings: tuple[Standing, ...]) -> Steps[Funded | tuple[Standing, ...]]:
        """Decide with what is left and hold the ceiling; gives what is left then, where it has to be done again."""
        decision = self._decide(standings)
        if decision.deny is None:
            reservation = self._reservation(decision)
            answer = yield from _ask(partial(self._till.reserve, reservation, self._policy))
            if isinstance(answer, Hold):
                return Funded(decision, reservation, answer)
            return (yield from self._came_too_late(decision, answer))
        taken = yield from self._find_taken(decision)
        if taken is not None:
            return (yield from self._came_too_late(decision, taken))
        if self._may_wait(standings):
            return (yield from self._wait())
        return (yield from self._refused(decision, standings))

    def _find_taken(self, decision: Decision) -> Steps[Taken | None]:
        """The hold that an operation named by the app has already: that is the answer, and not that no money is left.

        It is asked for by more than a limit has in all, so that nothing can be held.
        """
        denial = decision.deny
        if not self._call.is_named or denial is None or denial.code != "budget_exceeded" or not self._accounts:
            return None
        asked = Reservation(
            key=self._call.key,
            token=uuid4().hex,
            ceiling_micros=self._accounts[0].amount_micros + 1,
            accounts=self._accounts,
            after_unknown=self._again,
        )
        answer = yield from _ask(partial(self._till.reserve, asked, self._policy))
        return answer if isinstance(answer, Taken) else None

    def _came_too_late(self, decision: Decision, answer: Short | Taken) -> Steps[Funded | tuple[Standing, ...]]:
        if isinstance(answer, Taken):
            if answer.state == "held" and self._patience_s > 0:
                return (yield from self._wait())
            return Funded(overrule(decision, _taken(answer)))
        self._races_lost += 1
        if self._races_lost <= MOST_AGAIN:
            return answer.standings
        if answer.only_held and self._patience_s > 0:
            return (yield from self._wait())
        return (yield from self._refused(overrule(decision, _outrun(answer)), answer.standings))

    @property
    def _patience_s(self) -> float:
        return self._policy.ledger.wait_ms / 1000 - self._waited_s

    def _look(self) -> Steps[tuple[Standing, ...]]:
        return (yield from _ask(partial(self._till.left, self._accounts, self._policy), kind=Look))

    def _wait(self) -> Steps[tuple[Standing, ...]]:
        """Wait a little, each time longer, and look again."""
        seconds = min(self._wait_s, self._patience_s)
        self._waited_s += seconds
        self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)
        yield Wait(seconds=seconds)
        return (yield from self._look())

    def _decide(self, standings: Sequence[Standing], *, held_too: bool = False) -> Decision:
        seen = [replace(each, held_micros=0) for each in standings] if held_too else standings
        return plan(self._request, self._policy, replace(self._inputs, **money_inputs(seen)))

    def _may_wait(self, standings: Sequence[Standing]) -> bool:
        """Whether only money that is held stands in the way, and there is time for it to come back."""
        if self._patience_s <= 0 or not any(each.held_micros for each in standings):
            return False
        return self._decide(standings, held_too=True).deny is None

    def _refused(self, decision: Decision, standings: Sequence[Standing]) -> Steps[Funded]:
        limit = decision.deny.details.get("limit") if decision.deny is not None else None
        for standing, account in zip(standings, self._accounts, strict=True):
            if standing.limit == limit:
                yield Look(run=partial(self._till.refuse, standing, account.window))
        return Funded(decision)

    def _reservation(self, decision: Decision) -> Reservation:
        call, quote = self._call, decision.quote
        if quote is None:
            raise AssertionError("a decision that routes has a quote")
        facts = {
            "model": decision.model,
            "asked": self._request.model,
            "route": decision.route,
            "operation": decision.operation,
            "provider": decision.provider,
            "policy": decision.policy_name,
        }
        tags = {f"tag.{name}": value for name, value in decision.facts.tags.items()}
        return Reservation(
            key=call.key,
            token=uuid4().hex,
            ceiling_micros=quote.ceiling_micros,
            accounts=self._accounts,
            lease_s=LONGEST_LEASE_S if call.longest_s is None else call.longest_s + MARGIN_S,
            after_lease=self._policy.ledger.unknown_after_lease,
            after_unknown=self._again,
            about={name: text for name, text in facts.items() if text is not None} | tags,
        )

    def _without_ledger(self, error: LedgerError) -> Funded:
        decision = plan(self._request, self._policy, self._inputs)
        lost = isinstance(error, LedgerInDoubtError)
        if decision.deny is not None or (self._policy.ledger.unreachable == "allow" and not lost):
            return Funded(decision)
        code = "ledger_in_doubt" if lost else "ledger_unreachable"
        return Funded(overrule(decision, Denial(code=code, message=error.message, hint=error.hint)))


MOST_AGAIN: Final = 3  # a decision is made again, with what others left
FIRST_WAIT_S: Final = 0.05
LONGEST_WAIT_S: Final = 1.0


def lease_s(timeout_s: float | None) -> float:
    """How long the hold of a stream may go unheard of, in seconds: longer than the app waits for its next event."""
    return LONGEST_LEASE_S if timeout_s is None else 2 * timeout_s + MARGIN_S


MARGIN_S: Final = 60.0
LONGEST_LEASE_S: Final = 3600.0  # of a call that has all the time in the world


def _ask(step: Callable[[], T], *, kind: type[Ask] = Ask) -> Steps[T]:
    """Ask the ledger, and raise here what it raised there."""
    answer = yield kind(run=partial(_caught, step))
    if isinstance(answer, LedgerError):
        raise answer
    return cast("T", answer)  # what comes of a `Work` is what its step returns


def _caught(step: Callable[[], T]) -> T | LedgerError:
    try:
        return step()
    except LedgerError as error:
        return error


def _outrun(answer: Short) -> Denial:
    standing = answer.tightest
    resets_at = moment(standing.resets_at_ms)
    return Denial(
        code="budget_exceeded",
        message=f"others took what `{standing.limit}` had left, {MOST_AGAIN + 1} times in a row",
        hint="try again, or raise the limit",
        details={
            "limit": standing.limit,
            "needed_micros": answer.needed_micros,
            "left_micros": standing.left_micros,
            "resets_at": resets_at.isoformat() if resets_at is not None else None,
            "cheapest_micros": answer.needed_micros,
        },
    )


def _taken(answer: Taken) -> Denial:
    code, message, hint = TAKEN[answer.state]
    return Denial(
        code=code,
        message=message.format(key=answer.key, amount=usd(answer.micros)),
        hint=hint,
        details={"operation_key": answer.key, "attempt": answer.attempt, "micros": answer.micros},
    )


UNDER_WAY: Final = (
    "operation_under_way",
    "the operation `{key}` is under way, with {amount} USD held for it",
    "wait for it, set `ledger.wait_s`, or use another key for another picture",
)
PAID: Final = (
    "operation_paid",
    "the operation `{key}` was paid already, with {amount} USD",
    "use another key for another picture",
)
MAY_BE_PAID: Final = (
    "operation_may_be_paid",
    "nobody knows what became of the operation `{key}`: it may have cost {amount} USD",
    "say what became of it with `pixroute budget resolve`, or use another key",
)
TAKEN: Final = {"held": UNDER_WAY, "settled": PAID, "unknown": MAY_BE_PAID, "assumed": MAY_BE_PAID}


# -- after the attempt


def end(attempt: Attempt, till: Till | None) -> Steps[Attempt]:
    """End the hold of an attempt by what came of it."""
    if till is None or attempt.funded is None or attempt.funded.hold is None:
        return attempt
    return cast("Attempt", (yield Ask(run=partial(conclude, attempt, till))))


def conclude(attempt: Attempt, till: Till) -> Attempt:
    """End the hold: only a bill settles it, and only proof that no work was done gives the money back."""
    funded, verdict = attempt.funded, attempt.verdict
    if funded is None or funded.hold is None or funded.reservation is None or verdict is None:
        return attempt
    ending = Ending(
        hold=funded.hold,
        reservation=funded.reservation,
        billed_micros=attempt.bill_micros if verdict.fate is Fate.DONE else None,
        is_free=verdict.fate is Fate.NO_WORK,
    )
    return replace(attempt, settled=till.end(ending))
