"""Requests that an app could send: every parameter, old words, odd spellings, the caller's own facts."""

from __future__ import annotations

from hypothesis import strategies as st

from router.facts import BACKGROUNDS, COMPLEXITIES, FIDELITIES, MODERATIONS, QUALITIES, SCRIPTS
from router.presets import PRESETS
from router.request import ImageRequest, read_request

MODELS = (
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "gpt-image-1.5-2025-12-16",
    "chatgpt-image-latest",
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
    "dall-e-3",
)
PROMPTS = (
    "a red fox in the snow",
    'a poster that says "GRAND OPENING"',
    "a café menu with twelve dishes and their prices",
    "横丁の看板に「営業中」と書いてある",
    "a sticker of a fox on a transparent background, 1200x628",
    "remove all the text from this sign",
    "a lone surrogate \ud800, as a broken client sends it",
    "word " * 400,
    "",
)
EDGES = st.sampled_from((16, 200, 512, 628, 640, 800, 1024, 1080, 1200, 1536, 1920, 2048, 2560, 3840, 5000))


def sizes() -> st.SearchStrategy[str]:
    """A size in any notation; most of them are not legal anywhere."""
    pairs = st.tuples(EDGES | st.integers(1, 4200), EDGES | st.integers(1, 4200))
    return st.one_of(
        pairs.map(lambda pair: f"{pair[0]}x{pair[1]}"),
        st.sampled_from(("1024x1024", "1536x1024", "1024x1536", "256x256", "1792x1024", "1200×628", "16:9", "4:5@2k")),
        st.sampled_from(sorted(PRESETS)),
    )


def or_nothing(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


PARAMETERS: dict[str, st.SearchStrategy[object]] = {
    "model": or_nothing(st.sampled_from((*MODELS, "my-deployment", "flux-pro", "house", " gpt-image-2 ", " "))),
    "size": or_nothing(sizes() | st.sampled_from(("auto", "AUTO ", " 1024x1024"))),
    "quality": or_nothing(st.sampled_from((*QUALITIES, "auto", "standard", "hd", "High", "Auto"))),
    "background": or_nothing(st.sampled_from((*BACKGROUNDS, "Transparent"))),
    "output_format": or_nothing(st.sampled_from((*("png", "jpeg", "webp", "jpg") * 3, "gif", "svg"))),
    "output_compression": or_nothing(st.integers(0, 100)),
    "moderation": or_nothing(st.sampled_from(MODERATIONS)),
    "input_fidelity": or_nothing(st.sampled_from(FIDELITIES)),
    "complexity": or_nothing(st.sampled_from(COMPLEXITIES)),
    "n": or_nothing(st.integers(1, 10) | st.sampled_from(("1", "3", 2.0))),
    "stream": or_nothing(st.booleans() | st.just("true")),
    "partial_images": or_nothing(st.integers(0, 3)),
    "response_format": or_nothing(st.sampled_from(("url", "b64_json"))),
    "style": or_nothing(st.sampled_from(("vivid", "natural"))),
    "user": st.just("u1"),
    "sparkle": st.integers(),
}
TAGS = st.dictionaries(
    st.sampled_from(("plan", "tenant", "team")), st.sampled_from(("free", "paid", "acme", "x")), max_size=3
)
NEEDS = st.fixed_dictionaries(
    {},
    optional={
        "transparent": st.booleans(),
        "text_heavy": st.booleans(),
        "text.score": st.integers(0, 100),
        "text.quoted_chars": st.integers(0, 200),
        "text.scripts": st.lists(st.sampled_from(SCRIPTS), max_size=3),
    },
)

CAPS = st.sampled_from((0.01, 0.05, 0.2, 1, "0.08")) | st.integers(0, 3_000_000).map(lambda micros: micros / 1_000_000)
FILES: st.SearchStrategy[dict[str, object]] = st.sampled_from(
    (
        {},
        {"image": b"png"},
        {"image": [b"one", b"two"], "mask": b"mask"},
        {"images": [{"image_url": "https://example.test/fox.png"}], "markup": {"file_id": "f1"}},
    )
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, object]:
    """A body that can be read: whatever would contradict itself is left out."""
    prompt = draw(st.sampled_from(PROMPTS[:-1]) | st.text(min_size=1, max_size=80).filter(str.strip))
    params = draw(st.fixed_dictionaries({}, optional=PARAMETERS))
    needs = draw(NEEDS)
    if str(params.get("background")).lower() in ("opaque", "transparent") or params.get("output_format") in (
        "jpeg",
        "jpg",
    ):
        needs.pop("transparent", None)
    told: dict[str, object] = {"needs": needs, "tags": draw(TAGS)}
    files: dict[str, object] = {}
    if draw(st.booleans()):
        told |= {"operation": "edit", "images": draw(st.lists(sizes() | st.none(), min_size=1, max_size=4))}
        told["mask"] = draw(st.booleans())
        files = draw(FILES)
        if "markup" in files:
            told["mask"] = False
    if draw(st.integers(0, 3)) == 3:
        told["max_cost_usd"] = draw(CAPS)
    return {"prompt": prompt, **params, **files, "pixroute": told}


def requests() -> st.SearchStrategy[ImageRequest]:
    """Requests as they are read from such bodies."""
    return bodies().map(read_request)
