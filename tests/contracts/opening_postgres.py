"""Ledgers in PostgreSQL: each in a schema of its own, on one server."""

from __future__ import annotations

from contextlib import contextmanager

from router.ledger.postgres import PostgresLedger

from ..servers.postgres_server import serving


@contextmanager
def opening():
    """A server for as long as the block."""
    with serving() as new_url:
        yield lambda now: PostgresLedger.from_url(new_url(), now=now)
