import json

import pytest

from router.migrate.documents import read_document
from router.migrate.sites import Reading


class Given:
    def __init__(self, files):
        self.files = {name: content.encode() for name, content in files.items()}
        self.paths = tuple(sorted(self.files))

    def read(self, path):
        return self.files[path]


def read(content, path="draw.sh", **others):
    return read_document(path, Given({path: content, **others}))


def asked(site):
    return {name: told(given) for name, given in site.parameters.items()}


def told(given):
    values = tuple(choice.value for choice in given.choices)
    return {(0, True): given.unknown, (1, False): values[:1] and values[0]}.get(
        (len(values), bool(given.unknown)), (*values, f"? {given.unknown}")
    )


URL = "https://api.openai.com/v1/images/generations"
EDITS = "https://api.openai.com/v1/images/edits"


@pytest.mark.parametrize(
    ("command", "parameters"),
    [
        (f"""curl {URL} -d '{{"model": "dall-e-3", "n": 2}}'""", {"model": "dall-e-3", "n": 2}),
        (f"""curl -sSX POST '{URL}' --data-raw '{{"model":"dall-e-3"}}' -o a.json""", {"model": "dall-e-3"}),
        (f"""curl {URL} --json='{{"model":"dall-e-3"}}'""", {"model": "dall-e-3"}),
        (f"""curl {URL} -d'{{"model":"dall-e-3"}}'""", {"model": "dall-e-3"}),
        (f"""curl {URL} \\\n  -H "A: B $K" \\\n  -d '{{\n  "model": "dall-e-3"\n}}'""", {"model": "dall-e-3"}),
        (f"""curl {URL} -d "{{\\"model\\": \\"dall-e-3\\", \\"style\\": null}}" """,
         {"model": "dall-e-3", "style": None}),
        (f"""curl {URL} -d '{{"model": "'"$M"'"}}'""", {"model": "the environment may set `M`"}),
        (f"""curl {URL} -d '{{"prompt": "'"$(cat p.txt)"'"}}'""", {"prompt": "what a command prints"}),
        (f"""curl {URL} -d @- <<EOF\n{{"model": "dall-e-3", "prompt": "$1"}}\nEOF\n""",
         {"model": "dall-e-3", "prompt": "an argument of the script"}),
        (f"""curl {URL} --data @- <<'END' | jq .\n{{"model": "dall-e-3"}}\nEND\n""", {"model": "dall-e-3"}),
        (f"""curl {URL} -d "$(cat <<EOF\n{{"model": "dall-e-3"}}\nEOF\n)" """, {"model": "dall-e-3"}),
        (f"""cat <<EOF | curl {URL} -d @-\n{{"model": "dall-e-3"}}\nEOF\n""", {"model": "dall-e-3"}),
        (f"""echo '{{"model": "dall-e-3"}}' | curl {URL} -d @-""", {"model": "dall-e-3"}),
        (f"""BODY='{{"model": "dall-e-3"}}'\ncurl {URL} -d "$BODY" """, {"model": "dall-e-3"}),
        (f"""B=$(jq -n --arg p "$P" '{{model: "dall-e-3", prompt: $p}}')\ncurl {URL} -d "$B" """,
         {"model": "dall-e-3", "prompt": "the environment may set `P`"}),
        (f"""jq -n --arg m dall-e-3 '{{"model": $m}}' | curl {URL} -d @-""", {"model": "dall-e-3"}),
        (f"""M=dall-e-3\ncurl {URL} -d "{{\\"model\\": \\"$M\\"}}" """, {"model": "dall-e-3"}),
        (f"""M="${{IMG:-dall-e-3}}"\ncurl {URL} -F model=$M""",
         {"model": ("dall-e-3", "? the environment may set `IMG`")}),
        (f"""curl {URL} -F "model=${{M:-dall-e-3}}" """, {"model": ("dall-e-3", "? the environment may set `M`")}),
        (f"""U={URL}\ncurl "$U" -F model=dall-e-3""", {"model": "dall-e-3"}),
        ("""curl "$BASE_URL/images/generations" -F model=dall-e-3""", {"model": "dall-e-3"}),
        (f"""X=$(curl -s {URL} -F 'model=dall-e-3' -F n=2)""", {"model": "dall-e-3", "n": 2}),
        (f"""wget --post-data='{{"model":"dall-e-3"}}' {URL}""", {"model": "dall-e-3"}),
        (f"""http POST {URL} model=dall-e-3 n:=2""", {"model": "dall-e-3", "n": 2}),
    ],
)  # fmt: skip
def test_a_call_is_found_however_its_body_is_given(command, parameters):
    (site,) = read(command).sites

    assert asked(site) == parameters
    assert (site.operation, site.provider) == ("generate", "openai")


