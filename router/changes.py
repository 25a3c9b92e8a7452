"""What was done to a request, step by step, with the reason; replayed, the steps give the body that is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple


class Change(NamedTuple):
    """One step. `before` and `after` are values of the body; None stands for null or nothing."""

    action: Literal["set", "drop"]
    field: str
    before: object
    after: object
    code: str
    reason: str
    rule: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The step as the decision record shows it; a dropped parameter has no `to`."""
        row: dict[str, object] = {"action": self.action, "field": self.field, "from": self.before}
        if self.action == "set":
            row["to"] = self.after
        return {**row, "code": self.code, "reason": self.reason, "rule": self.rule}


def apply(changes: Iterable[Change], body: Mapping[str, object]) -> dict[str, object]:
    """Replay changes on the body that was asked; gives the body to send."""
    params = dict(body)
    for change in changes:
        if change.action == "drop":
            params.pop(change.field, None)
        else:
            params[change.field] = change.after
    return params


class Warn(NamedTuple):
    """Something the caller should know; it changed nothing."""

    code: str
    message: str

    def to_dict(self) -> dict[str, object]:
        """The warning as the decision record shows it."""
        return {"code": self.code, "message": self.message}
