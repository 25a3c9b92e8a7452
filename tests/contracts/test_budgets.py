"""A budget around real calls: what the ledger says was spent is never below what the provider bills."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import openai
import pytest

from router.budget import accounts
from router.errors import LedgerInDoubtError, LedgerUnreachableError
from router.language import parse_policy
from router.ledger import Hold, Reservation
from router.ledger.memory import MemoryLedger
from router.testing import fake_images
from router.transport import drivers

from .callers import HTTP, SDKS, Ask, calling
from .test_faults import AT_THE_END_OF_A_STREAM, FOX, ROWS, STREAM, at

NOON_S = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
DOLLAR = """
pixroute: 1
name: a-dollar-a-day
routes:
  - {id: all, to: [asked, gpt-image-2.5-flare, gpt-image-2.5-sunburst]}
budget:
  limits:
    - {id: everyone, scope: all, window: day, amount: 1}
"""
LADDER = f"{DOLLAR}  when_short:\n    - {{lower: quality, floor: low}}\n"
WAITING = f"{DOLLAR}ledger: {{wait_s: 1}}\n"
CERTAIN = ("settled", "released")
DEAR = replace(FOX, params={**FOX.params, "size": "1024x1024", "quality": "high"})  # 0.21098 USD at the most


def ledger() -> MemoryLedger:
    return MemoryLedger(now=lambda: NOON_S)


def spent(kept: MemoryLedger) -> int:
    """All that counts against the limits, in micro-dollars."""
    return sum(each.spent_micros + each.held_micros + each.unknown_micros for each in kept.balances())


def states(stage: Any) -> list[str]:
    """How the hold of each attempt ended."""
    return [record.settled.state for record in stage.records if record.settled is not None]


# -- whatever goes wrong


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("name", SDKS)
def test_the_ledger_is_never_below_the_bill(name, row, stage):
    kept = ledger()
    stage.provider.fault(**row.fault)

    with calling(name, stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(at(name, row.ask))

    assert spent(kept) >= stage.provider.spent_micros
    assert len(states(stage)) == len(row.models)
    assert not [each for each in kept.balances() if each.held_micros]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_where_nothing_was_ambiguous_the_ledger_is_the_bill(row, stage):
    kept = ledger()
    stage.provider.fault(**row.fault)

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(row.ask)

    exact = all(state in CERTAIN for state in states(stage))
    assert (spent(kept) == stage.provider.spent_micros) == exact


@pytest.mark.parametrize("broken", AT_THE_END_OF_A_STREAM, ids=lambda each: each["name"])
@pytest.mark.parametrize("name", [*HTTP, "OpenAI", "AsyncOpenAI"])
def test_a_stream_that_breaks_counts_at_its_ceiling(name, broken, stage):
    kept = ledger()
    stage.provider.fault(**broken)

    with calling(name, stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(STREAM)

    assert states(stage) == ["unknown"]
    assert spent(kept) == stage.records[0].hold.ceiling_micros >= stage.provider.spent_micros


@pytest.mark.parametrize("name", [*HTTP, *SDKS])
def test_a_stream_that_comes_to_its_end_is_settled_by_its_usage(name, stage):
    kept = ledger()

    with calling(name, stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(at(name, STREAM))

    assert states(stage) == ["settled"]
    assert spent(kept) == stage.provider.spent_micros > 0


def test_failing_over_holds_money_for_one_model_at_a_time(stage):
    kept = ledger()
    stage.provider.fault("model_not_found", times=2)

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(FOX)

    lines = [(entry.act, entry.attempt, entry.about.get("model")) for entry in kept.entries()]
    assert lines == [
        ("reserve", 1, "gpt-image-2"),
        ("release", 1, None),
        ("reserve", 2, "gpt-image-2.5-flare"),
        ("release", 2, None),
        ("reserve", 3, "gpt-image-2.5-sunburst"),
        ("settle", 3, None),
    ]
    assert len({entry.key for entry in kept.entries()}) == 1


def test_an_attempt_that_may_be_billed_still_counts_when_the_policy_tries_again(stage):
    kept = ledger()
    stage.provider.fault("server_error", billed=True)

    with calling(
        "OpenAI", stage.make(f"{DOLLAR}retry: {{ambiguous: once}}\n", ledger=kept), url=stage.provider.url
    ) as caller:
        seen = caller.call(FOX)

    assert (seen.status, states(stage)) == (200, ["unknown", "settled"])
    assert spent(kept) >= stage.provider.spent_micros > stage.records[-1].bill_micros


# -- many at once


def test_of_fifty_threads_as_many_get_their_picture_as_a_dollar_pays_for(stage):
    kept = ledger()
    router = stage.make(DOLLAR, ledger=kept)

    def draw(_: int) -> int | None:
        with calling("OpenAI", router, url=stage.provider.url) as caller:
            return caller.call(DEAR).status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(draw, range(50)))

    assert statuses.count(200) == 4
    assert statuses.count(402) == 46
    assert spent(kept) == stage.provider.spent_micros <= 1_000_000


def test_of_fifty_tasks_as_many_get_their_picture_as_a_dollar_pays_for(stage):
    kept = ledger()
    router = stage.make(DOLLAR, ledger=kept)

    async def draw() -> list[Any]:
        async with openai.AsyncOpenAI(api_key="any", base_url=stage.provider.base_url) as client:
            images = router.wrap(client).images
            return await asyncio.gather(*(images.generate(**DEAR.params) for _ in range(50)), return_exceptions=True)

    answers = asyncio.run(draw())

    assert sum(not isinstance(answer, Exception) for answer in answers) == 4
    assert {answer.status_code for answer in answers if isinstance(answer, openai.APIStatusError)} == {402}
    assert spent(kept) == stage.provider.spent_micros <= 1_000_000


def test_a_cheaper_picture_comes_before_a_refusal(stage):
    router = stage.make(LADDER, ledger=ledger())

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        statuses = [caller.call(DEAR).status for _ in range(8)]

    qualities = [record.decision.params["quality"] for record in stage.records]
    assert statuses == [200] * 8
    assert qualities == ["high"] * 4 + ["medium"] * 2 + ["low"] * 2


class Overtaken(MemoryLedger):
    """A ledger in which others take money between the question and the reservation."""

    def __init__(self, *takes: int) -> None:
        super().__init__(now=lambda: NOON_S)
        self.takes = list(takes)

    def reserve(self, reservation, /):
        if self.takes:
            micros = self.takes.pop(0)
            super().reserve(replace(reservation, key=f"other-{micros}", token=f"{micros}", ceiling_micros=micros))
        return super().reserve(reservation)


OVERTAKEN = [
    ((300_000,), "medium", 700_000),
    ((300_000, 600_000), "low", 100_000),
]


@pytest.mark.parametrize("row", OVERTAKEN)
def test_whoever_is_overtaken_decides_again_with_what_is_left(row, stage):
    takes, quality, left = row
    ask = replace(DEAR, params={**DEAR.params, "n": 4})

    with calling("OpenAI", stage.make(LADDER, ledger=Overtaken(*takes)), url=stage.provider.url) as caller:
        seen = caller.call(ask)

    [record] = stage.records
    assert (seen.status, record.decision.params["quality"]) == (200, quality)
    assert record.decision.inputs["budget_left_micros"] == {"everyone": left}


def test_whoever_is_overtaken_though_three_times_decided_again_is_refused(stage):
    kept = Overtaken(300_000, 600_000, 80_000, 15_000)
    ask = replace(DEAR, params={**DEAR.params, "n": 4})

    with calling(
        "OpenAI", stage.make(LADDER + "    - {lower: n, floor: 1}\n", ledger=kept), url=stage.provider.url
    ) as caller:
        seen = caller.call(ask)

    denial = stage.records[0].decision.deny
    assert (seen.status, seen.code) == (402, "budget_exceeded")
    assert denial.message == "others took what `everyone` had left, 4 times in a row"
    assert denial.details["left_micros"] == 5_000


# -- waiting for money that is held


def reserve(kept: MemoryLedger, key: str, micros: int) -> str:
    """Hold money as another caller would."""
    limits = (*parse_policy(DOLLAR).budget.limits,)
    answer = kept.reserve(
        Reservation(key=key, token=key, ceiling_micros=micros, accounts=accounts(limits, {}), lease_s=600)
    )
    assert isinstance(answer, Hold)
    return answer.id


class Freeing(MemoryLedger):
    """A ledger in which another caller gives its money back when it is looked at for the fourth time."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON_S)
        self.other = reserve(self, "other", 900_000)
        self.looks = 0

    def left(self, accounts, /):
        self.looks += 1
        if self.looks == 4:
            self.release(self.other)
        return super().left(accounts)


