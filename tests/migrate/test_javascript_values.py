"""Where the value of a parameter comes from: constants, imports, branches, defaults, the environment."""

import pytest

from .javascript_reading import only, origins, parameters, read, shown

MADE = 'import OpenAI from "openai";\nconst openai = new OpenAI(), ask = openai.images.generate.bind(openai.images);\n'


def size(source: str, **others: str) -> list[object]:
    """What a source gives for the size."""
    named = {f"src/{name}.ts": text for name, text in others.items()}
    return shown(only(MADE + source, others=named).parameters["size"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('const SIZE = "512x512"; ask({ size: SIZE })', ["512x512"]),
        ('const size = "512x512"; ask({ size })', ["512x512"]),
        ('const S = { big: "512x512" } as const; ask({ size: S.big })', ["512x512"]),
        ('const S = { big: "512x512" }; ask({ size: S["big"] })', ["512x512"]),
        ('const S = { a: "1x1", b: "2x2" }; ask({ size: S[shape] })', ["1x1", "2x2"]),
        ('const S = { x: { y: "512x512" } }; ask({ size: S.x.y })', ["512x512"]),
        ('const S = Object.freeze({ a: "512x512" }); ask({ size: S.a })', ["512x512"]),
        ('const S = ["512x512", "auto"]; ask({ size: S[0] })', ["512x512"]),
        ('enum S { Big = "512x512" } ask({ size: S.Big })', ["512x512"]),
        ('class S { static BIG = "512x512" } ask({ size: S.BIG })', ["512x512"]),
        ('const { size } = { size: "512x512" }; ask({ size })', ["512x512"]),
        ('const { s: size = "auto" } = {}; ask({ size })', ["auto"]),
        ('ask({ size: big ? "512x512" : "auto" })', ["512x512", "auto"]),
        ('ask({ size: big ? "512x512" : undefined })', ["512x512", "(or nothing)"]),
        ('ask({ size: big && "512x512" })', ["512x512", "(or nothing)"]),
        ('let size = "auto"; if (big) size = "512x512"; ask({ size })', ["auto", "512x512"]),
        ("const w = 512; ask({ size: `${w}x${w}` })", ["512x512"]),
        ('ask({ size: 512 + "x" + 512 })', ["512x512"]),
        ("ask({ size: `${w}x512` })", ["? put together from `w`"]),
        ('function pick() { if (a) return "auto"; return "1x1" } ask({ size: pick() })', ["auto", "1x1"]),
        ('const pick = () => "512x512"; ask({ size: pick() })', ["512x512"]),
        ("ask({ size: pick() })", ["? returned by `pick()`"]),
        ("const { size } = await req.json(); ask({ size })", ["? taken from `req.json()`"]),
        ('const { size = "auto" } = await req.json(); ask({ size })', ["auto", "? taken from `req.json()`"]),
        ("ask({ size: nowhere })", ["? `nowhere` is not known here"]),
        ('ask({ size: "512x512".trim() })', ["512x512"]),
        ('const a = b, b = a; ask({ size: a ?? "auto" })', ["auto", "? `a` is not known here"]),
        ('const [size, set] = useState("512x512"); ask({ size })', ["512x512", "? the state may be set to another"]),
        ('for (const size of ["1x1", "2x2"]) ask({ size })', ["1x1", "2x2"]),
        ("class A { go() { ask({ n: 1, size: this.size }) } }", ["? `this.size` is not known here"]),
        ('class A { size = "1x1"; go() { ask({ size: this.size }) } }', ["1x1"]),
        ('class A { constructor() { this.o = { size: "1x1" } } go() { ask({ size: this.o.size }) } }', ["1x1"]),
        ('const o = { size: "1x1", go() { return ask({ size: this.size }) } }', ["1x1"]),
    ],
)
def test_a_value_is_followed_to_where_it_is_written(source, expected):
    assert size(source) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('process.env.SIZE || "auto"', ["auto", "? the environment may set `SIZE`"]),
        ('process.env.SIZE ?? "auto"', ["auto", "? the environment may set `SIZE`"]),
        ('process.env["SIZE"] ?? "auto"', ["auto", "? the environment may set `SIZE`"]),
        ('import.meta.env.SIZE || "auto"', ["auto", "? the environment may set `SIZE`"]),
        ('Deno.env.get("SIZE") ?? "auto"', ["auto", "? the environment may set `SIZE`"]),
        ('configService.get("SIZE", "auto")', ["auto", "? the environment may set `SIZE`"]),
        ("process.env.SIZE", ["? the environment sets `SIZE`"]),
        ("process.env.SIZE!", ["? the environment sets `SIZE`"]),
    ],
)
def test_the_environment_may_set_a_value(expression, expected):
    assert size(f"ask({{ size: {expression} }})") == expected


