"""The SQLite ledger beyond the contract: its file, its processes, and what can be wrong with either."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from router.budget import Account
from router.errors import ConfigError, LedgerError, LedgerUnreachableError
from router.ledger import Ended, Hold, Reservation, open_ledger, sqlite_desk, sqlite_file
from router.ledger import batches as batches_module
from router.ledger.books import differences
from router.ledger.sqlite import SqliteLedger
from router.ledger.sqlite_file import MIGRATIONS, TROUBLES, open_file, ours, path_of
from router.ledger.turns import open_turn
from router.policy import Window

DAY = Account(key="day", limit="day", amount_micros=10**12, window=Window(kind="day"))
CEILING = 1000
needs_signals = pytest.mark.skipif(os.name == "nt", reason="signals and locks of open files")


def ask(ledger, key, *accounts, micros=CEILING):
    return ledger.reserve(Reservation(key=key, token=f"token {key}", ceiling_micros=micros, accounts=accounts))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spend.db"


@pytest.fixture
def ledger(path):
    opened = SqliteLedger(path)
    yield opened
    opened.close()


PROGRAM = """
import sys, time
from pathlib import Path
from router.budget import Account
from router.ledger import Hold, Reservation
from router.ledger.sqlite import SqliteLedger
from router.policy import Window

DAY = Account(key="day", limit="day", amount_micros=10**12, window=Window(kind="day"))

def ask(ledger, key):
    return ledger.reserve(Reservation(key=key, token=key, ceiling_micros=1000, accounts=(DAY,)))

def say(*words):
    print(*words, flush=True)

