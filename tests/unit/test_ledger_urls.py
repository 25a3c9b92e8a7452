from datetime import date

import pytest

from router.errors import ConfigError
from router.ledger import open_ledger
from router.ledger.memory import MemoryLedger
from router.testing import frozen


def test_the_scheme_chooses_the_store():
    assert isinstance(open_ledger("memory:"), MemoryLedger)


@pytest.mark.parametrize(
    ("url", "shown", "hint"),
    [
        ("mysql://root:secret@host/db", "mysql://root:***@host/db", "use one of"),
        ("sqlit:///spend.db", "sqlit:///spend.db", "did you mean `sqlite`?"),
        ("spend.db", "spend.db", "did you mean `sqlite:///spend.db`?"),
    ],
)
def test_a_url_of_no_store_is_refused_and_shows_no_password(url, shown, hint):
    with pytest.raises(ConfigError) as raised:
        open_ledger(url)

    assert raised.value.message == f"no ledger is kept at `{shown}`"
    assert raised.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ledger": 5}, "not a ledger: `5`"),
        (
            {"ledger": "memory:", "on_alert": print},
            "`on_alert` is a list of functions, not `<built-in function print>`",
        ),
        ({"ledger": "memory:", "on_alert": [1]}, "`on_alert` is a list of functions, not `[1]`"),
        ({"on_decision": [1]}, "`on_decision` is a list of functions, not `[1]`"),
    ],
)
def test_a_router_takes_a_ledger_and_listeners_and_nothing_else(given, message):
    with pytest.raises(ConfigError) as raised:
        frozen("pixroute:text-first", on=date(2026, 11, 23), **given)

    assert raised.value.message == message
