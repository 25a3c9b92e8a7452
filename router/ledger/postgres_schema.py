"""The schema of a ledger in PostgreSQL: made when it is first opened, and brought up to date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psycopg

from ..errors import ConfigError, LedgerError
from .postgres_lines import Line, ours

HERE: Final = Path(__file__).parent
MIGRATIONS: Final[Mapping[int, str]] = {1: "postgres_1.sql"}
"""What leads to each version of the tables, from the one before it."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")


def check_name(schema: str) -> None:
    """Refuse a name that would need care wherever it is written."""
    if not NAME.fullmatch(schema):
        raise ConfigError(f"not a name for a schema: `{schema}`", hint="use letters, digits and `_`")


def bring_up(line: Line, schema: str, migrations: Mapping[int, str] = MIGRATIONS) -> None:
    """Make the schema, or lead it to the latest version; many may do so at once."""
    try:
        if _version(line, schema) != max(migrations):
            _migrate(line, schema, migrations)
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigError(
            f"the role `{line.info.user}` may not make the ledger's schema: {error.diag.message_primary}",
            hint=f"`GRANT CREATE ON DATABASE {line.info.dbname} TO {line.info.user}`, or let an owner open it once",
        ) from error
    except psycopg.Error as error:
        raise ours(error) from error


def _migrate(line: Line, schema: str, migrations: Mapping[int, str]) -> None:
    known = max(migrations)
    with line.transaction():
        line.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pixroute schema {schema}"])
        version = _version(line, schema)  # again: another may have been here while this one waited
        if version > known:
            raise LedgerError(
                f"the ledger in schema `{schema}` is of version {version}, and this program knows {known}",
                hint="update pixroute, or name another `schema`",
            )
        if version == known:
            return
        if not line.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s", [schema]).fetchall():
            line.execute(_filled(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}", schema))
        for each in sorted(number for number in migrations if number > version):
            line.execute(_filled((HERE / migrations[each]).read_text("utf-8"), schema))
        line.execute(_filled((HERE / "postgres.sql").read_text("utf-8"), schema))
        line.execute(_filled(f"UPDATE {SCHEMA}.version SET version = {known}", schema))  # noqa: S608 -- a number


def _version(line: Line, schema: str) -> int:
    """The version that stands there, 0 for none."""
    # asked of the tables: what `to_regclass` remembers may be from before this transaction waited for its lock
    if not line.execute(
        "SELECT FROM pg_catalog.pg_tables WHERE schemaname = %s AND tablename = 'version'", [schema]
    ).fetchall():
        return 0
    row = line.execute(_filled(f"SELECT version FROM {SCHEMA}.version", schema)).fetchone()  # noqa: S608 -- checked
    return row[0] if row else 0


SCHEMA: Final = ':"schema"'


def _filled(text: str, schema: str) -> bytes:
    """SQL with the name of the schema in it, as psql would put it there."""
    return text.replace(SCHEMA, f'"{schema}"').replace(":'schema'", f"'{schema}'").encode()
