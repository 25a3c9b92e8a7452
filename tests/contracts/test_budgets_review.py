"""Money around calls that break off where nobody expects it: what is held always ends, and never below the bill."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest

from router import Router
from router.errors import LedgerUnreachableError
from router.ledger import Hold
from router.ledger.memory import MemoryLedger
from router.records import Record
from router.testing import fake_images
from router.transport import exchange

from .callers import calling
from .test_budgets import (
    DEAR,
    DOLLAR,
    LADDER,
    NOON_S,
    ORDER,
    WAITING,
    Failing,
    Overtaken,
    Slow,
    ledger,
    reserve,
    spent,
    states,
)
from .test_faults import CLEAR, FOX, STREAM

URL = "/v1/images/generations"
USAGE = {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205}
NOTHING = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
LOW = {**FOX.params, "size": "1024x1024"}
SSE = {"content-type": "text/event-stream"}


def completed(**fields: Any) -> bytes:
    event = {"type": "image_generation.completed", "b64_json": "aGk=", **fields}
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def drawn(**fields: Any) -> dict[str, Any]:
    return {"json": {"created": 1, "data": [{"b64_json": "aGk="}], **fields}}


def post(router: Router, answer: Any, params: Any = LOW, **options: Any) -> httpx.Response:
    """Call a provider that answers so."""
    inner = httpx.MockTransport(answer if callable(answer) else lambda _: httpx.Response(200, **answer))
    with httpx.Client(transport=router.transport(inner), base_url="http://provider.test", timeout=30) as client:
        return client.post(URL, json=dict(params), **options)


def acts(kept: MemoryLedger) -> list[str]:
    return [entry.act for entry in kept.entries()]


# -- what an answer says of its cost


@pytest.mark.parametrize(
    "events",
    [completed(usage=USAGE), completed(usage=USAGE) + completed()],
    ids=["cut after the first of two", "one of two without usage"],
)
def test_a_stream_that_tells_the_cost_of_one_picture_of_two_counts_at_its_ceiling(events, routers):
    kept = ledger()
    router = routers.make(DOLLAR, ledger=kept)

    post(router, {"content": events, "headers": SSE}, {**LOW, "n": 2, "stream": True})

    assert states(routers) == ["unknown"]
    assert spent(kept) == routers.records[0].hold.ceiling_micros


def test_a_stream_that_tells_the_cost_of_both_pictures_is_settled(routers):
    kept = ledger()
    router = routers.make(DOLLAR, ledger=kept)

    post(router, {"content": completed(usage=USAGE) * 2, "headers": SSE}, {**LOW, "n": 2, "stream": True})

    assert states(routers) == ["settled"]
    assert spent(kept) == routers.records[0].bill_micros


@pytest.mark.parametrize("answer", [drawn(usage=NOTHING), {"content": completed(usage=NOTHING), "headers": SSE}])
def test_a_picture_that_is_said_to_have_used_nothing_counts_at_its_ceiling(answer, routers):
    kept = ledger()

    post(routers.make(DOLLAR, ledger=kept), answer)

    [record] = routers.records
    assert states(routers) == ["unknown"]
    assert "USAGE_MISSING" in [warning.code for warning in record.warnings]
    assert spent(kept) == record.hold.ceiling_micros


# -- what breaks between a reservation and its end


@pytest.fixture
def _unreadable(monkeypatch):
    monkeypatch.setattr(exchange, "finish", broken)


@pytest.mark.usefixtures("_unreadable")
@pytest.mark.parametrize("ask", [FOX, CLEAR], ids=["at once", "in a thread"])
@pytest.mark.parametrize("name", ["httpx", "httpx-async"])
def test_a_picture_that_cannot_be_looked_at_counts_at_its_ceiling(name, ask, stage):
    kept = ledger()

    with (
        calling(name, stage.make(DOLLAR, ledger=kept), url=stage.provider.url) as caller,
        pytest.raises(ZeroDivisionError),
    ):
        caller.call(ask)

    assert states(stage) == ["unknown"]
    assert spent(kept) == stage.records[0].hold.ceiling_micros >= stage.provider.spent_micros > 0


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def test_an_error_that_cannot_be_read_counts_at_its_ceiling(routers):
    kept = ledger()
    router = routers.make(DOLLAR, ledger=kept)

    post(router, lambda _: httpx.Response(500, content=b"[" * 200_000))

    assert states(routers) == ["unknown"]


class Interrupted(MemoryLedger):
    """A ledger in which a signal comes once, just after a step was done."""

    def __init__(self, act: str) -> None:
        super().__init__(now=lambda: NOON_S)
        self.act = act

    def left(self, accounts, /):
        return self._then("left", super().left(accounts))

    def reserve(self, reservation, /):
        return self._then("reserve", super().reserve(reservation))

    def settle(self, hold, micros, /):
        return self._then("settle", super().settle(hold, micros))

    def _then(self, act, answer):
        if act == self.act:
            self.act = ""
            raise KeyboardInterrupt
        return answer


@pytest.mark.parametrize(
    ("act", "expected"), [("left", []), ("reserve", ["reserve", "release"]), ("settle", ["reserve", "settle"])]
)
def test_an_interrupt_while_the_ledger_is_asked_leaves_nothing_held(act, expected, routers):
    kept = Interrupted(act)
    router = routers.make(DOLLAR, ledger=kept)

    with pytest.raises(KeyboardInterrupt):
        post(router, drawn(usage=USAGE))

    assert acts(kept) == expected


class Looking(MemoryLedger):
    """A ledger that takes its time to be looked at."""

    def left(self, accounts, /):
        threading.Event().wait(0.3)
        return super().left(accounts)


def test_a_call_that_is_cancelled_while_it_looks_at_what_is_left_holds_nothing(routers):
    kept = Looking(now=lambda: NOON_S)

    asyncio.run(_cancelled(routers.make(DOLLAR, ledger=kept)))

    assert acts(kept) == []


async def _cancelled(router: Router) -> None:
    async with async_client(router, drawn(usage=USAGE)) as client:
        task = asyncio.create_task(client.post(URL, json=LOW))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def async_client(router: Router, answer: Any) -> httpx.AsyncClient:
    """A client of a provider that answers so."""

    async def respond(request: httpx.Request) -> httpx.Response:
        return await answer(request) if callable(answer) else httpx.Response(200, **answer)

    inner = httpx.MockTransport(respond)
    return httpx.AsyncClient(transport=router.async_transport(inner), base_url="http://provider.test", timeout=30)


@pytest.mark.filterwarnings("ignore")
def test_a_call_that_is_dropped_with_its_loop_counts_at_its_ceiling(routers):
    kept = ledger()

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    loop = asyncio.new_event_loop()
    task = loop.create_task(async_client(routers.make(DOLLAR, ledger=kept), never).post(URL, json=LOW))
    loop.run_until_complete(asyncio.sleep(0.2))
    loop.close()
    del task
    gc.collect()

    assert states(routers) == ["unknown"]


def test_a_time_out_that_comes_while_a_stream_is_settled_is_not_lost(routers):
    kept = Slow("settle")
    router = routers.make(DOLLAR, ledger=kept)

    async def draw() -> None:
        async with async_client(router, {"content": completed(usage=USAGE), "headers": SSE}) as client:
            async with asyncio.timeout(0.2):
                await client.post(URL, json={**LOW, "stream": True})

    with pytest.raises(TimeoutError):
        asyncio.run(draw())

    assert states(routers) == ["settled"]


# -- many at once


def test_a_ledger_is_asked_though_the_threads_of_the_loop_are_busy(routers):
    router = routers.make(DOLLAR, ledger=ledger())
    over = threading.Event()

    async def draw() -> int:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        busy = asyncio.get_running_loop().run_in_executor(None, over.wait, 5)
        async with async_client(router, drawn(usage=USAGE)) as client:
            try:
                return (await asyncio.wait_for(client.post(URL, json=LOW), 2)).status_code
            finally:
                over.set()
                await busy

    assert asyncio.run(draw()) == 200


def test_a_slow_ledger_does_not_keep_the_threads_of_the_loop(routers):
    router = routers.make(DOLLAR, ledger=Looking(now=lambda: NOON_S))

    async def draw() -> float:
        async with async_client(router, drawn(usage=USAGE)) as client:
            calls = [asyncio.create_task(client.post(URL, json=LOW)) for _ in range(40)]
            await asyncio.sleep(0.05)
            start = time.monotonic()
            await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
            waited = time.monotonic() - start
            await asyncio.gather(*calls)
            return waited

    assert asyncio.run(draw()) < 0.2


# -- leases


@pytest.mark.parametrize(
    "row",
    [
        (httpx.Timeout(30), 180),
        (httpx.Timeout(30, pool=600), 750),
        (httpx.Timeout(7200, connect=5), 21_665),
        (None, 3600),
    ],
    ids=str,
)
def test_a_lease_is_longer_than_a_call_can_take(row, routers):
    timeout, lease_s = row
    router = routers.make(DOLLAR, ledger=ledger())

    with httpx.Client(transport=router.transport(fake_images()), base_url="http://x.test", timeout=timeout) as client:
        client.post(URL, json=LOW)

    hold = routers.records[0].hold
    assert hold.lease_until_ms - hold.at_ms == lease_s * 1000


# -- an operation is paid once, also where no money is left


def test_an_operation_that_was_paid_is_said_to_be_paid_also_where_no_money_is_left(stage):
    kept = ledger()
    router = stage.make(DOLLAR, ledger=kept)

    with calling("OpenAI", router, url=stage.provider.url) as caller:
        caller.call(ORDER)
        reserve(kept, "other", 1_000_000 - spent(kept))
        again = caller.call(ORDER)
        another = caller.call(replace(ORDER, headers={"Idempotency-Key": "order-2"}))

    assert (again.status, again.code) == (409, "operation_paid")
    assert (another.status, another.code) == (402, "budget_exceeded")
    assert [entry.key for entry in kept.entries()] == ["order-1", "order-1", "other"]


def test_an_operation_that_is_under_way_with_the_last_of_the_money_is_waited_for(stage):
    kept = Ending()

    with calling("OpenAI", stage.make(WAITING, ledger=kept), url=stage.provider.url) as caller:
        seen = caller.call(ORDER)

    assert (seen.code, stage.waits) == ("operation_paid", [0.05, 0.1])


class Ending(MemoryLedger):
    """A ledger in which another process ends the same operation when it is looked at for the third time."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON_S)
        self.other = reserve(self, "order-1", 1_000_000)
        self.looks = 0

    def left(self, accounts, /):
        self.looks += 1
        if self.looks == 3:
            self.settle(self.other, 1_000_000)
        return super().left(accounts)


