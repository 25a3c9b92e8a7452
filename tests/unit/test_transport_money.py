"""The way from a request to a decision that money is held for, driven by hand: no network, no clock, no waiting."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from router.app import read_catalogs
from router.budget import accounts
from router.engine import Inputs
from router.errors import LedgerInDoubtError, LedgerUnreachableError
from router.language import parse_policy
from router.ledger import Ended, Hold, Reservation
from router.ledger.memory import MemoryLedger
from router.ledger.till import Till
from router.request import read_request
from router.transport.attempts import Attempt
from router.transport.effects import Ask, Look, Wait
from router.transport.exchange import Call, Settings
from router.transport.message import Message
from router.transport.money import Funded, conclude, end, fund, lease_s
from router.transport.surface import find_surface
from router.transport.verdicts import Act, Fate, Verdict

ON = date(2026, 11, 23)
NOON_S = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
URL = "https://api.openai.com/v1/images/generations"
CATALOG = read_catalogs(None)
INPUTS = Inputs(on=ON, catalog=CATALOG)
FOX = {"prompt": "a fox", "model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
CEILING = 210_980
DOLLAR = """
pixroute: 1
name: mine
tags: {tenant: any, team: any}
routes: [{id: all, to: [asked]}]
budget:
  limits:
    - {id: everyone, scope: all, window: day, amount: 1}
"""
LADDER = f"{DOLLAR}  when_short: [{{lower: quality, floor: low}}]\n"
WAITING = f"{DOLLAR}ledger: {{wait_s: 1}}\n"


def ledger() -> MemoryLedger:
    return MemoryLedger(now=lambda: NOON_S)


@dataclass
class Drive:
    """What the exchange asked of its driver, and what came of it in the end; `then` is done at each wait."""

    funded: Funded
    asked: list[type] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def drive(text: str, kept: Any, *, then: Any = None, again: bool = False, **changes: Any) -> Drive:
    """Fund a call by a policy's text."""
    told = changes.pop("told", {})
    policy = parse_policy(text)
    settings = Settings(policy=policy, catalog=CATALOG, provider="openai", on=ON, till=kept and Till(kept))
    message = Message(method="POST", url=URL, headers=(), body=(json.dumps(FOX).encode(),))
    surface = find_surface("POST", URL)
    assert surface is not None
    call = Call(message=message, surface=surface, settings=settings, **{"key": "k", "longest_s": 100.0, **changes})
    steps = fund(call, read_request({**FOX, "pixroute": told}), INPUTS, again=again)
    asked, waits, came = [], [], None
    try:
        while True:
            effect = steps.send(came)
            came = None
            match effect:
                case Ask():
                    asked.append(type(effect))
                    came = effect.run()
                case Wait():
                    waits.append(effect.seconds)
                    came = then and then(len(waits)) and None
    except StopIteration as stop:
        return Drive(stop.value, asked, waits)


def reserve(kept: MemoryLedger, key: str, micros: int) -> str:
    """Hold money as another caller would."""
    limits = accounts(parse_policy(DOLLAR).budget.limits, {})
    answer = kept.reserve(Reservation(key=key, token=f"other-{key}", ceiling_micros=micros, accounts=limits))
    assert isinstance(answer, Hold)
    return answer.id


def denial(driven: Drive) -> tuple[str, Any]:
    deny = driven.funded.decision.deny
    assert deny is not None
    assert driven.funded.hold is None
    return deny.code, deny.details.get("left_micros")


# -- holding


def test_without_a_ledger_nothing_is_asked_and_nothing_held():
    driven = drive(DOLLAR, None)

    assert (driven.asked, driven.funded.hold, driven.funded.decision.model) == ([], None, "gpt-image-2")


def test_a_call_looks_decides_and_holds_its_ceiling():
    driven = drive(DOLLAR, ledger())

    hold = driven.funded.hold
    assert hold is not None
    assert driven.asked == [Look, Ask]
    assert (hold.id, hold.ceiling_micros, hold.lease_until_ms - hold.at_ms) == ("k#1", CEILING, 160_000)
    assert driven.funded.decision.inputs["budget_left_micros"] == {"everyone": 1_000_000}


