"""Rules that no request can ever come to: contradictory in themselves, or behind others that take everything first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ..decide import choose
from ..policy import Any as AnyOf
from ..policy import Guard
from ..trace import holds
from .finding import Finding
from .search import Found, Impossible, Must, Open, fewest, search
from .verdicts import BIT, TRUE, UNKNOWN, Verdicts

if TYPE_CHECKING:
    from ..decision import Decision
    from ..policy import Adjustment, Route
    from .ask import Ask
    from .study import Shows, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """Can a rule come to anything: what must be for that, and what a decision shows then."""

    kind: str
    rule: Guard | Route | Adjustment
    musts: Sequence[Must]
    shows: Shows

    @property
    def alone(self) -> Must:
        """That its own condition comes out as it must."""
        return self.musts[0]


MOST_OPEN = 10  # questions that are told one by one; all further ones in one finding


def never_holds(study: Study) -> Iterator[Finding]:
    """Find guards, routes and adjustments that never hold, and those for which that stays open."""
    opened = 0
    for question in _questions(study):
        answer = study.ask(question.musts, question.shows)
        if isinstance(answer, Impossible):
            yield _never(study, question, answer)
        elif study.readings.spent or (isinstance(answer, Open) and opened >= MOST_OPEN):
            study.leave(question.rule)
        elif isinstance(answer, Open):
            opened += 1
            yield _open(question)


def _questions(study: Study) -> Iterator[_Question]:
    policy = study.policy
    for place, guard in enumerate(policy.guards):
        musts = [Must(when=guard.when, allowed=_denying(guard)), *study.silent_guards(place, where=guard.when)]
        yield _Question(kind="guard", rule=guard, musts=musts, shows=_denies(study, guard))
    for route in policy.routes:
        yield _Question(kind="route", rule=route, musts=study.way_to(route), shows=_takes(route))
    some_route = Must(when=AnyOf(parts=tuple(route.when for route in policy.routes)), allowed=TRUE)
    for adjustment in policy.adjustments:
        own = Must(when=adjustment.when, allowed=TRUE)
        musts = [own, *study.silent_guards(where=adjustment.when), some_route]
        yield _Question(kind="adjustment", rule=adjustment, musts=musts, shows=_adjusts(study, adjustment))


def _denying(guard: Guard) -> Verdicts:
    return TRUE if guard.unknown == "skip" else TRUE | UNKNOWN


def _takes(route: Route) -> Shows:
    return lambda decision: decision.route == route.id


def _denies(study: Study, guard: Guard) -> Shows:
    return lambda decision: study.taken_by(decision) == guard.id


def _adjusts(study: Study, adjustment: Adjustment) -> Shows:
    return lambda decision: adjustment in choose(study.policy, decision.facts).adjustments


# -- what is said of a rule that never holds


def _never(study: Study, question: _Question, answer: Impossible) -> Finding:
    alone = search(study.space, [question.alone])
    if not isinstance(alone, Impossible):
        return _behind_others(study, question, fewest(study.space, question.musts, answer))
    return _expired(study, question) or _finding(
        question,
        f"{_name(question)} never holds: its conditions contradict each other",
        help_="change the conditions, or take it out",
    )


def _expired(study: Study, question: _Question) -> Finding | None:
    """A rule for days that are over, rather than one that contradicts itself."""
    days = [day for day in study.space.wants("date") if isinstance(day, date) and date.min < day <= study.on]
    earlier = replace(study.space, start=replace(study.space.start, on=min(days) - timedelta(1))) if days else None
    if earlier is None or not isinstance(search(earlier, [question.alone]), Found):
        return None
    return _finding(
        question, f"{_name(question)} never holds from {study.on} on: its days are over", help_="take it out"
    )


def _behind_others(study: Study, question: _Question, names: Sequence[str]) -> Finding:
    """A rule that others shadow, with a request that shows who takes what it would hold for."""
    shown = _taken(study, question, names)
    others = " and ".join(f"`{name}`" for name in names)
    if shown is None:
        reason = f"nothing is left for it after {others}" if names else "no route holds where it does"
        return _finding(question, f"{_name(question)} never holds: {reason}", help_=MOVE_IT)
    taker = study.taken_by(study.decide(shown))
    takes = "takes" if len(names) == 1 else "take"
    example = study.tell(shown) if [taker] == [*names] else f"`{taker}` {study.tell(shown)}"
    message = f"{_name(question)} never holds: {others} {takes} every request first, for example {example}"
    return replace(_finding(question, message, help_=MOVE_IT), witness=shown)


def _taken(study: Study, question: _Question, names: Sequence[str]) -> Ask | None:
    """A request that the rule would hold for and another one takes, one that is to be named if that can be."""
    rest = [must for must in question.musts if must.rule not in names]
    for musts in (rest, [question.alone]) if names else ():
        shown = study.ask(musts, partial(_is_taken, study, question))
        if isinstance(shown, Found):
            return shown.ask
    return None


def _is_taken(study: Study, question: _Question, decision: Decision) -> bool:
    would_hold = BIT[holds(question.rule.when, decision.facts)] & question.alone.allowed
    return bool(would_hold) and study.taken_by(decision) not in (None, question.rule.id)


MOVE_IT = "move it up, narrow what stands before it, or take it out"


def _open(question: _Question) -> Finding:
    return Finding(
        code="NOT_PROVED",
        severity="note",
        at=question.rule.at,
        message=f"whether {_name(question)} can ever hold is not proved: there are too many cases",
        help="test it with a request of its own",
    )


def _name(question: _Question) -> str:
    return f"{question.kind} `{question.rule.id}`"


def _finding(question: _Question, message: str, *, help_: str) -> Finding:
    code = f"{question.kind.upper()}_NEVER_HOLDS"
    return Finding(code=code, severity="warning", at=question.rule.at, message=message, help=help_)


def not_proved(study: Study) -> Iterator[Finding]:
    """One finding for all rules that nothing was left for, once the run had read all that it may."""
    if not study.unread:
        return
    first = min(study.unread.values(), key=lambda rule: rule.at)
    count = len(study.unread)
    rules = f"{count:,} rules are not proved, the first of them" if count > 1 else "not all is proved of"
    yield Finding(
        code="NOT_PROVED",
        severity="note",
        at=first.at,
        message=f"{rules} `{first.id}`: the policy has more cases than one run tries",
        help="test them with requests of their own, or part the rules by the value of one fact, such as a tag",
    )
