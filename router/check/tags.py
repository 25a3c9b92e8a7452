"""Tags that are used and not declared: a typo in one is not noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..facts import TAG_PREFIX
from ..trace import comparisons
from .finding import Finding
from .space import conditions

if TYPE_CHECKING:
    from ..errors import Place
    from .study import Study


def undeclared_tags(study: Study) -> Iterator[Finding]:
    """Find the tags of a policy that declares none."""
    if study.policy.tags is not None:
        return
    places = dict(reversed([*_used(study)]))
    if places:
        names = ", ".join(f"`{name}`" for name in sorted(places))
        example = ", ".join(f"{name}: any" for name in sorted(places))
        yield Finding(
            code="TAGS_UNDECLARED",
            severity="note",
            at=min(places.values()),
            message=f"the policy reads the tags {names} and declares none, so a misspelt tag is not noticed",
            help=f"write `tags: {{{example}}}`, or the values that there are",
        )


def _used(study: Study) -> Iterator[tuple[str, Place]]:
    for condition in conditions(study.policy):
        for test in comparisons(condition):
            if test.fact.startswith(TAG_PREFIX):
                yield test.fact.removeprefix(TAG_PREFIX), test.at
    for limit in study.policy.budget.limits:
        yield from ((tag, limit.at) for tag in limit.scope)
