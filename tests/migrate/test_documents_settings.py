import pytest

from router.migrate.documents import read_document
from router.migrate.sites import Reading


class Given:
    def __init__(self, **files):
        self.files = {name: content.encode() for name, content in files.items()}
        self.paths = tuple(sorted(self.files))

    def read(self, path):
        return self.files[path]


def read(path, content):
    return read_document(path, Given(**{path: content}))


def marks(path, content):
    source = content.encode()
    found = read(path, content).marks
    for mark in found:
        region = mark.written.region
        assert source[region.start : region.end].decode() == mark.value
    return [(mark.line, mark.column, mark.kind, mark.surface, mark.text) for mark in found]


ENV = """\
OPENAI_API_KEY=sk-1
# IMAGE_MODEL=dall-e-3
IMAGE_MODEL=gpt-image-1
export FALLBACK_MODEL="dall-e-3"  # the old one
CHAT_MODEL=gpt-4o
DALLE_ENGINE='openai/gpt-image-1.5'
PICTURE_MODEL=${IMG_MODEL:-gpt-image-1-mini}
MODEL_NOTE=gpt-image-1 is gone
XAI_IMAGE_MODEL=grok-2-image
"""


@pytest.mark.parametrize("path", [".env", ".env.example", ".envrc", "deploy/prod.env"])
def test_a_setting_in_an_env_file_that_names_a_model_is_found(path):
    assert marks(path, ENV) == [
        (3, 13, "names_model", "env", "IMAGE_MODEL=gpt-image-1"),
        (4, 24, "names_model", "env", 'FALLBACK_MODEL="dall-e-3"'),
        (6, 22, "names_model", "env", "DALLE_ENGINE='openai/gpt-image-1.5'"),
        (7, 28, "names_model", "env", "PICTURE_MODEL=${IMG_MODEL:-gpt-image-1-mini}"),
    ]


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("app.properties", "image.model = gpt-image-1\r\n", (1, 15, "image.model = gpt-image-1")),
        ("app.ini", "[image]\nmodel: dall-e-3 ; old\n", (2, 8, "model: dall-e-3")),
        ("Dockerfile", "FROM x\nENV IMAGE_MODEL=gpt-image-1\n", (2, 17, "IMAGE_MODEL=gpt-image-1")),
        ("Dockerfile", "FROM x\nENV IMAGE_MODEL gpt-image-1\n", (2, 17, "IMAGE_MODEL gpt-image-1")),
        ("Dockerfile.prod", 'ARG IMAGE_MODEL="gpt-image-1"\n', (1, 18, 'IMAGE_MODEL="gpt-image-1"')),
        ("a.tf", 'variable "image_model" {\n  default = "gpt-image-1"\n}\n', (2, 14, 'default = "gpt-image-1"')),
        ("a.tf", 'e = [{ name = "IMAGE_MODEL", value = "dall-e-3" }]\n', (1, 39, 'IMAGE_MODEL", value = "dall-e-3"')),
        ("a.tfvars", 'image_model = "dall-e-3"\n', (1, 16, 'image_model = "dall-e-3"')),
        ("a.json", '{"image_model": "gpt-image-1"}', (1, 18, '"image_model": "gpt-image-1"')),
        ("a.jsonc", '{/* c */ "é": {"model": "dall-e-3",}, // x\n}', (1, 26, '"model": "dall-e-3"')),
        ("a.json", '{"imageGen": {"default": "gpt-image-1"}}', (1, 27, '"default": "gpt-image-1"')),
        ("a.json", '{"imageModel": {"default": "gpt-image-1"}}', (1, 29, '"default": "gpt-image-1"')),
        ("a.yaml", "é: 1\nimage:\n  model: gpt-image-1  # c\n", (3, 10, "model: gpt-image-1")),
        ("a.yaml", "env:\n  - name: IMAGE_MODEL\n    value: 'dall-e-3'\n", (3, 13, "value: 'dall-e-3'")),
        ("a.yaml", "environment:\n  - IMAGE_MODEL=gpt-image-1\n", (2, 17, "IMAGE_MODEL=gpt-image-1")),
        ("a.yaml", "x:\n  M: ${IMAGE_MODEL:-gpt-image-1}\n", (2, 21, "M: ${IMAGE_MODEL:-gpt-image-1}")),
        ("a.yaml", "a: 1\n---\nimage_model: dall-e-2\n", (3, 14, "image_model: dall-e-2")),
        ("a.toml", "[image]\nmodel = 'gpt-image-1' # c\n", (2, 10, "model = 'gpt-image-1'")),
        ("a.toml", 'x = 1\nimage.model = "dall-e-3"\n', (2, 16, 'image.model = "dall-e-3"')),
        ("a.toml", 'p = """\nmodel = "no"\n"""\n[[a]]\nmodel = "dall-e-3"\n', (5, 10, 'model = "dall-e-3"')),
        ("a.sh", "export IMAGE_MODEL=gpt-image-1\n", (1, 20, "IMAGE_MODEL=gpt-image-1")),
        ("a.sh", 'MODEL="${IMAGE_MODEL:-gpt-image-1}"\n', (1, 23, "${IMAGE_MODEL:-gpt-image-1}")),
        ("a.sh", ': "${IMAGE_MODEL:=gpt-image-1}"\n', (1, 19, "${IMAGE_MODEL:=gpt-image-1}")),
        ("a.sh", "python draw.py --model gpt-image-1 --n 2\n", (1, 24, "--model gpt-image-1")),
        ("Makefile", "IMAGE_MODEL ?= dall-e-3\n", (1, 16, "IMAGE_MODEL ?= dall-e-3")),
        ("a.bat", "set IMAGE_MODEL=dall-e-3\r\n", (1, 17, "IMAGE_MODEL=dall-e-3")),
        ("a.ps1", '$ImageModel = "dall-e-3"\n', (1, 16, 'ImageModel = "dall-e-3"')),
        ("a.ps1", '$env:IMAGE_MODEL = "dall-e-3"\n', (1, 21, 'IMAGE_MODEL = "dall-e-3"')),
    ],
)
def test_settings_are_found_in_every_kind_of_file(path, content, expected):
    found = [(line, column, text) for line, column, kind, surface, text in marks(path, content)]

    assert found == ([expected] if expected else [])


