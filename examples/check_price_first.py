"""Ask for the price before anything is sent, and draw only what is worth it.

Deciding needs no key and no network. Here the provider is the emulator; in an app, make the router with
`Router.from_file` and the client with your key. It prints:

    high: gpt-image-2 at most 0.211135 USD: too dear
    medium: gpt-image-2 at most 0.053095 USD: drawn for 0.05276 USD
"""

from datetime import date

from router.client import ImageClient
from router.testing import emulated, frozen

DAY = date(2026, 11, 23)
WORTH_MICROS = 100_000  # ten cents
POSTER = {"prompt": 'a poster that says "OPEN UNTIL LATE"', "size": "1024x1024"}

router = frozen("pixroute:migrate-from-gpt-image-1", on=DAY)

with emulated(on=DAY) as provider, ImageClient(router, base_url=provider.base_url, api_key="any") as client:
    for quality in ("high", "medium"):
        decision = router.decide({**POSTER, "quality": quality})
        if decision.quote is None:
            print(f"{quality}: denied")
            continue
        head = f"{quality}: {decision.model} at most {decision.quote.ceiling_micros / 1_000_000:g} USD"
        if decision.quote.ceiling_micros > WORTH_MICROS:
            print(f"{head}: too dear")
            continue
        result = client.generate(POSTER["prompt"], size=POSTER["size"], quality=quality)
        print(f"{head}: drawn for {result.cost_usd} USD")
        break
