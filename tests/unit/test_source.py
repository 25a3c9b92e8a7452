from decimal import Decimal

import pytest
import yaml

import router.source
from router.errors import Place, PolicyError
from router.source import Entry, ListNode, MapNode, ScalarNode, plain, read_source

LOADERS = [
    yaml.SafeLoader,
    pytest.param(yaml.CSafeLoader, marks=pytest.mark.skipif(not yaml.__with_libyaml__, reason="no libyaml")),
]


@pytest.fixture(params=LOADERS, ids=["python", "c"], autouse=True)
def loader(request, monkeypatch):
    monkeypatch.setattr(router.source, "_LOADER", request.param)


def read(text):
    return plain(read_source(text, "p.yaml", PolicyError))


def refusal(text):
    with pytest.raises(PolicyError) as caught:
        read_source(text, "p.yaml", PolicyError)
    return [str(problem) for problem in caught.value.problems]


def test_nodes_know_where_they_stand():
    node = read_source("a: 1\nb:\n  - x\n", "p.yaml", PolicyError)

    assert node == MapNode(
        (
            Entry("a", ScalarNode(1, "1", Place("p.yaml", 1, 4)), Place("p.yaml", 1, 1)),
            Entry(
                "b",
                ListNode((ScalarNode("x", "x", Place("p.yaml", 3, 5)),), Place("p.yaml", 3, 3)),
                Place("p.yaml", 2, 1),
            ),
        ),
        Place("p.yaml", 1, 1),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.45", Decimal("0.45")),
        ("1e3", Decimal(1000)),
        (".5", Decimal("0.5")),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, value):
    assert read(f"[{text or '~'}]") == [value]


@pytest.mark.parametrize(
    "text", ["16:9", "on", "off", "yes", "no", "010", "2026-11-23", ".inf", ".nan", "1_000", "0b1", "y"]
)
def test_what_only_yaml_1_1_reads_as_something_else_is_text(text):
    assert read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["'1'", '"1"', "|-\n  1", ">-\n  1"])
def test_in_quotes_and_in_blocks_everything_is_text(text):
    assert read(f"a: {text}") == {"a": "1"}


def test_decimals_are_exact():
    assert read("0.1000000000000000055511151") == Decimal("0.1000000000000000055511151")


def test_json_is_read():
    assert read('{"a": [1, null, true, "x\\u00e9"], "b": {}}') == {"a": [1, None, True, "xé"], "b": {}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes_are_read_with_and_without_a_byte_order_mark(encoding):
    assert read("a: é🦊".encode(encoding)) == {"a": "é🦊"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["p.yaml:1:1: empty document"]),
        ("# nothing", ["p.yaml:1:1: empty document"]),
        ("a: &x 1\nb: *x", ["p.yaml:1:4: anchor `&x`", "p.yaml:2:4: alias `*x`"]),
        ("a: !!int 3\nb: !x [1]", ["p.yaml:1:4: tag `tag:yaml.org,2002:int`", "p.yaml:2:4: tag `!x`"]),
        ("<<: {a: 1}", ["p.yaml:1:1: merge key `<<`"]),
        ("a: 1\nb: 2\n'a': 3", ["p.yaml:3:1: duplicate key `a`"]),
        ("? [a]\n: 1", ["p.yaml:1:3: a key must be a single word"]),
        ("a: 1\n---\nb: 2", ["p.yaml:2:1: second document in one file"]),
        ("a: 1e400", ["p.yaml:1:4: number out of reach: `1e400`"]),
        ("a: " + "9" * 5000, [f"p.yaml:1:4: number out of reach: `{'9' * 60}…`"]),
        ("a:\n  b: x\x00y", ["p.yaml:2:7: unprintable character U+0000"]),
        ("a: \u2028", ["p.yaml:1:4: unprintable character U+2028"]),
        ("a: \ud800", ["p.yaml:1:4: unprintable character U+D800"]),
        (b"a: 1\nb: \xe9", ["p.yaml:2:4: not UTF-8"]),
        ("[\ufeff]".encode("utf-16") + b"\x00", ["p.yaml:1:4: not UTF-16"]),
        ("a: " + "x" * 2_000_000, ["p.yaml:1:1: larger than 2 MB"]),
        ("[" * 1_999_999, ["p.yaml:1:51: more than 50 levels deep"]),
        ("- " * 999_999, ["p.yaml:1:101: more than 50 levels deep"]),
        ('{"a":' * 100, ["p.yaml:1:251: more than 50 levels deep"]),
    ],
)
def test_what_is_refused_says_where(text, problems):
    assert [problem.partition("\n")[0] for problem in refusal(text)] == problems


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: [1\n", "2:1"), ("a: b: c", "1:5"), ("\ta: 1", "1:1"), ("a: @x", "1:4"), ("[", "1:2"), ("a: 'x", "1:6")],
)
def test_what_is_not_yaml_says_where(text, place):
    assert refusal(text)[0].startswith(f"p.yaml:{place}: not YAML: ")


def test_a_tab_is_called_by_its_name():
    assert refusal("a:\n\tb: 1")[0].endswith("\n\nhint: indent with spaces, not with tabs")


def test_half_a_character_is_refused():
    assert len(refusal('a: "\\ud800"')) == 1


def test_an_escape_beyond_unicode_is_refused():
    assert len(refusal('a: "\\U7fffffff"')) == 1


def test_a_great_many_mistakes_are_not_all_reported():
    assert len(refusal("- &a 1\n" * 1000)) == 100


def test_laughs_by_the_billion_take_no_time():
    text = "a: &a [x]\n" + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert refusal(text)[0].startswith("p.yaml:1:4: anchor `&a`")
