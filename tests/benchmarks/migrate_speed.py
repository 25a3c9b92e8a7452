"""How long `pixroute migrate scan` takes on 100,000 lines of Python: `python tests/benchmarks/migrate_speed.py`.

Three trees of the same length are written, and scanned in a process of its own, as a user does it: *ordinary* code, of
which one file in twenty asks for pictures; *busy* code, where each file does, among others; and *dense* code, a call in
every ten lines. Values come from constants of another module, classes and dicts. Ends with 1 above the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

LIMIT_S = 20.0
LINES_OF_A_FILE = 250
FILLER = '''\
def {name}(rows, *, limit={number}):
    """Sum up what is open for each customer."""
    totals = {{}}
    for row in rows:
        if row.get("state") not in ("open", "late"):
            continue
        key = (row["customer"], row.get("currency", "EUR"))
        totals[key] = totals.get(key, 0) + int(row["amount"]) * {number}
        if totals[key] > limit:
            log.warning("%s is above %d", key, limit)
    return sorted(totals.items(), key=lambda each: each[1], reverse=True)


class {title}Store:
    table = "{name}"

    def __init__(self, connection, cache=None):
        self.connection = connection
        self.cache = cache or {{}}

    def find(self, *ids):
        missing = [each for each in ids if each not in self.cache]
        if missing:
            query = f"select * from {{self.table}} where id in ({{', '.join('?' * len(missing))}})"
            for record in self.connection.execute(query, missing):
                self.cache[record["id"]] = dict(record)
        return [self.cache[each] for each in ids if each in self.cache]


'''
CALLS = (
    """\
def {name}(prompt, size=DEFAULT_SIZE):
    answer = client.images.generate(model=MODEL, prompt=prompt, size=size, quality="high")
    return base64.b64decode(answer.data[0].b64_json)


""",
    """\
def {name}(prompt, festive):
    options = {{"model": "dall-e-3", "prompt": prompt, "response_format": "b64_json"}}
    if festive:
        options["quality"] = "hd"
        options["style"] = "vivid"
    else:
        options["size"] = sizes.get("wide", DEFAULT_SIZE)
    return client.images.generate(**options).data[0].b64_json


""",
    """\
class {title}Painter:
    model = "gpt-image-1"

    def __init__(self, quality="standard"):
        self.client = OpenAI(timeout=60)
        self.quality = quality

    def paint(self, prompt):
        return self.client.images.generate(model=self.model, prompt=prompt, quality=self.quality).data[0].url


""",
    """\
def {name}(text):
    body = {{"model": MODEL, "prompt": text, "size": "1024x1024"}}
    response = requests.post(f"{{API}}/images/generations", json=body, timeout=60)
    return response.json()["data"][0]["b64_json"]


""",
)
CONSTANTS = """\
MODEL = "gpt-image-1"
DEFAULT_SIZE = "1792x1024"
API = "https://api.openai.com/v1"
sizes = {"wide": "1792x1024"}
"""
PLAIN_HEAD = "import logging\n\nlog = logging.getLogger(__name__)\n\n\n"
HEAD = """\
import base64
import logging

import requests
from openai import OpenAI

from constants import API, DEFAULT_SIZE, MODEL, sizes

log = logging.getLogger(__name__)
client = OpenAI()


"""
KINDS = {"ordinary": 0.05, "busy": 1.0, "dense": 1.0}
"""What share of the files asks for pictures."""


def write_tree(folder: Path, kind: str, lines: int) -> int:
    """Write files of about so many lines; gives how many there are."""
    random = Random(kind)  # noqa: S311 -- the same tree each time
    (folder / "constants.py").write_text(CONSTANTS)
    written = number = 0
    while written < lines:
        asks = random.random() < KINDS[kind]
        text = module(random, asks=asks, dense=kind == "dense")
        (folder / f"module_{number:04}.py").write_text(text)
        written += text.count("\n")
        number += 1
    return written


def module(random: Random, *, asks: bool, dense: bool) -> str:
    """One file."""
    parts, lines = [HEAD if asks else PLAIN_HEAD], 12
    while lines < LINES_OF_A_FILE:
        is_call = asks and (dense or random.random() < 0.3)
        part = (random.choice(CALLS) if is_call else FILLER).format(
            name=f"part_{len(parts)}", title=f"Part{len(parts)}", number=random.randint(2, 900)
        )
        parts.append(part)
        lines += part.count("\n")
    return "".join(parts)


def measure(folder: Path) -> dict[str, object]:
    """Scan a tree once, in a process of its own."""
    command = [sys.executable, "-m", "router", "migrate", "scan", str(folder), "--on", "2026-11-23", "--format", "json"]
    started = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    report = json.loads(ran.stdout)
    summary = report["summary"]
    return {
        "files": summary["files"],
        "lines": summary["lines"],
        "findings": summary["findings"],
        "unresolved": len(report["unresolved"]),
        "skipped": len(report["skipped"]),
        "seconds": round(seconds, 2),
        "lines_per_second": round(summary["lines"] / seconds),
        "largest_process_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def main() -> int:
    """Measure each kind, and print a line of JSON for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--kind", choices=KINDS, action="append")
    given = parser.parse_args()
    slow = False
    for kind in given.kind or KINDS:
        with tempfile.TemporaryDirectory() as name:
            write_tree(Path(name), kind, given.lines)
            result = {"kind": kind, **measure(Path(name)), "load": os.getloadavg()[0]}
        print(json.dumps(result), flush=True)  # noqa: T201
        slow = slow or result["seconds"] > LIMIT_S * given.lines / 100_000
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
