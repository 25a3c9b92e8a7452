"""An emulator on 2026-11-23, and routers on the same day; each test finds bill and faults empty."""

from __future__ import annotations

import asyncio
import faulthandler
import time
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from router import Router
from router.app import read_catalogs
from router.catalog import Catalog
from router.catalogfile import overlay
from router.language import parse_policy
from router.testing import Emulated, emulated, frozen
from router.transport import drivers

DAY = date(2026, 11, 23)
PLAIN = """
pixroute: 1
name: plain
routes:
  - id: all
    to: [asked, gpt-image-2.5-flare, gpt-image-2.5-sunburst]
"""


@pytest.fixture(autouse=True)
def nothing_hangs():
    """Whatever takes longer ends the process, and says where it was."""
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


LONGEST_S = 120  # on a busy machine; the slowest test takes a few seconds


@pytest.fixture(scope="session")
def catalog():
    """The shipped catalogue, and at Azure a deployment of every model, `at-NAME`."""
    shipped = read_catalogs(None)
    rows = ", ".join(f"at-{name}: {name}" for name in shipped.provider("azure").own_names)
    return overlay(shipped, f"pixroute-catalog: 1\nprovider: azure\ndeployments: {{{rows}}}\n", "mine.yaml")


@pytest.fixture(scope="session")
def emulator(catalog):
    with emulated(on=DAY, catalog=catalog) as running:
        yield running


@dataclass(kw_only=True)
class Routers:
    """Makes routers on the day; `records` has what all of them did, and `waits` how long their drivers waited."""

    catalog: Catalog
    records: list[Any] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def make(self, policy: str = PLAIN, **more: Any) -> Router:
        """A router by a policy's text, or by the name of a shipped one."""
        subject = policy if policy.startswith("pixroute:migrate") else parse_policy(policy)
        return frozen(subject, on=DAY, catalog=self.catalog, on_decision=[self.records.append], **more)


@dataclass(kw_only=True)
class Stage(Routers):
    """The same, with an emulated provider."""

    provider: Emulated

    @property
    def called(self) -> list[str]:
        """The models that the provider was asked for."""
        return [str(call["model"]).removeprefix("at-") for call in self.provider.calls]

    @property
    def billed(self) -> int:
        """How many calls cost something."""
        return sum(bool(call["micros"]) for call in self.provider.calls)


@pytest.fixture
def routers(catalog, monkeypatch):
    """Routers whose drivers note how long they would wait, in seconds, and do not."""
    routers = Routers(catalog=catalog)
    _wait_for_nothing(routers, monkeypatch)
    return routers


@pytest.fixture
def stage(catalog, emulator, monkeypatch):
    """An emulator, and such routers."""
    emulator.reset()
    stage = Stage(catalog=catalog, provider=emulator)
    _wait_for_nothing(stage, monkeypatch)
    return stage


def _wait_for_nothing(routers, monkeypatch):
    async def wait(seconds):
        routers.waits.append(seconds)

    monkeypatch.setattr(drivers, "time", SimpleNamespace(sleep=routers.waits.append, monotonic=time.monotonic))
    monkeypatch.setattr(drivers, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": wait}))
