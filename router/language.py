"""The policy language: YAML text -> `Policy`, its JSON Schema, and the way back.

Everything is typed and every name is looked up here, so that nothing can fail when a decision is made. The schema is
of the same description; it lets pass what only the reader can see, which `ONLY_THE_READER` lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from .conditions import NAME, Vocabulary, condition_shape
from .dump import dump_policy, revision
from .errors import Place, PolicyError, Problem, did_you_mean
from .facts import QUALITIES
from .grammar import (
    USD,
    ByKey,
    ByKind,
    ByWord,
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
    Units,
    Whole,
    Word,
    json_schema,
    mistake,
    needed,
    optional,
    read_document,
)
from .policy import (
    DROP,
    PARAMETERS,
    SECONDS,
    TRUSTED,
    Allow,
    Budget,
    Condition,
    Deliver,
    LedgerSettings,
    Limit,
    Policy,
    Rung,
    SizeSettings,
    Window,
)
from .rules import ASKED, BOUNDS, ID, adjustment_shape, guard_shape, invariant_shape, route_shape, value_shape
from .shapes import wanted
from .source import MapNode, Node, ScalarNode, entries_of, items_of, read_source, short

__all__ = ["ONLY_THE_READER", "dump_policy", "parse_policy", "policy_schema"]

ONLY_THE_READER = (
    "two guards, routes or adjustments, two limits or two invariants with one id",
    "models, aliases, tags, limits and routes that there are not; an alias of an alias, or with a model's name",
    "sizes, days and time zones that there are not",
    "amounts finer than a micro-dollar, other numbers with too many decimals",
    "ends the wrong way round: `between`, `from` and `until`, `at_least` and `at_most`",
    "operators of `set` that exclude each other; an `else` that is not in its `one_of`",
    "a zone for a window that is no calendar's, alerts that do not rise, spans of more than 366 days",
    "what YAML itself hides: duplicate keys, anchors, aliases, merges, tags, a second document",
)


def parse_policy(text: str | bytes, *, path: str = "<policy>", models: Collection[str] | None = None) -> Policy:
    """Read a policy; `path` is only for places, and without `models` any name of a model will do.

    Raises:
        PolicyError: with every mistake in the text, each with its place.
    """
    root = read_source(text, path, PolicyError)
    policy = read_document(_policy_shape(_vocabulary(root, models)), root, PolicyError)
    return replace(policy, path=path, revision=revision(policy))


def policy_schema() -> Schema:
    """The JSON Schema of a policy, for editors and for other programs that write policies."""
    words = Vocabulary()
    return json_schema(
        _policy_shape(words),
        title="pixroute policy",
        description="The reader also refuses: " + "; ".join(ONLY_THE_READER),
        named=[condition_shape(words), BOUNDS],
    )


# ── The names that a policy declares, as far as they can be read


def _vocabulary(root: Node, models: Collection[str] | None) -> Vocabulary:
    sections = {entry.key: entry.node for entry in entries_of(root)}
    budget = {entry.key: entry.node for entry in entries_of(sections.get("budget"))}
    tags = {entry.key: tuple(_texts(items_of(entry.node))) for entry in entries_of(sections.get("tags"))}
    return Vocabulary(
        models=None if models is None else frozenset(models),
        aliases=frozenset(entry.key for entry in entries_of(sections.get("aliases"))),
        tags=tags if "tags" in sections else None,
        limits=tuple(_texts(_ids(budget.get("limits")))),
        routes=frozenset(_texts(_ids(sections.get("routes")))),
    )


def _texts(nodes: Iterable[Node]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ScalarNode) and isinstance(node.value, str))


def _ids(section: Node | None) -> Iterator[ScalarNode]:
    for item in items_of(section):
        name = item.get("id") if isinstance(item, MapNode) else None
        if isinstance(name, ScalarNode):
            yield name


def _repeated_ids(root: MapNode) -> Iterator[Problem]:
    budget = root.get("budget")
    limits = budget.get("limits") if isinstance(budget, MapNode) else None
    rules = [*_ids(root.get("guards")), *_ids(root.get("routes")), *_ids(root.get("adjustments"))]
    for ids in (rules, _ids(limits), _ids(root.get("invariants"))):
        lines: dict[str, int] = {}
        for node in ids:
            if node.text in lines:
                hint = f"it stands in line {lines[node.text]} already"
                yield Problem(at=node.at, message=f"duplicate id `{node.text}`", hint=hint)
            lines.setdefault(node.text, node.at.line)


# ── The whole


def _policy_shape(words: Vocabulary) -> Record[Policy]:
    when = condition_shape(words)
    sections: dict[str, Key] = {
        "pixroute": needed(Only(1), "version of the language"),
        "name": needed(Text("a name")),
        "description": optional(Text()),
        "as_of": optional(Day(), "the date for `check` and `test`"),
        "tags": optional(_tags_shape(), "closes the set of tags: a typo in a rule is an error"),
        "defaults": optional(_defaults_shape(words), "instead of `auto` or nothing, before anything is read"),
        "sizes": optional(SIZES, "how a size is made legal"),
        "guards": optional(ListOf(guard_shape(when), repeats=True), "all are read first; the first that holds denies"),
        "routes": needed(ListOf(route_shape(when, words), repeats=True), "the first that holds names the candidates"),
        "adjustments": optional(ListOf(adjustment_shape(when), repeats=True), "all that hold apply, in order"),
        "budget": optional(_budget_shape(words, when), "what a request may cost, and what is given up first"),
        "invariants": optional(ListOf(invariant_shape(when, words), repeats=True), "what must never come out"),
        "allow": optional(_allow_shape(words), "what may be relied on though it is not certain"),
        "aliases": optional(_aliases_shape(words), "names of one's own for models"),
        **SWITCHES,
    }
    return Record(_policy, sections, check=_repeated_ids, wants="a policy")


def _policy(found: Found) -> Policy:
    values = _renamed(found.values, retry="retry_ambiguous")
    del values["pixroute"]
    return Policy(**values)


def _renamed(values: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in values.items()}


# ── Sections


def _tags_shape() -> Shape[dict[str, tuple[str, ...]]]:
    anything = Then(Only("any"), lambda _, __: ())
    return MapOf(Text("a tag", pattern=NAME), ByKind(scalar=anything, list=ListOf(Text("a value of the tag"))))


def _defaults_shape(words: Vocabulary) -> Record[dict[str, Any]]:
    settable = {name: optional(value_shape(each)) for name, each in PARAMETERS.items() if each.operators != (DROP,)}
    return Record(lambda found: found.values, {"model": optional(words.model()), **settable}, wants="defaults")


def _share(millionths: int, _: Place) -> Fraction:
    return Fraction(millionths, 1_000_000)


SIZES = Record(
    lambda found: SizeSettings(**found.values),
    {
        "fit": optional(Word("a way to fit", ("cover", "nearest", "reject"))),
        "max_crop": optional(Then(Units("a share from 0 to 1", 6, high=1), _share), "of a canvas, to be cut away"),
        "experimental": optional(Word("`warn`, `deny` or `allow`", ("warn", "deny", "allow")), "more than 2K pixels"),
        "beyond_ratio": optional(Word("`deny` or `crop`", ("deny", "crop")), "sizes that no model draws"),
    },
)


def _allow_shape(words: Vocabulary) -> Record[Allow]:
    keys = {
        "preview": optional(
            Then(ListOf(Then(Text(pattern=PREVIEW), partial(_preview, words))), lambda names, _: frozenset(names)),
            "capabilities that are not final: `MODEL.transparency`",
        ),
        "estimated_prices": optional(
            Then(ListOf(Text("a model", known=words.models)), lambda names, _: frozenset(names)),
            "models whose price nobody has published",
        ),
    }
    return Record(lambda found: Allow(**found.values), keys)


PREVIEW = r"\S+\.transparency"


def _preview(words: Vocabulary, text: str, at: Place) -> str:
    Text("a model", known=words.models).read(ScalarNode(model := text.rpartition(".")[0], model, at))
    return text


def _aliases_shape(words: Vocabulary) -> Shape[dict[str, str]]:
    return MapOf(
        Then(Text("an alias", pattern=r"\S{1,100}"), partial(_alias, words)),
        Then(Text("a model"), partial(_aliased, words)),
    )


def _alias(words: Vocabulary, alias: str, at: Place) -> str:
    if alias == ASKED or alias in (words.models or ()):
        raise mistake(at, f"`{alias}` means something already", "take a name that no model has")
    return alias


def _aliased(words: Vocabulary, model: str, at: Place) -> str:
    if model in words.aliases:
        raise mistake(at, f"`{model}` is an alias itself", "name the model")
    return Text("a model", known=words.models).read(ScalarNode(model, model, at))


# ── Money


def _budget_shape(words: Vocabulary, when: Shape[Condition]) -> Record[Budget]:
    keys = {
        "per_request": optional(USD, "dollars, held against the ceiling of all attempts of one call together"),
        "limits": optional(ListOf(limit_shape(words, when), repeats=True)),
        "when_short": optional(ListOf(RUNG, repeats=True), "the ladder: each in order, until the ceiling fits"),
    }
    return Record(lambda found: Budget(**_renamed(found.values, per_request="per_request_micros")), keys)


def limit_shape(words: Vocabulary, when: Shape[Condition]) -> Record[Limit]:
    """The shape of one limit, in a policy or by itself."""
    tag = Then(Text("a tag", pattern=NAME), partial(_scope_tag, words))
    alone = Then(
        Text("`all` or a tag", pattern=NAME), lambda text, at: () if text == ALL else (_scope_tag(words, text, at),)
    )
    keys = {
        "id": needed(ID),
        "scope": optional(
            ByKind(scalar=alone, list=ListOf(tag)), "`all`, or the tags whose values have one limit each"
        ),
        "window": needed(WINDOW, "when it starts afresh"),
        "amount": needed(USD, "dollars"),
        "zone": optional(Then(Text("a time zone"), _zone), "whose hours, days, weeks and months; UTC if not said"),
        "missing": optional(Word("`deny`, `share` or `exempt`", ("deny", "share", "exempt")), "if a tag is missing"),
        "when": optional(when, "without it the limit always applies"),
    }
    return Record(_limit, keys, wants="a limit")


ALL = "all"


def _scope_tag(words: Vocabulary, tag: str, at: Place) -> str:
    if tag == ALL:
        raise mistake(at, f"`{ALL}` stands alone", f"write `scope: {ALL}`")
    return Text("a tag", known=words.tags).read(ScalarNode(tag, tag, at))


def _limit(found: Found) -> Limit:
    values = _renamed(found.values, amount="amount_micros")
    window, zone = values["window"], values.pop("zone", None)
    if zone is not None and window.kind not in CALENDAR:
        raise mistake(found.place("zone"), "`zone` without a calendar", f"it is for {', '.join(CALENDAR)}")
    return Limit(**{**values, "window": replace(window, zone=zone) if zone else window}, at=found.at)


CALENDAR = ("hour", "day", "week", "month")
LONGEST_SPAN = 366 * SECONDS["d"]


def _span(text: str, at: Place) -> Window:
    seconds = int(text[:-1]) * SECONDS[text[-1]]
    if seconds > LONGEST_SPAN:
        raise mistake(at, f"longer than 366 days: `{text}`", "use `forever`")
    return Window(kind="rolling", seconds=seconds)


@dataclass(frozen=True, slots=True)
class _Span:
    """The text of a span; a number alone is told that it lacks its unit."""

    wants: str = "a span like `24h`"

    def read(self, node: Node) -> str:
        """Read it as it is written."""
        try:
            return SPAN.read(node)
        except Mistakes:
            number = node.text if isinstance(node, ScalarNode) and re.fullmatch("[1-9][0-9]{0,7}", node.text) else "24"
            raise wanted(self, node, f"write the unit as well, `s`, `m`, `h` or `d`: `{number}h`") from None

    def schema(self) -> Schema:
        """A text with a pattern."""
        return SPAN.schema()


SPAN = Text("a span like `24h`", pattern="[1-9][0-9]{0,7}[smhd]")
WINDOW: Shape[Window] = ByKind(
    scalar=Then(Word("a window", (*CALENDAR, "forever")), lambda word, _: Window(kind=word)),  # type: ignore[arg-type]
    map=Record(
        lambda found: found.values["rolling"],
        {"rolling": needed(Then(_Span(), _span))},
    ),
    hint="a word, or `{rolling: 24h}`",
)


def _zone(name: str, at: Place) -> str:
    if name in _zones():
        return name
    meant = did_you_mean(name, _zones()) if "/" in name or name.upper() in _zones() else None
    raise mistake(at, f"unknown time zone `{short(name)}`", meant or "use a zone such as `Europe/Berlin`")


@cache
def _zones() -> frozenset[str]:
    """Every zone's name, from the package that brings their data, whatever the machine has."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


