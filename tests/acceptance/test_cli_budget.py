"""`pixroute budget`: a ledger from the command line, on a file that calls have written."""

import csv
import json
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from router.budget import accounts
from router.language import parse_policy
from router.ledger import Reservation
from router.ledger.sqlite import SqliteLedger

POLICY = """
pixroute: 1
name: shop
tags: {tenant: any}
routes: [{id: all, to: [asked, gpt-image-2.5-flare]}]
budget:
  limits:
    - {id: everyone, scope: all, window: month, amount: 2}
    - {id: tenant-day, scope: tenant, window: day, amount: 1}
"""
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
DAY_S = 86_400


@pytest.fixture
def policy(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(POLICY)
    return str(file)


@pytest.fixture
def url(tmp_path):
    """A ledger with two days of calls: settled, given back, under way, and one that nobody knows the end of."""
    moment = [NOON]
    limits = parse_policy(POLICY).budget.limits
    where = f"sqlite:///{tmp_path / 'spend.db'}"

    def hold(key: str, tenant: str, micros: int, *, model: str = "gpt-image-2") -> str:
        about = {"model": model, "route": "all", "tag.tenant": tenant}
        asked = Reservation(
            key=key,
            token=key,
            ceiling_micros=micros,
            accounts=accounts(limits, {"tenant": tenant}),
            lease_s=100 * 366 * DAY_S,
            about=about,
        )
        return store.reserve(asked).id

    with closing(SqliteLedger(tmp_path / "spend.db", now=lambda: moment[0])) as store:
        store.settle(hold("a", "acme", 300_000), 250_000)
        store.settle(hold("b", "globex", 100_000, model="gpt-image-2.5-flare"), 90_000)
        moment[0] += DAY_S
        store.settle(hold("c", "acme", 300_000), 260_000)
        store.release(hold("d", "acme", 300_000))
        store.unknown(hold("e", "globex", 40_000))
        hold("f", "acme", 200_000)
    return where


@pytest.fixture
def budget(pixroute, url):
    return lambda *arguments: pixroute("budget", *arguments, "--ledger", url)


@pytest.fixture
def odd(tmp_path):
    """A ledger with tenants whose names are long, not ASCII, or on two lines."""
    limits = parse_policy(POLICY).budget.limits
    tenants = ("büro", "a-very-long_tenant/of=the@company-with-many-parts", "x" * 50, "two\nlines")
    with closing(SqliteLedger(tmp_path / "odd.db")) as store:
        for number, tenant in enumerate(tenants):
            asked = Reservation(
                key=f"3f2c1a9e-1111-2222-3333-44445555666{number}",
                token=tenant,
                ceiling_micros=123_456,
                accounts=accounts(limits, {"tenant": tenant}),
                lease_s=DAY_S,
                about={"model": "gpt-image-2.5-flare", "route": "all", "tag.tenant": tenant},
            )
            store.reserve(asked)
    return f"sqlite:///{tmp_path / 'odd.db'}"


# -- what was spent


def test_spending_is_added_up_by_tenant_and_model(budget):
    assert budget("spend", "--by", "tenant,model", "--format", "json").json == [
        {"tenant": "acme", "model": "gpt-image-2", "calls": 3, "spent_usd": "0.51", "unsure_usd": "0.20"},
        {"tenant": "globex", "model": "gpt-image-2.5-flare", "calls": 1, "spent_usd": "0.09", "unsure_usd": "0.00"},
        {"tenant": "globex", "model": "gpt-image-2", "calls": 1, "spent_usd": "0.00", "unsure_usd": "0.04"},
    ]


def test_days_stand_in_their_order_and_since_leaves_the_earlier_ones_out(budget):
    everything = budget("spend", "--by", "day", "--format", "csv")
    later = budget("spend", "--by", "day", "--since", "2026-11-24", "--format", "csv")

    assert list(csv.reader(StringIO(everything.out))) == [
        ["day", "calls", "spent_usd", "unsure_usd"],
        ["2026-11-23", "2", "0.34", "0.00"],
        ["2026-11-24", "3", "0.26", "0.24"],
    ]
    assert later.out.splitlines()[1:] == ["2026-11-24,3,0.26,0.24"]


def test_spending_as_text_has_a_total(budget):
    ran = budget("spend", "--by", "rule")

    assert "all" in ran.out
    assert ran.out.splitlines()[-1].split() == ["total", "5", "0.60", "0.24"]


def test_a_tag_that_no_call_carries_is_pointed_at(budget):
    ran = budget("spend", "--by", "tennant")

    assert ran.code == 0
    assert ran.err.splitlines() == ["warning: no call carries the tag `tennant`", "hint: did you mean `tenant`?"]


def test_a_day_that_is_none_is_refused_by_its_own_name(budget):
    assert budget("spend", "--since", "yesterday").err.startswith("error: `--since` is not a day: `yesterday`\n")


@pytest.mark.parametrize("by", ["", "tenant,", "day,day"])
def test_a_list_of_names_that_is_none_is_refused(budget, by):
    ran = budget("spend", "--by", by)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: `--by` is a list of names: `{by}`")


# -- what is open


def test_open_holds_are_listed_with_what_they_are_for(budget):
    found = budget("holds", "--format", "json").json

    assert [(hold["hold"], hold["state"], hold["usd"]) for hold in found] == [
        ("e#1", "unknown", "0.04"),
        ("f#1", "held", "0.20"),
    ]
    assert found[0]["about"] == {"model": "gpt-image-2", "route": "all", "tag.tenant": "globex"}
    assert found[0]["at"] == "2026-11-24T12:00:00+00:00"


def test_a_person_says_what_became_of_a_hold(budget):
    spent = budget("resolve", "e", "--spent", "0.035")
    released = budget("resolve", "f#1", "--released")
    again = budget("resolve", "e", "--released")

    assert (spent.code, spent.out) == (0, "`e#1` is settled: 0.04 USD before, 0.035 now\n")
    assert (released.code, released.out) == (0, "`f#1` is released: 0.20 USD before, 0.00 now\n")
    assert (again.code, again.err) == (2, "error: `e#1` is settled already, with 0.035 USD\n")
    assert budget("holds").out == "no money is held, and every end is known\n"
    assert budget("verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("e",), "say what became of it"),
        (("e", "--spent", "1", "--released"), "it cannot be spent and released"),
        (("nobody", "--released"), "the ledger has no hold `nobody`"),
        (("e", "--spent", "abc"), "`--spent` is not an amount of dollars: `abc`"),
        (("e", "--spent", "-1"), "`--spent` must be a finite amount of dollars, zero or more, not `-1`"),
    ],
)
def test_a_word_that_cannot_be_taken_is_refused(budget, arguments, message):
    ran = budget("resolve", *arguments)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")
    assert ran.err.splitlines()[1].startswith("hint: ")


