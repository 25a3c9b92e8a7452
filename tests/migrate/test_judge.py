"""What is said of a call: which code, what happens today, what can be done about it, and what it costs."""

from __future__ import annotations

from datetime import date

import pytest

from router.migrate.findings import Cost, Step
from router.migrate.judge import Foreign, Healthy
from router.migrate.sites import Choice, Parameter, Unresolved

from .toy import ask, finding, scan

GONE = "400: The model 'gpt-image-1' does not exist."
OLD = 'client.images.generate(model="gpt-image-1", prompt=p, size="1024x1024", quality="high")\n'
LEGACY = """\
client.images.generate(
    model="dall-e-3", prompt=p, size="1792x1024", quality="hd", style="vivid", response_format="b64_json"
)
"""


def codes(found):
    return [problem.code for problem in found.problems]


# -- what it is, and what happens


def test_a_dead_model_fails_with_the_words_of_the_api():
    found = finding(OLD)

    assert (found.code, found.severity, found.today) == ("MODEL_SHUT_DOWN", "error", GONE)


def test_every_problem_is_told_with_the_model_first():
    found = finding(LEGACY)

    assert codes(found) == ["MODEL_SHUT_DOWN", "PARAM_REJECTED", "PARAM_REJECTED", "QUALITY_UNKNOWN"]
    assert found.today == (
        "400: Unknown parameter: 'style'. Once that is mended, 400: Unknown parameter: 'response_format'. "
        "Once that is mended, 400: The model 'dall-e-3' does not exist. Once that is mended, 400: Invalid value: 'hd'. "
        "Supported values are: 'low', 'medium', 'high', 'xhigh', 'max', and 'auto'."
    )


def test_a_model_that_stops_soon_is_a_warning():
    found = ask(model="gpt-image-1.5", quality="low", size="1024x1024")

    assert (found.code, found.severity) == ("MODEL_SHUTS_DOWN", "warning")
    assert found.today == "nothing yet; from 2026-12-01 on 400: The model 'gpt-image-1.5' does not exist."


def test_a_preview_that_is_relied_on_is_a_warning():
    clear = {"quality": "low", "size": "1024x1024", "background": "transparent", "output_format": "png"}

    found = ask(model="gpt-image-2", **clear)

    assert (found.code, found.severity) == ("PREVIEW_RELIED_ON", "warning")
    assert found.today == "gpt-image-2 draws transparent backgrounds as a preview, which may be withdrawn"
    assert isinstance(ask(model="gpt-image-2.5-flare", **clear), Healthy)


def test_its_end_is_no_news_before_it_is_announced():
    assert isinstance(ask(model="gpt-image-1.5", on=date(2026, 6, 1)), Healthy)


def test_on_its_last_day_it_is_gone():
    assert ask(model="gpt-image-1.5", on=date(2026, 12, 1)).code == "MODEL_SHUT_DOWN"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"model": "gpt-image-2", "size": "1792x936"}, "SIZE_ILLEGAL"),
        ({"model": "gpt-image-2", "size": "512x512"}, "SIZE_ILLEGAL"),
        ({"model": "gpt-image-2", "quality": "standard"}, "QUALITY_UNKNOWN"),
        ({"model": "gpt-image-2", "quality": "max"}, "QUALITY_UNKNOWN"),
        ({"model": "gpt-image-2", "response_format": "url"}, "PARAM_REJECTED"),
        ({"model": "gpt-image-2", "style": "vivid"}, "PARAM_REJECTED"),
        ({"model": "gpt-image-2", "n": 11}, "VALUE_REJECTED"),
        ({"model": "gpt-image-2.5-flare", "background": "transparent", "output_format": "jpeg"}, "VALUE_REJECTED"),
        ({"model": "gpt-image-3"}, "MODEL_UNKNOWN"),
        ({}, "MODEL_IMPLICIT"),
    ],
)
def test_the_code_says_what_is_wrong(values, code):
    assert ask(**values).code == code


def test_input_fidelity_is_rejected_even_if_it_is_null():
    found = ask(model="gpt-image-2", operation="edit", input_fidelity=None)

    assert found.today == "400: The model 'gpt-image-2' does not support the 'input_fidelity' parameter."


