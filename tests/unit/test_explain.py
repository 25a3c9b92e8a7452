"""A decision in words."""

from __future__ import annotations

from datetime import date

from router.engine import Inputs, plan
from router.files import load_catalog
from router.policy import Budget, Policy, Route, Rung, Target
from router.request import read_request

DAY = Inputs(on=date(2026, 11, 23), catalog=load_catalog())


def explain(*models: str, cap: int | None = None, **body: object) -> str:
    route = Route(id="r", to=tuple(Target(model=model) for model in models))
    budget = Budget(per_request_micros=cap, when_short=(Rung(param="quality", floor="low"),))
    policy = Policy(name="p", routes=(route,), budget=budget)
    return plan(read_request({"prompt": "a fox"} | body), policy, DAY).explain()


def test_a_routed_request_is_told_section_by_section():
    assert explain(
        "gpt-image-1", "gpt-image-2.5-flare", "gpt-image-2", cap=20_000, size="1200x628", quality="high", sparkle=1
    ) == (
        "generate with gpt-image-2.5-flare (route r; on 2026-11-23 at openai, policy p)\n"
        "changes:\n"
        "  model: gpt-image-2.5-flare: the request names no model [MODEL_NOT_NAMED]\n"
        "  quality: high → medium: the ladder wants quality at most medium [LADDER]\n"
        "  size: 1200x628 → 1200x640: edges must be multiples of 16 [SIZE_TO_CANVAS]\n"
        "given up for money:\n"
        "  quality: high → medium, 0.01944 USD less at most\n"
        "price:\n"
        "  expected 0.006515 USD, at most 0.00674 USD (confirmed)\n"
        "    image output: 216 tokens 0.00648, at most 216 0.00648\n"
        "    text input: 7 tokens 0.000035, at most 52 0.00026\n"
        "delivery:\n"
        "  drawn at 1200x640, cut to x 0-1200, y 6-634, which gives 1200x628\n"
        "passed over:\n"
        "  gpt-image-1: shut down on 2026-10-23 [SHUT_DOWN]\n"
        "  gpt-image-2: it may cost 0.10193 USD, and `per_request` leaves 0.02 [TOO_DEAR]\n"
        "warnings:\n"
        "  UNKNOWN_PARAM: `sparkle` is not in the catalogue; it is passed on as it is"
    )


def test_a_denied_request_is_told_with_what_to_try():
    assert explain("gpt-image-2", cap=10, quality="low", size="1024x1024").splitlines()[:3] == [
        "denied: budget_exceeded (on 2026-11-23 at openai, policy p)",
        "  the request may cost 0.00614 USD at the least, and `per_request` leaves 0.00001",
        "  hint: ask for less, raise the limit, or add rungs to `when_short`",
    ]


def test_what_only_the_prompt_asks_for_is_told_apart():
    text = explain("gpt-image-2", prompt="a sticker with no background", size="1024x1024")

    assert text.splitlines()[-2:] == ["only in the prompt's words:", "  transparent: “no background”"]