def test_what_is_left_is_told_of_each_limit_that_applies():
    kept = ledger()
    reserve(kept, "other", 100_000)
    more = "    - {id: team, scope: [team, tenant], window: month, amount: 5, missing: exempt}\n"
    mine = "    - {id: tenants, scope: tenant, window: day, amount: 0.5, missing: share}\n"

    exempt = drive(DOLLAR + more + mine, kept).funded
    both = drive(DOLLAR + more + mine, kept, told={"tags": {"tenant": "a", "team": "b"}}, key="j").funded

    assert exempt.decision.inputs["budget_left_micros"] == {"everyone": 900_000, "tenants": 500_000}
    assert both.decision.inputs["budget_left_micros"] == {
        "everyone": 900_000 - CEILING,
        "team": 5_000_000,
        "tenants": 500_000,
    }
    assert [balance.account for balance in kept.balances()] == [
        "everyone/day",
        "tenants/day/tenant",
        "team/month/team=b/tenant=a",
        "tenants/day/tenant=a",
    ]


def test_a_request_without_a_tag_that_a_limit_needs_is_denied_and_holds_nothing():
    kept = ledger()
    needing = f"{DOLLAR}    - {{id: tenants, scope: tenant, window: day, amount: 1}}\n"

    assert denial(drive(needing, kept)) == ("tag_required", None)
    assert list(kept.entries()) == []


def test_a_call_under_no_limit_is_in_the_books_all_the_same():
    kept = ledger()

    drive("pixroute: 1\nname: free\nroutes: [{id: all, to: [asked]}]\n", kept)

    assert [(entry.act, entry.micros, entry.charges) for entry in kept.entries()] == [("reserve", CEILING, ())]


@pytest.mark.parametrize(("timeout_s", "expected"), [(30, 120), (7200, 14_460), (None, 3600)])
def test_the_lease_of_a_stream_is_longer_than_the_wait_for_its_next_event(timeout_s, expected):
    assert lease_s(timeout_s) == expected


# -- short of money


def test_what_does_not_fit_gets_cheaper():
    kept = ledger()
    reserve(kept, "other", 900_000)

    assert drive(LADDER, kept).funded.decision.params["quality"] == "medium"


@pytest.mark.parametrize("text", [DOLLAR, WAITING], ids=["no patience", "patience"])
def test_nobody_waits_for_money_that_is_spent(text):
    kept = ledger()
    kept.settle(reserve(kept, "other", 900_000), 900_000)

    driven = drive(text, kept)

    assert (denial(driven), driven.waits) == (("budget_exceeded", 100_000), [])


def test_a_call_waits_for_held_money_each_time_longer_and_not_longer_than_it_may():
    kept = ledger()
    reserve(kept, "other", 900_000)

    driven = drive(WAITING, kept)

    assert denial(driven) == ("budget_exceeded", 100_000)
    assert driven.waits == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.25])


def test_money_that_comes_back_is_taken():
    kept = ledger()
    other = reserve(kept, "other", 900_000)

    driven = drive(WAITING, kept, then=lambda waited: waited == 2 and kept.release(other))

    assert driven.funded.hold is not None
    assert driven.waits == [0.05, 0.1]


@pytest.mark.parametrize("cap", ["max_cost_usd", "per_request"])
def test_nobody_waits_where_the_cap_of_the_call_itself_is_too_low(cap):
    kept = ledger()
    reserve(kept, "other", 900_000)
    text = WAITING.replace("budget:\n", "budget:\n  per_request: 0.01\n" if cap == "per_request" else "budget:\n")

    driven = drive(text, kept, told={"max_cost_usd": "0.01"} if cap == "max_cost_usd" else {})

    assert (denial(driven), driven.waits) == (("budget_exceeded", 10_000), [])


