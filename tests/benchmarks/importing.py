"""What `import router` costs in a fresh process, and what it must not bring along."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from time import perf_counter

from tests.benchmarks.timing import compare

HEAVY = ("httpx", "httpx2", "pydantic", "yaml", "jsonschema", "typer", "rich", "openai", "asyncio")
STARTS = {
    "python": "pass",
    "import json": "import json",
    "import router": "import router",
    "router.Router": "import router; router.Router",
}
"""The last line names what an app uses, and so imports what stands behind it."""
INSIDE = """
import sys, time
start = time.perf_counter()
import router
took = time.perf_counter() - start
print(took * 1e3, *(name for name in {heavy} if name in sys.modules))
"""


def run(*, rounds: int = 20) -> dict[str, object]:
    """Start each process in turns; `import_ms` is timed inside one, around the import alone."""
    seconds: dict[str, list[float]] = {name: [] for name in STARTS}
    inside: list[float] = []
    brought: set[str] = set()
    for _ in range(rounds):
        for name, code in STARTS.items():
            start = perf_counter()
            _python(code)
            seconds[name].append(perf_counter() - start)
        took, *heavy = _python(INSIDE.format(heavy=HEAVY)).split()
        inside.append(float(took))
        brought |= {*heavy}
    rows = [
        {"process": name, "total_ms": timing.micros / 1e3, "ratio": timing.ratio}
        for name, timing in compare(seconds, base="python").items()
    ]
    return {"rounds": rounds, "import_ms": median(inside), "brought": sorted(brought), "rows": rows}


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))  # noqa: T201
