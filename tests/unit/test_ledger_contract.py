"""The contract that our users run on stores of their own says what a broken one does, and needs pytest only then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from router import testing

BROKEN = """
from router.ledger.memory import MemoryLedger
from router.testing import LedgerContract


class Forgetful(MemoryLedger):
    def release(self, hold, /):
        return self.settle(hold, 0)


class TestForgetful(LedgerContract):
    def open(self, now):
        return Forgetful(now=now)
"""
STORED = """
import pytest
from router.ledger.memory import MemoryLedger
from router.testing import LedgerContract


class TestStored(LedgerContract):
    @pytest.fixture
    def ledger_store(self, tmp_path):
        return {"folder": tmp_path}

    def open(self, now):
        return self.store.setdefault("ledger", MemoryLedger(now=now))

    reopen = open
"""
WITHOUT_PYTEST = """
import sys
import router.testing
print("pytest" in sys.modules)
"""


def run(tmp_path, test):
    path = tmp_path / "test_mine.py"
    path.write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, path]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)


def test_a_store_that_breaks_a_law_is_told_which(tmp_path):
    done = run(tmp_path, BROKEN)

    assert done.returncode == 1
    assert "AssertionError: `release` of a hold that is held" in done.stdout
    assert "found: Ended(state='settled', changed=True, micros=0, overrun_micros=0)" in done.stdout
    assert "wanted: Ended(state='released', changed=True, micros=0, overrun_micros=0)" in done.stdout


def test_a_store_may_need_a_fixture(tmp_path):
    done = run(tmp_path, STORED)

    assert done.returncode == 0, done.stdout


def test_who_does_not_ask_for_the_contract_needs_no_pytest():
    done = subprocess.run([sys.executable, "-c", WITHOUT_PYTEST], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute `LedgerContrat`"):
        _ = testing.LedgerContrat