path, name = Path(sys.argv[1]), sys.argv[2]
"""


@pytest.fixture
def start(path):
    """Starts a process that runs what follows the common beginning of all programs; it is told a name."""
    started = []

    def begin(program, name="other"):
        command = [sys.executable, "-W", "error", "-c", PROGRAM + program, str(path), name]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


# -- where it is


def test_a_url_names_a_file_beside_where_the_program_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(open_ledger("sqlite:///spend.db")) as ledger:
        ask(ledger, "draw")

    assert (tmp_path / "spend.db").is_file()


def test_a_relative_file_stays_where_it_was_when_the_folder_is_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(open_ledger("sqlite:///spend.db")) as ledger:
        ask(ledger, "draw")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        ledger.close()

        assert ledger.settle("draw#1", 7) == Ended(state="settled", changed=True, micros=7)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("sqlite:////var/lib/spend.db", Path("/var/lib/spend.db")),
        ("sqlite:////var/lib/a%20b%23.db", Path("/var/lib/a b#.db")),
        ("sqlite:///spend.db", Path.cwd() / "spend.db"),
        ("sqlite:///data/spend.db", Path.cwd() / "data/spend.db"),
    ],
)
def test_a_url_is_a_path_after_three_slashes(url, wanted):
    assert path_of(url) == wanted


@pytest.mark.parametrize(
    "url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite://spend.db", "sqlite:spend.db", "sqlite:///:memory:"]
)
def test_a_url_without_a_file_says_how_to_write_one(url):
    with pytest.raises(ConfigError, match=r"names no file[\s\S]*hint: write `sqlite:///spend.db`"):
        open_ledger(url)


def test_a_url_with_options_is_refused():
    with pytest.raises(ConfigError, match="names no file"):
        open_ledger("sqlite:///spend.db?mode=ro")


@needs_signals
def test_a_file_by_another_name_is_the_same_ledger(ledger, path):
    path.with_name("link.db").symlink_to(path)
    with closing(SqliteLedger(path.with_name("link.db"))) as other:
        ask(other, "draw", DAY)

        assert ledger.settle("draw#1", 7) == Ended(state="settled", changed=True, micros=7)
        assert other.left([DAY])[0].spent_micros == 7
    assert sorted(each.name for each in path.parent.glob("*-turn")) == ["spend.db-turn"]


# -- what can be in the way of opening it


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(ConfigError) as caught:
        SqliteLedger(tmp_path / "missing" / "spend.db")

    assert (caught.value.message, caught.value.hint) == (
        f"there is no folder `{tmp_path}/missing`",
        f"make it: mkdir -p {tmp_path}/missing",
    )


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="is a folder"):
        SqliteLedger(tmp_path)


def test_a_file_that_is_no_database_is_left_alone(path):
    path.write_text("what I spent on pictures\n" * 100)

    with pytest.raises(ConfigError, match="is no database"):
        SqliteLedger(path)

    assert path.read_text() == "what I spent on pictures\n" * 100


def test_a_database_of_something_else_is_left_alone(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE pictures (name TEXT)")

    with pytest.raises(ConfigError, match="is a database of something else"):
        SqliteLedger(path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("pictures",)]


def test_an_empty_file_becomes_a_ledger(path):
    path.touch()

    with closing(SqliteLedger(path)) as ledger:
        assert isinstance(ask(ledger, "draw", DAY), Hold)


def test_a_file_that_cannot_be_made_says_so():
    with pytest.raises(ConfigError, match="cannot be opened"):
        SqliteLedger(Path("/proc/spend.db"))


def test_a_journal_that_cannot_be_shared_is_refused(path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_journal", lambda _: "delete")

    with pytest.raises(ConfigError, match="cannot be shared between processes here: its journal is `delete`"):
        SqliteLedger(path)


# -- versions


def test_a_newer_version_is_refused_and_left_alone(path):
    SqliteLedger(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")

    with pytest.raises(LedgerError, match=r"its schema is 7, known is 1[\s\S]*hint: pip install --upgrade pixroute"):
        SqliteLedger(path)


def test_an_older_version_is_brought_up_to_date_with_what_is_in_it(path):
    with closing(SqliteLedger(path)) as ledger:
        ask(ledger, "draw", DAY)
    newer = (*MIGRATIONS, "ALTER TABLE holds ADD COLUMN note TEXT;\nUPDATE holds SET note = 'before;';\n")

    open_file(path, migrations=newer)
    open_file(path, migrations=newer)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT key, note FROM holds").fetchall() == [("draw", "before;")]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_migration_that_fails_changes_nothing(path):
    SqliteLedger(path).close()
    newer = (*MIGRATIONS, "CREATE TABLE more (a);\nCREATE TABLE holds (a);\n")

    with pytest.raises(LedgerUnreachableError, match="table holds already exists"):
        open_file(path, migrations=newer)

    with closing(SqliteLedger(path)) as ledger:
        assert isinstance(ask(ledger, "draw", DAY), Hold)


def test_processes_that_open_a_new_file_at_once_all_have_it(start):
    ready = "say('ready'); sys.stdin.readline(); ledger = SqliteLedger(path); say(ask(ledger, name).id); ledger.close()"
    processes = [start(ready, str(number)) for number in range(8)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    assert [process.stdout.readline() for process in processes] == [f"{number}#1\n" for number in range(8)]
    assert [process.wait() for process in processes] == [0] * 8


# -- append only


@pytest.mark.parametrize("statement", ["UPDATE entries SET micros = 0", "DELETE FROM entries"])
def test_lines_are_not_changed_by_anybody(ledger, path, statement):
    ask(ledger, "draw", DAY)

    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        connection.execute(statement)


# -- what can go wrong later


def test_what_does_not_fit_onto_the_disk_is_not_held_and_fits_later(ledger):
    ask(ledger, "first", DAY)
    connection, _ = ledger._writing.open()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LedgerUnreachableError) as caught:
        ask(ledger, "x" * 100_000, DAY)

    assert caught.value.hint == "make room on the disk: until then nothing can be reserved"
    assert list(differences(ledger.entries(), ledger.balances())) == []
    connection.execute("PRAGMA max_page_count = 1000000")
    assert isinstance(ask(ledger, "last", DAY), Hold)


def test_a_file_that_became_read_only_is_unreachable_but_can_be_read(ledger):
    ask(ledger, "first", DAY)
    connection, _ = ledger._writing.open()
    connection.execute("PRAGMA query_only = 1")

    with pytest.raises(LedgerUnreachableError, match="cannot be written"):
        ask(ledger, "draw", DAY)

    assert ledger.left([DAY])[0].held_micros == CEILING


def test_a_disk_that_does_not_take_a_commit_is_not_answered_for(ledger, monkeypatch):
    def fails(_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("os.fdatasync", fails)
        with pytest.raises(LedgerUnreachableError, match="Input/output error"):
            ask(ledger, "draw", DAY)

    assert isinstance(ask(ledger, "draw", DAY), Hold)  # whatever became of it, it may be asked for again


def test_a_process_that_cannot_open_more_files_is_told_so(path, monkeypatch):
    def fails(*_):
        raise OSError(24, "Too many open files")

    with closing(SqliteLedger(path)) as ledger:
        with monkeypatch.context() as patched:
            patched.setattr("os.open", fails)
            with pytest.raises(LedgerUnreachableError, match="Too many open files"):
                ask(ledger, "draw", DAY)

        assert isinstance(ask(ledger, "draw", DAY), Hold)


def test_a_step_is_on_the_disk_before_it_is_answered(ledger, path, monkeypatch):
    seen = []
    sync = os.fdatasync
    monkeypatch.setattr("os.fdatasync", lambda file: seen.append(os.fstat(file).st_ino) or sync(file))

    ask(ledger, "draw", DAY)

    assert seen == [path.with_name("spend.db-wal").stat().st_ino]


def test_without_a_sync_of_our_own_sqlite_syncs(path, monkeypatch):
    monkeypatch.setattr(sqlite_desk, "OWN_SYNC", False)
    monkeypatch.delattr("os.fdatasync")

    with closing(SqliteLedger(path)) as ledger:
        ask(ledger, "draw", DAY)

        assert ledger._writing.open()[0].execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_file_that_was_deleted_is_unreachable_until_it_is_back(ledger, path):
    ask(ledger, "draw", DAY)
    path.rename(path.with_name("away"))

    for act in (lambda: ask(ledger, "next", DAY), lambda: ledger.left([DAY]), lambda: list(ledger.entries())):
        with pytest.raises(LedgerUnreachableError, match="is not there any more, or not the same"):
            act()

    path.with_name("away").rename(path)
    assert ledger.settle("draw#1", 7) == Ended(state="settled", changed=True, micros=7)


def test_another_file_in_its_place_is_not_written(ledger, path):
    ask(ledger, "draw", DAY)
    path.unlink()
    path.write_bytes(b"")

    with pytest.raises(LedgerUnreachableError, match="not the same"):
        ledger.settle("draw#1", 7)

    assert path.read_bytes() == b""


def test_a_log_that_was_deleted_is_noticed(ledger, path):
    ask(ledger, "draw", DAY)
    path.with_name("spend.db-wal").unlink()

    with pytest.raises(LedgerUnreachableError, match="-wal` was deleted"):
        ledger.settle("draw#1", 7)


@pytest.mark.parametrize("micros", [2**63, 2**100])
def test_an_amount_that_does_not_fit_into_64_bits_is_refused(ledger, micros):
    endless = Account(key="ever", limit="ever", amount_micros=2**200, window=Window(kind="forever"))

    with pytest.raises(LedgerError, match="an amount is too large"):
        ask(ledger, "draw", endless, micros=micros)

    assert list(ledger.balances()) == []


def test_amounts_that_only_together_do_not_fit_are_refused(ledger):
    endless = Account(key="ever", limit="ever", amount_micros=2**200, window=Window(kind="forever"))
    ask(ledger, "first", endless, micros=2**62)

    with pytest.raises(LedgerError, match="an amount is too large"):
        ask(ledger, "second", endless, micros=2**62)

    assert ledger.left([endless])[0].held_micros == 2**62


def test_a_key_that_is_no_text_is_refused(ledger):
    with pytest.raises(LedgerError, match="is no text"):
        ask(ledger, "\ud800", DAY)


def wait_until(truth):
    until = time.monotonic() + 20
    while not truth():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_a_step_that_fails_undoes_no_other_of_its_batch(ledger):
    amount = Account(key="day", limit="day", amount_micros=2**80, window=Window(kind="day"))
    found = {}

    def play(number):
        try:
            found[number] = ask(ledger, f"draw {number}", amount, micros=2**70 if number == 3 else CEILING).id
        except LedgerError as error:
            found[number] = error.message

    threads = [threading.Thread(target=play, args=(number,)) for number in range(8)]
    batches = ledger._batches
    with ledger._writing.lock:  # so that the rest gathers behind the first
        threads[0].start()
        wait_until(lambda: batches._leader is not None and not batches._waiting)
        for thread in threads[1:]:
            thread.start()
        wait_until(lambda: len(batches._waiting) == 7)
    for thread in threads:
        thread.join()

    assert found == {number: f"draw {number}#1" for number in range(8)} | {
        3: "an amount is too large: it has to fit into 64 bits"
    }
    assert ledger.left([amount])[0].held_micros == 7 * CEILING


def test_a_clock_that_fails_is_heard_and_harms_nobody(path):
    moments = [1e9, ZeroDivisionError()]

    def now():
        moment = moments.pop() if len(moments) > 1 else moments[0]
        if isinstance(moment, Exception):
            raise moment
        return moment

    with closing(SqliteLedger(path, now=now)) as ledger:
        with pytest.raises(ZeroDivisionError):
            ask(ledger, "draw", DAY)

        assert isinstance(ask(ledger, "draw", DAY), Hold)


def _error(code):
    error = sqlite3.OperationalError("words that nobody decides by")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("opening", [True, False])
@pytest.mark.parametrize(
    "name", [name for name in dir(sqlite3) if name.startswith("SQLITE_") and name not in {"SQLITE_OK", "SQLITE_ROW"}]
)
def test_every_error_of_sqlite_is_one_of_ours(name, opening):
    found = ours(_error(getattr(sqlite3, name)), Path("spend.db"), opening=opening)

    assert isinstance(found, LedgerError | ConfigError)
    assert found.message.startswith("`spend.db` ")


@pytest.mark.parametrize(
    ("code", "opening", "later"),
    [
        (sqlite3.SQLITE_READONLY, ConfigError, LedgerUnreachableError),
        (sqlite3.SQLITE_READONLY | 8 << 8, ConfigError, LedgerUnreachableError),
        (sqlite3.SQLITE_CANTOPEN, ConfigError, LedgerUnreachableError),
        (sqlite3.SQLITE_NOTADB, ConfigError, LedgerUnreachableError),
        (sqlite3.SQLITE_FULL, LedgerUnreachableError, LedgerUnreachableError),
        (sqlite3.SQLITE_IOERR, LedgerUnreachableError, LedgerUnreachableError),
        (sqlite3.SQLITE_BUSY, LedgerUnreachableError, LedgerUnreachableError),
        (sqlite3.SQLITE_CORRUPT, LedgerError, LedgerError),
    ],
)
def test_an_error_at_the_start_is_the_callers_to_mend_and_later_the_stores(code, opening, later):
    kinds = (type(ours(_error(code), Path("a"), opening=True)), type(ours(_error(code), Path("a"))))

    assert kinds == (opening, later)


def test_what_the_user_can_mend_has_a_hint():
    unexplained = {code for code, trouble in TROUBLES.items() if trouble.hint is None}

    assert unexplained == {sqlite3.SQLITE_CONSTRAINT}


# -- closing and forking


def test_a_ledger_that_was_closed_opens_again_when_it_is_asked(ledger):
    ask(ledger, "draw", DAY)
    ledger.close()

    assert ledger.settle("draw#1", 7) == Ended(state="settled", changed=True, micros=7)


def test_closing_leaves_no_thread_and_no_open_file(path):
    before = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    ledger = SqliteLedger(path)
    threads = [threading.Thread(target=lambda each=each: ask(ledger, f"{each}", DAY)) for each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.left([DAY])

    ledger.close()
    ledger.close()

    assert (threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))) == before


FORKS = """
import os
ledger = SqliteLedger(path)
ask(ledger, "before"), ledger.left([DAY])
child = os.fork()
if not child:
    ledger.settle("before#1", 7)
    for number in range(20):
        ledger.settle(ask(ledger, f"child {number}").id, 1)
    ledger.close()
    os._exit(0)
