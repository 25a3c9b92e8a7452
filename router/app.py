"""`Router`: a policy and a catalogue from files, the day from the clock; the first thing with I/O."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from .engine import Inputs, find_accounts, plan
from .errors import ConfigError, RouterError, did_you_mean
from .files import AnyPath, load_catalog, load_policy
from .ledger import Ledger, open_ledger
from .ledger.alerts import OnAlert
from .ledger.till import Till, money_inputs
from .limits import LimitText, with_limits
from .money import read_usd
from .records import OnDecision
from .request import ImageRequest, read_request, with_given
from .told import Given
from .transport.desk import RouterDesk
from .transport.drivers import transports
from .transport.exchange import Mode
from .transport.wrap import wrap_client
from .watch import Reload, Watch

if TYPE_CHECKING:
    import httpx

    from .catalog import Catalog
    from .decision import Decision
    from .policy import Policy

Money: TypeAlias = float | int | str | Decimal
C = TypeVar("C")
Listener = TypeVar("Listener")
log = logging.getLogger(__package__)


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Router:
    """Decides requests by one policy; safe to share between threads.

    A policy file that changes is taken up only after it parses, passes `check` without errors, and passes its tests
    (`NAME.test.yaml` beside it) where there are some. `on_reload` hears of both outcomes.
    """

    def __init__(
        self,
        policy: Policy,
        catalog: Catalog,
        *,
        provider: str = "openai",
        mode: Mode = "enforce",
        on_decision: Iterable[OnDecision] = (),
        ledger: Ledger | str | None = None,
        limits: Iterable[LimitText] = (),
        on_alert: Iterable[OnAlert] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        catalog.provider(provider)
        self._limits = tuple(limits)
        self._policy = with_limits(policy, self._limits)
        self._till = None if ledger is None else Till(_open(ledger), listeners=_listeners("on_alert", on_alert))
        self._catalog = catalog
        self._provider = provider
        self.mode: Mode = mode
        self.listeners: list[OnDecision] = _listeners("on_decision", on_decision)
        self._now = now
        self._watch: Watch | None = None
        self._reloading = threading.Lock()
        self._on_reload: Callable[[Reload], None] | None = None

    @classmethod
    def from_file(
        cls,
        path: AnyPath,
        *,
        catalog: Catalog | AnyPath | Iterable[AnyPath] | None = None,
        provider: str = "openai",
        mode: Mode = "enforce",
        on_decision: Iterable[OnDecision] = (),
        ledger: Ledger | str | None = None,
        limits: Iterable[LimitText] = (),
        on_alert: Iterable[OnAlert] = (),
        reload_s: float | None = 1.0,
        on_reload: Callable[[Reload], None] | None = None,
    ) -> Router:
        """Read a policy from a path, or `pixroute:NAME` for a shipped one.

        `catalog` is one or more files laid over the shipped catalogue, or a catalogue. `reload_s` is how often, in
        seconds, a decision looks whether the file changed; None never looks. In the mode `enforce` wrapped clients and
        transports act on decisions, in `shadow` they only make and tell them, in `off` they do neither; `router.mode`
        can be changed at any time. `on_decision` are called with a `Record` of each attempt.

        `ledger` is the URL of a store, such as `sqlite:///spend.db`, or a store: with one, the policy's limits hold,
        and so do `limits`, written as in a policy. `on_alert` are called with an `Alert` when a limit passes one of the
        policy's `alerts`, refuses a request, or a bill is above its ceiling. Raises `ConfigError`, `PolicyError`,
        `CatalogError` or `LedgerError`.
        """
        known = read_catalogs(catalog)
        router = cls(
            load_policy(path, known),
            known,
            provider=provider,
            mode=mode,
            on_decision=on_decision,
            ledger=ledger,
            limits=limits,
            on_alert=on_alert,
        )
        router._on_reload = on_reload
        router._watch = Watch(path, reload_s)
        return router

    @property
    def policy(self) -> Policy:
        """The policy in force; where its file is due for a look, a thread takes one."""
        if self._watch is not None and self._watch.is_due():
            threading.Thread(target=self._reload_if_changed, name="pixroute-reload", daemon=True).start()
        return self._policy

    @property
    def catalog(self) -> Catalog:
        """The catalogue, overlays included."""
        return self._catalog

    @property
    def provider(self) -> str:
        """Who serves the models."""
        return self._provider

    @property
    def till(self) -> Till | None:
        """The ledger as calls use it; None where budgets are not kept."""
        return self._till

    @property
    def ledger(self) -> Ledger | None:
        """The store of budgets."""
        return None if self._till is None else self._till.ledger

    def close(self) -> None:
        """Tell the ledger what it could not be told, and let go of it; closing twice is fine."""
        if self._till is not None:
            self._till.close()

    def decide(
        self,
        body: Mapping[str, object] | ImageRequest,
        *,
        on: date | None = None,
        needs: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        budget_left_usd: Money | Mapping[str, Money] | None = None,
        max_cost_usd: Money | None = None,
    ) -> Decision:
        """Decide what to send for a request.

        `body` is an OpenAI Images body, or a request that was read before. `on` is a day in UTC, today where left out.
        `needs` and `tags` win over what the body says under `pixroute`; of two caps the lower counts. `budget_left_usd`
        is one amount for all limits, or one for each limit's id; without it the ledger is asked, and nothing is held.
        Raises `RequestError`, and `LedgerError` where the ledger is asked in vain; a policy never raises here.
        """
        given = Given(
            needs=needs or {},
            tags=tags or {},
            max_cost_micros=None if max_cost_usd is None else read_usd(max_cost_usd, "max_cost_usd"),
        )
        policy = self.policy
        request = read(body, given, policy)
        inputs = Inputs(on=_day(on, self._now), catalog=self._catalog, provider=self._provider)
        if budget_left_usd is not None:
            inputs = replace(inputs, budget_left_micros=self._read_left(policy, budget_left_usd))
        elif self._till is not None:
            standings = self._till.left(find_accounts(request, policy, inputs), policy)
            inputs = replace(inputs, **money_inputs(standings))
        return plan(request, policy, inputs)

    def wrap(self, client: C, *, provider: str | None = None) -> C:
        """A client of the OpenAI SDK, or the module `openai`, whose image calls go through this router.

        The same type comes back, and it shares its connections with the one that was given. The retries of image calls
        that are decided are taken over: the SDK sends each once, and the user's `max_retries`, wherever it was set, is
        honoured here; all other calls are tried again by the SDK as ever. Without `provider`, Azure clients are at
        `azure` and all others where the router is. Raises `ConfigError` for what cannot be wrapped.
        """
        return wrap_client(client, lambda seen, retries: self._desk(provider or seen, retries))

    def transport(self, inner: httpx.BaseTransport | None = None) -> httpx.BaseTransport:
        """A transport for an `httpx.Client`; each request through it is a call of its own, and is sent once a model."""
        return cast("httpx.BaseTransport", transports(import_module("httpx")).sync(self._desk(None, None), inner))

    def async_transport(self, inner: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncBaseTransport:
        """A transport for an `httpx.AsyncClient`, likewise."""
        made = transports(import_module("httpx")).asynchronous(self._desk(None, None), inner)
        return cast("httpx.AsyncBaseTransport", made)

    def _desk(self, provider: str | None, retries: int | None) -> RouterDesk:
        name = provider or self._provider
        self._catalog.provider(name)
        return RouterDesk(self, provider=name, now=self._now, retries=retries)

    def _read_left(self, policy: Policy, left: Money | Mapping[str, Money]) -> int | dict[str, int]:
        if not isinstance(left, Mapping):
            return read_usd(left, "budget_left_usd")
        ids = [limit.id for limit in policy.budget.limits]
        for limit in left:
            if limit not in ids:
                raise ConfigError(f"the policy has no limit `{limit}`", hint=did_you_mean(str(limit), ids))
        return {limit: read_usd(amount, f"budget_left_usd.{limit}") for limit, amount in left.items()}

    def reload(self) -> Reload:
        """Read the policy's file again, now, and take it if it is sound; tells what became of it."""
        if self._watch is None:
            raise ConfigError("this router was not made from a file", hint="use `Router.from_file`")
        self._watch.note()
        outcome = self._try_file(self._watch.path)
        self._policy = outcome.policy
        log.log(
            logging.WARNING if outcome.problem else logging.INFO,
            "policy %s: %s",
            outcome.path,
            outcome.problem or "reloaded",
        )
        if self._on_reload is not None:
            self._on_reload(outcome)
        return outcome

    def _reload_if_changed(self) -> None:
        with self._reloading:
            if self._watch is not None and self._watch.has_changed():
                self.reload()

    def _try_file(self, path: AnyPath) -> Reload:
        from .sound import load_sound_policy  # noqa: PLC0415 -- takes longer to import than all the rest

        try:
            policy = load_sound_policy(path, self._catalog, on=self._now().date(), provider=self._provider)
            policy = with_limits(policy, self._limits)
        except RouterError as problem:
            return Reload(path=str(path), policy=self._policy, problem=problem)
        return Reload(path=str(path), policy=policy)


