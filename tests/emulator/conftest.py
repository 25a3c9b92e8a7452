"""An emulator on 2026-11-23, and a client that calls it; each test finds its bill and its faults empty."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from router import emulator

DAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def server():
    with emulator.running(on=DAY) as running:
        yield running


@pytest.fixture
def api(server):
    with httpx.Client(base_url=server.url, headers={"authorization": "Bearer sk-any"}) as client:
        client.delete("/_emulator/bill")
        client.delete("/_emulator/faults")
        yield client
