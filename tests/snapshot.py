"""Rows that come back: the province after a test has emptied the database, and dossiers that many tests begin with.

A transactional test ends with a flush. Without this each later test would load the province again, within its own
transaction, which takes longer than most tests. A dossier that is being appraised takes some two hundred acts: they are
done once, and later tests begin with the rows that those acts wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

SCHEMA = sql.Identifier("snapshot")
#: Written by migrations, and anew by Django after each flush; no act writes them.
OF_MIGRATIONS = frozenset({"django_migrations", "django_content_type", "auth_permission"})
COLUMNS = """
    SELECT column_name FROM information_schema.columns WHERE table_name = %s
    AND table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


def _columns(cursor: Any, table: str) -> sql.Composed:
    cursor.execute(COLUMNS, [table])
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())


def _tables_with_rows(cursor: Any) -> list[str]:
    tables = []
    for table in connection.introspection.table_names(cursor):
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if cursor.fetchone() == (True,) and table != "django_migrations":
            tables.append(table)
    return tables


def _sequences(cursor: Any) -> dict[str, int]:
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
    )
    return dict(cursor.fetchall())


class Snapshot:
    """Copies of all rows as they are when it is taken, in a schema of their own, and where the sequences stand."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._sequences: dict[str, int] = {}

    def take(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(SCHEMA))
            self.tables = _tables_with_rows(cursor)
            for table in self.tables:
                copied = sql.SQL("CREATE TABLE {}.{} AS TABLE {}")
                cursor.execute(copied.format(SCHEMA, sql.Identifier(table), sql.Identifier(table)))
            self._sequences = _sequences(cursor)

    def restore(self) -> None:
        """Put the rows into tables that were just emptied. Call in a transaction, as a replica: no trigger runs."""
        with connection.cursor() as cursor:
            for table in self.tables:
                columns = _columns(cursor, table)
                put = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}.{}")
                name = sql.Identifier(table)
                cursor.execute(put.format(name, columns, columns, SCHEMA, name))
            for sequence, value in self._sequences.items():
                cursor.execute("SELECT setval(%s, %s)", [sequence, value])


province = Snapshot()


@dataclass
class _Rows:
    """What was written to one table: the new rows as COPY writes them, and the keys of those that were there before."""

    table: str
    columns: sql.Composed
    written: bytes
    key: str
    changed: list[str]


class Changes:
    """What a test's transaction has written on top of the province, to be written again by a later test's.

    Rows that were deleted from the province are not among it.
    """

    def __init__(self) -> None:
        self._rows: list[_Rows] = []
        self._sequences: dict[str, int] = {}

    def take(self) -> None:
        with connection.cursor() as cursor:
            for table in set(_tables_with_rows(cursor)) - OF_MIGRATIONS:
                if rows := self._rows_of(cursor, table):
                    self._rows.append(rows)
            self._sequences = _sequences(cursor)

    def _rows_of(self, cursor: Any, table: str) -> _Rows | None:
        name, columns = sql.Identifier(table), _columns(cursor, table)
        query: sql.Composed = sql.SQL("SELECT {} FROM {}").format(columns, name)
        key = connection.introspection.get_primary_key_column(cursor, table)
        assert key is not None, table
        changed: list[str] = []
        if table in province.tables:
            query = sql.SQL("{} EXCEPT SELECT {} FROM {}.{}").format(query, columns, SCHEMA, name)
            which = sql.SQL(
                "SELECT {key}::text FROM ({query}) AS now JOIN {schema}.{name} AS before USING ({key})"
            )
            cursor.execute(which.format(key=sql.Identifier(key), query=query, schema=SCHEMA, name=name))
            changed = [value for (value,) in cursor.fetchall()]
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as copy:
            written = b"".join(bytes(part) for part in copy)
        return _Rows(table, columns, written, key, changed) if written else None

    def write(self) -> None:
        """Write all of it into a transaction that stands where the other one began."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for rows in self._rows:
                name = sql.Identifier(rows.table)
                if rows.changed:
                    away = sql.SQL("DELETE FROM {} WHERE {}::text = ANY(%s)").format(
                        name, sql.Identifier(rows.key)
                    )
                    cursor.execute(away, [rows.changed])
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, rows.columns)) as copy:
                    copy.write(rows.written)
            cursor.execute(
                "SELECT setval(format('%%I', sequencename)::regclass, value)"
                " FROM pg_sequences JOIN unnest(%s::text[], %s::bigint[]) AS kept (name, value) ON name = sequencename"
                " WHERE schemaname = current_schema() AND COALESCE(last_value, 0) < value",
                [[*self._sequences], [*self._sequences.values()]],
            )
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def circumstances() -> tuple[object, ...] | None:
    """Return what rows written now depend on besides the province; None where this test has written something."""
    if not connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        if cursor.fetchone() != (True,):
            return None
    overridden: dict[str, str] = {}
    holder: Any = settings._wrapped  # type: ignore[misc]
    while "default_settings" in vars(holder):
        overridden = {
            name: repr(value) for name, value in vars(holder).items() if name.isupper()
        } | overridden
        holder = holder.default_settings
    return timezone.localdate(), tuple(sorted(overridden.items()))