def test_the_default_of_an_environment_variable_says_so():
    site = only(MADE + 'const SIZE = process.env.S || "auto";\nask({ size: SIZE });')

    assert origins(site, "size") == [["SIZE, src/app.ts:3", "env S, src/app.ts:3"]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'export function draw(size = "auto") { ask({ size }) }',
            ["auto", "? whoever calls `draw()` may pass another"],
        ),
        (
            'export const draw = async ({ size = "auto" }: P) => ask({ size })',
            ["auto", "? whoever calls `draw()` may pass another"],
        ),
        (
            'export const draw = ({ size = "auto" } = {}) => { ask({ size }) }',
            ["auto", "? whoever calls `draw()` may pass another"],
        ),
        ("export function draw(size) { ask({ size }) }", ["? given by whoever calls `draw()`"]),
        ("export function draw(o) { ask({ size: o.size }) }", ["? given by whoever calls `draw()`"]),
        ('export function draw(o) { ask({ size: o.size ?? "auto" }) }', ["auto", "? given by whoever calls `draw()`"]),
        ('function draw(size) { ask({ size }) } draw("1x1"); draw("2x2")', ["1x1", "2x2"]),
        ('function draw(size = "auto") { ask({ size }) } draw("1x1")', ["auto", "1x1"]),
        ('const draw = ({ size }) => ask({ size }); draw({ size: "1x1" })', ["1x1"]),
        (
            'function draw(size) { ask({ size }) } draw("1x1"); list.map(draw)',
            ["1x1", "? whoever calls `draw()` may pass another"],
        ),
        (
            'class A { constructor(private size = "auto") {} go() { ask({ size: this.size }) } }',
            ["auto", "? whoever calls `constructor()` may pass another"],
        ),
    ],
)
def test_a_parameter_has_its_default_and_what_callers_pass(source, expected):
    assert size(source) == expected


@pytest.mark.parametrize(
    ("source", "config"),
    [
        ('import { SIZE } from "./config"; ask({ size: SIZE })', 'export const SIZE = "1x1";'),
        ('import { SIZE as S } from "./config.js"; ask({ size: S })', 'export const SIZE = "1x1";'),
        ('import * as c from "./config"; ask({ size: c.SIZE })', 'export const SIZE = "1x1";'),
        ('import c from "./config"; ask({ size: c.SIZE })', 'export default { SIZE: "1x1" };'),
        ('import c from "@/config"; ask({ size: c })', 'const c = "1x1"; export default c;'),
        ('import { S } from "~/config"; ask({ size: S })', 'const c = "1x1"; export { c as S };'),
        ('import { E } from "./config"; ask({ size: E.A })', 'export enum E { A = "1x1" }'),
        ('const { SIZE } = require("./config"); ask({ size: SIZE })', 'module.exports = { SIZE: "1x1" };'),
        ('const c = require("./config"); ask({ size: c.SIZE })', 'exports.SIZE = "1x1";'),
        ('import { pick } from "./config"; ask({ size: pick() })', 'export function pick() { return "1x1" }'),
    ],
)
def test_a_constant_of_another_module_is_followed(source, config):
    assert size(source, config=config) == ["1x1"]


def test_a_folder_is_imported_by_its_index_and_may_hand_on():
    source = MADE + 'import { SIZE } from "./config"; ask({ size: SIZE });'
    others = {"src/config/index.ts": 'export * from "./sizes";', "src/config/sizes.ts": 'export const SIZE = "1x1";'}

    assert origins(only(source, others=others), "size") == [["SIZE, src/config/sizes.ts:1"]]


def test_modules_that_import_each_other_are_read():
    source = MADE + 'import { B } from "./b"; export const A = B; ask({ size: A });'
    others = {"src/b.ts": 'import { A } from "./app"; export const B = A ?? "auto";'}

    assert shown(only(source, others=others).parameters["size"]) == ["auto", "? `A` is not known here"]