for number in range(20):
    ledger.settle(ask(ledger, f"parent {number}").id, 1)
_, status = os.waitpid(child, 0)
say(status, ledger.left([DAY])[0].spent_micros)
ledger.close()
"""


@needs_signals
def test_parent_and_child_of_a_fork_each_have_the_ledger(start):
    assert start(FORKS).stdout.readline() == "0 47\n"


HOLDS_TURN_ACROSS_FORK = """
import os
ledger = SqliteLedger(path)
ask(ledger, "before")
line = ledger._batches._line
line.turn.try_take()
if os.fork():
    time.sleep(60)
say("child")
sys.stdin.read()
"""


@needs_signals
def test_a_child_does_not_keep_the_turn_of_a_parent_that_died(ledger, start):
    ask(ledger, "first", DAY)
    process = start(HOLDS_TURN_ACROSS_FORK)
    process.stdout.readline()
    process.kill()
    began = time.monotonic()

    ask(ledger, "draw", DAY)

    assert time.monotonic() - began < batches_module.PATIENCE_S


# -- processes that are killed or stopped

HAMMERS = """
ledger = SqliteLedger(path)
for number in range(10**6):
    key = f"{name}/{number}"
    hold = ask(ledger, key)
    say("held", hold.id)
    ledger.settle(hold.id, 7)
    say("settled", hold.id)
