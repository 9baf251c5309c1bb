"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, models


def update_rows(rows: Collection[models.Model], fields: Collection[str]) -> None:
    """Update these fields of rows of one model by their primary keys. One statement, whatever their number.

    Django's ``bulk_update`` writes a CASE for each field and row, which takes ten times as long for 75 rows.
    """
    if not rows:
        return
    model = type(next(iter(rows)))
    by_name = {field.name: field for field in model._meta.concrete_fields}
    columns = [by_name["id"], *(by_name[name] for name in fields)]
    names = [connection.ops.quote_name(str(column.column)) for column in columns]
    # Without its length, because a cast to varchar(60) cuts off what an assignment refuses.
    arrays = [f"%s::{str(column.db_type(connection)).partition('(')[0]}[]" for column in columns]
    statement = (
        f"UPDATE {connection.ops.quote_name(model._meta.db_table)} AS old "
        f"SET {', '.join(f'{name} = new.{name}' for name in names[1:])} "
        f"FROM unnest({', '.join(arrays)}) AS new ({', '.join(names)}) "
        f"WHERE old.{names[0]} = new.{names[0]}"
    )
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows]
        for column in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
