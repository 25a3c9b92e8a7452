"""What only a Redis can do to a ledger: lose its last second, restart empty, drop keys, and answer from a replica."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from itertools import count
from uuid import uuid4

import pytest
from redis import Redis

from router.budget import Account
from router.errors import ConfigError, LedgerError, LedgerInDoubtError, LedgerUnreachableError
from router.ledger import open_ledger, redis_trust
from router.ledger.books import differences
from router.ledger.contract import account
from router.ledger.holds import Ended, Hold, Reservation, Short, Taken
from router.ledger.redis import RedisLedger
from router.policy import Window

from ..servers.proxy import proxy
from ..servers.redis_server import running, serving, unused

DAY = account("day", 10**12)
CEILING = 1000


@pytest.fixture(scope="module")
def url():
    with serving() as found:
        yield found


@pytest.fixture
def server(tmp_path_factory):
    """A server that a test may kill."""
    with running(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture
def wire(server):
    """A server behind a proxy, which knows the scripts, and a ledger that asked through it before."""
    other = RedisLedger.from_url(f"{server.url}?name=other")
    for step in steps(other, other.reserve(asked(DAY)).id).values():
        step()
    with proxy(server.port) as found:
        ledger = RedisLedger.from_url(f"redis://127.0.0.1:{found.port}?timeout=0.5")
        ledger.left([DAY])
        yield found, ledger
        ledger.close()


def asked(*accounts, **more):
    given = {"key": uuid4().hex, "token": uuid4().hex, "ceiling_micros": CEILING, **more}
    return Reservation(accounts=accounts, **given)


def steps(ledger, hold):
    """Everything that moves money, or reads it for a decision."""
    return {
        "reserve": lambda: ledger.reserve(asked(DAY)),
        "settle": lambda: ledger.settle(hold, 1),
        "release": lambda: ledger.release(hold),
        "unknown": lambda: ledger.unknown(hold),
        "renew": lambda: ledger.renew(hold, 60),
        "left": lambda: ledger.left([DAY]),
    }


def refused(ledger, hold, error):
    """The steps that raise an error, by name."""
    found = []
    for name, step in steps(ledger, hold).items():
        with pytest.raises(error):
            step()
        found.append(name)
    return found


def spend(ledger, times):
    for _ in range(times):
        ledger.settle(ledger.reserve(asked(DAY, account("tenant/tenant=a", 10**12))).id, 700)


# -- a server that restarted


def lost(server, size):
    """Kill a server, and start it again without the last bytes of its log."""
    server.kill()
    os.truncate(server.log, server.log.stat().st_size - size)
    server.start()


@pytest.mark.parametrize("size", [1, 37, 400, 2000])
def test_a_server_that_lost_its_last_writes_is_closed_until_someone_accepts_it(server, size):
    ledger = RedisLedger.from_url(server.url)
    spend(ledger, 10)
    hold = ledger.reserve(asked(DAY, key="open"))
    spend(ledger, 1)
    written = list(ledger.entries())
    lost(server, size)
    fresh = RedisLedger.from_url(server.url)

    assert refused(ledger, hold.id, LedgerInDoubtError) == list(steps(ledger, hold.id))
    assert refused(fresh, hold.id, LedgerInDoubtError) == list(steps(ledger, hold.id))
    kept = list(ledger.entries())
    assert kept == written[: len(kept)]
    assert len(kept) < len(written)
    assert list(differences(fresh.entries(), fresh.balances())) == []

    assert fresh.accept() == "its server restarted, or another one took over"
    assert fresh.accept() is None
    spend(fresh, 3)
    spend(ledger, 3)
    assert list(differences(ledger.entries(), ledger.balances())) == []


def test_the_error_says_what_to_do(server):
    ledger = RedisLedger.from_url(server.url)
    server.kill()
    server.start()

    with pytest.raises(LedgerInDoubtError) as raised:
        ledger.left([DAY])

    assert str(raised.value) == (
        f"the ledger at `127.0.0.1:{server.port}/0?name=main` may have lost writes: its server restarted, or another "
        "one took over\n\nhint: see what is missing with `pixroute budget verify`, then `pixroute budget accept`"
    )


def test_a_restart_is_trusted_where_the_url_says_so(server):
    ledger = RedisLedger.from_url(f"{server.url}?restarts=trust")
    spend(ledger, 2)
    server.kill()
    server.start()

    spend(ledger, 1)

    assert ledger.left([DAY])[0].spent_micros == 2100


def test_a_server_that_lost_everything_is_noticed_by_who_knew_it(server):
    ledger = RedisLedger.from_url(server.url)
    spend(ledger, 2)
    with server.client() as client:
        client.flushall()

    with pytest.raises(LedgerInDoubtError, match="it is not there any more"):
        spend(ledger, 1)

    assert ledger.accept() == "it is not there any more"
    spend(ledger, 1)
    assert len(list(ledger.entries())) == 2


def test_a_ledger_that_began_anew_is_noticed_by_who_knew_the_old_one(server):
    ledger = RedisLedger.from_url(server.url)
    spend(ledger, 2)
    with server.client() as client:
        client.flushall()
    fresh = RedisLedger.from_url(server.url)
    spend(fresh, 1)

    with pytest.raises(LedgerInDoubtError, match="it is not the one that was here before"):
        spend(ledger, 1)

    assert fresh.accept() is None  # nothing is wrong for it, but others now know that somebody looked
    spend(ledger, 1)
    assert list(ledger.entries()) == list(fresh.entries())


def test_a_ledger_without_its_first_line_is_no_new_one(server):
    spend(RedisLedger.from_url(server.url), 1)
    with server.client() as client:
        client.delete("{pixroute:main}:book")
    ledger = RedisLedger.from_url(server.url)

    with pytest.raises(LedgerInDoubtError, match="its first line is gone"):
        spend(ledger, 1)

    assert ledger.accept() == "its first line is gone"
    spend(ledger, 1)
    assert list(differences(ledger.entries(), ledger.balances())) == []


def test_a_replica_is_not_asked_and_is_in_doubt_once_it_takes_over(server, tmp_path_factory):
    ledger = RedisLedger.from_url(server.url)
    spend(ledger, 1)
    with server.client() as client:
        client.config_set("repl-diskless-sync-delay", "0")
    follows = ("--replicaof", f"127.0.0.1 {server.port}")
    with running(tmp_path_factory.mktemp("replica"), *follows) as replica, replica.client() as client:
        until = time.monotonic() + 30
        while not client.exists("{pixroute:main}:book") and time.monotonic() < until:
            time.sleep(0.02)
        with pytest.raises(LedgerUnreachableError, match="replica"):
            RedisLedger.from_url(replica.url)
        server.kill()
        client.replicaof("NO", "ONE")
        second = RedisLedger.from_url(replica.url)

        with pytest.raises(LedgerInDoubtError, match="another one took over"):
            spend(second, 1)

        second.accept()
        spend(second, 1)
        assert len(list(second.entries())) == 4


# -- a connection that is lost


@pytest.mark.parametrize("cuts", [1, 2])
def test_an_answer_that_was_lost_is_asked_for_again(wire, cuts):
    between, ledger = wire
    between.cuts = cuts
    hold = ledger.reserve(asked(DAY, key="draw"))
    between.cuts = cuts
    renewed = ledger.renew(hold.id, 60)
    between.cuts = cuts
    ended = ledger.settle(hold.id, 700)

    assert (hold.id, renewed) == ("draw#1", True)
    assert ended == Ended(state="settled", changed=False, micros=700)
    assert [(entry.act, entry.micros) for entry in ledger.entries()] == [("reserve", CEILING), ("settle", 700)]
    assert len(between.dropped) == 3 * cuts
    (found,) = ledger.left([DAY])
    assert (found.spent_micros, found.held_micros) == (700, 0)


@pytest.mark.parametrize("act", ["release", "unknown"])
def test_an_act_whose_answer_was_lost_is_done_once(wire, act):
    between, ledger = wire
    hold = ledger.reserve(asked(DAY))
    between.cuts = 1

    ended = getattr(ledger, act)(hold.id)

    assert ended.state in {"released", "unknown"}
    assert Counter(entry.act for entry in ledger.entries()) == {"reserve": 1, act: 1}


def test_what_could_not_be_answered_at_all_is_there_when_it_is_asked_for_later(wire):
    between, ledger = wire
    question = asked(DAY, key="draw")
    between.cuts = 10**6

    with pytest.raises(LedgerUnreachableError):
        ledger.reserve(question)
    between.cuts = 0
    found = ledger.reserve(question)

    assert (type(found), found.id) == (Hold, "draw#1")
    assert len(list(ledger.entries())) == 1
    assert isinstance(ledger.reserve(asked(DAY, key="draw")), Taken)


def test_every_step_of_a_server_that_is_gone_says_that_it_cannot_be_reached(server):
    ledger = RedisLedger.from_url(server.url)
    hold = ledger.reserve(asked(DAY))
    server.kill()

    assert refused(ledger, hold.id, LedgerUnreachableError) == list(steps(ledger, hold.id))
    for reading in (ledger.entries, ledger.balances):
        with pytest.raises(LedgerUnreachableError):
            list(reading())
    with pytest.raises(LedgerUnreachableError):
        ledger.accept()
    with pytest.raises(LedgerUnreachableError):
        RedisLedger.from_url(server.url)


def test_a_server_that_says_nothing_is_not_waited_for_much_longer_than_the_url_says(wire):
    between, ledger = wire
    between.silent = True
    start = time.monotonic()

    with pytest.raises(LedgerUnreachableError, match="Timeout"):
        ledger.left([DAY])

    assert time.monotonic() - start < 4 * 0.5  # what is asked again is asked within the time of one answer


def test_a_ledger_that_is_closed_opens_again_when_it_is_asked(url):
    ledger = RedisLedger.from_url(unused(url))
    ledger.close()
    ledger.close()

    assert ledger.left([DAY])[0].spent_micros == 0


FORKED = """
import os, sys
from router.ledger.redis import RedisLedger
from router.ledger.holds import Reservation

