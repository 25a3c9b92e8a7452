"""Writes a call that was seen in public code as a tiny source of its own, from its parameters and how it was made.

Only the parameters are others': the code is as short as it can be and still be that kind of call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

DYNAMIC = "<dynamic>"
FILES = ("image", "mask", "image[]")
READS = {
    "url": "{answer}.data[0].url",
    "b64": "{answer}.data[0].b64_json",
    "b64-or-url": "{answer}.data[0].b64_json or {answer}.data[0].url",
    "events": "list({answer})",
}
JSON_READS = {
    "url": '{answer}["data"][0]["url"]',
    "b64": '{answer}["data"][0]["b64_json"]',
}

Sources = dict[str, str]


def write(row: Mapping[str, Any]) -> Sources:
    """The files of a call: the one that makes it, and what the row says stands beside it."""
    return {**SURFACES[row["surface"]](row), **row.get("beside", {})}


# -- Python


def python(row: Mapping[str, Any], *, before: str, call: str, wait: str = "") -> Sources:
    """A function around a call: what is dynamic is given by its caller."""
    unknown = [name for name, value in row["params"].items() if value == DYNAMIC]
    body = f"    answer = {wait}{call}({keywords(row)})\n    return {READS[row['read']].format(answer='answer')}\n"
    return {"app.py": f"{before}\n\n{'async ' if wait else ''}def draw({', '.join(['prompt', *unknown])}):\n{body}"}


def keywords(row: Mapping[str, Any]) -> str:
    given = [("prompt", DYNAMIC), *row["params"].items()]
    return ", ".join(f"{name}={python_value(name, value)}" for name, value in given)


def python_value(name: str, value: object) -> str:
    if name in FILES:
        return f'open("{name}.png", "rb")'
    return name if value == DYNAMIC else repr(value)


def method(row: Mapping[str, Any]) -> str:
    return {"generations": "generate", "edits": "edit"}[row.get("endpoint", "generations")]


def sdk(row: Mapping[str, Any]) -> Sources:
    before = f"from openai import OpenAI\n\nclient = OpenAI({row.get('client', '')})\n"
    return python(row, before=before, call=f"client.images.{method(row)}")


def sdk_async(row: Mapping[str, Any]) -> Sources:
    before = "from openai import AsyncOpenAI\n\nclient = AsyncOpenAI()\n"
    return python(row, before=before, call=f"client.images.{method(row)}", wait="await ")


def sdk_module(row: Mapping[str, Any]) -> Sources:
    return python(row, before="import openai\n", call=f"openai.images.{method(row)}")


def sdk_old(row: Mapping[str, Any]) -> Sources:
    name = {"generations": "create", "edits": "create_edit"}[row.get("endpoint", "generations")]
    before = f"import openai\n\n{row.get('client', '')}\n"
    source = python({**row, "read": "url"}, before=before, call=f"openai.Image.{name}")
    old = JSON_READS[row["read"]].format(answer="answer")
    return {"app.py": source["app.py"].replace("answer.data[0].url", old)}


def langchain(row: Mapping[str, Any]) -> Sources:
    line = ", ".join(f"{name}={value!r}" for name, value in row["params"].items())
    return {
        "app.py": "from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper\n\n"
        f"draw = DallEAPIWrapper({line}).run\n"
    }


def responses(row: Mapping[str, Any]) -> Sources:
    return {
        "app.py": "from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef draw(wish, before):\n"
        "    return client.responses.create(\n"
        '        model="gpt-5.1", input=wish, previous_response_id=before, '
        f"tools=[{json.dumps(row['params'])}]\n    )\n"
    }


def requests(row: Mapping[str, Any]) -> Sources:
    url = row.get("url", "https://api.openai.com/v1/images/generations")
    body = json.dumps({"prompt": "a fox", **row["params"]}, indent=4)
    timeout = f", timeout={row['timeout']}" if row.get("timeout") else ""
    return {
        "app.py": f"import json\n\nimport requests\n\nbody = {body}\n"
        f'answer = requests.post("{url}", {row.get("how", "json=body")}{timeout})\n'
        f"picture = {JSON_READS[row['read']].format(answer='answer.json()')}\n"
    }


def environment(row: Mapping[str, Any]) -> Sources:
    return {
        "app.py": "import os\n\nfrom openai import OpenAI\n\nclient = OpenAI()\n"
        f'MODEL = os.getenv("OPENAI_IMAGE_MODEL", "{row["params"]["model"]}")\n\n\n'
        "def draw(prompt):\n    return client.images.generate(model=MODEL, prompt=prompt).data[0].b64_json\n"
    }


# -- JavaScript


def sdk_js(row: Mapping[str, Any]) -> Sources:
    given = "".join(f"    {name}: {js_value(name, value)},\n" for name, value in row["params"].items())
    read = {"b64": "answer.data[0].b64_json", "url": "answer.data[0].url", "events": "answer"}[row["read"]]
    return {
        "app.ts": 'import fs from "node:fs";\nimport OpenAI from "openai";\n\nconst openai = new OpenAI();\n\n'
        f"export async function draw(prompt: string) {{\n  const answer = await openai.images.{method(row)}({{\n"
        f"    prompt,\n{given}  }});\n  return {read};\n}}\n"
    }


def js_value(name: str, value: object) -> str:
    return f'fs.createReadStream("{name}.png")' if name in FILES else json.dumps(value)


def fetch(row: Mapping[str, Any]) -> Sources:
    url = row.get("url", "https://api.openai.com/v1/images/generations")
    unknown = ", ".join(name for name, value in row["params"].items() if value == DYNAMIC)
    body = ", ".join(
        name if value == DYNAMIC else f"{name}: {json.dumps(value)}" for name, value in row["params"].items()
    )
    return {
        "app.ts": f"export async function draw(prompt: string, {{ {unknown} }}: any = {{}}) {{\n"
        f'  const answer = await fetch(`{url}`, {{\n    method: "POST",\n'
        f"    body: JSON.stringify({{ prompt, {body} }}),\n  }});\n  const json = await answer.json();\n"
        f"  return json.data[0].{'url' if row['read'] == 'url' else 'b64_json'};\n}}\n"
    }


def axios(row: Mapping[str, Any]) -> Sources:
    url = row.get("url", "https://api.openai.com/v1/images/generations")
    read = {"b64": "data.data[0].b64_json", "b64-or-url": "data.data[0].b64_json ?? data.data[0].url"}[row["read"]]
    return {
        "app.js": 'import axios from "axios";\n\nexport async function draw(prompt) {\n'
        f"  const {{ data }} = await axios.post(`{url}`, {{ prompt, ...{json.dumps(row['params'])} }}{waits(row)});\n"
        f"  return {read};\n}}\n"
    }


def axios_form(row: Mapping[str, Any]) -> Sources:
    url = row.get("url", "https://api.openai.com/v1/images/edits")
    lines = "".join(f'  form.append("{name}", {js_value(name, value)});\n' for name, value in row["params"].items())
    return {
        "app.js": 'import axios from "axios";\nimport FormData from "form-data";\nimport fs from "node:fs";\n\n'
        "export async function draw(prompt) {\n  const form = new FormData();\n"
        f'  form.append("prompt", prompt);\n{lines}'
        f"  const {{ data }} = await axios.post(`{url}`, form{waits(row)});\n  return data.data[0].b64_json;\n}}\n"
    }


def waits(row: Mapping[str, Any]) -> str:
    return f", {{ timeout: {row['timeout'] * 1000} }}" if row.get("timeout") else ""


def js_types(row: Mapping[str, Any]) -> Sources:
    return {
        "app.ts": 'import OpenAI from "openai";\n\nconst openai = new OpenAI();\n\n'
        "interface Asked {\n  model: string;\n  n: number;\n  size: string | null;\n}\n\n"
        "export async function draw(prompt: string, asked: Asked) {\n  const answer = await openai.images.generate({\n"
        "    prompt,\n    model: asked.model,\n    n: 1,\n    size: null,\n"
        f"    response_format: {json.dumps(row['params']['response_format'])},\n  }});\n"
        "  return answer.data[0].b64_json;\n}\n"
    }


# -- the command line, and workflows


def curl(row: Mapping[str, Any]) -> Sources:
    url = row.get("url", f"https://api.openai.com/v1/images/{row.get('endpoint', 'generations')}")
    if row.get("file"):
        return {"draw.sh": f"curl {url} -d @{row['file']} | jq -r '.data[0].b64_json'\n"}
    fields = " ".join(f'-F "{name}={value}"' for name, value in row["params"].items())
    return {"draw.sh": f"curl \"{url}\" {fields} -F prompt=x | jq -r '.data[0].b64_json'\n"}


def n8n_node(row: Mapping[str, Any]) -> Sources:
    parameters = {"resource": "image", "prompt": "={{ $json.prompt }}", **row["params"], "options": {}}
    return workflow({"type": row.get("node", "@n8n/n8n-nodes-langchain.openAi"), "parameters": parameters})


def n8n_http(row: Mapping[str, Any]) -> Sources:
    given = [{"name": name, "value": str(value)} for name, value in row["params"].items()]
    parameters = {
        "method": "POST",
        "url": "https://api.openai.com/v1/images/generations",
        "sendBody": True,
        "bodyParameters": {"parameters": [{"name": "prompt", "value": "={{ $json.prompt }}"}, *given]},
    }
    return workflow({"type": "n8n-nodes-base.httpRequest", "parameters": parameters})


def workflow(node: Mapping[str, object]) -> Sources:
    return {"flow.json": json.dumps({"nodes": [{"name": "Draw", "typeVersion": 1, **node}]}, indent=2) + "\n"}


SURFACES: Mapping[str, Callable[[Mapping[str, Any]], Sources]] = {
    "python-sdk": sdk,
    "python-sdk-async": sdk_async,
    "python-sdk-module": sdk_module,
    "openai-0.x": sdk_old,
    "langchain": langchain,
    "responses-tool": responses,
    "requests": requests,
    "env": environment,
    "js-sdk": sdk_js,
    "js-types": js_types,
    "fetch": fetch,
    "axios": axios,
    "axios-form": axios_form,
    "curl": curl,
    "n8n-node": n8n_node,
    "n8n-http": n8n_http,
}
