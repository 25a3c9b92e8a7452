import pytest

from router.migrate.documents import read_document

SOURCES = {
    "a.json": b'{"model": "gpt-image-1", "prompt": "\xc3\xa9", "n": [1, {"a": null}], "size": "auto"} // x',
    "n8n.json": b'{"type": "n8n-nodes-base.httpRequest", "parameters": {"url": "https://openai.com/images/edits", '
    b'"jsonBody": "={\\n \\"model\\": \\"dall-e-2\\", \\"n\\": {{ 1 }}}"}}',
    "a.yaml": b"a: &x\n  model: dall-e-3\n  size: 'auto'\nb: *x\nc: {model: gpt-image-1, n: 1}\n--- |\n dall-e-3\n",
    "a.toml": b'[a.b]\nmodel = "dall-e-3"\nlist = ["x", {y = 1}]\ntext = """\n\xc3\xa9"""\n',
    "a.sh": b'M="${X:-dall-e-3}"\nR=$(curl -s https://api.openai.com/images/edits \\\n -d "{\\"model\\": \\"$M\\"}" | '
    b"jq -r '.data[0].url')\ncat <<EOF | curl $U/images/edits -F 'image=@a' -d @-\n{}\nEOF\n",
    "a.ps1": b'$b = @{ model = "dall-e-3"; n = 1 }\nirm -Uri https://api.openai.com/v1/images/generations -Body $b\n',
    "a.ipynb": b'{"cells": [{"cell_type": "code", "source": ["x = 1\\n", "!curl images/edits gpt-image-1"]}]}',
    "a.http": b'POST https://api.openai.com/v1/images/generations\n\n{"model": "dall-e-3"}\n',
    "a.jsonl": b'{"custom_id": "a", "url": "/v1/images/generations", "body": {"model": "dall-e-3"}}\n',
    ".env": b"IMAGE_MODEL=${X:-dall-e-3}\nIMAGE_SIZE='auto'\n",
    "requirements.txt": b"openai[a]>=1,<2 ; python_version < '3'\n",
}


class Given:
    def __init__(self, path, content):
        self.paths = (path,)
        self.content = content

    def read(self, path):
        return {self.paths[0]: self.content}[path]


@pytest.mark.parametrize("path", SOURCES)
def test_a_file_that_ends_anywhere_is_read_or_said_to_be_broken(path):
    source = SOURCES[path]
    readings = [read_document(path, Given(path, source[:end])) for end in range(len(source) + 1)]

    assert readings[-1] != readings[0]


@pytest.mark.parametrize("path", SOURCES)
@pytest.mark.parametrize("broken", [b'"', b"'", b"{", b"]", b"\\", b"$(", b"\n", b"\xff", b"\0"])
def test_a_file_with_anything_in_it_is_read_or_said_to_be_broken(path, broken):
    source = SOURCES[path]

    for at in range(0, len(source), 5):
        read_document(path, Given(path, source[:at] + broken + source[at:]))


@pytest.mark.parametrize("path", SOURCES)
def test_every_place_that_is_told_is_in_the_file(path):
    source = SOURCES[path]
    reading = read_document(path, Given(path, source))
    given = [parameter for site in reading.sites for parameter in site.parameters.values()]
    regions = [parameter.whole for parameter in given if parameter.whole]
    regions += [choice.written.region for parameter in given for choice in parameter.choices if choice.written]
    regions += [mark.written.region for mark in reading.marks if mark.written]

    assert all(0 <= region.start <= region.end <= len(source) for region in regions)
    assert all(source.count(b"\n", 0, region.start) + 1 == region.line for region in regions)