def test_an_edit_by_a_form_counts_its_pictures():
    content = f"""\
resp=$(curl -s -X POST {EDITS} \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -F model="gpt-image-1" \\
  -F "image[]=@${{IMAGE}}" -F image[]=@b.png -F mask=@m.png \\
  -F prompt="$PROMPT" \\
  -F n=1)
"""
    (site,) = read(content).sites

    assert (site.line, site.column, site.surface, site.operation, site.files) == (1, 8, "curl", "edit", 2)
    assert asked(site) == {
        "model": "gpt-image-1",
        "image": "a file",
        "mask": "a file",
        "prompt": "the environment may set `PROMPT`",
        "n": 1,
    }


def test_a_body_in_a_file_is_read_there():
    body = '{\n  "model": "dall-e-3",\n  "style": "vivid"\n}'
    others = {"bin/body.json": body, "other/body.json": ""}
    reading = read(f"NAME=body.json\ncurl {URL} -d @$NAME", "bin/a.sh", **others)

    model = reading.sites[0].parameters["model"].choices[0]
    region, (origin,) = model.written.region, model.origins
    assert (model.value, region.path, region.line) == ("dall-e-3", "bin/body.json", 2)
    assert (origin.name, origin.path, origin.line) == ("bin/body.json", "bin/body.json", 2)


def test_a_body_that_is_not_to_be_had_leaves_the_call_open():
    (site,) = read(f"curl {URL} -d @missing.json").sites

    assert (dict(site.parameters), site.open) == ({}, ("what `@missing.json` holds",))


def test_a_deployment_of_azure_stands_for_the_model():
    content = """curl "$BASE/openai/deployments/$NAME/images/edits?api-version=1" -F image=@a.png -F size=1024x1024"""
    (site,) = read(content).sites

    assert (site.provider, site.operation) == ("azure", "edit")
    assert asked(site) == {"image": "a file", "size": "1024x1024", "model": "an Azure deployment"}


def test_the_form_of_azures_v1_names_the_deployment_as_model():
    content = """curl "$AZURE_ENDPOINT/openai/v1/images/edits?api-version=preview" -F "model=$DEPLOYMENT" -F mask=@m"""
    (site,) = read(content).sites

    assert site.provider == "azure"
    assert asked(site) == {"model": "the environment may set `DEPLOYMENT`", "mask": "a file"}


@pytest.mark.parametrize(
    "content",
    [
        """curl https://api.x.ai/v1/images/generations -d '{"model":"grok-2-image"}'""",
        """curl https://openrouter.ai/api/v1/images/generations -d '{"model":"openai/gpt-image-1"}'""",
        """curl http://localhost:8080/v1/images/generations -d '{"model":"gpt-image-1"}'""",
        """curl https://api.openai.com/v1/images/generations -d '{"model":"stable-diffusion"}'""",
        """curl https://img.mycompany.com/v1/images/generations -d '{"prompt":"x"}'""",
        """# curl https://api.openai.com/v1/images/generations -d '{"model":"gpt-image-1"}'""",
        """curl https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o"}' # images/generations""",
        """B=https://api.together.xyz/v1\ncurl "$B/images/generations" -d '{"model":"gpt-image-1"}'""",
    ],
)
def test_other_vendors_and_comments_are_no_calls(content):
    assert read(content).sites == ()


def test_a_relay_of_unknown_name_counts_when_it_is_asked_for_our_model():
    (site,) = read("""curl https://relay.example.net/v1/images/generations -d '{"model":"gpt-image-1"}'""").sites

    assert asked(site) == {"model": "gpt-image-1"}


def test_what_rests_on_a_call_is_marked():
    content = f"""\
timeout 30 curl {URL} -m 60 --retry 3 -d '{{"model":"dall-e-3"}}' > a.json
jq -r '.data[0].url' a.json
jq -r '.data[].revised_prompt' a.json
# jq .data[0].url
curl --max-time 300 {URL} -d '{{"model":"dall-e-3"}}'
"""
    marks = [(mark.line, mark.column, mark.kind, mark.text, mark.value, mark.site) for mark in read(content).marks]

    assert marks == [
        (1, 1, "short_timeout", "timeout 30", 30, 1),
        (1, 62, "short_timeout", "-m 60", 60, 1),
        (1, 68, "retries", "--retry 3", 3, 1),
        (2, 8, "reads_url", ".data[0].url", None, 1),
        (3, 15, "reads_revised_prompt", ".revised_prompt", None, 1),
    ]


