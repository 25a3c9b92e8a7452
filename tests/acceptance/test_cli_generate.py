"""`pixroute generate`: what is printed, what is saved, and how it ends; drawn by the emulator."""

from __future__ import annotations

import sys
from datetime import date

import pytest
from PIL import Image

from router.testing import black_png, emulated

DAY = date(2026, 11, 23)
DOOR = ("generate", "a red door", "--on", "2026-11-23")
POLICY = """
pixroute: 1
name: mine
guards:
  - {id: no-walls, when: {pixels: {gt: 2000000}}, deny: {code: no_walls, message: pictures above 2 MP are not drawn}}
routes:
  - {id: everything, to: [gpt-image-2], set: {output_format: {exactly: webp}}}
"""


@pytest.fixture(scope="module")
def provider():
    with emulated(on=DAY) as running:
        yield running


@pytest.fixture
def paid(pixroute, provider, monkeypatch):
    """Runs `pixroute generate` with a key, against a provider that keeps a bill."""
    provider.reset()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
    return lambda *arguments: pixroute(*DOOR, *arguments)


@pytest.fixture
def draw(pixroute, monkeypatch):
    """Runs `pixroute generate --emulate`, without a key."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return lambda *arguments: pixroute(*DOOR, "--emulate", *arguments)


def test_the_plan_its_price_and_the_file_are_printed(draw, tmp_path):
    ran = draw("--size", "1024x1024", "-o", "door.png")

    length = f"{(tmp_path / 'door.png').stat().st_size:,}"
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(
        "generate with gpt-image-2.5-flare (route everything-else; on 2026-11-23 at openai, policy"
    )
    assert "\nprice:\n  expected 0.01321 USD, at most 0.013455 USD (confirmed)\n" in ran.out
    assert ran.out.endswith(
        f"saved:\n  door.png: 1024x1024, png, {length} bytes\n"
        "  drawn by gpt-image-2.5-flare, 0.013215 USD by its usage\n"
    )


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("og.link", (1200, 630)), ("1200x628", (1200, 628)), ("512x512", (512, 512)), ("16:9@2k", (2560, 1440))],
)
@pytest.mark.parametrize(("name", "kind"), [("door.png", "PNG"), ("door.jpg", "JPEG"), ("door.webp", "WEBP")])
def test_the_file_has_exactly_the_size_and_kind_that_are_asked(draw, tmp_path, *, size, pixels, name, kind):
    ran = draw("--size", size, "-o", name)

    with Image.open(tmp_path / name) as image:
        assert (ran.code, image.size, image.format) == (0, pixels, kind)


def test_a_picture_that_is_cut_says_what_that_costs(draw):
    assert draw("--size", "1200x628", "-o", "door.png").err == (
        "warning: the picture was encoded anew, which drops its C2PA record; `provenance: keep` forbids that\n"
    )


def test_json_has_the_files_the_cost_and_the_decision(draw, tmp_path):
    ran = draw("--size", "1200x628", "--quality", "low", "-o", "door.png", "--format", "json")

    assert {name: ran.json[name] for name in ("files", "cost_usd", "warnings")} == {
        "files": [
            {
                "path": "door.png",
                "size": [1200, 628],
                "output_format": "png",
                "bytes": (tmp_path / "door.png").stat().st_size,
            }
        ],
        "cost_usd": "0.003045",
        "warnings": [
            {
                "code": "PROVENANCE_DROPPED",
                "message": "the picture was encoded anew, which drops its C2PA record; `provenance: keep` forbids that",
            }
        ],
    }
    assert ran.json["decision"]["delivery"]["crop"] == [0, 6, 1200, 634]
    assert ran.json["usage"]["output_tokens"] == 100


def test_several_pictures_are_numbered(draw, tmp_path):
    ran = draw("-n", 3, "-o", "door.webp", "--format", "json")

    assert [each["path"] for each in ran.json["files"]] == ["door-1.webp", "door-2.webp", "door-3.webp"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["door-1.webp", "door-2.webp", "door-3.webp"]


def test_pictures_are_drawn_after_others(paid, provider, tmp_path):
    (tmp_path / "a.png").write_bytes(black_png((64, 64)))
    (tmp_path / "mask.png").write_bytes(black_png((64, 64), transparent=True))

    ran = paid("--edit", "a.png", "--edit", "a.png", "--mask", "mask.png", "-m", "gpt-image-2", "-o", "door.png")

    (call,) = provider.calls
    assert (ran.code, call["operation"], call["images"], call["mask"]) == (0, "edit", 2, True)
    assert "image input" in ran.out


def test_what_is_printed_before_is_what_is_sent(paid, provider):
    ran = paid("--size", "og.link", "--quality", "high", "-m", "gpt-image-1", "-o", "door.png", "--format", "json")

    assert provider.calls[0]["params"] == ran.json["decision"]["params"]
    assert ran.json["cost_usd"] == f"{provider.spent_micros / 1_000_000:g}"


def test_a_file_whose_kind_the_policy_changes_is_told(draw, write, tmp_path):
    ran = draw("--policy", write("mine.yaml", POLICY), "--size", "1024x1024", "-o", "door.png")

    assert (ran.code, ran.err) == (0, "warning: `door.png` is a webp, whatever its name says\n")
    assert (tmp_path / "door.png").read_bytes()[8:12] == b"WEBP"


# -- what goes wrong


def test_without_a_key_it_says_what_to_do(pixroute, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    assert pixroute(*DOOR, "-o", "door.png") == (
        2,
        "",
        "error: there is no API key\nhint: set OPENAI_API_KEY, or add `--emulate` to draw without one\n",
    )


def test_a_denial_is_told_and_nothing_is_drawn(paid, provider, write):
    ran = paid("--policy", write("mine.yaml", POLICY), "--size", "2048x2048", "-o", "door.png")

    assert (ran.code, ran.err) == (1, "error: pictures above 2 MP are not drawn\n")
    assert ran.out.startswith("denied: no_walls")
    assert provider.calls == []


def test_a_denial_as_json_has_the_decision(paid, write):
    policy = write("mine.yaml", POLICY)

    ran = paid("--policy", policy, "--size", "2048x2048", "-o", "door.png", "--format", "json")

    assert (ran.code, ran.json["files"], ran.json["cost_usd"]) == (1, [], None)
    assert ran.json["decision"]["deny"]["code"] == "no_walls"


def test_the_providers_no_is_told_in_its_own_words(paid, provider, tmp_path):
    provider.fault("moderation", stage="input", categories=["violence"])

    ran = paid("-o", "door.png")

    assert ran.code == 1
    assert ran.err.startswith("error: Your request was rejected by the safety system.")
    assert not (tmp_path / "door.png").exists()


def test_a_provider_that_is_not_there_is_told(paid):
    ran = paid("--base-url", "http://127.0.0.1:9/v1", "-o", "door.png")

    assert (ran.code, ran.err.partition(": ")[0]) == (1, "error")
    assert "http://127.0.0.1:9/v1/: " in ran.err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("-o door.gif", "`door.gif` does not end in a kind of picture\nhint: use one of"),
        ("-o door", "`door` does not end in a kind of picture\nhint: try `door.png`"),
        ("-o nowhere/door.png", "cannot write `nowhere/door.png`"),
        ("-o door.png --n 11", "`--n` is not a number from 1 to 10 here: `11`"),
        ("-o door.png --n many", "`--n` is not a number from 1 to 10 here: `many`"),
        ("-o door.png --size 12", "`12` is not a size"),
        ("-o door.png --edit nowhere.png", "cannot read `nowhere.png`"),
        ("-o door.png --mask nowhere.png", "cannot read `nowhere.png`"),
        ("-o door.png --format xml", "`--format` knows no `xml`"),
        ("-o door.png --policy text-first", "there is no file `text-first`"),
        ("", "`--output` is missing"),
    ],
)
def test_a_slip_is_told_before_anything_is_paid_for(paid, provider, *, words, error):
    ran = paid(*words.split())

    assert (ran.code, provider.calls) == (2, [])
    assert ran.err.startswith(f"error: {error}")


def test_a_mask_alone_is_refused(paid, provider, tmp_path):
    (tmp_path / "mask.png").write_bytes(black_png((64, 64), transparent=True))

    ran = paid("--mask", "mask.png", "-o", "door.png")

    assert (ran.code, provider.calls) == (2, [])
    assert ran.err == "error: a mask on a generation\nhint: send it as an edit, with an image\n"


def test_without_pillow_nothing_is_paid_for_that_could_not_be_cut(paid, provider, monkeypatch):
    monkeypatch.setitem(sys.modules, "router.deliver.pictures", None)
    monkeypatch.delattr("router.deliver.pictures", raising=False)

    ran = paid("--size", "1200x628", "-o", "door.png")

    assert (ran.code, provider.calls) == (2, [])
    assert ran.err.endswith('hint: pip install "pixroute[images]"\n')