@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_call_waits_for_held_money_as_long_as_the_policy_says(name, stage):
    with calling(name, stage.make(WAITING, ledger=Freeing()), url=stage.provider.url) as caller:
        seen = caller.call(DEAR)

    assert (seen.status, stage.waits) == (200, [0.05, 0.1, 0.2])


def test_a_call_stops_waiting_when_its_time_is_over(stage):
    kept = ledger()
    reserve(kept, "other", 900_000)

    with calling("AsyncOpenAI", stage.make(WAITING, ledger=kept), url=stage.provider.url) as caller:
        seen = caller.call(DEAR)

    assert (seen.status, seen.code) == (402, "budget_exceeded")
    assert sum(stage.waits) == pytest.approx(1.0)


def test_nobody_waits_for_money_that_is_spent(stage):
    kept = ledger()
    kept.settle(reserve(kept, "other", 900_000), 900_000)

    with calling("OpenAI", stage.make(WAITING, ledger=kept), url=stage.provider.url) as caller:
        seen = caller.call(DEAR)

    assert (seen.code, stage.waits) == ("budget_exceeded", [])
    assert stage.records[0].decision.deny.details == {
        "limit": "everyone",
        "needed_micros": 210_980,
        "left_micros": 100_000,
        "resets_at": "2026-11-24T00:00:00+00:00",
        "cheapest_micros": 210_980,
    }


