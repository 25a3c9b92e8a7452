"""Policies as values: every fact, operator, rule, bound, budget and switch that the language has."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from router.conditions import both, either
from router.facts import FACTS, ORDER, SCRIPTS, Fact, Kind, limit_fact, tag_fact
from router.policy import (
    ABILITIES,
    DROP,
    EXACT,
    LEAST,
    MOST,
    ONE_OF,
    OUTCOMES,
    PARAMETERS,
    TRUSTED,
    Adjustment,
    All,
    Allow,
    Bound,
    Budget,
    Claim,
    Compare,
    Condition,
    Deliver,
    Guard,
    Invariant,
    LedgerSettings,
    Limit,
    Not,
    Parameter,
    Policy,
    Route,
    Rung,
    SizeSettings,
    Target,
    Window,
)

MODELS = (
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
)
SIZES = (
    "1024x1024",
    "1536x1024",
    "1200x628",
    "1920x1080",
    "2048x2048",
    "3840x2160",
    "512x512",
    "16:9",
    "instagram.story",
)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati")
CALENDAR = ("hour", "day", "week", "month")

names = st.sampled_from(("plan", "tenant", "team", "a", "x-1")) | st.from_regex(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True
)
texts = st.text(min_size=1, max_size=30).filter(str.strip)
micros = st.integers(0, 5_000_000) | st.integers(0, 10**15)
days = st.dates(date(2025, 1, 1), date(2028, 1, 1))
ratios = st.builds(Fraction, st.integers(1, 40), st.integers(1, 40))
models = st.sampled_from(MODELS)


def some(items: SearchStrategy, fewest: int = 0, most: int = 3) -> SearchStrategy:
    """A few different items, as a tuple."""
    return st.lists(items, min_size=fewest, max_size=most, unique=True).map(tuple)


# Conditions


@cache
def facts(tags=None, limits=()) -> SearchStrategy[Fact]:
    """A fact that a policy with these tags and limits may read."""
    declared = (("tenant", ()), ("plan", ())) if tags is None else tags
    own = [tag_fact(name, values) for name, values in declared] + [limit_fact(name) for name in limits]
    return st.sampled_from((*FACTS.values(), *own))


def values(fact: Fact, op: str = "is") -> SearchStrategy:
    """A value that a fact may be compared with, for the operators that take one."""
    choices = fact.order if fact.order and op in ORDER else fact.choices
    return {
        Kind.FLAG: st.booleans(),
        Kind.COUNT: st.sampled_from((0, 1, 2, 10, 80, 1024, 1536, 3_686_400)) | st.integers(0, 10**7),
        Kind.MONEY: micros,
        Kind.DAY: days,
        Kind.RATIO: ratios,
        Kind.CHOICE: st.sampled_from(choices or ("",)),
        Kind.MODEL: models,
        Kind.NAME: st.sampled_from(("openai", "azure", "free", "paid")) | texts,
        Kind.SET: st.sampled_from(SCRIPTS),
    }[fact.kind]


@cache
def wants(fact: Fact, op: str) -> SearchStrategy:
    """The argument of an operator on a fact."""
    value = values(fact, op)
    if op == "between":
        rank = fact.order.index if fact.order else None
        return st.lists(value, min_size=2, max_size=2).map(lambda ends: tuple(sorted(ends, key=rank)))
    if op in {"in", "not_in", "any_of", "all_of"}:
        return some(value, 1)
    return {"exists": st.booleans(), "like": st.sampled_from(("gpt-image-2*", "*", "*-mini", "?", "[a-c]*"))}.get(
        op, value
    )


@cache
def compares(tags=None, limits=()) -> SearchStrategy[Compare]:
    """One comparison."""
    return facts(tags, limits).flatmap(
        lambda fact: st.sampled_from(fact.operators).flatmap(
            lambda op: st.builds(Compare, fact=st.just(fact.name), op=st.just(op), want=wants(fact, op))
        )
    )


@cache
def conditions(tags=None, limits=()) -> SearchStrategy[Condition]:
    """Comparisons, put together by `all`, `any` and `not`, as a reader leaves them."""
    return st.recursive(
        compares(tags, limits),
        lambda part: (
            st.lists(part, min_size=1, max_size=4).map(both)
            | st.lists(part, min_size=1, max_size=3).map(either)
            | st.builds(Not, part=part)
        ),
        max_leaves=6,
    )


# Rules


def settings(parameter: Parameter) -> SearchStrategy:
    """A value that a rule may set a parameter to."""
    if parameter.numbers:
        return st.sampled_from(parameter.numbers)
    return st.sampled_from(parameter.words or SIZES)


@cache
def bounds_on(parameter: Parameter) -> SearchStrategy[tuple[Bound, ...]]:
    """One bound on a parameter, or one from below and one from above."""

    def bound(op, want=None, otherwise=None):
        return Bound(param=parameter.name, op=op, want=want, otherwise=otherwise)

    def rank(value):
        return parameter.words.index(value) if parameter.words else value

    kinds = {DROP: st.just((bound(DROP),))}
    if parameter.operators != (DROP,):
        value = settings(parameter)
        kinds |= {op: value.map(lambda want, op=op: (bound(op, want),)) for op in (EXACT, LEAST, MOST)}
        kinds[ONE_OF] = some(value, 1).flatmap(
            lambda options: st.sampled_from(options).map(lambda otherwise: (bound(ONE_OF, options, otherwise),))
        )
        both_ends = (
            st.tuples(value, value).map(lambda ends: sorted(ends, key=rank)) if LEAST in parameter.operators else None
        )
        if both_ends is not None:
            kinds["both"] = both_ends.map(lambda ends: (bound(LEAST, ends[0]), bound(MOST, ends[1])))
    return st.one_of(*(kind for op, kind in kinds.items() if op in {*parameter.operators, "both"}))


@cache
def bounds(fewest: int = 0) -> SearchStrategy[tuple[Bound, ...]]:
    """Bounds on a few parameters."""
    return some(st.sampled_from(sorted(PARAMETERS)), fewest).flatmap(
        lambda params: st.tuples(*(bounds_on(PARAMETERS[name]) for name in params)).map(lambda each: sum(each, ()))
    )


@cache
def guards(when) -> SearchStrategy[Guard]:
    return st.builds(
        Guard,
        id=st.just(""),
        when=when,
        code=st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
        message=texts,
        unknown=st.sampled_from((None, "deny", "skip")),
    )


@cache
def routes(when, aliases=()) -> SearchStrategy[Route]:
    target = st.builds(Target, model=st.sampled_from((*MODELS, *aliases, "asked")), set=st.just(()) | bounds())
    return st.builds(
        Route,
        id=st.just(""),
        to=some(target, 1),
        when=st.just(All()) | when,
        cheapest=st.booleans(),
        set=bounds(),
        why=st.none() | texts,
    )


@cache
def adjustments(when) -> SearchStrategy[Adjustment]:
    return st.builds(Adjustment, id=st.just(""), set=bounds(1), when=st.just(All()) | when, why=st.none() | texts)


# Invariants


def claim(about, value, *, ordered=None, abilities=False, exists=True) -> SearchStrategy[Claim]:
    """One claim on one thing; `ordered` are the values that have an order."""
    wanted = {("is",): value, ("in", "not_in"): some(value, 1)}
    if exists:
        wanted["exists",] = st.booleans()
    if ordered is not None:
        wanted["lt", "lte", "gt", "gte"] = ordered
    if abilities:
        wanted["with", "without"] = st.sampled_from(ABILITIES)
    return st.one_of(
        st.builds(Claim, about=st.just(about), op=st.sampled_from(ops), want=want) for ops, want in wanted.items()
    )


def claim_on(parameter: Parameter) -> SearchStrategy[Claim]:
    """One claim on a parameter of the decision."""
    value = texts if parameter.operators == (DROP,) else settings(parameter)
    auto = st.just("auto") if parameter.words else st.nothing()
    return claim(f"params.{parameter.name}", value | auto, ordered=value if LEAST in parameter.operators else None)


CLAIMS = st.one_of(
    claim("outcome", st.sampled_from(OUTCOMES), exists=False),
    claim("model", models, abilities=True, exists=False),
    claim("params.stream", st.booleans()),
    *(claim_on(parameter) for parameter in PARAMETERS.values()),
)


def invariants(when, routes) -> SearchStrategy[Invariant]:
    claims = CLAIMS | claim("route", st.sampled_from(routes))
    never = st.lists(claims, min_size=1, max_size=3, unique_by=lambda claim: claim.about).map(tuple)
    return st.builds(Invariant, id=st.just(""), never=never, given=st.just(All()) | when, why=st.none() | texts)


# Money


windows = st.one_of(
    st.builds(Window, kind=st.sampled_from(CALENDAR), zone=st.sampled_from(ZONES)),
    st.builds(
        Window, kind=st.just("rolling"), seconds=st.sampled_from((1, 60, 3600, 86_400)) | st.integers(1, 31_622_400)
    ),
    st.just(Window(kind="forever")),
)
rungs = st.one_of(
    st.just(Rung(param="model")),
    st.builds(Rung, param=st.just("partial_images"), floor=st.integers(0, 3)),
    st.builds(Rung, param=st.just("quality"), floor=st.sampled_from(PARAMETERS["quality"].words)),
    st.builds(Rung, param=st.just("size"), floor=st.integers(1, 4_000_000)),
    st.builds(Rung, param=st.just("n"), floor=st.integers(1, 10)),
)


@cache
def limits(when, tags=None) -> SearchStrategy[Limit]:
    known = ("tenant", "plan") if tags is None else tuple(name for name, _ in tags if name != "all")
    return st.builds(
        Limit,
        id=st.just(""),
        amount_micros=micros,
        scope=some(st.sampled_from(known)) if known else st.just(()),
        window=windows,
        missing=st.sampled_from(("deny", "share", "exempt")),
        when=st.just(All()) | when,
    )


# The whole


def named(draw, ids, items):
    """Give each of a few items one of the ids that are left."""
    return tuple(_with_id(item, ids.pop()) for item in draw(items))


def _with_id(item, name):
    return type(item)(**{field: getattr(item, field) for field in item.__slots__} | {"id": name})


def few(items: SearchStrategy, fewest: int = 0, most: int = 3) -> SearchStrategy:
    return st.lists(items, min_size=fewest, max_size=most)


@st.composite
def budgets(draw, when, ids, *, tags=None) -> Budget:
    """A budget whose limits have these ids."""
    each = draw(st.lists(limits(when, tags), min_size=len(ids), max_size=len(ids)))
    return Budget(
        per_request_micros=draw(st.none() | micros),
        limits=tuple(_with_id(limit, name) for limit, name in zip(each, ids, strict=True)),
        when_short=tuple(draw(few(rungs))),
    )


@cache
def defaults() -> SearchStrategy[dict[str, str | int]]:
    settable = {name: settings(each) for name, each in PARAMETERS.items() if each.operators != (DROP,)}
    return st.fixed_dictionaries({}, optional={"model": models, **settable})


@cache
def switches() -> SearchStrategy[dict[str, object]]:
    """What is reserved, and the rest that stands for itself."""
    share = st.builds(Fraction, st.integers(0, 10**6), st.just(10**6))
    return st.fixed_dictionaries(
        {},
        optional={
            "description": texts,
            "as_of": days,
            "sizes": st.builds(
                SizeSettings,
                fit=st.sampled_from(("cover", "nearest", "reject")),
                max_crop=share,
                experimental=st.sampled_from(("warn", "deny", "allow")),
                beyond_ratio=st.sampled_from(("deny", "crop")),
            ),
            "allow": st.builds(
                Allow,
                preview=st.frozensets(models.map("{}.transparency".format), max_size=2),
                estimated_prices=st.frozensets(models, max_size=2),
            ),
            "trust_body": some(st.sampled_from(TRUSTED)).map(lambda parts: tuple(sorted(parts, key=TRUSTED.index))),
            "deliver": st.builds(
                Deliver, size=st.sampled_from(("keep", "crop")), url=st.sampled_from(("none", "data"))
            ),
            "masks": st.sampled_from(("guided", "exact")),
            "provenance": st.sampled_from(("keep", "may_drop")),
            "retry_ambiguous": st.sampled_from(("never", "once")),
            "ledger": st.builds(
                LedgerSettings,
                unreachable=st.sampled_from(("deny", "allow")),
                restarts=st.sampled_from(("deny", "trust")),
                unknown_after_lease=st.sampled_from(("spent", "release")),
                wait_ms=st.integers(0, 3_600_000),
            ),
            "alerts": some(st.integers(1, 100)).map(lambda percents: tuple(sorted(percents))),
        },
    )


# Few, so that the strategies for them are made once.
TAGS = (
    None,
    (),
    (("tenant", ()), ("plan", ("free", "trial", "paid"))),
    (("010", ("on", "1e3", "<<", "ünïcode", "two words", "\u2028\x00: #")), ("all", ()), ("x-1", ("null",))),
)
LIMITS = ((), ("everyone",), ("tenant-day", "0x1F"))
ALIASES = ((), ("house", "16:9", "<<", "a:b/c"))


@st.composite
def policies(draw) -> Policy:
    """A whole policy, valid, with the names that its parts use declared."""
    tags, limit_ids, alias_names = (draw(st.sampled_from(each)) for each in (TAGS, LIMITS, ALIASES))
    aliases = {name: draw(models) for name in alias_names}
    when = conditions(tags, limit_ids)
    ids = list(draw(some(names, 9, 9)))
    route = named(draw, ids, few(routes(when, alias_names), 1))
    return Policy(
        name=draw(texts),
        tags=None if tags is None else dict(tags),
        aliases=aliases,
        defaults=draw(defaults()),
        guards=named(draw, ids, few(guards(when))),
        routes=route,
        adjustments=named(draw, ids, few(adjustments(when))),
        budget=draw(budgets(when, limit_ids, tags=tags)),
        invariants=named(
            draw, list(draw(some(names, 2, 2))), few(invariants(when, [each.id for each in route]), most=2)
        ),
        **draw(switches()),
    )
