"""What a check has to say: how bad it is, where it stands, and what to try."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from ..errors import Place
    from .ask import Ask

Severity: TypeAlias = Literal["error", "warning", "note"]
"""An error: the policy cannot work as written. A warning: probably a mistake. A note: worth knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a policy; `witness` is a request that shows it, replayed through `plan()`."""

    code: str
    severity: Severity
    at: Place
    message: str
    help: str | None = None
    witness: Ask | None = field(default=None, compare=False)
