"""Twelve routes, matched by our compiled matcher and interpreter, by hand-written code and by two rule engines.

All get the same requests and must give the same answers. Each engine is used in its fast way: zen-engine holds its
decision precompiled in a static loader, CEL programs are compiled once and share one context for each request. What an
engine needs in place of our facts is made anew for each request and timed apart (`convert`) and within (`both`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from router.language import parse_policy
from router.matcher import Clause, Matcher
from router.needs import Facts
from router.policy import Route
from router.request import read_request
from router.trace import holds
from tests.benchmarks.timing import Timing, race

ON = date(2026, 11, 23)
HAND = "hand-written if/else"


class Rule(NamedTuple):
    """One route in the words of each engine; `zen` and `cel` are expressions over the same names."""

    id: str
    when: str
    zen: Mapping[str, str]  # cells of a decision table: by column, or a whole expression
    cel: str


RULES = (
    Rule(
        "inpainting",
        "{operation: edit, mask: true}",
        {"operation": "'edit'", "mask": "true"},
        "operation == 'edit' && mask",
    ),
    Rule("keep-the-alpha-channel", "{transparent: true}", {"transparent": "true"}, "transparent"),
    Rule(
        "posters",
        "{text_heavy: true, pixels: {gte: 2000000}}",
        {"text_heavy": "true", "pixels": ">= 2000000"},
        "text_heavy && pixels >= 2000000",
    ),
    Rule(
        "other-scripts",
        "{text.scripts: {any_of: [cjk, arabic, thai]}}",
        {"expression": "some(scripts, # in ['cjk', 'arabic', 'thai'])"},
        "scripts.exists(s, s in ['cjk', 'arabic', 'thai'])",
    ),
    Rule("legible-text", "{text_heavy: true}", {"text_heavy": "true"}, "text_heavy"),
    Rule(
        "big-customers",
        "{tags.tenant: {in: [acme, globex]}, quality: high}",
        {"tenant": "'acme', 'globex'", "quality": "'high'"},
        "tenant in ['acme', 'globex'] && quality == 'high'",
    ),
    Rule("previews", "{stream: true, partial_images: {gte: 1}}", {"stream": "true", "partial_images": ">= 1"},
         "stream && partial_images >= 1"),
    Rule(
        "banners",
        "{aspect: {gte: 2:1}}",
        {"expression": "width > 0 and width >= 2 * height"},
        "width > 0 && width >= 2 * height",
    ),
    Rule("above-2k", "{longest_edge: {gt: 2048}}", {"longest_edge": "> 2048"}, "longest_edge > 2048"),
    Rule(
        "free-plans",
        "{tags.plan: {in: [free, trial]}, any: [{n: {gt: 2}}, {quality: high}]}",
        {"plan": "'free', 'trial'", "expression": "n > 2 or quality == 'high'"},
        "plan in ['free', 'trial'] && (n > 2 || quality == 'high')",
    ),
    Rule(
        "photos",
        "{output_format: jpeg, not: {text.score: {gte: 20}}}",
        {"output_format": "'jpeg'", "text_score": "< 20"},
        "output_format == 'jpeg' && !(text_score >= 20)",
    ),
    Rule("everything-else", "{}", {}, "true"),
)  # fmt: skip
COLUMNS = tuple(dict.fromkeys(name for rule in RULES for name in rule.zen if name != "expression"))

POSTER = 'A poster with the headline "GRAND OPENING" and the line "Saturday at nine"'
BAKERY = "A bakery at dawn, bread in the window, a cat asleep on the sill"
BODIES: tuple[Mapping[str, object], ...] = (
    {"prompt": BAKERY, "pixroute": {"operation": "edit", "images": ["1024x1024"], "mask": True}},
    {"prompt": BAKERY, "background": "transparent", "size": "1024x1024"},
    {"prompt": POSTER, "size": "2048x1152"},
    {"prompt": 'A street sign that says "東京駅"', "size": "1024x1024"},
    {"prompt": POSTER, "size": "1024x1024", "quality": "high"},
    {"prompt": BAKERY, "quality": "high", "pixroute": {"tags": {"tenant": "acme", "plan": "paid"}}},
    {"prompt": BAKERY, "stream": True, "partial_images": 2},
    {"prompt": BAKERY, "size": "2048x1024"},
    {"prompt": BAKERY, "size": "2160x3840"},
    {"prompt": BAKERY, "n": 4, "size": "1536x1024", "pixroute": {"tags": {"tenant": "initech", "plan": "trial"}}},
    {"prompt": BAKERY, "output_format": "jpeg", "size": "1024x1536"},
    {"prompt": BAKERY, "size": "1024x1024", "quality": "medium", "pixroute": {"tags": {"plan": "paid"}}},
)
"""One request for each route, in order."""


def read_facts() -> list[Facts]:
    """The facts of each request, text included, which is no part of matching."""
    facts = [Facts(read_request(body), on=ON, provider="openai") for body in BODIES]
    for each in facts:
        _ = each.text
    return facts


def routes() -> tuple[Route, ...]:
    """The rules as our policy has them."""
    lines = [f"  - {{id: {rule.id}, when: {rule.when}, to: gpt-image-2}}" for rule in RULES[:-1]]
    text = "\n".join(["pixroute: 1", "name: twelve", "routes:", *lines, f"  - {{id: {RULES[-1].id}, to: gpt-image-2}}"])
    return parse_policy(text).routes


@dataclass(slots=True)
class Wish:
    """What hand-written code would read: plain attributes, nothing worked out on the way."""

    operation: str
    mask: bool
    transparent: bool
    text_heavy: bool
    text_score: int
    scripts: frozenset[str]
    pixels: int | None
    width: int | None
    height: int | None
    longest_edge: int | None
    tenant: str | None
    plan: str | None
    quality: str
    stream: bool
    partial_images: int
    n: int
    output_format: str


def to_wish(facts: Facts) -> Wish:
    """Our facts as one object of plain attributes."""
    text, tags = facts.text, facts.tags
    return Wish(
        facts.operation,
        facts.mask,
        facts.transparent,
        text.heavy,
        text.score,
        text.scripts,
        facts.pixels,
        facts.width,
        facts.height,
        facts.longest_edge,
        tags.get("tenant"),
        tags.get("plan"),
        facts.quality,
        facts.stream,
        facts.partial_images,
        facts.n,
        facts.output_format,
    )


def to_dict(facts: Facts) -> dict[str, object]:
    """Our facts as the other engines take them: no null where a number is compared, lists for sets."""
    text, tags = facts.text, facts.tags
    return {
        "operation": facts.operation,
        "mask": facts.mask,
        "transparent": facts.transparent,
        "text_heavy": text.heavy,
        "text_score": text.score,
        "scripts": [*text.scripts],
        "pixels": facts.pixels or 0,
        "width": facts.width or 0,
        "height": facts.height or 0,
        "longest_edge": facts.longest_edge or 0,
        "tenant": tags.get("tenant", ""),
        "plan": tags.get("plan", ""),
        "quality": facts.quality,
        "stream": facts.stream,
        "partial_images": facts.partial_images,
        "n": facts.n,
        "output_format": facts.output_format,
    }


TENANTS, PLANS, SCRIPTS = frozenset(("acme", "globex")), frozenset(("free", "trial")), {"cjk", "arabic", "thai"}


def by_hand(wish: Wish) -> int:  # noqa: C901, PLR0911 -- what a table of rules stands for
    """The rules as a programmer would write them."""
    if wish.operation == "edit" and wish.mask:
        return 0
    if wish.transparent:
        return 1
    if wish.text_heavy and wish.pixels is not None and wish.pixels >= 2_000_000:
        return 2
    if not wish.scripts.isdisjoint(SCRIPTS):
        return 3
    if wish.text_heavy:
        return 4
    if wish.tenant in TENANTS and wish.quality == "high":
        return 5
    if wish.stream and wish.partial_images >= 1:
        return 6
    if wish.width is not None and wish.height is not None and wish.width >= 2 * wish.height:
        return 7
    if wish.longest_edge is not None and wish.longest_edge > 2048:
        return 8
    if wish.plan in PLANS and (wish.n > 2 or wish.quality == "high"):
        return 9
    if wish.output_format == "jpeg" and wish.text_score < 20:
        return 10
    return 11


class Engine(NamedTuple):
    """How an engine is fed, and how it answers: the place of the first rule that holds."""

    name: str
    convert: Callable[[Facts], object] | None
    match: Callable[..., int | None]


def engines() -> list[Engine]:
    """Every engine that is installed, the hand-written one first."""
    table = routes()
    ours = Matcher([Clause(route.when) for route in table])
    found = [
        Engine(HAND, to_wish, by_hand),
        Engine("pixroute, compiled", None, ours.first),
        Engine("pixroute, interpreter", None, partial(_interpret, table)),
    ]
    if find_spec("cel"):
        found += _cel_engines()
    if find_spec("zen"):
        found += _zen_engines()
    return found


def _interpret(table: Sequence[Route], facts: Facts) -> int | None:
    return next((place for place, route in enumerate(table) if holds(route.when, facts) is True), None)


def _cel_engines() -> list[Engine]:
    import cel

    programs = [cel.compile(rule.cel) for rule in RULES]
    chain = cel.compile(" : ".join(f"{rule.cel} ? {place}" for place, rule in enumerate(RULES)) + " : -1")

    def match(context: cel.Context) -> int | None:
        return next((place for place, program in enumerate(programs) if program.execute(context)), None)

    def convert(facts: Facts) -> cel.Context:
        return cel.Context(to_dict(facts))

    return [
        Engine("CEL, a program for each rule", convert, match),
        Engine("CEL, all rules as one expression", convert, chain.execute),
    ]


def _zen_engines() -> list[Engine]:
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"routes": _decision_table()}}})
    chain = zen.compile_expression(
        " : ".join(f"({_zen_expression(rule)}) ? {place}" for place, rule in enumerate(RULES)) + " : -1"
    )
    return [
        Engine(
            "zen-engine, decision table", to_dict, lambda facts: engine.evaluate("routes", facts)["result"]["place"]
        ),
        Engine("zen-engine, all rules as one expression", to_dict, lambda fed: int(chain.evaluate(fed))),
    ]


def _decision_table() -> dict[str, object]:
    columns = [{"id": name, "name": name, "field": name} for name in COLUMNS]
    rows = [
        {"_id": rule.id, **{name: rule.zen.get(name, "") for name in (*COLUMNS, "expression")}, "place": str(place)}
        for place, rule in enumerate(RULES)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [*columns, {"id": "expression", "name": "expression"}],
        "outputs": [{"id": "place", "name": "place", "field": "place"}],
        "rules": rows,
        "passThrough": False,
    }
    kinds = {"request": ("inputNode", {}), "table": ("decisionTableNode", table), "answer": ("outputNode", {})}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": name, "name": name, "type": kind, "content": content, "position": {"x": 0, "y": 0}}
            for name, (kind, content) in kinds.items()
        ],
        "edges": [
            {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"}
            for one, other in (("request", "table"), ("table", "answer"))
        ],
    }


def _zen_expression(rule: Rule) -> str:
    cells = [cell if name == "expression" else _zen_test(name, cell) for name, cell in rule.zen.items()]
    return " and ".join(f"({cell})" for cell in cells) or "true"


def _zen_test(name: str, cell: str) -> str:
    if cell == "true":
        return name
    return f"{name} {cell}" if cell[0] in "<>" else f"{name} in [{cell}]"


def answers(engine: Engine, facts: Sequence[Facts]) -> list[int | None]:
    """What an engine says to each request."""
    return [engine.match(engine.convert(each) if engine.convert else each) for each in facts]


def run(*, rounds: int = 100, repeat: int = 10) -> dict[str, object]:
    """Time every engine on every request, in turns."""
    facts, field = read_facts(), engines()
    wrong = [engine.name for engine in field if answers(engine, facts) != list(range(len(RULES)))]
    if wrong:
        message = f"other answers from {', '.join(wrong)}"
        raise AssertionError(message)
    runs: dict[str, Callable[[], object]] = {}
    for engine in field:
        fed = [engine.convert(each) if engine.convert else each for each in facts]
        runs[f"match {engine.name}"] = partial(_feed, engine.match, fed * repeat)
        if engine.convert:
            runs[f"convert {engine.name}"] = partial(_feed, engine.convert, facts * repeat)
            runs[f"both {engine.name}"] = partial(_convert_and_feed, engine, facts * repeat)
    timings = race(runs, base=f"match {HAND}", rounds=rounds, calls=len(facts) * repeat)
    rows = [_row(engine.name, timings) for engine in field]
    return {"rules": len(RULES), "requests": len(facts), "rounds": rounds, "rows": rows}


def _feed(function: Callable[..., object], items: Sequence[object]) -> None:
    for item in items:
        function(item)


def _convert_and_feed(engine: Engine, facts: Sequence[Facts]) -> None:
    convert, match = engine.convert, engine.match
    for each in facts:
        match(convert(each))


def _row(name: str, timings: Mapping[str, Timing]) -> dict[str, object]:
    match = timings[f"match {name}"]
    both = timings.get(f"both {name}", match)
    convert = timings.get(f"convert {name}")
    return {
        "engine": name,
        "match_us": match.micros,
        "match_ratio": match.ratio,
        "convert_us": convert.micros if convert else 0.0,
        "both_us": both.micros,
        "both_ratio": both.ratio,
    }


if __name__ == "__main__":
    print(json.dumps(run(rounds=50), indent=1))  # noqa: T201
