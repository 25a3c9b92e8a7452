"""What our users need to test their policies and apps: a fixed day, an emulator, pictures without one, assertions.

Policies, without a network:

    from router.testing import assert_routes, run_policy_tests

    def test_logos_keep_their_alpha():
        logo = {"prompt": "a logo", "background": "transparent"}
        assert_routes("policy.yaml", logo, on=DAY, model="gpt-image-2.5-flare", params={"output_format": "webp"})

    def test_the_policy_passes_its_own_tests():
        run_policy_tests("policy.test.yaml")

An app, against the emulator (`pip install "pixroute[serve]"`):

    from router.testing import emulated, frozen

    with emulated(on=DAY) as provider:
        client = frozen("policy.yaml", on=DAY).wrap(OpenAI(base_url=provider.base_url, api_key="any"))
        provider.fault("rate_limit", retry_after=1)
        my_app.draw(client)
        assert provider.spent_micros < 50_000

An app, with nothing but a stub (`fake_images`), which is faster and says no to nothing.

A store of budgets of your own (needs pytest):

    from router.testing import LedgerContract

    class TestMyLedger(LedgerContract):
        def open(self, now):
            return MyLedger("my://test", now=now)
"""

from __future__ import annotations

import base64
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from struct import pack
from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict, Unpack

import httpx

from .app import Money, Router, read_catalogs
from .errors import ConfigError
from .files import AnyPath, load_policy, read_bytes
from .money import read_usd, usd
from .policy import Policy
from .records import OnDecision
from .sizes import Size, parse_size
from .transport.exchange import Mode
from .transport.message import Message
from .transport.payload import read_payload

if TYPE_CHECKING:
    from .catalog import Catalog
    from .decision import Decision
    from .ledger import Ledger
    from .ledger.alerts import OnAlert
    from .ledger.contract import LedgerContract as LedgerContract  # noqa: PLC0414 -- for type checkers
    from .suite import Report

Subject: TypeAlias = Router | Policy | AnyPath
"""What is tested: a router, a policy, its path, or `pixroute:NAME` for a shipped one."""

Catalogs: TypeAlias = "Catalog | AnyPath | Iterable[AnyPath] | None"


