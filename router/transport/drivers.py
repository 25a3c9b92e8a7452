"""Thin drivers: they move bytes, wait, and run the exchange; every decision is the exchange's.

`httpx` and `httpx2` have one interface, so one description makes the transports of both.
"""

# ruff: noqa: ANN401  # requests and responses are of whichever library

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from types import ModuleType
from typing import Any, Final, Protocol

from .attempts import Attempt, Outcome
from .effects import Abandoned, Ask, Effect, Look, Send, Tell, Wait, Work
from .exchange import Call, Done, exchange
from .message import Body, Message, Reply
from .money import conclude, lease_s
from .stream import Passage
from .threads import in_a_thread, to_the_end
from .verdicts import FIRST_ERROR, Failure


class Desk(Protocol):
    """Where a transport brings its requests: opens a call for those that are ours, and hears of each attempt."""

    def wants(self, method: str, url: str, headers: Mapping[str, str]) -> bool:
        """Whether a request is for an images endpoint; every other passes through as it is."""

    def open(self, message: Message, timeout_s: float | None) -> Call:
        """Begin a call, with the policy, the day and the mode of this moment."""

    def hear(self, attempt: Attempt, seconds: float) -> None:
        """Take note of an attempt that ended, this long after it was sent."""


@dataclass(frozen=True, slots=True)
class Transports:
    """The transport classes of one HTTP library."""

    sync: type
    asynchronous: type


@cache
def transports(library: ModuleType) -> Transports:  # noqa: C901 -- two classes that differ only in `await`
    """Make the transport classes for `httpx`, or a library with its interface."""

    class PolicyTransport(library.BaseTransport):  # type: ignore[misc, name-defined]
        """Decides the calls to images endpoints; passes every other through."""

        def __init__(self, desk: Desk, inner: Any = None) -> None:
            self.desk = desk
            self.inner = inner or library.HTTPTransport()

        def handle_request(self, request: Any) -> Any:
            if not self.desk.wants(request.method, str(request.url), request.headers):
                return self.inner.handle_request(request)
            run = Run(library, self.desk, request)
            effect = run.start(_collect(request.stream, request.headers))
            while effect is not None:
                try:
                    came = self._carry_out(run, effect)
                except BaseException as error:
                    run.give_up(effect, error)
                    raise
                effect = run.go_on(came)
            return run.result()

        def _carry_out(self, run: Run, effect: Effect) -> object:
            match effect:
                case Wait():
                    time.sleep(effect.seconds)
                    return None
                case Work():
                    return effect.run()
                case _:
                    return self._send(run, run.outgoing(effect))

        def _send(self, run: Run, request: Any) -> Outcome:
            try:
                response = self.inner.handle_request(request)
                if _is_live(response):
                    return run.answered(response, None)
                try:
                    return run.answered(response, _collect(response.stream, response.headers))
                finally:
                    response.close()
            except library.TransportError as error:
                return run.failed(error)

        def close(self) -> None:
            self.inner.close()

    class AsyncPolicyTransport(library.AsyncBaseTransport):  # type: ignore[misc, name-defined]
        """Decides the calls to images endpoints; passes every other through."""

        def __init__(self, desk: Desk, inner: Any = None) -> None:
            self.desk = desk
            self.inner = inner or library.AsyncHTTPTransport()

        async def handle_async_request(self, request: Any) -> Any:
            if not self.desk.wants(request.method, str(request.url), request.headers):
                return await self.inner.handle_async_request(request)
            run = Run(library, self.desk, request)
            effect = run.start(await _collect_async(request.stream, request.headers))
            while effect is not None:
                try:
                    came = await self._carry_out(run, effect)
                except GeneratorExit as error:  # the loop is gone: nothing can be awaited
                    run.give_up(effect, error)
                    raise
                except BaseException as error:
                    await run.give_up_async(effect, error)
                    raise
                effect = run.go_on(came)
            return run.result()

        async def _carry_out(self, run: Run, effect: Effect) -> object:
            match effect:
                case Wait():
                    await asyncio.sleep(effect.seconds)
                    return None
                case Work():
                    return await asyncio.shield(run.begin(effect))
                case _:
                    return await self._send(run, run.outgoing(effect))

        async def _send(self, run: Run, request: Any) -> Outcome:
            try:
                response = await self.inner.handle_async_request(request)
                if _is_live(response):
                    return run.answered(response, None)
                try:
                    return run.answered(response, await _collect_async(response.stream, response.headers))
                finally:
                    await response.aclose()
            except library.TransportError as error:
                return run.failed(error)

        async def aclose(self) -> None:
            await self.inner.aclose()

    return Transports(PolicyTransport, AsyncPolicyTransport)


