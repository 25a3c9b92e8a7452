"""`pixroute budget`: what was spent, what is held, and whether the books are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .accept import accept
from .export import export
from .holds import holds
from .reconcile import reconcile
from .resolve import resolve
from .spend import spend
from .status import status
from .verify import verify

COMMANDS: Mapping[str, Callable[..., int]] = {
    "status": status,
    "spend": spend,
    "holds": holds,
    "resolve": resolve,
    "verify": verify,
    "export": export,
    "reconcile": reconcile,
    "accept": accept,
}
