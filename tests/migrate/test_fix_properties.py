"""Laws of rewrites, on generated sources: legal afterwards, done after one time, and nothing else touched."""

from __future__ import annotations

import ast
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from router.migrate.cases import read_cases
from router.migrate.edits import merged
from router.migrate.fix import Changed, rewrite
from router.migrate.today import Call, refuse

from .toy import Folder, read_toy, scan, settings

DAYS = st.sampled_from([date(2026, 6, 10), date(2026, 10, 23), date(2026, 11, 23), date(2026, 12, 1), date(2027, 3, 1)])
VALUES = {
    "model": [
        *("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest", "gpt-image-2", "dall-e-2"),
        *("dall-e-3", "gpt-image-2.5-flare", "openai/gpt-image-1", "gpt-image-9"),
    ],
    "size": ["1024x1024", "1536x1024", "1792x1024", "512x512", "1200x628", "auto", None, "3840x2160"],
    "quality": ["low", "medium", "high", "auto", "hd", "standard", "max", None],
    "background": ["transparent", "opaque", "auto"],
    "output_format": ["png", "jpeg", "webp", "jpg"],
    "response_format": ["b64_json", "url"],
    "style": ["vivid", "natural"],
    "n": [1, 2, 10, "3"],
    "moderation": ["low", "auto"],
    "input_fidelity": ["low", "high", None],
    "user": ["someone"],
}
GAPS = st.sampled_from(["", " ", "\n    ", "  # a comment\n    "])


@st.composite
def calls(draw):
    """A call with some literal arguments, laid out in some way."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    operation = draw(st.sampled_from(["generate", "edit"]))
    values = {name: draw(st.sampled_from(VALUES[name])) for name in names}
    arguments = [f"{name}={_literal(draw, value)}" for name, value in values.items()]
    arguments.insert(draw(st.integers(0, len(arguments))), "prompt=p")
    gap = draw(GAPS)
    inside = ",".join(f"{gap}{argument}" for argument in arguments) + draw(st.sampled_from(["", ",", ",\n"]))
    return f"client.images.{operation}({inside})"


def _literal(draw, value):
    if not isinstance(value, str):
        return repr(value)
    if value in ("gpt-image-1", "1024x1024") and draw(st.booleans()):
        return {"gpt-image-1": "MODEL", "1024x1024": "SIZE"}[value]
    quote = draw(st.sampled_from(['"', "'"]))
    return f"{quote}{value}{quote}"


SOURCES = st.lists(calls(), min_size=1, max_size=4).map(
    lambda each: "MODEL = \"gpt-image-1\"\nSIZE = '1024x1024'\n" + "".join(f"x = {call}  # kept\n" for call in each)
)


def fixed(source, on, *, assumed):
    folder = Folder({"app.py": source})
    outcome = rewrite(scan(folder, on=on).findings, folder, verdicts=("proved", "assumed") if assumed else ("proved",))
    return outcome, Changed(folder, outcome.changes).read("app.py")


@given(SOURCES, DAYS, st.booleans())
def test_fixing_twice_is_fixing_once(source, on, assumed):
    _, once = fixed(source, on, assumed=assumed)

    outcome, twice = fixed(once.decode(), on, assumed=assumed)
    assert (twice, outcome.changes, outcome.left) == (once, (), ())


@given(SOURCES, DAYS, st.booleans())
def test_everything_outside_the_edits_is_kept(source, on, assumed):
    outcome, after = fixed(source, on, assumed=assumed)

    edits = merged(source.encode(), [edit for finding in outcome.taken for edit in finding.edits])
    at, rest = 0, after
    for edit in edits:
        kept = source.encode()[at : edit.start]
        assert rest.startswith(kept + edit.new)
        at, rest = edit.end, rest[len(kept) + len(edit.new) :]
    assert rest == source.encode()[at:]
    ast.parse(after)


@given(SOURCES, DAYS)
def test_a_call_that_was_rewritten_is_legal(source, on):
    outcome, after = fixed(source, on, assumed=True)

    bench = settings(on).bench(Folder({}))
    order = [(site.line, site.column) for site in read_toy("app.py", Folder({"app.py": source})).sites]
    sites = read_toy("app.py", Folder({"app.py": after})).sites
    taken = {order.index((finding.line, finding.column)) for finding in outcome.taken if not finding.text}
    bodies = [(sites[place], case.body) for place in sorted(taken) for case in read_cases(sites[place]).cases]
    refused = [
        refuse(Call(body=body, operation=site.operation, provider="openai", surface=site.surface), body, bench.day)
        for site, body in bodies
    ]
    assert refused == [None] * len(bodies)


@given(SOURCES, DAYS)
def test_what_is_proved_leaves_no_finding(source, on):
    outcome, after = fixed(source, on, assumed=False)

    left = len(scan({"app.py": source}, on=on).findings) - len(outcome.taken)
    assert len(scan({"app.py": after}, on=on).findings) == left
