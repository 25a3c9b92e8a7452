"""What a case may expect: the part of a test file under `expect`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from ..adjust import HARMLESS, REJECTED
from ..codes import CHANGES, REQUEST_ERRORS, SKIPS, WARNINGS
from ..conditions import Comparison, Vocabulary, condition_shape
from ..errors import Place
from ..facts import ORDER
from ..grammar import (
    USD,
    Anything,
    ByKind,
    Flag,
    Found,
    ListOf,
    MapOf,
    Named,
    Record,
    Shape,
    Text,
    Then,
    Whole,
    Word,
    mistake,
    optional,
)
from ..parameters import READERS
from ..policy import OUTCOMES, PARAMETERS, All, Compare, Condition
from ..rules import ASKED
from ..source import Plain
from ..told import FACTS_KEY
from .cases import Expectation

Tests: TypeAlias = tuple[Comparison, ...]
Expected: TypeAlias = Mapping[str, tuple[Expectation, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that a policy and a catalogue know; None where any name will do."""

    words: Vocabulary
    rules: Collection[str] | None = None
    denials: Collection[str] | None = None
    providers: Collection[str] | None = None


def expect_shape(names: Names) -> Named[Expected]:
    """What must come out: parts of the decision, each with a value or with operators and their values."""
    record = _record_of(names)
    return Named("expect", lambda: record)


def _record_of(names: Names) -> Record[Expected]:
    words = names.words
    model = Text("a model", known=words.models)
    rule = Text("a rule", known=names.rules)
    verdict = tests(Word("`holds`, `fails`, `unknown` or `unread`", VERDICTS))
    keys: dict[str, tuple[Shape[Any], str]] = {
        "outcome": (tests(Word("`route` or `deny`", OUTCOMES)), "whether something is sent"),
        "route": (tests(Text("a route", known=words.routes), exists=Flag()), "the route that held"),
        "model": (_among(model, exists=Flag(), like=Text()), "the model that is called"),
        "params": (MapOf(PARAMETER, PARAM), "the body that is sent"),
        "changes": (_rows(_change(rule)), "steps from the request to the body, by code or in parts; `[]` is none"),
        "warnings": (_rows(_code("a warning's code", WARNINGS)), "codes of warnings; `[]` is none"),
        "skipped": (Then(MapOf(_candidate(words), Word("a skip's code", (*SKIPS,))), _skips), "models, each with why"),
        "candidates": (_alone(ListOf(_candidate(words))), "every model that was considered, in order"),
        "gave_up": (_rows(_step()), "steps of the ladder, by parameter or in parts; `[]` is none"),
        "hints": (_rows(_part("fact", Text("a fact"))), "what only the prompt's words ask for; `[]` is none"),
        "ceiling_usd": (tests(USD, **dict.fromkeys(ORDER[:4], USD)), "the most that the call can cost"),
        "expected_usd": (tests(USD, **dict.fromkeys(ORDER[:4], USD)), "what the call is expected to cost"),
        "confidence": (tests(Word("a confidence", ("confirmed", "likely", "estimated"))), "of the price"),
        "delivery": (_delivery(), "what is drawn, and what is made of it"),
        "deny": (_denial(names), "the code of the denial, or parts of it"),
        "error": (_error(), "the code of the request's error, or parts of it"),
        "facts": (Then(condition_shape(words), _facts), "a condition, as in a rule, that must hold"),
        "rules": (MapOf(rule, verdict), "what came of rules by their ids: `holds`, `fails`, `unknown`, `unread`"),
    }
    return Record(_expected, {key: optional(*value) for key, value in keys.items()}, fewest=1, wants="expectations")


VERDICTS = ("holds", "fails", "unknown", "unread")


def _expected(found: Found) -> Expected:
    rows = ((about, several) for key, value in found.values.items() for about, several in _flat(key, value))
    return {
        about: tuple(Expectation(about=about, op=op, want=want, at=at) for op, want, at in several)
        for about, several in rows
    }


def _flat(key: str, value: Tests | Mapping[str, Tests]) -> Iterator[tuple[str, Tests]]:
    if isinstance(value, Mapping):
        yield from ((f"{key}.{part}", several) for part, several in value.items())
        return
    yield key, value


# -- tests of one value


def tests(value: Shape[Any], **more: Shape[Any]) -> Shape[Tests]:
    """A value alone, or operators and their values: `is`, and `more`."""
    operators = {"is": value, **more}
    record = Record(_comparisons, {op: optional(shape) for op, shape in operators.items()}, fewest=1)
    return ByKind(scalar=_alone(value), map=record, hint=f"an operator: {', '.join(operators)}")


def _among(value: Shape[Any], **more: Shape[Any]) -> Shape[Tests]:
    return tests(value, **{"in": ListOf(value), "not_in": ListOf(value)}, **more)


def _alone(value: Shape[Any]) -> Shape[Tests]:
    return Then(value, lambda want, at: (Comparison("is", want, at),))


def _comparisons(found: Found) -> Tests:
    return tuple(Comparison(op, want, found.place(op)) for op, want in found.values.items())


def _no_typo(what: str, known: Collection[str]) -> Shape[str]:
    """A request may name what nobody knows; a word that is almost a known one is taken for a typo."""

    def read(text: str, at: Place) -> str:
        close = [] if text in known else get_close_matches(text, known, n=1, cutoff=0.8)
        if close:
            raise mistake(at, f"unknown {what} `{text}`", f"did you mean `{close[0]}`?")
        return text

    return Then(Text(f"a {what}"), read)


