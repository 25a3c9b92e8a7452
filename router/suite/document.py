"""A test file: YAML text -> `Suite`, and its JSON Schema.

It is read twice: when it is opened, any name of a model, a rule or a limit will do; when it is run, the policy and the
catalogue say which names there are, and another one is a mistake with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from ..catalog import Catalog
from ..codes import DENIALS
from ..conditions import Vocabulary, condition_shape
from ..errors import Place, Problem, RequestError, SuiteError
from ..grammar import (
    USD,
    ByKind,
    Day,
    Found,
    Key,
    ListOf,
    MapOf,
    Mistakes,
    Only,
    Record,
    Schema,
    Shape,
    Text,
    Then,
    Word,
    json_schema,
    mistake,
    needed,
    optional,
    read_document,
)
from ..policy import Adjustment, Guard, Policy, Route
from ..sizes import Size, parse_size
from ..source import MapNode, Node, ScalarNode, items_of, read_source
from ..told import NEED_READERS
from .cases import Case, Suite
from .expected import PARAMETER, VALUE, Names, expect_shape

ONLY_THE_READER = (
    "two cases with one name; a case of which nothing is expected",
    "names of models, rules, limits and providers that there are not",
    "parameters that are spelled almost like another",
    "sizes and days that there are not, amounts finer than a micro-dollar",
)
T_co = TypeVar("T_co", covariant=True)
OPEN = Names(words=Vocabulary())


def read_suite(text: str | bytes, path: str) -> Suite:
    """Read a test file; `path` is for places, and to find the policy that it tests.

    Raises:
        SuiteError: with every mistake in the text, each with its place.
    """
    root = read_source(text, path, SuiteError)
    read = read_document(_suite_shape(OPEN), root, SuiteError)
    return Suite(path=path, policy=read.policy, cases=read.cases, root=root)


def cases_for(suite: Suite, policy: Policy, catalog: Catalog) -> tuple[Case, ...]:
    """The cases of a suite, read again with the names that a policy and a catalogue know.

    Raises:
        SuiteError: with every name that neither knows.
    """
    models = {name for provider in catalog.providers for name in catalog.ids(provider)}
    words = Vocabulary(
        models=models,
        aliases=policy.aliases,
        tags=policy.tags,
        limits=[limit.id for limit in policy.budget.limits],
        routes=[route.id for route in policy.routes],
    )
    tables: tuple[Sequence[Guard | Route | Adjustment], ...] = (policy.guards, policy.routes, policy.adjustments)
    rules = [rule.id for table in tables for rule in table]
    denials = {*DENIALS, *(guard.code for guard in policy.guards)}
    names = Names(words=words, rules=rules, denials=denials, providers=catalog.providers)
    return read_document(_suite_shape(names), suite.root, SuiteError).cases


def suite_schema() -> Schema:
    """The JSON Schema of a test file, for editors."""
    return json_schema(
        _suite_shape(OPEN),
        title="tests of a pixroute policy",
        description="The reader also refuses: " + "; ".join(ONLY_THE_READER),
        named=[expect_shape(OPEN), condition_shape(OPEN.words)],
    )


class _Read(NamedTuple):
    policy: str | None
    cases: tuple[Case, ...]


def _suite_shape(names: Names) -> Record[_Read]:
    setup = _setup_keys(names)
    keys = {
        "pixroute-test": needed(Only(1), "version of the format"),
        "policy": optional(Text("a path"), "the policy, from this file's folder; else NAME.yaml beside NAME.test.yaml"),
        **setup,
        "cases": needed(ListOf(_case_shape(setup, names), repeats=True)),
    }
    return Record(_suite, keys, check=_repeated_names, wants="tests of a policy")


def _suite(found: Found) -> _Read:
    policy = found.values.pop("policy", None)
    tables, _ = found.values.pop("cases"), found.values.pop("pixroute-test")
    common = _written(found)
    return _Read(policy, tuple(case.over(common) for table in tables for case in table))


def _repeated_names(root: MapNode) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for item in items_of(root.get("cases")):
        name = item.get("name") if isinstance(item, MapNode) else None
        if not isinstance(name, ScalarNode):
            continue
        if name.text in lines:
            hint = f"it stands in line {lines[name.text]} already"
            yield Problem(at=name.at, message=f"duplicate name `{name.text}`", hint=hint)
        lines.setdefault(name.text, name.at.line)


# -- cases


def _case_shape(setup: Mapping[str, Key], names: Names) -> Record[tuple[Case, ...]]:
    expect = expect_shape(names)
    row = Record(
        _written,
        {"name": optional(Text("a name")), **setup, "expect": optional(expect)},
        fewest=1,
        wants="a row: keys of a case",
    )
    keys = {
        "name": needed(Text("a name"), "a sentence: what the case shows"),
        **setup,
        "expect": optional(expect, "what must come out; what is not written is not compared"),
        "table": optional(ListOf(row, repeats=True), "the same with other inputs: each row is laid over the case"),
    }
    return Record(_cases, keys, wants="a case")


def _cases(found: Found) -> tuple[Case, ...]:
    rows = found.values.pop("table", None)
    case = _written(found)
    if rows is None:
        cases: tuple[Case, ...] = (case,)
    else:
        cases = tuple(_row(row, case, number) for number, row in enumerate(rows, 1))
    empty = [each.at for each in cases if not each.expect]
    if empty:
        hint = "write what must come out under `expect`"
        raise Mistakes(Problem(at=at, message="nothing is expected", hint=hint) for at in empty)
    return cases


def _row(row: Case, case: Case, number: int) -> Case:
    return replace(row.over(case), name=f"{case.name}: {row.name or f'row {number}'}")


def _written(found: Found) -> Case:
    values = {FIELDS.get(key, key): value for key, value in found.values.items()}
    return Case(**values, unsaid=frozenset(name for name, value in values.items() if value is None), at=found.at)


FIELDS: Mapping[str, str] = {"max_cost_usd": "max_cost_micros", "budget_left_usd": "budget_left_micros"}


def _setup_keys(names: Names) -> dict[str, Key]:
    amount_left = ByKind(scalar=USD, map=MapOf(Text("a limit", known=names.words.limits), USD))
    reasons = MapOf(Text("a model", known=names.words.models), Text("a reason"))
    providers = Text("a provider", known=names.providers)
    return {
        "request": optional(BODY, "the body of the call; its own word stands under `pixroute`"),
        "operation": _or_null(Word("`generate` or `edit`", ("generate", "edit")), "what the caller's path says"),
        "images": _or_null(ListOf(IMAGE, repeats=True), "the real sizes of the input images, or `unknown`"),
        "needs": optional(NEEDS, "needs that the app's code gives"),
        "tags": optional(MapOf(Text("a tag"), OrNull(Text("a tag's value"))), "tags that the app's code gives"),
        "max_cost_usd": _or_null(USD, "the app's own cap for the call"),
        "budget_left_usd": _or_null(amount_left, "what is left of all limits, or of each"),
        "without": optional(reasons, "models that an earlier attempt ruled out, each with the reason"),
        "on": _or_null(Day(), "the day in UTC; else the policy's `as_of`"),
        "provider": _or_null(providers, "who serves the models; else openai"),
    }


def _or_null(shape: Shape[object], about: str) -> Key:
    return optional(OrNull(shape), about)


@dataclass(frozen=True, slots=True)
class OrNull(Generic[T_co]):
    """A value, or `null`: what holds for several cases is taken away again."""

    shape: Shape[T_co]

    @property
    def wants(self) -> str:  # noqa: D102  # said at `Shape`
        return self.shape.wants

    def read(self, node: Node) -> T_co | None:  # noqa: D102
        return None if isinstance(node, ScalarNode) and node.value is None else self.shape.read(node)

    def schema(self) -> Schema:  # noqa: D102
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


def _image(text: str, at: Place) -> Size | None:
    try:
        return None if text == "unknown" else parse_size(text)
    except RequestError as error:
        raise mistake(at, error.message, error.hint) from None


IMAGE: Shape[Size | None] = Then(Text("a size, or `unknown`"), _image)
BODY: Shape[Mapping[str, object]] = MapOf(PARAMETER, VALUE)
NEEDS: Shape[Mapping[str, object]] = Record(
    lambda found: found.values,
    {name: optional(VALUE) for name in NEED_READERS},
    wants="needs",
)
