"""The PostgreSQL ledger beyond the contract: its server, its connections, and what can be wrong with either."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg import errors

from router.budget import Account
from router.errors import ConfigError, LedgerError, LedgerUnreachableError
from router.ledger import Charge, Ended, Hold, Reservation, Short, Taken, open_ledger
from router.ledger.books import differences
from router.ledger.postgres import PostgresLedger
from router.ledger.postgres_lines import ERRORS, ours
from router.ledger.postgres_schema import HERE, MIGRATIONS, bring_up
from router.policy import Window

from ..servers.postgres_server import mortal_server, new_postgres_url, postgres_url  # noqa: F401
from ..servers.wire import Wire

DAY = Account(key="day", limit="day", amount_micros=10**12, window=Window(kind="day"))
CEILING = 1000
FOUND = """SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND starts_with(query, 'CALL')"""


def ask(ledger, key, *accounts, token="token", micros=CEILING):  # noqa: S107 -- no secret
    return ledger.reserve(Reservation(key=key, token=token, ceiling_micros=micros, accounts=accounts))


def schema_of(url):
    return parse_qs(urlsplit(url).query)["schema"][0]


def plain(url):
    """The URL without what libpq does not know."""
    return url.replace(f"schema={schema_of(url)}", "application_name=test")


def until(found):
    """What is found, as soon as there is any."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if (value := found()) is not None:
            return value
        time.sleep(0.005)
    raise AssertionError("it did not come to that")


@pytest.fixture
def ledger(postgres_url):  # noqa: F811 -- the fixture
    opened = PostgresLedger.from_url(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def line(postgres_url):  # noqa: F811 -- the fixture
    """A connection to the database of the ledger, which is not the ledger's."""
    with psycopg.connect(plain(postgres_url), autocommit=True) as opened:
        yield opened


def locked(line, schema, account):
    """Keep an account to oneself, as a step does while it works."""
    line.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"pixroute {schema} {account}"])


# -- servers that die


def test_a_step_whose_backend_is_killed_is_asked_again_or_says_so(mortal_server):  # noqa: F811 -- the fixture
    url = mortal_server.new_url()
    ledger = PostgresLedger.from_url(url)
    with ThreadPoolExecutor() as pool, psycopg.connect(plain(url), autocommit=True) as line:
        locked(line, schema_of(url), DAY.key)
        first = pool.submit(ask, ledger, "draw", DAY)
        (victim,) = until(lambda: line.execute(FOUND).fetchone())

        os.kill(victim, signal.SIGKILL)

        told = first.exception()
    mortal_server.wait()
    assert told is None or isinstance(told, LedgerUnreachableError)
    assert isinstance(ask(ledger, "draw", DAY), Hold)
    assert [entry.act for entry in ledger.entries()] == ["reserve"]
    assert ledger.left([DAY])[0].held_micros == CEILING
    ledger.close()


def test_a_server_that_is_killed_keeps_all_that_it_answered(mortal_server):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(mortal_server.new_url())
    answered, numbers = [], count()

    def play():
        while True:
            hold = ask(ledger, f"draw {next(numbers)}", DAY)
            answered.append((hold.id, "held", CEILING))
            answered.append((hold.id, "settled", ledger.settle(hold.id, 7).micros))

    with ThreadPoolExecutor(4) as pool:
        players = [pool.submit(play) for _ in range(4)]
        until(lambda: len(answered) > 200 or None)

        mortal_server.kill()

        assert {type(player.exception()) for player in players} == {LedgerUnreachableError}
    with pytest.raises(LedgerUnreachableError, match="postgres: connection"):
        ledger.left([DAY])
    mortal_server.start()
    lines = {(f"{entry.key}#{entry.attempt}", entry.act, entry.micros) for entry in ledger.entries()}
    names = {"held": "reserve", "settled": "settle"}
    assert {(hold, names[state], micros) for hold, state, micros in answered} - lines == set()
    assert list(differences(ledger.entries(), ledger.balances())) == []
    ledger.close()


