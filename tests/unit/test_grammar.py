from datetime import date
from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator

from router.errors import PolicyError
from router.grammar import (
    USD,
    Anything,
    ByKey,
    ByKind,
    ByWord,
    Day,
    Flag,
    ListOf,
    MapOf,
    Mistakes,
    Named,
    Only,
    Ratio,
    Record,
    Text,
    Then,
    Units,
    Whole,
    Word,
    into,
    json_schema,
    mistake,
    needed,
    one_or_more,
    optional,
    read_document,
)
from router.source import plain, read_source

COLOUR = Word("a colour", ("red", "green", "blue"))
PEN = Record(into(dict), {"colour": needed(COLOUR), "width": optional(Whole(1, 9), "millimetres")}, wants="a pen")
FLAGS = {"a": optional(Flag()), "b": optional(Flag())}
TREE = Named("tree", lambda: Record(into(dict), TREE_KEYS, fewest=1))
TREE_KEYS = {"leaf": optional(Flag()), "twigs": optional(ListOf(TREE, repeats=True))}
BYTES = Then(Whole(), lambda number, at: number if number < 256 else fail(at))
SHAPES = {
    "text": (Text(), ["x", "'1'"], ["1", "true", "", "' '", "[x]"]),
    "pattern": (Text("an id", pattern="[a-z]+"), ["abc"], ["aBc", "1", "a b"]),
    "known": (Text("a model", known={"big", "small"}), ["big"], ["bog"]),
    "word": (COLOUR, ["red"], ["rde", "1", "{}"]),
    "flag": (Flag(), ["true", "false"], ["yes", "1", "'true'"]),
    "only": (Only(1), ["1"], ["2", "true", "1.0", "'1'"]),
    "whole": (Whole(1, 10), ["1", "10"], ["0", "11", "1.5", "true", "'1'", "1.0"]),
    "usd": (USD, ["0", "0.45", "1e3"], ["-1", "0.0000001", "'1'", "1e13"]),
    "units": (Units("a share", 2, high=1), ["0.25", "1"], ["0.255", "1.01"]),
    "day": (Day(), ["2026-11-23", "'2028-02-29'"], ["2026-02-30", "2026-1-1", "today"]),
    "ratio": (Ratio(), ["16:9", "1.5", "2"], ["0:1", "0", "-1", "1:0", "a:b", "1e-9"]),
    "list": (ListOf(Whole()), ["[1, 2]"], ["[]", "[1, 1]", "1", "{}"]),
    "pair": (ListOf(Whole(), fewest=2, most=2, repeats=True), ["[1, 1]"], ["[1]", "[1, 2, 3]"]),
    "one or more": (one_or_more(Whole()), ["1", "[1, 2]"], ["[]", "{}", "x"]),
    "map": (MapOf(Text(pattern="[a-z]+"), Whole()), ["{}", "{a: 1}"], ["{A: 1}", "{a: x}", "[]"]),
    "record": (PEN, ["{colour: red}", "{width: 2, colour: red}"], ["{}", "{width: 2}", "{colour: red, depth: 1}", "x"]),
    "one key": (
        Record(into(dict), FLAGS, fewest=1, most=1),
        ["{a: true}"],
        ["{}", "{a: true, b: true}"],
    ),
    "family": (
        Record(into(dict), {}, families={"x-[a-z]+": optional(Flag())}),
        ["{x-a: true}"],
        ["{x-1: true}", "{x-a: 1}"],
    ),
    "by kind": (ByKind(scalar=Whole(), map=PEN), ["1", "{colour: red}"], ["x", "[1]", "{}"]),
    "by key": (
        ByKey({"colour": PEN, "leaf": TREE}),
        ["{colour: red}", "{leaf: true}"],
        ["{}", "{x: 1}", "{colour: red, leaf: true}"],
    ),
    "by word": (
        ByWord("colour", COLOUR, {"red": PEN, "green": TREE, "blue": PEN}),
        ["{colour: red}"],
        ["{}", "{colour: green}", "{colour: x}"],
    ),
    "then": (BYTES, ["255"], ["256"]),
    "tree": (TREE, ["{leaf: true}", "{twigs: [{leaf: true}, {twigs: [{leaf: false}]}]}"], ["{}", "{twigs: [{}]}"]),
    "anything": (Anything(), ["1", "[{a: ~}]"], []),
}
GOOD = [pytest.param(shape, text, id=f"{name} {text}") for name, (shape, good, _) in SHAPES.items() for text in good]
BAD = [pytest.param(shape, text, id=f"{name} {text}") for name, (shape, _, bad) in SHAPES.items() for text in bad]


def fail(at):
    raise mistake(at, "too big for a byte")


def read(shape, text):
    return read_document(shape, read_source(text or "~", "p", PolicyError), PolicyError)


def refusal(shape, text):
    with pytest.raises(PolicyError) as caught:
        read(shape, text)
    return [str(problem).replace("\n\nhint: ", " | ") for problem in caught.value.problems]


