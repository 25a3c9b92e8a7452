"""`pixroute demo`: what is sent, what it costs, and the page, from beginning to end."""

import io
import json
import re
from contextlib import redirect_stdout
from datetime import date

import pytest

from router.cli import main
from router.demo import clients
from router.demo.scenes import SCENES
from router.demo.stage import open_stage
from router.files import load_catalog

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module", params=["openai", "httpx"])
def played(request):
    """All scenes played, with OpenAI's client and without it; and what the two emulators charge."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "find_spec", {"openai": lambda _: True, "httpx": lambda _: None}[request.param])
        with open_stage(DAY, load_catalog()) as stage:
            shots = {shot.scene.id: shot for shot in stage.play(SCENES)}
            return shots, stage.routed.bill(), stage.plain.bill()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page, and what is printed as JSON."""
    path = tmp_path_factory.mktemp("demo") / "page.html"
    with redirect_stdout(io.StringIO()) as out:
        code = main(["demo", "--output", str(path), "--format", "json"])
    assert code == 0
    return path.read_text(encoding="utf-8"), json.loads(out.getvalue())


# -- what is sent


def test_what_is_sent_comes_to_what_the_emulator_charges(played):
    shots, routed, plain = played

    assert sum(shot.billed_micros for shot in shots.values()) == routed
    assert sum(shot.as_written.billed_micros for shot in shots.values()) == plain


def test_no_bill_is_above_its_ceiling(played):
    shots, _, _ = played

    above = [shot.scene.id for shot in shots.values() if shot.billed_micros > ceiling(shot)]

    assert above == []


def ceiling(shot):
    return shot.decision.quote.ceiling_micros if shot.decision.quote else 0


def test_all_are_drawn_but_the_one_that_is_denied(played):
    shots, _, _ = played

    assert {name: shot.answer.refusal.code for name, shot in shots.items() if shot.answer.refusal} == {
        "denied": "paid_plan_needed"
    }


def test_half_of_them_would_be_refused_as_written(played):
    shots, _, _ = played

    assert [name for name, shot in shots.items() if shot.asked_micros is None] == [
        "legible-text",
        "link-preview",
        "edit-with-mask",
        "dead-model",
        "faithful-edit",
        "preset",
        "tiny",
    ]


def test_each_scene_shows_what_it_is_for(played):
    shots, _, _ = played

    assert {name: shot.decision.route for name, shot in shots.items()} == {
        "legible-text": "legible-text",
        "transparent-logo": "keep-the-alpha-channel",
        "link-preview": "everything-else",
        "edit-with-mask": "everything-else",
        "wallpaper-4k": "everything-else",
        "denied": None,
        "stream": "everything-else",
        "nothing-said": "everything-else",
        "tight-budget": "everything-else",
        "dead-model": "everything-else",
        "faithful-edit": "faithful-edits",
        "preset": "everything-else",
        "tiny": "everything-else",
        "next-model": "keep-the-alpha-channel",
    }
    assert [file.field for file in shots["edit-with-mask"].files] == ["image[]", "image[]", "mask"]
    assert [step.field for step in shots["tight-budget"].decision.gave_up] == ["model", "quality"]
    assert [record.status for record in shots["next-model"].records] == [400, 200]
    assert len(shots["stream"].answer.partial) == 2
    assert len(shots["tight-budget"].answer.pictures) == 2
    assert shots["wallpaper-4k"].decision.changes == ()


def test_on_a_day_without_able_models_an_edit_of_what_was_not_drawn_is_denied_too():
    scenes = [scene for scene in SCENES if scene.id in {"link-preview", "edit-with-mask"}]

    with open_stage(date(2024, 1, 1), load_catalog()) as stage:
        refusals = [shot.answer.refusal.code for shot in stage.play(scenes)]

    assert refusals == ["no_able_model", "no_able_model"]


# -- the page


def test_the_page_has_a_card_for_every_request(written):
    page, _ = written

    assert re.findall(r'<article class="card" id="([^"]+)">', page) == [scene.id for scene in SCENES]


def test_the_page_is_one_file_of_reasonable_size(written):
    page, _ = written

    assert re.findall(r"""(?:src|href)="(?!data:|#)""", page) == []
    assert 100_000 < len(page) < 3_000_000


def test_the_page_and_the_data_agree_on_the_money(written):
    page, data = written
    billed = [each["billed_micros"] for each in data["requests"]]

    assert data["totals"]["billed_micros"] == sum(billed)
    assert all(f"<dt>billed</dt><dd>${micros / 1e6:.4f}</dd>" in page for micros in billed)
    assert f'<p class="amount">${sum(billed) / 1e6:.4f}</p>' in page


def test_the_data_has_every_decision(written):
    _, data = written

    assert [each["id"] for each in data["requests"]] == [scene.id for scene in SCENES]
    assert {each["decision"]["on"] for each in data["requests"]} == {"2026-11-23"}


def test_the_table_has_a_row_for_each_request_and_the_sums(pixroute, tmp_path):
    ran = pixroute("demo")

    rows = [line.split()[0] for line in ran.out.splitlines() if re.match(r" *\d+  ", line)]
    assert (ran.code, rows) == (0, [str(number) for number in range(1, len(SCENES) + 1)])
    assert max(map(len, ran.out.splitlines())) <= 120
    assert ran.out.splitlines()[-1].startswith("saved ")
    assert ran.err == f"hint: the page is at {(tmp_path / 'pixroute-demo.html').as_uri()}\n"


# -- what can be wrong


def test_a_place_that_cannot_be_written_is_told_before_anything_is_played(pixroute):
    ran = pixroute("demo", "--output", "nowhere/page.html")

    assert ran == (2, "", "error: cannot write `nowhere/page.html`\nhint: name a file in a folder that exists\n")


def test_without_its_extra_it_says_how_to_get_it(pixroute, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "router.demo.stage", None)

    ran = pixroute("demo")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith('hint: pip install "pixroute[serve]"\n')


def test_a_day_that_is_none_is_an_error(pixroute):
    assert pixroute("demo", "--on", "soon").err.startswith("error: `--on` is not a day: `soon`\n")