@pytest.mark.parametrize("act", ["stop", "restart"])
def test_connections_that_a_restart_has_broken_are_replaced(mortal_server, act):  # noqa: F811 -- the fixture
    url = mortal_server.new_url()
    ledger = PostgresLedger.from_url(url)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: ask(ledger, f"draw {number}", DAY), range(20)))
    {"stop": mortal_server.interrupt, "restart": mortal_server.kill}[act]()
    mortal_server.start()

    assert isinstance(ask(ledger, "draw", DAY), Hold)
    ledger.close()


# -- answers that are lost


@pytest.fixture
def wire(postgres_url):  # noqa: F811 -- the fixture
    with psycopg.connect(plain(postgres_url)) as line:
        found = Wire(Path(line.info.host) / f".s.PGSQL.{line.info.port}")
    yield found
    found.close()


@pytest.fixture
def far(postgres_url, wire):  # noqa: F811 -- the fixture
    """A ledger at the other end of the wire, whose schema is there already."""
    PostgresLedger.from_url(postgres_url).close()
    opened = PostgresLedger.from_url(
        f"postgresql://postgres@127.0.0.1:{wire.port}/postgres?schema={schema_of(postgres_url)}&sslmode=disable&timeout=1"
    )
    yield opened
    opened.close()


def test_a_hold_whose_answer_was_lost_is_given_again(far, wire):
    wire.on_answer = "cut"

    hold = ask(far, "draw", DAY)

    assert (wire.cuts, hold.id, hold.standings[0].peak_micros) == (1, "draw#1", 0)
    assert [entry.act for entry in far.entries()] == ["reserve"]
    assert far.left([DAY])[0].held_micros == CEILING


def test_a_bill_whose_answer_was_lost_counts_once(far, wire):
    hold = ask(far, "draw", DAY)
    wire.on_answer = "cut"

    ended = far.settle(hold.id, 7)

    assert (wire.cuts, ended) == (1, Ended(state="settled", changed=False, micros=7))
    assert far.left([DAY])[0].spent_micros == 7
    assert [entry.act for entry in far.entries()] == ["reserve", "settle"]


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_the_url_says(far, wire):
    wire.on_answer = "hold"
    begin = time.monotonic()

    with pytest.raises(LedgerUnreachableError, match="postgres: no answer within 1 s"):
        ask(far, "draw", DAY)

    wire.on_answer = "pass"
    assert time.monotonic() - begin < 3
    assert isinstance(ask(far, "draw", DAY), Hold)
    assert len(list(far.entries())) == 1


# -- crowds


PROGRAM = """
import sys
from random import Random
from router.budget import Account
from router.ledger import Hold, Reservation, open_ledger
from router.policy import Window

url, number = sys.argv[1], int(sys.argv[2])
day, hour = Window(kind="day"), Window(kind="rolling", seconds=3600)
own = [
    Account(key=f"tenant/tenant={number % 3}", limit="tenant", amount_micros=10**9, window=day),
    Account(key=f"user/user={number % 2}", limit="user", amount_micros=10**9, window=day),
]
random, ledger, turns = Random(number), open_ledger(url), 0
sys.stdin.readline()
for hot in range(60):
    held = True
    while held:
        accounts = [Account(key=f"hot/{hot}", limit="hot", amount_micros=9_700, window=hour), *own]
        random.shuffle(accounts)
        asked = Reservation(key=f"{number}-{turns}", token="t", ceiling_micros=1000, accounts=tuple(accounts))
        answer = ledger.reserve(asked)
        held = isinstance(answer, Hold)
        turns += held and ledger.settle(answer.id, 1000 - turns % 3).changed
print(turns)
"""