@pytest.mark.parametrize(
    "values",
    [
        {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"},
        {"model": "gpt-image-2.5-flare", "background": "transparent"},
        {"model": "openai/gpt-image-2"},
        {"model": "gpt-image-2", "n": 10, "user": "u"},
        {"model": "gpt-image-2", "seed": 7},
    ],
)
def test_a_call_that_is_taken_is_healthy(values):
    assert isinstance(ask(**values), Healthy)


def test_a_form_and_a_workflow_write_numbers_as_text():
    assert isinstance(ask(model="gpt-image-2", operation="edit", n="2"), Healthy)
    assert isinstance(ask(model="gpt-image-2", surface="n8n-http", n="2"), Healthy)
    assert ask(model="gpt-image-2", n="2").code == "VALUE_REJECTED"


def test_an_edit_without_a_model_rests_on_one_that_stops():
    found = ask(operation="edit")

    assert (found.code, found.severity) == ("MODEL_IMPLICIT", "warning")
    assert found.today == (
        "nothing yet (gpt-image-1.5 is taken where no model is named); "
        "from 2026-12-01 on 400: The model 'gpt-image-1.5' does not exist."
    )


def test_the_tool_without_a_model_changes_it_in_silence():
    found = ask(surface="responses-tool")

    assert (found.code, found.severity, found.verdict) == ("MODEL_IMPLICIT", "warning", "person")
    assert found.today == (
        "a silent change of model and price: gpt-image-1 until October 2026, then gpt-image-2, "
        "and now gpt-image-2.6-sunburst"
    )


def test_the_tool_takes_no_n():
    assert ask(surface="responses-tool", model="gpt-image-2", n=2).today == "400: Unknown parameter: 'tools[0].n'."


def test_a_variation_has_no_endpoint():
    found = finding("client.images.create_variation(image=picture)\n")

    assert (found.code, found.verdict) == ("ENDPOINT_RETIRED", "person")


def test_the_worst_combination_gives_the_code():
    both = Parameter(choices=(Choice(value="gpt-image-2"), Choice(value="dall-e-2")))

    assert ask(model=both).today == "in 1 of 2 combinations 400: The model 'dall-e-2' does not exist."


# -- what is not known


def test_another_vendors_model_is_not_judged():
    assert isinstance(ask(model="grok-2-image", response_format="url"), Foreign)


def test_another_vendors_model_beside_ours_is_left_to_itself():
    either = Parameter(choices=(Choice(value="gpt-image-1"), Choice(value="flux-pro")))
    found = ask(model=either)

    assert (codes(found), found.today) == (["MODEL_SHUT_DOWN"], GONE)
    assert found.parameters["model"] == either


def test_a_model_of_none_is_no_model():
    assert ask(model=None).code == "MODEL_IMPLICIT"


def test_a_model_that_is_not_known_is_not_judged_by_what_some_models_reject():
    unknown = Parameter(unknown="given by whoever calls `draw()`")

    assert ask(model=unknown, size="1792x1024") == Unresolved(
        path="app.py",
        line=1,
        column=1,
        surface="python-sdk",
        reason="the model is not known: given by whoever calls `draw()`",
    )


def test_it_is_judged_by_what_all_reject():
    found = ask(model=Parameter(unknown="an Azure deployment"), style="vivid", surface="fetch")

    assert (found.code, found.today) == ("PARAM_REJECTED", "whatever the model, 400: Unknown parameter: 'style'.")
    assert (found.model, found.after) == (None, None)


def test_what_an_old_call_did_is_not_wrong_before_it_was():
    assert isinstance(ask(model="gpt-image-1", on=date(2026, 4, 1)), Healthy)


# -- what can be done


def test_a_rewrite_is_proved_where_all_is_known():
    found = finding(OLD)

    assert found.verdict == "proved"
    assert found.fix == "`model`: gpt-image-1 → gpt-image-2.5-flare (gpt-image-1 was shut down on 2026-10-23)"


def test_the_steps_are_those_of_the_decision():
    found = finding(LEGACY)

    assert found.steps == (
        Step(
            field="model",
            before="dall-e-3",
            after="gpt-image-2.5-flare",
            reason="dall-e-3 was shut down on 2026-05-12",
        ),
        Step(field="quality", before="hd", after="high", reason="`hd` is read as `high`"),
        Step(
            field="response_format",
            before="b64_json",
            after=None,
            reason="gpt-image-2.5-flare always answers with `b64_json` and rejects the parameter",
        ),
        Step(
            field="style",
            before="vivid",
            after=None,
            reason="gpt-image-2.5-flare has no `style`; say it in the prompt",
        ),
    )


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        pytest.param(OLD, "proved", id="all is known"),
        pytest.param(LEGACY, "proved", id="parameters go with the model"),
        pytest.param(OLD.replace('"1024x1024"', "size"), "assumed", id="a size that is not known"),
        pytest.param(OLD.replace("quality=", "**more, quality="), "assumed", id="parameters that are not known"),
        pytest.param(OLD.replace("gpt-image-1", "dall-e-3"), "assumed", id="who reads DALL-E's answer is not seen"),
        pytest.param(OLD.replace('"1024x1024"', '"1200x628"'), "runtime", id="a size that has to be cut"),
        pytest.param(OLD.replace("quality=", 'response_format="url", quality='), "runtime", id="it asks for a URL"),
        pytest.param(OLD.replace("p, size", "p, n=20, size"), "person", id="nobody draws twenty"),
        pytest.param(OLD.replace("edit", "x"), "proved", id="nothing else matters"),
    ],
)
def test_the_class_says_how_sure_a_rewrite_is(source, verdict):
    assert finding(source).verdict == verdict