# -- an operation is paid once


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("held", "operation_under_way"),
        ("settle", "operation_paid"),
        ("unknown", "operation_may_be_paid"),
    ],
)
@pytest.mark.parametrize("micros", [1, 1_000_000], ids=["money is left", "no money is left"])
def test_an_operation_that_has_a_hold_is_not_paid_again(act, code, micros):
    kept = ledger()
    hold = reserve(kept, "k", micros)
    {"held": str, "settle": lambda it: kept.settle(it, micros), "unknown": kept.unknown}[act](hold)

    assert denial(drive(DOLLAR, kept, is_named=True)) == (code, None)
    assert len({entry.attempt for entry in kept.entries()}) == 1


def test_an_operation_that_was_released_may_try_again():
    kept = ledger()
    kept.release(reserve(kept, "k", 1))

    assert drive(DOLLAR, kept, is_named=True).funded.hold.id == "k#2"


def test_a_later_attempt_of_the_very_call_passes_over_what_it_does_not_know_the_end_of():
    kept = ledger()
    kept.unknown(reserve(kept, "k", 1))

    assert drive(DOLLAR, kept, again=True).funded.hold.id == "k#2"


def test_a_key_of_our_own_is_not_asked_after_when_no_money_is_left():
    kept = ledger()
    reserve(kept, "other", 1_000_000)

    assert drive(DOLLAR, kept).asked == [Look, Look]  # the second tells of the refusal
    assert drive(DOLLAR, kept, is_named=True).asked == [Look, Ask, Look]


# -- a ledger that fails


class Failing(MemoryLedger):
    """A ledger that cannot be looked at."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def left(self, _, /):
        raise self.error


ALLOWING = f"{DOLLAR}ledger: {{unreachable: allow}}\n"


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        (DOLLAR, LedgerUnreachableError("gone"), "ledger_unreachable"),
        (DOLLAR, LedgerInDoubtError("restarted"), "ledger_in_doubt"),
        (ALLOWING, LedgerInDoubtError("restarted"), "ledger_in_doubt"),
    ],
)
def test_a_ledger_that_fails_closes(text, error, code):
    assert denial(drive(text, Failing(error))) == (code, None)


def test_a_ledger_out_of_reach_is_passed_over_where_the_policy_says_so():
    funded = drive(ALLOWING, Failing(LedgerUnreachableError("gone"))).funded

    assert (funded.decision.model, funded.hold) == ("gpt-image-2", None)


# -- after the attempt


@pytest.mark.parametrize(
    ("fate", "bill", "expected"),
    [
        (Fate.DONE, 9, Ended(state="settled", changed=True, micros=9)),
        (Fate.DONE, None, Ended(state="unknown", changed=True, micros=CEILING)),
        (Fate.NO_WORK, None, Ended(state="released", changed=True, micros=0)),
        (Fate.NO_WORK, 9, Ended(state="released", changed=True, micros=0)),
        (Fate.UNKNOWN, 9, Ended(state="unknown", changed=True, micros=CEILING)),
    ],
)
def test_only_a_bill_settles_and_only_proof_gives_back(fate, bill, expected):
    kept = ledger()
    funded = drive(DOLLAR, kept).funded
    verdict = Verdict(act=Act.DELIVER, fate=fate, reason="")

    ended = conclude(Attempt(decision=funded.decision, funded=funded, verdict=verdict, bill_micros=bill), Till(kept))

    assert ended.settled == expected


@pytest.mark.parametrize("till", [None, Till(ledger())])
def test_an_attempt_that_holds_nothing_has_nothing_to_end(till):
    attempt = Attempt(decision=drive(DOLLAR, None).funded.decision)

    with pytest.raises(StopIteration) as stop:
        next(end(attempt, till))

    assert stop.value.value is attempt
    assert conclude(replace(attempt, funded=Funded(attempt.decision)), Till(ledger())).settled is None