# -- the books


def test_balances_are_recomputed_from_the_lines(budget):
    ran = budget("verify")

    assert (ran.code, ran.out) == (0, "every balance is what the lines add up to\n")
    assert budget("verify", "--format", "json").json == []


def test_a_balance_that_was_changed_by_hand_is_found(budget, url):
    import sqlite3

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as base:
        base.execute("update balances set spent = spent + 1 where spent > 0")
        base.commit()

    ran = budget("verify")

    assert ran.code == 1
    assert "the entries add up to" in ran.err


def test_every_line_can_be_exported(budget):
    lines = [json.loads(line) for line in budget("export").out.splitlines()]

    assert [(line["seq"], line["act"], line["key"]) for line in lines[:3]] == [
        (1, "reserve", "a"),
        (2, "settle", "a"),
        (3, "reserve", "b"),
    ]
    assert lines[0]["charges"][1] == {
        "account": "tenant-day/day/tenant=acme",
        "limit": "tenant-day",
        "period": int(NOON // DAY_S * DAY_S),
    }


def test_a_ledger_that_lost_nothing_has_nothing_to_accept(budget):
    assert budget("accept").out == "there was nothing to accept\n"


# -- limits


def test_each_limit_shows_how_it_stands(budget, policy):
    found = budget("status", "--policy", policy, "--format", "json").json

    assert [each["account"] for each in found] == [
        "everyone/month",
        "tenant-day/day/tenant=acme",
        "tenant-day/day/tenant=globex",
    ]
    assert {each["amount_usd"] for each in found} == {"2.00", "1.00"}


def test_status_as_text_names_every_limit(budget, policy):
    ran = budget("status", "--policy", policy)

    assert ran.code == 0
    assert ran.out.startswith("limits of shop, USD\n")
    assert "tenant-day/day/tenant=globex" in ran.out


def test_a_tags_value_is_shown_as_it_was_sent_and_json_has_the_accounts_name(pixroute, policy, odd):
    shown = pixroute("budget", "status", "--policy", policy, "--ledger", odd)
    found = pixroute("budget", "status", "--policy", policy, "--ledger", odd, "--format", "json").json

    assert "tenant=büro" in shown.out
    assert "tenant=two%0Alines" in shown.out
    assert "tenant-day/day/tenant=b%C3%BCro" in {each["account"] for each in found}


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize(
    "words", ["status --policy shop.yaml", "holds", "spend --by tenant", "spend --by tenant,model,rule,day"]
)
def test_tables_fit_a_narrow_terminal(pixroute, policy, odd, columns, words, monkeypatch):  # noqa: PLR0917
    monkeypatch.setenv("COLUMNS", str(columns))

    ran = pixroute("budget", *words.replace("shop.yaml", policy).split(), "--ledger", odd)

    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= columns
    assert ran.out.count("\n\n") == (0 if words.startswith("spend") else 1)  # only what follows a table is set off


def test_the_fullest_accounts_of_a_limit_come_first_and_the_others_are_counted(budget, policy):
    ran = budget("status", "--policy", policy, "--most", "1")

    assert ran.out.count("tenant-day/day/tenant=") == 1
    assert "tenant-day: 1 more that are less full, see `--most 0` or `--format json`\n" in ran.out


def test_a_limit_that_nobody_has_spent_from_is_named_as_well(budget, policy):
    file = Path(policy)
    file.write_text(POLICY + "    - {id: plans, scope: plan, window: day, amount: 1}\n".replace("plan,", "tenant,"))

    ran = budget("status", "--policy", policy)

    assert "plans: nothing was spent yet\n" in ran.out


# -- a provider's own account


def costs(*results: tuple[int, str | None, float]) -> str:
    buckets = [
        {"object": "bucket", "start_time": int(NOON // DAY_S * DAY_S) + day * DAY_S, "results": [_result(item, value)]}
        for day, item, value in results
    ]
    return json.dumps({"object": "page", "data": buckets})


def _result(item, value):
    return {"object": "organization.costs.result", "amount": {"value": value, "currency": "usd"}, "line_item": item}


def test_a_providers_account_is_held_against_the_ledger(budget, tmp_path):
    file = tmp_path / "costs.json"
    file.write_text(
        costs(
            (0, "gpt-image-2-2026-04-21, image output", 0.24),
            (0, "gpt-image-2, text input", 0.01),
            (0, "gpt-image-1.5, image output", 0.5),
            (1, "gpt-image-2, image output", 0.7),
            (1, "gpt-5, output", 3.0),
        )
    )

    ran = budget("reconcile", str(file), "--format", "json")

    assert ran.code == 1
    assert [
        (row["day"], row["model"], row["verdict"], row["their_usd"], row["our_usd"]) for row in ran.json["pairs"]
    ] == [
        ("2026-11-23", "gpt-image-1.5", "missing", "0.50", "0.00"),
        ("2026-11-23", "gpt-image-2", "matched", "0.25", "0.25"),
        ("2026-11-23", "gpt-image-2.5-flare", "not billed", None, "0.09"),
        ("2026-11-24", "gpt-image-2", "different", "0.70", "0.26"),
    ]
    assert ran.json["other_lines"] == 1


def test_what_nobody_knows_may_explain_a_difference(budget, tmp_path):
    file = tmp_path / "costs.csv"
    file.write_text("start_time_iso,amount_value,line_item\n2026-11-24T00:00:00Z,0.46,\n2026-11-23T00:00:00Z,0.34,\n")

    ran = budget("reconcile", str(file))

    assert ran.code == 0
    assert ran.out.count("matched") == 2


def test_a_usage_export_is_compared_by_requests(budget, tmp_path):
    file = tmp_path / "usage.json"
    start = int(NOON // DAY_S * DAY_S)
    results = [
        {"object": "organization.usage.images.result", "num_model_requests": 1, "images": 1, "model": model}
        for model in ("gpt-image-2", "gpt-image-2.5-flare")
    ]
    file.write_text(json.dumps({"data": [{"start_time": start, "results": results}]}))

    assert budget("reconcile", str(file)).code == 0


@pytest.mark.parametrize(
    "row",
    [
        ("", "is empty"),
        ("{", "is not JSON"),
        ("{}", "has no results"),
        ("a,b\n1,2\n", "has no column for the day or the amount: a, b"),
        ("date,cost\nyesterday,2\n", "has a day that is none: `yesterday`"),
        ("date,cost\n2026-11-23,much\n", "not an amount of dollars: `much`"),
        ("date,cost\n2026-11-23,NaN\n", "not an amount of dollars: `NaN`"),
        ("date,cost\n2026-11-23,1e999999\n", "not an amount of dollars: `1e999999`"),
        (f"date,cost\n{9 * 10**30},2\n", f"has a day that is none: `{9 * 10**30}`"),
        ('[{"start_time": 99999999999999, "results": []}]', "has a day that is none: `99999999999999`"),
        ('[{"start_time": 1763856000, "results": 7}]', "has no results"),
    ],
)
def test_a_file_that_is_no_account_is_refused(budget, tmp_path, row):
    text, message = row
    file = tmp_path / "export"
    file.write_text(text)

    ran = budget("reconcile", str(file))

    assert ran.code == 2
    assert message in ran.err


@pytest.mark.parametrize("result", [1, {"amount": {"value": 1}, "line_item": 5}, {"num_model_requests": 1, "model": 5}])
def test_what_is_no_picture_is_counted_and_passed_over(budget, tmp_path, result):
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{"start_time": 1_763_856_000, "results": [result]}]))

    ran = budget("reconcile", str(file))

    assert (ran.code, ran.out.splitlines()) == (
        0,
        ["no line of the file is on pictures", "1 line of the file on something else than pictures"],
    )


# -- which ledger


def test_a_ledger_in_memory_is_not_looked_into(pixroute):
    ran = pixroute("budget", "holds", "--ledger", "memory:")

    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: a ledger in memory is seen by its own process alone")


def test_a_ledger_that_is_not_there_is_not_made(pixroute, tmp_path):
    file = tmp_path / "nope.db"

    ran = pixroute("budget", "holds", "--ledger", f"sqlite:///{file}")

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: there is no ledger `{file}`")
    assert not file.exists()


def test_a_url_of_no_store_names_those_that_there_are(pixroute):
    ran = pixroute("budget", "holds", "--ledger", "mysql://here")

    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: no ledger is kept at `mysql://here`")


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("nope.db", "did you mean `sqlite:///nope.db`?"),
        ("sqlite:nope.db", "did you mean `sqlite:///nope.db`?"),
        ("sqlite://nope.db", "did you mean `sqlite:///nope.db`?"),
        ("mysql://here", "use one of `postgres`, `postgresql`, `redis`, `rediss`, `sqlite`, `unix`"),
        ("memory", "name one that outlives it"),
        ("redis://127.0.0.1:1/0", "see that the store runs, and that the URL names it"),
    ],
)
def test_what_is_no_ledger_is_told_which_would_be(pixroute, url, hint):
    ran = pixroute("budget", "holds", "--ledger", url)

    assert (ran.code, ran.err.splitlines()[-1]) == (2, f"hint: {hint}")