class Run:
    """An exchange under way, between a driver and the generator."""

    def __init__(self, library: ModuleType, desk: Desk, request: Any) -> None:
        self._library = library
        self._desk = desk
        self._request = request
        self._response: Any = None
        self._error: Exception | None = None
        self._done: Done | None = None
        self._begun: tuple[Work, asyncio.Future[object]] | None = None
        self._sent_at = time.monotonic()
        self._renew_at = self._sent_at + RENEWED_EACH_S

    def start(self, body: bytearray) -> Effect | None:
        """Begin; gives the first effect, None where the answer is there at once."""
        request = self._request
        message = Message(
            method=request.method,
            url=str(request.url),
            headers=tuple(request.headers.multi_items()),
            body=(memoryview(body),),
        )
        timeouts = request.extensions.get("timeout", {})
        call = self._desk.open(message, timeouts.get("read"))
        self._exchange = exchange(replace(call, longest_s=_longest_s(timeouts)))
        return self.go_on(None)

    def go_on(self, came: object) -> Effect | None:
        """Hand the generator what came of its last effect; gives the next one that a driver must carry out."""
        return self._step(partial(self._exchange.send, came))

    def _step(self, step: Callable[[], Effect]) -> Effect | None:
        try:
            effect = step()
            while isinstance(effect, Tell):
                self.tell(effect.attempt)
                effect = self._exchange.send(None)
        except StopIteration as end:
            self._done = end.value
            return None
        except Abandoned:
            return None
        return effect

    def _abandon(self, error: BaseException, *, sent: bool) -> Effect | None:
        reason = f"it broke off: {type(error).__name__}" if isinstance(error, Exception) else GIVEN_UP
        return self._step(partial(self._exchange.throw, Abandoned(reason, sent=sent)))

    def give_up(self, effect: Effect, error: BaseException) -> None:
        """A call broke off during an effect: only what must be done for the money is done.

        What the ledger was asked may have been done or not, so it is asked again.
        """
        is_asked = isinstance(effect, Ask) and _is_owed(effect)
        pending = effect if is_asked else self._abandon(error, sent=isinstance(effect, (Send, Work)))
        while pending is not None:
            pending = self._pay(pending) if isinstance(pending, Work) else self._abandon(error, sent=False)

    def _pay(self, owed: Work) -> Effect | None:
        try:
            came = owed.run()
        except Exception as error:  # noqa: BLE001 -- the caller is told of what broke off first
            return self._abandon(error, sent=True)
        return self.go_on(came)

    async def give_up_async(self, effect: Effect, error: BaseException) -> None:
        """The same, on an event loop; work that a thread has begun comes to its end first, for it may hold money."""
        pending = effect if _is_owed(effect) else self._abandon(error, sent=isinstance(effect, Send))
        while pending is not None:
            if isinstance(pending, Work):
                pending = await self._pay_async(pending)
            else:
                pending = self._abandon(error, sent=False)

    async def _pay_async(self, owed: Work) -> Effect | None:
        work = self.begin(owed)
        await to_the_end(work)
        error = work.exception()
        return self.go_on(work.result()) if error is None else self._abandon(error, sent=True)

    def begin(self, work: Work) -> asyncio.Future[object]:
        """Work in a thread, which is begun if it was not before."""
        if self._begun is None or self._begun[0] is not work:
            self._begun = work, in_a_thread(work)
        return self._begun[1]

    def outgoing(self, effect: Effect) -> Any:
        """The request of an effect as the library has it."""
        if not isinstance(effect, Send):
            raise TypeError(f"not an effect of a driver: {effect!r}")
        self._sent_at = time.monotonic()
        message = effect.message
        return self._library.Request(
            message.method,
            message.url,
            headers=list(message.headers),
            stream=_streams(self._library).pieces(message.body),
            extensions=self._request.extensions,
        )

    def answered(self, response: Any, raw: bytearray | None) -> Reply:
        """An answer as the exchange reads it; `raw` is None for an event stream, which is left unread."""
        self._response, self._error = response, None
        return _reply(self._library, response, raw)

    def failed(self, error: Exception) -> Failure:
        """A missing answer as the exchange reads it; the error is raised again where the exchange gives up."""
        self._response, self._error = None, error
        return _failure(self._library, error)

    def result(self) -> Any:
        """The answer for the caller as the library has it, or the error that there was."""
        if self._done is None or isinstance(self._done.outcome, Failure):
            raise self._error or self._library.ReadError("the connection was lost")
        reply = self._done.outcome
        return self._library.Response(
            reply.status,
            headers=list(reply.headers),
            stream=self._stream(reply, self._done),
            extensions=self._response.extensions if self._response is not None else {},
        )

    def _stream(self, reply: Reply, done: Done) -> Any:
        if reply.body is not None:
            return self._library.ByteStream(reply.body)
        if done.attempt is None or done.policy is None:
            return self._response.stream
        return _streams(self._library).watched(self._response.stream, Passage(done.attempt, done.policy), self)

    def is_lease_old(self) -> bool:
        """Whether it is time to renew the lease of a stream's hold."""
        now_s = time.monotonic()
        if self._done is None or self._done.till is None or now_s < self._renew_at:
            return False
        self._renew_at = now_s + RENEWED_EACH_S
        return True

    def renew(self) -> None:
        """Let the lease of a stream's hold begin anew."""
        attempt, till = (self._done.attempt, self._done.till) if self._done is not None else (None, None)
        if attempt is not None and till is not None and attempt.funded is not None and attempt.funded.hold is not None:
            till.renew(attempt.funded.hold, lease_s(attempt.timeout_s))

    def settle(self, attempt: Attempt) -> Attempt:
        """See to the money of a stream that has ended."""
        till = self._done.till if self._done is not None else None
        return attempt if till is None else conclude(attempt, till)

    def tell(self, attempt: Attempt) -> None:
        """Tell how an attempt ended."""
        self._desk.hear(attempt, time.monotonic() - self._sent_at)