# -- an operation is paid once


ORDER = replace(FOX, headers={"Idempotency-Key": "order-1"})


def test_an_operation_that_was_paid_is_not_paid_again(stage):
    router = stage.make(DOLLAR, ledger=ledger())

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        first, second = caller.call(ORDER), caller.call(ORDER)

    assert (first.status, second.status, second.code) == (200, 409, "operation_paid")
    assert stage.billed == 1


def test_an_operation_that_is_under_way_is_refused_or_waited_for(stage):
    kept = ledger()
    reserve(kept, "order-1", 100_000)

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        seen = caller.call(ORDER)

    assert (seen.status, seen.code, stage.called) == (409, "operation_under_way", [])


def test_an_operation_that_may_be_paid_waits_for_a_word(stage):
    router = stage.make(DOLLAR, ledger=ledger())
    stage.provider.fault("server_error")

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        first, second = caller.call(ORDER), caller.call(ORDER)
        router.ledger.release("order-1#1")
        third = caller.call(ORDER)

    assert (first.status, second.code, third.status) == (500, "operation_may_be_paid", 200)


# -- a ledger that fails


class Failing(MemoryLedger):
    """A ledger that raises, a number of times, when it is asked for an act."""

    def __init__(self, error: Exception, *, act: str, times: int = 99) -> None:
        super().__init__(now=lambda: NOON_S)
        self.error, self.act, self.times = error, act, times

    def left(self, accounts, /):
        self._fail("left")
        return super().left(accounts)

    def reserve(self, reservation, /):
        self._fail("reserve")
        return super().reserve(reservation)

    def settle(self, hold, micros, /):
        self._fail("settle")
        return super().settle(hold, micros)

    def _fail(self, act):
        if act == self.act and self.times:
            self.times -= 1
            raise self.error


UNREACHABLE = LedgerUnreachableError("the ledger does not answer")
IN_DOUBT = LedgerInDoubtError("the ledger restarted")