def _open(ledger: Ledger | str) -> Ledger:
    if isinstance(ledger, str):
        return open_ledger(ledger)
    if not callable(getattr(ledger, "reserve", None)):
        raise ConfigError(f"not a ledger: `{ledger!r}`", hint="give a URL such as `sqlite:///spend.db`, or a store")
    return ledger


def _listeners(name: str, given: Iterable[Listener]) -> list[Listener]:
    listeners = list(given) if hasattr(given, "__iter__") else []
    if hasattr(given, "__iter__") and all(map(callable, listeners)):
        return listeners
    raise ConfigError(f"`{name}` is a list of functions, not `{given!r}`", hint=f"write `{name}=[print]`")


def _day(on: date | None, now: Callable[[], datetime]) -> date:
    """The day of a decision; of a moment, its day in UTC."""
    if on is None:
        return now().date()
    if isinstance(on, datetime):
        return (on.astimezone(UTC) if on.tzinfo else on).date()
    if not isinstance(on, date):
        raise ConfigError(f"`on` must be a date, not `{on!r}`", hint="give `datetime.date(2026, 11, 23)`")
    return on


def read(body: Mapping[str, object] | ImageRequest, given: Given, policy: Policy) -> ImageRequest:
    """Read a body as far as the policy trusts it, or add to a request that was read before."""
    if isinstance(body, ImageRequest):
        return with_given(body, given)
    return read_request(body, given=given, trust=policy.trust_body)


def read_catalogs(catalog: Catalog | AnyPath | Iterable[AnyPath] | None) -> Catalog:
    """Whatever names a catalogue, as one."""
    if catalog is None:
        return load_catalog()
    if isinstance(catalog, (str, Path)):
        return load_catalog([catalog])
    return load_catalog(catalog) if isinstance(catalog, Iterable) else catalog


def wrap(
    client: C,
    *,
    policy: AnyPath,
    catalog: Catalog | AnyPath | Iterable[AnyPath] | None = None,
    provider: str | None = None,
    mode: Mode = "enforce",
    on_decision: Iterable[OnDecision] = (),
    ledger: Ledger | str | None = None,
) -> C:
    """Wrap a client of the OpenAI SDK, or the module `openai`, in one line: its image calls follow a policy file.

    `Router.from_file` and `Router.wrap` say what each argument is.
    """
    router = Router.from_file(policy, catalog=catalog, mode=mode, on_decision=on_decision, ledger=ledger)
    return router.wrap(client, provider=provider)
