"""The demonstration at work: each request sent to two emulators, as written to one and routed to the other."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from ..app import Router
from ..emulator import running
from ..files import load_policy
from .answers import Answer
from .clients import Ask, Client, File, open_client
from .pictures import blank, hole_in

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..decision import Decision
    from ..emulator import Server
    from ..records import Record
    from .scenes import Scene

POLICY: Final = Path(__file__).with_name("policy.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsWritten:
    """What became of a request that nobody routed."""

    answer: Answer
    billed_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A scene as it was played; `records` has one for each attempt."""

    scene: Scene
    answer: Answer
    records: tuple[Record, ...]
    billed_micros: int
    ms: int
    as_written: AsWritten
    files: tuple[File, ...] = ()

    @property
    def decision(self) -> Decision:
        """What was decided last, which is what was delivered."""
        return self.records[-1].decision

    @property
    def asked_micros(self) -> int | None:
        """What the request as written would have cost; None where the API refuses it."""
        return None if self.as_written.answer.refusal else self.as_written.billed_micros

    @property
    def saved_micros(self) -> int | None:
        """What routing saved, less than nothing where it cost more; None where there is nothing to compare."""
        if self.asked_micros is None or self.answer.refusal:
            return None
        return self.asked_micros - self.billed_micros


@dataclass(slots=True, kw_only=True)
class Account:
    """A client and the bill of the emulator that it calls."""

    client: Client
    server: Server
    seen_micros: int = 0

    def send(self, ask: Ask) -> tuple[Answer, int]:
        """Send a request; gives the answer, and what it added to the bill in micro-dollars."""
        answer = self.client.send(ask)
        before, self.seen_micros = self.seen_micros, self.bill()
        return answer, self.seen_micros - before

    def bill(self) -> int:
        """All that the emulator would charge so far, in micro-dollars."""
        content: Mapping[str, Any] = httpx.get(f"{self.server.url}/_emulator/bill").json()
        return int(content["total_micros"])

    def queue(self, fault: Mapping[str, object]) -> None:
        """Have the emulator play a fault on the next call that fits it."""
        httpx.post(f"{self.server.url}/_emulator/faults", json=fault).raise_for_status()


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where scenes are played, one after the other; a later one may edit what an earlier one drew."""

    plain: Account
    routed: Account
    heard: list[Record] = field(default_factory=list)
    drawn: dict[str, bytes] = field(default_factory=dict)

    def play(self, scenes: Iterable[Scene]) -> Iterator[Shot]:
        """Play scenes, each when the next is wanted."""
        return map(self._play, scenes)

    def _play(self, scene: Scene) -> Shot:
        files = tuple(self._files(scene))
        written, written_micros = self.plain.send(Ask(body=scene.body, told={}, files=files))
        if scene.fault is not None:
            self.routed.queue(scene.fault)
        self.heard.clear()
        started = time.perf_counter()
        answer, billed_micros = self.routed.send(Ask(body=scene.body, told=scene.told, files=files))
        elapsed_s = time.perf_counter() - started
        if answer.pictures:
            self.drawn[scene.id] = answer.pictures[0]
        return Shot(
            scene=scene,
            answer=answer,
            records=tuple(self.heard),
            billed_micros=billed_micros,
            ms=round(elapsed_s * 1000),
            as_written=AsWritten(answer=written, billed_micros=written_micros),
            files=files,
        )

    def _files(self, scene: Scene) -> Iterator[File]:
        pictures = [self.drawn.get(name) or blank() for name in scene.images]
        for name, picture in zip(scene.images, pictures, strict=True):
            yield File("image[]", f"{name}.png", picture)
        if scene.mask:
            yield File("mask", "mask.png", hole_in(pictures[0]))


NOON: Final = clock(12, tzinfo=UTC)


@contextmanager
def open_stage(on: date, catalog: Catalog) -> Iterator[Stage]:
    """Start both emulators, on free ports, until the block ends."""
    heard: list[Record] = []
    noon = datetime.combine(on, NOON)
    router = Router(load_policy(POLICY, catalog), catalog, on_decision=[heard.append], now=lambda: noon)
    with (
        running(on=on, catalog=catalog) as plain,
        running(on=on, catalog=catalog) as routed,
        open_client(plain.base_url) as plain_client,
        open_client(routed.base_url, router) as routed_client,
    ):
        yield Stage(
            plain=Account(client=plain_client, server=plain),
            routed=Account(client=routed_client, server=routed),
            heard=heard,
        )