RENEWED_EACH_S: Final = 20.0
GIVEN_UP: Final = "the caller gave the call up"


def _is_owed(effect: Effect) -> bool:
    """Whether an effect must come to its end, for the money that it holds or ends."""
    return isinstance(effect, Work) and not isinstance(effect, Look)


def _longest_s(timeouts: Mapping[str, float | None]) -> float | None:
    """How long a call may take in all, in seconds: for a connection, its upload, and an answer."""
    seconds = [timeouts.get(phase) for phase in ("pool", "connect", "write", "read")]
    known = [each for each in seconds if each is not None]
    return sum(known) if len(known) == len(seconds) else None


@dataclass(frozen=True, slots=True)
class _Streams:
    pieces: type
    watched: type


@cache
def _streams(library: ModuleType) -> _Streams:  # noqa: C901 -- two classes, each for both worlds
    """Streams that a sync client can read, and an async one."""

    class Pieces(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc, name-defined]
        """A body in pieces; it can be sent more than once."""

        def __init__(self, body: Body) -> None:
            self._body = body

        def __iter__(self) -> Iterator[bytes]:
            for piece in self._body:
                for start in range(0, len(piece), PIECE):
                    yield bytes(piece[start : start + PIECE])

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in self:
                yield piece

    class Watched(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc, name-defined]
        """An event stream that goes through a passage, chunk by chunk, and is settled at its end."""

        def __init__(self, inner: Any, passage: Passage, run: Run) -> None:
            self._inner = inner
            self._passage = passage
            self._run = run

        def __iter__(self) -> Iterator[bytes]:
            for chunk in self._inner:
                yield self._passage.feed(chunk)
                if self._run.is_lease_old():
                    self._run.renew()
            yield self._passage.rest()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self._inner:
                yield self._passage.feed(chunk)
                if self._run.is_lease_old():
                    await in_a_thread(Ask(run=self._run.renew))
            yield self._passage.rest()

        def close(self) -> None:
            try:
                self._inner.close()
            finally:
                self._settle()

        def _settle(self) -> None:
            attempt = self._passage.close()
            if attempt is not None:
                self._run.tell(self._run.settle(attempt))

        async def aclose(self) -> None:
            try:
                await self._inner.aclose()
            except GeneratorExit:  # the loop is gone: nothing can be awaited
                self._settle()
                raise
            finally:
                await self._settle_async()

        async def _settle_async(self) -> None:
            attempt = self._passage.close()
            if attempt is None:
                return
            settling = in_a_thread(Ask(run=partial(self._run.settle, attempt)))
            gone = await to_the_end(settling)
            self._run.tell(settling.result())
            if gone is not None:
                raise gone

    return _Streams(Pieces, Watched)


PIECE: Final = 1 << 16  # bytes copied at a time; a whole file would be held twice


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "")
    return min(int(text), MOST_RESERVED) if text.isdigit() else 0


MOST_RESERVED: Final = 64 * 1024 * 1024  # bytes; an announced length is only a word


def _collect(stream: Iterable[bytes], headers: Mapping[str, str]) -> bytearray:
    """Read a stream into one buffer of the announced length, so that a large body is held once."""
    buffer, filled = bytearray(_length(headers)), 0
    for chunk in stream:
        buffer[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    del buffer[filled:]
    return buffer


async def _collect_async(stream: AsyncIterable[bytes], headers: Mapping[str, str]) -> bytearray:
    buffer, filled = bytearray(_length(headers)), 0
    async for chunk in stream:
        buffer[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    del buffer[filled:]
    return buffer


def _is_live(response: Any) -> bool:
    kind = response.headers.get("content-type", "")
    return bool(response.status_code < FIRST_ERROR and kind.startswith("text/event-stream"))


def _reply(library: ModuleType, response: Any, raw: bytearray | None) -> Reply:
    headers = tuple(response.headers.multi_items())
    if raw is None:
        return Reply(status=response.status_code, headers=headers, body=None)
    body = bytes(raw)
    if "content-encoding" in response.headers:
        packed = library.Response(response.status_code, headers=response.headers, stream=library.ByteStream(body))
        body = packed.read()
        headers = tuple(pair for pair in headers if pair[0] not in UNPACKED)
    return Reply(status=response.status_code, headers=headers, body=body)


UNPACKED: Final = ("content-encoding", "content-length", "transfer-encoding")


def _failure(library: ModuleType, error: Exception) -> Failure:
    if isinstance(
        error, (library.ConnectError, library.ConnectTimeout, library.PoolTimeout, library.UnsupportedProtocol)
    ):
        return Failure.NOT_SENT
    return Failure.TIMED_OUT if isinstance(error, library.TimeoutException) else Failure.LOST