FLOORS: Mapping[str, Shape[Any]] = MappingProxyType(
    {
        "partial_images": value_shape(PARAMETERS["partial_images"]),
        "quality": Word("a value of `quality`", QUALITIES),
        "size": Whole(1),
        "n": value_shape(PARAMETERS["n"]),
    }
)


def _rung_shape(param: str, floor: Shape[Any]) -> Record[Rung]:
    keys = {"lower": needed(Only(param)), "floor": needed(floor, "pixels" if param == "size" else "")}
    return Record(lambda found: Rung(param=found.values["lower"], floor=found.values["floor"], at=found.at), keys)


RUNG: Shape[Rung] = ByKey(
    {
        "lower": ByWord(
            "lower",
            Word("something to lower", (*FLOORS,)),
            {param: _rung_shape(param, floor) for param, floor in FLOORS.items()},
        ),
        "cheaper": Record(lambda found: Rung(param="model", at=found.at), {"cheaper": needed(Only("model"))}),
    }
)


# ── Switches


def _word(*words: str) -> Word:
    return Word(" or ".join(f"`{word}`" for word in words), words)


def _rising(numbers: tuple[int, ...], at: Place) -> tuple[int, ...]:
    if list(numbers) != sorted(numbers):
        raise mistake(at, "the percentages do not rise", "write the lowest first")
    return numbers


