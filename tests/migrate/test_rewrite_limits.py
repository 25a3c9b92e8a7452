"""Where a rewrite stops: what a rule forbids, what a library adds, which client is wrapped."""

from __future__ import annotations

import json
from datetime import date

import pytest

from router.files import load_catalog, load_policy
from router.migrate.fix import rewrite
from router.migrate.scan import Settings, scan
from router.migrate.walk import FoundFiles

CATALOG = load_catalog()
POLICY = load_policy("pixroute:migrate-from-gpt-image-1", CATALOG)
SETTINGS = Settings(policy=POLICY, catalog=CATALOG, on=date(2026, 11, 23))
CLIENT = "from openai import OpenAI\n\nclient = OpenAI()\n"


@pytest.fixture
def write(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def save(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return scan(["."], SETTINGS)

    return save


def told(report):
    return [(each.line, each.code, each.verdict) for each in report.findings]


# -- a default that a rule forbids to change alone


@pytest.mark.parametrize(
    "line",
    [
        'model: Literal["gpt-image-1", "dall-e-3"] = "gpt-image-1"',
        'image_model: str = Field(default="gpt-image-1", max_length=12)',
        'image_model = models.CharField(max_length=12, default="gpt-image-1")',
        'image_model: Mapped[str] = mapped_column(String(12), default="gpt-image-1")',
    ],
)
def test_a_default_that_its_field_would_refuse_is_not_rewritten(line, write):
    report = write("app.py", f"import openai\n\n\nclass Order(Base):\n    {line}\n")

    assert [each.verdict for each in report.findings if each.code == "MODEL_NAMED"] == ["person"]


def test_a_default_that_its_field_takes_is_rewritten(write):
    report = write("app.py", 'import openai\n\n\nclass Order(Base):\n    image_model: str = "gpt-image-1"\n')

    assert told(report) == [(5, "MODEL_NAMED", "assumed")]


def test_a_default_beside_a_list_of_what_is_allowed_is_not_rewritten(write):
    report = write("schema.ts", 'const model = z.enum(["dall-e-3", "gpt-image-2"]).default("dall-e-3");\n')

    assert told(report) == [(1, "MODEL_LISTED", "person"), (1, "MODEL_NAMED", "person")]


# -- what a library adds


def test_a_node_of_n8n_may_send_more_with_another_model(write):
    parameters = {"resource": "image", "model": "gpt-image-1", "prompt": "x", "options": {}}
    node = {"name": "Draw", "type": "@n8n/n8n-nodes-langchain.openAi", "typeVersion": 1.8, "parameters": parameters}

    (finding,) = write("flow.json", json.dumps({"nodes": [node]})).findings
    assert finding.verdict == "assumed"
    assert "older versions of the node send `response_format`" in finding.fix


def test_the_ai_sdk_may_send_more_with_another_model(write):
    source = """\
import { openai } from "@ai-sdk/openai";
import { generateImage } from "ai";
const model = openai.image("gpt-image-1");
export const draw = (prompt: string) => generateImage({ model, prompt, size: "1024x1024" });
"""

    (finding,) = write("draw.ts", source).findings
    assert finding.verdict == "assumed"
    assert "older versions of the AI SDK send `response_format`" in finding.fix


@pytest.mark.parametrize(
    ("package", "call"),
    [
        (
            "langchain_community.utilities.dalle_image_generator import DallEAPIWrapper",
            'DallEAPIWrapper(model="dall-e-3")',
        ),
        ("crewai_tools import DallETool", 'DallETool(model="dall-e-3", quality="hd")'),
    ],
)
def test_a_library_that_reads_the_url_itself_cannot_be_rewritten(package, call, write):
    (finding,) = write("app.py", f"from {package}\n\ntool = {call}\n").findings

    assert finding.verdict == "person"
    assert "READS_URL" in {problem.code for problem in finding.problems}


def test_a_deployment_is_judged_by_the_model_that_it_is_said_to_have(write):
    entry = """\
model_list:
  - model_name: pictures
    litellm_params: {model: azure/pictures}
    model_info: {mode: image_generation, base_model: dall-e-3}
"""

    assert told(write("litellm.yaml", entry)) == [(3, "MODEL_SHUT_DOWN", "person")]


# -- what is around a call


@pytest.mark.parametrize(
    ("decorator", "again", "found"),
    [
        ("@app.task(autoretry_for=(Exception,))", "raise", [(8, "RETRIES_BILLED", "person")]),
        ("@shared_task(bind=True, max_retries=3)", "raise self.retry()", [(8, "RETRIES_BILLED", "person")]),
        ("@shared_task(bind=True, max_retries=3)", "raise", []),
        ("@app.task", "raise", []),
    ],
)
def test_a_task_that_is_run_again_is_a_retry(decorator, again, found, write):  # noqa: PLR0917 -- a fixture among them
    body = 'client.images.generate(model="gpt-image-2", prompt="x", size="1024x1024", quality="low")'
    task = f"{decorator}\ndef draw(self):\n    try:\n        {body}\n    except Exception:\n        {again}\n"

    report = write("tasks.py", f"from celery import Celery, shared_task\n{CLIENT}app = Celery()\n\n\n{task}")
    assert told(report) == found


def test_what_a_user_picks_from_is_known_and_stays(write):
    picked = 'model = st.sidebar.selectbox("Model", ["dall-e-3", "gpt-image-2"])\n'
    call = 'client.images.generate(model=model, prompt="x", size="1024x1024", response_format="b64_json")\n'

    report = write("app.py", f"import streamlit as st\n{CLIENT}{picked}{call}")
    assert told(report) == [(5, "MODEL_LISTED", "person"), (6, "MODEL_SHUT_DOWN", "runtime")]


@pytest.mark.parametrize("key", ["input", "price_per_image", "output_per_1m"])
def test_a_row_of_a_price_list_is_no_setting(key, write):
    assert told(write("rows.py", f'import openai\n\nROWS = [{{"model": "gpt-image-1", "{key}": 4.2}}]\n')) == []


# -- edits that meet


def test_a_last_argument_that_goes_is_replaced_by_one_that_comes(write, tmp_path):
    source = """\
def draw(prompt):
    return client.images.generate(
        model="dall-e-2",
        prompt=prompt,
        size="1024x1024",
        style="vivid",  # old
        response_format="b64_json",  # not a file
    ).data[0].b64_json
"""
    report = write("app.py", f"{CLIENT}\n\n{source}")

    (change,) = rewrite(report.findings, FoundFiles(folder=str(tmp_path))).changes
    assert change.after.decode() == f"{CLIENT}\n\n" + source.replace("dall-e-2", "gpt-image-2.5-flare").replace(
        '        style="vivid",  # old\n        response_format="b64_json",  # not a file\n',
        '        quality="medium",\n',
    )


# -- clients that are wrapped


def test_a_client_that_comes_from_outside_is_not_taken_for_the_one_that_is_wrapped(write):
    call = 'images.generate(model="gpt-image-1", prompt="x", size="1024x1024", quality="low")'
    wrapped = f'{CLIENT}import pixroute\nclient = pixroute.wrap(client, policy="pixroute:migrate-from-gpt-image-1")\n'

    report = write("app.py", f"{wrapped}client.{call}\n\n\ndef draw(other: OpenAI):\n    return other.{call}\n")
    assert (report.handled, [each.line for each in report.findings]) == (1, [10])


def test_a_wrapped_client_cannot_make_a_deployment(write):
    source = """\
from openai import AzureOpenAI
import pixroute

client = AzureOpenAI(azure_endpoint="https://x.openai.azure.com", api_key="x", api_version="2025-04-01-preview")
client = pixroute.wrap(client, policy="pixroute:migrate-from-gpt-image-1")
client.images.generate(model="gpt-image-1", prompt="x", size="1024x1024", quality="low")
"""

    report = write("app.py", source)
    assert (report.handled, told(report)) == (0, [(6, "MODEL_SHUT_DOWN", "person")])