def test_processes_do_not_pass_a_limit_and_leave_less_than_one_ceiling(ledger, line, postgres_url):  # noqa: F811
    command = [sys.executable, "-W", "error", "-c", PROGRAM, postgres_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    players = [subprocess.Popen([*command, str(number)], **pipes) for number in range(6)]
    hour = Window(kind="rolling", seconds=3600)
    hot = [Account(key=f"hot/{number}", limit="hot", amount_micros=9_700, window=hour) for number in range(60)]

    for player in players:
        player.stdin.write("go\n")
        player.stdin.flush()
    told = [player.communicate() for player in players]

    assert [complaint for _, complaint in told] == [""] * 6
    standings = ledger.left(hot)
    assert [each for each in standings if not 0 <= each.amount_micros - each.used_micros < CEILING] == []
    assert [each for each in standings if each.peak_micros > each.amount_micros or each.held_micros] == []
    assert sum(int(said) for said, _ in told) * 2 == len(list(ledger.entries()))
    assert list(differences(ledger.entries(), ledger.balances())) == []
    assert line.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone() == (0,)


def test_a_hundred_threads_wait_for_two_connections(postgres_url):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(f"{postgres_url}&pool=2&timeout=60")
    with ThreadPoolExecutor(100) as pool:
        found = list(pool.map(lambda number: ask(ledger, f"draw {number}", DAY), range(300)))

    assert {type(answer) for answer in found} == {Hold}
    assert ledger.left([DAY])[0].held_micros == 300 * CEILING
    ledger.close()


def test_a_thread_that_finds_no_connection_in_time_is_told(postgres_url, line):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(f"{postgres_url}&pool=1&timeout=1")
    locked(line, schema_of(postgres_url), DAY.key)
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(ask, ledger, key, DAY) for key in ("one", "two"))

        told = {str(each.exception()).partition("\n")[0].partition(":")[2][:27] for each in (first, second)}

    assert told <= {" all 1 connections are busy", " canceling statement due to", " no answer within 1 s"}
    ledger.close()


@pytest.mark.parametrize("level", ["serializable", "repeatable%5C%20read"])
def test_a_role_that_isolates_more_is_no_trouble(postgres_url, level):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(f"{postgres_url}&options=-c%20default_transaction_isolation%3D{level}")
    tight = Account(key="tight", limit="tight", amount_micros=20 * CEILING, window=Window(kind="rolling", seconds=3600))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: ask(ledger, f"draw {number}", tight), range(60)))

    assert [type(answer) for answer in found].count(Hold) == 20
    ledger.close()


