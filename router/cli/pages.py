"""What `check` may report, a page each: what to avoid, what to prefer, and why."""

from __future__ import annotations

from collections.abc import Mapping

from ..check import CHECKS
from ..errors import ConfigError, did_you_mean
from ..files import HERE

OUR_OWN: Mapping[str, str] = {
    "invalid_policy": "a policy with a mistake in it, which cannot be used",
    "unreadable_policy": "a policy that cannot be opened",
}


def page(code: str) -> str:
    """The page of a code, as Markdown; raises `ConfigError` where there is no such code."""
    if code in OUR_OWN:
        return f"# {code}\n\n{OUR_OWN[code].capitalize()}. Severity: error.\n"
    if code not in CHECKS:
        raise ConfigError(f"`check` reports no `{code}`", hint=did_you_mean(code, [*CHECKS, *OUR_OWN]))
    return (HERE / "check" / "pages" / f"{code}.md").read_text(encoding="utf-8")