DELIVER = {"size": optional(_word("keep", "crop")), "url": optional(_word("none", "data"))}
RETRY = {"ambiguous": optional(_word("never", "once"), "a call that may have been billed")}
LEDGER = {
    "unreachable": optional(_word("deny", "allow")),
    "restarts": optional(_word("deny", "trust"), "a store that restarted and may have lost its last writes"),
    "unknown_after_lease": optional(_word("spent", "release"), "money of a call whose end nobody saw"),
    "wait_s": optional(Units("a number of seconds up to an hour", 3, high=3600), "for money that is held"),
}


def _ledger(found: Found) -> LedgerSettings:
    return LedgerSettings(**_renamed(found.values, wait_s="wait_ms"))


SWITCHES: Mapping[str, Key] = MappingProxyType(
    {
        "trust_body": optional(
            Then(
                ListOf(Word("a part of the body", TRUSTED), fewest=0),
                lambda parts, _: tuple(part for part in TRUSTED if part in parts),
            ),
            "what may come in the request's body under `pixroute`; all of it where this is not said",
        ),
        "deliver": optional(Record(lambda found: Deliver(**found.values), DELIVER)),
        "masks": optional(_word("guided", "exact")),
        "provenance": optional(_word("keep", "may_drop")),
        "retry": optional(Record(lambda found: found.values.get("ambiguous", "never"), RETRY)),
        "ledger": optional(Record(_ledger, LEDGER)),
        "alerts": optional(Then(ListOf(Whole(1, 100), fewest=0), _rising), "percent of a limit"),
    }
)