HELM = """\
{{- if .Values.enabled }}
env:
  - name: IMAGE_MODEL
    value: "gpt-image-1"
  - name: OTHER_MODEL
    value: {{ .Values.image.model | default "dall-e-3" | quote }}
  - name: CHAT_MODEL
    value: {{ .Values.chat | default "gpt-4o" }}
{{- end }}
"""


def test_a_template_that_is_no_yaml_yet_is_read_line_by_line():
    assert marks("templates/deploy.yaml", HELM) == [
        (4, 13, "names_model", "config", 'value: "gpt-image-1"'),
        (6, 46, "names_model", "config", 'value: {{ .Values.image.model | default "dall-e-3" | quote }}'),
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.json", '{"prices": {"gpt-image-1": {"low": 0.01}, "dall-e-3": 0.04}}'),
        ("a.json", '{"gpt-image-1": {"input_cost_per_token": 0.01, "mode": "image_generation"}}'),
        ("a.json", '{"models": [{"id": "gpt-image-1", "pricing": {"low": 1}}]}'),
        ("a.json", '{"description": "gpt-image-1", "title": "dall-e-3"}'),
        ("a.json", '{"keywords": ["gpt-image-1", "dall-e-3"]}'),
        ("a.json", '[{"model": "gpt-image-1", "created_at": "2025", "file_path": "a.png"}]'),
        ("a.json", '{"openapi": "3.1.0", "x": {"model": "gpt-image-1"}}'),
        ("a.json", '{"model": "x-ai/grok-2-image", "image_model": "flux-gpt-image-1-lora"}'),
        ("a.json", '{"image_model": "fal-ai/gpt-image-1"}'),
        ("package.json", '{"model": "gpt-image-1"}'),
        ("locales/en.json", '{"model": "gpt-image-1"}'),
        ("a.yaml", "# image_model: gpt-image-1\na: 1\n"),
        ("a.yaml", "model: |\n  gpt-image-1 is gone\n"),
        ("a.toml", '# model = "gpt-image-1"\na = "gpt-image-1"\n'),
        ("a.sh", "# IMAGE_MODEL=gpt-image-1\necho gpt-image-1\n"),
        ("requirements.txt", "gpt-image-1\n"),
    ],
)
def test_prices_records_prose_comments_and_other_vendors_are_no_settings(path, content):
    assert read(path, content) == Reading()