def test_a_url_that_is_read_is_given_by_a_wrapped_client():
    call, url = scan({"app.py": f"r = {OLD.replace('gpt-image-1', 'dall-e-3')}u = r.data[0].url\n"}).findings

    assert (call.code, call.verdict, codes(call)[1:]) == ("MODEL_SHUT_DOWN", "runtime", ["READS_URL"])
    assert (url.code, url.verdict) == ("READS_URL", "runtime")


def test_a_url_of_a_gpt_image_call_was_never_there():
    call, url = scan({"app.py": f"r = {OLD}u = r.data[0].url\n"}).findings

    assert (call.verdict, url.verdict) == ("proved", "person")


def test_a_url_of_a_healthy_call_is_a_finding():
    source = f"r = {OLD.replace('gpt-image-1', 'gpt-image-2')}u = r.data[0].url\n"

    assert [each.code for each in scan({"app.py": source}).findings] == ["READS_URL"]


def test_branches_that_agree_are_proved():
    source = OLD.replace('"1024x1024"', '"1024x1024" if square else "1536x1024"')

    assert finding(source).verdict == "proved"


def test_a_constant_of_two_calls_that_need_different_things_needs_a_person():
    source = f"""\
MODEL = "gpt-image-1"
{OLD.replace('"gpt-image-1"', "MODEL")}
client.images.edit(model=MODEL, prompt=p, image=f, input_fidelity="high", size="1024x1024", quality="high")
"""
    found = scan({"app.py": source}).findings

    clash = "app.py:1 would have to be several things at once: `gpt-image-2.5-flare`, `gpt-image-2`"
    assert [(each.verdict, clash in each.fix) for each in found] == [("runtime", True), ("runtime", True)]


def test_a_surface_that_cannot_be_wrapped_and_not_written_needs_a_person():
    assert ask(model="gpt-image-1", surface="js-sdk").verdict == "person"


def test_a_client_that_is_wrapped_handles_its_calls():
    source = f"""\
import pixroute
from openai import OpenAI
client = OpenAI()
client = pixroute.wrap(client, policy="p.yaml")
r = {LEGACY}
"""
    report = scan({"app.py": source})

    assert (report.findings, report.handled) == ((), 1)


# -- money


def test_before_is_the_price_while_the_model_lived_and_after_that_of_the_decision():
    found = finding(OLD)

    assert found.before == Cost(expected_micros=166440, ceiling_micros=167280)
    assert found.after == Cost(expected_micros=52720, ceiling_micros=52960)


def test_what_dall_e_cost_is_not_known():
    assert finding(LEGACY).before is None


def test_the_dearest_combination_counts():
    few, many = (ask(model="gpt-image-1", quality="low", size="1024x1024", n=n).after for n in (1, 4))
    either = Parameter(choices=(Choice(value=1), Choice(value=4)))

    assert few.expected_micros < many.expected_micros
    assert ask(model="gpt-image-1", quality="low", size="1024x1024", n=either).after == many