@pytest.mark.parametrize(("shape", "text"), GOOD)
def test_what_a_shape_reads_its_schema_accepts(shape, text):
    read(shape, text)

    schema = json_schema(shape, title="shape", named=[TREE])
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(plain(read_source(text, "p", PolicyError)))


@pytest.mark.parametrize(("shape", "text"), BAD)
def test_what_a_shape_refuses_has_a_place(shape, text):
    assert all(problem.startswith("p:1:") for problem in refusal(shape, text))


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (USD, "0.45", 450_000),
        (Units("seconds", 3), "1.5", 1500),
        (Day(), "2026-11-23", date(2026, 11, 23)),
        (Ratio(), "32:18", Fraction(16, 9)),
        (Ratio(), "1.5", Fraction(3, 2)),
        (ListOf(COLOUR), "[red, blue]", ("red", "blue")),
        (one_or_more(COLOUR), "red", ("red",)),
        (MapOf(Text(), Flag()), "{1: true}", {"1": True}),
        (ByKind(scalar=Flag(), list=ListOf(Flag())), "[true]", (True,)),
        (BYTES, "7", 7),
    ],
)
def test_a_shape_reads_values(shape, text, value):
    assert read(shape, text) == value


@pytest.mark.parametrize(
    ("shape", "text", "problem"),
    [
        (Text(), "12", "p:1:1: expected a text, not `12` | put it in quotes"),
        (Text("an id", pattern="[a-z]+"), "A", "p:1:1: expected an id, not `A` | it has to match `[a-z]+`"),
        (Text("a model", known={"big", "small"}), "smal", "p:1:1: unknown model `smal` | did you mean `small`?"),
        (COLOUR, "gren", "p:1:1: expected a colour, not `gren` | did you mean `green`?"),
        (COLOUR, "[red]", "p:1:1: expected a colour, not a list | use one of `blue`, `green`, `red`"),
        (Flag(), "yes", "p:1:1: expected `true` or `false`, not `yes`"),
        (Only(1), "2", "p:1:1: expected `1`, not `2`"),
        (Whole(1, 10), "'3'", "p:1:1: expected a whole number from 1 to 10, not `3` | take the quotes away"),
        (Whole(), "~", "p:1:1: expected a whole number, 0 or more, not `~`"),
        (Whole(), "{}", "p:1:1: expected a whole number, 0 or more, not a mapping"),
        (USD, "0.0000001", "p:1:1: too many decimals: `0.0000001` | use 6 at most"),
        (Day(), "2026-02-30", "p:1:1: no such day: `2026-02-30`"),
        (ListOf(COLOUR), "[]", "p:1:1: empty list"),
        (ListOf(COLOUR), "[red,\n red]", "p:2:2: listed twice: `red` | it stands in line 1 already"),
        (ListOf(Whole(), fewest=2, most=2), "[1]", "p:1:1: expected a list of 2, not of 1"),
        (PEN, "{colour: red, widht: 2}", "p:1:15: unknown key `widht` | did you mean `width`?"),
        (PEN, "{}", "p:1:1: missing key `colour`"),
        (PEN, "red", "p:1:1: expected a pen, not `red`"),
        (TREE, "{}", "p:1:1: empty mapping | use one of `leaf`, `twigs`"),
        (
            ByKind(scalar=Whole(), map=PEN, hint="try 1"),
            "[1]",
            "p:1:1: expected a whole number, 0 or more or a pen, not a list | try 1",
        ),
        (ByKey({"colour": PEN, "leaf": TREE}), "{}", "p:1:1: expected one of the keys `colour` and `leaf`"),
        (BYTES, "256", "p:1:1: too big for a byte"),
    ],
)
def test_a_mistake_says_what_where_and_what_to_try(shape, text, problem):
    assert refusal(shape, text) == [problem]


def test_every_mistake_is_reported_at_once():
    assert refusal(ListOf(PEN), "[{colour: rde, width: 10},\n {widht: 1},\n 7]") == [
        "p:1:11: expected a colour, not `rde` | did you mean `red`?",
        "p:1:23: expected a whole number from 1 to 9, not `10`",
        "p:2:2: missing key `colour`",
        "p:2:3: unknown key `widht` | did you mean `width`?",
        "p:3:2: expected a pen, not `7`",
    ]


def test_a_great_many_mistakes_are_not_all_reported():
    assert len(refusal(ListOf(Whole()), f"[{'x, ' * 5000}]")) == 100


def test_reading_stops_after_a_great_many_mistakes():
    with pytest.raises(Mistakes) as caught:
        ListOf(Whole()).read(read_source(f"[{'x, ' * 5000}]", "p", PolicyError))

    assert len(caught.value.problems) == 100


def test_what_is_said_of_a_key_is_in_the_schema():
    assert PEN.schema()["properties"]["width"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
        "description": "millimetres",
    }
