"""The one line that wraps a client: where it goes in Python, and that it goes there once."""

from __future__ import annotations

import pytest

from router.migrate.edits import applied
from router.migrate.embed import embed, is_wrapped
from router.migrate.sites import Region

POLICY = "p.yaml"


def client_of(source, made=b"OpenAI()"):
    start = source.index(made)
    return Region(path="app.py", line=1, column=1, start=start, end=start + len(made))


def wrapped(source, made=b"OpenAI()"):
    edits = embed("app.py", source, client_of(source, made) if made else None, policy=POLICY)
    return edits if isinstance(edits, str) else applied(source, edits)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            b"from openai import OpenAI\n\nclient = OpenAI()  # ours\nx = 1\n",
            b"from openai import OpenAI\nimport pixroute\n\nclient = OpenAI()  # ours\n"
            b'client = pixroute.wrap(client, policy="p.yaml")\nx = 1\n',
            id="a comment, which stays on its line",
        ),
        pytest.param(
            b"from openai import OpenAI\n\nclient = OpenAI()\nx = 1\n",
            b"from openai import OpenAI\nimport pixroute\n\nclient = OpenAI()\n"
            b'client = pixroute.wrap(client, policy="p.yaml")\nx = 1\n',
            id="a name",
        ),
        pytest.param(
            b"import openai\nclass A:\n\tdef __init__(self):\n\t\tself.client: object = OpenAI()\n",
            b"import openai\nimport pixroute\nclass A:\n\tdef __init__(self):\n\t\tself.client: object = OpenAI()\n"
            b'\t\tself.client = pixroute.wrap(self.client, policy="p.yaml")\n',
            id="an attribute, indented by tabs",
        ),
        pytest.param(
            b'"""Words."""\r\n\r\ndef make():\r\n    return OpenAI()\r\n',
            b'"""Words."""\r\n\r\nimport pixroute\r\n\r\ndef make():\r\n'
            b'    return pixroute.wrap(OpenAI(), policy="p.yaml")\r\n',
            id="no name",
        ),
        pytest.param(
            b"x = 1; client = OpenAI()\n",
            b'import pixroute\n\nx = 1; client = pixroute.wrap(OpenAI(), policy="p.yaml")\n',
            id="not alone on its line",
        ),
        pytest.param(
            b"import pixroute\nwith OpenAI() as client:\n    pass\n",
            b'import pixroute\nwith pixroute.wrap(OpenAI(), policy="p.yaml") as client:\n    pass\n',
            id="a context, imported already",
        ),
    ],
)
def test_the_line_stands_behind_the_client(source, expected):
    assert wrapped(source) == expected


def test_the_module_is_wrapped_behind_its_key():
    source = b"import openai\nopenai.api_key = key\nopenai.images.generate()\n"

    assert wrapped(source, None) == (
        b"import openai\nimport pixroute\nopenai.api_key = key\n"
        b'pixroute.wrap(openai, policy="p.yaml")\nopenai.images.generate()\n'
    )


def test_the_module_without_a_key_is_wrapped_behind_the_imports():
    source = b"import openai\nimport os\n\nopenai.images.generate()\n"

    assert wrapped(source, None) == (
        b'import openai\nimport os\nimport pixroute\n\npixroute.wrap(openai, policy="p.yaml")\n'
        b"\nopenai.images.generate()\n"
    )


def test_a_client_that_is_not_seen_is_not_wrapped():
    assert wrapped(b"client = make()\n", None) == "where its client is made cannot be told"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"client = OpenAI()\n", False),
        (b"import pixroute\nclient = OpenAI()\nother = pixroute.wrap(other)\n", False),
        (b"import pixroute\nclient = OpenAI()\nclient = pixroute.wrap(client, policy='p')\n", True),
        (b"from pixroute import wrap\nclient = wrap(OpenAI(), policy='p')\n", True),
        (b"import pixroute\nself.client = pixroute.wrap(\n    OpenAI(), policy='p')\n", True),
    ],
)
def test_a_client_that_is_wrapped_is_known(source, expected):
    assert is_wrapped(source, client_of(source)) is expected


@pytest.mark.parametrize(
    "made",
    [
        "self.client = client or OpenAI()",
        "self.client: object = client or OpenAI()",
        "self.client = OpenAI() if client is None else client",
        "self.client = client if client else OpenAI()",
        "self.client = (OpenAI())",
        "self.client = (\n            client\n            or OpenAI()\n        )",
    ],
)
def test_what_was_wrapped_once_is_not_wrapped_again(made):
    source = f"import openai\nclass A:\n    def __init__(self, client=None):\n        {made}\n".encode()

    after = wrapped(source)

    assert after.endswith(b'        self.client = pixroute.wrap(self.client, policy="p.yaml")\n')
    assert not is_wrapped(source, client_of(source))
    assert is_wrapped(after, client_of(after))


def test_a_client_that_is_made_in_what_is_wrapped_is_known():
    source = b"import pixroute\nself.client = pixroute.wrap(client or OpenAI(), policy='p')\n"

    assert is_wrapped(source, client_of(source))
