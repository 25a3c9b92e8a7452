"""The logic of a call, written once: parse, plan, send, judge the answer, try again or go on, finish.

`exchange()` is a generator over effects, in the way of an HTTP library's auth flow: it yields what it wants done and is
sent what came of it, so that sync and async drivers share every decision. It touches neither network nor clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

from ..deliver import Edit, is_wanted
from ..engine import Inputs, plan
from ..errors import RequestError
from ..money import usd
from ..request import ImageRequest, read_request
from ..told import Given
from .attempts import Attempt, DecidingMode, Finished, Outcome, finish
from .denials import deny, refuse
from .effects import Abandoned, Send, Steps, Tell, Wait, Work
from .message import Reply
from .money import Funded, end, fund
from .payload import Payload, read_payload, write_payload
from .progress import Progress
from .surface import Surface, with_deployment
from .verdicts import FIRST_ERROR, Failure

if TYPE_CHECKING:
    from datetime import date

    from ..catalog import Catalog
    from ..decision import Decision
    from ..ledger.till import Till
    from ..policy import Policy
    from .message import Message

Mode: TypeAlias = Literal["enforce", "shadow", "off"]
T = TypeVar("T")
DECIDED: Final = "x-pixroute-decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the caller gets.

    The `attempt` of an event stream is told at its end, `policy` delivers its events, and `till` hears what it came to.
    """

    outcome: Outcome
    attempt: Attempt | None = None
    policy: Policy | None = None
    till: Till | None = None


Exchange: TypeAlias = Steps[Done]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a call is decided by: all of it is fixed when the call begins."""

    policy: Policy
    catalog: Catalog
    provider: str
    on: date
    mode: DecidingMode = "enforce"
    retries: int | None = 2  # None leaves trying again to the caller
    till: Till | None = None  # None: budgets are not checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to an images endpoint, as the app made it; `key` names its operation, however often it is tried.

    `is_named` says that the app gave the key. `timeout_s` is how long the app waits for an answer, `longest_s` how long
    it waits in all, for a connection and for its upload too; both are in seconds, None where it waits for ever. A call
    that is not decided, because decisions are off, is only rid of our own key.
    """

    message: Message
    surface: Surface
    settings: Settings
    key: str = ""
    is_named: bool = False
    timeout_s: float | None = None
    longest_s: float | None = None
    is_decided: bool = True


def exchange(call: Call) -> Exchange:
    """Run a call to its end; returns the answer for the caller, or the failure that it met."""
    if not call.is_decided:
        return Done(outcome=(yield from _send(_without_our_key(call.message))))
    try:
        payload = read_payload(call.message)
        request = _request(call, payload)
    except RequestError as error:
        if call.settings.mode == "shadow":
            return Done(outcome=(yield from _send(call.message)))
        return Done(outcome=refuse(error))
    if call.settings.mode == "shadow":
        return (yield from _shadow(call, payload, request))
    return (yield from _enforce(call, payload, request))


def _request(call: Call, payload: Payload) -> ImageRequest:
    """Read the body; on Azure the deployment in the path is the model."""
    body = payload.body
    if call.surface.deployment is not None:
        body = {**body, "model": call.surface.deployment}
    given = Given(operation=call.surface.operation, images=payload.images)
    return read_request(body, given=given, trust=call.settings.policy.trust_body)


def _send(message: Message) -> Steps[Outcome]:
    outcome = yield Send(message=message)
    return outcome if isinstance(outcome, (Reply, Failure)) else Failure.LOST


def _shadow(call: Call, payload: Payload, request: ImageRequest) -> Exchange:
    """Decide and tell, but send what the app sent; only our own key is taken out, and no money is held."""
    opened = _attempt(call, Funded(plan(request, call.settings.policy, _inputs(call, Progress()))), 1)
    message = _with_params(call.message, payload, payload.body)
    outcome = yield from _guarded(call, opened, _send(message))
    return (yield from _deliver(call, outcome, opened.ended(outcome)))


