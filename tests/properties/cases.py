"""What `plan()` is called with: catalogues, days, money, and policies that get far enough to choose a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from zlib import crc32

from hypothesis import strategies as st

from router.catalog import Catalog
from router.catalogfile import overlay
from router.engine import Inputs
from router.files import load_catalog
from router.policy import All, Allow, Budget, Policy, Route, Rung, SizeSettings, Target

from .policies import (
    MODELS,
    adjustments,
    bounds,
    conditions,
    days,
    defaults,
    few,
    limits,
    micros,
    policies,
    rungs,
    some,
)


class Named(Catalog):
    """A catalogue that prints as its revision, so that a failure can be read."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self.revision[:15]

    def _repr_pretty_(self, printer, _) -> None:
        printer.text(repr(self))


def named(catalog: Catalog) -> Named:
    return Named(providers=catalog.providers, revision=catalog.revision)


SHIPPED = named(load_catalog())
NARROW = named(
    overlay(
        SHIPPED,
        """
pixroute-catalog: 1
provider: openai
models:
  gpt-image-2.5-flare:
    count: {max_n: 4, confidence: confirmed, source: [TEST]}
    formats: {values: [png, jpeg], confidence: confirmed, source: [TEST]}
    moderation: {values: [auto], confidence: confirmed, source: [TEST]}
    streaming: {max_partial_images: 1, confidence: confirmed, source: [TEST]}
    qualities: {values: [medium, high], confidence: confirmed, source: [TEST]}
    edit: {max_images: 2, mask: false, markup: false, confidence: confirmed, source: [TEST]}
""",
        "narrow.yaml",
    )
)
"""A model that can do less than any real one, so that no limit goes untried."""

CHANGE_DAYS = tuple(
    date(*day)
    for day in (
        (2025, 1, 1),
        (2026, 8, 19),
        (2026, 8, 20),
        (2026, 9, 8),
        (2026, 10, 23),
        (2026, 11, 23),
        (2026, 12, 1),
        (2027, 12, 31),
    )
)
AUTUMN = (date(2026, 10, 1), date(2026, 11, 10), date(2026, 11, 23), date(2026, 12, 5))
LADDER = (
    Rung(param="partial_images", floor=0),
    Rung(param="model"),
    Rung(param="quality", floor="low"),
    Rung(param="size", floor=1_048_576),
    Rung(param="n", floor=1),
)
ORDERS = tuple(permutations(LADDER))
ALLOW = Allow(
    preview=frozenset({"gpt-image-2.transparency"}),
    estimated_prices=frozenset({"gpt-image-2.6-flare", "gpt-image-2.6-sunburst"}),
)
DEFAULTS = ({}, {}, {"size": "1024x1024", "quality": "medium"}, {"quality": "high", "n": 3}, {"model": "gpt-image-1"})
SIZES = st.builds(
    SizeSettings,
    fit=st.sampled_from(("cover", "nearest", "reject")),
    max_crop=st.sampled_from((Fraction(0), Fraction(1, 50), Fraction(1, 5), Fraction(1))),
    experimental=st.sampled_from(("warn", "deny", "allow")),
    beyond_ratio=st.sampled_from(("deny", "crop")),
)
TAGS = ("tenant", "plan", "team")

amounts = st.sampled_from((0, 3_000, *(8_000, 20_000, 60_000, 200_000) * 3, 1_000_000, 5_000_000))


def inputs() -> st.SearchStrategy[Inputs]:
    """A day, a provider, money or none, and models that earlier attempts ruled out."""
    left = st.one_of(*[amounts] * 4, micros)
    return st.builds(
        Inputs,
        on=st.one_of(*[st.sampled_from(AUTUMN)] * 8, st.sampled_from(CHANGE_DAYS), days),
        catalog=st.sampled_from((SHIPPED, SHIPPED, NARROW)),
        provider=st.sampled_from((*["openai"] * 4, "azure")),
        budget_left_micros=st.none()
        | left
        | st.dictionaries(st.sampled_from(("plan", "tenant", "a", "x-1", "other")), left),
        without=st.just({}) | st.dictionaries(st.sampled_from(MODELS), st.just("answered 503"), max_size=2),
        committed_micros=st.sampled_from((0, 0, 0, 1_000, 40_000)),
    )


@st.composite
def able_policies(draw, *, sets=True, money=True) -> Policy:
    """Policies without conditions, with many candidates: most requests get to a model, and to the ladder."""
    bound = st.just(()) | st.just(()) | bounds() if sets else st.just(())
    target = st.builds(Target, model=st.sampled_from((*MODELS, "house", "asked")), set=bound)
    route = Route(id="r1", to=draw(some(target, 3, 5)), cheapest=draw(st.booleans()), set=draw(bound))
    extra = draw(few(adjustments(conditions()), most=2)) if sets else ()
    budget = Budget(
        per_request_micros=draw(st.none() | amounts),
        limits=tuple(
            replace(each, id=f"l{place}", amount_micros=10) for place, each in enumerate(draw(few(LIMITS, most=2)))
        ),
        when_short=draw(st.just(LADDER) | st.sampled_from(ORDERS) | few(rungs, most=5).map(tuple)),
    )
    policy = Policy(
        name="able",
        routes=(route,),
        aliases={"house": "gpt-image-2"},
        defaults=draw(st.sampled_from(DEFAULTS) | defaults()) if sets else {},
        adjustments=tuple(replace(each, id=f"a{place}") for place, each in enumerate(extra)),
        budget=budget if money else Budget(),
        sizes=draw(st.just(SizeSettings()) | SIZES),
        allow=draw(st.sampled_from((ALLOW, ALLOW, Allow()))),
    )
    return with_revision(policy)


def with_revision(policy: Policy) -> Policy:
    """Name a policy by its content, as a file's is: whatever is compiled from it is kept by that name."""
    return replace(policy, revision=f"{crc32(repr(policy).encode()):x}")


LIMITS = limits(st.just(All()) | conditions(), tuple((name, ()) for name in TAGS))


def any_policies() -> st.SearchStrategy[Policy]:
    """Policies over the whole language, and more of those that serve."""
    return st.one_of(*[able_policies()] * 4, policies().map(with_revision))