def test_a_module_that_is_not_at_hand_is_named():
    source = 'import { SIZE } from "@acme/config"; ask({ size: SIZE })'

    assert size(source) == ["? imported from `@acme/config`"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('const base = { n: 2 }; ask({ ...base, size: "1x1" })', {"n": [2], "size": ["1x1"]}),
        ('ask({ size: "2x2", ...{ size: "1x1" } })', {"size": ["1x1"]}),
        ('ask({ ...{ size: "1x1" }, size: "2x2" })', {"size": ["2x2"]}),
        ('ask({ ...(big ? { size: "1x1" } : {}) })', {"size": ["1x1", "(or nothing)"]}),
        ('ask({ ...(big && { size: "1x1" }) })', {"size": ["1x1", "(or nothing)"]}),
        ('ask({ size: "2x2", ...(big && { size: "1x1" }) })', {"size": ["1x1", "2x2"]}),
        ('const body: any = { n: 1 }; body.size = "1x1"; ask(body)', {"n": [1], "size": ["1x1"]}),
        ('const body = { n: 1 }; if (big) body["n"] = 2; ask(body)', {"n": [2, 1]}),
        ('const body = {}; if (big) { body.size = "1x1"; } ask(body)', {"size": ["1x1", "(or nothing)"]}),
        (
            'const body = { n: 1, size: "1x1" }; if (x) delete body.n; ask(body)',
            {"size": ["1x1"], "n": [1, "(or nothing)"]},
        ),
        ('const body = {}; Object.assign(body, { size: "1x1" }); ask(body)', {"size": ["1x1"]}),
        ('ask(Object.assign({}, { n: 1 }, { size: "1x1" }))', {"n": [1], "size": ["1x1"]}),
        ('function body() { const b = { n: 1 }; b.size = "1x1"; return b } ask(body())', {"n": [1], "size": ["1x1"]}),
        (
            'let p; if (a) p = { n: 1 }; else p = { n: 2, size: "1x1" }; ask(p)',
            {"n": [1, 2], "size": ["1x1", "(or nothing)"]},
        ),
    ],
)
def test_an_object_is_read_with_all_that_is_spread_and_set(source, expected):
    assert parameters(only(MADE + source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'let o = { n: 1 }; o = { ...o, size: "1x1" }; ask(o)',
            {"n": [1, "(or nothing)"], "size": ["1x1", "(or nothing)"]},
        ),
        ("let o; o = { ...o }; ask(o)", {}),
        ("let a, b; a = { ...a, ...b }; b = { ...a, ...b, n: 1 }; ask({ n: a.n })", {"n": [1]}),
        ('let s = "1"; s = s + "x1"; ask({ size: s, n: 1 })', {"size": ["1", "1x1"], "n": [1]}),
        ("const o = { n: 1 }; o.self = o; ask({ ...o.self.self })", {"n": [1], "self": [{"n": 1}]}),
        ("function f(n) { return f(n) } ask({ n: f(1) })", {"n": ["? it comes from itself"]}),
        ("a.b = a.b || a.c; a.c = a.c || a.b; ask({ n: a.b || a.c })", {"n": ["? `a.b` is not known here"]}),
    ],
)
def test_what_leads_to_itself_comes_to_an_end(source, expected):
    assert parameters(only(MADE + source)) == expected


def test_many_names_for_one_thing_take_no_time():
    lines = ["var a = {}, b = {}, c = {};"]
    lines += [
        f"a.x{i} = b.x{i} || c.x{i}; b.x{i} = a.x{i + 1} || c.x{i}; c.x{i} = a.x{i} + b.x{i};" for i in range(200)
    ]

    assert parameters(only(MADE + "\n".join([*lines, "ask({ n: 1, size: a.x0 });"])))["n"] == [1]


def test_a_schema_says_what_it_lets_through():
    source = (
        MADE
        + """
const Body = z.object({
  size: z.enum(["1x1", "2x2"]).default("1x1"),
  quality: z.enum(["hd"]).optional(),
  style: z.string().default("vivid"),
});
const { size, quality, style } = Body.parse(await req.json());
ask({ size, quality, style });
"""
    )

    assert parameters(only(source)) == {
        "size": ["1x1", "1x1", "2x2"],
        "quality": ["hd", "(or nothing)"],
        "style": ["vivid", "? whoever asks may give another"],
    }


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        ('const SIZE = "1x1"; ask({ size: SIZE })', False),
        ('const SIZE = "1x1"; log(SIZE); ask({ size: SIZE })', True),
        ('export const SIZE = "1x1"; ask({ size: SIZE })', True),
        ('ask({ size: "1x1" })', False),
    ],
)
def test_what_others_may_read_is_shared(source, shared):
    (choice,) = only(MADE + source).parameters["size"].choices

    assert choice.written is not None
    assert choice.written.shared is shared


def test_deeply_nested_sources_are_read():
    deep = " + ".join(['"a"'] * 3000)

    assert parameters(only(f"{MADE}ask({{ n: 1, size: {deep} }})"))["n"] == [1]


def test_a_name_with_thousands_of_values_is_cut_short():
    source = MADE + "let s;" + "".join(f's = "{i}x1";\n' for i in range(2000)) + "ask({ size: s })"

    assert len(read(source).sites[0].parameters["size"].choices) == 40
