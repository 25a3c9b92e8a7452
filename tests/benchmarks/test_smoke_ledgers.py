"""The benchmarks of ledgers run, and what they compare is what it says; how fast is measured by hand."""

import json
import os
from pathlib import Path
from time import process_time

import pytest

from tests.benchmarks import leases, ledgers
from tests.benchmarks.machine import processor_s


def test_memory_and_a_file_fill_the_table():
    result = ledgers.run(stores=("memory", "sqlite"), seconds=0.05, processes=(1, 2))

    rows = result["rows"]
    assert [(row["store"], row["processes"]) for row in rows] == [
        ("memory", 1),
        ("memory", 2),
        ("sqlite", 1),
        ("sqlite", 2),
    ]
    assert [ledgers.COLUMNS.keys() - row.keys() for row in rows] == [set()] * 4
    assert [row["over"] for row in rows] == [0] * 4
    assert min(row[key] for row in rows for key in ("pairs_s", "counter_pairs_s", "ratio")) > 0
    assert [target.name for target in ledgers.targets(result)] == [
        "sqlite, pairs a second",
        "sqlite, one pair of one process, p50 in ms",
        "most that a limit of ours was passed by, %",
    ]


def test_the_counter_that_people_write_passes_the_limit_and_a_ledger_does_not():
    [row] = ledgers.run(stores=("memory",), seconds=0.05, processes=(8,))["rows"]

    assert row["over"] == 0
    assert row["counter_over"] > 0


def test_the_command_tells_whether_targets_are_met(capsys):
    code = ledgers.main(["memory", "--seconds", "0.05", "--processes", "1", "--json"])

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["targets"][0]["name"] == "most that a limit of ours was passed by, %"


def test_an_unknown_store_is_an_error(capsys):
    with pytest.raises(SystemExit):
        ledgers.main(["slqite"])

    assert "no store `slqite`" in capsys.readouterr().err


@pytest.mark.parametrize("processes", [3, 32])
def test_no_way_to_lease_a_limit_passes_it(processes):
    rows = leases.run(rate=20_000, processes=processes, seconds=1.5)["rows"]

    assert [row["over_micros"] for row in rows] == [0] * len(leases.POLICIES)
    assert rows[-1]["unused_calls"] <= 2 * processes
    assert rows[-1]["stranded_calls"] < rows[0]["stranded_calls"] / 50


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell")
def test_a_process_that_computes_is_seen_to_do_so():
    before, until = processor_s(os.getpid()), process_time() + 0.1
    while process_time() < until:
        pass

    assert processor_s(os.getpid()) - before >= 0.08
