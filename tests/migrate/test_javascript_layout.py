"""What is cut to drop a parameter, where one is put in, and that the rest of the file stays as it is."""

import pytest
from ast_grep_py import SgRoot
from hypothesis import given
from hypothesis import strategies as st

from router.migrate.sites import Insertion, Region

from .javascript_reading import at, only, read

MADE = 'import OpenAI from "openai";\nconst openai = new OpenAI(), ask = openai.images.generate.bind(openai.images);\n'


def without(source: str | bytes, *regions: Region | None) -> str:
    """A source with some of its regions cut, from the last to the first."""
    data = source if isinstance(source, bytes) else source.encode()
    for region in sorted(filter(None, regions), key=lambda one: one.start, reverse=True):
        data = data[: region.start] + data[region.end :]
    return data.decode()


def having_size(source: str, insertion: Insertion | None, value: str = "'auto'") -> str:
    """A source with another parameter."""
    assert insertion is not None
    data, at_ = source.encode(), insertion.region.start
    text = insertion.template.replace("{name}", "size").replace("{value}", value)
    return (data[:at_] + text.encode() + data[at_:]).decode()


def is_sound(source: str, language: str = "typescript") -> bool:
    return SgRoot(source, language).root().find(kind="ERROR") is None


def cut(call: str, name: str) -> str:
    """A call without a parameter."""
    site = only(MADE + call)
    left = without(MADE + call, site.parameters[name].whole)
    assert is_sound(left)
    return left.removeprefix(MADE)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ask({ n: 1, style, prompt })", "ask({ n: 1, prompt })"),
        ("ask({ style, prompt })", "ask({ prompt })"),
        ("ask({ prompt, style })", "ask({ prompt })"),
        ("ask({ prompt, style, })", "ask({ prompt, })"),
        ("ask({style})", "ask({})"),
        ("ask({ style })", "ask({})"),
        ("ask({ style, })", "ask({})"),
        ("ask({\n  style,\n})", "ask({})"),
        ("ask({\n  n: 1,\n  style,\n  prompt,\n});", "ask({\n  n: 1,\n  prompt,\n});"),
        ("ask({\n  n: 1,\n  style\n});", "ask({\n  n: 1\n});"),
        ("ask({\n  n: 1,\n  style, // why\n  prompt,\n});", "ask({\n  n: 1,\n  // why\n  prompt,\n});"),
        ("ask({\n  n: 1, // one\n  style\n});", "ask({\n  n: 1, // one\n\n});"),
        ("ask({\n  // a note\n  style,\n  n: 1,\n});", "ask({\n  // a note\n  n: 1,\n});"),
        ("ask({ n: 1, /* a note */ style, prompt });", "ask({ n: 1, /* a note */ prompt });"),
        ("ask({ n: 1, style /* a note */, prompt });", "ask({ n: 1, prompt });"),
        ("ask({\n  n: 1, style,\n  prompt });", "ask({\n  n: 1,\n  prompt });"),
        ("ask({\n  n: 1\n  , style\n  , prompt\n});", "ask({\n  n: 1\n  , prompt\n});"),
        ("ask({ n: 1, ...(big && { style }) });", "ask({ n: 1 });"),
        ("ask({\n  ...(big && { style }),\n  n: 1,\n});", "ask({\n  n: 1,\n});"),
        ("ask({ ...(big && { style, size }) });", "ask({ ...(big && { size }) });"),
        ("const b: P = { n: 1 };\nb.style = 'vivid';\nask(b);", "const b: P = { n: 1 };\nask(b);"),
        ("const b: P = { n: 1 };\nif (big) b.style = 'vivid';\nask(b);", "const b: P = { n: 1 };\nask(b);"),
        (
            "const b: P = { n: 1 };\nif (big) {\n  b.style = 'vivid';\n}\nask(b);",
            "const b: P = { n: 1 };\nif (big) {\n}\nask(b);",
        ),
        ("const b: P = { n: 1, style };\nask(b);", "const b: P = { n: 1 };\nask(b);"),
    ],
)
def test_a_parameter_is_cut_with_its_comma(call, expected):
    assert cut(call, "style") == expected


@pytest.mark.parametrize(
    "call",
    [
        "const B = { style: 'vivid' }; other(B); ask({ ...B, n: 1 });",
        "export const B = { style: 'vivid' }; ask({ ...B, n: 1 });",
        "export const b = { style: 'vivid' }; ask(b);",
    ],
)
def test_what_others_use_too_is_not_cut(call):
    assert only(MADE + call).parameters["style"].whole is None


def test_several_parameters_can_be_cut_at_once():
    call = f"{MADE}ask({{\n  style,\n  n: 1,\n  size,\n  prompt,\n}});"
    site = only(call)
    left = without(call, site.parameters["style"].whole, site.parameters["size"].whole)

    assert left == f"{MADE}ask({{\n  n: 1,\n  prompt,\n}});"