"""


@needs_signals
def test_processes_that_are_killed_lose_nothing_that_was_answered(ledger, start):
    processes = [start(HAMMERS, str(number)) for number in range(6)]
    for process in processes:
        process.stdout.readline()
    longest = 0.0
    for number, process in enumerate(processes):
        process.send_signal(signal.SIGKILL)
        began = time.monotonic()
        ask(ledger, f"after {number}", DAY)
        longest = max(longest, time.monotonic() - began)
    told = [line.split() for process in processes for line in process.communicate()[0].splitlines(keepends=True)[:-1]]
    kept = {f"{entry.key}#{entry.attempt}": entry.act for entry in ledger.entries()}

    assert longest < 1
    assert [hold for act, hold in told if kept.get(hold) not in {"settle", "reserve"}] == []
    assert [hold for act, hold in told if act == "settled" and kept.get(hold) != "settle"] == []
    assert list(differences(ledger.entries(), ledger.balances())) == []


DIES_WITHIN = """
ledger = SqliteLedger(path)
ask(ledger, "before")
ledger._batches._line.turn.try_take()
connection, book = ledger._writing.open()
connection.execute("BEGIN IMMEDIATE")
book.begin(int(time.time() * 1000))
book.reserve(Reservation(key="never", token="never", ceiling_micros=1000, accounts=(DAY,)), "{}")
say("within")
sys.stdin.read()
"""


@needs_signals
def test_a_process_that_is_killed_in_its_transaction_gives_way_at_once(ledger, start):
    process = start(DIES_WITHIN)
    process.stdout.readline()
    found = []
    waiting = threading.Thread(target=lambda: found.append(ask(ledger, "draw", DAY)))
    waiting.start()
    time.sleep(0.1)
    assert found == []

    process.send_signal(signal.SIGKILL)
    waiting.join(1)

    assert [hold.id for hold in found] == ["draw#1"]
    assert [entry.key for entry in ledger.entries()] == ["before", "draw"]


WAITS_IN_LINE = """
from router.ledger.turns import open_turn
turn = open_turn(path.with_name(path.name + "-turn"))
turn.try_take()
say("in front")
sys.stdin.read()
"""


@needs_signals
def test_a_process_that_is_stopped_in_the_line_holds_others_up_for_a_moment_once(ledger, start):
    process = start(WAITS_IN_LINE)
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    times = []
    for number in range(3):
        began = time.monotonic()
        ask(ledger, f"draw {number}", DAY)
        times.append(time.monotonic() - began)

    assert times[0] < 1
    assert max(times[1:]) < batches_module.PATIENCE_S


@needs_signals
def test_a_process_that_is_stopped_in_its_transaction_makes_the_ledger_unreachable_and_no_more(
    path, start, monkeypatch
):
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.2)
    monkeypatch.setattr(batches_module, "PATIENCE_S", 0.1)
    with closing(SqliteLedger(path)) as ledger:
        process = start(DIES_WITHIN)
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)

        with pytest.raises(LedgerUnreachableError, match="is busy"):
            ask(ledger, "draw", DAY)
        assert ledger.left([DAY])[0].held_micros == CEILING

        process.send_signal(signal.SIGKILL)
        process.wait()
        assert isinstance(ask(ledger, "draw", DAY), Hold)


# -- crowds


@needs_signals
def test_a_writer_waits_for_those_who_came_before(ledger, path):
    found = []
    turn = open_turn(path.with_name("spend.db-turn"))
    turn.try_take()
    waiting = threading.Thread(target=lambda: found.append(ask(ledger, "draw", DAY)))
    waiting.start()
    time.sleep(0.1)
    before = list(found)
    turn.give()
    waiting.join()
    turn.close()

    assert (before, [hold.id for hold in found]) == ([], ["draw#1"])


PAIRS = """
ledger = SqliteLedger(path)
say("ready")
sys.stdin.readline()
longest = 0.0
for number in range(40):
    began = time.monotonic()
    hold = ask(ledger, f"{name}/{number}")
    middle = time.monotonic()
    ledger.settle(hold.id, 7)
    longest = max(longest, middle - began, time.monotonic() - middle)