def test_models_to_choose_from_are_told_as_a_list():
    content = '{"model": {"enum": ["dall-e-2", "gpt-image-1"]}, "models": [{"id": "dall-e-3", "name": "DALL E"}]}'

    assert marks("a.json", content) == [
        (1, 22, "lists_model", "config", '"dall-e-2"'),
        (1, 34, "lists_model", "config", '"gpt-image-1"'),
        (1, 69, "lists_model", "config", '"id": "dall-e-3"'),
    ]


@pytest.mark.parametrize(
    ("path", "content", "surface"),
    [
        (".env", "IMAGE_MODEL=dall-e-3\nIMAGE_SIZE=1792x1024\nIMAGE_QUALITY=hd\n", "env"),
        ("a.yaml", "image:\n  model: dall-e-3\n  size: 1792x1024\n  quality: hd\n", "config"),
        ("a.toml", '[image]\nmodel = "dall-e-3"\nsize = "1792x1024"\nquality = "hd"\n', "config"),
        ("a.json", '{"imageModel": "dall-e-3", "imageSize": "1792x1024", "imageQuality": "hd"}', "config"),
    ],
)
def test_settings_that_belong_together_are_one_call(path, content, surface):
    reading = read(path, content)

    (site,) = reading.sites
    assert reading.marks == ()
    assert (site.surface, site.open) == (surface, ("a setting: the call that reads it may add to it",))
    assert {name: [choice.value for choice in given.choices] for name, given in site.parameters.items()} == {
        "model": ["dall-e-3"],
        "size": ["1792x1024"],
        "quality": ["hd"],
    }


def test_a_document_that_names_very_many_models_is_a_catalogue():
    content = "\n".join(f"image_model_{number}: gpt-image-1" for number in range(50))

    (skipped,) = read("a.yaml", content).skipped
    assert (skipped.reason, skipped.line) == ("a catalogue: it names image models 50 times", 1)


@pytest.mark.parametrize(
    ("path", "content", "reason", "line"),
    [
        ("a.json", '{\n "model": "gpt-image-1"\n "x": 1}', "not JSON: a `,` or `}` is missing", 3),
        ("a.json", '{"model": "gpt-image-1', "not JSON: a string does not end", 1),
        ("a.json", '"gpt-image-1"' + "[" * 500, "not JSON: something follows after the end", 1),
        ("a.json", "[" * 500 + '"gpt-image-1"', "not JSON: nested more than 150 deep", 1),
        ("a.yaml", "a: 1\nb: [gpt-image-1\nc: 2\n", "not YAML: did not find expected `,` or `]`", 3),
        ("a.toml", "a = 1\nb = gpt-image-1\n", "not TOML: invalid value", 2),
    ],
)
def test_a_broken_document_is_said_with_its_line(path, content, reason, line):  # noqa: PLR0917
    reading = read(path, content)

    assert [(skipped.reason, skipped.line) for skipped in reading.skipped] == [(reason, line)]
    assert (reading.sites, reading.marks) == ((), ())


def test_a_document_in_a_test_folder_is_marked_so():
    (mark,) = read("tests/fixtures/a.json", '{"image_model": "gpt-image-1"}').marks

    assert mark.in_test


def test_a_file_without_any_word_that_matters_is_not_even_parsed():
    assert read("a.json", '{"broken') == Reading()


def test_the_name_of_a_deployment_is_its_owners_choice_and_not_to_be_replaced():
    (mark,) = read(".env", "AZURE_OPENAI_IMAGE_DEPLOYMENT=gpt-image-1\n").marks

    assert (mark.kind, mark.value, mark.written) == ("names_model", "gpt-image-1", None)


@pytest.mark.parametrize(
    "content",
    [
        "IMAGE_API_BASE_URL=https://openrouter.ai/api/v1\nIMAGE_MODEL=gpt-image-1\n",
        "OPENAI_BASE_URL=http://localhost:11434/v1\nOPENAI_IMAGE_MODEL=gpt-image-1\nOPENAI_IMAGE_SIZE=1024x1024\n",
    ],
)
def test_a_setting_beside_the_address_of_another_vendor_is_none(content):
    assert read(".env", content) == Reading()


def test_settings_below_the_address_of_another_vendor_are_none():
    content = "ai:\n  base-url: https://openrouter.ai/api\n  image:\n    model: dall-e-3\n    size: 1024x1024\n"

    assert read("application.yaml", content) == Reading()
    assert len(read("application.yaml", content.replace("openrouter.ai", "api.openai.com")).sites) == 1
