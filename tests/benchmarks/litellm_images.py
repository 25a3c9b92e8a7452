"""litellm against the bare SDK, in an environment that has both: `python litellm_images.py URL ROUNDS`, prints JSON."""

from __future__ import annotations

import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it would fetch prices from the network

import litellm
import openai

from tests.benchmarks.timing import race

CALLS = 20
FOX = {"model": "gpt-image-2", "prompt": "a fox in the snow", "size": "1024x1024", "quality": "low"}


def main(url: str, rounds: int) -> dict[str, dict[str, float]]:
    """Microseconds of a call, by the length of its answer and who makes it."""
    seen = {}
    for length in sys.argv[3:]:
        base = f"{url}/{length}/v1"
        bare = openai.OpenAI(api_key="sk", base_url=base)

        def call_bare(client: openai.OpenAI = bare) -> None:
            for _ in range(CALLS):
                client.images.generate(**FOX)

        def call_litellm(base: str = base) -> None:
            for _ in range(CALLS):
                litellm.image_generation(**{**FOX, "model": "openai/gpt-image-2"}, api_key="sk", api_base=base)

        call_bare()
        call_litellm()
        timings = race({"bare": call_bare, "litellm": call_litellm}, base="bare", rounds=rounds, calls=CALLS)
        seen[length] = {
            "bare_us": timings["bare"].micros,
            "us": timings["litellm"].micros,
            "ratio": timings["litellm"].ratio,
        }
    return seen


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))  # noqa: T201
