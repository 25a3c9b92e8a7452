"""The compiled matcher, the interpreter behind the trace and a third reading of conditions agree, unknowns included."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from router.engine import Inputs
from router.matcher import CHUNK, LEAF_SIZE, Clause, Matcher, _Branch
from router.needs import Facts
from router.policy import All, Any, Compare, Not, Policy
from router.request import read_request
from router.trace import holds

from . import naive
from .cases import SHIPPED
from .policies import compares, conditions
from .requests import bodies

LIMITS = ("tenant-day", "all")
PINS = {
    "operation": ("generate", "edit"),
    "quality": ("low", "medium", "high", "xhigh", "max", "auto"),
    "background": ("transparent", "opaque", "auto"),
    "output_format": ("png", "jpeg", "webp"),
    "input_fidelity": ("low", "high"),
    "provider": ("openai", "azure"),
    "tags.plan": ("free", "paid", "acme", "x", "auto"),
    "tags.tenant": ("free", "paid", "acme", "x"),
    "transparent": (True, False),
    "mask": (True, False),
    "text_heavy": (True, False),
}
tags = (("plan", ()), ("tenant", ()))
whens = conditions(tags, LIMITS)
money = st.none() | st.dictionaries(st.sampled_from(LIMITS), st.integers(0, 5_000_000), min_size=1)
asked_models = st.sampled_from(
    ((), ("gpt-image-2",), ("gpt-image-2-2026-04-21", "gpt-image-2"), ("my-deployment", "gpt-image-1"))
)


@st.composite
def facts(draw):
    request = read_request(draw(bodies()))
    read = Facts(
        request,
        on=draw(st.dates(date(2025, 1, 1), date(2027, 12, 31))),
        provider=draw(st.sampled_from(("openai", "azure"))),
        asked_model=draw(asked_models),
        max_cost_micros=request.max_cost_micros,
    )
    left = draw(money)
    return read.with_money(left) if left else read


@st.composite
def tables(draw):
    """Many clauses that pin a few facts, so that the index has something to split on, mixed with any others."""
    others = draw(st.lists(whens, min_size=1, max_size=6))
    dice = Random(draw(st.integers(0, 2**32)))  # noqa: S311 -- a table of rules is no secret
    width = dice.choice((1, 2, 3, len(PINS)))
    names = dice.sample(sorted(PINS), width)
    size = dice.choice((1, LEAF_SIZE, LEAF_SIZE + 1, 20, 40, 40, 80, 120, 120, CHUNK + 20))
    return [Clause(clause(dice, names, others), possibly=dice.random() < 0.3) for _ in range(size)]


def clause(dice, names, others):
    parts = [pin(dice, name) for name in dice.sample(names, dice.randint(1, min(3, len(names))))]
    parts += [dice.choice(others)] * (dice.random() < 0.4)
    dice.shuffle(parts)
    return dice.choice((All(parts=tuple(parts)),) * 8 + (parts[0], All(), Not(part=parts[0]), Any(parts=tuple(parts))))


def pin(dice, name):
    values = PINS[name]
    if values == (True, False) or dice.random() < 0.7:
        return Compare(fact=name, op="is", want=dice.choice(values))
    return Compare(fact=name, op=dice.choice(("in", "in", "not_in")), want=tuple(dice.sample(values, 2)))


def expected(clauses, facts):
    verdicts = [holds(each.when, facts) for each in clauses]
    sure = zip(clauses, verdicts, strict=True)
    return tuple(place for place, (each, verdict) in enumerate(sure) if verdict or (each.possibly and verdict is None))


@given(tables(), facts())
def test_the_index_finds_what_reading_every_rule_finds(clauses, facts):
    matcher = Matcher(clauses)
    hits = expected(clauses, facts)

    assert (matcher.first(facts), matcher.all(facts)) == (next(iter(hits), None), hits)
    assert (matcher.first(facts), matcher.all(facts)) == (next(iter(hits), None), hits)  # now that it is compiled


@given(whens, facts())
@example(
    Compare(fact="quality", op="lt", want="high"),
    Facts(read_request({"prompt": "x"}), on=date(2026, 1, 1), provider="openai"),
)
@example(
    Not(part=Compare(fact="width", op="lt", want=9)),
    Facts(read_request({"prompt": "x"}), on=date(2026, 1, 1), provider="openai"),
)
def test_compiled_interpreted_and_naive_readings_agree(when, facts):
    surely = Matcher([Clause(when)]).all(facts) == (0,)
    possibly = Matcher([Clause(when, possibly=True)]).all(facts) == (0,)
    verdict = {(True, True): True, (False, False): False, (False, True): None}[surely, possibly]

    assert (verdict, verdict) == (holds(when, facts), naive.holds(when, known(facts)))


@given(compares(tags, LIMITS), facts())
def test_each_operator_on_each_fact_reads_alike(test, facts):
    surely = Matcher([Clause(test)]).first(facts) == 0
    possibly = Matcher([Clause(test, possibly=True)]).first(facts) == 0
    naively = naive.compare(test, known(facts))

    assert (surely, possibly, holds(test, facts)) == (naively is True, naively is not False, naively)


@given(whens, facts())
def test_what_is_surely_so_is_not_possibly_otherwise(when, facts):
    surely = Matcher([Clause(when), Clause(Not(part=when))]).all(facts)
    possibly = Matcher([Clause(when, possibly=True), Clause(Not(part=when), possibly=True)]).all(facts)

    assert (surely, possibly) in (((0,), (0,)), ((1,), (1,)), ((), (0, 1)))


def known(facts):
    """The facts as the naive evaluation reads them."""
    request = facts.request
    ask, _, _ = naive.asked_for(request, POLICY)
    inputs = Inputs(on=facts.date, catalog=SHIPPED, provider=facts.provider)
    read = naive.read_facts(request, ask, POLICY, inputs, {})
    read["asked_model"] = set(facts.asked_model) or naive.ABSENT
    if facts.left:
        read["budget_left_usd"] = min(facts.left.values())
    return read | {f"budget.{name}.left_usd": left for name, left in facts.left.items()}


POLICY = Policy(name="none", routes=())


def test_large_tables_of_pinned_facts_are_indexed():
    clauses = [Clause(Compare(fact="tags.tenant", op="is", want=f"t{number}")) for number in range(100)]

    assert isinstance(Matcher(clauses)._root, _Branch)
