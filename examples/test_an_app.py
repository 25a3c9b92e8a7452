"""Test an app that draws, without a provider: what it asks for, what it pays, and what it does when things go wrong.

`pytest examples/test_an_app.py` runs it. The first two tests need nothing but this library; the last one needs the
emulator, which `pip install "pixroute[serve]"` brings.
"""

# ruff: noqa: ANN001, ANN201, D103, S101 -- these are tests

from datetime import date

import httpx
import openai
import pytest

from router.testing import assert_denied, assert_routes, emulated, fake_images, frozen

DAY = date(2026, 11, 23)
POLICY = "pixroute:migrate-from-gpt-image-1"


def draw_avatar(client: openai.OpenAI, name: str) -> bool:
    """The app: draws an avatar, and says whether that worked."""
    try:
        client.images.generate(model="gpt-image-1", prompt=f"an avatar for {name}", background="transparent")
    except openai.APIStatusError:
        return False
    return True


def test_the_policy_keeps_the_alpha_and_the_price():
    avatar = {"model": "gpt-image-1", "prompt": "an avatar for Ann", "background": "transparent"}

    assert_routes(POLICY, avatar, on=DAY, model="gpt-image-2.5-flare", at_most_usd="0.02")
    assert_denied(POLICY, avatar, on=DAY, code="budget_exceeded", max_cost_usd="0.001")


def test_the_app_asks_for_one_transparent_picture():
    provider = fake_images()
    with openai.OpenAI(api_key="any", http_client=httpx.Client(transport=provider)) as client:
        assert draw_avatar(frozen(POLICY, on=DAY).wrap(client), "Ann")

    assert [call.body["background"] for call in provider.calls] == ["transparent"]


@pytest.mark.parametrize("fault", ["quota", "moderation"])
def test_the_app_lives_with_a_refusal_and_pays_nothing(fault):
    with emulated(on=DAY) as provider, openai.OpenAI(base_url=provider.base_url, api_key="any") as client:
        provider.fault(fault)

        assert not draw_avatar(frozen(POLICY, on=DAY).wrap(client), "Ann")
        assert provider.spent_micros == 0