def test_a_child_that_was_forked_speaks_on_a_connection_of_its_own(postgres_url):  # noqa: F811 -- the fixture
    program = """
import os, sys
from router.budget import Account
from router.ledger import Reservation, open_ledger

ledger = open_ledger(sys.argv[1])
ask = lambda key: ledger.reserve(Reservation(key=key, token="t", ceiling_micros=1)).id
print(ask("parent"), flush=True)
if (child := os.fork()) == 0:
    print(ask("child"), flush=True)
    sys.exit()
os.waitpid(child, 0)
print(ask("parent again"), len(list(ledger.entries())))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, postgres_url], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("parent#1\nchild#1\nparent again#1 3\n", "")


# -- clocks


@pytest.mark.parametrize("off_s", [-300, 300, -86_400 * 400, 86_400 * 4000])
def test_the_servers_clock_decides_whatever_that_of_the_client_says(postgres_url, off_s):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(postgres_url, clock=lambda: time.time() + off_s)
    rolling = Account(key="rolling", limit="rolling", amount_micros=10**9, window=Window(kind="rolling", seconds=60))

    hold = ask(ledger, "draw", DAY, rolling)

    (entry,) = ledger.entries()
    now_s = hold.at_ms // 1000
    assert abs(time.time() - now_s) < 60
    assert entry.charges == (
        Charge(account="day", limit="day", period=now_s - now_s % 86_400),
        Charge(account="rolling", limit="rolling", period=now_s),
    )
    assert hold.lease_until_ms == hold.at_ms + 900_000
    ledger.close()


def test_clients_whose_clocks_differ_share_a_limit(postgres_url):  # noqa: F811 -- the fixture
    early, late = (
        PostgresLedger.from_url(postgres_url, clock=lambda off=off: time.time() + off) for off in (-300, 300)
    )
    minute = Account(key="m", limit="m", amount_micros=CEILING, window=Window(kind="rolling", seconds=60))

    assert isinstance(ask(early, "one", minute), Hold)
    assert isinstance(ask(late, "two", minute), Short)
    assert isinstance(ask(late, "one", minute, token="other"), Taken)  # noqa: S106 -- no secret
    early.close()
    late.close()


def test_a_lease_ends_by_the_servers_clock(postgres_url):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(postgres_url, clock=lambda: time.time() + 300)
    ledger.reserve(Reservation(key="a", token="t", ceiling_micros=5, accounts=(DAY,), lease_s=60))  # noqa: S106
    ledger.reserve(Reservation(key="b", token="t", ceiling_micros=7, accounts=(DAY,), lease_s=0.001))  # noqa: S106
    time.sleep(0.01)

    (found,) = ledger.left([DAY])

    assert (found.held_micros, found.spent_micros) == (5, 7)
    ledger.close()


# -- lines


def test_a_line_that_is_seen_late_is_not_missed(ledger, line, postgres_url):  # noqa: F811 -- the fixture
    other = Account(key="other", limit="other", amount_micros=10**12, window=Window(kind="day"))
    slow = ask(ledger, "slow", DAY)
    with ThreadPoolExecutor() as pool:
        with line.transaction():
            line.execute(f"SELECT FROM {schema_of(postgres_url)}.balances FOR UPDATE")
            pool.submit(ledger.settle, slow.id, 7)  # has the number of its line, and cannot go on
            until(lambda: ledger._lines.step(FOUND) or None)
            ask(ledger, "fast", other)
            reading = pool.submit(lambda: [(entry.seq, entry.act, entry.key) for entry in ledger.entries()])
            until(lambda: len(ledger._lines.step(FOUND)) == 2 or None)
        assert reading.result() == [(1, "reserve", "slow"), (2, "settle", "slow"), (3, "reserve", "fast")]


@pytest.mark.parametrize("change", ["UPDATE {} SET micros = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_lines_cannot_be_changed(ledger, change):
    ask(ledger, "draw", DAY)

    with pytest.raises(LedgerError, match="the lines of a ledger are only ever added"):
        ledger._lines.step(change.format(f"{ledger._schema}.entries"))


def test_many_leases_end_in_parts_and_all_before_the_answer(postgres_url):  # noqa: F811 -- the fixture
    moment = [10**9]
    ledger = PostgresLedger.from_url(postgres_url, now=lambda: moment[0])
    wide = Account(key="wide", limit="wide", amount_micros=10**9, window=Window(kind="forever"))
    acts = ("spent", "release")
    for number in range(450):
        ledger.reserve(
            Reservation(
                key=f"{number}",
                token=f"token {number}",
                ceiling_micros=1,
                accounts=(wide,),
                lease_s=60,
                after_lease=acts[number % 2],
            )
        )
    moment[0] += 60
    with ThreadPoolExecutor(8) as pool:
        found = {each for (each,) in pool.map(lambda _: ledger.left([wide]), range(8))}

    assert {(each.spent_micros, each.held_micros) for each in found} == {(225, 0)}
    assert list(differences(ledger.entries(), ledger.balances())) == []
    ledger.close()


def test_a_session_is_left_as_it_was_found(ledger):
    ask(ledger, "draw", DAY)
    ledger.settle("draw#1", 1)

    with ledger._lines.line() as own:
        settings = own.execute(
            "SELECT current_setting('synchronous_commit'), current_setting('lock_timeout'),"
            " current_setting('plan_cache_mode'), current_setting('enable_seqscan'), current_setting('jit')"
        ).fetchall()
        kept = own.execute(
            "SELECT (SELECT count(*) FROM pg_prepared_statements), count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND pid = pg_backend_pid()"
        ).fetchall()

    assert (settings, kept) == ([("on", "0", "auto", "on", "on")], [(0, 0)])


def test_a_step_reads_as_few_rows_of_a_full_ledger_as_of_an_empty_one(postgres_url):  # noqa: F811 -- the fixture
    ledger = PostgresLedger.from_url(f"{postgres_url}&pool=1")  # one session, which began when the tables were empty
    own = [Account(key=f"a/{number}", limit="a", amount_micros=10**9, window=DAY.window) for number in range(400)]
    for number, account in enumerate(own):
        ask(ledger, f"held {number}", account)

    def rows_read():
        ledger._lines.step("SELECT pg_stat_force_next_flush()")
        ((found,),) = ledger._lines.step(
            "SELECT sum(seq_tup_read + idx_tup_fetch)::bigint FROM pg_stat_user_tables WHERE schemaname = %s",
            [schema_of(postgres_url)],
        )
        return found

    before = rows_read()
    for number in range(50):
        ledger.settle(ask(ledger, f"draw {number}", *own[number : number + 3]).id, 7)

    assert (rows_read() - before) / 50 < 40
    ledger.close()


# -- the schema


def test_many_may_open_a_new_ledger_at_once(postgres_url):  # noqa: F811 -- the fixture
    start = threading.Barrier(8)

    def begin(number):
        start.wait()
        ledger = PostgresLedger.from_url(postgres_url)
        ask(ledger, f"draw {number}", DAY)
        ledger.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(8)))

    ledger = PostgresLedger.from_url(postgres_url)
    assert len(list(ledger.entries())) == 8
    ledger.close()


def test_a_ledger_of_a_newer_program_is_refused(postgres_url, line):  # noqa: F811 -- the fixture
    PostgresLedger.from_url(postgres_url).close()
    line.execute(f"UPDATE {schema_of(postgres_url)}.version SET version = 99")  # noqa: S608 -- our own name

    with pytest.raises(LedgerError, match="is of version 99, and this program knows 1\n\nhint: update pixroute"):
        PostgresLedger.from_url(postgres_url)


def test_a_ledger_of_an_older_version_is_led_to_the_latest(postgres_url, ledger, tmp_path):  # noqa: F811 -- the fixture
    ask(ledger, "draw", DAY)
    schema = schema_of(postgres_url)
    second, third = tmp_path / "2.sql", tmp_path / "3.sql"
    second.write_text('ALTER TABLE :"schema".holds ADD COLUMN note text;')
    third.write_text("""UPDATE :"schema".holds SET note = 'in ' || :'schema';""")

    with ledger._lines.line() as own:
        bring_up(own, schema, {**MIGRATIONS, 2: str(second), 3: str(third)})
        found = own.execute(f"SELECT version, note FROM {schema}.version, {schema}.holds").fetchall()  # noqa: S608 -- our own name

    assert found == [(3, f"in {schema}")]
    assert isinstance(ask(ledger, "another", DAY), Hold)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(postgres_url, ledger, tmp_path):  # noqa: F811 -- the fixture
    broken = tmp_path / "2.sql"
    broken.write_text('DROP TABLE :"schema".leases; SELECT 1 / 0;')

    with ledger._lines.line() as own, pytest.raises(LedgerError, match="division by zero"):
        bring_up(own, schema_of(postgres_url), {**MIGRATIONS, 2: str(broken)})

    assert isinstance(ask(ledger, "draw", DAY), Hold)


def test_every_version_has_its_file():
    assert [(HERE / name).exists() for name in MIGRATIONS.values()] == [True] * len(MIGRATIONS)
    assert sorted(MIGRATIONS) == list(range(1, len(MIGRATIONS) + 1))


@pytest.fixture
def role(line):
    name = f"role_{os.urandom(6).hex()}"
    line.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    yield name
    line.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def as_role(url, role):
    return url.replace("postgresql://postgres@", f"postgresql://{role}:secret@")


def test_a_role_that_may_not_make_the_schema_is_told_what_to_grant(postgres_url, role):  # noqa: F811 -- the fixture
    with pytest.raises(ConfigError) as caught:
        PostgresLedger.from_url(as_role(postgres_url, role))

    assert str(caught.value) == (
        f"the role `{role}` may not make the ledger's schema: permission denied for database postgres\n\n"
        f"hint: `GRANT CREATE ON DATABASE postgres TO {role}`, or let an owner open it once"
    )


def test_a_role_that_may_use_the_schema_needs_no_more(postgres_url, line, role):  # noqa: F811 -- the fixture
    PostgresLedger.from_url(postgres_url).close()
    schema = schema_of(postgres_url)
    line.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    with pytest.raises(ConfigError, match="permission denied for table version"):
        PostgresLedger.from_url(as_role(postgres_url, role))

    line.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}")
    granted = PostgresLedger.from_url(as_role(postgres_url, role))

    hold = ask(granted, "draw", DAY)
    assert granted.settle(hold.id, 7).changed
    assert [entry.act for entry in granted.entries()] == ["reserve", "settle"]
    granted.close()


# -- errors


@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (psycopg.OperationalError(), LedgerUnreachableError),
        (psycopg.InterfaceError(), LedgerError),
        (errors.ConnectionFailure(), LedgerUnreachableError),
        (errors.AdminShutdown(), LedgerUnreachableError),
        (errors.CrashShutdown(), LedgerUnreachableError),
        (errors.CannotConnectNow(), LedgerUnreachableError),
        (errors.QueryCanceled(), LedgerUnreachableError),
        (errors.DiskFull(), LedgerUnreachableError),
        (errors.TooManyConnections(), LedgerUnreachableError),
        (errors.IoError(), LedgerUnreachableError),
        (errors.LockNotAvailable(), LedgerUnreachableError),
        (errors.DeadlockDetected(), LedgerUnreachableError),
        (errors.SerializationFailure(), LedgerUnreachableError),
        (errors.ReadOnlySqlTransaction(), LedgerUnreachableError),
        (errors.InsufficientPrivilege(), ConfigError),
        (errors.NumericValueOutOfRange(), LedgerError),
        (errors.UndefinedTable(), LedgerError),
    ],
    ids=lambda value: getattr(type(value), "__name__", "") if isinstance(value, Exception) else value.__name__,
)
def test_an_error_of_the_driver_becomes_one_of_ours(raised, wanted):
    assert type(ours(raised)) is wanted


def test_states_of_errors_are_named_whole_or_by_their_class():
    assert {len(state) for state in ERRORS} == {0, 2, 5}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://postgres@127.0.0.1:1/postgres", "Connection refused"),
        ("postgresql://postgres@/postgres?host=/nowhere", "No such file or directory"),
    ],
)
def test_a_server_that_is_not_there_is_unreachable(url, message):
    with pytest.raises(LedgerUnreachableError, match=message):
        open_ledger(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://host/db?schema=a-b", "not a name for a schema: `a-b`"),
        ("postgresql://host/db?pool=0", "`pool` in the URL is a whole number from 1, not `0`"),
        ("postgresql://host/db?timeout=soon", "`timeout` in the URL is a whole number from 1, not `soon`"),
        ("postgresql://host/db?colour=red", 'not a URL of a database: invalid URI query parameter: "colour"'),
    ],
)
def test_a_url_that_makes_no_sense_is_refused(url, message):
    with pytest.raises(ConfigError) as caught:
        open_ledger(url)

    assert caught.value.message == message


def test_a_replica_that_only_reads_is_unreachable(postgres_url):  # noqa: F811 -- the fixture
    PostgresLedger.from_url(postgres_url).close()
    replica = PostgresLedger.from_url(f"{postgres_url}&options=-c%20default_transaction_read_only%3Don")

    with pytest.raises(LedgerUnreachableError, match="read-only transaction\n\nhint: name all the servers"):
        ask(replica, "draw", DAY)
    replica.close()


def test_a_lock_that_is_not_to_be_had_is_waited_for_no_longer_than_the_url_says(postgres_url, line):  # noqa: F811
    ledger = PostgresLedger.from_url(f"{postgres_url}&timeout=1")
    locked(line, schema_of(postgres_url), DAY.key)

    with pytest.raises(LedgerUnreachableError):
        ask(ledger, "draw", DAY)

    line.execute("SELECT pg_advisory_unlock_all()")
    assert isinstance(ask(ledger, "draw", DAY), Hold)
    ledger.close()


def test_an_amount_that_does_not_fit_is_refused(ledger):
    with pytest.raises(LedgerError, match="more than a ledger in postgres can hold"):
        ask(ledger, "draw", DAY, micros=1 << 62)


@pytest.mark.parametrize("key", ["a\0b", "\ud800", os.urandom(9000).hex()], ids=["no text", "half a letter", "long"])
def test_a_key_that_cannot_be_kept_is_refused(ledger, key):
    with pytest.raises(LedgerError):
        ask(ledger, key, DAY)

    assert list(ledger.entries()) == []
