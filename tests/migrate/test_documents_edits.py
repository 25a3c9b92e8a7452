import json
import tomllib
from itertools import combinations

import pytest
import yaml

from router.migrate.documents import read_document


class Given:
    def __init__(self, path, content):
        self.paths = (path,)
        self.content = content

    def read(self, path):
        return {self.paths[0]: self.content}[path]


def changed(source, edits):
    for start, end, new in sorted(edits, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def cuts(site, names):
    regions = [site.parameters[name].whole for name in names]
    return [(region.start, region.end, b"") for region in regions]


def added(site, name, value):
    insertion = site.insertion
    text = insertion.template.replace("{name}", name).replace("{value}", f"{insertion.quote}{value}{insertion.quote}")
    text = json.dumps(text)[1:-1] if insertion.region.escaped else text
    return insertion.region.start, insertion.region.end, text.encode()


def replaced(site, name, value):
    region = site.parameters[name].choices[0].written.region
    return region.start, region.end, value.encode()


def site_of(path, source):
    return read_document(path, Given(path, source)).sites[0]


COMPACT = b'{"model":"dall-e-3","prompt":"caf\xc3\xa9","style":"vivid","n":1,"size":"1024x1024"}'
PRETTY = json.dumps(json.loads(COMPACT), indent=2, ensure_ascii=False).encode()
KEPT = ("model", "prompt")


@pytest.mark.parametrize("source", [COMPACT, PRETTY])
@pytest.mark.parametrize("names", [n for k in range(1, 4) for n in combinations(("style", "n", "size"), k)])
def test_json_from_which_parameters_are_cut_still_parses(source, names):
    expected = {key: value for key, value in json.loads(source).items() if key not in names}

    assert json.loads(changed(source, cuts(site_of("a.json", source), names))) == expected


@pytest.mark.parametrize("source", [COMPACT, PRETTY])
def test_json_is_changed_cut_and_added_to_at_once(source):
    site = site_of("a.json", source)
    edits = [*cuts(site, ["style", "size"]), added(site, "quality", "high"), replaced(site, "model", "gpt-image-2")]

    expected = {"model": "gpt-image-2", "prompt": "café", "n": 1, "quality": "high"}
    assert json.loads(changed(source, edits)) == expected


def test_json_keeps_its_layout():
    site = site_of("a.json", PRETTY)
    edits = [*cuts(site, ["style"]), added(site, "quality", "high")]

    assert changed(PRETTY, edits).decode() == (
        '{\n  "model": "dall-e-3",\n  "prompt": "café",\n  "n": 1,\n  "size": "1024x1024",\n  "quality": "high"\n}'
    )


def test_the_first_and_the_only_entry_of_json_can_be_cut():
    source = b'{"type": "@n8n/n8n-nodes-langchain.openAi", "parameters": {"resource": "image", "options": %s}}'

    both = source % b'{"style": "vivid", "size": "1024x1024"}'
    assert b'"options": {"size": "1024x1024"}' in changed(both, cuts(site_of("a.json", both), ["style"]))
    assert b'"options": {"style": "vivid"}' in changed(both, cuts(site_of("a.json", both), ["size"]))
    one = source % b'{"style": "vivid"}'
    assert b'"options": {}' in changed(one, cuts(site_of("a.json", one), ["style"]))


def test_comments_beside_what_is_cut_stay():
    source = b'{\n  // which\n  "model": "dall-e-3",\n  // how\n  "style": "vivid", // nice\n  "prompt": "x"\n}'

    assert changed(source, cuts(site_of("a.jsonc", source), ["style"])) == (
        b'{\n  // which\n  "model": "dall-e-3",\n  // how\n   // nice\n  "prompt": "x"\n}'
    )


def test_json_inside_json_is_written_as_such():
    body = '={\n  "model": "dall-e-3",\n  "style": "vivid",\n  "n": {{ $json.n }}\n}'
    url = "https://api.openai.com/v1/images/generations"
    source = json.dumps({"type": "n8n-nodes-base.httpRequest", "parameters": {"url": url, "jsonBody": body}}).encode()
    site = site_of("a.json", source)
    edits = [*cuts(site, ["style"]), added(site, "quality", "high"), replaced(site, "model", "gpt-image-2")]

    assert json.loads(changed(source, edits))["parameters"]["jsonBody"] == (
        '={\n  "model": "gpt-image-2",\n  "n": {{ $json.n }},\n  "quality": "high"\n}'
    )


CURL = b"""curl https://api.openai.com/v1/images/generations \\
  -d '{"model": "dall-e-3", "style": "vivid", "size": "1024x1024"}' | jq .
"""


def test_a_body_in_single_quotes_is_changed_in_place():
    site = site_of("a.sh", CURL)
    edits = [*cuts(site, ["style"]), added(site, "quality", "high"), replaced(site, "model", "gpt-image-2")]

    assert (
        changed(CURL, edits)
        == b"""curl https://api.openai.com/v1/images/generations \\
  -d '{"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}' | jq .
"""
    )


def test_a_body_in_double_quotes_keeps_its_escapes():
    source = b'''curl https://api.openai.com/v1/images/generations -d "{
  \\"model\\": \\"dall-e-3\\",
  \\"style\\": \\"vivid\\",
  \\"prompt\\": \\"$P\\"
}"'''
    site = site_of("a.sh", source)
    edits = [*cuts(site, ["style"]), added(site, "quality", "high"), replaced(site, "model", "gpt-image-2")]

    assert (
        changed(source, edits)
        == b'''curl https://api.openai.com/v1/images/generations -d "{
  \\"model\\": \\"gpt-image-2\\",
  \\"prompt\\": \\"$P\\",
  \\"quality\\": \\"high\\"
}"'''
    )


def test_a_form_loses_and_gains_fields_with_their_lines():
    source = b"""curl https://api.openai.com/v1/images/edits \\
  -F model="dall-e-2" \\
  -F 'response_format=url' \\
  -F image=@a.png \\
  -o out.json
"""
    site = site_of("a.sh", source)
    edits = [*cuts(site, ["response_format"]), added(site, "quality", "high"), replaced(site, "model", "gpt-image-2")]

    assert (
        changed(source, edits)
        == b"""curl https://api.openai.com/v1/images/edits \\
  -F model="gpt-image-2" \\
  -F image=@a.png \\
  -F quality=high \\
  -o out.json
"""
    )


LITELLM = """\
# é
model_list:
  - model_name: img
    litellm_params:
      model: openai/dall-e-3  # the model
      style: vivid
      quality: "hd"

  - model_name: more
    litellm_params: {style: vivid, model: dall-e-3, size: 1024x1024}
""".encode()


def test_yaml_is_changed_by_whole_lines():
    site = site_of("a.yaml", LITELLM)
    edits = [*cuts(site, ["style"]), added(site, "size", "1024x1024"), replaced(site, "model", "gpt-image-2")]
    result = changed(LITELLM, edits).decode()

    assert result == LITELLM.decode().replace("      style: vivid\n", "").replace(
        "openai/dall-e-3  # the model", "openai/gpt-image-2  # the model"
    ).replace("# the model\n", '# the model\n      size: "1024x1024"\n')
    assert yaml.safe_load(result)["model_list"][0]["litellm_params"] == {
        "model": "openai/gpt-image-2",
        "size": "1024x1024",
        "quality": "hd",
    }


def test_yaml_in_braces_is_changed_like_json():
    site = read_document("a.yaml", Given("a.yaml", LITELLM)).sites[1]
    result = changed(LITELLM, [*cuts(site, ["style"]), added(site, "quality", "high")])

    assert yaml.safe_load(result)["model_list"][1]["litellm_params"] == {
        "model": "dall-e-3",
        "size": "1024x1024",
        "quality": "high",
    }


def test_toml_loses_whole_lines():
    source = b'[image]\nmodel = "dall-e-3"\nstyle = "vivid" # nice\nsize = "1024x1024"\n'
    site = site_of("a.toml", source)
    result = changed(source, [*cuts(site, ["style"]), replaced(site, "model", "gpt-image-2")])

    assert tomllib.loads(result.decode()) == {"image": {"model": "gpt-image-2", "size": "1024x1024"}}


def test_a_hashtable_of_powershell_is_changed_by_lines():
    source = b"""$body = @{
    model = "dall-e-3"
    style = "vivid"
    n = 1
}
irm -Uri https://api.openai.com/v1/images/generations -Body ($body | ConvertTo-Json)
"""
    site = site_of("a.ps1", source)
    result = changed(source, [*cuts(site, ["style"]), added(site, "quality", "high")])

    assert result.startswith(b'$body = @{\n    model = "dall-e-3"\n    n = 1\n    quality = "high"\n}\n')


def test_what_is_added_to_compact_json_is_compact():
    site = site_of("a.json", COMPACT)

    assert changed(COMPACT, [added(site, "quality", "high")]).endswith(b',"size":"1024x1024","quality":"high"}')


def test_fields_of_httpie_are_added_behind_the_last():
    source = b"http POST https://api.openai.com/v1/images/generations model=dall-e-3 style=vivid > a.json\n"
    site = site_of("a.sh", source)
    result = changed(source, [*cuts(site, ["style"]), added(site, "quality", "high")])

    assert result == b"http POST https://api.openai.com/v1/images/generations model=dall-e-3 quality=high > a.json\n"