KNOWN = frozenset({FACTS_KEY, *READERS, *PARAMETERS, *REJECTED, *HARMLESS})
PARAMETER: Shape[str] = _no_typo("parameter", KNOWN)


def as_json(value: Plain) -> object:
    """A value as an app would read it from JSON: there, decimals are floats."""
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return value if value is None or isinstance(value, (bool, int, str)) else float(value)


VALUE: Shape[object] = Then(Anything(), lambda value, _: as_json(value))
_OPERATORS = tests(
    VALUE,
    **{"in": ListOf(VALUE, repeats=True), "not_in": ListOf(VALUE, repeats=True)},
    **dict.fromkeys(ORDER[:4], Whole()),
    exists=Flag(),
    like=Text(),
)
PARAM: Shape[Tests] = ByKind(scalar=_alone(VALUE), list=_alone(VALUE), map=_OPERATORS)


# -- tests of lists


def _rows(item: Shape[Mapping[str, object]]) -> Shape[Tests]:
    """A list of what must be there, among others; an empty one says that nothing is."""
    items = ListOf(item, repeats=True)
    some = ListOf(item, fewest=0, repeats=True)
    operators = {"all_of": items, "any_of": items, "none_of": items, "exactly": some}
    record = Record(_comparisons, {op: optional(shape) for op, shape in operators.items()}, fewest=1)
    return ByKind(list=Then(some, _all_of), map=record)


def _all_of(rows: tuple[Mapping[str, object], ...], at: Place) -> Tests:
    return (Comparison("all_of" if rows else "exactly", rows, at),)  # type: ignore[arg-type]


def _skips(codes: Mapping[str, str], at: Place) -> Tests:
    return _all_of(tuple({"model": model, "code": code} for model, code in codes.items()), at)


def _part(name: str, shape: Shape[str]) -> Shape[Mapping[str, object]]:
    return Then(shape, lambda word, _: {name: word})


def _code(wants: str, codes: Mapping[str, str]) -> Shape[Mapping[str, object]]:
    return ByKind(scalar=_part("code", Word(wants, tuple(codes))))


def _change(rule: Shape[str]) -> Shape[Mapping[str, object]]:
    code = Word("a change's code", tuple(CHANGES))
    parts = {
        "code": code,
        "action": Word("`set` or `drop`", ("set", "drop")),
        "field": PARAMETER,
        "from": VALUE,
        "to": VALUE,
        "rule": rule,
    }
    return ByKind(scalar=_part("code", code), map=_record(parts))


def _step() -> Shape[Mapping[str, object]]:
    param = Word("a parameter of the ladder", ("model", "partial_images", "quality", "size", "n"))
    return ByKind(scalar=_part("field", param), map=_record({"field": param, "from": VALUE, "to": VALUE}))


def _record(parts: Mapping[str, Shape[Any]]) -> Record[Mapping[str, object]]:
    return Record(lambda found: found.values, {name: optional(shape) for name, shape in parts.items()}, fewest=1)


def _candidate(words: Vocabulary) -> Shape[str]:
    """A model that was considered: also `asked`, where none is named, and whatever the caller named."""
    return _no_typo("model", {*(words.models or ()), ASKED})


# -- parts that have parts


def _delivery() -> Shape[Mapping[str, Tests]]:
    size = tests(Text("a size"), exists=Flag())
    crop = ListOf(Whole(), fewest=4, most=4, repeats=True)
    operators = Record(_comparisons, {"exists": optional(Flag())}, fewest=1)
    parts = {"target": size, "canvas": size, "crop": ByKind(list=_alone(crop), map=operators), "resize": size}
    return _tested(parts)


def _denial(names: Names) -> Shape[Mapping[str, Tests]]:
    code = Text("a denial's code", known=names.denials)
    limits = names.words.limits
    limit = Text("a limit", known=None if limits is None else {*limits, "per_request", "max_cost_usd"})
    message = tests(Text(), like=Text())
    return _coded(code, {"message": message, "limit": tests(limit)})


def _error() -> Shape[Mapping[str, Tests]]:
    return _coded(Word("a request error's code", tuple(REQUEST_ERRORS)), {"field": tests(Text("a parameter"))})


def _coded(code: Shape[str], parts: Mapping[str, Shape[Tests]]) -> Shape[Mapping[str, Tests]]:
    alone: Shape[Mapping[str, Tests]] = Then(_alone(code), lambda several, _: {"code": several})
    return ByKind(scalar=alone, map=_tested({"code": tests(code), **parts}))


def _tested(parts: Mapping[str, Shape[Tests]]) -> Record[Mapping[str, Tests]]:
    return Record(lambda found: found.values, {name: optional(shape) for name, shape in parts.items()}, fewest=1)


def _facts(condition: Condition, at: Place) -> Mapping[str, Tests]:
    """Comparisons one by one, so that each that fails is told with its place; what is nested, as a whole."""
    several: dict[str, Tests] = {}
    for part in condition.parts if isinstance(condition, All) else (condition,):
        if isinstance(part, Compare):
            several[part.fact] = (*several.get(part.fact, ()), Comparison(part.op, part.want, part.at))
        else:
            several[HOLDS] = (*several.get(HOLDS, ()), Comparison("is", part, at))  # type: ignore[arg-type]
    return several


HOLDS = "condition"
