"""The application: paths, and the way of a call from its body to its answer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeAlias

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from ..catalog import Catalog
from .answers import Job, as_played, events, whole
from .asked import Asked, Operation
from .bill import Bill, Call
from .faults import KINDS, Fault, Occasion, Queue, Script, read_faults, read_header
from .intake import accept
from .known import Day, shipped_catalog
from .models import list_models, show_model
from .orders import Order
from .reading import read_call
from .refusals import RefusedError, refusal
from .usage import count
from .wire import Broken, Json, break_off

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
HEADER = "x-emulator-fault"
PAINTERS = 4  # pictures drawn at a time, so that many calls at once need little memory


def app(*, on: date, catalog: Catalog | None = None) -> Starlette:
    """Make an ASGI application that answers as the Images API does on a day, by a catalogue or the shipped one."""
    return Emulator(day=Day(on=on, catalog=catalog or shipped_catalog())).application()


@dataclass(kw_only=True)
class Emulator:
    """One emulated provider, with its bill and the faults that wait."""

    day: Day
    bill: Bill = field(default_factory=Bill)
    faults: Queue = field(default_factory=Queue)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @cached_property
    def painters(self) -> CapacityLimiter:
        """Made when the loop runs, as it must be."""
        return CapacityLimiter(PAINTERS)

    def application(self) -> Starlette:
        """The paths."""
        routes = [
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/models/{model}", self._model, methods=["GET"]),
            Route("/v1/images/variations", self._variations, methods=["POST"]),
            Route("/_emulator/bill", self._bill, methods=["GET", "DELETE"]),
            Route("/_emulator/faults", self._faults, methods=["GET", "POST", "DELETE"]),
        ]
        for provider, prefix in PREFIXES:
            routes += [
                Route(f"{prefix}/images/generations", self._images("generate", provider), methods=["POST"]),
                Route(f"{prefix}/images/edits", self._images("edit", provider), methods=["POST"]),
            ]
        return Starlette(routes=routes, exception_handlers={RefusedError: _refuse, HTTPException: _no_such_path})

    # --- a call

    def _images(self, operation: Operation, provider: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            request_id = f"req_{next(self._numbers):08d}"
            try:
                response = await self._serve(request, operation, provider, request_id=request_id)
            except RefusedError as refused:
                response = Json(refused.body, status_code=refused.status, headers=refused.headers)
            response.headers["x-request-id"] = request_id
            return response

        return endpoint

    async def _serve(self, request: Request, operation: Operation, provider: str, *, request_id: str) -> Response:
        _authenticate(request, provider)
        asked = _addressed(request, await read_call(request, operation, provider))
        call = Call.of(asked, request_id=request_id, path=request.url.path)
        self.bill.calls.append(call)
        try:
            response = await self._play(request, asked, call)
        except RefusedError as refused:
            call.status, call.outcome = refused.status, str(refused.error.get("code") or "refused")
            raise
        call.status = response.status_code
        return response

    async def _play(self, request: Request, asked: Asked, call: Call) -> Response:
        fault = self._fault(request, asked)
        script = Script()
        if fault is not None:
            call.fault = fault.name
            script = fault.play(Occasion(asked=asked, request_id=call.request_id, moment=self.day.noon))
        if script.reset == "before" or _is_early(script):
            await asyncio.sleep(script.delay_s)
            return _early(script, call)
        order = accept(asked, self.day)
        call.model = order.model.id
        job = self._work(order, script, call)
        # A caller who hangs up while the answer is late has been billed by then.
        await asyncio.sleep(script.delay_s)
        return await self._answer(request, job, call)

    def _fault(self, request: Request, asked: Asked) -> Fault | None:
        header = request.headers.get(HEADER)
        return read_header(header) if header else self.faults.take(asked)

    def _work(self, order: Order, script: Script, call: Call) -> Job:
        """Do what costs money."""
        drawn = as_played(order, script)
        usage = count(order).times(script.usage_factor)
        call.charge(order.model, usage.times(order.n))
        return Job(order=drawn, script=script, usage=usage, moment=self.day.noon, painters=self.painters)

    async def _answer(self, request: Request, job: Job, call: Call) -> Response:
        script = job.script
        if script.page is not None:
            return _page(script.page, call)
        if script.refusal is not None and not (script.in_stream and job.order.stream):
            raise script.refusal
        if script.reset == "after":
            call.outcome = "reset after"
            return Broken()
        if job.order.stream:
            return StreamingResponse(self._stream(request, job, call), media_type="text/event-stream")
        answer = await whole(job)
        if script.reset == "during":
            call.outcome = "reset during"
            return Broken(answer, begun=True)
        call.outcome = "answered"
        return Json(answer)

    async def _stream(self, request: Request, job: Job, call: Call) -> AsyncIterator[bytes]:
        script = job.script
        call.outcome = "stream left"
        sent = 0
        async for each in events(job):
            if script.cut_after is not None and sent >= script.cut_after:
                call.outcome = "stream cut"
                return
            yield each
            sent += 1
            if script.reset == "during":
                call.outcome = "reset during"
                await break_off(request.scope, request.receive)
                return
        call.outcome = "answered" if script.refusal is None else str(script.refusal.error["code"])

    # --- other paths

    async def _variations(self, request: Request) -> Response:
        _authenticate(request, "openai")
        raise refusal("no_such_model", model="dall-e-2")

    async def _models(self, request: Request) -> Response:
        _authenticate(request, "openai")
        return Json(list_models(self.day))

    async def _model(self, request: Request) -> Response:
        _authenticate(request, "openai")
        return Json(show_model(self.day, request.path_params["model"]))

    async def _bill(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.bill.calls.clear()
        return Json(self.bill.to_dict())

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.waiting.clear()
        if request.method == "POST":
            try:
                body = await request.json()
            except ValueError:
                raise refusal("not_json") from None
            self.faults.waiting += read_faults(body)
        known = {name: {"about": kind.about, "options": dict(kind.options)} for name, kind in KINDS.items()}
        return Json({"waiting": [fault.to_dict() for fault in self.faults.waiting], "known": known})


PREFIXES = (
    ("openai", "/v1"),
    ("azure", "/openai/v1"),
    ("azure", "/openai/deployments/{deployment}"),
)


# --- at the door


def _authenticate(request: Request, provider: str) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return
    if provider == "azure" and request.headers.get("api-key"):
        return
    raise refusal("azure_no_key" if provider == "azure" else "no_key")


def _addressed(request: Request, asked: Asked) -> Asked:
    """On Azure a deployment in the path is the model, whatever the body says."""
    deployment = request.path_params.get("deployment")
    if deployment is None:
        return asked
    if "api-version" not in request.query_params:
        raise refusal("azure_no_version")
    return asked.for_model(deployment)


def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, RefusedError):
        raise error
    return Json(error.body, status_code=error.status, headers=error.headers)


def _no_such_path(request: Request, error: Exception) -> Response:
    known = isinstance(error, HTTPException) and error.status_code == NOT_ALLOWED
    name = "no_such_method" if known else "no_such_path"
    return _refuse(request, refusal(name, method=request.method, path=request.url.path))


NOT_ALLOWED = 405


# --- faults that need no picture


def _is_early(script: Script) -> bool:
    return (script.refusal is not None or script.page is not None) and not script.billed


def _early(script: Script, call: Call) -> Response:
    if script.refusal is not None:
        raise script.refusal
    if script.page is not None:
        return _page(script.page, call)
    call.outcome = "reset before"
    return Broken()


def _page(page: str, call: Call) -> Response:
    call.outcome = "page"
    return HTMLResponse(page, status_code=502)