def __getattr__(name: str) -> object:
    # Only who asks for the contract needs pytest.
    if name != "LedgerContract":
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`", name=name, obj=sys.modules[__name__])
    from .ledger.contract import LedgerContract  # noqa: PLC0415

    return LedgerContract


# -- a fixed day


def frozen(
    subject: Subject,
    *,
    on: date | None = None,
    catalog: Catalogs = None,
    provider: str = "openai",
    on_decision: Iterable[OnDecision] = (),
    ledger: Ledger | str | None = None,
    on_alert: Iterable[OnAlert] = (),
) -> Router:
    """A router on a fixed day: the one given, else the policy's `as_of`; raises `ConfigError` where there is none.

        router = frozen("policy.yaml", on=date(2026, 11, 23))

    A policy file is read once. A router that is given keeps its catalogue, provider, mode and listeners, and not its
    ledger: a test gives one of its own, such as `memory:`.
    """
    mode: Mode = "enforce"
    if isinstance(subject, Router):
        policy, known, provider, mode = subject.policy, subject.catalog, subject.provider, subject.mode
        on_decision = [*subject.listeners, *on_decision]
    else:
        known = read_catalogs(catalog)
        policy = subject if isinstance(subject, Policy) else load_policy(subject, known)
    day = on or policy.as_of
    if day is None:
        raise ConfigError("a test needs a day", hint="give `on`, or write `as_of` in the policy")
    noon = datetime.combine(day, time(12), UTC)
    return Router(
        policy,
        known,
        provider=provider,
        mode=mode,
        on_decision=on_decision,
        ledger=ledger,
        on_alert=on_alert,
        now=lambda: noon,
    )


# -- decisions


class Known(TypedDict, total=False):
    """What `Router.decide` can be told beside the request."""

    needs: Mapping[str, object] | None
    tags: Mapping[str, str] | None
    budget_left_usd: Money | Mapping[str, Money] | None
    max_cost_usd: Money | None


def decide_all(
    subject: Subject, bodies: Iterable[Mapping[str, object]], *, on: date | None = None, **known: Unpack[Known]
) -> list[Decision]:
    """Decide many requests on one day.

        models = {decision.model for decision in decide_all("policy.yaml", recorded_bodies, on=DAY)}
        assert models == {"gpt-image-2", "gpt-image-2.5-flare"}

    Raises `RequestError` for the first that cannot be read.
    """
    router = frozen(subject, on=on)
    return [router.decide(body, **known) for body in bodies]


def assert_routes(
    subject: Subject,
    body: Mapping[str, object],
    *,
    on: date | None = None,
    model: str | None = None,
    route: str | None = None,
    params: Mapping[str, object] | None = None,
    at_most_usd: Money | None = None,
    **known: Unpack[Known],
) -> Decision:
    """Decide, and hold the decision against what is expected; what is left out is not looked at.

        assert_routes(
            "policy.yaml", {"prompt": 'a sign that says "OPEN"'}, on=DAY,
            model="gpt-image-2", params={"quality": "medium", "style": None}, at_most_usd="0.10",
        )

    `params` are the parameters that are sent, None for one that is not. `at_most_usd` is held against the ceiling.
    Raises `AssertionError`, which tells how the decision was made.
    """
    __tracebackhide__ = True
    decision = frozen(subject, on=on).decide(body, **known)
    expected = {"outcome": "route", "model": model, "route": route}
    misses = [
        _miss(name, want, getattr(decision, name))
        for name, want in expected.items()
        if want is not None and getattr(decision, name) != want
    ]
    sent = decision.params or {}
    misses += [_miss(name, want, sent.get(name)) for name, want in (params or {}).items() if sent.get(name) != want]
    _refuse([*misses, *_too_dear(decision, at_most_usd)], decision)
    return decision


def assert_denied(
    subject: Subject,
    body: Mapping[str, object],
    *,
    on: date | None = None,
    code: str | None = None,
    **known: Unpack[Known],
) -> Decision:
    """Decide, and see that the request is denied, with a code where one is given.

        wall = {"prompt": "a wall", "size": "3840x2160"}
        assert_denied("policy.yaml", wall, on=DAY, code="budget_exceeded", budget_left_usd="0.01")

    Raises `AssertionError`, which tells how the decision was made.
    """
    __tracebackhide__ = True
    decision = frozen(subject, on=on).decide(body, **known)
    found = decision.deny.code if decision.deny else None
    _refuse([_miss("deny", code or "a denial", found)] if found is None or code not in (None, found) else [], decision)
    return decision


def _miss(name: str, want: object, found: object) -> str:
    return f"`{name}` is {found!r}, not {want!r}"


def _too_dear(decision: Decision, at_most_usd: Money | None) -> Iterator[str]:
    if at_most_usd is None or decision.quote is None:
        return
    most, ceiling = read_usd(at_most_usd, "at_most_usd"), decision.quote.ceiling_micros
    if ceiling > most:
        yield f"it may cost {usd(ceiling)} USD, more than {usd(most)}"


def _refuse(misses: Iterable[str], decision: Decision) -> None:
    __tracebackhide__ = True
    told = "\n".join(misses)
    if told:
        raise AssertionError(f"{told}\n\n{decision.explain()}")


def run_policy_tests(path: AnyPath, *, on: date | None = None, catalog: Catalogs = None) -> Report:
    """Run a file of policy tests, invariants included; raises `AssertionError` with every failure and its place.

        @pytest.mark.parametrize("path", Path("policies").glob("*.test.yaml"), ids=str)
        def test_the_policies(path):
            assert run_policy_tests(path).coverage.percent >= 90

    `on` is the day of the cases that name none; without it, the policy's `as_of`.
    """
    __tracebackhide__ = True
    from .suite import read_suite, run_suite  # noqa: PLC0415 -- takes longer to import than all the rest

    known = read_catalogs(catalog)
    suite = read_suite(read_bytes(Path(path)), str(path))
    report = run_suite(suite, load_policy(suite.policy_path, known), known, on=on)
    if report.failures:
        raise AssertionError("\n\n".join(map(str, report.failures)))
    return report


# -- the emulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulated:
    """A running emulator: where it is, what it has billed, and what is to go wrong next."""

    url: str
    api: httpx.Client = field(repr=False)

    @property
    def base_url(self) -> str:
        """What the SDK and our own client take as `base_url`; any key will do."""
        return f"{self.url}/v1"

    @property
    def calls(self) -> list[dict[str, object]]:
        """Every call that came: its `model`, `params`, `status`, `outcome`, `usage`, `micros` and more."""
        return list(self.api.get("/_emulator/bill").json()["calls"])

    @property
    def spent_micros(self) -> int:
        """What all calls would have cost, in micro-dollars."""
        return int(self.api.get("/_emulator/bill").json()["total_micros"])

    def fault(self, name: str, **options: object) -> None:
        """Let something go wrong with the next call, or with `times` of them; `examples/emulator.md` lists the faults.

        provider.fault("server_error", billed=True, model="gpt-image-2")
        """
        answer = self.api.post("/_emulator/faults", json={"fault": name, **options})
        if answer.is_error:
            raise ConfigError(str(answer.json()["error"]["message"]))

    def reset(self) -> None:
        """Forget the bill, and the faults that wait."""
        self.api.delete("/_emulator/bill")
        self.api.delete("/_emulator/faults")


@contextmanager
def emulated(*, on: date, catalog: Catalogs = None) -> Iterator[Emulated]:
    """Run the emulator on a free port of this machine, as strict as OpenAI on a day, until the block ends.

        @pytest.fixture(scope="session")
        def provider():
            with emulated(on=date(2026, 11, 23)) as running:
                yield running

    Raises `ConfigError` where what it needs is not installed.
    """
    try:
        from .emulator import running  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as error:
        hint = 'pip install "pixroute[serve]"'
        raise ConfigError(f"the emulator needs `{error.name}`, which is not installed", hint=hint) from None
    with running(on=on, catalog=read_catalogs(catalog)) as server, httpx.Client(base_url=server.url) as api:
        yield Emulated(url=server.url, api=api)


# -- pictures without a provider


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCall:
    """A call that reached the stub, after the router; files in `body` are only named."""

    url: str
    headers: Mapping[str, str]
    body: Mapping[str, object]


Answer: TypeAlias = httpx.Response | Mapping[str, object] | Exception


class FakeImages(httpx.MockTransport):
    """A transport that answers every images call with black pictures of the size that is asked; `calls` has them."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        super().__init__(self._answer)
        self.calls: list[FakeCall] = []
        self._answers = iter(answers)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        headers = tuple(request.headers.multi_items())
        body = read_payload(
            Message(method=request.method, url=str(request.url), headers=headers, body=(request.content,))
        ).body
        self.calls.append(FakeCall(url=str(request.url), headers=dict(headers), body=body))
        answer = next(self._answers, None)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Mapping):
            return httpx.Response(200, json=answer)
        return answer or _drawn(body, "image_edit" if request.url.path.endswith("/edits") else "image_generation")


def fake_images(*answers: Answer) -> FakeImages:
    """A stub of the provider as an `httpx` transport, sync and async: it draws black pictures, streamed where asked.

        provider = fake_images()
        client = frozen("policy.yaml", on=DAY).wrap(OpenAI(api_key="any", http_client=httpx.Client(transport=provider)))
        my_app.draw(client)
        assert [call.body["model"] for call in provider.calls] == ["gpt-image-2"]

    `answers` are given first, one for each call: a response, the body of one, or an error of httpx to be raised. The
    pictures are PNG files, whatever format is asked.
    """
    return FakeImages(answers)


def _drawn(body: Mapping[str, object], kind: str) -> httpx.Response:
    size = parse_size(str(body.get("size") or "auto")) or Size(1024, 1024)
    transparent = body.get("background") == "transparent"
    picture = base64.b64encode(black_png(size, transparent=transparent)).decode()
    told = {
        "size": str(size),
        "quality": body.get("quality") or "medium",
        "background": "transparent" if transparent else "opaque",
        "output_format": "png",
    }
    n, partial = (value if isinstance(value := body.get(name), int) else 0 for name in ("n", "partial_images"))
    if not body.get("stream"):
        data = [{"b64_json": picture}] * max(n, 1)
        return httpx.Response(200, json={"created": 0, **told, "data": data, "usage": USAGE})
    drawn = {"created_at": 0, "b64_json": picture, **told}
    events: list[Mapping[str, object]] = [
        {"type": f"{kind}.partial_image", "partial_image_index": number, **drawn} for number in range(partial)
    ]
    events += [{"type": f"{kind}.completed", "usage": USAGE, **drawn}] * max(n, 1)
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=text)


USAGE: Final = {
    "input_tokens": 10,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
    "output_tokens": 196,
    "total_tokens": 206,
}


def black_png(size: tuple[int, int], *, transparent: bool = False) -> bytes:
    """The file of a black picture, or one that is transparent all over; a real one, made without any library."""
    width, height = size
    rows = (b"\0" + bytes((width + 7) // 8)) * height  # one bit a pixel
    parts = [(b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))]
    parts += [(b"tRNS", b"\0\0")] if transparent else []
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
