"""The whole way on Python: read, judged, rewritten or wrapped, and clean afterwards."""

from __future__ import annotations

import json

import pytest

from router.cli import main

CONFIG = """\
DEFAULT_SIZE = "1024x1792"
"""
APP = """\
import base64
from openai import OpenAI

from config import DEFAULT_SIZE

client = OpenAI()  # one for all


def poster(prompt):
    answer = client.images.generate(
        model="gpt-image-1",
        prompt=prompt,
        size=DEFAULT_SIZE,
        quality="high",
        response_format="b64_json",  # not a file
    )
    return base64.b64decode(answer.data[0].b64_json)


def card(prompt):
    response = client.images.generate(model="dall-e-3", prompt=prompt, style="vivid", quality="hd")
    return response.data[0].url


def healthy(prompt):
    return client.images.generate(model="gpt-image-2", prompt=prompt, size="1024x1024", quality="low")
"""


@pytest.fixture
def migrate(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.py").write_text(CONFIG)
    (tmp_path / "app.py").write_text(APP)

    def run(*arguments):
        code = main(["migrate", *arguments, "--on", "2026-11-23"])
        return int(code), capsys.readouterr().out

    return run


def found(migrate):
    report = json.loads(migrate("scan", ".", "-f", "json")[1])
    return [(each["line"], each["code"], each["class"]) for each in report["findings"]], report["summary"]


def test_values_are_followed_to_where_they_stand(migrate):
    report = json.loads(migrate("scan", ".", "-f", "json")[1])

    poster = report["findings"][0]
    assert poster["parameters"]["size"] == {"value": "1024x1792", "from": ["DEFAULT_SIZE, config.py:1"]}


def test_a_proved_rewrite_is_made_and_leaves_the_rest(migrate, tmp_path):
    code, _ = migrate("fix", ".", "--apply")

    expected = APP.replace("gpt-image-1", "gpt-image-2.5-flare").replace(
        '        response_format="b64_json",  # not a file\n', ""
    )
    assert (code, (tmp_path / "app.py").read_text()) == (0, expected)
    assert [line for line, *_ in found(migrate)[0]] == [20, 21]
    assert migrate("fix", ".") == (0, "")


def test_wrapping_the_client_leaves_nothing_to_find(migrate, tmp_path):
    code, _ = migrate("fix", ".", "--embed", "--apply")

    line = 'client = pixroute.wrap(client, policy="pixroute:migrate-from-gpt-image-1")'
    expected = APP.replace("import DEFAULT_SIZE\n", "import DEFAULT_SIZE\nimport pixroute\n").replace(
        "  # one for all\n", f"  # one for all\n{line}\n"
    )
    findings, summary = found(migrate)
    assert (code, (tmp_path / "app.py").read_text()) == (0, expected)
    assert (findings, summary["handled"], summary["healthy"]) == ([], 2, 1)
    assert migrate("fix", ".", "--embed") == (0, "")
