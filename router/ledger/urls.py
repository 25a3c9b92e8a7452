"""`open_ledger()`: the store that a URL names, imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ..errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from .protocol import Ledger

STORES: Final[Mapping[str, tuple[str, str, str | None]]] = {
    "memory": (".memory", "MemoryLedger", None),
    "sqlite": (".sqlite", "SqliteLedger", None),
    "redis": (".redis", "RedisLedger", "redis"),
    "rediss": (".redis", "RedisLedger", "redis"),
    "unix": (".redis", "RedisLedger", "redis"),
    "postgresql": (".postgres", "PostgresLedger", "postgres"),
    "postgres": (".postgres", "PostgresLedger", "postgres"),
}
"""Scheme to module, class, and the extra that brings what it needs."""


def open_ledger(url: str) -> Ledger:
    """Open the store that a URL names; its schema is created, or brought up to date.

    `memory:` lives and dies with the process. `sqlite:///spend.db` is a file beside where the program runs,
    `sqlite:////var/lib/spend.db` one from the root. `redis://host:6379/0` and `rediss://` (TLS) take `?name=` to keep
    several ledgers apart, `postgresql://user@host/database` takes `?schema=`. Raises `ConfigError` for a URL that names
    no store, `LedgerUnreachableError` where it cannot be reached.
    """
    scheme = urlsplit(url).scheme or url
    if scheme not in STORES:
        hint = did_you_mean(scheme, STORES) if "://" in url else f"did you mean `sqlite:///{url}`?"
        raise ConfigError(f"no ledger is kept at `{_masked(url)}`", hint=hint or "write `sqlite:///spend.db`")
    module, store, extra = STORES[scheme]
    try:
        opened: Callable[[str], Ledger] = getattr(import_module(module, __package__), store).from_url
    except ImportError as error:
        if extra is None or error.name is None or error.name.startswith(__package__ or ""):
            raise
        raise ConfigError(
            f"`{scheme}://` needs the package `{error.name}`", hint=f'pip install "pixroute[{extra}]"'
        ) from None
    return opened(url)


def _masked(url: str) -> str:
    """A URL without the password in it."""
    head, at, rest = url.rpartition("@")
    name, colon, _ = head.rpartition(":")
    return f"{name}:***@{rest}" if at and colon and not name.endswith(":") and "://" in name else url