ledger.close()
say(longest)
"""


@needs_signals
def test_sixteen_processes_take_turns_and_none_waits_for_a_second(ledger, start):
    processes = [start(PAIRS, str(number)) for number in range(16)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    longest = max(float(process.stdout.readline()) for process in processes)

    assert longest < 1
    assert ledger.left([DAY])[0].spent_micros == 16 * 40 * 7
    assert list(differences(ledger.entries(), ledger.balances())) == []


@pytest.fixture
def short_log(monkeypatch):
    """A log that is written back often; gives its greatest length."""
    monkeypatch.setattr("os.fdatasync", lambda _: None)
    monkeypatch.setattr(sqlite_file, "PRAGMAS", (*sqlite_file.PRAGMAS, "PRAGMA wal_autocheckpoint = 50"))
    monkeypatch.setattr(sqlite_desk, "LONGEST_LOG", 100 * 4096)
    return 100 * 4096


def test_the_log_does_not_grow_without_bound_while_others_read(short_log, path):
    ledger = SqliteLedger(path)
    done = threading.Event()

    def read():
        while not done.is_set():
            ledger.left([DAY])

    reader = threading.Thread(target=read)
    reader.start()
    largest = 0
    for number in range(300):
        ledger.settle(ask(ledger, f"draw {number}", DAY).id, 7)
        largest = max(largest, path.with_name("spend.db-wal").stat().st_size)
    done.set()
    reader.join()
    ledger.close()

    assert largest < 5 * short_log  # of twenty times as much that was written; a reader may be slow now and then


def test_somebody_who_reads_for_ever_slows_writers_only_now_and_then(short_log, path):
    ledger = SqliteLedger(path)
    log = path.with_name("spend.db-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM entries").fetchone()
        for number in range(100):
            ledger.settle(ask(ledger, f"draw {number}", DAY).id, 7)
        grown = log.stat().st_size
    for number in range(100, 150):
        ledger.settle(ask(ledger, f"draw {number}", DAY).id, 7)

    assert grown > 2 * short_log
    assert log.stat().st_size <= grown
    assert list(differences(ledger.entries(), ledger.balances())) == []
    ledger.close()


def test_many_lines_are_read_a_page_at_a_time_while_others_write(ledger, path):
    with closing(sqlite3.connect(path)) as connection, connection:
        lines = ((0, "release", f"key {number}", 1, 0) for number in range(30_000))
        connection.executemany("INSERT INTO entries (at_ms, act, key, attempt, micros) VALUES (?, ?, ?, ?, ?)", lines)
    tracemalloc.start()
    entries = ledger.entries()
    first = next(entries)
    ask(ledger, "draw", DAY)  # nobody holds a lock in the meantime
    read = 1 + sum(1 for _ in entries)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (first.seq, read) == (1, 30_000)
    assert most < 2 * 2**20


def test_reading_what_is_left_waits_for_no_writer(ledger, path):
    ask(ledger, "draw", DAY)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert ledger.left([DAY])[0].held_micros == CEILING
