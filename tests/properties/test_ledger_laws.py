"""The laws of money, on every store: whatever is asked, in whatever order, at whatever time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from ..contracts.ledgers import opening, stores
from .ledger_machine import ledger_machine

EXAMPLES = {"memory": 4 * settings.default.max_examples}
FEWER = max(settings.default.max_examples // 4, 10)  # a store with files or a server takes longer for each


@pytest.fixture(scope="module", params=stores())
def store(request):
    """A store's name, and how it is opened."""
    with opening(request.param) as open_ledger:
        yield request.param, open_ledger


def test_a_ledger_keeps_the_laws(store):
    name, open_ledger = store

    run_state_machine_as_test(
        ledger_machine(open_ledger),
        settings=settings(
            max_examples=EXAMPLES.get(name, FEWER),
            stateful_step_count=30,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