ledger = RedisLedger.from_url(sys.argv[1])
ledger.left([])
child = os.fork()
for turn in range(200):
    ledger.reserve(Reservation(key=f"{child == 0}/{turn}", token="t", ceiling_micros=1))
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(len(list(ledger.entries())))
"""


def test_a_process_that_forked_has_connections_of_its_own(url):
    command = [sys.executable, "-W", "ignore", "-c", FORKED, unused(url)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout.strip(), done.stderr) == ("400", "")


# -- many at once


def hammer(url, number, answers):
    """Ask until three refusals in a row; the bills are lower than the ceilings."""
    ledger, short, paid = RedisLedger.from_url(url), 0, 0
    for turn in count():
        found = ledger.reserve(asked(account("hot", 300 * CEILING), account(f"own/{number}", 10**12), DAY))
        short = short + 1 if isinstance(found, Short) else 0
        if short == 3:
            break
        if isinstance(found, Hold):
            paid += ledger.settle(found.id, CEILING - turn % 50).micros
    answers.put(paid)


def test_processes_do_not_pass_a_limit_and_leave_less_than_one_ceiling(url):
    mine = unused(url)
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    processes = [spawn.Process(target=hammer, args=(mine, number, answers)) for number in range(4)]
    for process in processes:
        process.start()
    paid = sum(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()

    ledger = RedisLedger.from_url(mine)
    (hot,) = ledger.left([account("hot", 300 * CEILING)])
    used, most = Counter(), 0
    for entry in ledger.entries():
        used[entry.key] = entry.micros
        most = max(most, used.total())
    assert (hot.spent_micros, hot.held_micros) == (paid, 0)
    assert hot.left_micros < CEILING
    assert most <= 300 * CEILING
    assert list(differences(ledger.entries(), ledger.balances())) == []


# -- clocks


def test_clients_whose_clocks_are_minutes_and_years_apart_spend_from_one_window(url):
    mine, found = unused(url), []
    windows = [Window(kind="hour"), Window(kind="rolling", seconds=60), Window(kind="month", zone="Asia/Kolkata")]
    accounts = [Account(key=each.kind, limit=each.kind, amount_micros=10**9, window=each) for each in windows]
    begin = time.time()
    for off_s in (0, 300, -300, 400_000_000, -400_000_000):
        ledger = RedisLedger.from_url(mine, clock=lambda off_s=off_s: time.time() + off_s)
        found.append(ledger.reserve(asked(*accounts)))
    end = time.time()

    assert [[each.held_micros for each in hold.standings] for hold in found] == [[n * CEILING] * 3 for n in range(1, 6)]
    assert [int(begin * 1000) <= hold.at_ms <= int(end * 1000) for hold in found] == [True] * 5


def test_a_clock_that_is_off_costs_one_more_question_once(url):
    mine = unused(url)
    ledger = RedisLedger.from_url(mine, clock=lambda: time.time() - 400_000_000)
    day = Account(key="d", limit="d", amount_micros=10**9, window=Window(kind="month"))
    asks = []
    run = ledger._keeper.run
    ledger._keeper.run = lambda *words: asks.append(words) or run(*words)

    for _ in range(3):
        ledger.reserve(asked(day))

    assert len(asks) == 4


# -- what is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("?nam=x", "unknown option `nam` of a ledger's URL"),
        ("?name=a}b", "`a}b` is no name of a ledger"),
        ("?name=", "`` is no name of a ledger"),
        ("?restarts=no", "`restarts=no` is not known"),
        ("?timeout=soon", "`timeout=soon` is no number of seconds"),
        ("/spend", "a database of a Redis is a number, not `spend`"),
        ("?db=x", "no ledger is kept at"),
        ("?ssl_ca_certs=x", "unknown option `ssl_ca_certs` of a ledger's URL"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused(options, message):
    with pytest.raises(ConfigError) as raised:
        open_ledger(f"redis://127.0.0.1:1{options}")

    assert raised.value.message.startswith(message)


def test_names_and_databases_keep_ledgers_apart(server):
    ledgers = [open_ledger(f"{server.url[:-2]}{more}") for more in ("", "?name=b", "/1", "/1?name=b", "?db=2")]
    for times, ledger in enumerate(ledgers):
        spend(ledger, times)

    assert [len(list(ledger.entries())) for ledger in ledgers] == [0, 2, 4, 6, 8]


def test_a_password_is_said_and_never_told(tmp_path_factory):
    with running(tmp_path_factory.mktemp("redis"), "--requirepass", "s3same") as server:
        at = f"127.0.0.1:{server.port}"
        spend(RedisLedger.from_url(f"redis://:s3same@{at}"), 1)

        with pytest.raises(LedgerError) as raised:
            RedisLedger.from_url(f"redis://:0pen@{at}")

    assert "0pen" not in str(raised.value)
    assert type(raised.value) is LedgerError


def test_a_unix_socket_is_as_good_as_a_port(tmp_path_factory):
    with running(tmp_path_factory.mktemp("redis"), "--unixsocket", "s") as server:
        ledger = RedisLedger.from_url(f"unix://{server.folder / 's'}?db=0")
        spend(ledger, 1)

        assert len(list(RedisLedger.from_url(server.url).entries())) == 2


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
def test_a_server_that_drops_what_it_keeps_is_no_place_for_a_ledger(server, policy):
    limit(server, policy)

    with pytest.raises(LedgerError, match=f"drops what is kept when its memory is full: `{policy}`"):
        RedisLedger.from_url(server.url)


@pytest.mark.parametrize("policy", ["volatile-lru", "noeviction"])
def test_a_server_that_drops_only_what_may_expire_keeps_a_ledger(server, policy):
    limit(server, policy)

    spend(RedisLedger.from_url(server.url), 1)


def limit(server, policy):
    with server.client() as client:
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", policy)


def test_a_server_whose_memory_is_full_takes_nothing_and_loses_nothing(server):
    ledger = RedisLedger.from_url(server.url)
    hold = ledger.reserve(asked(DAY))
    with server.client() as client:
        client.config_set("maxmemory", "1")

    for step in (
        lambda: ledger.reserve(asked(DAY)),
        lambda: ledger.settle(hold.id, 1),
        lambda: ledger.release(hold.id),
    ):
        with pytest.raises(LedgerError, match="memory"):
            step()

    assert ledger.left([DAY])[0].held_micros == CEILING
    assert list(differences(ledger.entries(), ledger.balances())) == []


def test_money_beyond_what_is_exact_is_refused(url):
    ledger = RedisLedger.from_url(unused(url))
    most = (1 << 53) - 1
    large = account("large", most)
    hold = ledger.reserve(asked(large, ceiling_micros=most - 1))
    tiny = ledger.reserve(asked(large, ceiling_micros=1))

    assert [ledger.left([large])[0].held_micros, ledger.settle(hold.id, most - 1).micros] == [most, most - 1]
    with pytest.raises(LedgerError, match="not exact any more"):
        ledger.settle(tiny.id, 2)
    for refused in (
        lambda: ledger.settle(tiny.id, most + 1),
        lambda: ledger.reserve(asked(large, ceiling_micros=most + 1)),
        lambda: ledger.left([account("larger", most + 1)]),
    ):
        with pytest.raises(LedgerError, match=str(most + 1)):
            refused()
    assert ledger.left([large])[0].used_micros == most
    assert list(differences(ledger.entries(), ledger.balances())) == []


# -- versions


def test_a_ledger_of_a_later_version_is_not_touched(url):
    mine = unused(url)
    RedisLedger.from_url(mine)
    name = mine.partition("name=")[2]
    with Redis.from_url(url, decode_responses=True) as client:
        book = f"{{pixroute:{name}}}:book"
        later = client.get(book).replace("1 ", "7 ", 1)
        client.set(book, later)

        with pytest.raises(LedgerError, match="is of version 7, and this program knows 1"):
            RedisLedger.from_url(mine)
        assert client.get(book) == later


def test_an_earlier_version_is_brought_up_to_date_by_whoever_opens_it_first(url, monkeypatch):
    mine = unused(url)
    old = RedisLedger.from_url(mine)
    spend(old, 1)
    monkeypatch.setattr(redis_trust, "SCHEMA", 3)
    monkeypatch.setattr(redis_trust, "MIGRATIONS", {1: INTO_2, 2: INTO_3})

    new = RedisLedger.from_url(mine)
    spend(new, 1)

    accounts = {entry.charges[0].account for entry in RedisLedger.from_url(mine).entries() if entry.act == "reserve"}
    assert accounts == {"DAY-2-3", "day"}


INTO_2 = """
for at, line in ipairs(redis.call('LRANGE', KEYS[5], 0, -1)) do
  redis.call('LSET', KEYS[5], at - 1, (line:gsub('"day", ', '"DAY-2", ')))
end
"""
INTO_3 = INTO_2.replace("DAY-2", "DAY-2-3").replace('"day"', '"DAY%-2"')


# -- a cluster


@pytest.fixture
def cluster(tmp_path_factory):
    """Two nodes, each with half of the slots; gives the URLs of both."""
    folder = tmp_path_factory.mktemp("cluster")
    more = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
    with running(folder / "a", *more) as one, running(folder / "b", *more) as other:
        with one.client() as first, other.client() as second:
            first.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
            second.execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
            first.execute_command("CLUSTER", "MEET", "127.0.0.1", other.port)
            until = time.monotonic() + 30
            while time.monotonic() < until and not all(map(_whole, (first, second))):
                time.sleep(0.05)
        yield one.url, other.url


def _whole(client):
    return "cluster_state:ok" in client.execute_command("CLUSTER", "INFO")


def test_a_ledger_in_a_cluster_is_found_from_any_node(cluster):
    for name in ("a", "b", "c", "d"):
        ledgers = [RedisLedger.from_url(f"{url}?name={name}") for url in cluster]
        for ledger in ledgers:
            spend(ledger, 2)

        assert [len(list(ledger.entries())) for ledger in ledgers] == [8, 8]
