"""Draw, edit and stream without the OpenAI SDK, and save what comes.

Here the provider is the emulator, so that no key is needed; in an app, leave `base_url` and `api_key` out: the key is
taken from OPENAI_API_KEY. It prints:

    door.png: 1536x1024 by gpt-image-2.5-flare for 0.010335 USD
    blue-door.webp: 1024x1024 by gpt-image-2.5-flare for 0.025508 USD
    partial picture 0
    partial picture 1
    sign.png: 1024x1024 by gpt-image-2
    plan_needed: murals are for the paid plan
"""

from datetime import date

from router import parse_policy
from router.client import DeniedError, ImageClient
from router.testing import emulated, frozen

DAY = date(2026, 11, 23)
POLICY = parse_policy("""
pixroute: 1
name: own-client
defaults: {size: 1024x1024, quality: medium}
guards:
  - {id: murals, when: {pixels: {gt: 3686400}}, deny: {code: plan_needed, message: murals are for the paid plan}}
routes:
  - {id: letters, when: {text_heavy: true}, to: [gpt-image-2]}
  - {id: pictures, to: [gpt-image-2.5-flare]}
""")

with (
    emulated(on=DAY) as provider,
    ImageClient(frozen(POLICY, on=DAY), base_url=provider.base_url, api_key="any") as client,
):
    drawn = client.generate("a red door", size="1536x1024")
    door = drawn.pictures[0].save("door.png")
    print(f"{door}: {drawn.pictures[0].size} by {drawn.model} for {drawn.cost_usd} USD")

    edited = client.edit("make the door blue", [door], output_format="webp")
    blue = edited.pictures[0].save("blue-door.webp")
    print(f"{blue}: {edited.pictures[0].size} by {edited.model} for {edited.cost_usd} USD")

    for event in client.stream('a sign that says "OPEN UNTIL LATE"', partial_images=2):
        if event.result is None:
            print(f"partial picture {event.partial_index}")
        else:
            sign = event.picture.save("sign.png")
            print(f"{sign}: {event.picture.size} by {event.result.model}")

    try:
        client.generate("a whole wall", size="3840x2160")
    except DeniedError as denied:
        print(f"{denied.code}: {denied.message}")
