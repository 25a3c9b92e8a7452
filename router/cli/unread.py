"""A file of tests that cannot be run, as it stands in the place of its report."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import DocumentError, Place, Problem, RouterError


class Unread(NamedTuple):
    """Which file, and what is wrong with it or with its policy."""

    path: str
    error: RouterError

    def to_dict(self) -> dict[str, object]:
        """What is wrong, ready for JSON."""
        return {"path": self.path, "ok": False, "problems": [_record(problem) for problem in self._problems()]}

    def _problems(self) -> tuple[Problem, ...]:
        if isinstance(self.error, DocumentError):
            return self.error.problems
        return (Problem(at=Place(self.path, 1, 1), message=self.error.message, hint=self.error.hint),)


def _record(problem: Problem) -> dict[str, object]:
    at = problem.at
    return {"path": at.path, "line": at.line, "column": at.column, "message": problem.message, "help": problem.hint}
