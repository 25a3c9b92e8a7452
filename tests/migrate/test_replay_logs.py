"""Logs in the forms that they come in: told apart by how they begin, read piece by piece."""

from __future__ import annotations

import gzip
import json
from contextlib import ExitStack

import pytest

from router.errors import ConfigError
from router.migrate import logs
from router.migrate.logs import Block, Broken, Value, open_log

BODY = {"model": "gpt-image-1", "prompt": "a door"}
LINE = json.dumps(BODY)


@pytest.fixture
def opened(tmp_path):
    with ExitStack() as stack:

        def open_(text, name="log.jsonl"):
            file = tmp_path / name
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            return stack.enter_context(open_log(str(file)))

        yield open_


def values(log):
    return [each.value if isinstance(each, Value) else each for each in log.values()]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{LINE}\n{LINE}\n", "lines"),
        (LINE, "lines"),
        (f'{{"model": "cut\n{LINE}\n', "lines"),
        (f"2026-11-01 10:00:00 INFO {LINE}\n", "lines"),
        ("", "lines"),
        (json.dumps(BODY, indent=2), "values"),
        (f"[{LINE}, {LINE}]", "array"),
        (json.dumps([BODY], indent=1), "array"),
        ('{"log": {"version": "1.2", "entries": []}}', "archive"),
        ('{\n "log": {\n  "creator": {"name": "x"},\n', "archive"),
        ('{"log": {"prompt": "x"}}\n', "lines"),
        ('{"log": "text of a container", "stream": "stdout"}\n', "lines"),
    ],
)
def test_the_kind_is_told_by_how_a_log_begins(opened, text, kind):
    assert opened(text).kind == kind


def test_a_mark_of_byte_order_is_no_part_of_the_first_line(opened):
    assert list(opened(b"\xef\xbb\xbf" + LINE.encode()).blocks()) == [Block(1, LINE.encode())]


def test_blocks_are_whole_lines_with_their_numbers(opened, monkeypatch):
    monkeypatch.setattr(logs, "PIECE", 10)
    monkeypatch.setattr(logs, "HEAD", 10)
    text = b"aaaa\nbbbbbbbbbbbbbbbbbbbbbbbbbb\n\ncc\ndd"

    blocks = list(opened(text).blocks())

    assert b"".join(each.data for each in blocks) == text
    assert [(each.line, each.data) for each in blocks] == [
        (1, b"aaaa\n"),
        (2, b"bbbbbbbbbbbbbbbbbbbbbbbbbb\n\ncc\n"),
        (5, b"dd"),
    ]


def test_a_line_without_end_is_passed_over_and_told(opened, monkeypatch):
    monkeypatch.setattr(logs, "PIECE", 10)
    monkeypatch.setattr(logs, "HEAD", 10)
    monkeypatch.setattr(logs, "LONGEST", 30)

    blocks = list(opened(b"aaaa\n" + b"b" * 100 + b"\ncc\n").blocks())

    assert [each.line for each in blocks] == [1, 2, 3]
    assert isinstance(blocks[1], Broken)
    assert blocks[2] == Block(3, b"cc\n")


def test_a_compressed_log_is_read_like_another(opened):
    log = opened(gzip.compress(f"{LINE}\n".encode()), "log.jsonl.gz")

    assert (log.kind, list(log.blocks())) == ("lines", [Block(1, f"{LINE}\n".encode())])


def test_a_compressed_log_that_is_cut_off_is_read_as_far_as_it_goes(opened):
    whole = gzip.compress(b"".join(f'{{"prompt": "{number}"}}\n'.encode() for number in range(9_000)), 1)

    *blocks, last = opened(whole[: len(whole) // 2], "log.gz").blocks()

    assert len(blocks) > 0
    assert isinstance(last, Broken)
    assert "the compressed file is damaged" in last.reason


@pytest.mark.parametrize("indent", [None, 2])
def test_the_elements_of_a_list_are_read_one_by_one(opened, monkeypatch, indent):
    monkeypatch.setattr(logs, "PIECE", 7)
    monkeypatch.setattr(logs, "HEAD", 8)

    log = opened(json.dumps([BODY, {"prompt": "é 図"}, 3], indent=indent, ensure_ascii=False))

    assert values(log) == [BODY, {"prompt": "é 図"}, 3]


def test_elements_know_their_lines(opened):
    log = opened('[\n\n  {"a": 1},\n  {"b":\n 2}, {"c": 3}\n]')

    assert list(log.values()) == [Value(3, {"a": 1}), Value(4, {"b": 2}), Value(5, {"c": 3})]


def test_the_entries_of_an_archive_are_read_one_by_one(opened, monkeypatch):
    monkeypatch.setattr(logs, "PIECE", 16)
    monkeypatch.setattr(logs, "HEAD", 60)
    archive = {"log": {"version": "1.2", "pages": [{"title": 'not "entries": ['}], "entries": [{"a": 1}, {"b": 2}]}}

    assert values(opened(json.dumps(archive), "x.har")) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"a": 1}, {"b": ', "not JSON"),
        ('[{"a": 1} {"b": 2}]', "expecting `,` or `]`"),
        ('[{"a": 1}', "the list has no end"),
        ('{"log": {"creator": 1}}', "an archive without `entries`"),
        ('[{"a": NaN}]', "`NaN` is not a number in JSON"),
    ],
)
def test_what_cannot_be_read_is_told_after_what_can(opened, text, reason):
    *_, last = opened(text).values()

    assert isinstance(last, Broken)
    assert reason in last.reason


def test_how_far_a_log_is_read_is_known(opened):
    log = opened(f"{LINE}\n" * 10)
    list(log.blocks())

    assert log.done == log.total == 10 * (len(LINE) + 1)


@pytest.mark.parametrize("name", ["nothing-here.jsonl", "."])
def test_a_log_that_cannot_be_opened_is_an_error(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError, match="cannot read"):
        open_log(name)
