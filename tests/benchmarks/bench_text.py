"""How long `read_text` takes: `python tests/benchmarks/bench_text.py`.

Each prompt of 250 to 350 characters is timed by itself, and so is a round trip of the same prompt through `json`, which
tells a slow machine from slow code.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from router.text import read_text

ROUNDS = 15
DATA = Path(__file__).parents[1] / "data" / "text_prompts.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
PROMPTS = [row["prompt"] for row in ROWS if 250 <= len(row["prompt"]) <= 350]
GROUPS = {
    "all": PROMPTS,
    "written in ASCII": [prompt for prompt in PROMPTS if prompt.isascii()],
    "others": [prompt for prompt in PROMPTS if not prompt.isascii()],
}


def round_trip(prompt: str) -> object:
    return json.loads(json.dumps({"prompt": prompt}))


def microseconds(call: Callable[[str], object], prompts: Sequence[str]) -> float:
    """The median over the prompts of the median over the rounds."""
    return statistics.median(statistics.median(timed(call, prompt) for _ in range(ROUNDS)) for prompt in prompts)


def timed(call: Callable[[str], object], prompt: str) -> float:
    started = time.perf_counter_ns()
    call(prompt)
    return (time.perf_counter_ns() - started) / 1000


def main() -> None:
    for name, prompts in GROUPS.items():
        reading, baseline = microseconds(read_text, prompts), microseconds(round_trip, prompts)
        ratio = reading / baseline
        print(f"{name}: {len(prompts)} prompts, {reading:.1f} µs each, {ratio:.1f} times a JSON round trip")  # noqa: T201


if __name__ == "__main__":
    main()