# -- lost races


def test_whoever_is_overtaken_until_nothing_fits_is_told_what_it_costs(stage):
    ask = replace(DEAR, params={**DEAR.params, "n": 4})

    with calling(
        "OpenAI", stage.make(LADDER, ledger=Overtaken(300_000, 600_000, 90_000)), url=stage.provider.url
    ) as caller:
        caller.call(ask)

    denial = stage.records[0].decision.deny
    assert denial.message == "the request may cost 0.02456 USD at the least, and `everyone` leaves 0.01"
    assert denial.details["needed_micros"] > denial.details["cheapest_micros"] > denial.details["left_micros"] == 10_000


# -- what is told


def test_whoever_loses_every_race_is_heard_of_as_well(stage):
    kept = Racing()
    alerts: list[Any] = []

    with calling("OpenAI", stage.make(DOLLAR, ledger=kept, on_alert=[alerts.append]), url=stage.provider.url) as caller:
        seen = caller.call(DEAR)

    assert seen.code == "budget_exceeded"
    assert [alert.kind for alert in alerts] == ["refused"]


class Racing(MemoryLedger):
    """A ledger that looks full of money, and of which others have taken all."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOON_S)
        reserve(self, "other", 1_000_000)

    def left(self, accounts, /):
        return tuple(replace(each, held_micros=0) for each in super().left(accounts))

    def reserve(self, reservation, /):
        answer = super().reserve(reservation)
        if isinstance(answer, Hold):
            return answer
        return replace(answer, standings=tuple(replace(each, held_micros=700_000) for each in answer.standings))


def test_what_a_ledger_could_not_be_told_is_told_at_the_latest_when_the_router_is_closed(routers):
    kept = Failing(LedgerUnreachableError("the ledger does not answer"), act="settle", times=1)
    router = routers.make(DOLLAR, ledger=kept)
    post(router, drawn(usage=USAGE))
    before = acts(kept)

    router.close()

    assert (before, acts(kept)) == (["reserve"], ["reserve", "settle"])


def test_a_bill_that_no_store_can_keep_leaves_the_hold_at_its_ceiling(routers, tmp_path):
    router = routers.make(DOLLAR, ledger=f"sqlite:///{tmp_path}/spend.db")

    seen = post(router, drawn(usage={**USAGE, "output_tokens": 10**30}))

    assert seen.status_code == 200
    assert states(routers) == ["unknown"]
    assert acts(router.ledger) == ["reserve", "unknown"]
    router.close()


# -- a policy that changes


def test_a_wrapped_client_takes_up_a_policy_that_changed(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(DOLLAR)
    taken, records = threading.Event(), list[Record]()
    router = Router.from_file(
        file, ledger="memory:", reload_s=0.0, on_reload=lambda _: taken.set(), on_decision=[records.append]
    )
    file.write_text(f"{DOLLAR}      # changed\n".replace("a-dollar-a-day", "another"))

    post(router, drawn(usage=USAGE))
    taken.wait(10)
    post(router, drawn(usage=USAGE))

    assert [record.decision.policy_name for record in records] == ["a-dollar-a-day", "another"]


def test_a_stream_of_the_sdk_that_is_left_in_the_middle_ends_its_hold(stage):
    kept = ledger()
    client = stage.make(DOLLAR, ledger=kept).wrap(openai.OpenAI(api_key="any", base_url=stage.provider.base_url))

    for _ in client.images.generate(**STREAM.params):
        break
    gc.collect()

    assert not [each for each in kept.balances() if each.held_micros]
