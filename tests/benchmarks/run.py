"""Runs the benchmarks and prints their results: `python tests/benchmarks/run.py [NAME…] [--json]`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.benchmarks import deciding, growth, importing, matching, transport


class Benchmark(NamedTuple):
    """What is measured, how its results are headed, and what must come out."""

    about: str
    run: Callable[..., dict[str, Any]]
    columns: Mapping[str, str]
    targets: Callable[[dict[str, Any]], list[Target]]


class Target(NamedTuple):
    """A number that must not be above a limit."""

    name: str
    value: float
    limit: float


def _row(result: dict[str, Any], **where: object) -> dict[str, Any]:
    return next(row for row in result["rows"] if where.items() <= row.items())


def _matching(result: dict[str, Any]) -> list[Target]:
    ours = _row(result, engine="pixroute, compiled")
    return [Target("matching, times hand-written code", ours["match_ratio"], 3)]


def _growth(result: dict[str, Any]) -> list[Target]:
    many = _row(result, kind="names and tags", rules=1_000)
    return [Target("1,000 rules that dispatch, times 10 rules", many["match_ratio"], 2)]


def _deciding(result: dict[str, Any]) -> list[Target]:
    return [Target("decide, times a JSON round trip", _row(result, stage=deciding.WHOLE)["ratio"], 14)]


def _importing(result: dict[str, Any]) -> list[Target]:
    return [
        Target("import router, ms", result["import_ms"], 60),
        Target("heavy modules that it brings", len(result["brought"]), 0),
    ]


def _transport(result: dict[str, Any]) -> list[Target]:
    large = _row(result, client=transport.WRAPPED, answer="2 MB")
    return [Target("a wrapped call with a picture of 2 MB, ms over a bare one", large["over_ms"], 0.5)]


BENCHMARKS: Mapping[str, Benchmark] = {
    "matching": Benchmark(
        "twelve routes, twelve requests, one for each route",
        matching.run,
        {
            "engine": "engine",
            "match_us": "match, µs",
            "match_ratio": "× hand-written",
            "convert_us": "convert, µs",
            "both_us": "both, µs",
            "both_ratio": "× hand-written",
        },
        _matching,
    ),
    "growth": Benchmark(
        "matching by number of rules; the first use compiles what the requests touch",
        growth.run,
        {
            "kind": "rules by",
            "rules": "rules",
            "match_us": "match, µs",
            "match_ratio": "× the fewest",
            "parse_ms": "parse, ms",
            "index_ms": "index, ms",
            "first_use_ms": "first use, ms",
        },
        _growth,
    ),
    "deciding": Benchmark(
        "a hundred rules, and a fresh prompt of 300 characters for each call",
        deciding.run,
        {"stage": "stage", "us": "µs", "ratio": "× JSON round trip"},
        _deciding,
    ),
    "importing": Benchmark(
        "fresh processes",
        importing.run,
        {"process": "process", "total_ms": "total, ms", "ratio": "× bare Python"},
        _importing,
    ),
    "transport": Benchmark(
        "whole calls through the SDK, to a provider that answers at once",
        transport.run,
        {
            "client": "client",
            "answer": "picture",
            "us": "call, µs",
            "ratio": "× bare SDK",
            "over_ms": "over the bare SDK, ms",
        },
        _transport,
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is named, or everything; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all if left out")
    parser.add_argument("--rounds", type=int, help="how often everything is timed; fewer are faster and less exact")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark `{unknown[0]}`; there are {', '.join(BENCHMARKS)}")
    names = options.names or [*BENCHMARKS]
    rounds = {} if options.rounds is None else {"rounds": options.rounds}
    results = {name: BENCHMARKS[name].run(**rounds) for name in names}
    targets = [target for name in names for target in BENCHMARKS[name].targets(results[name])]
    if options.json:
        report = {"on": machine(), "results": results, "targets": [target._asdict() for target in targets]}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        show(results, targets)
    return int(any(target.value > target.limit for target in targets))


def machine() -> dict[str, str]:
    """What the numbers were measured with."""
    installed = {each.metadata["Name"]: each.version for each in metadata.distributions()}
    engines = {name: installed[name] for name in ("zen-engine", "common-expression-language") if name in installed}
    return {"python": platform.python_version(), "machine": platform.machine(), **engines}


def show(results: Mapping[str, dict[str, Any]], targets: Sequence[Target]) -> None:
    """Print a table for each benchmark, and the targets."""
    console = Console()
    console.print(" · ".join(f"{name} {version}" for name, version in machine().items()), style="dim")
    for name, result in results.items():
        benchmark = BENCHMARKS[name]
        table = Table(title=f"[bold]{name}[/bold]: {benchmark.about}", title_justify="left", title_style="")
        for heading in benchmark.columns.values():
            table.add_column(heading)
        for column in table.columns[1:]:
            column.justify = "right"
        for row in result["rows"]:
            table.add_row(*(_cell(row[key]) for key in benchmark.columns))
        console.print(table)
        if result.get("note"):
            console.print(result["note"], style="dim")
    for target in targets:
        met = target.value <= target.limit
        verdict = "[green]met[/green]" if met else "[red]missed[/red]"
        console.print(f"{verdict}  {target.name}: [bold]{_cell(target.value)}[/bold] (at most {target.limit:g})")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    sys.exit(main())