def _enforce(call: Call, payload: Payload, request: ImageRequest) -> Exchange:
    """Send what was decided; try again or go on to the next model as the verdicts say."""
    reach = _reach(call, request.model)
    progress = Progress(without=_unreachable(call, reach), retries=call.settings.retries or 0)
    while True:
        funded = yield from fund(call, request, _inputs(call, progress), again=progress.committed_micros > 0)
        decision = funded.decision
        if decision.deny is not None:
            yield Tell(attempt=_attempt(call, funded, 0))
            return Done(outcome=progress.latest or deny(decision, decision.deny))
        opened = _attempt(call, funded, progress.tried + 1)
        came = yield from _guarded(call, opened, _try(call, payload, opened, progress=progress, reach=reach))
        if isinstance(came, Done):
            return came
        progress = came
        if progress.wait_s:
            yield Wait(seconds=progress.wait_s)


def _try(
    call: Call, payload: Payload, opened: Attempt, *, progress: Progress, reach: Mapping[str, str] | None
) -> Steps[Progress | Done]:
    """Send once, and see what came: the end of the call, or how far it is now."""
    outcome = yield from _send(_outgoing(call, payload, opened.decision, reach=reach))
    attempt = opened.ended(outcome)
    latest = _marked(outcome, opened.decision, call.settings)
    progress = progress.after(attempt, latest, ambiguous=call.settings.policy.retry_ambiguous)
    if progress.over:
        return (yield from _deliver(call, latest, attempt, edit=_edit(call, payload)))
    yield Tell(attempt=(yield from end(attempt, call.settings.till)))
    return _ruled_out(progress, reach)


def _guarded(call: Call, opened: Attempt, steps: Steps[T]) -> Steps[T]:
    """Go through an attempt; where it breaks off, its money is seen to before anything else."""
    try:
        return (yield from steps)
    except (Abandoned, Exception) as error:
        gone = error if isinstance(error, Abandoned) else Abandoned(f"it broke off: {type(error).__name__}", sent=True)
        attempt = opened.broken(gone.reason, sent=gone.sent)
        yield Tell(attempt=(yield from end(attempt, call.settings.till)))
        raise


def _attempt(call: Call, funded: Funded, number: int) -> Attempt:
    settings, decision = call.settings, funded.decision
    model = settings.catalog.on(settings.on, settings.provider).get(decision.model or "")
    return Attempt(
        decision=decision,
        model=model,
        key=call.key,
        mode=settings.mode,
        number=number,
        timeout_s=call.timeout_s,
        funded=funded,
    )


def _deliver(call: Call, outcome: Outcome, attempt: Attempt, *, edit: Edit | None = None) -> Exchange:
    """Close the call: an answer with pictures is looked at and delivered, a stream goes through as it comes."""
    policy, till = call.settings.policy, call.settings.till
    if isinstance(outcome, Failure) or not attempt.is_fine:
        yield Tell(attempt=(yield from end(attempt, till)))
        return Done(outcome=outcome)
    if outcome.body is None:
        return Done(outcome=outcome, attempt=attempt, policy=policy, till=till)
    work = partial(finish, outcome, attempt, policy, edit=edit)
    finished = (yield Work(run=work)) if _is_slow(attempt, policy, edit) else work()
    if not isinstance(finished, Finished):
        raise TypeError(f"not what came of the work: {finished!r}")
    attempt = yield from end(finished.attempt, till)
    yield Tell(attempt=attempt)
    return Done(outcome=_with_bill(finished.reply, attempt))


def _is_slow(attempt: Attempt, policy: Policy, edit: Edit | None) -> bool:
    """Whether pictures have to be decoded, which would hold up everything else on an event loop."""
    transparent = (attempt.decision.params or {}).get("background") == "transparent"
    return transparent or is_wanted(attempt.decision, policy, edit=edit)


def _edit(call: Call, payload: Payload) -> Edit | None:
    """The files of an edit whose mask is to be exact."""
    if call.settings.policy.masks != "exact" or payload.form is None:
        return None
    files = {part.name.partition("[")[0]: part for part in reversed(payload.form.parts) if part.is_file}
    if "mask" not in files or "image" not in files:
        return None
    return Edit(image=bytes(files["image"].content), mask=bytes(files["mask"].content))