def test_comparisons_with_a_models_name_are_marked():
    content = """\
if [ "$MODEL" = "dall-e-3" ]; then
case "$MODEL" in
  gpt-image-1|"dall-e-2") ;;
  gpt-4o) ;;
esac
[[ $MODEL == gpt-image-1 ]] && x
"""
    marks = [(mark.line, mark.column, mark.kind, mark.value) for mark in read(content).marks]

    assert marks == [
        (1, 18, "compares_model", "dall-e-3"),
        (3, 3, "compares_model", "gpt-image-1"),
        (3, 16, "compares_model", "dall-e-2"),
        (6, 14, "compares_model", "gpt-image-1"),
    ]


def test_a_variable_that_a_call_is_made_with_is_not_told_twice():
    reading = read(f"IMAGE_MODEL=dall-e-3\ncurl {URL} -F model=$IMAGE_MODEL")

    (choice,) = reading.sites[0].parameters["model"].choices
    assert [(origin.name, origin.line) for origin in choice.origins] == [("IMAGE_MODEL", 1)]
    assert reading.marks == ()


POWERSHELL = """\
$uri = "https://api.openai.com/v1/images/generations"
# Invoke-RestMethod -Uri $uri
$body = @{
    model = "dall-e-3"
    prompt = $prompt
    n = 1; style = 'vivid'
} | ConvertTo-Json
$r = Invoke-RestMethod -Uri $uri -Method Post `
    -Body $body -TimeoutSec 60
$r.data[0].url
"""


def test_a_call_of_powershell_is_found():
    reading = read(POWERSHELL, "draw.ps1")

    (site,) = reading.sites
    assert (site.line, site.column, site.surface) == (8, 6, "powershell")
    assert asked(site) == {"model": "dall-e-3", "prompt": "`$prompt` is set elsewhere", "n": 1, "style": "vivid"}
    assert [(mark.line, mark.kind, mark.value, mark.site) for mark in reading.marks] == [
        (9, "short_timeout", 60, 8),
        (10, "reads_url", None, 8),
    ]


def test_a_step_of_a_workflow_is_read_as_a_script():
    content = f"""\
jobs:
  a:
    env:
      IMAGE_MODEL: gpt-image-1
    steps:
      - run: |
          # é
          curl {URL} \\
            -d '{{"model": "dall-e-3"}}'
      - run: curl {URL} -F model=dall-e-2
"""
    reading = read(content, ".github/workflows/a.yml")

    assert [(site.line, site.column, asked(site)) for site in reading.sites] == [
        (8, 11, {"model": "dall-e-3"}),
        (10, 14, {"model": "dall-e-2"}),
    ]
    assert [(mark.line, mark.kind) for mark in reading.marks] == [(4, "names_model")]


def test_a_script_of_a_package_is_read_too():
    script = f"""curl {URL} -d '{{"model": "dall-e-3"}}'"""
    reading = read(json.dumps({"scripts": {"draw": script}}), "package.json")

    region = reading.sites[0].parameters["model"].choices[0].written.region
    assert asked(reading.sites[0]) == {"model": "dall-e-3"}
    assert region.escaped


@pytest.mark.parametrize("path", ["Makefile", "Dockerfile", "a.mk"])
def test_a_recipe_is_read_as_a_script(path):
    content = f"""RUN x\ndraw:\n\tcurl {URL} \\\n\t  -F model=$(MODEL) -F size=$$SIZE\nMODEL = dall-e-3\n"""
    (site,) = read(content, path).sites

    assert asked(site) == {"model": "dall-e-3", "size": "the environment may set `SIZE`"}


def test_a_batch_file_of_windows_is_read():
    content = f"""curl {URL} ^\r\n  -d "{{\\"model\\": \\"dall-e-3\\", \\"size\\": \\"%SIZE%\\"}}"\r\n"""
    (site,) = read(content, "a.bat").sites

    assert asked(site) == {"model": "dall-e-3", "size": "the environment may set `SIZE`"}


def test_a_file_of_requests_is_read():
    content = f"""\
@host = x
POST {URL} HTTP/1.1
Authorization: Bearer {{{{key}}}}

{{
  "model": "dall-e-3",
  "prompt": "{{{{prompt}}}}"
}}

### another
POST https://api.x.ai/v1/images/generations

{{"model": "grok"}}
"""
    (site,) = read(content, "a.http").sites

    assert (site.line, site.surface) == (2, "http-file")
    assert asked(site) == {"model": "dall-e-3", "prompt": "`{{prompt}}` is filled in later"}


def test_a_script_that_does_not_end_is_read_as_far_as_it_goes():
    assert read(f'curl {URL} -d \'{{"model": "dall-e-3"').sites[0].open == ('what `\'{"model":` holds',)
    assert read(f'curl {URL} -d "$(').sites[0].surface == "curl"
    assert read("images/generations curl") == Reading()
