"""What every store of budgets has to do, as tests for pytest: `LedgerContract`.

from router.testing import LedgerContract

class TestMyLedger(LedgerContract):
    @pytest.fixture
    def store(self, tmp_path):
        return tmp_path / "spend.db"

    def open(self, now):
        return MyLedger(self.store, now=now)

    reopen = open  # a second connection to the same store
"""

from __future__ import annotations

from .admission import Admission
from .bench import Bench, Clock, account
from .crowds import Crowds
from .leases import Leases
from .life import Life
from .lines import Lines
from .places import Places
from .repeats import Repeats

__all__ = ["Clock", "LedgerContract", "account"]


class LedgerContract(Admission, Life, Repeats, Leases, Places, Lines, Crowds, Bench):
    """Every test that a `Ledger` has to pass; say in `open` how an empty one is opened."""