def _inputs(call: Call, progress: Progress) -> Inputs:
    settings = call.settings
    return Inputs(
        on=settings.on,
        catalog=settings.catalog,
        provider=settings.provider,
        without=progress.without,
        committed_micros=progress.committed_micros,
    )


def _reach(call: Call, asked: str | None) -> Mapping[str, str] | None:
    """On Azure a model is called by a deployment: the one for each name of a model; None elsewhere.

    Where several stand for one model, it is the one that the app called. An app that calls a deployment by the name of
    a model needs no mapping for it.
    """
    if call.surface.deployment is None and call.settings.provider != AZURE:
        return None
    known = call.settings.catalog.provider(call.settings.provider)
    mapped = sorted(known.deployments.items(), key=lambda pair: pair[0] == asked)  # what comes later wins
    by_base = {known.own_names[target]: name for name, target in mapped}
    by_name = {target: name for name, target in mapped}
    unmapped = {asked: asked} if asked is not None and asked in known.own_names else {}
    return {**by_base, **by_name, **unmapped, **{name: name for name in known.deployments}}


AZURE: Final = "azure"


def _unreachable(call: Call, reach: Mapping[str, str] | None) -> Mapping[str, str]:
    """The models that no deployment is mapped to."""
    if reach is None:
        return {}
    names = call.settings.catalog.provider(call.settings.provider).names
    return {name: "no deployment is mapped to it" for name in names if name not in reach}


def _ruled_out(progress: Progress, reach: Mapping[str, str] | None) -> Progress:
    """A deployment that is ruled out is so by each of its names."""
    if reach is None:
        return progress
    gone = {reach[name]: reason for name, reason in progress.without.items() if name in reach}
    more = {name: gone[deployment] for name, deployment in reach.items() if deployment in gone}
    return replace(progress, without={**more, **progress.without})


def _outgoing(call: Call, payload: Payload, decision: Decision, *, reach: Mapping[str, str] | None) -> Message:
    params = dict(decision.params or {})
    if reach is None:
        return _with_params(call.message, payload, params)
    deployment = reach[str(decision.model)]
    asked = payload.body.get("model", params["model"])
    params["model"] = asked if deployment == call.surface.deployment else deployment
    if call.surface.deployment is None:
        return _with_params(call.message, payload, params)
    if "model" not in payload.body:
        del params["model"]
    return _with_params(replace(call.message, url=with_deployment(call.message.url, deployment)), payload, params)


def _with_params(message: Message, payload: Payload, params: Mapping[str, object]) -> Message:
    """The same request with other parameters; where nothing changes, the very bytes that the app sent."""
    body = write_payload(payload, params)
    return message if body is None else message.with_body(body)


def _without_our_key(message: Message) -> Message:
    try:
        payload = read_payload(message)
    except RequestError:
        return message
    return _with_params(message, payload, payload.body)


def _marked(outcome: Outcome, decision: Decision, settings: Settings) -> Outcome:
    """Mark an answer with the decision it rests on; where we did the retrying, the SDK is told not to."""
    if isinstance(outcome, Failure):
        return outcome
    marks = [
        (DECIDED, decision.id),
        ("x-pixroute-model", str(decision.model)),
        ("x-pixroute-rule", str(decision.route)),
    ]
    if decision.quote is not None:
        marks.append((COST, usd(decision.quote.expected_micros)))
    if settings.retries is not None and outcome.status >= FIRST_ERROR:
        marks.append(("x-should-retry", "false"))
    ours = {name for name, _ in marks}
    kept = (pair for pair in outcome.headers if pair[0].lower() not in ours)
    return replace(outcome, headers=(*kept, *marks))


COST: Final = "x-pixroute-cost-usd"


def _with_bill(reply: Reply, attempt: Attempt) -> Reply:
    """Put what was used in the place of what was expected."""
    if attempt.bill_micros is None or reply.header(COST) is None:
        return reply
    kept = tuple(pair for pair in reply.headers if pair[0] != COST)
    return replace(reply, headers=(*kept, (COST, usd(attempt.bill_micros))))
