"""Fifty calls at once for a picture of 21 cents, under a cap of a dollar; then a ladder, for more pictures in the end.

Here the provider is the emulator, so that no key is needed. The ledger is `spend.db` in the folder you are in:
delete it before a second run. It prints:

    50 calls at once: 4 drew, 46 were refused, the provider bills 0.84304 USD
    and then, with a ladder: medium, medium, low, low, low, low, low, low, low, low, budget_exceeded
    the ledger says 0.99584 USD are spent, the provider bills 0.99584
    alerts: 50 % of everyone, 80 % of everyone, refused by everyone
"""

import asyncio
import logging
from datetime import date

from openai import APIStatusError, AsyncOpenAI, OpenAI

from router import parse_policy
from router.money import usd
from router.testing import emulated, frozen

DAY = date(2026, 11, 23)
DOLLAR = """
pixroute: 1
name: a-dollar-a-day
routes: [{id: all, to: [asked, gpt-image-2.5-flare]}]
budget:
  limits:
    - {id: everyone, scope: all, window: day, amount: 1}
"""
LADDER = "  when_short: [{lower: quality, floor: low}]"
FOX = {"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "high"}
LEDGER = "sqlite:///spend.db"


async def draw_fifty(base_url: str) -> list[object]:
    """Make fifty calls at once; those that are refused give the SDK's own error."""
    async with AsyncOpenAI(base_url=base_url, api_key="any") as client:
        images = frozen(parse_policy(DOLLAR), on=DAY, ledger=LEDGER, on_alert=[alerts.append]).wrap(client).images
        return await asyncio.gather(*(images.generate(**FOX) for _ in range(50)), return_exceptions=True)


logging.disable()  # alerts are logged as well
alerts = []
with emulated(on=DAY) as provider:
    answers = asyncio.run(draw_fifty(provider.base_url))
    refused = sum(isinstance(answer, APIStatusError) for answer in answers)
    bill = usd(provider.spent_micros)
    print(f"50 calls at once: {50 - refused} drew, {refused} were refused, the provider bills {bill} USD")

    router = frozen(parse_policy(DOLLAR + LADDER), on=DAY, ledger=LEDGER, on_alert=[alerts.append])
    client = router.wrap(OpenAI(base_url=provider.base_url, api_key="any"))
    drawn = []
    try:
        while True:
            drawn.append(str(client.images.generate(**FOX).quality))
    except APIStatusError as error:
        print(f"and then, with a ladder: {', '.join(drawn)}, {error.code}")

    spent = sum(balance.spent_micros for balance in router.ledger.balances())
    print(f"the ledger says {usd(spent)} USD are spent, the provider bills {usd(provider.spent_micros)}")
    names = {f"{alert.percent} %" if alert.kind == "share" else alert.kind for alert in alerts}
    print("alerts:", ", ".join(f"{name} {'of' if '%' in name else 'by'} everyone" for name in sorted(names)))
