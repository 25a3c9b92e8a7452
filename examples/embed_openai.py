"""Embed the router in an app that calls the OpenAI SDK: one line.

The call below names a model that was shut down and a size that no model draws. It goes on working, and its answer says
what was done. Here the provider is the emulator, so that no key is needed; in an app, leave `emulated` out and make the
router with `Router.from_file`. It prints:

    gpt-image-2.5-flare drew 1200x640, by the route keep-the-alpha-channel, for 0.006525 USD
    the cap of this call: 402 budget_exceeded
"""

from datetime import date

import openai

from router.testing import emulated, frozen

DAY = date(2026, 11, 23)
router = frozen("pixroute:migrate-from-gpt-image-1", on=DAY)

with emulated(on=DAY) as provider, openai.OpenAI(base_url=provider.base_url, api_key="any") as plain:
    client = router.wrap(plain)  # the one line

    answer = client.images.with_raw_response.generate(
        model="gpt-image-1", prompt="a fox logo", background="transparent", size="1200x628"
    )
    told = answer.headers
    print(
        f"{told['x-pixroute-model']} drew {answer.parse().size}, by the route {told['x-pixroute-rule']},"
        f" for {told['x-pixroute-cost-usd']} USD"
    )

    try:
        client.images.generate(prompt="a mural", extra_body={"pixroute": {"max_cost_usd": 0.001}})
    except openai.APIStatusError as error:
        print(f"the cap of this call: {error.status_code} {error.code}")