# -- deciding with what is left


def test_a_decision_does_not_read_which_ledger_the_environment_names(pixroute, policy, monkeypatch):
    Path("request.json").write_text(json.dumps({"model": "gpt-image-2", "prompt": "a fox"}))
    asked = ("decide", "request.json", "--policy", policy, "--on", "2026-11-23", "--tag", "tenant=acme")

    monkeypatch.setenv("PIXROUTE_LEDGER", "sqlite:///nope.db")
    ran = pixroute(*asked)

    assert ran.code == 0
    assert "PIXROUTE_LEDGER is not" in pixroute("decide", "--help").out


def test_a_decision_reads_what_the_ledger_has_left(pixroute, policy, url):
    body = json.dumps({"model": "gpt-image-2", "prompt": "a fox", "size": "1024x1024", "quality": "high"})
    Path("request.json").write_text(body)
    asked = (
        "decide",
        "request.json",
        "--policy",
        policy,
        "--on",
        "2026-11-23",
        "--format",
        "json",
        "--tag",
        "tenant=acme",
    )

    with_ledger = pixroute(*asked, "--ledger", url, "--limit", "{id: tiny, amount: 0.1, window: forever}").json
    both = pixroute(*asked, "--ledger", url, "--budget-left", "1")

    assert with_ledger["deny"]["limit"] == "tiny"
    assert with_ledger["inputs"]["budget_left_micros"].keys() == {"everyone", "tenant-day", "tiny"}
    assert (both.code, both.err.splitlines()[0]) == (2, "error: `--budget-left` and `--ledger` both say what is left")


@pytest.mark.parametrize("limit", ["{id: everyone, amount: 1, window: day}", "{id: new}", "nonsense", "{id: [}"])
def test_a_limit_that_is_none_is_refused(pixroute, policy, limit):
    ran = pixroute("decide", "--policy", policy, "--limit", limit, "--on", "2026-11-23")

    assert ran.code == 2
    assert "limit" in ran.err.splitlines()[0]
