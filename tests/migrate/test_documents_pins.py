import pytest

from router.migrate.documents import read_document


class Given:
    def __init__(self, path, content):
        self.paths = (path,)
        self.content = content

    def read(self, path):
        return {self.paths[0]: self.content}[path]


def pins(path, content):
    source = content.encode()
    found = read_document(path, Given(path, source)).marks
    for mark in found:
        assert source[mark.written.region.start : mark.written.region.end].decode() == mark.value
    return [(mark.line, mark.column, mark.value) for mark in found]


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("requirements.txt", "httpx\nopenai<3\n", (2, 1, "<3")),
        ("requirements.txt", "openai>=1.0,<2  # old\n", (1, 1, ">=1.0,<2")),
        ("requirements-dev.txt", "openai == 1.12.0 ; python_version > '3'\n", (1, 1, "== 1.12.0")),
        ("requirements/base.in", "openai[datalib]~=1.3\n", (1, 1, "~=1.3")),
        ("constraints.txt", "openai==0.28\n", (1, 1, "==0.28")),
        ("requirements.txt", "openai==1.*\n", (1, 1, "==1.*")),
        ("requirements.txt", "openai<=2.9\n", (1, 1, "<=2.9")),
        ("pyproject.toml", 'dependencies = [\n  "openai>=1,<3",\n]\n', (2, 3, ">=1,<3")),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "^1.2"\n', (2, 1, "^1.2")),
        ("pyproject.toml", 'openai = {version = "~1.2", extras = ["x"]}\n', (1, 1, "~1.2")),
        ("pyproject.toml", 'openai = "1.2.3"\n', (1, 1, "1.2.3")),
        ("setup.cfg", "install_requires =\n    openai<2\n", (2, 5, "<2")),
        ("Pipfile", '[packages]\nopenai = "==1.3"\n', (2, 1, "==1.3")),
        ("Dockerfile", 'FROM x\nRUN pip install "openai==1.40" flask\n', (2, 17, "==1.40")),
        ("environment.yml", "dependencies:\n  - openai=1.2\n  - pip:\n    - httpx\n", (2, 5, "=1.2")),
    ],
)
def test_a_pin_that_version_3_does_not_meet_is_found(path, content, expected):
    assert pins(path, content) == [expected]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("requirements.txt", "openai\n"),
        ("requirements.txt", "openai>=1.0\n"),
        ("requirements.txt", "openai>=1,<4\n"),
        ("requirements.txt", "openai==3.54.0\n"),
        ("requirements.txt", "openai~=3.1\n"),
        ("requirements.txt", "openai!=2.0\n"),
        ("requirements.txt", "openai<3.5\n"),
        ("requirements.txt", "# openai<3\n"),
        ("requirements.txt", "langchain-openai<1\nopenai-whisper==1\nmy.openai<1\n"),
        ("requirements.txt", "git+https://github.com/x/openai@v1.0\n"),
        ("pyproject.toml", 'openai = "*"\n'),
        ("pyproject.toml", 'x = { path = "libs/openai" }\nname = "openai"\nversion = "1.0"\n'),
        ("notes.txt", "openai<3\n"),
        ("package.json", '{"dependencies": {"openai": "^4.20.0"}}'),
    ],
)
def test_a_pin_that_version_3_meets_is_none(path, content):
    assert pins(path, content) == []
