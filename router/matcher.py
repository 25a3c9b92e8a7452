"""Conditions as code: each rule table becomes Python functions, behind an index on the facts that rules dispatch on.

Three-valued logic needs no third value at run time. Each condition is written in one of two senses: *surely* holds only
where it is known to hold, *possibly* where it is not known to fail. The two mirror each other through `not`, and differ
only at facts that can be unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from fractions import Fraction
from functools import lru_cache, partial
from operator import attrgetter, ge, gt, le, lt
from typing import Any, NamedTuple, TypeAlias, cast

from .facts import FACTS, LIMIT_PREFIX, LIMIT_SUFFIX, ORDER, TAG_PREFIX, Fact, Kind, limit_fact, tag_fact
from .needs import Facts
from .policy import All, Compare, Condition, Not
from .policy import Any as AnyOf

LEAF_SIZE = 12  # below this, trying each rule is faster than another look-up
MOST_COPIES = 4  # of a rule in the index, on average
CHUNK = 500  # rules in one function, so that none grows too long for the compiler

Hits: TypeAlias = tuple[int, ...]
Function: TypeAlias = Callable[[Facts], Any]
IN_ORDER: Mapping[str, Callable[..., bool]] = {
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
    "between": lambda rank, lowest, highest: lowest <= rank <= highest,
}


class Clause(NamedTuple):
    """A condition to match, and in which sense."""

    when: Condition
    possibly: bool = False


class Matcher:
    """Finds which of a table's clauses hold for a request's facts."""

    __slots__ = ("_root",)

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._root = _build(clauses, range(len(clauses)), frozenset())

    def first(self, facts: Facts) -> int | None:
        """The place of the first clause that holds, None where none does."""
        return self._root.first(facts)

    def all(self, facts: Facts) -> Hits:
        """The places of all clauses that hold, in order."""
        return self._root.all(facts)


@dataclass(frozen=True, slots=True)
class _Branch:
    """Clauses by the value of one fact that they pin."""

    read: Callable[[Facts], object]
    children: Mapping[object, _Branch | _Leaf]
    otherwise: _Branch | _Leaf

    def first(self, facts: Facts) -> int | None:
        return self.children.get(self.read(facts), self.otherwise).first(facts)

    def all(self, facts: Facts) -> Hits:
        return self.children.get(self.read(facts), self.otherwise).all(facts)


class _Leaf:
    """A few clauses as one function, compiled when it is first used."""

    __slots__ = ("_clauses", "_places", "all", "first")

    def __init__(self, clauses: Sequence[Clause], places: Sequence[int]) -> None:
        self._clauses = clauses
        self._places = places
        self.first: Callable[[Facts], int | None] = self._compile_first
        self.all: Callable[[Facts], Hits] = self._compile_all

    def _compile_first(self, facts: Facts) -> int | None:
        functions = self._compile(FIRST)
        self.first = functions[0] if len(functions) == 1 else partial(_first_of, functions)
        return self.first(facts)

    def _compile_all(self, facts: Facts) -> Hits:
        functions = self._compile(ALL)
        self.all = functions[0] if len(functions) == 1 else partial(_all_of, functions)
        return self.all(facts)

    def _compile(self, shape: _Shape) -> list[Function]:
        chunks = [self._places[start : start + CHUNK] for start in range(0, len(self._places), CHUNK)]
        return [_compile(self._clauses, chunk, shape) for chunk in chunks]


def _first_of(functions: Sequence[Callable[[Facts], int | None]], facts: Facts) -> int | None:
    return next((place for function in functions if (place := function(facts)) is not None), None)


def _all_of(functions: Sequence[Callable[[Facts], Hits]], facts: Facts) -> Hits:
    return tuple(place for function in functions for place in function(facts))


# -- the index


def _build(clauses: Sequence[Clause], places: Sequence[int], used: frozenset[str]) -> _Branch | _Leaf:
    """Split on the fact that most clauses pin, until little is left to try."""
    if len(places) <= LEAF_SIZE:
        return _Leaf(clauses, places)
    pins = [pinned(clauses[place].when) for place in places]
    counts = Counter(fact for pin in pins for fact in pin if fact not in used)
    for fact, count in counts.most_common(1):
        buckets = _buckets(places, pins, fact)
        copies = sum(map(len, buckets.values()))
        if 2 * count >= len(places) and copies <= MOST_COPIES * len(places) and len(buckets) > 2:  # noqa: PLR2004
            rest = buckets.pop(None)
            children = {value: _build(clauses, bucket, used | {fact}) for value, bucket in buckets.items()}
            return _Branch(_reader(fact), children, _build(clauses, rest, used | {fact}))
    return _Leaf(clauses, places)


def _buckets(
    places: Sequence[int], pins: Sequence[Mapping[str, frozenset[object]]], fact: str
) -> dict[object, list[int]]:
    """Sort clauses by the value they pin; those that pin none go everywhere. None holds the values nobody pins."""
    buckets: dict[object, list[int]] = {None: []}
    for pin in pins:
        for value in pin.get(fact, ()):
            buckets.setdefault(value, [])
    for place, pin in zip(places, pins, strict=True):
        for value in pin.get(fact, buckets):
            buckets[value].append(place)
    return buckets


def pinned(condition: Condition) -> Mapping[str, frozenset[object]]:
    """The values that facts must have for a condition to hold, as far as equalities say so."""
    match condition:
        case Compare(fact=name, op="is" | "in" as op, want=want) if _pins(fact_of(name)):
            return {name: frozenset(want if op == "in" and isinstance(want, tuple) else (want,))}
        case All(parts=parts):
            found: dict[str, frozenset[object]] = {}
            for part in parts:
                for name, values in pinned(part).items():
                    found[name] = found[name] & values if name in found else values
            return found
        case _:
            return {}


def _pins(fact: Fact) -> bool:
    """Whether a fact can be dispatched on: one plain value, always known, cheap to read."""
    plain = fact.kind in (Kind.CHOICE, Kind.NAME) or (fact.kind is Kind.FLAG and fact.name not in TEXT_FIELDS)
    return plain and fact.gap != "unknown"


def _reader(name: str) -> Callable[[Facts], object]:
    if not name.startswith(TAG_PREFIX):
        return attrgetter(FACTS[name].slot)
    tag = name.removeprefix(TAG_PREFIX)
    return lambda facts: facts.tags.get(tag)


@lru_cache(maxsize=4096)
def fact_of(name: str) -> Fact:
    """The type of a fact by the name a policy uses, tags and limits included."""
    if name.startswith(TAG_PREFIX):
        return tag_fact(name.removeprefix(TAG_PREFIX))
    if name.startswith(LIMIT_PREFIX) and name.endswith(LIMIT_SUFFIX):
        return limit_fact(name.removeprefix(LIMIT_PREFIX).removesuffix(LIMIT_SUFFIX))
    return FACTS[name]


# -- the code: one function for each leaf


class _Shape(NamedTuple):
    start: str
    hit: str
    end: str


FIRST = _Shape(start="", hit="return {place}", end="    return None")
ALL = _Shape(start="    hits = []", hit="hits.append({place})", end="    return tuple(hits)")


def _compile(clauses: Sequence[Clause], places: Sequence[int], shape: _Shape) -> Function:
    writer = _Writer()
    tests = [writer.write(clauses[place].when, possibly=clauses[place].possibly) for place in places]
    body = [f"    if {test}: {shape.hit.format(place=place)}" for test, place in zip(tests, places, strict=True)]
    lines = ["def match(facts):", "    text = facts._text", shape.start, *body, shape.end]
    space: dict[str, object] = dict(writer.constants)
    exec("\n".join(lines), space)  # noqa: S102 -- our own text: its names are ours, its values constants
    return cast("Function", space["match"])


TEXT_FIELDS: Mapping[str, str] = {
    "text_heavy": "heavy",
    "text.score": "score",
    "text.quoted_chars": "quoted_chars",
    "text.scripts": "scripts",
}
SIGNS: Mapping[str, str] = {
    "is": "==",
    "lt": "<",
    "lte": "<=",
    "gt": ">",
    "gte": ">=",
    "from": ">=",
    "until": "<",
    "in": "in",
    "not_in": "not in",
}
TRUE, FALSE = "True", "False"


class _Writer:
    """Writes conditions as Python expressions; remembers the constants they use."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}

    def write(self, condition: Condition, *, possibly: bool) -> str:
        match condition:
            case All(parts=parts):
                return self._join(" and ", parts, possibly=possibly) or TRUE
            case AnyOf(parts=parts):
                return self._join(" or ", parts, possibly=possibly) or FALSE
            case Not(part=part):
                return f"not {self.write(part, possibly=not possibly)}"
            case Compare():
                return self._compare(condition, possibly=possibly)

    def _join(self, word: str, parts: Sequence[Condition], *, possibly: bool) -> str:
        inner = word.join(self.write(part, possibly=possibly) for part in parts)
        return f"({inner})" if inner else ""

    def _compare(self, compare: Compare, *, possibly: bool) -> str:
        fact = fact_of(compare.fact)
        if compare.op == "exists":
            return self._exists(fact, wanted=bool(compare.want))
        if fact.name == "asked_model":
            return self._names(compare)
        if fact.order and compare.op in ORDER:
            return self._ordered(fact, compare, unknown=fact.gap != "absent" and possibly)
        value = self._value(fact)
        test = self._plain(fact, value, compare)
        if fact.gap == "unknown":
            return self._gap(value, test, unknown=possibly)
        if fact.gap == "absent" and compare.op not in ("is", "in", "not_in"):
            return self._gap(value, test, unknown=False)
        return test

    def _gap(self, value: str, test: str, *, unknown: bool) -> str:
        """Guard a test against a missing value; a possible condition takes the unknown as holding."""
        return f"({value} is None or {test})" if unknown else f"({value} is not None and {test})"

    def _plain(self, fact: Fact, value: str, compare: Compare) -> str:
        op, want = compare.op, compare.want
        if fact.kind is Kind.RATIO:
            return self._ratio(compare)
        if fact.kind is Kind.SET:
            return self._set(value, compare)
        if op == "like":
            return f"{self._constant(glob(str(want)))}({value}) is not None"
        if op == "between" and isinstance(want, tuple):
            return f"{self._constant(want[0])} <= {value} <= {self._constant(want[1])}"
        if fact.kind is Kind.FLAG:
            return value if want else f"not {value}"
        return f"{value} {SIGNS[op]} {self._constant(frozenset(want) if isinstance(want, tuple) else want)}"

    def _ordered(self, fact: Fact, compare: Compare, *, unknown: bool) -> str:
        """Compare words by their order: it is known beforehand which of them pass, and a word outside is unknown."""
        want = compare.want if isinstance(compare.want, tuple) else (compare.want,)
        ranks = [fact.order.index(str(word)) for word in want]
        passing = frozenset(word for rank, word in enumerate(fact.order) if IN_ORDER[compare.op](rank, *ranks))
        if unknown:
            return f"{self._value(fact)} not in {self._constant(frozenset(fact.order) - passing)}"
        return f"{self._value(fact)} in {self._constant(passing)}"

    def _ratio(self, compare: Compare) -> str:
        """Compare cross products of whole numbers: exact, and no fraction is made per request."""
        if compare.op in ("in", "not_in"):
            options = compare.want if isinstance(compare.want, tuple) else ()
            found = " or ".join(self._cross("==", option) for option in options)
            return f"({found})" if compare.op == "in" else f"(not ({found}))"
        if compare.op == "between" and isinstance(compare.want, tuple):
            return f"({self._cross('>=', compare.want[0])} and {self._cross('<=', compare.want[1])})"
        return self._cross(SIGNS[compare.op], compare.want)

    def _cross(self, sign: str, ratio: object) -> str:
        if not isinstance(ratio, Fraction):
            message = f"not a ratio: {ratio!r}"
            raise TypeError(message)
        return f"facts.width * {ratio.denominator} {sign} facts.height * {ratio.numerator}"

    def _set(self, value: str, compare: Compare) -> str:
        want = compare.want if isinstance(compare.want, tuple) else (compare.want,)
        constant = self._constant(frozenset(want))
        return f"{constant} <= {value}" if compare.op == "all_of" else f"not {constant}.isdisjoint({value})"

    def _names(self, compare: Compare) -> str:
        """The asked model has several names: its own, and that of the model it pins."""
        if compare.op == "like":
            return f"any(map({self._constant(glob(str(compare.want)))}, facts.asked_model))"
        want = compare.want if isinstance(compare.want, tuple) else (compare.want,)
        apart = f"{self._constant(frozenset(want))}.isdisjoint(facts.asked_model)"
        return apart if compare.op == "not_in" else f"(not {apart})"

    def _exists(self, fact: Fact, *, wanted: bool) -> str:
        if fact.kind is Kind.MODEL:
            return self._value(fact) if wanted else f"not {self._value(fact)}"
        if "auto" in fact.choices:
            return f"{self._value(fact)} {'!=' if wanted else '=='} 'auto'"
        if fact.gap == "never":
            return TRUE if wanted else FALSE
        return f"{self._value(fact)} {'is not' if wanted else 'is'} None"

    def _value(self, fact: Fact) -> str:
        if fact.name in TEXT_FIELDS:
            return f"(text or (text := facts.text)).{TEXT_FIELDS[fact.name]}"
        if fact.kind is Kind.RATIO:
            return "facts.width"
        if fact.name.startswith(TAG_PREFIX):
            return f"facts.tags.get({self._constant(fact.name.removeprefix(TAG_PREFIX))})"
        if fact.name.startswith(LIMIT_PREFIX):
            return f"facts.left.get({self._constant(fact.name.removeprefix(LIMIT_PREFIX).removesuffix(LIMIT_SUFFIX))})"
        return f"facts.{fact.slot}"

    def _constant(self, value: object) -> str:
        """A literal where Python can fold it, else a name for the value."""
        if type(value) in {int, str}:
            return repr(value)
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def glob(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """A glob (`*`, `?`, `[…]`) as a function that matches the whole of a string, case and all."""
    return re.compile(translate(pattern)).match