@pytest.mark.parametrize("act", ["left", "reserve"])
@pytest.mark.parametrize("name", ["OpenAI", "AsyncOpenAI"])
def test_a_ledger_out_of_reach_closes(name, act, stage):
    router = stage.make(DOLLAR, ledger=Failing(UNREACHABLE, act=act))

    with calling(name, router, url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert (seen.status, seen.code, stage.called) == (503, "ledger_unreachable", [])


def test_a_ledger_out_of_reach_is_passed_over_where_the_policy_says_so(stage):
    router = stage.make(f"{DOLLAR}ledger: {{unreachable: allow}}\n", ledger=Failing(UNREACHABLE, act="left"))

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert seen.status == 200
    assert [warning.code for warning in stage.records[0].decision.warnings] == ["BUDGET_NOT_CHECKED"]


def test_what_a_ledger_could_not_be_told_is_told_before_the_next_question(stage):
    kept = Failing(UNREACHABLE, act="settle", times=1)

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(FOX)
        before = [entry.act for entry in kept.entries()]
        caller.call(FOX)

    assert before == ["reserve"]
    assert [entry.act for entry in kept.entries()] == ["reserve", "settle", "reserve", "settle"]
    assert spent(kept) == stage.provider.spent_micros


def test_a_ledger_in_doubt_closes_also_where_one_out_of_reach_is_passed_over(stage):
    router = stage.make(f"{DOLLAR}ledger: {{unreachable: allow}}\n", ledger=Failing(IN_DOUBT, act="left"))

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert (seen.status, seen.code) == (503, "ledger_in_doubt")


def test_a_ledger_in_doubt_is_accepted_where_the_policy_trusts_restarts(stage):
    kept = Failing(IN_DOUBT, act="left", times=1)

    with calling(
        "OpenAI", stage.make(f"{DOLLAR}ledger: {{restarts: trust}}\n", ledger=kept), url=stage.provider.url
    ) as caller:
        seen = caller.call(FOX)

    assert (seen.status, states(stage)) == (200, ["settled"])


def test_a_hold_that_the_store_has_lost_is_made_again_and_settled(stage):
    kept = Forgetful()

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(FOX)

    assert spent(kept) == stage.provider.spent_micros > 0


class Forgetful(MemoryLedger):
    """A ledger that loses the first hold that it makes."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON_S)
        self.has_lost = False

    def reserve(self, reservation, /):
        answer = super().reserve(reservation)
        if not self.has_lost:
            self.__init__()
            self.has_lost = True
        return answer


# -- giving up


async def cancelled(router, url: str, *, after_s: float, ask: Ask = FOX) -> None:
    async with openai.AsyncOpenAI(api_key="any", base_url=f"{url}/v1") as client:
        task = asyncio.create_task(router.wrap(client).images.generate(**ask.params))
        await asyncio.sleep(after_s)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_a_call_that_is_cancelled_after_it_was_sent_counts_at_its_ceiling(emulator, routers):
    kept = ledger()
    emulator.reset()
    emulator.fault("delay", delay=0.5)

    asyncio.run(cancelled(routers.make(DOLLAR, ledger=kept), emulator.url, after_s=0.2))

    assert states(routers) == ["unknown"]
    assert routers.records[0].failure == "the caller gave the call up"
    assert spent(kept) == routers.records[0].hold.ceiling_micros


class Slow(MemoryLedger):
    """A ledger that takes its time."""

    def __init__(self, act: str) -> None:
        super().__init__(now=lambda: NOON_S)
        self.act = act
        self.done = threading.Event()

    def reserve(self, reservation, /):
        return self._late("reserve", super().reserve, reservation)

    def settle(self, hold, micros, /):
        return self._late("settle", super().settle, hold, micros)

    def _late(self, act, step, *arguments):
        threading.Event().wait(0.4 * (act == self.act))
        try:
            return step(*arguments)
        finally:
            self.done.set()


def test_a_call_that_is_cancelled_while_money_is_reserved_gives_it_back(emulator, routers):
    emulator.reset()
    kept = Slow("reserve")

    asyncio.run(cancelled(routers.make(DOLLAR, ledger=kept), emulator.url, after_s=0.2))

    assert states(routers) == ["released"]
    assert (spent(kept), emulator.calls) == (0, [])


def test_a_call_that_is_cancelled_while_it_is_settled_is_settled(emulator, routers):
    emulator.reset()
    kept = Slow("settle")

    asyncio.run(cancelled(routers.make(DOLLAR, ledger=kept), emulator.url, after_s=0.3))

    assert states(routers) == ["settled"]
    assert spent(kept) == emulator.spent_micros > 0


def test_an_interrupt_from_the_keyboard_is_seen_to_as_well(routers):
    kept = ledger()
    router = routers.make(DOLLAR, ledger=kept)

    def interrupted(_):
        raise KeyboardInterrupt

    client = httpx.Client(transport=router.transport(httpx.MockTransport(interrupted)), base_url="http://provider.test")
    with client, pytest.raises(KeyboardInterrupt):
        client.post("/v1/images/generations", json=dict(FOX.params))

    assert states(routers) == ["unknown"]


def test_a_stream_that_is_closed_early_counts_at_its_ceiling(stage):
    kept = ledger()
    client = stage.make(DOLLAR, ledger=kept).wrap(openai.OpenAI(api_key="any", base_url=stage.provider.base_url))

    with client.images.generate(**STREAM.params) as events:
        next(iter(events))

    assert states(stage) == ["unknown"]
    assert spent(kept) == stage.records[0].hold.ceiling_micros


def test_the_lease_of_a_long_stream_is_renewed(monkeypatch, routers):
    kept = ledger()
    renewed = []
    monkeypatch.setattr(kept, "renew", lambda hold, lease_s: renewed.append((hold, lease_s)))
    monkeypatch.setattr(drivers, "RENEWED_EACH_S", 0.0)
    router = routers.make(DOLLAR, ledger=kept)

    with httpx.Client(transport=router.transport(fake_images()), base_url="http://provider.test", timeout=30) as client:
        client.post("/v1/images/generations", json=dict(STREAM.params))

    assert set(renewed) == {(routers.records[0].hold.id, 120.0)}


# -- what is told


def test_alerts_tell_of_shares_once_and_of_the_first_refusal(stage):
    alerts = []
    router = stage.make(DOLLAR, ledger=ledger(), on_alert=[alerts.append])

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        for _ in range(7):
            caller.call(DEAR)

    assert [(alert.kind, alert.percent, alert.used_micros) for alert in alerts] == [
        ("share", 50, 632_500),
        ("share", 80, 843_260),
        ("refused", 100, 843_040),
    ]
    assert alerts[0].resets_at == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_bill_above_its_ceiling_is_an_alert_and_stands_in_the_record(stage):
    alerts = []
    stage.provider.fault("usage_above", factor=10)
    router = stage.make(DOLLAR, ledger=ledger(), on_alert=[alerts.append])

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        caller.call(FOX)

    [record] = stage.records
    [alert] = alerts
    assert (alert.kind, alert.used_micros, alert.amount_micros) == (
        "overrun",
        record.bill_micros,
        record.hold.ceiling_micros,
    )
    assert record.to_dict()["hold"] == {
        "id": record.hold.id,
        "ceiling_micros": record.hold.ceiling_micros,
        "state": "settled",
        "micros": record.bill_micros,
        "overrun_micros": record.bill_micros - record.hold.ceiling_micros,
    }


def test_shadow_mode_holds_no_money(stage):
    kept = ledger()
    router = stage.make(DOLLAR, ledger=kept)
    router.mode = "shadow"

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        seen = caller.call(FOX)

    assert (seen.status, list(kept.entries())) == (200, [])


def test_what_a_hold_is_for_stands_in_the_ledger(stage):
    kept = ledger()

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller:
        caller.call(replace(FOX, told={"tags": {"tenant": "acme"}}))

    first = next(kept.entries())
    assert dict(first.about) == {
        "model": "gpt-image-2",
        "asked": "gpt-image-2",
        "route": "all",
        "operation": "generate",
        "provider": "openai",
        "policy": "a-dollar-a-day",
        "tag.tenant": "acme",
    }
