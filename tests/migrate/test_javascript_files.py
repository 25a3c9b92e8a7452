"""Files of every kind: what cannot be read is skipped with the reason, and nothing is raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.migrate.javascript import read_javascript
from router.migrate.sites import Reading, Skipped

from .javascript_reading import Memory, models, read

CALL = 'openai.images.generate({ model: "dall-e-3", prompt: "a cat" });\n'


@pytest.mark.parametrize("suffix", ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"])
def test_all_suffixes_are_read(suffix):
    assert models(CALL, f"src/app.{suffix}") == [["dall-e-3"]]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.jsx", f"const A = () => <div onClick={{() => {{ {CALL} }}}}>x</div>"),
        ("a.tsx", f"const A = <T,>(p: T) => <div onClick={{() => {{ {CALL} }}}}>x</div>"),
        ("a.ts", f"const a = <any>b; {CALL}"),
        ("a.js", f"const a = <div/>; {CALL}"),
    ],
)
def test_the_grammar_goes_by_the_suffix(path, source):
    assert models(source, path) == [["dall-e-3"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (CALL.encode() + b"\x00", "not text: it has NUL bytes"),
        (b"// \xe9t\xe9\n" + CALL.encode(), "not UTF-8 (byte 3)"),
        ((CALL.replace("\n", "") * 200).encode(), "minified"),
        (CALL.encode("utf-16"), None),
    ],
)
def test_what_cannot_be_read_is_skipped_with_the_reason(data, reason):
    expected = () if reason is None else (Skipped(path="src/app.ts", reason=reason),)

    assert read(data) == Reading(skipped=expected)


def test_a_picture_in_a_long_line_is_no_minified_code():
    assert models(f'const logo = "data:image/png;base64,{"iVBORw0KGgo" * 2000}";\n{CALL}') == [["dall-e-3"]]


@pytest.mark.parametrize(
    "source",
    [
        f"{CALL}function ( {{ ]] }}",
        f"const x = ;\n{CALL}",
        f"{CALL}const open = `",
    ],
)
def test_what_can_be_read_of_a_broken_file_is_read(source):
    assert models(source) == [["dall-e-3"]]


def test_a_part_that_could_not_be_parsed_is_told():
    rest = "const a = 1;\n" * 20

    assert read(f"{rest}<<<<<<< HEAD\n{CALL}=======\n>>>>>>> other\n{rest}").skipped == (
        Skipped(path="src/app.ts", reason="this part could not be parsed", line=21),
    )


def test_a_file_that_is_mostly_broken_is_told():
    assert read(f"{CALL}{')]} <% ' * 400}").skipped == (
        Skipped(path="src/app.ts", reason="most of it could not be parsed"),
    )


@pytest.mark.parametrize("source", ["", "\n", "const a = 1;", "import x from 'y'; x.images.list()", "// an image"])
def test_what_has_no_word_in_question_is_not_parsed(source):
    assert read(source) == Reading()


def test_imports_that_lead_nowhere_or_to_no_text_are_survived():
    files = {
        "src/app.ts": b'import { A } from "./a"; import { B } from "./b"; import { C } from "./gone";\n'
        b"openai.images.generate({ model: A, size: B, style: C });",
        "src/a.ts": b"\xff\xfe\x00",
        "src/b.ts": b"\xff\xff",
    }

    (site,) = read_javascript("src/app.ts", Memory(files)).sites

    assert [one.unknown for one in site.parameters.values()] == [
        "imported from `./a`",
        "imported from `./b`",
        "imported from `./gone`",
    ]


@given(st.text(alphabet=st.sampled_from("{}()[].,;:'\"`$=>?&| \n\\/*abé😀<"), max_size=120), st.booleans())
def test_no_source_is_too_odd(noise, before):
    source = f"{noise}\n{CALL}" if before else f"{CALL}{noise}"

    assert isinstance(read(source), Reading)


@given(st.integers(0, len(CALL)), st.text(max_size=5))
def test_a_call_that_is_cut_anywhere_is_survived(place, noise):
    assert isinstance(read(CALL[:place] + noise), Reading)


def test_the_order_is_that_of_the_text():
    reading = read(f'if (m === "dall-e-2") {{ {CALL} }}\nconst t = ["dall-e-2"];\n{CALL}')

    assert [site.line for site in reading.sites] == [1, 4]
    assert [mark.line for mark in reading.marks] == [1, 3]
