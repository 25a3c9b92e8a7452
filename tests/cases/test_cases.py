"""The policy language, sentence by sentence: small policies and what must come of them.

A file is a row of documents: each policy is followed by its tests, in the format of every policy's tests, or by
`refused`, which lists policies that must not load.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from router.errors import PolicyError
from router.files import load_catalog
from router.language import parse_policy
from router.source import plain, read_source
from router.suite import read_suite, run_suite

HERE = Path(__file__).parent
CATALOG = load_catalog()
MODELS = {name for provider in CATALOG.providers for name in CATALOG.ids(provider)}
HEAD = "pixroute: 1\nname: refused\n"


class Document(NamedTuple):
    path: str
    text: str  # on the lines that it has in its file
    keys: dict[str, object]


def documents(path):
    lines = 0
    for text in path.read_text(encoding="utf-8").split("---\n"):
        placed = "\n" * lines + text
        yield Document(path.name, placed, plain(read_source(placed, path.name, PolicyError)))
        lines += text.count("\n") + 1


DOCUMENTS = [list(documents(path)) for path in sorted(HERE.glob("*.yaml"))]
SUITES = [pair for several in DOCUMENTS for pair in pairwise(several) if "pixroute-test" in pair[1].keys]
REFUSED = [case for several in DOCUMENTS for each in several for case in each.keys.get("refused", ())]


@pytest.mark.parametrize(("policy", "tests"), SUITES, ids=[f"{each.path}: {each.keys['name']}" for each, _ in SUITES])
def test_what_comes_out_is_what_the_language_says(policy, tests):
    mine = parse_policy(policy.text, path=policy.path, models=MODELS)
    report = run_suite(read_suite(tests.text, tests.path), mine, CATALOG, examples=100)

    assert "\n".join(map(str, report.failures)) == ""


@pytest.mark.parametrize("case", REFUSED, ids=[case["name"] for case in REFUSED])
def test_what_cannot_work_does_not_load(case):
    with pytest.raises(PolicyError) as caught:
        parse_policy(HEAD + case["text"], path="policy", models=MODELS)

    assert str(caught.value) == case["problem"].strip()
