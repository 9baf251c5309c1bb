"""Rows that come back after a test has emptied the database.

A transactional test ends with a flush. Without this each later test would load the province again, within its own
transaction, which takes longer than most tests.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg import sql

SCHEMA = sql.Identifier("snapshot")


class Snapshot:
    """Copies of all rows as they are when it is taken, in a schema of their own, and where the sequences stand."""

    def __init__(self) -> None:
        self._tables: list[str] = []
        self._sequences: dict[str, int] = {}

    def take(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(SCHEMA))
            for table in connection.introspection.table_names(cursor):
                cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
                if cursor.fetchone() == (True,) and table != "django_migrations":
                    copied = sql.SQL("CREATE TABLE {}.{} AS TABLE {}")
                    cursor.execute(copied.format(SCHEMA, sql.Identifier(table), sql.Identifier(table)))
                    self._tables.append(table)
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
            self._sequences = dict(cursor.fetchall())

    def restore(self) -> None:
        """Put the rows into tables that were just emptied. Call in a transaction, as a replica: no trigger runs."""
        with connection.cursor() as cursor:
            for table in self._tables:
                cursor.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                    " AND table_schema = current_schema() AND is_generated = 'NEVER'",
                    [table],
                )
                columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
                put = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}.{}")
                name = sql.Identifier(table)
                cursor.execute(put.format(name, columns, columns, SCHEMA, name))
            for sequence, value in self._sequences.items():
                cursor.execute("SELECT setval(%s, %s)", [sequence, value])


province = Snapshot()