def test_a_form_loses_the_whole_statement():
    source = """const form = new FormData();
form.append("model", "gpt-image-1"); // the model
form.append("input_fidelity", "high");
if (big) form.append("size", "auto");
fetch("https://api.openai.com/v1/images/edits", { body: form });
"""
    site = only(source)
    left = without(source, site.parameters["input_fidelity"].whole, site.parameters["size"].whole)

    assert (
        left
        == """const form = new FormData();
form.append("model", "gpt-image-1"); // the model
fetch("https://api.openai.com/v1/images/edits", { body: form });
"""
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ask({ n: 1 })", "ask({ n: 1, size: 'auto' })"),
        ("ask({ n: 1, })", "ask({ n: 1, size: 'auto', })"),
        ("ask({})", "ask({ size: 'auto' })"),
        ("ask({\n  n: 1,\n})", "ask({\n  n: 1,\n  size: 'auto',\n})"),
        ("ask({\n\tn: 1\n})", "ask({\n\tn: 1,\n\tsize: 'auto'\n})"),
        ('ask({ "n": 1 })', 'ask({ "n": 1, "size": \'auto\' })'),
        ("ask({\r\n  n: 1,\r\n})", "ask({\r\n  n: 1,\r\n  size: 'auto',\r\n})"),
        ("ask({\n  n: 1, // one\n})", "ask({\n  n: 1, // one\n  size: 'auto',\n})"),
        ("ask({\n  n: 1 // one\n})", "ask({\n  size: 'auto',\n  n: 1 // one\n})"),
        ("const b = {\n  n: 1,\n};\nask(b);", "const b = {\n  n: 1,\n  size: 'auto',\n};\nask(b);"),
    ],
)
def test_a_parameter_is_put_in_in_the_style_that_is_there(call, expected):
    more = having_size(MADE + call, only(MADE + call).insertion)

    assert (more, is_sound(more)) == (MADE + expected, True)


def test_a_form_takes_another_statement():
    source = """async function go() {
  const form = new FormData();
  form.append("model", "gpt-image-1");
  return fetch("https://api.openai.com/v1/images/edits", { body: form });
}
"""

    assert (
        having_size(source, only(source).insertion, '"auto"')
        == """async function go() {
  const form = new FormData();
  form.append("model", "gpt-image-1");
  form.append("size", "auto");
  return fetch("https://api.openai.com/v1/images/edits", { body: form });
}
"""
    )


@pytest.mark.parametrize(
    ("text", "quote"),
    [('"dall-e-3"', '"'), ("'dall-e-3'", "'"), ("`dall-e-3`", "`")],
)
def test_a_text_is_written_with_its_quotes(text, quote):
    source = f"{MADE}ask({{ model: {text} }})"
    (choice,) = only(source).parameters["model"].choices

    assert choice.written is not None
    assert (at(source, choice.written.region), choice.written.quote) == (text, quote)


GAPS = st.sampled_from(["", " ", "\n  ", " // é\n  ", " /* 😀 */ "])


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call whose object is laid out in any way."""
    items = draw(
        st.lists(st.sampled_from(["n: 1", "style", '"size": "auto"', "...(a && { user })"]), max_size=5, unique=True)
    )
    parts = [draw(GAPS) + item + draw(GAPS) for item in [*items, 'prompt: "x"']]
    return "ask({" + ",".join(parts) + draw(st.sampled_from(["", ","])) + draw(GAPS) + "});\n"


@given(calls(), st.data())
def test_what_is_cut_and_put_in_leaves_a_sound_source(call, data):
    source = MADE + call
    site = only(source)
    name = data.draw(st.sampled_from(sorted(site.parameters)))

    left = without(source, site.parameters[name].whole)

    assert (is_sound(left), set(only(left).parameters)) == (True, set(site.parameters) - {name})
    assert is_sound(having_size(source, site.insertion))


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bytes_are_exact_whatever_the_text_has(lead, end):
    lines = [
        "/* é😀ü */ const ß = '日本語';",
        "openai.images.generate({",
        "  prompt: '😀',",
        "  model: 'dall-e-3',",
        "});",
    ]
    source = lead + end.join(lines).encode()
    site = only(source)
    (choice,) = site.parameters["model"].choices

    assert choice.written is not None
    assert at(source, choice.written.region) == "'dall-e-3'"
    assert at(source, site.parameters["model"].whole) == f"  model: 'dall-e-3',{end}"
    assert (choice.written.region.line, choice.written.region.column) == (4, 10)


@pytest.mark.parametrize(
    "source",
    [
        "<b>é {{ a.b }}</b>\n<script setup lang='ts'>\nopenai.images.generate({ model: 'dall-e-3' });\n</script>",
        "<script context='module'>\nopenai.images.generate({ model: 'dall-e-3' });\n</script>\n<h1>é</h1>",
    ],
)
@pytest.mark.parametrize("suffix", ["vue", "svelte"])
def test_scripts_of_components_keep_their_places(source, suffix):
    site = only(source, f"src/App.{suffix}")
    (choice,) = site.parameters["model"].choices

    assert choice.written is not None
    assert (at(source, choice.written.region), site.line) == (
        "'dall-e-3'",
        source[: source.index("openai")].count("\n") + 1,
    )


def test_the_text_of_a_component_is_no_source():
    source = "<template>openai.images.generate({ model: 'dall-e-3' })</template>\n<script>let a = 1</script>"

    assert read(source, "src/App.vue").sites == ()
