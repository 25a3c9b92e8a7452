"""The driver of a replay: logs are read in pieces, each is judged, by several processes where there is much of it."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from typing import Final, NamedTuple, Self, TypeAlias

from ..errors import ConfigError
from .logged import Logged, Passed, Unread, read_logged
from .logs import DECODER, MIB, Block, Broken, Log, Value, open_log
from .tally import Batch, Places, Tally
from .trial import Judge, Judged, Terms, Verdict

Progress: TypeAlias = Callable[[int, int | None], None]
"""Told how many bytes of how many were read; None where nobody knows."""

MUCH: Final = 8 * MIB
"""Bytes, for which it pays to start processes."""

MOST_WORKERS: Final = 8
AHEAD: Final = 2  # pieces for each process that are read before they are wanted


def replay(
    names: Sequence[str], terms: Terms, *, progress: Progress | None = None, workers: int | None = None
) -> Tally:
    """Judge every request of the logs, in bounded memory. Raises `ConfigError` for one that cannot be opened."""
    tally = Tally()
    with ExitStack() as stack:
        logs = [stack.enter_context(open_log(name)) for name in names]
        sizes = [log.total for log in logs]
        known = [size for size in sizes if size is not None]
        total = sum(known) if len(known) == len(sizes) else None
        crew = stack.enter_context(_Crew(terms, _workers(workers, total)))
        before = 0
        for log in logs:
            for part in crew.judge(log):
                tally.merge(part)
                if progress is not None:
                    progress(before + log.done, total)
            before += log.total or 0
    return tally


def _workers(asked: int | None, total: int | None) -> int:
    if asked is not None:
        return asked
    if total is not None and total < MUCH:
        return 1
    return min(_there(), MOST_WORKERS)


def _there() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Piece(NamedTuple):
    """Lines of a log, and where they are from."""

    name: str
    block: Block


class _Crew:
    """Those who judge: this process, and others where there are to be several."""

    def __init__(self, terms: Terms, workers: int) -> None:
        self._terms = terms
        self._judge = Judge(terms)
        self._workers = workers
        self._pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(terms,)) if workers > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def judge(self, log: Log) -> Iterator[Tally]:
        """What the parts of a log come to, in their order."""
        if log.kind != "lines":
            yield from _judge_values(log, self._judge)
        elif self._pool is None:
            for block in log.blocks():
                yield (
                    _broken(log.name, block)
                    if isinstance(block, Broken)
                    else judge_block(Piece(log.name, block), self._judge)
                )
        else:
            yield from self._judge_ahead(log, self._pool)

    def _judge_ahead(self, log: Log, pool: ProcessPoolExecutor) -> Iterator[Tally]:
        """Hand out pieces, a few ahead of those that are back; so little of a log is in memory at a time."""
        coming: deque[Future[Tally] | Tally] = deque()
        for block in log.blocks():
            coming.append(
                _broken(log.name, block)
                if isinstance(block, Broken)
                else pool.submit(_judge_piece, Piece(log.name, block))
            )
            if len(coming) > AHEAD * self._workers:
                yield _back(coming.popleft())
        yield from map(_back, coming)


def _back(part: Future[Tally] | Tally) -> Tally:
    return part if isinstance(part, Tally) else part.result()


_MINE: dict[str, Judge] = {}


def _start(terms: Terms) -> None:
    _MINE["judge"] = Judge(terms)


def _judge_piece(piece: Piece) -> Tally:
    return judge_block(piece, _MINE["judge"])


# -- one piece


def judge_block(piece: Piece, judge: Judge) -> Tally:
    """Judge lines, each of which is a record."""
    return _judge(piece.name, _records(piece.block), judge)


def _judge_values(log: Log, judge: Judge) -> Iterator[Tally]:
    some: list[Value | Broken] = []
    for value in log.values():
        some.append(value)
        if len(some) >= AT_A_TIME:
            yield _judge(log.name, some, judge)
            some = []
    yield _judge(log.name, some, judge)


AT_A_TIME: Final = 20
"""Entries of an archive: each may hold pictures."""


def _broken(name: str, broken: Broken) -> Tally:
    tally = Tally(lines=1)
    tally.unread.add(broken.reason, _place(name, broken.line))
    return tally


def _place(name: str, line: int) -> Places:
    return Places(1, (f"{name}:{line}",))


def _judge(name: str, records: Iterable[Value | Broken], judge: Judge) -> Tally:
    tally = Tally()
    batches: dict[tuple[Verdict, str | None], Batch] = {}
    for record in records:
        tally.lines += 1
        read = Unread(record.reason) if isinstance(record, Broken) else read_logged(record.value)
        if isinstance(read, Logged):
            judged = _judged(read, judge)
            if isinstance(judged, Judged):
                key = (judged.verdict, read.day)
                batch = batches.get(key)
                if batch is None:
                    batch = batches[key] = Batch(judged.verdict, read.day)
                tally.add_costs(batch, judged.prompt_bytes)
                if read.notes:
                    tally.notes.update(read.notes)
                continue
            read = judged
        met = tally.unread if isinstance(read, Unread) else tally.passed
        met.add(read.reason, _place(name, record.line))
    for batch in batches.values():
        tally.add(batch)
    return tally


def _judged(logged: Logged, judge: Judge) -> Judged | Passed | Unread:
    try:
        return judge.judge(logged)
    except Exception as error:  # noqa: BLE001 -- a mistake of ours in one record; the report says so
        return Unread(f"it could not be judged: {error!r}")


def _records(block: Block) -> Iterator[Value | Broken]:
    """The values of lines; what stands before a line's first brace may be the log's own."""
    for number, line in enumerate(block.data.split(b"\n"), start=block.line):
        if not line or line.isspace():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            yield Broken(number, f"not UTF-8: byte 0x{line[error.start]:02x}")
            continue
        try:
            yield Value(number, DECODER.decode(text))
        except (ValueError, RecursionError) as error:
            yield _after_prefix(number, text, error)


def _after_prefix(number: int, text: str, error: Exception) -> Value | Broken:
    start = text.find("{")
    if 0 < start <= LONGEST_PREFIX:
        try:
            value, end = DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            pass
        else:
            if isinstance(value, dict) and not text[end:].strip():
                return Value(number, {"timestamp": text[:start].strip("[( ")[:LONGEST_TIME], "body": value})
    return Broken(number, _said(error))


LONGEST_PREFIX: Final = 400
LONGEST_TIME: Final = 10
"""Characters of a day: what follows it in a line of text has many forms."""


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "not JSON: nested too deeply"
    message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    return f"not JSON: {message[:1].lower()}{message[1:]}"


def refuse_empty(tally: Tally, names: Sequence[str]) -> None:
    """Raise `ConfigError` where there is no request at all: nothing can be said then."""
    if tally.requests:
        return
    causes = [
        f"{places.first[0]}: {reason}"
        for met in (tally.unread, tally.passed)
        for reason, places in met.by_reason.items()
    ]
    cause = f": {causes[0]}" if causes else ""
    raise ConfigError(
        f"no image request in {', '.join(f'`{name}`' for name in names)}{cause}",
        hint="a log has a request in each line, as JSON",
    )
