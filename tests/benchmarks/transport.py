"""What it costs a call to be decided: the bare SDK, the wrapped SDK, and litellm, with small and with large answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openai

from router.language import parse_policy
from router.testing import frozen
from tests.benchmarks.timing import race
from tests.sdk.environments import NotMadeError, environment

HERE = Path(__file__).parent
LITELLM = "litellm==1.106.2"
CALLS = 20
LENGTHS = {"1 KB": 1_000, "2 MB": 2_000_000}
BARE, WRAPPED = "bare SDK", "wrapped SDK"
FOX: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a fox in the snow", "size": "1024x1024", "quality": "low"}
OLD: dict[str, Any] = {"model": "gpt-image-1", "prompt": "a fox in the snow", "style": "vivid"}
POLICY = """
pixroute: 1
name: transport
defaults: {size: 1024x1024, quality: low}
routes:
  - {id: clear, when: {transparent: true}, to: [gpt-image-2.5-flare]}
  - {id: letters, when: {text_heavy: true}, to: [gpt-image-2]}
  - {id: all, to: [asked, gpt-image-2.5-flare]}
"""


def run(*, rounds: int = 20, others: bool = True) -> dict[str, Any]:
    """Race them; `over_ms` is what a wrapped call takes more than a bare one, in milliseconds.

    Without `others`, or where it cannot be installed, litellm is left out, and `note` says why.
    """
    rows: list[dict[str, Any]] = []
    note = None
    with answering() as url:
        for answer, length in LENGTHS.items():
            rows += _rows(answer, f"{url}/{length}/v1", rounds=rounds)
        if others:
            try:
                rows += _litellm(url, rounds)
            except NotMadeError as problem:
                note = f"litellm could not be installed: {problem}"
    return {"rounds": rounds, "rows": sorted(rows, key=lambda row: list(LENGTHS).index(row["answer"])), "note": note}


def _rows(answer: str, url: str, *, rounds: int) -> list[dict[str, Any]]:
    made = clients(url)
    contestants = {
        BARE: calls(made[BARE], FOX),
        WRAPPED: calls(made[WRAPPED], FOX),
        f"{WRAPPED}, changed": calls(made[WRAPPED], OLD),
    }
    for warm_up in contestants.values():
        warm_up()
    timings = race(contestants, base=BARE, rounds=rounds, calls=CALLS)
    for client in made.values():
        client.close()
    return [
        {
            "client": name,
            "answer": answer,
            "us": timing.micros,
            "ratio": timing.ratio,
            "over_ms": (timing.micros - timings[BARE].micros) / 1e3,
        }
        for name, timing in timings.items()
    ]


def clients(url: str) -> dict[str, openai.OpenAI]:
    """A client as it is, and one that is wrapped."""
    router = frozen(parse_policy(POLICY), on=date(2026, 11, 23))
    return {
        BARE: openai.OpenAI(api_key="sk", base_url=url),
        WRAPPED: router.wrap(openai.OpenAI(api_key="sk", base_url=url)),
    }


def calls(client: openai.OpenAI, body: dict[str, Any]) -> Callable[[], None]:
    """So many calls, each with a prompt of its own, as an app makes them."""
    numbers = iter(range(10_000_000))

    def work() -> None:
        for _ in range(CALLS):
            client.images.generate(**{**body, "prompt": f"{body['prompt']}, number {next(numbers)}"})

    return work


def _litellm(url: str, rounds: int) -> list[dict[str, Any]]:
    """litellm beside the bare SDK of its own environment: its ratio is to that."""
    python = environment(LITELLM)
    lengths = [str(length) for length in LENGTHS.values()]
    command = [str(python), str(HERE / "litellm_images.py"), url, str(rounds), *lengths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMadeError(done.stderr.strip().splitlines()[-1])
    seen = json.loads(done.stdout.splitlines()[-1])
    return [
        {
            "client": "litellm",
            "answer": answer,
            "us": seen[str(length)]["us"],
            "ratio": seen[str(length)]["ratio"],
            "over_ms": (seen[str(length)]["us"] - seen[str(length)]["bare_us"]) / 1e3,
        }
        for answer, length in LENGTHS.items()
    ]


@contextmanager
def answering() -> Iterator[str]:
    """A provider in a process of its own, until the block ends."""
    with subprocess.Popen([sys.executable, str(HERE / "answering.py")], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))  # noqa: T201
